"""The package of one event: whole in itself, and nothing of another event in it."""

import csv
import io
import json
import zipfile

import pytest

from meetings.models import Meeting
from summitkb.exchange.checks import check
from summitkb.exchange.packages import open_package
from summitkb.records.models import Source
from tests.exchange.small import load_small
from tests.factories import (
    cite,
    make_agreement,
    make_bilateral,
    make_event,
    make_meeting,
    make_source,
    make_statement,
)
from tests.pages import ask, revision_of

pytestmark = pytest.mark.usefixtures("bundled_record", "db")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PACKAGES = tmp_path / "packages"


@pytest.fixture
def tables(client, tmp_path):
    """A function that gives the rows of the package of an event, in which `check` finds nothing."""

    def taken(event):
        file = tmp_path / f"{event}.zip"
        file.write_bytes(ask(client, f"/events/{event}/package.zip").body)
        with open_package(file) as package:
            assert list(map(str, check(package))) == []
        with zipfile.ZipFile(file) as archive:
            return {
                name.removesuffix(".csv"): list(
                    csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""))
                )
                for name in archive.namelist()
                if name.endswith(".csv")
            }

    return taken


def numbers(tables):
    return {name: len(rows) for name, rows in tables.items()}


def test_of_an_only_event_it_is_all_that_has_to_do_with_it(tables):
    assert numbers(tables("moscow-2025")) == {
        "sources": 133,
        "topics": 45,
        "countries": 53,
        "blocs": 11,
        "memberships": 59,
        "people": 40,
        "events": 1,
        "delegations": 41,
        "delegates": 31,
        "meetings": 34,
        "participants": 72,
        "statements": 179,
        "agreements": 8,
        "figures": 39,
        "citations": 765,
    }


def test_of_two_events_each_has_its_own(tables, tmp_path):
    load_small(tmp_path)
    found = tables("tashkent-2026")

    assert [row["id"] for row in found["events"]] == ["tashkent-2026"]
    for name in ("delegations", "meetings", "statements", "figures"):
        assert {row["event"] for row in found[name]} == {"tashkent-2026"}
    assert {row["code"] for row in found["countries"]} == {"RUS", "UZB", "IRN"}
    assert {row["country"] for row in found["memberships"]} == {"RUS", "UZB"}
    assert numbers(tables("moscow-2025"))["meetings"] == 34


def test_only_what_is_public_is_in_it(tables):
    before = numbers(tables("moscow-2025"))
    event = Meeting.objects.first().event
    cite(make_meeting(event=event, publication="draft"))
    make_statement(event=event, publication="draft")
    cite(make_agreement(publication="draft"), Source.objects.get(pk="mehr-232339"))
    hidden = make_source(publication="draft")
    cite(Meeting.objects.published().first(), hidden)

    assert numbers(tables("moscow-2025")) == before


def test_it_is_named_after_its_event_and_found_as_its_page_is(client):
    response = ask(client, "/events/moscow-2025/package.zip")

    name = f"summitkb-event-moscow-2025-{revision_of(response)}.zip"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert client.get("/events/nowhere/package.zip").status_code == 404


def test_a_meeting_of_another_event_that_is_named_has_its_sides(tables, client):
    event, other = make_event("here"), make_event("there")
    meeting = make_bilateral(other, id="theirs")
    said = make_statement(event, meeting=meeting)
    for record in (event, other, meeting, said):
        cite(record)
    for record in (*meeting.participants.all(), *other.delegations.all(), said.speaker):
        cite(record)

    assert len(tables("here")["participants"]) == 2


def test_it_says_of_which_event_it_is(client):
    with zipfile.ZipFile(
        io.BytesIO(ask(client, "/events/moscow-2025/package.zip").body)
    ) as archive:
        described = json.loads(archive.read("datapackage.json"))

    name = "13th International Meeting of High Representatives for Security Issues"
    assert described["title"].endswith(f". {name}")
    assert described["name"].startswith("summitkb-13th-international-meeting")


@pytest.mark.usefixtures("still")
def test_no_id_of_an_event_makes_it_another_package(client):
    cite(make_event("summitkb", name="Alike"))

    bodies = [ask(client, f"/{of}/package.zip").body for of in ("data", "events/summitkb")]
    assert len(set(bodies)) == 2
