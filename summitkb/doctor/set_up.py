"""Settings, which are right by themselves and may be wrong together, and what is installed."""

import re
import sys
from collections.abc import Iterator
from importlib import metadata

from django.conf import settings

from summitkb.own_machine import LOCAL_HOSTS

OLDEST_PYTHON = (3, 11)
_PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)([^\\\n]*)", re.MULTILINE)


def secret_key() -> Iterator[str]:
    if len(set(settings.SECRET_KEY)) < 10:
        yield "SECRET_KEY has few different characters; make one of 50 random ones."


def hosts() -> Iterator[str]:
    if settings.DEBUG:
        yield "DEBUG is on and shows errors with their source to everybody; unset it."
    others = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL_HOSTS.split(",")]
    if others and not settings.HTTPS:
        yield (
            f"{others[0]} is served without HTTPS, so passwords can be read on the "
            "way; put a proxy with TLS in front, and set HTTPS=true and TRUSTED_PROXY=true."
        )


def proxy() -> Iterator[str]:
    trusted = settings.SECURE_PROXY_SSL_HEADER is not None
    if settings.HTTPS and not trusted:
        yield (
            "HTTPS is on and TRUSTED_PROXY is off, so every page leads to itself; set "
            "TRUSTED_PROXY=true where a proxy sets X-Forwarded-Proto itself."
        )
    if trusted and not settings.HTTPS:
        yield (
            "TRUSTED_PROXY is on and HTTPS is off, so cookies go over plain HTTP too; set HTTPS=true."
        )


def python() -> Iterator[str]:
    if sys.version_info < OLDEST_PYTHON:
        yield f"This is Python {sys.version.split()[0]}; install {'.'.join(map(str, OLDEST_PYTHON))}."


def packages() -> Iterator[str]:
    """Of those with a condition only that they are the right ones, where they are there."""
    pinned = (settings.BASE_DIR / "requirements.txt").read_text(encoding="utf-8")
    for name, version, condition in _PINNED.findall(pinned):
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            if not condition.strip():
                yield f"{name} is not installed; run pip install -r requirements.txt."
            continue
        if found != version:
            yield (
                f"{name} is {found} and not {version}, which was tested; run pip install -r "
                "requirements.txt."
            )


CHECKS = {
    "secret key": secret_key,
    "who is served": hosts,
    "proxy": proxy,
    "Python": python,
    "packages": packages,
}
