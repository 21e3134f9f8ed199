"""The bounds of a partial date are worked out within a query, where before each row called a function.

PostgreSQL puts the body of a function in the place of its call only if that cannot change what is made
of NULL, and of these bodies it cannot tell by itself. NULL they give all the same.
"""

from django.db import migrations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION partial_date_earliest(text) RETURNS date
LANGUAGE sql IMMUTABLE {strict} PARALLEL SAFE
RETURN make_date(
    left($1, 4)::int,
    coalesce(nullif(substr($1, 6, 2), '')::int, 1),
    coalesce(nullif(substr($1, 9, 2), '')::int, 1)
);
CREATE OR REPLACE FUNCTION partial_date_latest(text) RETURNS date
LANGUAGE sql IMMUTABLE {strict} PARALLEL SAFE
RETURN CASE length($1)
    WHEN 4 THEN make_date(left($1, 4)::int, 12, 31)
    WHEN 7 THEN (
        make_date(left($1, 4)::int, substr($1, 6, 2)::int, 1) + interval '1 month - 1 day'
    )::date
    ELSE make_date(left($1, 4)::int, substr($1, 6, 2)::int, substr($1, 9, 2)::int)
END;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0011_states_of_the_past")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS.format(strict="CALLED ON NULL INPUT"), FUNCTIONS.format(strict="STRICT")
        )
    ]
