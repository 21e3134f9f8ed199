"""Which characters a text may hold: those that mean something, and that a feed can carry too."""

import re

# Tab and line feed may stand in a text. XML, and so a feed, takes U+FFFE and U+FFFF no more than NUL,
# and nothing takes half of a surrogate pair.
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

REFUSED = "holds a control character; accepted is text without"


def is_printed(text: str) -> bool:
    """Whether none of its characters are such as no reader sees and no feed can carry."""
    return not _UNPRINTED.search(text)


def printed(text: str) -> str:
    """A text without them."""
    return _UNPRINTED.sub("", text)
