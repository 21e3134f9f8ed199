"""What the views of editors read of a request, and where and how they answer it."""

from django.contrib import messages
from django.db import IntegrityError
from django.urls import reverse

from summitkb.editing.publishing import Refusal, sentences
from summitkb.records.characters import printed


def admin_page(model, page: str, *args) -> str:
    """The address of a page of the admin of a model, for example of `changelist` or `change`."""
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def reason_of(request) -> dict:
    """The reason that was given with a request, as context of the history."""
    reason = printed(request.POST.get("reason", "")).strip()[:300]
    return {"reason": reason} if reason else {}


def tell_refusal(request, error: Refusal | IntegrityError) -> None:
    """Say what stands in the way, each sentence as a message."""
    for sentence in sentences(error):
        messages.error(request, sentence)
