"""The cells of two records that are merged: which there are, and whose value stays."""

from copy import copy

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Field

from summitkb.records.models import Record
from summitkb.records.publication import Publication

EMPTY = (None, "", [])


def cells_of(model: type[Record]) -> list[Field]:
    """The fields of which a merge keeps the value of either."""
    ours = {"publication", "publication_note", model.other_names_field}
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and not field.generated and not field.primary_key
        if field.name not in ours
    ]


def fills(keep: Record, drop: Record) -> list[str]:
    """The fields that are empty in `keep` and not in `drop`, as far as the database takes that."""
    filled, names = copy(keep), []
    for field in cells_of(type(keep)):
        mine, other = getattr(keep, field.attname), getattr(drop, field.attname)
        if mine in EMPTY and other not in EMPTY:
            setattr(filled, field.attname, other)
            if _is_allowed(filled) and _may_name(keep, drop, field):
                names.append(field.name)
            else:
                setattr(filled, field.attname, mine)
    return names


def _is_allowed(record) -> bool:
    checks = (c for c in record._meta.constraints if isinstance(c, CheckConstraint))
    try:
        for check in checks:
            check.validate(type(record), record)
    except ValidationError:
        return False
    return True


def _may_name(keep, drop, field) -> bool:
    """Whether `keep` may name what `drop` names by a field: where it is public, nothing that is not;
    and nothing that would lie below it, as `drop` and all below that will."""
    if not field.is_relation:
        return True
    named = getattr(drop, field.name)
    if keep.publication == Publication.PUBLISHED != named.publication:
        return False
    if field.related_model is type(keep):
        while named and named not in (keep, drop):
            named = getattr(named, field.name)
        return named is None
    return True


def all_names(keep, drop, values) -> dict[str, list[str]]:
    """The list of the other names, with each that either had and that is not in a field of its own."""
    others, own = keep.other_names_field, keep.name_fields
    if not others:
        return {}
    names = [*getattr(keep, others), *getattr(drop, others)]
    names += [getattr(record, name) for name in own for record in (keep, drop)]
    known = {values.get(name, getattr(keep, name)) for name in own}
    return {others: [name for name in dict.fromkeys(names) if name and name not in known]}
