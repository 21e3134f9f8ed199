"""Putting back what was: undoing one change, and bringing one record back as it stood at a moment.

History holds every state of every row, so both only say which state each row is to have again; the
rest is one mechanism. What is put back is itself a change, in a context that tells what it undoes, and
can be undone like any other. Whether somebody may do it is asked elsewhere, of `publications()`.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

import pghistory
from django.db import IntegrityError, connection, models, transaction

from summitkb.records.models import Record
from summitkb.records.refusals import deadlock_refused, sentence_of
from summitkb.records.restoring.obstacles import (
    Obstacle,
    StandsInTheWay,
    changed_since,
    in_the_way,
    not_there_then,
)
from summitkb.records.restoring.targets import Targets, targets_at, targets_before, touched
from summitkb.records.restoring.writing import Differences, lock, write
from summitkb.records.triggers import make_triggers_fast

__all__ = [
    "Obstacle",
    "PublicationChange",
    "Restoration",
    "StandsInTheWay",
    "obstacles",
    "restore",
    "touched",
    "undo",
]


class PublicationChange(NamedTuple):
    """What becomes of the publication of a record; None where the record is not there."""

    model: type[Record]
    pk: str | int
    now: str | None
    after: str | None


class Restoration:
    """What will be put back, before it is: for a page that asks first."""

    def __init__(
        self,
        find: Callable[[], Targets],
        look: Callable[[Targets], Iterable[Obstacle]],
        why: dict[str, str],
    ):
        """`find` gives the targets, `look` what else than `in_the_way` speaks against them."""
        self._find = find
        self._look = look
        self._why = why
        self.targets = find()

    @classmethod
    def of_change(cls, context_id: UUID | str) -> "Restoration":
        """All that was done in a context is taken back, in every table."""
        return cls(
            partial(targets_before, context_id),
            partial(changed_since, context_id),
            {"undoes": str(context_id)},
        )

    @classmethod
    def of_version(cls, model: type[Record], pk: str | int, moment: datetime) -> "Restoration":
        """A record as it stood at a moment: its row, its lists, its citations, its parts with theirs.

        What it has got since is removed. A part that has come from another record since goes back
        there.
        """
        return cls(
            partial(targets_at, model, pk, moment),
            partial(not_there_then, model, pk, moment),
            {"restores": f"{model._meta.db_table}/{pk}", "as_of": moment.isoformat()},
        )

    def obstacles(self) -> list[Obstacle]:
        """What stands in the way, as far as can be told without writing; see `write`."""
        found = [*self._look(self.targets), *in_the_way(self.targets)]
        return list(dict.fromkeys(found))

    def publications(self) -> list[PublicationChange]:
        """The records that will have another publication, those that come or go among them."""
        return [
            PublicationChange(model, pk, now.get(pk), after.get(pk))
            for model, states in self.targets.items()
            if issubclass(model, Record)
            for now, after in [_publications(model, states)]
            for pk in states
            if now.get(pk) != after.get(pk)
        ]

    def counts(self) -> Counter:
        """How many rows of each table will be written; those that are as they were are not."""
        found = {
            model._meta.db_table: Differences.of(model, states).count
            for model, states in self.targets.items()
        }
        return Counter({table: count for table, count in found.items() if count})

    def write(self, reason: str = "", *, dry_run: bool = False) -> Counter:
        """Put it all back in one transaction. Gives how many rows of each table that were.

        Raises StandsInTheWay, with the database's sentence where only the database saw it; then
        nothing is written. A dry run does all of it and takes it back.
        """
        why = self._why | ({"reason": reason} if reason else {})
        try:
            with deadlock_refused(), transaction.atomic():
                lock(self.targets)
                self.targets = self._find()  # as it is now that nobody else writes these rows
                if found := self.obstacles():
                    raise StandsInTheWay(found)
                counts = self.counts()
                with pghistory.context(**why):
                    make_triggers_fast()
                    write(self.targets)
                    connection.check_constraints()
                transaction.set_rollback(dry_run)
        except IntegrityError as error:
            raise StandsInTheWay([Obstacle("", "", sentence_of(error))]) from error
        return counts


def undo(context_id: UUID | str, *, reason: str = "") -> Counter:
    """Take back all that was done in a context. Gives how many rows of each table were put back.

    Raises StandsInTheWay where something was changed since, or rests on what would go; then nothing
    is written.
    """
    return Restoration.of_change(context_id).write(reason)


def obstacles(context_id: UUID | str) -> list[Obstacle]:
    """What stands in the way of undoing a context."""
    return Restoration.of_change(context_id).obstacles()


def restore(model: type[Record], pk: str | int, moment: datetime, *, reason: str = "") -> Counter:
    """Bring a record back as it stood at `moment`, which has a time zone, be it there now or not.

    Gives how many rows of each table were written. Raises StandsInTheWay as `undo` does, and where
    the record was not there then.
    """
    return Restoration.of_version(model, pk, moment).write(reason)


def _publications(model: type[models.Model], states) -> tuple[dict, dict]:
    now = model.objects.filter(pk__in=states).order_by().values_list("pk", "publication")
    then = model.pgh_event_model.objects.filter(pgh_id__in=filter(None, states.values()))
    return dict(now), dict(then.order_by().values_list("pgh_obj_id", "publication"))
