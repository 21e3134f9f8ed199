"""The pages of who came: what each says, and the ways on from it, in both directions."""

import re

import pytest

from delegations.models import Country
from tests.factories import (
    cite,
    make_country,
    make_delegate,
    make_delegation,
    make_event,
    make_membership,
    make_person,
)
from tests.pages import WITH_PAGES, cited_on, get, links_in, words_of

pytestmark = pytest.mark.django_db

WAYS = {
    "/countries/RUS/": {
        "/delegations/moscow-2025-rus/",
        "/meetings/shoigu-ahmadian/",
        "/meetings/moscow-2025-plenary/",
        "/statements/shoigu-on-iran/",
        "/events/moscow-2025/",
        "/memberships/brics+RUS+member/",
        "/blocs/brics/",
        "/people/sergei-shoigu/",
        "/agreements/strategic-partnership/",
    },
    "/countries/IRN/": {
        "/delegations/moscow-2025-irn/",
        "/meetings/shoigu-ahmadian/",
        "/statements/shoigu-on-iran/",
        "/agreements/strategic-partnership/",
    },
    "/countries/PRK/": {"/delegations/moscow-2025-prk/"},
    "/blocs/brics/": {
        "/delegations/moscow-2025-brics/",
        "/delegations/moscow-2025-rus/",
        "/meetings/shoigu-ahmadian/",
        "/statements/shoigu-on-iran/",
        "/memberships/brics+IRN+member/",
        "/countries/IRN/",
    },
    "/memberships/brics+RUS+member/": {"/blocs/brics/", "/countries/RUS/"},
    "/events/moscow-2025/": {
        "/delegations/moscow-2025-rus/",
        "/delegations/moscow-2025-brics/",
        "/delegations/moscow-2025-prk/",
        "/meetings/shoigu-ahmadian/",
        "/meetings/moscow-2025-plenary/",
        "/statements/shoigu-on-iran/",
        "/statements/analyst-remark/",
        "/people/sergei-shoigu/",
        "/countries/RUS/",
        "/blocs/brics/",
        "/figures/?event=moscow-2025",
    },
    "/delegations/moscow-2025-rus/": {
        "/events/moscow-2025/",
        "/countries/RUS/",
        "/delegates/moscow-2025-rus+sergei-shoigu/",
        "/people/sergei-shoigu/",
        "/meetings/shoigu-ahmadian/",
        "/statements/shoigu-on-iran/",
    },
    "/delegations/moscow-2025-brics/": {"/blocs/brics/", "/events/moscow-2025/"},
    "/delegates/moscow-2025-rus+sergei-shoigu/": {
        "/people/sergei-shoigu/",
        "/delegations/moscow-2025-rus/",
        "/meetings/shoigu-ahmadian/",
        "/statements/shoigu-on-iran/",
    },
    "/people/sergei-shoigu/": {
        "/delegates/moscow-2025-rus+sergei-shoigu/",
        "/delegations/moscow-2025-rus/",
        "/meetings/shoigu-ahmadian/",
        "/statements/shoigu-on-iran/",
        "/events/moscow-2025/",
    },
}


@pytest.mark.parametrize("address", WAYS)
def test_a_page_leads_to_all_that_belongs_to_it(client, cast, address):
    links = set(links_in(get(client, address)))

    assert WAYS[address] - links == set()


def test_every_page_has_one_heading_a_title_and_its_permanent_address(client, cast):
    records = {r._meta.db_table: r for r in vars(cast).values() if hasattr(r, "record_key")}
    addresses = ["/", *(f"/{table}/" for table in WITH_PAGES)]
    addresses += [record.get_absolute_url() for record in records.values()]

    assert set(records) == set(WITH_PAGES)
    for address in addresses:
        page = get(client, address)
        assert page.count("<h1>") == 1
        assert page.count("<title>") == page.count("<main ") == 1
        assert f'Permanent address: <a href="{address}">testserver{address}</a>' in page


def test_a_country_shows_what_is_not_held_against_it_as_nothing(client):
    make_country("AND", name="Andorra")

    page = get(client, "/countries/AND/")

    assert re.findall(r'<h2 id="([\w-]+)"', page) == ["h-cite"]
    assert "A name and a code, which need no source" in page


def test_an_entity_and_its_state_name_each_other(client):
    state = make_country("BIH", name="Bosnia and Herzegovina")
    make_country("BA-SRP", name="Republika Srpska", kind="other", part_of=state)

    assert "/countries/BA-SRP/" in links_in(get(client, "/countries/BIH/"))
    assert "other, in Bosnia and Herzegovina" in words_of(get(client, "/countries/BA-SRP/"))


def test_a_country_has_its_usual_name_in_text_and_its_full_one_as_heading(client, cast):
    page = get(client, "/countries/PRK/")

    assert "<h1>Democratic People’s Republic of Korea</h1>" in page
    assert "DPR Korea announced" in words_of(get(client, "/delegations/"))


def test_a_delegation_without_known_people_says_so(client, cast):
    assert "No source names a delegate." in get(client, "/delegations/moscow-2025-prk/")
    assert "No source names a delegate." not in get(client, "/delegations/moscow-2025-rus/")


def test_a_person_is_found_under_every_spelling(client, cast):
    page = words_of(get(client, "/people/ali-akbar-ahmadian/"))

    assert "Also written Aliakbar Ahmadian" in page
    assert "Сергей Шойгу" in get(client, "/people/sergei-shoigu/")


def test_a_membership_shows_its_days_and_the_others_of_the_two(client, cast):
    make_membership(cast.brics, cast.iran, status="observer", since="2023-08", until="2024-01-01")

    page = words_of(get(client, "/memberships/brics+IRN+observer/"))

    assert "Iran, observer of BRICS" in page
    assert "Since August 2023 Until 1 January 2024 Also member , 1 January 2024" in page


def test_an_event_page_shows_its_own_evidence(client, cast):
    cite(cast.event, cast.tass, excerpt="It opened on Tuesday.")

    assert "It opened on Tuesday." in {
        c.excerpt for c in cited_on(get(client, "/events/moscow-2025/"))
    }


def test_a_person_who_chaired_is_shown_the_event(client):
    chair = make_person("chair")
    make_event("chaired", chair=chair)

    assert "/events/chaired/" in links_in(get(client, "/people/chair/"))


def test_a_bloc_says_how_many_of_its_members_came_and_draws_them(client, cast):
    for code, status in (("CHN", "announced"), ("IND", None)):
        make_membership(cast.brics, make_country(code), since="2009")
        if status:
            make_delegation(cast.event, Country.objects.get(pk=code), status=status)

    page = get(client, "/blocs/brics/")

    assert (
        "2 of the 4 members that BRICS had on 27 May 2025 came to Moscow 2025 , and 1 more were "
        "announced."
    ) in words_of(page)
    assert re.findall(r'<rect class="([\w-]+)"', page) == ["u-yes", "u-yes", "u-ann", "u-no"]


def test_the_entries_of_a_cell_do_not_run_into_each_other(client, cast):
    for event in ("a", "b"):
        delegation = make_delegation(make_event(event), cast.russia)
        make_delegate(delegation, cast.shoigu)
        make_delegate(delegation, cast.ahmadian)

    def cells(page):
        return re.findall(r"<td>(.*?)</td>", page, re.DOTALL)

    people, delegations = get(client, "/people/"), get(client, "/delegations/")
    assert max(cell.count("<div>") for cell in cells(people)) == 3
    assert max(cell.count("<div>") for cell in cells(delegations)) == 2
