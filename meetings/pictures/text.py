"""How wide words are, estimated: a little more than any common sans needs, so that labels which do
not touch by this measure touch in no font."""

import unicodedata

NARROW, SLIM, WIDE = frozenset("iljI.,:;'’|!"), frozenset("frt()[]/ -"), frozenset("mwMW@%")
HEADING = 1.1
"""How much wider a heading is for being bold and spaced."""


def width(words: str, size: float) -> float:
    """The width of words set in a size, in the same unit."""
    return size * sum(map(_em, words))


def _em(character):
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "FW":
        return 1
    if character in NARROW:
        return 0.3
    if character in SLIM:
        return 0.38
    if character in WIDE:
        return 0.92
    return 0.68 if character.isupper() else 0.575
