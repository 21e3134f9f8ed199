#!/usr/bin/env python
"""SummitKB's commands; `python manage.py help` lists them."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from summitkb import own_machine


def main() -> None:
    """Run the command; wrong settings end it with their sentence instead of a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitkb.settings")
    try:
        own_machine.adopt(make=sys.argv[1:2] in (["prepare"], ["restore"]))
        # Read the settings here: Django's command line swallows their errors and fails later.
        settings.INSTALLED_APPS  # noqa: B018 -- for its effect
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"summitkb: {error}")


if __name__ == "__main__":
    main()
