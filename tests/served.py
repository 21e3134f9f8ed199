"""SummitKB as it is served: started as `make serve` does, in a data folder and on a port of its own.

For the benchmark and for the tests of faults. Each server is ended by its process id.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import psutil
import psycopg

from summitkb.embedded_postgres.server import ACCOUNT, PROGRAMS, server_in
from summitkb.own_machine import write_secret

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
PATIENCE = 60
"""Seconds for a server to answer, or to end."""
OURS = (
    *("DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_REPLICA_URL", "SECRET_KEY", "SECRET_KEY_FILE"),
    *("ALLOWED_HOSTS", "DEBUG", "HTTPS", "TRUSTED_PROXY", "PAGE_SECONDS", "LOG"),
    "DJANGO_SETTINGS_MODULE",
)
"""Variables that would make another SummitKB of it than one that is only tried."""


class Failed(Exception):
    """A program did not do what it should; the message says which, and what it said."""


class Base:
    """A knowledge base in a data folder: its commands, its database, and the port it is served at.

    Variables, as DATABASE_URL, make it what they say in its commands and where it is served.
    """

    def __init__(self, data: Path, **variables: str):
        self.data = data
        self.variables = variables
        self.port = free_port()
        self._postgres = server_in(data / "postgres")

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {"SUMMITKB_DATA": str(self.data), "PORT": str(self.port)}
        return {**kept, **own, **self.variables}

    def make_secret(self) -> None:
        """The secret key, without which no command runs; `prepare` would load a record with it."""
        self.data.mkdir(parents=True, exist_ok=True)
        write_secret(self.data / "secret_key", secrets.token_urlsafe(48))

    def manage(self, *arguments: str, seconds: float) -> str:
        return self._run("manage.py", *arguments, seconds=seconds)

    def module(self, name: str, *arguments: str, seconds: float) -> str:
        """Run a module with our settings; it prints what it is to give."""
        return self._run("-m", name, *arguments, seconds=seconds)

    def _run(self, *arguments: str, seconds: float) -> str:
        settings = {"DJANGO_SETTINGS_MODULE": "summitkb.settings"}
        if (key := self.data / "secret_key").exists():
            settings |= {"SECRET_KEY_FILE": str(key), "ALLOWED_HOSTS": HOST}
        return run([sys.executable, *arguments], seconds, env=self.environment | settings)

    def psql(self, sql: str) -> list[str]:
        """The command by which the psql of the same PostgreSQL sends to nowhere what is copied."""
        where = ["--host", self._postgres.join(), "--port", "5432", "--username", ACCOUNT, ACCOUNT]
        quiet = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--output", os.devnull]
        return [str(PROGRAMS / "psql"), *where, *quiet, "--command", sql]

    def connect(self) -> psycopg.Connection:
        """A connection of the benchmark's own, each statement a transaction."""
        socket_folder = self._postgres.join()
        return psycopg.connect(
            host=socket_folder, port=5432, dbname=ACCOUNT, user=ACCOUNT, autocommit=True
        )

    def leave(self) -> None:
        """Let PostgreSQL stop, unless others use it."""
        self._postgres.leave()

    @property
    def password(self) -> str:
        return (self.data / "editor-password").read_text().strip()

    def serve(self):
        command = [sys.executable, "-m", "gunicorn", "--config", "python:summitkb.gunicorn"]
        log = self.data.with_name("served.log")
        return serving(command, self.port, "/healthz", log, self.environment)


class Server:
    """A running server and its workers."""

    def __init__(self, pid: int, port: int):
        self.pid = pid
        self.port = port

    def memory(self) -> int:
        """Bytes that server and workers hold now."""
        return sum(_status(pid, "VmRSS") for pid in self._pids())

    def peak(self) -> int:
        """The most bytes that each has held since `forget_peak`; together they held no more."""
        return sum(_status(pid, "VmHWM") for pid in self._pids())

    def forget_peak(self) -> None:
        for pid in self._pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def workers(self) -> list[psutil.Process]:
        children = psutil.Process(self.pid).children()
        return [child for child in children if child.name() != "postgres"]

    def _pids(self) -> list[int]:
        return [self.pid, *(worker.pid for worker in self.workers())]


def _status(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), 0)


@contextmanager
def serving(
    command: list[str], port: int, path: str, log: Path, environment: dict[str, str]
) -> Iterator[Server]:
    """Run a server until the end of the block. Raises Failed where it does not come up."""
    with log.open("w") as told:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=told, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(process, port, path, log)
        yield Server(process.pid, port)
    finally:
        _end(process)


def _wait_for(process: subprocess.Popen, port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = HTTPConnection(HOST, port, timeout=PATIENCE)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise Failed(f"{process.args[2]} does not answer: {log.read_text()[-2000:]}")


def _end(process: subprocess.Popen) -> None:
    """Ask it to end, with its workers; after a while end them."""
    children = (
        psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    )
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        for child in children:
            if child.is_running():  # which knows a number that another process has got
                child.kill()
        process.kill()
        process.wait()


def run(command: list[str], seconds: float, **options) -> str:
    """What a program prints. Raises Failed where it fails, or takes longer than that."""
    name = " ".join([Path(command[0]).name, *command[1:3]])
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, **options
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{name}: more than {seconds:.0f} s") from None
    if done.returncode:
        raise Failed(f"{name}: {done.stderr.strip()[-2000:] or done.stdout.strip()[-2000:]}")
    return done.stdout


def free_port() -> int:
    with socket.create_server((HOST, 0)) as candidate:
        return candidate.getsockname()[1]
