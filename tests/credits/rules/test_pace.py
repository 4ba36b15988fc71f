"""The early warning: minutes that will be missing on the last day, and whether plan or pace is the reason."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credits.rules.case import case_of
from credits.rules.evaluate import evaluate
from credits.rules.pace import ENOUGH, Outlook, Pace, halves
from credits.rules.reading import read_evidence
from schools.rule_sets.reading import read_rule_set
from tests.credits.rules.builders import evidence, rule, rule_set, work

JUNE = date(2027, 6, 30)
H = 60


def pace(**more) -> Pace:
    """Half of 300 hours is there; 150 are planned, and so far all that was planned was worked."""
    values = {"required": 300 * H, "missing": 150 * H, "waiting": 0, "planned": 150 * H, "worked": 100 * H}
    return Pace(**{**values, "due": 100 * H, "by": JUNE, **more})


def test_whoever_works_as_planned_is_there_in_time():
    assert (pace().outlook, pace().short) == (Outlook.ON_TRACK, 0)


def test_at_this_pace_40_h_are_missing_by_june():
    """Of 100 planned hours 73 h 20 were worked: of the 150 to come 110 will be."""
    slow = pace(worked=73 * H + 20)
    assert (slow.expected, slow.short, slow.more_days, slow.outlook) == (110 * H, 40 * H, 0, Outlook.BEHIND)


def test_where_the_plan_alone_does_not_reach_it_more_days_are_needed():
    thin = pace(planned=110 * H)
    assert (thin.short, thin.more_days, thin.outlook) == (40 * H, 40 * H, Outlook.PLAN_SHORT)


def test_hours_that_wait_for_the_host_are_not_missing():
    assert pace(planned=110 * H, waiting=40 * H).outlook == Outlook.ON_TRACK
    assert pace(waiting=150 * H, planned=0).outlook == Outlook.REACHED


def test_more_than_planned_does_not_promise_more():
    assert pace(worked=150 * H, planned=149 * H).short == H


def test_a_first_week_says_nothing_yet():
    assert pace(worked=0, due=ENOUGH - 1).outlook == Outlook.ON_TRACK
    assert pace(worked=0, due=ENOUGH).short == 150 * H


MINUTES = st.integers(0, 1000 * H)


@given(MINUTES, MINUTES, MINUTES, MINUTES, MINUTES)
def test_a_pace_never_promises_more_than_the_plan_and_never_asks_for_more_than_is_missing(
    missing, waiting, planned, worked, due
):
    found = pace(missing=missing, waiting=waiting, planned=planned, worked=worked, due=due)
    assert found.more_days <= found.short <= found.open <= missing
    assert (found.short > 0) == (found.outlook in (Outlook.BEHIND, Outlook.PLAN_SHORT))


# ── Hours and outcomes, each by itself ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("minutes", "shown", "expected"),
    [(600, [], (True, False, True)), (599, ["host"], (False, True, True)), (600, ["host"], (True, True, False))],
)
def test_hours_reached_without_outcomes_and_outcomes_without_hours_are_told_apart_e37_e38(minutes, shown, expected):
    asked = rule_set(
        requirements=[rule("hours", "time", at_least={"hours": 10}), rule("shown", "outcomes", share="100%")]
    )
    result = evaluated(asked, work=[work("1", minutes)], outcomes=[{"key": "tyres", "shown_to": shown}])
    found = halves(result)
    assert (found.hours, found.others, found.one_is_left) == expected
    assert result.result == ("met" if all(expected[:2]) else "not_met")


def test_a_rule_set_without_hours_has_no_hours_to_reach():
    result = evaluated(rule_set(requirements=[rule("shown", "outcomes", share="100%")]))
    assert halves(result).hours is None


def evaluated(rules: dict, **more):
    found = read_rule_set(json.dumps(rules))
    return evaluate(case_of(found, read_evidence(json.dumps(evidence(**more)), found)))
