import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations, product
from xml.etree import ElementTree

import pytest
from django.db import transaction

from meetings.models import Meeting
from meetings.pictures.circle import circle
from meetings.pictures.geometry import Ring
from meetings.pictures.parting import NEAR, parted, rows_of
from meetings.pictures.small_circle import apart, small_circle
from meetings.pictures.text import width
from meetings.pictures.who_met import WhoMet, words_of_day
from summitkb.records.partial_dates import PartialDate
from tests.factories import (
    make_bilateral,
    make_country,
    make_delegation,
    make_event,
    make_meeting,
    make_participant,
)
from tests.meetings.pictures.crowd import make_crowd
from tests.pages import get, links_in, words_of

SVG = "{http://www.w3.org/2000/svg}"
STATUS_WORDS = {
    "held": "held",
    "announced": "announced, not confirmed",
    "cancelled": "cancelled",
    "unconfirmed": "unconfirmed report",
}


def address(event):
    return f"/events/{event.pk}/who-met-whom/"


def svg_in(html):
    """The circle in a page, as it is read by whoever draws it."""
    return ElementTree.fromstring(re.search(r'<svg [^>]*class="pic circle.*?</svg>', html, re.S)[0])


def links(element):
    return list(element.iter(f"{SVG}a"))


def by_class(svg, name):
    return [element for element in svg.iter() if name in element.get("class", "").split()]


@dataclass
class Box:
    """The room that a label takes."""

    words: str
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other):
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def labels(svg):
    """All names, headings and the caption of the host; not the signs upon arcs."""
    dense = "circle-dense" in svg.get("class")
    left = {id(e) for side in by_class(svg, "circle-left") for e in side.iter()}
    for text in svg.iter(f"{SVG}text"):
        classes = text.get("class", "").split()
        if "meet-sign" in classes:
            continue
        size = 11 if dense else 13
        if "circle-host" in classes:
            size = 15
        elif {"circle-head", "circle-n"} & set(classes):
            size = 10 if dense else 12
        words = "".join(text.itertext())
        x, y, wide = float(text.get("x")), float(text.get("y")), width(words, size)
        start = x - wide / 2 if text.get("text-anchor") else x - wide if id(text) in left else x
        yield Box(words, start, start + wide, y - 0.75 * size, y + 0.2 * size)


# The page


@pytest.mark.django_db
@pytest.mark.parametrize(("delegations", "meetings"), [(40, 21), (130, 130)])
class TestCrowd:
    @pytest.fixture
    def crowd(self, delegations, meetings):
        return make_crowd(delegations, meetings)

    @pytest.fixture
    def svg(self, crowd, client):
        return svg_in(get(client, address(crowd.event)))

    def test_no_two_labels_meet_and_none_leaves_the_drawing(self, svg, delegations):
        wide, high = (float(n) for n in svg.get("viewBox").split()[2:])
        boxes = list(labels(svg))

        assert len(boxes) > delegations
        assert [(a.words, b.words) for a, b in combinations(boxes, 2) if a.meets(b)] == []
        assert [
            box.words
            for box in boxes
            if box.left < 0 or box.right > wide or box.top < 0 or box.bottom > high
        ] == []

    def test_every_meeting_is_drawn_once_with_its_status_link_and_title(self, crowd, svg):
        drawn = [
            (
                link.get("href"),
                link.find(f"{SVG}title").text,
                link.findall(f"{SVG}path")[-1].get("class").split()[1],
                "".join(text.text for text in link.iter(f"{SVG}text")),
            )
            for link in links(by_class(svg, "meets")[0])
        ]

        signs = {"cancelled": "×", "unconfirmed": "?"}
        expected = [
            (
                f"/meetings/{meeting.pk}/",
                f"{meeting.title}: {STATUS_WORDS[meeting.status]}, "
                + ("28 May" if meeting.date else "day not reported"),
                f"meet-{meeting.status}",
                signs.get(meeting.status, ""),
            )
            for meeting in crowd.bilaterals
        ]
        assert sorted(drawn) == sorted(expected)

    def test_meetings_come_by_status_so_that_the_rarer_lies_above(self, svg):
        statuses = [
            link.findall(f"{SVG}path")[-1].get("class").split()[1].removeprefix("meet-")
            for link in links(by_class(svg, "meets")[0])
        ]

        assert statuses == sorted(statuses, key=list(STATUS_WORDS).index)

    def test_every_delegation_has_one_dot_in_the_code_of_its_attendance(self, crowd, svg):
        dots = [
            (link.get("href"), link.get("class"))
            for link in links(svg)
            if link.get("href").startswith("/delegations/")
        ]

        assert sorted(dots) == sorted(
            (f"/delegations/{d.pk}/", f"circle-{d.status}") for d in crowd.delegations
        )

    def test_the_description_has_the_numbers_of_the_database(self, svg, delegations):
        words = svg.find(f"{SVG}desc").text
        recorded = Counter(Meeting.objects.values_list("status", flat=True))
        counts = ", ".join(f"{recorded[s]} {s}" for s in STATUS_WORDS if recorded[s])
        with_host = Meeting.objects.filter(participants__delegation="crowd-rus")

        assert words == (
            f"{delegations} delegations around a circle, by the bloc that each has belonged to "
            f"longest; the bilateral meetings as arcs. {sum(recorded.values())} bilateral meetings "
            f"on record: {counts}. Russia, the host, is on one side of {with_host.count()} of them, "
            f"{with_host.filter(status='held').count()} held. The table below holds the same facts."
        )

    def test_the_page_is_the_same_on_every_run(self, crowd, client):
        assert get(client, address(crowd.event)) == get(client, address(crowd.event))

    def test_the_table_holds_each_meeting_twice(self, crowd, client):
        table = get(client, address(crowd.event)).partition('id="h-met"')[2]
        meetings = Counter(link for link in links_in(table) if link.startswith("/meetings/"))

        assert meetings == {f"/meetings/{m.pk}/": 2 for m in crowd.bilaterals}


@pytest.mark.django_db
@pytest.mark.parametrize(("delegations", "dense"), [(60, False), (61, True)])
def test_above_sixty_delegations_everything_is_smaller(client, delegations, dense):
    svg = svg_in(get(client, address(make_crowd(delegations, 3).event)))

    assert ("circle-dense" in svg.get("class")) == dense


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(9, 1), (30, 20)])
def test_the_page_takes_the_same_queries_at_any_size(client, size, django_assert_num_queries):
    event = make_crowd(*size).event

    with django_assert_num_queries(6):
        client.get(address(event))


@pytest.mark.django_db
def test_ids_are_prefixed_and_unique(client):
    html = get(client, address(make_crowd(12, 5).event))
    ids = re.findall(r'\sid="([^"]*)"', html)

    assert sorted(ids) == sorted(set(ids))
    assert {"c-t", "c-d"} < set(ids)


@pytest.mark.django_db
def test_the_page_has_no_script_and_no_style_of_its_own(client):
    html = get(client, address(make_crowd(12, 5).event))

    assert re.findall(r"<script|<style|\sstyle=|\son\w+=", html) == []


@pytest.mark.django_db
def test_what_is_not_published_is_not_drawn(client):
    event = make_event(country=(host := make_country("RUS", name="Russia")))
    russia, iran = make_delegation(event, host), make_delegation(event, make_country(name="Iran"))
    make_delegation(event, make_country(name="Secretland"), publication="draft")
    make_bilateral(event, russia, iran, title="In the open")
    with transaction.atomic():
        hidden = make_meeting(
            event, kind="bilateral", title="Behind the scenes", publication="draft"
        )
        for delegation in (russia, iran):
            make_participant(hidden, delegation, publication="draft")
    make_meeting(event, delegations=[russia, iran], title="Of many")

    words = words_of(get(client, address(event)))

    assert "1 bilateral meeting on record: 1 held." in words
    assert [t for t in ("Secretland", "Behind the scenes", "Of many") if t in words] == []


@pytest.mark.django_db
def test_a_meeting_with_a_delegation_to_another_event_is_told_and_not_drawn(client):
    event = make_event()
    here, there = make_delegation(event), make_delegation()
    make_bilateral(event, here, there, "beyond", title="Across events")

    html = get(client, address(event))

    assert by_class(svg_in(html), "meet") == []
    assert (
        "Not drawn, and not in the network, because a side of theirs is not on record as a "
        "delegation: Across events ." in words_of(html)
    )


@pytest.mark.django_db
def test_an_event_without_delegations_has_a_page(client):
    html = get(client, address(make_event()))

    assert "No bilateral meeting is on record." in words_of(html)


@pytest.mark.django_db
def test_an_unknown_event_has_none(client):
    assert client.get("/events/nowhere/who-met-whom/").status_code == 404


@pytest.mark.django_db
def test_in_a_great_crowd_only_those_with_a_meeting_are_drawn_and_the_page_says_so(
    client, monkeypatch
):
    crowd = make_crowd(12, 0)
    russia, a, b = crowd.delegations[:3]
    make_bilateral(crowd.event, russia, a)
    make_bilateral(crowd.event, a, b)
    monkeypatch.setattr("meetings.pictures.circle.CROWD", 11)

    html = get(client, address(crowd.event))

    dots = {link.get("href") for link in links(svg_in(html)) if "delegations" in link.get("href")}
    assert dots == {f"/delegations/{d.pk}/" for d in (russia, a, b)}
    assert "9 delegations are not drawn" in words_of(html)
    assert "3 delegations with a bilateral meeting around a circle" in html


# Words


@pytest.mark.django_db
def test_the_title_of_a_delegation_says_how_it_stands(client):
    crowd = make_crowd(12, 0)
    russia, a, b = crowd.delegations[:3]
    make_bilateral(crowd.event, russia, a)
    make_bilateral(crowd.event, russia, a)
    make_bilateral(crowd.event, russia, b, status="cancelled")
    who = WhoMet(crowd.event)

    assert [who.fact(d) for d in (russia, a, b, who.without[0])] == [
        "Russian Federation: attended; 2 bilateral meetings held, 1 other",
        f"{a.country}: {a.status}; 2 bilateral meetings held; African Union of nations member",
        f"{b.country}: {b.status}; no bilateral meetings held, 1 other; "
        "African Union of nations member",
        f"{who.without[0].country}: {who.without[0].status}; no bilateral meetings held; "
        "African Union of nations member",
    ]


@pytest.mark.django_db
def test_a_title_names_the_sides_where_the_meeting_does_not():
    event = make_event()
    a, b = (make_delegation(event, make_country(name=name)) for name in ("Iran", "Iraq"))
    for title in ("Ahmadian - al-Araji (Iran - Iraq)", "Iran - Iraq", "Shoigu - Iraq"):
        make_bilateral(event, a, b, title=title)

    event.refresh_from_db()
    assert [bilateral.title for bilateral in WhoMet(event).bilaterals] == [
        "Ahmadian\N{NO-BREAK SPACE}– al-Araji (Iran\N{NO-BREAK SPACE}– Iraq)",
        "Iran\N{NO-BREAK SPACE}– Iraq",
        "Shoigu\N{NO-BREAK SPACE}– Iraq (Iran – Iraq)",
    ]


@pytest.mark.parametrize(
    ("date", "words"),
    [
        (None, "day not reported"),
        (PartialDate(2025, 5, 28), "28 May"),
        (PartialDate(2024, 5, 28), "28 May 2024"),
        (PartialDate(2025, 5), "May 2025, day not reported"),
    ],
)
def test_a_day_is_said_without_the_year_of_the_event(date, words):
    assert words_of_day(date, 2025) == words


@pytest.mark.parametrize(
    ("words", "measured"),
    [
        ("United Arab Emirates", 9.50),
        ("Bosnia and Herzegovina", 10.90),
        ("Mwanawasa", 5.56),
        ("Central African Rep.", 9.00),
        ("Illit", 1.22),
        ("Côte d'Ivoire", 5.58),
        ("AEEU 2025", 5.23),
    ],
)
def test_the_estimate_is_a_little_more_than_arial_needs(words, measured):
    assert measured < width(words, 1) < 1.3 * measured


def test_marks_take_no_room_and_wide_letters_a_whole_one():
    assert width("e\N{COMBINING ACUTE ACCENT}", 10) == width("e", 10)
    assert width("中国", 10) == 20


# Layout


def ways(sizes):
    """All ways to part groups, by rows of difference and by how far the order is kept."""
    for sides in product("LR", repeat=len(sizes)):
        left, right = ([n for n, s in enumerate(sides) if s == side] for side in "LR")
        moved = sum(a > b for a in left for b in right)
        apart = abs(rows_of([sizes[n] for n in left]) - rows_of([sizes[n] for n in right]))
        yield 0 if apart <= NEAR else apart, moved


@pytest.mark.parametrize(
    "sizes",
    [
        [1],
        [4, 4],
        [4, 4, 4, 4, 3, 2, 1, 8, 9],
        [46, 21, 12, 9, 8, 4, 2, 17, 9],
        [40, 1, 1],
        [9, 8, 7, 6, 30],
        [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 30],
    ],
)
def test_groups_are_parted_best_of_all_ways(sizes):
    left, right = parted(sizes)

    assert sorted(left + right) == list(range(len(sizes)))
    apart = abs(rows_of([sizes[n] for n in left]) - rows_of([sizes[n] for n in right]))
    moved = sum(a > b for a in left for b in right)
    assert (0 if apart <= NEAR else apart, moved) == min(ways(sizes))


def test_the_groups_of_moscow_2025_are_parted_as_they_are_read():
    assert parted([4, 4, 4, 4, 3, 2, 2, 8, 9]) == ([0, 1, 2, 3, 4], [5, 6, 7, 8])


def test_many_groups_are_parted_soon():
    left, right = parted([3] * 40)

    assert (len(left), len(right)) == (20, 20)


def test_an_arc_ends_before_the_dots_and_bows_to_the_centre():
    curve = Ring(0, 0, 100).curve((-100, 0), (100, 0))

    assert str(curve) == "M-94 0Q0 0 94 0"
    near = Ring(0, 0, 100).curve((-60, -80), (60, -80))
    assert near.at(0.5)[1] > -80


def test_several_meetings_of_a_pair_stay_apart():
    ring = Ring(0, 0, 100)

    assert [ring.curve((-100, 0), (100, 0), aside).bend for aside in (-13, 13)] == [
        (0, -13),
        (0, 13),
    ]


@pytest.mark.django_db
def test_arcs_of_one_pair_have_paths_of_their_own():
    event = make_event()
    a, b = make_delegation(event), make_delegation(event)
    for _ in range(3):
        make_bilateral(event, a, b)

    event.refresh_from_db()
    paths = {str(arc.path) for arc in circle(WhoMet(event)).arcs}

    assert len(paths) == 3


# Small, for one delegation


@pytest.mark.django_db
def test_the_small_circle_has_the_meetings_of_one_and_names_whom_it_met():
    crowd = make_crowd(40, 21)
    who = WhoMet(crowd.event)
    delegation, encounters = who.by_delegation[1]

    small = small_circle(who, delegation)

    assert {arc.bilateral for arc in small.arcs} == {e.bilateral for e in encounters}
    assert len(small.arcs) + len(small.faint) == 21
    assert {dot.delegation for dot in small.named} == {delegation, *(e.other for e in encounters)}
    assert len(small.named) + len(small.others) == 40
    assert [dot.delegation for dot in small.named if dot.own] == [delegation]


@pytest.mark.django_db
def test_the_small_circle_of_a_person_has_the_meetings_that_the_person_took_part_in():
    who = WhoMet(make_crowd(40, 21).event)
    encounters = who.of[who.host.pk]
    chosen = encounters[2]

    small = small_circle(who, who.host, {chosen.bilateral.meeting.pk})

    assert [arc.bilateral for arc in small.arcs] == [chosen.bilateral]
    assert {dot.delegation for dot in small.named} == {who.host, chosen.other}
    assert small_circle(who, who.host, set()) is None


@pytest.mark.django_db
def test_no_names_of_the_small_circle_meet():
    who = WhoMet(make_crowd(40, 30).event)

    small = small_circle(who, who.host)

    boxes = []
    for dot in small.named:
        wide, x, y = width(dot.delegation.short_name, 12), dot.label.x, dot.label.y
        start = {"end": x - wide, "start": x, "middle": x - wide / 2}[dot.anchor]
        boxes.append(Box(dot.delegation.short_name, start, start + wide, y - 9, y + 3))
    assert len(boxes) > 5
    assert [(a.words, b.words) for a, b in combinations(boxes, 2) if a.meets(b)] == []
    assert min(box.left for box in boxes) >= 0
    assert max(box.right for box in boxes) <= small.width


@pytest.mark.django_db
def test_there_is_no_small_circle_of_nobody_met_or_of_too_many():
    who = WhoMet(make_crowd(130, 130).event)

    assert small_circle(who, who.without[0]) is None
    assert small_circle(who, who.host) is None


@pytest.mark.parametrize(
    ("ys", "moved"),
    [
        ([], []),
        ([5, 50], [10, 50]),
        ([50, 51, 52], [50, 60, 70]),
        ([95, 99], [90, 100]),
        ([10, 11, 98, 99], [10, 20, 90, 100]),
    ],
)
def test_names_move_as_little_as_they_must(ys, moved):
    assert apart(ys, line=10, top=10, bottom=100) == moved
