"""What entries of several lists share."""

from django.db import models

from delegations.models import Bloc, Country
from summitkb.records.constraints import exactly_one
from summitkb.records.models import Entry


class CountryOrBloc(Entry):
    """An entry that names a country or a bloc."""

    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, help_text="The country, or empty."
    )
    bloc = models.ForeignKey(
        Bloc, models.PROTECT, null=True, blank=True, help_text="The bloc, or empty."
    )

    class Meta(Entry.Meta):
        abstract = True
        constraints = [
            exactly_one(
                "country",
                "bloc",
                name="%(class)s_country_or_bloc",
                message="Each entry names exactly one country or bloc.",
            ),
            models.UniqueConstraint(
                fields=["owner", "country", "bloc"],
                nulls_distinct=False,
                name="%(class)s_once",
                violation_error_message="This country or bloc is already in the list.",
            ),
        ]
