"""What loading does to the database: new, changed and unchanged rows, and what it refuses."""
# ruff: noqa: E501 -- rows of tables stand on one line

import pytest
from django.db import connection, transaction

from delegations.models import Country, Delegation, Event, Person, PersonHistory
from meetings.models import (
    Meeting,
    MeetingTopic,
    Participant,
    Statement,
    StatementAbout,
    Topic,
)
from summitkb.exchange.archives import Refused
from summitkb.exchange.checks import check
from summitkb.exchange.comparing import compare
from summitkb.exchange.loading import Conflict, load
from summitkb.exchange.packages import open_package
from summitkb.exchange.tables import get_table, tables
from summitkb.records.models import Citation, Record
from tests.exchange.small import TEXTS, changed, write
from tests.factories import make_country, make_delegation, make_event, make_topic

SMALL = {name: text.count("\n") - 1 for name, text in TEXTS.items()}
SMALL["statements"] -= 1  # one of its rows has two lines
KINDS = ("new", "changed", "unchanged", "only in the database")


def load_folder(folder, *args, **kwargs):
    """Load a folder in which nothing is wrong. Gives the report and the changes that were told."""
    told = []
    with open_package(folder) as package:
        assert [str(problem) for problem in check(package)] == []
        report = load(package, *args, tell=lambda row: told.append(str(row)), **kwargs)
    return report, told


def load_small(tmp_path, texts=None, *args, **kwargs):
    number = len(list(tmp_path.iterdir()))
    return load_folder(write(tmp_path / f"p{number}", texts), *args, **kwargs)


def counted(report):
    """The counts by table, as tuples in the order of the report's columns."""
    return {name: tuple(counts[kind] for kind in KINDS) for name, counts in report.counts.items()}


def everything():
    """Every cell of every table of the database."""
    return {
        table.name: sorted(table.cells(table.model.objects.order_by()), key=repr)
        for table in tables()
    }


@pytest.mark.django_db
def test_a_first_load_adds_every_row(tmp_path):
    report, told = load_small(tmp_path)

    assert counted(report) == {name: (count, 0, 0, 0) for name, count in SMALL.items()}
    assert told == []
    assert {
        r.publication for t in tables() if t.has_publication for r in t.model.objects.all()
    } == {"published"}


@pytest.mark.django_db
def test_a_second_load_changes_nothing_and_writes_no_history(tmp_path):
    load_small(tmp_path)
    before = everything(), PersonHistory.objects.count()

    report, told = load_small(tmp_path)

    assert counted(report) == {name: (0, 0, count, 0) for name, count in SMALL.items()}
    assert told == []
    assert (everything(), PersonHistory.objects.count()) == before


@pytest.mark.django_db
def test_cells_arrive_as_values_of_the_models(tmp_path):
    load_small(tmp_path)

    meeting = Meeting.objects.get(pk="tashkent-2026-plenary")
    assert (str(meeting.date), str(meeting.starts_at)) == ("2026-04-14", "09:30:00")
    assert list(meeting.topic_entries.values_list("topic", "position")) == [
        ("water", 0),
        ("border-control", 1),
    ]
    quote = Statement.objects.get(pk="tashkent-2026-quote")
    assert (quote.text, quote.translated) == ('The first line,\n"the second"', False)
    assert [entry.record_key for entry in quote.about] == ["UZB", "sco", "RUS"]
    person = Person.objects.get(pk="viktor-makhmudov")
    assert person.other_names == ["Victor Mahmudov", "Виктор Махмудов"]
    assert Person.objects.get(pk="sergei-shoigu").other_names == []
    assert Participant.objects.get(person=None).key == "tashkent-2026-plenary+tashkent-2026-sco+"


@pytest.mark.django_db
def test_a_different_cell_is_a_change_and_told_before_it_is_made(tmp_path):
    load_small(tmp_path)
    texts = {
        **changed("meetings", ",held,open,,,water | border-control", ",cancelled,open,,,water"),
        **changed("events", "Tashkent Security Dialogue", "Tashkent\u2028Dialogue"),
        **changed("statements", "UZB | sco | RUS", "RUS | UZB"),
        **changed("people", "Victor Mahmudov | Виктор Махмудов", "Victor Mahmudov"),
        **changed("figures", ",0,about", ",126,exact"),
        **changed("delegates", "head", "member"),
    }
    with open_package(write(tmp_path / "p", texts)) as package:
        still = []
        load(
            package,
            tell=lambda row: still.append((str(row), row.table.model.objects.get(pk=row.pk))),
        )
    told = [text for text, _ in still]

    assert told == [
        "people/viktor-makhmudov: other_names: Victor Mahmudov | Виктор Махмудов → Victor Mahmudov",
        "events/tashkent-2026: name: Tashkent Security Dialogue → Tashkent\\u2028Dialogue",
        "delegates/tashkent-2026-rus+sergei-shoigu: role: head → member",
        "meetings/tashkent-2026-plenary: status: held → cancelled\n"
        "meetings/tashkent-2026-plenary: topics: water | border-control → water",
        "statements/tashkent-2026-quote: about: UZB | sco | RUS → RUS | UZB",
        "figures/tashkent-2026-delegations: value: 0 → 126\n"
        "figures/tashkent-2026-delegations: bound: about → exact",
    ]
    assert still[3][1].status == "held"
    assert Meeting.objects.get(pk="tashkent-2026-plenary").status == "cancelled"
    assert list(MeetingTopic.objects.values_list("topic", "position")) == [("water", 0)]
    about = StatementAbout.objects.values_list("country", "bloc", "position")
    assert list(about) == [("RUS", None, 0), ("UZB", None, 1)]

    with open_package(tmp_path / "p") as package:
        assert [row.kind for row in compare(package, get_table("figures"))] == ["unchanged"]


@pytest.mark.django_db
def test_an_empty_cell_says_nothing_and_what_is_missing_stays(tmp_path):
    load_small(tmp_path)
    before = everything()
    texts = {
        **changed("meetings", ",09:30,held,open,,,water | border-control", ",,held,open,,,"),
        **changed("people", "Victor Mahmudov | Виктор Махмудов,Q1", ","),
        **changed("statements", ",ru,no,water,UZB | sco | RUS", ",,,,"),
        **changed("agreements", "water-treaty,Treaty on water,UZB | RUS,proposed,2026,\n", ""),
        **changed("citations", "agreements,water-treaty,uza,,,supports\n", ""),
    }

    report, told = load_small(tmp_path, texts)

    assert told == []
    assert everything() == before
    expected = {name: (0, 0, count, 0) for name, count in SMALL.items()}
    assert counted(report) == expected | {
        "agreements": (0, 0, 0, 1),
        "citations": (0, 0, SMALL["citations"] - 1, 1),
    }


@pytest.mark.django_db
def test_a_known_empty_cell_is_filled(tmp_path):
    load_small(tmp_path)
    texts = {
        **changed("people", "Sergei Shoigu,Сергей Шойгу,,", "Sergei Shoigu,Сергей Шойгу,Shoygu,Q2"),
        **changed("meetings", "held,closed,,,", "held,closed,,,water"),
    }

    _, told = load_small(tmp_path, texts)

    assert told == [
        "people/sergei-shoigu: other_names: (empty) → Shoygu\n"
        "people/sergei-shoigu: wikidata: (empty) → Q2",
        "meetings/tashkent-2026-rus-uzb: topics: (empty) → water",
    ]


@pytest.mark.django_db
def test_citations_add_up(tmp_path):
    load_small(tmp_path)
    texts = changed("citations", "figures,tashkent-2026-delegations,uza,,", "figures,tashkent-2026-delegations,uza,p. 2,")  # fmt: skip

    report, told = load_small(tmp_path, texts)

    assert counted(report)["citations"] == (1, 0, SMALL["citations"] - 1, 1)
    assert told == []
    locators = Citation.objects.filter(table="figures").order_by("locator")
    assert list(locators.values_list("locator", flat=True)) == ["", "p. 2"]


@pytest.mark.django_db
def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path):
    load_small(tmp_path)
    before = everything()
    texts = changed("figures", ",0,about", ",126,exact")
    texts |= changed("topics", "water,Water,", "rivers,Rivers,\nwater,Water,")

    dry = load_small(tmp_path, texts, dry_run=True)

    assert everything() == before
    wet = load_small(tmp_path, texts)
    assert (counted(dry[0]), dry[1]) == (counted(wet[0]), wet[1])
    assert counted(dry[0])["topics"] == (1, 0, 3, 0)
    assert counted(dry[0])["figures"] == (0, 1, 0, 0)


@pytest.mark.django_db
def test_the_order_of_rows_and_of_columns_does_not_matter(tmp_path):
    texts = {}
    for name, text in TEXTS.items():
        if name != "statements":  # whose rows are not lines
            header, *rows = text.splitlines(keepends=True)
            texts[name] = "".join([header, *reversed(rows)])
    texts["topics"] = "parent,id,name\n,water,Water\nregional-security,border-control,Border control\n,regional-security,Regional security\n"  # fmt: skip

    load_small(tmp_path, texts)
    shuffled = everything()

    assert counted(load_small(tmp_path)[0]) == {n: (0, 0, c, 0) for n, c in SMALL.items()}
    assert everything() == shuffled


@pytest.mark.django_db
@pytest.mark.parametrize("publication", ["draft", "in-review", "published"])
def test_new_rows_get_the_publication_asked_for(tmp_path, publication):
    load_small(tmp_path, None, publication)

    models = [table.model for table in tables() if table.has_publication]
    assert len(models) == 14
    assert {(m, p) for m in models for p in m.objects.values_list("publication", flat=True)} == {
        (model, publication) for model in models
    }


@pytest.mark.django_db
def test_known_rows_keep_their_publication_and_are_counted(tmp_path):
    load_small(tmp_path)
    Topic.objects.create(id="rivers", name="R", publication="withdrawn", publication_note="Why")
    Topic.objects.create(id="lakes", name="Lakes", publication="draft")
    texts = changed("topics", "water,Water,", "lakes,Lakes,\nrivers,Rivers,\nwater,Water,")

    report, told = load_small(tmp_path, texts)

    assert told == ["topics/rivers: name: R → Rivers"]
    assert str(report).splitlines()[-2:] == [
        "Known rows that stay draft: 1",
        "Known rows that stay withdrawn: 1",
    ]
    rivers, lakes = Topic.objects.get(pk="rivers"), Topic.objects.get(pk="lakes")
    assert (rivers.name, rivers.publication, rivers.publication_note) == (
        "Rivers",
        "withdrawn",
        "Why",
    )
    assert lakes.publication == "draft"


@pytest.mark.django_db
def test_history_says_which_package_it_was(tmp_path):
    load_small(tmp_path)

    packages = PersonHistory.objects.values_list("pgh_context__metadata__package", flat=True)
    assert list(packages) == ["p0"] * 2


@pytest.mark.django_db
def test_the_report_is_an_aligned_table(tmp_path):
    make_country("IRN")

    report, _ = load_small(tmp_path)

    assert (
        str(report)
        == """\
              new  changed  unchanged  only in the database
sources         2        0          0                     0
topics          3        0          0                     0
countries       4        0          0                     1
blocs           1        0          0                     0
memberships     2        0          0                     0
people          2        0          0                     0
events          1        0          0                     0
delegations     3        0          0                     0
delegates       1        0          0                     0
meetings        2        0          0                     0
participants    3        0          0                     0
statements      2        0          0                     0
agreements      1        0          0                     0
figures         1        0          0                     0
citations      20        0          0                     0
total          48        0          0                     1"""
    )


# What is right in itself and does not fit the database


def refusal(tmp_path, texts=None, *args):
    """The sentence with which a load is refused, after which nothing has changed."""
    before = everything()
    with pytest.raises(Refused) as refused, transaction.atomic():
        load_small(tmp_path, texts, *args)
    assert everything() == before
    return str(refused.value)


def conflicts(tmp_path, texts=None):
    """The problems with which a load is refused, after which nothing has changed."""
    before = everything()
    with pytest.raises(Conflict) as conflict, transaction.atomic():
        load_small(tmp_path, texts)
    assert everything() == before
    return [str(problem) for problem in conflict.value.problems]


@pytest.mark.django_db
def test_a_second_delegation_of_a_country_is_told_at_its_line(tmp_path):
    event = make_event("tashkent-2026")
    make_delegation(event, make_country("RUS"), "the-russians")

    assert conflicts(tmp_path) == [
        "delegations.csv:2: country: This country already has a delegation to this event "
        "(“the-russians” in the database)"
    ]


@pytest.mark.django_db
def test_every_conflict_is_told_not_only_the_first(tmp_path):
    event = make_event("tashkent-2026", starts_on="2030", ends_on="2031")
    make_delegation(event, make_country("RUS"), "the-russians")
    Delegation.objects.create(
        id="tashkent-2026-uzb", event=event, country=make_country("BIH"), status="attended"
    )
    texts = {
        **changed("events", "2026-04-14,2026-04-15", ",2026-04-15"),
        **changed("delegations", "tashkent-2026,UZB,,", "tashkent-2026,,sco-2,"),
        **changed("blocs", "sco,SCO", "sco-2,S2,S2,grouping,,\nsco,SCO"),
        **changed("citations", "blocs,sco,uza,,,supports\n", "blocs,sco,uza,,,supports\nblocs,sco-2,uza,,,supports\n"),
    }  # fmt: skip
    texts["blocs"] = TEXTS["blocs"] + "sco-2,S2,S2,grouping,,\n"

    assert conflicts(tmp_path, texts) == [
        "events.csv:2: starts_on: An event does not end before it begins, and not with what is known "
        "already",
        "delegations.csv:4: country: A delegation comes from exactly one of country or bloc, and not "
        "with what is known already",
        "delegations.csv:2: country: This country already has a delegation to this event "
        "(“the-russians” in the database)",
    ]


@pytest.mark.django_db
def test_a_published_row_that_would_refer_to_a_new_draft_is_refused_in_a_sentence(tmp_path):
    load_small(tmp_path)
    texts = changed("topics", "water,Water,", "rivers,Rivers,\nwater,Water,rivers")

    assert refusal(tmp_path, texts, "draft") == (
        "topics/water is published and refers to topics/rivers, which is not. Nothing was written."
    )


@pytest.mark.django_db
def test_a_third_side_of_a_bilateral_is_refused_in_a_sentence(tmp_path):
    load_small(tmp_path)
    texts = {
        **changed("participants", "tashkent-2026-uzb,viktor-makhmudov", "tashkent-2026-sco,viktor-makhmudov"),
        **changed("citations", "tashkent-2026-rus-uzb+tashkent-2026-uzb+", "tashkent-2026-rus-uzb+tashkent-2026-sco+"),
    }  # fmt: skip

    assert refusal(tmp_path, texts) == (
        "A bilateral meeting has exactly two delegations; tashkent-2026-rus-uzb has 3. Nothing was "
        "written."
    )


@pytest.mark.django_db
def test_two_trees_that_make_a_ring_together_are_refused(tmp_path):
    rivers = make_topic("rivers")
    make_topic("water", parent=rivers)
    texts = changed("topics", "water,Water,", "rivers,Rivers,water\nwater,Water,")

    assert refusal(tmp_path, texts) == (
        "topics/rivers would lie below itself (rivers → water → rivers). Nothing was written."
    )


@pytest.mark.django_db
def test_a_constraint_speaks_its_own_words_and_names_the_row(tmp_path):
    """Two delegations that change places cannot, because the database checks them one by one."""
    load_small(tmp_path)
    texts = {"delegations": TEXTS["delegations"].replace("RUS", "x").replace("UZB", "RUS").replace("x", "UZB")}  # fmt: skip

    assert refusal(tmp_path, texts) == (
        "delegations: This country already has a delegation to this event. Key (event_id, "
        "country_id)=(tashkent-2026, UZB) already exists. Nothing was written."
    )


@pytest.mark.django_db
def test_triggers_watch_during_a_load_as_ever(tmp_path):
    """Loading tells django-pgtrigger that nothing is to be ignored, and not that everything is."""
    load_small(tmp_path)

    assert PersonHistory.objects.count() == Person.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pgtrigger.ignore')")
        assert cursor.fetchone() == ("{}",)


# Beside another gathering


@pytest.mark.django_db
def test_another_gathering_loads_beside_moscow_and_does_not_disturb_it(bundled_record, tmp_path):
    before = everything()

    report, told = load_small(tmp_path)

    after = everything()
    assert told == []
    assert all(set(before[name]) <= set(after[name]) for name in before)
    assert {name: len(after[name]) - len(before[name]) for name in before} == {
        name: counts[0] for name, counts in counted(report).items()
    }
    assert counted(report)["people"] == (1, 0, 1, 39)
    assert counted(report)["countries"] == (0, 0, 4, 142)
    assert counted(report)["blocs"] == (0, 0, 1, 10)
    assert list(Event.objects.order_by("id").values_list("id", flat=True)) == [
        "moscow-2025",
        "tashkent-2026",
    ]
    again, told = load_folder(bundled_record)
    assert told == []
    assert (again.total["new"], again.total["changed"], again.total["unchanged"]) == (0, 0, 1902)


@pytest.mark.django_db
def test_the_bundled_package_is_all_there(bundled_record):
    assert Country.objects.get(pk="BA-SRP").part_of_id == "BIH"
    for table in tables():
        lines = (bundled_record / table.file).read_text().count("\n")
        assert (table.name, table.model.objects.count()) == (table.name, lines - 1)
        if issubclass(table.model, Record):
            assert table.model.objects.published().count() == lines - 1
