"""What every answer says to the browser, whatever kind of answer it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import FileResponse
from django.test import Client
from django.urls import reverse

from summitkb.browse.errors import took_too_long
from tests.accounts.people import make_editor, sign_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[1]
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def wrong(answer):
    """What an answer should say and does not."""
    said = set(answer.headers.get("Content-Security-Policy", "").split("; "))
    found = {"Content-Security-Policy"} if said != POLICY else set()
    found |= {name for name, value in ALWAYS.items() if answer.headers.get(name) != value}
    features = answer.headers.get("Permissions-Policy", "").split(", ")
    if not {"camera=()", "geolocation=()", "microphone=()"} <= set(features) or not all(
        feature.endswith("=()") for feature in features
    ):
        found.add("Permissions-Policy")
    return found


def read(answer):
    """An answer whose stream, if it has one, holds nothing open any more."""
    if answer.streaming:
        answer.getvalue()
    if isinstance(answer, FileResponse) and answer.file_to_stream:
        answer.file_to_stream.close()
    return answer


def test_every_kind_of_answer_has_them(client, cast, still, monkeypatch):
    editor, quiet = Client(), Client(raise_request_exception=False)
    editor.force_login(make_editor("somebody", is_superuser=True))
    etag = read(client.get("/statements.csv"))["ETag"]
    cast.quote.publication, cast.quote.publication_note = "withdrawn", "So."
    cast.quote.save()
    answers = {
        "page": client.get("/"),
        "list": client.get("/statements/"),
        "record": client.get(cast.event.get_absolute_url()),
        "picture": client.get(reverse("event-map", args=[cast.event.pk])),
        "past": client.get("/as-of/2025-06-01/"),
        "redirect of a page": client.get("/as-of/2025-06-01"),
        "redirect to the slash": client.get("/statements"),
        "redirect of the admin": client.get("/admin/"),
        "not known": client.get("/nothing/"),
        "withdrawn": client.get(cast.quote.get_absolute_url()),
        "wrong filter": client.get("/statements/?event=none"),
        "wrong host": client.get("/", headers={"host": "evil.example"}),
        "wrong method": client.post("/statements/"),
        "rows": client.get("/statements.csv"),
        "rows that one has": client.get("/statements.csv", headers={"if-none-match": etag}),
        "lines": client.get("/statements.jsonl"),
        "feed": client.get("/statements.atom"),
        "calendar": client.get("/meetings.ics"),
        "network": client.get(f"/events/{cast.event.pk}/network.graphml"),
        "package": client.get("/data/package.zip"),
        "reference": client.get(f"{cast.event.get_absolute_url()}cite.json"),
        "catalogue": client.get("/data/catalog.jsonld"),
        "health": client.get("/healthz"),
        "style": client.get("/static/css/summitkb.css"),
        "script": client.get("/static/admin/js/theme.js"),
        "drawing": client.get("/static/favicon.svg"),
        "no file": client.get("/static/none.css"),
        "login": client.get("/admin/login/"),
        "admin": editor.get("/admin/"),
        "list of the admin": editor.get("/admin/meetings/meeting/"),
        "script of the admin": editor.get("/admin/jsi18n/"),
        "refused form": Client(enforce_csrf_checks=True).post("/admin/login/"),
        "locked": [sign_in(client, "x", "y") for _ in range(10)][-1],
    }

    def fault(*args, **kwargs):
        raise RuntimeError("A fault.")

    def slow(view, request, *args, **kwargs):
        return took_too_long(request)

    monkeypatch.setattr("meetings.views.StatementList.dispatch", slow)
    answers["too slow"] = client.get("/statements/")
    monkeypatch.setattr("meetings.views.StatementList.dispatch", fault)
    answers["fault"] = quiet.get("/statements/")

    statuses = {name: read(answer).status_code for name, answer in answers.items()}
    assert set(statuses.values()) == {
        *(200, 301, 302, 304, 400, 403, 404, 405, 410, 429, 500, 503)
    }, statuses
    assert {name: w for name, answer in answers.items() if (w := wrong(answer))} == {}


SERVED = """
import sys
import django
django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"] = {  # nothing has been collected
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
from django.test import Client
plain, secure = Client(), Client(headers={"x-forwarded-proto": "https"})
redirect = plain.get("/method/?a=b", headers={"host": "kb.example.org"})
claimed = plain.get("/healthz", headers={"host": "kb.example.org"})
login = secure.get("/admin/login/", headers={"host": "kb.example.org"})
cookies = {
    name: (bool(one["secure"]), bool(one["httponly"]), one["samesite"])
    for name, one in login.cookies.items()
}
of_sessions = [getattr(settings, f"SESSION_COOKIE_{x}") for x in ("SECURE", "HTTPONLY", "SAMESITE")]
policy = redirect["Content-Security-Policy"]
print([
    (redirect.status_code, redirect["Location"], "default-src 'none'" in policy),
    claimed.status_code,
    (login.status_code, login.headers.get("Strict-Transport-Security"), cookies),
    of_sessions,
])
"""


@pytest.mark.parametrize("trusted", ["true", "false"])
def test_what_is_served_by_https(trusted, tmp_path):
    """As a process of its own serves it; a header is believed only where the proxy is trusted."""
    (tmp_path / "static").mkdir()
    variables = os.environ | {
        "DJANGO_SETTINGS_MODULE": "summitkb.settings",
        "ALLOWED_HOSTS": "kb.example.org",
        "HTTPS": "true",
        "TRUSTED_PROXY": trusted,
        "SUMMITKB_DATA": str(tmp_path),
    }

    result = subprocess.run(
        [sys.executable, "-c", SERVED], cwd=ROOT, env=variables, capture_output=True, text=True
    )

    by_https = (200, "max-age=2592000", {"csrftoken": (True, True, "Lax")})
    assert result.stderr == ""
    assert result.stdout.strip() == repr(
        [
            (301, "https://kb.example.org/method/?a=b", True),
            200,
            by_https if trusted == "true" else (301, None, {}),
            [True, True, "Lax"],
        ]
    )
