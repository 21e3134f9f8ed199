"""'Did you mean': near misses among the names of records, where a search has found nothing."""

import re

from django.db import connection
from rapidfuzz import fuzz, process, utils

from summitkb.browse.search.query import WORD, Query
from summitkb.exchange.tables import tables

ALIKE = 75
"""How alike two words must be, of 100."""
OF_NAMES = 3
"""Tables whose hits weigh so much are those of names: people, countries, blocs, events, topics."""


def suggestion(typed: str, query: Query) -> str:
    """What was typed, with the nearest name in place of each word that is found nowhere.

    Empty where no word is unknown, or none is near a name. One query, and one for each table of
    names.
    """
    unknown = _unknown([word for term in query.wanted for word in term.words])
    names = _names() if unknown else []
    corrected = typed
    for word in unknown:
        options = {"scorer": fuzz.ratio, "processor": utils.default_process, "score_cutoff": ALIKE}
        nearest = process.extractOne(word, names, **options)
        if nearest:
            corrected = re.sub(rf"\b{re.escape(word)}\b", nearest[0], corrected)
    return corrected if corrected != typed else ""


def _unknown(words: list[str]) -> list[str]:
    """Those of some words that no entry has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT word FROM unnest(%s::text[]) AS word WHERE NOT EXISTS ("
            "SELECT FROM search_entries WHERE vector @@ derived.search_term(word))",
            [words],
        )
        return [word for (word,) in cursor.fetchall()]


def _names() -> list[str]:
    """The words of all published names, in every spelling on record, without codes of countries."""
    words = {}
    for table in tables():
        if table.searched.weight >= OF_NAMES:
            paths = [path for path in table.searched.titles if isinstance(path, str)]
            for names in table.published().order_by(table.key_field).values_list(*paths):
                for name in names:
                    text = " ".join(name) if isinstance(name, list) else name
                    words |= dict.fromkeys(WORD.findall(text))
    return [word for word in words if len(word) > 3 or (len(word) == 3 and not word.isupper())]
