"""From worked to counted minutes: what each kind of step takes, on both sides of its bound."""

import pytest

from tests.credits.rules.builders import days, decide, requirement, rule, rule_set, steps, stretch, words, work

HOUR = 60
TASTER = {"activities": ["taster"]}
REMOTE = {"remote": True}
HOSTS = [{"id": "a", "recognised": True, "sector": "food", "size": "small", "country": "FR"}, {"id": "b"}]


def step_set(*steps: dict, **more) -> dict:
    return rule_set(steps=list(steps), **more)


def hours_needed(hours: int) -> dict:
    return rule("hours", "time", at_least={"hours": hours})


def missed(day: str, minutes: int, cause: str) -> dict:
    return {"day": day, "minutes": minutes, "cause": cause}


def counted(*steps: dict, **evidence) -> int:
    return decide(step_set(*steps), **evidence)["counted_minutes"]


# ── What no rule set has to say ──────────────────────────────────────────────────────────────────────────────────────


def test_two_stretches_at_the_same_time_count_once():
    first = stretch("a", "2026-01-05T08:00", "2026-01-05T12:00")
    second = stretch("b", "2026-01-05T10:00", "2026-01-05T14:00")
    decision = decide(step_set(rule("all", "confirmed")), work=[second, first])
    assert (decision["worked_minutes"], decision["counted_minutes"]) == (480, 360)
    assert steps(decision) == [("same_time", 240, 120)]
    assert decision["steps"][0]["entries"] == ["b"]


def test_a_stretch_that_begins_when_the_other_ends_loses_nothing():
    rows = [stretch("a", "2026-01-05T08:00", "2026-01-05T12:00"), stretch("b", "2026-01-05T12:00", "2026-01-05T14:00")]
    assert counted(rule("all", "confirmed"), work=rows) == 360


def test_a_stretch_inside_another_counts_once():
    rows = [
        stretch("a", "2026-01-05T08:00", "2026-01-05T16:00"),
        stretch("b", "2026-01-05T09:00", "2026-01-05T10:00"),
        stretch("c", "2026-01-05T15:00", "2026-01-05T17:00"),
    ]
    assert counted(rule("all", "confirmed"), work=rows) == 9 * HOUR


def test_an_overlap_with_work_that_is_split_over_units_is_taken_once():
    split = [{"unit": "U1", "minutes": 30}, {"unit": "U2", "minutes": 150}]
    rows = [
        stretch("a", "2026-01-05T08:00", "2026-01-05T10:00"),
        stretch("b", "2026-01-05T09:00", "2026-01-05T12:00", units=split),
    ]
    decision = decide(step_set(rule("all", "confirmed")), work=rows)
    assert (decision["worked_minutes"], decision["counted_minutes"]) == (300, 240)


def test_the_same_moment_in_two_zones_is_the_same_time():
    rows = [
        stretch("a", "2026-01-05T09:00", "2026-01-05T11:00", zone="Europe/Paris"),
        stretch("b", "2026-01-05T08:00", "2026-01-05T10:00", zone="Europe/London"),
    ]
    assert counted(rule("all", "confirmed"), work=rows) == 120


def test_work_of_a_kind_that_the_file_does_not_name_does_not_count():
    decision = decide(step_set(rule("all", "confirmed")), work=[work("a", 60), work("b", 90, activity="gardening")])
    assert steps(decision) == [("unknown_activity", 90, 90)]
    assert decision["counted_minutes"] == 60


def test_a_rule_set_that_says_nothing_counts_all_work():
    decision = decide(rule_set(), work=[work("a", 60)])
    assert (decision["worked_minutes"], decision["counted_minutes"], decision["cut_minutes"]) == (60, 60, 0)


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-10-24T22:00", "2026-10-25T06:00", 540),
        ("2026-03-28T22:00", "2026-03-29T06:00", 420),
        ("2026-11-16T22:00", "2026-11-17T06:00", 480),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", 60),
        ("2026-10-25T02:30", "2026-10-25T03:00", 90),
    ],
)
def test_a_night_is_as_long_as_it_was(since, until, minutes):
    assert decide(rule_set(), work=[stretch("a", since, until)])["worked_minutes"] == minutes


# ── Confirmed, exclude ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("confirmed", "expected"),
    [
        ({}, []),
        ({"confirmed_minutes": None}, [("not_confirmed", 60, 60)]),
        ({"confirmed_minutes": 0}, [("hours_differ", 60, 60)]),
        ({"confirmed_minutes": 59}, [("hours_differ", 60, 1)]),
        ({"confirmed_minutes": 60}, []),
        ({"confirmed_minutes": 61}, []),
    ],
)
def test_only_what_both_sides_say_counts(confirmed, expected):
    decision = decide(step_set(rule("both", "confirmed")), work=[work("a", 60, **confirmed)])
    assert steps(decision) == expected
    assert decision["confirmed_minutes"] == min(confirmed.get("confirmed_minutes", 60) or 0, 60)


def test_without_a_step_for_it_the_host_need_not_confirm():
    assert counted(rule("none", "exclude", where=TASTER), work=[work("a", 60, confirmed_minutes=None)]) == 60


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, 0),
        ({"activities": ["taster"]}, 120),
        ({"settings": ["workshop", "centre"]}, 60),
        ({"realism": "simulated"}, 60),
        ({"remote": True}, 60),
        ({"paid": False}, 60),
        ({"units": ["U1"]}, 60),
        ({"tags": ["new", "old"]}, 60),
        ({"make_up": True}, 60),
        ({"host": {"recognised": True}}, 60),
        ({"host": {"recognised": False}}, 120),
        ({"host": {"sectors": ["food"], "sizes": ["small"], "countries": ["FR"]}}, 60),
        ({"dates": {"from": "2026-01-06"}}, 60),
        ({"dates": {"to": "2026-01-05"}}, 60),
        ({"dates": {"from": "2026-01-05", "to": "2026-01-06"}}, 0),
        ({"weekdays": ["tuesday"]}, 60),
        ({"periods": ["term"]}, 60),
        ({"periods": []}, 0),
        ({"age": {"from": 18}}, 60),
        ({"age": {"below": 18}}, 60),
        ({"when": {"facts": {"kind": ["x"]}}}, 0),
        ({"when": {"facts": {"kind": ["y"]}}}, 120),
        ({"any": [{"activities": ["taster"]}, {"remote": True}]}, 60),
        ({"none": [{"remote": True}]}, 60),
        ({"none": [{"remote": True}, {"remote": False}]}, 120),
    ],
)
def test_work_is_meant_when_all_that_is_given_fits(where, expected):
    one = work("a", 60, "2026-01-05", host="a")
    other = work(
        "b", 60, "2026-01-06", setting="workshop", realism="simulated", remote=True, paid=True, unit="U1",
        tags=["old"], make_up=True,
    )  # fmt: skip
    rules = step_set(rule("out", "exclude", where=where), facts={"kind": {"label": words("kind")}})
    decision = decide(
        rules, work=[one, other], hosts=HOSTS, birth_date="2008-01-06", facts={"kind": "x"},
        periods=[{"key": "spring", "kind": "term", "from": "2026-01-06", "to": "2026-02-01"}],
    )  # fmt: skip
    assert decision["counted_minutes"] == expected


@pytest.mark.parametrize(("day", "expected"), [("2023-06-30", 60), ("2023-07-01", 0), ("2026-06-30", 0)])
def test_the_last_three_years_end_with_the_cohort(day, expected):
    out = rule("out", "exclude", where={"last_years": 3})
    assert counted(out, work=[work("a", 60, day)], cohort_end="2026-06-30", today="2027-01-01") == expected


@pytest.mark.parametrize(("learners", "expected"), [(4, 0), (5, 60), (None, 60)])
def test_learners_for_each_supervisor_are_bounded(learners, expected):
    host = {"id": "c", "learners": learners, "supervisors": 2}
    out = rule("out", "exclude", where={"host": {"learners_per_supervisor_at_most": 2}})
    assert counted(out, work=[work("a", 60, host="c")], hosts=[host]) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2026-01-06", 60), ("2026-01-06T09:00:00+01:00", 60), ("2026-01-06T09:01:00+01:00", 0), ("2026-01-05", 120)],
)
def test_work_before_the_safety_unit_does_not_count(on, expected):
    out = rule("out", "exclude", where={"none": [{"after_record": {"kind": "safety", "results": ["passed"]}}]})
    rows = [
        stretch("a", "2026-01-05T09:00", "2026-01-05T10:00"),
        stretch("b", "2026-01-06T09:00", "2026-01-06T10:00"),
    ]
    assert counted(out, work=rows, records=[{"kind": "safety", "on": on, "result": "passed"}]) == expected


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-01-04", 0), ("2026-01-05", 60), ("2026-01-09", 60), ("2026-01-10", 0)]
)
def test_work_lies_inside_the_agreement(day, expected):
    out = rule("out", "exclude", where={"none": [{"during_record": {"kind": "agreement", "same": ["placement"]}}]})
    papers = [
        {"kind": "agreement", "on": "2026-01-01", "placement": "p", "from": "2026-01-05", "to": "2026-01-09"},
        {"kind": "agreement", "on": "2026-01-01", "placement": "q"},
    ]
    assert counted(out, work=[work("a", 60, day, placement="p")], records=papers) == expected


# ── Cap ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("minutes", "expected"), [(2099, 0), (2100, 0), (2101, 1), (2400, 300)])
def test_a_taster_counts_up_to_35_hours(minutes, expected):
    decision = decide(step_set(rule("cap", "cap", where=TASTER, at_most={"hours": 35})),
                      work=[work("a", minutes, activity="taster"), work("b", 60)])  # fmt: skip
    assert steps(decision) == [("cap", minutes, expected)]
    assert decision["counted_minutes"] == minutes + 60 - expected


def test_the_earliest_work_counts_first():
    rows = [work("late", 60, "2026-01-07"), work("early", 60, "2026-01-05"), work("middle", 60, "2026-01-06")]
    decision = decide(step_set(rule("cap", "cap", at_most={"minutes": 90})), work=rows)
    assert decision["steps"][0]["entries"] == ["middle", "late"]
    assert decision["steps"][0]["cut_minutes"] == 90


@pytest.mark.parametrize(
    ("amount", "limit", "base"),
    [
        ({"share": "20%", "of": "required"}, 3780, 18900),
        ({"share": "20%", "of": "required", "rule": "second"}, 120, 600),
        ({"share": "1/3", "of": "planned"}, 100, 300),
        ({"share": "12.5%", "of": "programme"}, 75, 600),
        ({"share": "50%", "of": "counted"}, 1800, 3600),
        ({"share": "50%", "of": "counted", "where": {"remote": False}}, 600, 1200),
        ({"share": "50%", "of": "worked"}, 2100, 4200),
        ({"share": "100%", "of": "missed"}, 50, 50),
        ({"share": "100%", "of": "missed", "causes": ["ill"]}, 30, 30),
        ({"share": "1/3", "of": "missed"}, 16, 50),
    ],
)
def test_a_share_names_its_base(amount, limit, base):
    rules = step_set(
        rule("out", "exclude", where=TASTER),
        rule("cap", "cap", where=REMOTE, at_most=amount),
        requirements=[hours_needed(315), rule("second", "time", at_least={"hours": 10})],
    )
    decision = decide(
        rules, programme_minutes=600, planned=[{"minutes": 100}, {"minutes": 200, "host": "a"}], hosts=HOSTS,
        absences=[missed("2026-01-07", 30, "ill"), missed("2026-01-08", 20, "strike")],
        work=[work("a", 2400, remote=True), work("b", 1200), work("c", 600, activity="taster")],
    )  # fmt: skip
    row = decision["steps"][1]
    assert (row["limit_minutes"], row["base_minutes"], row["cut_minutes"]) == (limit, base, max(2400 - limit, 0))
    assert (row["share"], row["base"]) == (amount["share"], amount["of"])


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ([], 60),
        (["day"], 180),
        (["week"], 180),
        (["month"], 120),
        (["year"], 120),
        (["school_year"], 120),
        (["host"], 120),
        (["host", "school_year"], 180),
        (["placement"], 120),
        (["unit"], 60),
        (["activity"], 120),
        (["period"], 120),
    ],
)
def test_a_cap_looks_at_each_group_apart(each, expected):
    rows = [
        work("a", 60, "2025-07-31", host="a", placement="p"),
        work("b", 60, "2026-07-31", host="a", placement="p"),
        work("c", 60, "2026-07-20", host="b", placement="q", activity="class"),
    ]
    periods = [{"key": "one", "kind": "term", "from": "2026-07-01", "to": "2026-07-31"}]
    assert (
        counted(rule("cap", "cap", at_most={"hours": 1}, each=each), work=rows, hosts=HOSTS, periods=periods)
        == expected
    )


@pytest.mark.parametrize(("day", "years"), [("2026-07-31", "2025/2026"), ("2026-08-01", "2026/2027")])
def test_a_school_year_begins_on_its_day(day, years):
    decision = decide(
        step_set(rule("cap", "cap", at_most={"hours": 1}, each=["school_year"])), work=[work("a", 9, day)]
    )
    assert decision["steps"][0]["group"] == {"school_year": years}


def test_a_share_looks_at_its_own_group():
    cap = rule("cap", "cap", where=REMOTE, at_most={"share": "1/2", "of": "worked"}, each=["host"])
    rows = [
        work("a", 100, host="a", remote=True), work("b", 100, host="a"),
        work("c", 100, "2026-01-06", host="b", remote=True),
    ]  # fmt: skip
    decision = decide(step_set(cap), work=rows, hosts=HOSTS)
    assert [(row["group"]["host"], row["limit_minutes"], row["cut_minutes"]) for row in decision["steps"]] == [
        ("a", 100, 0),
        ("b", 50, 50),
    ]


@pytest.mark.parametrize(
    ("student", "limit"),
    [
        ({"facts": {"route": "digital"}}, 120),
        ({"facts": {"route": "other"}}, 60),
        ({"facts": {}}, 60),
        ({"facts": {"route": ["other", "digital"]}}, 120),
        ({"birth_date": "2010-01-06"}, 30),
        ({"birth_date": "2010-01-05"}, 60),
        ({"cohort_start": "2024-09-01"}, 10),
        ({"cohort_start": "2024-09-02"}, 60),
        ({"facts": {"year": 2}}, 20),
        ({"facts": {"year": 1}}, 60),
        ({"facts": {"year": True}}, 60),
        ({"facts": {"left": 4}}, 15),
        ({"facts": {"left": 5}}, 60),
    ],
)
def test_an_amount_goes_by_case(student, limit):
    cases = [
        {"when": {"facts": {"route": ["digital"]}}, "then": {"hours": 2}},
        {"when": {"age_at_start": {"below": 16}}, "then": {"minutes": 30}},
        {"when": {"cohort_start": {"to": "2024-09-01"}}, "then": {"minutes": 10}},
        {"when": {"facts_at_least": {"year": 2}}, "then": {"minutes": 20}},
        {"when": {"facts_below": {"left": 5}}, "then": {"minutes": 15}},
    ]
    facts = {key: {"label": words(key)} for key in ("route", "year", "left")}
    cap = rule("cap", "cap", at_most={"cases": cases, "otherwise": {"hours": 1}})
    decision = decide(step_set(cap, facts=facts), work=[work("a", 600)], **student)
    assert decision["steps"][0]["limit_minutes"] == limit


def test_a_length_is_by_the_conversion_of_the_file():
    cap = rule("cap", "cap", at_most={"months": 1, "weeks": 1, "days": 1, "hours": 1, "minutes": 1})
    assert decide(step_set(cap), work=[work("a", 1)])["steps"][0]["limit_minutes"] == 22 * 420 + 2100 + 420 + 61
    other = {"minutes_per_day": 480, "minutes_per_week": 2310, "days_per_month": 20}
    decision = decide(step_set(cap, conversion=other), work=[work("a", 1)])
    assert decision["steps"][0]["limit_minutes"] == 20 * 480 + 2310 + 480 + 61


def test_a_fact_that_is_asked_for_and_not_known_is_an_open_question():
    rules = step_set(
        rule("out", "exclude", when={"facts": {"route": ["digital"]}}),
        facts={"route": {"label": {"en": "r", "fr": "r"}}},
    )
    decision = decide(rules, work=[work("a", 60)])
    assert (decision["open_questions"], decision["counted_minutes"]) == (["route"], 60)


# ── Threshold, weight, rounding ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("minutes", "counted_minutes"), [(4499, 0), (4500, 4500), (4501, 4501)])
def test_a_project_counts_from_three_quarters_of_its_plan(minutes, counted_minutes):
    step = rule("least", "threshold", at_least={"share": "3/4", "of": "planned"}, each=["placement"])
    planned = [{"minutes": 6000, "placement": "p"}, {"minutes": 60, "placement": "q"}]
    rows = [work("a", minutes, placement="p"), work("b", 45, "2026-01-06", placement="q")]
    assert counted(step, work=rows, planned=planned) == counted_minutes + 45


@pytest.mark.parametrize(
    ("factor", "minutes", "expected"),
    [("50%", 61, 30), ("1/3", 100, 33), ("0%", 60, 0), ("100%", 60, 60), ("66.67%", 3, 2)],
)
def test_a_weight_drops_parts_of_a_minute(factor, minutes, expected):
    decision = decide(step_set(rule("w", "weight", where=TASTER, factor=factor)),
                      work=[work("a", minutes, activity="taster"), work("b", 7)])  # fmt: skip
    assert decision["counted_minutes"] == expected + 7
    assert steps(decision) == [("weight", minutes, minutes - expected)]


@pytest.mark.parametrize(("minutes", "expected"), [(14, 0), (15, 15), (29, 15), (30, 30)])
def test_only_full_quarters_count(minutes, expected):
    assert counted(rule("q", "round_down", step={"minutes": 15}), work=[work("a", minutes)]) == expected


def test_what_is_over_is_taken_from_the_latest_work_of_the_whole():
    rows = [work("a", 50, "2026-01-05"), work("b", 50, "2026-01-06"), work("c", 5, "2026-01-07")]
    decision = decide(step_set(rule("q", "round_down", step={"hours": 1})), work=rows)
    assert steps(decision) == [("round_down", 105, 45)]
    assert [(row["minutes"], row["entries"]) for row in decision["counted"]] == [(60, 2)]


def test_rounding_may_be_for_each_week():
    rows = [work("a", 50, "2026-01-05"), work("b", 50, "2026-01-06"), work("c", 65, "2026-01-12")]
    decision = decide(step_set(rule("q", "round_down", step={"hours": 1}, each=["week"])), work=rows)
    assert steps(decision) == [("round_down", 100, 40), ("round_down", 65, 5)]


# ── Stretches ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("measured_in", "gap_days", "least", "counted_minutes"),
    [
        ("calendar_days", 2, 8, 360),
        ("calendar_days", 2, 9, 0),
        ("calendar_days", 1, 8, 0),
        ("calendar_days", 1, 5, 300),
        ("worked_days", 2, 6, 360),
        ("worked_days", 2, 7, 0),
        ("weeks", 2, 2, 360),
        ("weeks", 2, 3, 0),
        ("weeks", 1, 2, 0),
        ("minutes", 2, 360, 360),
        ("minutes", 2, 361, 0),
    ],
)
def test_work_in_a_stretch_that_is_too_short_does_not_count(measured_in, gap_days, least, counted_minutes):
    rows = [*days(5, 60), work("next", 60, "2026-01-12")]
    step = rule("s", "short_stretch", gap_days=gap_days, measured_in=measured_in, at_least=least)
    assert counted(step, work=rows) == counted_minutes


def test_a_short_stretch_is_named_with_its_days_and_its_length():
    step = rule("s", "short_stretch", gap_days=0, measured_in="calendar_days", at_least=3, each=["host"])
    rows = [*days(3, 60, host="a"), *days(2, 60, host="b", since="2026-01-12", prefix="v")]
    row = decide(step_set(step), work=rows, hosts=HOSTS)["steps"][0]
    assert row["group"] == {"host": "b", "from": "2026-01-12", "to": "2026-01-13"}
    assert (row["length"], row["limit_minutes"], row["measured_in"], row["cut_minutes"]) == (2, 3, "calendar_days", 120)


def test_a_sum_over_several_days_is_one_stretch():
    step = rule("s", "short_stretch", gap_days=0, measured_in="worked_days", at_least=5)
    rows = [work("sum", 600, "2026-01-05", last_day="2026-01-16", days=4), work("a", 60, "2026-01-17")]
    assert counted(step, work=rows) == 660


# ── Who is asked, who decides, who is excepted ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["confirmed", "exclude", "cap", "threshold", "weight", "round_down", "short_stretch"])
def test_what_a_person_decides_is_only_at_stake(kind):
    more = {
        "cap": {"at_most": {"minutes": 10}},
        "threshold": {"at_least": {"minutes": 100}},
        "weight": {"factor": "50%"},
        "round_down": {"step": {"minutes": 45}},
        "short_stretch": {"gap_days": 0, "measured_in": "worked_days", "at_least": 2},
    }
    decision = decide(step_set(rule("s", kind, decided_by="coordinator", **more.get(kind, {}))),
                      work=[work("a", 60, confirmed_minutes=20)])  # fmt: skip
    stake = {"confirmed": 40, "exclude": 60, "cap": 50, "threshold": 60, "weight": 30, "round_down": 15}.get(kind, 60)
    assert (decision["at_stake_minutes"], decision["counted_minutes"], decision["cut_minutes"]) == (stake, 60, 0)
    assert decision["steps"][0]["decided_by"] == "coordinator"


@pytest.mark.parametrize(
    ("exception", "today", "expected"),
    [
        ([], "2026-02-01", 60),
        ([{"rule": "cap", "approver": "head", "reason": "agreed"}], "2026-02-01", 100),
        ([{"rule": "cap", "approver": "head", "reason": "agreed", "expires_on": "2026-02-01"}], "2026-02-01", 100),
        ([{"rule": "cap", "approver": "head", "reason": "agreed", "expires_on": "2026-02-01"}], "2026-02-02", 60),
        ([{"rule": "other", "approver": "head", "reason": "agreed"}], "2026-02-01", 60),
    ],
)
def test_a_step_is_waived_by_an_exception_until_it_expires(exception, today, expected):
    rules = step_set(rule("cap", "cap", at_most={"hours": 1}), rule("other", "exclude", where=TASTER))
    assert decide(rules, work=[work("a", 100)], exceptions=exception, today=today)["counted_minutes"] == expected


def test_steps_take_away_in_the_order_of_the_file():
    cap, half = rule("cap", "cap", at_most={"minutes": 60}), rule("half", "weight", factor="50%")
    assert counted(cap, half, work=[work("a", 100)]) == 30
    assert counted(half, cap, work=[work("a", 100)]) == 50


# ── The worked examples of the specification ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("remote", "site", "counted_minutes", "missing"), [(40, 180, 315, 0), (80, 140, 298, 17)])
def test_remote_work_counts_up_to_a_fifth_of_what_is_asked_for(remote, site, counted_minutes, missing):
    rules = step_set(
        rule("taster", "cap", where=TASTER, at_most={"hours": 35}),
        rule("remote", "cap", where=REMOTE, at_most={"share": "20%", "of": "required"}),
        requirements=[hours_needed(315)],
    )
    rows = [
        work("a", 35 * 60, activity="taster"), work("b", 60 * 60, activity="skills_hub"),
        work("c", remote * 60, remote=True), work("d", site * 60),
    ]  # fmt: skip
    decision = decide(rules, work=rows)
    assert (decision["counted_minutes"], decision["missing_minutes"]) == (counted_minutes * 60, missing * 60)
    assert decision["result"] == ("not_met" if missing else "met")


def test_a_team_project_counts_up_to_a_third():
    rules = step_set(
        rule("team", "cap", where={"activities": ["team_project"]}, at_most={"share": "1/3", "of": "required"}),
        requirements=[hours_needed(315)],
    )
    decision = decide(rules, work=[work("a", 120 * 60, activity="team_project")])
    assert (decision["counted_minutes"], decision["cut_minutes"]) == (105 * 60, 15 * 60)


def test_76_hours_and_a_half_of_80_are_not_80():
    decision = decide(step_set(requirements=[hours_needed(80)]), work=[work("a", 76 * 60 + 30)])
    assert (decision["result"], decision["missing_minutes"]) == ("not_met", 210)
    assert requirement(decision, "hours")["sentence"].endswith("Missing: 3 h 30.")


# ── Work for several units ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"U1": 60, "U2": 120, None: 30}),
        ({"confirmed_minutes": 100}, {"U1": 60, "U2": 40}),
        ({"confirmed_minutes": 200}, {"U1": 60, "U2": 120, None: 20}),
        ({"unit": "U3"}, {"U1": 60, "U2": 120, "U3": 30}),
        ({"confirmed_minutes": None}, {}),
    ],
)
def test_work_is_split_over_units_and_what_is_confirmed_fills_them_in_order(more, expected):
    split = [{"unit": "U1", "minutes": 60}, {"unit": "U2", "minutes": 120}]
    decision = decide(step_set(rule("both", "confirmed")), work=[work("a", 210, units=split, **more)])
    assert {row["unit"]: row["minutes"] for row in decision["counted"]} == expected
    assert decision["worked_minutes"] == 210
