"""`python -m tests.benchmarks.generate --statements 100000 --seed 1`: fill the configured database."""

import argparse
import os
import sys
import time

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError
from psycopg.errors import UndefinedTable

from summitkb import own_machine
from summitkb.exchange.progress import progress


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.generate",
        description="Fill the configured database, which is migrated and empty, with a knowledge "
        "base that is made up from a seed.",
    )
    parser.add_argument("--statements", type=_count, required=True, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=1, metavar="NUMBER")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitkb.settings")
    try:
        own_machine.adopt()
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(f"summitkb: {error}")
    _fill(asked.statements, asked.seed)


def _count(text: str) -> int:
    """At least ten, so that there is a meeting."""
    if (count := int(text)) < 10:
        raise argparse.ArgumentTypeError("accepted is a whole number from 10")
    return count


def _fill(statements: int, seed: int) -> None:
    from tests.benchmarks.filling import (  # its models need Django set up
        NotEmpty,
        fill,
        settle,
    )

    started, watch = time.monotonic(), progress()
    try:
        fill(statements, seed, watch)
        watch.begin("Settling", 0)
        settle()
    except NotEmpty:
        sys.exit("The database holds records already; accepted is an empty one.")
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable):
            raise
        sys.exit("The database has no tables yet; accepted is one after `manage.py migrate`.")
    finally:
        watch.end()
    print(f"Made up {statements} statements in {time.monotonic() - started:.0f} seconds.")


if __name__ == "__main__":
    main()
