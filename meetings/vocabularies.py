"""The vocabularies of what happened, with the values of the data package."""

from enum import nonmember

from summitkb.records.vocabularies import Vocabulary


class MeetingKind(Vocabulary):
    BILATERAL = "bilateral", "Two delegations sit with each other.", "Bilateral meeting"
    MULTILATERAL = (
        "multilateral",
        "Three delegations or more sit with each other, apart from the plenary.",
        "Multilateral meeting",
    )
    PLENARY = "plenary", "All delegations are asked to one sitting.", "Plenary"
    SEMINAR = "seminar", "A session on one subject beside the main programme.", "Seminar"
    OTHER = "other", "None of these, a reception or a visit among them.", "Other"


class MeetingStatus(Vocabulary):
    ANNOUNCED = (
        "announced",
        "It was said beforehand that it would take place, and no source says whether it did.",
        "Announced",
    )
    HELD = "held", "It took place, as a source says.", "Held"
    CANCELLED = (
        "cancelled",
        "It was announced, and a source says that it did not take place.",
        "Cancelled",
    )
    UNCONFIRMED = (
        "unconfirmed",
        "A source says that it took place or would, and none of the sides does.",
        "Unconfirmed",
    )


class Access(Vocabulary):
    OPEN = "open", "The press or the public was there.", "Open"
    CLOSED = "closed", "Behind closed doors.", "Closed"
    UNKNOWN = "unknown", "No source says.", "Not reported"


class ParticipantRole(Vocabulary):
    CHAIR = "chair", "Led the meeting.", "Chair"
    SPEAKER = "speaker", "Is reported to have spoken.", "Speaker"
    PARTICIPANT = "participant", "Took part, and is not reported to have spoken.", "Participant"


class StatementKind(Vocabulary):
    QUOTE = "quote", "Word for word; […] marks an omission.", "Quotation"
    PARAPHRASE = (
        "paraphrase",
        "What was said, in the words of whoever reports it or in ours.",
        "Paraphrase",
    )
    DOCUMENT = "document", "From a written text, such as a message that was read out.", "Document"


class StatementStatus(Vocabulary):
    MADE = "made", "It was said.", "Made"
    EXPECTED = "expected", "The source was written before it could be said.", "Expected"


class AgreementStatus(Vocabulary):
    PROPOSED = "proposed", "One side has put it forward.", "Proposed"
    NEGOTIATING = "negotiating", "The sides speak about its text.", "Negotiating"
    SIGNED = "signed", "It is signed, and no source says what came after.", "Signed"
    AWAITING_RATIFICATION = (
        "awaiting-ratification",
        "It is signed, and a parliament or a head of state has still to agree.",
        "Awaiting ratification",
    )
    IN_FORCE = "in-force", "It binds the sides.", "In force"
    LAPSED = "lapsed", "It binds nobody any more.", "Lapsed"

    UNDER_WAY = nonmember(frozenset({"proposed", "negotiating", "signed", "awaiting-ratification"}))
    """Those of which something is still to come."""


class Measure(Vocabulary):
    DELEGATIONS = "delegations", "Delegations that came.", "Delegations"
    COUNTRIES = "countries", "Countries that were represented.", "Countries"
    ORGANIZATIONS = (
        "organizations",
        "International organisations that were represented.",
        "Organisations",
    )
    INVITED_COUNTRIES = (
        "invited-countries",
        "Countries that were asked to come.",
        "Countries invited",
    )
    BILATERAL_MEETINGS = "bilateral-meetings", "Meetings of two delegations.", "Bilateral meetings"
    MULTILATERAL_MEETINGS = (
        "multilateral-meetings",
        "Meetings of three delegations or more.",
        "Multilateral meetings",
    )
    REPORTS = "reports", "Speeches and reports that were given.", "Reports"
    OTHER = "other", "What the note says.", "Other"


class Bound(Vocabulary):
    EXACT = "exact", "The number itself.", "Exact"
    AT_LEAST = "at-least", "The number or more.", "At least"
    ABOUT = "about", "The number, read as ± 5 %.", "About"
