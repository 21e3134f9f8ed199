"""The small cast that tests share: one gathering with one of each thing that matters."""

from types import SimpleNamespace

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
    make_participant,
    make_person,
    make_source,
    make_statement,
    make_topic,
)


def make_cast() -> SimpleNamespace:
    """Moscow 2025 in small, all of it published.

    Russia and Iran came, North Korea was announced, and BRICS came as a bloc; Russia and Iran are
    members of it on the day of the event, Iran since 2024 only. Shoigu met Ahmadian in a
    `bilateral` behind closed doors, where he made the `quote`; `remark` is by an unnamed analyst.
    There is a `plenary` too. Two figures disagree: 126 delegations by TASS, 125 by Interfax.
    `reprint` is TASS as carried by another. That the agreement awaits ratification is supported by
    TASS and disputed by Interfax.
    """
    c = SimpleNamespace()

    c.tass = make_source("tass", publisher="TASS", kind="agency", title="Moscow meeting opens")
    c.interfax = make_source(
        "interfax", publisher="Interfax", kind="agency", title="Встреча в Москве"
    )
    c.reprint = make_source("reprint", publisher="TASS", carried_by="Daily Star", kind="press")

    c.russia = make_country("RUS", name="Russian Federation")
    c.iran = make_country("IRN", name="Iran")
    c.korea = make_country("PRK", name="Democratic People’s Republic of Korea")
    c.brics = make_bloc("brics", acronym="BRICS", name="BRICS", kind="grouping")
    c.russia_in_brics = make_membership(c.brics, c.russia, since="2009-06-16")
    c.iran_in_brics = make_membership(c.brics, c.iran, since="2024-01-01")

    c.shoigu = make_person("sergei-shoigu", name="Sergei Shoigu", native_name="Сергей Шойгу")
    c.ahmadian = make_person(
        "ali-akbar-ahmadian", name="Ali Akbar Ahmadian", other_names=["Aliakbar Ahmadian"]
    )
    c.event = make_event(
        "moscow-2025",
        name="13th International Meeting of High Representatives for Security Issues",
        city="Moscow",
        country=c.russia,
        chair=c.shoigu,
    )
    c.russians = make_delegation(c.event, c.russia, "moscow-2025-rus")
    c.iranians = make_delegation(c.event, c.iran, "moscow-2025-irn")
    c.koreans = make_delegation(c.event, c.korea, "moscow-2025-prk", status="announced")
    c.brics_delegation = make_delegation(c.event, c.brics, "moscow-2025-brics")
    c.head = make_delegate(
        c.russians, c.shoigu, position="Secretary of the Security Council", role="head"
    )

    c.security = make_topic("security", name="Security")
    c.terrorism = make_topic("terrorism", name="Terrorism", parent=c.security)
    c.plenary = make_meeting(
        c.event,
        "moscow-2025-plenary",
        kind="plenary",
        title="Plenary session",
        delegations=[c.russians, c.iranians],
    )
    c.bilateral = make_bilateral(
        c.event,
        c.russians,
        c.iranians,
        "shoigu-ahmadian",
        title="Shoigu – Ahmadian (Russia – Iran)",
        date="2025-05-27",
        access="closed",
        topics=[c.terrorism],
    )
    c.participant = make_participant(c.bilateral, c.russians, c.shoigu, role="chair")
    c.quote = make_statement(
        c.event,
        c.shoigu,
        "shoigu-on-iran",
        meeting=c.bilateral,
        delegation=c.russians,
        kind="quote",
        date="2025-05-27",
        text="We are ready to go on with our dialogue.",
        topics=[c.terrorism],
        about=[c.iran, c.brics],
    )
    c.remark = make_statement(
        c.event,
        id="analyst-remark",
        speaker_label="A Russian analyst",
        text="The architecture of security is changing.",
    )
    c.agreement = make_agreement(
        "strategic-partnership",
        title="Strategic Partnership Treaty",
        status="awaiting-ratification",
        parties=[c.russia, c.iran],
    )
    c.figure = make_figure(c.event, 126, "delegations-126")
    c.other_figure = make_figure(c.event, 125, "delegations-125")

    c.citation = cite(c.bilateral, c.tass, locator="paragraph 2", excerpt="The two met.")
    cite(c.bilateral, c.reprint, excerpt="The two met.")
    cite(c.quote, c.tass, excerpt="We are ready to go on with our dialogue.")
    cite(c.figure, c.tass)
    cite(c.other_figure, c.interfax)
    cite(c.agreement, c.tass)
    cite(c.agreement, c.interfax, stance="disputes", excerpt="already ratified")
    return c
