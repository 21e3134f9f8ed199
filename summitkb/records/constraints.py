"""Constraints that many tables share, each with the sentence that a person reads when it is broken."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from summitkb.records.partial_dates import Earliest, Latest


def one_of(field: str, choices: type[models.TextChoices], name: str, blank: bool = False):
    """`field` holds a value of its vocabulary, or nothing where `blank`."""
    values = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": values}),
        name=name,
        violation_error_message=f"“{field}” is one of: {', '.join(choices.values)}"
        f"{', or empty' if blank else ''}.",
    )


def in_order(first: str, last: str, name: str, message: str):
    """The partial date `first` may lie before or on `last`; either may be unknown."""
    return models.CheckConstraint(
        condition=Q(**{f"{first}__isnull": True})
        | Q(**{f"{last}__isnull": True})
        | models.lookups.LessThanOrEqual(Earliest(first), Latest(last)),
        name=name,
        violation_error_message=message,
    )


def exactly_one(first: str, second: str, name: str, message: str):
    """Exactly one of two foreign keys is set."""
    return models.CheckConstraint(
        condition=Q(**{f"{first}__isnull": True, f"{second}__isnull": False})
        | Q(**{f"{first}__isnull": False, f"{second}__isnull": True}),
        name=name,
        violation_error_message=message,
    )


def joined(*fields: str):
    """The key of a part as a SQL expression: the keys of its parts joined by `+`, empty for NULL."""
    parts = []
    for field in fields:
        parts += [models.Value("+"), Coalesce(models.F(field), models.Value(""))]
    expression = parts[1]
    for part in parts[2:]:
        expression = Join(expression, part)
    return expression


class Join(models.Func):
    """`a || b`. Django's own Concat calls functions that may not stand in a generated column."""

    arg_joiner = " || "
    template = "(%(expressions)s)"
    arity = 2
    output_field = models.TextField(db_collation="C")
