"""The vocabularies of who came, with the values of the data package."""

from django.db.models import TextChoices


class CountryKind(TextChoices):
    UN_MEMBER = "un-member", "Member of the United Nations"
    UN_OBSERVER = "un-observer", "Observer at the United Nations"
    OTHER = "other", "Other"


class BlocKind(TextChoices):
    ORGANIZATION = "organization", "Organisation"
    ALLIANCE = "alliance", "Alliance"
    GROUPING = "grouping", "Grouping"


class MembershipStatus(TextChoices):
    MEMBER = "member", "Member"
    OBSERVER = "observer", "Observer"
    PARTNER = "partner", "Partner"


class Attendance(TextChoices):
    ATTENDED = "attended", "Attended"
    ANNOUNCED = "announced", "Announced"
    INVITED = "invited", "Invited"
    DECLINED = "declined", "Declined"


class DelegateRole(TextChoices):
    HEAD = "head", "Head of delegation"
    MEMBER = "member", "Member"
