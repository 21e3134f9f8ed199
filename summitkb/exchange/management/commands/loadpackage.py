"""`manage.py loadpackage PATH [--dry-run] [--as draft]`: a package into the database."""

from django.core.management import BaseCommand

from summitkb.exchange.checks import check
from summitkb.exchange.commands import opened, tell_problems
from summitkb.exchange.loading import Conflict, load
from summitkb.records.publication import Publication


class Command(BaseCommand):
    help = (
        "Load a data package, a folder or a zip of it, in one transaction. New rows are added, "
        "each changed cell is listed before it is written, nothing is deleted; with a problem "
        "anywhere, nothing is written."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", help="a folder of tables, or a zip of it")
        parser.add_argument(
            "--dry-run", action="store_true", help="do all of it, tell of it, and take it back"
        )
        parser.add_argument(
            "--as",
            dest="publication",
            choices=[p.value for p in Publication if p != Publication.WITHDRAWN],
            default=Publication.PUBLISHED.value,
            help="the publication status of new rows; known rows keep theirs",
        )

    def handle(self, *, path, dry_run, publication, verbosity, **options):
        def tell(comparison):
            if verbosity:
                package.watch.end()
                self.stdout.write(str(comparison))

        with opened(path) as package:
            tell_problems(package, check(package), self.stdout)
            try:
                report = load(package, publication, dry_run=dry_run, tell=tell)
            except Conflict as conflict:
                tell_problems(package, conflict.problems, self.stdout)
            package.watch.end()
            if verbosity:
                self.stdout.write(str(report))
                if dry_run:
                    self.stdout.write("Dry run: nothing was written.")
