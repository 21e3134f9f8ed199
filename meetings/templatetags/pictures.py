"""What pages of who came show of what happened, without these pages knowing it: small pictures."""

from django import template

from meetings.models import Participant
from meetings.pictures.small_circle import small_circle
from meetings.pictures.topics import topics_of
from meetings.pictures.who_met import WhoMet

register = template.Library()


@register.inclusion_tag("meetings/pictures/circle_small.html")
def circle_of(delegation, person=None) -> dict:
    """The small circle of a delegation, or of the meetings that one person of it took part in:
    `{% circle_of record %}`; nothing where it met nobody."""
    meetings = None
    if person is not None:
        took_part = Participant.objects.published().filter(person=person, delegation=delegation)
        meetings = set(took_part.values_list("meeting", flat=True))
    circle = small_circle(WhoMet(delegation.event), delegation, meetings)
    return {"circle": circle, "event": delegation.event, "who": person or delegation.short_name}


@register.inclusion_tag("meetings/pictures/topics_of.html")
def spoke_about(person) -> dict:
    """What a person spoke about: their statements by topic, the most frequent first."""
    return {"person": person, "topics": topics_of(person)}
