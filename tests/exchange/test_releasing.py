"""A release: the bytes of a dump, with a number, sums and what is new; and nothing ever changes it."""

import hashlib
import stat
import zipfile

import pytest
from django.core.management import call_command
from django.db import transaction

from delegations.models import Person
from meetings.models import Figure
from summitkb.exchange import archives, releasing
from summitkb.exchange.archives import Refused
from summitkb.exchange.models import Release
from summitkb.exchange.releasing import release
from tests.database import another_session, refused_by, sentence
from tests.exchange.small import load_small
from tests.exchange.test_commands import run
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.RELEASES = tmp_path / "releases"
    return settings.RELEASES


def files(cut):
    return {path.name: path.read_bytes() for path in cut.folder.iterdir()}


def refusal():
    with pytest.raises(Refused) as refused:
        release()
    return str(refused.value)


def test_its_package_has_the_bytes_of_a_dump(tmp_path):
    load_small(tmp_path)
    cut = release("For the first time.")
    call_command("dumppackage", str(tmp_path / "dump.zip"), verbosity=0)

    dumped = (tmp_path / "dump.zip").read_bytes()
    assert files(cut)["summitkb-1.zip"] == dumped
    assert (cut.sha256, cut.bytes) == (hashlib.sha256(dumped).hexdigest(), len(dumped))
    assert (cut.number, cut.note, cut.rows) == (1, "For the first time.", 48)
    assert cut.counts["statements"] == 2


def test_its_sums_are_those_of_its_files_and_of_what_is_in_the_package(tmp_path):
    load_small(tmp_path)
    cut = release()
    found = files(cut)
    lines = [line.split("  ") for line in found.pop("SHA256SUMS").decode().splitlines()]
    with zipfile.ZipFile(cut.folder / cut.package) as archive:
        found |= {name: archive.read(name) for name in archive.namelist()}

    assert sorted(cut.files) == sorted(path.name for path in cut.folder.iterdir())
    assert dict(reversed(line) for line in lines) == {
        name: hashlib.sha256(data).hexdigest() for name, data in found.items()
    }


def test_what_is_done_later_changes_nothing_of_it_and_is_named_in_the_next(tmp_path):
    load_small(tmp_path)
    first = release()
    before = files(first)
    Figure.objects.update(value=126)
    second = release()

    assert files(first) == before
    assert second.number == 2
    assert second.summary == "Against release 1: 1 changed in all\nfigures: 1 changed"
    change = "figures/tashkent-2026-delegations: value: “0” → “126”"
    assert files(second)["CHANGELOG.txt"].decode() == f"{second.summary}\n\n{change}\n"
    assert before["CHANGELOG.txt"].decode() == releasing.FIRST


def test_only_what_is_published_is_in_it():
    make_person("draft", publication="draft")
    make_person("gone", publication="withdrawn", publication_note="A mistake.")
    cut = release()

    assert cut.rows == 0
    data = b"".join(files(cut).values())
    assert b"draft" not in data
    assert b"gone" not in data


def test_it_is_read_only_on_the_disk(tmp_path):
    cut = release()

    assert {stat.S_IMODE(path.stat().st_mode) for path in cut.folder.iterdir()} == {0o444}


def test_the_database_changes_and_deletes_none():
    release()

    with refused_by("release_stays") as refusal:
        Release.objects.update(note="Another")
    assert sentence(refusal) == "A release never changes and is never deleted; cut another."
    with refused_by("release_stays"):
        Release.objects.all().delete()


def test_where_nothing_is_new_none_is_cut(folder):
    make_person("a")
    release()

    assert refusal() == "Nothing has changed since release 1."
    assert [path.name for path in folder.iterdir()] == ["1"]
    make_person("draft", publication="draft")
    assert refusal() == "Nothing has changed since release 1."


def test_without_the_files_of_the_one_before_none_is_cut(folder):
    (first := release()).folder.rename(folder.parent / "lost")
    make_person("a")

    assert refusal() == f"The files of release 1 are not in {first.folder}."
    assert Release.objects.count() == 1
    assert list(folder.iterdir()) == []


def test_what_is_not_what_was_released_is_compared_with_nothing(folder):
    make_person("a")
    first = release()
    package = first.folder / first.package
    package.chmod(0o644)
    package.write_bytes(package.read_bytes()[:-1] + b"x")
    make_person("b")

    assert refusal() == f"{package} is not what was released: its SHA-256 is another."


def test_a_release_of_other_words_alone_says_so(settings):
    make_person("a")
    release()
    settings.DATA_LICENCE = "CC-BY-4.0"

    assert release().summary == f"Against release 1: {releasing.ONLY_WORDS}".rstrip()


def test_no_release_packs_too_well(monkeypatch):
    monkeypatch.setattr(archives, "HIGHEST_RATIO", 0)
    monkeypatch.setattr(archives, "_ALWAYS_ALLOWED", 0)
    make_person("a")
    release()
    make_person("b", name="B")

    assert release().headline == "Against release 1: 1 added in all"


def test_a_failure_midway_leaves_no_release(folder, monkeypatch):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(releasing, "_write_files", fail)
    with pytest.raises(OSError, match="No space left"), transaction.atomic():
        release()

    assert not Release.objects.exists()
    assert list(folder.iterdir()) == []
    monkeypatch.undo()
    (folder / ".new-half").mkdir()
    release()
    assert [path.name for path in folder.iterdir()] == ["1"]  # nor of one that was killed


def test_a_number_whose_files_are_there_is_never_given_again(folder):
    """As where the database was restored and is older than what others have cited."""
    (folder / "7").mkdir(parents=True)
    (folder / "7" / "summitkb-7.zip").write_text("As it was cited.")

    assert release().number == 8
    assert (folder / "7" / "summitkb-7.zip").read_text() == "As it was cited."


@pytest.mark.django_db(transaction=True)
def test_who_cuts_another_at_the_same_time_waits(monkeypatch):
    """Or a later number could be of an earlier moment."""
    free, dump = [], releasing.dump

    def dump_while_another_comes(*args):
        with another_session() as other:
            [[now]] = other.execute("SELECT pg_try_advisory_lock(%s)", [releasing.LOCK])
            free.append(now)
        return dump(*args)

    monkeypatch.setattr(releasing, "dump", dump_while_another_comes)
    make_person("a")
    release()
    with another_session() as other:
        [[now]] = other.execute("SELECT pg_try_advisory_lock(%s)", [releasing.LOCK])

    assert (free, now) == ([False], True)


def test_the_command_says_what_it_cut_and_why_not():
    make_person("a", name="A")
    output, error = run("release", note="The first.")
    cut = Release.objects.get()

    assert (cut.note, error) == ("The first.", None)
    assert output == f"Release 1, rows: 1, SHA-256: {cut.sha256}\nThe first release.\n"
    assert run("release") == ("", "Nothing has changed since release 1.")
    Person.objects.update(name="B")
    output, _ = run("release")
    assert output.splitlines()[1:] == ["Against release 1: 1 changed in all", "people: 1 changed"]
