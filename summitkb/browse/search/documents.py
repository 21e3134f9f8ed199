"""What the search finds, as SQL: the words of each record, made from the declarations of the tables.

* `derived.search_documents` gives for each published record its table, key and words. It is the
  definition; the table `search_entries` holds the same and is brought after it at each commit.
* `derived.search_dependents` gives for each record those whose names count among its words.
* In the past (`records/time_travel.py`) a view takes the place of the table.

Words are indexed twice: as stems, in English or Russian where the language says so, and folded, as
names are. A query asks for either (`derived.search_term`). Between two fields stands a word that is not
kept, `GAP`, so that no phrase is found that begins in one and ends in the next.
"""

from collections.abc import Iterator

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Expression, F, Func, TextField, Value
from django.db.models.functions import Cast

from summitkb.exchange.columns import Entries
from summitkb.exchange.tables import Table, tables
from summitkb.records.derived import derive
from summitkb.records.texts import text_of

GAP = "gapgap"
"""Neither a stem nor folding changes it."""

WEIGHTS = "{0, 0.2, 0.4, 1}"
"""What a hit counts in context (C), in texts (B) and in titles (A)."""

BY_LENGTH = 1
"""Divide a rank by one plus the logarithm of the length: a hit in few words counts more."""


@derive
def objects() -> Iterator[str]:
    yield from _FUNCTIONS
    documents = " UNION ALL ".join(_documents(table) for table in tables())
    dependents = " UNION ALL ".join(sql for table in tables() for sql in _dependents(table))
    columns = '("table", record, vector)'
    yield f"CREATE VIEW derived.search_documents {columns} AS {documents}"
    yield f"""
        CREATE VIEW derived.search_dependents (of_table, of_record, "table", record) AS {dependents}
    """
    yield _REFRESH
    yield _SEARCH
    # The same again, of the tables as they stood.
    yield "SELECT set_config('search_path', 'as_of,' || current_setting('search_path'), true)"
    yield f"""
        CREATE VIEW as_of.search_entries AS
        SELECT * FROM ({documents}) AS d {columns}
    """
    yield "SELECT set_config('search_path', substr(current_setting('search_path'), 7), true)"
    for table in tables():
        yield f"""
            CREATE TABLE IF NOT EXISTS search_entries_{table.name}
            PARTITION OF search_entries FOR VALUES IN ('{table.name}')
        """
    yield "TRUNCATE search_stale, search_entries"
    yield f"INSERT INTO search_entries {columns} TABLE derived.search_documents"


def _documents(table: Table) -> str:
    """The words of each published row of a table."""
    words = Func(*said_by(table), function="derived.search_words", output_field=SearchVectorField())
    rows = table.published().order_by()
    return _sql(rows.values_list(Value(table.name, TextField()), _key(table), words))


def said_by(table: Table) -> tuple[Expression, ...]:
    """What `derived.search_words` is asked of each row: the language, titles, texts and context."""
    said = table.searched
    context = [table.column(name).label() for name in said.context]
    return said.language, *(
        _text(table.model, parts) for parts in (said.titles, said.texts, context)
    )


def _dependents(table: Table) -> Iterator[str]:
    """For each row of a table the records whose change may change its words, or whether it has any."""
    rows, key = table.model.objects.order_by(), _key(table)
    for of_table, of_record in table.public_through:
        yield _pairs(table, rows, key, of_table, of_record)
    for column in (table.column(name) for name in table.searched.context):
        links = {f"{column.name}__": column.targets[0]}
        if isinstance(column, Entries):
            rows, key = column.model.objects.order_by(), Cast("owner", TextField())
            links = {f"{link.name}__": link.related_model for link in column.links}
        for link, target in links.items():
            # A name may be that of a record further on: a delegation has that of its country.
            further = {path.rpartition("__")[0] for path in target.label_fields}
            for path in sorted({"", *further}):
                named = target._meta.get_field(path).related_model if path else target
                of_table = Value(named._meta.db_table)
                yield _pairs(table, rows, key, of_table, F(f"{link}{path}".removesuffix("__")))


def _pairs(table, rows, key, of_table, of_record) -> str:
    text = TextField()
    rows = rows.alias(_of=of_record).exclude(_of=None)
    pair = Cast(of_table, text), Cast(of_record, text)
    return _sql(rows.values_list(*pair, Value(table.name, text), key))


def _key(table: Table) -> Cast:
    return Cast(table.key_field, TextField())


def _text(model, parts) -> Expression:
    """Texts one after the other, with gaps between them and between the entries of an array."""
    gap = f" {GAP} "
    texts = [text_of(model, part, gap) if isinstance(part, str) else part for part in parts]
    return Func(Value(gap), *texts, Value(""), function="concat_ws", output_field=TextField())


def _sql(queryset) -> str:
    return connection.ops.compose_sql(*queryset.query.sql_with_params())


_FUNCTIONS = (
    rf"""
    CREATE FUNCTION derived.search_vector(language text, words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ts_delete(to_tsvector(
        CASE language WHEN 'en' THEN 'pg_catalog.english'::regconfig
            WHEN 'ru' THEN 'pg_catalog.russian'::regconfig
            ELSE 'pg_catalog.simple'::regconfig END,
        derived.words(words)
    ) || '{GAP}:1'::tsvector || to_tsvector('pg_catalog.simple', derived.folded(words))
    -- What stands before an apostrophe may be the name, and what follows an ending (Memiş’in).
    || '{GAP}:1'::tsvector || CASE WHEN words ~ '[''’](?!s\M)\w'
        THEN to_tsvector('pg_catalog.simple', derived.folded(derived.words(words)))
        ELSE ''::tsvector END, '{GAP}')
    """,
    f"""
    CREATE FUNCTION derived.search_words(language text, titles text, texts text, context text)
    RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ts_delete(
        setweight(derived.search_vector(language, titles), 'A') || '{GAP}:1'::tsvector
        || setweight(derived.search_vector(language, texts), 'B') || '{GAP}:1'::tsvector
        || setweight(derived.search_vector('en', context), 'C'), '{GAP}')
    """,
    """
    -- One word or phrase of a query. A word too common to be indexed asks for nothing.
    CREATE FUNCTION derived.search_term(term text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN numnode(phraseto_tsquery('pg_catalog.english', derived.words(term))) = 0 THEN ''::tsquery
        ELSE phraseto_tsquery('pg_catalog.english', derived.words(term))
            || phraseto_tsquery('pg_catalog.russian', derived.words(term))
            || phraseto_tsquery('pg_catalog.simple', derived.folded(term))
    END
    """,
)

# Writers take turns from here until they have committed: the later one sees what the earlier one wrote,
# because each statement of a function that is volatile sees what is committed by then.
_REFRESH = """
    CREATE FUNCTION derived.search_refresh() RETURNS void LANGUAGE plpgsql AS $$
    DECLARE noted jsonb; dependents text; stale record;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('summitkb.search_entries'));
        WITH gone AS (DELETE FROM search_stale RETURNING "table", records)
        SELECT jsonb_object_agg("table", records) INTO noted FROM (
            SELECT "table", array_agg(DISTINCT record) AS records
            FROM gone, unnest(records) AS record GROUP BY "table"
        ) AS found;
        -- Planned with the name of a table, so that only its parts of a view are looked at, by index.
        SELECT coalesce(string_agg(format($dependents$
            UNION SELECT "table", record FROM derived.search_dependents WHERE of_table = %1$L
            AND of_record = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> %1$L)))
        $dependents$, "table"), ''), '') INTO dependents FROM jsonb_object_keys(noted) AS "table";
        FOR stale IN EXECUTE format($every$
            SELECT "table", array_agg(record) AS records FROM (
                SELECT key AS "table", jsonb_array_elements_text(value) AS record
                FROM jsonb_each($1) %s
            ) AS every GROUP BY "table"
        $every$, dependents) USING noted
        LOOP
            EXECUTE format($refresh$
                WITH documents AS MATERIALIZED (
                    SELECT * FROM derived.search_documents WHERE "table" = %1$L AND record = ANY ($1)
                ), gone AS (
                    DELETE FROM search_entries WHERE "table" = %1$L AND record = ANY ($1)
                        AND record NOT IN (SELECT record FROM documents)
                )
                INSERT INTO search_entries ("table", record, vector) TABLE documents
                ON CONFLICT ("table", record) DO UPDATE SET vector = excluded.vector
                WHERE search_entries.vector <> excluded.vector
            $refresh$, stale."table") USING stale.records;
        END LOOP;
    END
    $$
"""

# To rank a hit PostgreSQL reads all words of the entry, so of a common word only so many are ranked.
# They are the same ones at each question: those that stand first, read by one from the beginning.
_SEARCH = f"""
    CREATE FUNCTION derived.search(asked tsquery, tables text[], most int)
    RETURNS TABLE ("table" text, record text, rank real) LANGUAGE plpgsql STABLE
    SET max_parallel_workers_per_gather = 0 SET synchronize_seqscans = off
    AS $$
    DECLARE name text;
    BEGIN
        FOREACH name IN ARRAY tables LOOP
            RETURN QUERY EXECUTE format($hits$
                SELECT "table"::text, record::text, ts_rank('{WEIGHTS}', vector, $1, {BY_LENGTH})
                FROM search_entries WHERE "table" = %L AND vector @@ $1 LIMIT $2
            $hits$, name) USING asked, most;
        END LOOP;
    END
    $$
"""
