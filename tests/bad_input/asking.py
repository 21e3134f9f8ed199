"""How the tests of bad input ask, and what has to hold of every answer, whatever was asked."""

import gzip

from django.db import transaction

from tests.bad_input.hostile import ATTRIBUTE, TAG
from tests.pages import words_of

ACCEPTED = {200, 301, 302, 304, 400, 403, 404, 405, 410, 412, 413}
"""Statuses. None of them says that something of ours went wrong."""

OURS = ("SummitKB", "Django administration")


class Asker:
    """Asks as one client, each time in a savepoint that is taken back; a fault raises in the test."""

    def __init__(self, client):
        self.client = client
        self.asked = 0

    def ask(self, path: str, query: str = "", method: str = "GET", data=b"", **environ):
        """The answer with its `body`, once all has been asserted that has to hold of any."""
        self.asked += 1
        with transaction.atomic():
            answer = self.client.generic(method, path, data, QUERY_STRING=query, **environ)
            answer.body = answer.getvalue()
            if answer.get("Content-Encoding") == "gzip":
                answer.body = gzip.decompress(answer.body)
            if file := getattr(answer, "file_to_stream", None):
                file.close()  # and not the answer: that ends the request, and with it the database
            transaction.set_rollback(True)
        where = f"{method} {path[:200]}?{query[:200]}"
        assert answer.status_code in ACCEPTED, where
        kind = answer.get("Content-Type", "")
        # Nothing that was typed is markup. In the text of XML a quote may stand as it is.
        assert TAG.encode() not in answer.body or "ml" not in kind, where
        assert ATTRIBUTE.encode() not in answer.body or "html" not in kind, where
        for name in ("Location", "Content-Disposition", "ETag"):
            assert "\n" not in answer.get(name, ""), where
        if answer.status_code in (400, 404, 410, 413) and method != "HEAD":
            page = answer.body.decode()
            assert "Traceback" not in page, where
            if "html" in kind:
                assert "<h1>" in page, where
                assert len(words_of(page)) > 40, where
        return answer
