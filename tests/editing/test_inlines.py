"""The page of a record asks as often for many rows in its inlines as for few."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.admin_pages import signed_in, url
from tests.factories import (
    cite,
    make_agreement,
    make_bloc,
    make_country,
    make_delegate,
    make_delegation,
    make_meeting,
    make_membership,
    make_participant,
    make_person,
    make_source,
    make_statement,
    make_topic,
)

pytestmark = pytest.mark.django_db


def meeting(count):
    meeting = make_meeting(topics=[make_topic() for _ in range(count)])
    for _ in range(count):
        delegation = make_delegation(meeting.event)
        person = make_delegate(delegation, person=make_person()).person
        make_participant(meeting, delegation, person)
        make_statement(meeting.event, person, meeting=meeting, delegation=delegation)
    return meeting


def statement(count):
    topics = [make_topic() for _ in range(count)]
    return make_statement(topics=topics, about=[make_country() for _ in range(count)])


def agreement(count):
    return make_agreement(
        parties=[make() for _ in range(count) for make in (make_country, make_bloc)]
    )


def delegation(count):
    delegation = make_delegation()
    for _ in range(count):
        make_delegate(delegation, person=make_person())
    return delegation


def country(count):
    country = make_country()
    for _ in range(count):
        make_membership(bloc=make_bloc(), country=country)
    return country


def bloc(count):
    bloc = make_bloc()
    for _ in range(count):
        make_membership(bloc=bloc, country=make_country())
    return bloc


WITH_ROWS = {
    "meetings": meeting,
    "statements": statement,
    "agreements": agreement,
    "delegations": delegation,
    "countries": country,
    "blocs": bloc,
}
MAKERS = WITH_ROWS | {"people": lambda count: make_person(name=f"No twin {count}")}
"""Of the others all pages are alike: they have citations alone."""


@pytest.mark.parametrize("group", ["Reviewer", "Editor"])
@pytest.mark.parametrize("table", MAKERS)
def test_a_page_takes_the_same_number_of_queries(table, group):
    """To change it; or as an Editor sees what is published, without controls."""
    client, counts, cells = signed_in(group), [], []
    for rows in (2, 7):
        record = MAKERS[table](rows)
        for number in range(rows):
            cite(record, make_source(), locator=str(number))
        address = url(type(record), "change", record.pk)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        counts.append(len(queries))
        inlines = page.context["inline_admin_formsets"]
        cells.append(sum(len(inline.formset.initial_forms) for inline in inlines))

    assert counts[0] == counts[1]
    assert cells[1] - cells[0] >= 5


def test_every_inline_has_rows_here():
    """Those of citations aside, and of the one text that a source may have."""
    with_inlines = {
        model._meta.db_table
        for model, model_admin in admin.site._registry.items()
        if any(
            inline.model._meta.db_table not in ("citations", "source_texts")
            for inline in model_admin.inlines
        )
    }
    assert with_inlines == set(WITH_ROWS)
