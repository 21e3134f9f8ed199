"""Two events beside each other: who came to both, who is new, who stayed away, who met whom again."""

from collections import defaultdict
from dataclasses import dataclass, field

from delegations.groups import by_name
from delegations.models import Bloc, Country, Delegate, Delegation, Event
from delegations.vocabularies import Attendance, DelegateRole
from meetings.models import Meeting
from meetings.pictures.who_met import WhoMet
from meetings.vocabularies import MeetingStatus


@dataclass
class Sent:
    """What one country or bloc sent to each of two events; None where nothing is on record."""

    sender: Country | Bloc
    a: Delegation | None = None
    b: Delegation | None = None

    @property
    def came(self) -> tuple[bool, bool]:
        """Whether it came to the one and to the other, as far as is on record."""
        return tuple(d is not None and d.status == Attendance.ATTENDED for d in (self.a, self.b))

    @property
    def heads(self) -> tuple[Delegate | None, Delegate | None]:
        return head_of(self.a), head_of(self.b)


@dataclass
class Pair:
    """The bilateral meetings of the same two at each of two events."""

    names: str
    a: list[Meeting] = field(default_factory=list)
    b: list[Meeting] = field(default_factory=list)

    @property
    def met_at_both(self) -> bool:
        return all(any(m.status == MeetingStatus.HELD for m in at) for at in (self.a, self.b))


class Comparison:
    """The published delegations and bilateral meetings of two events."""

    def __init__(self, a: Event, b: Event):
        self.a, self.b = a, b
        sent: dict = {}
        for event, side in ((a, "a"), (b, "b")):
            delegations = Delegation.objects.published().filter(event=event).for_list()
            for delegation in sorted(delegations, key=by_name):
                setattr(
                    sent.setdefault(delegation.sender, Sent(delegation.sender)), side, delegation
                )
        found = sorted(sent.values(), key=lambda s: by_name(s.a or s.b))
        self.both = [s for s in found if s.came == (True, True)]
        self.joined = [s for s in found if s.came == (False, True)]
        self.dropped = [s for s in found if s.came == (True, False)]
        self.neither = [s for s in found if s.came == (False, False)]
        self.pairs = self._pairs()

    @property
    def again(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.met_at_both]

    @property
    def others(self) -> list[Pair]:
        return [pair for pair in self.pairs if not pair.met_at_both]

    def _pairs(self) -> list[Pair]:
        pairs = defaultdict(lambda: Pair(""))
        for event, side in ((self.a, "a"), (self.b, "b")):
            for bilateral in WhoMet(event).bilaterals:
                senders = sorted(bilateral.sides, key=by_name)
                pair = pairs[tuple(delegation.sender for delegation in senders)]
                pair.names = " – ".join(delegation.short_name for delegation in senders)
                getattr(pair, side).append(bilateral.meeting)
        return sorted(pairs.values(), key=lambda pair: pair.names)


def head_of(delegation: Delegation | None) -> Delegate | None:
    """Who led it; where no source says so, the only one who is named."""
    people = delegation.people_sent if delegation else []
    heads = [delegate for delegate in people if delegate.role == DelegateRole.HEAD]
    if heads:
        return heads[0]
    return people[0] if len(people) == 1 else None
