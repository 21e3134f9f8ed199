"""The pages of what an event looks like as a whole: programme, map, blocs, topics, figures."""

from django.urls import path

from meetings.pictures.blocs import BlocMatrix
from meetings.pictures.figures import Figures
from meetings.pictures.map import AttendanceMap, reported_beyond
from meetings.pictures.programme import ProgrammePicture
from meetings.pictures.topics import TopicsBySpeakers
from meetings.pictures.views import PictureView


class Programme(PictureView):
    title = "Programme"
    template_name = "meetings/pictures/programme.html"

    def picture(self, event):
        return {"programme": ProgrammePicture(event)}


class MapOfAttendance(PictureView):
    title = "Map of attendance"
    template_name = "meetings/pictures/map.html"

    def picture(self, event):
        attendance = AttendanceMap(event)
        return {"map": attendance, "reported": reported_beyond(event, attendance.came)}


class Blocs(PictureView):
    title = "Blocs by delegations"
    template_name = "meetings/pictures/blocs.html"

    def picture(self, event):
        return {"matrix": BlocMatrix(event)}


class Topics(PictureView):
    title = "Topics by speakers"
    template_name = "meetings/pictures/topics.html"

    def picture(self, event):
        return {"heat": TopicsBySpeakers(event)}


class FiguresInDispute(PictureView):
    title = "Figures in dispute"
    template_name = "meetings/pictures/figures.html"

    def picture(self, event):
        return {"figures": Figures(event)}


urls = [
    path("events/<key>/programme/", Programme.as_view(), name="event-programme"),
    path("events/<key>/map/", MapOfAttendance.as_view(), name="event-map"),
    path("events/<key>/blocs/", Blocs.as_view(), name="event-blocs"),
    path("events/<key>/topics/", Topics.as_view(), name="event-topics"),
    path("events/<key>/figures/", FiguresInDispute.as_view(), name="event-figures"),
]
