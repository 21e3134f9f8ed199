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

COMMON_NAMES = {
    "ARE": "UAE Emirates",
    "COD": "Congo-Kinshasa",
    "COG": "Congo-Brazzaville",
    "GBR": "UK Britain",
    "KOR": "South Korea",
    "PRK": "North Korea",
    "USA": "US America",
}
"""What else people type when they look for a country."""

SHORT_NAME = Case(
    *(
        When(code=code, then=Value(f"{SHORT_NAMES.get(code, '')} {COMMON_NAMES.get(code, '')}"))
        for code in sorted(SHORT_NAMES.keys() | COMMON_NAMES.keys())
    ),
    output_field=TextField(),
)
"""The names of a country that it is also looked for by, as SQL."""
