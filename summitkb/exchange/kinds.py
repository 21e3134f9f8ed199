"""What the cells of each kind of column are: in words for the codebook, and as a type for programs."""

from dataclasses import dataclass, field

DATE = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"


@dataclass(frozen=True)
class Kind:
    """`schema` is what a field of a Table Schema (Frictionless) says of its type."""

    words: str
    schema: dict = field(default_factory=lambda: {"type": "string"})


KINDS = {
    "text": Kind("Text."),
    "web address": Kind(
        "An address on the web, http or https.", {"type": "string", "format": "uri"}
    ),
    "vocabulary": Kind("One of the words that are listed."),
    "table": Kind("The name of a table of the package."),
    "date": Kind(
        "A day of the Gregorian calendar, cut to what is known: YYYY-MM-DD, YYYY-MM or YYYY.",
        {"type": "string", "constraints": {"pattern": DATE}},
    ),
    "day": Kind("A day of the Gregorian calendar: YYYY-MM-DD.", {"type": "date"}),
    "time": Kind(
        "Hours and minutes of a day of 24 hours: HH:MM.", {"type": "time", "format": "%H:%M"}
    ),
    "whole number": Kind(
        "A whole number from 0, without separators.",
        {"type": "integer", "constraints": {"minimum": 0}},
    ),
    "yes or no": Kind(
        "The word yes or the word no.",
        {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
    ),
    "reference": Kind("The key of a row of another table."),
    "list of text": Kind("Several texts, separated by space, bar and space ( | )."),
    "list of references": Kind("Several keys, separated by space, bar and space ( | )."),
}
