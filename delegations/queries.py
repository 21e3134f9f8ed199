"""Conditions that several tables share: who was a member of what on the day that counts."""

from django.db.models import Q
from django.db.models.lookups import GreaterThan, IsNull, LessThanOrEqual

from delegations.vocabularies import MembershipStatus
from summitkb.records.partial_dates import Earliest
from summitkb.records.publication import Publication


def holds_on(day, prefix: str = "") -> Q:
    """That a membership, reached by `prefix`, holds on a day, an expression for a date.

    A date known in part counts from its first day; `until` is the first day it holds no longer.
    Where the day is NULL, every membership holds.
    """
    since, until = Earliest(f"{prefix}since"), Earliest(f"{prefix}until")
    begun = Q(**{f"{prefix}since__isnull": True}) | Q(LessThanOrEqual(since, day))
    lasting = Q(**{f"{prefix}until__isnull": True}) | Q(GreaterThan(until, day))
    return Q(IsNull(day, True)) | (begun & lasting)


def member_on(day, prefix: str = "") -> Q:
    """That a membership, reached by `prefix`, is a full, published one and holds on a day.

    Put it into one `filter()` with what else is asked of the same membership.
    """
    return (
        Q(**{f"{prefix}publication": Publication.PUBLISHED})
        & Q(**{f"{prefix}status": MembershipStatus.MEMBER})
        & holds_on(day, prefix)
    )
