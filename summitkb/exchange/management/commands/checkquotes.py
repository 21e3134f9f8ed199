"""`manage.py checkquotes [--all]`: excerpts and quotations against the texts of their sources."""

from django.core.management import BaseCommand, CommandError
from django.utils.text import Truncator

from summitkb.exchange.columns import one_line
from summitkb.exchange.progress import progress
from summitkb.records.models import Citation
from summitkb.records.quote_checks import recheck, stale, verdicts, with_quotes
from summitkb.records.source_texts import QuoteCheck
from summitkb.records.vocabularies import Verdict

LONGEST_SHOWN = 200


class Command(BaseCommand):
    help = (
        "Look for every excerpt and every quotation in the text of its source, where that is held, "
        "unless it has been looked for since it or the text was changed. Print those that are not "
        "found and those that leave words out, as table/key: source: “quote”: what was found, and "
        "how often there is which verdict. A quotation counts as not found where none of the texts "
        "held of what supports its record has it. The exit status is 0 only where all are found."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--all", action="store_true", help="look for all again, as after an update of SummitKB"
        )

    def handle(self, *, all, verbosity, **options):
        citations = Citation.objects.all() if all else stale()
        watch = progress()
        watch.begin("Checking quotes", citations.count())
        try:
            recheck(citations, watch.advance)
        finally:
            watch.end()
        missing = QuoteCheck.objects.not_found()
        shortened = QuoteCheck.objects.current().filter(verdict=Verdict.OMISSION)
        for check, quote in with_quotes(missing | shortened):
            self.stdout.write(line(check, quote))
        if verbosity:
            counts = verdicts()
            told = (f"{verdict.label.lower()} {counts[verdict]}" for verdict in Verdict)
            self.stdout.write(f"{', '.join(told).capitalize()}.")
        if count := missing.count():
            raise CommandError(f"{count} quote{'' if count == 1 else 's'} not found")


def line(check: QuoteCheck, quote: str) -> str:
    """`statements/s: tass: “He said so.”: not found`, or what it leaves out in place of that."""
    cited = check.citation
    found = "not found"
    if check.verdict == Verdict.OMISSION:
        words = ", ".join(f"“{one_line(words)}”" for words in check.omitted if words)
        found = f"leaves out {words or 'no words between its own'}"
    shown = Truncator(one_line(" ".join(quote.split()))).chars(LONGEST_SHOWN)
    return f"{cited.table}/{cited.record}: {cited.source_id}: “{shown}”: {found}"
