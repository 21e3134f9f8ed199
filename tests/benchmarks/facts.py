"""What is asked of a knowledge base depends on what is in it: its largest event, its rarest word."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SHORTEST_WORD = 6
"""Letters of a word that is searched for: shorter ones are mostly such as no search looks for."""
RARE = 5
"""A rare word stands in so many statements, or in as few as there are."""


@dataclass(frozen=True)
class Facts:
    """Keys and words of one knowledge base, and how many rows each of its tables has."""

    rows: dict[str, int]
    event: str
    country: str
    rare_country: str
    bloc: str
    kind: str
    topic: str
    person: str
    statement: str
    paraphrase: str
    edited: str
    deep_statement: str
    deep_page: int
    common_word: str
    rare_word: str

    def asked(self, file: Path) -> dict[str, int]:
        """In how many statements each of the words stands."""
        sql = "SELECT count(*) FROM statements_fts WHERE statements_fts MATCH ?"
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as base:
            words = (self.common_word, self.rare_word)
            return {word: base.execute(sql, (word,)).fetchone()[0] for word in words}


def facts_of(file: Path, page_size: int = 50) -> Facts:
    """Look them up in the SQLite copy. Pages of a list have `page_size` rows."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as base:

        def one(sql, *values):
            found = base.execute(sql, values).fetchone()
            return found and found[0]

        names = [
            name
            for (name,) in base.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND name NOT LIKE '%\\_fts%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' ORDER BY name"
            )
        ]
        rows = {name: one(f'SELECT count(*) FROM "{name}"') for name in names}
        deep_page = max(1, int(rows["statements"] / page_size * 0.9))
        spoke = (
            "SELECT country FROM statements WHERE country IS NOT NULL GROUP BY country ORDER BY "
        )
        return Facts(
            rows,
            event=_most(base, "event"),
            country=one(
                "SELECT code FROM (SELECT target AS code FROM statements_about UNION ALL "
                "SELECT country FROM statements) WHERE code IN (SELECT code FROM countries) "
                "GROUP BY code ORDER BY count(*) DESC, code"
            ),
            rare_country=one(f"{spoke} count(*), country"),
            bloc=one("SELECT bloc FROM memberships GROUP BY bloc ORDER BY count(*) DESC, bloc"),
            kind=_most(base, "kind"),
            topic=one(
                "SELECT target FROM statements_topics GROUP BY target ORDER BY count(*) DESC, target"
            ),
            person=_most(base, "speaker"),
            statement=one("SELECT min(id) FROM statements WHERE speaker IS NOT NULL"),
            paraphrase=one("SELECT min(id) FROM statements WHERE kind = 'paraphrase'"),
            edited=one("SELECT max(id) FROM statements WHERE kind = 'paraphrase'"),
            deep_statement=one(
                "SELECT id FROM statements ORDER BY id LIMIT 1 OFFSET ?",
                (deep_page - 1) * page_size,
            ),
            deep_page=deep_page,
            common_word=_word(base, "doc DESC, term"),
            rare_word=_word(base, f"doc > {RARE}, abs(doc - {RARE}), term"),
        )


def _most(base: sqlite3.Connection, column: str) -> str:
    sql = (
        f"SELECT {column} FROM statements WHERE {column} IS NOT NULL "
        f"GROUP BY {column} ORDER BY count(*) DESC, {column}"
    )
    return base.execute(sql).fetchone()[0]


def _word(base: sqlite3.Connection, order: str) -> str:
    """The first of the words of statements, in small letters of ASCII, in some order."""
    base.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words "
        "USING fts5vocab('main', 'statements_fts', 'row')"
    )
    sql = (
        f"SELECT term FROM temp.words WHERE length(term) >= {SHORTEST_WORD} "
        f"AND term NOT GLOB '*[^a-z]*' ORDER BY {order}"
    )
    return base.execute(sql).fetchone()[0]
