"""`manage.py backup FILE [--overwrite]`: all that cannot be made again, as one file."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from summitkb.backup.making import back_up
from summitkb.exchange.archives import Refused
from summitkb.exchange.progress import progress


class Command(BaseCommand):
    help = (
        "Write the whole database at this moment, with accounts, drafts, history and the texts of "
        "sources, and the files of releases and imports into one file, which only its owner may read. "
        "Readers and editors go on. `restore` brings it back."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="a new file")
        parser.add_argument(
            "--overwrite", action="store_true", help="replace the file, if it is there"
        )

    def handle(self, *, file, overwrite, verbosity, **options):
        watch = progress()

        def warn(sentence):
            watch.end()
            self.stderr.write(sentence)

        try:
            made = back_up(Path(file), watch, warn, overwrite=overwrite)
        except (Refused, OSError, DatabaseError) as refused:
            raise CommandError(f"{file}: {' '.join(str(refused).split())}") from refused
        finally:
            watch.end()
        if verbosity:
            size = Path(file).stat().st_size
            self.stdout.write(
                f"Wrote {file}: {made.rows} rows, {len(made.files) - 1} files, {size} bytes."
            )
