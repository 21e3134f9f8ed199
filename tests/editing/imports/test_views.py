"""Importing in the admin: what a preview shows, what may be confirmed and by whom, what is written."""

import io
import os
import tracemalloc
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from delegations.models import Event, Person, PersonHistory
from meetings.models import Meeting, Statement, Topic
from summitkb.editing import streaming
from summitkb.editing.imports import running
from summitkb.editing.imports.models import KEPT_FOR, Import
from summitkb.editing.streaming import growing
from summitkb.exchange.archives import Refused
from summitkb.exchange.loading import CHANGED_SINCE, load
from summitkb.exchange.progress import Silence
from summitkb.records.models import Citation
from summitkb.records.restoring import undo
from tests.admin_pages import signed_in
from tests.database import Waiting
from tests.editing.imports.uploads import (
    REASON,
    confirmed,
    lines,
    posted,
    previewed,
    shown,
    stream,
    uploaded,
)
from tests.exchange.small import TEXTS, changed, dumped, load_small, write, zipped
from tests.factories import cite, make_event, make_person, make_source, make_topic

pytestmark = pytest.mark.django_db

WATER = "id,name,parent\nwater,Water,\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.IMPORTS = tmp_path / "imports"
    return settings.IMPORTS


@pytest.fixture
def editor():
    return signed_in("Editor")


@pytest.fixture
def reviewer():
    return signed_in("Reviewer")


def package_zip(tmp_path, texts=None):
    """A zip of the small package, with some tables in place of its own."""
    path = zipped(write(tmp_path / f"in-{uuid4()}", texts), tmp_path / "tashkent.zip")
    return path.read_bytes()


def sheet(*rows):
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def statements(count, wrong=None):
    """The CSV of many statements; the day of the one in line `wrong` is none."""
    rows = ["id,event,speaker_label,kind,status,date,text,language\n"]
    for number in range(2, count + 2):
        day = "2026-14-04" if number == wrong else "2026-04-14"
        rows.append(f"s-{number},forum,A guest,paraphrase,made,{day},Statement {number}.,en\n")
    return "".join(rows)


# What a preview shows


def test_each_row_is_shown_with_every_changed_cell_and_nothing_is_written(editor):
    make_topic("water", name="Water", publication="draft")
    make_topic("trade", name="Trade", publication="in-review")
    text = "id,name,parent\nwater,Fresh water,trade\ntrade,Trade,\nair,Air,\n"

    one = previewed(editor, text)

    assert (one.state, one.counts) == (
        "previewed",
        {"topics": {"new": 1, "changed": 1, "unchanged": 1}},
    )
    row = {"table": "topics", "publication": None, "cells": []}
    assert lines(editor, one, "new") == [
        {**row, "key": "air", "line": 4, "cells": [("id", "air"), ("name", "Air")]}
    ]
    assert lines(editor, one, "changed") == [
        {
            **row,
            "key": "water",
            "line": 2,
            "publication": "draft",
            "cells": [
                ("name", "<del>Water</del>", "<ins>Fresh water</ins>"),
                ("parent", "", "<ins>trade</ins>"),
            ],
        }
    ]
    assert lines(editor, one, "unchanged") == [
        {**row, "key": "trade", "line": 3, "publication": "in review"}
    ]
    assert set(Topic.objects.values_list("name", flat=True)) == {"Water", "Trade"}


def test_every_problem_is_shown_at_its_line_and_the_import_cannot_be_confirmed(editor):
    one = previewed(editor, "id,name,colour\nWater,Water,\nair,,\n")

    assert lines(editor, one, "problems") == [
        {
            "sentence": "topics.csv:1: “colour”: is not a column of this table; accepted are id, "
            "name, parent"
        },
        {
            "sentence": "topics.csv:2: id: “Water” is wrong; an id is made of a-z, 0-9 and single "
            "hyphens between them, for example moscow-2025"
        },
        {"sentence": "topics.csv:3: name: is empty; a value is needed here"},
    ]
    assert "3 problems" in shown(editor, one).content.decode()
    assert running.NOT_PREVIEWED in confirmed(editor, one)
    assert not Topic.objects.exists()


def test_what_contradicts_the_database_is_shown_at_its_line(editor, tmp_path):
    load_small(tmp_path, publication="draft")
    text = "id,event,country,status\nnew,tashkent-2026,RUS,invited\n"

    one = previewed(editor, text, "delegations.csv")

    assert (one.state, lines(editor, one, "problems")) == (
        "refused",
        [
            {
                "sentence": "delegations.csv:2: country: This country already has a delegation to this "
                "event (“tashkent-2026-rus” in the database)"
            }
        ],
    )


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"PK\3\4no", "p.zip", "p.zip: is not a whole zip"),
        (b"\xd0\xcf\x11\xe0", "topics.xls", "topics.xls: is no text in UTF-8"),
        (sheet(["id", "name"], ["x", "=1+1"]), "topics.xlsx", "topics.xlsx: holds a formula in B2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(editor, data, name, sentence):
    one = previewed(editor, data, name)

    assert (one.state, one.refusal.startswith(sentence)) == ("refused", True), one.refusal
    assert one.refusal in shown(editor, one).context["one"].refusal


def test_words_of_a_file_are_never_markup(editor):
    make_topic("x", name="<b>old</b>", publication="draft")
    one = previewed(editor, "id,name\nx,<script>new</script>\n<i>,y\n")
    page = shown(editor, one).content.decode()
    assert "<i>" not in page

    one = previewed(editor, "id,name\nx,<script>new</script>\n")
    page = shown(editor, one, show="changed").content.decode()
    assert "<del>&lt;b&gt;old&lt;/b&gt;</del> → <ins>&lt;script&gt;new&lt;/script&gt;</ins>" in page


def test_a_page_of_a_preview_asks_as_often_for_many_rows(editor, django_assert_num_queries):
    make_event("forum")
    few = previewed(editor, statements(1), "statements.csv")
    many = previewed(editor, statements(250), "statements.csv")
    shown(editor, few)

    for one in (few, many):
        with django_assert_num_queries(6):  # session, account, second factor, import, permissions
            page = shown(editor, one, show="new")
    assert (len(page.context["rows"]), page.context["page"].paginator.num_pages) == (100, 3)
    assert [row["line"] for row in lines(editor, many, "new")] == list(range(2, 252))


# However it comes


TYPED = {
    "BOM": "\ufeff" + WATER,
    "CRLF": WATER.replace("\n", "\r\n"),
    "CR": WATER.replace("\n", "\r"),
    "semicolons": WATER.replace(",", ";"),
    "UTF-16": WATER.encode("utf-16"),
}


@pytest.mark.parametrize("kind", TYPED)
def test_a_table_may_be_typed_in_many_ways(editor, kind):
    one = previewed(editor, TYPED[kind])

    assert "It was imported." in confirmed(editor, one)
    assert list(Topic.objects.values_list("id", "name", "publication")) == [
        ("water", "Water", "draft")
    ]


def test_a_table_may_be_pasted(editor):
    text = 'id\tname\r\nwater\tWater\r\nair\t"Air, ""pure"""\r\n'

    one = previewed(editor, text=text, table="topics", publication="in-review")

    assert (one.name, one.table) == ("topics.csv", "topics")
    confirmed(editor, one)
    assert set(Topic.objects.values_list("name", "publication")) == {
        ("Water", "in-review"),
        ('Air, "pure"', "in-review"),
    }


def test_a_spreadsheet_keeps_its_dates_and_leading_zeros(editor):
    make_event("forum")
    header = ["id", "event", "speaker_label", "kind", "status", "date", "text", "language"]
    row = ["007", "forum", "A guest", "paraphrase", "made", date(2026, 4, 14), "001", "en"]
    data = sheet(header, row)

    one = previewed(editor, data, "Statements.xlsx")
    assert lines(editor, one, "problems") == []
    confirmed(editor, one)

    statement = Statement.objects.get()
    assert (statement.id, str(statement.date), statement.text) == ("007", "2026-04-14", "001")


@pytest.mark.parametrize("name", [f"{'ж' * 200}.csv", "***", "a/../b.csv", "topics.csv "])
def test_a_file_may_have_any_name(editor, name):
    one = previewed(editor, WATER, name, table="topics")

    confirmed(editor, one)

    assert Topic.objects.get().name == "Water"
    assert one.name.startswith(Path(name).name.strip()[:200])


def test_a_package_is_imported_as_a_whole(reviewer, tmp_path):
    one = previewed(reviewer, package_zip(tmp_path), "tashkent.zip", publication="published")
    assert (one.state, one.total) == ("previewed", {"new": 48, "changed": 0, "unchanged": 0})

    confirmed(reviewer, one)

    assert Event.objects.published().count() == 1
    again = previewed(reviewer, package_zip(tmp_path), "tashkent.zip")
    assert (again.total["new"], again.changes_something) == (0, False)
    assert "nothing to import" in shown(reviewer, again).content.decode()


@pytest.mark.parametrize(
    ("data", "name", "typed", "errors"),
    [
        (None, "", {}, {"__all__": ["Choose a file or paste a table, one of the two."]}),
        (
            WATER,
            "topics.csv",
            {"text": WATER},
            {"__all__": ["Choose a file or paste a table, one of the two."]},
        ),
        (WATER, "typed.csv", {}, {"table": ["Say which table it is."]}),
        (None, "", {"text": WATER}, {"table": ["Say which table it is."]}),
        (
            b"PK",
            "p.zip",
            {"table": "topics"},
            {"table": ["A zip is a whole package, so leave this as it was."]},
        ),
        (WATER, "topics.csv", {"reason": " "}, {"reason": ["This field is required."]}),
        (
            "x" * 2000,
            "topics.csv",
            {},
            {"file": ["It has 2.0\xa0KB; accepted are up to 1000\xa0bytes."]},
        ),
    ],
)
def test_the_form_says_what_is_wrong(editor, settings, data, name, typed, errors):
    settings.MOST_IMPORTED_BYTES = 1000
    answer = posted(editor, data, name, **typed)

    assert (answer.context["form"].errors, Import.objects.count()) == (errors, 0)


def test_a_zip_may_not_unpack_to_more_than_may_be_uploaded(editor, settings, tmp_path):
    data = package_zip(tmp_path, {"topics": TEXTS["topics"] + "\n" * 9000})
    settings.MOST_IMPORTED_BYTES = 9000
    assert len(data) < 9000

    assert "tashkent.zip: its tables have" in previewed(editor, data, "tashkent.zip").refusal


# What is confirmed


def test_what_is_confirmed_is_written_once_with_who_and_why(editor):
    one = previewed(editor, "id,name\nnew,New\n", "people.csv")
    assert one.context is None

    assert "It was imported." in confirmed(editor, one)
    assert running.DONE in confirmed(editor, one)
    one.refresh_from_db()

    event = PersonHistory.objects.get()
    assert (one.state, event.pgh_context_id, event.pgh_context.metadata) == (
        "done",
        one.context,
        {"user": one.user_id, "package": "people", "reason": REASON},
    )
    page = shown(editor, one).content.decode()
    assert "Imported: 1 new, 0 changed." in page
    assert reverse("admin:delegations_person_changelist") in page
    assert "Check again" not in page


def test_what_is_not_what_was_previewed_is_refused(editor):
    make_topic("water", name="Water", publication="draft")
    one = previewed(editor, "id,name\nwater,Fresh water\nair,Air\n")
    Topic.objects.update(name="Salt water")

    assert CHANGED_SINCE in confirmed(editor, one)

    one.refresh_from_db()
    assert (one.state, one.refusal, list(Topic.objects.values_list("name", flat=True))) == (
        "refused",
        CHANGED_SINCE,
        ["Salt water"],
    )
    stream(editor, "import_preview", one)
    one.refresh_from_db()
    assert "It was imported." in confirmed(editor, one)


def test_a_reference_that_has_gone_since_is_refused(editor):
    make_topic("water", publication="draft")
    one = previewed(editor, "id,name,parent\nsea,Sea,water\n")
    Topic.objects.all().delete()

    assert CHANGED_SINCE in confirmed(editor, one)
    assert not Topic.objects.exists()


def test_while_it_is_checked_again_the_page_shows_the_preview_before(editor, monkeypatch):
    one, seen = previewed(editor, WATER), []

    def look(*args):
        found = dry_run(*args)
        seen.append(lines(editor, one, "new"))
        return found

    dry_run = running._dry_run
    monkeypatch.setattr(running, "_dry_run", look)
    stream(editor, "import_preview", one)

    assert [line["key"] for line in seen[0]] == ["water"]
    assert seen == [lines(editor, one, "new")]
    assert {path.name for path in one.folder.iterdir()} == {
        "upload",
        "new.jsonl",
        "changed.jsonl",
        "unchanged.jsonl",
        "problems.jsonl",
    }


def test_a_check_that_ends_after_the_import_changes_nothing_of_it(editor, monkeypatch):
    one = previewed(editor, WATER)

    def confirm_meanwhile(*args):
        running.confirm(one, one.user, one.fingerprint, Silence())
        return dry_run(*args)

    dry_run = running._dry_run
    monkeypatch.setattr(running, "_dry_run", confirm_meanwhile)
    after = running.preview(one, Silence())

    assert (after.state, after.total["new"]) == ("done", 1)
    assert [line["key"] for line in lines(editor, one, "new")] == ["water"]


def test_a_preview_that_somebody_made_anew_is_looked_at_first(editor):
    make_topic("water", name="Water", publication="draft")
    seen = previewed(editor, "id,name\nwater,Fresh water\n")
    Topic.objects.update(name="Salt water")
    stream(editor, "import_preview", seen)

    assert running.PREVIEWED_AGAIN in confirmed(editor, seen)
    assert Topic.objects.get().name == "Salt water"


@pytest.mark.parametrize(
    ("bound", "value", "sentence"),
    [
        ("MOST_IMPORTED_ROWS", 1, "has more than 1 rows; accepted are up to 1 at once"),
        (
            "MOST_IMPORT_SECONDS",
            -1,
            "It takes more than 0 minutes; accepted is what is done in that",
        ),
    ],
)
def test_an_upload_has_an_end(editor, settings, bound, value, sentence):
    setattr(settings, bound, value)
    one = previewed(editor, f"{WATER}salt,Salt,\n")

    assert one.state == Import.State.REFUSED
    assert sentence in one.refusal


def test_a_file_that_was_changed_is_refused(editor):
    one = previewed(editor, WATER)
    Path(one.file.path).write_text(WATER.replace("Water", "Wine"))

    assert running.FILE_CHANGED in confirmed(editor, one)
    assert not Topic.objects.exists()


def test_a_failure_is_told_and_logged_and_writes_nothing(editor, monkeypatch, caplog):
    one = previewed(editor, WATER)

    def fail(*args, **kwargs):
        load(*args, **kwargs)
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(running, "load", fail)
    page = confirmed(editor, one)

    assert f'<p class="errornote">{streaming.FAILED}</p>' in page
    assert ("secret" in page, "import-done" in page, page.rstrip()[-7:]) == (
        False,
        False,
        "</html>",
    )
    assert "a secret of the machine" in caplog.text
    assert not Topic.objects.exists()
    one.refresh_from_db()
    assert one.state == "previewed"


def test_who_closes_the_page_does_not_stop_what_was_begun():
    done = []
    page = growing("before", lambda watch: done.append(watch) or "end", "after")

    assert next(page) == "before<ol>"
    page.close()

    assert len(done) == 1


def test_a_page_that_grows_is_held_back_by_nobody(editor):
    one = uploaded(editor, WATER)
    answer = editor.post(
        reverse("admin:import_preview", args=[one.pk]), headers={"Accept-Encoding": "gzip"}
    )

    assert answer["Content-Encoding"] == "identity"
    parts = [part.decode() for part in answer.streaming_content]
    assert parts[0].endswith("<ol>")
    assert [part for part in parts[1:-1] if "<li>" in part] == [
        "\n<li>Checking …",
        "\n<li>Loading …",
        "\n<li>The database checks what was loaded …",
    ]


# Who may


def test_only_who_may_add_or_change_may_import(client):
    one = previewed(signed_in("Editor"), WATER)
    addresses = ["import", "import_shown", "import_preview", "import_confirm"]

    def statuses(browser):
        return [
            browser.post(reverse(f"admin:{name}", args=[one.pk] if "_" in name else [])).status_code
            for name in addresses
            if name != "import_shown"
        ] + [shown(browser, one).status_code]

    assert statuses(signed_in()) == [403, 403, 403, 403]
    assert statuses(Client()) == [302, 302, 302, 302]  # to sign in


def test_who_may_change_one_table_may_import_that_alone():
    client = signed_in()
    user = get_user_model().objects.get()
    user.user_permissions.add(Permission.objects.get(codename="change_topic"))

    assert posted(client, WATER).status_code == 302
    assert posted(client, b"PK", "p.zip").status_code == 403
    assert posted(client, "id,name\n", "people.csv").status_code == 403
    one = previewed(client, WATER)
    assert shown(client, one).context["missing"] == [
        "Topics: 1 row would be added, and you may not add them. Leave them out, or ask somebody who "
        "may to confirm this import."
    ]


def test_new_rows_are_published_by_who_may_publish(editor, reviewer):
    assert posted(editor, WATER, publication="published").status_code == 403
    assert not Import.objects.exists()

    confirmed(reviewer, previewed(reviewer, WATER, publication="published"))
    assert Topic.objects.get().publication == "published"


def test_published_rows_are_changed_by_who_may_publish(editor, reviewer):
    person = make_person("p", name="Old")
    cite(person, make_source("s"))
    one = previewed(editor, "id,name\np,New\n", "people.csv")

    sentence = "People: 1 row would change what is public, and you may not publish them."
    assert shown(editor, one).context["missing"][0].startswith(sentence)
    assert "import_confirm" not in shown(editor, one).content.decode()
    address = reverse("admin:import_confirm", args=[one.pk])
    assert editor.post(address, {"fingerprint": one.fingerprint}).status_code == 403
    with pytest.raises(Refused, match=f"^{sentence}"):
        running.confirm(one, one.user, one.fingerprint, Silence())
    assert Person.objects.get().name == "Old"

    assert "It was imported." in confirmed(reviewer, one)
    assert Person.objects.get().name == "New"


def test_a_public_record_is_cited_for_by_who_may_publish(editor):
    make_source("s")
    make_person("public")
    make_person("draft", publication="draft")
    make_person("withdrawn", publication="withdrawn", publication_note="A mistake.")
    rows = "".join(f"people,{key},s,,,supports\n" for key in ("public", "draft", "withdrawn"))

    one = previewed(editor, f"table,record,source,locator,excerpt,stance\n{rows}", "citations.csv")

    assert one.needs == {"citations": {"add": 3}, "people": {"publish": 1, "withdraw": 1}}
    assert len(shown(editor, one).context["missing"]) == 2
    assert not Citation.objects.exists()


def test_what_became_public_since_the_preview_is_asked_about_again(editor):
    make_source("s")
    person = make_person("p", publication="draft")
    row = "table,record,source,locator,excerpt,stance\npeople,p,s,,Not for all.,supports\n"
    one = previewed(editor, row, "citations.csv")
    assert shown(editor, one).context["missing"] == []
    cite(person)
    Person.objects.update(publication="published")

    sentence = "People: 1 row would change what is public, and you may not publish them."
    assert sentence in confirmed(editor, one)
    assert Citation.objects.count() == 1
    one.refresh_from_db()
    assert (one.state, one.refusal.startswith(sentence)) == ("refused", True)


@pytest.mark.django_db(transaction=True)
def test_nobody_publishes_what_is_being_cited(editor, monkeypatch):
    make_source("s")
    make_person("p", publication="draft")
    row = "table,record,source,locator,excerpt,stance\npeople,p,s,,Not for all.,supports\n"
    one = previewed(editor, row, "citations.csv")

    def publish(*needed):
        if Citation.objects.exists():  # the last of the questions, just before the commit
            waiting.start()
        return missing(*needed)

    waiting, missing = Waiting("UPDATE people SET publication = 'published'"), running.missing
    monkeypatch.setattr(running, "missing", publish)
    running.confirm(one, one.user, one.fingerprint, Silence())
    waiting.join()

    assert waiting.ident
    assert Person.objects.get().publication == "published"


# As long as it takes


def test_5000_statements_are_previewed_and_imported(editor):
    make_event("forum")
    one = uploaded(editor, statements(5000), "statements.csv")

    tracemalloc.start()
    page = stream(editor, "import_preview", one)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    one.refresh_from_db()

    assert "<li>Checking … 10 % 20 % 30 %" in page
    assert one.counts == {"statements": {"new": 5000, "changed": 0, "unchanged": 0}}
    assert peak < 30 * 1024**2
    assert not Statement.objects.exists()

    assert "<li>Loading … 10 % 20 %" in confirmed(editor, one)
    assert Statement.objects.count() == 5000


def test_a_wrong_cell_in_row_4999_stops_all_of_it_and_names_itself(editor):
    make_event("forum")
    one = previewed(editor, statements(5000, wrong=4999), "statements.csv")

    assert lines(editor, one, "problems") == [
        {
            "sentence": "statements.csv:4999: date: “2026-14-04” is not in the calendar; accepted is a "
            "date as YYYY, YYYY-MM or YYYY-MM-DD"
        }
    ]
    assert running.NOT_PREVIEWED in confirmed(editor, one)
    assert not Statement.objects.exists()


# What stays


def test_files_are_private_and_tidied_when_they_are_old(editor, folder):
    old, new = previewed(editor, WATER), previewed(editor, WATER)
    modes = {oct(os.stat(path).st_mode & 0o777) for path in (folder, old.folder, old.file.path)}
    assert modes == {"0o700", "0o600"}
    Import.objects.filter(pk=old.pk).update(at=timezone.now() - KEPT_FOR - timedelta(days=1))

    newest = uploaded(editor, WATER)

    assert {path.name for path in folder.iterdir()} == {str(new.pk), str(newest.pk)}
    assert "tidied away" in shown(editor, old).content.decode()
    assert editor.post(reverse("admin:import_preview", args=[old.pk])).status_code == 302
    assert running.FILE_CHANGED in confirmed(editor, old)


@pytest.mark.django_db(transaction=True)
def test_an_import_is_undone_byte_for_byte(tmp_path):
    reviewer = signed_in("Reviewer")
    load_small(tmp_path)

    before = dumped(tmp_path)
    texts = changed("meetings", "Plenary", "A plenary") | changed(
        "topics", "water,Water,", "air,Air,\nwater,Water,air"
    )
    texts["meetings"] = texts["meetings"].replace("water | border-control", "air | water")
    one = previewed(reviewer, package_zip(tmp_path, texts), "t.zip", publication="published")
    assert "It was imported." in confirmed(reviewer, one)
    one.refresh_from_db()
    assert dumped(tmp_path) != before
    assert Meeting.objects.get(pk="tashkent-2026-plenary").title == "A plenary"

    undo(one.context)

    assert dumped(tmp_path) == before
