"""Many clients at once: how many a second are answered, and whether heavy work holds up light pages."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks.cases import COLD, DATASETTE, FILE, KEPT, Budget, Case, statements
from tests.benchmarks.doing import OURS, Doing
from tests.benchmarks.facts import Facts
from tests.benchmarks.measure import Answer, Limits, Throughput, Wrong, throughput
from tests.benchmarks.results import Line, Times
from tests.served import PATIENCE, ROOT

QUIET = "otherwise idle"
BUSY = "while a CSV streams and a package is imported"
LONGER = 6
"""So many times as long is measured beside heavy work, which changes from one second to the next."""
HELD_UP = 3
"""So many times as long as on the idle server may the 95th percentile of small pages be."""


def per_second(doing: Doing, limits: Limits, quick: bool) -> Iterator[Line]:
    """Requests a second by one and by many clients; a cold page is made anew for each of them."""
    page = statements()
    for way in (KEPT, COLD):
        case = Case("Statements, all", "/statements/", way)
        for clients in limits.clients[-1:] if quick else limits.clients:
            times = {
                OURS: _crowd(doing, lambda case=case: doing.ours(case), clients, limits),
                DATASETTE: _crowd(doing, lambda: doing.other(page), clients, limits),
            }
            yield Line(case.name, f"{way}, {clients} clients", times)


def beside_heavy_work(doing: Doing, facts: Facts, package: Path, limits: Limits) -> Iterator[Line]:
    """Small pages for the largest crowd, alone and beside a whole CSV and an import, over and over.

    The import is taken back at its end, so that the base stays as it is.
    """
    clients = limits.clients[-1]
    case = Case("One statement", f"/statements/{quote(facts.statement)}/", KEPT)

    def one_of_them() -> Callable[[], Answer]:
        return doing.ours(case)

    limits = replace(limits, throughput_seconds=LONGER * limits.throughput_seconds)
    alone = _crowd(doing, one_of_them, clients, limits)
    yield Line(case.name, f"{clients} clients, {QUIET}", {OURS: alone})
    with _streaming(doing) as streamed, _importing(doing, package) as imported:
        beside = _crowd(doing, one_of_them, clients, limits)
    beside.wrong = "; ".join(filter(None, [beside.wrong, *streamed, *imported]))
    line = Line(case.name, f"{clients} clients, {BUSY}", {OURS: beside})
    if alone.p95 and beside.p95:
        limit = Budget(f"≤ {HELD_UP} × p95 when idle", seconds=HELD_UP * alone.p95)
        line.budgets[limit.words] = limit.met(beside.p95, {})
    line.budgets["no errors"] = not beside.wrong
    yield line


def _crowd(doing: Doing, make: Callable, clients: int, limits: Limits) -> Times:
    try:
        return _of_crowd(throughput(make, clients, limits.throughput_seconds))
    finally:
        doing.finish()


def _of_crowd(found: Throughput) -> Times:
    wrong = f"{found.errors} errors" if found.errors else ""
    return Times(p95=found.p95, per_second=found.per_second, wrong=wrong)


@contextmanager
def _streaming(doing: Doing) -> Iterator[list[str]]:
    """One more client takes the whole CSV, again and again. Gives what goes wrong with it."""
    wrong: list[str] = []
    enough = threading.Event()
    stream = doing.apart(Case("CSV", "/statements.csv", FILE))

    def take():
        while not enough.is_set() and not wrong:
            try:
                stream()
            except Wrong as why:
                wrong.append(f"CSV: {why}")

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    try:
        yield wrong
    finally:
        enough.set()
        thread.join()


@contextmanager
def _importing(doing: Doing, package: Path) -> Iterator[list[str]]:
    """A package is checked and loaded, and that taken back, until the end of the block."""
    wrong: list[str] = []
    enough = threading.Event()
    command = [sys.executable, "manage.py", "loadpackage", str(package), "--dry-run"]
    running: list[subprocess.Popen] = []

    def load():
        while not enough.is_set() and not wrong:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=doing.base.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            running[:] = [process]
            if process.wait() and not enough.is_set():
                wrong.append(f"import: exit status {process.returncode}")

    thread = threading.Thread(target=load, daemon=True)
    thread.start()
    try:
        yield wrong
    finally:
        enough.set()
        for _ in range(PATIENCE):
            for process in running:  # another may have begun at the last moment
                process.terminate()
            thread.join(1)
            if not thread.is_alive():
                break
