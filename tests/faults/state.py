"""All that a database holds, as one digest for each table, so that before and after can be compared."""

from psycopg import sql

PASSING = {"django_session"}
"""What a login leaves, and anybody may lose."""
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    ORDER BY relname
"""
DIGEST = """
    SELECT count(*), coalesce(md5(string_agg(one, '' ORDER BY one)), '')
    FROM (SELECT md5(t::text) AS one FROM {} t) rows
"""


def state_of(session) -> dict[str, tuple[int, str]]:
    """By table how many rows there are, and a digest of them in any order."""
    names = [name for (name,) in session.execute(TABLES) if name not in PASSING]
    return {
        name: session.execute(sql.SQL(DIGEST).format(sql.Identifier(name))).fetchone()
        for name in names
    }


def changed(before: dict, after: dict) -> set[str]:
    """The tables that are no longer the same."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
