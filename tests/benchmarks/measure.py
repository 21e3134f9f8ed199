"""How long a request takes, over and over, the servers by turns; and how many a second they answer.

What a client does is kept small, because it runs on the cores of the server: one connection that is
kept open, the body read in pieces and thrown away.
"""

import statistics
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

from tests.served import HOST

LONGEST_ANSWER = 300
PIECE = 256 * 1024


class Wrong(Exception):
    """An answer was not what it should be, so its time says nothing."""


@dataclass
class Answer:
    status: int
    seconds: float
    size: int
    headers: dict[str, str]
    body: bytes = b""
    all_headers: tuple[tuple[str, str], ...] = ()
    """With those that come more than once."""


class Client:
    """One reader with one connection, as a browser keeps it."""

    def __init__(self, port: int, patience: float = LONGEST_ANSWER):
        self._connection = HTTPConnection(HOST, port, timeout=patience)

    def get(self, path: str, *, keep: bool = False, **headers: str) -> Answer:
        return self.ask("GET", path, keep=keep, headers=headers)

    def ask(self, method, path, body=None, *, keep=False, headers=()) -> Answer:
        """The answer with the time until its last byte, with its body if that is to be kept."""
        headers = {"Accept-Encoding": "gzip", **dict(headers)}
        begun = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            pieces, size = [], 0
            while piece := response.read(PIECE):
                size += len(piece)
                if keep:
                    pieces.append(piece)
        except (HTTPException, OSError) as error:
            self._connection.close()
            raise Wrong(f"{type(error).__name__} after {_since(begun):.1f} s") from error
        taken = _since(begun)
        names = {name.lower(): value for name, value in response.getheaders()}
        every = tuple(response.getheaders())
        return Answer(response.status, taken, size, names, b"".join(pieces), every)

    def close(self) -> None:
        self._connection.close()


def _since(begun: float) -> float:
    return time.perf_counter() - begun


@dataclass
class Sample:
    """The times of one thing in seconds, and the bytes that came; or why there are none."""

    times: list[float] = field(default_factory=list)
    size: int | None = None
    wrong: str = ""

    @property
    def median(self) -> float | None:
        return statistics.median(self.times) if self.times else None

    @property
    def p95(self) -> float | None:
        return percentile(self.times, 95) if self.times else None


def percentile(times: list[float], percent: int) -> float:
    """The least of the times that so many percent of them do not exceed."""
    ranked = sorted(times)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


@dataclass(frozen=True)
class Limits:
    """How often each thing is done, and after how many seconds a case has to do with fewer."""

    repetitions: int = 30
    warm_up: int = 3
    seconds: float = 60
    throughput_seconds: float = 5
    patience: float = LONGEST_ANSWER
    """Seconds without a byte, after which an answer has failed."""
    clients: tuple[int, ...] = (1, 8, 32)


def alternate(doers: dict[str, Callable[[], Answer]], limits: Limits) -> dict[str, Sample]:
    """Do each by turns. What fails is left out of the further rounds, and its sample says why.

    The first rounds are only to warm up, unless a round takes so long that there is no time for it.
    """
    samples = {name: Sample() for name in doers}
    begun, rounds = time.perf_counter(), 0
    while rounds < limits.warm_up + limits.repetitions and (
        _since(begun) < limits.seconds or not rounds
    ):
        if rounds == limits.warm_up:
            for sample in samples.values():
                sample.times.clear()
        for name, do in doers.items():
            if not samples[name].wrong:
                _note(samples[name], do)
        rounds += 1
    return samples


def _note(sample: Sample, do: Callable[[], Answer]) -> None:
    try:
        answer = do()
    except Wrong as wrong:
        sample.wrong, sample.times = str(wrong), []
    else:
        sample.times.append(answer.seconds)
        sample.size = answer.size


@dataclass
class Throughput:
    clients: int
    per_second: float
    p95: float | None
    errors: int


def throughput(
    doer: Callable[[], Callable[[], Answer]], clients: int, seconds: float
) -> Throughput:
    """How many a second are answered to so many clients. `doer` makes what one client does.

    Each does it once before, so that what is kept is there, in every worker that has it to give.
    """
    times, errors = [], []
    ready = threading.Barrier(clients + 1)

    def work():
        do = doer()
        with suppress(Wrong):
            do()
        ready.wait(LONGEST_ANSWER)
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            try:
                times.append(do().seconds)
            except Wrong as wrong:
                errors.append(str(wrong))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait(LONGEST_ANSWER)
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    p95 = percentile(times, 95) if times else None
    return Throughput(clients, len(times) / _since(begun), p95, len(errors))
