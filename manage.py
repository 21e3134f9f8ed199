#!/usr/bin/env python
"""SummitKB's commands; `python manage.py help` lists them."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from summitkb import own_machine
from summitkb.records.away import why_away


def main() -> None:
    """Run the command; wrong settings and outages end it with a sentence instead of a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitkb.settings")
    try:
        own_machine.adopt(make=sys.argv[1:2] in (["prepare"], ["restore"]))
        # Read the settings here: Django's command line swallows their errors and fails later.
        settings.INSTALLED_APPS  # noqa: B018 -- for its effect
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"summitkb: {error}")
    except (DatabaseError, OSError) as error:
        if not (away := why_away(error)):
            raise
        sys.exit(f"summitkb: {away.afterwards} ({' '.join(str(error).split())})")


if __name__ == "__main__":
    main()
