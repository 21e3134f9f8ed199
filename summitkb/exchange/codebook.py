"""The codebook: for each table what one row is, and for each column what a cell means.

All of it is generated: words from models and vocabularies, kinds from declarations, and how much
is filled from the rows that are published.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Count, QuerySet
from django.template.loader import render_to_string

from summitkb.exchange.kinds import KINDS
from summitkb.exchange.public_columns import PublicColumn
from summitkb.exchange.tables import Table, table_of, tables
from summitkb.records.gathered import gathering

FILE = "codebook.md"


@dataclass(frozen=True)
class Described:
    """One column, and how many rows of its table have something in it."""

    column: PublicColumn
    required: bool
    targets: tuple[str, ...]
    """The tables whose keys it may hold."""

    filled: int | None
    """None where it was not counted."""
    rows: int

    @property
    def kind(self) -> str:
        return KINDS[self.column.kind].words

    @property
    def terms(self) -> list:
        """The members of its vocabulary, each with value, label and meaning."""
        return list(self.column.vocabulary or ())

    @property
    def share(self) -> str:
        """How much is filled, in per cent; never rounded to all or to nothing."""
        if self.filled is None:
            return ""
        if self.filled in (0, self.rows):
            return "100\u00a0%" if self.filled else "0\u00a0%"
        return f"{min(max(round(100 * self.filled / self.rows), 1), 99)}\u00a0%"


@dataclass(frozen=True)
class Chapter:
    """One table."""

    table: Table
    rows: int
    columns: list[Described]

    @property
    def own(self) -> list[Described]:
        """Those that the package has."""
        return [described for described in self.columns if not described.column.computed]

    @property
    def computed(self) -> list[Described]:
        """Those that the files of its list have beside them."""
        return [described for described in self.columns if described.column.computed]


def codebook(rows: Callable[[Table], QuerySet] = Table.published) -> list[Chapter]:
    """A chapter for each table, in the order of the package, with what is filled of some `rows` of
    it. One query a table, after one or two where it is to gather of others."""
    return [_chapter(table, rows(table)) for table in tables()]


def described(numbers: dict[str, int]) -> list[Chapter]:
    """The same without what is filled, of tables that have these `numbers` of rows."""
    return [_described(table, numbers[table.name], {}) for table in tables()]


def _chapter(table: Table, queryset: QuerySet) -> Chapter:
    columns = table.public_columns()
    counted = {f"filled_{n}": c for n, c in enumerate(columns) if c.filled_as is None}
    counts = gathering(queryset.order_by()).aggregate(
        rows=Count("pk"), **{alias: Count(c.cell) for alias, c in counted.items()}
    )
    filled = {column.name: counts[alias] for alias, column in counted.items()}
    filled[""] = counts["rows"]
    return _described(table, counts["rows"], filled)


def _described(table: Table, rows: int, filled: dict[str, int]) -> Chapter:
    declared = {column.name: column for column in table.columns}
    return Chapter(
        table,
        rows,
        [
            Described(
                column,
                column.name in declared and declared[column.name].required,
                _targets(declared.get(column.name)),
                filled.get(column.name if column.filled_as is None else column.filled_as),
                rows,
            )
            for column in table.public_columns()
        ],
    )


def _targets(column) -> tuple[str, ...]:
    return tuple(table_of(model).name for model in column.targets) if column else ()


def write_codebook(folder: Path, rows: Callable[[Table], QuerySet]) -> None:
    """Put the codebook beside the tables of a package, as Markdown."""
    text = render_to_string("exchange/codebook.md", {"chapters": codebook(rows)})
    (folder / FILE).write_text(text, encoding="utf-8")
