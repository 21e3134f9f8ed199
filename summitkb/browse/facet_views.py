"""All values of one facet of a list, where the list itself has room for the most frequent ones."""

from unicodedata import combining, normalize

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.views.generic import TemplateView

from summitkb.browse.filter_form import BadParameters
from summitkb.browse.views import RecordList

LONGEST = 200


class FacetValues(TemplateView):
    """The values with their numbers under the filters of the list; `find` leaves some by words."""

    template_name = "browse/facet_page.html"
    list_view: type[RecordList] = RecordList
    paginate_by = 200

    def get_context_data(self, facet, **kwargs):
        data = self.request.GET.copy()
        found = data.pop("find", [""])
        if len(found) > 1 or len(found[0]) > LONGEST or "\x00" in found[0]:
            raise BadParameters(
                {"find": [f"Accepted are words, once, of at most {LONGEST} letters."]}
            )
        filterset = self.list_view.filterset_of(data)
        if facet not in (*filterset.shown_facets, *filterset.evidence_facets):
            raise Http404(f"There is no facet “{facet}” of the {self.list_view.table.name}.")
        _ = filterset.qs  # raises for what does not exist
        words = _plain(found[0]).split()
        values = [
            value
            for value in filterset.values_of(facet)
            if all(word in _plain(value.label) for word in words)
        ]
        number = filterset.form.cleaned_data["page"] or 1
        paginator = Paginator(values, self.paginate_by)
        if number > paginator.num_pages:
            raise BadParameters({"page": [f"Accepted is a page from 1 to {paginator.num_pages}."]})
        page = paginator.page(number)
        return super().get_context_data(**kwargs) | {
            "table": self.list_view.table,
            "facet": filterset.filters[facet],
            "list": reverse(f"{self.list_view.table.name}-list"),
            "find": found[0],
            "conditions": list(filterset.conditions()),
            "values": page.object_list,
            "paginator": paginator,
            "page_obj": page,
            "is_paginated": page.has_other_pages(),
            "pages": paginator.get_elided_page_range(number),
        }


def _plain(text: str) -> str:
    """A text whatever its case and accents."""
    return "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
