"""The examples of `/data/examples/`, run as whoever copies one runs it, against a real server."""

import shutil
import subprocess
import sys

import pytest
from django.core.management import call_command

from summitkb.browse.data_views import ADDRESS, EXAMPLES, PROGRAMS
from tests.conftest import BUNDLED
from tests.pages import get, words_of


def run(command, folder) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def ran(live_server, transactional_db, settings, tmp_path):
    """A function that runs an example in an empty folder and gives what it prints."""
    settings.PACKAGES = tmp_path / "packages"
    call_command("loadpackage", str(BUNDLED), verbosity=0)
    folder = tmp_path / "work"
    folder.mkdir()

    def run_example(name, interpreter=sys.executable):
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        assert text.count(ADDRESS) == 1
        (folder / f"example-{name}").write_text(text.replace(ADDRESS, f"{live_server.url}/"))
        return run([interpreter, f"example-{name}"], folder)

    run_example.folder = folder
    return run_example


def test_every_example_prints_what_it_promises(ran):
    assert "Russian Federation" in ran("pandas.py")
    assert "citations" in ran("duckdb.py")
    assert len(list((ran.folder / "summitkb").glob("*.parquet"))) == 15
    assert ran("networkx.py").startswith("[('Russia', ")
    ran("datasette.py")
    datasette = [sys.executable, "-m", "datasette", "summitkb.db", "--get"]
    answer = run([*datasette, "/summitkb/events.json?_shape=array"], ran.folder)
    assert '"id": "moscow-2025"' in answer
    if rscript := shutil.which("Rscript"):
        assert "bilateral" in ran("read_csv.R", rscript)


def test_the_page_shows_all_of_them_with_its_own_address(client, db):
    page = get(client, "/data/examples/")

    assert set(PROGRAMS.values()) == {path.name for path in EXAMPLES.iterdir() if path.is_file()}
    assert ADDRESS not in page
    assert 'pd.read_csv("http://testserver/statements.csv?bloc=brics&kind=quote")' in words_of(page)
