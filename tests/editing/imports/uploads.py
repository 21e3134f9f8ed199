"""How tests import as a browser does: upload, look at the preview, confirm."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from summitkb.editing.imports.models import Import

REASON = "As the host published it."


def posted(client, data=None, name="topics.csv", **typed):
    """The answer to an upload of a file, or of what is typed alone."""
    form = {"publication": "draft", "reason": REASON, **typed}
    if data is not None:
        form["file"] = SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())
    return client.post(reverse("admin:import"), form)


def uploaded(client, *args, **typed):
    """The import that an upload makes."""
    answer = posted(client, *args, **typed)
    assert answer.status_code == 302, answer.context["form"].errors
    return Import.objects.get(pk=answer.url.rstrip("/").rpartition("/")[2])


def stream(client, name, one, **data):
    """The whole of a page that grows, as text."""
    answer = client.post(reverse(f"admin:{name}", args=[one.pk]), data)
    return b"".join(answer.streaming_content).decode()


def previewed(client, *args, **typed):
    """The import that an upload makes, once it is checked."""
    one = uploaded(client, *args, **typed)
    stream(client, "import_preview", one)
    one.refresh_from_db()
    return one


def confirmed(client, one):
    return stream(client, "import_confirm", one, fingerprint=one.fingerprint)


def shown(client, one, **query):
    return client.get(reverse("admin:import_shown", args=[one.pk]), query)


def lines(client, one, kind):
    """All rows, or problems, of one kind that the pages of a preview show."""
    page = shown(client, one, show=kind)
    found = list(page.context.get("rows", []))
    while page.context.get("page") and page.context["page"].has_next():
        page = shown(client, one, show=kind, page=page.context["page"].next_page_number())
        found += page.context["rows"]
    return found
