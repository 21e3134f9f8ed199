"""What is open about an event: announced and not confirmed, expected and not come, agreed and not done,
contradicted, and what nobody reports. Each line with the reason why it stands there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from delegations.models import Delegate, Delegation, Event, Person
from delegations.vocabularies import Attendance
from meetings.models import Agreement, AgreementParty, Figure, Meeting, Participant, Statement
from meetings.vocabularies import AgreementStatus, MeetingStatus, StatementStatus
from summitkb.browse.excerpts import counting_of
from summitkb.records.evidence import Apparatus, Corroboration, corroborated
from summitkb.records.models import Record

CLAIMS = (Meeting, Statement, Figure, Delegation)
"""The tables of what is claimed of an event."""
MOST = 50
"""How many rows of one kind are shown in a section: agreements are those of all years."""


@dataclass
class Line:
    """One record that is open, and why."""

    record: Record
    reason: str = ""


@dataclass
class Gap:
    """Something that is not known of a number of records, and the list of them."""

    count: int
    words: str
    table: str
    query: QueryDict

    @property
    def address(self) -> str:
        return reverse(f"{self.table}-list", query=self.query)


@dataclass
class Section:
    """One way in which things are open; `none` is what is said where there is nothing."""

    key: str
    title: str
    under: str
    none: str
    lines: list[Line] = field(default_factory=list)
    more: int = 0
    """How many there are beyond those shown."""

    def __len__(self):
        return len(self.lines) + self.more

    def add(self, rows: QuerySet, reason: Callable[[Record], str] = lambda record: "") -> "Section":
        """The same section, with the first of some rows and why each stands there."""
        records = list(rows.for_list()[:MOST])
        self.lines += [Line(record, reason(record)) for record in records]
        self.more += rows.count() - MOST if len(records) == MOST else 0
        return self


class OpenEnds:
    """The published open ends of an event, with their sources numbered as on the page."""

    def __init__(self, event: Event):
        self.event = event
        self.sections = [
            self._unconfirmed_meetings(),
            self._unconfirmed_delegations(),
            self._called_off(),
            self._expected(),
            self._agreements(),
            self._contradicted(),
        ]
        lines = [line for section in self.sections for line in section.lines]
        self.apparatus = Apparatus(line.record for line in lines)
        for line in lines:
            words = ". ".join(filter(None, (line.reason, reported(line.record))))
            line.reason = f"{words or 'Nothing more is on record'}."
        self.gaps = [gap for gap in self._gaps() if gap.count]

    def _of_event(self, model):
        return model.objects.published().filter(event=self.event)

    def _unconfirmed_meetings(self):
        reasons = {
            MeetingStatus.ANNOUNCED: "Announced, and no source says that it took place",
            MeetingStatus.UNCONFIRMED: "Reported, and no source confirms it",
        }
        meetings = self._of_event(Meeting).filter(status__in=reasons)
        return Section(
            "meetings",
            "Meetings announced, never confirmed",
            "On record neither as held nor as called off.",
            "Every meeting on record was held or called off.",
        ).add(meetings, lambda meeting: reasons[meeting.status])

    def _unconfirmed_delegations(self):
        reasons = {
            Attendance.ANNOUNCED: "Announced, and no source says that it came",
            Attendance.INVITED: "Invited, and no source says whether it came",
        }
        delegations = self._of_event(Delegation).filter(status__in=reasons)
        return Section(
            "delegations",
            "Delegations announced or invited, not seen",
            "No source on record places them at the event.",
            "Every delegation on record came or declined.",
        ).add(delegations, lambda delegation: reasons[delegation.status])

    def _called_off(self):
        meetings = self._of_event(Meeting).filter(status=MeetingStatus.CANCELLED)
        return Section(
            "called-off",
            "Called off",
            "Announced first, and then reported not to take place.",
            "No meeting on record was called off.",
        ).add(meetings, lambda meeting: meeting.summary.rstrip("."))

    def _expected(self):
        expected = self._of_event(Statement).filter(status=StatementStatus.EXPECTED)
        made = self._of_event(Statement).filter(status=StatementStatus.MADE)
        spoke = set(made.order_by().values_list("speaker", flat=True))
        return Section(
            "expected",
            "Statements expected",
            "When the source was written they lay ahead. Whether the speaker is on record with words "
            "of theirs is said; whether these are the ones expected is not.",
            "No statement on record was only expected.",
        ).add(expected, lambda statement: _came(statement, spoke))

    def _agreements(self):
        agreements = self._of_those_who_came().filter(status__in=AgreementStatus.UNDER_WAY)
        return Section(
            "agreements",
            "Agreements under way",
            "Not in force yet, or not known to be; with a party that has a delegation here. Each as it "
            "stood on the day that is given.",
            "No agreement on record is under way.",
        ).add(agreements, _standing)

    def _of_those_who_came(self):
        """The agreements of which a party is on record with a delegation that did not decline."""
        sent = self._of_event(Delegation).exclude(status=Attendance.DECLINED).order_by()
        parties = AgreementParty.objects.filter(
            Q(country__in=sent.values("country")) | Q(bloc__in=sent.values("bloc"))
        )
        return Agreement.objects.published().filter(pk__in=parties.values("owner"))

    def _contradicted(self):
        sent = Delegate.objects.published().filter(delegation__event=self.event)
        took_part = Participant.objects.published().filter(meeting__event=self.event)
        groups = [
            Event.objects.filter(pk=self.event.pk),
            *map(self._of_event, CLAIMS),
            sent,
            took_part,
            Person.objects.published().filter(pk__in=sent.order_by().values("person")),
            self._of_those_who_came(),
        ]
        section = Section(
            "contradicted",
            "Contradicted by a source",
            "Support and dispute stand side by side; neither is taken off the other.",
            "No source on record disputes another.",
        )
        for rows in groups:
            section.add(rows.filter(corroborated(rows.model, [Corroboration.DISPUTED])))
        return section

    def _gaps(self):
        for table, words, query in (
            ("meetings", "meetings without a day", {"lacking": "day"}),
            ("statements", "statements without a day", {"lacking": "day"}),
            ("statements", "statements by a speaker without a name", {"lacking": "name"}),
            ("delegations", "delegations of which no delegate is named", {"lacking": "name"}),
            ("participants", "participants of meetings without a name", {"lacking": "name"}),
            *(
                (name, f"{name} that one publisher alone reports", {"corroboration": "single"})
                for name in (model._meta.db_table for model in CLAIMS)
            ),
        ):
            query = QueryDict(urlencode({"event": self.event.pk, **query}))
            yield Gap(counting_of(table, query.urlencode()).count, words, table, query)


def reported(record: Record) -> str:
    """By whom it was first reported, and by how many it is disputed, where that is known."""
    words, first = [], record.evidence.first_report
    if first:
        when = "on" if first.published_on.day else "by the end of"
        words.append(f"first reported by {first.publisher} {when} {first.published_on.words}")
    if opponents := record.evidence.opponents:
        words.append(f"disputed by {', '.join(opponents)}")
    sentence = "; ".join(words)
    return sentence[:1].upper() + sentence[1:]


def _came(expected: Statement, spoke: set[str]) -> str:
    if expected.speaker_id is None:
        return "The speaker has no name, by which words of theirs could be found"
    if expected.speaker_id in spoke:
        return "Words of the same speaker are on record"
    return "Nothing that this speaker said is on record"


def _standing(agreement) -> str:
    """How it stood, and when: that is the day of the report, not of the signing."""
    if not agreement.as_of:
        return f"{agreement.get_status_display()}, on a day not reported"
    return f"{agreement.get_status_display()} as of {agreement.as_of.words}"
