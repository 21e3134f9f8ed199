"""Work queues: what waits in each, with near misses; their counts on the first page, and lists."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from delegations.models import Person
from meetings.models import Meeting, Statement
from summitkb.editing.queues import QUEUES, Queue, board, declare, queues_of
from summitkb.records.models import Citation, QuoteCheck, record_models
from summitkb.records.quote_checks import recheck
from tests.admin_pages import found, signed_in, url
from tests.factories import (
    cite,
    make_bloc,
    make_event,
    make_figure,
    make_meeting,
    make_person,
    make_source,
    make_source_text,
    make_statement,
)

pytestmark = pytest.mark.django_db
ADMINS = [*record_models(), Citation]


def waiting(client, model, queue):
    return set(found(client, model, queue=queue))


def days_ago(days):
    return (timezone.localdate() - timedelta(days=days)).isoformat()


# What waits


def test_in_review_is_what_was_submitted(admin_client):
    for publication in ("draft", "in-review", "published", "withdrawn"):
        make_person(publication, publication=publication)

    assert waiting(admin_client, Person, "in-review") == {"in-review"}


def test_uncited_is_what_no_source_stands_behind_that_may_come_to_be_public(admin_client):
    make_person("bare")
    make_person("draft", publication="draft")
    make_person("withdrawn", publication="withdrawn", publication_note="Entered twice.")
    cite(make_person("of-a-draft"), make_source(publication="draft"))
    cite(make_person("of-what-was-withdrawn"), make_source(publication="withdrawn"))
    cite(make_person("disputed"), stance="disputes")

    assert waiting(admin_client, Person, "uncited") == {"bare", "draft", "of-what-was-withdrawn"}


def test_disputed_is_what_a_source_disputes(admin_client):
    cite(make_person("supported"))
    cite(make_person("disputed"), stance="disputes")
    cite(make_person("by-a-draft"), make_source(publication="draft"), stance="disputes")
    gone = make_source(publication="withdrawn")
    cite(make_person("by-what-was-withdrawn"), gone, stance="disputes")

    assert waiting(admin_client, Person, "disputed") == {"disputed", "by-a-draft"}


def test_single_publisher_counts_publishers_that_support_and_not_their_texts(admin_client):
    make_person("none")
    twice, two = make_person("twice-the-same"), make_person("two")
    for publisher in ("TASS", "TASS"):
        cite(twice, make_source(publisher=publisher))
    for publisher in ("TASS", "Interfax"):
        cite(two, make_source(publisher=publisher, publication="draft"))
    against = make_person("one-and-one-against")
    cite(against)
    cite(against, make_source(publisher="Interfax"), stance="disputes")

    assert waiting(admin_client, Person, "single-publisher") == {
        "twice-the-same",
        "one-and-one-against",
    }


def test_without_a_date_is_what_has_not_even_a_year(admin_client):
    make_meeting(id="none")
    make_meeting(id="year", date="2025")
    make_statement(id="said")

    assert waiting(admin_client, Meeting, "undated") == {"none"}
    assert waiting(admin_client, Statement, "undated") == {"said"}


def test_speaker_unresolved_is_what_has_the_words_of_the_source_for_its_speaker(admin_client):
    make_statement(id="named")
    make_statement(id="labelled", speaker_label="an analyst")
    make_statement(id="both", speaker=make_person(), speaker_label="the secretary")

    assert waiting(admin_client, Statement, "speaker-unresolved") == {"labelled"}


@pytest.mark.parametrize(
    ("queue", "make", "waits", "settled"),
    [
        ("expected", make_statement, "expected", "made"),
        ("announced", make_meeting, "announced", "held"),
    ],
)
def test_past_its_day_is_by_the_last_day_that_the_date_or_the_event_may_mean(
    queue, make, waits, settled, admin_client
):
    yesterday, today = days_ago(1), days_ago(0)
    over = make_event(starts_on="2024", ends_on=yesterday)
    on = make_event(starts_on="2024", ends_on=today)
    begun = make_event(starts_on=yesterday, ends_on=None)
    never = make_event(starts_on=None, ends_on=None)
    for id, event, day in (
        ("day-over", on, yesterday),
        ("day-not-over", over, today),
        ("year-not-over", over, str(timezone.localdate().year)),
        ("event-over", over, None),
        ("event-not-over", on, None),
        ("event-begun-of-unknown-end", begun, None),
        ("event-of-no-day", never, None),
    ):
        make(event, id=id, status=waits, date=day)
    make(over, id="settled", status=settled, date=yesterday)

    assert waiting(admin_client, make(id="any")._meta.model, queue) == {
        "day-over",
        "event-over",
        "event-begun-of-unknown-end",
    }


def test_quote_not_found_is_of_citations_whose_text_does_not_hold_the_words(admin_client):
    source = make_source()
    make_source_text(source, "Something was said.")
    person = make_person("p")
    missing = cite(person, source, excerpt="Nothing of the kind.")
    cite(person, source, excerpt="Something was said.")
    cite(person, make_source(), excerpt="Of a text that is not held.")
    recheck(Citation.objects.all())
    assert QuoteCheck.objects.count() == 2

    page = admin_client.get(url(Citation, "changelist"), {"queue": "quote-not-found"})

    assert list(page.context["cl"].result_list) == [missing]


# Which queues there are


def test_each_model_has_the_queues_that_it_can_have():
    cited = ["in-review", "uncited", "disputed", "single-publisher"]
    assert {model.__name__: list(queues_of(model)) for model in ADMINS} == {
        **{model.__name__: cited for model in record_models()},
        "Source": ["in-review", "duplicates"],
        "Person": [*cited, "duplicates"],
        "Delegation": [*cited, "duplicates"],
        "Country": ["in-review"],
        "Topic": ["in-review"],
        "Meeting": [*cited, "undated", "duplicates", "announced"],
        "Statement": [*cited, "undated", "speaker-unresolved", "expected"],
        "Citation": ["quote-not-found"],
    }


def test_a_queue_is_declared_once(monkeypatch):
    monkeypatch.setattr("summitkb.editing.queues.QUEUES", dict(QUEUES))
    twins = Queue("twins", "Twins", "Two of one.", lambda model: None)

    declare(twins)

    with pytest.raises(ValueError, match="There is a queue “twins” already."):
        declare(twins)


def test_a_queue_that_there_is_not_is_told(admin_client):
    page = admin_client.get(url(Person, "changelist"), {"queue": "colour"}, follow=True)

    assert page.request["QUERY_STRING"] == "e=1"


def test_the_filter_counts_what_waits_under_the_other_filters(admin_client):
    here, there = make_event("here"), make_event("there")
    make_meeting(here, status="announced")
    make_meeting(here, date="2025")
    make_meeting(there)

    page = admin_client.get(url(Meeting, "changelist"), {"event": "here"})

    queue_filter = page.context["cl"].filter_specs[0]
    assert [choice["display"] for choice in queue_filter.choices(page.context["cl"])] == [
        "All",
        "In review (0)",
        "Uncited (2)",
        "Disputed (0)",
        "Single publisher (0)",
        "Without a date (1)",
        "Probable duplicates (0)",
        "Announced and past its day (1)",
    ]


# The first page


def queue_links(page):
    """The links of the queues on the first page, each with its count."""
    links = re.findall(r'<a href="([^"]*\?queue=[^"]*)"><span>(\d+)</span>', page.text)
    return {address: int(count) for address, count in links}


def make_some_of_all():
    event = make_event(starts_on="2024", ends_on="2024")
    make_meeting(event, status="announced", publication="in-review")
    make_statement(event, status="expected", speaker_label="an analyst")
    cite(make_figure(event))
    cite(make_bloc(), stance="disputes")


def test_each_count_of_the_first_page_is_that_of_the_list_it_leads_to(admin_client):
    make_some_of_all()

    links = queue_links(admin_client.get(reverse("admin:index")))

    assert {url(Meeting, "changelist") + "?queue=announced": 1}.items() <= links.items()
    assert len({address.partition("=")[2] for address in links}) == len(QUEUES) - 1  # no quote
    assert links == {
        address: admin_client.get(address).context["cl"].result_count for address in links
    }


def test_an_empty_queue_says_none_and_is_no_link(admin_client):
    page = admin_client.get(reverse("admin:index"))

    assert queue_links(page) == {}
    assert page.text.count(">none<") == len(QUEUES)


@pytest.mark.parametrize("size", [1, 4])
def test_the_first_page_takes_the_same_queries_at_any_size(
    size, admin_client, django_assert_num_queries
):
    for _ in range(size):
        make_some_of_all()
    admin_client.get(reverse("admin:index"))

    # session, user, second factor, how large the base is, one for each table, what the account did last
    with django_assert_num_queries(4 + len(ADMINS) + 1):
        admin_client.get(reverse("admin:index"))


def test_an_account_without_permissions_sees_neither_queues_nor_what_to_enter():
    make_some_of_all()

    page = signed_in().get(reverse("admin:index"))

    assert ("queue=" in page.text, "/add/" in page.text) == (False, False)


def test_an_editor_sees_queues_and_what_to_enter():
    make_some_of_all()

    page = signed_in("Editor").get(reverse("admin:index"))

    assert queue_links(page) != {}
    entered = page.text.partition('class="enter"')[2].partition("</nav>")[0]
    assert re.findall(r">([A-Z]\w+)</a>", entered)[:8] == [
        "Meeting",
        "Statement",
        "Source",
        "Event",
        "Delegation",
        "Person",
        "Agreement",
        "Figure",
    ]


def test_a_board_leaves_out_tables_in_which_nothing_waits():
    make_meeting(publication="in-review", date="2025")

    assert [(queue.name, counts) for queue, counts in board([Meeting, Citation])] == [
        ("in-review", {Meeting: 1}),
        ("uncited", {Meeting: 1}),
        ("quote-not-found", {}),
        ("disputed", {}),
        ("single-publisher", {}),
        ("undated", {}),
        ("duplicates", {}),
        ("announced", {}),
    ]


def test_a_large_base_is_not_counted_before_it_is_asked_for(admin_client, settings):
    make_some_of_all()
    counted = queue_links(admin_client.get(reverse("admin:index")))
    settings.BITMAPS_FROM = 0

    page = admin_client.get(reverse("admin:index"))
    asked = admin_client.get(reverse("admin:index"), {"count": 1})

    assert set(re.findall(r'<a href="([^"]*\?queue=[^"]*)">\w', page.text)) == {
        f"{url(model, 'changelist')}?queue={name}" for model in ADMINS for name in queues_of(model)
    }
    assert ("This base is large" in page.text, "This base is large" in asked.text) == (True, False)
    assert queue_links(page) == {}
    assert queue_links(asked) == counted != {}


def test_a_board_reads_the_citations_of_a_table_once(django_assert_num_queries):
    with django_assert_num_queries(1) as captured:
        board([Person])

    assert captured.captured_queries[0]["sql"].count('FROM "citations"') == 1


def test_a_board_that_is_not_counted_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        found = board([Person, Citation], counted=False)

    assert [(queue.name, counts) for queue, counts in found] == [
        ("in-review", {Person: None}),
        ("uncited", {Person: None}),
        ("quote-not-found", {Citation: None}),
        ("disputed", {Person: None}),
        ("single-publisher", {Person: None}),
        ("duplicates", {Person: None}),
    ]
