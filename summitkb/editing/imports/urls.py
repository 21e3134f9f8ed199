"""The addresses of imports, below `import/` in the admin."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from summitkb.editing.imports import views


def urls(site: AdminSite) -> list[URLPattern]:
    return [
        path("import/", site.admin_view(views.upload), name="import"),
        path("import/<uuid:pk>/", site.admin_view(views.shown), name="import_shown"),
        path("import/<uuid:pk>/preview/", site.admin_view(views.preview), name="import_preview"),
        path("import/<uuid:pk>/confirm/", site.admin_view(views.confirm), name="import_confirm"),
    ]
