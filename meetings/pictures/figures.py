"""Figures in dispute: which of the reported numbers can be true together. One panel for each measure
and scope, a row for each figure with its interval, whoever reports it, and the evidence.

Two figures agree when their intervals meet. None is preferred: the wording is 'fits', never 'right'.
"""

from dataclasses import replace
from math import ceil, floor, inf

from delegations.models import Event
from meetings.figure_panels import Mark, Panel, compared
from meetings.models import Figure
from summitkb.records.evidence import Apparatus

LINE = 19
"""The middle of the first line of a row, in pixels: marks stand level with their number."""
FEW = 3
"""As many misfits are named in the sentence above a panel."""


class AxisRow:
    """One figure on the axis of its panel; `fits` where it allows the value that most allow."""

    def __init__(self, mark: Mark, fits: bool, year: int | None):
        self.figure: Figure = mark.figure
        self.mark = replace(mark, y=LINE)
        self.fits, self._year = fits, year

    @property
    def day(self) -> str:
        return _day(self.figure, self._year)

    @property
    def publishers(self) -> str:
        return ", ".join(self.figure.evidence.supporters)

    @property
    def opponents(self) -> str:
        return ", ".join(self.figure.evidence.opponents)

    @property
    def fact(self) -> str:
        """All there is to say of it: Voice of Korea, 28 May: 120; does not fit the others."""
        who = ", ".join(part for part in (self.publishers, self.day) if part)
        words = f"{who}: {self.figure.words}" if who else self.figure.words
        if self.opponents:
            words += f"; disputed by {self.opponents}"
        return words if self.fits else f"{words}; does not fit the value that fits most often"


class Axis:
    """A panel as a table: the marks of its figures below each other on one axis."""

    def __init__(self, panel: Panel, number: int, year: int | None):
        self.panel, self.number = panel, number
        fitting = [] if panel.best is None else panel.fitting(panel.best)
        self.rows = [AxisRow(mark, mark.figure in fitting, year) for mark in panel.marks]

    @property
    def misfits(self) -> list[AxisRow]:
        return [row for row in self.rows if not row.fits]

    @property
    def finding(self) -> str:
        """126 fits 8 of 10 figures. It does not fit 120 (Voice of Korea) and …"""
        count = len(self.rows)
        if self.panel.best is None:
            return "The two do not agree." if count == 2 else f"No two of the {count} agree."
        if not self.misfits:
            every = "Both" if count == 2 else f"All {count}"
            return f"{every} can be true together, at {self.common}."
        sentence = f"{self.panel.best} fits {self.panel.fits} of {count} figures."
        if len(self.misfits) > FEW:
            return sentence
        named = [
            f"{row.figure.words} ({row.publishers})" if row.publishers else row.figure.words
            for row in self.misfits
        ]
        *before, last = named
        misfits = f"{', '.join(before)} and {last}" if before else last
        return f"{sentence} It does not fit {misfits}."

    @property
    def common(self) -> str:
        """The values that all fitting figures allow: 126, 80 or more, 124 to 136."""
        low, high = self.panel.common
        if high == inf:
            return f"{ceil(low)} or more"
        return f"{ceil(low)} to {floor(high)}" if ceil(low) < floor(high) else str(self.panel.best)


class Figures:
    """The published figures of an event: on axes, and those that have nothing to be compared with.

    Their sources are numbered in the order in which they stand on the page.
    """

    def __init__(self, event: Event):
        self.figures = list(Figure.objects.published().filter(event=event).for_list())
        year = event.starts_on and event.starts_on.year
        groups = compared(self.figures)
        panels = [Panel(group) for group in groups if len(group) > 1]
        self.alone = [figure for group in groups if len(group) == 1 for figure in group]
        self.apparatus = Apparatus(*(panel.figures for panel in panels), self.alone)
        self.axes = [Axis(panel, number, year) for number, panel in enumerate(panels, start=1)]

    def __len__(self):
        return len(self.figures)

    @property
    def disputed(self) -> bool:
        """Whether a source disputes one of the figures on an axis."""
        return any(row.opponents for axis in self.axes for row in axis.rows)


def _day(figure, year) -> str:
    """28 May within the year of the event; nothing where it is not known."""
    if figure.as_of is None:
        return ""
    words = figure.as_of.words
    return words.removesuffix(f" {year}") if figure.as_of.year == year else words
