"""The filters: hours, days, counts, initials, as people read them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from core.formats import MINUS
from core.templatetags.ui import code, day, day_long, day_time, day_year, hours, initials, listed, number, period

TUESDAY = date(2026, 11, 24)


def minutes_of(text: str) -> int:
    sign, text = (-1, text[1:]) if text.startswith(MINUS) else (1, text)
    whole, _unit, rest = text.partition(" h")
    return sign * (int(whole) * 60 + int(rest or 0))


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 h"), (5, "0 h 05"), (59, "0 h 59"), (60, "1 h"), (450, "7 h 30"), (8400, "140 h"),
        (11190, "186 h 30"), (18900, "315 h"), (-450, "−7 h 30"), (-60, "−1 h"), (None, ""),
    ],
)  # fmt: skip
def test_hours_read_as_people_say_them(minutes, text):
    assert hours(minutes) == text


@given(st.integers(min_value=-10_000_000, max_value=10_000_000))
def test_hours_lose_no_minute(minutes):
    assert minutes_of(hours(minutes)) == minutes


@pytest.mark.parametrize("language", ["en", "fr"])
def test_hours_read_the_same_in_both_languages(language):
    with translation.override(language):
        assert hours(450) == "7 h 30"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(450, "\u20677 س 30 د\u2069"), (60, "\u20671 س\u2069"), (-450, "\u2067\u2066−7\u2069 س 30 د\u2069")],
)
def test_hours_in_arabic_run_from_the_right_and_their_sign_stays_before_the_number(minutes, text):
    with translation.override("ar"):
        assert hours(minutes) == text


@pytest.mark.parametrize(("language", "text"), [("en", "Ada, Noa, 3"), ("fr", "Ada, Noa, 3"), ("ar", "Ada، Noa، 3")])
def test_a_list_has_the_comma_of_its_language(language, text):
    with translation.override(language):
        assert listed(["Ada", "Noa", 3]) == text


def test_a_phone_number_is_not_turned_around_between_right_to_left_words():
    assert code("+33 6 12") == "+33 6 12"
    with translation.override("ar"):
        assert (code("+33 6 12"), code("")) == ("\u2066+33 6 12\u2069", "")


@pytest.mark.parametrize(
    ("language", "short", "year", "whole"),
    [
        ("en", "Tue 24 Nov", "Tue 24 Nov 2026", "Tuesday 24 November"),
        ("fr", "mar 24 nov", "mar 24 nov 2026", "mardi 24 novembre"),
        ("ar", "الثلاثاء 24 نوفمبر", "الثلاثاء 24 نوفمبر 2026", "الثلاثاء 24 نوفمبر"),
    ],
)
def test_a_day_is_written_with_its_weekday(language, short, year, whole):
    with translation.override(language):
        assert (day(TUESDAY), day_year(TUESDAY), day_long(TUESDAY)) == (short, year, whole)


def test_no_day_is_no_text():
    assert (day(None), day_year(None), day_long(None), day_time(None)) == ("", "", "", "")


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2027, 1, 11), date(2027, 4, 2), "Mon 11 Jan to Fri 2 Apr 2027"),
        (date(2026, 11, 26), date(2027, 1, 20), "Thu 26 Nov to Wed 20 Jan 2027"),
        (date(2026, 9, 1), date(2027, 9, 1), "Tue 1 Sep 2026 to Wed 1 Sep 2027"),
    ],
)
def test_a_period_says_its_year_once_unless_it_is_in_doubt(first, last, text):
    assert period(first, last).replace("\xa0", " ") == text


def test_a_line_breaks_between_the_two_days_of_a_period_only():
    assert period(date(2027, 1, 11), date(2027, 4, 2)).split(" ") == [
        "Mon\xa011\xa0Jan",
        "to",
        "Fri\xa02\xa0Apr\xa02027",
    ]
    with translation.override("ar"):
        assert period(date(2027, 1, 11), date(2027, 4, 2)).split(" ") == [
            "من", "الاثنين", "11\xa0يناير", "إلى", "الجمعة", "2\xa0إبريل\xa02027",
        ]  # fmt: skip


def test_a_moment_is_told_in_the_readers_time_zone():
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Paris"):
        assert (day(late), day_time(late)) == ("Wed 25 Nov", "Wed 25 Nov, 00:30")
        with translation.override("ar"):
            assert day_time(late) == "الأربعاء 25 نوفمبر، 00:30"


@pytest.mark.parametrize(("language", "text"), [("en", "3,000"), ("fr", "3 000")])
def test_a_count_keeps_its_thousands_apart(language, text):
    with translation.override(language):
        assert number(3000).replace("\u202f", " ").replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Noa Berg", "NB"), ("Ada May Brandt", "AB"), ("Cher", "C"), ("", ""), ("élodie ñandú", "ÉÑ"),
        ("  Sam   Aydin ", "SA"), ("محمد الحسن علي", "م\u200cع"), ("محمد", "م"),
        ("李 小龙", "李小"), ("Noa (trainee) Berg", "NB"),
    ],
)  # fmt: skip
def test_initials_are_the_first_and_the_last_word(name, letters):
    assert initials(name) == letters
