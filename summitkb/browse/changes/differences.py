"""Two texts beside each other, with what was taken away and what was added marked, word by word."""

import re
from difflib import SequenceMatcher
from itertools import groupby

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_WORDS = re.compile(r"\s+|[^\s]+")


def differences(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both texts as HTML, the first with `<del>` and the second with `<ins>`."""
    a, b = _WORDS.findall(before), _WORDS.findall(after)
    gone, come = [], []
    for operation, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        same = operation == "equal"
        gone.append(("" if same else "del", "".join(a[a1:a2])))
        come.append(("" if same else "ins", "".join(b[b1:b2])))
    return _marked(gone), _marked(come)


def _marked(parts) -> SafeString:
    html = []
    for tag, group in groupby(parts, key=lambda part: part[0]):
        text = "".join(text for _, text in group)
        if text:
            html.append(format_html("<{0}>{1}</{0}>", tag, text) if tag else escape(text))
    return mark_safe("".join(html))
