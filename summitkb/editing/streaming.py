"""A page that grows while something is done, so that whoever waits sees how far it is.

Plain HTML, for any browser and without a script. What is done tells of its progress from deep within,
so it runs in a thread of its own, and the page is written from what it says.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from queue import SimpleQueue
from threading import Thread

from django.db import DEFAULT_DB_ALIAS, connections
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from summitkb.exchange.archives import Refused
from summitkb.exchange.progress import Silence
from summitkb.records.away import why_away

logger = logging.getLogger(__name__)

STEP = 10
"""Per cent: how often progress is told."""

PLACE = "<!-- what happens -->"
FAILED = (
    "Something went wrong here, and nothing was written. It was noted for whoever runs SummitKB."
)


class Told(Silence):
    """Progress as items of a list: `<li>Checking: 10 % 20 % 30 %`."""

    def __init__(self, tell: Callable[[str], None]):
        self._tell = tell

    def begin(self, label, total):
        self._total, self._done, self._next = total, 0, STEP
        self._tell(format_html("\n<li>{} …", label))

    def advance(self, steps):
        self._done += steps
        while self._total and self._next <= 100 and self._done * 100 >= self._total * self._next:
            self._tell(f" {self._next} %")
            self._next += STEP


Work = Callable[[Silence], tuple[str, str]]
"""It gives a sentence and the words of a link, or raises Refused."""


def streamed(request, context: dict, work: Work, address: str, back: str) -> StreamingHttpResponse:
    """The page `admin/progress.html` with the progress of `work`, and how that ended.

    The link leads to `address`; where the work raises, its words are those of `back`. Whatever it
    raises but Refused is logged, and told as a failure.
    """
    page = render_to_string("admin/progress.html", context, request)
    before, _, after = page.partition(PLACE)
    return StreamingHttpResponse(
        growing(before, partial(_ended, work, address, back), after),
        # Whoever compresses or buffers it would hold it back until it is whole.
        headers={
            "Cache-Control": "no-store",
            "Content-Encoding": "identity",
            "X-Accel-Buffering": "no",
        },
    )


def growing(before: str, work: Callable[[Silence], str], after: str) -> Iterator[str]:
    """The page in parts, while `work` is done; what that gives is its end."""
    said, ends = SimpleQueue(), []

    def run():
        connections[DEFAULT_DB_ALIAS] = lent
        ends.append(work(Told(said.put)))
        said.put(None)

    # A request has one connection. It is lent to the thread, and not used here until that is done.
    lent = connections[DEFAULT_DB_ALIAS]
    lent.inc_thread_sharing()
    thread = Thread(target=run, name="work")
    thread.start()
    try:
        yield f"{before}<ol>"
        yield from iter(said.get, None)
    finally:  # also where the browser has gone: what was begun is brought to its end
        thread.join()
        lent.dec_thread_sharing()
    yield f"</ol>{ends[0]}{after}"


def _ended(work, address, back, watch) -> SafeString:
    """Do it, and tell how that ended, whatever happened."""
    class_name, link = "errornote", back
    try:
        sentence, link = work(watch)
        class_name = "import-done"
    except Refused as refused:
        sentence = refused
    except Exception as error:
        away = why_away(error)
        logger.exception("Work in the admin failed")
        sentence = away.afterwards if away else FAILED
    return format_html(
        '<p class="{}">{}</p><p><a href="{}">{}</a></p>', class_name, sentence, address, link
    )
