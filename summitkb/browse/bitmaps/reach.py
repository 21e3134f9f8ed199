"""Which rows of a list come to other values where rows of other tables were touched.

What is found may be more than it need be, never less: it is all counted anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import QuerySet
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
    columns: set[str]
    path: str = ""
    parent: str = ""
    relation: object = None


def can_be_told(links: Iterable[Link]) -> bool:
    """Whether it can be told which rows come to other values by some links: not where that depends on
    today, or is found by more than one step."""
    return all(
        "__" not in link.owner and not any(isinstance(part, Now) for part in _within(link.where))
        for link in links
    )


class Reach:
    """Which rows of a list, a query, come to other values by a link where others were touched."""

    def __init__(self, link: Link, queryset: QuerySet):
        self.own = link.rows is None or link.owner == "pk"
        self.model, self.key = queryset.model, link.key
        self.rows = (self.model if self.own else link.rows.model).objects.order_by()
        self.owner = link.key if self.own else link.owner
        asked = link.of(queryset) if self.own else link.rows.filter(link.where)
        query = asked.values_list(link.value).query
        self.steps = list(_steps(query))
        self.inner = _models_within(query)
        self.columns = self.steps[0].columns if self.own else {key_field(self.model).attname}
        """Those of the row itself by which it comes to its values."""

    def keys(self, touched: Touched) -> set:
        """The rows, by the `key` of the link, but for those touched themselves. Raises Everything."""
        found = set()
        if inner := self.inner & touched.keys.keys():
            if self.rows.model is not Citation or inner - {*record_models()}:
                raise Everything
            found |= _citations_of(inner, touched)
        for step in self.steps:
            if step.model in touched.keys and (step.path or not self.own):
                found |= self._through(step, touched)
        return found

    def _through(self, step: Step, touched: Touched) -> set:
        history = step.model.pgh_event_model.objects.filter(pgh_obj__in=touched.keys[step.model])
        if not step.path:
            return _values(history, self.owner)
        if step.relation.many_to_one:  # whatever refers to a new row was touched itself
            changed = touched.changed(step.model, step.columns)
            return _values(self.rows.filter(**{f"{step.path}__in": changed}), self.owner)
        parents = _values(history, step.relation.field.attname)
        path = f"{step.parent}__in" if step.parent else "pk__in"
        return _values(self.rows.filter(**{path: parents}), self.owner)


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


def _steps(query: Query) -> Iterator[Step]:
    """The tables of a query, but for those of queries within it."""
    columns, steps, models = _columns(query), {}, _models()
    for alias, join in query.alias_map.items():
        step = steps[alias] = Step(models[join.table_name], columns[alias])
        if relation := getattr(join, "join_field", None):
            name = relation.name if relation.many_to_one else relation.field.related_query_name()
            step.relation, step.parent = relation, steps[join.parent_alias].path
            step.path = f"{step.parent}__{name}".lstrip("_")
            if relation.many_to_one:
                steps[join.parent_alias].columns.add(relation.attname)
    yield from steps.values()


def _columns(query: Query) -> dict[str, set]:
    """The columns that are asked of each table, by its alias."""
    columns = defaultdict(set)
    for part in _within(query):
        if isinstance(part, Col):
            columns[part.alias].add(part.target.attname)
    return columns


def _models_within(query: Query) -> set[type]:
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
