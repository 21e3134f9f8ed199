"""The command as it is typed: what it prints, and its exit status."""

import pytest

from summitkb.records.models import QuoteCheck, SourceText
from tests.exchange.test_commands import run
from tests.factories import cite, make_person, make_source, make_source_text, make_statement

pytestmark = pytest.mark.django_db

TEXT = "“We hope,” he said, “for peace and order.”"


@pytest.fixture
def source():
    return make_source_text(make_source("tass"), text=TEXT).source


def test_it_is_content_where_all_that_can_be_checked_is_found(source):
    cite(make_person(), source, excerpt="We hope")
    cite(make_person(), excerpt="We fear")

    assert run("checkquotes") == (
        "Verbatim 1, verbatim with omission 0, not found 0, text not held 1.\n",
        None,
    )
    assert run("checkquotes", verbosity=0) == ("", None)


def test_it_prints_what_is_not_found_and_what_is_left_out_and_fails(source):
    cite(make_person("p"), source, excerpt="We fear\nfor peace")
    cite(make_person("q"), source, excerpt="… for peace […] order […]")
    cite(make_statement(id="s", kind="quote", text="… hope"), source)
    cite(make_statement(id="t", kind="quote", text="We hope for […]" + " ever" * 99), source)

    out, error = run("checkquotes")

    assert out.splitlines() == [
        "people/p: tass: “We fear for peace”: not found",
        "people/q: tass: “… for peace […] order […]”: leaves out “and”",
        "statements/s: tass: “… hope”: leaves out no words between its own",
        f"statements/t: tass: “{'We hope for […]' + ' ever' * 36} eve…”: not found",
        "Verbatim 0, verbatim with omission 2, not found 2, text not held 0.",
    ]
    assert error == "2 quotes not found"
    assert run("checkquotes") == (out, error)  # though nothing had to be checked


def test_it_leaves_alone_what_is_checked_unless_all_is_asked_for(source):
    cite(make_person(), source, excerpt="We hope")
    run("checkquotes")
    QuoteCheck.objects.update(verdict="not-found")

    assert run("checkquotes")[1] == "1 quote not found"
    assert run("checkquotes", "--all")[1] is None

    QuoteCheck.objects.update(verdict="not-found")
    SourceText.objects.update(text=TEXT + " And so on.")
    assert run("checkquotes")[1] is None
