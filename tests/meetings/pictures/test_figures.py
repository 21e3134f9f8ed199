import re

import pytest

from meetings.figure_panels import Panel
from meetings.models import Figure
from meetings.pictures.figures import Axis, Figures
from tests.factories import cite, make_event, make_figure, make_source
from tests.meetings.test_figure_panels import panel
from tests.pages import cited_on, get, links_in, words_of


def address(event):
    return f"/events/{event.pk}/figures/"


@pytest.fixture
def moscow(db):
    """Six delegations reported, one of which two publishers give and one is disputed; of countries
    only one figure; two at-least ones of a scope."""
    event = make_event("moscow", city="Moscow")
    tass, vok, irna = (make_source(n.lower(), publisher=n) for n in ("TASS", "VOK", "IRNA"))
    for id, value, bound, sources, fields in (
        ("d100", 100, "at-least", [tass], {"as_of": "2025-05-26"}),
        ("d120", 120, "exact", [vok], {"as_of": "2024", "note": "With guests"}),
        ("d126", 126, "exact", [tass, irna], {"as_of": "2025-05-29"}),
        ("d129", 129, "at-least", [irna], {}),
        ("d130", 130, "about", [vok], {}),
        ("africa40", 40, "at-least", [tass], {"scope": "Africa"}),
        ("africa45", 45, "at-least", [], {"scope": "Africa"}),
        ("c104", 104, "exact", [irna], {"measure": "countries"}),
        ("draft", 999, "exact", [tass], {"publication": "draft"}),
    ):
        figure = make_figure(event, value, id, bound=bound, **fields)
        for source in sources:
            cite(figure, source)
    cite(Figure.objects.get(pk="d129"), tass, stance="disputes")
    make_figure(make_event("other"), 1000, "elsewhere")
    event.refresh_from_db()
    return event


def rows_in(html):
    """The rows of the axes: address, number, publishers and day in words, if it fits or is grey."""
    found = []
    for row in re.findall(r'<tr>\s*<th scope="row" class="value">.*?</tr>', html, re.S):
        value, picture, who, day, _ = re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        found.append(
            (
                re.search(r'href="([^"]*)"', value)[1],
                words_of(re.search(r"<a.*?</a>", value)[0]),
                words_of(who),
                words_of(day),
                "does not fit" not in words_of(value),
                'class="contested"' in picture,
            )
        )
    return found


def test_each_figure_has_a_row_with_its_fit_its_day_and_who_gives_or_disputes_it(client, moscow):
    assert rows_in(get(client, address(moscow))) == [
        ("/figures/d100/", "at least 100", "TASS", "26 May", True, False),
        ("/figures/d120/", "120", "VOK With guests", "2024", False, False),
        ("/figures/d126/", "126", "IRNA, TASS", "29 May", True, False),
        ("/figures/d129/", "at least 129", "IRNA disputed by TASS", "", False, True),
        ("/figures/d130/", "about 130", "VOK", "", True, False),
        ("/figures/africa40/", "at least 40", "TASS", "", True, False),
        ("/figures/africa45/", "at least 45", "no source", "", True, False),
    ]


def test_each_mark_is_a_link_with_a_title_that_the_keyboard_passes_over(client, moscow):
    html = get(client, address(moscow))

    marks = re.findall(r'<a href="([^"]*)" tabindex="-1"><title>(.*?)</title>', html)
    assert marks == [
        ("/figures/d100/", "TASS, 26 May: at least 100"),
        ("/figures/d120/", "VOK, 2024: 120; does not fit the value that fits most often"),
        ("/figures/d126/", "IRNA, TASS, 29 May: 126"),
        (
            "/figures/d129/",
            "IRNA: at least 129; disputed by TASS; does not fit the value that fits most often",
        ),
        ("/figures/d130/", "VOK: about 130"),
        ("/figures/africa40/", "TASS: at least 40"),
        ("/figures/africa45/", "at least 45"),
    ]


def test_above_each_panel_stands_what_fits(client, moscow):
    html = get(client, address(moscow))

    assert re.findall(r'<h2 id="h-fig-\d">(.*?)</h2>.*?<p class="under">(.*?)</p>', html, re.S) == [
        (
            "Delegations",
            "126 fits 3 of 5 figures. It does not fit 120 (VOK) and at least 129 (IRNA).",
        ),
        ("Delegations, Africa", "Both can be true together, at 45 or more."),
    ]


def test_what_is_reported_once_is_listed_apart(client, moscow):
    alone = get(client, address(moscow)).partition('id="h-alone"')[2]

    assert re.findall(r'href="/figures/([^"?]*)/"', alone) == ["c104"]


def test_the_evidence_opens_at_its_row_and_its_sources_stand_below(client, moscow):
    html = get(client, address(moscow))

    found = [(cited.publisher, cited.disputes) for cited in cited_on(html)]
    assert found == [
        ("TASS", False), ("VOK", False), ("IRNA", False), ("TASS", False), ("IRNA", False),
        ("TASS", True), ("VOK", False), ("TASS", False), ("IRNA", False),
    ]  # fmt: skip
    notes = html.partition('<ol class="notes">')[2]
    assert [link for link in links_in(notes) if link.startswith("/sources/")][:3] == [
        "/sources/tass/",
        "/sources/vok/",
        "/sources/irna/",
    ]


def axis(words):
    made = Axis(panel(words), 1, 2025)
    for row in made.rows:
        row.figure.evidence = NOBODY
    return made


class NOBODY:
    supporters = opponents = ()


@pytest.mark.parametrize(
    ("words", "finding", "misfits"),
    [
        ("126 126", "Both can be true together, at 126.", []),
        ("80+ 80+", "Both can be true together, at 80 or more.", []),
        ("~100 ~102", "Both can be true together, at 97 to 105.", []),
        ("0 0+", "Both can be true together, at 0.", []),
        ("100+ 126 126", "All 3 can be true together, at 126.", []),
        ("14 20", "The two do not agree.", ["14", "20"]),
        ("14 20 30", "No two of the 3 agree.", ["14", "20", "30"]),
        ("126 126 120", "126 fits 2 of 3 figures. It does not fit 120.", ["120"]),
        (
            "126 126 120 121 129+",
            "126 fits 2 of 5 figures. It does not fit 120, 121 and at least 129.",
            ["120", "121", "at least 129"],
        ),
        ("9 9 1 2 3 4", "9 fits 2 of 6 figures.", ["1", "2", "3", "4"]),
    ],
)
def test_an_axis_says_what_can_be_true_together(words, finding, misfits):
    made = axis(words)

    assert made.finding == finding
    assert [row.figure.words for row in made.misfits] == misfits


@pytest.mark.parametrize(
    ("words", "common"),
    [
        ("80+ 90+", (90, float("inf"))),
        ("~100 ~104", (98.8, 105)),
        ("126 100+ 50", (126, 126)),
    ],
)
def test_the_zone_is_what_all_fitting_figures_allow(words, common):
    made = panel(words)

    assert made.common == pytest.approx(common)
    assert (made.zone is None) == (common[0] == common[1])


def test_the_zone_is_drawn_where_it_is_on_the_axis_and_to_its_end():
    assert panel("80+ 90+").zone == ("84.06%", "14.94%")
    start, wide = (float(part.rstrip("%")) for part in panel("~100 ~104").zone)
    assert 6.65 <= start < start + wide <= 84.07


@pytest.mark.parametrize(
    ("words", "ticks"),
    [
        ("126 126", [126]),
        ("100 110 120 126 126 130", [100, 110, 120, 126, 130]),
        ("100 105 105 150", [105, 150]),
        ("1000000 1000000 999999 5", [5, 1000000]),
    ],
)
def test_numbers_on_the_axis_have_room_the_best_first(words, ticks):
    made = panel(words).all_ticks

    assert [value for _, value in made] == ticks
    places = [float(x.rstrip("%")) for x, _ in made]
    assert all(b - a > 5.4 for a, b in zip(places, places[1:], strict=False))


def test_marks_of_a_row_lie_level_with_its_number():
    made = axis("126 125+ ~120")

    assert {row.mark.y for row in made.rows} == {19}
    assert len({mark.y for mark in made.panel.marks}) == 3


@pytest.mark.django_db
def test_an_event_without_figures_says_so(client):
    html = get(client, address(make_event()))

    assert "No figure is on record." in words_of(html)
    assert "<table" not in html


def test_the_page_is_the_same_on_every_run(client, moscow):
    assert get(client, address(moscow)) == get(client, address(moscow))


def test_panels_stand_as_on_the_page_of_the_event(moscow):
    figures = Figures(moscow)

    assert [type(axis.panel) for axis in figures.axes] == [Panel, Panel]
    assert (len(figures), figures.disputed) == (8, True)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [2, 40])
def test_the_page_takes_the_same_queries_at_any_size(client, size, django_assert_num_queries):
    event = make_event()
    for n in range(size):
        cite(make_figure(event, n, scope=f"part {n % 7}"))

    with django_assert_num_queries(3):
        client.get(address(event))
