"""The bitmaps that this process has at hand: those of each long list, at the last few moments."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

from django.db import connection

from summitkb.browse.bitmaps import stored
from summitkb.browse.bitmaps.index import Index, Kind
from summitkb.browse.bitmaps.moments import Moment, this_moment, touched
from summitkb.browse.bitmaps.reach import Everything
from summitkb.records.revisions import one_moment

KEPT = 8
"""Moments: readers who began before the last changes still get theirs."""
PAUSE = 60
"""Seconds after which it is tried again where making bitmaps failed."""

log = logging.getLogger(__name__)
_shelves: dict[type, "Shelf"] = {}
_lock = threading.Lock()


def shelf_of(list_: type, kind: Callable[[], Kind]) -> "Shelf":
    """The one for a list, told by its filter form; what is kept of it is asked for once."""
    with _lock:
        if list_ not in _shelves:
            _shelves[list_] = Shelf(f"{list_.__module__}.{list_.__qualname__}", kind())
        return _shelves[list_]


def clear() -> None:
    """Forget all of it."""
    with _lock:
        _shelves.clear()


class Shelf:
    """The bitmaps of one list."""

    def __init__(self, name: str, kind: Kind):
        self.name = name
        self.kind = kind
        self.kept: deque[tuple[Moment, Index]] = deque(maxlen=KEPT)
        self.lock = threading.Lock()
        self.making: threading.Thread | None = None
        self.failed = -PAUSE

    def at_this_moment(self) -> Index | None:
        """What the open transaction sees; else None, and it is made for those who come later."""
        moment = this_moment()
        if moment is None:
            return None
        with self.lock:
            for before, index in reversed(self.kept):
                if before == moment:
                    return index
                if found := self._brought_forward(index, before, moment):
                    self.kept.append((moment, found))
                    return found
            if not any(
                before.beyond(moment) for before, _ in self.kept if before.history == moment.history
            ):
                self._make_in_background()
        return None

    def make_once(self) -> None:
        """Make them, unless they are there."""
        with self.lock:
            if not self.kept:
                self._make_in_background()
            making = self.making
        if making:
            making.join()

    def _brought_forward(self, index, before, now) -> Index | None:
        since = touched(before, now)
        if since is None:
            return None
        try:
            return index.brought_forward(self.kind, since) if since.keys else index
        except Everything:
            return None

    def _make_in_background(self):
        if self.making is None and monotonic() - self.failed >= PAUSE:
            self.making = threading.Thread(target=self._make, daemon=True)
            self.making.start()

    def _make(self):
        try:
            self.make()
        except Exception:
            log.exception(
                "The bitmaps of %s could not be made.", self.kind.rows.model._meta.db_table
            )
            self.failed = monotonic()
        finally:
            self.making = None
            connection.close()

    def make(self) -> None:
        """As they are now; if what is stored of them can be brought forward, as they were then."""
        with stored.taking_turns(self.name), one_moment():
            moment = this_moment()
            if moment is None:
                return
            found = stored.load(self.name)
            if found is None or self._brought_forward(*reversed(found), moment) is None:
                found = moment, Index.made(self.kind)
                stored.store(self.name, *found)
        with self.lock:
            self.kept.append(found)
