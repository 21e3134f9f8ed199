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
