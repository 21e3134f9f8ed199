"""What a streamed response holds until it is closed."""

from collections.abc import Callable, Iterable, Iterator


class Held:
    """Chunks of a response, and what is to be let go with it, also where nobody has asked for one.

    Whoever has made a response calls its `close`; Django and every WSGI server do.
    """

    def __init__(self, chunks: Iterable[bytes], close: Callable[[], None]):
        self._chunks = chunks
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)
