"""Who: countries, blocs and their members, people, events, and the delegations that came to them."""

from delegations.models.countries import Bloc, Country, Membership
from delegations.models.delegations import Delegate, Delegation, Event, Person

__all__ = ["Bloc", "Country", "Delegate", "Delegation", "Event", "Membership", "Person"]
