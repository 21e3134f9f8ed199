"""The words of texts, as indexes have them (`records/words.py`), and a faster order of names.

The functions name only what is in `pg_catalog`, or are tied to what they name when they are made, so
they mean the same under every `search_path`. None is STRICT, which would keep the planner from seeing
what is within.
"""

import django.contrib.postgres.indexes
from django.db import migrations

import summitkb.records.words

# Most texts in Latin letters have no mark at all, and normalize() takes most of the time.
NAME_ORDER = r"""
CREATE OR REPLACE FUNCTION name_order(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(
    CASE WHEN octet_length($1) = length($1) THEN $1
    ELSE regexp_replace(normalize($1, NFD), '[\u0300-\u036F]', '', 'g') END
) COLLATE "C";
"""

NAME_ORDER_BEFORE = r"""
CREATE OR REPLACE FUNCTION name_order(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize($1, NFD), '[\u0300-\u036F]', '', 'g')) COLLATE "C";
"""

FUNCTIONS = r"""
CREATE FUNCTION in_one_text(text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN array_to_string($1, ' ');
-- No word that is asked for has white space in it. What is split less than it could be is found too.
-- A longer text would not fit; the space says that it is to be read.
CREATE FUNCTION word_ends(text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5000
RETURN CASE WHEN octet_length($1) > 20000 THEN array_to_tsvector(ARRAY[' ']) ELSE (
    SELECT array_to_tsvector(array_agg(substr(word, start, 8)))
    FROM string_to_table(translate(name_order($1), E'\t\n\r', '   '), ' ') AS word,
        generate_series(1, length(word)) AS start
) END;
-- Whatever begins with a word, or with the first letters of a longer one; and what is to be read.
CREATE FUNCTION word_beginning(text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    '''' || replace(replace(left(name_order($1), 8), '\', '\\'), '''', '''''') || ''':* | '' '''
)::tsquery;
CREATE FUNCTION may_hold(tsvector, tsquery) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN $1 @@ $2;
CREATE FUNCTION index_tells_all(text, text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN length(name_order($2)) <= 8 AND octet_length($1) <= 20000;
"""

REVERSE = """
DROP FUNCTION index_tells_all(text, text);
DROP FUNCTION may_hold(tsvector, tsquery);
DROP FUNCTION word_beginning(text);
DROP FUNCTION word_ends(text);
DROP FUNCTION in_one_text(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0009_redirects_of_drafts")]
    operations = [
        migrations.RunSQL(NAME_ORDER, NAME_ORDER_BEFORE),
        migrations.RunSQL(FUNCTIONS, REVERSE),
        migrations.AddIndex(
            "citation",
            django.contrib.postgres.indexes.GinIndex(
                summitkb.records.words.WordEnds("record"),
                summitkb.records.words.WordEnds("excerpt"),
                summitkb.records.words.WordEnds("locator"),
                name="citation_words",
            ),
        ),
        migrations.AddIndex(
            "source",
            django.contrib.postgres.indexes.GinIndex(
                summitkb.records.words.WordEnds("title"),
                summitkb.records.words.WordEnds("publisher"),
                summitkb.records.words.WordEnds("carried_by"),
                summitkb.records.words.WordEnds("author"),
                summitkb.records.words.WordEnds("url"),
                name="source_words",
            ),
        ),
    ]
