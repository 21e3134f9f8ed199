"""The addresses below the admin of what is done to more than one record."""

from functools import partial

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from summitkb.editing import change_views, merge_views, release_view
from summitkb.editing.imports.urls import urls as imports


def urls(site: AdminSite) -> list[URLPattern]:
    """Each view is wrapped by the site, which lets in staff only; what else it takes, the view asks."""

    def view(function):
        return site.admin_view(partial(function, site=site))

    return [
        path("changes/", view(change_views.changes), name="change_sets"),
        path("changes/<uuid:change>/", view(change_views.change), name="change_set"),
        path("merge/<str:table>/<str:keep>/<str:drop>/", view(merge_views.merge_two), name="merge"),
        path("release/", view(release_view.cut_release), name="release"),
        *imports(site),
    ]
