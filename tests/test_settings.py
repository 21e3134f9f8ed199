"""What the environment can say, and the sentence that stops the start where it says it wrongly."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from summitkb import environment, own_machine

ROOT = Path(__file__).parents[1]
KEY = "k" * 50
GOOD = {"SECRET_KEY": KEY, "ALLOWED_HOSTS": "kb.example.org", "SUMMITKB_DATA": "/nowhere"}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """Run Python in the project with these variables and no others."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=variables, capture_output=True, text=True
    )


def settings(names: list[str], **variables: str) -> dict:
    """Return the values that settings have with these variables."""
    code = "import json; from summitkb import settings as s; print(json.dumps({n: getattr(s, n) "
    result = run("-c", code + f"for n in {names} }}, default=str))", **GOOD | variables)
    assert result.stderr == ""
    return json.loads(result.stdout)


MISTAKES = [
    (
        {"SECRET_KEY": "short"},
        "SECRET_KEY must be at least 50 random characters, not 5.",
    ),
    (
        {"SECRET_KEY": ""},
        "SECRET_KEY must be at least 50 random characters, not 0.",
    ),
    (
        {"SECRET_KEY": None},
        "SECRET_KEY is not set; it must be at least 50 random characters "
        "(`python manage.py prepare` makes one in the data folder).",
    ),
    (
        {"SECRET_KEY_FILE": "/run/secret"},
        "SECRET_KEY and SECRET_KEY_FILE are both set; set one of them.",
    ),
    (
        {"SECRET_KEY": None, "SECRET_KEY_FILE": "/nowhere/key"},
        "SECRET_KEY_FILE must name a file that can be read: '/nowhere/key': "
        "No such file or directory.",
    ),
    (
        {"ALLOWED_HOSTS": None},
        "ALLOWED_HOSTS is not set; it must be host names without scheme or port, separated by "
        "commas, such as kb.example.org.",
    ),
    (
        {"ALLOWED_HOSTS": ""},
        "ALLOWED_HOSTS must be host names without scheme or port, separated by commas, such as "
        "kb.example.org; '' is none.",
    ),
    (
        {"ALLOWED_HOSTS": "kb.example.org, *"},
        "ALLOWED_HOSTS must be host names without scheme or port, separated by commas, such as "
        "kb.example.org; '*' is none.",
    ),
    (
        {"CSRF_TRUSTED_ORIGINS": "kb.example.org"},
        "CSRF_TRUSTED_ORIGINS must be origins separated by commas, such as "
        "https://kb.example.org; 'kb.example.org' is none.",
    ),
    ({"DEBUG": "True"}, "DEBUG must be true or false, not 'True'."),
    ({"HTTPS": "1"}, "HTTPS must be true or false, not '1'."),
    ({"TRUSTED_PROXY": ""}, "TRUSTED_PROXY must be true or false, not ''."),
    ({"PORT": "http"}, "PORT must be a whole number from 1 to 65535, not 'http'."),
    ({"PORT": "65536"}, "PORT must be a whole number from 1 to 65535, not '65536'."),
    ({"LOG": "JSON"}, "LOG must be lines or json, not 'JSON'."),
    *(
        (
            {"ADMIN_PATH": path},
            "ADMIN_PATH must be one part of an address, of up to 50 small letters, digits and hyphens "
            f"within, that no public page has, such as desk-7f3a; {path!r} is none.",
        )
        for path in ("", "/admin/", "a/b", "Desk", "-desk", "d" * 51, "events", "as-of", "static")
    ),
    ({"REQUIRE_2FA": "yes"}, "REQUIRE_2FA must be true or false, not 'yes'."),
    ({"SESSION_HOURS": "0"}, "SESSION_HOURS must be a number from 1 to 168, not '0'."),
    ({"SESSION_HOURS": "169"}, "SESSION_HOURS must be a number from 1 to 168, not '169'."),
    *(
        (
            {"SECURITY_CONTACT": contact},
            "SECURITY_CONTACT must be an address such as mailto:security@example.org or "
            f"https://example.org/security, not {contact!r}.",
        )
        for contact in (
            "",
            "security@example.org",
            "mailto:security",
            "http://example.org/",
            "https://example.org/\nContact: mailto:evil@example.org",
            "mailto:a@example.org\n",
        )
    ),
    ({"SUMMITKB_DATA": " "}, "SUMMITKB_DATA must be the path of a folder; it is empty."),
    *(
        (
            {"DATABASE_URL": url},
            "DATABASE_URL must look like postgresql://user:password@host:5432/database, where "
            "other characters than letters and digits in user and password are percent-encoded.",
        )
        for url in (
            "",
            "sqlite:///db.sqlite3",
            "postgresql://user@host",
            "postgresql://user:100%zz@host/database",
            "postgresql://user@host/database?sslmodus=require",
        )
    ),
    *(
        (
            {"DATABASE_URL": "postgresql:///kb", "DATABASE_REPLICA_URL": urls},
            "DATABASE_REPLICA_URL must be addresses separated by spaces or commas, of which each "
            "must look like postgresql://user:password@host:5432/database, where other characters "
            "than letters and digits in user and password are percent-encoded.",
        )
        for urls in (
            "",
            "db2.example.org",
            "postgresql:///kb db2.example.org",
            "postgresql:///kb, postgresql://user@host",
        )
    ),
    (
        {"DATABASE_REPLICA_URL": "postgresql:///kb"},
        "DATABASE_REPLICA_URL is set and DATABASE_URL is not; it must lead to the primary, as the "
        "PostgreSQL that comes along has no replicas.",
    ),
    (
        {"REPLICA_LAG_SECONDS": "0"},
        "REPLICA_LAG_SECONDS must be a number from 1 to 9999, not '0'.",
    ),
]


@pytest.mark.parametrize(("variables", "sentence"), MISTAKES)
def test_mistake_stops_every_command_with_one_sentence(variables, sentence):
    given = {name: value for name, value in (GOOD | variables).items() if value is not None}
    result = run("manage.py", "check", **given)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"summitkb: {sentence}\n"


def test_an_outage_ends_a_command_with_a_sentence():
    away = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    result = run("manage.py", "checkquotes", **GOOD | away)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(
        "summitkb: The database does not answer. What was begun was done"
    )
    assert "Connection refused" in result.stderr
    assert result.stderr.count("\n") == 1


def test_mistake_stops_gunicorn_with_the_same_sentence():
    result = run("-m", "gunicorn", "--config", "python:summitkb.gunicorn", **GOOD | {"PORT": "0"})
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "\nError: PORT must be a whole number from 1 to 65535, not '0'.\n"


def test_gunicorn_refuses_https_without_the_proxy_that_speaks_it():
    variables = GOOD | {"HTTPS": "true"}
    result = run("-m", "gunicorn", "--config", "python:summitkb.gunicorn", **variables)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "\nError: TRUSTED_PROXY must be true where HTTPS is: gunicorn speaks plain HTTP and, "
        "unless it believes its proxy, redirects every page to itself.\n"
    )


def test_defaults_serve_plain_http_from_an_embedded_database():
    names = ["DEBUG", "PORT", "DATABASES", "SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER"]
    assert settings(names) == {
        "DEBUG": False,
        "PORT": 8000,
        "DATABASES": {
            "default": {
                "CONN_MAX_AGE": 60,
                "CONN_HEALTH_CHECKS": True,
                "ENGINE": "summitkb.embedded_postgres",
                "NAME": "summitkb",
                "USER": "summitkb",
                "HOST": "/nowhere/postgres",
            }
        },
        "SECURE_SSL_REDIRECT": False,
        "SECURE_PROXY_SSL_HEADER": None,
    }


def test_https_redirects_and_marks_cookies():
    expected = {
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 2592000,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    }
    assert settings(list(expected), HTTPS="true", TRUSTED_PROXY="true") == expected


def test_what_concerns_accounts_has_defaults():
    expected = {
        "ADMIN_PATH": "admin",
        "REQUIRE_2FA": False,
        "SESSION_COOKIE_AGE": 43200,
        "SECURITY_CONTACT": None,
        "TRUSTED_PROXY": False,
    }
    assert settings(list(expected)) == expected


@pytest.mark.parametrize(
    "contact", ["mailto:Sec+kb@example.org", "https://kb.example.org:8443/a?b#c"]
)
def test_what_concerns_accounts_can_be_said(contact):
    variables = {
        "ADMIN_PATH": "desk-7f3a",
        "REQUIRE_2FA": "true",
        "SESSION_HOURS": "168",
        "SECURITY_CONTACT": contact,
        "TRUSTED_PROXY": "true",
    }
    expected = {
        "ADMIN_PATH": "desk-7f3a",
        "REQUIRE_2FA": True,
        "SESSION_COOKIE_AGE": 604800,
        "SECURITY_CONTACT": contact,
        "TRUSTED_PROXY": True,
    }
    assert settings(list(expected), **variables) == expected


class Variables(dict):
    """An environment to which pytest adds nothing of its own."""

    def __setitem__(self, name: str, value: str) -> None:
        if name != "PYTEST_CURRENT_TEST":
            super().__setitem__(name, value)


@pytest.fixture
def variables(monkeypatch) -> Variables:
    """The environment, empty and restored after the test."""
    monkeypatch.setattr(os, "environ", Variables())
    return os.environ


SOON = {
    "connect_timeout": "5",
    "tcp_user_timeout": "5000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
}
"""How a server that is lost is given up, unless its address says otherwise."""


def test_database_url_may_hold_all_that_libpq_understands(variables):
    variables["DATABASE_URL"] = (
        "postgres://us%40er:p%2Fw%3A@[::1]:6543/k%20b?sslmode=verify-full&connect_timeout=3"
    )
    assert environment.database(Path("/unused")) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "k b",
        "USER": "us@er",
        "PASSWORD": "p/w:",
        "HOST": "::1",
        "PORT": "6543",
        "OPTIONS": SOON | {"sslmode": "verify-full", "connect_timeout": "3"},
    }


def test_database_url_may_come_from_a_file_and_lead_to_a_socket(variables, tmp_path):
    (tmp_path / "url").write_text("postgresql:///summitkb?host=/run/postgresql\n")
    variables["DATABASE_URL_FILE"] = str(tmp_path / "url")
    assert environment.database(Path("/unused")) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "summitkb",
        "USER": "",
        "PASSWORD": "",
        "HOST": "/run/postgresql",
        "PORT": "",
        "OPTIONS": SOON,
    }


def test_replicas_are_several_addresses_and_each_is_given_up_soon(variables):
    variables["DATABASE_URL"] = "postgresql:///kb"
    variables["DATABASE_REPLICA_URL"] = (
        "postgresql://u:p@one/kb?connect_timeout=9,postgres://two,three/kb\n postgresql://[::1]/kb"
    )
    replica = {
        "ENGINE": "summitkb.replicas",
        "NAME": "kb",
        "USER": "",
        "PASSWORD": "",
        "PORT": "",
        "OPTIONS": SOON,
    }
    assert environment.replicas() == {
        "replica-1": replica
        | {"HOST": "one", "USER": "u", "PASSWORD": "p"}
        | {"OPTIONS": SOON | {"connect_timeout": "9"}},
        "replica-2": replica | {"HOST": "two,three", "PORT": ","},
        "replica-3": replica | {"HOST": "::1"},
    }


def test_hosts_may_be_names_addresses_and_all_subdomains(variables):
    variables["ALLOWED_HOSTS"] = "kb.example.org, .example.org,127.0.0.1,[::1]"
    assert environment.allowed_hosts() == ["kb.example.org", ".example.org", "127.0.0.1", "[::1]"]


def test_folder_is_relative_to_the_project_and_not_to_where_one_stands(variables):
    variables["SUMMITKB_DATA"] = "other"
    assert environment.folder("SUMMITKB_DATA", default=own_machine.VAR) == ROOT / "other"


def test_own_machine_makes_a_secret_key_once_and_for_its_owner_only(variables, tmp_path):
    data = tmp_path / "data"
    variables["SUMMITKB_DATA"] = str(data)
    own_machine.adopt(make=True)
    key = data / "secret_key"
    assert variables == {
        "SUMMITKB_DATA": str(data),
        "SECRET_KEY_FILE": str(key),
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
    }
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    first = environment.secret_key()
    del variables["SECRET_KEY_FILE"]
    own_machine.adopt(make=True)
    assert environment.secret_key() == first


def test_own_machine_gives_nothing_to_who_gave_a_secret_key(variables, tmp_path):
    (tmp_path / "secret_key").write_text(KEY)
    variables |= {"SUMMITKB_DATA": str(tmp_path), "SECRET_KEY": KEY}
    own_machine.adopt(make=True)
    assert variables == {"SUMMITKB_DATA": str(tmp_path), "SECRET_KEY": KEY}


def test_own_machine_makes_nothing_unless_asked_to(variables, tmp_path):
    variables["SUMMITKB_DATA"] = str(tmp_path)
    own_machine.adopt()
    assert variables == {"SUMMITKB_DATA": str(tmp_path)}
    assert list(tmp_path.iterdir()) == []


def test_importing_settings_touches_no_file(tmp_path):
    assert settings(["DATA"], SUMMITKB_DATA=str(tmp_path / "data")) == {
        "DATA": str(tmp_path / "data")
    }
    assert list(tmp_path.iterdir()) == []
