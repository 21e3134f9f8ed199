"""Every word of ours that is not public, looked for in every public address there is.

Each text field of an unpublished record of every table has a word of its own, and so has each private
text of what is published. `tests/browse/test_unpublished.py` holds that pages do not differ either.
"""

import io
import re
import zipfile

import pghistory
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.urls import get_resolver
from django.utils import timezone

from summitkb.browse.excerpts import LISTS
from summitkb.exchange.progress import Silence
from summitkb.exchange.releasing import release
from summitkb.records.models import Citation, record_models
from summitkb.records.source_texts import SourceText
from tests.addresses import routes
from tests.browse.test_unpublished import make_one_of_each
from tests.pages import ask

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SEARCHED = ("people", "statements", "meetings", "sources")
WORD = re.compile("zq[a-z]+qz")


def word(*parts):
    """A word that stands nowhere else, and tells where it was put."""
    return f"zq{re.sub('[^a-z]', '', ''.join(parts).lower())}qz"


def put_words(record) -> set[str]:
    """A word of its own into each field of a record that holds free text."""
    cells, put = {}, set()
    for field in record._meta.concrete_fields:
        within = field.base_field if isinstance(field, ArrayField) else field
        if not isinstance(within, models.CharField | models.TextField):
            continue
        short = within.max_length and within.max_length < 20  # a code
        if field.primary_key or field.generated or within.choices or field.is_relation or short:
            continue
        if field.name in ("scope", "wikidata", "language"):  # of a form of their own
            continue
        if field.name == "publication_note":  # which says publicly why a record was withdrawn
            continue
        told = word(record._meta.model_name, field.name)
        cells[field.name] = [told] if isinstance(field, ArrayField) else told
        put.add(told)
    type(record).objects.filter(pk=record.pk).update(**cells)
    return put


def put_everywhere(made) -> set[str]:
    """Into the records, and into what cites them."""
    put = set().union(*map(put_words, made))
    for record in made:
        cites = Citation.objects.filter(table=record._meta.db_table, record=record.pk)
        for name in ("excerpt", "locator"):
            told = word("citation of", record._meta.model_name, name)
            if cites.update(**{name: told}):
                put.add(told)
    connection.check_constraints()
    return put


def put_private(cast) -> set[str]:
    """Into what is never public, whatever it belongs to."""
    SourceText.objects.all().delete()
    SourceText.objects.create(source=cast.tass, text=f"Long before. {word('text')} Long after.")
    fields = {"username": word("account"), "first_name": word("first"), "last_name": word("last")}
    user = get_user_model().objects.create_user(email=f"{word('mail')}@example.org", **fields)
    with pghistory.context(user=user.pk, reason="As the source says."):
        type(cast.shoigu).objects.filter(pk=cast.shoigu.pk).update(native_name="Шойгу")
    return {word("text"), word("mail"), *fields.values()}


def public_addresses():
    """Every public route, of all records that are public."""
    keys = {}
    for model in record_models():
        for record in model.objects.published():
            table, key = record.get_absolute_url().split("#")[0].split("/")[1:3]
            keys.setdefault(table, []).append(key)
    found = []
    for route in routes(get_resolver().url_patterns):
        table = route.split("/")[0]
        if table == settings.ADMIN_PATH:
            continue
        if "<key>" in route:
            found += [route.replace("<key>", key) for key in keys[table]]
        elif "<facet>" in route:
            view = LISTS[table].filterset_class
            facets = (*view.shown_facets, *view.evidence_facets)
            found += [route.replace("<facet>", facet) for facet in facets]
        else:
            files = (
                ("summitkb-1.zip", "SHA256SUMS", "CHANGELOG.txt") if "<name>" in route else ("",)
            )
            route = route.replace("<int:number>", "1")
            found += [route.replace("<name>", name) for name in files]
    return [f"/{address}" for address in found]


def words_at(client, address):
    answer = ask(client, address)
    texts = [answer.body]
    if answer.body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            texts = [archive.read(name) for name in archive.namelist()]
    assert answer.status_code < 500
    return {found for text in texts for found in WORD.findall(text.decode())}


def found_in_public(client, asked):
    """Where which of the words stand; also in the past that ends today, and where one searches them."""
    today = f"/as-of/{timezone.now():%Y-%m-%d}"
    addresses = public_addresses()
    assert len(addresses) > 300
    # Files, which unlike pages do not say again what was asked.
    searches = [f"/{table}.csv?q={one}" for one in sorted(asked) for table in SEARCHED]
    found = {}
    for address in [*addresses, *(today + address for address in addresses), *searches]:
        for one in words_at(client, address):
            found.setdefault(one, address)
    for one in sorted(asked):
        # The page says again what was asked, and so only hits count.
        hits = client.get(f"/search/?q={one}").content.decode().count(one)
        none = client.get(f"/search/?q={one[:-1]}x").content.decode().count(f"{one[:-1]}x")
        if hits > none:
            found.setdefault(one, "/search/")
    return found


@pytest.fixture
def folders(settings, tmp_path):
    settings.PACKAGES, settings.RELEASES = tmp_path / "packages", tmp_path / "releases"


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize("publication", ["draft", "in-review", "withdrawn", "published"])
def test_no_word_that_is_not_public_is_at_any_public_address(client, cast, publication):
    private = put_private(cast)
    put = put_everywhere(make_one_of_each(cast, publication))
    release("", Silence())
    assert (len(put), len(private)) > (30, 4)

    found = found_in_public(client, put | private)

    if publication == "published":
        assert put - set(found) == set()
        assert private & set(found) == set()
    else:
        assert found == {}
