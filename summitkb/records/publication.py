"""Publication: which records the public sees, and the queryset that every model starts from."""

from enum import nonmember

from django.db import models


class Publication(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in-review", "In review"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"

    PUBLIC = nonmember(frozenset({"published", "withdrawn"}))
    """Those whose address answers: with the record, or with the word that it is withdrawn."""


class RecordQuerySet(models.QuerySet):
    """The rows of one table. Public pages and files start from `published()`, without exception."""

    def published(self):
        return self.filter(publication=Publication.PUBLISHED)

    def for_list(self):
        """With all that a row of the list page shows, in a number of queries that is fixed."""
        return self

    def for_page(self):
        """With all that a detail page shows beside its lists."""
        return self.for_list()
