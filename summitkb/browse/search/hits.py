"""What the search has found, as it is shown: each record with the passage that was hit."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from summitkb.browse.search.query import WORD, Query
from summitkb.browse.templatetags.kb import dashes
from summitkb.exchange.tables import Table, get_table
from summitkb.records.languages import OURS
from summitkb.records.models import SearchEntry

AROUND = 160
"""How many characters of a passage are shown before its first hit, and twice as many after."""
VERBATIM = ("sources", "citations")
"""Whose titles are as printed."""
LONGEST = 5000
"""How much of a text is looked at for hits."""


@dataclass
class Hit:
    """One record that was found: what it is called, and the passage in which most is marked."""

    table: Table
    record: object
    language: str
    title: SafeString
    passage: SafeString

    @property
    def kind(self) -> str:
        return self.table.singular.capitalize()

    @property
    def facts(self) -> str:
        """Its day, or that of what it belongs to, and what it is not simply."""
        status = getattr(self.record, "get_status_display", None)
        date = getattr(self.record, "date", None) or getattr(self.record, "published_on", None)
        facts = [date.words if date else "", status().lower() if status else ""]
        return ", ".join(fact for fact in facts if fact)

    @property
    def title_language(self) -> str:
        return self.language if self.table.searched.titles else OURS


def hits_of(entries: Iterable[SearchEntry], query: Query) -> list[Hit]:
    """The records of entries, in their order, with what a query hits in them marked.

    One query, and what a list asks for its rows, for each table that occurs; one for the marks.
    """
    records = records_of(entries)
    texts = {
        (name, key): [text[:LONGEST] for text in get_table(name).texts_of(record)]
        for (name, key), record in records.items()
    }
    marker = Marker(query, [text for of_record in texts.values() for text in of_record])
    hits = []
    for key in ((entry.table, entry.record) for entry in entries):
        if key in records:  # and was not withdrawn since the entries were read
            record, (title, *rest) = records[key], texts[key]
            language = record.language_of_hit
            table = get_table(key[0])
            title = marker.marked(dashes(title) if key[0] not in VERBATIM else title)
            hits.append(Hit(table, record, language, title, marker.passage(rest)))
    return hits


def records_of(entries: Iterable[SearchEntry], **annotations) -> dict[tuple[str, str], object]:
    """The records of entries, by table and key, each with its `language_of_hit`.

    `annotations` are functions that give an expression for a model.
    """
    keys = defaultdict(list)
    for entry in entries:
        keys[entry.table].append(entry.record)
    found = {}
    for table in (get_table(name) for name in keys):
        added = {name: of(table.model) for name, of in annotations.items()}
        rows = (
            table.published().for_list().annotate(language_of_hit=table.searched.language, **added)
        )
        for record in rows.filter(**{f"{table.key_field}__in": keys[table.name]}):
            found[table.name, str(getattr(record, table.key_field))] = record
    return found


class Marker:
    """Marks in texts the words that a query asks for, in whatever form or spelling."""

    def __init__(self, query: Query, texts: Iterable[str]):
        self._hit = query.hit_among({word for text in texts for word in WORD.findall(text)})

    def marked(self, text: str) -> SafeString:
        parts, end = [], 0
        for start, stop in self._spans(text):
            parts += [escape(text[end:start]), f"<mark>{escape(text[start:stop])}</mark>"]
            end = stop
        return mark_safe("".join([*parts, escape(text[end:])]))

    def passage(self, texts: list[str]) -> SafeString:
        """The text with the most hits, cut to what stands around the first of them."""
        text = max(texts, key=lambda text: len(self._spans(text)), default="")
        spans = self._spans(text)
        first = spans[0][0] if spans else 0
        start, stop = max(first - AROUND, 0), min(first + 2 * AROUND, len(text))
        if start:
            start = text.find(" ", start, first) + 1 or start
        if stop < len(text):
            stop = text.rfind(" ", first, stop) if " " in text[first:stop] else stop
        before, after = ("… " if start else ""), (" …" if stop < len(text) else "")
        return mark_safe(before + self.marked(text[start:stop]) + after)

    def _spans(self, text):
        return [word.span() for word in WORD.finditer(text) if word[0] in self._hit]
