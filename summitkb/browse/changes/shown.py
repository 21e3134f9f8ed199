"""Changes as a page shows them: which record, what became of it, each cell before and after, by whom.

Words are shown only of records that are public today; of others it stays known that they changed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.safestring import SafeString

from summitkb.browse.changes.differences import differences
from summitkb.exchange.tables import Table, get_table
from summitkb.exchange.versions import Version, versions_of
from summitkb.records.changes import Change, ChangeKind
from summitkb.records.models import Record, Source
from summitkb.records.publication import Publication


@dataclass(frozen=True)
class ChangedCell:
    name: str
    before: SafeString
    after: SafeString


@dataclass(frozen=True)
class ChangedCitation:
    """A citation that came or went."""

    source: Source
    stance: str
    locator: str
    excerpt: str
    came: bool


@dataclass
class ShownChange:
    """One change; `record` is None where it is not public today."""

    change: Change
    table: Table
    record: Record | None
    by: str
    reason: str
    cells: list[ChangedCell] = field(default_factory=list)
    citations: list[ChangedCitation] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.change.at

    @property
    def kind(self) -> str:
        return self.change.get_kind_display().lower()

    @property
    def address(self) -> str:
        """That of the record's history; of what is no longer there, that of its changes."""
        key = self.change.record
        if self.record is not None:
            return reverse(f"{self.table.name}-history", args=[key])
        return reverse("changes", query={"table": self.table.name, "record": key})


def shown(changes: Iterable[Change]) -> list[ShownChange]:
    """Changes in their order. A number of queries for each table that occurs, and three for all."""
    keys = defaultdict(set)
    for change in changes:
        keys[change.table].add(change.record)
    versions, records = {}, {}
    for name, of_table in keys.items():
        table = get_table(name)
        for key, found in versions_of(table, of_table).items():
            versions[name, key] = found
        wanted = {f"{table.key_field}__in": of_table}
        public = table.published().for_list().filter(**wanted)
        records |= {(name, record.record_key): record for record in public}
    made = [
        _shown(change, versions[change.table, change.record], records.get(_key(change)))
        for change in changes
    ]
    _name_who(made)
    _name_sources(made)
    _give_reasons(made)
    return [change for change, _ in made]


def _key(change):
    return change.table, change.record


def _shown(change, versions, record) -> tuple[ShownChange, Version]:
    place = next(n for n, version in enumerate(versions) if version.at == change.at)
    after, before = versions[place], versions[place - 1] if place else None
    made = ShownChange(change, get_table(change.table), record, "", "")
    if record is not None and change.kind == ChangeKind.CHANGED and before is not None:
        made.cells = [
            ChangedCell(name, *differences(*cells))
            for name, cells in after.changed_cells(before).items()
        ]
        for cited, came in ((before.citations, False), (after.citations, True)):
            others = after.citations if not came else before.citations
            made.citations += [ChangedCitation(*c, came) for c in sorted(cited - others)]
    return made, after


def _name_who(made):
    """Whoever did it is named by role: an account is nobody's business but its owner's."""
    contexts = [version.context for _, version in made]
    users = get_user_model().objects.prefetch_related("groups")
    known = users.in_bulk({c["user"] for c in contexts if c.get("user")})
    for shown_change, version in made:
        user = known.get(version.context.get("user"))
        shown_change.by = role_of(user, version.context)


def role_of(user, context: dict) -> str:
    """In which role something was done: a package, the groups of an account, or a hand in SQL."""
    if package := context.get("package"):
        return f"package {package}"
    if user is None:
        return "an account that is gone" if context.get("user") else "maintenance"
    if user.is_superuser:
        return "administrator"
    return ", ".join(sorted(group.name.lower() for group in user.groups.all())) or "editor"


def _give_reasons(made):
    """That of a withdrawal stands at the record; of others that is given where the record is public, or
    gone."""
    withdrawn = defaultdict(list)
    for shown_change, version in made:
        change = shown_change.change
        if change.kind == ChangeKind.WITHDRAWN:
            withdrawn[change.table].append(shown_change)
        elif shown_change.record is not None or change.kind == ChangeKind.REMOVED:
            shown_change.reason = version.context.get("reason", "")
    for name, of_table in withdrawn.items():
        table = get_table(name)
        keys = {f"{table.key_field}__in": {change.change.record for change in of_table}}
        gone = table.model.objects.filter(publication=Publication.WITHDRAWN, **keys).order_by()
        notes = dict(gone.values_list(table.key_field, "publication_note"))
        for shown_change in of_table:
            shown_change.reason = notes.get(shown_change.change.record, "")


def _name_sources(made):
    """Citations come with their sources; those of sources that are not public are left out."""
    wanted = {c.source for change, _ in made for c in change.citations}
    sources = Source.objects.published().in_bulk(wanted)
    for change, _ in made:
        change.citations = [
            ChangedCitation(sources[c.source], c.stance, c.locator, c.excerpt, c.came)
            for c in change.citations
            if c.source in sources
        ]
