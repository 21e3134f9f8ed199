"""The vocabularies of who came, with the values of the data package."""

from summitkb.records.vocabularies import Vocabulary


class CountryKind(Vocabulary):
    UN_MEMBER = "un-member", "A member of the United Nations.", "Member of the United Nations"
    UN_OBSERVER = (
        "un-observer",
        "An observer state at the United Nations.",
        "Observer at the United Nations",
    )
    OTHER = "other", "Neither: an entity inside a state, or one that few states recognise.", "Other"


class BlocKind(Vocabulary):
    ORGANIZATION = "organization", "It has organs of its own.", "Organisation"
    ALLIANCE = "alliance", "Its members are bound to defend each other.", "Alliance"
    GROUPING = "grouping", "Its members meet, without organs of its own.", "Grouping"


class MembershipStatus(Vocabulary):
    MEMBER = "member", "It belongs to the bloc in full.", "Member"
    OBSERVER = "observer", "It attends without belonging to it.", "Observer"
    PARTNER = "partner", "It has an agreement of partnership or dialogue with it.", "Partner"


class Attendance(Vocabulary):
    ATTENDED = "attended", "It was there, as a source says.", "Attended"
    ANNOUNCED = (
        "announced",
        "It was said beforehand that it would come, and no source says whether it did.",
        "Announced",
    )
    INVITED = "invited", "It was asked to come, and no source says whether it did.", "Invited"
    DECLINED = "declined", "It said that it would not come, or stayed away.", "Declined"


class DelegateRole(Vocabulary):
    HEAD = "head", "The head of the delegation.", "Head of delegation"
    MEMBER = "member", "On the delegation, and not its head.", "Member"
