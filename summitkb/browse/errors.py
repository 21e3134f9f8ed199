"""The pages for an address that asks for what is not there, and for a fault of ours."""

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template import loader


def bad_request(request, exception=None):
    """400, with the parameters that were wrong and what each accepts, where that is known."""
    problems = getattr(exception, "problems", {})
    return render(request, "400.html", {"problems": problems}, status=400)


def not_found(request, exception=None):
    """404. The words of a `Http404` of ours are a sentence; those of the URL resolver are not."""
    words = exception.args[0] if exception and exception.args else ""
    return render(
        request, "404.html", {"words": words if isinstance(words, str) else ""}, status=404
    )


def server_error(request):
    """500, from a template that needs neither database nor context: they may be what failed."""
    return HttpResponseServerError(loader.render_to_string("500.html"))
