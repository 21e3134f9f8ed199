"""What is confirmed is what was shown: a load may be bound to the fingerprint of its dry run."""

import pytest
from django.db import transaction

from delegations.models import PersonHistory
from meetings.models import Figure, Topic
from summitkb.exchange.archives import Refused
from summitkb.exchange.loading import CHANGED_SINCE, load
from summitkb.exchange.packages import open_package
from tests.exchange.small import TEXTS, changed, write

TEXT = {
    **changed("figures", ",0,about", ",126,about"),
    **changed("topics", "water,Water,", "rivers,Rivers,\nwater,Water,"),
}


@pytest.fixture
def known(db, tmp_path):
    """The small package in the database."""
    with open_package(write(tmp_path / "known")) as package:
        load(package)


def loaded(tmp_path, texts=None, *args, **kwargs):
    with open_package(write(tmp_path / f"p{len(list(tmp_path.iterdir()))}", texts)) as package:
        return load(package, *args, **kwargs)


def fingerprint(tmp_path, texts=None, *args):
    return loaded(tmp_path, texts, *args, dry_run=True).fingerprint


def test_a_load_has_the_fingerprint_of_its_dry_run(known, tmp_path):
    shown = fingerprint(tmp_path, TEXT)

    assert len(shown) == 64
    assert loaded(tmp_path, TEXT, expected=shown).fingerprint == shown
    assert Figure.objects.get().value == 126
    assert fingerprint(tmp_path, TEXT) != shown  # there is nothing left to do


def test_another_cell_row_or_publication_is_another_fingerprint(known, tmp_path):
    texts = [
        None,
        TEXT,
        TEXT | changed("figures", ",0,about", ",127,about"),
        TEXT | changed("figures", ",0,about", ",126,exact"),
        TEXT | changed("topics", "water,Water,", "rivers,All rivers,\nwater,Water,"),
        TEXT | {"topics": TEXTS["topics"]},
    ]
    found = [fingerprint(tmp_path, text) for text in texts]
    found.append(fingerprint(tmp_path, TEXT, "draft"))

    assert len(set(found)) == len(found) == 7


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Figure, {"value": 5}),  # what was to be 0 → 126 is now 5 → 126
        (Figure, {"value": 126}),  # what was to be changed is so already
        (Topic, {"publication": "in-review"}),  # a row that was public stays hidden
    ],
)
def test_a_change_in_the_database_after_the_preview_is_refused(known, tmp_path, model, change):
    texts = TEXT | {"participants": TEXTS["participants"]}
    if model is Topic:
        Topic.objects.create(id="lakes", name="Lakes", publication="draft")
        texts |= changed("topics", "water,Water,", "lakes,Lakes,\nwater,Water,")
        model = Topic.objects.filter(pk="lakes")
    else:
        model = Figure.objects.all()
    shown = fingerprint(tmp_path, texts)
    model.update(**change)
    before = list(model.values()), Topic.objects.count()

    with pytest.raises(Refused) as refused, transaction.atomic():
        loaded(tmp_path, texts, expected=shown)

    assert str(refused.value) == CHANGED_SINCE
    assert CHANGED_SINCE == (
        "What is in the database changed since the preview; look at a new preview."
    )
    assert (list(model.values()), Topic.objects.count()) == before


def test_every_row_is_told_of_before_it_is_written(known, tmp_path):
    seen, changes = [], []
    texts = TEXT | {"citations": TEXTS["citations"]}

    loaded(
        tmp_path,
        texts,
        tell=lambda row: changes.append(row.key),
        tell_all=lambda row: seen.append((row.table.name, row.key, row.kind, row.line)),
    )

    assert changes == ["tashkent-2026-delegations"]
    assert [row for row in seen if row[0] in ("topics", "figures")] == [
        ("topics", "border-control", "unchanged", 2),
        ("topics", "regional-security", "unchanged", 3),
        ("topics", "rivers", "new", 4),
        ("topics", "water", "unchanged", 5),
        ("figures", "tashkent-2026-delegations", "changed", 2),
    ]
    assert len(seen) == 49


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "context"),
    [
        ({}, {"package": "p0"}),
        ({"reason": "Names as UzA has them"}, {"package": "p0", "reason": "Names as UzA has them"}),
    ],
)
def test_history_keeps_the_reason(tmp_path, options, context):
    loaded(tmp_path, **options)

    assert list(PersonHistory.objects.values_list("pgh_context__metadata", flat=True)) == [
        context,
        context,
    ]
