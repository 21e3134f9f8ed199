"""Whether words stand in a text as they are quoted: what typography changes is evened out, no more.

Alike are quotation marks and apostrophes of all kinds, dashes and hyphens of all kinds, ligatures and
full-width forms, all white space, and with or without what nobody sees (soft hyphens, zero-width
characters). A space counts for nothing beside a quotation mark or a dash, before a mark such as `:` or
`%`, and beside a letter of a script that puts none between words. Letters, case and all other marks are
as in the text.

An omission is written `[…]`, `(…)`, `<…>` or `…`, with that character or with three full stops. The
pieces between are looked for in this order, at the bounds of words. At the ends of a piece full stops,
commas, colons, semicolons and quotation marks count for nothing, because whoever quotes sets their own.
Any other words of an editor, such as `[Shoigu]` put in for a pronoun, are not in the text: not found.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from summitkb.records.vocabularies import Verdict


@dataclass(frozen=True)
class Finding:
    """What the check of one quote found.

    `omitted` has, for each omission between two pieces, the words of the text that stand there: empty
    where the text has none, as when it has the ellipsis itself.
    """

    verdict: Verdict
    omitted: tuple[str, ...] = ()


def check_quote(quote: str, text: str) -> Finding:
    """Look for a quote in a text. A quote without a word is not found."""
    return HeldWords(text).check(quote)


class HeldWords:
    """A text in which many quotes are looked for."""

    def __init__(self, text: str):
        self._shown = _cleaned(text)

    @cached_property
    def _words(self) -> str:
        return _LOOSE.sub("", self._shown.translate(_ALIKE))

    @cached_property
    def _dropped(self) -> list[int]:
        """For each character that was dropped, the place in `_words` where it would stand."""
        dropped = _LOOSE.finditer(self._shown.translate(_ALIKE))
        return [match.start() - before for before, match in enumerate(dropped)]

    def check(self, quote: str) -> Finding:
        """See `check_quote`."""
        whole = _evened(quote)
        pieces = [piece.strip(_AT_ENDS) for piece in _OMISSION.split(whole)]
        pieces = [piece for piece in pieces if _has_words(piece)]
        spans = pieces and self._tightest(pieces)
        if not spans:
            return Finding(Verdict.NOT_FOUND)
        if not _OMISSION.search(whole):
            return Finding(Verdict.VERBATIM)
        between = zip(spans, spans[1:], strict=False)
        return Finding(
            Verdict.OMISSION, tuple(self._omitted(end, start) for (_, end), (start, _) in between)
        )

    def _tightest(self, pieces: list[str]) -> list[tuple[int, int]]:
        """Where the pieces stand so that the least lies between them; empty where they do not.

        In one pass over the places of each piece. A chain is a run of the pieces so far, as the
        places where it starts and ends; of those with one start only the shortest is kept.
        """
        places = {piece: list(self._places(piece)) for piece in dict.fromkeys(pieces)}
        first, *others = pieces
        chains = [(place, place + len(first)) for place in places[first]]
        for piece in others:
            longer, before = [], -1
            for place in places[piece]:
                while before + 1 < len(chains) and chains[before + 1][1] <= place:
                    before += 1
                if before >= 0 and (not longer or longer[-1][0] < chains[before][0]):
                    longer.append((chains[before][0], place + len(piece)))
            chains = longer
        if not chains:
            return []
        end, _ = min(chains, key=lambda chain: chain[1] - chain[0])
        spans = []
        for piece in pieces:
            start = places[piece][bisect_left(places[piece], end)]
            end = start + len(piece)
            spans.append((start, end))
        return spans

    def _places(self, piece: str) -> Iterator[int]:
        place = self._words.find(piece)
        while place >= 0:
            ends = place, place + len(piece)
            if not any(_WITHIN_A_WORD.match(self._words, end) for end in ends):
                yield place
            place = self._words.find(piece, place + 1)

    def _omitted(self, start: int, end: int) -> str:
        """The words between two places, as the text writes them."""
        first, last = (place + bisect_right(self._dropped, place) for place in (start, end))
        words = self._shown[first:last].split()
        worded = [place for place, word in enumerate(words) if _has_words(word)]
        return " ".join(words[worded[0] : worded[-1] + 1]).strip(_STOPS) if worded else ""


_QUOTATION_MARKS = "'\"`´‘’‚‛“”„‟‹›«»′″ʹʺʻʼʽˈ՚׳״〈〉《》「」『』〝〞〟＂＇｢｣"
_DASHES = "-‐‑‒–—―−⁃﹘﹣－"
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u0640\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_COMPOUND = re.compile("[\ufb00-\ufdff\ufe70-\ufefe]")  # ligatures, and Arabic letters as they join

# One character for one, so that a place in the evened text is one in the text as written.
_ALIKE = {code: chr(code - 0xFF01 + 0x21) for code in range(0xFF01, 0xFF5F)}
_ALIKE |= dict.fromkeys(map(ord, _QUOTATION_MARKS), "'") | dict.fromkeys(map(ord, _DASHES), "-")
_ALIKE[ord("⋯")] = "…"

# Thai, Lao, Tibetan, Burmese, Khmer, Japanese and Chinese.
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_LOOSE = re.compile(f" (?=['\\-;:!?%{_UNSPACED}、。])|(?<=['\\-{_UNSPACED}、。]) |(?<=-)-")

_ELLIPSIS = r"(?:…+|\.(?: ?\.){2,})"
_OMISSION = re.compile(rf"\[ ?{_ELLIPSIS} ?\]|\( ?{_ELLIPSIS} ?\)|< ?{_ELLIPSIS} ?>|{_ELLIPSIS}")
_STOPS = " .,:;、。，：；"
_AT_ENDS = f"{_STOPS}'"

# A place between two letters, or before or after the mark in 3.5.
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f"
_LETTER = rf"(?![{_UNSPACED}])[\w{_MARKS}]"
_WITHIN_A_WORD = re.compile(rf"(?<={_LETTER})(?={_LETTER})|(?<=\d)(?=[.,:]\d)|(?<=\d[.,:])(?=\d)")


def _cleaned(text: str) -> str:
    """As it is written, less what is not seen, with one space for all white space."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    text = _COMPOUND.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return " ".join(text.split())


def _evened(text: str) -> str:
    return _LOOSE.sub("", _cleaned(text).translate(_ALIKE))


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
