"""Languages by their ISO 639-1 code: names and directions of writing, as Django knows them."""

from django.conf.locale import LANG_INFO
from django.core.validators import RegexValidator
from django.db import models

OURS = "en"
"""The language of the knowledge base's own words: titles, summaries, paraphrases."""

language_code = RegexValidator(
    r"^[a-z]{2}\Z", "A language is a code of ISO 639-1: two small letters, for example en or ru."
)


class LanguageField(models.CharField):
    """A language code, or nothing where the language is unknown."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 2, "validators": [language_code], **kwargs})


def language_name(code: str) -> str:
    """The English name of a language, or its code where Django does not know it."""
    return LANG_INFO.get(code, {}).get("name", code)


def direction(code: str) -> str:
    """`rtl` for languages written from the right, else `ltr`."""
    return "rtl" if LANG_INFO.get(code, {}).get("bidi") else "ltr"
