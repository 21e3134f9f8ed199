"""What counts as verbatim: each row is a quote, a text, and what is found of the one in the other."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitkb.records.quotes import Finding, check_quote
from summitkb.records.vocabularies import Verdict

VERBATIM, NOT_FOUND = Finding(Verdict.VERBATIM), Finding(Verdict.NOT_FOUND)


def omission(*omitted):
    return Finding(Verdict.OMISSION, omitted)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("The two met.", "The two met."),
        ("two met", "The two met."),
        # Typography
        ("He said “no” to it", 'He said "no" to it'),
        ("He said “no” to it", "He said ‘no’ to it"),
        ("Iran's envoy", "Iran’s envoy"),
        ("сказал „да“ им", "сказал «да» им"),
        ("dit “oui” à tous", "il a dit « oui » à tous"),
        ("sagte “ja” und ging", "er sagte »ja« und ging"),
        ("说“不”的", "他说「不」的时候"),
        ("for peace—and order", "for peace – and order"),
        ("for peace -- and order", "for peace — and order"),
        ("27-29 May", "27–29 May"),
        ("no-break spaces", "no\u2011break\u00a0spaces"),
        ("one two three", "one\n two\u3000\t\r\nthree"),
        ("high representatives", "high repre\u00adsenta\u200btives\ufeff"),
        ("the first office", "the ﬁrst oﬃce"),
        ("Pourquoi ? Parce que", "Pourquoi\u202f? Parce que"),
        ("Pourquoi? Parce que", "Pourquoi\u202f? Parce que"),
        ("50% of it", "50 % of it"),
        ("Élysée", "E\u0301lyse\u0301e"),
        # Ends
        ("The two met.", "The two met, he said"),
        ("“The two met,”", "He said the day The two met – or not"),
        ("The two met", "«The two met!»"),
        # Scripts
        ("совещание в Москве", "13-е совещание в Москве."),
        ("الأمن الدولي", "اجتماع الأمن الدولي في موسكو"),
        ("الأمن الدولي", "اجتماع الأمـــن الدولي في موسكو"),
        ("سلام", "ﺳﻼم عليكم"),
        ("安全会议", "第十三届安全会议在莫斯科举行"),
        ("安全会议在莫斯科", "第十三届安全会议\n在莫斯科举行"),
        ("会议，在莫斯科", "安全会议,在莫斯科举行"),
        ("“Москва” 2025年5月", "《Москва》2025年5月举行"),
        # What looks like a word of an editor is in the text
        ("The alliance [NATO] is", "“The alliance [NATO] is now”"),
        ("C:\\path (a+b)*", "see C:\\path (a+b)* there"),
    ],
)
def test_what_stands_in_the_text_is_verbatim(quote, text):
    assert check_quote(quote, text) == VERBATIM


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("art", "the party"),
        ("part", "the party"),
        ("met", "They meet"),
        ("the two met", "The two met"),
        ("The two met", "The two men met"),
        ("ещё", "еще"),
        ("сказал да им", "сказал «да» им"),
        ("will you come?", "will you come, then"),
        ("3", "about 3.5 million"),
        ("5 million", "about 3.5 million"),
        ("10", "at 10:30"),
        ("الأمن", "بالأمنية"),
        ("安全会议", "安全大会议"),
        # An editor's own words
        ("[Shoigu] said so", "He said so"),
        ("[T]he two met", "The two met"),
        # Nothing to be found
        ("", "The two met."),
        (" … ", "The two met …"),
        ("“.”", "The two met."),
        ("met", ""),
        # Pieces that are there, and not like that
        ("met […] two", "The two met."),
        ("met […] met", "The two met."),
        ("The […] me", "The two met."),
        ("The two […] and left", "The two met."),
    ],
)
def test_what_does_not_is_not_found(quote, text):
    assert check_quote(quote, text) == NOT_FOUND


@pytest.mark.parametrize(
    ("quote", "text", "omitted"),
    [
        ("The two […] today", "The two met today", ["met"]),
        ("The two [...] today", "The two met today", ["met"]),
        ("The two [ … ] today", "The two met today", ["met"]),
        ("The two (…) today", "The two met today", ["met"]),
        ("The two (...) today", "The two met today", ["met"]),
        ("The two <…> today", "The two met today", ["met"]),
        ("The two … today", "The two met today", ["met"]),
        ("The two... today", "The two met today", ["met"]),
        ("The two . . . today", "The two met today", ["met"]),
        ("The two […]today", "The two did not meet today", ["did not meet"]),
        ("安全……举行", "第十三届安全会议在莫斯科举行", ["会议在莫斯科"]),
        # At the ends nothing can be told
        ("… two met", "The two met today", []),
        ("The two met […]", "The two met today", []),
        # Of several places the tightest
        ("a […] c", "a b b c, a b c, a b b b c", ["b"]),
        ("a […] a […] b", "a b a 1 a 2 b", ["1", "2"]),
        ("a […] b […] c", "a 1 b 2 3 c a 1 2 b c a", ["1 2", ""]),
        ("a […] […] c", "a b c", ["b"]),
        # The marks beside an omission are the quoter's own, those within what is left out are not
        (
            "They met. […] We hope",
            "They met, and “not only” they (or so). We hope",
            ["and “not only” they (or so)"],
        ),
        ("met […] hope", "“They met”, so we hope", ["so we"]),
        ("a […] d", "a « b\u00a0– c » d", ["b – c"]),
        # An ellipsis never earns a clean badge
        ("Well… I think", "Well… I think", [""]),
        ("We value […] this", "We value […] this", [""]),
        ("We value […] this", "We value this", [""]),
    ],
)
def test_an_omission_is_told_with_the_words_left_out(quote, text, omitted):
    assert check_quote(quote, text) == omission(*omitted)


WORDS = st.lists(st.text("абвabcдé'安", min_size=1).filter(lambda w: w.strip("'")), min_size=1)


@given(WORDS, st.data())
def test_any_words_of_a_text_are_verbatim(words, data):
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))

    assert check_quote(" ".join(words[first : last + 1]), "\n".join(words)) == VERBATIM


@given(st.lists(st.integers(), min_size=3, unique=True), st.data())
def test_what_is_replaced_by_an_omission_is_what_is_told(numbers, data):
    words = [f"word{number}" for number in numbers]
    first = data.draw(st.integers(1, len(words) - 2))
    last = data.draw(st.integers(first, len(words) - 2))
    left_out = " ".join(words[first : last + 1])
    quote = [*words[:first], "[…]", *words[last + 1 :]]

    assert check_quote(" ".join(quote), " ".join(words)) == omission(left_out)


def test_a_long_quote_is_looked_for_in_a_long_text_in_no_time():
    text = "the Council of the high and the mighty, " * 25_000
    often, never = " […] ".join(["the", "and"] * 10), " […] ".join(["the"] * 19 + ["nobody"])
    began = time.perf_counter()

    findings = [check_quote(often, text).verdict, check_quote(never, text).verdict]

    assert findings == [Verdict.OMISSION, Verdict.NOT_FOUND]
    assert time.perf_counter() - began < 2
