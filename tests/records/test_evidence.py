"""What a line rests on: publishers are counted, not pages; sources are numbered for one page."""

import pytest

from meetings.models import Meeting
from summitkb.records.evidence import Apparatus, Corroboration, corroborated, passage
from summitkb.records.models import Citation, Source, record_models
from tests.factories import cite, make_meeting, make_membership, make_person, make_source
from tests.two_events import make_two_events

# Corroboration


def evidence_of(record):
    Apparatus([record])
    return record.evidence


def cite_by(record, *publishers, stance="supports", **fields):
    for publisher in publishers:
        cite(record, make_source(publisher=publisher, **fields), stance=stance)


@pytest.mark.django_db
def test_publishers_are_counted_and_not_citations():
    record, source = make_person(), make_source(publisher="TASS")
    cite(record, source, locator="paragraph 1")
    cite(record, source, locator="paragraph 2")
    cite_by(record, "TASS", "IRNA")

    assert evidence_of(record).supporters == ["IRNA", "TASS"]


@pytest.mark.django_db
def test_a_reprint_counts_for_whoever_wrote_it():
    record = make_person()
    cite_by(record, "TASS")
    cite_by(record, "TASS", carried_by="Daily Star")
    cite_by(record, "TASS", carried_by="Kayhan")

    assert evidence_of(record).supporters == ["TASS"]


@pytest.mark.django_db
def test_who_disputes_is_not_taken_off_who_supports():
    record = make_person()
    cite_by(record, "TASS", "IRNA")
    cite_by(record, "TASS", "AP", stance="disputes")

    evidence = evidence_of(record)

    assert (evidence.supporters, evidence.opponents) == (["IRNA", "TASS"], ["AP", "TASS"])


@pytest.mark.django_db
def test_support_stands_before_dispute_and_publishers_by_name():
    record = make_person()
    cite_by(record, "AP", stance="disputes")
    cite_by(record, "TASS", "Élysée")

    readings = evidence_of(record).readings

    assert [(r.source.publisher, r.disputes) for r in readings] == [
        ("Élysée", False),
        ("TASS", False),
        ("AP", True),
    ]


@pytest.mark.django_db
def test_a_record_without_a_source_rests_on_nothing():
    evidence = evidence_of(make_person())

    assert (evidence.readings, evidence.supporters, evidence.opponents) == ([], [], [])
    assert evidence.numbers == ""


@pytest.mark.django_db
def test_a_source_that_is_not_published_counts_for_nothing():
    record = make_person()
    cite_by(record, "TASS", publication="draft")
    cite_by(record, "AP", publication="withdrawn", stance="disputes")

    assert evidence_of(record).readings == []


@pytest.mark.django_db
def test_citations_of_one_source_stand_together():
    record, source = make_person(), make_source()
    first = cite(record, source, locator="1")
    second = cite(record, source, locator="2")

    (reading,) = evidence_of(record).readings

    assert reading.citations == [first, second]


@pytest.mark.django_db
def test_the_marks_are_put_into_words():
    record = make_person()
    assert evidence_of(record).words == "No source is on record yet."

    cite_by(record, "TASS")
    assert evidence_of(record).words == "One publisher reports it: TASS."

    cite_by(record, "IRNA")
    cite_by(record, "AP", stance="disputes")
    assert evidence_of(record).words == (
        "2 independent publishers report it: IRNA, TASS. One disputes it: AP."
    )

    cite_by(record, "AFP", carried_by="Le Monde", stance="disputes")
    assert evidence_of(record).words == (
        "2 independent publishers report it: IRNA, TASS. 2 dispute it: AFP, AP. "
        "A reprint counts for whoever wrote it."
    )


@pytest.mark.django_db
def test_the_first_report_is_that_which_was_surely_out_first():
    record = make_person()
    assert evidence_of(record).first_report is None

    cite_by(record, "Undated")
    assert evidence_of(record).first_report is None

    cite_by(record, "In May", published_on="2025-05")
    assert evidence_of(record).first_report.publisher == "In May"

    cite_by(record, "On the last of May", published_on="2025-05-31")
    cite_by(record, "On the thirtieth", published_on="2025-05-30")
    cite_by(record, "Against it", published_on="2025-05-29", stance="disputes")
    assert evidence_of(record).first_report.publisher == "On the thirtieth"


# Numbers


@pytest.mark.django_db
def test_sources_are_numbered_as_they_first_come_on_the_page():
    a, b = make_source("a", publisher="A"), make_source("b", publisher="B")
    first, second = make_person(), make_person()
    cite(first, b)
    cite(second, a)
    cite(second, b)

    apparatus = Apparatus([first], [second])

    assert apparatus.sources == [b, a]
    assert (first.evidence.numbers, second.evidence.numbers) == ("1", "2, 1")


@pytest.mark.django_db
def test_a_source_that_both_supports_and_disputes_has_one_number():
    record, source = make_person(), make_source()
    cite(record, source)
    cite(record, source, stance="disputes")

    evidence = evidence_of(record)

    assert (len(evidence.readings), evidence.numbers) == (2, "1")


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 10])
def test_the_evidence_of_a_whole_page_is_one_query(django_assert_num_queries, count):
    records = [make(n) for make in (make_person, make_meeting) for n in [None] * count]
    records += [make_membership() for _ in range(count)]
    for record in records:
        cite(record)

    with django_assert_num_queries(1):
        apparatus = Apparatus(records)

    assert len(apparatus.sources) == 3 * count


@pytest.mark.django_db
def test_a_page_without_records_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Apparatus([], [None]).sources == []


@pytest.mark.django_db
def test_a_key_that_two_tables_have_is_not_mixed_up():
    person, meeting = make_person("one"), make_meeting(id="one")
    cite(person)

    Apparatus([person, meeting])

    assert (len(person.evidence.readings), meeting.evidence.readings) == (1, [])


# In SQL as in Python


def corroboration_of(evidence):
    """The values of `Corroboration` that hold of some evidence."""
    supporters = len(evidence.supporters)
    holds = {
        Corroboration.SEVERAL: supporters > 1,
        Corroboration.SINGLE: supporters == 1,
        Corroboration.DISPUTED: bool(evidence.opponents),
        Corroboration.UNCITED: not evidence.readings,
    }
    return {value for value in Corroboration if holds[value]}


@pytest.mark.django_db
def test_sql_and_python_agree_on_the_corroboration_of_every_record():
    make_two_events()
    by_sql, by_python = {}, {}
    for model in record_models():
        records = list(model.objects.all())
        assert len(records) > 0
        Apparatus(records)
        for value in Corroboration:
            by_sql[model, value] = set(model.objects.filter(corroborated(model, [value])))
            by_python[model, value] = {r for r in records if value in corroboration_of(r.evidence)}

    assert by_sql == by_python


@pytest.mark.django_db
def test_each_value_of_corroboration_holds_for_its_own():
    several, single, folded, disputed, both, uncited = (make_meeting(id=i) for i in "abcdef")
    cite_by(several, "TASS", "IRNA")
    cite_by(single, "TASS")
    cite_by(folded, "TASS")
    cite_by(folded, "TASS", carried_by="Kayhan")
    cite_by(disputed, "TASS", stance="disputes")
    cite_by(both, "TASS", "IRNA")
    cite_by(both, "AP", stance="disputes")
    cite_by(uncited, "TASS", publication="draft")

    def keys(*values):
        found = Meeting.objects.filter(corroborated(Meeting, values))
        return "".join(found.order_by("pk").values_list("pk", flat=True))

    assert {value: keys(value) for value in Corroboration} == {
        "several": "ae",
        "single": "bc",
        "disputed": "de",
        "uncited": "f",
    }
    assert keys("single", "disputed") == "bcde"
    with pytest.raises(ValueError, match="much"):
        keys("much")


# The way to the passage

ADDRESS = "https://example.org/report"
NINE = "The two met behind closed doors on the sidelines"


@pytest.mark.parametrize(
    ("url", "excerpt", "expected"),
    [
        (ADDRESS, "", ADDRESS),
        (ADDRESS, "  \n ", ADDRESS),
        ("", "The two met.", ""),
        (ADDRESS, "The two met.", f"{ADDRESS}#:~:text=The%20two%20met."),
        (ADDRESS, " The\ntwo  met ", f"{ADDRESS}#:~:text=The%20two%20met"),
        (
            ADDRESS,
            "The two met behind closed doors on Tuesday",
            f"{ADDRESS}#:~:text=The%20two%20met%20behind%20closed%20doors%20on%20Tuesday",
        ),
        (ADDRESS, NINE, f"{ADDRESS}#:~:text=The%20two%20met%20behind,doors%20on%20the%20sidelines"),
        (
            ADDRESS,
            "closed-door talks, oil & gas",
            f"{ADDRESS}#:~:text=closed%2Ddoor%20talks%2C%20oil%20%26%20gas",
        ),
        (ADDRESS, "100 % #1", f"{ADDRESS}#:~:text=100%20%25%20%231"),
        (ADDRESS, "Встреча", f"{ADDRESS}#:~:text=%D0%92%D1%81%D1%82%D1%80%D0%B5%D1%87%D0%B0"),
        (f"{ADDRESS}#page=2", "met", f"{ADDRESS}#:~:text=met"),
        (f"{ADDRESS}?a=1&b=2", "met", f"{ADDRESS}?a=1&b=2#:~:text=met"),
        (f"{ADDRESS}#page=2", "", f"{ADDRESS}#page=2"),
    ],
)
def test_a_link_leads_to_the_words_in_the_source(url, excerpt, expected):
    assert passage(Citation(source=Source(url=url), excerpt=excerpt)) == expected
