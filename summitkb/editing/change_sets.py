"""What was done in one go, and what became of one record: changes as editors see them.

A *change set* is all that was written in one context of the history: by one form that was saved, one
bulk action, one import, one merge. The public sees changes of public records and by roles
(`browse/changes/`); editors see all of them, and by accounts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import CASCADE, Count, QuerySet, Value
from pghistory.models import Context

from summitkb.browse.changes.differences import differences
from summitkb.browse.changes.shown import ChangedCell
from summitkb.exchange.tables import Table, table_of
from summitkb.exchange.versions import Cited, Version, versions_of
from summitkb.records.models import Citation, Part, Record, record_models
from summitkb.records.publication import Publication
from summitkb.records.structure import entry_models, key_field
from summitkb.records.time_travel import tracked_models

MOST_SHOWN = 200


@dataclass
class Step:
    """What one transaction did to one record."""

    table: Table
    key: str
    what: str
    cells: list[ChangedCell]
    come: list[Cited]
    gone: list[Cited]

    @property
    def name(self) -> str:
        return f"{self.table.name}/{self.key}"


@dataclass
class Moment:
    """What one transaction did, with who and why. `change` is the context, None for a hand in SQL."""

    at: datetime
    change: UUID | None
    why: dict
    steps: list[Step] = field(default_factory=list)
    rows: list[tuple[str, int]] = field(default_factory=list)
    by: str = ""

    @property
    def title(self) -> str:
        return title_of(self.why)

    @property
    def reason(self) -> str:
        return self.why.get("reason", "")


def title_of(why: dict) -> str:
    """What was done, by what is noted in its context."""
    if package := why.get("package"):
        return f"Import of {package}"
    if why.get("undoes"):
        return "Undo of an earlier change"
    if record := why.get("restores"):
        return f"Earlier version of {record} brought back"
    if merged := why.get("merges"):
        return f"Merge of {merged} into {why['into']}"
    return "Edit"


def change_sets() -> QuerySet:
    """All contexts in which something was written, the newest first."""
    return Context.objects.order_by("-created_at", "-id")


def summarised(contexts: Iterable[Context]) -> list[Moment]:
    """Contexts as moments without `steps`, with `rows`: how many of each table. Two queries."""
    contexts = list(contexts)
    counts = defaultdict(Counter)
    for change, table, count in _counts([context.pk for context in contexts]):
        counts[change][table] += count
    made = []
    for context in contexts:
        rows = [(table.replace("_", " "), n) for table, n in sorted(counts[context.pk].items())]
        made.append(Moment(context.created_at, context.pk, context.metadata, rows=rows))
    return with_names(made)


def _counts(pks):
    queries = [
        model.pgh_event_model.objects.filter(pgh_context__in=pks)
        .order_by()
        .values("pgh_context")
        .annotate(rows=Count("pgh_obj", distinct=True))
        .values_list("pgh_context", Value(model._meta.db_table), "rows")
        for model in tracked_models()
    ]
    return queries[0].union(*queries[1:], all=True)


def moments_of_change(change: UUID) -> tuple[list[Step], int]:
    """What a change set did, record by record, as far as it is shown; and of how many records."""
    steps, total = [], 0
    for model, keys in _records_of_change(change).items():
        total += len(keys)
        room = max(MOST_SHOWN - len(steps), 0)
        for key, versions in versions_of(table_of(model), sorted(keys)[:room]).items():
            steps += [s for v, s in _steps(table_of(model), key, versions) if v.change == change]
    return steps, total


def _records_of_change(change) -> dict[type[Record], set[str]]:
    """The keys of the records of which a row, an entry or a citation was written."""
    cited = Citation.pgh_event_model.objects.filter(pgh_context=change)
    of_citations = defaultdict(set)
    for table, record in cited.values_list("table", "record"):
        of_citations[table].add(record)
    found = {}
    for model in record_models():
        rows = model.pgh_event_model.objects.filter(pgh_context=change)
        keys = set(rows.values_list(key_field(model).name, flat=True))
        for entries in entry_models(model):
            rows = entries.pgh_event_model.objects.filter(pgh_context=change)
            keys |= set(rows.values_list("owner", flat=True))
        if keys := keys | of_citations[model._meta.db_table]:
            found[model] = keys
    return found


def moments_of_record(model: type[Record], pk: str | int) -> list[Moment]:
    """What became of a record and its parts, the newest first, whether it is there or not."""
    moments = {}
    for kind, keys in _with_parts(model, pk).items():
        for key, versions in versions_of(table_of(kind), keys).items():
            for version, step in _steps(table_of(kind), key, versions):
                at = version.at, version.change
                moment = moments.setdefault(at, Moment(*at, version.context))
                moment.steps.append(step)
    return with_names(sorted(moments.values(), key=lambda moment: moment.at, reverse=True))


def _with_parts(model, pk) -> dict[type[Record], set[str]]:
    """The keys that a record ever had, and those of its parts."""
    rows = model.pgh_event_model.objects.filter(pgh_obj=pk)
    found = {model: set(rows.values_list(key_field(model).name, flat=True))}
    for relation in model._meta.related_objects:
        kind = relation.related_model
        if issubclass(kind, Part) and relation.on_delete is CASCADE:
            rows = kind.pgh_event_model.objects.filter(**{relation.field.name: pk})
            found[kind] = set(rows.values_list(key_field(kind).name, flat=True))
    return found


def _steps(table, key, versions: list[Version]) -> Iterator[tuple[Version, Step]]:
    before = Version(versions[0].at, {})
    for version in versions:
        changed = version.changed_cells(before) if version.publication else {}
        cells = [ChangedCell(name, *differences(*pair)) for name, pair in changed.items()]
        come, gone = version.citations - before.citations, before.citations - version.citations
        what = _what(before.publication, version.publication)
        yield version, Step(table, key, what, cells, sorted(come), sorted(gone))
        before = version


def _what(before, after) -> str:
    if before == after:
        return "changed"
    label = Publication(after).label.lower() if after else ""
    return "removed" if not after else f"{label}" if before else f"added, {label}"


def with_names(moments: list[Moment]) -> list[Moment]:
    """Say who made them. One query."""
    users = get_user_model().objects.in_bulk({m.why["user"] for m in moments if m.why.get("user")})
    for moment in moments:
        user = users.get(moment.why.get("user"))
        gone = "an account that is gone" if moment.why.get("user") else "maintenance"
        moment.by = user.get_username() if user else gone
    return moments
