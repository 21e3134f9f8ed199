"""What stands in the way of putting rows back, told before the database refuses or a row is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from summitkb.records.models import Citation, Entry, Record
from summitkb.records.restoring.targets import Targets
from summitkb.records.structure import key_field


@dataclass(frozen=True)
class Obstacle:
    """The record that stands in the way and a sentence; no record where only the database knows."""

    table: str
    key: str
    sentence: str

    def __str__(self):
        return self.sentence


class StandsInTheWay(Exception):
    """What keeps rows from being put back. Nothing was written."""

    def __init__(self, obstacles: list[Obstacle]):
        super().__init__(" ".join(str(obstacle) for obstacle in obstacles))
        self.obstacles = obstacles


def changed_since(context_id: UUID | str, targets: Targets) -> Iterator[Obstacle]:
    """The rows that a context wrote and that were written by somebody else after it began to."""
    for model, states in targets.items():
        history = model.pgh_event_model.objects
        # From the last to the first, so that each is kept as its first.
        own = history.filter(pgh_context=context_id).order_by("-pgh_id")
        first = dict(own.values_list("pgh_obj_id", "pgh_id"))
        others = history.filter(pgh_obj__in=states, pgh_id__gt=min(first.values()))
        newest = {
            row.pgh_obj_id: row
            for row in others.exclude(pgh_context=context_id).order_by("pgh_id")
            if row.pgh_id > first[row.pgh_obj_id]
        }
        for row in newest.values():
            own_row = issubclass(model, Record)
            done = "deleted" if own_row and row.pgh_label == "delete" else "changed"
            yield _obstacle(model, row, f"was {done} on {_words(row.pgh_created_at)}.")


def not_there_then(model, pk, moment: datetime, targets: Targets) -> Iterator[Obstacle]:
    """The record itself where there is no state of it to bring back."""
    if targets.get(model, {}).get(pk) is None:
        table = model._meta.db_table
        yield Obstacle(table, str(pk), f"{table}/{pk} was not there on {_words(moment)}.")


def in_the_way(targets: Targets) -> Iterator[Obstacle]:
    """What names, or is cited for, a row that would go; and what would name one that is not there."""
    yield from _named_by_others(targets)
    yield from _cited_by_others(targets)
    yield from _would_name_nothing(targets)


def _named_by_others(targets):
    for model, states in targets.items():
        gone = _gone(states)
        for relation in model._meta.get_fields(include_hidden=True) if gone else ():
            field = relation.auto_created and not relation.concrete and relation.field
            if not field or not getattr(field, "db_constraint", False):  # of history, or no key
                continue
            rows = field.model._base_manager.filter(**{f"{field.name}__in": gone})
            for row in rows.exclude(pk__in=targets.get(field.model, ())).order_by("pk"):
                entry = field.name == "owner"
                what = "has got an entry since" if entry else _names(field, row)
                yield _obstacle(field.model, row, f"{what}.")


def _cited_by_others(targets):
    """By no foreign key; with a record that goes, its citations would be deleted unsaid."""
    for model, states in targets.items():
        if not issubclass(model, Record) or not (gone := _gone(states)):
            continue
        keys = model.objects.filter(pk__in=gone).order_by().values(key_field(model).name)
        cited = Citation.objects.filter(table=model._meta.db_table, record__in=keys)
        for row in cited.exclude(pk__in=targets.get(Citation, ())).order_by("record", "pk"):
            yield _obstacle(
                Citation, row, f"has since been cited for, from sources/{row.source_id}."
            )


def _would_name_nothing(targets):
    for model, states in targets.items():
        history = model.pgh_event_model.objects
        rows = history.filter(pgh_id__in=filter(None, states.values())).order_by("pgh_id")
        for field in model._meta.concrete_fields:
            if not field.remote_field:
                continue
            there = targets.get(field.related_model, {})
            named = set(rows.order_by().values_list(field.attname, flat=True).distinct()) - {None}
            unknown = named - there.keys()
            known = field.related_model._base_manager.filter(pk__in=unknown)
            missing = {pk for pk in named & there.keys() if there[pk] is None} | (
                unknown - set(known.order_by().values_list("pk", flat=True))
            )
            for row in rows.filter(**{f"{field.name}__in": missing}) if missing else ():
                entry = field.name == "owner"
                what = "would" if entry else f"{_names(field, row)}, which would"
                yield _obstacle(model, row, f"{what} not be there.")


def _gone(states) -> list:
    return [pk for pk, state in states.items() if state is None]


def _obstacle(model, row, what: str) -> Obstacle:
    """Of a row of now or of history; an entry or a citation is told as its record."""
    if issubclass(model, Citation):
        table, key = row.table, row.record
    elif issubclass(model, Entry):
        table = model._meta.get_field("owner").related_model._meta.db_table
        key = row.owner_id
    else:
        table, key = model._meta.db_table, str(getattr(row, key_field(model).attname))
    return Obstacle(table, key, f"{table}/{key} {what}")


def _names(field, row) -> str:
    verb = "cites" if issubclass(field.model, Citation) else "names"
    return f"{verb} {field.related_model._meta.db_table}/{getattr(row, field.attname)}"


def _words(moment: datetime) -> str:
    """3 June 2026, 14:05 UTC."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
