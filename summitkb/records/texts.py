"""Fields as text, as SQL."""

from django.contrib.admin.utils import get_fields_from_path
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, TextField, Value


def text_of(model, path: str, between: str = " ") -> F | Func:
    """What the field at a path holds; the entries of an array are joined by `between`."""
    if isinstance(get_fields_from_path(model, path)[-1], ArrayField):
        joined = {"function": "array_to_string", "output_field": TextField()}
        return Func(F(path), Value(between), **joined)
    return F(path)
