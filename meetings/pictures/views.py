"""What the pages of all pictures of an event share: the event, and its published records."""

from delegations.models import Event
from delegations.tables import EVENTS
from summitkb.browse.views import OfRecord


class PictureView(OfRecord):
    """The page of one picture. A subclass gives `title`, `template_name` and `picture(event)`."""

    table = EVENTS
    context_object_name = "event"
    title: str

    def picture(self, event: Event) -> dict:
        """What the template draws."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"title": self.title, **self.picture(self.object)}
