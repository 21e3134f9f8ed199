"""What the database refuses, as a sentence for whoever edits or loads."""

from django.apps import apps
from django.db import IntegrityError


def constraint_sentence(name: str | None) -> str | None:
    """The sentence of a constraint of any of our models; None where there is none of that name."""
    constraints = (c for model in apps.get_models() for c in model._meta.constraints)
    return next((c.violation_error_message for c in constraints if c.name == name), None)


def sentence_of(error: IntegrityError) -> str:
    """The sentence of the constraint that was broken, or of the trigger that raised."""
    diagnosis = error.__cause__.diag
    return constraint_sentence(diagnosis.constraint_name) or diagnosis.message_primary
