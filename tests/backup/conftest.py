"""A server with a rich knowledge base, of which each test gets copies."""

import shutil
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client, override_settings

from summitkb.exchange.releasing import release
from tests.backup.places import Place
from tests.cast import make_cast
from tests.conftest import BUNDLED
from tests.editing.imports.uploads import previewed
from tests.factories import make_person, make_source_text
from tests.replicas.cluster import make_primary
from tests.replicas.conftest import connected

_numbers = count(1)


@contextmanager
def within(place: Place, server):
    """Django is connected to a place, with its folders."""
    folders = {name: place.data / name.lower() for name in ("RELEASES", "IMPORTS", "PACKAGES")}
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(DATA=place.data, **folders, BITMAPS=place.data / "bitmaps"),
    ):
        patch.setattr(type(server), "url", property(lambda _: place.url))
        with connected(server, []):
            yield


@pytest.fixture(scope="session")
def server():
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = make_primary(Path(folder) / "server")
        yield server
        server.stop("immediate")


@pytest.fixture(scope="session")
def original(server, django_db_blocker, tmp_path_factory):
    """A knowledge base with accounts, drafts, history, a private text, a release and an import."""
    data = tmp_path_factory.mktemp("original")
    place = Place(server.url, data)
    with django_db_blocker.unblock(), within(place, server):
        call_command("migrate", verbosity=0)
        cast = make_cast()
        editor = get_user_model().objects.create_superuser("editor", password="secret of an editor")
        editor.groups.add(Group.objects.get(name="Editor"))
        make_person("a-draft", name="O’Neill\t\\N \\. “x”\nand a line", publication="draft")
        cast.quote.text = "We are ready to go on."
        cast.quote.save()
        cast.remark.delete()
        make_source_text(cast.tass, text="All of it, which is private.\\")
        release("The first.")
        client = Client()
        client.force_login(editor)
        previewed(client, "id,name\nnew-topic,A new topic\n")
    return place


@pytest.fixture
def empty(server, tmp_path):
    """A place with nothing in it."""
    return _place(server, tmp_path / "empty")


@pytest.fixture
def rich(server, original, tmp_path):
    """A copy of the original."""
    shutil.copytree(original.data, tmp_path / "rich")
    return _place(server, tmp_path / "rich", f"TEMPLATE {original.url.rpartition('/')[2]}")


@pytest.fixture(scope="session")
def backup(original, tmp_path_factory):
    """A backup of the original."""
    path = tmp_path_factory.mktemp("backups") / "kept"
    original.manage("backup", str(path))
    return path


def _place(server, data, template="") -> Place:
    name = f"place_{next(_numbers)}"
    with psycopg.connect(server.url, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name} {template}")
    return Place(f"{server.url.rpartition('/')[0]}/{name}", data)


@pytest.fixture
def another(server, tmp_path):
    """A place with the bundled record, loaded today."""
    place = _place(server, tmp_path / "another")
    place.manage("migrate", "--verbosity=0")
    place.manage("loadpackage", str(BUNDLED))
    return place
