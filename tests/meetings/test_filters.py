"""What each filter of the lists of what happened leaves, by exact set of keys, in page and CSV."""

import pytest

from tests.pages import keys, listing

pytestmark = pytest.mark.usefixtures("two_events", "db")

SHOIGU, AHMADIAN, MODI, NOBODY = (
    "sergei-shoigu", "ali-akbar-ahmadian", "narendra-modi", "nobody"
)  # fmt: skip
PLENARY, BILATERAL, TALKS, OTHERS = (
    "moscow-2025-plenary", "shoigu-ahmadian", "astana-talks", "india-egypt"
)  # fmt: skip
QUOTE, REMARK, EXPECTED = "shoigu-on-iran", "analyst-remark", "iran-in-astana"
IN_PLENARY = {f"{PLENARY}+moscow-2025-rus+", f"{PLENARY}+moscow-2025-irn+"}
IN_TALKS = {f"{TALKS}+astana-2023-rus+", f"{TALKS}+astana-2023-irn+"}
IN_OTHERS = {f"{OTHERS}+moscow-2025-ind+", f"{OTHERS}+moscow-2025-egy+"}
CHAIR = f"{BILATERAL}+moscow-2025-rus+{SHOIGU}"
IN_BILATERAL = {f"{BILATERAL}+moscow-2025-rus+", f"{BILATERAL}+moscow-2025-irn+", CHAIR}
TREATY = "strategic-partnership"

CASES = {
    "people": {
        "": {SHOIGU, AHMADIAN, MODI, NOBODY},
        "event=moscow-2025": {SHOIGU, AHMADIAN, MODI},
        "event=astana-2023": {AHMADIAN},
        "event=undated": set(),
        "country=RUS": {SHOIGU},
        "country=RUS&country=IND": {SHOIGU, MODI},
        "bloc=brics": {SHOIGU, AHMADIAN},
        "topic=terrorism": {SHOIGU},
        "topic=security": {SHOIGU, AHMADIAN},
        "kind=member": {AHMADIAN},
        "q=шойгу": {SHOIGU},
        "q=aliakbar": {AHMADIAN},
        "q=ali+ahmadian": {AHMADIAN},
        "corroboration=single": {SHOIGU},
        "corroboration=uncited": {AHMADIAN, MODI, NOBODY},
        "source=tass": {SHOIGU},
    },
    "meetings": {
        "": {PLENARY, BILATERAL, TALKS, OTHERS},
        "event=astana-2023": {TALKS},
        "country=RUS": {PLENARY, BILATERAL, TALKS},
        "country=RUS&event=moscow-2025": {PLENARY, BILATERAL},
        "country=EGY&country=PRK": {OTHERS},
        "country=PRK": set(),
        "bloc=brics": {PLENARY, BILATERAL, TALKS},
        "bloc=brics&country=EGY": set(),
        "delegation=moscow-2025-irn": {PLENARY, BILATERAL},
        "person=sergei-shoigu": {BILATERAL},
        "person=narendra-modi": set(),
        "topic=terrorism": {BILATERAL},
        "topic=security": {BILATERAL, TALKS},
        "topic=security&topic=terrorism": {BILATERAL, TALKS},
        "kind=bilateral": {BILATERAL, OTHERS},
        "kind=bilateral&kind=plenary": {BILATERAL, OTHERS, PLENARY},
        "status=announced": {TALKS},
        "access=closed": {BILATERAL},
        "access=open": set(),
        "lacking=day": {PLENARY, TALKS},
        "from=2023-06-30": {TALKS, BILATERAL, OTHERS},
        "from=2023-07": {BILATERAL, OTHERS},
        "from=2025-05-28": {OTHERS},
        "to=2025-05-27": {TALKS, BILATERAL},
        "to=2023-06-01": {TALKS},
        "from=2025-05&to=2025": {BILATERAL, OTHERS},
        "q=ahmadian+iran": {BILATERAL},
        "q=PLENARY": {PLENARY},
        "corroboration=single": {BILATERAL},
        "corroboration=several": set(),
        "corroboration=uncited": {PLENARY, TALKS, OTHERS},
        "source=reprint": {BILATERAL},
        "publisher=TASS": {BILATERAL},
        "publisher=Interfax": set(),
        "reported-by=2025-05-26": {BILATERAL},
    },
    "participants": {
        "": IN_PLENARY | IN_TALKS | IN_OTHERS | IN_BILATERAL,
        "event=astana-2023": IN_TALKS,
        "meeting=moscow-2025-plenary": IN_PLENARY,
        "country=EGY": {f"{OTHERS}+moscow-2025-egy+"},
        "bloc=brics": IN_PLENARY | IN_BILATERAL | {f"{TALKS}+astana-2023-rus+"},
        "delegation=moscow-2025-rus": {key for key in IN_PLENARY | IN_BILATERAL if "-rus" in key},
        "person=sergei-shoigu": {CHAIR},
        "topic=terrorism": IN_BILATERAL,
        "topic=security": IN_BILATERAL | IN_TALKS,
        "kind=chair": {CHAIR},
        "status=announced": IN_TALKS,
        "from=2025-05-28": IN_OTHERS,
        "to=2023": IN_TALKS,
        "q=shoigu+sergei": {CHAIR},
        "corroboration=single": {CHAIR},
        "source=tass": {CHAIR},
    },
    "statements": {
        "": {QUOTE, REMARK, EXPECTED},
        "event=moscow-2025": {QUOTE, REMARK},
        "meeting=shoigu-ahmadian": {QUOTE},
        "country=IRN": {EXPECTED},
        "country=IRN&country=RUS": {EXPECTED, QUOTE},
        "bloc=brics": {QUOTE},
        "delegation=astana-2023-irn": {EXPECTED},
        "person=sergei-shoigu": {QUOTE},
        "person=sergei-shoigu&event=astana-2023": set(),
        "about=IRN": {QUOTE},
        "about=brics": {QUOTE},
        "about=RUS&about=brics": {QUOTE, EXPECTED},
        "about=PRK": set(),
        "topic=terrorism": {QUOTE},
        "topic=security": {QUOTE, EXPECTED},
        "kind=paraphrase": {REMARK, EXPECTED},
        "kind=paraphrase&kind=quote": {QUOTE, REMARK, EXPECTED},
        "status=expected": {EXPECTED},
        "from=2023-12-31": {EXPECTED, QUOTE},
        "from=2024": {QUOTE},
        "to=2023-01-01": {EXPECTED},
        "to=2022": set(),
        "q=dushanbe": {EXPECTED},
        "q=analyst+CHANGING": {REMARK},
        "q=analyst+dialogue": set(),
        "corroboration=single": {QUOTE},
        "corroboration=uncited": {REMARK, EXPECTED},
        "source=tass": {QUOTE},
        "publisher=TASS": {QUOTE},
        "reported-by=2025": {QUOTE},
        "reported-by=2024": set(),
    },
    "topics": {
        "": {"security", "terrorism"},
        "event=moscow-2025": {"terrorism"},
        "event=astana-2023": {"security"},
        "country=RUS": {"security", "terrorism"},
        "country=EGY": set(),
        "country=RUS&country=IRN": {"security", "terrorism"},
        "person=ali-akbar-ahmadian": {"security"},
        "topic=security": {"security", "terrorism"},
        "topic=terrorism": {"terrorism"},
        "q=TERROR": {"terrorism"},
        "corroboration=uncited": {"security", "terrorism"},
    },
    "agreements": {
        "": {TREATY, "old", "late", "pact"},
        "country=IRN": {TREATY, "old"},
        "country=IRN&country=EGY": {TREATY, "old", "late"},
        "bloc=brics": {TREATY, "pact"},
        "status=lapsed": {"old"},
        "from=2020-12-31": {"old", "late", "pact"},
        "from=2025-06-01": {"late", "pact"},
        "to=2025-05": {"old"},
        "q=partnership": {TREATY},
        "corroboration=single": {TREATY},
        "corroboration=disputed": {TREATY},
        "corroboration=uncited": {"old", "late", "pact"},
        "source=interfax": {TREATY},
        "publisher=Interfax&publisher=TASS": {TREATY},
    },
    "figures": {
        "": {"delegations-126", "delegations-125", "astana-countries", "moscow-late"},
        "event=astana-2023": {"astana-countries"},
        "kind=delegations": {"delegations-126", "delegations-125"},
        "kind=reports&kind=countries": {"moscow-late", "astana-countries"},
        "status=at-least": {"astana-countries"},
        "from=2025-05-29": {"moscow-late"},
        "to=2025-05-28": set(),
        "q=plenary": {"moscow-late"},
        "corroboration=single": {"delegations-126", "delegations-125"},
        "source=tass": {"delegations-126"},
        "publisher=Interfax": {"delegations-125"},
        "reported-by=2025-05-30": {"delegations-126"},
    },
}


@pytest.mark.parametrize(
    ("table", "query"), [(table, query) for table, cases in CASES.items() for query in cases]
)
def test_a_filter_leaves_exactly(client, table, query):
    assert keys(client, table, f"?{query}") == CASES[table][query]


@pytest.mark.parametrize(
    ("table", "sort", "order"),
    [
        ("meetings", "oldest", [TALKS, BILATERAL, OTHERS, PLENARY]),
        ("meetings", "newest", [OTHERS, BILATERAL, TALKS, PLENARY]),
        ("meetings", "title", [OTHERS, PLENARY, BILATERAL, TALKS]),
        ("meetings", "kind", [BILATERAL, OTHERS, TALKS, PLENARY]),
        ("meetings", "status", [TALKS, BILATERAL, OTHERS, PLENARY]),
        ("statements", "newest", [QUOTE, EXPECTED, REMARK]),
        ("statements", "oldest", [EXPECTED, QUOTE, REMARK]),
        ("statements", "speaker", [REMARK, EXPECTED, QUOTE]),
        ("agreements", "title", ["pact", TREATY, "old", "late"]),
        ("agreements", "oldest", ["old", "late", "pact", TREATY]),
        (
            "figures",
            "measure",
            ["delegations-125", "delegations-126", "astana-countries", "moscow-late"],
        ),
        (
            "figures",
            "largest",
            ["delegations-126", "delegations-125", "moscow-late", "astana-countries"],
        ),
    ],
)
def test_rows_stand_in_the_order_that_is_asked_for(client, table, sort, order):
    assert listing(client, table, f"?sort={sort}").keys == order
