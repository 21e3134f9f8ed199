"""How a record is cited: in plain words, as BibTeX and as CSL-JSON, and for reference managers.

A record is cited in the version that is shown, by the day of its last change here. A source is cited as
itself: what is wanted of it is the text that it is, not our note of it.
"""

import re
from dataclasses import dataclass

from summitkb.records.models import Source
from summitkb.records.partial_dates import PartialDate
from summitkb.records.vocabularies import SourceKind

NAME = "SummitKB"
IN_THE_NEWS = (SourceKind.AGENCY, SourceKind.PRESS)
_LATEX = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}


@dataclass(frozen=True)
class Reference:
    """What is said of a work where it is cited; `address` is absolute."""

    key: str
    title: str
    container: str
    address: str
    issued: PartialDate | None
    accessed: PartialDate | None = None
    kind: str = "webpage"
    """Of the vocabulary of CSL."""
    genre: str = ""
    author: str = ""
    language: str = ""

    @property
    def plain(self) -> str:
        parts = [
            f"{self.author}." if self.author else "",
            f"“{self.title}”.",
            f"{self.genre}." if self.genre else "",
            f"{self.container}{f', {self.issued.words}' if self.issued else ''}.",
            f"{self.address}" if self.address else "",
        ]
        return " ".join(part for part in parts if part)

    @property
    def bibtex(self) -> str:
        fields = {
            "author": f"{{{_latex(self.author)}}}" if self.author else "",
            "title": f"{{{_latex(self.title)}}}",
            "howpublished": _latex(self.container),
            "type": _latex(self.genre),
            "year": self.issued and f"{self.issued.year:04}",
            "month": self.issued and self.issued.month and f"{self.issued.month:02}",
            "day": self.issued and self.issued.day and f"{self.issued.day:02}",
            "url": self.address,
            "urldate": self.accessed and str(self.accessed),
            "langid": self.language,
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.key},", *lines, "}", ""])

    @property
    def csl(self) -> dict:
        item = {
            "id": self.key,
            "type": self.kind,
            "title": self.title,
            "container-title": self.container,
            "genre": self.genre,
            "author": [{"literal": self.author}] if self.author else None,
            "issued": _date_parts(self.issued),
            "accessed": _date_parts(self.accessed),
            "URL": self.address,
            "language": self.language,
        }
        return {name: value for name, value in item.items() if value}

    @property
    def meta(self) -> list[tuple[str, str]]:
        """Name and content of the `<meta>` elements that reference managers read."""
        found = [
            ("citation_title", self.title),
            ("citation_journal_title", self.container),
            ("citation_author", self.author),
            ("citation_publication_date", str(self.issued or "").replace("-", "/")),
            ("citation_public_url", self.address),
            ("citation_language", self.language),
        ]
        return [(name, content) for name, content in found if content]


def reference_to(record, absolute) -> Reference:
    """How a record that was read with `changed_at` is cited; `absolute` completes an address."""
    changed_on = record.changed_at.date()
    key = re.sub(r"[^a-z0-9-]+", "-", f"{record._meta.db_table}-{record.record_key}".lower())
    if isinstance(record, Source):
        return Reference(
            key,
            record.title.strip("[]"),
            record.publisher,
            record.url,
            record.published_on,
            accessed=record.accessed_on,
            kind="article-newspaper" if record.kind in IN_THE_NEWS else "webpage",
            author=record.author,
            language=record.language,
        )
    return Reference(
        key,
        str(record),
        NAME,
        absolute(record.get_absolute_url()),
        PartialDate(changed_on.year, changed_on.month, changed_on.day),
        genre=str(record._meta.verbose_name).capitalize(),
        author=NAME,
    )


def _date_parts(date: PartialDate | None) -> dict | None:
    parts = [part for part in (date.year, date.month, date.day) if part] if date else None
    return parts and {"date-parts": [parts]}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)
