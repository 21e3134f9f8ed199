"""CSV by COPY: the same text that Python's csv module writes, and no half of it as a whole."""

import csv
import io

import pytest
from django.db import DataError
from django.db.models import F, IntegerField
from django.db.models.functions import Cast

from meetings.models import Topic
from summitkb.exchange.copy import copy_csv, csv_line, in_chunks
from tests.factories import make_topic

NAMES = ["a", 'say "x"', "a,b", "a\nb", "\\.", "\\N", "'=1", "عربي", " a", "a\tb", "#", "%s"]


@pytest.mark.django_db
def test_copy_quotes_as_the_csv_module_does():
    for number, name in enumerate(NAMES):
        make_topic(f"t-{number:02}", name=name)
    rows = Topic.objects.order_by("id").values_list("id", "name", "parent_id")

    expected = io.StringIO(newline="")
    csv.writer(expected, lineterminator="\n").writerows([["id", "name", "parent"], *rows])
    assert b"".join(copy_csv(rows, ["id", "name", "parent"])).decode() == expected.getvalue()


@pytest.mark.django_db
def test_a_parameter_is_no_part_of_the_statement():
    make_topic("a", name="'; DROP TABLE topics; --%s")
    rows = Topic.objects.filter(name="'; DROP TABLE topics; --%s").values_list("id")

    assert b"".join(copy_csv(rows, ["id"])) == b"id\na\n"


@pytest.mark.django_db
def test_a_query_that_can_match_nothing_gives_the_header():
    assert b"".join(copy_csv(Topic.objects.none().values_list("id"), ["id"])) == b"id\n"


@pytest.mark.django_db
def test_a_failure_midway_is_raised():
    for number in range(3):
        make_topic(f"t-{number}", name="1" if number < 2 else "x")
    rows = Topic.objects.order_by("id").values_list(Cast(F("name"), IntegerField()))

    with pytest.raises(DataError):
        list(copy_csv(rows, ["number"]))


def test_a_line_is_quoted_only_where_it_must_be():
    assert csv_line(["a", "", 'b"c', "d e"]) == b'a,,"b""c",d e\n'


def test_rows_are_sent_together():
    rows = [b"x" * 1000 + b"\n"] * 200

    chunks = list(in_chunks(memoryview(row) for row in rows))

    assert b"".join(chunks) == b"".join(rows)
    assert [len(chunk) for chunk in chunks] == [66_066, 66_066, 66_066, 2_002]
    assert list(in_chunks([])) == []
