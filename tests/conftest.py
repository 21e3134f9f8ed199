"""Fixtures that tests in several folders share."""

import gc
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from meetings import network
from summitkb.browse import downloads
from summitkb.exchange import kept
from tests.cast import make_cast
from tests.two_events import make_two_events

BUNDLED = Path(__file__).parents[1] / "meetings" / "packages" / "moscow-2025"


def pytest_collection_modifyitems(items):
    """What is marked as long comes first, so that no core is left to do it while others rest."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish(session):
    """What is there now stays to the end, so the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def cast(db):
    """The rows of `tests/cast.py`, by name: `cast.event`, `cast.bilateral`, `cast.quote`."""
    return make_cast()


@pytest.fixture(scope="module")
def bundled_record(django_db_setup, django_db_blocker):
    """The bundled package, loaded once for the tests of a module. Gives its folder.

    All of them stand in one transaction, which is rolled back after the last; what a test writes is
    undone after that test, if it asks for `db` too. It is there for all tests that come after the
    first to ask for it, so it is for modules in which all do.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loadpackage", str(BUNDLED), verbosity=0)
        yield BUNDLED
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def two_events(django_db_setup, django_db_blocker):
    """The rows of `tests/two_events.py`, made once for the tests of a module, as above."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_two_events()
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def still(monkeypatch):
    """The revision stands still: that of PostgreSQL changes with what other databases of it commit."""
    for module in (downloads, kept, network):
        monkeypatch.setattr(module, "revision", lambda: "0123456789ab")
