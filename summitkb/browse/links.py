"""How rows of a list come to values: for the filter, for the counts, and for what is kept of both."""

from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import NamedTuple

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    CharField,
    Count,
    Exists,
    Expression,
    Func,
    OuterRef,
    Q,
    QuerySet,
    UniqueConstraint,
    Value,
)


class Sql(NamedTuple):
    """A query, ready to be put into another."""

    text: str
    params: list


@dataclass(frozen=True)
class Link:
    """One way from a row of a list to values of a filter, through rows of another table.

    `rows` are those of the other table, `value` is their path to the value, or an expression, `owner`
    their path to the `key` of the row of the list. Without `rows` the value is on the row itself.
    `where` is asked in the same breath as the value, so that both speak of the same membership of many.
    """

    value: str | Expression
    rows: QuerySet | None = None
    owner: str = "pk"
    key: str = "pk"
    where: Q = field(default_factory=Q)

    def condition(self, values) -> Q:
        if self.rows is None:
            return Q(**{f"{self.value}__in": values})
        linked = self.rows.filter(
            self.where, **{f"{self.value}__in": values, self.owner: OuterRef(self.key)}
        )
        return Q(Exists(linked))

    def of(self, queryset) -> QuerySet:
        """The rows that carry the values for the rows of `queryset`."""
        if self.rows is None:
            return queryset.order_by()
        if self.owner == "pk" and self.rows.model is queryset.model:  # they are the rows themselves
            return queryset.filter(self.where).order_by()
        owners = queryset.order_by().values(self.key)
        return self.rows.filter(self.where, **{f"{self.owner}__in": owners}).order_by()

    def leads_once(self, queryset) -> bool:
        """Whether a row comes to no value twice, so that rows need not be told apart to be counted."""
        model = queryset.model if self.rows is None else self.rows.model
        if self.rows is None or self.owner == "pk":
            way = get_fields_from_path(model, self.value) if self.value != "pk" else []
            return not any(field.is_relation and not field.many_to_one for field in way)
        constraints = (c for c in model._meta.constraints if isinstance(c, UniqueConstraint))
        return any(
            {*c.fields} <= {self.owner, self.value}
            for c in constraints
            if c.fields and c.condition is None
        )

    def counted(self, queryset) -> Counter:
        """The number of rows of `queryset` per value, to each of which a row leads once."""
        counts = self.of(queryset).values_list(self.value).annotate(n=Count("*"))
        return Counter({str(value): n for value, n in counts if value not in (None, "")})

    def pairs(self, queryset) -> QuerySet:
        """Each row of `queryset`, by its `key`, with each of its values."""
        return self.of(queryset).values_list(self.owner, self.value)


def iso(day: Expression) -> Func:
    """A day as `2025-05-27`, whatever the session writes."""
    return Func(day, Value("YYYY-MM-DD"), function="to_char", output_field=CharField())


class ByValue:
    """A filter that leaves rows that have one of some values; `links` say how rows come to these."""

    links: list[Link]

    def __deepcopy__(self, memo):
        """One for each form; what it is made of never changes, and takes long to copy."""
        return copy(self)

    def pairs(self, queryset) -> Sql | None:
        """Rows of `queryset`, by the `key` of the links, each with each of its values."""
        return united(link.pairs(queryset) for link in self.links)

    @property
    def key(self) -> str:
        """The field of a row by which `pairs` name it."""
        return self.links[0].key if self.links else "pk"

    def matching(self, asked, known: Iterable[str]) -> Iterable[str]:
        """Those of the `known` values whose rows the filter leaves where something is `asked`."""
        raise NotImplementedError


def united(pairs: Iterable[QuerySet]) -> Sql | None:
    """Pairs of owner and value, as text, of all of these; None where there can be none."""
    compiled = [found for queryset in pairs if (found := _compiled(queryset))]
    if not compiled:
        return None
    text = " UNION ALL ".join(sql for sql, _ in compiled)
    return Sql(
        f"SELECT owner, value::text FROM ({text}) AS pairs (owner, value) WHERE value::text <> ''",
        [param for _, some in compiled for param in some],
    )


def _compiled(queryset) -> tuple | None:
    try:
        return queryset.query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that nothing can match
        return None


def counted_once(pairs: Sql | None) -> Counter:
    """The number of different owners per value. Django has no grouping of a union."""
    if pairs is None:
        return Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT value, count(*) FROM (SELECT DISTINCT * FROM ({pairs.text}) AS pairs) "
            "AS counted (owner, value) GROUP BY value",
            pairs.params,
        )
        return Counter(dict(cursor.fetchall()))
