"""A small record that a module asks of, in one transaction that is rolled back after it."""

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from tests.addresses import keys_of
from tests.bad_input.asking import Asker
from tests.cast import make_cast


@pytest.fixture(scope="module")
def keys(django_db_setup, django_db_blocker):
    """Those of `tests/addresses.py`; all that asks for them asks for `db` too."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield keys_of(make_cast())
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def superuser(keys):
    return get_user_model().objects.create_superuser("superuser")


@pytest.fixture
def visitor(keys, db):
    return Asker(Client())


@pytest.fixture
def editor(superuser, db):
    """A superuser, who is let in everywhere."""
    client = Client()
    client.force_login(superuser)
    return Asker(client)
