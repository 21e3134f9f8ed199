"""Merging while another session writes: nobody waits for ever, and nothing of either is lost.

In a module of its own, as `tests/exchange/test_loading_at_once.py` is.
"""

import pytest
from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

from delegations.models import Delegate, Person
from summitkb.editing import merging
from summitkb.editing.merge_views import address
from summitkb.editing.merging import merge
from summitkb.records.models import Citation
from summitkb.records.refusals import BUSY
from tests.admin_pages import member, signed_in, told
from tests.database import Waiting
from tests.factories import (
    cite,
    make_delegate,
    make_delegation,
    make_person,
    make_source,
)

pytestmark = pytest.mark.django_db(transaction=True)

CITE = """
    INSERT INTO citations ("table", record, source_id, locator, excerpt, stance)
    VALUES ('delegates', '{}', 's', '', 'It was so.', 'supports')
"""
WRITE = "UPDATE delegates SET position = 'Minister' WHERE key = '{}'"


@pytest.fixture
def two():
    """A person who was entered twice, and is twice a member of one delegation."""
    make_source("s")
    delegation, people = make_delegation(id="d"), [make_person("keep"), make_person("drop")]
    for person in people:
        cite(make_delegate(delegation, person=person, position=""))
    return people


@pytest.mark.parametrize(
    ("statement", "part", "broke", "position"),
    [
        (CITE, "d+drop", "cited_record_exists", ""),
        (WRITE, "d+drop", None, ""),
        (WRITE, "d+keep", None, "Minister"),
    ],
)
def test_what_somebody_does_to_a_part_waits(two, monkeypatch, statement, part, broke, position):
    """It is done to the one that stays, and finds the other gone; a citation of that is refused."""

    def give_while_another_writes(citations, **values):
        give(citations, **values)
        if values == {"record": "d+keep"}:
            waiting.start()

    waiting, give = Waiting(statement.format(part)), merging._give_citations
    monkeypatch.setattr(merging, "_give_citations", give_while_another_writes)
    merge(*two, member("Reviewer"))
    waiting.join()

    assert waiting.broke == broke
    assert list(Delegate.objects.values_list("key", "position")) == [("d+keep", position)]
    assert set(Citation.objects.values_list("record", flat=True)) == {"d+keep"}


def test_merges_take_turns(two):
    with transaction.atomic():
        merge(*two, member("Reviewer"))
        waiting = Waiting("SELECT pg_advisory_xact_lock(hashtext('summitkb.merge'))")
        waiting.start()
    waiting.join()


def test_who_meets_another_halfway_is_told_to_try_again(two, monkeypatch):
    """PostgreSQL ends one of two who wait for each other. It is as good as chance which, so we say that
    it is us."""

    def meet(*parts):
        absorb(*parts)
        raise OperationalError("deadlock detected") from DeadlockDetected()

    keep, drop = two
    absorb = merging._absorb
    reviewer = signed_in("Reviewer")
    page = reviewer.get(address(keep, drop))
    versions = [page.context["keep"].version, page.context["drop"].version]
    monkeypatch.setattr(merging, "_absorb", meet)
    answer = reviewer.post(address(keep, drop), {"version": versions, "reason": "One man."})

    assert (answer.status_code, told(answer)) == (200, [BUSY])
    assert Person.objects.count() == 2
