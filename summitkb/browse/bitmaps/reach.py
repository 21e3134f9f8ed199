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
from summitkb.records.models import Citation, record_models
from summitkb.records.structure import key_field


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
    asked = (link.of(queryset) if own else link.rows.filter(link.where)).values_list(link.value)
    within = _within_tables(asked.query) & touched.keys.keys()
    found = _citations_of(within, touched) if rows.model is Citation else set()
    if within - set(record_models() if rows.model is Citation else ()):
        raise Everything
    for step in _steps(asked.query, touched):
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
            path = f"{step.parent}__in" if step.parent else "pk__in"
            found.update(_values(rows.filter(**{path: parents}), owner))
    return found


def _citations_of(models: Iterable[type], touched: Touched) -> set:
    """The keys of the citations for touched records, which name these by the name of their table."""
    found = set()
    for model in models:
        history = model.pgh_event_model.objects.filter(pgh_obj__in=touched.keys[model])
        records = _values(history, key_field(model).name)
        of_table = Citation.objects.filter(table=model._meta.db_table)
        found |= _values(of_table.filter(record__in=records), "pk")
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
    """The tables of a query of which rows were touched, but for those of queries within it."""
    columns, steps, models = _columns(query), {}, _models()
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


def _columns(query: Query) -> dict[str, set]:
    """The columns that are asked of each table, by its alias."""
    columns = defaultdict(set)
    for part in _within(query):
        if isinstance(part, Col):
            columns[part.alias].add(part.target.attname)
    return columns


def _within_tables(query: Query) -> set[type]:
    """The models that are asked by queries within a query."""
    models = _models()
    inner = (part for part in _within(query) if isinstance(part, Query) and part is not query)
    tables = {join.table_name for part in inner for join in part.alias_map.values()}
    return {models[table] for table in tables if table in models}


def _models() -> dict[str, type]:
    return {model._meta.db_table: model for model in apps.get_models()}


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
