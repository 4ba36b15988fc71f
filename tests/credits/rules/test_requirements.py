"""Is it enough: every kind of requirement, on both sides of each bound."""

import pytest

from tests.credits.rules.builders import (
    MONDAY,
    award,
    bounds,
    days,
    decide,
    requirement,
    rule,
    rule_set,
    states,
    words,
    work,
)

HOSTS = [
    {"id": "a", "recognised": True, "sector": "food", "size": "small", "country": "FR"},
    {"id": "b", "recognised": True, "sector": "food", "size": "large", "country": "BE"},
    {"id": "c"},
]


def needs(*requirements: dict, **more) -> dict:
    return rule_set(requirements=list(requirements), **more)


def one(type: str, **more) -> dict:
    return rule("r", type, **more)


def is_met(requirement: dict, **evidence) -> bool:
    decision = decide(needs(requirement), **evidence)
    assert (decision["result"] == "met") is (states(decision)["r"] == "met")
    return decision["result"] == "met"


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("bound", "minutes", "met", "missing", "above"),
    [
        ("at_least", 18885, False, 15, 0),
        ("at_least", 18900, True, 0, 0),
        ("more_than", 18900, False, 1, 0),
        ("more_than", 18901, True, 0, 0),
        ("at_most", 18900, True, 0, 0),
        ("at_most", 18901, False, 0, 1),
        ("less_than", 18899, True, 0, 0),
        ("less_than", 18900, False, 0, 1),
    ],
)
def test_time_has_four_bounds(bound, minutes, met, missing, above):
    decision = decide(needs(one("time", **{bound: {"hours": 315}})), work=[work("a", minutes)])
    row = requirement(decision, "r")["comparisons"][0]
    assert (row["met"], row["missing"], row["above"], row["target"]) == (met, missing, above, 18900)
    assert decision["result"] == ("met" if met else "not_met")
    assert decision["missing_minutes"] == missing


@pytest.mark.parametrize(
    ("hours", "met"), [(499, [False, True]), (500, [True, True]), (700, [True, True]), (701, [True, False])]
)
def test_a_range_is_a_share_of_the_programme_with_two_bounds(hours, met):
    share = one("time", at_least={"share": "25%", "of": "programme"}, at_most={"share": "35%", "of": "programme"})
    decision = decide(needs(share), work=[work("a", hours * 60)], programme_minutes=2000 * 60)
    assert [row["met"] for row in requirement(decision, "r")["comparisons"]] == met


def test_time_before_the_steps_is_what_was_worked():
    rules = rule_set(
        steps=[rule("half", "weight", factor="50%")],
        requirements=[
            one("time", at_least={"minutes": 60}, before_steps=True),
            rule("s", "time", at_least={"hours": 1}),
        ],
    )
    assert states(decide(rules, work=[work("a", 60)])) == {"r": "met", "s": "not_met"}


@pytest.mark.parametrize(
    ("shown_in", "minutes", "target", "value", "missing"),
    [
        ("days", 18479, (44, 0), (43, 419), (0, 1)),
        ("weeks", 2100, (8, 1680), (1, 0), (7, 1680)),
        ("months", 9240, (2, 0), (1, 0), (1, 0)),
    ],
)
def test_time_is_shown_in_the_measure_people_think_in(shown_in, minutes, target, value, missing):
    decision = decide(needs(one("time", at_least={"days": 44}, shown_in=shown_in)), work=[work("a", minutes)])
    row = requirement(decision, "r")["comparisons"][0]
    shown = [row[name] for name in ("target_shown", "value_shown", "missing_shown")]
    assert [(part["count"], part["minutes"]) for part in shown] == [target, value, missing]
    assert {part["measure"] for part in shown} == {shown_in}


def test_each_school_year_since_the_start_of_the_cohort_is_asked():
    each = one("time", at_least={"hours": 1}, each=["school_year"])
    decision = decide(needs(each), cohort_start="2024-09-01", today="2026-06-30", work=[work("a", 60, "2025-09-01")])
    rows = requirement(decision, "r")["comparisons"]
    assert [(row["group"]["school_year"], row["value"], row["met"]) for row in rows] == [
        ("2024/2025", 0, False),
        ("2025/2026", 60, True),
    ]
    assert (decision["required_minutes"], decision["missing_minutes"]) == (120, 60)


def test_years_after_the_end_of_the_cohort_are_not_asked():
    each = one("time", at_least={"hours": 1}, each=["school_year"])
    evidence = {"cohort_start": "2024-09-01", "cohort_end": "2025-07-31", "today": "2026-12-01"}
    assert len(bounds(decide(needs(each), **evidence), "r")) == 1


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        (["host"], [("a",), ("b",)]),
        (["host", "school_year"], [("a", "2025/2026"), ("a", "2026/2027"), ("b", "2026/2027")]),
        (["month"], [("2026-07",), ("2026-09",)]),
        (["year"], [("2026",)]),
        (["activity", "day"], [("class", "2026-09-02"), ("placement", "2026-07-01"), ("placement", "2026-09-01")]),
    ],
)
def test_time_is_asked_of_each_group(each, expected):
    rows = [
        work("a", 60, "2026-07-01", host="a"), work("b", 60, "2026-09-01", host="a"),
        work("c", 60, "2026-09-02", host="b", activity="class"),
    ]  # fmt: skip
    decision = decide(
        needs(one("time", at_least={"minutes": 60}, each=each)), work=rows, hosts=HOSTS, today="2026-09-30"
    )
    assert [tuple(row["group"].values()) for row in requirement(decision, "r")["comparisons"]] == expected


def test_each_named_unit_and_each_period_is_asked_also_without_work():
    units = one("time", at_least={"minutes": 60}, where={"units": ["U2", "U1"]}, each=["unit"])
    periods = rule("p", "time", at_least={"minutes": 60}, where={"periods": ["term"]}, each=["period"])
    spring = {"key": "spring", "kind": "term", "from": "2026-01-01", "to": "2026-03-31"}
    later = {"key": "later", "kind": "term", "from": "2026-07-01", "to": "2026-08-31"}
    autumn = {"key": "autumn", "kind": "term", "from": "2025-09-01", "to": "2025-12-20"}
    decision = decide(needs(units, periods), work=[work("a", 60, unit="U1")], periods=[spring, later, autumn])
    assert bounds(decision, "r") == [(60, "at_least", 60, True), (0, "at_least", 60, False)]
    groups = [(row["group"]["period"], row["met"]) for row in requirement(decision, "p")["comparisons"]]
    assert groups == [("autumn", False), ("spring", True)]


def test_missed_time_is_made_up_in_the_same_school_year():
    made_up = one(
        "time", where={"make_up": True}, at_least={"share": "100%", "of": "missed"}, each=["school_year"]
    )  # fmt: skip
    absences = [
        {"day": "2025-06-01", "minutes": 60, "cause": "ill"},
        {"day": "2025-09-01", "minutes": 30, "cause": "ill"},
    ]
    rows = [work("a", 90, "2025-10-01", make_up=True)]
    decision = decide(needs(made_up), work=rows, absences=absences, cohort_start="2024-09-01")
    assert bounds(decision, "r") == [(0, "at_least", 60, False), (90, "at_least", 30, True)]


def test_a_number_that_the_evidence_does_not_hold_is_asked_for(command_refuses):
    rules = needs(one("time", at_least={"share": "25%", "of": "programme"}))
    assert "programme_minutes" in command_refuses(rules)
    rules = needs(one("time", at_least={"fact": "required_minutes"}), facts={"required_minutes": {"label": words("x")}})
    assert "facts.required_minutes" in command_refuses(rules)


@pytest.mark.parametrize(("asked", "met"), [(60, True), (61, False)])
def test_what_is_asked_may_be_a_fact_of_the_student(asked, met):
    rules = needs(one("time", at_least={"fact": "required_minutes"}), facts={"required_minutes": {"label": words("x")}})
    assert (decide(rules, work=[work("a", 60)], facts={"required_minutes": asked})["result"] == "met") is met


# ── The cohort, the week, the calendar ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("own", "others", "mean", "met"),
    [
        (2100, [2100, 2100], 2100, True),
        (1500, [2700], 2100, True),
        (1500, [2699], 2099, False),
        (2100, [2100, 2099], 2099, False),
        (2100, [], 2100, True),
        (2100, None, 2100, True),
    ],
)
def test_the_mean_of_the_cohort_counts_this_student_in_and_is_rounded_down(own, others, mean, met):
    decision = decide(
        needs(one("cohort_average", at_least={"hours": 35})), work=[work("a", own)], cohort_minutes=others
    )
    assert bounds(decision, "r") == [(mean, "at_least", 2100, met)]


@pytest.mark.parametrize(("own", "met"), [(599, False), (600, True)])
def test_a_good_cohort_does_not_carry_a_student_below_their_own_part(own, met):
    average = one("cohort_average", at_least={"hours": 1}, own_at_least={"hours": 10})
    assert is_met(average, work=[work("a", own)], cohort_minutes=[9000]) is met


@pytest.mark.parametrize(("over", "average"), [("weeks_with_work", 1050), ("all_weeks", 700), ("days", 816)])
def test_a_week_on_average_has_three_divisors(over, average):
    """35 hours in two weeks with work, in three weeks from Monday to Sunday, in 18 days."""
    rows = [work("a", 700, "2026-01-05"), work("b", 700, "2026-01-21"), work("c", 700, "2026-01-22")]
    decision = decide(needs(one("weekly_average", over=over, at_least={"minutes": average})), work=rows)
    assert bounds(decision, "r") == [(average, "at_least", average, True)]


@pytest.mark.parametrize(("least", "most", "met"), [(1050, 1050, True), (1051, None, False), (None, 1049, False)])
def test_a_week_on_average_has_a_bound_on_either_side(least, most, met):
    asked = {name: {"minutes": some} for name, some in (("at_least", least), ("at_most", most)) if some}
    rows = [work("a", 700, "2026-01-05"), work("b", 1400, "2026-01-12")]
    assert is_met(one("weekly_average", over="weeks_with_work", **asked), work=rows) is met


@pytest.mark.parametrize(("weeks", "second", "met"), [(1, 480, True), (1, 481, False), (2, 481, True), (2, 482, False)])
def test_every_run_of_weeks_is_looked_at(weeks, second, met):
    rows = [work("a", 480, "2026-01-05"), work("b", second, "2026-01-12"), work("c", 480, "2026-01-19"),
            work("d", 10, "2026-02-02")]  # fmt: skip
    average = one("weekly_average", over="weeks_with_work", window_weeks=weeks, at_most={"minutes": 480})
    assert is_met(average, work=rows) is met


def test_a_run_of_weeks_that_breaks_a_bound_is_named():
    rows = [work("a", 60, "2026-01-05"), work("b", 60, "2026-01-12"), work("c", 10, "2026-01-26")]
    average = one("weekly_average", over="weeks_with_work", window_weeks=2, at_least={"minutes": 30})
    decision = decide(needs(average), work=rows)
    broken = [(row["group"], row["value"]) for row in requirement(decision, "r")["comparisons"]]
    assert broken == [({"week": "2026-01-19"}, 5)]


def test_fewer_weeks_than_a_run_are_one_shorter_run():
    average = one("weekly_average", over="weeks_with_work", window_weeks=4, at_least={"minutes": 15})
    assert bounds(decide(needs(average), work=[work("a", 60)]), "r") == [(15, "at_least", 15, True)]


def test_no_work_is_nothing_on_average():
    assert bounds(decide(needs(one("weekly_average", over="days", at_least={"hours": 1}))), "r") == [
        (0, "at_least", 60, False)
    ]


@pytest.mark.parametrize(
    ("span", "last", "value", "target", "met"),
    [
        ({"weeks": 12}, "2026-03-28", 83, 84, False),
        ({"weeks": 12}, "2026-03-29", 84, 84, True),
        ({"months": 3}, "2026-04-03", 89, 90, False),
        ({"months": 3}, "2026-04-04", 90, 90, True),
        ({"years": 1}, "2027-01-03", 364, 365, False),
        ({"years": 1}, "2027-01-04", 365, 365, True),
        ({"days": 1, "weeks": 1, "months": 1}, "2026-02-11", 38, 39, False),
        ({"days": 1, "weeks": 1, "months": 1}, "2026-02-12", 39, 39, True),
    ],
)
def test_time_on_the_calendar_has_a_minimum(span, last, value, target, met):
    decision = decide(needs(one("calendar_time", at_least=span)), work=[work("a", 60), work("b", 60, last)])
    assert bounds(decision, "r") == [(value, "at_least", target, met)]
    assert requirement(decision, "r")["comparisons"][0]["group"] == {"from": MONDAY}


@pytest.mark.parametrize("minutes", [60, 600])
def test_more_hours_do_not_shorten_the_calendar(minutes):
    assert not is_met(one("calendar_time", at_least={"weeks": 2}), work=days(13, minutes))
    assert is_met(one("calendar_time", at_least={"weeks": 2}), work=days(14, minutes))


@pytest.mark.parametrize(("count", "met"), [(14, True), (15, False)])
def test_time_on_the_calendar_has_a_maximum_at_each_host(count, met):
    rows = [*days(count, 60, host="a"), *days(3, 60, since="2027-01-05", prefix="v", host="b")]
    assert is_met(one("calendar_time", at_most={"weeks": 2}, each=["host"]), work=rows, hosts=HOSTS) is met


# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("of", "number"),
    [
        ("days", 5),
        ("weeks", 3),
        ("months", 2),
        ("hosts", 3),
        ("sectors", 1),
        ("sizes", 2),
        ("countries", 2),
        ("settings", 2),
        ("activities", 2),
        ("units", 1),
        ("periods", 1),
    ],
)
@pytest.mark.parametrize(("bound", "more", "met"), [("at_least", 0, True), ("at_least", 1, False), ("at_most", 0, True), ("at_most", -1, False)])  # fmt: skip # noqa: E501
def test_different_things_are_counted_once(of, number, bound, more, met):
    rows = [
        work("a", 60, "2026-01-05", host="a"), work("b", 60, "2026-01-05", host="a", unit="U1"),
        work("c", 60, "2026-01-06", host="b", setting="workshop"), work("d", 60, "2026-01-31", host="c"),
        work("e", 60, "2026-03-02", activity="class"), work("f", 0, "2026-05-01", unit="U2", activity="taster"),
        work("g", 60, "2026-01-31"), work("h", 60, "2026-01-29"),
    ]  # fmt: skip
    periods = [{"key": "spring", "kind": "term", "from": "2026-01-05", "to": "2026-01-06"}]
    decision = decide(needs(one("number", of=of, **{bound: number + more})), work=rows, hosts=HOSTS, periods=periods)
    assert bounds(decision, "r") == [(number, bound, number + more, met)]


@pytest.mark.parametrize(("least", "number"), [(60, 2), (61, 2), (120, 2), (121, 0)])
def test_only_things_with_so_much_time_are_counted(least, number):
    rows = [work("a", 60, "2026-01-05"), work("b", 60, "2026-01-05"), work("c", 120, "2026-01-06")]
    asked = one("number", of="days", with_at_least={"minutes": least}, at_most=9)
    assert bounds(decide(needs(asked), work=rows), "r")[0][0] == number


def test_a_sum_has_the_days_that_it_carries():
    rows = [work("a", 600, "2026-01-05", last_day="2026-01-16", days=9), work("b", 60, "2026-01-19")]
    assert bounds(decide(needs(one("number", of="days", at_least=10)), work=rows), "r") == [(10, "at_least", 10, True)]


def test_two_companies_of_different_size_or_two_sectors():
    breadth = rule("breadth", "any_of", of=[
        rule("sectors", "number", of="sectors", at_least=2),
        rule("companies", "all_of", of=[
            rule("sizes", "number", of="sizes", at_least=2), rule("hosts", "number", of="hosts", at_least=2)]),
    ])  # fmt: skip
    decision = decide(needs(breadth), work=[work("a", 60, host="a"), work("b", 60, host="b")], hosts=HOSTS)
    assert states(decision) == {
        "breadth": "met", "sectors": "not_met", "companies": "met", "sizes": "met", "hosts": "met"
    }  # fmt: skip
    decision = decide(needs(breadth), work=[work("a", 60, host="a")], hosts=HOSTS)
    assert set(states(decision).values()) - {"met"} == {"not_met"}
    assert decision["result"] == "not_met"


# ── Stretches ────────────────────────────────────────────────────────────────────────────────────────────────────────

# Monday to Friday, Monday to Wednesday of the next week; then Monday to Tuesday after a week without work.
THREE_WEEKS = [
    *days(5, 60),
    *days(3, 60, since="2026-01-12", prefix="x"),
    *days(2, 60, since="2026-01-26", prefix="y"),
]


@pytest.mark.parametrize(
    ("gap_days", "measured_in", "length", "number"),
    [
        (2, "calendar_days", 10, 1),
        (2, "calendar_days", 11, 0),
        (2, "calendar_days", 2, 2),
        (1, "calendar_days", 5, 1),
        (1, "calendar_days", 3, 2),
        (1, "calendar_days", 2, 3),
        (10, "calendar_days", 10, 1),
        (11, "calendar_days", 23, 1),
        (11, "calendar_days", 24, 0),
        (2, "worked_days", 8, 1),
        (2, "worked_days", 9, 0),
        (2, "weeks", 2, 1),
        (2, "weeks", 1, 2),
        (11, "weeks", 3, 1),
        (2, "minutes", 480, 1),
        (2, "minutes", 481, 0),
    ],
)
def test_stretches_have_a_length_and_end_where_days_are_free(gap_days, measured_in, length, number):
    asked = one("stretches", gap_days=gap_days, measured_in=measured_in, length_at_least=length, at_most=3)
    assert bounds(decide(needs(asked), work=THREE_WEEKS), "r") == [(number, "at_most", 3, True)]


@pytest.mark.parametrize(("least", "met"), [(1, True), (2, True), (3, False)])
def test_so_many_stretches_of_a_length_are_asked(least, met):
    asked = one("stretches", gap_days=1, measured_in="calendar_days", length_at_least=3, at_least=least)
    assert is_met(asked, work=THREE_WEEKS) is met


@pytest.mark.parametrize(("length", "met"), [(5, False), (6, True)])
def test_there_is_no_stretch_of_a_length(length, met):
    asked = one("stretches", gap_days=1, measured_in="calendar_days", length_at_least=length, at_most=0)
    assert is_met(asked, work=THREE_WEEKS) is met


@pytest.mark.parametrize(("bounds_of", "met"), [((2, 10), True), ((3, 10), False), ((2, 9), False)])
def test_every_stretch_has_a_length(bounds_of, met):
    least, most = bounds_of
    asked = one("stretches", gap_days=2, measured_in="calendar_days", length_at_least=least, length_at_most=most, every=True)  # fmt: skip # noqa: E501
    decision = decide(needs(asked), work=THREE_WEEKS)
    assert (decision["result"] == "met") is met
    first = requirement(decision, "r")["comparisons"][0]
    assert first["group"] == {"from": "2026-01-05", "to": "2026-01-14"}


@pytest.mark.parametrize(("most", "met"), [(2, True), (1, False)])
def test_there_are_not_more_stretches_than_allowed(most, met):
    assert is_met(one("stretches", gap_days=2, measured_in="weeks", at_most=most), work=THREE_WEEKS) is met


def test_stretches_are_looked_at_for_each_host():
    rows = [*days(5, 60, host="a"), *days(4, 60, since="2026-01-10", host="b", prefix="v")]
    asked = one("stretches", gap_days=0, measured_in="worked_days", length_at_least=5, at_least=1, each=["host"])
    assert [row[3] for row in bounds(decide(needs(asked), work=rows, hosts=HOSTS), "r")] == [True, False]


# ── Outcomes, conditions, hosts, conflicts, dates ────────────────────────────────────────────────────────────────────


def outcome(key: str, *shown_to: str, **more) -> dict:
    return {"key": key, "shown_to": list(shown_to), **more}


@pytest.mark.parametrize(
    ("asked", "shown", "target"),
    [
        ({}, 2, 3),
        ({"sources_at_least": 2}, 1, 3),
        ({"sources_at_least": 0}, 3, 3),
        ({"share": "50%"}, 2, 2),
        ({"share": "1/3"}, 2, 1),
        ({"share": "2/3"}, 2, 2),
        ({"share": "67%"}, 2, 3),
        ({"units": ["U1"]}, 1, 1),
        ({"units": ["U9"]}, 0, 0),
    ],
)
def test_outcomes_are_shown_to_so_many_persons(asked, shown, target):
    rows = [
        outcome("one", "t1", "t2", unit="U1"), outcome("two", "t1", "t1"), outcome("three"),
        outcome("extra", required=False),
    ]  # fmt: skip
    decision = decide(needs(one("outcomes", **asked)), outcomes=rows)
    assert bounds(decision, "r") == [(shown, "at_least", target, shown >= target)]


def test_hours_reached_without_outcomes_and_outcomes_without_hours_are_both_shown():
    rules = needs(one("time", at_least={"hours": 1}), rule("o", "outcomes"))
    assert states(decide(rules, work=[work("a", 60)], outcomes=[outcome("one")])) == {"r": "met", "o": "not_met"}
    assert states(decide(rules, work=[work("a", 59)], outcomes=[outcome("one", "t")])) == {"r": "not_met", "o": "met"}


def test_a_programme_may_ask_for_no_hours():
    decision = decide(needs(one("outcomes")), outcomes=[outcome("one", "t")])
    assert (decision["result"], decision["required_minutes"], decision["worked_minutes"]) == ("met", None, 0)


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        ({}, True),
        ({"facts": {"kind": ["x", "y"]}}, True),
        ({"facts": {"kind": ["y"]}}, False),
        ({"facts": {"year": [2]}}, True),
        ({"facts": {"year": ["2"]}}, False),
        ({"facts": {"flag": [True]}}, True),
        ({"facts": {"flag": [1]}}, False),
        ({"facts": {"list": ["b"]}}, True),
        ({"facts": {"list": ["c"]}}, False),
        ({"facts_at_least": {"year": 2}}, True),
        ({"facts_at_least": {"year": 3}}, False),
        ({"facts_below": {"year": 3}}, True),
        ({"facts_below": {"year": 2}}, False),
        ({"facts_at_least": {"kind": 0}}, False),
        ({"facts_below": {"nothing": 9}}, False),
        ({"age_at_start": {"from": 17}}, True),
        ({"age_at_start": {"from": 18}}, False),
        ({"age_at_start": {"below": 18}}, True),
        ({"age_at_start": {"below": 17}}, False),
        ({"cohort_start": {"from": "2025-09-01", "to": "2025-09-01"}}, True),
        ({"cohort_start": {"from": "2025-09-02"}}, False),
        ({"cohort_start": {"to": "2025-08-31"}}, False),
        ({"record": {"kind": "safety"}}, True),
        ({"record": {"kind": "visit"}}, False),
        ({"all": [{"facts": {"kind": ["x"]}}, {"facts": {"year": [2]}}]}, True),
        ({"all": [{"facts": {"kind": ["x"]}}, {"facts": {"year": [3]}}]}, False),
        ({"any": [{"facts": {"kind": ["y"]}}, {"facts": {"year": [2]}}]}, True),
        ({"any": [{"facts": {"kind": ["y"]}}, {"facts": {"year": [3]}}]}, False),
        ({"none": [{"facts": {"kind": ["y"]}}]}, True),
        ({"none": [{"facts": {"kind": ["y"]}}, {"facts": {"year": [2]}}]}, False),
    ],
)
def test_something_about_the_student_holds(holds, expected):
    facts = {name: {"label": words(name)} for name in ("kind", "year", "flag", "list", "nothing")}
    decision = decide(
        needs(one("condition", holds=holds), facts=facts), birth_date="2008-01-06", cohort_start="2025-09-01",
        facts={"kind": "x", "year": 2, "flag": True, "list": ["a", "b"]}, work=[work("a", 60)],
        records=[{"kind": "safety", "on": "2026-01-01"}],
    )  # fmt: skip
    assert (decision["result"] == "met") is expected


@pytest.mark.parametrize(
    ("when", "result"), [({"facts": {"kind": ["x"]}}, "not_met"), ({"facts": {"kind": ["y"]}}, "met")]
)
def test_a_requirement_may_be_asked_of_some_only(when, result):
    rules = needs(one("time", at_least={"hours": 1}, when=when), facts={"kind": {"label": words("k")}})
    assert decide(rules, facts={"kind": "x"})["result"] == result


@pytest.mark.parametrize(("hosts", "wrong"), [(["a", "b"], []), (["a", "c"], ["c"]), ([None], [""])])
def test_every_host_is_recognised(hosts, wrong):
    rows = [work(f"w{number}", 60, host=host) for number, host in enumerate(hosts)]
    decision = decide(needs(one("hosts", are={"recognised": True})), work=rows, hosts=HOSTS)
    assert requirement(decision, "r")["groups"] == wrong
    assert bounds(decision, "r") == [(len(hosts) - len(wrong), "at_least", len(hosts), not wrong)]


@pytest.mark.parametrize(
    ("activities", "used"),
    [(["team_project"], ["0"]), (["skills_hub"], ["1"]), (["team_project", "skills_hub"], ["0", "1"]), (["class"], [])],
)
def test_only_one_of_two_kinds_of_work_is_used(activities, used):
    groups = [{"label": words(key), "where": {"activities": [key]}} for key in ("team_project", "skills_hub")]
    rows = [work(key, 60, activity=key) for key in activities]
    decision = decide(needs(one("exclusive", groups=groups)), work=rows)
    assert requirement(decision, "r")["groups"] == used
    assert bounds(decision, "r") == [(len(used), "at_most", 1, len(used) < 2)]


@pytest.mark.parametrize(
    ("rule_of", "outside"),
    [
        ({"not_before": {"date": "2026-01-05"}}, 0),
        ({"not_before": {"date": "2026-01-06"}}, 1),
        ({"not_after": {"date": "2026-01-09"}}, 0),
        ({"not_after": {"date": "2026-01-08"}}, 1),
        ({"not_before": {"anchor": "cohort_start", "days": 4}}, 0),
        ({"not_before": {"anchor": "cohort_start", "days": 5}}, 1),
        ({"not_after": {"anchor": "cohort_start", "working_days": 6}}, 0),
        ({"not_after": {"anchor": "cohort_start", "working_days": 5}}, 1),
        ({"not_before": {"anchor": "cohort_end", "months": -1}}, 4),
        ({"not_after": {"anchor": "today", "next_weekday": "friday"}}, 0),
        ({"not_after": {"anchor": "cohort_start", "next_month_day": "01-08"}}, 1),
    ],
)
def test_all_work_lies_between_two_days(rule_of, outside):
    decision = decide(
        needs(one("dates", **rule_of)), cohort_start="2026-01-01", cohort_end="2026-02-09", today="2026-01-08",
        work=[work(str(day), 60, f"2026-01-0{day}") for day in (5, 6, 7, 8, 9)],
    )  # fmt: skip
    assert bounds(decision, "r") == [(outside, "at_most", 0, not outside)]


def test_a_day_whose_anchor_is_not_known_asks_for_nothing():
    assert is_met(one("dates", not_after={"anchor": "cohort_end"}), work=[work("a", 60)])


# ── Strength, choice, exceptions, special consideration ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("more", "effect", "result"),
    [
        ({}, "block", "not_met"),
        ({"strength": "should"}, "warn", "met"),
        ({"effect": "warn"}, "warn", "met"),
        ({"effect": "inform"}, "inform", "met"),
        ({"strength": "should", "effect": "block"}, "block", "not_met"),
    ],
)
def test_only_what_blocks_stands_against_credit(more, effect, result):
    decision = decide(needs(one("time", at_least={"hours": 1}, **more)))
    assert (requirement(decision, "r")["effect"], states(decision)["r"]) == (effect, "not_met")
    assert decision["result"] == result


@pytest.mark.parametrize(
    ("type", "minutes", "state"),
    [("any_of", 59, "not_met"), ("any_of", 60, "met"), ("all_of", 60, "not_met"), ("all_of", 120, "met")],
)
def test_one_or_all_of_several_are_met(type, minutes, state):
    parts = [rule("hour", "time", at_least={"hours": 1}), rule("two", "time", at_least={"hours": 2})]
    decision = decide(needs(one(type, of=parts)), work=[work("a", minutes)])
    assert (states(decision)["r"], len(requirement(decision, "r")["of"])) == (state, 2)


def waived(rule: str = "r", **more) -> dict:
    return {"rule": rule, "approver": "head", "reason": "agreed", **more}


@pytest.mark.parametrize(
    ("exception", "minutes", "state"),
    [
        ({}, 0, "excepted"),
        ({"expires_on": "2026-06-30"}, 0, "excepted"),
        ({"expires_on": "2026-06-29"}, 0, "not_met"),
        ({"at_least": {"minutes": 30}}, 29, "not_met"),
        ({"at_least": {"minutes": 30}}, 30, "considered"),
        ({"at_least": {"minutes": 30}}, 59, "considered"),
        ({"at_least": {"minutes": 30}}, 60, "met"),
        ({"at_least": {"minutes": 90}}, 60, "met"),
        ({"at_least": {"minutes": 30}, "expires_on": "2026-06-29"}, 30, "not_met"),
    ],
)
def test_an_exception_waives_or_asks_for_less_until_it_expires(exception, minutes, state):
    rules = needs(one("time", at_least={"hours": 1}))
    decision = decide(rules, work=[work("a", minutes)], exceptions=[waived(**exception)])
    row = requirement(decision, "r")
    assert row["state"] == state
    assert decision["result"] == ("not_met" if state == "not_met" else "met")
    assert (row["approver"] == "head") is (state in ("excepted", "considered"))
    assert decision["with_consideration"] is (state == "considered")


def test_an_exception_reaches_a_requirement_inside_a_choice():
    rules = needs(one("any_of", of=[rule("inner", "time", at_least={"hours": 9})]))
    decision = decide(rules, exceptions=[waived("inner")])
    assert states(decision) == {"r": "met", "inner": "excepted"}


def considered(**more) -> dict:
    return {"rule": "r", "at_least": {"minutes": 30}, "reason": "bereavement", "approver": "head", **more}


CONSIDERATION = {"rules": ["r"], "reasons": {"bereavement": words("A death in the family")}}


@pytest.mark.parametrize(
    ("floor", "minutes", "state", "target"),
    [
        (None, 29, "not_met", 30),
        (None, 30, "considered", 30),
        ({"minutes": 40}, 39, "not_met", 40),
        ({"minutes": 40}, 40, "considered", 40),
        ({"minutes": 10}, 30, "considered", 30),
        ({"minutes": 40}, 60, "met", 40),
    ],
)
def test_special_consideration_has_a_floor(floor, minutes, state, target):
    rules = needs(
        one("time", at_least={"hours": 1}), consideration={**CONSIDERATION, **({"not_below": floor} if floor else {})}
    )
    decision = decide(rules, work=[work("a", minutes)], considerations=[considered()])
    assert (states(decision)["r"], bounds(decision, "r")[0][2]) == (state, target)
    assert decision["with_consideration"] is (state == "considered")
    if state == "considered":
        assert "A death in the family" in requirement(decision, "r")["sentence"]


@pytest.mark.parametrize(
    ("more", "consideration", "path"),
    [
        ({"reason": "lazy"}, CONSIDERATION, "considerations.0.reason"),
        ({"rule": "other"}, CONSIDERATION, "considerations.0.rule"),
        ({}, None, "considerations.0.rule"),
    ],
)
def test_special_consideration_is_for_the_rules_and_reasons_of_the_file(command_refuses, more, consideration, path):
    rules = needs(
        one("time", at_least={"hours": 1}), rule("other", "time", at_least={"hours": 1}), consideration=consideration
    )
    assert path in command_refuses(rules, considerations=[considered(**more)])


def test_an_award_needs_what_is_met_or_excepted():
    rules = needs(
        one("time", at_least={"hours": 1}), awards=[rule("unit", "whole", measure="unit", give="1", needs=["r"])]
    )
    assert award(decide(rules), "unit")["given"] is False
    assert award(decide(rules, exceptions=[waived()]), "unit")["credit"] == 1000


def test_what_is_required_stays_the_rule_set_own_amount():
    cap = rule("cap", "cap", at_most={"share": "50%", "of": "required"})
    rules = rule_set(steps=[cap], requirements=[one("time", at_least={"hours": 2})])
    decision = decide(rules, work=[work("a", 100)], exceptions=[waived(at_least={"minutes": 30})])
    assert (decision["counted_minutes"], states(decision)["r"]) == (60, "considered")


@pytest.mark.parametrize(
    "requirements",
    [
        [one("time", at_least={"share": "50%", "of": "required"})],
        [one("time", at_least={"share": "50%", "of": "required", "rule": "r"})],
        [
            one("time", at_least={"share": "50%", "of": "required", "rule": "s"}),
            rule("s", "time", at_least={"share": "50%", "of": "required", "rule": "r"}),
        ],
    ],
)
def test_an_amount_that_is_a_share_of_itself_is_refused(command_refuses, requirements):
    assert "requirements.0: “r”" in command_refuses(needs(*requirements))
