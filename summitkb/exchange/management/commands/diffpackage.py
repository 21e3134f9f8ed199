"""`manage.py diffpackage A B`: what differs between two packages."""

import sys

from django.core.management import BaseCommand, CommandError

from summitkb.exchange.checks import check_form
from summitkb.exchange.commands import opened, tell_problems
from summitkb.exchange.differing import SAME, changelog


class Command(BaseCommand):
    help = (
        "Tell what differs between two data packages, each a folder or a zip of it: how many rows "
        "were added, removed and changed, and then each of them, with every changed cell before and "
        "after. Asks no database. The exit status is 0 where nothing differs, 1 where something "
        "does, and 2 where the rows of a package cannot be read or told apart."
    )

    def add_arguments(self, parser):
        parser.add_argument("before", help="a folder of tables, or a zip of it")
        parser.add_argument("after", help="another, which is compared with it")

    def handle(self, *, before, after, **options):
        try:
            with opened(before, before) as first, opened(after, after) as second:
                for package in (first, second):
                    tell_problems(package, check_form(package), self.stdout)
                told = changelog(first, second)
        except CommandError as error:
            error.returncode = 2
            raise
        self.stdout.write(told, ending="")
        if told != SAME:
            sys.exit(1)
