"""The declarations of what happened. See `summitkb.exchange.tables`."""

from collections import defaultdict

from django.db.models import Case, F, TextField, Value, When

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
from meetings.vocabularies import MeetingKind, StatementKind
from summitkb.exchange.columns import Entries
from summitkb.exchange.rules import at_least_one
from summitkb.exchange.tables import Searched, Table, register
from summitkb.records.languages import OURS

TEXT_LANGUAGE = Case(
    When(kind=StatementKind.PARAPHRASE, then=Value(OURS)),
    default=F("language"),
    output_field=TextField(),
)
"""`Statement.text_language` as SQL."""


def _entries(name, model, help_text):
    return Entries(name, model._meta.get_field("owner"), help_text)


def bilaterals_have_two_sides(package):
    """Yield a problem for each bilateral meeting whose participants are not of two delegations.

    Where the participants are not at hand, the database says it when both are loaded.
    """
    if "participants" not in package:
        return
    sides = defaultdict(set)
    for _, row in package.rows("participants"):
        sides[row["meeting"]].add(row["delegation"])
    for line, row in package.rows("meetings"):
        count = len(sides[row["id"]])
        if row["kind"] == MeetingKind.BILATERAL and count != 2:
            yield package.problem(
                "meetings",
                line,
                "kind",
                f"“{row['id']}” is bilateral and its participants come from {count} delegations; "
                "accepted are exactly two",
            )


TOPICS = register(
    Table(
        Topic,
        order=2,
        columns=["id", "name", "parent"],
        searched=Searched(titles=("name",), context=("parent",), weight=3),
        cited=False,
        origin="Set by editors, so that all call it alike.",
    )
)

MEETINGS = register(
    Table(
        Meeting,
        order=10,
        columns=[
            "id",
            "event",
            "kind",
            "title",
            "date",
            "starts_at",
            "status",
            "access",
            "place",
            "summary",
            _entries("topics", MeetingTopic, "What it was about, a list of topics."),
        ],
        searched=Searched(
            titles=("title",), texts=("summary", "place"), context=("topics",), weight=2
        ),
        checks=(bilaterals_have_two_sides,),
    )
)

PARTICIPANTS = register(
    Table(
        Participant,
        order=11,
        columns=["meeting", "delegation", "person", "role"],
        searched=Searched(context=("meeting", "delegation", "person"), weight=0.5),
        key=("meeting", "delegation", "person"),
    )
)

STATEMENTS = register(
    Table(
        Statement,
        order=12,
        columns=[
            "id",
            "event",
            "meeting",
            "speaker",
            "speaker_label",
            "delegation",
            "kind",
            "status",
            "date",
            "text",
            "language",
            "translated",
            _entries("topics", StatementTopic, "What it is about, a list of topics."),
            _entries("about", StatementAbout, "Whom it is about, a list of countries and blocs."),
        ],
        searched=Searched(
            texts=("text", "speaker_label"),
            context=("speaker", "delegation", "meeting", "topics", "about"),
            language=TEXT_LANGUAGE,
        ),
        rules=(at_least_one(Statement, "statement_has_speaker", "speaker", "speaker_label"),),
    )
)

AGREEMENTS = register(
    Table(
        Agreement,
        order=13,
        columns=[
            "id",
            "title",
            _entries("parties", AgreementParty, "Who is bound, a list of countries and blocs."),
            "status",
            "as_of",
            "summary",
        ],
        searched=Searched(titles=("title",), texts=("summary",), context=("parties",), weight=2),
    )
)

FIGURES = register(
    Table(
        Figure,
        order=14,
        columns=["id", "event", "measure", "scope", "value", "bound", "as_of", "note"],
        searched=Searched(texts=("measure", "scope", "value", "note")),
    )
)
