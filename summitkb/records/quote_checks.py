"""The quote check: excerpts and quotations looked for in the texts that are held of their sources.

An excerpt is looked for in its own source, whether that supports or disputes. The verbatim words of a
record, a quotation, are looked for in each source that supports it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from hashlib import md5
from itertools import islice

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from summitkb.records.models import Citation
from summitkb.records.quotes import HeldWords
from summitkb.records.source_texts import QuoteCheck, SourceText, quoting_models, still_says
from summitkb.records.structure import key_field
from summitkb.records.vocabularies import QuotedPart, Stance, Verdict

BATCH = 500


def stale() -> QuerySet:
    """The citations of sources whose text is held for which a check is lacking, or not current."""
    current = QuoteCheck.objects.current().filter(citation=OuterRef("pk"))
    lacking = Q()
    for part in QuotedPart:
        lacking |= _needed(part) & ~Q(Exists(current.filter(part=part)))
    return Citation.objects.filter(lacking, source__held_text__isnull=False)


def _needed(part: str) -> Q:
    """The condition that a citation has such words to be looked for."""
    if part == QuotedPart.EXCERPT:
        return ~Q(excerpt="")
    return Q(stance=Stance.SUPPORTS) & still_says()


def verdicts() -> Counter:
    """How often there is which verdict by now, of the checks that are current."""
    found = QuoteCheck.objects.current().values_list("verdict").annotate(Count("pk")).order_by()
    counts = Counter({Verdict(verdict): count for verdict, count in found})
    not_held = Citation.objects.filter(source__held_text__isnull=True)
    counts[Verdict.NOT_HELD] = sum(not_held.filter(_needed(part)).count() for part in QuotedPart)
    return counts


def with_quotes(checks: QuerySet) -> Iterator[tuple[QuoteCheck, str]]:
    """Checks by their records and sources, each with the words that it is of.

    What has become no quote since the checks were asked for is left out.
    """
    checks = checks.select_related("citation").order_by(
        "citation__table", "citation__record", "citation__source_id", "citation_id", "part"
    )
    rows = checks.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        quotations = _quotations([check.citation for check in batch])
        for check in batch:
            quoted = dict(_quoted(check.citation, quotations))
            if check.part in quoted:
                yield check, quoted[check.part]


def recheck(citations: QuerySet, done: Callable[[int], None] = lambda count: None) -> Counter:
    """Check what is quoted for some citations, and write down what was found.

    Gives how often there was which verdict. What was found earlier and is to be found no more, because
    the text or the words are gone, is removed. `done` is called with the number of citations of each
    batch; a batch is one transaction.
    """
    keys = list(citations.order_by("source_id", "pk").values_list("pk", flat=True))
    counts = Counter()
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        with transaction.atomic():
            counts += _recheck(batch)
        done(len(batch))
    return counts


def _recheck(keys: list[int]) -> Counter:
    citations = list(Citation.objects.filter(pk__in=keys).order_by("source_id", "pk"))
    counts, found, of_source = Counter(), [], defaultdict(list)
    quotations = _quotations(citations)
    for citation in citations:
        for part, quote in _quoted(citation, quotations):
            of_source[citation.source_id].append((citation.pk, part, quote))
    # One text at a time: all of them may not fit into memory.
    texts = SourceText.objects.filter(source__in=of_source).order_by()
    for held in texts.iterator(chunk_size=1):
        words = HeldWords(held.text)
        for citation, part, quote in of_source.pop(held.source_id):
            finding = words.check(quote)
            counts[finding.verdict] += 1
            found.append(
                QuoteCheck(
                    citation_id=citation,
                    part=part,
                    verdict=finding.verdict,
                    omitted=list(finding.omitted),
                    checked_at=timezone.now(),
                    quote_md5=md5(quote.encode(), usedforsecurity=False).hexdigest(),
                    text_sha256=held.sha256,
                )
            )
    counts[Verdict.NOT_HELD] = sum(map(len, of_source.values()))
    _write(keys, found)
    return counts


def _quotations(citations) -> dict[tuple[str, str], str]:
    """The verbatim words of the records of some citations, by table and key."""
    quotations = {}
    for model in quoting_models():
        table, key = model._meta.db_table, key_field(model).name
        cited = {citation.record for citation in citations if citation.table == table}
        records = model.objects.filter(**{f"{key}__in": cited}, **model.verbatim.where)
        for record, words in records.values_list(key, model.verbatim.field):
            quotations[table, record] = words
    return quotations


def _quoted(citation, quotations) -> Iterator[tuple[str, str]]:
    """The words to be looked for, by whose they are."""
    if citation.excerpt:
        yield QuotedPart.EXCERPT, citation.excerpt
    quotation = quotations.get((citation.table, citation.record))
    if quotation is not None and citation.stance == Stance.SUPPORTS:
        yield QuotedPart.QUOTATION, quotation


def _write(keys, found):
    """Write what was found of the citations that are still there, which keeps them until commit."""
    locked = Citation.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    there = set(locked.values_list("pk", flat=True))
    found = [check for check in found if check.citation_id in there]
    QuoteCheck.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["citation", "part"],
        update_fields=["verdict", "omitted", "checked_at", "quote_md5", "text_sha256"],
    )
    wanted = Q(pk__in=[])
    for part in QuotedPart:
        cited = [check.citation_id for check in found if check.part == part]
        wanted |= Q(part=part, citation__in=cited)
    QuoteCheck.objects.filter(citation__in=keys).exclude(wanted).delete()
