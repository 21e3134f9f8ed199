"""What is gathered, for each row of a query, of the rows of another table: how many citations it has.

The same expression is answered in one of two ways. As a subquery for each row, which is quick where
rows are few. Or, in a query that gathers `at_once`, from the other table grouped as a whole and joined:
PostgreSQL makes no such join of a subquery by itself, and a million subqueries take a minute.
"""

from collections.abc import Callable
from functools import cache, cached_property

from django.db.models import (
    Aggregate,
    BooleanField,
    Count,
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Col
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.db.models.sql.constants import LOUTER
from django.db.models.sql.query import Query

FEW = 1000
"""Rows for which subqueries are as good as anything."""
MOST = 4
"""One row in so many of its table, and all is gathered at once. Measured: a row's subqueries take five
times what its part of the whole does."""


def gathering(rows: QuerySet, count: int | None = None) -> QuerySet:
    """The same rows; what is gathered for them from now on is so at once where they are a good part of
    their table. That is asked where there is something to gather, and their `count` is not known."""
    return _marked(rows, cache(lambda: _are_many(rows, count)))


def at_once(rows: QuerySet) -> QuerySet:
    """The same rows; what is gathered for them from now on is so for the whole table at once."""
    return _marked(rows, lambda: True)


def _marked(rows: QuerySet, gathers_at_once: Callable[[], bool]) -> QuerySet:
    rows = rows.all()
    rows.query.gathers_at_once = gathers_at_once
    return rows


def _are_many(rows: QuerySet, count: int | None) -> bool:
    count = rows.order_by().count() if count is None else count
    return count > FEW and count * MOST > rows.model._default_manager.order_by().count()


class Gathered(Expression):
    """An aggregate over the rows of another table whose field `owner` has the `key` of the row.

    NULL where there are none, also where the aggregate is a number.
    """

    def __init__(self, rows: QuerySet, owner: str, key: str, aggregate: Aggregate):
        super().__init__()
        self.rows = rows.order_by()
        self.owner = owner
        self.key = key
        self.aggregate = aggregate

    @cached_property
    def output_field(self):
        return self.gathered_field

    @cached_property
    def gathered_field(self):
        return self.aggregate.resolve_expression(self.rows.query.clone()).output_field

    def resolve_expression(self, query=None, *args, **kwargs):
        if getattr(query, "gathers_at_once", bool)():
            return _Grouped.joined_to(query, self)
        mine = self.rows.filter(**{self.owner: OuterRef(self.key)}).values(self.owner)
        gathered = mine.annotate(gathered=self.aggregate).values("gathered")
        return Subquery(gathered).resolve_expression(query, *args, **kwargs)


class AnyGathered(Gathered):
    """Whether another table has rows that meet a condition and whose field `owner` has the `key`."""

    output_field = BooleanField()

    def __init__(self, rows: QuerySet, owner: str, key: str, where: Q):
        super().__init__(rows, owner, key, Count("pk", filter=where))
        self.where = where

    def resolve_expression(self, query=None, *args, **kwargs):
        if getattr(query, "gathers_at_once", bool)():
            return GreaterThan(Coalesce(_Grouped.joined_to(query, self), Value(0)), Value(0))
        mine = self.rows.filter(self.where, **{self.owner: OuterRef(self.key)})
        return Exists(mine).resolve_expression(query, *args, **kwargs)


class _Column(Expression):
    """A column of what is joined."""

    def __init__(self, alias: str, name: str, output_field):
        super().__init__(output_field=output_field)
        self.alias = alias
        self.name = name

    def as_sql(self, compiler, connection):
        alias = compiler.quote_name_unless_alias(self.alias)
        return f"{alias}.{connection.ops.quote_name(self.name)}", []

    def relabeled_clone(self, relabels):
        return _Column(relabels.get(self.alias, self.alias), self.name, self.output_field)


class _Grouped:
    """Rows of another table, grouped by their owner: as a join of a query, which Django asks for all of
    the attributes here."""

    table_name = "gathered"
    join_type = LOUTER
    filtered_relation = None
    nullable = True

    def __init__(self, gathered: Gathered, parent_alias: str, table_alias: str, aggregates=()):
        self.gathered = gathered
        self.parent_alias = parent_alias
        self.table_alias = table_alias
        self.aggregates = aggregates

    @classmethod
    def joined_to(cls, query: Query, gathered: Gathered) -> _Column:
        """The column of the aggregate in a join of the query, which all of the same rows share."""
        base = query.get_initial_alias()
        joins = (join for join in query.alias_map.values() if isinstance(join, cls))
        join = next((join for join in joins if join.identity == _identity(gathered)), None)
        if join is None:
            alias, _ = query.table_alias(cls.table_name, create=True)
            join = cls(gathered, base, alias)
        # Another join and not this one changed, because clones of the query share it.
        aggregates = (*join.aggregates, gathered.aggregate)
        query.alias_map[join.table_alias] = cls(gathered, base, join.table_alias, aggregates)
        name = f"gathered_{len(aggregates)}"
        return _Column(join.table_alias, name, gathered.gathered_field)

    @property
    def identity(self):
        return _identity(self.gathered)

    def as_sql(self, compiler, connection):
        rows, key = self.gathered.rows, self.gathered.key
        named = {f"gathered_{n}": each for n, each in enumerate(self.aggregates, start=1)}
        grouped = rows.values(gathered_for=F(self.gathered.owner)).annotate(**named)
        sql, params = compiler.compile(grouped.query)
        alias = compiler.quote_name_unless_alias(self.table_alias)
        meta = compiler.query.get_meta()
        of = meta.pk if key == "pk" else meta.get_field(key)
        on, _ = compiler.compile(Col(self.parent_alias, of))
        return f"{self.join_type} ({sql}) {alias} ON ({alias}.gathered_for = {on})", params

    def relabeled_clone(self, change_map):
        parent, mine = (change_map.get(a, a) for a in (self.parent_alias, self.table_alias))
        return _Grouped(self.gathered, parent, mine, self.aggregates)


def _identity(gathered: Gathered):
    rows = gathered.rows.query.sql_with_params()
    return rows, gathered.owner, gathered.key
