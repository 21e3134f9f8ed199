"""The pages and files of releases, and how the data as a whole is described to catalogues."""

import json

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, View

from summitkb.browse.references import NAME, Reference
from summitkb.browse.streams import file_answer
from summitkb.browse.views import reference_answer
from summitkb.exchange import datapackage
from summitkb.exchange.models import Release
from summitkb.exchange.tables import get_table, tables
from summitkb.records.partial_dates import PartialDate

FOREVER = "public, max-age=31536000, immutable"
LICENCES = "https://spdx.org/licenses/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def releases(request) -> QuerySet[Release]:
    """Those that there are, or were by the end of the day that is asked for."""
    found = Release.objects.all()
    return found.filter(at__date__lte=request.as_of) if request.as_of else found


def reference_to(release: Release, absolute) -> Reference:
    """How a release is cited; `absolute` completes an address."""
    return Reference(
        f"summitkb-{release.number}",
        f"{datapackage.TITLE}. {release}",
        NAME,
        absolute(release.get_absolute_url()),
        PartialDate(release.at.year, release.at.month, release.at.day),
        kind="dataset",
        genre="Data set",
        author=NAME,
    )


def schema_org(request, release: Release | None) -> dict:
    """A release, or the data of today, in the words of schema.org."""
    absolute = request.build_absolute_uri
    package = file_address(release, release.package) if release else reverse("package")
    download = {
        "@type": "DataDownload",
        "contentUrl": absolute(package),
        "encodingFormat": "application/zip",
    }
    described = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"{datapackage.TITLE}. {release}" if release else datapackage.TITLE,
        "description": datapackage.DESCRIPTION,
        "url": absolute(release.get_absolute_url() if release else reverse("data")),
        "license": f"{LICENCES}{settings.DATA_LICENCE}",
        "creator": {"@type": "Organization", "name": NAME, "url": absolute(reverse("home"))},
        "distribution": [download],
    }
    if release:
        download |= {"sha256": release.sha256, "contentSize": str(release.bytes)}
        described |= {
            "version": str(release.number),
            "datePublished": release.at.date().isoformat(),
        }
    return described


def file_address(release: Release, name: str) -> str:
    return reverse("release-file", args=[release.number, name])


class ReleasePage(DetailView):
    """What is in one release, what is new in it, and how it is cited."""

    template_name = "browse/release.html"
    context_object_name = "release"
    pk_url_kwarg = "number"

    def get_queryset(self):
        return releases(self.request)

    def get_context_data(self, **kwargs):
        release = self.object
        return super().get_context_data(**kwargs) | {
            "reference": reference_to(release, self.request.build_absolute_uri),
            "files": [(name, file_address(release, name)) for name in release.files],
            "data": schema_org(self.request, release),
            "counts": sorted(release.counts.items(), key=lambda count: _place(count[0])),
        }


def _place(name: str) -> int:
    """That of a table in a package, which JSON of the database does not keep; else the last."""
    table = get_table(name)
    return table.order if table else len(tables()) + 1


class ReleaseFile(View):
    """A file of a release, as it was written when that was cut."""

    keeps_itself = True

    def get(self, request, number, name):
        release = releases(request).filter(number=number).first()
        if release is None or name not in release.files:
            raise Http404("There is no such file of a release.")
        try:
            file = (release.folder / name).open("rb")
        except FileNotFoundError:
            raise Http404(f"The files of release {number} are not on this machine.") from None
        etag, attached = f'"{release.sha256[:16]}-{name}"', name == release.package
        answer = file_answer(
            request, file, name, etag, attached=attached, **{"Cache-Control": FOREVER}
        )
        if not attached and answer.status_code == 200:
            answer["Content-Type"] = "text/plain; charset=utf-8"
        return answer


class ReleaseReference(View):
    """How a release is cited, for programs: BibTeX, CSL-JSON, or a Citation File Format."""

    form = "bib"

    def get(self, request, number):
        release = releases(request).filter(number=number).first()
        if release is None:
            raise Http404(f"There is no release {number}.")
        reference = reference_to(release, request.build_absolute_uri)
        if self.form == "cff":
            words = {
                "title": reference.title,
                "author": NAME,
                "licence": settings.DATA_LICENCE,
                "address": reference.address,
                "sha256": f"sha256:{release.sha256}",
            }
            # What is quoted as JSON is quoted as YAML.
            quoted = {name: json.dumps(text, ensure_ascii=False) for name, text in words.items()}
            text = render_to_string("browse/citation.cff", {"release": release, **quoted})
            return HttpResponse(text, content_type="text/yaml; charset=utf-8")
        return reference_answer(reference, self.form)


def _typed(value, kind: str) -> dict:
    return {"@value": str(value), "@type": f"xsd:{kind}"}


def _checksum(sha256: str) -> dict:
    return {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": _typed(sha256, "hexBinary"),
    }


@require_safe
def catalogue(request):
    """All of it in DCAT, as JSON-LD: one data set, and one for each release."""
    absolute = request.build_absolute_uri

    def distribution(address, **more):
        return {
            "@type": "dcat:Distribution",
            "dcat:accessURL": {"@id": absolute(address)},
            "dcat:downloadURL": {"@id": absolute(address)},
            "dcat:mediaType": {"@id": f"{MEDIA_TYPES}application/zip"},
            "dct:license": {"@id": f"{LICENCES}{settings.DATA_LICENCE}"},
            **more,
        }

    def dataset(address, title, distributed, **more):
        return {
            "@id": absolute(address),
            "@type": "dcat:Dataset",
            "dct:title": title,
            "dct:description": datapackage.DESCRIPTION,
            "dcat:landingPage": {"@id": absolute(address)},
            "dcat:distribution": [distributed],
            **more,
        }

    of_releases = [
        dataset(
            release.get_absolute_url(),
            f"{datapackage.TITLE}. {release}",
            distribution(
                file_address(release, release.package),
                **{"dcat:byteSize": _typed(release.bytes, "nonNegativeInteger")},
                **{"spdx:checksum": _checksum(release.sha256)},
            ),
            **{
                "dct:issued": _typed(release.at.date().isoformat(), "date"),
                "dcat:version": str(release.number),
                "dct:isVersionOf": {"@id": absolute(reverse("data"))},
            },
        )
        for release in releases(request)
    ]
    today = dataset(reverse("data"), datapackage.TITLE, distribution(reverse("package")))
    described = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": absolute(reverse("catalogue")),
        "@type": "dcat:Catalog",
        "dct:title": datapackage.TITLE,
        "dct:description": datapackage.DESCRIPTION,
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": NAME},
        "dcat:dataset": [today, *of_releases],
    }
    return JsonResponse(described, content_type="application/ld+json")
