"""The addresses of a table, made from its views: the list, the list as CSV, and each record."""

from django.urls import path

from summitkb.browse.changes.views import RecordHistory
from summitkb.browse.excerpts import LISTS
from summitkb.browse.views import RecordCsv, RecordDetail, RecordList


def table_urls(list_view: type[RecordList], detail_view: type[RecordDetail] | None = None) -> list:
    """`/things/`, `/things.csv` and, where a record has a page, `/things/KEY/` and its history."""
    table = list_view.table
    LISTS[table.name] = list_view
    urls = [
        path(f"{table.name}/", list_view.as_view(), name=f"{table.name}-list"),
        path(f"{table.name}.csv", RecordCsv.as_view(list_view=list_view), name=f"{table.name}-csv"),
    ]
    if detail_view:
        history = RecordHistory.as_view(table=table)
        urls += [
            path(f"{table.name}/<key>/", detail_view.as_view(), name=f"{table.name}-detail"),
            path(f"{table.name}/<key>/history/", history, name=f"{table.name}-history"),
        ]
    return urls
