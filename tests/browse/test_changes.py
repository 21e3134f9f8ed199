"""What has changed: each public change of a record, its cells before and after, and nothing else."""

import re

import pghistory
import pytest
from django.contrib.auth.models import Group

from meetings.models import Figure, Statement
from summitkb.records.changes import Change
from summitkb.records.models import Source
from tests.cast import make_cast
from tests.database import check_deferred
from tests.factories import (
    cite,
    make_bloc,
    make_country,
    make_event,
    make_figure,
    make_membership,
    make_person,
    make_source,
    make_statement,
    make_topic,
)
from tests.history import happened_on
from tests.pages import get, problems, words_of

pytestmark = pytest.mark.django_db


def changes(**of):
    """The changes, the latest first, as day, record and kind."""
    rows = Change.objects.filter(**of).order_by("-at", "table", "record")
    return [(str(c.at.date()), f"{c.table}/{c.record}", c.kind) for c in rows]


def cells(html):
    """Column, before and after of each cell that is shown to have changed."""
    rows = re.findall(
        r"<tr>\s*<th scope=\"row\">(.*?)</th>\s*<td>(.*?)</td>\s*<td>(.*?)</td>", html, re.S
    )
    return [tuple(" ".join(cell.split()) for cell in row) for row in rows]


def test_a_record_is_added_changed_and_removed():
    figure = make_figure(id="f")
    happened_on("2025-06-01")
    figure.note = "A word more."
    figure.save()
    happened_on("2025-06-02")
    figure.delete()
    happened_on("2025-06-03")

    assert changes(table="figures") == [
        ("2025-06-03", "figures/f", "removed"),
        ("2025-06-02", "figures/f", "changed"),
        ("2025-06-01", "figures/f", "added"),
    ]


def test_what_is_removed_and_comes_back_is_added_again():
    event = make_event()
    make_figure(event, id="f")
    happened_on("2025-06-01")
    Figure.objects.all().delete()
    happened_on("2025-06-02")
    make_figure(event, id="f")
    happened_on("2025-06-03")
    Figure.objects.all().delete()
    make_figure(event, id="f")
    happened_on("2025-06-04")

    assert [kind for _, _, kind in changes(table="figures")] == [
        "changed",
        "added",
        "removed",
        "added",
    ]


def test_a_part_whose_key_changes_is_removed_under_one_and_added_under_the_other(client):
    membership = make_membership(make_bloc("sco"), make_country("IRN"), status="observer")
    happened_on("2025-06-01")
    membership.status = "member"
    membership.save()
    happened_on("2025-06-02")

    assert changes(table="memberships") == [
        ("2025-06-02", "memberships/sco+IRN+member", "added"),
        ("2025-06-02", "memberships/sco+IRN+observer", "removed"),
        ("2025-06-01", "memberships/sco+IRN+observer", "added"),
    ]
    assert "removed" in words_of(get(client, "/changes/?record=sco%2BIRN%2Bobserver"))
    history = words_of(get(client, "/memberships/sco+IRN+member/history/"))
    assert ("added" in history, "removed" in history) == (True, False)


def test_a_citation_of_a_source_that_is_not_public_changes_nothing_in_public():
    figure = make_figure(id="f")
    happened_on("2025-06-01")
    cite(figure, make_source(publication="draft"))
    happened_on("2025-06-02")

    assert changes(table="figures") == [("2025-06-01", "figures/f", "added")]


def test_why_a_record_was_changed_is_not_said_of_one_that_is_public_no_longer(client):
    event = make_event()
    with pghistory.context(reason="A secret reason"):
        make_figure(event, id="f")
    Figure.objects.filter(pk="f").update(publication="draft")

    assert "A secret reason" not in get(client, "/changes/")


def test_why_a_record_was_withdrawn_is_the_word_that_its_page_gives(client):
    make_figure(id="f")
    happened_on("2025-06-01")
    Figure.objects.update(publication="withdrawn", publication_note="It was a misprint.")
    happened_on("2025-06-02")

    words = words_of(get(client, "/changes/?table=figures"))

    assert "taken back" in words
    assert words.count("It was a misprint.") == 1


def test_what_happens_to_a_draft_is_nobodys_business_and_publishing_adds_it():
    person = make_person("p", publication="draft")
    happened_on("2025-06-01")
    person.name = "Another"
    person.save()
    happened_on("2025-06-02")
    assert changes(table="people") == []

    person.publication = "published"
    person.save()
    happened_on("2025-06-03")
    assert changes(table="people") == [("2025-06-03", "people/p", "added")]

    person.publication = "draft"
    person.save()
    person.name = "A third"
    person.save()
    happened_on("2025-06-04")
    assert changes(table="people") == [
        ("2025-06-04", "people/p", "withdrawn"),
        ("2025-06-03", "people/p", "added"),
    ]


def test_lists_in_cells_and_citations_are_changes_of_their_record():
    statement = make_statement(id="s", topics=[make_topic("a", name="Trade")])
    happened_on("2025-06-01")
    cite(statement, make_source("src"))
    happened_on("2025-06-02")
    statement.topic_entries.all().delete()
    happened_on("2025-06-03")

    assert changes(table="statements") == [
        ("2025-06-03", "statements/s", "changed"),
        ("2025-06-02", "statements/s", "changed"),
        ("2025-06-01", "statements/s", "added"),
    ]


def test_one_transaction_is_one_change_of_each_record():
    statement = make_statement(id="s", topics=[make_topic("a")])
    cite(statement)

    assert [kind for _, record, kind in changes() if record == "statements/s"] == ["added"]


def test_the_page_shows_each_cell_before_and_after_with_what_was_added_and_taken_away(client):
    cast = make_cast()
    happened_on("2025-06-01")
    cast.quote.text = "We are ready to proceed with our dialogue."
    cast.quote.date = "2025-05"
    cast.quote.save()
    cast.quote.topic_entries.all().delete()
    cite(cast.quote, cast.interfax, excerpt="Ready.")
    happened_on("2025-06-02")

    page = get(client, "/changes/?kind=changed")

    assert cells(page) == [
        ("date", "<del>2025-05-27</del>", "<ins>2025-05</ins>"),
        (
            "text",
            "We are ready to <del>go on</del> with our dialogue.",
            "We are ready to <ins>proceed</ins> with our dialogue.",
        ),
        ("topics", "<del>terrorism</del>", "(empty)"),
        (
            "citation",
            "",
            '<ins><a href="/sources/interfax/">Interfax</a> supports: Ready. </ins>',
        ),
    ]
    assert "Monday 2 June 2025" in words_of(page)


def test_words_of_what_is_not_public_today_are_not_shown(client):
    make_statement(id="gone", text="Words of a fool.")
    make_source("hidden", publisher="A hidden publisher")
    kept = make_statement(id="kept", text="Before.")
    happened_on("2025-06-01")
    Statement.objects.filter(pk="gone").update(text="Other words of a fool.")
    cite(kept, make_source("secret", publisher="A secret publisher"))
    happened_on("2025-06-02")
    Statement.objects.filter(pk="gone").update(publication="withdrawn")
    Source.objects.filter(pk="secret").update(publication="withdrawn")
    happened_on("2025-06-03")

    page = get(client, "/changes/")

    assert "of a fool" not in page
    assert "secret publisher" not in page
    assert "statements/gone" in page


@pytest.mark.parametrize(
    ("context", "by"),
    [
        ({"package": "moscow-2025"}, "by package moscow-2025"),
        ({"reason": "a better reading"}, "by maintenance: a better reading"),
        ({}, "by maintenance"),
        ({"user": 12345}, "by an account that is gone"),
    ],
)
def test_who_and_why_are_said(client, context, by):
    with pghistory.context(**context):
        make_person("p")

    assert f"{by}, history" in words_of(get(client, "/changes/")).replace(" ,", ",")


def test_an_account_is_named_by_its_role_and_not_by_its_name(client, django_user_model):
    user = django_user_model.objects.create_user("secret-name")
    user.groups.add(Group.objects.get_or_create(name="Reviewer")[0])
    with pghistory.context(user=user.pk):
        make_person("p")

    page = get(client, "/changes/")

    assert "by reviewer" in words_of(page)
    assert "secret-name" not in page


def test_changes_can_be_narrowed(client):
    make_person("p")
    happened_on("2025-06-01")
    make_source("s")
    happened_on("2025-06-02")

    def found(query):
        return set(re.findall(r'href="/(people/p|sources/s)/"', get(client, f"/changes/{query}")))

    assert found("") == {"people/p", "sources/s"}
    assert found("?table=people") == {"people/p"}
    assert found("?record=s") == {"sources/s"}
    assert found("?from=2025-06-02") == {"sources/s"}
    assert found("?to=2025-06-01") == {"people/p"}
    assert found("?kind=removed") == set()
    assert problems(client, "/changes/?kind=painted&since=x").keys() == {"since"}


def test_the_history_of_a_record_goes_back_to_its_first_publication(client):
    statement = make_statement(id="s", text="First words.", publication="draft")
    happened_on("2025-06-01")
    statement.text, statement.publication = "Second words.", "published"
    statement.save()
    happened_on("2025-06-02")
    statement.text = "Third words."
    statement.save()
    happened_on("2025-06-03")

    page = get(client, "/statements/s/history/")

    assert cells(page) == [("text", "<del>Second</del> words.", "<ins>Third</ins> words.")]
    assert re.findall(r'datetime="(2025-06-\d\d)"', page) == ["2025-06-03", "2025-06-02"]
    assert "First words" not in page
    assert 'href="/as-of/2025-06-02/statements/s/"' in page


def test_what_was_withdrawn_has_no_history(client):
    make_statement(id="s", publication="withdrawn")

    assert client.get("/statements/s/history/").status_code == 410


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_asks_as_often_for_one_change_as_for_ten(client, django_assert_num_queries, count):
    for n in range(count):
        cite(make_statement(id=f"s{n}", topics=[make_topic(f"t{n}")]))
    check_deferred()
    happened_on("2025-06-01")
    Statement.objects.update(text="Other words.")

    with django_assert_num_queries(11):
        page = get(client, "/changes/?kind=changed")

    assert len(cells(page)) == count
