"""Letters that look Latin and are not, which no eye finds in an id."""

import unicodedata

ALPHABETS = ("Cyrillic", "Greek")
MOST_SHOWN = 3


def foreign_letters(cell: str) -> str:
    """` (“о” is a Cyrillic letter)`, to stand behind a key that was not understood; else nothing."""
    found = {}
    for letter in dict.fromkeys(cell) if not cell.isascii() else ():
        name = unicodedata.name(letter, "")
        alphabet = next((a for a in ALPHABETS if name.startswith(a.upper())), None)
        if alphabet and "LETTER" in name:
            found.setdefault(alphabet, []).append(f"“{letter}”")
    told = [_told(alphabet, letters) for alphabet, letters in found.items()]
    return f" ({', '.join(told)})" if told else ""


def _told(alphabet, letters):
    if len(letters) == 1:
        return f"{letters[0]} is a {alphabet} letter"
    return f"{', '.join(letters[:MOST_SHOWN])} are {alphabet} letters"
