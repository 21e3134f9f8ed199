"""What the search finds: an entry for each published record, kept true by the database.

Every statement that changes a row notes in `search_stale` whose entries may have changed; at commit
these are made anew, with those of the records that show the name of one of them. What an entry holds
is said by the view `derived.search_documents` (`browse/search/documents.py`).
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """One row is one published record, or one citation of one, as the search knows it.

    The entries of each table are a partition (`browse/search/documents.py` makes them), so that of a
    common word the first hits of each are found without a look at those of all others.
    """

    pk = models.CompositePrimaryKey("record", "table")  # all rows of a partition have one table
    table = models.CharField(max_length=20, db_collation="C", help_text="The record's table.")
    record = models.CharField(max_length=400, db_collation="C", help_text="Its key.")
    vector = SearchVectorField(help_text="Its words: stems, and folded as names are.")

    class Meta:
        db_table = "search_entries"
        indexes = [GinIndex(fields=["vector"], name="search_entry_words")]

    def __str__(self):
        return f"{self.table}/{self.record}"


class RefreshAtCommit(pgtrigger.Trigger):
    """At commit, once and last: in a second round of deferred triggers, after all others.

    By then the first round has locked what the changed records refer to, so two transactions cannot
    each make an entry from what the other is about to change. See `derived.search_refresh`.
    """

    name = "refresh"
    when = pgtrigger.After
    operation = pgtrigger.Insert
    timing = pgtrigger.Deferred
    func = """
        IF NOT NEW.last THEN
            IF NOT EXISTS (SELECT FROM search_stale WHERE last) THEN
                INSERT INTO search_stale ("table", records, last) VALUES ('', '{}', true);
            END IF;
        ELSIF to_regprocedure('derived.search_refresh()') IS NOT NULL THEN
            PERFORM derived.search_refresh();
        END IF;
        RETURN NULL;
    """


class SearchStale(models.Model):
    """One row is one statement of a transaction not yet committed, with the rows that it changed."""

    table = models.CharField(max_length=20, db_collation="C", help_text="The records' table.")
    records = ArrayField(models.TextField(), help_text="Their keys.")
    last = models.BooleanField(help_text="Whether this asks for the second round at commit.")

    class Meta:
        db_table = "search_stale"
        triggers = [RefreshAtCommit()]
        # Asked once for each row: without it a transaction of many statements looks at all of them.
        indexes = [
            models.Index(fields=["last"], condition=models.Q(last=True), name="search_stale_last")
        ]

    def __str__(self):
        return f"{len(self.records)} of {self.table}"


class _EntriesStale(pgtrigger.Trigger):
    """Note whose entries a statement on the rows of a model may have changed."""

    when = pgtrigger.After
    level = pgtrigger.Statement
    changed = ""

    def get_func(self, model):
        table, key = _whose(model)
        rows = self.changed.format(key=f'"{key}"::text AS key')
        return f"""
            INSERT INTO search_stale ("table", records, last)
            SELECT '{table}', array_agg(DISTINCT key), false FROM ({rows}) AS changed
            HAVING count(*) > 0;
            RETURN NULL;
        """


def _whose(model) -> tuple[str, str]:
    """The table of the records to whose entries rows of a model count, and the column of their key."""
    fields = {field.name: field for field in model._meta.local_fields}
    if "owner" in fields:  # an entry of a list in a cell
        return fields["owner"].related_model._meta.db_table, fields["owner"].column
    return model._meta.db_table, fields.get("key", model._meta.pk).column


class AfterInsert(_EntriesStale):
    name = "search_insert"
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="new_values")
    changed = "SELECT {key} FROM new_values"


class AfterUpdate(_EntriesStale):
    name = "search_update"
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(old="old_values", new="new_values")
    changed = "SELECT {key} FROM new_values UNION ALL SELECT {key} FROM old_values"


class AfterDelete(_EntriesStale):
    name = "search_delete"
    operation = pgtrigger.Delete
    referencing = pgtrigger.Referencing(old="old_values")
    changed = "SELECT {key} FROM old_values"


def keep_search_entries() -> list[pgtrigger.Trigger]:
    """The triggers of a model whose rows, or whose owners, the search finds."""
    return [AfterInsert(), AfterUpdate(), AfterDelete()]
