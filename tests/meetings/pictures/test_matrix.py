import re
from collections import Counter

import pytest

from meetings.pictures.matrix import Matrix
from meetings.pictures.who_met import WhoMet
from tests.factories import (
    make_bilateral,
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_membership,
)
from tests.meetings.pictures.crowd import make_crowd
from tests.pages import get, links_in, words_of

pytestmark = pytest.mark.django_db


def address(event, whole=""):
    return f"/events/{event.pk}/who-met-whom/matrix/{whole}"


@pytest.fixture
def moscow():
    """Russia as the host; Iran and China in the SCO, Iraq in nothing, Gabon and the SCO unmet."""
    russia = make_country("RUS", name="Russian Federation")
    event = make_event("moscow", city="Moscow", country=russia)
    sco, au = make_bloc("sco", acronym="SCO", name="Shanghai Organisation"), make_bloc(acronym="AU")
    sent = {"RUS": make_delegation(event, russia, "rus")}
    for code, name, bloc in (
        ("IRN", "Iran", sco),
        ("CHN", "China", sco),
        ("IRQ", "Iraq", None),
        ("GAB", "Gabon", au),
    ):
        country = make_country(code, name=name)
        if bloc:
            make_membership(bloc, country, since="2001")
        sent[code] = make_delegation(event, country, code.lower())
    make_delegation(event, sco, "sco-itself")
    for n, (a, b, status) in enumerate(
        [
            ("RUS", "IRN", "held"),
            ("RUS", "IRN", "announced"),
            ("IRN", "IRQ", "held"),
            ("RUS", "IRQ", "cancelled"),
        ]
    ):
        make_bilateral(event, sent[a], sent[b], f"m{n}", status=status, title=f"{a} ({b})")
    event.refresh_from_db()
    return event


def test_the_matrix_has_the_host_first_then_the_groups_in_which_somebody_met(moscow):
    matrix = Matrix(WhoMet(moscow))

    assert [(block.full_title, len(block.rows)) for block in matrix.blocks] == [
        ("Host", 1),
        ("Shanghai Organisation", 2),
        ("In no bloc on record", 1),
    ]
    assert [heading.code for heading in matrix.headings] == ["RUS", "CHN", "IRN", "IRQ"]
    assert [group.title for group in matrix.left_out] == ["AU", "Organisations"]


def test_both_triangles_are_filled_so_that_a_row_is_all_meetings_of_one(moscow):
    matrix = Matrix(WhoMet(moscow))
    rows = [row for block in matrix.blocks for row in block.rows]

    cells = [
        [" ".join(b.meeting.pk for b in cell.bilaterals) for cell in row.cells] for row in rows
    ]
    assert cells == [
        ["", "", "m0 m1", "m3"],
        ["", "", "", ""],
        ["m0 m1", "", "", "m2"],
        ["m3", "", "m2", ""],
    ]
    assert [[cell.classes for cell in row.cells] for row in rows] == [
        ["self first", "first", "", "first"],
        ["first", "self first", "", "first"],
        ["first", "first", "self", "first"],
        ["first", "first", "", "self first"],
    ]
    assert [(row.heading.quiet, row.held) for row in rows] == [
        (False, 1),
        (True, 0),
        (False, 2),
        (False, 1),
    ]


def test_the_page_has_a_mark_with_a_title_for_each_meeting_on_either_side(client, moscow):
    html = get(client, address(moscow))

    marks = re.findall(
        r'<a href="/meetings/(m\d)/" title="([^"]*)">\s*<i class="sign sign-(\w+)"></i>\s*'
        r'<span class="hidden">([^<]*)</span>\s*</a>',
        html,
    )
    assert Counter(marks) == {
        ("m0", "RUS (IRN): held, day not reported", "held", "held"): 2,
        (
            "m1",
            "RUS (IRN): announced, not confirmed, day not reported",
            "announced",
            "announced, not confirmed",
        ): 2,
        ("m2", "IRN (IRQ): held, day not reported", "held", "held"): 2,
        ("m3", "RUS (IRQ): cancelled, day not reported", "cancelled", "cancelled"): 2,
    }


def test_the_page_names_who_is_left_out_with_links(client, moscow):
    html = get(client, address(moscow))

    left_out = words_of(html).partition("Left out, because no bilateral meeting of theirs")[2]
    assert left_out.startswith(" is on record: AU ( Gabon ); Organisations ( SCO ).")
    assert {"/delegations/gab/", "/delegations/sco-itself/"} < set(links_in(html))


def test_columns_and_rows_are_as_many(client, moscow):
    html = get(client, address(moscow))
    rows = re.findall(r'<tr>\s*<th scope="row".*?</tr>', html, re.S)

    assert len(re.findall(r'<th scope="col"', html)) == 4 + 1
    assert re.findall(r'scope="colgroup" colspan="(\d+)"', html) == ["1", "2", "1"]
    assert [row.count("<td") for row in rows] == [5, 5, 5, 5]


def test_above_sixty_delegations_it_is_a_table_of_two_columns_with_a_way_to_the_matrix(client):
    crowd = make_crowd(70, 60)
    html = get(client, address(crowd.event))

    assert "who-matrix" not in html
    pairs = Counter(re.findall(r'<a class="pair" href="/meetings/([^"]*)/"', html))
    assert pairs == {meeting.pk: 2 for meeting in crowd.bilaterals}
    assert address(crowd.event, "whole/") in links_in(html)

    whole = get(client, address(crowd.event, "whole/"))
    marks = Counter(re.findall(r'<a href="/meetings/([^"]*)/" title', whole))
    assert marks == pairs
    assert address(crowd.event) in links_in(whole)


def test_the_matrix_is_the_same_on_every_run(client, moscow):
    assert get(client, address(moscow)) == get(client, address(moscow))


def test_an_event_without_a_bilateral_says_so(client):
    event = make_event()
    make_delegation(event)

    html = get(client, address(event))

    assert "No bilateral meeting is on record." in words_of(html)
    assert "<table" not in html


@pytest.mark.parametrize("size", [(9, 1), (30, 20), (70, 20)])
def test_the_page_takes_the_same_queries_at_any_size(client, size, django_assert_num_queries):
    event = make_crowd(*size).event

    with django_assert_num_queries(6):
        client.get(address(event))
