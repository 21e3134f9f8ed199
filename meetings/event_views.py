"""The page of an event, which with the newest one is also the start page; what is open about it; two
events compared."""

from django import forms
from django.db.models import F
from django.shortcuts import render
from django.views.generic import TemplateView

from delegations.attendance import by_bloc
from delegations.models import Delegation, Event
from delegations.tables import EVENTS
from delegations.vocabularies import Attendance
from meetings.compare import Comparison
from meetings.figure_panels import first_of_each_measure, panels
from meetings.models import Figure, Meeting, Statement
from meetings.open_ends import OpenEnds
from meetings.pictures.views import PictureView
from meetings.programme import Programme
from meetings.vocabularies import MeetingStatus, StatementStatus
from summitkb.browse.excerpts import LENGTH, counting_of, first_of
from summitkb.browse.filter_form import BadParameters
from summitkb.browse.views import RecordDetail
from summitkb.records.partial_dates import Earliest

MOST_MEETINGS, MOST_OPEN = 90, 12
"""Meetings of the programme, and lines of each kind of open ends, on the page of an event. All have
pages of their own."""


class EventDetail(RecordDetail):
    table = EVENTS
    template_name = "meetings/event.html"

    def beside(self, record):
        def of_event(model):
            return model.objects.published().filter(event=record)

        delegations = list(of_event(Delegation).for_list())
        all_meetings = of_event(Meeting)
        meetings = list(all_meetings.for_list()[:MOST_MEETINGS])
        unheld = [MeetingStatus.ANNOUNCED, MeetingStatus.UNCONFIRMED]
        figures = list(of_event(Figure).for_list())
        statements = of_event(Statement)
        latest = first_of("statements", f"event={record.pk}")
        blocs, in_no_bloc = by_bloc(record, delegations)
        tally = self.tally(record, delegations, all_meetings, figures, statements)
        return {
            "tally": tally,
            "meetings_in_all": {table: n for table, n, _ in tally}["meetings"],
            "chair_position": self.position_of_chair(record, delegations),
            "panels": first_of_each_measure(panels(figures)),
            "figures": figures,
            "programme": Programme(record, meetings),
            "meetings": meetings,
            "blocs": blocs,
            "in_no_bloc": in_no_bloc,
            "delegations": delegations,
            "announced": [d for d in delegations if d.status == Attendance.ANNOUNCED],
            "latest": latest,
            "expected": first_of(
                "statements", f"event={record.pk}&status={StatementStatus.EXPECTED}", MOST_OPEN
            ),
            "unheld": list(all_meetings.filter(status__in=unheld)[:MOST_OPEN]),
            "cancelled": list(all_meetings.filter(status=MeetingStatus.CANCELLED)[:MOST_OPEN]),
            "cited": [figures, meetings, latest],
        }

    def tally(self, event, delegations, meetings, figures, statements):
        """The size of the record: table, number, query of the list. All is of this event but the
        last five, which have no event of their own."""
        of_event = f"?event={event.pk}"
        return [
            ("delegations", len(delegations), of_event),
            ("meetings", meetings.count(), of_event),
            ("statements", statements.count(), of_event),
            ("figures", len(figures), of_event),
            *(
                (table, counting_of(table).total, "")
                for table in ("people", "topics", "agreements", "sources", "citations")
            ),
        ]

    def position_of_chair(self, event, delegations):
        sent = (delegate for delegation in delegations for delegate in delegation.people_sent)
        return next((d.position for d in sent if d.person_id == event.chair_id), "")


class Home(EventDetail):
    """The newest event, and below it the others."""

    template_name = "meetings/home.html"

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except Event.DoesNotExist:
            return render(request, "meetings/nothing_yet.html")

    def get_object(self, queryset=None):
        by_day = Event.objects.published().alias(first=Earliest("starts_on"))
        newest = by_day.order_by(F("first").desc(nulls_last=True), "pk")
        return self.get_queryset().get(pk__in=newest.values("pk")[:1])

    def beside(self, record):
        context = super().beside(record)
        # Which they are is asked before, so that those left out are not joined to other tables as well.
        keys = Event.objects.published().exclude(pk=record.pk).values_list("pk", flat=True)
        others = list(Event.objects.filter(pk__in=list(keys[:LENGTH])).for_list())
        return context | {"others": others, "cited": [*context["cited"], others]}


class EventOpenEnds(PictureView):
    title = "Open ends"
    template_name = "meetings/open_ends_page.html"

    def picture(self, event):
        return {"ends": OpenEnds(event)}


class CompareForm(forms.Form):
    """The ids of two published events."""

    a = forms.ModelChoiceField(Event.objects.published(), required=False, label="First event")
    b = forms.ModelChoiceField(Event.objects.published(), required=False, label="Second event")

    def __init__(self, data):
        super().__init__(data)
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "Accepted is the id of an event."


class Compare(TemplateView):
    """Two events beside each other; without two of them, the form that asks for them."""

    template_name = "meetings/compare.html"

    def get_context_data(self, **kwargs):
        form = CompareForm(self.request.GET)
        accepted = ["Accepted are a and b, the ids of two events."]
        problems = {name: accepted for name in self.request.GET if name not in form.fields}
        if problems or not form.is_valid():
            raise BadParameters(problems | {name: list(e) for name, e in form.errors.items()})
        a, b = form.cleaned_data["a"], form.cleaned_data["b"]
        context = {"form": form, "title": "Compare two events"}
        if a and b and a != b:
            title = f"{a.short_name} and {b.short_name}"
            context |= {"compared": Comparison(a, b), "title": title}
        return super().get_context_data(**kwargs) | context
