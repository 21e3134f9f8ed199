"""`manage.py dumppackage PATH`: all that is published, as a package."""

from django.core.management import BaseCommand, CommandError

from summitkb.exchange.archives import Refused
from summitkb.exchange.dumping import dump
from summitkb.exchange.progress import progress


class Command(BaseCommand):
    help = (
        "Write all that is published as a data package in canonical order, into a new or empty "
        "folder or into a zip. A package that is there already is replaced as a whole."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", help="a new or empty folder, or a file that ends in .zip")

    def handle(self, *, path, verbosity, **options):
        watch = progress()
        try:
            dump(path, watch)
        except (Refused, OSError) as refused:
            raise CommandError(f"{path}: {refused}") from refused
        finally:
            watch.end()
        if verbosity:
            self.stdout.write(f"Wrote {path}.")
