"""What the pages of all pictures of an event share: the event, and its published records."""

from django.http import Http404
from django.views.generic import TemplateView

from delegations.models import Event


class PictureView(TemplateView):
    """The page of one picture. A subclass gives `title`, `template_name` and `picture(event)`."""

    title: str

    def picture(self, event: Event) -> dict:
        """What the template draws."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        events = Event.objects.published().for_page()
        event = events.filter(pk=self.kwargs["key"]).first()
        if event is None:
            raise Http404(f"There is no event “{self.kwargs['key']}”.")
        return super().get_context_data(**kwargs) | {
            "event": event,
            "title": self.title,
            **self.picture(event),
        }
