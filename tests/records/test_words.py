"""Words that are looked for in texts, by an index or without."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from delegations.models import Delegate, Person
from meetings.models import Meeting, Statement
from summitkb.records.models import Citation, Source
from summitkb.records.time_travel import as_of
from summitkb.records.words import holding
from tests.factories import make_event, make_person, make_statement

pytestmark = pytest.mark.django_db

TEXTS = {
    "plain": "Sergei Shoigu met the Security-Council",
    "marked": "Choïgou a présidé la séance",
    "cyrillic": "Сотрудничество, Шойгу",
    "unbroken": "我们必须加强国际合作与安全",
    "jamo": "리창대 위원장",
    "signs": r"50% of a_b \ 'quoted' & (a|b) !c :* x:y <->",
    "lines": "first\nsecond\tthird\r\nfourth fifth",
    "long": "und " * 6000 + "Ende",
    "long word": "https://www.example.org/" + "path/" * 100 + "theend",
}

WORDS = {
    "shoigu": {"plain"},
    "OIG": {"plain", "marked"},
    "oï": {"plain", "marked"},
    "choigou": {"marked"},
    "security-council": {"plain"},
    "security-cooperation": set(),
    "й": {"cyrillic"},
    "сотрудничество": {"cyrillic"},
    "сотрудничества": set(),
    "国际": {"unbroken"},
    "我们必须加强国际合作与安": {"unbroken"},
    "창": {"jamo"},
    "창대위": set(),
    "%": {"signs"},
    "_": {"signs"},
    "\\": {"signs"},
    "'": {"signs"},
    "''": set(),
    "':*": set(),
    ":*": {"signs"},
    "|": {"signs"},
    "!c": {"signs"},
    "firstsecond": set(),
    "third": {"lines"},
    "fifth": {"lines"},
    "ende": {"long"},
    "endlich": set(),
    "path/path/theend": {"long word"},
    "www.example.com": set(),
    "\u0301": set(TEXTS),
}


@pytest.fixture
def statements():
    event = make_event()
    made = {
        name: make_statement(event, text=text, kind="paraphrase") for name, text in TEXTS.items()
    }
    return {statement.pk: name for name, statement in made.items()}


def found(statements, word) -> set[str]:
    rows = Statement.objects.filter(holding(Statement, ["speaker_label", "text"], word))
    return {statements[key] for key in rows.values_list("pk", flat=True)}


def test_a_word_is_found_wherever_it_stands(statements):
    assert {word: found(statements, word) for word in WORDS} == WORDS


def test_a_word_is_found_by_the_index_where_it_was_found_without(statements):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert {word: found(statements, word) for word in WORDS} == WORDS


def test_a_word_is_found_in_the_past(statements):
    with as_of(datetime.now(UTC) + timedelta(minutes=1)):
        assert {word: found(statements, word) for word in WORDS} == WORDS


def test_words_of_a_text_that_is_longer_than_an_index_could_hold_are_found():
    long = make_statement(text="".join(map(chr, range(0x4E00, 0x9FA0))) * 5)

    rows = Statement.objects.filter(holding(Statement, ["text"], "龍龎龏"))

    assert list(rows) == [long]


def test_a_word_is_found_in_each_of_many_names_and_not_across_two():
    person = make_person(name="Sergei Shoigu", other_names=["Choïgou", "Шойгу"])

    words = ("choigou", "Шойгу", "гу", "gou,", "Шойгу,Choïgou", '"')
    rows = {w: Person.objects.filter(holding(Person, ["name", "other_names"], w)) for w in words}

    assert {word for word in words if list(rows[word]) == [person]} == {"choigou", "Шойгу", "гу"}


@pytest.mark.parametrize(
    ("model", "paths"),
    [
        (Statement, ["text", "speaker__name", "speaker_label", "meeting__title", "id"]),
        (Citation, ["excerpt", "locator", "record", "source__title"]),
        (Source, ["title", "publisher", "carried_by", "author", "url", "id"]),
        (Meeting, ["title", "summary", "place", "id"]),
        (Person, ["name", "native_name", "other_names", "id"]),
        (Delegate, ["position", "person__other_names", "key"]),
    ],
)
def test_all_texts_are_asked_of_indexes(model, paths):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    for word in ("a", "security", "co-operation"):
        plan = model.objects.filter(holding(model, paths, word)).order_by().explain()
        assert plan.startswith(f"Bitmap Heap Scan on {model._meta.db_table} ")


def test_ends_of_words_are_cut_to_eight_letters():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(word_ends(%s))", ["Ärztliche\nHilfe"])
        [[ends]] = cursor.fetchall()

    assert " ".join(ends) == (
        "arztlich che e fe he hilfe iche ilfe lfe liche rztliche tliche ztliche"
    )
