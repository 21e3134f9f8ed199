import re

import pytest

from meetings.pictures.blocs import BlocMatrix
from tests.factories import (
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_membership,
)
from tests.meetings.pictures.crowd import make_crowd
from tests.pages import get, words_of

pytestmark = pytest.mark.django_db


def address(event):
    return f"/events/{event.pk}/blocs/"


@pytest.fixture
def moscow():
    """On 27 May 2025: in the SCO Russia, China and Iran as members, Türkiye as a partner; in BRICS
    Russia and China, and Iran as an observer; the League has Iraq, announced, and a member more.
    Memberships of other days, and drafts, do not count. Peru is in nothing; IGAD came alone."""
    event = make_event("moscow", city="Moscow")
    event.refresh_from_db()
    sco = make_bloc("sco", acronym="SCO", name="Shanghai Organisation")
    brics = make_bloc("brics", acronym="BRICS", name="BRICS")
    league = make_bloc("league", acronym="LAS", name="League of Arab States")
    countries = {
        code: make_country(code, name=name)
        for code, name in {
            "RUS": "Russia", "CHN": "China", "IRN": "Iran", "TUR": "Türkiye", "PER": "Peru",
            "IRQ": "Iraq",
        }.items()
    }  # fmt: skip
    for code, country in countries.items():
        status = "announced" if code == "IRQ" else "attended"
        make_delegation(event, country, code.lower(), status=status)
    for bloc, code, fields in (
        (sco, "RUS", {"since": "2001-06-15"}),
        (sco, "CHN", {"since": "2001"}),
        (sco, "IRN", {"since": "2023-07-04"}),
        (sco, "TUR", {"status": "partner"}),
        (brics, "RUS", {}),
        (brics, "CHN", {"status": "observer"}),
        (brics, "CHN", {}),
        (brics, "IRN", {"status": "observer", "since": "2025-05-27"}),
        (brics, "TUR", {"since": "2025-05-28"}),
        (brics, "PER", {"until": "2025-05-27"}),
        (league, "IRQ", {}),
        (league, "PER", {"publication": "draft"}),
    ):
        make_membership(bloc, countries[code], **fields)
    make_membership(league)
    make_membership(league, since="2026")
    make_delegation(event, brics, "brics-own", status="declined")
    make_delegation(event, make_bloc("igad", acronym="IGAD", name="Authority"), "igad-own")
    return event


def table_in(html):
    """The rows of the table as words, a dash for an empty cell; marks say their status."""
    rows = re.findall(r"<tr.*?</tr>", re.search(r"<table.*?</table>", html, re.S)[0], re.S)
    return [[words_of(cell) or "-" for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
            for row in rows]  # fmt: skip


def test_the_table_reads_as_a_staircase_of_patterns(client, moscow):
    assert table_in(get(client, address(moscow))) == [
        ["delegation", "SCO", "BRICS", "LAS", "blocs"],
        ["members that attended", "3 of 3", "2 of 2", "0 of 2", "-"],
        ["the bloc’s own delegation", "– none", "declined", "– none", "-"],
        ["Attended"],
        ["China", "member", "member", "-", "2"],
        ["Russia", "member", "member", "-", "2"],
        ["Iran", "member", "observer", "-", "2"],
        ["Türkiye", "partner", "-", "-", "1"],
        ["in none of them", "Peru"],
        ["Announced, attendance not confirmed"],
        ["Iraq", "-", "-", "member", "1"],
    ]


def test_every_mark_is_a_link_to_the_bloc_and_says_the_whole_fact(client, moscow):
    html = get(client, address(moscow))

    marks = re.findall(
        r'<td>\s*<a href="([^"]*)" title="([^"]*)">\s*<i class="sign sign-(\w+)">', html
    )
    assert marks == [
        ("/blocs/sco/", "China: member of SCO since 2001", "member"),
        ("/blocs/brics/", "China: member of BRICS", "member"),
        ("/blocs/sco/", "Russia: member of SCO since 15 June 2001", "member"),
        ("/blocs/brics/", "Russia: member of BRICS", "member"),
        ("/blocs/sco/", "Iran: member of SCO since 4 July 2023", "member"),
        ("/blocs/brics/", "Iran: observer of BRICS since 27 May 2025", "observer"),
        ("/blocs/sco/", "Türkiye: partner of SCO", "partner"),
        ("/blocs/league/", "Iraq: member of LAS", "member"),
    ]
    assert 'href="/delegations/brics-own/" title="BRICS: declined"' in html


def test_the_page_says_what_the_table_cannot(client, moscow):
    words = words_of(get(client, address(moscow)))

    assert (
        "Attended: 3 of 3 members of SCO, 2 of 2 members of BRICS, 0 of 2 members of LAS." in words
    )
    assert "Blocs that sent a delegation, and to which none of these countries is on record as "\
        "belonging: IGAD ." in words  # fmt: skip


def test_a_gap_parts_rows_whose_first_bloc_differs(moscow):
    brazil = make_country("BRA", name="Brazil")
    make_delegation(moscow, brazil, "bra")
    make_membership(moscow.delegations.get(pk="brics-own").bloc, brazil)

    body = BlocMatrix(moscow).bodies[0]

    rows = [(row.delegations[0].pk, row.new) for row in body.rows]
    assert rows == [("chn", False), ("rus", False), ("irn", False), ("bra", False), ("tur", True)]


def test_columns_run_from_the_most_delegations_to_the_fewest(moscow):
    columns = BlocMatrix(moscow).columns

    assert [(c.bloc.pk, c.belonging, c.came, c.members) for c in columns] == [
        ("sco", 4, 3, 3),
        ("brics", 3, 2, 2),
        ("league", 0, 0, 2),
    ]


def test_where_the_first_day_is_not_known_nobody_belongs_to_anything(client):
    event = make_event(starts_on=None, ends_on=None)
    country = make_country()
    make_membership(make_bloc(), country)
    make_delegation(event, country)

    html = get(client, address(event))

    assert "<table" not in html
    assert "The first day of the event is not known" in words_of(html)


def test_in_a_crowd_countries_of_one_pattern_share_a_row(client):
    crowd = make_crowd(70, 0)
    matrix = BlocMatrix(crowd.event)
    patterns = [
        tuple((cell.bloc.pk, cell.status) for cell in row.cells)
        for body in matrix.bodies
        for row in body.rows
    ]
    sizes = [[len(row.delegations) for row in body.rows] for body in matrix.bodies]

    assert matrix.folded
    assert max(size for of_body in sizes for size in of_body) > 10
    for body in matrix.bodies:
        shown = [tuple((c.bloc.pk, c.status) for c in row.cells) for row in body.rows]
        assert len(shown) == len(set(shown))
    assert len(patterns) < 30
    html = get(client, address(crowd.event))
    links = re.findall(r'<a href="/delegations/([^"]*)/"', html)
    assert sorted(links) == sorted(d.pk for d in crowd.delegations)
    assert "share a row" in words_of(html)


def test_each_of_few_countries_has_a_row_of_its_own():
    crowd = make_crowd(68, 0)  # 61 countries and 7 organisations
    few = make_event("few")
    few.refresh_from_db()
    for delegation in crowd.delegations[:60]:
        make_delegation(few, delegation.country)

    assert BlocMatrix(crowd.event).folded
    matrix = BlocMatrix(few)
    assert not matrix.folded
    assert {len(row.delegations) for body in matrix.bodies for row in body.rows} == {1}


def test_the_table_is_the_same_on_every_run(client, moscow):
    assert get(client, address(moscow)) == get(client, address(moscow))


@pytest.mark.parametrize("size", [9, 70])
def test_the_page_takes_the_same_queries_at_any_size(client, size, django_assert_num_queries):
    event = make_crowd(size, 0).event

    with django_assert_num_queries(4):
        client.get(address(event))
