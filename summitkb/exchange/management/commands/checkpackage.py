"""`manage.py checkpackage PATH`: everything that is wrong with a package."""

from django.core.management import BaseCommand

from summitkb.exchange.checks import check
from summitkb.exchange.commands import opened, tell_problems


class Command(BaseCommand):
    help = (
        "Check a data package, a folder or a zip of it: print every problem as "
        "file:line: column: what is wrong and what is accepted. The exit status is 0 only where "
        "nothing is wrong. Changes nothing and asks no database."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", help="a folder of tables, or a zip of it")

    def handle(self, *, path, verbosity, **options):
        with opened(path) as package:
            tell_problems(package, check(package), self.stdout)
            if verbosity:
                self.stdout.write(f"Nothing is wrong with {package.name}.")
