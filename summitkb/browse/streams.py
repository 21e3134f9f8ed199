"""Responses that are sent in parts: a file of the disk, and what a stream holds until it is closed."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from typing import BinaryIO

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

AS_IT_IS = {"Content-Encoding": "identity"}
"""For a file with its length: whoever compressed it on the way would take that away."""


def file_answer(
    request, file: BinaryIO, name: str, etag: str, *, attached: bool = True, **headers: str
) -> HttpResponseBase:
    """A file of the disk, or 304 where the client has it."""
    headers |= {"ETag": etag, **AS_IT_IS}
    whole = FileResponse(file, as_attachment=attached, filename=name, headers=headers)
    answer = get_conditional_response(request, etag=etag, response=whole)
    if answer is not whole:
        file.close()  # and not the response, which would tell Django that the request has ended
    return answer


class Held:
    """Chunks of a response, and what is to be let go with it, also where nobody has asked for one.

    Whoever has made a response calls its `close`; Django and every WSGI server do.
    """

    def __init__(self, chunks: Iterable[bytes], close: Callable[[], None]):
        self._chunks = chunks
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)


def spooled(held: Held, content_type: str, headers: dict[str, str]) -> FileResponse:
    """What is held as a file with its length, made on the disk before the first of it is sent."""
    with ExitStack() as undone:
        file = undone.enter_context(tempfile.TemporaryFile())
        with closing(held):
            file.writelines(held)
        file.seek(0)
        undone.pop_all()
    return FileResponse(file, content_type=content_type, headers=headers | AS_IT_IS)
