"""Names short enough for running text and pictures, where the full one is long or formal."""

from django.db.models import Case, TextField, Value, When

SHORT_NAMES = {
    "BRN": "Brunei",
    "CAF": "Central African Rep.",
    "COD": "DR Congo",
    "COG": "Congo",
    "ESH": "Western Sahara",
    "FSM": "Micronesia",
    "LAO": "Laos",
    "PRK": "DPR Korea",
    "KOR": "Republic of Korea",
    "PSE": "Palestine",
    "RUS": "Russia",
    "SYR": "Syria",
    "USA": "United States",
}

SHORT_NAME = Case(
    *(When(code=code, then=Value(name)) for code, name in SHORT_NAMES.items()),
    output_field=TextField(),
)
"""The short name of a country, where it has one that is not its name, as SQL."""
