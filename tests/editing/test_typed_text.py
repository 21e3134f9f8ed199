"""Which characters of what is typed are kept: such that packages and feeds can carry them."""

import pytest

from delegations.models import Person
from meetings.models import Statement
from summitkb.records.models import Citation
from summitkb.records.source_texts import SourceText
from tests.admin_pages import as_shown, errors, url
from tests.factories import cite, make_person, make_source, make_statement

REFUSED = ["This holds a control character; accepted is text without."]
VERSE = 'One line,\n"the next"\n\tand the last.'


def save(client, record, **typed):
    address = url(type(record), "change", record.pk)
    return client.post(address, as_shown(client.get(address), **typed))


def test_lines_end_as_packages_have_it_whatever_a_browser_sends(admin_client):
    statement = make_statement(id="s")
    citation = cite(statement)
    crlf = VERSE.replace("\n", "\r\n")

    save(admin_client, statement, text=crlf, **{"citations-0-excerpt": crlf})

    statement.refresh_from_db()
    citation.refresh_from_db()
    assert (statement.text, citation.excerpt) == (VERSE, VERSE)


def test_a_text_that_is_sent_back_with_other_line_ends_is_not_changed(admin_client):
    statement = make_statement(id="s", text=VERSE)
    cite(statement, excerpt=VERSE)
    histories = Statement.pgh_event_model, Citation.pgh_event_model
    before = [history.objects.count() for history in histories]

    crlf = VERSE.replace("\n", "\r\n")
    answer = save(admin_client, statement, text=crlf, **{"citations-0-excerpt": crlf})

    assert answer.status_code == 302
    assert [history.objects.count() for history in histories] == before


@pytest.mark.parametrize("character", ["\x01", "\x08", "\x7f", "\x9f", "\ufffe", "\uffff"])
def test_what_no_feed_can_carry_is_refused_where_it_is_typed(admin_client, character):
    person, source = make_person("p"), make_source("s")
    cite(person, source)
    odd = f"A{character}b"

    answers = [
        save(admin_client, person, name=odd),
        save(admin_client, person, other_names=f"One\n{odd}"),
        save(admin_client, source, url=f"https://example.org/{odd}"),
        save(admin_client, person, **{"citations-0-excerpt": odd}),
        save(admin_client, person, name="Another", reason=odd),
    ]

    assert [errors(answer) for answer in answers] == [
        {"name": REFUSED},
        {"other_names": REFUSED},
        {"url": REFUSED},
        {"rows": REFUSED},
        {"reason": REFUSED},
    ]
    assert Person.objects.get() == person
    assert Citation.objects.get().excerpt == ""


def test_an_entry_of_a_list_does_not_hold_what_parts_entries_in_a_file(admin_client):
    person = make_person("p")

    answer = save(admin_client, person, other_names="One\nTwo | Three")

    [error] = errors(answer)["other_names"]
    assert error == "“ | ” parts the entries in a file; leave it out."


def test_words_of_why_are_kept_without_them(admin_client):
    make_person("p", publication="published")
    data = {"action": "withdraw", "_selected_action": ["p"], "note": "Not\x01 so."}
    admin_client.post(url(Person, "changelist"), data)

    assert Person.objects.get().publication_note == "Not so."
    assert admin_client.get("/changes.atom").status_code == 200


def test_the_text_of_a_source_is_kept_as_it_was_found(admin_client):
    source = make_source("s")
    rows = {"held_text-TOTAL_FORMS": "1", "held_text-0-text": "Page 1\x0cPage 2"}

    answer = save(admin_client, source, **rows)

    assert answer.status_code == 302, errors(answer)
    assert SourceText.objects.get().text == "Page 1\x0cPage 2"
