"""The work queues of meetings and statements."""

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils import timezone

from meetings.models import Meeting, Statement
from meetings.vocabularies import MeetingStatus, StatementStatus
from summitkb.editing.queues import Queue, declare, only
from summitkb.records.partial_dates import Latest


def declare_queues() -> None:
    declare(
        Queue(
            "speaker-unresolved",
            "Speaker unresolved",
            "The source does not name who said it, or we have not yet found out.",
            only({Statement: unresolved}),
        )
    )
    declare(
        Queue(
            "expected",
            "Expected and past its day",
            "It was expected to be said, and that day is over.",
            only({Statement: lambda: Q(status=StatementStatus.EXPECTED) & past()}),
        )
    )
    declare(
        Queue(
            "announced",
            "Announced and past its day",
            "It was announced, and that day is over: held, cancelled or unconfirmed?",
            only({Meeting: lambda: Q(status=MeetingStatus.ANNOUNCED) & past()}),
        )
    )


def unresolved() -> Q:
    return Q(speaker=None) & ~Q(speaker_label="")


def past() -> Q:
    """The condition that the last day that its date may mean is over.

    Without a date that of its event, by whose end it must have been; NULL and so not past without any.
    """
    day = Coalesce(Latest("date"), Latest("event__ends_on"), Latest("event__starts_on"))
    return Q(LessThan(day, timezone.localdate()))
