"""Sources and citations: their filter forms, lists and pages. They belong to no app of the house."""

from collections import defaultdict

from summitkb.browse.excerpts import Excerpt
from summitkb.browse.facets import RecordFacet, TableFacet, TextFacet, VocabularyFacet
from summitkb.browse.filter_form import RecordFilter
from summitkb.browse.filters import (
    ReportedByFilter,
    SortFilter,
    WordsFilter,
    dated,
    newest,
    oldest,
    publisher_facet,
)
from summitkb.browse.views import RecordDetail, RecordList
from summitkb.exchange.record_tables import CITATIONS, SOURCES
from summitkb.exchange.tables import tables
from summitkb.records.languages import language_name
from summitkb.records.models import Source
from summitkb.records.names import NameOrder
from summitkb.records.vocabularies import SourceKind, Stance


class LanguageFacet(TextFacet):
    def __init__(self):
        super().__init__(
            "language",
            known=lambda code: Source.objects.published().filter(language=code).exists(),
            accepted="a language code such as en, in which there are sources",
            label="Language",
            phrase="in",
        )

    def labels(self, values):
        return {code: language_name(code) for code in values}


class SourceFilter(RecordFilter):
    source = source_kind = corroboration = None
    publisher = publisher_facet("publisher")
    reported_by = ReportedByFilter("published_on")
    kind = VocabularyFacet("kind", choices=SourceKind, label="Kind", phrase="of kind")
    language = LanguageFacet()
    locals().update(dated("published_on"))
    q = WordsFilter("title", "publisher", "carried_by", "author", "url")
    sort = SortFilter(
        cited=False,
        publisher=(NameOrder("publisher"), "title"),
        newest=newest("published_on"),
        oldest=oldest("published_on"),
        title=(NameOrder("title"),),
    )
    shown_facets = ("kind", "language", "publisher", "date")
    evidence_facets = ()


class CitationFilter(RecordFilter):
    source = RecordFacet("source", model=Source, label="Source", phrase="from the source")
    source_kind = corroboration = None
    publisher = publisher_facet("source__publisher")
    reported_by = ReportedByFilter("source__published_on")
    table = TableFacet(
        [table for table in tables() if table is not CITATIONS], label="For", phrase="for"
    )
    kind = VocabularyFacet(
        "source__kind", choices=SourceKind, label="Source kind", phrase="from sources of kind"
    )
    status = VocabularyFacet("stance", choices=Stance, label="Stance", phrase="with stance")
    locals().update(dated("source__published_on"))
    q = WordsFilter("excerpt", "locator", "record")
    sort = SortFilter(
        cited=False,
        record=(CITATIONS.column("table").sort(), "record", "-stance"),
        publisher=(NameOrder("source__publisher"), "record"),
        newest=newest("source__published_on"),
        oldest=oldest("source__published_on"),
    )
    shown_facets = ("table", "status", "kind", "publisher")
    evidence_facets = ()


class SourceList(RecordList):
    table = SOURCES
    filterset_class = SourceFilter
    rows_template = "records/source_rows.html"
    cited = False


class SourceDetail(RecordDetail):
    table = SOURCES
    template_name = "records/source.html"
    excerpts = (Excerpt("citations", "What rests on it", source="pk", limit=100),)


class CitationList(RecordList):
    table = CITATIONS
    filterset_class = CitationFilter
    rows_template = "records/citation_rows.html"
    cited = False

    @classmethod
    def prepared(cls, rows):
        """Each with the record that it is `cited_for`, one query for each table that is named."""
        keys = defaultdict(set)
        for citation in rows:
            keys[citation.table].add(citation.record)
        found = {}
        for table in tables():
            if table.name in keys:
                wanted = {f"{table.key_field}__in": keys[table.name]}
                for record in table.published().for_list().filter(**wanted):
                    found[table.name, record.record_key] = record
        for citation in rows:
            citation.cited_for = found.get((citation.table, citation.record))
        # One that was taken back after the citations were read is not shown.
        return [citation for citation in rows if citation.cited_for]
