"""What a database has to be, and how we use it."""

import pytest
from django.db import connection

from summitkb.checks import database_serves

pytestmark = pytest.mark.django_db


def test_database_of_these_tests_serves():
    assert database_serves(databases=["default"]) == []


def test_too_old_a_database_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(connection, "get_database_version", lambda: (14, 12))
    errors = [(error.id, error.msg) for error in database_serves(databases=["default"])]
    assert errors == [
        ("summitkb.E001", "DATABASE_URL must lead to PostgreSQL 15 or later, not 14.")
    ]


def test_queries_are_not_compiled():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_queries_have_memory_for_the_rows_that_an_index_finds_in_a_large_table():
    with connection.cursor() as cursor:
        cursor.execute("SHOW work_mem")
        assert cursor.fetchone() == ("16MB",)
