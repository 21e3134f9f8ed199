"""Names that mean the same and share no word: whoever looks for one is given the others too.

Spellings of one name need no entry here, folding brings them together (`records/names.py`). An app adds
its names when its tables are declared:

    same_names([("Türkiye", "Turkey", "Турция")])
"""

from collections.abc import Iterable

_others: dict[tuple[str, ...], tuple[str, ...]] = {}


def same_names(groups: Iterable[tuple[str, ...]]) -> None:
    """Have the names of each group found as one. Raises ValueError where one is in two groups."""
    for group in groups:
        for name in group:
            if _words(name) in _others:
                raise ValueError(f"{name} stands in two groups, or twice in one")
            _others[_words(name)] = tuple(other for other in group if other != name)


def other_names(name: str) -> tuple[str, ...]:
    """The names that mean the same as this one, whatever its case."""
    return _others.get(_words(name), ())


def longest() -> int:
    """The number of words of the longest name."""
    return max(map(len, _others), default=0)


def _words(name):
    return tuple(name.casefold().split())
