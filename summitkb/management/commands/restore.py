"""`manage.py restore FILE [--replace | --check]`: bring a backup back."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from summitkb.backup.archive import check, opened
from summitkb.backup.restoring import require_known, restore
from summitkb.exchange.archives import Refused
from summitkb.exchange.progress import progress


class Command(BaseCommand):
    help = (
        "Make database and files what they were when `backup` wrote a file. All of it is checked "
        "first, and the database changes as a whole or not at all. Restore before the first `prepare` "
        "or `make serve`, which put something there; else --replace puts the backup in its place."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="what `backup` has written")
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--replace", action="store_true", help="in the place of all that the database holds"
        )
        how.add_argument(
            "--check", action="store_true", help="only read the file and see that it is whole"
        )

    def handle(self, *, file, replace, check, verbosity, **options):
        watch = progress()
        try:
            told = _checked(file, watch) if check else _restored(file, watch, replace=replace)
        except (Refused, OSError, DatabaseError) as refused:
            raise CommandError(f"{file}: {' '.join(str(refused).split())}") from refused
        finally:
            watch.end()
        if verbosity:
            found = f"{told.rows} rows, {len(told.files) - 1} files, of {told.at}"
            self.stdout.write(f"{'Whole' if check else 'Restored'}: {found}.")


def _checked(file, watch):
    with opened(Path(file)) as backup:
        require_known(backup.manifest)
        check(backup, watch)
        return backup.manifest


def _restored(file, watch, *, replace):
    return restore(Path(file), watch, replace=replace)
