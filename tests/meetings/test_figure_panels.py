"""Figures that disagree, side by side: what each allows, what most allow, and how it is drawn."""

from math import inf

import pytest

from meetings.figure_panels import EDGE, FIRST, LAST, Panel, first_of_each_measure, panels
from meetings.models import Figure


def figure(words, n=0, measure="delegations", scope=""):
    """A figure from `126`, `125+` (at least) or `~130` (about); not in the database."""
    bound = "at-least" if words.endswith("+") else "about" if words.startswith("~") else "exact"
    value = int(words.strip("+~"))
    return Figure(id=f"{n:02}", measure=measure, scope=scope, value=value, bound=bound)


def panel(words):
    return Panel([figure(word, n) for n, word in enumerate(words.split())])


@pytest.mark.parametrize(
    ("words", "interval"),
    [
        ("126", (126, 126)),
        ("0", (0, 0)),
        ("100+", (100, inf)),
        ("~100", (95.0, 105.0)),
        ("~0", (0.0, 0.0)),
    ],
)
def test_a_figure_allows(words, interval):
    assert figure(words).interval == pytest.approx(interval)


@pytest.mark.parametrize(
    ("words", "best", "fits"),
    [
        ("126 126", 126, 2),
        ("125+ 126", 126, 2),
        ("127+ 126", None, None),
        ("125 126", None, None),
        ("120+ 110+", 120, 2),
        ("~120 126", 126, 2),
        ("~120 127", None, None),
        ("~120 114", 114, 2),
        ("~100 ~109", 105, 2),  # which neither says and both allow
        ("~100 ~120", None, None),
        ("126 126 125 125", 125, 2),
        ("126 126 125 120+", 126, 3),
        ("110+ 126 129+", 126, 2),
        ("104 105 105 100+", 105, 3),
        ("100 100+ 101 101+", 101, 3),
    ],
)
def test_the_best_value_is_what_most_figures_allow(words, best, fits):
    """Among equals the one that more say exactly, then the smaller."""
    found = panel(words)

    assert found.best == best
    assert best is None or found.fits == fits


@pytest.mark.parametrize(
    ("words", "span", "finding"),
    [
        ("126 126", "126", "2 figures; 126 fits all."),
        ("100+ 100+", "at least 100", "2 figures; 100 fits all."),
        ("125 126", "125 or 126", "2 figures, of which no two agree."),
        ("120 125+ 126", "120–126", "3 figures. No value fits all; 126 fits 2."),
        ("0 0", "0", "2 figures; 0 fits all."),
    ],
)
def test_a_panel_says_its_span_and_its_finding(words, span, finding):
    found = panel(words)

    assert (found.span, found.finding) == (span, finding)


def percent(text):
    assert text.endswith("%")
    return float(text.removesuffix("%"))


@pytest.mark.parametrize(
    "words", ["126 126", "125 126", "0 1000000", "~100 100+ 99", "~130 ~130", "0 0", "5+ ~1 3 3"]
)
def test_all_that_is_drawn_lies_inside_the_picture(words):
    found = panel(words)
    xs = [percent(mark.x) for mark in found.marks] + [percent(x) for x, _ in found.ticks]
    bands = [mark for mark in found.marks if mark.band_width]

    assert all(FIRST <= x <= LAST + 0.01 for x in xs)
    assert LAST < EDGE < 100
    assert len(bands) == words.count("~")
    for mark in bands:
        left, width = percent(mark.band_from), percent(mark.band_width)
        assert width >= 0
        assert left <= percent(mark.x) <= left + width + 0.02
        assert left + width <= LAST + 0.02
        assert left >= 0
    assert [mark.y for mark in found.marks] == [8 + 10 * n for n in range(len(found))]
    assert found.height > found.marks[-1].y + 8


def test_marks_stand_in_the_order_of_their_values_on_one_scale():
    found = panel("110 100 105+")

    assert [(mark.figure.value, mark.x, mark.ray) for mark in found.marks] == [
        (100, "6.65%", False),
        (105, "45.35%", True),
        (110, "84.06%", False),
    ]


def test_numbers_below_the_drawing_do_not_run_into_each_other():
    found = panel("100 101 101 200")

    assert [value for _, value in found.ticks] == [100, 200]


def test_panels_are_made_of_figures_that_can_be_compared():
    figures = [
        figure("4", 0, "multilateral-meetings"),
        figure("105", 1, "countries"),
        figure("40", 2, "countries", "Africa"),
        figure("45", 3, "countries", "Africa"),
        figure("100", 4, "countries"),
        figure("126", 5),
        figure("125", 6),
    ]

    made = panels(figures)

    assert [(p.title, [f.value for f in p.figures]) for p in made] == [
        ("Delegations", [125, 126]),
        ("Countries", [100, 105]),
        ("Countries, Africa", [40, 45]),
    ]
    assert [p.title for p in first_of_each_measure(made)] == ["Delegations", "Countries"]
