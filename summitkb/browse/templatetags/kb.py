"""What templates need to say dates, names, languages and evidence in one way everywhere."""

import json
import re

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from summitkb.records import languages
from summitkb.records.evidence import passage
from summitkb.records.partial_dates import PartialDate

register = template.Library()
register.filter("language", languages.language_name)
register.filter("direction", languages.direction)
register.filter("passage", passage)


@register.filter
def day(date: PartialDate | None, unknown: str = "day not reported"):
    """A date as a `<time>`, or the words for an unknown one."""
    if not date:
        return format_html('<span class="day">{}</span>', unknown)
    return format_html('<time datetime="{}">{}</time>', date, date.words)


@register.filter
def first_reported(record):
    """By which day a record that has its evidence was first reported, as far as sources are dated."""
    source = record.evidence.first_report
    if source is None:
        return format_html('<span class="day">{}</span>', "not dated")
    date = source.published_on
    return format_html("{}{}", "" if date.day else "by the end of ", day(date))


@register.filter
def weekday(date: PartialDate) -> str:
    """Wednesday; nothing for a date of which the day is unknown."""
    return f"{date.earliest:%A}" if date.day else ""


@register.filter
def month(date: PartialDate) -> str:
    """May 2025."""
    return PartialDate(date.year, date.month).words


@register.filter
def dashes(text: str) -> str:
    """Hyphens between words as en dashes: for titles and for words of ours, never for verbatim ones."""
    return re.sub(r" - ", "\N{NO-BREAK SPACE}\N{EN DASH} ", str(text))


@register.filter
def verbose_name(model) -> str:
    """Meeting, for the model of meetings."""
    return str(model._meta.verbose_name).capitalize()


@register.filter
def lower_first(words: str) -> str:
    """In the middle of a sentence; proper names further on keep their capitals."""
    return words[:1].lower() + words[1:]


@register.filter
def supplied(title: str) -> bool:
    """Whether a title was supplied by the editor, which square brackets say."""
    return title.startswith("[") and title.endswith("]")


@register.filter
def unbracketed(title: str) -> str:
    return title[1:-1] if supplied(title) else title


@register.filter
def with_names(words: str):
    """Words in which the names of columns stand between backticks, as `<code>`."""
    return mark_safe(re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(words)))


@register.filter
def plural(count: int, words: str) -> str:
    """`3|plural:"meeting,meetings"` is `3 meetings`, with a thin space in large numbers."""
    one, many = words.split(",")
    return f"{grouped(count)} {one if count == 1 else many}"


@register.filter
def grouped(number: int) -> str:
    """A number with a thin space after each three digits."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


_IN_SCRIPT = {ord(c): f"\\u{ord(c):04X}" for c in "<>&\u2028\u2029"}


@register.simple_tag
def structured(data: dict):
    """Data as a block of JSON-LD, which no policy stops because nothing runs it."""
    text = json.dumps(data, ensure_ascii=False).translate(_IN_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


@register.simple_tag
def list_url(table: str, **parameters) -> str:
    """The address of a list under a filter: `{% list_url "meetings" country=country.code %}`."""
    return reverse(f"{table}-list", query={k.replace("_", "-"): v for k, v in parameters.items()})


@register.inclusion_tag("records/evidence.html")
def evidence(record, about: str = "", opened: bool = False) -> dict:
    """The marks of a record, which open to its sources; `about` says for whom, to those who hear."""
    return {"evidence": record.evidence, "about": about or str(record), "opened": opened}


@register.inclusion_tag("records/marks.html")
def marks(record) -> dict:
    """The marks alone."""
    return {"evidence": record.evidence}
