"""Letters that only look Latin are named; other text is left in peace."""

import pytest

from summitkb.exchange.alphabets import foreign_letters


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("", ""),
        ("moscow-2025", ""),
        ("café–2025", ""),
        ("moscоw-2025", " (“о” is a Cyrillic letter)"),
        ("mоscоw", " (“о” is a Cyrillic letter)"),
        ("Βer", " (“Β” is a Greek letter)"),
        ("αо", " (“α” is a Greek letter, “о” is a Cyrillic letter)"),
        ("Встреча", " (“В”, “с”, “т” are Cyrillic letters)"),
        ("\u0301x", ""),
    ],
)
def test_letters_of_other_alphabets_are_named(cell, told):

    assert foreign_letters(cell) == told
