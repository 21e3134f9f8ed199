"""Names in many spellings and scripts find the person, before whatever speaks of them."""

import re

import pytest
from django.db import transaction

from tests.browse.search.hits import hits
from tests.database import check_deferred
from tests.factories import make_meeting, make_person, make_statement

NAMED = {
    "sergei-shoigu": ("Sergei Shoigu", "Сергей Шойгу", []),
    "milo-djukanovic": ("Milo Đukanović", "Мило Ђукановић", []),
    "ali-akbar-ahmadian": ("Ali Akbar Ahmadian", "علی‌اکبر احمدیان", []),
    "qasim-al-araji": ("Qasim al-Araji", "قاسم الأعرجي", []),
    "ri-chang-dae": ("Ri Chang-dae", "리창대", ["Lee Chang-dae"]),
    "chen-wenqing": ("Chen Wenqing", "陈文清", []),
    "nurlan-yermekbayev": ("Nurlan Yermekbayev", "", []),
    "vyacheslav-volodin": ("Vyacheslav Volodin", "", []),
    "okay-memis": ("Okay Memiş", "", []),
    "luong-tam-quang": ("Lương Tam Quang", "", []),
}
SPELLED = [
    ("Shoigu", "sergei-shoigu"),
    ("Shoygu", "sergei-shoigu"),
    ("Choïgou", "sergei-shoigu"),
    ("Schoigu", "sergei-shoigu"),
    ("Šojgu", "sergei-shoigu"),
    ("Szojgu", "sergei-shoigu"),
    ("Shoigú", "sergei-shoigu"),
    ("Шойгу", "sergei-shoigu"),
    ("шойгу сергей", "sergei-shoigu"),
    ("Sergueï Choïgou", "sergei-shoigu"),
    ("Đukanović", "milo-djukanovic"),
    ("Dukanovic", "milo-djukanovic"),
    ("Djukanovic", "milo-djukanovic"),
    ("Джуканович", "milo-djukanovic"),
    ("Ђукановић", "milo-djukanovic"),
    ("Ahmadian", "ali-akbar-ahmadian"),
    ("Akhmadian", "ali-akbar-ahmadian"),
    ("Ахмадиан", "ali-akbar-ahmadian"),
    ("احمدیان", "ali-akbar-ahmadian"),
    ("احمديان", "ali-akbar-ahmadian"),
    ("علی اکبر احمدیان", "ali-akbar-ahmadian"),
    ("Kasim al Araji", "qasim-al-araji"),
    ("قاسم الاعرجي", "qasim-al-araji"),
    ("قاسم الأعرجي", "qasim-al-araji"),
    ("Ri Chang Dae", "ri-chang-dae"),
    ("Lee Chang-dae", "ri-chang-dae"),
    ("리창대", "ri-chang-dae"),
    ("陈文清", "chen-wenqing"),
    ("CHEN WENQING", "chen-wenqing"),
    ("Ермекбаев", "nurlan-yermekbayev"),
    ("Jermekbajew", "nurlan-yermekbayev"),
    ("Володин Вячеслав", "vyacheslav-volodin"),
    ("Viacheslav Volodine", "vyacheslav-volodin"),
    ("Memis", "okay-memis"),
    ("Мемиш", "okay-memis"),
    ("Luong Tam Quang", "luong-tam-quang"),
]


@pytest.fixture(scope="module")
def named(django_db_setup, django_db_blocker):
    """People, and meetings and statements that speak of each of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        for id, (name, native_name, other_names) in NAMED.items():
            person = make_person(id, name=name, native_name=native_name, other_names=other_names)
            make_meeting(title=f"{name} and {name}")
            make_statement(speaker=person, text=f"{name} {native_name} {name}.")
        check_deferred()
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(("typed", "id"), SPELLED)
@pytest.mark.usefixtures("named")
def test_any_spelling_of_a_name_finds_the_person_first(db, client, typed, id):
    assert hits(client, typed)[0][:2] == ("Person", f"/people/{id}/")


def test_there_are_spellings_enough_in_scripts_enough():
    scripts = {"а-яђћ": 0, "؀-ۿ": 0, "가-힣": 0, "一-鿿": 0, "a-z": 0}
    for typed, _ in SPELLED:
        for letters in scripts:
            scripts[letters] += bool(re.search(f"[{letters}]", typed.lower()))

    assert len(SPELLED) >= 25
    assert all(scripts.values())
