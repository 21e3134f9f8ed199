"""What was measured, as it is kept in a file, so that a report can be made of it again."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.benchmarks.cases import Budget
from tests.benchmarks.doing import OURS
from tests.benchmarks.measure import Sample


@dataclass
class Times:
    """Of one case at one server: seconds, how often it was done, bytes; or what went wrong."""

    median: float | None = None
    p95: float | None = None
    count: int = 0
    size: int | None = None
    per_second: float | None = None
    wrong: str = ""

    @classmethod
    def of(cls, sample: Sample) -> "Times":
        return cls(sample.median, sample.p95, len(sample.times), sample.size, wrong=sample.wrong)


@dataclass
class Line:
    """One case in one base: our times and those of each peer, and which budgets are met.

    `memory` is what SummitKB's server held at most beyond what it held before, in bytes.
    """

    name: str
    way: str
    times: dict[str, Times]
    memory: int | None = None
    peer_memory: int | None = None
    budgets: dict[str, bool | None] = field(default_factory=dict)
    grows: bool = True

    def judge(self, budget: Budget) -> None:
        ours = self.times[OURS]
        peers = {name: times.median for name, times in self.times.items() if times.median}
        failed = ours.median is None
        self.budgets[budget.words] = (
            False if failed else budget.met(ours.median, peers, self.memory)
        )

    def ratio(self, peer: str) -> float | None:
        """How many times as long the peer takes, or how many times as many we answer a second."""
        ours, theirs = self.times[OURS], self.times[peer]
        if ours.median and theirs.median:
            return theirs.median / ours.median
        if ours.per_second and theirs.per_second:
            return ours.per_second / theirs.per_second
        return None


@dataclass
class Measured:
    """One base: the rows of its tables, what the servers held when idle, and all lines.

    `words` are those that were searched for, with how many statements have them.
    """

    rows: dict[str, int]
    lines: list[Line] = field(default_factory=list)
    memory: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)

    def add(self, line: Line, tell) -> None:
        self.lines.append(line)
        parts = [f"{name} {in_words(times)}" for name, times in line.times.items()]
        tell(f"  {line.name} ({line.way}): {', '.join(parts)}")


@dataclass
class Run:
    """All bases of one run, and on what it was."""

    machine: dict[str, str]
    command: str
    measured: list[Measured] = field(default_factory=list)

    def write(self, file: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        file.write_text(f"{text}\n", encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> "Run":
        found = json.loads(file.read_text(encoding="utf-8"))
        return cls(found["machine"], found["command"], [_measured(m) for m in found["measured"]])


def _measured(found: dict) -> Measured:
    lines = [
        Line(**line | {"times": {name: Times(**times) for name, times in line["times"].items()}})
        for line in found["lines"]
    ]
    return Measured(found["rows"], lines, found["memory"], found["words"])


def in_words(times: Times) -> str:
    """A time as one reads it: three digits and a unit; or a rate; or why there is none."""
    if times.wrong and times.per_second is None:
        return f"failed: {times.wrong}"
    if times.per_second is not None:
        return f"{times.per_second:.0f}/s" + (f" ({times.wrong})" if times.wrong else "")
    return seconds_in_words(times.median)


def seconds_in_words(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    value, unit = (seconds, "s") if seconds >= 1 else (seconds * 1000, "ms")
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"
