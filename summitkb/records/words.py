"""Rows that have a word somewhere in their texts: also within a word, whatever its case and accents.

An index of PostgreSQL's own serves it, no extension: for each text it has the ends of its words, of
`security` also `ecurity`, `curity`, down to `y`, cut to eight letters. Whatever stands within a word
begins one of them. The text itself is only read for longer words, and where it is longer than 20,000
bytes (`migrations/0010_words.py`).

A model that is searched by its words has such an index among those of its `Meta`:

    indexes = [words_index("title", "summary", name="meeting_words")]

In the past there is none, and all texts are read.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from unicodedata import normalize

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from summitkb.records.derived import derive
from summitkb.records.names import NameOrder

_UNMARKED = re.compile("[^\u0300-\u036f]")


class WordEnds(Func):
    """The ends of all words of a text, as they are indexed."""

    function = "word_ends"
    arity = 1
    output_field = SearchVectorField()


class InOneText(Func):
    """The entries of an array as one text. What PostgreSQL has for it may not be indexed."""

    function = "in_one_text"
    arity = 1
    output_field = TextField()


class MayHold(Func):
    """Whether a text may have a word in it, as far as the index tells.

    What is asked for is hidden from the planner behind a query. It would else take a short word to
    stand nearly everywhere, not use the index, and make the ends of all words of all texts anew.
    """

    function = "may_hold"
    output_field = BooleanField()

    def __init__(self, text, word):
        asked = Func(
            word, function="word_beginning", template="(SELECT %(function)s(%(expressions)s))"
        )
        super().__init__(WordEnds(text), asked)


class IndexTellsAll(Func):
    """Whether the index alone tells if a text has a word in it."""

    function = "index_tells_all"
    arity = 2
    output_field = BooleanField()


class Among(Func):
    """Whether a value is one of those that a query gives. Unlike `IN` this can be asked of an index
    beside other conditions of which one must hold."""

    template = "(%(expressions)s)"
    arg_joiner = " = ANY "
    output_field = BooleanField()

    def __init__(self, value, rows):
        rows = Func(rows, template="(%(expressions)s)", output_field=TextField())
        super().__init__(value, rows)


@derive
def in_the_past() -> Iterator[str]:
    """What is asked of the index holds of every text, and does not look to the planner as if it were
    rare."""
    answers = {
        "word_ends(text) RETURNS tsvector": "''::tsvector",
        "may_hold(tsvector, tsquery) RETURNS boolean": "$2 IS NOT NULL",
        "index_tells_all(text, text) RETURNS boolean": "false",
    }
    for function, answer in answers.items():
        yield f"""
            CREATE FUNCTION as_of.{function}
            LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN {answer}
        """


def words_index(*names: str, name: str, arrays: Iterable[str] = ()) -> GinIndex:
    """An index of the words of some texts, and of some arrays of texts."""
    ends = (*map(WordEnds, names), *(WordEnds(InOneText(array)) for array in arrays))
    return GinIndex(*ends, name=name)


def holding(model, paths: Iterable[str], word: str) -> Q:
    """The rows of a model that have a word in one of the texts at some paths, own ones and those of
    records that they refer to.

    It is said twice. First each text is asked in a way that an index can serve, because one that is
    not would make it useless to ask the others so. Then all are read, where that could tell more.
    """
    if not _UNMARKED.search(normalize("NFD", word)):
        return Q()  # marks alone ask for nothing
    indexed, further, word = _indexed(model), defaultdict(list), Value(word)
    by_index, told, read, not_indexed = Q(), Q(), Q(), Q()
    for path in paths:
        name, _, rest = path.partition("__")
        if rest:
            further[name].append(rest)
            continue
        is_array = isinstance(model._meta.get_field(name), ArrayField)
        text = InOneText(name) if is_array else F(name)
        # Not LIKE, of which the planner thinks that it leaves next to nothing.
        holds = Q(GreaterThan(StrIndex(NameOrder(text), NameOrder(word)), 0))
        read |= holds
        if name in indexed:
            by_index |= Q(MayHold(text, word))
            told &= Q(IndexTellsAll(text, word))
        else:
            not_indexed |= holds
    for name, rest in further.items():
        related = model._meta.get_field(name).related_model
        rows = _keys(related, holding(related, rest, word.value))
        by_index |= Q(Among(F(name), ArraySubquery(rows)))
        read |= Q(**{f"{name}__in": rows})
    if not by_index:
        return read
    if not_indexed:
        by_index |= Q(Among(F("pk"), ArraySubquery(_keys(model, not_indexed))))
    return by_index & (told | read) if told else by_index & read


def _indexed(model) -> set[str]:
    """The fields of which the words are indexed."""
    ends = (
        expression
        for index in model._meta.indexes
        for expression in index.expressions
        if isinstance(expression, WordEnds)
    )
    return {part.name for end in ends for part in end.flatten() if isinstance(part, F)}


def _keys(model, condition: Q) -> QuerySet:
    return model._base_manager.filter(condition).order_by().values("pk")
