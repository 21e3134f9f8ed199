"""What happened: meetings and who took part, statements, topics, agreements and figures."""

from meetings.models.agreements import Agreement, AgreementParty
from meetings.models.figures import ABOUT, Figure
from meetings.models.meetings import Meeting, MeetingTopic, Participant
from meetings.models.statements import Statement, StatementAbout, StatementTopic
from meetings.models.topics import Topic

__all__ = [
    "ABOUT",
    "Agreement",
    "AgreementParty",
    "Figure",
    "Meeting",
    "MeetingTopic",
    "Participant",
    "Statement",
    "StatementAbout",
    "StatementTopic",
    "Topic",
]
