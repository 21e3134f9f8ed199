"""What holds of the admin of every record, and the admin of sources and citations."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import OperationalError, connection
from django.urls import reverse
from psycopg.errors import DeadlockDetected

from delegations.models import Person
from meetings.models import Figure, Participant, Statement
from summitkb.editing.inlines import CitationInline
from summitkb.records.models import Citation, Source, record_models
from summitkb.records.refusals import BUSY
from tests.admin_pages import as_shown, autocomplete, errors, found, rows, told, url
from tests.database import check_deferred
from tests.factories import (
    cite,
    make_bilateral,
    make_country,
    make_delegation,
    make_event,
    make_meeting,
    make_participant,
    make_person,
    make_row,
    make_source,
    make_statement,
    make_topic,
)

pytestmark = pytest.mark.django_db
RECORDS = record_models()
ADMINS = [*RECORDS, Citation]

# Of each changelist: session, user, how large the base is, two that count and one for the rows; one for
# the counts of each filter, the work queues and the years among them; and one for the values of each
# filter that are texts, such as languages. A filter by a record asks nothing before one is chosen.
QUERIES = {
    "Agreement": 11,
    "Bloc": 11,
    "Citation": 11,
    "Country": 10,
    "Delegate": 10,
    "Delegation": 10,
    "Event": 10,
    "Figure": 12,
    "Meeting": 13,
    "Membership": 11,
    "Participant": 11,
    "Person": 9,
    "Source": 13,
    "Statement": 15,
    "Topic": 9,
}


def test_every_record_is_in_the_admin_and_history_is_not():
    ours = [model for model in admin.site._registry if model._meta.app_label != "auth"]

    assert set(ours) == set(ADMINS)
    assert {model.__name__ for model in ADMINS} == set(QUERIES)


@pytest.mark.parametrize("model", RECORDS)
def test_every_field_of_a_record_can_be_edited(model, rf):
    in_form = flatten_fieldsets(admin.site.get_model_admin(model).get_fieldsets(rf.get("/")))

    assert sorted(name for name in in_form if not name.startswith("evidence_")) == sorted(
        field.name
        for field in model._meta.fields
        if not field.generated and not (field.primary_key and field.db_returning)
    )


@pytest.mark.parametrize("model", RECORDS)
def test_every_record_is_cited_on_its_own_page(model):
    assert CitationInline in admin.site.get_model_admin(model).inlines


@pytest.mark.parametrize("model", ADMINS)
@pytest.mark.parametrize("row_count", [1, 10])
def test_a_changelist_takes_the_same_number_of_queries(
    model, row_count, admin_client, django_assert_num_queries
):
    for _ in range(row_count):
        make_row(model)

    with django_assert_num_queries(QUERIES[model.__name__]):
        answer = admin_client.get(url(model, "changelist"))

    assert len(answer.context["cl"].result_list) == row_count


@pytest.mark.parametrize("model", RECORDS)
def test_an_add_form_is_a_draft_with_words_of_help_and_without_long_choices(model, admin_client):
    for make in (make_country, make_person, make_event, make_topic, make_source):
        make(**{"title" if make is make_source else "name": "One of many"})

    page = admin_client.get(url(model, "add"))

    form = page.context["adminform"].form
    assert form["publication"].value() == "draft"
    assert "Only what is published is public." in page.text
    assert "One of many" not in page.text


def test_a_citation_is_written_nowhere_but_on_the_page_of_its_record(admin_client):
    citation = cite(make_person())
    page = admin_client.get(url(Citation, "change", citation.pk))

    answers = [
        admin_client.post(url(Citation, "add"), {}),
        admin_client.post(url(Citation, "change", citation.pk), {"stance": "disputes"}),
        admin_client.post(url(Citation, "delete", citation.pk), {"post": "yes"}),
    ]

    assert (page.status_code, [answer.status_code for answer in answers]) == (200, [403] * 3)
    assert Citation.objects.get().stance == "supports"


@pytest.mark.parametrize("model", RECORDS)
def test_a_change_form_that_is_saved_as_it_came_changes_nothing(model, admin_client):
    row = make_row(model)
    cite(row, excerpt="Verbatim.", locator="paragraph 2")

    def written():
        histories = (model.pgh_event_model, Citation.pgh_event_model)
        return [
            list(rows.objects.order_by("pk").values()) for rows in (model, Citation, *histories)
        ]

    before = written()

    page = admin_client.get(url(model, "change", row.pk))
    answer = admin_client.post(url(model, "change", row.pk), as_shown(page))

    assert answer.status_code == 302, errors(answer)
    assert written() == before


@pytest.mark.parametrize("model", RECORDS)
def test_the_key_of_a_record_that_is_there_is_not_edited(model, admin_client):
    page = admin_client.get(url(model, "change", make_row(model).pk))

    assert set(page.context["adminform"].form.fields).isdisjoint({"id", "code", "key"})


@pytest.mark.parametrize("model", RECORDS)
def test_a_published_record_has_a_link_to_its_page_and_a_draft_has_none(model, admin_client):
    row = make_row(model)
    link = f'<a href="{row.get_absolute_url()}" class="viewsitelink">'

    published = admin_client.get(url(model, "change", row.pk)).text
    model.objects.update(publication="draft")
    draft = admin_client.get(url(model, "change", row.pk)).text

    assert (link in published, "viewsitelink" in draft) == (True, False)


@pytest.mark.parametrize("model", RECORDS)
def test_a_record_is_found_by_its_key(model, admin_client):
    row, _ = make_row(model), make_row(model)

    assert found(admin_client, model, q=row.record_key) == [row.record_key]


def test_what_is_referred_to_can_be_added_and_changed_beside_it_but_not_deleted(admin_client):
    page = admin_client.get(url(Statement, "change", make_statement().pk)).text

    links = re.findall(r'id="(add|change|delete|view)_id_speaker"', page)
    assert sorted(links) == ["add", "change"]


def test_the_index_stands_in_the_order_of_work(admin_client):
    page = admin_client.get(reverse("admin:index"))

    apps = page.context["app_list"]
    assert [app["app_label"] for app in apps] == ["meetings", "delegations", "records", "auth"]
    assert [model["object_name"] for model in apps[0]["models"]] == [
        "Meeting",
        "Statement",
        "Agreement",
        "Figure",
        "Participant",
        "Topic",
    ]
    assert "<title>Records | SummitKB</title>" in page.text


@pytest.mark.parametrize(
    "address", ["admin:index", "admin:records_source_changelist", "admin:meetings_meeting_add"]
)
def test_the_admin_looks_like_us_without_style_or_script_within(address, admin_client):
    text = admin_client.get(reverse(address)).text

    assert '<link rel="stylesheet" href="/static/css/admin.css">' in text
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", text)


# The id


def person(**fields):
    return {"name": "P", "publication": "draft", **rows("citations"), **fields}


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ({"id": "shoigu", "name": "Sergei Shoigu"}, "shoigu"),
        ({"id": "", "name": "Sergei Shoigu"}, "sergei-shoigu"),
        ({"id": "", "name": "Álvaro  da Silva, Jr."}, "alvaro-da-silva-jr"),
        ({"id": "", "name": "There Already"}, "there-already-2"),
    ],
)
def test_an_id_is_typed_or_made(typed, made, admin_client):
    make_person("there-already")

    answer = admin_client.post(url(Person, "add"), person(**typed))

    assert answer.status_code == 302, errors(answer)
    assert Person.objects.filter(name=typed["name"]).get().id == made


def test_an_id_that_cannot_be_made_has_to_be_typed(admin_client):
    answer = admin_client.post(url(Person, "add"), person(id="", name="Сергей Шойгу"))

    assert errors(answer) == {"id": ["Type an id: there is nothing that one can be made of."]}
    assert Person.objects.count() == 0


def test_an_id_of_no_form_or_that_is_taken_is_refused(admin_client):
    make_person("taken")

    told = [
        errors(admin_client.post(url(Person, "add"), person(id=id))) for id in ("No slug", "taken")
    ]

    assert told == [
        {"id": [Person._meta.pk.validators[0].message]},
        {"id": ["Person with this Id already exists."]},
    ]


def test_the_id_of_a_statement_is_made_of_event_speaker_and_first_words(admin_client):
    make_statement(make_event("moscow-2025"), make_person("sergei-shoigu"), "other")
    shown = {"event": "moscow-2025", "speaker": "sergei-shoigu", "kind": "quote", "status": "made"}
    said = {"text": "We are ready to go on with our dialogue.", "publication": "draft"}
    inlines = rows("citations") | rows("about_entries") | rows("topic_entries")

    answer = admin_client.post(url(Statement, "add"), shown | said | inlines)

    assert answer.status_code == 302, errors(answer)
    assert Statement.objects.exclude(id="other").get().id == (
        "moscow-2025-sergei-shoigu-we-are-ready-to-go-on"
    )


# What only the database can refuse


def test_what_the_database_refuses_at_commit_is_an_error_of_the_form_with_what_was_typed(
    admin_client,
):
    """On its own page a participant does not see how many sides its meeting has."""
    meeting = make_bilateral(id="m")
    participant = meeting.participants.first()
    third = make_delegation(meeting.event, id="third")
    address = url(Participant, "change", participant.pk)
    make_participant(meeting, participant.delegation, make_person())
    data = {**as_shown(admin_client.get(address)), "delegation": third.pk}

    answer = admin_client.post(address, data)

    assert errors(answer) == {
        "__all__": ["A bilateral meeting has exactly two delegations; m has 3."]
    }
    assert answer.context["adminform"].form["delegation"].value() == "third"
    assert "successfully" not in answer.text
    participant.refresh_from_db()
    assert participant.delegation_id != "third"


def test_a_refused_deletion_is_told_and_leads_back(admin_client):
    make_bilateral(id="m", publication="draft")
    Participant.objects.update(publication="draft")
    participant = Participant.objects.first()
    sentence = "A bilateral meeting has exactly two delegations; m has 1."

    one = admin_client.post(
        url(Participant, "delete", participant.pk), {"post": "yes"}, follow=True
    )
    many = admin_client.post(
        url(Participant, "changelist"),
        {"action": "delete_selected", "_selected_action": [participant.pk], "post": "yes"},
        follow=True,
    )

    for answer, path in (
        (one, url(Participant, "change", participant.pk)),
        (many, url(Participant, "changelist")),
    ):
        assert answer.request["PATH_INFO"] == path
        assert [str(message) for message in answer.context["messages"]] == [sentence]
    assert Participant.objects.count() == 2


def test_deleting_what_others_refer_to_shows_what_is_in_the_way(admin_client):
    statement = make_statement()

    answer = admin_client.post(url(Person, "delete", statement.speaker.pk), {"post": "yes"})

    assert answer.context["protected"] != []
    assert Person.objects.count() == 1


# Citations


def test_a_record_is_entered_with_its_citations_at_once(admin_client):
    make_source("tass")
    cited = rows(
        "citations",
        {"source": "tass", "stance": "supports", "locator": "par. 2", "excerpt": "He came."},
        {"source": "tass", "stance": "disputes"},
    )

    answer = admin_client.post(url(Person, "add"), person(id="p") | cited)

    assert answer.status_code == 302, errors(answer)
    assert list(
        Citation.objects.order_by("id").values_list("table", "record", "stance", "excerpt")
    ) == [
        ("people", "p", "supports", "He came."),
        ("people", "p", "disputes", ""),
    ]


def test_citations_of_a_part_follow_it_to_its_new_key_while_they_are_edited(admin_client):
    participant = make_participant(make_meeting(id="m"), make_delegation(id="d"))
    kept, gone = cite(participant, excerpt="old"), cite(participant)
    make_source("s")
    make_person("p")
    check_deferred()
    address = url(Participant, "change", participant.pk)
    data = {**as_shown(admin_client.get(address)), "person": "p"}
    data |= {"citations-TOTAL_FORMS": 3, "citations-0-excerpt": "new", "citations-1-DELETE": "on"}
    data |= {"citations-2-source": "s", "citations-2-stance": "supports"}

    answer = admin_client.post(address, data)

    assert answer.status_code == 302, errors(answer)
    assert list(Citation.objects.order_by("id").values_list("record", "source", "excerpt")) == [
        ("m+d+p", kept.source_id, "new"),
        ("m+d+p", "s", ""),
    ]
    assert gone not in Citation.objects.all()


def test_the_same_citation_twice_is_refused_with_a_sentence(admin_client):
    sentence = Citation._meta.constraints[0].violation_error_message
    row = make_person()
    citation = cite(row)
    again = {"source": citation.source_id, "stance": "supports", "locator": "", "excerpt": ""}
    address = url(Person, "change", row.pk)
    shown = as_shown(admin_client.get(address))
    third = {f"citations-1-{name}": value for name, value in again.items()}

    there_already = admin_client.post(address, {**shown, **third, "citations-TOTAL_FORMS": 2})
    both_new = admin_client.post(
        url(Person, "add"), person(id="p") | rows("citations", again, again)
    )

    assert errors(there_already) == {"rows": [sentence]}
    assert errors(both_new) == {"__all__": [sentence]}
    assert list(Citation.objects.all()) == [citation]


def test_a_page_shows_the_citations_of_its_record_alone(admin_client):
    one, namesake = make_person("x"), make_topic("x")
    mine = cite(one)
    cite(namesake)
    cite(make_person("y"))

    page = admin_client.get(url(Person, "change", "x"))

    shown = page.context["inline_admin_formsets"][0].formset.get_queryset()
    assert list(shown) == [mine]


def test_a_citation_tells_its_record_with_a_way_there(admin_client):
    citation = cite(make_person("p"))

    page = admin_client.get(url(Citation, "change", citation.pk))

    assert f'<a href="{url(Person, "changelist")}?q=p">people/p</a>' in page.text


@pytest.mark.parametrize("word", ["tass", "МОСКВ", "opens", "daily star", "tass-1"])
def test_a_source_is_found_by_title_publisher_carrier_and_id(word, admin_client):
    make_source(
        "tass-1", title="Meeting opens in Москва́", publisher="TASS", carried_by="Daily Star"
    )
    make_source("other", title="Else", publisher="Else", url="https://example.org")

    assert autocomplete(admin_client, Citation, "source", word) == [
        "Meeting opens in Москва́ [tass-1]"
    ]


def test_sources_tell_how_much_rests_on_them(admin_client):
    source = make_source("s")
    for _ in range(3):
        cite(make_person(), source)

    rows_ = admin_client.get(url(Source, "changelist")).context["cl"].result_list

    assert [row.citation_count for row in rows_] == [3]


def test_figures_that_disagree_stand_side_by_side(cast, admin_client):
    assert found(admin_client, Figure) == ["delegations-125", "delegations-126"]


@pytest.mark.parametrize("page", ["change", "delete", "history", "preview", "restore", "different"])
def test_no_address_with_nul_breaks(admin_client, page):
    """No key has one, and PostgreSQL refuses to be asked."""
    address = f"/admin/delegations/person/a%00/{page}/"

    assert admin_client.get(address).status_code == 400
    assert admin_client.post(address).status_code == 400


@pytest.mark.parametrize("page", ["change", "delete"])
def test_a_deadlock_is_a_refusal_and_nothing_typed_is_lost(admin_client, monkeypatch, page):
    def meet(*args):
        raise OperationalError("deadlock detected") from DeadlockDetected()

    person = make_person("p")
    shown = admin_client.get(url(Person, "change", "p"))
    monkeypatch.setattr(connection, "check_constraints", meet)
    typed = (
        as_shown(shown, name="Typed") if page == "change" else {"post": "yes", "reason": "Twice."}
    )
    answer = admin_client.post(url(Person, page, "p"), typed, follow=True)

    if page == "change":
        assert errors(answer) == {"__all__": [BUSY]}
        assert answer.context["adminform"].form["name"].value() == "Typed"
    else:
        assert told(answer) == [BUSY]
    assert Person.objects.get() == person
