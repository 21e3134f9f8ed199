"""`manage.py doctor`: what is wrong with the set-up, and how to mend it."""

import sys

from django.core.management import BaseCommand

from summitkb.doctor import database, findings, folders, set_up


class Command(BaseCommand):
    help = (
        "Look at settings, packages, folders, database and replicas: print a line for each thing that "
        "is well, or what is wrong with it and how to mend it. The exit status is 0 only where all is "
        "well. Changes nothing."
    )
    requires_system_checks = []

    def handle(self, **options):
        wrong = sum(self._look(checks) for checks in (set_up.CHECKS, folders.CHECKS))
        unreached = self._look(database.CHECKS)
        if not unreached:
            wrong += self._look(database.WITH_DATABASE) + self._look(folders.WITH_DATABASE)
        wrong += unreached
        if wrong:
            self.stdout.write(f"{wrong} to mend.")
            sys.exit(1)

    def _look(self, checks) -> int:
        """How many things are wrong."""
        count = 0
        for title, check in checks.items():
            found = findings(check)
            count += len(found)
            for sentence in found:
                self.stdout.write(f"✗ wrong  {title}: {sentence}")
            if not found:
                self.stdout.write(f"✓ well   {title}")
        return count
