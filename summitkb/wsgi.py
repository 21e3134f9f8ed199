"""The WSGI application; `gunicorn --config python:summitkb.gunicorn` serves it.

Each process that has it makes the bitmaps of a large base in the background, for readers to come.
"""

import logging
import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitkb.settings")

application = get_wsgi_application()

from django.db import connection  # noqa: E402 -- when Django is set up

from summitkb.browse.counting import make_bitmaps  # noqa: E402
from summitkb.records.away import why_away  # noqa: E402

logger = logging.getLogger(__name__)


def _make() -> None:
    try:
        make_bitmaps()
    except Exception as error:
        # Whatever is wrong, readers are told of it; that the database is not there yet is no fault.
        tell = logger.warning if why_away(error) else logger.exception
        tell("The bitmaps could not be made before readers come: %s", error)
    finally:
        connection.close()


threading.Thread(target=_make, daemon=True).start()
