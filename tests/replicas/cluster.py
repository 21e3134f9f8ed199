"""A primary and its replicas on loopback, each a PostgreSQL of its own below one folder."""

import socket
from dataclasses import dataclass
from pathlib import Path

import psycopg

from summitkb.embedded_postgres.server import hand_over, run

NAME = ACCOUNT = "summitkb"
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "autovacuum": "off",
    "max_standby_streaming_delay": "200ms",  # a question in the way is ended after it
    "wal_retrieve_retry_interval": "100ms",
}


@dataclass
class Server:
    """A PostgreSQL with a folder and a port of its own."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://{ACCOUNT}@127.0.0.1:{self.port}/{NAME}"

    def connect(self, user: str = ACCOUNT, **options) -> psycopg.Connection:
        return psycopg.connect(self.url.replace(f"{ACCOUNT}@", f"{user}@"), **options)

    def ask(self, sql: str, *values, user: str = "postgres"):
        """The first value of the answer, in a transaction of its own; None where there is none."""
        with self.connect(user, autocommit=True) as session:
            answer = session.execute(sql, values)
            return answer.fetchone()[0] if answer.description else None

    def start(self) -> None:
        self._control("start", "--wait", "--log", str(self.folder / "log"))

    def stop(self, mode: str = "fast") -> None:
        self._control("stop", "--wait", "--mode", mode)

    def promote(self) -> None:
        self._control("promote", "--wait")

    def configure(self, **settings: str) -> None:
        with (self.folder / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def _control(self, action, *arguments):
        done = run("pg_ctl", action, "-D", str(self.folder), *arguments, owner=self.folder)
        assert done.returncode == 0, done.stderr


def make_primary(folder: Path) -> Server:
    folder.mkdir(mode=0o700)
    hand_over(folder)
    server = Server(folder, _free_port())
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    access = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
    run("initdb", "-D", str(folder), *locale, *access, owner=folder, check=True)
    server.configure(
        **QUICK,
        listen_addresses="127.0.0.1",
        unix_socket_directories="",
        port=str(server.port),
    )
    server.start()
    with psycopg.connect(
        f"postgresql://postgres@127.0.0.1:{server.port}/postgres", autocommit=True
    ) as session:
        session.execute(f"CREATE ROLE {ACCOUNT} LOGIN CREATEDB")
        session.execute(f"CREATE DATABASE {NAME} OWNER {ACCOUNT}")
    return server


def make_replica(primary: Server, folder: Path) -> Server:
    """A copy of the primary that follows it. The primary has to run."""
    folder.mkdir(mode=0o700)
    hand_over(folder)
    source = f"postgresql://postgres@127.0.0.1:{primary.port}/"
    quick = ("--checkpoint=fast", "--no-sync", "--wal-method=stream", "--write-recovery-conf")
    into = ("-D", str(folder), "--dbname", source)
    run("pg_basebackup", *into, *quick, owner=folder, check=True)
    server = Server(folder, _free_port())
    server.configure(port=str(server.port))
    server.start()
    return server


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
