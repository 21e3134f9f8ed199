"""Which rows of a list come to other values where rows of other tables were touched.

What is found may be more than it need be, never less: it is all counted anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Count, F
from django.db.models.expressions import Col
from django.db.models.functions import Now
from django.db.models.sql import Query

from summitkb.browse.bitmaps.moments import Touched
from summitkb.browse.links import Link


class Everything(Exception):
    """Raised where it cannot be told for which rows it changes something."""


@dataclass
class Step:
    """One table of a query: the path to it from the first one, by what it is joined, and the columns
    that are asked of it."""

    model: type
    path: str = ""
    parent: str = ""
    relation: object = None
    columns: set[str] = field(default_factory=set)


def can_be_told(links: Iterable[Link]) -> bool:
    """Whether it can be told which rows come to other values by some links: not where that depends on
    today, or is found by more than one step."""
    return all(
        "__" not in link.owner and not any(isinstance(part, Now) for part in _within(link.where))
        for link in links
    )


def keys_reached(link: Link, queryset, touched: Touched) -> set:
    """Of the rows of `queryset`, by the `key` of the link, those whose values by it may have changed.

    Those that were touched themselves are not among them. Raises Everything.
    """
    own = link.rows is None or link.owner == "pk"
    rows = queryset.model.objects.all() if own else link.rows.model.objects.all()
    owner = link.key if own else link.owner
    asked = link.of(queryset) if own else link.rows.filter(link.where)
    found = set()
    for step in _steps(asked.values_list(link.value).query, touched):
        keys = touched.keys[step.model]
        history = step.model.pgh_event_model.objects.filter(pgh_obj__in=keys)
        if not step.path:
            found.update(() if own else _values(history, owner))
        elif step.relation.many_to_one:  # whatever refers to a new row was touched itself
            found.update(
                _values(rows.filter(**{f"{step.path}__in": _changed(history, step)}), owner)
            )
        else:
            parents = _values(history, step.relation.field.attname)
            within = f"{step.parent}__in" if step.parent else "pk__in"
            found.update(_values(rows.filter(**{within: parents}), owner))
    return found


def _values(rows, path) -> set:
    return {*rows.order_by().values_list(path, flat=True).distinct()} - {None}


def _changed(history, step: Step) -> list:
    """The rows of which the columns that matter were not always the same."""
    columns = {f"n_{n}": Count(F(name), distinct=True) for n, name in enumerate(step.columns)}
    blank = {f"b_{n}": Count(F(name)) for n, name in enumerate(step.columns)}
    by_row = history.order_by().values("pgh_obj").annotate(events=Count("pk"), **columns, **blank)
    return [
        row["pgh_obj"]
        for row in by_row
        if any(row[n] > 1 for n in columns) or any(0 < row[n] < row["events"] for n in blank)
    ]


def _steps(query: Query, touched: Touched) -> Iterator[Step]:
    """The tables of a query of which rows were touched. Raises Everything for one that is within a
    query of its own."""
    models = {model._meta.db_table: model for model in apps.get_models()}
    columns, inner = _asked(query)
    if any(models.get(table) in touched.keys for table in inner):
        raise Everything
    steps = {}
    for alias, join in query.alias_map.items():
        step = steps[alias] = Step(models[join.table_name], columns=columns[alias])
        if relation := getattr(join, "join_field", None):
            forward = relation.many_to_one
            name = relation.name if forward else relation.field.related_query_name()
            step.relation, step.parent = relation, steps[join.parent_alias].path
            step.path = f"{step.parent}__{name}".lstrip("_")
            if forward:
                steps[join.parent_alias].columns.add(relation.attname)
        elif steps[alias].path or len(steps) > 1:
            raise Everything
    yield from (step for step in steps.values() if step.model in touched.keys)


def _asked(query: Query) -> tuple[dict[str, set], set]:
    """The columns that are asked of each table, and the tables of the queries within."""
    columns, inner = defaultdict(set), set()
    for part in _within(*query.select, *query.annotations.values(), query.where):
        if isinstance(part, Col):
            columns[part.alias].add(part.target.attname)
        elif isinstance(part, Query):
            inner.update(join.table_name for join in part.alias_map.values())
    return columns, inner


def _within(*parts) -> Iterator:
    """Conditions and expressions, and all that they are made of."""
    stack = list(parts)
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, Query):
            stack += [*part.select, *part.annotations.values(), part.where]
        elif isinstance(part, tuple):  # a name and what it is compared with
            stack.append(part[1])
        elif hasattr(part, "query"):
            stack.append(part.query)
        elif hasattr(part, "children"):
            stack += part.children
        elif hasattr(part, "get_source_expressions"):
            stack += part.get_source_expressions()
