"""Every public page and CSV as it stood on a day, joins and counts included."""

import pytest
from django.utils import timezone

from delegations.models import Delegation, Person
from meetings.models import Figure, Statement
from tests.cast import make_cast
from tests.database import check_deferred
from tests.factories import cite, make_person, make_statement
from tests.history import happened_on
from tests.pages import TABLES, get, links_in, listing, problems, rows_of_csv, words_of

pytestmark = pytest.mark.django_db

THEN = "/as-of/2025-06-01"


@pytest.fixture
def cast(db):
    """The cast as of 1 June; on the 2nd a name is edited, a link moved, and two rows are deleted."""
    c = make_cast()
    check_deferred()
    happened_on("2025-06-01")
    Person.objects.filter(pk="sergei-shoigu").update(name="S. K. Shoigu")
    Statement.objects.filter(pk="shoigu-on-iran").update(speaker=c.ahmadian)
    Figure.objects.filter(pk="delegations-125").delete()
    Delegation.objects.filter(pk="moscow-2025-prk").delete()
    make_statement(c.event, c.ahmadian, "new", kind="quote", text="New words.")
    check_deferred()
    happened_on("2025-06-02")
    return c


def test_a_list_has_the_rows_of_then_with_the_names_and_links_of_then(client, cast):
    now = words_of(get(client, "/statements/"))
    then = words_of(get(client, f"{THEN}/statements/"))

    assert "New words." in now
    assert "New words." not in then
    assert "Sergei Shoigu , Secretary" in then
    assert "S. K. Shoigu" not in then
    assert listing(client, "as-of/2025-06-01/figures").count == 2
    assert listing(client, "figures").count == 1


def test_facets_count_what_was_there(client, cast):
    def facets(prefix):
        html = get(client, f"{prefix}/statements/?kind=quote")
        section = html.partition('aria-labelledby="f-person"')[2].partition("</section>")[0]
        return words_of(section.partition(">")[2])

    assert facets("") == "Speaker Ali Akbar Ahmadian 2"
    assert facets(THEN) == "Speaker Sergei Shoigu 1"


def test_facets_of_a_large_base_are_counted_each_on_a_page_of_its_own(client, cast, settings):
    """Of the past there are no bitmaps, and all facets at once would take too long."""
    settings.BITMAPS_FROM = 0
    html = get(client, f"{THEN}/statements/?kind=quote")
    section = html.partition('aria-labelledby="f-person"')[2].partition("</section>")[0]
    [by_person] = links_in(section)

    assert words_of(section.partition(">")[2]) == "Speaker Count and choose"
    assert by_person == f"{THEN}/statements/by/person/?kind=quote"
    assert "Sergei Shoigu 1" in words_of(get(client, by_person))
    assert "Speaker Count and choose" not in words_of(get(client, "/statements/"))


def test_a_filter_joins_the_rows_of_then(client, cast):
    """Whose delegation was on record then, and who is linked as speaker then."""
    assert "1 of 2 statements, by Sergei Shoigu" in words_of(
        get(client, f"{THEN}/statements/?person=sergei-shoigu")
    )
    assert "0 of 3 statements" in words_of(get(client, "/statements/?person=sergei-shoigu"))
    assert "1 of 4 delegations, of DPR Korea" in words_of(
        get(client, f"{THEN}/delegations/?country=PRK")
    )


def test_the_csv_has_the_rows_of_then(client, cast):
    then = rows_of_csv(client, "as-of/2025-06-01/figures")
    speakers = rows_of_csv(client, "as-of/2025-06-01/statements", "?kind=quote")

    assert [row["id"] for row in then] == ["delegations-125", "delegations-126"]
    assert then[0]["url"] == "http://testserver/as-of/2025-06-01/figures/delegations-125/"
    assert [(row["id"], row["speaker"], row["speaker_name"]) for row in speakers] == [
        ("shoigu-on-iran", "sergei-shoigu", "Sergei Shoigu")
    ]
    assert [row["id"] for row in rows_of_csv(client, "figures")] == ["delegations-126"]


def test_links_on_a_page_of_the_past_stay_there(client, cast):
    links = [link for link in links_in(get(client, f"{THEN}/statements/")) if link.startswith("/")]

    back = [link for link in links if not link.startswith(f"{THEN}/")]
    assert len(links) > 30
    assert back == ["/statements/"]  # in the banner, on purpose


def test_every_kind_of_page_has_a_past(client, cast):
    addresses = ["/", *(f"/{table}/" for table in TABLES), *(f"/{table}.atom" for table in TABLES)]
    addresses += [
        record.get_absolute_url() for record in vars(cast).values() if hasattr(record, "record_key")
    ]
    event = "/events/moscow-2025/"
    pictures = "programme who-met-whom who-met-whom/matrix map blocs topics figures open-ends"
    addresses += [f"{event}{name}/" for name in pictures.split()]
    addresses += ["/search/?q=Shoigu", "/changes/", "/compare/", "/method/", "/meetings.ics"]
    addresses += ["/statements/shoigu-on-iran/history/", "/statements/shoigu-on-iran/cite.bib"]
    addresses = [address.partition("#")[0] for address in addresses]

    assert {a: s for a in addresses if (s := client.get(THEN + a).status_code) != 200} == {}
    assert len(addresses) > 60


def test_the_search_finds_what_was_there_under_the_names_of_then(client, cast):
    assert "Found" not in words_of(get(client, "/search/?q=125"))
    page = words_of(get(client, f"{THEN}/search/?q=Shoigu"))
    assert "Sergei Shoigu" in page
    assert "S. K. Shoigu" not in page


def test_changes_are_those_until_then(client, cast):
    assert "removed" not in words_of(get(client, f"{THEN}/changes/"))
    assert "removed" in words_of(get(client, "/changes/"))


def test_the_banner_says_which_clock_is_meant_and_leads_back(client, cast):
    page = get(client, f"{THEN}/statements/?kind=quote")

    assert "As recorded here by the end of 1 June 2025" in words_of(page)
    assert 'href="/statements/?kind=quote"' in page
    assert "As recorded here" not in words_of(get(client, "/statements/"))


def test_before_the_first_record_there_is_nothing(client, cast):
    assert "Nothing is published here yet" in words_of(get(client, "/as-of/2025-05-31/"))
    assert listing(client, "as-of/2025-05-31/statements").count == 0


def test_what_was_withdrawn_since_is_a_tombstone_then(client, cast):
    Statement.objects.filter(pk="analyst-remark").update(
        publication="withdrawn", publication_note="It was never said."
    )

    response = client.get(f"{THEN}/statements/analyst-remark/")

    assert response.status_code == 410
    assert "It was never said." in response.text
    assert "architecture" not in response.text
    assert "architecture" not in get(client, f"{THEN}/statements/")
    assert "architecture" not in get(client, f"{THEN}/statements.csv")


@pytest.mark.parametrize("day", ["2025-02-30", "yesterday", "2025-6-1", "20250601", "9999-12-31"])
def test_a_day_that_is_none_or_in_the_future_is_refused(client, day):
    assert "Accepted is a day" in problems(client, f"/as-of/{day}/statements/")["as-of"]


def test_today_is_the_present(client, cast):
    make_person("p", name="Just now")
    today = timezone.now().date()

    assert "Just now" in get(client, f"/as-of/{today}/people/")


@pytest.mark.parametrize("address", ["/admin/", "/healthz", "/as-of/2025-06-01/"])
def test_only_public_pages_have_a_past(client, address):
    assert client.get(THEN + address).status_code == 404


def test_nothing_can_be_posted_to_the_past(client):
    assert client.post(f"{THEN}/statements/").status_code == 405


def test_an_address_without_a_last_slash_is_sent_on(client):
    assert client.get(THEN).headers["Location"] == f"{THEN}/"
    assert client.get(f"{THEN}/statements").headers["Location"] == f"{THEN}/statements/"


def test_the_form_at_the_foot_leads_to_the_past_of_the_page(client):
    response = client.get("/as-of/", {"day": "2025-06-01", "path": "/statements/?kind=quote"})

    assert response.headers["Location"] == f"{THEN}/statements/?kind=quote"


@pytest.mark.parametrize("path", ["//example.org/", "https://example.org/", "/no-such-page/", "x"])
def test_the_form_leads_nowhere_else(client, path):
    assert client.get("/as-of/", {"day": "2025-06-01", "path": path}).status_code == 404


def test_a_page_of_the_present_after_one_of_the_past_is_of_the_present(client, cast):
    get(client, f"{THEN}/people/")
    get(client, f"{THEN}/statements.csv")

    assert "S. K. Shoigu" in get(client, "/people/")
    cite(make_statement(id="another"))
