"""Meetings as a calendar that others subscribe to: `/meetings.ics` under any filter of the list."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.views.generic import View
from icalendar import Calendar, Event

from meetings.models import Meeting
from meetings.views import MeetingList
from meetings.vocabularies import MeetingStatus
from summitkb.records.history import last_change
from summitkb.records.partial_dates import to_the_day

STATUS = {
    MeetingStatus.HELD: "CONFIRMED",
    MeetingStatus.ANNOUNCED: "TENTATIVE",
    MeetingStatus.UNCONFIRMED: "TENTATIVE",
    MeetingStatus.CANCELLED: "CANCELLED",
}


class MeetingCalendar(View):
    """The meetings of a list whose day is known. The others have no place in a calendar."""

    def get(self, request):
        rows = MeetingList.filterset_of(request.GET).qs.for_list()
        rows = rows.filter(to_the_day("date"))
        calendar = Calendar()
        calendar.add("prodid", "-//SummitKB//Meetings//EN")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", "SummitKB: meetings")
        for meeting in rows.annotate(changed_at=last_change(Meeting)):
            calendar.add_component(entry_of(meeting, request.build_absolute_uri))
        return HttpResponse(
            calendar.to_ical(),
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="meetings.ics"'},
        )


def entry_of(meeting: Meeting, absolute) -> Event:
    """A meeting in a calendar: all day where its hour is unknown, else in the local time of the event.

    Its UID is the id of the meeting, so that a calendar knows it again when it changes.
    """
    entry, day = Event(), meeting.date.earliest
    entry.add("uid", f"meetings/{meeting.pk}@summitkb")
    entry.add("dtstamp", meeting.changed_at)
    if meeting.starts_at:
        entry.add("dtstart", datetime.combine(day, meeting.starts_at))
    else:
        entry.add("dtstart", day)
        entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", meeting.title)
    entry.add("status", STATUS[meeting.status])
    entry.add("url", absolute(meeting.get_absolute_url()))
    for name, text in (("description", meeting.summary), ("location", meeting.place)):
        if text:
            entry.add(name, text)
    if meeting.topics:
        entry.add("categories", [topic.name for topic in meeting.topics])
    return entry
