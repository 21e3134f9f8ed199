"""Every page asks the database as often for one row as for ten, each row with all that it shows.

The numbers are literal: a page that asks more often, or less, changes its line here.
"""

import pytest

from tests.factories import (
    cite,
    make_agreement,
    make_bilateral,
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
from tests.pages import get, listing, read

pytestmark = pytest.mark.django_db


def cited(record):
    """A record that two publishers support and one disputes."""
    for publisher, stance in (("TASS", "supports"), ("AP", "supports"), ("IRNA", "disputes")):
        source = make_source(publisher=publisher, carried_by="Daily Star", published_on="2025-05")
        cite(record, source, stance=stance, excerpt="The two met.", locator="paragraph 2")
    return record


def event(**fields):
    people = {"country": make_country(), "chair": make_person()}
    return cited(make_event(city="Moscow", series="A series", **{**people, **fields}))


def bloc():
    return cited(make_bloc(acronym="B"))


def delegation(of_event=None, sender=None):
    made = cited(make_delegation(of_event or event(), sender or make_country()))
    make_delegate(made, make_person(native_name="Сергей"), position="Secretary", role="head")
    return made


def delegate(of=None, person=None):
    of = of or make_delegation(event(), make_country())
    return cited(make_delegate(of, person or make_person(), position="Secretary", role="head"))


def topic(parent=None):
    return make_topic(parent=parent or make_topic())


def member(sender):
    make_membership(make_bloc(acronym="B"), sender)
    return sender


def meeting(of_event=None, a=None, b=None, on=None):
    of_event = of_event or event()
    a = a or make_delegation(of_event, member(make_country()))
    b = b or make_delegation(of_event, make_bloc(acronym="B"))
    made = cited(make_bilateral(of_event, a, b, topics=[on or topic(), topic()], date="2025-05-27"))
    for side in (a, b):
        make_participant(made, side, delegate(side).person)
    return made


def participant(at=None):
    at = at or make_meeting(event(), topics=[topic()])
    of = make_delegation(at.event, member(make_country()))
    return cited(make_participant(at, of, delegate(of).person, role="speaker"))


def statement(of_event=None, at=None, of=None, speaker=None, on=None, about=None):
    of_event = of_event or event()
    of = of or make_delegation(of_event, member(make_country()))
    at = at or make_meeting(of_event, delegations=[of])
    speaker = speaker or delegate(of).person
    about = [about or make_country(), make_bloc()]
    fields = {"meeting": at, "delegation": of, "about": about, "date": "2025-05-27"}
    return cited(make_statement(of_event, speaker, topics=[on or topic(), topic()], **fields))


def agreement(party=None):
    return cited(make_agreement(parties=[party or make_country(), make_bloc()], as_of="2025"))


def figure(of_event=None, value=126):
    return cited(make_figure(of_event or event(), value, as_of="2025-05-29"))


def person():
    made = cited(make_person(native_name="Сергей"))
    delegate(delegation(), made)
    return made


def membership():
    return cited(make_membership(make_bloc(), since="2009", until="2024"))


def source():
    made = make_source(carried_by="Daily Star", published_on="2025-05")
    cite(make_person(), made)
    return made


def country():
    made = make_country(kind="other", part_of=make_country())
    delegation(sender=made)
    return member(made)


def topic_spoken_of():
    made = topic()
    meeting(on=made)
    statement(on=made)


LISTS = {
    "sources": (source, 6),
    "topics": (topic_spoken_of, 12),
    "countries": (country, 10),
    "blocs": (bloc, 9),
    "memberships": (membership, 11),
    "people": (person, 13),
    "events": (event, 9),
    "delegations": (delegation, 12),
    "delegates": (delegate, 11),
    "meetings": (meeting, 24),
    "participants": (participant, 15),
    "statements": (statement, 26),
    "agreements": (agreement, 11),
    "figures": (figure, 11),
    "citations": (lambda: cited(make_person()), 8),
}


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("table", LISTS)
def test_a_list_asks_as_often_for_one_row_as_for_ten(
    client, django_assert_num_queries, table, count
):
    make, queries = LISTS[table]
    for _ in range(count):
        make()

    with django_assert_num_queries(queries):
        page = get(client, f"/{table}/")

    assert len(read(page, table).keys) >= count


# Detail pages


def around_a_country(count):
    made, speaker = country(), make_person()
    for _ in range(count):
        at = event(country=made)
        sent = cited(make_delegation(at, made))
        meeting(at, sent, make_delegation(at))
        statement(at, of=sent, speaker=speaker, about=made)
        agreement(made)
        make_country(part_of=made)
        cited(make_membership(make_bloc(), made))
    return made


def around_a_bloc(count):
    made = bloc()
    for _ in range(count):
        at = event()
        sent = delegation(at, made)
        meeting(at, sent, make_delegation(at))
        statement(at, about=made)
        cited(make_membership(made, make_country(), since="2009"))
    return made


def around_a_membership(count):
    made = membership()
    for status in ("observer", "partner"):
        make_membership(made.bloc, made.country, status=status)
    return made


def around_a_person(count):
    made = cited(make_person())
    for _ in range(count):
        at = event(chair=made)
        of = make_delegation(at)
        delegate(of, made)
        make_participant(meeting(at, of, make_delegation(at)), of, made)
        statement(at, of=of, speaker=made)
    return made


def around_an_event(count):
    made = event()
    for n in range(count):
        met = meeting(made)
        make_meeting(made, status="announced")
        make_meeting(made, status="cancelled")
        make_delegation(made, status="announced")
        make_statement(made, status="expected")
        delegation(made, member(make_country()))
        statement(made, at=met)
        figure(made, 100 + n)
        figure(made, 100 + n)
        event()  # an other one, for the start page
    return made


def around_a_delegation(count):
    made = make_delegation(event(), member(make_country()))
    for _ in range(count):
        delegate(made)
        meeting(made.event, made, make_delegation(made.event))
        statement(made.event, of=made)
    return cited(made)


def around_a_delegate(count):
    made = delegate()
    at = made.delegation.event
    for _ in range(count):
        met = meeting(at, made.delegation, make_delegation(at))
        make_participant(met, made.delegation, made.person)
        statement(at, of=made.delegation, speaker=made.person)
    return made


def around_a_meeting(count):
    made = cited(make_meeting(event(), topics=[topic() for _ in range(count)]))
    for _ in range(count):
        participant(made)
        statement(made.event, made)
    return made


def around_a_participant(count):
    made = participant()
    for _ in range(count):
        statement(made.meeting.event, made.meeting, made.delegation, made.person)
    return made


def around_a_statement(count):
    about, on = [make_country() for _ in range(count)], [topic() for _ in range(count)]
    return cited(make_statement(event(), make_person(), topics=on, about=about))


def around_a_topic(count):
    made = topic()
    for _ in range(count):
        make_topic(parent=made)
        meeting(on=made)
        statement(on=made)
    return made


def around_an_agreement(count):
    return cited(make_agreement(parties=[make_country() for _ in range(count)]))


def around_a_figure(count):
    made = figure()
    for n in range(count):
        figure(made.event, 100 + n)
    return made


def around_a_source(count):
    made = make_source()
    for _ in range(count):
        cite(make_statement(event(), make_person()), made, excerpt="The two met.")
    return made


PAGES = {
    "countries": (around_a_country, 33),
    "blocs": (around_a_bloc, 20),
    "memberships": (around_a_membership, 3),
    "people": (around_a_person, 23),
    "events": (around_an_event, 26),
    "delegations": (around_a_delegation, 17),
    "delegates": (around_a_delegate, 12),
    "meetings": (around_a_meeting, 10),
    "participants": (around_a_participant, 8),
    "statements": (around_a_statement, 4),
    "topics": (around_a_topic, 13),
    "agreements": (around_an_agreement, 3),
    "figures": (around_a_figure, 3),
    "sources": (around_a_source, 7),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("table", PAGES)
def test_a_page_asks_as_often_with_one_related_row_as_with_three(
    client, django_assert_num_queries, table, count
):
    """Three are all shown. Of eight or more a part may be cut short, and is then counted as well."""
    make, queries = PAGES[table]
    record = make(count)

    with django_assert_num_queries(queries):
        get(client, record.get_absolute_url())


@pytest.mark.parametrize("count", [10, 20])
def test_a_part_that_is_cut_short_is_counted_once(client, django_assert_num_queries, count):
    """One more than the page of a person for which all statements fit."""
    record = around_a_person(1)
    for _ in range(count):
        make_statement(speaker=record)

    with django_assert_num_queries(24):
        page = get(client, record.get_absolute_url())

    assert f">All {count + 1}</a>" in page


@pytest.mark.parametrize("count", [1, 9])
def test_the_start_page_asks_as_often_with_one_related_row_as_with_nine(
    client, django_assert_num_queries, count
):
    around_an_event(count)

    with django_assert_num_queries(28):
        get(client, "/")


@pytest.mark.parametrize("table", LISTS)
def test_a_file_asks_for_its_revision_its_number_and_its_rows(
    client, django_assert_num_queries, table
):
    """CSV is copied by the driver's own cursor, where it is not counted. A savepoint is made and left,
    which outside of tests is a transaction."""
    for _ in range(2):
        LISTS[table][0]()

    with django_assert_num_queries(4):
        rows = get(client, f"/{table}.csv").splitlines()
    with django_assert_num_queries(5):
        assert len(get(client, f"/{table}.jsonl").splitlines()) == len(rows) - 1

    assert len(rows) > 2
    assert listing(client, table).count == len(rows) - 1
