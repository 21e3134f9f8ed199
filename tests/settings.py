"""Settings for tests: those of a served SummitKB, with a data folder of their own.

The environment chooses the database (`DATABASE_URL`) and where the data folder is; nothing else of
it may change what a test sees.
"""

import os

from summitkb import environment, own_machine

for name in (
    "SECRET_KEY_FILE",
    "DEBUG",
    "PORT",
    "HTTPS",
    "TRUSTED_PROXY",
    "ADMIN_PATH",
    "REQUIRE_2FA",
    "SESSION_HOURS",
    "SECURITY_CONTACT",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_REPLICA_URL",
    "DATABASE_REPLICA_URL_FILE",
):
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "a-key-for-tests-which-signs-nothing-that-anybody-keeps"
os.environ["ALLOWED_HOSTS"] = own_machine.LOCAL_HOSTS
os.environ["SUMMITKB_DATA"] = str(
    environment.folder("SUMMITKB_DATA", default=own_machine.VAR) / "test"
)

from summitkb.settings import *  # noqa: E402, F403 -- once the environment is as it should be
from summitkb.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Served from where they are written: nothing has to be collected before a test.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
