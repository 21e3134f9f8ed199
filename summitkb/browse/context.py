"""What every page shows: the tables at its head."""

NAVIGATION = (
    ("events", "Events"),
    ("delegations", "Delegations"),
    ("countries", "Countries"),
    ("blocs", "Blocs"),
    ("people", "People"),
    ("meetings", "Meetings"),
    ("statements", "Statements"),
    ("topics", "Topics"),
    ("agreements", "Agreements"),
    ("figures", "Figures"),
    ("sources", "Sources"),
)


def site(request) -> dict:
    match = request.resolver_match
    name = match.url_name if match and match.url_name else ""
    return {"navigation": NAVIGATION, "current_table": name.rpartition("-")[0]}
