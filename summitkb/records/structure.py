"""What the models say of themselves, asked of `_meta` alone.

Triggers are compiled while migrations are made, on models that have fields but none of our methods.
"""

from dataclasses import dataclass

from django.db.models import Field, ForeignKey


@dataclass(frozen=True)
class Verbatim:
    """That a field holds the words of its sources, where other fields have these values."""

    field: str
    where: dict[str, str]


def key_field(model) -> Field:
    """The field that holds the package's key of a row: `key` of a part, else the primary key."""
    names = {field.name for field in model._meta.local_fields}
    return model._meta.get_field("key") if "key" in names else model._meta.pk


def references(model) -> list[ForeignKey]:
    """The foreign keys by which a row, or an entry of one of its lists, names other records."""
    own = [
        field
        for field in model._meta.local_fields
        if field.many_to_one
        and field.name != "owner"
        and any(f.name == "publication" for f in field.related_model._meta.fields)
    ]
    return own + [field for entries in entry_models(model) for field in references(entries)]


def entry_models(model) -> list:
    """The models of which a row is one entry of a list of `model`."""
    return [
        relation.related_model
        for relation in model._meta.related_objects
        if relation.field.name == "owner"
    ]


def may_be_key(model, text: str) -> bool:
    """Whether PostgreSQL can be asked for a row of that primary key: text, or a number."""
    return "\x00" not in text and (
        (text.isdecimal() and len(text) < 19) or not model._meta.pk.db_returning
    )
