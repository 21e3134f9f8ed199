"""Responses that are sent in parts: a file of the disk, and what a stream holds until it is closed."""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response


def file_answer(
    request, file: BinaryIO, name: str, etag: str, *, attached: bool = True, **headers: str
) -> HttpResponseBase:
    """A file of the disk, or 304 where the client has it. It is sent as it is: whoever compressed it on
    the way would take its length away."""
    known = get_conditional_response(request, etag=etag)
    if known is not None:
        file.close()
        return known
    headers |= {"ETag": etag, "Content-Encoding": "identity"}
    return FileResponse(file, as_attachment=attached, filename=name, headers=headers)


class Held:
    """Chunks of a response, and what is to be let go with it, also where nobody has asked for one.

    Whoever has made a response calls its `close`; Django and every WSGI server do.
    """

    def __init__(self, chunks: Iterable[bytes], close: Callable[[], None]):
        self._chunks = chunks
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)
