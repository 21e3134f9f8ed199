"""Settings of SummitKB, from the environment; `.env.example` explains each variable.

Importing this module has no effects: it makes nothing, connects to nothing and reads no file but
one that a `*_FILE` variable names. A wrong or missing value raises ImproperlyConfigured with one
sentence. What makes it pleasant on one's own machine, a secret key that is made and found without
being asked, is in `own_machine.py`.
"""

from datetime import timedelta
from pathlib import Path

import pgtrigger

from summitkb import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# What is served, and to whom, and on which terms

DATA_LICENCE = environment.licence("DATA_LICENCE", default="CC0-1.0")
"""Of facts and their arrangement. Passages that are quoted stay with whoever wrote them."""

DEBUG = environment.boolean("DEBUG", default=False)
SECRET_KEY = environment.secret_key()
ALLOWED_HOSTS = environment.allowed_hosts()
CSRF_TRUSTED_ORIGINS = environment.trusted_origins()
PORT = environment.port("PORT", default=8000)
ADMIN_PATH = environment.admin_path("ADMIN_PATH", default="admin")
SECURITY_CONTACT = environment.contact("SECURITY_CONTACT")
PAGE_SECONDS = environment.seconds("PAGE_SECONDS", default=10)
BITMAPS_FROM = 20_000
"""Rows of all tables from which on lists are counted by bitmaps."""
DATA = environment.folder("SUMMITKB_DATA", default=BASE_DIR / "var")
"""The folder of all that SummitKB makes: embedded database, generated secrets, collected files."""

HTTPS = environment.boolean("HTTPS", default=False)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Asked by a probe beside us, which speaks plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
TRUSTED_PROXY = environment.boolean("TRUSTED_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: they are not ours to decide about
    "security.W021",  # HSTS preloading: it cannot be taken back, so the owner must ask for it
]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# What it is made of

INSTALLED_APPS = [
    "summitkb.apps.AdminConfig",  # django.contrib.admin, with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "summitkb",
    "summitkb.accounts",  # after those that it changes
    "summitkb.records",
    "summitkb.browse",
    "summitkb.exchange",
    "summitkb.editing",
    "delegations",
    "meetings",
]

MIDDLEWARE = [
    "summitkb.headers.Headers",  # around all that answers, and so on every answer
    "summitkb.logs.NamedRequests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "summitkb.health.Health",
    "summitkb.browse.from_replicas.FromReplicas",  # around all that asks the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "summitkb.bodies.BoundedBodies",  # once it is known who asks; nothing has read the body yet
    "summitkb.accounts.refusals.NoteRefusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
    "summitkb.browse.kept_pages.KeptPages",
    "summitkb.browse.as_of.AsOfMiddleware",  # the innermost: only the page itself is in the past
]

# In each process: what is kept there is named after what it was made of, and so cannot be stale.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 2000},  # of some 15 kB each
    },
}

ROOT_URLCONF = "summitkb.urls"
WSGI_APPLICATION = "summitkb.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "summitkb.browse.context.site",
            ],
        },
    },
]

# The database and its history

KEPT_OPEN = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES = {
    "default": KEPT_OPEN | environment.database(embedded=DATA / "postgres"),
    **{
        name: KEPT_OPEN | replica | {"TEST": {"MIRROR": "default"}}
        for name, replica in environment.replicas().items()
    },
}
REPLICA_LAG_SECONDS = environment.seconds("REPLICA_LAG_SECONDS", default=10)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PGHISTORY_LEVEL = pgtrigger.Statement  # one insert for all rows of a statement: a load stays fast
# Without GET, which changes nothing: to note the user the middleware opens the session, and then
# every public page says `Vary: Cookie` and no cache may share it.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# Accounts

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # looks first whether somebody is locked out
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_RULES = {
    "UserAttributeSimilarityValidator": {},
    "MinimumLengthValidator": {"min_length": 12},
    "CommonPasswordValidator": {},
    "NumericPasswordValidator": {},
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in PASSWORD_RULES.items()
]
CSRF_FAILURE_VIEW = "summitkb.browse.errors.foreign_form"

AXES_HANDLER = "summitkb.accounts.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # it ends, whatever is tried meanwhile
AXES_USERNAME_CALLABLE = "summitkb.accounts.lockout.name_of"
AXES_CLIENT_IP_CALLABLE = "summitkb.accounts.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "summitkb.accounts.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False

REQUIRE_2FA = environment.boolean("REQUIRE_2FA", default=False)
OTP_TOTP_ISSUER = "SummitKB"

SESSION_ENGINE = "summitkb.accounts.sessions"
SESSION_COOKIE_AGE = 3600 * environment.hours("SESSION_HOURS", default=12)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # Strict would sign out who follows a link

# Language and time

LANGUAGE_CODE = "en-gb"
USE_I18N = False  # all is said in one language
TIME_ZONE = "UTC"
USE_TZ = True

# Static files: collected with a hash in their names, so that a browser may keep each for ever

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# What is imported: uploads and their previews, which no address serves

IMPORTS = DATA / "imports"
PACKAGES = DATA / "packages"
RELEASES = DATA / "releases"
BITMAPS = DATA / "bitmaps"
MOST_IMPORTED_BYTES = 200 * 1024**2
"""Of a file that is uploaded, and of the tables in it together."""
MOST_IMPORTED_ROWS = 2_000_000
"""Of the tables of an upload together; `loadpackage` takes what the disk holds."""
MOST_IMPORT_SECONDS = 30 * 60
"""For a check of an upload, and again for its import. It is looked at between rows and steps."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024**2
"""Bytes that everybody may send: any form of ours, with a million characters pasted into it."""

# What it says, on standard error

LOG = environment.one_of("LOG", ("lines", "json"), default="lines")
"""`json` is for programs that collect logs, and has a line for each request."""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "no outages": {
            "()": "django.utils.log.CallbackFilter",
            "callback": "ext://summitkb.logs.is_no_outage",
        },
    },
    "formatters": {
        "lines": {"format": "{levelname} {name}: {message}", "style": "{"},
        "json": {"()": "summitkb.logs.Json"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "summitkb.request": {"level": "INFO" if LOG == "json" else "WARNING"},
        # Without Django's own handlers, else things come twice.
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"level": "ERROR", "filters": ["no outages"]},  # else a line for each 404
        "django.security.csrf": {"level": "ERROR"},  # else twice: summitkb.refused says it
        "axes": {"level": "CRITICAL"},  # likewise, and with what a browser says of itself
        "django.security": {"level": "CRITICAL"},  # else a traceback for each thing a scanner tries
        "gunicorn.error": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "gunicorn.http.wsgi": {"level": "ERROR"},  # else a line for every HEAD request
    },
}
