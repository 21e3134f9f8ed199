from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delegations.models import Event
from summitkb.records.partial_dates import Earliest, Latest, PartialDate, PartialDateField
from tests.factories import make_event

VALID = [
    # text, precision, earliest, latest
    ("2025", "year", date(2025, 1, 1), date(2025, 12, 31)),
    ("2025-05", "month", date(2025, 5, 1), date(2025, 5, 31)),
    ("2025-05-27", "day", date(2025, 5, 27), date(2025, 5, 27)),
    ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
    ("2025-02", "month", date(2025, 2, 1), date(2025, 2, 28)),
    ("1900-02", "month", date(1900, 2, 1), date(1900, 2, 28)),
    ("2000-02-29", "day", date(2000, 2, 29), date(2000, 2, 29)),
    ("2025-12", "month", date(2025, 12, 1), date(2025, 12, 31)),
    ("0001", "year", date(1, 1, 1), date(1, 12, 31)),
    ("9999-12-31", "day", date(9999, 12, 31), date(9999, 12, 31)),
]
NOT_A_FORM = [
    "25",
    "02025",
    "2025-5",
    "2025-05-7",
    "2025-",
    "2025-05-",
    "2025/05",
    "20250527",
    "27.05.2025",
    "2025-05-27T10:00",
    "-2025",
    " 2025",
    "2025\n",
    "２０２５",
    "may 2025",
]
NOT_IN_THE_CALENDAR = [
    "0000",
    "0000-01-01",
    "2025-00",
    "2025-13",
    "2025-05-00",
    "2025-05-32",
    "2025-02-29",
    "2025-02-30",
    "1900-02-29",
    "2025-00-10",
]


@st.composite
def partial_dates(draw):
    day = draw(st.dates())
    precision = draw(st.integers(1, 3))
    return PartialDate(*(day.year, day.month, day.day)[:precision])


@pytest.mark.parametrize(("text", "precision", "earliest", "latest"), VALID)
def test_a_valid_text_is_read_and_printed_again(text, precision, earliest, latest):
    value = PartialDate.parse(text)

    assert (str(value), value.precision, value.earliest, value.latest) == (
        text,
        precision,
        earliest,
        latest,
    )


@pytest.mark.parametrize("text", NOT_A_FORM)
def test_another_form_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="is not a date as YYYY, YYYY-MM or YYYY-MM-DD$"):
        PartialDate.parse(text)


@pytest.mark.parametrize("text", NOT_IN_THE_CALENDAR)
def test_a_day_that_does_not_exist_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=f"^“{text}” is not in the calendar; accepted is a date"):
        PartialDate.parse(text)


def test_order_is_by_first_day_and_the_vaguer_first():
    texts = ["2024-12-31", "2025", "2025-01", "2025-01-01", "2025-01-02", "2025-02", "2026"]

    ordered = sorted(PartialDate.parse(text) for text in reversed(texts))

    assert [str(value) for value in ordered] == texts


@given(partial_dates(), partial_dates())
def test_order_of_dates_is_the_order_of_their_texts(one, other):
    """The database sorts the texts by code point, which must come to the same."""
    assert (one < other, one == other) == (str(one) < str(other), str(one) == str(other))


def test_a_partial_date_does_not_compare_with_a_text():
    with pytest.raises(TypeError):
        assert PartialDate(2025) < "2026"


@given(partial_dates())
def test_print_and_parse_are_inverse(value):
    assert PartialDate.parse(str(value)) == value


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(partial_dates())
def test_the_span_in_sql_is_the_span_in_python(value):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partial_date_earliest(%s::partial_date), partial_date_latest(%s::partial_date)",
            [str(value), str(value)],
        )
        assert cursor.fetchone() == (value.earliest, value.latest)


@pytest.mark.django_db
@pytest.mark.parametrize("text", [*NOT_A_FORM, *NOT_IN_THE_CALENDAR, ""])
def test_the_database_refuses_what_python_refuses(text):
    make_event("e")

    with (
        pytest.raises((IntegrityError, DataError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE events SET starts_on = %s", [text])


@pytest.mark.django_db
@pytest.mark.parametrize("text", [text for text, *_ in VALID])
def test_the_field_gives_back_what_it_was_given(text):
    make_event("e", starts_on=text, ends_on=None)

    event = Event.objects.get()

    assert (event.starts_on, event.ends_on) == (PartialDate.parse(text), None)


@pytest.mark.django_db
def test_earliest_and_latest_stand_in_queries_and_are_null_where_unknown():
    make_event("known", starts_on="2025-02", ends_on=None)
    make_event("unknown", starts_on=None, ends_on=None)

    spans = Event.objects.order_by("id").values_list(
        "id", Earliest("starts_on"), Latest("starts_on"), Earliest(F("ends_on"))
    )

    assert list(spans) == [
        ("known", date(2025, 2, 1), date(2025, 2, 28), None),
        ("unknown", None, None, None),
    ]


@pytest.mark.django_db
def test_a_query_works_them_out_itself_without_a_call_for_each_row():
    events = Event.objects.order_by().values_list(Earliest("starts_on"), Latest("starts_on"))

    assert "partial_date_" not in events.explain(verbose=True)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_of_the_field_is_none(empty):
    assert PartialDateField().to_python(empty) is None


def test_the_field_reads_a_text_with_space_around_it():
    assert PartialDateField().to_python(" 2025-05 ") == PartialDate(2025, 5)


def test_the_field_refuses_with_a_sentence():
    with pytest.raises(ValidationError) as refusal:
        PartialDateField().to_python("2025-02-30")

    assert refusal.value.messages == [
        "“2025-02-30” is not in the calendar; accepted is a date as YYYY, YYYY-MM or YYYY-MM-DD."
    ]
