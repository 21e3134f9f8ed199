"""What must hold within one row of a package, said in the words of the model's own constraint.

The database guards the same rule; here it is asked of cells, before anything is written, so that
every problem of a package can be told at once and at its line.
"""

from collections.abc import Callable
from dataclasses import dataclass

from summitkb.records.partial_dates import PartialDate


@dataclass(frozen=True)
class Rule:
    """`holds(row)` is asked of the cells of a row by column name; if not, `message` is told."""

    column: str
    holds: Callable[[dict[str, str]], bool]
    message: str


def constraint(model, name: str):
    """A constraint of a model by its name."""
    return next(c for c in model._meta.constraints if c.name == name)


def _rule(model, name, column, holds):
    return Rule(column, holds, constraint(model, name).violation_error_message)


def exactly_one(model, name: str, first: str, second: str) -> Rule:
    return _rule(model, name, first, lambda row: bool(row[first]) != bool(row[second]))


def at_least_one(model, name: str, first: str, second: str) -> Rule:
    return _rule(model, name, first, lambda row: bool(row[first] or row[second]))


def in_order(model, name: str, first: str, last: str) -> Rule:
    def holds(row):
        try:
            start, end = PartialDate.parse(row[first]), PartialDate.parse(row[last])
        except ValueError:  # unknown, or told already by the column
            return True
        return start.earliest <= end.latest

    return _rule(model, name, first, holds)
