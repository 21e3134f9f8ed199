"""What the log says of whom we did not let in: enough to see an attack, and nobody's name."""

import logging
import logging.config

import pytest
from django.test import Client
from django.urls import reverse

from summitkb.accounts.refusals import note
from tests.accounts.people import give_code, make_editor, sign_in, with_telephone, wrong_code_of

pytestmark = pytest.mark.django_db
ADDRESS = "192.0.2.77"


@pytest.fixture
def lines(caplog):
    """What was logged, by whom."""
    caplog.set_level(logging.DEBUG)
    return lambda: [
        (record.name.removeprefix("summitkb."), record.getMessage())
        for record in caplog.records
        if record.name.startswith("summitkb.")
    ]


LOGIN, PERMISSION = "refused.login", "refused.permission"


def test_a_wrong_password_and_a_lock(client, lines):
    make_editor()
    for _ in range(11):
        sign_in(client, "editor", "wr0ng-password", ADDRESS)
    wrong = (LOGIN, "POST /admin/login/: wrong name or password; no account.")
    locked = (LOGIN, "POST /admin/login/: locked out; no account.")
    assert lines() == [wrong] * 9 + [locked] * 2


def test_a_reader_who_signs_in(client, lines, django_user_model):
    reader = django_user_model.objects.create_user("reader", password="long enough it is")
    sign_in(client, "reader", "long enough it is")
    assert lines() == [(LOGIN, f"POST /admin/login/: not staff; account {reader.pk}.")]


def test_wrong_codes(client, lines):
    editor = make_editor()
    with_telephone(editor)
    sign_in(client)
    give_code(client, wrong_code_of(editor))
    give_code(client, wrong_code_of(editor))
    assert lines() == [
        (LOGIN, f"POST /admin/code/: wrong code; account {editor.pk}."),
        (LOGIN, f"POST /admin/code/: code tried too soon; account {editor.pk}."),
    ]


def test_what_an_account_may_not_do(client, lines):
    editor = make_editor()
    client.force_login(editor)
    address = reverse("admin:release")
    assert [client.get(address).status_code, client.post(address).status_code] == [403, 403]
    assert lines() == [
        (PERMISSION, f"{method} {address}: not permitted; account {editor.pk}.")
        for method in ("GET", "POST")
    ]


def test_a_closed_door(client, lines, django_user_model):
    reader = django_user_model.objects.create_user("reader")
    address = reverse("admin:release")
    client.get(address)
    client.post(address)
    client.force_login(reader)
    client.get(address)
    assert lines() == [
        (PERMISSION, f"POST {address}: not let in; no account."),
        (PERMISSION, f"GET {address}: not let in; account {reader.pk}."),
    ]


def test_a_form_of_another_host(lines):
    client = Client(enforce_csrf_checks=True)
    editor = make_editor()
    client.force_login(editor)
    answer = client.post(reverse("admin:release"), {"reason": "So."})
    assert (answer.status_code, "not known to come from a page" in answer.content.decode()) == (
        403,
        True,
    )
    assert lines() == [
        (
            PERMISSION,
            f"POST /admin/release/: the form is not known to be ours; account {editor.pk}.",
        )
    ]


def test_an_address_cannot_forge_a_line(rf, lines):
    note(logging.getLogger("summitkb.test"), rf.get("/x%0AWARNING%20summitkb: forged"), "so")
    assert lines() == [("test", "GET /x%0AWARNING%20summitkb%3A%20forged: so; no account.")]


def test_no_line_of_anybody_names_somebody(client, settings):
    """As it is written, by the settings of a served SummitKB, whatever axes or Django have to say."""
    written, names = [], set()

    class Kept(logging.Handler):
        def emit(self, record):
            names.add(record.name)
            written.append(self.format(record))

    logging.config.dictConfig(settings.LOGGING)
    handler = Kept()
    logging.getLogger().addHandler(handler)
    try:
        editor = make_editor("veronika")
        with_telephone(editor)
        sign_in(client, "veronika", address=ADDRESS)
        for _ in range(11):
            sign_in(Client(), "veronika", "wr0ng-password", ADDRESS)
        give_code(client, wrong_code_of(editor))
        session = client.session.session_key
    finally:
        logging.getLogger().removeHandler(handler)
    text = "\n".join(written)
    assert names == {"summitkb.refused.login"}
    assert "wrong name or password" in text
    assert [word for word in ("veronika", ADDRESS, "wr0ng-password", session) if word in text] == []
