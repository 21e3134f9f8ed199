"""The pictures of an event as a whole say what the lists say, on the bundled record."""

import re
from html import unescape

import pytest

from delegations.models import Delegation
from meetings.models import Figure, Statement
from tests.pages import get, read, words_of

pytestmark = pytest.mark.usefixtures("bundled_record", "db")

ADDRESS = "/events/moscow-2025/{}/"
PICTURES = ("map", "blocs", "topics", "figures")


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_the_same_bytes_every_time(client, picture):
    assert get(client, ADDRESS.format(picture)) == get(client, ADDRESS.format(picture))


@pytest.mark.parametrize("picture", PICTURES)
def test_the_page_of_the_event_leads_to_it(client, picture):
    assert f'href="{ADDRESS.format(picture)}"' in get(client, "/events/moscow-2025/")


@pytest.mark.parametrize(
    ("picture", "queries"), [("map", 3), ("blocs", 4), ("topics", 7), ("figures", 3)]
)
def test_a_picture_asks_a_fixed_number_of_queries(
    client, django_assert_num_queries, picture, queries
):
    get(client, ADDRESS.format(picture))
    with django_assert_num_queries(queries):
        get(client, ADDRESS.format(picture))


def test_each_number_of_the_topics_is_that_of_the_list_behind_it(client):
    page = get(client, ADDRESS.format("topics"))
    cells = re.findall(r'<a href="(/statements/\?[^"]*)" title="[^"]*">(\d+)</a>', page)
    shown = {unescape(address): int(number) for address, number in cells}

    assert len(shown) > 60
    assert {a: read(get(client, a), "statements").count for a in shown} == shown


def test_the_last_row_of_the_topics_is_the_whole(client):
    rows = re.findall(r"<tr.*?</tr>", get(client, ADDRESS.format("topics")), re.DOTALL)
    totals = [int(words_of(row).split()[-1]) for row in rows[1:]]

    assert totals[-1] == sum(totals[:-1]) == Statement.objects.published().count()


def test_every_delegation_is_on_the_page_of_the_map_under_its_status(client):
    page = get(client, ADDRESS.format("map"))
    picture, _, lists = page.partition("</svg>")
    drawn = dict(
        re.findall(
            r'<a href="/delegations/([\w-]+)/">\s*<title>[^<]*</title>\s*'
            r'<(?:path|circle) class="map-shape (?:map-dot )?map-(\w+)"',
            picture,
        )
    )
    delegations = Delegation.objects.published()

    assert drawn == {d.pk: d.status for d in delegations if d.country_id}
    assert {d.pk for d in delegations} == set(re.findall(r'href="/delegations/([\w-]+)/"', lists))


def test_every_figure_stands_among_the_figures_in_dispute(client):
    page = get(client, ADDRESS.format("figures"))

    assert set(re.findall(r'href="/figures/([\w-]+)/"', page)) == set(
        Figure.objects.published().values_list("pk", flat=True)
    )
    assert "126 fits 8 of 10 figures." in words_of(page)


def test_blocs_count_the_members_that_attended(client):
    page = words_of(get(client, ADDRESS.format("blocs")))

    assert (
        "Attended: 7 of 10 members of BRICS, 5 of 10 members of SCO, 4 of 9 members of CIS." in page
    )


@pytest.mark.parametrize("picture", PICTURES)
def test_an_event_that_is_not_there_has_no_picture(client, picture):
    assert client.get(f"/events/nowhere/{picture}/").status_code == 404
