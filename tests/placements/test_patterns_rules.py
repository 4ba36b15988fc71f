"""What is worth a question (E30, E32, E33): seen in numbers, only with enough data, with one question each."""

from datetime import UTC, date, datetime, timedelta

from placements.rules.patterns import Day, Kind, Note, notes
from placements.rules.sources import Confirmed, with_one_source

FIRST = date(2026, 11, 2)
MOMENT = datetime(2026, 11, 20, 16, tzinfo=UTC)


def days(*minutes: int, **more) -> list[Day]:
    return [Day(FIRST + timedelta(days=number), length, **more) for number, length in enumerate(minutes)]


def of_days(some: list[Day]) -> list[Note]:
    return notes(some, [], [])


def test_e33_ten_days_in_a_row_to_the_minute_are_worth_a_question():
    assert of_days(days(*[455] * 10)) == [Note(Kind.SAME_MINUTES, 10, FIRST, FIRST + timedelta(days=9), 455)]


def test_e33_nine_days_are_too_few_and_one_other_day_breaks_the_row():
    assert of_days(days(*[455] * 9)) == []
    assert of_days(days(*[455] * 6, 450, *[455] * 6)) == []


def test_e33_a_row_that_is_just_the_plan_says_so():
    (note,) = of_days(days(*[450] * 12, planned=450))
    assert (note.count, note.as_planned) == (12, True)


def test_e33_work_on_two_closed_days_is_noted_and_on_one_is_not():
    assert of_days(days(400, 410, closed=True)) == [Note(Kind.CLOSED, 2, FIRST, FIRST + timedelta(days=1))]
    assert of_days(days(400, closed=True)) == []


def test_e32_four_weeks_answered_within_seconds_are_noted_for_the_teacher():
    quick = [MOMENT + timedelta(seconds=3 * number) for number in range(4)]
    (note,) = notes([], quick, [])
    assert (note.kind, note.count, note.is_of_supervisor) == (Kind.QUICK, 4, True)
    assert str(note.question) == "What did the student do best in the last of these weeks?"


def test_e32_weeks_answered_with_time_to_read_are_not():
    assert notes([], [MOMENT + timedelta(seconds=11 * number) for number in range(6)], []) == []
    assert notes([], [MOMENT + timedelta(seconds=3 * number) for number in range(3)], []) == []


def test_e32_five_equal_answers_at_the_end_are_noted_and_four_or_one_other_are_not():
    same = [(MOMENT, (4, "yes", "Good")) for _number in range(5)]
    assert [(note.kind, note.count) for note in notes([], [], same)] == [(Kind.SAME_ANSWERS, 5)]
    assert notes([], [], same[:4]) == []
    assert notes([], [], [*same, (MOMENT, (2, "yes", "Brakes alone"))]) == []


PARENT, COLLEAGUE = 7, 8


def confirmed(number: int, *people: int, by_school: bool = False) -> Confirmed:
    return Confirmed(FIRST + timedelta(days=number), 450, frozenset(people), by_school)


def test_e30_hours_that_only_the_parent_confirmed_need_a_second_source():
    work = [confirmed(0, PARENT), confirmed(1, PARENT, COLLEAGUE), confirmed(2, PARENT, by_school=True)]
    assert with_one_source(work, related={PARENT}, seen_on=[]) == [FIRST]


def test_e30_a_visit_stands_behind_the_days_before_it_and_not_after_it():
    work = [confirmed(number, PARENT) for number in range(4)]
    assert with_one_source(work, related={PARENT}, seen_on=[FIRST + timedelta(days=1)]) == [
        FIRST + timedelta(days=2),
        FIRST + timedelta(days=3),
    ]
