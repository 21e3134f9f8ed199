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


# Spellings of one name

SPELLINGS = {
    "soigu": "Шойгу Shoigu Shoygu Choïgou Schoigu Šojgu Szojgu Sjojgoe Shoigú SHOIGU Shoigu’s",
    "dukanovis": "Đukanović Dukanovic Djukanovic Ђукановић Джуканович",
    "sergei": "Сергей Sergei Sergey Sergej Serguéi Sergueï",
    "ermekbaev": "Yermekbayev Ермекбаев Jermekbajew Ermekbaev",
    "viaseslav": "Вячеслав Vyacheslav Viacheslav Wjatscheslaw Viatcheslav",
    "putin": "Путин Putin Poutine Poetin Putin",
    "lavrov": "Лавров Lavrov Lavroff Lawrow",
    "nariskin": "Нарышкин Naryshkin Narischkin Narychkine",
    "ahmadian": "Ahmadian Akhmadian Aḥmadian Ахмадиан",
    "memis": "Memiş Memis MEMİŞ Мемиш",
    "vusis": "Вучић Vučić Vucic Vuchich",
    "lukasenko": "Лукашенко Lukashenko Loukachenko Łukaszenko",
    "hamusi": "Hammouchi Hamouchi",
    "said": "Said Sa’id Sa'id Saʿid",
    "احمديان": "احمدیان احمديان أحمديان",
    "لاريجاني": "لاریجانی لاريجاني لَارِيجَانِي",
    "리창대": "리창대",
    "陈文清": "陈文清",
}


@pytest.mark.parametrize(
    ("name", "folded"),
    [(name, folded) for folded, names in SPELLINGS.items() for name in names.split()],
)
@pytest.mark.django_db
def test_all_spellings_of_a_name_fold_to_one(name, folded):
    with connection.cursor() as cursor:
        cursor.execute("SELECT derived.folded(%s)", [name])
        assert cursor.fetchone() == (folded,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ri Chang-dae", "Ri Chang dae"),
        ("«Шойгу» – “Doval”…", "Шойгу Doval"),
        ("على، احمدیان؟", "على احمدیان"),
        ("5,000 km² (±5 %)", "5 000 km 5"),
        ("علی‌اکبر", "علی اکبر"),
        ("陈文清、李强。", "陈文清 李强"),
        ("…", ""),
    ],
)
@pytest.mark.django_db
def test_words_are_parted_by_whatever_is_no_letter_or_digit(text, words):
    with connection.cursor() as cursor:
        cursor.execute("SELECT derived.words(%s)", [text])
        assert cursor.fetchone() == (words,)


def test_a_word_of_any_length_is_folded(db):
    """One that took minutes kept the transaction open that saved it, and with it all that write."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20s'")
        cursor.execute("SELECT derived.folded(repeat('sk', 20000) || repeat('ammedi', 5000))")
        [[folded]] = cursor.fetchall()

    assert folded == "sk" * 20_000 + "amedi" * 5_000
