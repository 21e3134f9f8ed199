"""The WSGI application; `gunicorn --config python:summitkb.gunicorn` serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitkb.settings")

application = get_wsgi_application()
