"""The WSGI application; `gunicorn --config python:summitkb.gunicorn` serves it.

Each process that has it makes the bitmaps of a large base in the background, for readers to come.
"""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitkb.settings")

application = get_wsgi_application()

from summitkb.browse.counting import make_bitmaps  # noqa: E402 -- when Django is set up

threading.Thread(target=make_bitmaps, daemon=True).start()
