"""All addresses. Those of design and README are promises to people and programs; see README."""

from django.conf import settings
from django.contrib import admin
from django.urls import path
from django.views.generic import TemplateView

from delegations import views as who
from meetings import network
from meetings import views as what
from meetings.calendar import MeetingCalendar
from meetings.event_package import EventPackage
from meetings.event_views import Compare, EventDetail, EventOpenEnds, Home
from meetings.pictures import met, overviews
from summitkb.accounts.security_txt import security_txt
from summitkb.browse import as_of
from summitkb.browse import source_views as sources
from summitkb.browse.changes.views import ChangeList
from summitkb.browse.data_views import Codebook, Data, Examples, PackageView
from summitkb.browse.feeds import ChangeFeed, SearchFeed
from summitkb.browse.release_views import ReleaseFile, ReleasePage, ReleaseReference, catalogue
from summitkb.browse.search.views import Search
from summitkb.browse.urls import table_urls

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("method/", TemplateView.as_view(template_name="browse/method.html"), name="method"),
    path("as-of/", as_of.travel, name="as-of"),
    path("data/", Data.as_view(), name="data"),
    path("data/codebook/", Codebook.as_view(), name="codebook"),
    path("data/examples/", Examples.as_view(), name="examples"),
    path("data/package.zip", PackageView.as_view(), name="package"),
    path("data/catalog.jsonld", catalogue, name="catalogue"),
    path("data/releases/<int:number>/", ReleasePage.as_view(), name="release"),
    *(
        path(
            f"data/releases/<int:number>/{name}",
            ReleaseReference.as_view(form=form),
            name=f"release-{form}",
        )
        for form, name in (("bib", "cite.bib"), ("json", "cite.json"), ("cff", "CITATION.cff"))
    ),
    path("data/releases/<int:number>/<name>", ReleaseFile.as_view(), name="release-file"),
    path("search/", Search.as_view(), name="search"),
    path("search.atom", SearchFeed.as_view(), name="search-atom"),
    path("changes/", ChangeList.as_view(), name="changes"),
    path("changes.atom", ChangeFeed.as_view(), name="changes-atom"),
    *table_urls(who.EventList, EventDetail),
    path("events/<key>/open-ends/", EventOpenEnds.as_view(), name="event-open-ends"),
    path("events/<key>/package.zip", EventPackage.as_view(), name="event-package"),
    path("compare/", Compare.as_view(), name="compare"),
    *met.urls,
    *network.urls,
    *overviews.urls,
    *table_urls(who.DelegationList, who.DelegationDetail),
    *table_urls(who.CountryList, who.CountryDetail),
    *table_urls(who.BlocList, who.BlocDetail),
    *table_urls(who.MembershipList, who.MembershipDetail),
    *table_urls(who.DelegateList, who.DelegateDetail),
    *table_urls(what.PersonList, what.PersonDetail),
    *table_urls(what.MeetingList, what.MeetingDetail),
    path("meetings.ics", MeetingCalendar.as_view(), name="meetings-ics"),
    *table_urls(what.ParticipantList, what.ParticipantDetail),
    *table_urls(what.StatementList, what.StatementDetail),
    *table_urls(what.TopicList, what.TopicDetail),
    *table_urls(what.AgreementList, what.AgreementDetail),
    *table_urls(what.FigureList, what.FigureDetail),
    *table_urls(sources.SourceList, sources.SourceDetail),
    *table_urls(sources.CitationList),
]

handler400 = "summitkb.browse.errors.bad_request"
handler403 = "summitkb.browse.errors.forbidden"
handler404 = "summitkb.browse.errors.not_found"
handler500 = "summitkb.browse.errors.server_error"
