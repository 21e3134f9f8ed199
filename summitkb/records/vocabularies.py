"""The vocabularies of sources and citations, with the values of the data package."""

from django.db.models import TextChoices


class Vocabulary(TextChoices):
    """Values, each with what it means and its label: `HELD = "held", "It took place.", "Held"`."""

    def __new__(cls, value, meaning):
        member = str.__new__(cls, value)
        member._value_, member.meaning = value, meaning
        return member

    @classmethod
    def of(cls, field) -> "type[Vocabulary] | None":
        """The vocabulary that a field of a model was declared with; Django keeps only its choices."""
        return next((v for v in cls.__subclasses__() if v.choices == field.flatchoices), None)


class SourceKind(Vocabulary):
    OFFICIAL = (
        "official",
        "Published by a state or an international organisation: a readout, a speech, a press release.",
        "Official",
    )
    AGENCY = "agency", "Written by a news agency, that of a state or another.", "News agency"
    PRESS = "press", "Written by a newspaper, a broadcaster or a news site.", "Press"
    ANALYSIS = (
        "analysis",
        "Written by a research institute or a commentator, to explain what happened.",
        "Analysis",
    )
    OTHER = "other", "None of these, a social network among them.", "Other"


class Stance(Vocabulary):
    SUPPORTS = "supports", "The passage says what the record says.", "Supports"
    DISPUTES = "disputes", "The passage says otherwise.", "Disputes"


class Verdict(TextChoices):
    """What the check of quoted words against the text of their source found."""

    VERBATIM = "verbatim", "Verbatim"
    OMISSION = "omission", "Verbatim with omission"
    NOT_FOUND = "not-found", "Not found"
    NOT_HELD = "not-held", "Text not held"


class Precision(Vocabulary):
    """How much of a partial date is known."""

    DAY = "day", "The day is known.", "Day"
    MONTH = "month", "The month is known, the day is not.", "Month"
    YEAR = "year", "The year is known, the month is not.", "Year"


class QuotedPart(TextChoices):
    """Whose words are looked for: those of the citation, or those of the record that it supports."""

    EXCERPT = "excerpt", "Excerpt"
    QUOTATION = "quotation", "Quotation"
