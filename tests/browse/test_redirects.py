"""Every address of a record that once had another key leads to where it is now, for ever."""

import pytest
from django.utils import timezone

from delegations.models import Person
from tests.factories import make_person, make_redirect
from tests.history import happened_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged():
    """`people/former` was merged into `people/now`."""
    make_redirect("former", make_person("now"))


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/people/former/", "/people/now/"),
        ("/people/former/history/", "/people/now/history/"),
        ("/people/former/cite.bib", "/people/now/cite.bib"),
        ("/people/former/cite.json?a=1&a=2", "/people/now/cite.json?a=1&a=2"),
        ("/topics/former/", None),
        ("/people/other/", None),
        ("/people/%00former/", None),
    ],
)
def test_a_former_address_leads_to_the_record(client, merged, address, leads_to):
    answer = client.get(address)

    if leads_to:
        assert (answer.status_code, answer["Location"]) == (301, leads_to)
    else:
        assert answer.status_code == 404


def test_it_leads_to_nothing_that_is_not_public(client, merged):
    Person.objects.update(publication="draft")
    assert client.get("/people/former/").status_code == 404

    Person.objects.update(publication="withdrawn", publication_note="A mistake.")
    assert client.get("/people/former/", follow=True).status_code == 410


def test_before_the_merge_the_record_stands_at_its_own_address(client):
    former, now = make_person("former", name="Then"), make_person("now")
    happened_on("2026-01-01")
    former.delete()
    make_redirect("former", now)

    today = timezone.now().date()

    assert "Then" in client.get("/as-of/2026-01-02/people/former/").content.decode()
    for past in ("", f"/as-of/{today}"):
        answer = client.get(f"{past}/people/former/")
        assert (answer.status_code, answer["Location"]) == (301, f"{past}/people/now/")
