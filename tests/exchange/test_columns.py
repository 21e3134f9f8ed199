"""Cells: what each kind of column reads, refuses, and writes again."""
# ruff: noqa: E501 -- a case stands on one line, with all that is told of it

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitkb.exchange.columns import SEPARATOR, one_line, shown, split
from summitkb.exchange.tables import get_table, tables
from summitkb.records.partial_dates import PartialDate
from tests.factories import make_figure, make_meeting, make_person, make_statement, make_topic


def column(place):
    table, name = place.split(".")
    return get_table(table).column(name)


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("sources.id", "text"),
        ("sources.url", "web address"),
        ("sources.kind", "vocabulary"),
        ("sources.published_on", "date"),
        ("people.other_names", "list of text"),
        ("meetings.starts_at", "time"),
        ("meetings.event", "reference"),
        ("meetings.topics", "list of references"),
        ("statements.translated", "yes or no"),
        ("figures.value", "whole number"),
        ("citations.table", "table"),
    ],
)
def test_the_field_makes_the_kind(place, kind):
    assert column(place).kind == kind


def test_every_column_is_described():
    columns = [(table.name, column) for table in tables() for column in table.columns]

    assert len(columns) == 103
    assert [(name, column.name) for name, column in columns if not column.help_text] == []


@pytest.mark.parametrize(
    ("place", "cell", "value"),
    [
        ("sources.title", "[Supplied]", "[Supplied]"),
        ("sources.published_on", "2025-05", PartialDate(2025, 5)),
        ("sources.published_on", "", None),
        ("people.other_names", "A | B|C", ["A", "B|C"]),
        ("meetings.starts_at", "23:59", datetime.time(23, 59)),
        ("meetings.topics", "a | b", ["a", "b"]),
        ("statements.translated", "no", False),
        ("figures.value", "999999999999999999", 10**18 - 1),
        ("statements.text", "two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_a_cell_is_read(place, cell, value):
    assert column(place).check(cell) == value


@pytest.mark.parametrize(
    ("place", "cell", "sentence"),
    [
        ("figures.value", "1" * 19, f"“{'1' * 19}” is not a whole number from 0; accepted are up to 18 digits"),
        ("figures.value", "1.0", "“1.0” is not a whole number from 0; accepted are up to 18 digits"),
        ("meetings.starts_at", "9:30", "“9:30” is not a time; accepted is HH:MM from 00:00 to 23:59"),
        ("meetings.starts_at", "09:30:00", "“09:30:00” is not a time; accepted is HH:MM from 00:00 to 23:59"),
        ("sources.published_on", "0000", "“0000” is not in the calendar; accepted is a date as YYYY, YYYY-MM or YYYY-MM-DD"),
        ("sources.published_on", "9" * 99, f"“{'9' * 79}…” is not a date as YYYY, YYYY-MM or YYYY-MM-DD"),
        ("meetings.kind", "x\ny", "“x\\ny” is not known; accepted are bilateral, multilateral, plenary, seminar, other"),
        ("meetings.topics", "a | a", "names “a” twice; accepted is each entry once"),
        ("meetings.topics", "a |  | b", "has an empty entry; accepted is a list separated by “ | ”"),
        ("meetings.topics", "a | ", "has space around the value; accepted is the value alone"),
        ("sources.url", "https://", "“https://” is not an address on the web; accepted are http://… and https://…"),
        ("sources.url", f"https://a.uz/{'x' * 1990}", "has 2003 characters; accepted are up to 2000"),
        ("statements.text", "x" * 100_001, "has 100001 characters; accepted are up to 100000"),
        ("statements.text", "a\x85b", "“a\\x85b” holds a control character; accepted is text without"),
        ("statements.text", "a\x7fb", "“a\\x7fb” holds a control character; accepted is text without"),
        ("statements.text", "a\u00a0", "has space around the value; accepted is the value alone"),
        ("statements.text", "", "is empty; a value is needed here"),
    ],
)  # fmt: skip
def test_a_cell_is_refused_with_a_sentence(place, cell, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        column(place).check(cell)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "field", "value", "cell"),
    [
        (make_meeting, "date", "2025-05", "2025-05"),
        (make_meeting, "date", None, None),
        (make_meeting, "starts_at", datetime.time(9, 5), "09:05"),
        (make_meeting, "starts_at", datetime.time(0, 0), "00:00"),
        (make_meeting, "summary", "", None),
        (make_statement, "translated", True, "yes"),
        (make_statement, "translated", False, "no"),
        (make_statement, "translated", None, None),
        (make_person, "other_names", ["A", "B, C"], "A | B, C"),
        (make_person, "other_names", [], None),
        (make_figure, "value", 0, "0"),
    ],
)
def test_the_database_writes_the_cell_that_was_read(make, field, value, cell):
    record = make(**{field: value})
    found = get_table(record._meta.db_table).column(field)

    assert type(record).objects.values_list(found.cell(), flat=True).get() == cell
    if cell is not None:
        read = found.check(cell)
        assert str(read) == str(value)


@pytest.mark.django_db
def test_a_list_of_references_is_written_in_its_own_order_with_its_labels():
    meeting = make_meeting()
    for position, name in enumerate(["water", "border", "trade"]):
        topic = make_topic(name, name=name.title())
        meeting.topic_entries.create(topic=topic, position=position)
    topics = column("meetings.topics")

    assert type(meeting).objects.values_list(topics.cell(), topics.label()).get() == (
        "water | border | trade",
        "Water | Border | Trade",
    )


ENTRIES = st.text(min_size=1).map(str.strip).filter(lambda text: text and SEPARATOR not in text)


@given(st.lists(ENTRIES, min_size=1, unique=True))
def test_a_list_is_split_as_it_was_joined(entries):
    joined = SEPARATOR.join(entries)
    if joined.count(SEPARATOR) == len(entries) - 1:  # else a bar within made another separator
        assert split(joined) == entries


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a b", "a b"),
        ("عربي é", "عربي é"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("\x1b]0;x\x07", "\\x1b]0;x\\x07"),
        ("\udc80", "\\udc80"),
        ("\u202e", "\\u202e"),
    ],
)
def test_text_is_shown_on_one_line_without_what_moves_a_terminal(text, line):
    assert one_line(text) == line
    assert shown(text) == f"“{line}”"
