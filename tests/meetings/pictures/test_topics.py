import re
from html import unescape
from random import Random

import pytest

from delegations.models import Person
from meetings.models import Topic
from meetings.pictures.topics import TopicsBySpeakers, topics_of
from tests.factories import (
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_person,
    make_statement,
    make_topic,
)
from tests.pages import get, read, words_of

pytestmark = pytest.mark.django_db


def address(event):
    return f"/events/{event.pk}/topics/"


def cells_in(html):
    """The shaded numbers: address, title, number, shade."""
    found = re.findall(
        r'<td class="h(\d)">\s*<a href="([^"]*)" title="([^"]*)">(\d+)</a>\s*</td>',
        html,
    )
    return [(unescape(a), unescape(title), int(n), int(shade)) for shade, a, title, n in found]


def table_in(html):
    rows = re.findall(r"<tr.*?</tr>", re.search(r"<table.*?</table>", html, re.S)[0], re.S)
    return [
        [words_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows
    ]


@pytest.fixture
def moscow():
    """Shoigu and Lavrov speak for Russia, Sen for a bloc, an analyst without a name; on security,
    with terrorism below it and bombs below that, and on trade. One topic is on nobody's lips."""
    event = make_event("moscow", city="Moscow")
    security = make_topic("security", name="Security")
    terrorism = make_topic("terrorism", name="Terrorism", parent=security)
    bombs = make_topic("bombs", name="Bombs", parent=terrorism)
    trade = make_topic("trade", name="Trade")
    make_topic("sport", name="Sport")
    russians = make_delegation(event, make_country("RUS", name="Russia"))
    bloc = make_delegation(event, make_bloc("brics", acronym="BRICS", name="BRICS"))
    shoigu, lavrov, sen = (
        make_person(id, name=name)
        for id, name in {"shoigu": "Shoigu", "lavrov": "Lavrov", "sen": "Sen"}.items()
    )
    for speaker, delegation, topics in (
        (shoigu, russians, [security, bombs, terrorism]),
        (shoigu, russians, [terrorism, trade]),
        (shoigu, None, []),
        (lavrov, russians, [trade]),
        (sen, bloc, [bombs]),
    ):
        make_statement(event, speaker, delegation=delegation, topics=topics)
    make_statement(event, speaker_label="An analyst", topics=[terrorism])
    make_statement(event, shoigu, topics=[trade], publication="draft")
    make_statement(make_event("other"), lavrov, topics=[security])
    return event


def test_a_statement_counts_once_in_each_topic_at_the_top(client, moscow):
    assert table_in(get(client, address(moscow))) == [
        ["speaker", "Security", "Trade", "state\xadments"],
        ["Shoigu RUS", "2", "1", "3"],
        ["Lavrov RUS", "0", "1", "1"],
        ["Sen BRICS", "1", "0", "1"],
        ["speakers without a name", "1", "0", "1"],
        ["all statements", "4", "2", "6"],
    ]


def test_every_number_says_what_it_counts(client, moscow):
    html = get(client, address(moscow))

    assert cells_in(html) == [
        (
            "/statements/?event=moscow&person=shoigu&topic=security",
            "Shoigu: 2 on Security",
            2,
            2,
        ),
        ("/statements/?event=moscow&person=shoigu&topic=trade", "Shoigu: 1 on Trade", 1, 1),
        ("/statements/?event=moscow&person=lavrov&topic=trade", "Lavrov: 1 on Trade", 1, 1),
        ("/statements/?event=moscow&person=sen&topic=security", "Sen: 1 on Security", 1, 1),
    ]


def test_the_page_says_what_the_table_cannot(client, moscow):
    words = words_of(get(client, address(moscow)))

    assert "6 statements on record, by 3 named people; 1 by speakers without a name." in words
    assert "Nothing is on record on Sport ." in words


@pytest.fixture
def many():
    """Twenty people, some without a name, who speak on topics of a tree three deep."""
    random = Random(5)
    event = make_event("many")
    tops = [make_topic(f"top-{n}") for n in range(4)]
    topics = list(tops)
    for n in range(10):
        topics.append(make_topic(f"below-{n}", parent=random.choice(topics)))
    people = [make_person(f"person-{n:02}") for n in range(20)]
    for _ in range(150):
        speaker = random.choice([*people, *people[:3], *people[:1] * 8, None])
        make_statement(
            event,
            speaker,
            speaker_label="" if speaker else "Somebody",
            topics=random.sample(topics, random.randint(0, 3)),
            publication=random.choice(["published"] * 5 + ["draft"]),
            status=random.choice(["made", "expected"]),
        )
    return event


def test_every_number_with_a_link_is_that_of_the_list_it_leads_to(client, many):
    html = get(client, address(many))
    table = re.search(r"<table.*?</table>", html, re.S)[0]
    linked = re.findall(r'<a href="(/statements/[^"]*)"[^>]*>(\d+)</a>', table)

    assert len(linked) > 15 * 3
    for link, number in linked:
        assert read(get(client, unescape(link)), "statements").count == int(number), link


def test_where_nothing_is_written_the_list_is_empty(client, many):
    heat = TopicsBySpeakers(many)
    empty = [cell.address for row in heat.rows for cell in row.cells if not cell.number]

    assert empty
    for link in empty:
        assert read(get(client, link), "statements").count == 0


def test_all_rows_together_are_the_whole(many):
    heat = TopicsBySpeakers(many)
    rows = [*heat.rows, *heat.sums]

    assert [len(heat.rows), len(heat.sums), len(heat.others)] == [15, 2, 5]
    for n, cell in enumerate(heat.whole.cells):
        assert sum(row.cells[n].number for row in rows) == cell.number
    assert sum(row.whole.number for row in rows) == heat.whole.whole.number == heat.total


def test_the_most_quoted_have_a_row_and_the_others_are_named_below(client, many):
    heat = TopicsBySpeakers(many)
    numbers = [row.whole.number for row in heat.rows]

    assert numbers == sorted(numbers, reverse=True)
    assert max(cell.number for _, cell in heat.rest) <= numbers[-1]
    html = get(client, address(many))
    named = re.findall(r'<a href="([^"]*)" title="[^"]*">A person (\d+)</a>', html)
    assert len(named) == 5
    for link, number in named:
        assert read(get(client, unescape(link)), "statements").count == int(number)


@pytest.mark.parametrize(
    ("number", "shade"),
    [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (6, 3), (7, 4), (12, 4), (13, 5), (200, 5)],
)
def test_shades_have_fixed_steps(moscow, number, shade):
    heat = TopicsBySpeakers(moscow)

    assert heat._shade(number) == shade
    assert heat.key == [(1, "1"), (2, "2–3"), (3, "4–6"), (4, "7–12"), (5, "13+")]


@pytest.mark.parametrize(
    ("largest", "words"),
    [
        (200, ["1", "2–3", "4–6", "7–12", "13+"]),
        (201, ["1–2", "3–6", "7–12", "13–24", "25+"]),
        (401, ["1–4", "5–12", "13–24", "25–48", "49+"]),
    ],
)
def test_steps_are_doubled_where_a_cell_has_very_many(moscow, largest, words):
    heat = TopicsBySpeakers(moscow)
    heat._cells["security", "shoigu"] = largest

    assert [numbers for _, numbers in heat.key] == words


def test_an_event_without_statements_says_so(client):
    html = get(client, address(make_event()))

    assert "No statement is on record." in words_of(html)
    assert "<table" not in html


def test_the_table_is_the_same_on_every_run(client, many):
    assert get(client, address(many)) == get(client, address(many))


def test_the_page_takes_the_same_queries_at_any_size(client, many, django_assert_num_queries):
    small = make_event()
    make_statement(small, topics=[make_topic()])

    for event in (small, many):
        with django_assert_num_queries(7):
            client.get(address(event))


def test_what_one_person_spoke_about_is_counted_as_in_the_list(client, moscow):
    shoigu = Person.objects.get(pk="shoigu")
    make_statement(moscow, shoigu, topics=[Topic.objects.get(pk="sport")], publication="draft")

    found = topics_of(shoigu)

    assert [(cell.fact, cell.number) for cell in found] == [
        (topic, read(get(client, cell.address), "statements").count)
        for topic, cell in zip(("Security", "Trade"), found, strict=True)
    ]
    page = words_of(get(client, "/people/shoigu/"))
    assert " ".join(f"{cell.fact} {cell.number}" for cell in found) in page
