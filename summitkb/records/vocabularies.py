"""The vocabularies of sources and citations, with the values of the data package."""

from django.db.models import TextChoices


class SourceKind(TextChoices):
    OFFICIAL = "official", "Official"
    AGENCY = "agency", "News agency"
    PRESS = "press", "Press"
    ANALYSIS = "analysis", "Analysis"
    OTHER = "other", "Other"


class Stance(TextChoices):
    SUPPORTS = "supports", "Supports"
    DISPUTES = "disputes", "Disputes"


class Verdict(TextChoices):
    """What the check of quoted words against the text of their source found."""

    VERBATIM = "verbatim", "Verbatim"
    OMISSION = "omission", "Verbatim with omission"
    NOT_FOUND = "not-found", "Not found"
    NOT_HELD = "not-held", "Text not held"


class QuotedPart(TextChoices):
    """Whose words are looked for: those of the citation, or those of the record that it supports."""

    EXCERPT = "excerpt", "Excerpt"
    QUOTATION = "quotation", "Quotation"
