"""What the database itself watches over, because a constraint on one row cannot say it.

Each error is a sentence, raised as a violated constraint, so that Django sees an IntegrityError.
The functions name their tables without a schema; all writing happens under the usual search_path.
"""

import pgtrigger
from django.db import connection

from summitkb.records.structure import key_field, references


def make_triggers_fast():
    """Say to django-pgtrigger, for this transaction, that no trigger is to be ignored.

    Every trigger of it asks first. Where nothing is said, it asks in a way that fails and is caught,
    and each such failure takes the longer the more triggers are still deferred. Measured: 49 s for
    those of 8,000 statements, 100,000 not done after 18 minutes; so said, 12 s and 146 s.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")


def _as_it_is_now(table: str, key: str) -> str:
    """The statements that read the row anew, and leave where it is gone.

    A deferred trigger is given the row as it was when it was written; the same transaction may have
    changed it since.
    """
    return f"""
        SELECT * INTO NEW FROM {table} WHERE "{key}" = NEW."{key}";
        IF NEW."{key}" IS NULL THEN RETURN NULL; END IF;
    """


class CitationsFollow(pgtrigger.Trigger):
    """Citations belong to their record: they go when it goes, and follow when its key changes.

    A citation names its record by table and key, as the data package does; there is no foreign key
    that could do this.
    """

    name = "citations_follow"
    when = pgtrigger.After
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model):
        table, key = model._meta.db_table, key_field(model).column
        return f"""
            IF TG_OP = 'DELETE' THEN
                DELETE FROM citations WHERE "table" = '{table}' AND record = OLD."{key}"::text;
            ELSIF NEW."{key}"::text <> OLD."{key}"::text THEN
                UPDATE citations SET record = NEW."{key}"
                WHERE "table" = '{table}' AND record = OLD."{key}"::text;
            END IF;
            RETURN NULL;
        """


class CitedRecordExists(pgtrigger.Trigger):
    """A citation cites a record that is there. Locks it as a foreign key would, until commit."""

    name = "cited_record_exists"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Deferred
    declare = [("found", "boolean"), ("key", "text")]

    # A part is named by its column `key`, any other record by its primary key.
    func = f"""
        {_as_it_is_now("citations", "id")}
        SELECT a.attname INTO key FROM pg_attribute a
        LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
            AND i.indkey[0] = a.attnum
        WHERE a.attrelid = to_regclass(quote_ident(NEW."table"))
            AND (a.attname = 'key' OR i.indrelid IS NOT NULL)
        ORDER BY a.attname = 'key' DESC LIMIT 1;
        IF key IS NOT NULL THEN
            EXECUTE format('SELECT true FROM %I WHERE %I = $1 FOR KEY SHARE', NEW."table", key)
            INTO found USING NEW.record;
        END IF;
        IF found IS NULL THEN
            RAISE EXCEPTION 'A citation cites a record that is there; %/% is not.',
                NEW."table", NEW.record
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'cited_record_exists';
        END IF;
        RETURN NULL;
    """


class QuoteChecksGo(pgtrigger.Trigger):
    """What was found of a citation goes when it goes, by whichever way."""

    name = "quote_checks_go"
    when = pgtrigger.After
    operation = pgtrigger.Delete
    func = "DELETE FROM quote_checks WHERE citation_id = OLD.id; RETURN NULL;"


class LiesInATree(pgtrigger.Trigger):
    """Rows that lie below one another do not do so in a ring, at commit.

    Writers take turns, or each of two sessions could close half of a ring.
    """

    name = "lies_in_a_tree"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Deferred
    declare = [("ring", "text")]

    def __init__(self, above: str):
        """`above` is the column that names the row above."""
        super().__init__()
        self.above = above

    def get_func(self, model):
        table, key = model._meta.db_table, model._meta.pk.column
        return f"""
            PERFORM pg_advisory_xact_lock(hashtext('summitkb.tree.{table}'));
            WITH RECURSIVE up (key, way) AS (
                SELECT "{self.above}", ARRAY["{key}", "{self.above}"]::text[] FROM {table}
                WHERE "{key}" = NEW."{key}" AND "{self.above}" IS NOT NULL
                UNION ALL
                SELECT t."{self.above}", way || t."{self.above}"::text
                FROM up JOIN {table} AS t ON t."{key}" = up.key
                WHERE up.key <> NEW."{key}" AND t."{self.above}" IS NOT NULL
                    AND t."{self.above}"::text <> ALL (way[2:])
            ) SELECT array_to_string(way, ' → ') INTO ring FROM up WHERE up.key = NEW."{key}";
            IF ring IS NOT NULL THEN
                RAISE EXCEPTION '{table}/% would lie below itself (%).', NEW."{key}", ring
                USING ERRCODE = 'check_violation', CONSTRAINT = 'lies_in_a_tree';
            END IF;
            RETURN NULL;
        """


def _refuse(who: str, whom: str, *values: str) -> str:
    """The statement that raises; `values` fill the percent signs of the two texts."""
    return f"""
        RAISE EXCEPTION '{who} is published and refers to {whom}, which is not.', {", ".join(values)}
        USING ERRCODE = 'check_violation', CONSTRAINT = 'published_rests_on_published';
    """


class PublishedRestsOnPublished(pgtrigger.Trigger):
    """A published record refers only to published ones, so that no page can leak another's draft.

    Checked at commit, where a published record is written. What it refers to is locked FOR SHARE,
    or two sessions could publish the one and withdraw the other at the same moment.
    """

    name = "published_rests"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Deferred
    condition = pgtrigger.Q(new__publication="published")
    declare = [("found", "text")]

    def get_func(self, model):
        checks = "".join(self._check(model, field) for field in references(model))
        now = _as_it_is_now(model._meta.db_table, model._meta.pk.column)
        return f"""
            {now}
            IF NEW.publication <> 'published' THEN RETURN NULL; END IF;
            {checks} RETURN NULL;
        """

    def _check(self, model, field):
        target = field.related_model._meta
        if field.model is model:
            rows = f'{target.db_table} t WHERE t."{target.pk.column}" = NEW."{field.column}"'
        else:  # an entry of one of its lists
            rows = (
                f"{target.db_table} t JOIN {field.model._meta.db_table} v "
                f'ON v."{field.column}" = t."{target.pk.column}" '
                f'WHERE v.owner_id = NEW."{model._meta.pk.column}"'
            )
        key = f'NEW."{key_field(model).column}"'
        # The lock is taken on every row found; whether it is published is asked after that.
        return f"""
            WITH locked AS (
                SELECT t."{target.pk.column}"::text AS k, t.publication FROM {rows} FOR SHARE OF t
            ) SELECT k INTO found FROM locked WHERE publication <> 'published' LIMIT 1;
            IF found IS NOT NULL THEN
                {_refuse("%/%", f"{target.db_table}/%", "TG_TABLE_NAME", key, "found")}
            END IF;
        """


class EntryRestsOnPublished(pgtrigger.Trigger):
    """The same for an entry of a list (a topic of a meeting): its owner's rule holds for it."""

    name = "entry_rests"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Deferred
    declare = [("found", "text")]

    def get_func(self, model):
        owner = model._meta.get_field("owner").related_model._meta
        checks = "".join(self._check(owner, field) for field in references(model))
        now = _as_it_is_now(model._meta.db_table, model._meta.pk.column)
        return f"{now} {checks} RETURN NULL;"

    def _check(self, owner, field):
        target = field.related_model._meta
        refuse = _refuse(f"{owner.db_table}/%", f"{target.db_table}/%", "NEW.owner_id", "found")
        return f"""
            WITH locked AS (
                SELECT "{target.pk.column}" AS k, publication FROM {target.db_table}
                WHERE "{target.pk.column}" = NEW."{field.column}" FOR SHARE
            ) SELECT k INTO found FROM locked WHERE publication <> 'published' AND EXISTS (
                SELECT FROM {owner.db_table}
                WHERE "{owner.pk.column}" = NEW.owner_id AND publication = 'published'
            );
            IF found IS NOT NULL THEN {refuse} END IF;
        """


class ReferredToStaysPublished(pgtrigger.Trigger):
    """And from the other side: what published records refer to cannot be taken back alone.

    Who refers to a table is read from the catalogue, because a lower app does not know the upper.
    """

    name = "referred_to_stays"
    when = pgtrigger.After
    operation = pgtrigger.Update
    timing = pgtrigger.Deferred
    condition = pgtrigger.Q(old__publication="published") & ~pgtrigger.Q(
        new__publication="published"
    )
    declare = [("link", "record"), ("found", "text")]

    def get_func(self, model):
        pk = model._meta.pk.column
        return f"""
            {_as_it_is_now(model._meta.db_table, pk)}
            IF NEW.publication = 'published' THEN RETURN NULL; END IF;
            FOR link IN
                SELECT c.conrelid::regclass AS source, a.attname AS col,
                    o.confrelid::regclass AS owner
                FROM pg_constraint c
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                LEFT JOIN pg_attribute oa
                    ON oa.attrelid = c.conrelid AND oa.attname = 'owner_id'
                LEFT JOIN pg_constraint o
                    ON o.contype = 'f' AND o.conrelid = c.conrelid AND o.conkey[1] = oa.attnum
                LEFT JOIN pg_attribute p
                    ON p.attrelid = c.conrelid AND p.attname = 'publication'
                WHERE c.contype = 'f' AND c.confrelid = TG_RELID AND a.attname <> 'owner_id'
                    AND (o.oid IS NOT NULL OR p.attname IS NOT NULL)
                ORDER BY 1, 2
            LOOP
                IF link.owner IS NULL THEN
                    EXECUTE format('SELECT coalesce(to_jsonb(r) ->> $3, to_jsonb(r) ->> $4, '
                        'to_jsonb(r) ->> $5) FROM %s r WHERE %I = $1 AND publication = $2 LIMIT 1',
                        link.source, link.col)
                    INTO found USING NEW."{pk}", 'published', 'key', 'id', 'code';
                ELSE
                    EXECUTE format('SELECT v.owner_id FROM %s v JOIN %s o ON o.id = v.owner_id '
                        'WHERE v.%I = $1 AND o.publication = $2 LIMIT 1',
                        link.source, link.owner, link.col)
                    INTO found USING NEW."{pk}", 'published';
                END IF;
                IF found IS NOT NULL THEN
                    RAISE EXCEPTION '%/% is published and refers to %/%, which would no longer be.',
                        coalesce(link.owner, link.source), found, TG_TABLE_NAME,
                        NEW."{key_field(model).column}"
                    USING ERRCODE = 'check_violation',
                        CONSTRAINT = 'published_rests_on_published';
                END IF;
            END LOOP;
            RETURN NULL;
        """
