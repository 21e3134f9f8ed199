"""The page of a merge: two records side by side, who may, and what keeps it from being done."""

import pytest
from django.urls import reverse

from delegations.models import Person
from summitkb.editing.merge_views import CHANGED, REASON, Cell
from summitkb.records.models import Citation
from tests.admin_pages import signed_in, told, url
from tests.factories import (
    cite,
    make_bilateral,
    make_country,
    make_delegation,
    make_event,
    make_meeting,
    make_person,
    make_source,
    make_source_text,
    make_statement,
    make_topic,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return signed_in("Reviewer")


@pytest.fixture
def people():
    """Two who are one."""
    keep = make_person("keep", name="Sergei Shoigu", native_name="Сергей Шойгу")
    drop = make_person("drop", name="Sergey Shoygu", wikidata="Q1", native_name="Сергей Шойгу")
    cite(drop)
    return keep, drop


def address(keep, drop):
    return reverse("admin:merge", args=[keep._meta.db_table, keep.record_key, drop.record_key])


def typed(page, **changes):
    """What a browser sends when the page is sent as it came, but for what is typed."""
    context = page.context
    cells = {f"cell-{cell.name}": cell.taken for cell in context["cells"] if cell.taken}
    versions = [context["keep"].version, context["drop"].version]
    return {"version": versions, "reason": "One man.", **cells, **changes}


def names():
    return list(Person.objects.order_by("name").values_list("name", flat=True))


def test_both_stand_side_by_side_with_what_would_stay(reviewer, people):
    page = reviewer.get(address(*people))

    assert page.context["cells"] == [
        Cell("name", "Name", "Sergei Shoigu", "Sergey Shoygu", "keep"),
        Cell("native_name", "Native name", "Сергей Шойгу", "Сергей Шойгу", ""),
        Cell("wikidata", "Wikidata", "", "Q1", "drop"),
    ]
    assert page.context["outlook"] == ({"citations": 1}, [], [])
    assert page.context["other_way"] == address(*reversed(people))
    assert Person.objects.count() == 2


def test_cells_are_told_in_words(reviewer):
    event, topic = make_event("e", name="Forum"), make_topic(name="Water")
    keep = make_meeting(id="keep", event=event, topics=[topic])
    drop = make_meeting(id="drop", event=event, status="announced")

    page = reviewer.get(address(keep, drop))

    cells = {cell.name: (cell.keep, cell.drop) for cell in page.context["cells"]}
    assert (cells["event"], cells["status"]) == (
        ("Forum [e]", "Forum [e]"),
        ("Held", "Announced"),
    )
    assert page.context["lists"] == [("Topics", "Water", "")]


def test_what_is_sent_is_merged_and_can_be_undone_at_one_click(reviewer, people):
    page = reviewer.get(address(*people))

    answer = reviewer.post(address(*people), typed(page, **{"cell-name": "drop"}), follow=True)

    person = Person.objects.get()
    assert (person.pk, person.name, person.wikidata) == ("keep", "Sergey Shoygu", "Q1")
    assert person.other_names == ["Sergei Shoigu"]
    assert answer.redirect_chain == [(url(Person, "change", "keep"), 302)]
    change = Person.pgh_event_model.objects.latest("pgh_id").pgh_context
    [message] = told(answer)
    assert message.startswith("people/drop was merged into people/keep. ")
    assert reverse("admin:change_set", args=[change.pk]) in message
    metadata = {name: change.metadata[name] for name in ("merges", "into", "reason")}
    assert metadata == {"merges": "people/drop", "into": "people/keep", "reason": "One man."}
    shown = reviewer.get(reverse("admin:change_set", args=[change.pk]))
    assert shown.context["title"] == "Merge of people/drop into people/keep"


def test_the_public_is_told_why(reviewer, people):
    page = reviewer.get(address(*people))
    assert REASON in told(reviewer.post(address(*people), typed(page, reason=" ")))
    assert Person.objects.count() == 2

    Person.objects.update(publication="draft")
    page = reviewer.get(address(*people))
    reviewer.post(address(*people), typed(page, reason=""))
    assert Person.objects.count() == 1


def test_what_was_changed_meanwhile_is_looked_at_again(reviewer, people):
    page = reviewer.get(address(*people))
    Person.objects.filter(pk="drop").update(wikidata="Q2")

    answer = reviewer.post(address(*people), typed(page))

    assert (told(answer), Person.objects.count()) == ([CHANGED], 2)
    reviewer.post(address(*people), typed(answer))
    assert Person.objects.get().wikidata == "Q2"


def test_what_stands_in_the_way_is_told_before_and_after(reviewer):
    event, keep, drop = make_event(), make_country("XAX"), make_country("XAY")
    for country, id in ((keep, "first"), (drop, "second")):
        make_delegation(event, country, id=id)
    sentence = "delegations/first and delegations/second would be one. Merge those first."

    page = reviewer.get(address(keep, drop))
    assert page.context["outlook"].refusals == [sentence]
    assert told(reviewer.post(address(keep, drop), typed(page))) == [sentence]

    sides = [make_delegation(event), make_delegation(event)]
    make_bilateral(event=event, delegations=sides)
    page = reviewer.get(address(*sides))
    [sentence] = page.context["outlook"].refusals
    assert sentence.startswith("A bilateral meeting has exactly two delegations")
    assert told(reviewer.post(address(*sides), typed(page))) == [sentence]


def test_what_stands_in_the_way_may_be_chosen_otherwise(reviewer):
    """Here a ring of topics: the page is sent again with another choice."""
    keep, drop = make_topic("keep", name="Water"), make_topic("drop", name="Fresh water")
    make_topic("below", parent=keep)
    drop.parent_id = "below"
    drop.save()
    page = reviewer.get(address(keep, drop))

    assert [cell.taken for cell in page.context["cells"] if cell.name == "parent"] == ["keep"]
    assert "disabled" not in page.content.decode()
    refused = reviewer.post(address(keep, drop), typed(page, **{"cell-parent": "drop"}))
    assert "would lie below itself" in told(refused)[0]
    assert "disabled" not in refused.content.decode()
    assert (
        reviewer.post(address(keep, drop), typed(refused, **{"cell-parent": "keep"})).status_code
        == 302
    )


def test_quotes_are_looked_for_in_the_text_that_stays(reviewer):
    keep, drop = make_source("keep"), make_source("drop")
    make_source_text(keep, text="Nothing was said.")
    cite(make_statement(text="Yes.", kind="quote"), drop, excerpt="Yes.")
    page = reviewer.get(address(keep, drop))

    answer = reviewer.post(address(keep, drop), typed(page), follow=True)

    assert "Not in the text of keep: “Yes.”" in told(answer)
    assert list(Citation.objects.values_list("source", flat=True)) == ["keep"]


# Who may


def test_an_editor_may_neither_look_nor_merge(people):
    editor = signed_in("Editor")

    assert editor.get(address(*people)).status_code == 403
    assert editor.post(address(*people), {"reason": "One."}).status_code == 403
    data = {"action": "merge", "_selected_action": ["keep", "drop"]}
    refused = editor.post(url(Person, "changelist"), data, follow=True)
    assert address(*people) not in [chain for chain, _ in refused.redirect_chain]
    assert Person.objects.count() == 2


def test_whoever_may_not_publish_merges_no_public_records(people):
    editor = signed_in("Editor")
    user = people[0]._meta.apps.get_model("auth", "User").objects.get()
    permission = people[0]._meta.apps.get_model("auth", "Permission").objects
    user.user_permissions.add(permission.get(codename="merge_person"))

    assert editor.get(address(*people)).status_code == 403
    Person.objects.update(publication="draft")
    assert editor.get(address(*people)).status_code == 200


@pytest.mark.parametrize(
    "parts",
    [
        ("people", "keep", "keep"),
        ("people", "keep", "nobody"),
        ("nothing", "keep", "drop"),
        ("topics", "keep", "drop"),
        ("citations", "keep", "drop"),
    ],
)
def test_there_must_be_two_such_records(reviewer, people, parts):
    assert reviewer.get(reverse("admin:merge", args=parts)).status_code == 404


# From the list


def test_two_are_chosen_in_the_list_and_what_the_public_knows_stays(reviewer):
    draft = make_person("a", publication="draft")
    public, cited = make_person("b"), make_person("c")
    cite(cited)

    def chosen(*people):
        data = {"action": "merge", "_selected_action": [person.pk for person in people]}
        return reviewer.post(url(Person, "changelist"), data, follow=True)

    assert chosen(draft, public).redirect_chain == [(address(public, draft), 302)]
    assert chosen(public, cited).redirect_chain == [(address(cited, public), 302)]
    for wrong in ((draft,), (draft, public, cited)):
        assert told(chosen(*wrong)) == ["Choose the two that are one."]
