"""Nothing of what is not published is anywhere: every public page reads as if it were not there."""

import io
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from summitkb.browse.excerpts import LISTS
from summitkb.records.models import record_models
from tests.factories import (
    cite,
    make_agreement,
    make_bloc,
    make_country,
    make_delegate,
    make_delegation,
    make_event,
    make_figure,
    make_meeting,
    make_membership,
    make_participant,
    make_person,
    make_source,
    make_statement,
    make_topic,
)
from tests.pages import TABLES, ask, get, text_of

SECRET = "zzyzx"
"""Stands in every text of an unpublished record, and in no other."""


SEARCH = f"/search/?q={SECRET}"

EVENT_PAGES = [
    f"event-{name}"
    for name in (
        "open-ends",
        "programme",
        "circle",
        "matrix",
        "matrix-whole",
        "map",
        "blocs",
        "topics",
        "figures",
        "network",
        "graphml",
    )
]
FORMS = ("/", ".csv", ".jsonl", ".atom")
PACKAGES = ["/data/package.zip", "/events/moscow-2025/package.zip"]


def everything(client) -> dict[str, str]:
    """The text of every public address, whatever has one. In the past that ends today, of a record of
    each table."""
    addresses = ["/", "/method/", "/compare/", "/changes/", "/changes.atom", "/meetings.ics"]
    addresses += ["/data/", "/data/codebook/", "/data/catalog.jsonld"]
    addresses += [
        SEARCH,
        f"/search.atom?q={SECRET}",
        "/search/?q=Shoigu+or+security",
        f"/search/?q={SECRET}x",
    ]
    addresses += [f"/{table}{end}" for table in TABLES for end in FORMS]
    addresses += [reverse(name, args=["moscow-2025"]) for name in EVENT_PAGES]
    others = []
    for model in record_models():
        first, *more = (r.get_absolute_url() for r in model.objects.published().order_by("pk"))
        addresses += [first + end for end in ("", "history/", "cite.bib", "cite.json")]
        others += more
    past = f"/as-of/{timezone.now():%Y-%m-%d}"
    addresses += [*(f"{past}{address}" for address in addresses), *others]
    packages = [*PACKAGES, *(f"{past}{address}" for address in PACKAGES)]
    return {
        **{address: get(client, address) for address in addresses},
        **{address: in_package(client, address) for address in packages},
    }


def in_package(client, address) -> str:
    """The text of all files of a package, made anew: what a test writes is no new revision."""
    for kept in Path(project.PACKAGES).glob("*"):
        kept.unlink()
    with zipfile.ZipFile(io.BytesIO(ask(client, address).body)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def make_one_of_each(c, publication):
    """An unpublished record of every kind, joined to the cast wherever it can be, and cited."""
    words = {"publication": publication}
    source = make_source(SECRET, publisher=SECRET, title=SECRET, language="fa", **words)
    topic = make_topic(SECRET, name=SECRET, parent=c.security, **words)
    country = make_country("ZZY", name=SECRET, part_of=c.russia, **words)
    bloc = make_bloc(SECRET, name=SECRET, acronym=SECRET, **words)
    person = make_person(SECRET, name=SECRET, other_names=[SECRET], **words)
    event = make_event(
        SECRET,
        name=SECRET,
        city=SECRET,
        country=c.russia,
        chair=c.shoigu,
        starts_on="2030",
        ends_on=None,
        **words,
    )
    delegation = make_delegation(c.event, country, SECRET, note=SECRET, **words)
    made = [
        source,
        topic,
        country,
        bloc,
        person,
        event,
        delegation,
        make_delegation(event, c.russia, f"{SECRET}-rus", **words),
        make_membership(bloc, c.russia, **words),
        make_membership(c.brics, c.korea, **words),
        make_delegate(c.iranians, c.ahmadian, position=SECRET, role="head", **words),
        make_delegate(delegation, person, position=SECRET, **words),
        make_participant(c.bilateral, c.iranians, c.ahmadian, role="chair", **words),
        make_statement(
            c.event,
            c.shoigu,
            SECRET,
            meeting=c.bilateral,
            delegation=c.russians,
            text=SECRET,
            topics=[c.terrorism, topic],
            about=[c.iran, country],
            **words,
        ),
        make_agreement(SECRET, title=SECRET, parties=[c.russia, bloc], summary=SECRET, **words),
        make_figure(c.event, 125, SECRET, scope="", note=SECRET, **words),
    ]
    meeting = make_meeting(
        c.event, SECRET, title=SECRET, topics=[c.terrorism], date="2025-05-27", **words
    )
    made += [meeting, make_participant(meeting, c.russians, c.shoigu, **words)]
    bilateral = make_meeting(c.event, f"{SECRET}-met", title=SECRET, kind="bilateral", **words)
    sides = (c.russians, delegation)
    made += [bilateral, *(make_participant(bilateral, side, **words) for side in sides)]
    for record in made:
        cite(record, c.tass, excerpt=SECRET, locator=SECRET)
        cite(record, source, excerpt=SECRET, stance="disputes")
    for record in (c.bilateral, c.quote, c.event, c.figure, c.shoigu, c.russians):
        cite(record, source, excerpt=SECRET, stance="disputes")
    return made


@contextmanager
def with_one_of_each(cast, publication):
    """An unpublished record of every kind is there inside, and no longer afterwards."""
    with transaction.atomic():
        yield make_one_of_each(cast, publication)
        transaction.set_rollback(True)


@pytest.mark.long
def test_public_pages_read_the_same_with_and_without_unpublished_records(
    client, cast, settings, tmp_path
):
    """And not with the same records published: each changes its list, and the pages of what they join.

    All in one test, because what every page says without them takes long to read.
    """
    settings.PACKAGES = tmp_path / "packages"
    connection.check_constraints()
    before = everything(client)
    unasked = [text for address, text in before.items() if SECRET not in address]
    assert (len(before) > 200, SECRET in str(unasked)) == (True, False)

    for publication in ("draft", "withdrawn"):
        with with_one_of_each(cast, publication) as made:
            connection.check_constraints()
            after = everything(client)
        assert {type(record) for record in made} == set(record_models())
        changed = {address for address in after if after[address] != before.get(address)}
        assert (publication, changed) == (publication, set())

    make_one_of_each(cast, "published")
    connection.check_constraints()
    after = everything(client)

    changed = {address for address in before if after[address] != before[address]}
    assert changed >= {
        "/",
        "/meetings/shoigu-ahmadian/",
        "/people/sergei-shoigu/",
        "/sources/tass/",
        "/changes/",
        "/changes.atom",
        "/meetings.ics",
        SEARCH,
    }
    assert changed >= {f"/{table}{end}" for table in TABLES for end in FORMS}
    assert changed >= {reverse(name, args=["moscow-2025"]) for name in EVENT_PAGES}
    assert changed >= {"/data/", "/data/codebook/", *PACKAGES}


@pytest.mark.parametrize("publication", ["draft", "in-review", "withdrawn"])
def test_the_address_of_an_unpublished_record_shows_nothing_of_it(client, cast, publication):
    made = make_one_of_each(cast, publication)
    status = 410 if publication == "withdrawn" else 404

    answers = {record: client.get(record.get_absolute_url()) for record in made}

    assert {record: answer.status_code for record, answer in answers.items()} == dict.fromkeys(
        made, status
    )
    for record, answer in answers.items():
        page = (
            text_of(answer)
            .replace(record.get_absolute_url(), "")
            .replace(f"“{record.record_key}”", "")
        )
        assert SECRET not in page


@pytest.mark.parametrize("table", TABLES)
def test_no_filter_knows_an_unpublished_record(client, cast, table):
    make_one_of_each(cast, "draft")
    values = dict.fromkeys(
        ("event", "bloc", "person", "topic", "meeting", "delegation", "source", "about"), SECRET
    )
    values |= {"country": "ZZY", "publisher": SECRET, "language": "fa"}
    known = LISTS[table].filterset_class.base_filters

    answers = {
        name: client.get(f"/{table}/?{name}={value}").status_code
        for name, value in values.items()
        if name in known
    }

    assert len(answers) > 0
    assert set(answers.values()) == {400}
