"""The declarations of who came. See `summitkb.exchange.tables`."""

from delegations.models import Bloc, Country, Delegate, Delegation, Event, Membership, Person
from delegations.other_names import OTHER_NAMES
from delegations.short_names import SHORT_NAME
from summitkb.browse.search.synonyms import same_names
from summitkb.exchange.rules import exactly_one, in_order
from summitkb.exchange.tables import Searched, Table, register

same_names(OTHER_NAMES)

COUNTRIES = register(
    Table(
        Country,
        order=3,
        columns=["code", "name", "kind", "part_of"],
        searched=Searched(titles=("name", SHORT_NAME), texts=("code",), weight=4),
        key=("code",),
        cited=False,
        origin="Set by editors, so that all call it alike.",
    )
)

BLOCS = register(
    Table(
        Bloc,
        order=4,
        columns=["id", "acronym", "name", "kind", "founded_on", "website"],
        searched=Searched(titles=("name", "acronym"), weight=4),
    )
)

MEMBERSHIPS = register(
    Table(
        Membership,
        order=5,
        columns=["bloc", "country", "status", "since", "until"],
        searched=Searched(context=("bloc", "country"), weight=0.5),
        key=("bloc", "country", "status"),
        rules=(in_order(Membership, "membership_since_before_until", "since", "until"),),
    )
)

PEOPLE = register(
    Table(
        Person,
        order=6,
        columns=["id", "name", "native_name", "other_names", "wikidata"],
        searched=Searched(titles=("name", "native_name", "other_names"), weight=4),
    )
)

EVENTS = register(
    Table(
        Event,
        order=7,
        columns=[
            "id",
            "series",
            "edition",
            "name",
            "starts_on",
            "ends_on",
            "city",
            "country",
            "venue",
            "chair",
            "summary",
        ],
        searched=Searched(
            titles=("name", "series", "edition"),
            texts=("city", "venue", "summary"),
            context=("country", "chair"),
            weight=4,
        ),
        rules=(in_order(Event, "event_starts_before_end", "starts_on", "ends_on"),),
    )
)

DELEGATIONS = register(
    Table(
        Delegation,
        order=8,
        columns=["id", "event", "country", "bloc", "status", "note"],
        searched=Searched(texts=("note",), context=("country", "bloc", "event")),
        unique=("delegation_of_country_once", "delegation_of_bloc_once"),
        rules=(exactly_one(Delegation, "delegation_of_country_or_bloc", "country", "bloc"),),
    )
)

DELEGATES = register(
    Table(
        Delegate,
        order=9,
        columns=["delegation", "person", "position", "role"],
        searched=Searched(texts=("position",), context=("delegation", "person")),
        key=("delegation", "person"),
    )
)
