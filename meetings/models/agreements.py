"""Agreements that were spoken of, and their parties."""

from django.db import models
from django.db.models import Prefetch

from delegations.models import Bloc, Country
from meetings.models.entries import CountryOrBloc
from meetings.vocabularies import AgreementStatus
from summitkb.records.constraints import one_of
from summitkb.records.history import tracked
from summitkb.records.models import Identified
from summitkb.records.names import NameOrder
from summitkb.records.partial_dates import PartialDateField
from summitkb.records.publication import RecordQuerySet


class AgreementQuerySet(RecordQuerySet):
    def for_list(self):
        return self.prefetch_related(
            Prefetch("party_entries", AgreementParty.objects.select_related("country", "bloc"))
        )


@tracked
class Agreement(Identified):
    """One row is one agreement that was spoken of, and where it stood."""

    title = models.CharField(max_length=300, help_text="Title in English.")
    status = models.CharField(
        max_length=21, choices=AgreementStatus, help_text="Where it stood on the day of `as_of`."
    )
    as_of = PartialDateField(
        null=True, blank=True, help_text="The day for which the status is said."
    )
    summary = models.TextField(blank=True, help_text="What is reported of it, in our words.")

    objects = AgreementQuerySet.as_manager()
    label_fields = ("title",)

    class Meta(Identified.Meta):
        db_table = "agreements"
        ordering = [NameOrder("title"), "id"]
        constraints = [
            *Identified.Meta.constraints,
            one_of("status", AgreementStatus, name="agreement_status_known"),
        ]

    @property
    def parties(self) -> list[Country | Bloc]:
        return [entry.target for entry in self.party_entries.all()]


@tracked
class AgreementParty(CountryOrBloc):
    """One row is one party of one agreement."""

    owner = models.ForeignKey(
        Agreement, models.CASCADE, related_name="party_entries", help_text="The agreement."
    )

    class Meta(CountryOrBloc.Meta):
        db_table = "agreement_parties"
        verbose_name_plural = "agreement parties"
