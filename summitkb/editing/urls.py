"""The addresses below `/admin/` of what is done to more than one record."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern


def urls(site: AdminSite) -> list[URLPattern]:
    """Each view is wrapped by the site, which lets in staff only; what else it takes, the view asks."""
    return []
