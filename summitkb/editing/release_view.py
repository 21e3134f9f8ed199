"""The page on which a Reviewer cuts a release of all that is public."""

from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse

from summitkb.editing.answers import reason_of
from summitkb.editing.streaming import streamed
from summitkb.exchange.models import Release
from summitkb.exchange.releasing import release

MAY = "exchange.cut_release"


def cut_release(request, site):
    """On GET what there is; on POST a release is cut while it is answered."""
    if not request.user.has_perm(MAY):
        raise PermissionDenied("You may not cut releases.")
    if request.method != "POST":
        context = {"title": "Cut a release", "last": Release.objects.first()}
        return TemplateResponse(
            request, "admin/release.html", {**site.each_context(request), **context}
        )
    user, note = request.user, reason_of(request).get("reason", "")

    def work(watch):
        cut = release(note, watch)
        LogEntry.objects.log_actions(user.pk, [cut], ADDITION, note, single_object=True)
        return f"{cut} was cut. {cut.headline}", "See it among the data"

    crumbs = [(request.path, "Releases")]
    context = {**site.each_context(request), "title": "Cutting a release", "crumbs": crumbs}
    return streamed(request, context, work, reverse("data"), "See the data")
