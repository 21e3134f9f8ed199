"""Excerpts and quotations against the texts of their sources, and whether a verdict still holds."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import connection

from meetings.models import Statement
from summitkb.records import quote_checks
from summitkb.records.models import Citation, QuoteCheck, SourceText, record_models
from summitkb.records.quote_checks import recheck, stale, verdicts, with_quotes
from summitkb.records.source_texts import quoting_models
from summitkb.records.time_travel import as_of
from tests.database import check_deferred
from tests.factories import (
    cite,
    make_meeting,
    make_person,
    make_row,
    make_source,
    make_source_text,
    make_statement,
)
from tests.history import happened_on

pytestmark = pytest.mark.django_db

TEXT = "“We hope,” he said, “for peace and order.”"


def held(text=TEXT, **fields):
    """A source of which the text is held."""
    return make_source_text(make_source(**fields), text=text).source


def make_quote(text="for peace and order", **fields):
    return make_statement(kind="quote", text=text, **fields)


def check(citations=None):
    return recheck(Citation.objects.all() if citations is None else citations)


def found():
    """The current checks: of which source, of which part, with what verdict."""
    checks = QuoteCheck.objects.current().order_by("citation__source", "part")
    return list(checks.values_list("citation__source", "part", "verdict", "omitted"))


# Which words


def test_only_quotations_are_verbatim_in_all_of_our_records():
    assert quoting_models() == [Statement]
    assert {
        make_statement(kind=kind, text="Words.").verbatim_words
        for kind in ("paraphrase", "document")
    } == {""}
    assert make_quote("Words.").verbatim_words == "Words."
    assert {make_row(model).verbatim_words for model in record_models()} == {""}


def test_an_excerpt_and_a_quotation_are_looked_for_in_the_text():
    statement = make_quote("We hope […] for order")
    cite(statement, held(id="a"), excerpt="he said")
    cite(statement, held("We hope, for ever, for order.", id="b"))
    cite(statement, make_source("c"), excerpt="he said")

    counts = check()

    assert counts == Counter({"verbatim": 1, "not-found": 1, "omission": 1, "not-held": 2})
    assert found() == [
        ("a", "excerpt", "verbatim", []),
        ("a", "quotation", "not-found", []),
        ("b", "quotation", "omission", ["for ever"]),
    ]
    assert verdicts() == counts


def test_a_quotation_is_looked_for_in_what_supports_it_alone():
    cite(make_quote(), held(id="a"), excerpt="We hope", stance="disputes")
    cite(make_statement(kind="paraphrase"), held(id="b"))
    cite(make_statement(kind="document"), held(id="c"))
    cite(make_person(), held(id="d"))

    assert check() == Counter({"verbatim": 1})
    assert found() == [("a", "excerpt", "verbatim", [])]


def test_records_of_other_tables_with_the_key_of_a_quotation_are_not_mixed_up():
    cite(make_quote(id="one"), held(id="a"))
    cite(make_meeting(id="one"), held(id="b"))

    assert check() == Counter({"verbatim": 1})
    assert found() == [("a", "quotation", "verbatim", [])]
    assert not stale().exists()


# What is current


def edit_excerpt():
    Citation.objects.update(excerpt="in peace and order")


def edit_statement():
    Statement.objects.update(text="in peace and order")


def edit_text():
    SourceText.objects.update(text="He hoped “in peace and order”.")


def edit_by_hand():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE source_texts SET text = text || ' And more.'")


@pytest.mark.parametrize(
    ("edit", "still", "then"),
    [
        (edit_excerpt, ["quotation"], ["not-found", "verbatim"]),
        (edit_statement, ["excerpt"], ["verbatim", "not-found"]),
        (edit_text, [], ["not-found", "not-found"]),
        (edit_by_hand, [], ["verbatim", "verbatim"]),
    ],
)
def test_a_verdict_on_other_words_is_not_current_until_they_are_checked(edit, still, then):
    citation = cite(make_quote(), held(), excerpt="for peace and order")
    assert list(stale()) == [citation]
    check()
    assert [verdict for _, _, verdict, _ in found()] == ["verbatim", "verbatim"]
    assert not stale().exists()

    edit()
    assert [part for _, part, _, _ in found()] == still
    assert list(stale()) == [citation]

    check(stale())
    assert [verdict for _, _, verdict, _ in found()] == then
    assert not stale().exists()
    assert QuoteCheck.objects.count() == 2


def test_a_verdict_on_a_quotation_is_not_current_where_it_is_none_any_more():
    statement = make_quote()
    cite(statement, held())
    check()

    Statement.objects.update(kind="paraphrase")
    assert (found(), stale().exists()) == ([], False)
    Statement.objects.update(kind="quote")
    assert len(found()) == 1
    Citation.objects.update(stance="disputes")
    assert (found(), stale().exists()) == ([], False)


def test_what_is_to_be_found_no_more_is_removed():
    kept, gone = held(id="kept"), held(id="gone")
    statement = make_quote()
    for source in (kept, gone):
        cite(statement, source, excerpt="We hope")
    check()
    assert QuoteCheck.objects.count() == 4

    gone.held_text.delete()
    Citation.objects.filter(source=kept).update(excerpt="")
    assert not stale().exists()

    assert check() == Counter({"verbatim": 1, "not-held": 2})
    assert list(QuoteCheck.objects.values_list("citation__source", "part")) == [
        ("kept", "quotation")
    ]


def test_a_verdict_on_the_words_of_a_day_is_not_shown_for_those_of_an_earlier_one():
    cite(make_person(), held(id="s"), excerpt="We fear")
    happened_on("2025-06-01")
    Citation.objects.update(excerpt="We hope")
    check()

    with as_of(datetime(2025, 6, 1, 18, tzinfo=UTC)):
        assert (Citation.objects.get().excerpt, found()) == ("We fear", [])
    assert found() == [("s", "excerpt", "verbatim", [])]


# What becomes of checks


def test_checks_go_with_a_citation_that_is_deleted_by_hand():
    citation, other = (cite(make_person(), held(), excerpt="We hope") for _ in range(2))
    check()

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM citations WHERE id = %s", [citation.pk])
    check_deferred()

    assert list(QuoteCheck.objects.values_list("citation", flat=True)) == [other.pk]


@pytest.mark.parametrize("way", [lambda c: c.delete(), lambda c: Statement.objects.all().delete()])
def test_checks_go_with_a_citation_that_is_deleted_or_follows_its_record(way):
    citation = cite(make_quote(), held(), excerpt="We hope")
    check()
    check_deferred()

    way(citation)
    check_deferred()

    assert not QuoteCheck.objects.exists()


def test_a_citation_that_goes_while_it_is_checked_leaves_no_check(monkeypatch):
    gone, stays = (cite(make_person(), held(), excerpt="We hope") for _ in range(2))

    class Meanwhile(quote_checks.HeldWords):
        def check(self, quote):
            Citation.objects.filter(pk=gone.pk).delete()
            return super().check(quote)

    monkeypatch.setattr(quote_checks, "HeldWords", Meanwhile)
    check()
    check_deferred()

    assert list(QuoteCheck.objects.values_list("citation", flat=True)) == [stays.pk]


# What is not found


def quotes_not_found():
    missing = Citation.objects.quote_not_found().order_by("source")
    return list(missing.values_list("source", flat=True))


def test_an_excerpt_that_is_not_in_its_source_is_not_found():
    person = make_person()
    cite(person, held(id="a"), excerpt="We fear")
    cite(person, held(id="b"), excerpt="We hope")
    cite(person, make_source("c"), excerpt="We fear")
    cite(person, held(id="d"), excerpt="We hope […] order")
    cite(person, held(id="e"), excerpt="We fear", stance="disputes")
    assert quotes_not_found() == []

    check()

    assert quotes_not_found() == ["a", "e"]


def test_a_quotation_is_not_found_where_none_of_the_texts_has_it():
    both, neither, one = (make_quote() for _ in range(3))
    for statement, *texts in [(both, TEXT, TEXT), (neither, "No.", "Nothing."), (one, "No.", TEXT)]:
        for text in texts:
            cite(statement, held(text))
        cite(statement)
    cite(neither, held(TEXT), stance="disputes")
    check()

    missing = Citation.objects.quote_not_found()
    assert [citation.record for citation in missing] == [neither.pk] * 2
    assert [(made.part, quote) for made, quote in with_quotes(QuoteCheck.objects.not_found())] == [
        ("quotation", "for peace and order")
    ] * 2

    SourceText.objects.filter(text=TEXT).update(text="No.")
    check(stale())
    assert {citation.record for citation in Citation.objects.quote_not_found()} == {
        both.pk,
        neither.pk,
        one.pk,
    }


# How much is asked


@pytest.mark.parametrize("count", [1, 12])
def test_a_batch_is_checked_in_a_number_of_queries_that_is_fixed(django_assert_num_queries, count):
    for _ in range(count):
        cite(make_quote(), held(), excerpt="We hope")

    # The keys; a savepoint, citations, quotations, texts, lock, write, remove, and its release.
    with django_assert_num_queries(9):
        assert check() == Counter({"verbatim": 2 * count})


def test_many_are_checked_in_batches_and_each_is_told(monkeypatch):
    monkeypatch.setattr(quote_checks, "BATCH", 2)
    source = held()
    for _ in range(5):
        cite(make_person(), source, excerpt="We hope")
    told = []

    assert recheck(stale(), told.append) == Counter({"verbatim": 5})
    assert told == [2, 2, 1]
    assert len(list(with_quotes(QuoteCheck.objects.current()))) == 5
