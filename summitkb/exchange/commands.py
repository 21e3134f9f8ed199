"""What the commands of packages share: how they open one, and how they tell of problems."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.core.management import CommandError
from django.core.management.base import OutputWrapper

from summitkb.exchange.archives import Refused
from summitkb.exchange.packages import Package, Problem, open_package
from summitkb.exchange.progress import progress

MOST_SHOWN = 1000


@contextmanager
def opened(path: str, name: str | None = None) -> Iterator[Package]:
    """The package at a path, with a bar on a terminal. Refused becomes a CommandError.

    `name` is what it is called where something is told of it, else the name of the file.
    """
    watch = progress()
    try:
        with open_package(path, watch, name) as package:
            yield package
    except Refused as refused:
        raise CommandError(f"{path}: {refused}") from refused
    finally:
        watch.end()


def tell_problems(package: Package, problems: Iterable[Problem], stdout: OutputWrapper) -> None:
    """Print problems, one a line, and raise CommandError with their number if there are any."""
    problems = iter(problems)
    count = 0
    for problem in islice(problems, MOST_SHOWN):
        package.watch.end()
        stdout.write(str(problem))
        count += 1
    more = sum(1 for _ in problems)
    package.watch.end()
    if more:
        stdout.write(f"… and {more} more")
    if count:
        total = count + more
        raise CommandError(f"{total} problem{'' if total == 1 else 's'} in {package.name}")
