"""The texts of sources, held privately, and what was found of the quoted words in them.

A text is there to be checked against and for nothing else: no page, file or package has it. What was
found is derived, and made by `summitkb.records.quote_checks`.
"""

import pgtrigger
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import MD5, Cast, Now, Replace
from django.utils import timezone

from summitkb.records.constraints import one_of
from summitkb.records.history import tracked
from summitkb.records.structure import key_field
from summitkb.records.vocabularies import QuotedPart, Stance, Verdict


class Digest(models.Func):
    """SHA-256 of a text in hexadecimal, from functions that may stand in a generated column.

    `convert_to()` may not. A cast reads backslashes as escapes, so they are doubled.
    """

    template = "encode(sha256(%(expressions)s), 'hex')"
    output_field = models.CharField(max_length=64)

    def __init__(self, text):
        doubled = Replace(text, Value("\\"), Value("\\\\"), output_field=models.TextField())
        super().__init__(Cast(doubled, models.BinaryField()))


class HeldSince(pgtrigger.Trigger):
    """The moment of the words that are there now, whoever changed them."""

    name = "held_since"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    condition = pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
    func = "NEW.held_since = statement_timestamp(); RETURN NEW;"


@tracked
class SourceText(models.Model):
    """One row is the text of one source, held privately; it is never published or exported."""

    source = models.OneToOneField(
        "records.Source", models.CASCADE, related_name="held_text", help_text="Whose text it is."
    )
    text = models.TextField(help_text="All of it, as it was copied.")
    sha256 = models.GeneratedField(
        expression=Digest("text"),
        output_field=models.CharField(max_length=64),
        db_persist=True,
        help_text="SHA-256 of the text in UTF-8, by which a check knows what it has read.",
    )
    held_since = models.DateTimeField(
        default=timezone.now,
        db_default=Now(),
        editable=False,
        help_text="When these words were put here.",
    )

    class Meta:
        db_table = "source_texts"
        ordering = ["source"]
        constraints = [
            models.CheckConstraint(
                condition=Q(text__regex=r"\S"),
                name="source_text_has_words",
                violation_error_message="A text that is held has words; remove it instead.",
            )
        ]
        triggers = [HeldSince()]

    def __str__(self):
        return f"Text of {self.source_id}"


class QuoteCheckQuerySet(models.QuerySet):
    def current(self):
        """Those that still tell of the words and of the text as they are, whoever changed either."""
        excerpts = Q(part=QuotedPart.EXCERPT, quote_md5=MD5("citation__excerpt"))
        quotations = Q(part=QuotedPart.QUOTATION, citation__stance=Stance.SUPPORTS)
        return self.filter(
            excerpts | quotations & still_says("citation__", quote_md5=OuterRef("quote_md5")),
            text_sha256=F("citation__source__held_text__sha256"),
        )

    def not_found(self):
        """Those that found nothing.

        An excerpt is not in its source; a quotation is in none of the texts that are held of what
        supports its record.
        """
        elsewhere = QuoteCheck.objects.current().filter(
            part=QuotedPart.QUOTATION,
            citation__table=OuterRef("citation__table"),
            citation__record=OuterRef("citation__record"),
        )
        found = Exists(elsewhere.exclude(verdict=Verdict.NOT_FOUND))
        return self.current().filter(
            Q(part=QuotedPart.EXCERPT) | ~Q(found), verdict=Verdict.NOT_FOUND
        )


def still_says(citation: str = "", **condition) -> Q:
    """The condition that the record of a citation has verbatim words, for which a condition holds.

    `citation` is the path that leads to the citation. `quote_md5` is the digest of the words.
    """
    says = Q(pk__in=[])
    for model in quoting_models():
        records = model.objects.filter(
            **{key_field(model).name: OuterRef(f"{citation}record")}, **model.verbatim.where
        ).annotate(quote_md5=MD5(model.verbatim.field))
        says |= Q(Exists(records.filter(**condition)), **{f"{citation}table": model._meta.db_table})
    return says


def quoting_models() -> list[type[models.Model]]:
    """The models of records that may have verbatim words."""
    return [model for model in apps.get_models() if getattr(model, "verbatim", None)]


class QuoteCheck(models.Model):
    """One row is what the check found for one citation: of its excerpt, or of its record's quotation.

    It says nothing of words or of a text that have been changed since, see `current()`.
    """

    # Without a cascade of Django's: the database takes them along, see `QuoteChecksGo`.
    citation = models.ForeignKey(
        "records.Citation",
        models.DO_NOTHING,
        related_name="quote_checks",
        db_index=False,
        help_text="The citation.",
    )
    part = models.CharField(max_length=9, choices=QuotedPart, help_text="Whose words they are.")
    verdict = models.CharField(max_length=9, choices=Verdict, help_text="What was found.")
    omitted = ArrayField(
        models.TextField(),
        default=list,
        help_text="The words of the text that each omission leaves out.",
    )
    checked_at = models.DateTimeField(help_text="When they were last looked for.")
    quote_md5 = models.CharField(max_length=32, help_text="MD5 of the words.")
    text_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the text.")

    objects = QuoteCheckQuerySet.as_manager()

    class Meta:
        db_table = "quote_checks"
        constraints = [
            models.UniqueConstraint(fields=["citation", "part"], name="quote_check_once"),
            one_of("part", QuotedPart, name="quote_check_part_known"),
            one_of("verdict", Verdict, name="quote_check_verdict_known"),
        ]

    def __str__(self):
        return f"{self.part} of {self.citation_id}: {self.verdict}"
