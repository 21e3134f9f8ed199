"""Who may import what. Nobody adds, changes or publishes by a file what they could not by hand."""

from collections import Counter, defaultdict

from django.db import transaction

from summitkb.editing.publishing import action_for, may
from summitkb.exchange.comparing import BATCH, Comparison
from summitkb.exchange.record_tables import CITATIONS
from summitkb.exchange.tables import Table, get_table
from summitkb.records.publication import Publication

WOULD = {
    "add": "would be added",
    "change": "would be changed",
    "publish": "would change what is public",
    "withdraw": "would change what is withdrawn",
}


def may_import(user, tables: list[Table]) -> bool:
    return all(may(user, t.model, "add") or may(user, t.model, "change") for t in tables)


def may_publish(user, tables: list[Table]) -> bool:
    return all(may(user, t.model, "publish") for t in tables if t.has_publication)


class Needs:
    """The permissions that an import needs, found row by row: for how many rows of a table which."""

    def __init__(self, publication: str):
        self._publication = publication
        self._counts = defaultdict(Counter)
        self._cited = []

    def add(self, found: Comparison) -> None:
        counts = self._counts[found.table.name]
        if found.kind == "new":
            counts["add"] += 1
            if found.table.has_publication and self._publication != Publication.DRAFT:
                counts[action_for(Publication.DRAFT, self._publication)] += 1
        elif found.kind == "changed":
            counts[action_for(found.publication, found.publication)] += 1
        if found.table == CITATIONS and found.kind != "unchanged":
            self._cited.append((found.row["table"], found.row["record"]))
            if len(self._cited) == BATCH:
                self._add_cited()

    def counts(self) -> dict[str, dict[str, int]]:
        self._add_cited()
        return {table: dict(counts) for table, counts in self._counts.items() if counts}

    @transaction.atomic
    def _add_cited(self):
        """What is cited for a public record is public with it.

        The records are locked, so that within a transaction that goes on none becomes public after.
        """
        of_tables = defaultdict(Counter)
        for name, key in self._cited:
            of_tables[name][key] += 1
        for name, keys in sorted(of_tables.items()):
            table = get_table(name)
            cited = table.model.objects.filter(**{f"{table.key_field}__in": list(keys)})
            # To filter by publication would leave out, unlocked, what is being published right now.
            locked = cited.order_by("pk").select_for_update(no_key=True)
            for key, publication in locked.values_list(table.key_field, "publication"):
                if publication in Publication.PUBLIC:
                    self._counts[name][action_for(publication, publication)] += keys[key]
        self._cited = []


def missing(user, needs: dict[str, dict[str, int]]) -> list[str]:
    """A sentence for each permission that is needed, as `Needs.counts` has them, and the user lacks."""
    sentences = []
    for name, counts in needs.items():
        table = get_table(name)
        for action, count in counts.items():
            if not may(user, table.model, action):
                rows = "1 row" if count == 1 else f"{count} rows"
                sentences.append(
                    f"{table.title}: {rows} {WOULD[action]}, and you may not {action} them. "
                    "Leave them out, or ask somebody who may to confirm this import."
                )
    return sentences
