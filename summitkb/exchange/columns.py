"""A column of a table: what a cell of it may hold, and how it is read from the database.

A cell is text, as it stands in the CSV; empty means unknown. Every column can `parse` a cell into
the value that the model keeps (raising ValueError with a sentence that says what is accepted), and
gives the SQL expression `cell()` that makes the very same text of it again, so that load and dump
are each other's inverse. All else about a column, its type, words and vocabulary, is the model's.
"""

import datetime
import re
from collections.abc import Sequence
from functools import cached_property

from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Collate, NullIf

from summitkb.exchange.alphabets import foreign_letters
from summitkb.records.characters import REFUSED, is_printed
from summitkb.records.gathered import Gathered
from summitkb.records.partial_dates import ACCEPTED, PartialDate, PartialDateField
from summitkb.records.structure import references
from summitkb.records.vocabularies import Vocabulary

SEPARATOR = " | "
LONGEST_CELL = 100_000
EMPTY = "is empty; a value is needed here"
# Half a pair; text has none, and a byte that is not UTF-8 is kept as one until it can be told.
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def shown(cell: str) -> str:
    """A cell as a sentence quotes it: on one line, not too long, and harmless to a terminal."""
    text = cell if len(cell) <= 80 else f"{cell[:79]}…"
    return f"“{one_line(text)}”"


def one_line(text: str) -> str:
    """Text with all that does not print, line ends among it, written as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def text_of(expression) -> NullIf:
    """A text expression with nothing in place of the empty string, as a CSV cell wants it."""
    return NullIf(expression, Value(""), output_field=TextField())


def _first(expressions):
    """The first of some text expressions that is not NULL."""
    if len(expressions) == 1:
        return expressions[0]
    return Coalesce(*expressions, output_field=TextField())


def label_of(model, prefix: str = ""):
    """The name of a record as SQL: the first of its `label_fields` that is not empty."""
    names = [text_of(F(f"{prefix}{path}")) for path in model.label_fields]
    return _first(names)


class Column:
    """Text: the kind that a column is when nothing better is known of it."""

    kind = "text"
    vocabulary: type[Vocabulary] | None = None
    values: Sequence[str] = ()
    """All that a cell may hold, where that is few."""

    def __init__(self, name: str, field: models.Field):
        self.name = name
        self.field = field

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}>"

    @property
    def required(self) -> bool:
        return not self.field.blank

    @property
    def help_text(self) -> str:
        return str(self.field.help_text)

    @property
    def targets(self) -> list:
        """The models whose keys it may name; none for a plain value."""
        return []

    @property
    def pattern(self) -> str:
        """The regular expression that a whole cell fits; empty for any text."""
        forms = (v.regex.pattern for v in self._validators if isinstance(v, RegexValidator))
        return next(forms, "").removeprefix("^").removesuffix(r"\Z")

    @cached_property
    def _validators(self) -> list:
        return [v for v in self.field.validators if not isinstance(v, MaxLengthValidator)]

    def parse(self, cell: str):
        """The value of a cell that is not empty."""
        for validator in self._validators:
            try:
                validator(cell)
            except ValidationError as error:
                accepted = error.message[0].lower() + error.message[1:].rstrip(".")
                foreign = foreign_letters(cell)
                raise ValueError(f"{shown(cell)}{foreign} is wrong; {accepted}") from None
        if self.field.max_length and len(cell) > self.field.max_length:
            raise ValueError(
                f"has {len(cell)} characters; accepted are up to {self.field.max_length}"
            )
        return cell

    def check(self, cell: str):
        """The value of any cell, None for an empty one. Raises ValueError with a sentence."""
        if not cell:
            if self.required:
                raise ValueError(EMPTY)
            return None
        if len(cell) > LONGEST_CELL:
            raise ValueError(f"has {len(cell)} characters; accepted are up to {LONGEST_CELL}")
        if _SURROGATE.search(cell):
            raise ValueError(f"{shown(cell)} is not all UTF-8; accepted is text in UTF-8")
        if not is_printed(cell):
            raise ValueError(f"{shown(cell)} {REFUSED}")
        if cell != cell.strip():
            raise ValueError("has space around the value; accepted is the value alone")
        return self.parse(cell)

    def assign(self, instance, value) -> None:
        """Set the value, or the model's word for unknown, on an instance."""
        setattr(instance, self.field.attname, "" if value is None else value)

    def cell(self):
        return text_of(F(self.field.name))

    def label(self):
        """The expression for the names of what it refers to; None for a plain value."""
        return None

    def labels(self):
        """The same of a list as an array, in which a name may hold what parts a cell; else None."""
        return None

    def sort(self):
        """By which the canonical order compares: the text of the cell, by code point."""
        return Collate(Coalesce(self.cell(), Value(""), output_field=TextField()), "C")


class Nullable(Column):
    """A column whose unknown is NULL."""

    def assign(self, instance, value):
        setattr(instance, self.field.attname, value)


class Address(Column):
    """An address on the web. The field's own validator would take ftp as well."""

    kind = "web address"
    _validators = ()
    _web = URLValidator(schemes=["http", "https"])

    def parse(self, cell):
        try:
            self._web(cell)
        except ValidationError:
            raise ValueError(
                f"{shown(cell)} is not an address on the web; accepted are http://… and https://…"
            ) from None
        return super().parse(cell)


class Term(Column):
    """One value of a vocabulary."""

    kind = "vocabulary"

    @cached_property
    def vocabulary(self):
        return Vocabulary.of(self.field)

    @property
    def values(self) -> list[str]:
        return self.vocabulary.values

    def parse(self, cell):
        if cell not in self.values:
            raise ValueError(
                f"{shown(cell)}{foreign_letters(cell)} is not known; "
                f"accepted are {', '.join(self.values)}"
            )
        return cell


class Date(Nullable):
    kind = "date"

    def parse(self, cell):
        if len(cell) > len("2025-05-27"):
            raise ValueError(f"{shown(cell)} is not {ACCEPTED}")
        return PartialDate.parse(cell)

    def cell(self):
        return Cast(self.field.name, TextField())


class Whole(Nullable):
    kind = "whole number"

    def parse(self, cell):
        if not re.fullmatch(r"0|[1-9][0-9]{0,17}", cell, re.ASCII):
            raise ValueError(
                f"{shown(cell)} is not a whole number from 0; accepted are up to 18 digits"
            )
        return int(cell)

    def cell(self):
        return Cast(self.field.name, TextField())


class Clock(Nullable):
    kind = "time"

    def parse(self, cell):
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", cell, re.ASCII):
            raise ValueError(f"{shown(cell)} is not a time; accepted is HH:MM from 00:00 to 23:59")
        return datetime.time.fromisoformat(cell)

    def cell(self):
        return Func(
            F(self.field.name), Value("HH24:MI"), function="to_char", output_field=TextField()
        )


class YesNo(Nullable):
    kind = "yes or no"

    def parse(self, cell):
        if cell not in ("yes", "no"):
            raise ValueError(f"{shown(cell)} is not known; accepted are yes, no")
        return cell == "yes"

    def cell(self):
        name = self.field.name
        return Case(
            When(**{name: True, "then": Value("yes")}), When(**{name: False, "then": Value("no")})
        )


def split(cell: str) -> list[str]:
    """The entries of a list in a cell. Raises ValueError where one is empty or comes twice."""
    entries = cell.split(SEPARATOR)
    if any(not entry or entry != entry.strip() for entry in entries):
        raise ValueError(f"has an empty entry; accepted is a list separated by “{SEPARATOR}”")
    seen = set()
    for entry in entries:
        if entry in seen:
            raise ValueError(f"names {shown(entry)} twice; accepted is each entry once")
        seen.add(entry)
    return entries


class Words(Column):
    """A list of words of our own, kept as an array."""

    kind = "list of text"

    def parse(self, cell):
        entries = split(cell)
        longest = self.field.base_field.max_length
        if any(len(entry) > longest for entry in entries):
            raise ValueError(f"has an entry that is too long; accepted are {longest} characters")
        return entries

    def assign(self, instance, value):
        setattr(instance, self.field.attname, value or [])

    def cell(self):
        return text_of(
            Func(
                F(self.field.name),
                Value(SEPARATOR),
                function="array_to_string",
                output_field=TextField(),
            )
        )


class Reference(Nullable):
    """The key of one record of another table."""

    kind = "reference"

    @property
    def targets(self):
        return [self.field.related_model]

    def parse(self, cell):
        return cell

    def cell(self):
        return F(self.field.attname)

    def label(self):
        return label_of(self.field.related_model, f"{self.field.name}__")


class Entries(Column):
    """A list of keys of other records, kept as rows of an entry model such as `MeetingTopic`.

    Its field is the entry model's `owner`; it has nothing to assign to the instance itself.
    """

    kind = "list of references"

    def __init__(self, name, field, help_text):
        super().__init__(name, field)
        self._help_text = help_text
        self.model = field.model
        self.links = references(field.model)

    @property
    def required(self):
        return False

    @property
    def help_text(self):
        return self._help_text

    @property
    def targets(self):
        return [link.related_model for link in self.links]

    def parse(self, cell):
        return split(cell)

    def assign(self, instance, value):
        pass

    def _all(self, aggregate):
        return Gathered(self.model.objects.all(), "owner", "pk", aggregate)

    @property
    def _name(self):
        return _first([label_of(link.related_model, f"{link.name}__") for link in self.links])

    def cell(self):
        key = _first([F(link.attname) for link in self.links])
        return self._all(StringAgg(key, SEPARATOR, order_by="position"))

    def label(self):
        return self._all(StringAgg(self._name, SEPARATOR, order_by="position"))

    def labels(self):
        return self._all(ArrayAgg(self._name, order_by="position"))


def column_for(model, name: str) -> Column:
    """The column that a field of a model makes; `name` is the field's."""
    field = model._meta.get_field(name)
    if field.one_to_many:
        raise TypeError(f"{name} is a relation; declare it as Entries")
    if field.many_to_one:
        return Reference(name, field)
    if field.choices:
        return Term(name, field)
    for kind, column in (
        (models.URLField, Address),
        (PartialDateField, Date),
        (models.IntegerField, Whole),
        (models.TimeField, Clock),
        (models.BooleanField, YesNo),
        (ArrayField, Words),
    ):
        if isinstance(field, kind):
            return column(name, field)
    return Column(name, field)
