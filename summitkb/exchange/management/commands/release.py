"""`manage.py release [--note WORDS]`: number and keep what is public now."""

from django.core.management import BaseCommand, CommandError

from summitkb.exchange.archives import Refused
from summitkb.exchange.progress import progress
from summitkb.exchange.releasing import release
from summitkb.records.characters import printed


class Command(BaseCommand):
    help = (
        "Cut a release of all that is published: a numbered package that never changes, with SHA-256 "
        "sums and what is new against the release before. It is at /data/releases/NUMBER/ from then on."
    )

    def add_arguments(self, parser):
        parser.add_argument("--note", default="", help="what is new in it, in a few words")

    def handle(self, *, note, verbosity, **options):
        watch = progress()
        try:
            cut = release(printed(note), watch)
        except (Refused, OSError) as refused:
            raise CommandError(str(refused)) from refused
        finally:
            watch.end()
        if verbosity:
            self.stdout.write(f"Release {cut.number}, rows: {cut.rows}, SHA-256: {cut.sha256}")
            self.stdout.write(cut.summary)
