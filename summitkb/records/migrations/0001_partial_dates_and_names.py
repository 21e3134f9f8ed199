"""The domain of partial dates, the span that one covers, and names in the order of a dictionary.

The functions are IMMUTABLE, so that constraints and indexes may rest on them. They name only what
is in `pg_catalog`, so that they mean the same under every `search_path`.
"""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION partial_date_earliest(text) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN make_date(
    left($1, 4)::int,
    coalesce(nullif(substr($1, 6, 2), '')::int, 1),
    coalesce(nullif(substr($1, 9, 2), '')::int, 1)
);
CREATE FUNCTION partial_date_latest(text) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE length($1)
    WHEN 4 THEN make_date(left($1, 4)::int, 12, 31)
    WHEN 7 THEN (
        make_date(left($1, 4)::int, substr($1, 6, 2)::int, 1) + interval '1 month - 1 day'
    )::date
    ELSE make_date(left($1, 4)::int, substr($1, 6, 2)::int, substr($1, 9, 2)::int)
END;
-- make_date raises on the thirtieth of February, which is what refuses it.
CREATE DOMAIN partial_date AS text COLLATE "C" CONSTRAINT partial_date_form CHECK (
    CASE WHEN VALUE ~ '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$'
    THEN partial_date_earliest(VALUE) IS NOT NULL ELSE VALUE IS NULL END
);
-- Marks above letters and case do not count: Álvarez stands before Amorim, and Çelik before Dodik.
CREATE FUNCTION name_order(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize($1, NFD), '[\u0300-\u036F]', '', 'g')) COLLATE "C";
"""

REVERSE = """
DROP FUNCTION name_order(text);
DROP DOMAIN partial_date;
DROP FUNCTION partial_date_latest(text);
DROP FUNCTION partial_date_earliest(text);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FUNCTIONS, REVERSE)]
