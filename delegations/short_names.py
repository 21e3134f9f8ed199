"""Names short enough for running text and pictures, where the full one is long or formal."""

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
