"""What is more than anybody may send is refused before it is read."""

import pytest
from django.test.client import MULTIPART_CONTENT

IMPORT = "/admin/import/"
LIMITS = {"DATA_UPLOAD_MAX_MEMORY_SIZE": 1000, "MOST_IMPORTED_BYTES": 5000}


class NeverRead:
    """A body of which nobody may read a byte."""

    def read(self, size=-1):
        raise AssertionError("it was read")

    readline = read


@pytest.fixture(autouse=True)
def limits(settings):
    for name, value in LIMITS.items():
        setattr(settings, name, value)


def status(asker, address, length):
    sent = {"CONTENT_LENGTH": str(length), "wsgi.input": NeverRead()}
    return asker.ask(address, method="POST", CONTENT_TYPE=MULTIPART_CONTENT, **sent).status_code


@pytest.mark.parametrize(
    "address", ["/", "/people/", "/admin/login/", "/admin/", IMPORT, "/nothing"]
)
def test_a_visitor_may_send_no_more_than_a_form_takes(visitor, address):
    assert status(visitor, address, 1001) == 413


def test_only_an_import_may_be_large_and_has_an_end_too(editor):
    assert status(editor, "/admin/delegations/event/add/", 1001) == 413
    assert status(editor, IMPORT, 6001) == 413
    with pytest.raises(AssertionError, match="it was read"):
        status(editor, IMPORT, 6000)


def test_an_editor_without_the_second_factor_that_is_asked_is_a_visitor(editor, settings):
    settings.REQUIRE_2FA = True

    assert status(editor, IMPORT, 1001) == 413


def test_the_page_says_how_much_is_taken(visitor):
    page = visitor.ask(
        "/people/", method="POST", CONTENT_LENGTH="1001", **{"wsgi.input": NeverRead()}
    )

    assert "Accepted are up to 1000\xa0bytes." in page.body.decode()


@pytest.mark.parametrize("length", ["-1", "x", "9" * 5000, "1e9", "²"])
def test_a_length_that_is_no_number_is_answered(visitor, length):
    answer = visitor.ask("/admin/login/", method="POST", CONTENT_LENGTH=length)

    assert answer.status_code in (200, 400, 403, 413)
