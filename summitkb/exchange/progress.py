"""A bar on a terminal for what takes longer than a second; nothing where there is no terminal."""

import sys
import time

WIDTH = 30
FIRST_SHOWN_AFTER = 1.0
SHOWN_EVERY = 0.1


class Silence:
    """Takes what is told of progress and shows nothing. Also the interface of a bar."""

    def begin(self, label: str, total: int) -> None:
        """A new stage of so many steps; 0 where nobody knows how many."""

    def advance(self, steps: int) -> None:
        pass

    def end(self) -> None:
        """Leave the line as it was, for whatever is printed next."""


class Bar(Silence):
    """`Checking ███████▌······  41 %`, written over itself."""

    def __init__(self, stream, clock=time.monotonic):
        self._stream = stream
        self._clock = clock
        self._next = clock() + FIRST_SHOWN_AFTER
        self._shown = False
        self.begin("", 0)

    def begin(self, label, total):
        self._label, self._total, self._done = label, total, 0
        if self._shown:
            self._show()

    def advance(self, steps):
        self._done += steps
        if self._clock() >= self._next:
            self._show()

    def end(self):
        if self._shown:
            self._stream.write("\r\033[K")
            self._stream.flush()
            self._shown = False

    def _show(self):
        text = f"{self._label} …"
        if self._total:
            share = min(self._done / self._total, 1)
            filled = "█" * int(share * WIDTH)
            text = f"{self._label} {filled:·<{WIDTH}} {share:4.0%}"
        self._stream.write(f"\r\033[K{text}")
        self._stream.flush()
        self._shown = True
        self._next = self._clock() + SHOWN_EVERY


def progress(stream=None) -> Silence:
    """A bar on standard error if that is a terminal."""
    stream = stream or sys.stderr
    return Bar(stream) if stream.isatty() else Silence()
