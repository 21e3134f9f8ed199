"""Load a package: one transaction, nothing overwritten unsaid, nothing deleted.

`load` is what the command calls, and whatever else writes rows of a package.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pghistory
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from summitkb.exchange.archives import Refused
from summitkb.exchange.columns import Entries, one_line
from summitkb.exchange.comparing import BATCH, Comparison, compare, conflicts
from summitkb.exchange.fingerprints import Fingerprint
from summitkb.exchange.packages import Package, Problem
from summitkb.exchange.tables import Table, table_of
from summitkb.records.away import why_away
from summitkb.records.publication import Publication
from summitkb.records.quote_checks import recheck, stale
from summitkb.records.refusals import constraint_sentence
from summitkb.records.source_texts import SourceText
from summitkb.records.triggers import make_triggers_fast

CHANGED_SINCE = "What is in the database changed since the preview; look at a new preview."


class Conflict(Exception):
    """What keeps a package that is right in itself from this database."""

    def __init__(self, problems: list[Problem]):
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass
class Report:
    """How many rows of each table were new, changed, unchanged, or not in the package."""

    counts: dict[str, Counter] = field(default_factory=dict)
    kept: Counter = field(default_factory=Counter)
    """How many known rows keep another publication than was asked for, by publication."""

    fingerprint: str = ""
    """Of all that was done, row by row: what a later `load` may be made to do and nothing else."""

    columns = ("new", "changed", "unchanged", "only in the database")

    @property
    def total(self) -> Counter:
        return sum(self.counts.values(), Counter())

    def __str__(self):
        """An aligned table, and a line for rows that stay other than published."""
        rows = [("", *self.columns)]
        for name, counts in [*self.counts.items(), ("total", self.total)]:
            rows.append((name, *(str(counts[column]) for column in self.columns)))
        width = max(len(row[0]) for row in rows)
        lines = [
            f"{first:<{width}}"
            + "".join(
                f"  {cell:>{len(name)}}" for cell, name in zip(cells, self.columns, strict=True)
            )
            for first, *cells in rows
        ]
        for publication, count in sorted(self.kept.items()):
            label = Publication(publication).label.lower()
            lines.append(f"Known rows that stay {label}: {count}")
        return "\n".join(lines)


def load(
    package: Package,
    publication: str = Publication.PUBLISHED,
    *,
    dry_run: bool = False,
    expected: str | None = None,
    reason: str = "",
    tell: Callable[[Comparison], None] = lambda comparison: None,
    tell_all: Callable[[Comparison], None] = lambda comparison: None,
) -> Report:
    """Load a package in which `check` has found nothing.

    New rows get the `publication`; that of known ones is left alone. `tell` is called with each
    row that will change, before it does; `tell_all` with every row, new and unchanged ones too. A
    dry run does all of it and takes it back; its fingerprint, given as `expected`, makes sure that
    a load does what was shown and nothing else. History keeps the `reason`. Raises Conflict with the
    lines at fault, or Refused with a sentence; then nothing is written.
    """
    report, fingerprint = Report(), Fingerprint(publication)

    def see(comparison):
        fingerprint.add(comparison)
        tell_all(comparison)

    context = {"package": package.name} | ({"reason": reason} if reason else {})
    package.watch.begin("Loading", package.size)
    try:
        with transaction.atomic(), pghistory.context(**context):
            make_triggers_fast()
            problems = []
            for table in package.declared:
                _Loader(package, table, publication, report, problems).load(tell, see)
            if problems:
                raise Conflict(problems)
            report.fingerprint = str(fingerprint)
            if expected not in (None, report.fingerprint):
                raise Refused(CHANGED_SINCE)
            package.watch.begin("The database checks what was loaded", 0)
            connection.check_constraints()
            if SourceText.objects.exists():
                recheck(stale())
            _count_rows(package.declared)
            transaction.set_rollback(dry_run)
    except (IntegrityError, DataError, OperationalError) as error:
        if why_away(error):  # no fault of the package; and it may be that all was written
            raise
        raise Refused(f"{sentence_of(error)} Nothing was written.") from error
    return report


class _Loader:
    """Loads one table, batch by batch."""

    def __init__(self, package, table: Table, publication, report: Report, problems: list[Problem]):
        self.package = package
        self.table = table
        self.publication = publication
        self.report = report
        self.problems = problems
        self.lists = [column for column in table.columns if isinstance(column, Entries)]

    def load(self, tell, see):
        counts = self.report.counts[self.table.name] = Counter()
        batch = []
        for found in compare(self.package, self.table):
            see(found)
            counts[found.kind] += 1
            if found.publication not in (None, self.publication):
                self.report.kept[found.publication] += 1
            if found.kind != "unchanged":
                batch.append(found)
            if len(batch) == BATCH:
                self._write(batch, tell)
                batch = []
        self._write(batch, tell)
        known = self.table.model.objects.count()
        counts["only in the database"] = known - sum(counts.values())

    def _write(self, batch, tell):
        self.problems += conflicts(self.package, self.table, batch)
        if self.problems:
            return  # all further ones are still told
        new = [found for found in batch if found.kind == "new"]
        changed = [found for found in batch if found.kind == "changed"]
        self._lock(changed)
        for found in changed:
            tell(found)
        self._add(new)
        self._change(changed)
        for column in self.lists:
            self._write_entries(column, new, changed)

    def _add(self, new):
        model = self.table.model
        publication = {"publication": self.publication} if self.table.has_publication else {}
        instances = [model(**publication) for _ in new]
        for instance, found in zip(instances, new, strict=True):
            self._assign(instance, found.row)
        model.objects.bulk_create(instances)

    def _lock(self, changed):
        """Keep others off the rows that will change. Raises Refused where they came first."""
        rows = self.table.model.objects.filter(pk__in=[found.pk for found in changed])
        locked = rows.order_by("pk").select_for_update(no_key=True)
        header = self.table.header
        fields = ("pk", "publication") if self.table.has_publication else ("pk",)
        now = {
            values[0]: dict(zip((*fields, *header), values, strict=True))
            for values in self.table.cells(locked, *fields)
        }
        for found in changed:
            seen = {name: before for name, (before, _) in found.changed.items()}
            seen |= {"publication": found.publication} if found.publication else {}
            cells = now.get(found.pk)
            if not cells or any((cells[name] or "") != before for name, before in seen.items()):
                raise Refused(f"{self.table.name}/{found.key} was changed meanwhile; load again")

    def _change(self, changed):
        """Write the changed columns alone, so that what others write meanwhile is not undone."""
        alike = {}
        for found in changed:
            alike.setdefault(frozenset(found.changed), []).append(found)
        for names, group in alike.items():
            columns = [self.table.column(name) for name in sorted(names)]
            fields = [c.field.name for c in columns if c not in self.lists]
            if fields:
                rows = {found.pk: found.row for found in group}
                instances = [self.table.model(pk=pk) for pk in rows]
                for instance in instances:
                    self._assign(instance, rows[instance.pk])
                self.table.model.objects.bulk_update(instances, fields, batch_size=500)

    def _assign(self, instance, row):
        for column in self.table.columns:
            cell = row[column.name]
            column.assign(instance, column.parse(cell) if cell else None)

    def _write_entries(self, column, new, changed):
        """Replace the lists that differ, each as a whole."""
        replaced = [found for found in changed if column.name in found.changed]
        column.model.objects.filter(owner__in=[found.pk for found in replaced]).delete()
        column.model.objects.bulk_create(
            column.model(owner_id=found.key, position=position, **self._link(column, key))
            for found in [*new, *replaced]
            if found.row[column.name]
            for position, key in enumerate(column.parse(found.row[column.name]))
        )

    def _link(self, column, key):
        """Which of the foreign keys of an entry names `key`, and with what."""
        for link in column.links:
            if self.package.has(table_of(link.related_model).name, key):
                return {link.attname: key}
        raise KeyError(key)  # the check has found it in one of them


def _count_rows(loaded: list[Table]):
    """Have PostgreSQL look at what these tables hold now, as it would in some minutes by itself.

    Until then it plans queries as for empty tables.
    """
    names = [table.name for table in loaded]
    columns = (column for table in loaded for column in table.columns)
    names += [c.model._meta.db_table for c in columns if isinstance(c, Entries)]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(names)}, search_entries")


def sentence_of(error: Exception) -> str:
    """What the database said, in the words of the constraint it is about."""
    diag = getattr(error.__cause__, "diag", None)
    if diag is None or not diag.message_primary:
        return one_line(str(error))
    words = constraint_sentence(diag.constraint_name) or diag.message_primary
    where = f"{diag.table_name}: " if diag.table_name else ""
    return one_line(" ".join(filter(None, (f"{where}{words}", diag.message_detail))))
