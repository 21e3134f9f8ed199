import pytest

from delegations.models import Bloc, Country, Delegate, Delegation, Event, Membership, Person
from summitkb.records.partial_dates import PartialDate
from tests.admin_pages import as_shown, autocomplete, errors, found, rows, url
from tests.factories import (
    make_bloc,
    make_country,
    make_delegate,
    make_delegation,
    make_event,
    make_person,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def djukanovic():
    make_person("other", name="Else")
    return make_person(
        "milo-djukanovic",
        name="Milo Đukanović",
        native_name="Мило Ђукановић",
        other_names=["Milo Djukanovich", "Ðukanović"],
        wikidata="Q57420",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "Milo",
        "đukanović",
        "ĐUKANOVIC",
        "Ђукановић",
        "ђукановић мило",
        "djukanovich",
        "milo-djuk",
        "Q57420",
        "milo Ðukanović",
    ],
)
def test_a_person_is_offered_by_every_spelling(typed, djukanovic, admin_client):
    assert autocomplete(admin_client, Delegate, "person", typed) == [
        "Milo Đukanović [milo-djukanovic]"
    ]


@pytest.mark.parametrize("typed", ["Milo Else", "%", "_", "'", "Q5742 Q57420x"])
def test_a_person_is_not_offered_for_what_they_are_not_called(typed, djukanovic, admin_client):
    assert autocomplete(admin_client, Delegate, "person", typed) == []


@pytest.mark.parametrize("typed", ["PRK", "north", "people’s republic", "dpr", "DPR Korea"])
def test_a_country_is_offered_by_name_code_and_short_name(typed, admin_client):
    make_country("PRK", name="North Korea, Democratic People’s Republic of")
    make_country("FRA", name="France")

    offered = autocomplete(admin_client, Delegation, "country", typed)

    assert offered == ["North Korea, Democratic People’s Republic of [PRK]"]


def test_delegations_of_one_country_to_two_events_can_be_told_apart(admin_client):
    iran = make_country("IRN", name="Iran")
    for year in ("2024", "2025"):
        make_delegation(make_event(f"moscow-{year}"), iran, f"moscow-{year}-irn")

    assert autocomplete(admin_client, Delegate, "delegation", "iran") == [
        "Iran [moscow-2024-irn]",
        "Iran [moscow-2025-irn]",
    ]


def test_what_was_chosen_is_shown_as_it_was_offered(admin_client):
    delegation = make_delegation(sender=make_country("IRN", name="Iran"))

    page = admin_client.get(url(Delegation, "change", delegation.pk))

    assert '<option value="IRN" selected>Iran [IRN]</option>' in page.text


def test_other_names_are_typed_one_per_line(admin_client):
    typed = "Aliakbar Ahmadian \r\n\r\n  Ali-Akbar Aḥmadiān\r\n"
    data = {"id": "a", "name": "A", "publication": "draft", "other_names": typed}

    answer = admin_client.post(url(Person, "add"), data | rows("citations"))

    assert answer.status_code == 302, errors(answer)
    assert Person.objects.get().other_names == ["Aliakbar Ahmadian", "Ali-Akbar Aḥmadiān"]
    page = admin_client.get(url(Person, "change", "a"))
    assert ">\nAliakbar Ahmadian\nAli-Akbar Aḥmadiān</textarea>" in page.text


def test_dates_known_in_part_are_typed_and_shown_as_they_are_known(admin_client):
    data = {"id": "e", "name": "E", "publication": "draft", "starts_on": " 2025-05 ", "ends_on": ""}

    answer = admin_client.post(url(Event, "add"), data | rows("citations"))

    assert answer.status_code == 302, errors(answer)
    assert Event.objects.values_list("starts_on", "ends_on").get() == (PartialDate(2025, 5), None)
    assert 'value="2025-05"' in admin_client.get(url(Event, "change", "e")).text
    changelist = admin_client.get(url(Event, "changelist")).text
    assert '<td class="field-starts_on">2025-05</td>' in changelist
    assert '<td class="field-ends_on">–</td>' in changelist


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "told"),
    [
        (
            "2025-02-30",
            "",
            {
                "starts_on": [
                    "“2025-02-30” is not in the calendar; accepted is a date as YYYY, YYYY-MM or "
                    "YYYY-MM-DD."
                ]
            },
        ),
        ("2025-05-28", "2025-05-27", {"__all__": ["An event does not end before it begins."]}),
    ],
)
def test_wrong_dates_are_refused_with_a_sentence(starts_on, ends_on, told, admin_client):
    data = {"id": "e", "name": "E", "publication": "draft"}
    data |= {"starts_on": starts_on, "ends_on": ends_on}

    answer = admin_client.post(url(Event, "add"), data | rows("citations"))

    assert errors(answer) == told


def delegation(**fields):
    data = {"event": "e", "status": "attended", "publication": "draft"}
    return data | rows("delegates") | rows("citations") | fields


def test_the_id_of_a_delegation_is_made_of_event_and_sender(admin_client):
    make_event("e")
    make_country("IRN")
    make_bloc("brics")

    for sender in ({"country": "IRN"}, {"bloc": "brics"}):
        admin_client.post(url(Delegation, "add"), delegation(**sender))

    assert sorted(Delegation.objects.values_list("id", flat=True)) == ["e-brics", "e-irn"]


def test_a_delegation_of_neither_or_both_is_refused_with_a_sentence(admin_client):
    make_event("e")
    make_country("IRN")
    make_bloc("brics")

    told = [
        errors(admin_client.post(url(Delegation, "add"), delegation(**sender)))
        for sender in ({}, {"country": "IRN", "bloc": "brics"})
    ]

    sentence = "A delegation comes from exactly one of country or bloc."
    assert told == [{"__all__": [sentence]}] * 2


def test_a_second_delegation_of_a_country_is_refused_with_a_sentence(admin_client):
    make_delegation(make_event("e"), make_country("IRN"))

    answer = admin_client.post(url(Delegation, "add"), delegation(country="IRN", id="again"))

    assert errors(answer) == {"__all__": ["This country already has a delegation to this event."]}


def test_a_delegation_is_entered_with_its_people(admin_client):
    make_event("e")
    make_country("IRN")
    make_person("p")
    people = rows("delegates", {"person": "p", "position": "Secretary", "role": "head"})

    data = delegation(country="IRN", publication="published", evidence_source=make_source().pk)

    answer = admin_client.post(url(Delegation, "add"), data | people)

    assert answer.status_code == 302, errors(answer)
    assert list(Delegate.objects.values_list("key", "position", "role", "publication")) == [
        ("e-irn+p", "Secretary", "head", "published")
    ]


@pytest.mark.parametrize("side", [Bloc, Country])
def test_memberships_are_entered_with_the_bloc_or_with_the_country(side, admin_client):
    bloc, country = make_bloc("brics"), make_country("IRN")
    record, other = (bloc, country) if side is Bloc else (country, bloc)
    address = url(side, "change", record.pk)
    row = {other._meta.model_name: other.pk, "status": "member", "since": "2024-01-01"}
    data = as_shown(admin_client.get(address), evidence_source=make_source().pk)
    data |= rows("memberships", row)

    answer = admin_client.post(address, data)

    assert answer.status_code == 302, errors(answer)
    assert list(Membership.objects.values_list("key", "since", "publication")) == [
        ("brics+IRN+member", PartialDate(2024, 1, 1), "published")
    ]


def test_the_same_person_twice_on_a_delegation_is_refused(admin_client):
    make_event("e")
    make_country("IRN")
    make_person("p")

    answer = admin_client.post(
        url(Delegation, "add"),
        delegation(country="IRN") | rows("delegates", {"person": "p"}, {"person": "p"}),
    )

    assert errors(answer)["rows"]
    assert Delegation.objects.count() == 0


def test_namesakes_are_told_apart_by_post_and_country(admin_client):
    first, last = (make_event(starts_on=day, ends_on=None) for day in ("2024-05", "2025-05"))
    for id, name in (("khan-1", "Pakistan"), ("khan-2", "India")):
        person = make_person(id, name="Ali Khan")
        country = make_country(name=name)
        for event, post in ((last, "Secretary"), (first, "Deputy secretary")):
            make_delegate(make_delegation(event, country), person, position=post)
    make_person("khan-3", name="Ali Khan")

    offered = autocomplete(admin_client, Delegate, "person", "khan")

    assert offered == [
        "Ali Khan, Secretary, Pakistan [khan-1]",
        "Ali Khan, Secretary, India [khan-2]",
        "Ali Khan [khan-3]",
    ]


def test_delegations_are_narrowed_by_event_bloc_and_status(cast, admin_client):
    assert found(admin_client, Delegation, status__exact="announced") == ["moscow-2025-prk"]
    assert found(admin_client, Delegation, bloc="brics") == ["moscow-2025-brics"]
    assert len(found(admin_client, Delegation, event="moscow-2025")) == 4
