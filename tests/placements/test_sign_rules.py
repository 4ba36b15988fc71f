"""Who signs, until when, and what counts as a name."""

from datetime import date

import pytest

from placements.rules import signing

Party = signing.Party
PEOPLE = {Party.STUDENT: 1, Party.GUARDIAN: 2, Party.HOST: 3, Party.SCHOOL: 4, Party.TUTOR: 5, Party.TEACHER: 6}
START = date(2027, 1, 4)


def asked(birth_date, demand=signing.USUAL, **changes):
    people = PEOPLE | {Party(name): person for name, person in changes.items()}
    places = signing.parties(demand, people, birth_date=birth_date, starts_on=START)
    return [(place.order, str(place.party), place.person_id) for place in places]


def test_four_parties_sign_for_a_minor():
    assert asked(date(2009, 6, 1)) == [(1, "student", 1), (2, "guardian", 2), (3, "host", 3), (4, "school", 4)]


def test_no_guardian_signs_for_who_is_18_on_the_first_day():
    assert asked(date(2009, 1, 4)) == [(1, "student", 1), (2, "host", 3), (3, "school", 4)]


def test_a_guardian_signs_for_who_is_18_one_day_after_the_first_day():
    assert (2, "guardian", 2) in asked(date(2009, 1, 5))


def test_a_guardian_signs_when_the_age_is_unknown():
    assert (2, "guardian", 2) in asked(None)
    assert [party for _order, party, _person in asked(None, guardian=None)] == ["student", "host", "school"]


def test_who_was_born_on_29_february_is_18_on_1_march():
    born = date(2008, 2, 29)
    assert signing.is_minor(born, date(2026, 2, 28))
    assert not signing.is_minor(born, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 24), date(2026, 12, 25)),
        (date(2026, 12, 24), date(2026, 12, 27)),
        (date(2027, 1, 2), date(2027, 1, 4)),
        (date(2027, 1, 4), date(2027, 1, 4)),
        (date(2027, 1, 9), date(2027, 1, 9)),
    ],
)
def test_the_last_day_for_signing_is_ten_days_before_the_start_or_three_from_today(today, expected):
    assert signing.sign_by(START, today) == expected


@pytest.mark.parametrize("typed", ["Lina Kowal", "L. K.", "李 娜", "محمد", "Ng"])
def test_a_name_in_any_script_will_do(typed):
    assert signing.is_a_name(typed)


@pytest.mark.parametrize("typed", ["", "  ", "x", "...", "12 34"])
def test_less_than_two_letters_are_no_name(typed):
    assert not signing.is_a_name(typed)
