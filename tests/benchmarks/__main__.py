"""`python -m tests.benchmarks`: how fast SummitKB is, beside what people would use instead."""

import argparse
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import bases, machine, report
from tests.benchmarks.measure import Limits
from tests.benchmarks.results import Run
from tests.benchmarks.running import measure
from tests.served import Failed

RESULTS = Path(__file__).parent / "results"
SIZES = (10_000, 100_000, 1_000_000)
QUICK = Limits(repetitions=5, warm_up=1, seconds=10, throughput_seconds=2, patience=30)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    add = parser.add_argument
    add("--statements", type=int, nargs="+", default=SIZES, help="the sizes, made up from --seed")
    add("--seed", type=int, default=1)
    add("--package", type=Path, help="measure this package instead of what is made up")
    add("--keep", type=Path, metavar="FOLDER", help="where bases are kept, and found again")
    add("--results", type=Path, default=RESULTS, metavar="FOLDER", help="where the report goes")
    add("--quick", action="store_true", help="few cases, a few times each, for a first look")
    add("--repetitions", type=int, help="of each case, if there is time")
    add("--seconds", type=float, help="for each case, after which it is done less often")
    add("--longest", type=float, default=3600, help="seconds that one command may take")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    limits = QUICK if asked.quick else Limits()
    given = {"repetitions": asked.repetitions, "seconds": asked.seconds}
    limits = replace(limits, **{name: value for name, value in given.items() if value})
    run = Run(machine.described(), command(sys.argv[1:]))
    sources = (
        [bases.Source(package=asked.package)]
        if asked.package
        else [bases.Source(statements, asked.seed) for statements in sorted(asked.statements)]
    )
    begun = time.monotonic()

    def tell(words: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {words}", flush=True)

    with place(asked.keep) as folder:
        for source in sources:
            made = bases.make(source, folder, asked.longest, tell)
            try:
                run.measured.append(measure(made, limits, asked.longest, tell, asked.quick))
            finally:
                made.base.leave()
            report.write(run, asked.results)  # what there is, if a later size fails
            if not asked.keep:
                bases.remove(made)
    tell(f"The report is {asked.results / report.TEXT}.")


@contextmanager
def place(kept: Path | None) -> Iterator[Path]:
    """The folder for bases: one that stays, or one that goes at the end."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with TemporaryDirectory(prefix="summitkb-benchmark-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)


def command(given: list[str]) -> str:
    """What was typed, without folders of this machine, which nobody else has."""
    folders = ("--keep", "--results")
    shown = [
        word
        for before, word in zip(["", *given], given, strict=False)
        if before not in folders and word not in folders
    ]
    return shlex.join(["python", "-m", "tests.benchmarks", *shown])


if __name__ == "__main__":
    try:
        main()
    except (Failed, KeyboardInterrupt) as ended:
        sys.exit(f"benchmarks: {ended or 'interrupted'}")
