import pytest
from django.db import connection
from django.db.models import F

from delegations.models import Person
from summitkb.records.names import NameOrder
from tests.factories import make_person


@pytest.mark.parametrize(
    ("name", "sorted_as"),
    [
        ("Álvarez", "alvarez"),
        ("Çelik", "celik"),
        ("ÅNGSTRÖM", "angstrom"),
        ("A\u0301lvarez", "alvarez"),
        ("Nguyễn", "nguyen"),
        ("Шойгу", "шоигу"),
        ("Ли Чан Дэ", "ли чан дэ"),
        ("O’Brien-Smith", "o’brien-smith"),
        ("", ""),
        (None, None),
    ],
)
@pytest.mark.django_db
def test_case_and_marks_do_not_count(name, sorted_as):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name_order(%s)", [name])
        assert cursor.fetchone() == (sorted_as,)


@pytest.mark.django_db
def test_names_stand_as_in_a_dictionary_and_not_as_in_a_code_table():
    for name in ["Zhou", "amorim", "Çelik", "Dodik", "Álvarez", "Amorim"]:
        make_person(name=name)

    names = Person.objects.order_by(NameOrder("name"), F("name")).values_list("name", flat=True)

    assert list(names) == ["Álvarez", "Amorim", "amorim", "Çelik", "Dodik", "Zhou"]


@pytest.mark.django_db
def test_names_that_sort_alike_stand_in_the_order_of_their_ids():
    for id, name in [("b", "Lopez"), ("a", "López"), ("c", "LOPEZ")]:
        make_person(id, name=name)

    assert list(Person.objects.values_list("id", flat=True)) == ["a", "b", "c"]
