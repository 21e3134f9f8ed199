"""Bitmaps say what SQL says, at whatever moment, after whatever was done since they were made."""

import threading
from random import Random
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from delegations.models import Country, Delegation, Event, Membership, Person
from meetings.models import Meeting, Participant, Statement, StatementTopic, Topic
from summitkb.browse.bitmaps import shelf
from summitkb.browse.counting import ByBitmaps, BySql
from summitkb.browse.excerpts import LISTS
from summitkb.exchange.dumping import dump
from summitkb.exchange.tables import tables
from summitkb.records.models import Citation, Source
from summitkb.records.revisions import one_moment
from tests.browse.brute_force import Package, make_query
from tests.browse.meanings import MEANINGS
from tests.browse.test_facet_counts import FACETS, counted, make_base
from tests.factories import (
    cite,
    make_country,
    make_membership,
    make_participant,
    make_person,
    make_source,
    make_statement,
    make_topic,
)
from tests.pages import listing

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = [table.name for table in tables()]


@pytest.fixture(autouse=True)
def base(settings, tmp_path):
    """A knowledge base that counts as large."""
    settings.BITMAPS_FROM = 0
    settings.BITMAPS = tmp_path / "bitmaps"
    shelf.clear()
    with transaction.atomic():
        make_base(Random(7))
    yield
    shelf.clear()


def counting_of(table, filters=()):
    """How a list is counted in the open transaction, and by SQL."""
    list_view = LISTS[table]
    filterset = list_view.filterset_of(QueryDict(urlencode(filters, doseq=True)))
    _ = filterset.qs
    return filterset.counting, BySql(filterset), list_view


def make_all():
    """Bitmaps of all lists, as they are now."""
    for table in TABLES:
        with one_moment():
            counting_of(table)
        kept = shelf.shelf_of(LISTS[table].filterset_class, None)
        while kept.making:
            kept.making.join(timeout=60)


def numbers_of(count, list_view) -> dict:
    """All numbers and rows of a list under its filters."""
    filterset = count.filterset
    return {
        "total": count.total,
        "count": count.count,
        "rows": [row.pk for row in count.page(list_view.shown, 0, 1000)],
        "third": [row.pk for row in count.page(list_view.shown, 2, 1)],
        **{
            name: {value: n for value, n in count.counts(name).items() if n}
            for name in (*filterset.shown_facets, *filterset.evidence_facets)
        },
        "most": [
            dict(count.counts(name, most=2, also=["none", *filterset.data.getlist(name)]))
            for name in filterset.shown_facets
            if not filterset.filters[name].ordered
        ],
    }


def queries_of(table, random) -> list[dict]:
    """Some filters of a list, each with a value that it has, in some order."""
    _, by_sql, _ = counting_of(table)
    filters = by_sql.filterset.filters
    facets = [*by_sql.filterset.shown_facets, *by_sql.filterset.evidence_facets]
    queries = [{"sort": order} for order in filters["sort"].orders]
    for name in facets:
        if counts := by_sql.counts(name):
            queries.append({name: random.sample(sorted(counts), min(2, len(counts)))})
    days = {name: "2025-05" for name in ("from", "to", "reported-by") if name in filters}
    queries += [{name: day} for name, day in days.items()] + [days, {"q": "e"}]
    return [*queries, *(a | b for a, b in zip(queries, reversed(queries), strict=True))]


def differences(random) -> list[str]:
    """Where the bitmaps say something else than SQL, under some filters; and where there are none."""
    found = []
    with one_moment():
        for table in TABLES:
            for query in [{}, random.choice(queries_of(table, random))]:
                count, by_sql, list_view = counting_of(table, query)
                if not isinstance(count, ByBitmaps):
                    found.append(f"{table}: none")
                    break
                said, true = numbers_of(count, list_view), numbers_of(by_sql, list_view)
                found += [f"{table}?{query} {n}" for n in true if said[n] != true[n]]
    return found


def a_row(model, n=0, **of):
    return model.objects.filter(**of).order_by("pk")[n]


def save(record, **cells):
    for name, value in cells.items():
        setattr(record, name, value)
    record.save()


def make_news():
    event = a_row(Event)
    statement = make_statement(
        event,
        make_person("new", name="Aaa New"),
        delegation=a_row(Delegation, event=event),
        topics=[make_topic("new", name="New", parent=a_row(Topic))],
        date="2025-05-28",
    )
    cite(statement, make_source("new", publisher="New", published_on="2020"))


def make_many():
    event, person = a_row(Event, 1), a_row(Person, 1)
    for n in range(30):
        make_statement(event, person, date=f"2025-04-{n + 1:02}", text=f"{n}")


EDITS = {
    "nothing": lambda: None,
    "a statement with all that it names": make_news,
    "thirty statements": make_many,
    "its kind": lambda: save(a_row(Statement), kind="document", date="2024-02-03"),
    "its speaker": lambda: save(a_row(Statement, 3), speaker=a_row(Person, 2)),
    "its delegation": lambda: save(a_row(Statement, 3), delegation=a_row(Delegation, 5)),
    "a topic": lambda: StatementTopic.objects.first().delete(),
    "a topic of a meeting": lambda: a_row(Meeting).topic_entries.all().delete(),
    "a participant": lambda: make_participant(
        a_row(Meeting, kind="plenary"),
        Delegation.objects.filter(event=a_row(Meeting, kind="plenary").event).last(),
        make_person("late", name="Late"),
    ),
    "a participant that goes": lambda: a_row(
        Participant, person__isnull=False, meeting__kind="plenary"
    ).delete(),
    "a citation": lambda: cite(a_row(Statement, 5), make_source("s", published_on="2019")),
    "a citation that goes": lambda: Citation.objects.filter(table="statements").first().delete(),
    "a stance": lambda: save(Citation.objects.filter(table="meetings").first(), stance="disputes"),
    "a publisher": lambda: save(a_row(Source, 1), publisher="Other", published_on="2018"),
    "a kind of source": lambda: save(a_row(Source, 2), kind="press"),
    "the name of a person": lambda: save(a_row(Person, 3), name="Aaaa"),
    "the country of a delegation": lambda: save(
        a_row(Delegation, country__isnull=False), status="announced"
    ),
    "the first day of an event": lambda: save(a_row(Event), starts_on="2023-01-01"),
    "a membership": lambda: make_membership(
        a_row(Delegation, bloc__isnull=False).bloc, make_a_country(), since="2020"
    ),
    "memberships that go": lambda: Membership.objects.all().delete(),
    "a name that nobody counts": lambda: save(a_row(Country), name="Zz"),
    "a statement that goes": lambda: a_row(Statement, 6).delete(),
    "a statement withdrawn": lambda: save(a_row(Statement, 7), publication="withdrawn"),
    "a statement in bulk": lambda: Statement.objects.update(status="expected"),
}


def make_a_country():
    return make_country("XBZ", name="Land Z")


def test_after_each_edit_they_say_what_sql_says(monkeypatch):
    make_all()
    monkeypatch.setattr(shelf.Shelf, "_make_in_background", lambda self: None)
    random, found = Random(1), {}
    for name, edit in EDITS.items():
        with transaction.atomic():
            edit()
        found[name] = differences(random)

    assert found == {name: [] for name in EDITS}


def test_while_others_write_a_page_has_the_numbers_of_its_own_moment(client, tmp_path):
    """They are compared with a count in Python over the package, as the page's transaction sees it."""
    make_all()
    ended, edits = threading.Event(), []
    editor = threading.Thread(target=keep_editing, args=(ended, edits))
    editor.start()
    random, seen, by_bitmaps = Random(3), [], 0
    try:
        for n in range(12):
            with one_moment():
                dump(tmp_path / f"{n}")
                package = Package(tmp_path / f"{n}")
                for table in ("statements", "meetings"):
                    asked = [name for name in MEANINGS[table] if package.offered(table, name)]
                    filters = make_query(random, package, table, random.choice(asked)) if n else {}
                    by_bitmaps += isinstance(counting_of(table, filters)[0], ByBitmaps)
                    page = listing(client, table, f"?{urlencode(filters, doseq=True)}")
                    assert set(page.keys) == package.keys(table, filters)
                    for name in FACETS[table].split():
                        expected = package.counts(table, filters, name)
                        numbers = counted(page, name, filters.get(name, []))
                        assert numbers.items() <= expected.items()
                        assert name == "date" or {v for v, n in expected.items() if n} <= {*numbers}
                    seen.append(page.total)
    finally:
        ended.set()
        editor.join()

    assert (len(set(seen)) > 6, len(edits) > 10, by_bitmaps) == (True, True, 24)


def keep_editing(ended, edits):
    """One short transaction after the other, of each kind that changes a number."""
    random = Random(5)
    event = a_row(Event)
    people, sent = list(Person.objects.all()), list(Delegation.objects.filter(event=event))
    try:
        while not ended.is_set():
            with transaction.atomic():
                some = make_statement(
                    event, random.choice(people), delegation=random.choice(sent), date="2025-05-27"
                )
                cite(some, a_row(Source, random.randrange(4)))
            save(a_row(Statement, random.randrange(9)), kind=random.choice(["quote", "document"]))
            save(a_row(Meeting, random.randrange(4)), date=random.choice(["2025-05", "2024"]))
            save(a_row(Source, random.randrange(4)), publisher=f"Publisher {random.randrange(3)}")
            edits.append(some.pk)
    finally:
        connection.close()
