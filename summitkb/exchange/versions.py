"""What records said after each change: their cells, lists included, and their citations, from history.

For pages of changes and for whatever brings an earlier version back. Cells are those of the package, so
a version reads like a line of its CSV.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from summitkb.exchange.columns import SEPARATOR, Entries
from summitkb.exchange.tables import Table
from summitkb.records.models import Citation
from summitkb.records.publication import Publication
from summitkb.records.structure import key_field

NOBODY = (None, {})

Cited = tuple[str, str, str, str]
"""Source, stance, locator and excerpt of a citation."""


@dataclass
class Version:
    """One record as a transaction left it; `publication` is None where it was deleted."""

    at: datetime
    context: dict
    publication: str | None = None
    cells: dict[str, str] = field(default_factory=dict)
    citations: frozenset[Cited] = frozenset()
    change: UUID | None = None
    """The context that it was made in; None for a hand in SQL."""

    @property
    def public(self) -> bool:
        return self.publication == Publication.PUBLISHED

    def changed_cells(self, before: "Version") -> dict[str, tuple[str, str]]:
        """The cells that differ from an earlier version, before and after."""
        names = dict.fromkeys([*before.cells, *self.cells])
        pairs = {name: (before.cells.get(name, ""), self.cells.get(name, "")) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def versions_of(table: Table, keys: Iterable[str]) -> dict[str, list[Version]]:
    """The versions of some records of a table, each list from the first to the last.

    One query for the rows, one for each list in a cell, one for citations.
    """
    keys, events = set(keys), _Events()
    history = table.model.pgh_event_model.objects
    key = key_field(table.model)
    plain = [column for column in table.columns if not isinstance(column, Entries)]
    objects = keys  # by which there is an index, and none by the column itself
    if not key.primary_key:
        objects = history.filter(**{f"{key.name}__in": keys}).order_by().values("pgh_obj")
    known_as = {}
    for record, at, context, obj, label, publication, *cells in _of(
        history.filter(pgh_obj__in=objects),
        key.name,
        "pgh_obj",
        "pgh_label",
        "publication",
        *(column.cell() for column in plain),
    ):
        names = (column.name for column in plain)
        row = {name: cell or "" for name, cell in zip(names, cells, strict=True)}
        former = known_as.get(obj, record)
        if former != record:  # the key of a part has changed: the old one is gone
            events.add(former, at, context, _Row(None, {}))
        known_as[obj] = record
        events.add(record, at, context, _Row(None if label == "delete" else publication, row))
    for column in table.columns:
        if isinstance(column, Entries):
            _add_entries(events, column, keys)
    _add_citations(events, table, keys)
    return {record: found for record, found in events.versions().items() if record in keys}


@dataclass
class _Row:
    publication: str | None
    cells: dict[str, str]


@dataclass
class _Entry:
    """An entry of a list; `place` is None where it was deleted."""

    column: str
    id: int
    place: tuple[int, str] | None


@dataclass
class _Citation:
    id: int
    cited: Cited | None


class _Events:
    """What happened to records, to be put in order."""

    def __init__(self):
        self._of = defaultdict(lambda: defaultdict(list))
        self._contexts = {}

    def add(self, record, at, context, event):
        self._of[record][at].append(event)
        if context != NOBODY:
            self._contexts[record, at] = context

    def versions(self) -> dict[str, list[Version]]:
        return {record: self._versions(record, moments) for record, moments in self._of.items()}

    def _versions(self, record, moments):
        row, lists, citations, found = _Row(None, {}), defaultdict(dict), {}, []
        for at, events in sorted(moments.items(), key=lambda moment: moment[0]):
            for event in events:
                match event:
                    case _Row():
                        row = event
                    case _Entry():
                        lists[event.column][event.id] = event.place
                    case _Citation():
                        citations[event.id] = event.cited
            joined = {
                name: SEPARATOR.join(key for _, key in sorted(filter(None, entries.values())))
                for name, entries in lists.items()
            }
            change, context = self._contexts.get((record, at), NOBODY)
            cited = frozenset(filter(None, citations.values()))
            cells = row.cells | joined
            found.append(Version(at, context, row.publication, cells, cited, change))
        return found


def _of(rows, key, *values):
    """Rows of history in the order in which they were written, with when, in which context and why."""
    fields = (key, "pgh_created_at", "pgh_context_id", "pgh_context__metadata", *values)
    for record, at, change, why, *rest in rows.order_by("pgh_id").values_list(*fields):
        yield record, at, (change, why or {}), *rest


def _add_entries(events, column, keys):
    rows = column.model.pgh_event_model.objects.filter(owner__in=keys)
    links = [link.attname for link in column.links]
    for owner, at, context, label, id, position, *named in _of(
        rows, "owner", "pgh_label", "id", "position", *links
    ):
        place = None if label == "delete" else (position, next(filter(None, named)))
        events.add(owner, at, context, _Entry(column.name, id, place))


def _add_citations(events, table, keys):
    history = Citation.pgh_event_model.objects
    rows = history.filter(table=table.name, record__in=keys)
    for record, at, context, label, id, *cited in _of(
        rows, "record", "pgh_label", "id", "source", "stance", "locator", "excerpt"
    ):
        events.add(record, at, context, _Citation(id, None if label == "delete" else tuple(cited)))
