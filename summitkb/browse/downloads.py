"""A list as a file: all its rows under the same filter, in the same order, as one moment saw them."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain, islice

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.generic import View

from summitkb.browse.filter_form import BadParameters
from summitkb.browse.streams import Held, spooled
from summitkb.browse.views import RecordList
from summitkb.exchange.copy import Defused, copy_csv
from summitkb.exchange.public_columns import PublicColumn
from summitkb.records.gathered import gathering
from summitkb.records.revisions import one_moment, revision

BYTE_ORDER_MARK = "\ufeff".encode()
BATCH = 500
LONGEST_NAME = 120
MOST_AT_ONCE = 1024 * 1024
"""Bytes of a file that is made before the first of it is sent."""


class RecordDownload(View):
    """The rows of a list. A subclass says in which form.

    The name of the file has the filter and the revision, the header X-Row-Count the number of rows. A
    failure midway breaks the connection.
    """

    keeps_itself = True
    list_view: type[RecordList] = RecordList
    ending: str
    content_type: str
    takes_spreadsheet = False

    def get(self, request):
        self.spreadsheet = self.takes_spreadsheet and _for_spreadsheet(request)
        file = self.file(request)
        name, count = next(file)
        headers = {
            "ETag": f'"{name}"',
            "X-Row-Count": str(count),
            "Content-Disposition": f'attachment; filename="{self.file_name(request, name)}"',
            "Vary": "Accept-Encoding",
        }
        # As a stream, even where nothing is sent: its length is not known without making all of it.
        nothing = StreamingHttpResponse((), content_type=self.content_type, headers=headers)
        answer = get_conditional_response(request, etag=headers["ETag"], response=nothing)
        if answer is nothing and request.method != "HEAD":
            return self.sent(file, headers)
        file.close()
        return answer

    def sent(self, file, headers):
        """Whole with its length where it is small, which ends its moment at once; else as a stream,
        which holds it until the response is closed.

        HTTP/1.0 ends a stream by closing the connection, and one that was cut would look whole: there
        a file is made first, and sent with its length.
        """
        whole, size = [], 0
        for chunk in file:
            whole.append(chunk)
            size += len(chunk)
            if size > MOST_AT_ONCE:
                stream = Held(chain(whole, file), file.close)
                if self.request.META.get("SERVER_PROTOCOL") == "HTTP/1.0":
                    return spooled(stream, self.content_type, headers)
                return StreamingHttpResponse(stream, self.content_type, headers=headers)
        return HttpResponse(b"".join(whole), self.content_type, headers=headers)

    def file(self, request) -> Iterator:
        """First the revision and the number of rows, then the file in chunks."""
        data = request.GET.copy()
        if self.takes_spreadsheet:
            data.pop("for", None)
        root = request.build_absolute_uri(reverse("home"))
        columns = self.list_view.table.public_columns(root)
        with one_moment():
            rows = self.list_view.filterset_of(data).qs
            count = rows.count()
            yield revision(), count
            yield from self.chunks(gathering(rows, count), columns)

    def chunks(self, rows: QuerySet, columns: list[PublicColumn]) -> Iterator[bytes]:
        raise NotImplementedError

    def file_name(self, request, revision: str) -> str:
        """`statements-bloc-brics-kind-quote-0123456789ab.csv`, and the day where it is of the past."""
        parts = [self.list_view.table.name]
        parts += [f"as-of-{request.as_of}"] if request.as_of else []
        asked = ((name, value) for name, values in request.GET.lists() for value in values)
        words = " ".join(f"{name} {value}" for name, value in asked if name != "page")
        asked = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-")
        if len(asked) > LONGEST_NAME or not words.isascii():
            digest = sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            asked = f"{asked[:LONGEST_NAME].strip('-')}-{digest}".strip("-")
        parts += [asked] if asked else []
        return f"{'-'.join([*parts, revision])}.{self.ending}"


class RecordCsv(RecordDownload):
    """As CSV: RFC 4180 in UTF-8, but that lines end with LF, and exact; with `?for=spreadsheet` as
    programs for tables want it."""

    ending = "csv"
    content_type = "text/csv; charset=utf-8; header=present"
    takes_spreadsheet = True

    def chunks(self, rows, columns):
        cells = [Defused(c.cell) if self.spreadsheet else c.cell for c in columns]
        if self.spreadsheet:
            yield BYTE_ORDER_MARK
        yield from copy_csv(rows.values_list(*cells), [column.name for column in columns])


class RecordJsonl(RecordDownload):
    """As JSONL, a row a line: lists as lists, numbers as numbers, what is unknown as null."""

    ending = "jsonl"
    content_type = "application/x-ndjson; charset=utf-8"

    def chunks(self, rows, columns):
        cells = rows.values_list(*(c.listed or c.cell for c in columns)).iterator(BATCH)
        while batch := list(islice(cells, BATCH)):
            lines = (
                {c.name: c.value(cell) for c, cell in zip(columns, row, strict=True)}
                for row in batch
            )
            text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
            yield text.encode()


def _for_spreadsheet(request) -> bool:
    """Whether it is asked for. Raises BadParameters where something else is."""
    asked = request.GET.getlist("for")
    if asked not in ([], ["spreadsheet"]):
        raise BadParameters({"for": ["Accepted is “spreadsheet”, once; or leave it out."]})
    return bool(asked)
