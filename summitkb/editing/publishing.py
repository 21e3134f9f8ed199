"""From draft to the public and back: the one way in which an editor changes the publication of records.

Forms, buttons and bulk actions all call `move`. It asks for permissions, takes along what has to go
along, and says in sentences what stands in the way; the triggers of the database guard the same rules
for whoever goes another way (`PublishedRestsOnPublished`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import CASCADE, ForeignKey, Q

from summitkb.exchange.tables import table_of
from summitkb.records.models import Citation, Entry, Part, Record, Source
from summitkb.records.publication import Publication
from summitkb.records.refusals import sentence_of
from summitkb.records.structure import references

STEP_BEFORE = {
    Publication.IN_REVIEW: {Publication.DRAFT},
    Publication.PUBLISHED: {Publication.IN_REVIEW},
}
"""On the way to the public, what a record names goes along with it where it stands one step before."""


STANDS = {
    Publication.DRAFT: "a draft",
    Publication.IN_REVIEW: "in review",
    Publication.WITHDRAWN: "withdrawn",
}


class Refusal(Exception):
    """What keeps a change from being made, in sentences for whoever makes it."""

    def __init__(self, *sentences: str):
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


def sentences(error: Refusal | IntegrityError) -> list[str]:
    """What was refused, by us or by the database."""
    return error.sentences if isinstance(error, Refusal) else [sentence_of(error)]


def named(record: Record) -> str:
    """As the database names it: `people/sergei-shoigu`."""
    return f"{record._meta.db_table}/{record.record_key}"


def action_for(before: str, after: str) -> str:
    """The permission that takes a record from one publication to another, or keeps it while it changes.

    What is public says at once what is written into it, so changing that is publishing as well.
    """
    if after == Publication.PUBLISHED:
        return "publish"
    return "withdraw" if {before, after} & Publication.PUBLIC else "change"


def may(user, model, action: str) -> bool:
    return user.has_perm(f"{model._meta.app_label}.{get_permission_codename(action, model._meta)}")


@transaction.atomic
def move(records: Iterable[Record], to: str, user, *, note: str = "") -> list[Record]:
    """Give records another publication, and return all that moved.

    Parts that stand where their whole stands go along with it. On the way to the public so does what
    it names and stands one step before, sources among it. `note` is the word of why of a withdrawal.
    Raises PermissionDenied, or Refusal with all that stands in the way; then nothing has moved.
    """
    moving = _in_company(records, STEP_BEFORE.get(to, ()), lambda record: record.publication != to)
    for record in moving:
        if not may(user, type(record), action_for(record.publication, to)):
            raise PermissionDenied(f"You may not make {named(record)} {Publication(to).label}.")
    _lock(moving)
    refusals = [] if note or to != Publication.WITHDRAWN else ["Say why it is withdrawn."]
    refusals += _refusals_to_publish(moving) if to == Publication.PUBLISHED else ()
    refusals += _refusals_to_take_back(moving) if to != Publication.PUBLISHED else ()
    if refusals:
        raise Refusal(*refusals)
    for model, group in by_model(moving).items():
        pks = [record.pk for record in group]
        model.objects.filter(pk__in=pks).update(publication=to, publication_note=note)
    connection.check_constraints()
    return moving


@transaction.atomic
def publish_for_now(record: Record) -> None:
    """Make a record, its parts and all that it names public within a transaction to be rolled back."""
    unpublished = {Publication.DRAFT, Publication.IN_REVIEW}
    company = _in_company([record], unpublished, lambda record: True)
    for model, group in by_model(company).items():
        pks = [member.pk for member in group]
        model.objects.filter(pk__in=pks).update(publication=Publication.PUBLISHED)


def _in_company(records, steps, moves) -> list[Record]:
    """The records that `moves` is true of, with those that go along; `steps` are where these stand."""
    found, news = {}, [record for record in records if moves(record)]
    while news:
        found |= {(type(record), record.pk): record for record in news}
        beside = [
            r for model, group in by_model(news).items() for r in _beside(model, group, steps)
        ]
        news = [r for r in beside if moves(r) and (type(r), r.pk) not in found]
    return list(found.values())


def _beside(model, group, steps) -> Iterator[Record]:
    """The parts of some records of one model, what they carry, and what they name."""
    stands = {record.pk: record.publication for record in group}
    for relation in model._meta.related_objects:
        field = relation.field
        part = issubclass(relation.related_model, Part) and field.remote_field.on_delete is CASCADE
        if part or (steps and relation.get_accessor_name() in model.carries):
            rows = relation.related_model.objects.filter(**{f"{field.name}__in": stands})
            yield from (r for r in rows if r.publication == stands[getattr(r, field.attname)])
    if steps:
        for field, pks in named_by(model, group):
            yield from field.related_model.objects.filter(pk__in=pks, publication__in=steps)
        cited = Citation.objects.filter(citing(model, group)).values("source")
        yield from Source.objects.filter(pk__in=cited, publication__in=steps)


def named_by(model, group: list[Record]) -> Iterator[tuple[ForeignKey, set]]:
    """Each foreign key by which records of a model name others, with the keys that they name."""
    for field in references(model):
        if field.model is model:
            pks = {getattr(record, field.attname) for record in group}
        else:  # an entry of one of its lists
            entries = field.model.objects.filter(owner__in=[record.pk for record in group])
            pks = set(entries.order_by().values_list(field.attname, flat=True))
        if pks - {None}:
            yield field, pks - {None}


def citing(model, group) -> Q:
    return Q(table=model._meta.db_table, record__in=[record.record_key for record in group])


def by_model(records) -> dict[type, list[Record]]:
    groups = defaultdict(list)
    for record in records:
        groups[type(record)].append(record)
    return groups


def _lock(moving):
    """Keep others off what moves. Raises Refusal where one was moved meanwhile."""
    for model, group in sorted(by_model(moving).items(), key=lambda item: item[0]._meta.db_table):
        rows = model.objects.filter(pk__in=[record.pk for record in group]).order_by("pk")
        now = dict(rows.select_for_update(no_key=True).values_list("pk", "publication"))
        for record in group:
            if now.get(record.pk) != record.publication:
                raise Refusal(f"{named(record)} was moved by somebody else meanwhile. Look again.")


def _refusals_to_publish(moving) -> Iterator[str]:
    """That one cites nothing, and that one names what is not public."""
    going = {(type(record), record.pk) for record in moving}
    sources = Q(source__publication=Publication.PUBLISHED)
    sources |= Q(source__in=[pk for model, pk in going if model is Source])
    for model, group in by_model(moving).items():
        if table_of(model).cited:
            yield from _uncited(model, group, sources)
        for field, pks in named_by(model, group):
            others = field.related_model.objects.filter(pk__in=pks)
            for other in others.exclude(publication=Publication.PUBLISHED):
                if (type(other), other.pk) not in going:
                    stands = STANDS[other.publication]
                    yield f"{named(other)} is {stands}. Submit it for review or publish it first."


def _uncited(model, group, public: Q) -> Iterator[str]:
    """That one cites nothing, or no source that is public or goes along."""
    cited = Citation.objects.filter(citing(model, group))
    known = set(cited.filter(public).values_list("record", flat=True))
    others = defaultdict(list)
    for record, source in cited.exclude(public).order_by("pk").values_list("record", "source"):
        others[record].append(f"sources/{source}")
    for record in group:
        key = record.record_key
        if key not in known and key in others:
            sources = ", ".join(dict.fromkeys(others[key]))
            yield f"{named(record)} cites only {sources}, not yet public. Publish that first."
        elif key not in known:
            yield f"{named(record)} has no citation. Cite a source for it first."


def _refusals_to_take_back(moving) -> Iterator[str]:
    """That what stays published names one that would no longer be."""
    going = {(type(record), record.pk) for record in moving}
    for record in moving:
        if record.publication == Publication.PUBLISHED:
            others = (r for r in _published_referrers(record) if (type(r), r.pk) not in going)
            found = list(islice(dict.fromkeys(others), 4))
            if found:
                names = ", ".join(named(referrer) for referrer in found[:3])
                more = " and others" if len(found) > 3 else ""
                yield (
                    f"Published records refer to {named(record)}: {names}{more}. "
                    "Change or take those back first."
                )


def _published_referrers(record) -> Iterator[Record]:
    for relation in record._meta.related_objects:
        model, field = relation.related_model, relation.field
        if issubclass(model, Record):
            yield from model.objects.published().filter(**{field.name: record}).iterator()
        elif issubclass(model, Entry) and field.name != "owner":
            entries = model.objects.filter(
                **{field.name: record, "owner__publication": Publication.PUBLISHED}
            )
            yield from (entry.owner for entry in entries.select_related("owner").iterator())
