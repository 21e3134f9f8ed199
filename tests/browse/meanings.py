"""What each filter of each list means: paths from a row through the files of the package.

A step of a path is a column, which leads to the record that it names or else to what the cell says;
`statements[speaker]`, the rows of a table that name the row in that column; or what is worked out in
`brute_force.WORKED_OUT`. Of several paths, parted by spaces, a filter takes what all of them find.

Where a filter has a path for each of its values, a row has the values whose path finds nothing.
"""

EVIDENCE = {
    "source": "citations/source",
    "publisher": "citations/source/publisher",
    "source-kind": "citations/source/kind",
    "corroboration": "corroboration",
    "reported-by": "supporting/source/published_on",
}


def _dated(first, last=None):
    """The filters by date. Of the paths to the last day, the first counts that finds one."""
    return {"date": first, "to": first, "from": last or first}


def _sides(paths):
    """The filters by who a delegation was of, given the paths to the delegation."""
    paths = paths.split()
    return {
        "country": " ".join(f"{path}/country" for path in paths),
        "bloc": " ".join(f"{path}/counts_for" for path in paths),
    }


MEANINGS = {
    "sources": {
        "kind": "kind",
        "language": "language",
        "publisher": "publisher",
        "reported-by": "published_on",
        **_dated("published_on"),
        "q": "title publisher carried_by author url",
    },
    "topics": {
        **EVIDENCE,
        "event": "meetings[topics]/event statements[topics]/event",
        "country": "meetings[topics]/participants[meeting]/delegation/country "
        "statements[topics]/delegation/country",
        "person": "meetings[topics]/participants[meeting]/person statements[topics]/speaker",
        "topic": "and_above",
        "q": "name",
    },
    "countries": {
        **EVIDENCE,
        "event": "delegations[country]/event",
        "bloc": "member_today_of",
        "person": "delegations[country]/delegates[delegation]/person",
        "kind": "kind",
        "status": "delegations[country]/status",
        "q": "name code",
    },
    "blocs": {
        **EVIDENCE,
        "event": "delegations[bloc]/event",
        "country": "memberships[bloc]/country",
        "kind": "kind",
        "status": "delegations[bloc]/status",
        **_dated("founded_on"),
        "q": "name acronym",
    },
    "memberships": {
        **EVIDENCE,
        "bloc": "bloc",
        "country": "country",
        "status": "status",
        **_dated("since", "until never"),
        "q": "bloc/name bloc/acronym country/name",
    },
    "people": {
        **EVIDENCE,
        "event": "delegates[person]/delegation/event participants[person]/meeting/event "
        "statements[speaker]/event",
        **_sides(
            "delegates[person]/delegation participants[person]/delegation "
            "statements[speaker]/delegation"
        ),
        "topic": "statements[speaker]/topics/and_above",
        "kind": "delegates[person]/role",
        "q": "name native_name other_names",
    },
    "events": {
        **EVIDENCE,
        "country": "country",
        "person": "chair",
        **_dated("starts_on", "ends_on starts_on"),
        "q": "name series city venue summary",
    },
    "delegations": {
        **EVIDENCE,
        "event": "event",
        "country": "country",
        "bloc": "counts_for",
        "person": "delegates[delegation]/person",
        "status": "status",
        "lacking": {"name": "delegates[delegation]/person"},
        "q": "country/name bloc/name bloc/acronym note",
    },
    "delegates": {
        **EVIDENCE,
        "event": "delegation/event",
        "delegation": "delegation",
        **_sides("delegation"),
        "person": "person",
        "kind": "role",
        "status": "delegation/status",
        "q": "person/name person/native_name position",
    },
    "meetings": {
        **EVIDENCE,
        "event": "event",
        **_sides("participants[meeting]/delegation"),
        "delegation": "participants[meeting]/delegation",
        "person": "participants[meeting]/person",
        "topic": "topics/and_above",
        "kind": "kind",
        "status": "status",
        "access": "access",
        "lacking": {"day": "day_of_date"},
        **_dated("date"),
        "q": "title summary place",
    },
    "participants": {
        **EVIDENCE,
        "event": "meeting/event",
        "meeting": "meeting",
        **_sides("delegation"),
        "delegation": "delegation",
        "person": "person",
        "topic": "meeting/topics/and_above",
        "kind": "role",
        "status": "meeting/status",
        "lacking": {"name": "person"},
        **_dated("meeting/date"),
        "q": "meeting/title person/name delegation/country/name",
    },
    "statements": {
        **EVIDENCE,
        "event": "event",
        "meeting": "meeting",
        **_sides("delegation"),
        "delegation": "delegation",
        "person": "speaker",
        "about": "about",
        "topic": "topics/and_above",
        "kind": "kind",
        "status": "status",
        "lacking": {"day": "day_of_date", "name": "speaker"},
        **_dated("date"),
        "q": "text speaker/name speaker_label",
    },
    "agreements": {
        **EVIDENCE,
        "country": "parties/code",
        "bloc": "parties/id parties_were_in",
        "status": "status",
        **_dated("as_of"),
        "q": "title summary",
    },
    "figures": {
        **EVIDENCE,
        "event": "event",
        "kind": "measure",
        "status": "bound",
        **_dated("as_of"),
        "q": "scope note",
    },
    "citations": {
        "source": "source",
        "publisher": "source/publisher",
        "reported-by": "source/published_on",
        "table": "table",
        "kind": "source/kind",
        "status": "stance",
        **_dated("source/published_on"),
        "q": "excerpt locator record",
    },
}
