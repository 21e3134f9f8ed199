"""The pages of who met whom: round a circle, and as a matrix."""

from django.urls import path

from meetings.models import Figure
from meetings.pictures import circle, matrix
from meetings.pictures.views import PictureView
from meetings.pictures.who_met import WhoMet
from meetings.vocabularies import Measure


class Circle(PictureView):
    title = "Who met whom"
    template_name = "meetings/pictures/circle.html"

    def picture(self, event):
        who = WhoMet(event, crowd=circle.CROWD)
        return {"who": who, "circle": circle.circle(who), "total_reported": total_reported(event)}


class Matrix(PictureView):
    """As a matrix; where that would be too wide as a table of two columns, unless it is asked for."""

    title = "Who met whom, as a matrix"
    template_name = "meetings/pictures/matrix.html"
    whole = False

    def picture(self, event):
        who = WhoMet(event)
        drawn = matrix.Matrix(who)
        return {
            "who": who,
            "matrix": drawn,
            "drawn_whole": self.whole or not drawn.wide,
            "total_reported": total_reported(event),
        }


def total_reported(event) -> bool:
    """Whether any source gives the number of all bilaterals; ours are those whose sides are known."""
    figures = Figure.objects.published().filter(event=event, measure=Measure.BILATERAL_MEETINGS)
    return figures.exists()


urls = [
    path("events/<key>/who-met-whom/", Circle.as_view(), name="event-circle"),
    path("events/<key>/who-met-whom/matrix/", Matrix.as_view(), name="event-matrix"),
    path(
        "events/<key>/who-met-whom/matrix/whole/",
        Matrix.as_view(whole=True),
        name="event-matrix-whole",
    ),
]
