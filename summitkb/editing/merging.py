"""Two records that are one: the second goes, and all that belonged to it or named it has the first.

Nothing is lost: what both hold is there once, an earlier name is kept where the table has a place for
it, the address of what goes leads to what stays, and the change as a whole can be undone.
"""

from collections.abc import Callable, Collection, Iterator
from copy import copy
from typing import NamedTuple

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import ForeignKey, Max, Model, UniqueConstraint

from summitkb.editing.merged_cells import EMPTY, all_names, cells_of, fills
from summitkb.editing.publishing import Refusal, citing, may, named, sentences
from summitkb.records.models import Citation, Entry, Part, Record
from summitkb.records.publication import Publication
from summitkb.records.redirects import Redirect
from summitkb.records.refusals import deadlock_refused
from summitkb.records.source_texts import SourceText
from summitkb.records.triggers import make_triggers_fast

Tell = Callable[[str], None]


class Outlook(NamedTuple):
    """What a merge would do: rows that would name the other record, by table, and what forbids it.

    `lost` are sentences on values of parts that both have, of which one would be left to history.
    """

    moves: dict[str, int]
    refusals: list[str]
    lost: list[str]


@deadlock_refused()
@transaction.atomic
def merge(
    keep: Record,
    drop: Record,
    user,
    *,
    taken: Collection[str] | None = None,
    reason: str = "",
    tell: Tell = lambda sentence: None,
) -> Record:
    """Merge `drop` into `keep`, in one transaction and one change; gives `keep` as it is then.

    `taken` are the names of the fields of which the value of `drop` is to stay; those that `fills`
    gives if it is None. `tell` is given a sentence on each value of a part that does not stay.
    Raises PermissionDenied; or Refusal or IntegrityError with what stands in the way, and then
    nothing is written.
    """
    make_triggers_fast()
    _take_turns()
    keep, drop = _locked(keep, drop)
    if not may_merge(user, keep, drop):
        raise PermissionDenied(f"You may not merge {named(drop)} into {named(keep)}.")
    _refuse_by_publication(keep, drop)
    taken = fills(keep, drop) if taken is None else taken
    why = {"merges": named(drop), "into": named(keep)} | ({"reason": reason} if reason else {})
    with pghistory.context(**why):
        _absorb(keep, drop, taken, tell)
        connection.check_constraints()
    return type(keep).objects.get(pk=keep.pk)


def outlook(keep: Record, drop: Record, user) -> Outlook:
    """What merging would do, found by doing it and taking that back."""
    refusals, lost = [], []
    try:
        with transaction.atomic():
            merge(keep, drop, user, tell=lost.append)
            transaction.set_rollback(True)
    except (Refusal, IntegrityError) as error:
        refusals = sentences(error)
    moves = {"citations": Citation.objects.filter(citing(type(drop), [drop])).count()}
    for field in _naming(type(drop)):
        count = field.model._base_manager.filter(**{field.name: drop}).count()
        table = field.model._meta.db_table.replace("_", " ")
        moves[table] = moves.get(table, 0) + count
    return Outlook({table: count for table, count in moves.items() if count}, refusals, lost)


def is_public(keep: Record, drop: Record) -> bool:
    """Whether the public knows one of the two."""
    return bool({keep.publication, drop.publication} & Publication.PUBLIC)


def may_merge(user, keep: Record, drop: Record) -> bool:
    """What is public says something else after it, so that takes the permission to publish as well."""
    actions = ("merge", "publish") if is_public(keep, drop) else ("merge",)
    return all(may(user, type(keep), action) for action in actions)


def _take_turns():
    """Two merges at once could each wait for a row that the other has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('summitkb.merge'))")


def _locked(keep, drop) -> tuple[Record, Record]:
    """Both as they are now that nobody else writes them."""
    if type(keep) is not type(drop) or keep.pk == drop.pk:
        raise Refusal("Two records of one table are merged.")
    rows = type(keep).objects.filter(pk__in=[keep.pk, drop.pk]).order_by("pk").select_for_update()
    there = {row.pk: row for row in rows}
    for record in (keep, drop):
        if record.pk not in there:
            raise Refusal(f"{named(record)} is no longer there.")
    return there[keep.pk], there[drop.pk]


def _refuse_by_publication(keep, drop):
    _refuse_withdrawn(keep, drop)
    if drop.publication == Publication.PUBLISHED and keep.publication != Publication.PUBLISHED:
        raise Refusal(
            f"{named(drop)} is published and {named(keep)} is not. Keep the published one."
        )


def _refuse_withdrawn(*records):
    for record in records:
        if record.publication == Publication.WITHDRAWN:
            raise Refusal(f"{named(record)} is withdrawn. Take it back to draft first.")


def _absorb(keep, drop, taken, tell):
    """Give `keep` what belongs to `drop` or names it, and the values that are taken over."""
    values = {name: getattr(drop, drop._meta.get_field(name).attname) for name in taken}
    values |= all_names(keep, drop, values)
    for field in _naming(type(keep)):
        _give(field, keep, drop, tell)
    _give_citations(Citation.objects.filter(citing(type(drop), [drop])), record=keep.record_key)
    former, former_key = copy(drop), drop.record_key
    drop.delete()
    for name, value in values.items():
        setattr(keep, keep._meta.get_field(name).attname, value)
    keep.save(update_fields=list(values))
    _lead_on(former, former_key, type(keep).objects.get(pk=keep.pk))


def _lead_on(former, key, keep):
    """From a key that was given up; a part may have taken it over. A draft had no address that
    anybody was led to, and its name is nobody's to know."""
    if key == keep.record_key:
        return
    table, public = keep._meta.db_table, former.publication == Publication.PUBLISHED
    name = str(former)[:500] if public and str(former) != str(keep) else ""
    now = {"table": table, "key": keep.record_key, "name": name, "was_public": public}
    Redirect.objects.update_or_create(address=f"{table}/{key}", defaults=now)


def _naming(model) -> list[ForeignKey]:
    """The foreign keys by which rows name, or belong to, a record of a model."""
    relations = model._meta.get_fields(include_hidden=True)
    fields = [r.field for r in relations if r.auto_created and not r.concrete]
    return [field for field in fields if getattr(field, "db_constraint", False)]


def _give(field, keep, drop, tell):
    """Let the rows that name `drop` by a field name `keep`; of two that would be one, one stays."""
    if field.model is Citation:
        _give_citations(Citation.objects.filter(source=drop), source_id=keep.pk)
        return
    # Nobody else writes to them, nor cites one that will be gone, until all is done.
    rows = field.model._base_manager.filter(**{field.name: drop}).order_by("pk").select_for_update()
    twins, moving = _twins(field, keep, rows), []
    for row in rows:
        twin = twins.get(row.pk)
        if row == keep:  # it lay below the other, and lies where that did
            above = getattr(drop, field.attname)
            _update(row, **{field.attname: above if above != keep.pk else None})
        elif twin is None:
            moving.append(row)
        elif isinstance(row, Part):
            _merge_parts(twin, row, tell)
        elif isinstance(row, Entry) or _same_text(row, twin):
            row.delete()
        elif isinstance(row, SourceText):
            raise Refusal(
                f"The texts held of {named(keep)} and {named(drop)} differ. Remove one of them first."
            )
        else:
            raise Refusal(f"{named(twin)} and {named(row)} would be one. Merge those first.")
    _move(field, keep, moving)


def _move(field, keep, rows):
    """Let rows that the other does not have name it; entries of a list after those that it has."""
    if field.name == "owner":
        last = field.model.objects.filter(owner=keep).aggregate(last=Max("position"))["last"]
        for position, row in enumerate(rows, 0 if last is None else last + 1):
            _update(row, owner_id=keep.pk, position=position)
    else:
        moving = field.model._base_manager.filter(pk__in=[row.pk for row in rows])
        moving.update(**{field.attname: keep.pk})


def _merge_parts(keep, drop, tell):
    """What is known of either is known of the one that stays, and public where either was."""
    _refuse_withdrawn(keep, drop)
    for field in cells_of(type(keep)):
        mine, other = getattr(keep, field.attname), getattr(drop, field.attname)
        if not field.many_to_one and other not in (*EMPTY, mine) and mine not in EMPTY:
            what = f"{field.verbose_name} “{mine}” of {named(keep)} stays"
            tell(f"Of what both have, {what}, “{other}” of {named(drop)} does not.")
    if drop.publication == Publication.PUBLISHED:
        _update(keep, publication=drop.publication)
    _absorb(keep, drop, fills(keep, drop), tell)


def _update(row, **values):
    type(row)._base_manager.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)


def _twins(field, keep, rows) -> dict[object, Model]:
    """By the key of each row that would be the same as one of `keep` once it names that: that one."""
    theirs, twins = field.model._base_manager.filter(**{field.name: keep}), {}
    for names, nulls_distinct in _unique_with(field):
        there = {_values(row, names): row for row in theirs.order_by("pk").select_for_update()}
        for row in rows:
            values = _values(row, names)
            if values in there and not (nulls_distinct and None in values):
                twins.setdefault(row.pk, there[values])
    return twins


def _values(row, names) -> tuple:
    return tuple(getattr(row, name) for name in names)


def _unique_with(field) -> Iterator[tuple[list[str], bool]]:
    """What is unique together with a field: the other columns, and whether NULL is unlike NULL."""
    if field.unique:
        yield [], True
    for constraint in field.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and field.name in constraint.fields:
            fields = [field.model._meta.get_field(name) for name in constraint.fields]
            others = [other.attname for other in fields if other != field]
            yield others, constraint.nulls_distinct is not False


def _same_text(row, twin) -> bool:
    return isinstance(row, SourceText) and row.sha256 == twin.sha256


def _give_citations(citations, **values):
    """Let citations have another record or source, but for those that are there with it already."""
    for citation in citations.order_by("pk"):
        for name, value in values.items():
            setattr(citation, name, value)
        same = ("table", "record", "source_id", "locator", "excerpt", "stance")
        twins = Citation.objects.filter(**{name: getattr(citation, name) for name in same})
        if twins.exclude(pk=citation.pk).exists():
            citation.delete()
        else:
            _update(citation, **values)
