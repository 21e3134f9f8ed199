"""`manage.py prepare`, and the static files that it collects."""

import socket
import stat

import pytest
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import reverse

from summitkb.browse.bitmaps import shelf
from summitkb.exchange.tables import tables
from tests.factories import make_event

MANIFEST = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


@pytest.fixture
def data(settings, tmp_path):
    """The data folder, empty."""
    settings.DATA = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path


@pytest.fixture
def something_is_there(db):
    """An event, with which the knowledge base is not empty."""
    make_event()


@pytest.mark.usefixtures("something_is_there")
def test_prepare_makes_an_editor_and_shows_the_password_once(data, capsys, client):
    call_command("prepare")
    kept = data / "editor-password"
    password = kept.read_text().strip()
    assert capsys.readouterr().out == (
        f"Made the account editor with password {password}, kept in {kept}.\n"
    )
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    typed = {"username": "editor", "password": password}
    assert client.post(reverse("admin:login"), typed)["Location"] == reverse("admin:index")
    call_command("prepare")
    assert capsys.readouterr().out == ""
    assert get_user_model().objects.get().username == "editor"
    assert kept.read_text().strip() == password


@pytest.mark.usefixtures("something_is_there")
def test_prepare_makes_no_account_where_there_is_one(data, capsys):
    get_user_model().objects.create_user("somebody")
    call_command("prepare")
    assert capsys.readouterr().out == ""
    assert not (data / "editor-password").exists()


@pytest.mark.django_db(transaction=True)
def test_prepare_counts_what_the_lists_of_a_large_base_show(data, settings):
    make_event()
    settings.BITMAPS_FROM, settings.BITMAPS = 0, data / "bitmaps"
    get_user_model().objects.create_user("someone")
    call_command("prepare")
    shelf.clear()

    assert len([*settings.BITMAPS.glob("*.bitmaps")]) == len(tables())


def test_prepare_names_the_port_that_is_in_use(settings):
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings.PORT = other.getsockname()[1]
        with pytest.raises(CommandError) as refusal:
            call_command("prepare", port_must_be_free=True)
    assert str(refusal.value) == (
        f"PORT must be free to serve on, and {settings.PORT} is not: Address already in use."
    )


@pytest.mark.django_db  # Django looks after its connections when a response is closed
def test_collected_files_are_hashed_and_kept_for_years(data, client, settings):
    with override_settings(STORAGES=settings.STORAGES | MANIFEST, WHITENOISE_AUTOREFRESH=False):
        call_command("collectstatic", interactive=False, verbosity=0)
        url = staticfiles_storage.url("admin/css/base.css")
        response = client.get(url)
        response.close()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert url != "/static/admin/css/base.css"
