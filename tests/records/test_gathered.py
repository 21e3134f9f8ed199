"""What is gathered of other tables: the same for each row by itself and for all rows at once."""

import pytest
from django.db.models import Case, Count, Min, Q, Value, When

from meetings.models import Statement, StatementTopic
from summitkb.records import gathered
from summitkb.records.gathered import AnyGathered, Gathered, at_once, gathering
from tests.factories import make_statement, make_topic


@pytest.fixture
def spoken(db):
    """Statements on two topics, on one and on none."""
    a, b = make_topic("a", name="A"), make_topic("b", name="B")
    return [make_statement(id=f"s{n}", topics=t) for n, t in enumerate(([b, a], [a], []))]


def of_topics(aggregate):
    return Gathered(StatementTopic.objects.all(), "owner", "pk", aggregate)


@pytest.mark.parametrize("way", [at_once, lambda rows: rows])
def test_each_row_has_what_is_its_own_and_null_where_there_is_nothing(spoken, way):
    rows = way(Statement.objects.order_by("pk"))
    number, first = of_topics(Count("pk")), of_topics(Min("topic"))
    several = Case(When(Q(pk="s2") | Q(pk="s0"), then=number), default=Value(7))

    assert list(rows.values_list("pk", number, first, several)) == [
        ("s0", 2, "a", 2),
        ("s1", 1, "a", 7),
        ("s2", None, None, None),
    ]
    assert rows.aggregate(filled=Count(number), rows=Count("pk")) == {"filled": 2, "rows": 3}
    assert list(rows.order_by(first.desc(nulls_last=True), "-pk").values_list("pk", flat=True)) == [
        "s1",
        "s0",
        "s2",
    ]


@pytest.mark.parametrize("way", [at_once, lambda rows: rows])
def test_whether_there_are_any_is_told_as_well(spoken, way):
    rows = StatementTopic.objects.all()
    of_any, of_b = (
        AnyGathered(rows, "owner", "pk", Q()),
        AnyGathered(rows, "owner", "pk", Q(topic="b")),
    )

    def found(condition):
        return list(
            way(Statement.objects.order_by("pk")).filter(condition).values_list("pk", flat=True)
        )

    assert [found(c) for c in (Q(of_any), ~Q(of_any), Q(of_b), ~Q(of_b))] == [
        ["s0", "s1"],
        ["s2"],
        ["s0"],
        ["s1", "s2"],
    ]
    assert way(Statement.objects.order_by()).aggregate(
        any=Count("pk", filter=Q(of_any)), none=Count("pk", filter=~Q(of_any))
    ) == {"any": 2, "none": 1}


def test_all_of_the_same_rows_is_gathered_by_one_join(spoken):
    rows = at_once(Statement.objects.order_by())
    named = of_topics(Min("topic__name"))
    sql = str(rows.values("pk", a=of_topics(Count("pk")), b=named, c=named).query)

    assert sql.count('FROM "statement_topics"') == 1
    assert sql.count("LEFT OUTER JOIN") == 1


def test_another_query_of_the_same_rows_is_left_as_it_was(spoken):
    rows = at_once(Statement.objects.order_by()).annotate(a=of_topics(Count("pk")))
    before = str(rows.query)
    rows.annotate(b=of_topics(Min("topic")))

    assert str(rows.query) == before


def test_it_can_stand_in_a_subquery(spoken):
    rows = at_once(Statement.objects.all()).annotate(n=of_topics(Count("pk"))).values("pk")

    assert list(Statement.objects.filter(pk__in=rows).order_by("pk")) == spoken
    assert rows.count() == 3


def test_all_is_gathered_at_once_for_a_good_part_of_a_table_alone(
    spoken, monkeypatch, django_assert_num_queries
):
    def joined(*keys):
        rows = gathering(Statement.objects.filter(pk__in=keys))
        return "LEFT OUTER JOIN (" in str(rows.values(n=of_topics(Count("pk"))).query)

    monkeypatch.setattr(gathered, "FEW", 1)
    monkeypatch.setattr(gathered, "MOST", 2)
    assert [joined("s0"), joined("s0", "s1"), joined("s0", "s1", "s2")] == [False, True, True]
    monkeypatch.setattr(gathered, "MOST", 1)
    assert joined("s0", "s1", "s2") is False
    with django_assert_num_queries(0):  # where nothing is gathered, nobody counts
        str(gathering(Statement.objects.all()).values("pk").query)
