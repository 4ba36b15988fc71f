"""France: weeks at work (PFMP), days and months of presence, make-up, and the working time of minors."""

from datetime import date, timedelta

import pytest

from tests.credits.rule_sets.conftest import days, lines

BAC, CAP, DAYS = "france-pfmp-bac-pro", "france-pfmp-cap", "france-internship-days"
SIGNERS = ("student", "host", "tutor", "school", "teacher")
GARAGE = {"id": "garage", "sector": "45", "size": "micro"}
ANOTHER_GARAGE = {"id": "another-garage", "sector": "45", "size": "large"}
BAKERY = {"id": "bakery", "sector": "10", "size": "micro"}
DAY, WEEK = 420, 2100


def agreement(on: str = "2026-01-02", signers=SIGNERS, **more) -> dict:
    return {"kind": "agreement", "on": on, "signatures": [{"by": party, "at": on} for party in signers], **more}


def weeks(count: int, **more) -> list[dict]:
    return days(count * 5, DAY, **more)


def on_days(*dates: str, minutes: int = DAY, **more) -> list[dict]:
    return [{"id": f"m-{day}", "day": day, "minutes": minutes, **more} for day in dates]


def step(decision: dict, rule: str) -> dict:
    return next(row for row in decision["steps"] if row["rule"] == rule)


# ── Days and months of presence (Code de l'éducation D124-6) ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("minutes", "present", "months"),
    [
        (419, 0, (0, 419)),
        (7 * 60, 1, (0, 420)),
        (154 * 60 - 1, 21, (0, 154 * 60 - 1)),
        (154 * 60, 22, (1, 0)),
        (308 * 60, 44, (2, 0)),
    ],
)
def test_7_hours_are_a_day_154_hours_a_month_and_308_hours_44_days(decide, minutes, present, months):
    decision = decide(DAYS, work=[{"id": "w", "day": "2026-01-05", "minutes": minutes}])
    (award,) = decision["awards"]
    shown = lines(decision)["six-months"]["comparisons"][0]["value_shown"]
    assert (award["steps"], award["credit"]) == (present, present * 1000)
    assert (shown["count"], shown["minutes"], shown["measure"]) == (*months, "months")


def test_hours_that_fill_no_whole_day_are_recorded_and_not_credited(decide):
    (award,) = decide(DAYS, work=days(2, 450))["awards"]
    assert (award["steps"], award["minutes"], award["beyond_minutes"]) == (2, 840, 60)


@pytest.mark.parametrize(("minutes", "above"), [(132 * DAY, 0), (132 * DAY + 1, 1)])
def test_six_months_at_one_company_are_allowed_and_not_a_minute_more(decide, minutes, above):
    work = [{"id": "w", "day": "2025-09-08", "minutes": minutes, "host": "garage"}]
    decision = decide(DAYS, hosts=[GARAGE], work=work)
    (row,) = lines(decision)["six-months"]["comparisons"]
    assert (row["target"], row["above"], row["met"]) == (55440, above, not above)
    assert decision["result"] == ("not_met" if above else "met")


def test_six_months_are_counted_apart_for_each_company_and_for_each_school_year(decide):
    work = [
        {"id": "1", "day": "2025-08-31", "minutes": 100 * DAY, "host": "garage"},
        {"id": "2", "day": "2025-09-01", "minutes": 100 * DAY, "host": "garage"},
        {"id": "3", "day": "2025-09-02", "minutes": 100 * DAY, "host": "bakery"},
    ]
    decision = decide(DAYS, hosts=[GARAGE, BAKERY], work=work)
    rows = lines(decision)["six-months"]["comparisons"]
    assert decision["result"] == "met"
    assert [row["group"] for row in rows] == [
        {"host": "bakery", "school_year": "2025/2026"},
        {"host": "garage", "school_year": "2024/2025"},
        {"host": "garage", "school_year": "2025/2026"},
    ]


def test_only_presence_that_was_confirmed_makes_a_day(decide):
    decision = decide(DAYS, work=[*days(1, DAY), *days(1, DAY, since="2026-01-06", prefix="x", confirmed_minutes=419)])
    assert decision["awards"][0]["steps"] == 1
    assert step(decision, "confirmed")["cut_minutes"] == 1


# ── Weeks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rules", "facts", "least"),
    [
        (BAC, {}, 18),
        (CAP, {"course_years": 2}, 12),
        (CAP, {"course_years": 1}, 5),
        (CAP, {}, 12),
    ],
)
def test_a_minute_below_the_least_number_of_weeks_is_missing(decide, rules, facts, least):
    facts = {"breadth_demanded": False, **facts}
    enough = weeks(least, since="2025-10-06")
    decision = decide(rules, facts=facts, work=enough, records=[agreement("2025-10-06")])
    (row,) = lines(decision)["weeks"]["comparisons"]
    assert (decision["result"], row["value"], row["target"]) == ("met", least * WEEK, least * WEEK)
    assert row["target_shown"] == {"count": least, "minutes": 0, "measure": "weeks"}
    enough[-1]["minutes"] -= 1
    decision = decide(rules, facts=facts, work=enough, records=[agreement("2025-10-06")])
    assert (decision["result"], decision["missing_minutes"]) == ("not_met", 1)


@pytest.mark.parametrize(("rules", "facts", "most"), [(BAC, {}, 22), (CAP, {"course_years": 2}, 14)])
def test_more_weeks_than_foreseen_give_a_warning_and_no_more_credit(decide, rules, facts, most):
    evidence = {"facts": {"breadth_demanded": False, **facts}, "records": [agreement("2025-10-06")]}
    decision = decide(rules, **evidence, work=weeks(most, since="2025-10-06"))
    assert lines(decision)["not-more-weeks"]["state"] == "met"
    decision = decide(rules, **evidence, work=[*weeks(most, since="2025-10-06"), *on_days("2026-05-29", minutes=1)])
    line = lines(decision)["not-more-weeks"]
    assert (line["state"], line["effect"], line["comparisons"][0]["above"]) == ("not_met", "warn", 1)
    assert decision["result"] == "met"
    assert (decision["awards"][0]["minutes"], decision["awards"][0]["beyond_minutes"]) == (most * WEEK, 1)


def test_a_cap_of_one_year_has_no_most_weeks(decide):
    evidence = {"facts": {"breadth_demanded": False, "course_years": 1}, "records": [agreement("2025-10-06")]}
    decision = decide(CAP, **evidence, work=weeks(15, since="2025-10-06"))
    assert "not-more-weeks" not in lines(decision)
    assert [(award["award"], award["minutes"]) for award in decision["awards"]] == [
        ("time-at-work-in-one-year", 15 * WEEK)
    ]


def test_weeks_may_lie_in_one_year_or_another(decide):
    work = [*weeks(4, since="2023-11-06"), *weeks(14, since="2025-10-06", prefix="x")]
    decision = decide(BAC, facts={"breadth_demanded": False}, work=work, records=[agreement("2023-11-06")])
    assert decision["result"] == "met"


# ── Breadth ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_22_weeks_at_one_company_are_enough_weeks_and_no_breadth(decide):
    work = weeks(22, since="2025-10-06", host="garage")
    decision = decide(
        BAC, facts={"breadth_demanded": True}, hosts=[GARAGE], work=work, records=[agreement("2025-10-06")]
    )
    found = lines(decision)
    assert decision["result"] == "not_met"
    assert (found["weeks"]["state"], found["weeks"]["comparisons"][0]["value"]) == ("met", 22 * WEEK)
    assert found["breadth"]["state"] == "not_met"
    for rule in ("two-sectors", "two-sizes"):
        (row,) = found[rule]["comparisons"]
        assert (row["value"], row["target"], row["missing"]) == (1, 2, 1)


@pytest.mark.parametrize(
    ("other", "ways"),
    [
        (BAKERY, {"two-sectors": "met", "two-sizes": "not_met"}),
        (ANOTHER_GARAGE, {"two-sectors": "not_met", "two-sizes": "met"}),
    ],
)
def test_breadth_is_two_sectors_or_two_sizes_of_company(decide, other, ways):
    work = [
        *weeks(11, since="2025-10-06", host="garage"),
        *weeks(11, since="2026-01-05", prefix="x", host=other["id"]),
    ]
    decision = decide(
        BAC, facts={"breadth_demanded": True}, hosts=[GARAGE, other], work=work, records=[agreement("2025-10-06")]
    )
    found = lines(decision)
    assert decision["result"] == "met"
    assert found["breadth"]["state"] == "met"
    assert {rule: found[rule]["state"] for rule in ways} == ways


def test_without_the_diploma_demanding_it_breadth_is_not_asked(decide):
    decision = decide(BAC, work=weeks(18, since="2025-10-06"), records=[agreement("2025-10-06")])
    assert "breadth" not in lines(decision)
    assert decision["open_questions"] == ["breadth_demanded"]


# ── Agreements ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_period_has_its_own_agreement(decide):
    work = [*weeks(9, since="2025-10-06", placement="one"), *weeks(9, since="2026-01-05", prefix="x", placement="two")]
    first = agreement("2025-10-06", placement="one")
    decision = decide(BAC, facts={"breadth_demanded": False}, work=work, records=[first])
    assert step(decision, "before-agreement")["cut_minutes"] == 9 * WEEK
    second = agreement("2026-01-05", signers=("student", "host", "school"), placement="two")
    decision = decide(BAC, facts={"breadth_demanded": False}, work=work, records=[first, second])
    rows = lines(decision)["agreements"]["comparisons"]
    assert [(row["group"]["placement"], row["value"]) for row in rows] == [("one", 1), ("two", 0)]
    assert (decision["result"], decision["missing_minutes"]) == ("not_met", 0)


@pytest.mark.parametrize("absent", SIGNERS)
def test_an_agreement_that_one_of_the_signers_has_not_signed_is_none(decide, absent):
    signers = [party for party in SIGNERS if party != absent]
    decision = decide(BAC, work=weeks(18, since="2025-10-06"), records=[agreement("2025-10-06", signers)])
    assert lines(decision)["agreements"]["state"] == "not_met"


@pytest.mark.parametrize(
    ("birth_date", "signers", "state"),
    [
        ("2007-10-07", SIGNERS, "not_met"),
        ("2007-10-07", (*SIGNERS, "guardian"), "met"),
        ("2007-10-06", SIGNERS, "met"),
    ],
)
def test_the_guardian_signs_too_until_the_18th_birthday(decide, birth_date, signers, state):
    decision = decide(
        BAC, birth_date=birth_date, work=weeks(18, since="2025-10-06"), records=[agreement("2025-10-06", signers)]
    )
    assert lines(decision)["agreements"]["state"] == state


# ── Two weeks missed (worked examples f and g of the product) ────────────────────────────────────────────────────────

TWO_WEEKS = [str(date(2026, 2, 2) + timedelta(days=number)) for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
HOLIDAYS = [{"key": "winter", "kind": "holiday", "from": "2026-02-14", "to": "2026-03-01"}]
IN_HOLIDAYS = [str(date(2026, 2, 16) + timedelta(days=number)) for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
AFTERWARDS = [str(date(2026, 3, 2) + timedelta(days=number)) for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]


def missed(decide, cause: str, made_up: list[str], **more) -> dict:
    """Sixteen weeks were worked, two were missed, and some days are made up."""
    absences = [{"day": day, "minutes": DAY, "cause": cause} for day in TWO_WEEKS]
    work = [*weeks(16, since="2025-10-06"), *on_days(*made_up, make_up=True)]
    return decide(
        BAC,
        facts={"breadth_demanded": False},
        work=work,
        absences=absences,
        periods=HOLIDAYS,
        records=[agreement("2025-10-06", (*SIGNERS, "guardian"))],
        **more,
    )


def team_decides(days_to_make_up: int) -> list[dict]:
    return [
        {
            "rule": "made-up",
            "approver": "teaching team",
            "reason": "force majeure",
            "at_least": {"days": days_to_make_up},
        }
    ]


def test_two_weeks_missed_without_force_majeure_are_made_up_in_full(decide):
    (row,) = lines(missed(decide, "student", AFTERWARDS[:9]))["made-up-in-full"]["comparisons"]
    assert (row["value"], row["target"], row["missing"], row["base_minutes"]) == (9 * DAY, 2 * WEEK, DAY, 2 * WEEK)
    assert missed(decide, "student", AFTERWARDS)["result"] == "met"


def test_force_majeure_is_made_up_as_far_as_the_teaching_team_decides(decide):
    found = lines(missed(decide, "force_majeure", AFTERWARDS[:3], exceptions=team_decides(3)))
    assert (found["made-up"]["state"], found["made-up"]["approver"]) == ("considered", "teaching team")
    assert found["made-up"]["comparisons"][0]["target"] == 3 * DAY
    assert (found["made-up-in-full"]["state"], found["made-up-in-full"]["comparisons"][0]["target"]) == ("met", 0)
    found = lines(missed(decide, "force_majeure", AFTERWARDS[:2], exceptions=team_decides(3)))
    assert (found["made-up"]["state"], found["made-up"]["comparisons"][0]["missing"]) == ("not_met", DAY)


def test_before_the_teaching_team_has_decided_all_of_a_force_majeure_is_asked_for(decide):
    line = lines(missed(decide, "force_majeure", AFTERWARDS[:3]))["made-up"]
    assert (line["state"], line["comparisons"][0]["missing"]) == ("not_met", 7 * DAY)


def test_the_teaching_team_cannot_shorten_the_make_up_of_another_cause(decide):
    found = lines(missed(decide, "student", AFTERWARDS[:3], exceptions=team_decides(3)))
    assert found["made-up"]["state"] == "considered"
    assert (found["made-up-in-full"]["state"], found["made-up-in-full"]["comparisons"][0]["missing"]) == (
        "not_met",
        7 * DAY,
    )


@pytest.mark.parametrize(("in_holidays", "cut"), [(5, 0), (6, DAY), (10, WEEK)])
def test_a_minor_makes_up_at_most_half_in_the_holidays(decide, in_holidays, cut):
    made_up = [*IN_HOLIDAYS[:in_holidays], *AFTERWARDS[: 10 - in_holidays]]
    decision = missed(decide, "student", made_up, birth_date="2009-05-01")
    line = step(decision, "make-up-in-holidays")
    assert (line["limit_minutes"], line["base_minutes"], line["cut_minutes"]) == (WEEK, 2 * WEEK, cut)
    assert lines(decision)["made-up-in-full"]["comparisons"][0]["missing"] == cut


def test_an_adult_may_make_up_all_in_the_holidays_from_the_18th_birthday_on(decide):
    decision = missed(decide, "student", IN_HOLIDAYS, birth_date="2008-02-16")
    assert lines(decision)["made-up-in-full"]["state"] == "met"
    assert decision["result"] == "met"


def test_make_up_may_be_cut_into_wednesdays_and_saturdays_under_one_agreement(decide):
    wednesdays = [str(date(2026, 3, 4) + timedelta(weeks=number)) for number in range(6)]
    saturdays = [str(date(2026, 3, 7) + timedelta(weeks=number)) for number in range(4)]
    absences = [{"day": day, "minutes": DAY, "cause": "student"} for day in TWO_WEEKS]
    work = [
        *weeks(16, since="2025-10-06", placement="period"),
        *on_days(*wednesdays, *saturdays, make_up=True, placement="make-up"),
    ]
    papers = [agreement("2025-10-06", placement="period"), agreement("2026-02-20", placement="make-up")]
    decision = decide(BAC, facts={"breadth_demanded": False}, work=work, absences=absences, records=papers)
    found = lines(decision)
    assert decision["result"] == "met"
    assert found["made-up-in-full"]["comparisons"][0]["value"] == 2 * WEEK
    rows = found["agreements"]["comparisons"]
    assert [(row["group"]["placement"], row["value"]) for row in rows] == [("make-up", 1), ("period", 1)]


# ── Working time of minors ───────────────────────────────────────────────────────────────────────────────────────────


def shift(day: str, since: str, until: str, *, pause: int = 0, **more) -> dict:
    ends = date.fromisoformat(day) + timedelta(days=until < since)
    return {"id": f"{day}-{since}", "from": f"{day}T{since}", "to": f"{ends}T{until}", "break_minutes": pause, **more}


def breaches(decide, age: int, *work: dict, **more) -> list[tuple]:
    """Kind, value and limit of each breach of a student who has this age in March 2026."""
    decision = decide(
        BAC,
        zone="Europe/Paris",
        birth_date=f"{2026 - age}-01-15",
        work=list(work),
        records=[agreement("2025-10-06", (*SIGNERS, "guardian"))],
        **more,
    )
    return [(row["kind"], row["value"], row["limit_value"]) for row in decision["working_time"]]


@pytest.mark.parametrize(("age", "minutes"), [(15, 7 * 60), (16, 8 * 60), (17, 8 * 60)])
def test_a_day_is_7_hours_long_at_15_and_8_hours_at_16_and_17(decide, age, minutes):
    work = {"id": "w", "day": "2026-03-02"}
    assert breaches(decide, age, {**work, "minutes": minutes}) == []
    assert breaches(decide, age, {**work, "minutes": minutes + 1}) == [("day", minutes + 1, minutes)]
    assert breaches(decide, 18, {**work, "minutes": minutes + 1}) == []


@pytest.mark.parametrize("age", [15, 16, 17])
def test_a_week_of_a_minor_is_35_hours_long(decide, age):
    assert breaches(decide, age, *days(5, 420, since="2026-03-02")) == []
    long = [*days(4, 420, since="2026-03-02"), *on_days("2026-03-06", minutes=421)]
    week = ("week", 2101, 2100)
    assert week in breaches(decide, age, *long)
    assert breaches(decide, 18, *long) == []


@pytest.mark.parametrize(
    ("age", "since", "until", "at_night"),
    [
        (15, "13:00", "20:00", 0),
        (15, "13:01", "20:01", 1),
        (15, "06:00", "13:00", 0),
        (15, "05:59", "12:59", 1),
        (16, "14:00", "22:00", 0),
        (17, "14:01", "22:01", 1),
        (17, "05:59", "13:59", 1),
        (17, "06:00", "14:00", 0),
    ],
)
def test_no_work_at_night_from_20_to_6_at_15_and_from_22_to_6_at_16_and_17(decide, age, since, until, at_night):
    found = breaches(decide, age, shift("2026-03-02", since, until))
    assert found == ([("night", at_night, 0)] if at_night else [])


@pytest.mark.parametrize(("age", "rest"), [(15, 14), (16, 12), (17, 12)])
def test_14_hours_are_free_between_two_days_at_15_and_12_hours_at_16_and_17(decide, age, rest):
    begins = 19 + rest - 24
    ended = shift("2026-03-02", "13:00", "19:00")
    assert breaches(decide, age, ended, shift("2026-03-03", f"{begins:02d}:00", "12:00")) == []
    early = shift("2026-03-03", f"{begins - 1:02d}:59", "12:00")
    assert breaches(decide, age, ended, early) == [("rest_between_days", rest * 60 - 1, rest * 60)]


def test_two_days_one_after_the_other_with_sunday_are_free(decide):
    five = days(5, 300, since="2026-03-02")
    assert breaches(decide, 17, *five) == []
    saturday = on_days("2026-03-07", minutes=300)
    assert breaches(decide, 17, *five, *saturday) == []
    assert breaches(decide, 17, *five, *saturday, *on_days("2026-03-09", minutes=300)) == [("rest_days", 1, 2)]
    assert breaches(decide, 17, *five, *on_days("2026-03-08", minutes=300)) == [("rest_days", 0, 2)]


def test_the_hours_of_two_companies_on_one_day_are_added_up(decide):
    work = [
        {"id": "1", "day": "2026-03-02", "minutes": 300, "host": "garage"},
        {"id": "2", "day": "2026-03-02", "minutes": 181, "host": "bakery"},
    ]
    assert breaches(decide, 16, *work, hosts=[GARAGE, BAKERY]) == [("day", 481, 480)]


def test_time_over_a_limit_is_told_and_counts(decide):
    decision = decide(
        BAC,
        birth_date="2009-01-15",
        work=on_days("2026-03-02", minutes=600),
        records=[agreement("2026-03-02", (*SIGNERS, "guardian"))],
    )
    line = lines(decision)["working-time"]
    assert (line["state"], line["effect"], line["comparisons"][0]["value"]) == ("not_met", "warn", 1)
    assert decision["counted_minutes"] == 600
