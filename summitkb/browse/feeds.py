"""What is followed in a feed reader: any list under any filter, the search, and all changes, as Atom.

An entry is a record and is dated by its last change here, so a reader shows it again when it changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.generic import View

from summitkb.browse.changes.views import ChangeList
from summitkb.browse.references import NAME
from summitkb.browse.search.hits import records_of
from summitkb.browse.search.views import Search
from summitkb.browse.views import FilteredList, RecordList
from summitkb.exchange.tables import table_of
from summitkb.records.history import last_change, last_changed
from summitkb.records.models import Record

LONGEST = 50
"""How many entries a feed has, the last changed first."""


@dataclass
class Entry:
    """`id` names it among all entries; where it is empty, the address does."""

    address: str
    title: str
    summary: str
    updated: datetime
    id: str = ""


class Feed(View):
    """The Atom of a list, under the same filter."""

    list_view: type[FilteredList]
    title: str

    def entries(self, rows) -> Iterable[Entry]:
        """Those of the rows of the list."""
        raise NotImplementedError

    def get(self, request):
        filterset = self.list_view.filterset_of(request.GET)
        entries = sorted(self.entries(filterset.qs), key=lambda e: (e.updated, e.address))[::-1]
        words = [f"{condition.phrase} {condition.value}" for condition in filterset.conditions()]
        feed = Atom1Feed(
            title=f"{', '.join([self.title, *words])} – SummitKB",
            link=request.build_absolute_uri().replace(".atom", "/", 1),
            feed_url=request.build_absolute_uri(),
            description=None,
            language="en",
            author_name=NAME,
        )
        newest = entries[0].updated if entries else datetime.fromtimestamp(0, UTC)
        feed.latest_post_date = lambda: newest  # else that of the clock where there is no entry
        for entry in entries:
            address = request.build_absolute_uri(entry.address)
            feed.add_item(
                title=entry.title,
                link=address,
                description=escape(entry.summary) or None,  # readers take it for HTML
                unique_id=request.build_absolute_uri(entry.id or entry.address),
                updateddate=entry.updated,
            )
        return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")


def entry_of(record) -> Entry:
    """The entry of a record that was read with `changed_at`."""
    heading, *texts = table_of(type(record)).texts_of(record)
    # Of a statement that is the speaker alone, and a reader of feeds shows nothing else.
    title = str(record) if isinstance(record, Record) else heading
    return Entry(record.get_absolute_url(), title, " ".join(texts), record.changed_at)


class RecordFeed(Feed):
    list_view: type[RecordList] = RecordList

    @property
    def title(self):
        return self.list_view.table.title

    def entries(self, rows):
        return map(entry_of, last_changed(rows, LONGEST).for_list())


class SearchFeed(Feed):
    """Of the best hits the last changed: what is new among them."""

    list_view = Search
    title = "Search"

    def entries(self, rows):
        found = records_of(rows[: 4 * LONGEST], changed_at=last_change)
        newest = sorted(found.values(), key=lambda record: record.changed_at, reverse=True)
        return map(entry_of, newest[:LONGEST])


class ChangeFeed(Feed):
    list_view = ChangeList
    title = "Changes"

    def entries(self, rows):
        newest = rows.order_by("-at", "table", "record")[:LONGEST]
        for change in self.list_view.prepared(list(newest)):
            what = change.record or change.change.record
            cells = ", ".join(cell.name for cell in change.cells)
            id = f"{change.address}#{change.at.isoformat()}"
            yield Entry(change.address, f"{what}: {change.kind}", cells, change.at, id)
