"""Working time of minors through the engine: by age on the day, over all hosts, over midnight and the change of clock.

Numbers: United Kingdom 16-17 (8 h a day, 40 h a week, 12 h rest, 30 min break in more than 4.5 h), French pupils 16-17
(8 h, 35 h, not 22-06, two days of rest together with Sunday) and 15 (7 h, not 20-06).
"""

import pytest

from tests.credits.rules.builders import award, bounds, days, decide, rule, rule_set, states, stretch, work

HOSTS = [{"id": "a"}, {"id": "b"}]
YOUNG = {"from": 16, "below": 18}
SEVENTEEN = "2009-03-01"


def limited(*, ages: dict | None = YOUNG, **limits) -> dict:
    return rule_set(
        requirements=[rule("ok", "working_time", strength="should")],
        working_time=[rule("limit", **({"ages": ages} if ages else {}), **limits)],
    )


def breaches(rules: dict, rows: list[dict], birth_date: str | None = SEVENTEEN, **more) -> list[tuple]:
    """Kind, day, value and limit of each breach; the requirement counts them."""
    decision = decide(rules, work=rows, birth_date=birth_date, hosts=HOSTS, **more)
    found = [(row["kind"], row["day"], row["value"], row["limit_value"]) for row in decision["working_time"]]
    assert bounds(decision, "ok") == [(len(found), "at_most", 0, not found)]
    return found


# ── A day, a week ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("minutes", "expected"), [(480, []), (481, [("day", "2026-01-05", 481, 480)])])
def test_at_most_eight_hours_a_day(minutes, expected):
    assert breaches(limited(per_day={"hours": 8}), [work("a", minutes)]) == expected


def test_five_and_four_hours_at_two_hosts_on_one_day_are_nine():
    rows = [work("a", 300, host="a"), work("b", 240, host="b")]
    rules = limited(per_day={"hours": 8})
    assert breaches(rules, rows) == [("day", "2026-01-05", 540, 480)]
    row = decide(rules, work=rows, birth_date=SEVENTEEN, hosts=HOSTS)["working_time"][0]
    assert (row["hosts"], row["age"], row["measure"]) == (2, 16, "minutes")


@pytest.mark.parametrize(
    ("birth_date", "alert"),
    [
        ("2008-01-06", True),
        ("2008-01-05", False),
        ("2008-01-04", False),
        ("2010-01-05", True),
        ("2010-01-06", False),
        (None, False),
    ],
)
def test_the_limit_ends_with_the_18th_birthday_and_begins_with_the_16th(birth_date, alert):
    rows = [work("a", 300, host="a"), work("b", 240, host="b")]
    assert bool(breaches(limited(per_day={"hours": 8}), rows, birth_date)) is alert


def test_each_age_has_its_own_limit_in_one_file():
    rules = rule_set(working_time=[
        rule("fifteen", ages={"below": 16}, per_day={"hours": 7}),
        rule("sixteen", ages=YOUNG, per_day={"hours": 8}),
    ])  # fmt: skip
    rows = days(4, 450)
    decision = decide(rules, work=rows, birth_date="2010-01-07")
    found = [(row["limit"], row["day"], row["age"]) for row in decision["working_time"]]
    assert found == [("fifteen", "2026-01-05", 15), ("fifteen", "2026-01-06", 15)]


def test_a_limit_without_ages_is_for_everybody():
    assert len(breaches(limited(ages=None, per_day={"hours": 8}), [work("a", 600)], None)) == 1


@pytest.mark.parametrize(("last", "expected"), [(480, []), (481, [("week", "2026-01-05", 2401, 2400)])])
def test_at_most_forty_hours_from_monday_to_sunday(last, expected):
    rows = [*days(4, 480), work("sunday", last, "2026-01-11"), work("monday", 480, "2026-01-12")]
    assert breaches(limited(per_week={"hours": 40}), rows) == expected


def test_in_the_week_of_the_birthday_only_the_days_before_it_are_limited():
    assert breaches(limited(per_week={"hours": 30}), days(5, 480), "2008-01-09") == [("week", "2026-01-05", 1920, 1800)]
    assert breaches(limited(per_week={"hours": 32}), days(5, 480), "2008-01-09") == []


def test_work_that_does_not_count_is_work_all_the_same():
    rules = limited(per_day={"hours": 8})
    rules["steps"] = [rule("none", "exclude")]
    rows = [work("a", 300, activity="job", confirmed_minutes=None), work("b", 240)]
    assert breaches(rules, rows) == [("day", "2026-01-05", 540, 480)]


def test_a_sum_over_several_days_says_nothing_of_a_day():
    assert breaches(limited(per_day={"hours": 8}), [work("a", 3000, last_day="2026-01-09", days=5)]) == []


def test_work_split_over_units_is_one_spell():
    rows = [work("a", 500, units=[{"unit": "U1", "minutes": 250}, {"unit": "U2", "minutes": 200}])]
    assert breaches(limited(per_day={"hours": 8}), rows) == [("day", "2026-01-05", 500, 480)]


def test_a_limit_may_be_for_some_work_and_some_students():
    rules = limited(per_day={"hours": 8}, where={"activities": ["placement"]})
    assert breaches(rules, [work("a", 300), work("b", 240, activity="class")]) == []
    rules = limited(per_day={"hours": 8}, when={"record": {"kind": "permission"}})
    assert breaches(rules, [work("a", 600)]) == []
    assert len(breaches(rules, [work("a", 600)], records=[{"kind": "permission", "on": "2026-01-01"}])) == 1


# ── Nights and the change of the clock ───────────────────────────────────────────────────────────────────────────────

NIGHT = {"night": {"from": "22:00", "to": "06:00"}}


@pytest.mark.parametrize(
    ("since", "until", "at_night"),
    [
        ("2026-01-05T14:00", "2026-01-05T22:00", 0),
        ("2026-01-05T14:00", "2026-01-05T22:01", 1),
        ("2026-01-05T06:00", "2026-01-05T14:00", 0),
        ("2026-01-05T05:59", "2026-01-05T14:00", 1),
        ("2026-01-05T22:00", "2026-01-06T06:00", 480),
        ("2026-10-24T22:00", "2026-10-25T06:00", 540),
        ("2026-03-28T22:00", "2026-03-29T06:00", 420),
        ("2026-10-25T05:00", "2026-10-25T07:00", 60),
        ("2026-01-05T21:00", "2026-01-06T23:00", 540),
    ],
)
def test_no_work_at_night(since, until, at_night):
    expected = [("night", since[:10], at_night, 0)] if at_night else []
    assert breaches(limited(**NIGHT), [stretch("a", since, until)]) == expected


def test_the_night_is_that_of_the_workplace():
    rows = [stretch("a", "2026-01-05T15:00", "2026-01-05T21:30", zone="Europe/London")]
    assert breaches(limited(**NIGHT), rows) == []


def test_a_night_may_lie_in_one_day():
    rules = limited(night={"from": "00:00", "to": "04:00"})
    assert breaches(rules, [stretch("a", "2026-01-05T22:00", "2026-01-06T04:30")]) == [("night", "2026-01-05", 240, 0)]


def test_a_day_without_times_says_nothing_of_the_night():
    assert (
        breaches(limited(**NIGHT, pause={"after": {"hours": 4}, "at_least": {"minutes": 30}}), [work("a", 600)]) == []
    )


@pytest.mark.parametrize(
    ("since", "until", "value"),
    [("2026-10-24T22:00", "2026-10-25T06:00", 540), ("2026-03-28T22:00", "2026-03-29T06:00", None)],
)
def test_a_night_shift_is_as_long_as_it_was(since, until, value):
    """Europe/Paris: nine hours when the clock goes back, seven when it goes forward."""
    found = breaches(limited(per_day={"hours": 8}), [stretch("a", since, until)])
    assert [row[2] for row in found] == ([value] if value else [])


# ── Breaks and rest ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("until", "pause", "expected"),
    [
        ("12:30", 0, []),
        ("12:31", 0, [("break", "2026-01-05", 0, 30)]),
        ("13:00", 29, [("break", "2026-01-05", 29, 30)]),
        ("13:00", 30, []),
        ("12:59", 29, []),
    ],
)
def test_a_break_in_more_than_four_hours_and_a_half(until, pause, expected):
    rules = limited(pause={"after": {"hours": 4, "minutes": 30}, "at_least": {"minutes": 30}})
    rows = [stretch("a", "2026-01-05T08:00", f"2026-01-05T{until}", break_minutes=pause)]
    assert breaches(rules, rows) == expected


REST = {"rest_between_days": {"hours": 12}}


@pytest.mark.parametrize(
    ("ends", "begins", "rest"),
    [
        ("2026-01-05T20:00", "2026-01-06T08:00", None),
        ("2026-01-05T20:01", "2026-01-06T08:00", 719),
        ("2026-01-06T02:00", "2026-01-06T14:00", None),
        ("2026-01-06T02:00", "2026-01-06T13:59", 719),
        ("2026-10-24T20:00", "2026-10-25T07:00", None),
        ("2026-10-24T20:00", "2026-10-25T06:59", 719),
        ("2026-03-28T20:00", "2026-03-29T08:59", 719),
        ("2026-03-28T20:00", "2026-03-29T09:00", None),
        ("2026-01-06T02:00", "2026-01-06T01:00", 0),
    ],
)
def test_twelve_hours_of_rest_between_two_days(ends, begins, rest):
    day = "2026-01-05" if ends.startswith("2026-01") else ends[:10]
    rows = [stretch("a", f"{day}T18:00", ends), stretch("b", begins, f"{begins[:10]}T15:00")]
    expected = [("rest_between_days", begins[:10], rest, 720)] if rest is not None else []
    assert breaches(limited(**REST), rows) == expected


def test_rest_is_from_the_last_end_to_the_first_beginning_at_any_host():
    rows = [
        stretch("a", "2026-01-05T08:00", "2026-01-05T12:00", host="a"),
        stretch("b", "2026-01-05T16:00", "2026-01-05T21:00", host="b"),
        stretch("c", "2026-01-06T14:00", "2026-01-06T16:00", host="b"),
        stretch("d", "2026-01-06T08:00", "2026-01-06T12:00", host="a"),
    ]
    assert breaches(limited(**REST), rows) == [("rest_between_days", "2026-01-06", 660, 720)]


def test_rest_before_the_18th_birthday_is_asked_and_after_it_is_not():
    rows = [stretch("a", "2026-01-05T14:00", "2026-01-05T22:00"), stretch("b", "2026-01-06T06:00", "2026-01-06T12:00")]
    assert len(breaches(limited(**REST), rows, "2008-01-07")) == 1
    assert breaches(limited(**REST), rows, "2008-01-06") == []


def week(*names: str, since: int = 5) -> list[dict]:
    order = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return [work(f"{since}{name}", 60, f"2026-01-{since + order.index(name):02d}") for name in names]


TOGETHER = {"rest_days_per_week": 2, "rest_days_together": True, "rest_days_with": ["sunday"]}


@pytest.mark.parametrize(
    ("limits", "rows", "rested"),
    [
        ({"rest_days_per_week": 2}, week("mon", "tue", "wed", "thu", "fri"), None),
        ({"rest_days_per_week": 2}, week("mon", "tue", "wed", "thu", "fri", "sun"), 1),
        ({"rest_days_per_week": 2}, week("mon", "tue", "thu", "fri", "sun"), None),
        ({"rest_days_per_week": 1}, week("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 0),
        ({"rest_days_with": ["sunday"]}, week("sun"), 0),
        ({"rest_days_with": ["sunday"]}, week("mon", "sat"), None),
        (TOGETHER, week("mon", "tue", "wed", "thu", "fri"), None),
        (TOGETHER, week("mon", "tue", "wed", "thu", "sat"), None),
        (TOGETHER, [*week("mon", "tue", "wed", "thu", "sat"), *week("mon", since=12)], 1),
        (TOGETHER, week("mon", "tue", "thu", "fri", "sun"), 0),
        ({"rest_days_per_week": 2, "rest_days_together": True}, week("mon", "tue", "fri", "sat", "sun"), None),
    ],
)
def test_days_of_rest_in_a_week(limits, rows, rested):
    expected = [] if rested is None else [("rest_days", "2026-01-05", rested, limits.get("rest_days_per_week", 1))]
    assert [row for row in breaches(limited(**limits), rows) if row[1] == "2026-01-05"] == expected


# ── What follows from a breach ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("requirement", "state", "credit"),
    [
        ({}, "not_met", 0),
        ({"limits": ["day"]}, "not_met", 0),
        ({"limits": ["week"]}, "met", 1000),
        ({"strength": "should"}, "not_met", 0),
    ],
)
def test_a_breach_stands_against_credit_only_where_a_requirement_says_so(requirement, state, credit):
    rules = rule_set(
        requirements=[rule("ok", "working_time", **requirement)],
        working_time=[rule("day", per_day={"hours": 8}), rule("week", per_week={"hours": 40})],
        awards=[rule("unit", "whole", measure="unit", give="1", needs=["ok"])],
    )
    decision = decide(rules, work=[work("a", 481)])
    assert (states(decision)["ok"], award(decision, "unit")["credit"]) == (state, credit)
    assert decision["counted_minutes"] == 481


def test_a_logged_breach_is_listed_and_hides_no_work():
    rules = rule_set(working_time=[rule("day", per_day={"hours": 8})])
    decision = decide(rules, work=[work("a", 540)])
    assert (decision["result"], decision["counted_minutes"], len(decision["working_time"])) == ("met", 540, 1)


def test_an_exception_waives_a_limit_until_it_expires():
    excepted = [{"rule": "limit", "approver": "head", "reason": "surge", "expires_on": "2026-06-30"}]
    rules = limited(per_day={"hours": 8})
    assert breaches(rules, [work("a", 540)], exceptions=excepted) == []
    assert len(breaches(rules, [work("a", 540)], exceptions=excepted, today="2026-07-01")) == 1
