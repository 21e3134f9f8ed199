"""The cast and what filters must tell apart: a second event, other members, other evidence."""

from types import SimpleNamespace

from tests.cast import make_cast
from tests.factories import (
    cite,
    make_agreement,
    make_bilateral,
    make_bloc,
    make_country,
    make_delegate,
    make_delegation,
    make_event,
    make_figure,
    make_meeting,
    make_membership,
    make_person,
    make_source,
    make_statement,
)


def make_two_events() -> SimpleNamespace:
    """The cast, and beside it:

    A second event in Astana in June 2023, when Iran was no member of BRICS yet, and a third of which
    nobody knows the day. Five more delegations to Moscow whose countries are members of BRICS in
    some way, but on the 27th of May 2025 only Ethiopia (since some day of that month) and China
    (dates unknown) are full ones; Egypt's membership ended that day, Brazil's begins the next, India
    is a partner, and that of Türkiye is a draft.

    TASS wrote on 26 May 2025, Interfax some day in that month; the reprint is undated.
    """
    c = make_cast()
    type(c.tass).objects.filter(pk="tass").update(published_on="2025-05-26")
    type(c.tass).objects.filter(pk="interfax").update(published_on="2025-05", language="ru")
    c.page = make_source("page", publisher="BRICS", kind="official", title="Members", language="")

    c.sent = {}
    for code, name, fields in (
        ("IND", "India", {"status": "partner", "since": "2024"}),
        ("EGY", "Egypt", {"since": "2024-01-01", "until": "2025-05-27"}),
        ("ETH", "Ethiopia", {"since": "2025-05"}),
        ("BRA", "Brazil", {"since": "2025-05-28"}),
        ("CHN", "China", {}),
        ("TUR", "Türkiye", {"publication": "draft"}),
    ):
        country = make_country(code, name=name)
        make_membership(c.brics, country, **fields)
        c.sent[code] = make_delegation(c.event, country, f"moscow-2025-{code.lower()}")
    c.sco = make_bloc(
        "sco",
        acronym="SCO",
        name="Shanghai Cooperation Organisation",
        founded_on="2001-06",
    )
    type(c.brics).objects.filter(pk="brics").update(founded_on="2009-06-16")
    make_membership(c.sco, c.iran, status="observer", since="2005", until="2023-07-04")

    c.astana = make_event(
        "astana-2023",
        name="Meeting in Astana",
        city="Astana",
        country=make_country("KAZ", name="Kazakhstan"),
        starts_on="2023-06",
        ends_on=None,
    )
    c.undated = make_event("undated", name="A meeting", starts_on=None, ends_on=None)
    c.russians_then = make_delegation(c.astana, c.russia, "astana-2023-rus")
    c.iranians_then = make_delegation(c.astana, c.iran, "astana-2023-irn", status="invited")
    make_delegation(c.undated, c.sent["EGY"].country, "undated-egy")
    make_delegate(c.iranians, c.ahmadian, position="Secretary", role="member")
    c.modi = make_person("narendra-modi", name="Narendra Modi")
    make_delegate(c.sent["IND"], c.modi)
    make_person("nobody", name="Nobody")

    c.talks = make_meeting(
        c.astana,
        "astana-talks",
        title="Talks of three",
        delegations=[c.russians_then, c.iranians_then],
        topics=[c.security],
        date="2023-06",
        status="announced",
    )
    make_bilateral(c.event, c.sent["IND"], c.sent["EGY"], "india-egypt", date="2025-05-28")
    make_statement(
        c.astana,
        c.ahmadian,
        "iran-in-astana",
        delegation=c.iranians_then,
        text="He will speak of Dushanbé.",
        status="expected",
        date="2023",
        topics=[c.security],
        about=[c.russia],
    )
    make_agreement("old", title="Too early", parties=[c.iran], as_of="2020", status="lapsed")
    make_agreement("late", title="Too late", parties=[c.sent["EGY"].country], as_of="2025-06")
    make_agreement("pact", title="Pact of the bloc", parties=[c.brics], as_of="2025-06-01")
    make_figure(c.astana, 20, "astana-countries", measure="countries", bound="at-least")
    make_figure(c.event, 30, "moscow-late", measure="reports", as_of="2025-05-29", scope="plenary")

    cite(c.russians, c.tass)
    cite(c.russians, c.interfax)
    cite(c.iranians, c.tass)
    cite(c.iranians, c.reprint)
    cite(c.koreans, c.interfax, stance="disputes")
    cite(c.event, c.interfax)
    cite(c.astana, c.reprint)
    cite(c.brics, c.page)
    cite(c.russia_in_brics, c.page)
    cite(c.shoigu, c.tass)
    cite(c.head, c.interfax)
    cite(c.participant, c.tass)
    return c
