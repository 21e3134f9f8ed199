"""Every address there is, asked for and posted to by everybody: who gets what, as one table.

An address that is new is in no class, and fails the test until it is put into one.
"""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import FileResponse, HttpResponse
from django.test import Client

from tests.accounts.people import with_telephone
from tests.addresses import address_of, everywhere, keys_of
from tests.admin_pages import member
from tests.pages import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.long]
WHO = ("visitor", "account", "editor", "reviewer", "superuser")


@pytest.fixture
def keys(cast):
    return keys_of(cast)


@pytest.fixture
def browsers(keys):
    users = {
        "account": get_user_model().objects.create_user("account"),
        "editor": member("Editor"),
        "reviewer": member("Reviewer"),
        "superuser": get_user_model().objects.create_superuser("superuser"),
    }
    clients = {who: Client() for who in WHO}
    for who, user in users.items():
        clients[who].force_login(user)
    return clients


def status(answer):
    if answer.streaming:
        answer.getvalue()
    if isinstance(answer, FileResponse) and answer.file_to_stream:
        answer.file_to_stream.close()
    return answer.status_code


OPEN, READ_ONLY, NOWHERE, LED = (200,) * 5, (405,) * 5, (404,) * 5, (302,) * 5


def door(editor, reviewer, superuser):
    """Who is none of the staff is led to the login."""
    return 302, 302, editor, reviewer, superuser


STAFF, ADMINISTRATOR, REVIEWER = door(200, 200, 200), door(403, 403, 200), door(403, 200, 200)
NOBODY, NOT_THERE, NOT_ASKED = door(403, 403, 403), door(404, 404, 404), door(405, 405, 405)

TABLE = f"(?:{'|'.join(TABLES)})"
RECORD = "admin/(?:records|delegations|meetings)/(?!citation)[a-z]+"
ONE = "/<path:object_id>/"

# The routes of a class, and the statuses of a GET and of a POST by WHO.
CLASSES = {
    f"|{TABLE}(/|[.](csv|jsonl|atom))|meetings.ics": (OPEN, READ_ONLY),
    f"{TABLE}/by/<facet>/": (OPEN, READ_ONLY),
    f"{TABLE}/<key>/(history/|cite[.](bib|json))?": (OPEN, READ_ONLY),
    "events/<key>/(?!history/|cite)[a-z/.-]+": (OPEN, READ_ONLY),
    "(changes|search)([.]atom|/)|compare/|method/": (OPEN, READ_ONLY),
    "data/((codebook|examples)/|package.zip|catalog.jsonld)?": (OPEN, READ_ONLY),
    # None has been cut, nobody is named, and no day was said.
    "data/releases/<int:number>/.*": (NOWHERE, READ_ONLY),
    ".well-known/security.txt": (NOWHERE, READ_ONLY),
    "as-of/": ((400,) * 5, READ_ONLY),
    "admin/login/": ((200, 200, 302, 302, 302), OPEN),
    "admin/code/": (LED, LED),
    "admin/logout/": (READ_ONLY, OPEN),
    "admin/(second-factor/|password_change/)?": (STAFF, STAFF),
    "admin/(password_change/done|jsi18n)/": (STAFF, NOT_ASKED),
    "admin/autocomplete/": (NOBODY, NOT_ASKED),  # of no field
    "admin/(changes|import)/": (STAFF, STAFF),
    "admin/release/": (REVIEWER, REVIEWER),
    "admin/merge/.*": (REVIEWER, REVIEWER),
    # Of none that is there.
    "admin/changes/<uuid:change>/": (NOT_THERE, NOT_THERE),
    "admin/import/<uuid:pk>/": (NOT_THERE, NOT_ASKED),
    "admin/import/<uuid:pk>/(preview|confirm)/": (NOT_ASKED, NOT_THERE),
    f"{RECORD}{ONE}restore/": (NOT_THERE, NOT_THERE),
    f"{RECORD}/(add/)?|{RECORD}{ONE}history/": (STAFF, STAFF),
    # The record is public, so only a Reviewer may change it.
    f"{RECORD}{ONE}change/": (STAFF, REVIEWER),
    f"{RECORD}{ONE}delete/": (REVIEWER, REVIEWER),
    f"{RECORD}{ONE}preview/": (STAFF, NOT_ASKED),
    f"{RECORD}{ONE}different/": (NOT_ASKED, NOT_THERE),
    "admin/records/citation/(<path:object_id>/history/)?": (STAFF, STAFF),
    f"admin/records/citation{ONE}change/": (STAFF, NOBODY),
    f"admin/records/citation/(add/|{ONE[1:]}delete/)": (NOBODY, NOBODY),
    "admin/auth/(user|group)/(add/)?": (ADMINISTRATOR, ADMINISTRATOR),
    f"admin/auth/(user|group){ONE}(history|delete|change)/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/auth/user/<id>/password/": (ADMINISTRATOR, ADMINISTRATOR),
    # Django leads on to where these have long been.
    f"({RECORD}|admin/auth/(user|group)|admin/records/citation){ONE}": (LED, LED),
    "admin/r/.*": (LED, LED),
    "admin/[(^].*app_label.*": (STAFF, STAFF),
    "admin/[(].P<url>.*": (NOT_THERE, NOT_THERE),
}


def classes_of(route):
    return [of for pattern, of in CLASSES.items() if re.fullmatch(pattern, route)]


def answers(browsers, keys, method, whom=WHO):
    return {
        route: tuple(
            status(getattr(browsers[who], method)(address_of(route, keys))) for who in whom
        )
        for route in everywhere()
    }


def state():
    """A digest of each table, but of sessions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = "
            "'public'::regnamespace AND relname <> 'django_session' ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall()]
        digests = {}
        for name in names:
            cursor.execute(
                f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{name}" t'
            )
            digests[name] = cursor.fetchone()
    return digests


def test_every_address_is_in_one_class():
    assert len(everywhere()) > 300
    assert {
        route: len(found) for route in everywhere() if len(found := classes_of(route)) != 1
    } == {}


def test_everybody_gets_what_they_may_and_changes_nothing_by_asking(browsers, keys):
    before = state()

    found = answers(browsers, keys, "get")

    assert found == {route: classes_of(route)[0][0] for route in everywhere()}
    after = state()
    assert {name for name in after if after[name] != before[name]} == set()
    assert before["people"][0] > 2


def test_everybody_may_post_what_they_may(browsers, keys, monkeypatch):
    """An empty form. Those who are let in nowhere change nothing by it."""
    monkeypatch.setattr("summitkb.editing.release_view.streamed", lambda *_: HttpResponse("Cut."))
    before = state()
    outside = answers(browsers, keys, "post", ("visitor", "account"))
    after = state()

    inside = answers(browsers, keys, "post", ("editor", "reviewer", "superuser"))

    found = {route: outside[route] + inside[route] for route in everywhere()}
    assert found == {route: classes_of(route)[0][1] for route in everywhere()}
    assert {name for name in after if after[name] != before[name]} == set()


def test_no_public_answer_depends_on_who_asks(keys):
    """Or no cache in front of us could keep it."""
    reader = Client()
    superuser = get_user_model().objects.create_superuser("superuser")
    with_telephone(superuser)
    reader.force_login(superuser)
    public = [route for route in everywhere() if not route.startswith("admin/")]

    varies = {}
    for route in public:
        answer = reader.get(address_of(route, keys))
        varies[route] = answer.headers.get("Vary", ""), [*answer.cookies]
        status(answer)

    assert len(varies) > 100
    assert {
        route: (vary, cookies)
        for route, (vary, cookies) in varies.items()
        if "Cookie" in vary or cookies
    } == {}


@pytest.mark.parametrize("has", [True, False])
def test_no_address_of_the_admin_opens_to_a_superuser_without_their_second_factor(
    keys, settings, has
):
    """Who has one and did not give its code; and who has none where one is required."""
    settings.REQUIRE_2FA = not has
    superuser, browsers = get_user_model().objects.create_superuser("superuser"), {"one": Client()}
    if has:
        with_telephone(superuser)
    browsers["one"].force_login(superuser)
    before = state()

    found = {
        method: {
            route: statuses[0]
            for route, statuses in answers(browsers, keys, method, ["one"]).items()
            if route.startswith("admin/") and statuses != (302,)
        }
        for method in ("get", "post")
    }

    own = {} if has else {"admin/second-factor/": 200}
    led_on = {"admin/login/": 200} if has else {}
    assert found == {
        "get": {"admin/logout/": 405, **led_on, **own},
        "post": {"admin/login/": 200, "admin/logout/": 200, **own},
    }
    after = state()
    assert {name for name in after if after[name] != before[name]} == set()
