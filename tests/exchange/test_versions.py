"""What records said after each change, as a line of their CSV with its citations."""

import pytest

from meetings.tables import STATEMENTS
from summitkb.exchange.versions import versions_of
from summitkb.records.models import Citation
from tests.factories import cite, make_person, make_source, make_statement, make_topic
from tests.history import happened_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def statement():
    """Drafted, published with a topic and a citation, reworded, re-sorted, deleted."""
    trade, arms = make_topic("trade"), make_topic("arms")
    speaker = make_person("speaker")
    made = make_statement(
        id="s", speaker=speaker, text="First.", topics=[trade], publication="draft"
    )
    happened_on("2025-06-01")
    cite(made, make_source("tass"), excerpt="He said it.")
    made.publication = "published"
    made.save()
    happened_on("2025-06-02")
    made.text = "Second."
    made.save()
    made.topic_entries.update(position=2)
    made.topic_entries.create(topic=arms, position=1)
    happened_on("2025-06-03")
    Citation.objects.all().delete()
    happened_on("2025-06-04")
    made.topic_entries.all().delete()
    made.delete()
    happened_on("2025-06-05")
    return made


def test_each_version_is_a_line_with_its_lists_and_citations(statement):
    versions = versions_of(STATEMENTS, ["s"])["s"]

    quoted = frozenset({("tass", "supports", "", "He said it.")})
    assert [
        (str(v.at.date()), v.publication, v.cells["text"], v.cells.get("topics"), v.citations)
        for v in versions
    ] == [
        ("2025-06-01", "draft", "First.", "trade", frozenset()),
        ("2025-06-02", "published", "First.", "trade", quoted),
        ("2025-06-03", "published", "Second.", "arms | trade", quoted),
        ("2025-06-04", "published", "Second.", "arms | trade", frozenset()),
        ("2025-06-05", None, "Second.", "", frozenset()),
    ]
    assert [version.public for version in versions] == [False, True, True, True, False]


def test_the_cells_that_changed_are_given_before_and_after(statement):
    _, published, reworded, *_ = versions_of(STATEMENTS, ["s"])["s"]

    assert reworded.changed_cells(published) == {
        "text": ("First.", "Second."),
        "topics": ("trade", "arms | trade"),
    }


def test_what_never_was_has_no_versions(statement):
    assert versions_of(STATEMENTS, ["nobody"]) == {}


@pytest.mark.parametrize("count", [1, 10])
def test_ten_records_take_as_many_queries_as_one(django_assert_num_queries, count):
    made = [make_statement(topics=[make_topic()]) for _ in range(count)]
    happened_on("2025-06-01")

    with django_assert_num_queries(4):
        versions = versions_of(STATEMENTS, [statement.pk for statement in made])

    assert len(versions) == count
