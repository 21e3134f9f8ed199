"""Names: in which order they stand, and which spellings are of one name.

Both are functions of the database, so that a page, its CSV and the index of the search agree, and
whoever asks is treated as what is stored.

*Folding* makes the spellings of a name alike: Шойгу, Shoigu, Shoygu, Choïgou, Schoigu, Šojgu and Szojgu
are all `soigu`. It drops marks, writes Cyrillic in Latin letters, and puts one letter for what several
languages write differently. It is no transliteration and says nothing of pronunciation: it only has to
bring variants together, and may bring together a few names that are not one. Arabic script is evened
out (Persian and Arabic letters, vowel signs); other scripts stay, without marks.
"""

from collections.abc import Iterator
from string import ascii_lowercase

from django.db.models import Func, TextField

from summitkb.records.derived import derive


class NameOrder(Func):
    """A name as it is sorted: without regard to case or to the marks above its letters."""

    function = "name_order"
    arity = 1
    output_field = TextField(db_collation="C")


# Letters of which a mark is not all that sets them apart, and those whose mark changes the sound. They
# are replaced before marks are dropped.
_LATIN = {
    "s": "çčćĉ", "d": "đð", "l": "ł", "o": "ø", "i": "ı", "a": "ə", "t": "þ", "h": "ħ",
    "ss": "ß", "e": "æœ",
}  # fmt: skip

# Of Russian, Ukrainian, Belarusian, Serbian, Macedonian, Bulgarian, Kazakh, Kyrgyz, Uzbek and Tajik,
# once their marks are dropped (ё is е then, й is и).
_CYRILLIC = {
    "a": "аә", "b": "б", "v": "в", "g": "гґғӷ", "d": "дђџ", "e": "еэє", "z": "жзѕҗ", "i": "иіыј",
    "k": "кқҝ", "l": "лљ", "m": "м", "n": "нңњҥ", "o": "оө", "p": "п", "r": "р", "s": "сцчшщћҷ",
    "t": "т", "u": "уүұ", "f": "ф", "h": "хһҳ", "iu": "ю", "ia": "я", "": "ъь",
}  # fmt: skip

_ARABIC = {"ا": "أإآٱ", "ي": "ىیئ", "ك": "ک", "و": "ؤ", "ه": "ةۀ", "": "ءـ"}

# In this order; the first column is a regular expression of PostgreSQL (\M: the end of a word).
_SOUNDS = [
    ("shch|szcz|tsch|sch|tch|sh|ch|sz|cz|sj", "s"),  # Shoigu, Choïgou, Schoigu, Szojgu, Sjojgoe
    ("dzh|dz|dj|gj", "d"),  # Djukanovic, Đukanović, Джуканович
    ("zh", "z"),
    ("kh", "h"),  # Akhmadian, Ahmadian
    ("ph", "f"),
    ("ck|qu|q", "k"),  # Qasim, Kasim
    ("g(h|u(?=[ei]))", "g"),  # Serguei, Sergei; Ghazi, Gazi
    ("([bdrt])h", r"\1"),
    ("x", "ks"),  # Alexei, Aleksei
    ("w", "v"),  # Wladimir, Vladimir
    ("y", "i"),  # Sergey, Sergej, Sergei
    ("j", "i"),
    ("ou|oo|oe", "u"),  # Choïgou, Mahmood, Poetin
    (r"ts|tz|c(?=[ei]|\M)", "s"),  # Vucic, Vučić
    ("c", "k"),
    ("i+", "i"),  # Dmitriyev, Dmitriev
    ("ie", "e"),  # Yevgeny, Evgeny; Yermekbayev, Ермекбаев
    (r"([oe])f+\M", r"\1v"),  # Lavroff, Lavrov
    (r"([a-z]{3})e\M", r"\1"),  # Poutine, Putin
]

# Hammouchi, Hamouchi: of a letter that is doubled, one is left. Letter by letter, as many at once as
# PostgreSQL has names for what was found, because a regular expression that refers back to that takes
# minutes for a word of some thousand letters.
_ALPHABET = [ascii_lowercase[start : start + 9] for start in range(0, 26, 9)]

# All that is no letter or digit. Written out, because what counts as a letter depends on the server.
_BETWEEN_WORDS = (
    r"[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u02B0-\u02FF"
    r"\u060C\u061B\u061F\u066A-\u066D\u06D4\u0964\u0965\u1680\u2000-\u206F\u2190-\u2BFF\u3000-\u3004"
    r"\u3007-\u3030\u30FB\uFE30-\uFE4F\uFF00-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]+"
)
_WITHIN_WORDS = r"[''\u2019]s\M|[''`\u2018\u2019\u02B9-\u02BC\u02BE\u02BF]"  # Iran’s, Sa’id
_MARKS = r"[\u0300-\u036F\u064B-\u065F\u0670]"


@derive
def functions() -> Iterator[str]:
    """`derived.words`: a text with one space for all that is no letter or digit. `derived.folded`."""
    yield rf"""
        CREATE FUNCTION derived.words(text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN trim(regexp_replace($1, '{_BETWEEN_WORDS}', ' ', 'g'));
    """
    yield rf"""
        CREATE FUNCTION derived.folded(text) RETURNS text
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $function$
        DECLARE
            -- Whatever the collation of the column, all letters are made small.
            plain text COLLATE "default" :=
                regexp_replace(lower($1 COLLATE "default"), '{_WITHIN_WORDS}', '', 'g');
        BEGIN
            IF octet_length(plain) <> length(plain) THEN
                plain := normalize(plain, NFC);
                {_letters(_LATIN)}
                plain := regexp_replace(normalize(plain, NFKD), '{_MARKS}', '', 'g');
                plain := normalize(plain, NFC);
                {_letters(_CYRILLIC)}
                {_letters(_ARABIC)}
            END IF;
            IF plain ~ '[a-z]' THEN
                {"".join(_sound(*pair) for pair in _SOUNDS)}
                {"".join(map(_once, _ALPHABET))}
            END IF;
            RETURN derived.words(plain) COLLATE "C";
        END
        $function$
    """


def _sound(pattern: str, letters: str) -> str:
    function = "replace" if pattern.isalpha() else "regexp_replace"
    flags = "" if pattern.isalpha() else ", 'g'"
    return f"plain := {function}(plain, '{pattern}', '{letters}'{flags});"


def _once(letters: str) -> str:
    doubled = "|".join(f"({letter}){letter}+" for letter in letters)
    found = "".join(rf"\{n}" for n in range(1, len(letters) + 1))
    return f"plain := regexp_replace(plain, '{doubled}', '{found}', 'g');"


def _letters(replaced: dict[str, str]) -> str:
    """The SQL that writes each letter of the values as its key, where there are any of them."""
    expression = "plain"
    single = [(old, new) for new, letters in replaced.items() for old in letters if len(new) < 2]
    # translate() drops the letters for which its second text has none left.
    single.sort(key=lambda pair: not pair[1])
    old, new = ("".join(side) for side in zip(*single, strict=True))
    expression = f"translate({expression}, '{old}', '{new}')"
    for text, letters in replaced.items():
        if len(text) > 1:
            for letter in letters:
                expression = f"replace({expression}, '{letter}', '{text}')"
    return f"IF plain ~ '[{''.join(replaced.values())}]' THEN plain := {expression}; END IF;"
