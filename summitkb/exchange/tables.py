"""The one declaration per table, from which list, facets, CSV, package and codebook are made.

An app declares its tables in its module `tables`, which is found when Django starts:

    register(Table(Bloc, order=4, columns=["id", "acronym", "name", "kind", "founded_on", "website"]))

What a column is, its type, words and vocabulary, is asked of the model's field of that name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from django.db.models import Expression, QuerySet, TextField, Value
from django.db.models.functions import Cast

from summitkb.exchange.columns import Column, column_for
from summitkb.exchange.public_columns import PublicColumn, public_columns
from summitkb.exchange.rules import Rule
from summitkb.records.languages import OURS
from summitkb.records.models import Record
from summitkb.records.structure import key_field


@dataclass(frozen=True)
class Searched:
    """What of a row the search finds, as paths to fields.

    `titles` are what it is called, and weigh most; `texts` the rest of its words, in the `language`
    that the expression gives, or else in ours; `context` names references to records whose names count
    for the row as well. A hit in a row counts `weight` times.
    """

    titles: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    language: Expression = Value(OURS)
    weight: float = 1


@dataclass(frozen=True)
class Table:
    """One table of the package: a file, a list page, a CSV.

    `columns` are names of fields, or columns made by hand; `key` names those that together identify
    a row; `cited` says that each row must have a citation; `unique` names further constraints of the
    model by which no two rows share some columns (rows in which one of them is empty do not count);
    `rules` hold within a row; `checks` are given the whole package and yield problems that span rows,
    in the order of their lines.

    `origin` says where its cells come from, `searched` what of a row the search finds. For a table that
    has no one field for its key, `found_by` names a column by which rows are looked up in the database.
    """

    model: type
    order: int
    columns: list[Column | str]
    searched: Searched
    key: tuple[str, ...] = ("id",)
    cited: bool = True
    unique: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    checks: tuple[Callable, ...] = ()
    found_by: str | None = None
    origin: str = "Typed by editors from the sources that the row cites."

    def __post_init__(self):
        made = [c if isinstance(c, Column) else column_for(self.model, c) for c in self.columns]
        object.__setattr__(self, "columns", made)

    def __repr__(self):
        return f"<Table {self.name}>"

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @cached_property
    def has_publication(self) -> bool:
        """Whether its rows are records, and not what speaks of them."""
        return issubclass(self.model, Record)

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name_plural).capitalize()

    @property
    def singular(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def one_row(self) -> str:
        """What one row is, in the words of the model."""
        return self.model.__doc__.strip().split("\n\n")[0]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @cached_property
    def key_field(self) -> str:
        """The name of the field that holds the key, its parts joined by `+`."""
        return key_field(self.model).name

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def key_of(self, row: dict[str, str]) -> str:
        """The key of a row of cells, its parts joined by `+`.

        Where the parts are free text, which may hold a plus, by what no cell may hold.
        """
        joint = "\x1f" if self.found_by else "+"
        return joint.join([row[name] for name in self.key])

    def sort_key(self, row: dict[str, str]) -> tuple[str, ...]:
        """By which canonical order compares rows: the parts of the key, by code point."""
        return tuple(row[name] for name in self.key)

    def address_of(self, row: dict[str, str]) -> str:
        """What a row of cells is about, as a program writes it: table and key."""
        return f"{self.name}/{self.key_of(row)}"

    def said(self, row: dict[str, str]) -> str:
        """The first cell that says what a row is called; empty where only others say that."""
        titles = (row.get(name) for name in self.searched.titles)
        return next(filter(None, titles), "")

    def cells(self, queryset: QuerySet, *before: str) -> QuerySet:
        """The rows of a queryset as tuples of cells, None for an empty one, in the package's columns.

        `before` names fields of the model whose values stand before the cells.
        """
        return queryset.values_list(*before, *(column.cell() for column in self.columns))

    def published(self) -> QuerySet:
        """The rows that are public, and so belong in a package."""
        return self.model.objects.published()

    @property
    def public_through(self) -> list[tuple[Expression, Expression]]:
        """The table and key, as SQL, of other records on which it rests whether a row is public."""
        return []

    def public_columns(self, root: str = "/") -> list[PublicColumn]:
        """The columns of the public files; `root` is the address of `/`."""
        return public_columns(self, root)

    @property
    def address(self) -> list:
        """The parts of the public address of a row, below the root, as SQL."""
        return [Value(f"{self.name}/"), Cast(self.key_field, TextField())]

    def texts_of(self, record) -> list[str]:
        """What a row is called, and then its titles and texts beside that, as the search finds them."""
        texts = [record.heading]
        for path in (*self.searched.titles, *self.searched.texts):
            if isinstance(path, str):
                value = attrgetter(path.replace("__", "."))(record)
                texts.append(", ".join(value) if isinstance(value, list) else str(value or ""))
        return [text for text in dict.fromkeys(texts) if text]

    def in_canonical_order(self, queryset: QuerySet) -> QuerySet:
        """By key, part by part, by code point, whatever the collation of the database."""
        if self.key == (self.key_field,):
            return queryset.order_by(self.key_field)
        return queryset.order_by(*(self.column(name).sort() for name in self.key))


_tables: dict[str, Table] = {}


def register(table: Table) -> Table:
    """Declare a table. Raises ValueError where its name or its place is taken."""
    if any(table.name == other.name or table.order == other.order for other in _tables.values()):
        raise ValueError(f"{table!r} has the name or the place of another table")
    _tables[table.name] = table
    return table


def tables() -> list[Table]:
    """All tables, in the order of the package."""
    return sorted(_tables.values(), key=lambda table: table.order)


def get_table(name: str) -> Table | None:
    return _tables.get(name)


def table_of(model) -> Table:
    return _tables[model._meta.db_table]
