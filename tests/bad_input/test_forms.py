"""Every form, sent as no page of ours would send it."""

from itertools import cycle
from urllib.parse import urlencode

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import given
from hypothesis import strategies as st

from tests.addresses import address_of, everywhere
from tests.bad_input.hostile import TYPED
from tests.made_up import made_up

MADE_UP = 150
EACH = 2
"""Forms that each address is sent, beside those that hypothesis makes up."""

FORM = "application/x-www-form-urlencoded"
# What is cut while it is answered is not begun here, and who leaves does not come back.
ROUTES = [
    route for route in everywhere() if not route.endswith(("release/", "logout/", "confirm/"))
]
FIELDS = (
    *("id", "name", "title", "text", "kind", "status", "date", "starts_on", "country", "event"),
    *("reason", "version", "note", "publication", "table", "file", "next", "username", "password"),
    *(
        "code",
        "otp",
        "keep",
        "drop",
        "action",
        "_selected_action",
        "select_across",
        "index",
        "post",
    ),
    *("csrfmiddlewaretoken", "_save", "_continue", "_popup", "_to_field", "fingerprint", "value"),
)
INLINES = ("citations", "delegates", "participants", "form", "delegation_set", "parties", "topics")
COUNTS = ("", "-1", "x", "0", "1", "999999999999", "1e3", "\0", "²")
"""Of a management form: TOTAL_FORMS and its like."""

bounded = made_up(MADE_UP)


def urlencoded(pairs) -> bytes:
    return urlencode(
        [(n.encode("utf-8", "surrogatepass"), v.encode("utf-8", "surrogatepass")) for n, v in pairs]
    ).encode()


def management(counts) -> list[tuple[str, str]]:
    return [
        (f"{prefix}-{name}_FORMS", next(counts))
        for prefix in INLINES
        for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")
    ]


def test_every_address_is_sent_forms(visitor, editor, keys):
    hostile, counts = cycle(TYPED), cycle(COUNTS)
    for route in ROUTES:
        who = editor if route.startswith("admin/") else visitor
        for _ in range(EACH):
            value = next(hostile)
            pairs = [(field, value) for field in FIELDS] + management(counts)
            who.ask(
                address_of(route, keys), method="POST", data=urlencoded(pairs), CONTENT_TYPE=FORM
            )


@bounded
@given(data=st.data())
def test_made_up_forms_are_answered(visitor, editor, keys, data):
    route = data.draw(st.sampled_from([r for r in ROUTES if r.startswith("admin/")]))
    who = data.draw(st.sampled_from([visitor, editor]))
    typed = st.one_of(st.sampled_from(TYPED), st.text(max_size=20))
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(FIELDS), typed), max_size=12))
    pairs += management(cycle(data.draw(st.lists(st.sampled_from(COUNTS), min_size=1, max_size=5))))

    who.ask(address_of(route, keys), method="POST", data=urlencoded(pairs), CONTENT_TYPE=FORM)


ACTIONS = ("publish", "submit", "withdraw", "retract", "delete_selected", "__class__", "", "\0")


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_of_lists_on_what_is_not_there(editor, keys, action):
    hostile = cycle(TYPED)
    for route in ROUTES:
        if route.startswith("admin/") and route.count("/") == 3:
            pairs = [("action", action), ("index", "0"), ("select_across", "0")]
            pairs += [("_selected_action", next(hostile)) for _ in range(4)]
            editor.ask(
                address_of(route, keys), method="POST", data=urlencoded(pairs), CONTENT_TYPE=FORM
            )


BODY = encode_multipart(
    BOUNDARY, {"username": "x", "password": "y", "reason": "z", "table": "people"}
)
BODIES = {
    "cut short": (BODY[: len(BODY) // 2], MULTIPART_CONTENT),
    "no end": (BODY.rstrip()[:-4], MULTIPART_CONTENT),
    "another boundary": (BODY, "multipart/form-data; boundary=other"),
    "no boundary": (BODY, "multipart/form-data"),
    "boundary of 10 kB": (BODY, "multipart/form-data; boundary=" + "x" * 10_000),
    "name of 10 kB": (BODY.replace(b'"username"', b'"' + b"u" * 10_000 + b'"'), MULTIPART_CONTENT),
    "name with NUL": (BODY.replace(b'"username"', b'"user\0name"'), MULTIPART_CONTENT),
    "bytes that are no UTF-8": (
        BODY.replace(b"\r\nx\r\n", b"\r\n\xff\xed\xa0\x80\r\n"),
        MULTIPART_CONTENT,
    ),
    "unknown charset": (BODY, f"{MULTIPART_CONTENT}; charset=none"),
    "2000 parts": (
        encode_multipart(BOUNDARY, {f"f{n}": "x" for n in range(2000)}),
        MULTIPART_CONTENT,
    ),
    "base64 that is none": (
        BODY.replace(
            b'name="table"', b'name="file"; filename="a.csv"\r\nContent-Transfer-Encoding: base64'
        ),
        MULTIPART_CONTENT,
    ),
    "file without a name": (
        BODY.replace(b'name="table"', b'name="file"; filename=""'),
        MULTIPART_CONTENT,
    ),
    "file named as a way": (
        BODY.replace(b'name="table"', b'name="file"; filename="../../people.csv"'),
        MULTIPART_CONTENT,
    ),
    "file named by NUL and RTL": (
        BODY.replace(b'name="table"', b'name="file"; filename="a\0\xe2\x80\xae.csv"'),
        MULTIPART_CONTENT,
    ),
    "JSON": (b'{"username": "x"}', "application/json"),
    "not even bytes of a form": (bytes(range(256)) * 40, FORM),
    "2000 fields": (b"&".join(b"f%d=x" % n for n in range(2000)), FORM),
    "nothing": (b"", MULTIPART_CONTENT),
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    "address", ["/admin/login/", "/admin/import/", "/people/", "/admin/r/x/y/"]
)
def test_malformed_bodies(visitor, editor, body, address):
    data, kind = BODIES[body]
    who = visitor if address in ("/admin/login/", "/people/") else editor
    who.ask(address, method="POST", data=data, CONTENT_TYPE=kind)


@pytest.mark.parametrize(
    "query",
    ["_to_field=", "publication__exact=a%00b", "starts_on__startswith=%00", "q=%00", "%00=x"],
)
@pytest.mark.parametrize(
    "address", ["", "moscow-2025/change/", "moscow-2025/delete/", "%00/change/"]
)
def test_the_admin_asks_no_database_for_a_nul_nor_a_field_without_a_name(editor, address, query):
    answer = editor.ask(f"/admin/delegations/event/{address}", query)

    assert answer.status_code == 400
