"""What each filter of the lists of who came leaves, by exact set of keys, in page and CSV."""

from urllib.parse import urlencode

import pytest

from tests.factories import make_person
from tests.pages import keys, listing, rows_of_csv

pytestmark = pytest.mark.usefixtures("two_events", "db")

CAME = ("rus", "irn", "prk", "brics", "ind", "egy", "eth", "bra", "chn", "tur")
MOSCOW = {f"moscow-2025-{end}" for end in CAME}
ASTANA = {"astana-2023-rus", "astana-2023-irn"}
HERE = {"RUS", "IRN", "PRK", "IND", "EGY", "ETH", "BRA", "CHN", "TUR", "KAZ"}
IN_BRICS = {"brics+RUS+member", "brics+IRN+member", "brics+EGY+member", "brics+ETH+member"}
IN_BRICS |= {"brics+BRA+member", "brics+CHN+member", "brics+IND+partner"}
HEAD, SECRETARY = "moscow-2025-rus+sergei-shoigu", "moscow-2025-irn+ali-akbar-ahmadian"
MODI = "moscow-2025-ind+narendra-modi"

CASES = {
    "events": {
        "": {"moscow-2025", "astana-2023", "undated"},
        "country=RUS": {"moscow-2025"},
        "country=RUS&country=KAZ": {"moscow-2025", "astana-2023"},
        "person=sergei-shoigu": {"moscow-2025"},
        "from=2024": {"moscow-2025"},
        "from=2023-06-30": {"moscow-2025", "astana-2023"},
        "from=2023-07": {"moscow-2025"},
        "from=2025-05-29": {"moscow-2025"},
        "from=2025-05-30": set(),
        "to=2023-06-01": {"astana-2023"},
        "to=2025-05-27": {"moscow-2025", "astana-2023"},
        "to=2025-05-26": {"astana-2023"},
        "from=2023&to=2023": {"astana-2023"},
        "q=ASTANA": {"astana-2023"},
        "q=astana+MEETING": {"astana-2023"},
        "corroboration=single": {"moscow-2025", "astana-2023"},
        "corroboration=uncited": {"undated"},
        "source=interfax": {"moscow-2025"},
        "publisher=TASS": {"astana-2023"},
        "publisher=TASS&publisher=Interfax": {"moscow-2025", "astana-2023"},
        "reported-by=2025-05-31": {"moscow-2025"},
        "reported-by=2025-05-30": set(),
    },
    "countries": {
        "": HERE,
        "event=astana-2023": {"RUS", "IRN"},
        "event=astana-2023&event=undated": {"RUS", "IRN", "EGY"},
        "bloc=brics": {"RUS", "IRN", "ETH", "BRA", "CHN"},
        "bloc=sco": set(),
        "person=ali-akbar-ahmadian": {"IRN"},
        "kind=un-member": HERE,
        "kind=other": set(),
        "status=invited": {"IRN"},
        "status=invited&status=announced": {"IRN", "PRK"},
        "q=turkiye": {"TUR"},
        "q=ru": {"RUS"},
        "corroboration=uncited": HERE,
    },
    "blocs": {
        "": {"brics", "sco"},
        "event=moscow-2025": {"brics"},
        "event=astana-2023": set(),
        "country=IND": {"brics"},
        "country=IRN": {"brics", "sco"},
        "country=TUR": set(),
        "kind=grouping": {"brics"},
        "status=attended": {"brics"},
        "from=2001-07": {"brics"},
        "from=2001-06-30": {"brics", "sco"},
        "to=2009-06-15": {"sco"},
        "q=shanghai": {"sco"},
        "q=BRICS": {"brics"},
        "corroboration=single": {"brics"},
        "publisher=BRICS": {"brics"},
    },
    "memberships": {
        "": IN_BRICS | {"sco+IRN+observer"},
        "bloc=sco": {"sco+IRN+observer"},
        "country=IRN": {"brics+IRN+member", "sco+IRN+observer"},
        "country=IRN&bloc=brics": {"brics+IRN+member"},
        "status=partner&status=observer": {"brics+IND+partner", "sco+IRN+observer"},
        "to=2005": {"sco+IRN+observer"},
        "to=2023": {"sco+IRN+observer", "brics+RUS+member"},
        "from=2023-07-05": IN_BRICS,
        "from=2025-05-28": IN_BRICS - {"brics+EGY+member"},
        "from=2025&to=2025": IN_BRICS - {"brics+CHN+member"},
        "q=shanghai": {"sco+IRN+observer"},
        "q=brics+ethiopia": {"brics+ETH+member"},
        "source=page": {"brics+RUS+member"},
    },
    "delegations": {
        "": MOSCOW | ASTANA | {"undated-egy"},
        "event=astana-2023": ASTANA,
        "country=IRN": {"moscow-2025-irn", "astana-2023-irn"},
        "country=IRN&country=PRK": {"moscow-2025-irn", "astana-2023-irn", "moscow-2025-prk"},
        "country=IRN&event=moscow-2025": {"moscow-2025-irn"},
        "bloc=brics": {
            *(f"moscow-2025-{end}" for end in ("rus", "irn", "brics", "eth", "chn")),
            "astana-2023-rus",
            "undated-egy",
        },
        "bloc=sco": set(),
        "person=sergei-shoigu": {"moscow-2025-rus"},
        "person=sergei-shoigu&person=narendra-modi": {"moscow-2025-rus", "moscow-2025-ind"},
        "status=announced": {"moscow-2025-prk"},
        "status=announced&status=invited": {"moscow-2025-prk", "astana-2023-irn"},
        "q=russian": {"moscow-2025-rus", "astana-2023-rus"},
        "q=brics": {"moscow-2025-brics"},
        "corroboration=several": {"moscow-2025-rus"},
        "corroboration=single": {"moscow-2025-irn"},
        "corroboration=disputed": {"moscow-2025-prk"},
        "corroboration=several&corroboration=disputed": {"moscow-2025-rus", "moscow-2025-prk"},
        "corroboration=uncited": (MOSCOW | ASTANA | {"undated-egy"})
        - {"moscow-2025-rus", "moscow-2025-irn", "moscow-2025-prk"},
        "source=tass": {"moscow-2025-rus", "moscow-2025-irn"},
        "source=tass&source=interfax": {"moscow-2025-rus", "moscow-2025-irn", "moscow-2025-prk"},
        "publisher=Interfax": {"moscow-2025-rus", "moscow-2025-prk"},
        "reported-by=2025-05-25": set(),
        "reported-by=2025-05-26": {"moscow-2025-rus", "moscow-2025-irn"},
        "reported-by=2025-05": {"moscow-2025-rus", "moscow-2025-irn"},
    },
    "delegates": {
        "": {HEAD, SECRETARY, MODI},
        "event=moscow-2025": {HEAD, SECRETARY, MODI},
        "event=astana-2023": set(),
        "delegation=moscow-2025-rus": {HEAD},
        "country=IRN": {SECRETARY},
        "country=IRN&country=IND": {SECRETARY, MODI},
        "bloc=brics": {HEAD, SECRETARY},
        "person=sergei-shoigu": {HEAD},
        "kind=head": {HEAD},
        "kind=head&kind=member": {HEAD, SECRETARY},
        "status=attended": {HEAD, SECRETARY, MODI},
        "status=announced": set(),
        "q=СЕРГЕЙ": {HEAD},
        "q=secretary": {HEAD, SECRETARY},
        "corroboration=single": {HEAD},
        "source=interfax": {HEAD},
    },
}


@pytest.mark.parametrize(
    ("table", "query"), [(table, query) for table, cases in CASES.items() for query in cases]
)
def test_a_filter_leaves_exactly(client, table, query):
    assert keys(client, table, f"?{query}") == CASES[table][query]


@pytest.mark.parametrize(
    ("table", "sort", "first"),
    [
        ("events", "oldest", "astana-2023"),
        ("events", "newest", "moscow-2025"),
        ("events", "name", "moscow-2025"),
        ("countries", "code", "BRA"),
        ("countries", "name", "BRA"),
        ("blocs", "oldest", "sco"),
        ("blocs", "newest", "brics"),
        ("memberships", "oldest", "sco+IRN+observer"),
        ("memberships", "newest", "brics+BRA+member"),
        ("delegations", "status", "moscow-2025-prk"),
        ("delegates", "name", SECRETARY),
        ("delegates", "country", MODI),
    ],
)
def test_a_sort_begins_with(client, table, sort, first):
    assert listing(client, table, f"?sort={sort}").keys[0] == first


@pytest.mark.parametrize(
    ("word", "found"),
    [("xyzzy", 1), ("Xyzzy,", 1), ("both xyzzy", 1), ("{", 0), ('"', 0), ('xyzzy,"', 0)],
)
def test_other_names_are_words_and_not_the_text_of_a_list(client, word, found):
    make_person("p", name="P", other_names=["Two Xyzzy,", "Both"])

    assert len(rows_of_csv(client, "people", f"?{urlencode({'q': word})}")) == found
