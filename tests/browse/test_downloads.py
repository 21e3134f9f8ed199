"""What comes with the rows of a file: its name, revision and count; and the forms that it has."""

import csv
import gzip
import io
import json

import pytest
from django.db import connection

from meetings.models import Topic
from summitkb.browse import downloads
from summitkb.records.revisions import one_moment, revision
from tests.database import another_session
from tests.factories import (
    cite,
    make_agreement,
    make_country,
    make_meeting,
    make_source,
    make_topic,
)
from tests.history import happened_on
from tests.pages import ask, get, revision_of

FORMULAS = ["=1+1", "+49 30", "-1", "@home", "＝1", "plain", "a=b"]


@pytest.fixture
def treaty(db):
    """An agreement that two publishers report and one of them disputes."""
    parties = [
        make_country(code, name=name) for code, name in (("XQX", "Xanadu"), ("XQY", "Yonder"))
    ]
    treaty = make_agreement(
        "treaty", title="Treaty", parties=parties, status="signed", as_of="2025-04"
    )
    one = make_source(publisher="TASS", published_on="2025-05")
    cite(treaty, one)
    cite(treaty, one, locator="2")
    cite(treaty, make_source(publisher="AP", published_on=None))
    cite(treaty, make_source(publisher="Mehr"), stance="disputes")
    return treaty


def test_a_file_has_its_filter_and_its_revision_in_its_name(client, treaty):
    response = ask(client, "/agreements.csv?status=signed&country=XQX")

    revision = revision_of(response)
    assert len(revision) == 12
    assert response["Content-Disposition"] == (
        f'attachment; filename="agreements-status-signed-country-XQX-{revision}.csv"'
    )
    assert response["X-Row-Count"] == "1"
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/topics.csv", "topics-{}.csv"),
        ("/topics.jsonl", "topics-{}.jsonl"),
        ("/topics.csv?for=spreadsheet", "topics-for-spreadsheet-{}.csv"),
        ("/topics.csv?q=..%2F%22X", "topics-q-X-{}.csv"),
        ("/topics.csv?q=%D0%B2%D0%BE%D0%B4%D0%B0", "topics-q-88b43078-{}.csv"),
        (f"/topics.csv?q={'a' * 200}", f"topics-q-{'a' * 118}-b66f6c49-{{}}.csv"),
    ],
)
def test_any_filter_makes_a_name_that_every_system_takes(db, client, address, name):
    response = ask(client, address)

    expected = f'attachment; filename="{name.format(revision_of(response))}"'
    assert response["Content-Disposition"] == expected


def test_a_row_as_json_has_lists_and_numbers(client, treaty):
    (line,) = get(client, "/agreements.jsonl").splitlines()

    assert json.loads(line) == {
        "id": "treaty",
        "title": "Treaty",
        "parties": ["XQX", "XQY"],
        "parties_name": ["Xanadu", "Yonder"],
        "status": "signed",
        "as_of": "2025-04",
        "as_of_precision": "month",
        "as_of_earliest": "2025-04-01",
        "as_of_latest": "2025-04-30",
        "summary": None,
        "corroboration": ["several", "disputed"],
        "citations": 4,
        "publishers": 2,
        "first_reported": "2025-05-31",
        "url": "http://testserver/agreements/treaty/",
    }


def test_a_plain_file_is_exact_and_one_for_a_spreadsheet_holds_no_formula(db, client):
    for number, name in enumerate(FORMULAS):
        make_topic(f"t{number}", name=name)

    def names(text):
        return [row["name"] for row in csv.DictReader(io.StringIO(text))]

    assert sorted(names(get(client, "/topics.csv"))) == sorted(FORMULAS)
    text = get(client, "/topics.csv?for=spreadsheet")
    assert text.startswith("\ufeffid,name,")
    assert sorted(names(text)) == sorted(
        ["'=1+1", "'+49 30", "'-1", "'@home", "'＝1", "plain", "a=b"]
    )


@pytest.mark.parametrize(
    "address", ["/topics.csv?for=R", "/topics.csv?for=", "/topics.jsonl?for=spreadsheet"]
)
def test_what_it_is_for_is_a_spreadsheet_or_nothing(db, client, address):
    response = ask(client, address)

    assert response.status_code == 400
    assert "“for”" in response.content.decode() or ">for<" in response.content.decode()


@pytest.mark.usefixtures("still")
def test_it_is_compressed_when_that_is_asked_for(db, client):
    make_topic("water", name="Water " * 30)
    plain = ask(client, "/topics.csv").body
    packed = ask(client, "/topics.csv", accept_encoding="gzip")

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.body) < len(plain)
    assert gzip.decompress(packed.body) == plain
    known = {"accept_encoding": "gzip", "if_none_match": packed["ETag"]}
    assert ask(client, "/topics.csv", **known).status_code == 304


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_head_tells_what_get_would_without_the_rows(db, client, form):
    make_topic("water")
    got, head = ask(client, f"/topics.{form}"), client.head(f"/topics.{form}")

    assert head.getvalue() == b""
    assert "Content-Length" not in head  # which is not known before all is made
    names = ("ETag", "X-Row-Count", "Content-Disposition", "Content-Type", "Vary")
    assert [head[name] for name in names] == [got[name] for name in names]


@pytest.mark.usefixtures("still")
def test_what_a_client_has_is_not_sent_again(db, client):
    first = ask(client, "/topics.csv")
    again = ask(client, "/topics.csv", if_none_match=first["ETag"])

    assert (again.status_code, again.body) == (304, b"")
    assert [again[name] for name in ("ETag", "Vary")] == [first["ETag"], "Accept-Encoding"]
    assert ask(client, "/topics.csv", if_none_match='"9876543210ab"').status_code == 200


def test_a_name_that_holds_what_parts_a_list_is_one_entry_of_a_list_in_jsonl(db, client):
    make_meeting(topics=[make_topic(name="C"), make_topic(name="A | B")])

    assert json.loads(ask(client, "/meetings.jsonl").body)["topics_name"] == ["C", "A | B"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_where_a_cut_stream_would_look_whole_a_large_file_has_its_length(
    db, client, monkeypatch, form
):
    monkeypatch.setattr(downloads, "MOST_AT_ONCE", 0)
    make_topic("water")
    streamed = ask(client, f"/topics.{form}")
    whole = client.get(f"/topics.{form}", SERVER_PROTOCOL="HTTP/1.0", HTTP_ACCEPT_ENCODING="gzip")

    assert "Content-Length" not in streamed
    body = whole.getvalue()
    assert (body, int(whole["Content-Length"])) == (streamed.body, len(streamed.body))
    assert whole["Content-Type"] == streamed["Content-Type"]


def test_days_are_written_in_one_way_whatever_the_session_prefers(client, treaty):
    before = ask(client, "/agreements.csv").body
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL DateStyle = 'German'")

    assert b",2025-04-01,2025-04-30," in before
    assert ask(client, "/agreements.csv").body == before


@pytest.mark.django_db(transaction=True)
def test_the_revision_is_another_after_each_commit_and_one_within_a_moment(client):
    make_topic("water")
    first = revision_of(client.head("/topics.csv"))
    with another_session() as other:
        other.execute("UPDATE topics SET name = 'Sea'")
    second = revision_of(client.head("/topics.csv"))
    Topic.objects.update(name="Lake")
    with one_moment():
        third = revision()
        with another_session() as other:
            other.execute("UPDATE topics SET name = 'River'")
        assert revision() == third

    assert len({first, second, third, revision()}) == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("past", ["", "/as-of/2026-01-02"])
def test_a_file_has_the_rows_of_the_moment_of_its_revision(client, monkeypatch, form, past):
    """Also where it is so large that it is sent while it is made."""
    monkeypatch.setattr(downloads, "MOST_AT_ONCE", 0)
    make_topic("water")
    happened_on("2026-01-01")
    response = client.get(f"{past}/topics.{form}")
    with another_session() as other:
        other.execute("UPDATE topics SET name = 'Changed', publication = 'draft'")
    text = response.getvalue().decode()

    assert response.streaming
    assert response["X-Row-Count"] == "1"
    assert "water" in text
    assert "Changed" not in text
    assert client.head(f"/topics.{form}")["X-Row-Count"] == "0"


def test_a_small_file_comes_with_its_length(db, client):
    make_topic("water")
    response = ask(client, "/topics.csv")

    assert not response.streaming
    assert int(response["Content-Length"]) == len(response.body)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("past", ["", "/as-of/2026-01-02"])
def test_who_stops_reading_ends_its_moment(client, monkeypatch, past):
    monkeypatch.setattr(downloads, "MOST_AT_ONCE", 0)
    make_topic("water")
    response = client.get(f"{past}/topics.csv")

    assert connection.in_atomic_block
    response.close()
    assert not connection.in_atomic_block


def test_a_file_of_the_past_has_its_day_in_its_name(db, client):
    make_topic("water", name="Water")
    happened_on("2026-01-01")
    Topic.objects.update(name="Sea")
    response = ask(client, "/as-of/2026-01-02/topics.csv?q=water")

    assert ",Water," in response.body.decode()
    name = f"topics-as-of-2026-01-02-q-water-{revision_of(response)}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
