"""What holds of every model of ours: its words, its constraints, and what protects its rows.

Each constraint is broken on purpose, in PostgreSQL itself and around all of Django's checks.
"""

import re
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CASCADE, PROTECT, ProtectedError

from meetings.models import Participant
from summitkb.exchange.models import Release
from summitkb.records.models import Citation
from summitkb.records.time_travel import tracked_models
from tests.database import refused_by
from tests.factories import (
    MAKERS,
    make_bilateral,
    make_bloc,
    make_country,
    make_delegation,
    make_person,
    make_redirect,
    make_release,
    make_row,
    make_source,
    make_statement,
    make_topic,
)

MODELS = tracked_models()
"""Those that hold what somebody said; `tests/records/test_history.py` knows of no others but four."""
CONSTRAINTS = {
    constraint.name: (model, constraint)
    for model in MODELS
    for constraint in model._meta.constraints
}
AGAIN = object()
"""In place of changes: a second row with the same values and a key of its own."""

# What breaks each constraint, as changes to a row that is valid. A constraint without a line here
# makes a test below fail.
BROKEN = {
    "source_kind_known": {"kind": "x"},
    "source_text_has_words": {"text": " \n"},
    "redirect_within_table": {"table": "people"},
    "redirect_leads_away": {"key": "former"},
    "citation_once": AGAIN,
    "citation_stance_known": {"stance": "x"},
    "country_code_form": {"code": "ru"},
    "country_kind_known": {"kind": "x"},
    "bloc_kind_known": {"kind": "x"},
    "membership_once": AGAIN,
    "membership_status_known": {"status": "x"},
    "membership_since_before_until": {"since": "2025-06", "until": "2025-05-31"},
    "event_starts_before_end": {"starts_on": "2025-05-28", "ends_on": "2025-05-27"},
    "delegation_of_country_or_bloc": {"country": None, "bloc": None},
    "delegation_of_country_once": AGAIN,
    "delegation_of_bloc_once": AGAIN,
    "delegation_status_known": {"status": "x"},
    "delegate_once": AGAIN,
    "delegate_role_known": {"role": "x"},
    "topic_not_its_own_parent": {"parent_id": "itself"},
    "meeting_kind_known": {"kind": "x"},
    "meeting_status_known": {"status": "x"},
    "meeting_access_known": {"access": "x"},
    "meeting_starts_at_minute": {"starts_at": "10:00:30"},
    "meeting_topic_once": AGAIN,
    "participant_once": AGAIN,
    "participant_role_known": {"role": "x"},
    "statement_has_speaker": {"speaker": None, "speaker_label": ""},
    "statement_kind_known": {"kind": "x"},
    "statement_status_known": {"status": "x"},
    "statement_topic_once": AGAIN,
    "statementabout_country_or_bloc": {"country": None, "bloc": None},
    "statementabout_once": AGAIN,
    "agreement_status_known": {"status": "x"},
    "agreementparty_country_or_bloc": {"country": None, "bloc": None},
    "agreementparty_once": AGAIN,
    "figure_not_negative": {"value": -1},
    "figure_measure_known": {"measure": "x"},
    "figure_bound_known": {"bound": "x"},
}
for _model in MODELS:
    _name = _model.__name__.lower()
    if hasattr(_model, "publication"):
        BROKEN[f"{_name}_publication_known"] = {"publication": "x"}
        if _model._meta.pk.name == "id" and not _model._meta.pk.db_returning:
            BROKEN[f"{_name}_id_form"] = {"id": "Not an id"}


# Of which row, where any one of the model will not do.
VALID = {
    "delegation_of_bloc_once": lambda: make_delegation(sender=make_bloc()),
    "topic_not_its_own_parent": lambda: make_topic("itself"),
}


def valid_row(name):
    """A row of the model that has this constraint, to be broken or repeated."""
    return VALID[name]() if name in VALID else make_row(CONSTRAINTS[name][0])


def again(row):
    """A second row with the values of the first."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.generated and not field.primary_key
    }
    if not row._meta.pk.db_returning:
        values["id"] = "another"
    return type(row)(**values)


def broken(name):
    """A row that breaks the constraint and is not in the database."""
    row = valid_row(name)
    if BROKEN[name] is AGAIN:
        return again(row)
    if "id" in BROKEN[name]:  # it would be another row, beside the first
        row.delete()
    for field, value in BROKEN[name].items():
        setattr(row, field, value)
    return row


def messages(check):
    with pytest.raises(ValidationError) as refusal:
        check()
    return refusal.value.messages


def test_there_is_a_maker_for_every_model():
    assert set(MAKERS) == set(MODELS)


def test_every_constraint_has_an_example_that_breaks_it():
    assert set(BROKEN) == set(CONSTRAINTS)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_every_constraint_has_a_sentence_of_its_own(name):
    constraint = CONSTRAINTS[name][1]

    assert constraint.violation_error_message != constraint.default_violation_error_message
    assert re.fullmatch(r"[A-Z“].{15,}\.", constraint.violation_error_message)


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_what_breaks_a_constraint(name):
    row = valid_row(name)

    with refused_by(name):
        if BROKEN[name] is AGAIN:
            type(row).objects.bulk_create([again(row)])
        else:
            type(row).objects.filter(pk=row.pk).update(**BROKEN[name])


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_the_model_refuses_it_with_the_sentence_of_the_constraint(name):
    row = broken(name)

    assert messages(row.validate_constraints) == [CONSTRAINTS[name][1].violation_error_message]


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_a_full_check_of_the_model_refuses_it_once(name):
    """By the same sentence, or by the field itself, which knows its vocabulary and comes before."""
    row = broken(name)

    told = messages(row.full_clean)

    assert told in (
        [CONSTRAINTS[name][1].violation_error_message],
        ["Value 'x' is not a valid choice."],
    )


# What constraints on one row cannot say, by triggers


def make_ring():
    low = make_topic(parent=make_topic(parent=make_topic()))
    type(low).objects.filter(pk=low.parent.parent_id).update(parent=low)


RULES = {
    "cited_record_exists": lambda: Citation.objects.create(
        table="people", record="nobody", source=make_source()
    ),
    "published_rests_on_published": lambda: make_statement(
        speaker=make_person(publication="draft")
    ),
    "bilateral_has_two_delegations": lambda: make_bilateral(delegations=[]),
    "lies_in_a_tree": make_ring,
    "merged_stays_merged": lambda: make_redirect("water") and make_topic("water"),
    "release_stays": lambda: make_release() and Release.objects.all().delete(),
}


@pytest.mark.django_db
def test_every_rule_of_a_trigger_has_an_example_that_breaks_it():
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT (regexp_matches(prosrc, 'CONSTRAINT = ''(\w+)''', 'g'))[1] FROM pg_proc"
        )
        assert {name for (name,) in cursor.fetchall()} == set(RULES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", RULES)
def test_the_database_refuses_what_breaks_a_rule_of_a_trigger(name):
    with refused_by(name):
        RULES[name]()


# What refers to what

REFERENCES = [field for model in MODELS for field in model._meta.local_fields if field.remote_field]


def name_of(field):
    return f"{field.model.__name__}.{field.name}"


def constraint_of(field):
    """The name that the database has given to a foreign key."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, field.model._meta.db_table)
    (name,) = (
        name
        for name, about in found.items()
        if about["foreign_key"] and about["columns"] == [field.column]
    )
    return name


def refer(field):
    """Let a row refer by this field to a new record; give the record."""
    row, target = make_row(field.model), make_row(field.related_model)
    changes = {field.name: target}
    if field.name == "bloc" and field.null:
        changes["country"] = None
    field.model.objects.filter(pk=row.pk).update(**changes)
    return target


def test_only_parts_go_with_their_whole():
    assert sorted(name_of(f) for f in REFERENCES if f.remote_field.on_delete is CASCADE) == [
        "AgreementParty.owner",
        "Delegate.delegation",
        "MeetingTopic.owner",
        "Participant.meeting",
        "SourceText.source",
        "StatementAbout.owner",
        "StatementTopic.owner",
    ]
    assert Counter(f.remote_field.on_delete for f in REFERENCES).keys() == {CASCADE, PROTECT}


@pytest.mark.django_db
@pytest.mark.parametrize("field", REFERENCES, ids=name_of)
def test_the_database_keeps_what_is_referred_to(field):
    target = refer(field)
    table, key = target._meta.db_table, target._meta.pk.column

    with refused_by(constraint_of(field)), connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM {table} WHERE "{key}" = %s', [target.pk])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "field", [f for f in REFERENCES if f.remote_field.on_delete is PROTECT], ids=name_of
)
def test_django_tells_what_is_in_the_way_of_a_deletion(field):
    target = refer(field)

    with pytest.raises(ProtectedError) as refusal:
        target.delete()

    assert [type(row) for row in refusal.value.protected_objects] == [field.model]


@pytest.mark.django_db
def test_two_unnamed_participants_of_one_delegation_are_one():
    """NULLs are the same to this constraint, unlike what SQL thinks of them elsewhere."""
    row = make_row(Participant)
    assert row.person is None

    with refused_by("participant_once"):
        again(row).save()


# Words: help texts and docstrings become the codebook


@pytest.mark.parametrize("model", MODELS)
def test_every_model_says_what_one_row_is(model):
    assert re.match(r"One row is [^.]+\.?", model.__doc__)


@pytest.mark.parametrize("model", MODELS)
def test_every_field_says_what_it_holds(model):
    silent = [
        field.name
        for field in model._meta.local_fields
        if not field.help_text and not (field.name == "id" and field.db_returning)
    ]

    assert silent == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS)
def test_every_row_has_a_name_that_is_not_djangos(model):
    assert "object (" not in str(make_row(model))


@pytest.mark.django_db
def test_a_record_is_named_by_the_first_of_its_names_that_is_not_empty():
    country, bloc = make_country(name="Iran"), make_bloc()

    assert [str(make_delegation(sender=country)), str(make_delegation(sender=bloc))] == [
        "Iran",
        bloc.name,
    ]
