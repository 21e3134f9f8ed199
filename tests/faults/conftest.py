"""What faults are done to: SummitKB served as `make serve` does, with the bundled record in it."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from summitkb.embedded_postgres.server import ACCOUNT
from tests.replicas.cluster import make_primary
from tests.replicas.conftest import wait_for
from tests.served import Base

LONGEST = 180
"""Seconds for a command; it takes a tenth of that."""


@contextmanager
def folder():
    """A new folder, which the account of the database may pass."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def prepared():
    """A data folder as `prepare` leaves it, with the embedded PostgreSQL at rest."""
    with folder() as place:
        base = Base(place / "data")
        base.manage("prepare", seconds=LONGEST)
        yield base.data


@pytest.fixture
def base(prepared):
    """A copy of it. When the test is over no PostgreSQL runs there, or it fails."""
    with folder() as place:
        base = copy_of(prepared, place)
        yield base
        left = servers_in(base.data)
        for process in left:
            process.kill()
        assert left == []


def copy_of(prepared: Path, place: Path) -> Base:
    subprocess.run(["cp", "-a", str(prepared), str(place / "data")], check=True)
    return Base(place / "data")


def servers_in(data: Path) -> list[psutil.Process]:
    """The PostgreSQL that runs in a data folder, or none."""
    running = psutil.process_iter(["name", "cmdline"])
    named = (one for one in running if one.info["name"] == "postgres")
    # Of one that has ended and was not buried yet there is no command.
    return [one for one in named if str(data / "postgres") in (one.info["cmdline"] or [])]


def connected(base: Base) -> psycopg.Connection:
    """A session with the embedded PostgreSQL, when somebody has started it.

    It does not join those who keep it running.
    """
    file = base.data / "postgres" / "postmaster.pid"
    wait_for(lambda: is_ready(file))
    host = file.read_text().splitlines()[4]
    return psycopg.connect(host=host, port=5432, user=ACCOUNT, dbname=ACCOUNT)


def is_ready(pid_file: Path) -> bool:
    return pid_file.exists() and pid_file.read_text().rstrip().endswith("ready")


@pytest.fixture(scope="session")
def outside():
    """A PostgreSQL that SummitKB does not start, with the bundled record, and a base served from it.

    Gives both. What a test changes stays for the next.
    """
    with folder() as place:
        server = make_primary(place / "primary")
        try:
            base = Base(place / "data", DATABASE_URL=server.url)
            base.manage("prepare", seconds=LONGEST)
            yield server, base
        finally:
            server.stop("immediate")


def skip(why: str) -> None:
    """Do without a test; where REQUIRE_FAULTS is set, as for CI, that is a failure."""
    if os.environ.get("REQUIRE_FAULTS"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture
def measured(record_property):
    """Takes a sentence of what was survived, which stands below the results of the whole run."""
    return lambda sentence: record_property("measured", sentence)


def pytest_terminal_summary(terminalreporter):
    told = [
        f"{report.nodeid.rpartition('/')[2]}: {sentence}"
        for report in terminalreporter.getreports("passed")
        for name, sentence in report.user_properties
        if name == "measured"
    ]
    if told:
        terminalreporter.section("what was survived")
        terminalreporter.write("\n".join(sorted(set(told))) + "\n")
