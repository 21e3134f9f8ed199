import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from math import hypot, pi
from xml.etree import ElementTree

import pytest

from delegations.short_names import SHORT_NAMES
from meetings.pictures.map import AttendanceMap
from meetings.pictures.map_labels import Spot, placed
from meetings.pictures.outlines import Land, Outline, world
from meetings.pictures.text import width
from tests.conftest import BUNDLED
from tests.factories import make_bloc, make_country, make_delegation, make_event, make_figure
from tests.meetings.pictures.crowd import make_crowd
from tests.pages import get, links_in, words_of

SVG = "{http://www.w3.org/2000/svg}"


def address(event):
    return f"/events/{event.pk}/map/"


def svg_in(html):
    """The map in a page, as it is read by whoever draws it."""
    return ElementTree.fromstring(re.search(r'<svg [^>]*class="pic map".*?</svg>', html, re.S)[0])


def marks_in(svg):
    """What is marked: address and title of each link, and the class and the tag of its mark."""
    found = []
    for link in svg.iter(f"{SVG}a"):
        title, mark = link
        found.append((link.get("href"), title.text, mark.get("class"), mark.tag.removeprefix(SVG)))
    return found


def spots(codes):
    with (BUNDLED / "countries.csv").open(newline="") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file)}
    return tuple(Spot(code, SHORT_NAMES.get(code, names[code])) for code in codes)


# What is marked


@pytest.fixture
def moscow():
    """Russia and Armenia came, Iran was announced, Iraq invited, China declined; one place is on no
    map, one only a point, and the SCO came as an organisation."""
    event = make_event("moscow", city="Moscow", country=make_country("RUS", name="Russia"))
    for code, name, fields in (
        ("ARM", "Armenia", {"note": "By the ambassador"}),
        ("IRN", "Iran", {"status": "announced"}),
        ("IRQ", "Iraq", {"status": "invited"}),
        ("CHN", "China", {"status": "declined"}),
        ("BA-SRP", "Republika Srpska", {}),
        ("XNO", "Nowhere", {}),
        ("DZA", "Algeria", {"publication": "draft"}),
    ):
        make_delegation(event, make_country(code, name=name), code.lower(), **fields)
    make_delegation(event, event.country, "rus")
    make_delegation(make_event("other"), make_country("IND", name="India"), "ind")
    make_delegation(event, make_bloc("sco", acronym="SCO", name="Shanghai Organisation"), "sco-own")
    event.refresh_from_db()
    return event


@pytest.mark.django_db
def test_every_delegation_that_has_a_place_is_marked_with_its_status_and_a_link(client, moscow):
    svg = svg_in(get(client, address(moscow)))

    assert marks_in(svg) == [
        ("/delegations/chn/", "China: declined", "map-shape map-declined", "path"),
        (
            "/delegations/irn/",
            "Iran: announced, attendance not confirmed",
            "map-shape map-announced",
            "path",
        ),
        (
            "/delegations/irq/",
            "Iraq: invited, attendance not reported",
            "map-shape map-invited",
            "path",
        ),
        ("/delegations/rus/", "Russia: attended", "map-shape map-attended", "path"),
        (
            "/delegations/arm/",
            "Armenia: attended (By the ambassador)",
            "map-shape map-dot map-attended",
            "circle",
        ),
        (
            "/delegations/ba-srp/",
            "Republika Srpska: attended",
            "map-shape map-dot map-attended",
            "circle",
        ),
    ]


@pytest.mark.django_db
def test_patterns_tell_the_announced_and_the_invited(client, moscow):
    svg = svg_in(get(client, address(moscow)))
    fills = {p.get("class").split()[-1]: p.get("fill") for p in svg.iter(f"{SVG}path")}

    patterns = {f"url(#{pattern.get('id')})" for pattern in svg.iter(f"{SVG}pattern")}
    assert {fills["map-announced"], fills["map-invited"]} == patterns
    assert (fills["map-attended"], fills["map-declined"]) == (None, None)


@pytest.mark.django_db
def test_a_marked_country_is_drawn_once_and_all_others_are_the_rest(client, moscow):
    svg = svg_in(get(client, address(moscow)))
    outlines = world().outlines
    paths = [path.get("d") for path in svg.iter(f"{SVG}path")]
    rest = next(p.get("d") for p in svg.iter(f"{SVG}path") if p.get("class") == "map-rest")

    marked = {"CHN", "IRN", "IRQ", "RUS", "ARM"}
    assert {code for code, outline in outlines.items() if outline.path in rest} == (
        outlines.keys() - marked
    )
    assert [paths.count(outlines[code].path) for code in sorted(marked)] == [1] * 5


@pytest.mark.django_db
def test_land_whose_status_is_disputed_has_none_whoever_came(client, moscow):
    make_delegation(moscow, make_country("UKR", name="Ukraine"))
    svg = svg_in(get(client, address(moscow)))

    drawn = [p.get("d") for p in svg.iter(f"{SVG}path") if p.get("class") == "map-disputed"]
    assert drawn == world().disputed
    assert len(drawn) == 1


@pytest.mark.django_db
def test_the_list_has_all_delegations_and_says_which_are_not_on_the_map(client, moscow):
    html = get(client, address(moscow))
    beneath = html.partition('<section class="part" aria-labelledby="h-attended">')[2]

    of_list = [link for link in links_in(beneath) if re.match(r"/delegations/[^?]", link)]
    sent = ("arm", "xno", "ba-srp", "rus", "sco-own", "irn", "irq", "chn")
    assert of_list == [f"/delegations/{key}/" for key in sent]
    words = words_of(beneath)
    assert "Nowhere not on the map Republika Srpska" in words
    headings = re.findall(r"<h2 id=[^>]*>([^<]*)</h2>\s*<p><a [^>]*>([^<]*)</a></p>", html)
    assert headings == [
        ("Attended", "5 delegations"),
        ("Announced, attendance not confirmed", "1 delegation"),
        ("Invited, attendance not reported", "1 delegation"),
        ("Declined", "1 delegation"),
    ]


@pytest.mark.django_db
def test_the_numbers_are_those_on_record(client, moscow):
    html = get(client, address(moscow))
    key = words_of(re.search(r'<ul class="pic-key">.*?</ul>', html, re.S)[0])

    assert key == (
        "attended 4 announced, attendance not confirmed 1 invited, attendance not reported 1 "
        "declined 1 no delegation on record"
    )
    assert (
        svg_in(html)
        .find(f"{SVG}desc")
        .text.startswith(
            "Countries with a delegation on record: 4 attended, 1 announced, attendance not confirmed, "
            "1 invited, attendance not reported, 1 declined."
        )
    )


@pytest.mark.django_db
def test_the_caption_says_what_is_not_on_the_map_and_whose_borders_are_drawn(client, moscow):
    words = words_of(get(client, address(moscow)))

    assert "Not on the map: 1 organisation, in the list below." in words
    assert "Not on the map, because it has no outline at this scale: Nowhere ." in words
    assert (
        "Borders as drawn by Natural Earth, showing who administers a territory, not who has a right "
        "to it; Crimea has no status here. No position is implied." in words
    )


@pytest.mark.django_db
def test_the_caption_says_that_published_totals_are_higher_only_where_they_are(client, moscow):
    make_figure(moscow, 5)
    make_figure(moscow, 999, publication="draft")
    make_figure(moscow, 999, measure="countries")
    make_figure(moscow, 999, scope="Africa")
    assert "published totals" not in words_of(get(client, address(moscow)))

    make_figure(moscow, 126, bound="about")
    html = get(client, address(moscow))
    assert (
        "5 delegations that attended are on record here; published totals are higher, up to about 126."
        in words_of(html)
    )
    assert f"/events/{moscow.pk}/figures/" in links_in(html)


@pytest.mark.django_db
def test_an_event_without_delegations_has_an_empty_map(client):
    html = get(client, address(make_event()))

    assert marks_in(svg_in(html)) == []
    assert "No delegation of a country is on record." in words_of(html)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [20, 130])
def test_the_same_numbers_are_drawn_listed_and_on_record(client, size):
    crowd = make_crowd(size, 0)
    html = get(client, address(crowd.event))

    of_countries = [d for d in crowd.delegations if d.country_id]
    placeless = [d for d in of_countries if not Spot(d.country_id, "").known]
    marked = Counter(mark[2].split()[-1].removeprefix("map-") for mark in marks_in(svg_in(html)))
    assert marked + Counter(d.status for d in placeless) == Counter(d.status for d in of_countries)
    beneath = html.partition('id="h-attended"')[2]
    listed = [link for link in links_in(beneath) if re.match(r"/delegations/[^?]", link)]
    assert sorted(listed) == sorted(d.get_absolute_url() for d in crowd.delegations)


@pytest.mark.django_db
def test_the_map_is_the_same_on_every_run(client):
    event = make_crowd(60, 0).event
    first = get(client, address(event))
    placed.cache_clear()

    assert get(client, address(event)) == first


@pytest.mark.django_db
@pytest.mark.parametrize("size", [9, 60])
def test_the_page_takes_the_same_queries_at_any_size(client, size, django_assert_num_queries):
    event = make_crowd(size, 0).event

    with django_assert_num_queries(3):
        client.get(address(event))


# Labels


@dataclass
class Box:
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

    def contains(self, x, y):
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def boxes_in(svg):
    found = []
    for text in svg.iter(f"{SVG}text"):
        x, y, wide = float(text.get("x")), float(text.get("y")), width(text.text, 10.5)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor")]
        found.append(Box(text.text, left, left + wide, y - 8, y + 2.5))
    return found


def leaders_in(svg):
    """The lines to names: two ends each."""
    paths = (p.get("d") for p in svg.iter(f"{SVG}path") if p.get("class") == "map-lead")
    numbers = ([float(n) for n in re.findall(r"-?[\d.]+", path)] for path in paths)
    return [((x1, y1), (x2, y2)) for x1, y1, x2, y2 in numbers]


def along(line):
    (x1, y1), (x2, y2) = line
    return [(x1 + (x2 - x1) * n / 50, y1 + (y2 - y1) * n / 50) for n in range(51)]


@pytest.mark.django_db
@pytest.mark.parametrize("size", [20, 40, 66])
def test_no_name_meets_another_a_dot_a_line_or_the_edge(client, size):
    svg = svg_in(get(client, address(make_crowd(size, 0).event)))
    boxes, leaders = boxes_in(svg), leaders_in(svg)
    dots = [(float(c.get("cx")), float(c.get("cy"))) for a in svg.iter(f"{SVG}a") for c in a[1:]
            if c.tag == f"{SVG}circle"]  # fmt: skip

    assert len(boxes) > 0.8 * (size - 7)
    assert [(a.words, b.words) for a, b in combinations(boxes, 2) if a.meets(b)] == []
    assert [b.words for b in boxes for dot in dots if b.contains(*dot)] == []
    crossed = [
        b.words for b in boxes for line in leaders if any(b.contains(*p) for p in along(line))
    ]
    assert crossed == []
    assert min(b.left for b in boxes) >= 0
    assert max(b.right for b in boxes) <= 1000
    assert min(b.top for b in boxes) >= 0
    assert max(b.bottom for b in boxes) <= 433


def test_no_line_to_a_name_crosses_another():
    crowded = {
        "ALB": "Albania", "AUT": "Austria", "BEL": "Belgium", "BGR": "Bulgaria", "BLR": "Belarus",
        "BIH": "Bosnia and Herzegovina", "CHE": "Switzerland", "CZE": "Czechia", "DNK": "Denmark",
        "EST": "Estonia", "GRC": "Greece", "HRV": "Croatia", "HUN": "Hungary", "IRL": "Ireland",
        "LTU": "Lithuania", "LVA": "Latvia", "MDA": "Moldova", "MKD": "North Macedonia",
        "MNE": "Montenegro", "NLD": "Netherlands", "POL": "Poland", "PRT": "Portugal",
        "ROU": "Romania", "SRB": "Serbia", "SVK": "Slovakia", "SVN": "Slovenia", "UKR": "Ukraine",
    }  # fmt: skip
    labels = placed(tuple(Spot(code, name) for code, name in crowded.items()))
    lines = [(label.leader.start, label.leader.end) for label in labels if label.leader]

    assert len(lines) > 5
    for a, b in combinations(lines, 2):
        nearest = min(hypot(x1 - x2, y1 - y2) for x1, y1 in along(a) for x2, y2 in along(b))
        assert nearest > 0.3


def test_a_name_stands_inside_where_the_country_has_room_and_beside_it_else():
    russia, gabon, armenia = placed(spots(["RUS", "GAB", "ARM"]))

    assert (russia.inside, gabon.inside, armenia.inside) == (True, False, False)
    land = Land.of(world().outlines["RUS"])
    assert all(land.covers(x, y) for x, y in ((russia.x, russia.y), (russia.box.left, russia.y)))
    assert [label.spot.code for label in (russia, gabon, armenia)] == ["RUS", "GAB", "ARM"]


def test_of_a_crowd_only_names_inside_are_left():
    codes = sorted(world().outlines)[:61]
    every = tuple(Spot(code, code.title()) for code in codes)

    labels, fewer = placed(every), placed(every[:60])

    assert {label.inside for label in labels} == {True}
    assert len(labels) < 40 < len(fewer)


def test_a_longer_way_needs_a_line_and_a_short_one_none():
    labels = placed(spots(["RUS", "IRN", "IRQ", "AFG", "PAK", "KGZ", "ARE", "ARM", "AZE"]))

    lines = {label.spot.code: str(label.leader) for label in labels if label.leader}
    assert "AFG" in lines
    assert all(re.fullmatch(r"M[\d.]+ [\d.]+L[\d.]+ [\d.]+", line) for line in lines.values())
    assert {"RUS", "IRN"}.isdisjoint(lines)


def test_places_are_kept_for_the_same_countries():
    wanted = spots(["RUS", "GAB"])
    placed.cache_clear()
    placed(wanted)
    placed(spots(["RUS", "GAB"]))

    assert placed.cache_info()[:2] == (1, 1)


@pytest.mark.django_db
def test_a_name_on_a_filled_country_has_the_colour_for_it(moscow):
    make_delegation(moscow, make_country("BRA", name="Brazil"), status="announced")

    classes = {w.label.spot.name: w.classes for w in AttendanceMap(moscow).labels}

    assert classes["Russia"] == "map-label map-in"
    assert classes["Brazil"] == classes["Armenia"] == "map-label"


# Outlines


SQUARE = Outline("XXX", "M10 20l20 0 0 10 -20 0ZM100.5 50l4 0 0 .4Z", (15, 25), 0, 0)


def test_a_path_is_read_ring_by_ring():
    assert SQUARE.rings == [
        [(10, 20), (30, 20), (30, 30), (10, 30)],
        [(100.5, 50), (104.5, 50), (104.5, 50.4)],
    ]


@pytest.mark.parametrize(("angle", "far"), [(0, 15), (pi / 2, 5), (pi, 5), (3 * pi / 2, 5)])
def test_the_border_is_as_far_as_it_is_drawn(angle, far):
    assert SQUARE.reach(angle) == pytest.approx(far)


def test_outside_there_is_no_border_to_reach():
    assert Outline("XXX", "M10 20l20 0 0 10 -20 0Z", (50, 25), 0, 0).reach(0) == 0


@pytest.mark.parametrize(
    ("point", "covered", "near"),
    [
        ((10, 20), True, True),
        ((29.9, 29.9), True, True),
        ((30, 25), False, True),
        ((7.5, 18), False, True),
        ((36, 25), False, False),
        ((20, 13), False, False),
        ((-1, 20), False, False),
        ((1001, 20), False, False),
    ],
)
def test_land_covers_what_lies_inside_and_grows_by_what_lies_near(point, covered, near):
    land = Land.of(SQUARE)

    assert (land.covers(*point), land.grown(5).covers(*point)) == (covered, near)


def test_every_outline_can_be_drawn_and_reckoned_with():
    for outline in world().outlines.values():
        land = Land.of(outline)
        squares = sum(row.bit_count() for row in land.rows)
        assert squares >= 0.8 * outline.size**2 - 10, outline.code
