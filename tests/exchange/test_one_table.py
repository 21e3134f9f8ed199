"""One table alone: what is read right however it was typed, what is refused, and where.

Each of the tables of the small package stands for what somebody typed or exported.
"""
# ruff: noqa: E501 -- a case stands on one line, with all that is told of it

import csv
import io
import re

import pytest
from django.db import transaction
from openpyxl import Workbook

from delegations.models import Delegation, Event, Person
from meetings.models import Meeting, MeetingTopic, Statement, Topic
from summitkb.exchange.archives import Refused
from summitkb.exchange.checks import check
from summitkb.exchange.loading import Conflict, load
from summitkb.exchange.one_table import open_table
from summitkb.exchange.packages import open_package
from summitkb.exchange.tables import get_table, tables
from summitkb.records.models import Citation
from tests.exchange.small import TEXTS, as_text, changed, rows_of, write
from tests.factories import (
    make_country,
    make_delegation,
    make_event,
    make_person,
    make_redirect,
    make_topic,
)

KINDS = ("new", "changed", "unchanged", "only in the database")
DATE = "accepted is a date as YYYY, YYYY-MM or YYYY-MM-DD"
THERE = "accepted is a key that is there"
SLUG = "an id is made of a-z, 0-9 and single hyphens between them, for example moscow-2025"


def written(tmp_path, data, name="typed.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def problems(path, table, *args):
    with open_table(path, table) as package:
        return [str(problem) for problem in check(package, *args)]


def problems_of(tmp_path, table, data, *args):
    return problems(written(tmp_path, data), table, *args)


def loaded(path, table, publication="draft", **kwargs):
    """Load a table in which nothing is wrong. Gives its counts and the changes that were told."""
    told = []
    with open_table(path, table) as package:
        assert [str(problem) for problem in check(package, publication)] == []
        report = load(package, publication, tell=lambda row: told.append(str(row)), **kwargs)
    assert list(report.counts) == [table]
    return tuple(report.counts[table][kind] for kind in KINDS), told


@pytest.fixture
def small(db, tmp_path):
    """The small package in the database."""
    with open_package(write(tmp_path / "small")) as package:
        load(package)


# However it was typed


def retyped(text, delimiter=",", end="\n"):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(
        [cell.replace("\n", end) for cell in row] for row in csv.reader(io.StringIO(text))
    )
    return out.getvalue()


def with_each_cell(text, change, rows=slice(None)):
    table = list(csv.reader(io.StringIO(text)))
    table[rows] = [[change(cell) for cell in row] for row in table[rows]]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


def with_empty_end(text):
    width = text.split("\n")[0].count(",") + 1
    rows = [[*row, "", ""] for row in csv.reader(io.StringIO(text))]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([*rows, *[[""] * (width + 2)] * 3, [" "], [""]])
    return out.getvalue()


def as_sheet(text):
    book = Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append([cell or None for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


TYPED = {
    "as a package has it": lambda text: text,
    "semicolons": lambda text: retyped(text, ";"),
    "tabs": lambda text: retyped(text, "\t"),
    "CRLF and a byte order mark": lambda text: f"\ufeff{retyped(text, end=chr(13) + chr(10))}",
    "CR alone": lambda text: retyped(text, end="\r"),
    "Unicode text": lambda text: retyped(text, "\t", "\r\n").encode("utf-16"),
    "Unicode text of other order": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "space around": lambda text: with_each_cell(text, lambda cell: f"\u00a0{cell} \u200b\u202f"),
    "a header in words": lambda text: with_each_cell(
        text, lambda name: name.replace("_", " ").title(), slice(1)
    ),
    "empty rows and columns at the end": with_empty_end,
    "a spreadsheet": as_sheet,
}


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("table", TEXTS)
def test_a_table_is_read_right_however_it_was_typed(tmp_path, table, typed):
    with open_table(written(tmp_path, TYPED[typed](TEXTS[table])), table) as package:
        assert package.header(table) == get_table(table).header
        assert [row for _, row in package.rows(table)] == rows_of(TEXTS[table])


def test_lines_are_those_of_the_file_and_rows_those_of_the_sheet(tmp_path):
    text = TEXTS["statements"].replace("It went well.", '"It\nwent well."')
    lines = {}
    for typed in ("semicolons", "CR alone", "Unicode text", "a spreadsheet"):
        with open_table(written(tmp_path, TYPED[typed](text)), "statements") as package:
            lines[typed] = [line for line, _ in package.rows("statements")]

    assert lines == {
        "semicolons": [2, 4],
        "CR alone": [2, 4],
        "Unicode text": [2, 4],
        "a spreadsheet": [2, 3],
    }


@pytest.mark.django_db
def test_a_full_package_is_read_as_it_stands(tmp_path):
    """What is read right of one table is wrong in a package, which tools write."""
    texts = {"topics": TEXTS["topics"].replace(",", ";")}
    texts |= changed("blocs", "sco,SCO,", "sco, SCO,")

    with open_package(write(tmp_path / "p", texts)) as package:
        told = [str(p) for p in check(package) if p.file in ("topics.csv", "blocs.csv")]

    assert told == [
        "topics.csv:1: this is not the header; accepted are id, name, parent",
        "blocs.csv:2: acronym: has space around the value; accepted is the value alone",
    ]


# What is refused


FAULTS = [
    # Letters that only look right, in the key of each table or in what it refers to
    ("sources", "uza-2,", "uzа-2,", f"3: id: “uzа-2” (“а” is a Cyrillic letter) is wrong; {SLUG}"),
    ("topics", "water,Water", "wаtеr,Water", f"4: id: “wаtеr” (“а”, “е” are Cyrillic letters) is wrong; {SLUG}"),
    ("topics", "border-control,Border control,regional-security", "border-control,Border control,regiοnal-security", f"2: parent: “regiοnal-security” (“ο” is a Greek letter) is not in topics.csv or the database; {THERE}"),
    ("countries", "RUS,", "RUЅ,", "4: code: “RUЅ” (“Ѕ” is a Cyrillic letter) is wrong; a country has its ISO 3166-1 alpha-3 code (IRN), an entity inside a state its ISO 3166-2 code (BA-SRP), anything else a user-assigned code that begins with X"),
    ("blocs", "sco,SCO", "ѕсο,SCO", f"2: id: “ѕсο” (“ѕ”, “с” are Cyrillic letters, “ο” is a Greek letter) is wrong; {SLUG}"),
    ("memberships", "sco,UZB", "sco,UZВ", f"3: country: “UZВ” (“В” is a Cyrillic letter) is not in countries.csv or the database; {THERE}"),
    ("people", "sergei-shoigu", "ѕergei-shoigu", f"2: id: “ѕergei-shoigu” (“ѕ” is a Cyrillic letter) is wrong; {SLUG}"),
    ("events", "viktor-makhmudov", "viktоr-makhmudov", f"2: chair: “viktоr-makhmudov” (“о” is a Cyrillic letter) is not in people.csv or the database; {THERE}"),
    ("delegations", "tashkent-2026,RUS", "tashkеnt-2026,RUS", f"2: event: “tashkеnt-2026” (“е” is a Cyrillic letter) is not in events.csv or the database; {THERE}"),
    ("delegates", "sergei-shoigu", "sergei-shоigu", f"2: person: “sergei-shоigu” (“о” is a Cyrillic letter) is not in people.csv or the database; {THERE}"),
    ("meetings", "bilateral,", "bilаteral,", "3: kind: “bilаteral” (“а” is a Cyrillic letter) is not known; accepted are bilateral, multilateral, plenary, seminar, other"),
    ("meetings", "water | border-control", "water | bоrder-control", f"2: topics: “bоrder-control” (“о” is a Cyrillic letter) is not in topics.csv or the database; {THERE}"),
    ("participants", "tashkent-2026-sco,,", "tashkent-2026-sсo,,", f"2: delegation: “tashkent-2026-sсo” (“с” is a Cyrillic letter) is not in delegations.csv or the database; {THERE}"),
    ("statements", "UZB | sco | RUS", "UZB | sсo | RUS", f"3: about: “sсo” (“с” is a Cyrillic letter) is not in countries.csv or blocs.csv or the database; {THERE}"),
    ("agreements", "UZB | RUS", "UZB | RUS | Москва", f"2: parties: “Москва” (“М”, “о”, “с” are Cyrillic letters) is not in countries.csv or blocs.csv or the database; {THERE}"),
    ("figures", "tashkent-2026-delegations,tashkent-2026,", "tashkent-2026-delegations,tashkent–2026,", f"2: event: “tashkent–2026” is not in events.csv or the database; {THERE}"),
    ("citations", "agreements,water-treaty,uza", "agreements,water-treаty,uza", f"20: record: “water-treаty” (“а” is a Cyrillic letter) is not in agreements.csv or the database; {THERE}"),
    ("citations", "agreements,water-treaty,uza", "аgreements,water-treaty,uza", "20: table: “аgreements” (“а” is a Cyrillic letter) is not a table that can be cited for; accepted are sources, topics, countries, blocs, memberships, people, events, delegations, delegates, meetings, participants, statements, agreements, figures"),
    # Days
    ("sources", "2026-04-15", "2026-15-04", f"2: published_on: “2026-15-04” is not in the calendar; {DATE}"),
    ("events", "2026-04-14,", "14.04.2026,", f"2: starts_on: “14.04.2026” is not {DATE[12:]}"),
    ("memberships", "sco,UZB,member,2001-06-15", "sco,UZB,member,6/15/2001", f"3: since: “6/15/2001” is not {DATE[12:]}"),
    ("events", "2026-04-14,2026-04-15", "2026-04-14,2026-04-13", None),  # of a known row: told beside what is known
    ("meetings", "09:30", "9.30", "2: starts_at: “9.30” is not a time; accepted is HH:MM from 00:00 to 23:59"),
    # What a word processor makes of quotes, what a spreadsheet makes of values and rows
    ("meetings", ",held,open", ",“held”,open", "2: status: ““held”” is not known; accepted are announced, held, cancelled, unconfirmed"),
    ("topics", "water,Water", "“water”,Water", f"4: id: ““water”” is wrong; {SLUG}"),
    ("topics", "water,Water", "water,“Water, or rivers”", "4: the row has 4 cells; accepted are 3, as in the header"),
    ("statements", ",ru,no,", ",ru,FALSE,", "3: translated: “FALSE” is not known; accepted are yes, no"),
    ("figures", ",0,about", ",0.0,about", "2: value: “0.0” is not a whole number from 0; accepted are up to 18 digits"),
    ("topics", "water,Water", ",,\n,,\nwater,Water", "4: the row is empty; accepted are rows with values"),
    ("topics", "water,Water,\n", "water,Water,,,more\n", "4: the row has 5 cells; accepted are 3, as in the header"),
    ("topics", "water,Water,\n", "water,Water,\nwater,Water,\n", "5: id: “water” stands in line 4 already; accepted is each key once"),
    ("blocs", "Shanghai", "Shang\rhai", "2: name: “Shang\\rhai Cooperation Organisation” holds a control character; accepted is text without"),
    # Headers
    ("topics", "id,name,parent", "id,title,parent", "1: “title”: is not a column of this table; accepted are id, name, parent"),
    ("topics", "id,name,parent", "Name,name,parent", "1: name: stands twice in the header; accepted is each column once"),
    ("topics", "id,name,parent", "nothing,of,this", "1: this is not the header; accepted are id, name, parent"),
    ("delegates", "delegation,person,", "delegation,who,", "1: “who”: is not a column of this table; accepted are delegation, person, position, role"),
]  # fmt: skip


def test_what_cannot_be_read_right_is_refused_at_its_cell(small, tmp_path):
    """One test, because the database is the same for all."""
    assert {table for table, *_ in FAULTS} == {table.name for table in tables()}

    for table, old, new, expected in FAULTS:
        found = problems_of(tmp_path, table, changed(table, old, new)[table])
        assert found[:1] == ([] if expected is None else [f"{table}.csv:{expected}"])
        assert len(found) <= 2  # a column that is not known is a column that is missing


def test_a_package_of_all_tables_names_such_letters_too(tmp_path):
    texts = changed("delegations", "tashkent-2026,RUS", "tashkent-2026,RUЅ")

    with open_package(write(tmp_path / "p", texts)) as package:
        assert [str(problem) for problem in check(package)] == [
            "delegations.csv:2: country: “RUЅ” (“Ѕ” is a Cyrillic letter) is not in countries.csv; "
            f"{THERE}"
        ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("encoding", "shown"), [("cp1251", "\\udcd0\\udce5\\udcea\\udce8"), ("cp866", "\\udc90\\udca5\\udcaa\\udca8")]
)  # fmt: skip
def test_text_in_an_older_encoding_is_refused_at_its_cell(tmp_path, encoding, shown):
    data = "id;name\r\nrivers;Реки\r\n".encode(encoding)

    assert problems_of(tmp_path, "topics", data) == [
        f"topics.csv:2: name: “{shown}” is not all UTF-8; accepted is text in UTF-8"
    ]


CSV = "accepted is a table as CSV in UTF-8, or a spreadsheet saved as .xlsx"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("id\tname\n".encode("utf-16-le"), f"is no text in UTF-8; {CSV}"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"is no text in UTF-8; {CSV}"),
        ("id".encode("utf-16") + b"\x00\xd8", "is not whole UTF-16"),
        (b"PK\x03\x04 and no more", "is no spreadsheet; accepted is a spreadsheet saved as .xlsx"),
    ],
)
def test_a_file_that_is_no_table_at_all_is_refused(tmp_path, data, sentence):
    path = written(tmp_path, data)

    with pytest.raises(Refused, match=f"^{re.escape(sentence)}"), open_table(path, "topics"):
        pass


def test_no_file_and_no_table_are_refused(tmp_path):
    with pytest.raises(Refused, match=r"^cannot be read \(No such"), open_table("no", "topics"):
        pass
    with pytest.raises(Refused, match="^is to be “rivers”, which is no table; accepted are sour"):  # noqa: SIM117
        with open_table(written(tmp_path, "id\n"), "rivers"):
            pass


# What a row may leave out


def test_an_empty_file_needs_a_header(tmp_path):
    assert problems_of(tmp_path, "topics", "") == [
        "topics.csv:1: the file is empty; accepted is a header: id, name, parent"
    ]


def test_a_known_row_may_leave_out_what_is_known(small, tmp_path):
    text = "id;status;topics\ntashkent-2026-plenary;;water\n"
    path = written(tmp_path, text)

    assert loaded(path, "meetings") == (
        (0, 1, 0, 1),
        ["meetings/tashkent-2026-plenary: topics: water | border-control → water"],
    )
    meeting = Meeting.objects.get(pk="tashkent-2026-plenary")
    assert (meeting.status, meeting.title, meeting.publication) == ("held", "Plenary", "published")
    assert list(MeetingTopic.objects.values_list("topic", flat=True)) == ["water"]


def test_a_new_row_needs_its_columns_and_its_cells(small, tmp_path):
    text = "id,event,kind,title,access\ntashkent-2026-plenary,,,,\ntashkent-2026-x,tashkent-2026,other,,open\n"

    assert problems_of(tmp_path, "meetings", text) == [
        "meetings.csv:3: title: is empty; a value is needed here",
        "meetings.csv:3: status: the column is missing; a new row needs a value here",
    ]


@pytest.mark.django_db
def test_the_columns_of_the_key_are_always_needed(tmp_path):
    make_topic("water")

    assert problems_of(tmp_path, "topics", "name\nWater\n") == [
        "topics.csv:1: id: the column is missing; accepted are id, name, parent"
    ]
    assert problems_of(tmp_path, "delegates", "delegation,role\n,head\n") == [
        "delegates.csv:1: person: the column is missing; accepted are delegation, person, position, "
        "role"
    ]


def test_rules_hold_of_a_new_row_and_of_a_known_one_with_what_is_known(small, tmp_path):
    header = "id,event,country,bloc,status\n"
    assert problems_of(tmp_path, "delegations", f"{header}x,tashkent-2026,RUS,sco,invited\n") == [
        "delegations.csv:2: country: A delegation comes from exactly one of country or bloc"
    ]

    path = written(tmp_path, "id,bloc\ntashkent-2026-rus,sco\n")
    with pytest.raises(Conflict) as conflict, transaction.atomic():
        loaded(path, "delegations")

    assert [str(problem) for problem in conflict.value.problems] == [
        "delegations.csv:2: country: A delegation comes from exactly one of country or bloc, and not "
        "with what is known already",
        "delegations.csv:2: bloc: This bloc already has a delegation to this event "
        "(“tashkent-2026-sco” in the database)",
    ]


def test_what_another_known_row_holds_is_a_conflict(small, tmp_path):
    path = written(tmp_path, "id,event,country,status\nnew,tashkent-2026,RUS,invited\n")

    with pytest.raises(Conflict) as conflict, transaction.atomic():
        loaded(path, "delegations")

    assert [str(problem) for problem in conflict.value.problems] == [
        "delegations.csv:2: country: This country already has a delegation to this event "
        "(“tashkent-2026-rus” in the database)"
    ]


def test_a_key_that_was_given_up_in_a_merge_is_told_with_what_it_is_now(small, tmp_path):
    make_redirect("rivers", Topic.objects.get(pk="water"))
    path = written(tmp_path, "id,name\nair,Air\nrivers,Rivers\nwater,Water\n")

    with pytest.raises(Conflict) as conflict, transaction.atomic():
        loaded(path, "topics")

    assert [str(problem) for problem in conflict.value.problems] == [
        "topics.csv:3: id: “rivers” was merged into “water”; use that"
    ]


# Citations and publication


@pytest.mark.django_db
def test_a_new_row_is_a_draft_until_it_is_cited(tmp_path):
    make_person("known-person", name="Known")
    path = written(tmp_path, "id,name\nknown-person,Renamed\nnew-person,New\n")

    assert problems(path, "people", "in-review") == []
    assert problems(path, "people", "published") == [
        "people.csv:3: id: “new-person” is not cited; accepted is a draft, until it is cited"
    ]
    assert loaded(path, "people") == (
        (1, 1, 0, 0),
        ["people/known-person: name: Known → Renamed"],
    )
    assert set(Person.objects.values_list("name", "publication")) == {
        ("Renamed", "published"),
        ("New", "draft"),
    }


@pytest.mark.django_db
def test_what_is_not_cited_at_all_may_be_published(tmp_path):
    assert loaded(written(tmp_path, "id,name\nwater,Water\n"), "topics", "published") == (
        (1, 0, 0, 0),
        [],
    )
    assert Topic.objects.get().publication == "published"


def test_citations_of_known_records_are_added(small, tmp_path):
    rows = [row | {"locator": "page 2"} for row in rows_of(TEXTS["citations"])[:3]]
    path = written(tmp_path, as_text("citations", [*rows, *rows_of(TEXTS["citations"])]))
    before = Citation.objects.count()

    assert loaded(path, "citations") == ((3, 0, before, 0), [])


# Across tables


@pytest.mark.django_db
def test_references_are_looked_up_in_the_file_and_in_the_database_once(
    tmp_path, django_assert_num_queries
):
    event = make_event("forum")
    make_delegation(event, make_country("RUS"), "forum-rus")
    rows = "".join(
        f"s-{n},forum,forum-rus,A delegate,paraphrase,made,Yes,en,RUS | forum-bloc\n"
        for n in range(50)
    )
    header = "id,event,delegation,speaker_label,kind,status,text,language,about\n"

    with django_assert_num_queries(5):  # the table itself, and each that it refers to
        told = problems_of(tmp_path, "statements", header + rows)

    assert len(told) == 50
    assert told[0] == (
        "statements.csv:2: about: “forum-bloc” is not in countries.csv or blocs.csv or the database; "
        f"{THERE}"
    )
    path = written(tmp_path, header + rows.replace(" | forum-bloc", ""))
    assert loaded(path, "statements") == ((50, 0, 0, 0), [])
    assert [e.record_key for e in Statement.objects.get(pk="s-7").about] == ["RUS"]


def test_a_bilateral_with_one_side_is_told_by_the_database(small, tmp_path):
    text = "id,event,kind,title,status,access\nx,tashkent-2026,bilateral,A meeting,held,open\n"
    assert problems_of(tmp_path, "meetings", TEXTS["meetings"]) == []

    with pytest.raises(Refused, match="exactly two delegations; x has 0"), transaction.atomic():
        loaded(written(tmp_path, text), "meetings")

    assert not Meeting.objects.filter(pk="x").exists()


@pytest.mark.django_db
def test_every_table_is_there_already_after_a_load(small, tmp_path):
    for table, text in TEXTS.items():
        count = len(rows_of(text))
        path = written(tmp_path, TYPED["semicolons"](text))
        assert (table, loaded(path, table, "published")) == (table, ((0, 0, count, 0), []))
    assert Event.objects.count() == 1
    assert Delegation.objects.count() == 3


def test_a_wrong_cell_in_row_4999_of_5000_names_itself(small, tmp_path):
    """A long table is told of as a whole before anything of it is written."""
    header = "id,event,speaker_label,kind,status,date,text,language\n"
    path = tmp_path / "statements.csv"
    with path.open("w") as file:
        file.write(header)
        for number in range(2, 5002):
            day = "2026-14-04" if number == 4999 else "2026-04-14"
            file.write(f"s-{number},tashkent-2026,A guest,paraphrase,made,{day},Yes.,en\n")

    assert problems(path, "statements") == [
        f"statements.csv:4999: date: “2026-14-04” is not in the calendar; {DATE}"
    ]
    assert Statement.objects.count() == 2
