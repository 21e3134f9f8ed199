"""What is wrong with settings together, and with what is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from summitkb.doctor import findings, set_up

ROOT = Path(__file__).parents[2]


def test_a_key_of_few_characters_is_found(settings):
    settings.SECRET_KEY = "x" * 60

    assert findings(set_up.secret_key) == [
        "SECRET_KEY has few different characters; make one of 50 random ones."
    ]


def test_debugging_is_found(settings):
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["localhost"]

    assert findings(set_up.hosts) == [
        "DEBUG is on and shows errors with their source to everybody; unset it."
    ]


def test_to_be_served_to_others_without_https_is_found(settings):
    settings.ALLOWED_HOSTS = ["localhost", "kb.example.org"]

    assert findings(set_up.hosts) == [
        "kb.example.org is served without HTTPS, so passwords can be read on the way; put a proxy "
        "with TLS in front, and set HTTPS=true and TRUSTED_PROXY=true."
    ]
    settings.ALLOWED_HOSTS = ["localhost"]
    assert findings(set_up.hosts) == []


@pytest.mark.parametrize(
    ("https", "header", "found"),
    [
        (False, None, []),
        (True, ("HTTP_X_FORWARDED_PROTO", "https"), []),
        (
            True,
            None,
            [
                "HTTPS is on and TRUSTED_PROXY is off, so every page leads to itself; set "
                "TRUSTED_PROXY=true where a proxy sets X-Forwarded-Proto itself."
            ],
        ),
        (
            False,
            ("HTTP_X_FORWARDED_PROTO", "https"),
            [
                "TRUSTED_PROXY is on and HTTPS is off, so cookies go over plain HTTP too; set "
                "HTTPS=true."
            ],
        ),
    ],
)
def test_https_and_the_proxy_go_together(settings, https, header, found):
    settings.HTTPS, settings.SECURE_PROXY_SSL_HEADER = https, header

    assert findings(set_up.proxy) == found


def test_an_old_python_is_found(monkeypatch):
    monkeypatch.setattr(set_up, "OLDEST_PYTHON", (9, 1))

    assert findings(set_up.python) == [f"This is Python {sys.version.split()[0]}; install 9.1."]


def test_packages_other_than_pinned_are_found(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "requirements.txt").write_text(
        "django==1.0 \\\n    --hash=sha256:0\nno-such-thing==2 \\\n"
        "only-elsewhere==3 ; sys_platform == 'elsewhere' \\\n"
    )
    from importlib.metadata import version

    assert findings(set_up.packages) == [
        f"django is {version('django')} and not 1.0, which was tested; run pip install -r "
        "requirements.txt.",
        "no-such-thing is not installed; run pip install -r requirements.txt.",
    ]


def test_what_cannot_be_looked_at_is_said(settings, tmp_path):
    settings.BASE_DIR = tmp_path

    assert findings(set_up.packages) == [
        "this could not be looked at: [Errno 2] No such file or directory: "
        f"'{tmp_path}/requirements.txt'"
    ]


def doctor(tmp_path, **environment):
    """What it says, and its status, without a database."""
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT,
        env={
            "SUMMITKB_DATA": str(tmp_path),
            "SECRET_KEY": "a-key-for-tests-which-signs-nothing-that-anybody-keeps",
            "ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            **environment,
        },
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_without_a_database_it_tells_of_all_else(tmp_path):
    status, lines, errors = doctor(tmp_path)

    assert (status, errors) == (1, "")
    assert [line.split(":")[0] for line in lines] == [
        "✓ well   secret key",
        "✓ well   who is served",
        "✓ well   proxy",
        "✓ well   Python",
        "✓ well   packages",
        "✓ well   data folder",
        "✓ well   secrets",
        "✗ wrong  static files",
        "✓ well   last backup",
        "✗ wrong  database",
        "2 to mend.",
    ]


def test_wrong_settings_are_one_sentence(tmp_path):
    assert doctor(tmp_path, HTTPS="yes") == (
        1,
        [],
        "summitkb: HTTPS must be true or false, not 'yes'.\n",
    )
