"""The three commands as they are typed: what they print, and their exit status."""

import io
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from meetings.models import Topic
from summitkb.exchange import commands
from tests.conftest import BUNDLED
from tests.exchange.small import TEXTS, changed, write, zipped
from tests.factories import make_country, make_delegation, make_event

WRONG = "topics.csv:4: name: is empty; a value is needed here"


def run(*args, **options):
    """What a command prints, and the error that it ends with; None where it ends well."""
    out, failure = io.StringIO(), None
    try:
        call_command(*map(str, args), stdout=out, **options)
    except CommandError as error:
        failure = error
    return out.getvalue(), failure and str(failure)


def wrong(tmp_path, name="p"):
    return write(tmp_path / name, changed("topics", "water,Water,", "water,,"))


def test_checkpackage_is_content_with_what_is_right(tmp_path):
    assert run("checkpackage", write(tmp_path / "p")) == ("Nothing is wrong with p.\n", None)
    assert run("checkpackage", tmp_path / "p", verbosity=0) == ("", None)


def test_checkpackage_prints_problems_one_a_line_and_fails(tmp_path):
    assert run("checkpackage", wrong(tmp_path)) == (f"{WRONG}\n", "1 problem in p")


def test_checkpackage_prints_no_flood(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "MOST_SHOWN", 3)
    rows = "".join(f"t-{number},,\n" for number in range(7))
    path = write(tmp_path / "p", {"topics": TEXTS["topics"] + rows})

    assert run("checkpackage", path) == (
        "".join(
            f"topics.csv:{line}: name: is empty; a value is needed here\n" for line in (5, 6, 7)
        )
        + "… and 4 more\n",
        "7 problems in p",
    )


@pytest.mark.parametrize("command", ["checkpackage", "loadpackage"])
def test_a_path_with_no_package_is_told_in_a_sentence(tmp_path, command):
    path = tmp_path / "nothing"

    assert run(command, path) == (
        "",
        f"{path}: does not exist; accepted is a folder of tables or a zip of it",
    )


def test_the_exit_status_is_0_only_where_nothing_is_wrong(tmp_path):
    """Through the shell, where a bar must not be seen either: standard error is no terminal."""

    def shell(path):
        command = [sys.executable, "-W", "ignore", "manage.py", "checkpackage", str(path)]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=BUNDLED.parents[2], check=False
        )
        return done.returncode, done.stdout, done.stderr

    assert shell(BUNDLED) == (0, "Nothing is wrong with moscow-2025.\n", "")
    assert shell(wrong(tmp_path)) == (1, f"{WRONG}\n", "CommandError: 1 problem in p\n")


@pytest.mark.django_db
def test_loadpackage_tells_changes_and_then_counts(tmp_path):
    assert run("loadpackage", write(tmp_path / "p"), verbosity=0) == ("", None)
    texts = changed("figures", ",0,about", ",126,about")

    out, error = run("loadpackage", zipped(write(tmp_path / "q", texts), tmp_path / "q.zip"))

    assert error is None
    lines = out.splitlines()
    assert lines[0] == "figures/tashkent-2026-delegations: value: 0 → 126"
    assert lines[1].split() == ["new", "changed", "unchanged", "only", "in", "the", "database"]
    assert [line.split()[1:] for line in lines if line.startswith(("figures ", "total"))] == [
        ["0", "1", "0", "0"],
        ["0", "1", "47", "0"],
    ]
    assert len(lines) == 1 + 1 + 15 + 1


@pytest.mark.django_db
def test_loadpackage_with_a_problem_prints_it_and_writes_nothing(tmp_path):
    assert run("loadpackage", wrong(tmp_path)) == (f"{WRONG}\n", "1 problem in p")
    assert not Topic.objects.exists()


@pytest.mark.django_db
def test_loadpackage_with_a_conflict_prints_it_at_its_line(tmp_path):
    make_delegation(make_event("tashkent-2026"), make_country("RUS"), "the-russians")

    out, error = run("loadpackage", write(tmp_path / "p"))

    assert (out.splitlines()[-1], error) == (
        "delegations.csv:2: country: This country already has a delegation to this event "
        "(“the-russians” in the database)",
        "1 problem in p",
    )
    assert not Topic.objects.exists()


@pytest.mark.django_db
def test_loadpackage_refused_by_the_database_says_why_in_a_sentence(tmp_path):
    run("loadpackage", write(tmp_path / "p"))
    path = write(
        tmp_path / "q", changed("topics", "water,Water,", "rivers,Rivers,\nwater,Water,rivers")
    )

    out, error = run("loadpackage", path, "--as", "draft")

    assert out == "topics/water: parent: (empty) → rivers\n"
    assert error == (
        f"{path}: topics/water is published and refers to topics/rivers, which is not. "
        "Nothing was written."
    )
    assert not Topic.objects.filter(pk="rivers").exists()


@pytest.mark.django_db
def test_loadpackage_dry_run_says_so_and_writes_nothing(tmp_path):
    out, error = run("loadpackage", write(tmp_path / "p"), "--dry-run")

    assert (out.splitlines()[-1], error) == ("Dry run: nothing was written.", None)
    assert "total          48" in out
    assert not Topic.objects.exists()


@pytest.mark.django_db
def test_loadpackage_as_draft(tmp_path):
    run("loadpackage", write(tmp_path / "p"), "--as", "draft")

    assert set(Topic.objects.values_list("publication", flat=True)) == {"draft"}


def test_loadpackage_takes_no_other_publication(tmp_path):
    _, error = run("loadpackage", tmp_path, "--as", "withdrawn")

    assert error == (
        "Error: argument --as: invalid choice: 'withdrawn' "
        "(choose from 'draft', 'in-review', 'published')"
    )


@pytest.mark.django_db(transaction=True)
def test_dumppackage_says_where(tmp_path):
    assert run("dumppackage", tmp_path / "out") == (f"Wrote {tmp_path / 'out'}.\n", None)
    assert run("dumppackage", tmp_path / "out.zip", verbosity=0) == ("", None)
    assert len(list((tmp_path / "out").iterdir())) == 17


def test_dumppackage_with_no_room_says_why(tmp_path):
    (tmp_path / "thesis.doc").write_text("mine")

    assert run("dumppackage", tmp_path) == (
        "",
        f"{tmp_path}: holds thesis.doc, which is no part of a package; accepted is a new or an empty "
        "place, or a package to replace",
    )
