"""The addresses of a table, made from its views: the list, the list as a file, and each record."""

from django.urls import path

from summitkb.browse.changes.views import RecordHistory
from summitkb.browse.downloads import RecordCsv, RecordJsonl
from summitkb.browse.excerpts import LISTS
from summitkb.browse.facet_views import FacetValues
from summitkb.browse.feeds import RecordFeed
from summitkb.browse.views import RecordDetail, RecordList, RecordReference

FORMS = {"csv": RecordCsv, "jsonl": RecordJsonl, "atom": RecordFeed}


def table_urls(list_view: type[RecordList], detail_view: type[RecordDetail] | None = None) -> list:
    """`/things/`, its FORMS and `/things/by/FACET/`; where a record has a page, `/things/KEY/` and what
    is beside it."""
    table = list_view.table
    LISTS[table.name] = list_view
    urls = [
        path(f"{table.name}/", list_view.as_view(), name=f"{table.name}-list"),
        *(
            path(
                f"{table.name}.{form}",
                view.as_view(list_view=list_view),
                name=f"{table.name}-{form}",
            )
            for form, view in FORMS.items()
        ),
    ]
    facets = FacetValues.as_view(list_view=list_view)
    urls.append(path(f"{table.name}/by/<facet>/", facets, name=f"{table.name}-by"))
    if detail_view:
        history = RecordHistory.as_view(table=table)
        urls += [
            path(f"{table.name}/<key>/", detail_view.as_view(), name=f"{table.name}-detail"),
            path(f"{table.name}/<key>/history/", history, name=f"{table.name}-history"),
            *(
                path(
                    f"{table.name}/<key>/cite.{ending}",
                    RecordReference.as_view(detail_view=detail_view, form=ending),
                    name=f"{table.name}-{ending}",
                )
                for ending in ("bib", "json")
            ),
        ]
    return urls
