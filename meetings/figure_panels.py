"""Figures that can be compared, side by side: one panel for each measure and scope.

Coordinates are percents of the width, so that a drawing fits any room while its text keeps its size.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import floor, inf

from meetings.models import Figure
from meetings.vocabularies import Bound, Measure

FIRST, LAST = 6.65, 84.06
"""Where on the axis the least and the greatest end of an interval lie; rays go on to the edge."""
EDGE = 99.0
ROW = 10
DIGIT = 2.7
"""The room that a digit needs below an axis as narrow as on paper."""


@dataclass
class Mark:
    """One figure as it is drawn, `y` in pixels."""

    figure: Figure
    y: int
    x: str
    band_from: str = ""
    band_width: str = ""

    @property
    def ray(self) -> bool:
        return self.figure.bound == Bound.AT_LEAST


class Panel:
    """The figures of one measure and scope, in the order of their values."""

    def __init__(self, figures: list[Figure]):
        self.figures = sorted(figures, key=lambda f: (f.value, f.bound == Bound.EXACT, f.pk))
        self.measure = Measure(figures[0].measure)
        self.scope = figures[0].scope
        self.least = min(f.interval[0] for f in figures)
        self.greatest = max(f.interval[1] if f.bound == Bound.ABOUT else f.value for f in figures)
        self.marks = [self._mark(f, 8 + ROW * n) for n, f in enumerate(self.figures)]

    def __len__(self):
        return len(self.figures)

    @property
    def title(self) -> str:
        return f"{self.measure.label}, {self.scope}" if self.scope else self.measure.label

    @property
    def span(self) -> str:
        """What is reported, from the least value to the greatest; no number is chosen.

        A plus says that the greatest is reported as a least number only: 120 or 150+.
        """
        values = sorted({figure.value for figure in self.figures})
        if len(values) == 1:
            return self.figures[0].words
        greatest = [figure.bound for figure in self.figures if figure.value == values[-1]]
        more = "+" if set(greatest) == {Bound.AT_LEAST} else ""
        return f"{values[0]}{' or ' if len(values) == 2 else '–'}{values[-1]}{more}"

    @cached_property
    def best(self) -> int | None:
        """The value that the most figures allow; None where no two of them meet.

        Among equals the one with more exact figures, then one that is reported, then the smaller. One
        that nobody reports is an end of an interval: about 100 and about 110 meet at 105.
        """
        reported = {figure.value for figure in self.figures}
        ends = {floor(f.interval[1]) for f in self.figures if f.interval[1] < inf}

        def merit(value):
            exact = sum(f.bound == Bound.EXACT and f.value == value for f in self.figures)
            return len(self.fitting(value)), exact, value in reported, -value

        value = max(reported | ends, key=merit)
        return value if len(self.fitting(value)) > 1 else None

    def fitting(self, value: int) -> list[Figure]:
        """The figures that allow a value."""
        return [f for f in self.figures if f.interval[0] <= value <= f.interval[1]]

    @property
    def fits(self) -> int:
        return len(self.fitting(self.best))

    @property
    def finding(self) -> str:
        """The picture in one sentence."""
        count = f"{len(self)} figures"
        if self.best is None:
            return f"{count}, of which no two agree."
        if self.fits == len(self):
            return f"{count}; {self.best} fits all."
        return f"{count}. No value fits all; {self.best} fits {self.fits}."

    @property
    def best_x(self) -> str:
        return self._x(self.best)

    @property
    def ticks(self) -> list[tuple[str, int]]:
        """Where numbers stand below the drawing: the least, the best, the greatest, none too near."""
        ticks = []
        least, greatest = self.figures[0].value, self.figures[-1].value
        for value in sorted({least, greatest, self.best or least}):
            x = self._place(value)
            if not ticks or x - ticks[-1][0] > 9:
                ticks.append((x, value))
        return [(f"{x:.2f}%", value) for x, value in ticks]

    @property
    def all_ticks(self) -> list[tuple[str, int]]:
        """As many of the values as have room: the best before the ends, these before the others."""
        ends = [self.figures[0].value, self.figures[-1].value]
        wanted = [self.best] if self.best is not None else []
        wanted += ends + sorted({figure.value for figure in self.figures})
        taken: dict[int, float] = {}
        for value in wanted:
            x, room = self._place(value), DIGIT * max(len(str(value)), 2)
            if all(abs(x - other) > room for other in taken.values()):
                taken[value] = x
        return [(f"{x:.2f}%", value) for value, x in sorted(taken.items())]

    @property
    def zone(self) -> tuple[str, str] | None:
        """Where the values lie that fit most often, from and how wide; None for a single one."""
        low, high = self.common
        if low == high:
            return None
        start, end = self._place(low), EDGE if high == inf else self._place(high)
        return f"{start:.2f}%", f"{end - start:.2f}%"

    @property
    def common(self) -> tuple[float, float]:
        """The least and the greatest value that all of those figures allow which allow the best."""
        intervals = [figure.interval for figure in self.fitting(self.best)]
        return max(low for low, _ in intervals), min(high for _, high in intervals)

    @property
    def height(self) -> int:
        return ROW * len(self) + 26

    def _mark(self, figure, y):
        mark = Mark(figure, y, self._x(figure.value))
        if figure.bound == Bound.ABOUT:
            low, high = (self._place(end) for end in figure.interval)
            mark.band_from, mark.band_width = f"{low:.2f}%", f"{high - low:.2f}%"
        return mark

    def _place(self, value) -> float:
        room = self.greatest - self.least
        return FIRST + (LAST - FIRST) * (value - self.least) / room if room else FIRST

    def _x(self, value) -> str:
        return f"{self._place(value):.2f}%"


def compared(figures: list[Figure]) -> list[list[Figure]]:
    """The figures of each measure and scope: measures in the order of the vocabulary, the whole
    gathering first."""
    order = {value: place for place, value in enumerate(Measure.values)}

    def place(figure):
        return order[figure.measure], figure.scope

    return [list(group) for _, group in groupby(sorted(figures, key=place), key=place)]


def panels(figures: list[Figure]) -> list[Panel]:
    """The panels of an event's figures. A figure that has nothing to be compared with makes none."""
    return [Panel(group) for group in compared(figures) if len(group) > 1]


def first_of_each_measure(all_panels: list[Panel]) -> list[Panel]:
    """For an overview: the whole gathering where that is compared, else the first scope."""
    first = {}
    for panel in all_panels:
        first.setdefault(panel.measure, panel)
    return list(first.values())
