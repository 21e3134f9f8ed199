"""PostgreSQL's own programs, those of the wheel, for whatever server Django is connected to."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from summitkb.embedded_postgres.server import PROGRAMS
from summitkb.exchange.archives import Refused

_SECRET = {"password": "PGPASSWORD"}
"""Parameters that no command line may have, where other accounts could read them."""


@contextmanager
def running(program: str, *arguments: str, connected: bool = False) -> Iterator[IO[bytes]]:
    """What a program writes, while it runs; `connected` leads it to the database of Django.

    Raises Refused with what it says where it fails, after all that it wrote was read. It is ended
    where whoever reads it gives up. It sees nothing of our environment, as PGPORT and its like would
    change what it does.
    """
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    for name in ("HOME", "PGPASSFILE", "PGSSLROOTCERT", "PGSERVICEFILE"):  # where libpq finds files
        if name in os.environ:
            environment[name] = os.environ[name]
    if connected:
        address, secrets = _address()
        arguments, environment = (*arguments, "--dbname", address), environment | secrets
    with (
        TemporaryFile() as said,
        subprocess.Popen(
            [PROGRAMS / program, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as process,
    ):
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        if process.wait():
            said.seek(0)
            raise Refused(" ".join(said.read().decode(errors="replace").split()))


def _address() -> tuple[str, dict[str, str]]:
    """Where Django is connected to, of several hosts to which, and what else has to be known."""
    info = connection.connection.info
    given = conninfo_to_dict(info.dsn) | {"host": info.host, "port": str(info.port)}
    if "sslpassword" in given:
        raise Refused("sslpassword in DATABASE_URL cannot be handed to pg_dump unseen")
    secrets = {_SECRET[name]: given.pop(name) for name in _SECRET if name in given}
    if info.password:
        secrets["PGPASSWORD"] = info.password
    return make_conninfo(**given), secrets
