"""The lists and pages of what happened, and of people, who are found by what they did."""

from delegations.tables import PEOPLE
from meetings.filters import (
    AgreementFilter,
    FigureFilter,
    MeetingFilter,
    ParticipantFilter,
    PersonFilter,
    StatementFilter,
    TopicFilter,
)
from meetings.tables import AGREEMENTS, FIGURES, MEETINGS, PARTICIPANTS, STATEMENTS, TOPICS
from summitkb.browse.excerpts import Excerpt
from summitkb.browse.views import RecordDetail, RecordList


class PersonList(RecordList):
    table = PEOPLE
    filterset_class = PersonFilter
    rows_template = "delegations/person_rows.html"


class PersonDetail(RecordDetail):
    table = PEOPLE
    template_name = "delegations/person.html"
    excerpts = (
        Excerpt("delegates", "On these delegations", person="pk"),
        Excerpt("meetings", "Meetings with them", person="pk"),
        Excerpt("statements", "What they said", person="pk"),
        Excerpt("events", "Chaired", person="pk", slot="side"),
    )


class MeetingList(RecordList):
    table = MEETINGS
    filterset_class = MeetingFilter
    rows_template = "meetings/meeting_rows.html"
    calendar = "meetings-ics"


class MeetingDetail(RecordDetail):
    table = MEETINGS
    template_name = "meetings/meeting.html"
    excerpts = (
        Excerpt("participants", "Participants", meeting="pk", limit=100),
        Excerpt("statements", "What was said", meeting="pk", sort="=oldest", limit=30),
    )


class ParticipantList(RecordList):
    table = PARTICIPANTS
    filterset_class = ParticipantFilter
    rows_template = "meetings/participant_rows.html"


class ParticipantDetail(RecordDetail):
    table = PARTICIPANTS
    template_name = "meetings/participant.html"
    excerpts = (
        Excerpt("statements", "What they said there", meeting="meeting_id", person="person_id"),
    )


class StatementList(RecordList):
    table = STATEMENTS
    filterset_class = StatementFilter
    rows_template = "meetings/statement_rows.html"
    paginate_by = 25


class StatementDetail(RecordDetail):
    table = STATEMENTS
    template_name = "meetings/statement.html"


class TopicList(RecordList):
    table = TOPICS
    filterset_class = TopicFilter
    rows_template = "meetings/topic_rows.html"
    paginate_by = 100


class TopicDetail(RecordDetail):
    table = TOPICS
    template_name = "meetings/topic.html"
    excerpts = (
        Excerpt("meetings", "Meetings", topic="pk"),
        Excerpt("statements", "What was said", topic="pk"),
    )

    def beside(self, record):
        return {"subtopics": record.subtopics.published()}


class AgreementList(RecordList):
    table = AGREEMENTS
    filterset_class = AgreementFilter
    rows_template = "meetings/agreement_rows.html"


class AgreementDetail(RecordDetail):
    table = AGREEMENTS
    template_name = "meetings/agreement.html"


class FigureList(RecordList):
    table = FIGURES
    filterset_class = FigureFilter
    rows_template = "meetings/figure_rows.html"


class FigureDetail(RecordDetail):
    table = FIGURES
    template_name = "meetings/figure.html"

    def beside(self, record):
        peers = (
            FIGURES.model.objects.published()
            .for_list()
            .filter(event=record.event_id, measure=record.measure, scope=record.scope)
        )
        peers = list(peers.exclude(pk=record.pk))
        return {"peers": peers, "cited": [peers]}
