"""Rows for tests: one function per model, named `make_<model>`.

Nothing surprises: every row is valid and published, has a counted id unless one is given, and makes
only those other rows that it cannot do without. What a test is about it says itself, by keyword; a
record that a row refers to is given as an object. What deferred triggers watch is made in one
transaction.
"""

from itertools import count
from string import ascii_uppercase as letters

from django.db import transaction

from delegations.models import Bloc, Country, Delegate, Delegation, Event, Membership, Person
from meetings.models import (
    Agreement,
    AgreementParty,
    Figure,
    Meeting,
    MeetingTopic,
    Participant,
    Statement,
    StatementAbout,
    StatementTopic,
    Topic,
)
from summitkb.exchange.models import Release
from summitkb.records.models import Citation, Source, SourceText
from summitkb.records.redirects import Redirect

_numbers = count(1)
_CODES = [a + b + c for a in "XQZ" for b in letters if b not in "ABKMNQWX" for c in letters]
"""Counted codes of countries, more than one test makes; what tests say themselves begins otherwise."""


def _make(model, defaults, fields):
    return model.objects.create(**{"publication": "published", **defaults, **fields})


def _identified(model, id, defaults, fields):
    id = id or f"{model.__name__.lower()}-{next(_numbers):05}"  # sorts as counted
    return _make(model, {"id": id, **defaults}, fields)


def _country_or_bloc(record):
    return {"country" if isinstance(record, Country) else "bloc": record}


# Sources and citations


def make_source(id=None, **fields):
    defaults = {
        "kind": "agency",
        "publisher": "TASS",
        "title": "A report",
        "url": "https://example.org/report",
        "language": "en",
    }
    return _identified(Source, id, defaults, fields)


def make_source_text(source=None, text="Something was said.", **fields):
    return SourceText.objects.create(source=source or make_source(), text=text, **fields)


def make_redirect(former="former", to=None):
    """That of an earlier key of a topic, of a new one unless one is given."""
    to = to or make_topic()
    table, key = to._meta.db_table, to.record_key
    return Redirect.objects.create(address=f"{table}/{former}", table=table, key=key)


def make_release(number=1):
    """The row of a release, without its files."""
    return Release.objects.create(
        number=number, revision="0" * 12, sha256="0" * 64, bytes=1, counts={}, summary=""
    )


def cite(record, source=None, **fields):
    """A citation that supports `record`, of a new source unless one is given."""
    return Citation.objects.create(
        table=record._meta.db_table,
        record=record.record_key,
        source=source or make_source(),
        **fields,
    )


# Who


def make_country(code=None, **fields):
    """A member of the United Nations; its code is counted."""
    code = code or _CODES[next(_numbers) % len(_CODES)]
    return _make(Country, {"code": code, "name": f"Country {code}", "kind": "un-member"}, fields)


def make_bloc(id=None, **fields):
    return _identified(Bloc, id, {"name": "A bloc", "kind": "organization"}, fields)


def make_membership(bloc=None, country=None, **fields):
    """A full membership whose dates are unknown."""
    defaults = {"bloc": bloc or make_bloc(), "country": country or make_country()}
    return _make(Membership, {**defaults, "status": "member"}, fields)


def make_person(id=None, **fields):
    return _identified(Person, id, {"name": "A person"}, fields)


def make_event(id=None, **fields):
    """An event from 27 to 29 May 2025, without country and chair."""
    defaults = {"name": "An event", "starts_on": "2025-05-27", "ends_on": "2025-05-29"}
    return _identified(Event, id, defaults, fields)


def make_delegation(event=None, sender=None, id=None, **fields):
    """A delegation that attended; `sender` is a country or a bloc."""
    origin = _country_or_bloc(sender or make_country())
    defaults = {"event": event or make_event(), "status": "attended", **origin}
    return _identified(Delegation, id, defaults, fields)


def make_delegate(delegation=None, person=None, **fields):
    defaults = {"delegation": delegation or make_delegation(), "person": person or make_person()}
    return _make(Delegate, defaults, fields)


# What happened


def make_topic(id=None, **fields):
    return _identified(Topic, id, {"name": "A topic"}, fields)


@transaction.atomic
def make_meeting(event=None, id=None, *, delegations=(), topics=(), **fields):
    """A multilateral meeting that was held, with one unnamed participant of each delegation."""
    defaults = {
        "event": event or make_event(),
        "kind": "multilateral",
        "title": "A meeting",
        "status": "held",
    }
    meeting = _identified(Meeting, id, defaults, fields)
    for delegation in delegations:
        make_participant(meeting, delegation)
    for position, topic in enumerate(topics):
        MeetingTopic.objects.create(owner=meeting, topic=topic, position=position)
    return meeting


def make_bilateral(event=None, a=None, b=None, id=None, **fields):
    """A bilateral meeting of two delegations, no person named."""
    event = event or make_event()
    sides = [a or make_delegation(event), b or make_delegation(event)]
    return make_meeting(event, id, **{"kind": "bilateral", "delegations": sides, **fields})


def make_participant(meeting=None, delegation=None, person=None, **fields):
    meeting = meeting or make_meeting()
    delegation = delegation or make_delegation(meeting.event)
    defaults = {"meeting": meeting, "delegation": delegation, "person": person}
    return _make(Participant, defaults, fields)


@transaction.atomic
def make_statement(event=None, speaker=None, id=None, *, topics=(), about=(), **fields):
    """A paraphrase by a person, or by `speaker_label` where that is given and no speaker is."""
    if not fields.get("speaker_label"):
        speaker = speaker or make_person()
    defaults = {
        "event": event or make_event(),
        "speaker": speaker,
        "kind": "paraphrase",
        "text": "Something was said.",
        "language": "en",
    }
    statement = _identified(Statement, id, defaults, fields)
    for position, topic in enumerate(topics):
        StatementTopic.objects.create(owner=statement, topic=topic, position=position)
    for position, record in enumerate(about):
        entry = {"owner": statement, "position": position, **_country_or_bloc(record)}
        StatementAbout.objects.create(**entry)
    return statement


@transaction.atomic
def make_agreement(id=None, *, parties=(), **fields):
    defaults = {"title": "An agreement", "status": "signed"}
    agreement = _identified(Agreement, id, defaults, fields)
    for position, record in enumerate(parties):
        entry = {"owner": agreement, "position": position, **_country_or_bloc(record)}
        AgreementParty.objects.create(**entry)
    return agreement


def make_figure(event=None, value=126, id=None, **fields):
    defaults = {
        "event": event or make_event(),
        "measure": "delegations",
        "value": value,
        "bound": "exact",
    }
    return _identified(Figure, id, defaults, fields)


# Any of them

MAKERS = {
    Source: make_source,
    SourceText: make_source_text,
    Redirect: make_redirect,
    Citation: lambda: cite(make_person()),
    Country: make_country,
    Bloc: make_bloc,
    Membership: make_membership,
    Person: make_person,
    Event: make_event,
    Delegation: make_delegation,
    Delegate: make_delegate,
    Topic: make_topic,
    Meeting: make_meeting,
    MeetingTopic: lambda: make_meeting(topics=[make_topic()]).topic_entries.get(),
    Participant: make_participant,
    Statement: make_statement,
    StatementTopic: lambda: make_statement(topics=[make_topic()]).topic_entries.get(),
    StatementAbout: lambda: make_statement(about=[make_country()]).about_entries.get(),
    Agreement: make_agreement,
    AgreementParty: lambda: make_agreement(parties=[make_country()]).party_entries.get(),
    Figure: make_figure,
}


def make_row(model):
    """A valid row of any model, for tests that go over all of them."""
    return MAKERS[model]()
