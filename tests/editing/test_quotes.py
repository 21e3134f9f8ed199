"""The quote check in the admin: the text of a source is pasted in, and what is saved is checked."""

import pytest

from meetings.models import Statement
from summitkb.records.models import Source
from summitkb.records.source_texts import QuoteCheck, SourceText
from tests.admin_pages import as_shown, rows, signed_in, url
from tests.factories import cite, make_person, make_source, make_source_text, make_statement

pytestmark = pytest.mark.django_db
TEXT = "On Tuesday the two met. They spoke at length of food security and parted."


@pytest.fixture
def reviewer():
    return signed_in("Reviewer")


def save(client, record, **typed):
    address = url(type(record), "change", record.pk)
    return client.post(address, as_shown(client.get(address)) | typed, follow=True)


def told(answer):
    return [str(m) for m in answer.context["messages"] if "successfully" not in str(m)]


def verdicts():
    checks = QuoteCheck.objects.current().order_by("citation", "part")
    return list(checks.values_list("part", "verdict", "omitted"))


def test_a_text_that_is_pasted_in_is_kept_with_hash_and_date_and_checked_against(reviewer):
    source = make_source("s")
    for excerpt in ("the two met", "They spoke […] of food security", "They quarrelled"):
        cite(make_person(), source, excerpt=excerpt)

    answer = save(reviewer, source, **rows("held_text", {"text": TEXT}))

    assert told(answer) == ["Not in the text of s: “They quarrelled”"]
    assert verdicts() == [
        ("excerpt", "verbatim", []),
        ("excerpt", "omission", ["at length"]),
        ("excerpt", "not-found", []),
    ]
    held = SourceText.objects.get()
    assert (held.text, len(held.sha256)) == (TEXT, 64)
    page = reviewer.get(url(Source, "change", "s")).text
    assert held.sha256 in page


def test_a_changed_text_is_checked_again(reviewer):
    source = make_source("s")
    make_source_text(source, text="The two quarrelled.")
    cite(make_person(), source, excerpt="the two met")

    save(reviewer, source, **{"held_text-0-text": TEXT})

    assert verdicts() == [("excerpt", "verbatim", [])]


def test_an_excerpt_is_checked_as_it_is_saved_and_its_row_shows_what_was_found(reviewer):
    source = make_source("s")
    make_source_text(source, text=TEXT)
    person = make_person("p", publication="draft")
    cite(person, source, excerpt="spoke … of food security")
    cite(person, make_source(), excerpt="unknown")
    cite(person, source, locator="paragraph 1")

    answer = save(reviewer, person, **{"citations-0-excerpt": "They spoke … food security"})

    assert told(answer) == []
    formset = reviewer.get(url(type(person), "change", "p")).context["inline_admin_formsets"][0]
    shown = [
        row.contents()
        for form in list(formset)[:3]
        for fieldset in form
        for line in fieldset
        for row in line
        if row.is_readonly
    ]
    assert sorted(shown) == [
        "Excerpt: verbatim with omission; left out: “at length of”",
        "Not checked",
        "Text not held",
    ]


def test_a_quotation_is_checked_when_its_statement_is_saved(reviewer):
    source = make_source("s")
    make_source_text(source, text=TEXT)
    statement = make_statement(kind="quote", id="said", publication="draft", text="The two met.")
    cite(statement, source)

    answer = save(reviewer, statement, text="They sang.")

    assert told(answer) == ["Not in the text of s: “They sang.”"]
    assert Statement.objects.get().text == "They sang."


def test_readers_see_the_verdict_and_never_the_text(reviewer, client):
    source = make_source("s")
    person = make_person("p")
    cite(person, source, excerpt="They spoke […] of food security")
    save(reviewer, source, **rows("held_text", {"text": TEXT}))

    page = client.get("/people/p/").text

    assert "Our check found it in the text of the source, with words left out." in page
    assert "at length" not in page
    assert "at length" not in client.get("/sources/s/").text
