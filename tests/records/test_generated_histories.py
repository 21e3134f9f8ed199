"""The past and the changes that the database keeps are what all of history says, whatever was done."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pghistory
import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, models, transaction

from delegations.models import Membership, Person
from meetings.models import Statement, StatementTopic
from summitkb.editing.merging import Refusal, merge
from summitkb.records.changes import Change, ChangeKind, all_changes
from summitkb.records.models import Citation, Source
from summitkb.records.restoring import StandsInTheWay, undo
from summitkb.records.time_travel import all_states, as_of, tracked_models
from tests.database import another_session
from tests.factories import (
    cite,
    make_bloc,
    make_country,
    make_event,
    make_membership,
    make_person,
    make_source,
    make_statement,
    make_topic,
)
from tests.history import last_change
from tests.records.history_read_whole import changes_by, rows_at

pytestmark = pytest.mark.django_db(transaction=True)

STATUSES = ("draft", "in-review", "published", "published", "published", "published", "withdrawn")
REFUSED = (IntegrityError, Refusal, StandsInTheWay, models.ProtectedError)


def kept_rows(model) -> list:
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table}")
        return sorted(cursor.fetchall(), key=repr)


def kept_changes() -> list:
    return sorted(Change.objects.values_list("table", "record", "at", "kind"), key=repr)


def moments() -> list[datetime]:
    """Each at which something was written, and one before all."""
    found = set()
    for model in tracked_models():
        found.update(model.pgh_event_model.objects.values_list("pgh_created_at", flat=True))
    return [min(found) - timedelta(seconds=1), *sorted(found)]


def compare():
    found = moments()
    for moment in Random(0).sample(found, min(len(found), 25)):
        wanted = {model: rows_at(model, moment) for model in tracked_models()}, changes_by(moment)
        with as_of(moment):
            past = {model: kept_rows(model) for model in tracked_models()}, kept_changes()
        assert past == wanted
    assert kept_changes() == changes_by(datetime(9999, 1, 1, tzinfo=UTC))


class Editor:
    """Does something or other to a few records; what is refused has not been done."""

    def __init__(self, seed):
        self.random = Random(seed)
        self.event = make_event("event")
        self.user = get_user_model().objects.create_superuser("root")
        self.blocs, self.countries = [make_bloc("sco")], [make_country("IRN"), make_country("BLR")]
        self.topics = [make_topic(f"t{n}") for n in range(2)]
        self.done = Counter()

    def work(self):
        acts = [self.one_of(*ACTS) for _ in range(self.random.choice([1, 1, 2, 4]))]
        try:
            with transaction.atomic(), pghistory.context(seed=self.random.random()):
                for act in acts:
                    act(self)
        except REFUSED:
            return
        self.done.update(act.__name__ for act in acts)
        self.done["only_cited"] += Change.objects.filter(only_cited=True).count()

    def one_of(self, *choices):
        return self.random.choice(choices)

    def some(self, *kinds):
        rows = list(self.one_of(*kinds).objects.order_by("pk"))
        return self.random.choice(rows) if rows else None

    def make(self):
        n, publication = self.random.randrange(3), {"publication": self.one_of(*STATUSES)}
        match self.one_of(Person, Source, Statement, Membership):
            case kind if kind in (Person, Source):
                if not kind.objects.filter(pk=f"x{n}").exists():
                    make = make_person if kind is Person else make_source
                    make(f"x{n}", **publication)
            case kind if kind is Statement:
                if not kind.objects.filter(pk=f"x{n}").exists():
                    topics = self.topics[: self.random.randrange(3)]
                    make_statement(
                        self.event, id=f"x{n}", topics=topics, speaker_label="He", **publication
                    )
            case _:
                country = self.one_of(*self.countries)
                make_membership(self.blocs[0], country, status=self.one_of("member", "observer"))

    def publish(self):
        if row := self.some(Person, Source, Statement, Membership):
            row.publication = self.one_of(*STATUSES)
            row.publication_note = "No." if row.publication == "withdrawn" else ""
            row.save()

    def publish_all(self):
        model = self.one_of(Person, Source, Statement, Membership)
        model.objects.update(publication=self.one_of(*STATUSES))

    def reword(self):
        if row := self.some(Person, Source, Statement):
            name = {Person: "name", Source: "title", Statement: "text"}[type(row)]
            setattr(row, name, f"Words {self.random.random()}")
            row.save()

    def change_key(self):
        if row := self.some(Membership):
            row.status = self.one_of("member", "observer", "partner")
            row.save()

    def delete(self):
        if row := self.some(Person, Source, Statement, Membership):
            row.delete()

    def delete_and_make_again(self):
        if row := self.some(Person, Source):
            key = row.pk
            row.delete()
            row.pk = key
            row.save(force_insert=True)

    def list_topic(self):
        if statement := self.some(Statement):
            topic = self.one_of(*self.topics)
            _, new = StatementTopic.objects.get_or_create(owner=statement, topic=topic)
            if not new:
                statement.topic_entries.all().delete()

    def cite(self):
        record, source = self.some(Person, Statement, Membership, Source), self.some(Source)
        if record and source:
            cite(record, source, locator=str(self.random.random()))

    def change_citation(self):
        if citation := self.some(Citation):
            citation.excerpt = str(self.random.random())
            citation.save()

    def take_citation_back(self):
        if citation := self.some(Citation):
            citation.delete()

    def merge(self):
        model = self.one_of(Person, Source)
        if model.objects.count() > 1:
            merge(*self.random.sample(list(model.objects.order_by("pk")), 2), self.user)

    def undo(self):
        model = self.one_of(Person, Source, Statement, Membership, Citation)
        if model.pgh_event_model.objects.exists() and (change := last_change(model)):
            undo(change)


ACTS = [
    Editor.make,
    Editor.make,
    Editor.publish,
    Editor.publish_all,
    Editor.reword,
    Editor.change_key,
    Editor.delete,
    Editor.delete_and_make_again,
    Editor.list_topic,
    *[Editor.cite] * 4,
    Editor.change_citation,
    Editor.take_citation_back,
    Editor.merge,
    Editor.undo,
]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_the_past_is_what_history_says(seed):
    editor = Editor(seed)
    for _ in range(150):
        editor.work()

    assert set(+editor.done) == {act.__name__ for act in ACTS} | {"only_cited"}
    assert {kind for _, _, _, kind in kept_changes()} == set(ChangeKind.values)
    compare()


def test_made_anew_it_is_the_same():
    editor = Editor(seed=7)
    for _ in range(60):
        editor.work()
    states = {m: list(m.pgh_event_model.objects.order_by("pk").values()) for m in tracked_models()}
    changes = kept_changes()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_history SET pgh_until = now(), pgh_taken_back = true")
        cursor.execute("DELETE FROM changes WHERE kind <> 'added'")
        for statement in (*all_states(), *all_changes()):
            cursor.execute(statement)

    assert states == {
        m: list(m.pgh_event_model.objects.order_by("pk").values()) for m in tracked_models()
    }
    assert kept_changes() == changes


def test_of_two_transactions_the_one_that_began_later_may_write_first():
    make_person("p", name="First")
    with another_session() as early:
        early.execute("SELECT now()")  # it has begun
        Person.objects.update(name="By the later one")
        early.execute("UPDATE people SET name = 'By the earlier one'")
        early.commit()
    Person.objects.update(name="Last")

    compare()


def test_what_only_cites_a_source_is_a_change_while_that_is_public():
    source, person = make_source("s"), make_person("p")
    cite(person, source)

    def kinds():
        changes = Change.objects.filter(table="people").order_by("at")
        return list(changes.values_list("kind", flat=True))

    assert kinds() == ["added", "changed"]
    source.publication = "withdrawn"
    source.save()
    assert kinds() == ["added"]
    source.publication = "published"
    source.save()
    assert kinds() == ["added", "changed"]
    compare()
