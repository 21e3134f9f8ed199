"""What is typed into the search, read as on the web: words, "a phrase", -without, this or that.

A name of several words that is known to mean the same as another (South Korea) is read as one term.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

from django.contrib.postgres.search import SearchQueryField
from django.db import connection
from django.db.models import Expression, Func, Value

from summitkb.browse.search.synonyms import longest, other_names

_ITEM = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
"""Letters with dots after them, such as U.S., which texts write without."""

WORD = re.compile(r"\w+(?:['’]\w+)*")
"""A word of a text; one with an apostrophe is one."""


@dataclass(frozen=True)
class Term:
    """One word or phrase, as it was typed, that is asked for or must not be there."""

    text: str
    without: bool = False
    quoted: bool = False

    @property
    def words(self) -> list[str]:
        return WORD.findall(self.text)

    @property
    def names(self) -> tuple[str, ...]:
        """What it asks for: the text, and unless that is quoted what means the same."""
        return (self.text,) if self.quoted else (self.text, *other_names(self.text))


@dataclass(frozen=True)
class Query:
    """Alternatives, of which one must hold; all terms of an alternative must."""

    alternatives: tuple[tuple[Term, ...], ...]

    @classmethod
    def parse(cls, typed: str) -> "Query":
        """Nothing that is typed is wrong. An alternative that only says what to leave out is left out,
        because all else is no answer to it."""
        alternatives: list[list[Term]] = [[]]
        typed = _DOTTED.sub(lambda match: match[0].replace(".", ""), typed.translate(_QUOTES))
        for item in _ITEM.finditer(typed):
            if item["word"] and item["word"].lower() == "or" and not item["without"]:
                alternatives.append([])
            else:
                text = item["phrase"] if item["phrase"] is not None else item["word"]
                term = Term(text.strip(), bool(item["without"]), item["phrase"] is not None)
                if term.words:
                    alternatives[-1].append(term)
        kept = (terms for terms in alternatives if any(not term.without for term in terms))
        return cls(tuple(tuple(_with_names(terms)) for terms in kept))

    def __bool__(self):
        return bool(self.alternatives)

    @property
    def wanted(self) -> list[Term]:
        """The terms that are asked for."""
        return [t for terms in self.alternatives for t in terms if not t.without]

    @property
    def sql(self) -> Expression:
        """A `tsquery` for the vectors of search entries."""
        every = (_joined(map(_term, terms), "&&") for terms in self.alternatives)
        return _joined(every, "||")

    def hit_among(self, words: Iterable[str]) -> set[str]:
        """Those of some words that answer a word which is asked for. One query."""
        asked = dict.fromkeys(
            word for term in self.wanted for name in term.names for word in WORD.findall(name)
        )
        if not asked or not words:
            return set()
        with connection.cursor() as cursor:
            cursor.execute(_HIT_AMONG, [list(words), list(asked)])
            return {word for (word,) in cursor.fetchall()}

    @property
    def asks_for_nothing(self) -> bool:
        """Whether its words are all too common to be looked for. One query."""
        with connection.cursor() as cursor:
            cursor.execute(_ASKS_FOR_NOTHING, [[term.text for term in self.wanted]])
            return cursor.fetchone()[0]


def _with_names(terms: list[Term]) -> Iterator[Term]:
    """The same, with the words of each name that is known to mean the same as another as one term."""
    at, most = 0, longest()
    while at < len(terms):
        for end in range(min(at + most, len(terms)), at + 1, -1):
            name = " ".join(term.text for term in terms[at:end])
            plain = not any(term.quoted or term.without for term in terms[at:end])
            if plain and other_names(name):
                yield Term(name)
                at = end
                break
        else:
            yield terms[at]
            at += 1


_ASKS_FOR_NOTHING = """
    SELECT bool_and(numnode(derived.search_term(asked)) = 0) FROM unnest(%s::text[]) AS asked
"""

# The configuration for Russian takes words in Latin letters as English.
_HIT_AMONG = """
    SELECT word FROM unnest(%s::text[]) AS word WHERE derived.search_vector('ru', word)
        @@ ANY (SELECT derived.search_term(asked) FROM unnest(%s::text[]) AS asked)
"""


class _TsQuery(Func):
    output_field = SearchQueryField()


def _term(term: Term) -> Expression:
    names = (_TsQuery(Value(name), function="derived.search_term") for name in term.names)
    asked = _joined(names, "||")
    return _TsQuery(asked, template="(!!(%(expressions)s))") if term.without else asked


def _joined(queries, operator) -> Expression:
    def join(a, b):
        return _TsQuery(a, b, template="(%(expressions)s)", arg_joiner=f" {operator} ")

    return reduce(join, queries)
