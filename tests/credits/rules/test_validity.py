"""What counts under no rule set: after an early end, before an agreement, in a sum already, earlier work unproven."""

from datetime import UTC, date, datetime, time

import pytest

from credits.rules.validity import Bounds, void, void_of_sum
from tests.credits.rules.builders import decide, rule_set, work

MONDAY = date(2026, 11, 16)
ALL_DAY = 450


def at(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(MONDAY, time(hour, minute), UTC)


def voided(bounds: Bounds) -> tuple[int, str | None]:
    """Of a day from 8:00 to 16:00 with half an hour of break."""
    return void(bounds, day=MONDAY, begins=at(8), ends=at(16), minutes=ALL_DAY)


@pytest.mark.parametrize(
    ("last", "minutes"),
    [(at(16), 0), (at(15, 59), 1), (at(12, 30), 210), (at(8), ALL_DAY), (at(7), ALL_DAY), (None, 0)],
)
def test_minutes_after_the_last_valid_minute_do_not_count(last, minutes):
    assert voided(Bounds(valid_until=last)) == (minutes, "after_end" if minutes else None)


@pytest.mark.parametrize(
    ("agreed_from", "expected"),
    [(at(8), (0, None)), (at(8, 1), (ALL_DAY, "no_agreement")), (None, (ALL_DAY, "no_agreement"))],
)
def test_after_a_start_without_agreement_only_what_began_under_one_counts(agreed_from, expected):
    assert voided(Bounds(unagreed=True, agreed_from=agreed_from)) == expected


def test_a_start_with_agreement_leaves_the_question_to_the_rule_set():
    assert voided(Bounds(agreed_from=at(12))) == (0, None)


def test_a_day_inside_a_sum_of_earlier_work_is_not_counted_twice():
    assert voided(Bounds(summed=(MONDAY, MONDAY))) == (ALL_DAY, "in_sum")
    assert voided(Bounds(summed=(date(2026, 11, 1), date(2026, 11, 15)))) == (0, None)


@pytest.mark.parametrize(
    ("confirmed", "talked", "expected"),
    [
        (None, True, (600, "no_word")),
        (600, False, (600, "no_talk")),
        (600, True, (0, None)),
        (540, True, (60, "no_word")),
    ],
)
def test_earlier_work_needs_the_word_of_the_workplace_and_a_talk(confirmed, talked, expected):
    assert void_of_sum(600, confirmed=confirmed, talked_through=talked) == expected


def test_what_is_void_is_cut_before_every_step_and_told_with_its_reason():
    decision = decide(rule_set(), work=[work("1", 450, void_minutes=90, void_because="after_end")])
    assert [decision[f"{name}_minutes"] for name in ("worked", "counted", "cut")] == [450, 360, 90]
    assert [line["sentence"] for line in decision["steps"]] == [
        "After the placement ended early: 1 h 30 on 1 day does not count."
    ]


def test_void_minutes_of_a_day_for_several_units_come_from_the_last_of_them():
    units = [{"unit": "a", "minutes": 200}, {"unit": "b", "minutes": 100}]
    day = work("1", 300, units=units, void_minutes=150, void_because="after_end")
    assert [(row["unit"], row["minutes"]) for row in decide(rule_set(), work=[day])["counted"]] == [("a", 150)]


def test_more_void_minutes_than_work_and_void_minutes_without_a_reason_are_refused(command_refuses):
    more = work("1", 60, void_minutes=61, void_because="after_end")
    assert "void_minutes are more than the work" in command_refuses(rule_set(), work=[more])
    lonely = work("1", 60, void_minutes=1)
    assert "void_minutes and void_because belong together" in command_refuses(rule_set(), work=[lonely])
