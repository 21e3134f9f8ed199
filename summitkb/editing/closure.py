"""Whom publishing or taking back a record would leave in the open, asked before the database refuses.

The triggers guard the rule, see `PublishedRestsOnPublished`; here it is told to whoever edits, while
the typing is still there to be changed.
"""

from itertools import islice

from django.db.models import ForeignKey

from summitkb.records.models import Entry, Record
from summitkb.records.publication import Publication
from summitkb.records.structure import references


def named(record: Record) -> str:
    """As the database names it: `people/sergei-shoigu`."""
    return f"{record._meta.db_table}/{record.record_key}"


def own_references(model) -> list[ForeignKey]:
    """The foreign keys of a row itself by which it names other records."""
    return [field for field in references(model) if field.model is model]


def refusal_to_refer(target: Record | None) -> str | None:
    """Why a published record may not refer to `target`; None where it may."""
    if target is None or target.publication == Publication.PUBLISHED:
        return None
    return f"{named(target)} is not published. Publish it first, or keep this record a draft."


def refusal_to_take_back(record: Record, followers: set) -> str | None:
    """Why a published record may not be taken back; None where it may.

    Rows of the models in `followers` are taken back with it.
    """
    found = list(islice(_published_referrers(record, followers), 4))
    if not found:
        return None
    names = ", ".join(dict.fromkeys(named(referrer) for referrer in found[:3]))
    more = " and others" if len(found) > 3 else ""
    return f"Published records refer to this one: {names}{more}. Change or take those back first."


def _published_referrers(record, followers):
    for relation in record._meta.related_objects:
        model, field = relation.related_model, relation.field
        if issubclass(model, Record) and model not in followers:
            yield from model.objects.published().filter(**{field.name: record})[:4]
        elif issubclass(model, Entry) and field.name != "owner":
            entries = model.objects.filter(
                **{field.name: record, "owner__publication": Publication.PUBLISHED}
            )
            yield from (entry.owner for entry in entries.select_related("owner")[:4])
