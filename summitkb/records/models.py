"""What every record shares, and the two tables that every record rests on: sources and citations."""

from django.apps import apps
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5, Cast, Coalesce, Collate
from django.urls import reverse

from summitkb.records import triggers
from summitkb.records.changes import Change  # noqa: F401 -- Django looks for models here
from summitkb.records.constraints import one_of
from summitkb.records.history import tracked
from summitkb.records.languages import LanguageField
from summitkb.records.names import NameOrder
from summitkb.records.partial_dates import PartialDateField
from summitkb.records.publication import Publication, RecordQuerySet
from summitkb.records.redirects import AddressFollows, MergedStaysMerged
from summitkb.records.search_entries import (  # noqa: F401 -- Django looks for models here
    SearchEntry,
    SearchStale,
    keep_search_entries,
)
from summitkb.records.source_texts import QuoteCheck, SourceText  # noqa: F401 -- likewise
from summitkb.records.structure import Verbatim, key_field, references
from summitkb.records.vocabularies import QuotedPart, SourceKind, Stance
from summitkb.records.words import words_index

slug = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
    "An id is made of a-z, 0-9 and single hyphens between them, for example moscow-2025.",
)


class Record(models.Model):
    """What every row of every table has: a key, a publication status, citations and history."""

    publication = models.CharField(
        max_length=9,
        choices=Publication,
        default=Publication.DRAFT,
        help_text="Only what is published is public.",
    )
    publication_note = models.CharField(
        "word of why",
        max_length=300,
        blank=True,
        help_text="Why the record was withdrawn; shown to whoever asks for it.",
    )

    objects = RecordQuerySet.as_manager()

    schema_type = "CreativeWork"
    """Of schema.org."""

    verbatim: Verbatim | None = None
    """Which of its words its sources are to hold as they stand here; None where all are our own."""

    # The fields whose first non-empty one is the record's name, in lists and in CSV labels.
    label_fields = ("name",)

    name_fields, other_names_field = (), ""
    """The fields that hold its names, and the list of its others: a merge loses none of them."""

    carries = ()
    """The relations whose records go with it on their way to the public, beside its parts."""

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish", "withdraw", "merge")
        triggers = [
            triggers.CitationsFollow(),
            triggers.PublishedRestsOnPublished(),
            triggers.ReferredToStaysPublished(),
            *keep_search_entries(),
        ]
        constraints = [one_of("publication", Publication, name="%(class)s_publication_known")]

    def __str__(self):
        names = (self._follow(path) for path in self.label_fields)
        return next(filter(None, names), self.record_key)

    def get_absolute_url(self):
        return reverse(f"{self._meta.db_table}-detail", args=[self.record_key])

    @property
    def heading(self) -> str:
        """What its page is called."""
        return str(self)

    def schema_org(self) -> dict:
        """What it is in the words of schema.org: its type, and properties beside its name.

        What is empty, here or further in, is not known and will be left out.
        """
        return {"@type": self.schema_type}

    @property
    def record_key(self) -> str:
        """The package's key of this row, by which citations name it."""
        return getattr(self, key_field(type(self)).attname)

    @property
    def verbatim_words(self) -> str:
        """The words that its sources are to hold as they stand here; empty where all are our own."""
        said = self.verbatim
        if said and all(getattr(self, name) == value for name, value in said.where.items()):
            return getattr(self, said.field)
        return ""

    def _follow(self, path):
        value = self
        for name in path.split("__"):
            value = value and getattr(value, name)
        return value and str(value)


class Identified(Record):
    """A record that has an id of its own."""

    id = models.CharField(
        primary_key=True,
        max_length=120,
        validators=[slug],
        db_collation="C",
        help_text="Permanent identifier, of which the public address is made.",
    )

    class Meta(Record.Meta):
        abstract = True
        triggers = [*Record.Meta.triggers, MergedStaysMerged()]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(id__regex=slug.regex.pattern.replace(r"\Z", "$")),
                name="%(class)s_id_form",
                violation_error_message=slug.message,
            ),
        ]


class Part(Record):
    """A row that cannot be spoken of without its whole: a membership, a delegate, a participant.

    Its key is its parts joined by `+`; a subclass declares it as a generated field named `key`.
    """

    class Meta(Record.Meta):
        abstract = True
        triggers = [*Record.Meta.triggers, AddressFollows()]


class Entry(models.Model):
    """One entry of a list in a cell of its owner, such as a topic of a meeting.

    A subclass adds `owner`, the foreign keys that it may name, and its constraints.
    """

    position = models.PositiveSmallIntegerField(
        default=0, help_text="Place in the list, from 0; lists keep the order they were given in."
    )

    class Meta:
        abstract = True
        ordering = ["position"]
        triggers = [triggers.EntryRestsOnPublished(), *keep_search_entries()]

    def __str__(self):
        return str(self.target)

    @property
    def target(self) -> Record:
        """The record that this entry names."""
        named = (getattr(self, f.name) for f in references(type(self)) if getattr(self, f.attname))
        return next(named)


class SourceQuerySet(RecordQuerySet):
    def with_citation_counts(self):
        """`citation_count`: how many citations of published records rest on each."""
        cited = Citation.objects.published().filter(source=models.OuterRef("pk")).order_by()
        counts = cited.values("source").annotate(count=models.Count("pk")).values("count")
        return self.annotate(citation_count=Coalesce(models.Subquery(counts), 0))

    def for_list(self):
        return self.with_citation_counts()

    def for_page(self):
        return self  # its page shows the citations themselves


@tracked
class Source(Identified):
    """One row is one published text that records rest on: an article, a readout, a web page."""

    kind = models.CharField(
        max_length=8,
        choices=SourceKind,
        help_text="Who speaks: a state or organisation, a news agency, the press, analysts, others.",
    )
    publisher = models.CharField(
        max_length=200,
        help_text="Who wrote it. Independent publishers are what corroboration counts.",
    )
    carried_by = models.CharField(
        max_length=200,
        blank=True,
        help_text="Where it was read when that is somebody else (a reprint), so that reprints are "
        "not counted as independent.",
    )
    title = models.CharField(
        max_length=500,
        help_text="Title as printed; in square brackets when the editor supplied it.",
    )
    url = models.URLField("address", max_length=2000, blank=True, help_text="Where it can be read.")
    author = models.CharField(max_length=200, blank=True, help_text="Who signed it.")
    published_on = PartialDateField(null=True, blank=True, help_text="When it was published.")
    accessed_on = PartialDateField(null=True, blank=True, help_text="When it was last read by us.")
    language = LanguageField(blank=True, help_text="Language of the text, ISO 639-1.")

    objects = SourceQuerySet.as_manager()
    label_fields = ("title",)
    schema_type = "WebPage"

    class Meta(Identified.Meta):
        db_table = "sources"
        ordering = [NameOrder("publisher"), "id"]
        indexes = [
            words_index("title", "publisher", "carried_by", "author", "url", name="source_words"),
            models.Index(NameOrder("publisher"), "id", name="source_in_order"),
            models.Index(fields=["published_on"], name="source_published_on"),
        ]
        constraints = [
            *Identified.Meta.constraints,
            one_of("kind", SourceKind, name="source_kind_known"),
        ]

    def schema_org(self):
        """The page here is about the text, which is not ours."""
        text = {
            "@type": "Article",
            "name": self.title.strip("[]"),
            "url": self.url,
            "publisher": {"@type": "Organization", "name": self.publisher},
            "author": self.author and {"@type": "Person", "name": self.author},
            "datePublished": self.published_on and str(self.published_on),
            "inLanguage": self.language,
        }
        return super().schema_org() | {"mainEntity": text}


def record_models() -> list[type[Record]]:
    """The models of all tables of records, of whatever app."""
    return [model for model in apps.get_models() if issubclass(model, Record)]


class CitationQuerySet(models.QuerySet):
    """A citation has no status of its own: it is public where its source and its record are."""

    def from_published_sources(self):
        return self.filter(source__publication=Publication.PUBLISHED)

    def published(self):
        """Those whose record is published too. For evidence of a published record that is known.

        Asked of the records that are not, which are few; one that is cited for is always there. The
        table is asked first, so that each citation is looked up in its own alone.
        """
        public = self.from_published_sources()
        for model in record_models():
            others = model.objects.exclude(publication=Publication.PUBLISHED).filter(
                **{key_field(model).name: models.OuterRef("record")}
            )
            public = public.filter(~(Q(table=model._meta.db_table) & Q(models.Exists(others))))
        return public

    def for_list(self):
        return self.select_related("source")

    def as_evidence(self):
        """With their sources, in the order in which evidence is shown: support before dispute.

        `verdict` is what the check of the excerpt found, NULL where there is none that is current.
        """
        checks = QuoteCheck.objects.current().filter(
            citation=models.OuterRef("pk"), part=QuotedPart.EXCERPT
        )
        return (
            self.from_published_sources()
            .annotate(verdict=models.Subquery(checks.values("verdict")))
            .select_related("source")
            .order_by("-stance", NameOrder("source__publisher"), "source_id", "id")
        )

    def quote_not_found(self):
        """Those for which a current check says so, see `QuoteCheckQuerySet.not_found`."""
        checks = QuoteCheck.objects.not_found().filter(citation=models.OuterRef("pk"))
        return self.filter(models.Exists(checks))


@tracked(indexes=[models.Index(fields=["table", "record"], name="citation_history_record")])
class Citation(models.Model):
    """One row is one passage of one source that supports or disputes one record."""

    table = models.CharField(
        max_length=20, db_collation="C", help_text="The table of the record that is cited for."
    )
    record = models.CharField(
        max_length=400,
        db_collation="C",
        help_text="Key of the record; the parts of a compound key are joined by +.",
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="citations",
        help_text="The text that the record rests on.",
    )
    locator = models.CharField(
        max_length=500, blank=True, help_text="Where in the source: a paragraph or section."
    )
    excerpt = models.TextField(blank=True, help_text="A short passage, verbatim.")
    stance = models.CharField(
        max_length=8,
        choices=Stance,
        default=Stance.SUPPORTS,
        help_text="Whether the passage supports or disputes the record.",
    )

    objects = CitationQuerySet.as_manager()

    class Meta:
        db_table = "citations"
        ordering = ["table", "record", "source", "id"]
        # Texts may be too long for an index, their digests never are.
        constraints = [
            models.UniqueConstraint(
                "table",
                "record",
                "source",
                MD5("locator"),
                MD5("excerpt"),
                "stance",
                name="citation_once",
                violation_error_message="This source is already cited for this record with the "
                "same locator, excerpt and stance.",
            ),
            one_of("stance", Stance, name="citation_stance_known"),
        ]
        triggers = [triggers.CitedRecordExists(), triggers.QuoteChecksGo(), *keep_search_entries()]
        indexes = [
            models.Index(Collate(Cast("id", models.TextField()), "C"), name="citation_key"),
            words_index("record", "excerpt", "locator", name="citation_words"),
        ]

    def __str__(self):
        return f"{self.source_id} {self.stance} {self.table}/{self.record}"

    def get_absolute_url(self):
        """Its place on the page of its record."""
        return f"{reverse(f'{self.table}-detail', args=[self.record])}#citation-{self.pk}"

    @property
    def heading(self) -> str:
        return f"{self.source.publisher}: {self.source}"
