"""The columns of the public files of a table: those of the package, and what is computed beside them.

Each reference is followed by the names of what it refers to, each partial date by what it may mean.
What the row rests on and the address of its page come last. CSV, JSONL and codebook are made of these.
"""

from dataclasses import dataclass

from django.db.models import Expression, TextField, Value
from django.db.models.functions import Cast, Concat

from summitkb.exchange.columns import SEPARATOR, Column, Date
from summitkb.records import vocabularies
from summitkb.records.evidence import (
    Corroboration,
    corroboration,
    first_reported,
    number_of_citations,
    number_of_publishers,
)
from summitkb.records.partial_dates import DayText, Earliest, Latest, Precision

VALUES = {
    "whole number": int,
    "yes or no": "yes".__eq__,
    "list of text": lambda cell: cell.split(SEPARATOR),
    "list of references": lambda cell: cell.split(SEPARATOR),
}
"""How a cell becomes a value where there are numbers and lists; what is not here stays text."""


@dataclass(frozen=True)
class PublicColumn:
    """One column: its name, the kind and the words of the codebook, and its cell as SQL.

    `computed` says that it is made of other columns or tables, and is not in the package; `filled_as`
    names the column that it is empty with, and is "" where it never is empty. `listed` is the cell as
    an array, where the entries of a list cannot be told apart in the cell.
    """

    name: str
    kind: str
    help_text: str
    cell: Expression
    computed: bool = True
    vocabulary: type[vocabularies.Vocabulary] | None = None
    filled_as: str | None = None
    listed: Expression | None = None

    def value(self, cell: str | list[str] | None):
        """A cell as JSON has it: lists as lists, numbers as numbers, None where it is empty."""
        if cell is None or isinstance(cell, list):
            return cell
        return VALUES[self.kind](cell) if self.kind in VALUES else cell


def public_columns(table, root: str) -> list[PublicColumn]:
    """The columns of a table, in their order; `root` is the address of `/`."""
    columns = [made for column in table.columns for made in _of(column)]
    if table.cited:
        columns += _evidence(table.model)
    names = [column.name for column in columns]
    return [*columns, _page(table, root, "page_url" if "url" in names else "url")]


def _of(column: Column):
    name, label = column.name, column.label()
    yield PublicColumn(
        name,
        column.kind,
        column.help_text,
        column.cell(),
        computed=False,
        vocabulary=column.vocabulary,
    )
    if label is not None:
        kind, words = "text", f"What the record in `{name}` is called."
        if column.kind == "list of references":
            kind, words = "list of text", f"What the records in `{name}` are called, in its order."
        named = column.labels()
        yield PublicColumn(f"{name}_name", kind, words, label, filled_as=name, listed=named)
    if isinstance(column, Date):
        day = "as YYYY-MM-DD"
        yield PublicColumn(
            f"{name}_precision",
            "vocabulary",
            f"How much of `{name}` is known.",
            Precision(name),
            vocabulary=vocabularies.Precision,
            filled_as=name,
        )
        for part, which, bound in (("earliest", "first", Earliest), ("latest", "last", Latest)):
            words = f"The {which} day that `{name}` may mean, {day}."
            cell = DayText(bound(name))
            yield PublicColumn(f"{name}_{part}", "day", words, cell, filled_as=name)


def _evidence(model):
    """What the public sees: what is cited of sources that are published."""
    return [
        PublicColumn(
            "corroboration",
            "list of text",
            "What its citations say of it, as the filter of that name counts it: one or more words, "
            f"separated by `{SEPARATOR.strip()}`.",
            corroboration(model),
            vocabulary=Corroboration,
            filled_as="",
        ),
        PublicColumn(
            "citations",
            "whole number",
            "How many citations it has, those that dispute it among them.",
            Cast(number_of_citations(model), TextField()),
            filled_as="",
        ),
        PublicColumn(
            "publishers",
            "whole number",
            "How many independent publishers support it. A reprint counts for whoever wrote it.",
            Cast(number_of_publishers(model), TextField()),
            filled_as="",
        ),
        PublicColumn(
            "first_reported",
            "day",
            "The day by which it was first reported by a source that supports it: of a source whose "
            "date is known in part, the last day that it may mean. Empty where no such date is known.",
            DayText(first_reported(model)),
        ),
    ]


def _page(table, root, name):
    address = Concat(Value(root), *table.address, Value("/"), output_field=TextField())
    words = "The page of the record, which stays there."
    return PublicColumn(name, "web address", words, address, filled_as="")
