"""`/.well-known/security.txt`, by the grammar of RFC 9116."""

from datetime import UTC, datetime, timedelta

import pytest

ADDRESS = "/.well-known/security.txt"


@pytest.fixture
def contact(settings):
    settings.SECURITY_CONTACT = "mailto:security@example.org"


def fields(answer):
    return [line.split(": ", 1) for line in answer.content.decode().splitlines()]


@pytest.mark.usefixtures("contact")
def test_it_says_where_a_hole_is_reported_and_for_how_long_that_holds(client):
    answer = client.get(ADDRESS)
    (contact, expires, languages) = fields(answer)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert contact == ["Contact", "mailto:security@example.org"]
    assert languages == ["Preferred-Languages", "en"]
    assert expires[0] == "Expires"
    until = datetime.strptime(expires[1], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=179) <= until - datetime.now(UTC) <= timedelta(days=180)


@pytest.mark.usefixtures("contact")
def test_by_https_it_names_its_own_address(client, settings):
    answer = client.get(ADDRESS, secure=True, headers={"host": "localhost"})
    assert fields(answer)[-1] == ["Canonical", f"https://localhost{ADDRESS}"]


def test_where_nobody_is_named_it_is_not_there(client):
    assert client.get(ADDRESS).status_code == 404


@pytest.mark.usefixtures("contact")
def test_it_has_no_past(client):
    assert client.get(f"/as-of/2025-06-01{ADDRESS}").status_code == 404
