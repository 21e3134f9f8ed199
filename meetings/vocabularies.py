"""The vocabularies of what happened, with the values of the data package."""

from enum import nonmember

from django.db.models import TextChoices


class MeetingKind(TextChoices):
    BILATERAL = "bilateral", "Bilateral meeting"
    MULTILATERAL = "multilateral", "Multilateral meeting"
    PLENARY = "plenary", "Plenary"
    SEMINAR = "seminar", "Seminar"
    OTHER = "other", "Other"


class MeetingStatus(TextChoices):
    ANNOUNCED = "announced", "Announced"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"


class Access(TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    UNKNOWN = "unknown", "Not reported"


class ParticipantRole(TextChoices):
    CHAIR = "chair", "Chair"
    SPEAKER = "speaker", "Speaker"
    PARTICIPANT = "participant", "Participant"


class StatementKind(TextChoices):
    QUOTE = "quote", "Quotation"
    PARAPHRASE = "paraphrase", "Paraphrase"
    DOCUMENT = "document", "Document"


class StatementStatus(TextChoices):
    MADE = "made", "Made"
    EXPECTED = "expected", "Expected"


class AgreementStatus(TextChoices):
    PROPOSED = "proposed", "Proposed"
    NEGOTIATING = "negotiating", "Negotiating"
    SIGNED = "signed", "Signed"
    AWAITING_RATIFICATION = "awaiting-ratification", "Awaiting ratification"
    IN_FORCE = "in-force", "In force"
    LAPSED = "lapsed", "Lapsed"

    UNDER_WAY = nonmember(frozenset({"proposed", "negotiating", "signed", "awaiting-ratification"}))
    """Those of which something is still to come."""


class Measure(TextChoices):
    DELEGATIONS = "delegations", "Delegations"
    COUNTRIES = "countries", "Countries"
    ORGANIZATIONS = "organizations", "Organisations"
    INVITED_COUNTRIES = "invited-countries", "Countries invited"
    BILATERAL_MEETINGS = "bilateral-meetings", "Bilateral meetings"
    MULTILATERAL_MEETINGS = "multilateral-meetings", "Multilateral meetings"
    REPORTS = "reports", "Reports"
    OTHER = "other", "Other"


class Bound(TextChoices):
    EXACT = "exact", "Exact"
    AT_LEAST = "at-least", "At least"
    ABOUT = "about", "About"
