"""The quote check in the admin: what is saved is checked, and what is not found is said at once."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Q

from summitkb.editing.publishing import by_model, citing
from summitkb.records.models import Citation, Record, Source
from summitkb.records.quote_checks import recheck, with_quotes
from summitkb.records.source_texts import QuoteCheck

MOST_TOLD = 5


def check_quotes(request, entered: Iterable[Record]) -> None:
    """Check what is quoted for some records, and for sources what is quoted of them."""
    wanted = Q(pk__in=[])
    for model, group in by_model(entered).items():
        wanted |= Q(source__in=group) if model is Source else citing(model, group)
    citations = Citation.objects.filter(wanted)
    recheck(citations)
    not_found = QuoteCheck.objects.not_found().filter(citation__in=citations)
    for check, words in list(with_quotes(not_found))[:MOST_TOLD]:
        messages.warning(request, f"Not in the text of {check.citation.source_id}: “{words}”")


def found(citation: Citation) -> str:
    """What the checks of one citation found, in words; it was fetched with its `current_checks`."""
    if citation._state.adding:
        return ""
    lines = []
    for check in citation.current_checks:
        left_out = " … ".join(words for words in check.omitted if words)
        more = f"; left out: “{left_out}”" if left_out else ""
        lines.append(f"{check.get_part_display()}: {check.get_verdict_display().lower()}{more}")
    return ". ".join(lines) or ("Not checked" if citation.text_held else "Text not held")
