"""Time against size, both axes logarithmic, as an SVG that is read in light and in dark."""

import math
from dataclasses import dataclass
from html import escape

from tests.benchmarks.doing import OURS
from tests.benchmarks.results import Run, seconds_in_words

WIDTH, HEIGHT = 960, 560
LEFT, RIGHT, TOP, BOTTOM = 78, 330, 56, 52
APART = 15
"""Between the names at the end of the lines, at least."""
STYLE = """
    text { font: 12px system-ui, sans-serif; fill: #333 }
    .title { font-size: 15px; font-weight: 600 }
    .grid { stroke: #ddd } .leader { stroke: #999; stroke-dasharray: 1 3 }
    .line { fill: none; stroke-width: 2 } .peer { stroke-dasharray: 6 4; stroke-width: 1.5 }
    .ours.line { stroke: #8c2f1b } .ours.dot { fill: #8c2f1b } text.ours { fill: #8c2f1b }
    .peer.line { stroke: #555 } .peer.dot { fill: #555 } text.peer { fill: #555 }
    .ground { fill: #fff }
    @media (prefers-color-scheme: dark) {
      text { fill: #ccc } .ground { fill: #16181b } .grid { stroke: #34383d }
      .leader { stroke: #777 }
      .ours.line { stroke: #e8927c } .ours.dot, text.ours { fill: #e8927c }
      .peer.line { stroke: #aaa } .peer.dot, text.peer { fill: #aaa }
    }
"""
SHOWN = (
    ("Statements, all", "cold", OURS),
    ("Statements, all", "cold", "Datasette"),
    ("Statements, all", "kept", OURS),
    ("Country with most", "cold", OURS),
    ("Largest event, who met whom", "cold", OURS),
    ("Search, common word", "cold", OURS),
    ("Search, common word", "cold", "SQLite FTS5"),
    ("CSV, whole", "file", OURS),
    ("CSV, whole", "file", "psql COPY"),
    ("CSV, whole", "file", "Datasette"),
    ("Admin, list of statements", "signed in", OURS),
)
"""What is drawn: case, way, and who."""


@dataclass(frozen=True)
class Series:
    name: str
    ours: bool
    points: tuple[tuple[int, float], ...]
    """Statements, and median seconds."""


def series_of(run: Run) -> list[Series]:
    found = []
    for name, way, who in SHOWN:
        points = [
            (measured.rows["statements"], times.median)
            for measured in run.measured
            for line in measured.lines
            if (line.name, line.way) == (name, way)
            and (times := line.times.get(who)) is not None
            and times.median
        ]
        if points:
            words = f"{name} ({way})" if way in ("cold", "kept") and who == OURS else name
            label = words if who == OURS else f"{name}: {who}"
            found.append(Series(label, who == OURS, tuple(sorted(points))))
    return found


def draw(series: list[Series]) -> str:
    """The plot; each line has its name at its end."""
    sizes = [x for each in series for x, _ in each.points]
    times = [y for each in series for _, y in each.points]
    across = _Axis(sizes, LEFT, WIDTH - RIGHT)
    up = _Axis(times, HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title">',
        '<title id="title">Median time of an answer against the number of statements</title>',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="26">Median time of an answer, by the number of '
        "statements (both axes logarithmic)</text>",
        *_grid(across, up),
        *_lines(series, across, up),
        *_names(series, across, up),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Axis:
    """Whole powers of ten around some values, and where a value lies between two places."""

    def __init__(self, values: list[float], first: float, last: float):
        low, high = math.log10(min(values)), math.log10(max(values))
        self._low = math.floor(low)
        self._high = max(math.ceil(high), self._low + 1)
        self._first, self._last = first, last

    @property
    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self._low, self._high + 1)]

    def place(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return round(self._first + share * (self._last - self._first), 1)


def _grid(across: _Axis, up: _Axis) -> list[str]:
    parts = []
    for value in up.ticks:
        y = up.place(value)
        words = seconds_in_words(value).replace(".00", "").replace(".0", "")
        parts.append(f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{words}</text>')
    for value in across.ticks:
        x = across.place(value)
        parts.append(f'<path class="grid" d="M{x} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(
            f'<text x="{x}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:,.0f}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">statements</text>')
    return parts


def _lines(series: list[Series], across: _Axis, up: _Axis) -> list[str]:
    parts = []
    for each in series:
        kind = "ours" if each.ours else "peer"
        places = [(across.place(x), up.place(y)) for x, y in each.points]
        path = "L".join(f"{x} {y}" for x, y in places)
        parts.append(f'<path class="{kind} line" d="M{path}"/>')
        parts += [f'<circle class="{kind} dot" cx="{x}" cy="{y}" r="3"/>' for x, y in places]
    return parts


def _names(series: list[Series], across: _Axis, up: _Axis) -> list[str]:
    """Each at the height of the end of its line, or as near as the others leave room."""
    ends = [
        (up.place(each.points[-1][1]), across.place(each.points[-1][0]), each) for each in series
    ]
    ends.sort(key=lambda end: end[:2])
    heights = _spread([y for y, _, _ in ends])
    parts = []
    for (y, x, each), height in zip(ends, heights, strict=True):
        kind = "ours" if each.ours else "peer"
        name = WIDTH - RIGHT + 22
        words = f"{each.name}, {seconds_in_words(each.points[-1][1])}"
        parts.append(f'<path class="leader" d="M{x + 5} {y}L{name - 4} {height}"/>')
        parts.append(f'<text class="{kind}" x="{name}" y="{height + 4}">{escape(words)}</text>')
    return parts


def _spread(wanted: list[float]) -> list[float]:
    """Heights in the same order, APART from each other, within the plot."""
    placed = []
    for y in wanted:
        placed.append(max(y, placed[-1] + APART) if placed else y)
    lowest = float(HEIGHT - BOTTOM)
    for at in reversed(range(len(placed))):
        placed[at] = min(placed[at], lowest)
        lowest = placed[at] - APART
    return [round(y, 1) for y in placed]
