"""A release as its readers find it: its page, its files for ever, and how it is cited."""

import hashlib
import io
import json
import zipfile

import pytest
import yaml

from delegations.models import Person
from meetings.models import Figure
from summitkb.exchange.releasing import release
from summitkb.exchange.tables import tables
from tests.exchange.small import load_small
from tests.factories import cite, make_person, make_source
from tests.pages import ask, get, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.RELEASES, settings.PACKAGES = tmp_path / "releases", tmp_path / "packages"
    return settings.RELEASES


@pytest.fixture
def cut(tmp_path):
    """The first release, of the small package."""
    load_small(tmp_path)
    return release("The record of Tashkent.")


def text_in(data: bytes) -> bytes:
    """A file, or all files of a zip."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def test_its_bytes_stay_the_same_whatever_changes(client, cut):
    address = "/data/releases/1/summitkb-1.zip"
    before = ask(client, address)
    Figure.objects.update(value=126)
    release()
    after = ask(client, address)

    assert hashlib.sha256(after.body).hexdigest() == cut.sha256
    assert (after.body, after["ETag"]) == (before.body, before["ETag"])
    assert "immutable" in after["Cache-Control"]
    assert int(after["Content-Length"]) == len(after.body)
    known = ask(client, address, if_none_match=after["ETag"])
    assert (known.status_code, known["Cache-Control"]) == (304, after["Cache-Control"])
    assert ask(client, "/data/releases/2/summitkb-2.zip").body != after.body


def test_sums_and_changelog_are_read_in_a_browser(client, cut):
    for name in ("SHA256SUMS", "CHANGELOG.txt"):
        response = ask(client, f"/data/releases/1/{name}")
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response.body == (cut.folder / name).read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "/data/releases/2/",
        "/data/releases/2/cite.bib",
        "/data/releases/2/summitkb-2.zip",
        "/data/releases/1/summitkb-2.zip",
        "/data/releases/1/..%2F1%2Fsummitkb-1.zip",
        "/as-of/2020-01-01/data/releases/1/",
    ],
)
def test_what_was_never_cut_is_not_there(client, cut, address):
    assert client.get(address).status_code == 404


def test_where_its_files_are_lost_that_is_said(client, cut):
    cut.folder.rename(cut.folder.parent / "lost")

    response = client.get("/data/releases/1/summitkb-1.zip")
    assert response.status_code == 404
    assert "not on this machine" in response.content.decode()


def test_the_page_says_what_is_in_it_and_what_is_new(client, cut):
    Figure.objects.update(value=126)
    release()

    first, second = (words_of(get(client, f"/data/releases/{n}/")) for n in (1, 2))
    assert "48 rows in 15 tables" in first
    assert "The record of Tashkent." in first
    assert cut.sha256 in first
    assert "Against release 1: 1 changed in all figures: 1 changed" in second
    changes = ask(client, "/data/releases/2/CHANGELOG.txt").body.decode()
    assert "figures/tashkent-2026-delegations: value: “0” → “126”" in changes
    listed = words_of(get(client, "/data/"))
    assert "The record of Tashkent." in listed
    assert "Against release 1: 1 changed in all" in listed


def test_the_words_of_what_was_withdrawn_are_in_no_later_release_and_on_no_page(client, cut):
    person = make_person("secret", name="Zzyzx")
    cite(person, make_source(), locator="Zzyzx 3", excerpt="Zzyzx said so.")
    release()
    Person.objects.filter(pk="secret").update(name="Zzyzx the Second")
    release()
    Person.objects.filter(pk="secret").update(publication="withdrawn")
    release()

    pages = ["/data/", "/data/catalog.jsonld", *(f"/data/releases/{n}/" for n in range(1, 5))]
    assert [address for address in pages if "Zzyzx" in get(client, address)] == []
    assert "people/secret: removed\n" in get(client, "/data/releases/4/CHANGELOG.txt")
    for name in ("CHANGELOG.txt", "SHA256SUMS", "summitkb-4.zip"):
        assert b"Zzyzx" not in text_in(ask(client, f"/data/releases/4/{name}").body)


def test_no_number_of_releases_makes_the_page_ask_more(client, django_assert_num_queries, cut):
    for _ in range(2):
        with django_assert_num_queries(16):
            get(client, "/data/")
        make_person()
        release()


def test_how_it_is_cited(client, cut):
    day = f"{cut.at:%Y-%m-%d}"
    citation = yaml.safe_load(get(client, "/data/releases/1/CITATION.cff"))
    (csl,) = json.loads(get(client, "/data/releases/1/cite.json"))
    title = "SummitKB: diplomatic gatherings, and how we know. Release 1"

    assert citation == {
        "cff-version": "1.2.0",
        "message": "Please cite the release that you used.",
        "type": "dataset",
        "title": title,
        "version": "1",
        "date-released": cut.at.date(),
        "authors": [{"name": "SummitKB"}],
        "license": "CC0-1.0",
        "url": "http://testserver/data/releases/1/",
        "identifiers": [
            {
                "type": "other",
                "value": f"sha256:{cut.sha256}",
                "description": "SHA-256 of summitkb-1.zip",
            }
        ],
    }
    assert (csl["type"], csl["title"], csl["URL"]) == (
        "dataset",
        title,
        "http://testserver/data/releases/1/",
    )
    assert f"day = {{{day[-2:]}}}" in get(client, "/data/releases/1/cite.bib")


def test_catalogues_find_today_and_each_release(client, cut):
    described = json.loads(get(client, "/data/catalog.jsonld"))

    assert described["@type"] == "dcat:Catalog"
    assert [(d["@id"], d["dct:title"]) for d in described["dcat:dataset"]] == [
        ("http://testserver/data/", "SummitKB: diplomatic gatherings, and how we know"),
        (
            "http://testserver/data/releases/1/",
            "SummitKB: diplomatic gatherings, and how we know. Release 1",
        ),
    ]
    for dataset in described["dcat:dataset"]:
        (distributed,) = dataset["dcat:distribution"]
        assert ask(client, distributed["dcat:downloadURL"]["@id"]).status_code == 200


def test_search_engines_read_what_it_is(client, cut):
    block = get(client, "/data/releases/1/").partition('<script type="application/ld+json">')[2]
    described = json.loads(block.partition("</script>")[0])

    assert (described["@type"], described["version"]) == ("Dataset", "1")
    assert described["distribution"][0]["sha256"] == cut.sha256


def test_its_tables_stand_in_the_order_of_a_package(client, cut):
    counts = client.get("/data/releases/1/").context["counts"]

    assert [name for name, _ in counts] == [table.name for table in tables()]
    assert dict(counts) == cut.counts
