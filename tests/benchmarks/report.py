"""A run as a page to read: on what it was measured, one table, and the plot beside it."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import plot
from tests.benchmarks.doing import OURS
from tests.benchmarks.results import Line, Measured, Run, Times, in_words, seconds_in_words

TEXT, PLOT, DATA = "benchmark.md", "benchmark.svg", "benchmark.json"
TENFOLD = 1.5
"""So many times as long may a page take where the base has ten times the rows."""
HEADER = (
    "| what | how | statements | SummitKB: median | p95 | peers: median (SummitKB is so many times as "
    "fast) | bytes | memory, peer’s | ten times the rows | budgets |\n"
    "| --- | --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | --- |"
)


def write(run: Run, folder: Path) -> None:
    """The text, the plot and the figures themselves, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TEXT).write_text(text(run), encoding="utf-8")
    (folder / PLOT).write_text(plot.draw(plot.series_of(run)), encoding="utf-8")
    run.write(folder / DATA)


def text(run: Run) -> str:
    return "\n".join(
        [
            "# How fast SummitKB is",
            "",
            f"Made by `{run.command}`. Nothing here is typed by hand.",
            "",
            *(f"* {name}: {value}" for name, value in run.machine.items()),
            *map(_base, run.measured),
            "",
            f"![Time against size]({PLOT})",
            "",
            "*cold*: after an edit of a statement, nothing made before may be given. *kept*: again "
            "while nothing has changed. *304*: to a reader who has the page. *file*: a download, not "
            "compressed. Each request was made to SummitKB and to its peers by turns, by a client on "
            "the same machine; "
            "times are until the last byte. p95: what 95 of 100 did not exceed. Bytes: of the body, as "
            "sent. Memory: what server and workers held at most beyond what they held before. Budgets "
            "are those of the design for 10⁶ statements; whether they are met is told for each size.",
            "",
            HEADER,
            *_rows(run),
            "",
        ]
    )


def _base(measured: Measured) -> str:
    rows = measured.rows
    names = ("statements", "meetings", "people", "citations")
    held = ", ".join(f"{name} {_bytes(size)}" for name, size in measured.memory.items())
    words = ", ".join(f"“{word}” in {count:,}" for word, count in measured.words.items())
    counted = ", ".join(f"{rows[name]:,} {name}" for name in names)
    return f"* {counted}; searched for: {words}; memory: {held}"


def _rows(run: Run) -> Iterator[str]:
    """Each case in all sizes, below each other."""
    places = {}
    for measured in sorted(run.measured, key=lambda each: each.rows["statements"]):
        for line in measured.lines:
            places.setdefault((_general(line.name), line.way), []).append((measured, line))
    for found in places.values():
        before = None
        for measured, line in found:
            yield _row(measured, line, before)
            before = (measured, line)


def _general(name: str) -> str:
    """The name of a case without numbers, which differ with the size."""
    return "".join(letter for letter in name if not letter.isdigit())


def _row(measured: Measured, line: Line, before: tuple[Measured, Line] | None) -> str:
    ours = line.times[OURS]
    growth = before and _growth(measured, line, *before)
    told = dict(line.budgets)
    if growth and not line.grows:
        told[f"≤ {TENFOLD} × for ten times the rows"] = growth <= TENFOLD
    cells = (
        line.name,
        line.way,
        f"{measured.rows['statements']:,}",
        _failing(ours),
        seconds_in_words(ours.p95),
        "; ".join(_peer(line, name) for name in line.times if name != OURS),
        "" if ours.size is None else f"{ours.size:,}",
        _memories(line),
        f"{growth:.2f} ×" if growth else "",
        "; ".join(f"{_met(met)} {words}" for words, met in told.items()),
    )
    return f"| {' | '.join(cell.replace('|', '¦') for cell in cells)} |"


def _growth(measured: Measured, line: Line, before: Measured, earlier: Line) -> float | None:
    """How many times as long as in the base before, where that has a tenth of the rows."""
    now, then = line.times[OURS].median, earlier.times[OURS].median
    more = measured.rows["statements"] / before.rows["statements"]
    return now / then if now and then and 9 <= more <= 11 else None


def _failing(times: Times) -> str:
    words = in_words(times)
    return f"**{words}**" if times.wrong else words


def _peer(line: Line, name: str) -> str:
    ratio = line.ratio(name)
    return f"{name} {in_words(line.times[name])}" + (f" ({_times(ratio)})" if ratio else "")


def _times(ratio: float) -> str:
    """A ratio in two digits."""
    if ratio >= 10:
        return f"{ratio:.0f} ×"
    return f"{ratio:.1f} ×" if ratio >= 1 else f"{ratio:.2g} ×"


def _memories(line: Line) -> str:
    if line.memory is None:
        return ""
    peer = f", {_bytes(line.peer_memory)}" if "Datasette" in line.times else ""
    return _bytes(line.memory) + peer


def _bytes(size: int) -> str:
    return f"{size / 10**6:.0f} MB" if size >= 10**7 else f"{size / 10**6:.1f} MB"


def _met(met: bool | None) -> str:
    return {True: "met:", False: "**not met:**", None: "not measured:"}[met]
