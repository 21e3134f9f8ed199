"""What is taken away as a whole: the package of today and of a day, its page, and the codebook."""

import io
import os
import time
import zipfile

import pytest
from django.conf import settings as project
from django.core.management import call_command

from delegations.models import Person
from summitkb.browse.templatetags.kb import with_names
from summitkb.exchange import kept
from summitkb.exchange.dumping import dump
from summitkb.exchange.kept import DAY, MOST_KEPT, kept_package
from summitkb.exchange.tables import Table, tables
from summitkb.records import revisions
from tests.database import another_session
from tests.exchange.small import load_small
from tests.factories import make_person
from tests.history import happened_on
from tests.pages import ask, get, revision_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PACKAGES = tmp_path / "packages"
    return settings.PACKAGES


def table_in(data, name):
    """The text of a table of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(f"{name}.csv").decode()


def descriptor_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("datapackage.json")


def test_the_package_has_the_bytes_that_dumppackage_writes(client, tmp_path):
    load_small(tmp_path)
    response = ask(client, "/data/package.zip")

    call_command("dumppackage", str(tmp_path / "dumped.zip"), verbosity=0)
    assert response.body == (tmp_path / "dumped.zip").read_bytes()
    assert int(response["Content-Length"]) == len(response.body)
    name = f"summitkb-{revision_of(response)}.zip"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.usefixtures("still")
def test_it_is_sent_as_it_is_and_not_sent_again(client):
    first = ask(client, "/data/package.zip", accept_encoding="gzip")

    assert zipfile.is_zipfile(io.BytesIO(first.body))
    assert ask(client, "/data/package.zip", if_none_match=first["ETag"]).status_code == 304
    head = client.head("/data/package.zip")
    assert (head["ETag"], head["Content-Length"]) == (first["ETag"], first["Content-Length"])
    head.close()


@pytest.mark.usefixtures("still")
def test_it_is_made_once_for_a_revision(client, monkeypatch):
    first = ask(client, "/data/package.zip").body
    monkeypatch.setattr(kept, "dump", None)

    assert ask(client, "/data/package.zip").body == first


@pytest.mark.django_db(transaction=True)
def test_it_is_made_anew_when_something_has_changed(client):
    make_person("a", name="Before")
    before = ask(client, "/data/package.zip")
    with another_session() as other:
        other.execute("UPDATE people SET name = 'After'")
    after = ask(client, "/data/package.zip")

    assert "a,Before,,," in table_in(before.body, "people")
    assert "a,After,,," in table_in(after.body, "people")
    assert before["ETag"] != after["ETag"]


def test_the_newest_are_kept(folder, monkeypatch):
    monkeypatch.setattr(kept, "dump", lambda path, rows, part: path.touch())
    for number in range(MOST_KEPT + 3):
        file, revision = kept_package(f"p{number}", lambda: Table.published)
        file.close()

    names = {path.name for path in folder.iterdir()}
    assert len(names) == MOST_KEPT
    assert f"p{MOST_KEPT + 2}-{revision}.zip" in names


@pytest.mark.usefixtures("still")
def test_one_that_is_asked_for_again_stays(folder, monkeypatch):
    monkeypatch.setattr(kept, "dump", lambda path, rows, part: path.touch())
    for number in range(MOST_KEPT + 3):
        for name in ("today", f"p{number}"):
            kept_package(name, lambda: Table.published)[0].close()

    assert len(list(folder.glob("today-*"))) == 1


def test_what_nobody_finished_goes_after_a_day(folder, monkeypatch):
    monkeypatch.setattr(kept, "dump", lambda path, rows, part: path.touch())
    for name, age in ((".old.zip-x", 2 * DAY), (".new.zip-x", 0)):
        (folder / name).mkdir(parents=True)
        os.utime(folder / name, (time.time() - age,) * 2)
    kept_package("p", lambda: Table.published)[0].close()

    assert [path.name for path in folder.glob(".*")] == [".new.zip-x"]


@pytest.mark.usefixtures("still")
def test_it_is_made_anew_when_its_licence_is_another(client, settings, monkeypatch):
    monkeypatch.setattr(kept, "revision", revisions.revision)
    before = ask(client, "/data/package.zip")
    settings.DATA_LICENCE = "CC-BY-4.0"

    assert b"CC-BY-4.0" not in descriptor_in(before.body)
    assert b"CC-BY-4.0" in descriptor_in(ask(client, "/data/package.zip").body)


def test_below_a_day_it_is_that_of_the_day(client):
    make_person("a", name="Then")
    make_person("gone", name="Gone")
    happened_on("2026-01-01")
    Person.objects.filter(pk="a").update(name="Now")
    Person.objects.filter(pk="gone").update(publication="draft")

    response = ask(client, "/as-of/2026-01-02/data/package.zip")
    assert "\na,Then,,,\n" in table_in(response.body, "people")
    assert "Gone" not in table_in(response.body, "people")
    assert "as-of-2026-01-02" in response["Content-Disposition"]
    assert "\na,Now,,,\n" in table_in(ask(client, "/data/package.zip").body, "people")


def test_a_draft_is_in_no_number_and_no_file(client):
    before = get(client, "/data/"), get(client, "/data/codebook/")
    package = ask(client, "/data/package.zip").body
    make_person("draft", name="A draft", publication="draft")
    for path in project.PACKAGES.iterdir():
        path.unlink()

    assert (get(client, "/data/"), get(client, "/data/codebook/")) == before
    assert ask(client, "/data/package.zip").body == package


def test_the_codebook_has_all_columns_and_terms(client):
    page = get(client, "/data/codebook/")
    words = words_of(page)
    assert "How much of <code>published_on</code> is known." in page
    assert "`" not in words

    for table in tables():
        assert table.one_row in words
        for column in table.public_columns():
            assert f" {column.name} " in words
            assert with_names(column.help_text) in page
            for term in column.vocabulary or ():
                assert f"{term.value} {term.meaning}" in words


def test_the_pages_ask_the_same_few_questions_a_table(client, django_assert_num_queries):
    for address, queries in (("/data/", 16), ("/data/codebook/", 26)):
        with django_assert_num_queries(queries):
            get(client, address)


def test_dump_and_package_have_the_same_files(tmp_path):
    dump(tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}

    assert names == {*(table.file for table in tables()), "datapackage.json", "codebook.md"}


@pytest.mark.django_db(transaction=True)
def test_while_it_is_made_others_wait_for_it(folder, monkeypatch):
    make_person("a")
    free = []

    def dump_while_another_comes(path, **options):
        with another_session() as other:
            asked = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
            free.append(other.execute(asked, [path.name]).fetchone())
        dump(path, **options)

    monkeypatch.setattr(kept, "dump", dump_while_another_comes)
    kept_package("p", lambda: Table.published)[0].close()

    assert free == [(False,)]


def test_what_was_made_while_one_waited_is_not_made_again(folder, monkeypatch):
    def wait_until_it_is_there(name):
        (folder / name).write_bytes(b"made by another")

    monkeypatch.setattr(kept, "_wait_for_others", wait_until_it_is_there)
    monkeypatch.setattr(kept, "dump", None)
    file, _ = kept_package("p", lambda: Table.published)
    with file:
        assert file.read() == b"made by another"
