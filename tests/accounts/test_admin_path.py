"""The admin at another address, in a process of its own: addresses are read when it starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.urls import URLPattern, get_resolver

from summitkb import environment

ROOT = Path(__file__).parents[2]
ASK = """
import json, sys
import django
django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"] = {  # nothing has been collected
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
from django.db import connections
from django.test import Client
from django.urls import reverse
client, answers = Client(), {}
for address in sys.argv[1:]:
    answer = client.get(address)
    answers[address] = [answer.status_code, answer.headers.get("Location", "")]
names = ["index", "login", "second_step", "second_factor", "import", "release", "merge"]
args = {"merge": ["people", "a", "b"]}
print(json.dumps([answers, [reverse(f"admin:{name}", args=args.get(name)) for name in names]]))
"""


def test_the_admin_is_where_it_is_said_to_be_and_nowhere_else(tmp_path):
    (tmp_path / "static").mkdir()
    addresses = ["/desk-7f3a/", "/desk-7f3a/release/", "/admin/", "/admin/login/"]
    addresses += [f"/as-of/2025-06-01{address}" for address in ("/desk-7f3a/", "/desk-7f3a/login/")]
    variables = os.environ | {
        "DJANGO_SETTINGS_MODULE": "summitkb.settings",
        "ADMIN_PATH": "desk-7f3a",
        "ALLOWED_HOSTS": "testserver",
        "SUMMITKB_DATA": str(tmp_path),
    }

    result = subprocess.run(
        [sys.executable, "-c", ASK, *addresses],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
    )

    assert result.stderr == ""
    answers, names = json.loads(result.stdout.splitlines()[-1])
    assert answers == {
        "/desk-7f3a/": [302, "/desk-7f3a/login/?next=/desk-7f3a/"],
        "/desk-7f3a/release/": [302, "/desk-7f3a/login/?next=/desk-7f3a/release/"],
        "/admin/": [404, ""],
        "/admin/login/": [404, ""],
        "/as-of/2025-06-01/desk-7f3a/": [404, ""],
        "/as-of/2025-06-01/desk-7f3a/login/": [404, ""],
    }
    assert {name.split("/")[1] for name in names} == {"desk-7f3a"}


def test_no_public_address_can_be_taken_by_the_admin():
    parts = {
        str(pattern.pattern).split("/")[0].split(".")[0] for pattern in get_resolver().url_patterns
    }
    assert any(isinstance(pattern, URLPattern) for pattern in get_resolver().url_patterns)
    assert parts - {"", "admin"} <= environment.TAKEN
