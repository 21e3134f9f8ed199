"""Configuration of gunicorn: `gunicorn --config python:summitkb.gunicorn`, and options as you like.

It serves plain HTTP to this machine. A proxy in front gives it to others, with TLS: see
`.env.example`.
"""

import os
import signal
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from summitkb import own_machine

own_machine.adopt()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitkb.settings")
if settings.HTTPS and not settings.SECURE_PROXY_SSL_HEADER:
    raise ImproperlyConfigured(
        "TRUSTED_PROXY must be true where HTTPS is: gunicorn speaks plain HTTP and, unless it "
        "believes its proxy, redirects every page to itself."
    )

wsgi_app = "summitkb.wsgi"
bind = f"127.0.0.1:{settings.PORT}"
workers = 2
worker_class = "gthread"
threads = 4
timeout = 60  # of a worker without a sign of life; a long download is no reason
graceful_timeout = 30
keepalive = 15  # longer than proxies pause between requests
preload_app = False  # each worker opens its own database connections
logconfig_dict = settings.LOGGING
secure_scheme_headers = {}  # whom to believe that a request came by TLS is for settings to say
control_socket_disable = True


def post_worker_init(worker) -> None:
    # Ctrl-C, or closing the terminal, would reach workers twice, from the terminal and from gunicorn,
    # and cut short how they leave the embedded PostgreSQL. What gunicorn says is enough.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def when_ready(server) -> None:
    if sys.stdin.isatty():  # a closed terminal means the end, where gunicorn would load anew
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    print(
        f"SummitKB is at http://127.0.0.1:{settings.PORT}/ and its editors work at "
        f"/{settings.ADMIN_PATH}/.\n"
        f"Its data is in {settings.DATA}. Ctrl-C stops it.",
        flush=True,
    )
