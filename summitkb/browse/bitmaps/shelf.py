"""The bitmaps that this process has at hand: those of each long list, at the last few moments."""

import logging
import threading
from collections import deque
from time import monotonic

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from summitkb.browse.bitmaps.index import Index
from summitkb.browse.bitmaps.moments import Moment, this_moment, touched
from summitkb.browse.bitmaps.reach import Everything
from summitkb.browse.facets import Facet
from summitkb.records.revisions import one_moment

KEPT = 4
"""Moments: readers who began before the last change still get theirs."""
PAUSE = 60
"""Seconds after which it is tried again where making bitmaps failed."""

log = logging.getLogger(__name__)
_shelves: dict[object, "Shelf"] = {}
_lock = threading.Lock()


def shelf_of(key, rows: QuerySet, facets: dict[str, Facet]) -> "Shelf":
    """The one for a list, which is told by `key`."""
    with _lock:
        return _shelves.setdefault(key, Shelf(rows.all(), facets))


def clear() -> None:
    """Forget all of it."""
    with _lock:
        _shelves.clear()


class Shelf:
    """The bitmaps of one list: all its rows, and the facets that are counted by them."""

    def __init__(self, rows: QuerySet, facets: dict[str, Facet]):
        self.rows, self.facets = rows, facets
        self.kept: deque[tuple[Moment, Index]] = deque(maxlen=KEPT)
        self.lock = threading.Lock()
        self.making: threading.Thread | None = None
        self.failed = -PAUSE

    def at_this_moment(self) -> Index | None:
        """What the open transaction sees; None where it is not at hand, and then it is made for others."""
        moment = this_moment(self.rows.model, settings.BITMAPS_FROM)
        if moment is None:
            return None
        with self.lock:
            for before, index in reversed(self.kept):
                if before == moment:
                    return index
                if found := self._brought_forward(index, before, moment):
                    self.kept.append((moment, found))
                    return found
            self._make_in_background()
        return None

    def _brought_forward(self, index, before, now) -> Index | None:
        since = touched(before, now)
        if since is None:
            return None
        try:
            return index.brought_forward(self.rows, self.facets, since) if since.keys else index
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
            log.exception("The bitmaps of %s could not be made.", self.rows.model._meta.db_table)
            self.failed = monotonic()
        finally:
            self.making = None
            connection.close()

    def make(self) -> None:
        """As they are now."""
        with one_moment():
            moment = this_moment(self.rows.model, 0)
            if moment is None:
                return
            index = Index.made(self.rows, self.facets)
        with self.lock:
            self.kept.append((moment, index))
