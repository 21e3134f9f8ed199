"""Former keys lead to the record that is there, over several changes, and none leads in a ring."""

import pytest

from delegations.models import Membership
from meetings.models import Topic
from tests.database import refused_by, sentence
from tests.factories import (
    make_bloc,
    make_country,
    make_delegate,
    make_membership,
    make_person,
    make_redirect,
    make_topic,
)
from tests.history import redirects

pytestmark = pytest.mark.django_db


def move(delegate, person):
    type(delegate).objects.filter(pk=delegate.pk).update(person=person)


def test_what_led_to_a_key_leads_where_that_leads():
    make_redirect("a", make_topic("b"))
    make_redirect("b", make_topic("c"))

    assert redirects() == {"topics/a": "c", "topics/b": "c"}


def test_the_address_of_a_public_part_follows_its_key():
    delegate = make_delegate(person=make_person("a"))
    whole = delegate.delegation_id

    move(delegate, make_person("b"))
    move(delegate, make_person("c"))
    assert redirects() == {
        f"delegates/{whole}+a": f"{whole}+c",
        f"delegates/{whole}+b": f"{whole}+c",
    }

    move(delegate, "a")
    assert redirects() == {
        f"delegates/{whole}+b": f"{whole}+a",
        f"delegates/{whole}+c": f"{whole}+a",
    }


def test_the_key_of_a_draft_was_no_address():
    delegate = make_delegate(publication="draft")

    move(delegate, make_person())

    assert redirects() == {}


def test_what_is_no_part_of_the_key_leaves_none():
    membership = make_membership(bloc=make_bloc("b"), country=make_country("XAB"))

    Membership.objects.filter(pk=membership.pk).update(until="2030")

    assert redirects() == {}


def test_a_key_that_was_given_up_is_not_given_to_another_record():
    make_redirect("water", make_topic("fresh-water"))

    with refused_by("merged_stays_merged") as refusal:
        Topic.objects.create(id="water", name="Water")

    assert sentence(refusal) == "topics/water was merged into topics/fresh-water; use that."
