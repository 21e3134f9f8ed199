"""Names that share no word and mean the same."""

import pytest

from delegations.other_names import OTHER_NAMES
from summitkb.browse.search.query import Query, Term
from summitkb.browse.search.synonyms import other_names, same_names
from tests.browse.search.hits import hits
from tests.database import check_deferred
from tests.factories import make_bloc, make_country, make_delegation, make_event


@pytest.fixture
def base(db):
    event = make_event("e", name="A gathering")
    for code, name in {
        "TUR": "Türkiye",
        "VNM": "Viet Nam",
        "PRK": "Korea (Democratic People's Republic of)",
        "KOR": "Korea (Republic of)",
        "RUS": "Russian Federation",
    }.items():
        make_delegation(event, make_country(code, name=name), f"e-{code.lower()}")
    make_bloc("csto", acronym="CSTO", name="Collective Security Treaty Organization")
    check_deferred()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Turkey", ["/countries/TUR/", "/delegations/e-tur/"]),
        ("Турция", ["/countries/TUR/", "/delegations/e-tur/"]),
        ("vietnam", ["/countries/VNM/", "/delegations/e-vnm/"]),
        ("North Korea", ["/countries/PRK/", "/delegations/e-prk/"]),
        ("south korea", ["/countries/KOR/", "/delegations/e-kor/"]),
        ("Russia", ["/countries/RUS/", "/delegations/e-rus/"]),
        ("ОДКБ", ["/blocs/csto/"]),
        (
            "Turkey or Vietnam",
            ["/countries/TUR/", "/countries/VNM/", "/delegations/e-tur/", "/delegations/e-vnm/"],
        ),
        ('"Turkey"', []),
        (
            "gathering -Turkey -Vietnam -Russia",
            ["/events/e/", "/delegations/e-kor/", "/delegations/e-prk/"],
        ),
    ],
)
def test_a_name_finds_what_is_recorded_under_another(client, base, typed, found):
    assert sorted(hit[1] for hit in hits(client, typed)) == sorted(found)


def test_the_other_name_is_marked_where_it_stands(client, base):
    assert hits(client, "Turkey")[0][2] == "[Türkiye]"


def test_a_name_of_several_words_is_one_term_unless_quoted_or_left_out():
    def terms(typed):
        return Query.parse(typed).alternatives[0]

    assert terms("talks south KOREA now") == (Term("talks"), Term("south KOREA"), Term("now"))
    assert terms("south -korea") == (Term("south"), Term("korea", without=True))
    assert terms('"south" korea') == (Term("south", quoted=True), Term("korea"))
    assert Term("South Korea", quoted=True).names == ("South Korea",)


def test_a_group_gives_all_its_names_but_the_one_asked_for():
    assert other_names("burma") == ("Myanmar", "Мьянма", "Бирма")
    assert other_names("Atlantis") == ()


def test_no_name_stands_in_two_groups():
    with pytest.raises(ValueError, match="Turkey stands in two groups"):
        same_names([("Turkey", "Thanksgiving")])


def test_each_group_has_names_enough():
    assert [group for group in OTHER_NAMES if len(group) < 2] == []
