"""The embedded server, used by real processes of their own that come, go, fork and are killed."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from summitkb.embedded_postgres.server import ACCOUNT

USER = """
import os, sys
import django
from django.conf import settings
engine = {"ENGINE": "summitkb.embedded_postgres", "NAME": "summitkb", "USER": "summitkb"}
settings.configure(DATABASES={"default": engine | {"HOST": sys.argv[1]}})
django.setup()
from django.db import connection
for line in sys.stdin:
    if line == "fork and exit\\n":
        if os.fork():
            sys.exit()
        continue
    with connection.cursor() as cursor:
        cursor.execute(line)
        print(cursor.fetchone()[0], flush=True)
    connection.close()
"""
"""A process that answers SQL, each line on a new connection, until its input ends."""

ROOT = Path(__file__).parents[2]
NOBODY = {"user": 65534, "group": 65534}
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root can become another account.")


class User:
    def __init__(self, folder: Path, **options) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def tell(self, line: str) -> None:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def ask(self, sql: str) -> str:
        self.tell(sql)
        if answer := self.process.stdout.readline():
            return answer.strip()
        raise AssertionError(self.leave())

    def leave(self) -> str:
        """End the process, and return what it said on standard error."""
        return self.process.communicate(timeout=20)[1]


@contextmanager
def using(folder: Path, **options):
    user = User(folder, **options)
    try:
        yield user
    finally:
        user.process.kill()
        with user.process:
            pass  # waits for it and closes its pipes


@pytest.fixture
def tmp_path():
    """A folder of our own, because every run of pytest closes those of all others to accounts."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def folder():
    """The data folder that the tests here share, because making one takes a second."""
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "postgres"
        yield folder
        with using(folder) as last:  # stops what a failed test may have left
            last.ask("SELECT 1")
            last.leave()


@pytest.fixture
def nobody() -> dict:
    """Options that make a process one of the account `nobody`."""
    try:
        subprocess.run([sys.executable, "-c", ""], check=True, **NOBODY)
    except PermissionError:
        pytest.skip(f"Others than root cannot run {sys.executable}.")
    return NOBODY


def postmaster(folder: Path) -> psutil.Process | None:
    """The server that runs in the folder."""
    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split("\n")[0]))
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None
    return None if process.status() == psutil.STATUS_ZOMBIE else process


def test_server_runs_until_its_last_user_leaves(folder):
    with using(folder) as first, using(folder) as second:
        assert (first.ask("SELECT 1"), second.ask("SELECT 2")) == ("1", "2")
        assert first.leave() == ""
        assert second.ask("SELECT 3") == "3"
        assert second.leave() == ""
    assert postmaster(folder) is None


def test_users_who_come_together_share_one_server(folder):
    question = "SELECT extract(epoch FROM pg_postmaster_start_time())"
    with using(folder) as first, using(folder) as second, using(folder) as third:
        users = (first, second, third)
        for user in users:
            user.tell(question)
        starts = {user.process.stdout.readline() for user in users}
        assert len(starts) == 1
        assert [user.leave() for user in users] == ["", "", ""]
    assert postmaster(folder) is None


def test_database_is_utf8_with_a_locale_of_its_own_and_no_superuser(folder):
    with using(folder) as user:
        facts = [
            user.ask("SHOW server_encoding"),
            user.ask("SELECT datlocale FROM pg_database WHERE datname = current_database()"),
            user.ask("SELECT lower('ШОЙГУ Ōsaka')"),
            user.ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"),
        ]
        assert facts == ["UTF8", "C.UTF-8", "шойгу ōsaka", "False"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_user_ended_by_a_signal_stops_the_server(folder, number):
    with using(folder) as user:
        assert user.ask("SELECT 1") == "1"
        user.process.send_signal(number)
        user.leave()
    assert postmaster(folder) is None


def test_server_of_a_killed_user_is_joined_and_stopped_by_the_next(folder):
    with using(folder) as killed:
        assert killed.ask("SELECT 1") == "1"
    left_behind = postmaster(folder)
    assert left_behind is not None
    with using(folder) as user:
        assert user.ask("SELECT 2") == "2"
        assert postmaster(folder) == left_behind
        assert user.leave() == ""
    assert postmaster(folder) is None


def test_forked_process_keeps_the_server_when_its_parent_has_left(folder):
    with using(folder) as parent:
        assert parent.ask("SELECT 1") == "1"
        parent.tell("fork and exit")
        parent.process.wait(timeout=20)
        assert parent.ask("SELECT 2") == "2"
        parent.process.stdin.close()
        assert parent.process.stdout.read() == ""  # until the child has ended, too
    assert postmaster(folder) is None


def test_killed_server_is_started_again_at_the_next_connection(folder):
    with using(folder) as user:
        assert user.ask("SELECT 1") == "1"
        postmaster(folder).kill()
        assert user.ask("SELECT 2") == "2"
        assert user.leave() == ""
    assert postmaster(folder) is None


def test_stale_pid_file_that_names_another_living_process_is_no_hindrance(folder):
    with using(folder) as killed:
        assert killed.ask("SELECT 1") == "1"
        postmaster(folder).kill()
    account = {"user": ACCOUNT} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "60"], **account) as other:
        pid_file = folder / "postmaster.pid"
        lines = pid_file.read_text().splitlines(keepends=True)
        pid_file.write_text("".join([f"{other.pid}\n", *lines[1:]]))
        with using(folder) as user:
            answer = user.ask("SELECT 2")
            user.leave()
        survived = other.poll() is None
        other.kill()
    assert (answer, survived) == ("2", True)
    assert postmaster(folder) is None


@pytest.mark.parametrize("name", ["x" * 100, "a,b 'c' é"], ids=["long", "odd"])
def test_folder_whose_path_no_client_could_name_serves(tmp_path, name):
    folder = tmp_path / name / "postgres"
    with using(folder) as user:
        assert user.ask("SELECT 1") == "1"
        socket_folder = Path((folder / "postmaster.pid").read_text().splitlines()[4])
        assert socket_folder.stat().st_mode & 0o777 == 0o700
        assert user.leave() == ""
    assert not socket_folder.exists()
    assert postmaster(folder) is None


def test_folder_of_another_postgresql_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "PG_VERSION").write_text("17\n")
    with using(tmp_path) as user:
        user.tell("SELECT 1")
        assert user.leave().splitlines()[-1] == (
            "django.core.exceptions.ImproperlyConfigured: SUMMITKB_DATA holds a database of "
            f"PostgreSQL 17, and this SummitKB brings 18: {tmp_path}; run `manage.py backup FILE` "
            "with the older SummitKB and `manage.py restore FILE` with this one and a new folder."
        )


@only_root
def test_root_runs_the_server_as_an_account_that_is_not_root(folder):
    with using(folder) as user:
        assert user.ask("SELECT 1") == "1"
        assert postmaster(folder).username() == ACCOUNT
        assert folder.stat().st_mode & 0o777 == 0o700


@only_root
def test_folder_of_another_account_is_refused_with_a_sentence(folder, nobody):
    folder.parent.chmod(0o711)
    with using(folder, **nobody) as user:
        user.tell("SELECT 1")
        assert user.leave().splitlines()[-1] == (
            "django.core.exceptions.ImproperlyConfigured: SUMMITKB_DATA holds a database of "
            f"another account (number {folder.stat().st_uid}): {folder}; work as that account or "
            "name another folder."
        )


@only_root
def test_root_leaves_the_data_of_an_ordinary_user_theirs(tmp_path, nobody):
    os.chown(tmp_path, nobody["user"], nobody["group"])
    folder = tmp_path / "postgres"
    for account in (nobody, {}, nobody):
        with using(folder, **account) as user:
            assert user.ask("SELECT 1") == "1"
            assert postmaster(folder).uids().real == nobody["user"]
            assert user.leave() == ""


LATECOMER = """
import atexit, sys
from pathlib import Path
from django.conf import settings
settings.configure()
from summitkb.embedded_postgres.server import server_in

def come_late():
    try:
        server.join()
    except Exception as error:
        print(error)

atexit.register(come_late)  # what is registered first is called last
server = server_in(Path(sys.argv[1]))
server.join()
"""


def test_a_thread_that_comes_when_its_process_has_left_does_not_start_the_server_again(folder):
    ended = subprocess.run(
        [sys.executable, "-c", LATECOMER, str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert ended.stdout == "This process is ending, and uses no database any more.\n"
    assert postmaster(folder) is None
