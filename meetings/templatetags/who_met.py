"""What the page of a delegation or country shows of whom it met, without that page knowing meetings."""

from django import template

from meetings.pictures.small_circle import small_circle
from meetings.pictures.who_met import WhoMet

register = template.Library()


@register.inclusion_tag("meetings/pictures/circle_small.html")
def circle_of(delegation) -> dict:
    """The small circle of a delegation: `{% circle_of record %}`; nothing where it met nobody."""
    circle = small_circle(WhoMet(delegation.event), delegation)
    return {"circle": circle, "event": delegation.event}
