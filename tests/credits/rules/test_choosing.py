"""Which wording holds, by the cohort or by the day of the work, and for whom a rule set is meant."""

from dataclasses import dataclass
from datetime import date

import pytest

from schools.rule_sets.choosing import by_day, chosen, holds_on
from tests.credits.rules.builders import decide, decided, evidence, rule, rule_set, steps, work


@dataclass(frozen=True)
class Version:
    number: int
    valid_from: date | None = None
    valid_to: date | None = None
    chosen_by: str = "cohort_start"


def day(text: str) -> date:
    return date.fromisoformat(text)


OLD = Version(1, valid_to=date(2024, 12, 31))
NEW = Version(2, valid_from=date(2025, 1, 1))


# ── By the cohort ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cohort_start", "expected"), [("2024-12-31", OLD), ("2025-01-01", NEW), ("1900-01-01", OLD), ("2200-01-01", NEW)]
)
def test_the_wording_is_chosen_by_the_start_of_the_cohort(cohort_start, expected):
    assert chosen([OLD, NEW], cohort_start=day(cohort_start), today=day("2026-01-01")) == expected


@pytest.mark.parametrize(("today", "number"), [("2024-12-31", 1), ("2025-01-01", 2)])
def test_the_wording_may_be_chosen_by_the_day(today, number):
    versions = [Version(one.number, one.valid_from, one.valid_to, "activity_date") for one in (NEW, OLD)]
    found = chosen(versions, cohort_start=day("2000-01-01"), today=day(today))
    assert found is not None
    assert found.number == number


def test_the_higher_number_takes_the_place_of_the_lower_one():
    corrected = Version(3, valid_to=date(2024, 12, 31))
    for order in ([OLD, NEW, corrected], [corrected, NEW, OLD]):
        assert chosen(order, cohort_start=day("2024-09-01"), today=day("2026-01-01")) == corrected


def test_no_wording_holds_on_a_day_outside_all_of_them():
    assert chosen([NEW], cohort_start=day("2024-12-31"), today=day("2026-01-01")) is None
    assert chosen([], cohort_start=day("2024-12-31"), today=day("2026-01-01")) is None


@pytest.mark.parametrize(
    ("version", "on", "expected"),
    [
        (Version(1), "2026-01-01", True),
        (Version(1, date(2026, 1, 1), date(2026, 1, 1)), "2026-01-01", True),
        (Version(1, date(2026, 1, 2)), "2026-01-01", False),
        (Version(1, None, date(2025, 12, 31)), "2026-01-01", False),
    ],
)
def test_both_ends_of_a_validity_belong_to_it(version, on, expected):
    assert holds_on(version, day(on)) is expected


@pytest.mark.parametrize(
    ("cohort_start", "result", "reason"),
    [
        ("2025-08-31", "not_applicable", "dates"),
        ("2025-09-01", "met", ""),
        ("2026-08-31", "met", ""),
        ("2026-09-01", "not_applicable", "dates"),
        (None, "met", ""),
    ],
)
def test_a_wording_for_other_cohorts_does_not_apply(cohort_start, result, reason):
    rules = rule_set(valid_from="2025-09-01", valid_to="2026-08-31")
    decision = decide(rules, work=[work("a", 60, "2030-01-01")], cohort_start=cohort_start)
    assert (decision["result"], decision["reason"]) == (result, reason)


@pytest.mark.parametrize(("kind", "result"), [("vocational", "met"), ("lyceum", "not_applicable"), (None, "not_applicable")])  # fmt: skip # noqa: E501
def test_a_rule_set_is_meant_for_some_students(kind, result):
    rules = rule_set(applies_to={"facts": {"kind": ["vocational"]}}, facts={"kind": {"label": {"en": "k", "fr": "k"}}})
    decision = decide(rules, work=[work("a", 60)], facts={"kind": kind} if kind else {})
    assert (decision["result"], decision["reason"]) == (result, "" if result == "met" else "students")
    assert (decision["worked_minutes"], decision["awards"]) == (60, [])


# ── By the day of the work ───────────────────────────────────────────────────────────────────────────────────────────


def dated(*steps: dict, since: str | None = None, until: str | None = None, **more) -> dict:
    ends = {**({"valid_from": since} if since else {}), **({"valid_to": until} if until else {})}
    return rule_set(chosen_by="activity_date", steps=list(steps), **ends, **more)


HALF, NOTHING = rule("half", "weight", factor="50%"), rule("none", "exclude")
ON_EACH_DAY = [work("a", 60, "2024-12-31"), work("b", 60, "2025-01-01"), work("c", 60, "2025-06-30"),
               work("d", 60, "2025-07-01")]  # fmt: skip


def test_work_on_days_of_no_wording_does_not_count():
    decision = decide(dated(since="2025-01-01", until="2025-06-30"), work=ON_EACH_DAY)
    assert steps(decision) == [("outside_dates", 120, 120)]
    assert decision["steps"][0]["entries"] == ["a", "d"]
    assert (decision["result"], decision["counted_minutes"], decision["cut_minutes"]) == ("met", 120, 120)
    assert decision["steps"][0]["label"] not in ("", "outside_dates")


def test_the_steps_of_each_wording_hold_for_the_work_of_its_days():
    now, before = dated(HALF, since="2025-01-01"), dated(NOTHING, until="2024-12-31")
    decision = decided(now, evidence(work=ON_EACH_DAY), before)
    assert steps(decision) == [("exclude", 60, 60), ("weight", 180, 90)]
    assert [row["entries"] for row in decision["steps"]] == [["a"], ["b", "c", "d"]]


def test_the_other_wordings_may_come_in_any_order():
    first, second, third = (
        dated(HALF, until="2024-12-31"),
        dated(NOTHING, since="2025-01-01", until="2025-06-30"),
        dated(since="2025-07-01"),
    )
    said = evidence(work=ON_EACH_DAY)
    assert decided(third, said, first, second) == decided(third, said, second, first)
    assert decided(third, said, first, second)["counted_minutes"] == 30 + 60


def test_requirements_and_awards_are_those_of_todays_wording():
    now = dated(since="2025-01-01", requirements=[rule("hours", "time", at_least={"hours": 4})],
                awards=[rule("unit", "time", measure="hours", needs=["hours"])])  # fmt: skip
    before = dated(until="2024-12-31", requirements=[rule("hours", "time", at_least={"hours": 5})])
    decision = decided(now, evidence(work=ON_EACH_DAY), before)
    assert (decision["result"], decision["required_minutes"], decision["proposed_minutes"]) == ("met", 240, 240)


def test_a_step_keeps_its_own_dates_inside_its_wording():
    excluded = rule("none", "exclude", where={"dates": {"from": "2024-06-01", "to": "2025-01-01"}})
    decision = decided(dated(excluded, since="2025-01-01"), evidence(work=ON_EACH_DAY), dated(until="2024-12-31"))
    assert decision["steps"][0]["entries"] == ["b"]


def test_where_two_wordings_hold_on_a_day_the_one_that_began_later_takes_its_place():
    decision = decided(dated(NOTHING, since="2025-01-01"), evidence(work=ON_EACH_DAY), dated(HALF))
    assert decision["counted_minutes"] == 30


def test_after_a_temporary_wording_the_one_around_it_holds_again():
    around, temporary = dated(HALF), dated(NOTHING, since="2025-01-01", until="2025-06-30")
    decision = decided(around, evidence(work=ON_EACH_DAY), temporary)
    assert decision["counted_minutes"] == 60
    assert {date for row in by_day([OLD, NEW]) for date in row[1:]} == {None, OLD.valid_to, NEW.valid_from}


def test_other_wordings_are_nothing_where_the_cohort_chooses():
    decision = decided(rule_set(), evidence(work=ON_EACH_DAY), rule_set(steps=[NOTHING]))
    assert decision["counted_minutes"] == 240
