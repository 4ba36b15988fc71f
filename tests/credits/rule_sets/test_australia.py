"""New South Wales, Victoria and Western Australia, on both sides of each bound."""

import pytest

from tests.credits.rule_sets.conftest import lines
from tests.credits.rule_sets.sheets import awards, cuts, step, worked

H = 60


def first(decision: dict, rule: str) -> tuple[int, int, int]:
    """Value, target and what is missing of a requirement with one bound."""
    (row,) = lines(decision)[rule]["comparisons"]
    return row["value"], row["target"], row["missing"]


# ── New South Wales ──────────────────────────────────────────────────────────────────────────────────────────────────

NSW = {"course_hours": 240, "qualification": "other", "traineeship": False}
ADULT = {"birth_date": "2005-01-01"}


def test_35_and_34_hours_in_a_course_of_240_hours_are_one_hour_short(decide):
    work = worked(35 * H, prefix="a") + worked(34 * H, prefix="b", since="2026-05-04")
    decision = decide("nsw-work-placement", work=work, facts=NSW)
    assert first(decision, "hours") == (4140, 4200, 60)
    assert decision["result"] == "not_met"
    assert [(row["gate"], row["state"]) for row in decision["gates"]] == [("course-result", "closed")]


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"course_hours": 120}, 35),
        ({"course_hours": 240}, 70),
        ({"course_hours": 60}, 0),
        ({"qualification": "individual-support"}, 120),
        ({"qualification": "allied-health-assistance"}, 120),
        ({"qualification": "health-services-assistance"}, 80),
        ({"qualification": "human-services-specialisation", "course_hours": 60}, 0),
    ],
)
@pytest.mark.parametrize("short", [0, 1])
def test_hours_go_by_the_length_of_the_course_and_in_human_services_by_the_qualification(decide, facts, asked, short):
    minutes = max(asked * H - short, 0)
    decision = decide("nsw-work-placement", work=worked(minutes), facts=NSW | facts, **ADULT)
    missing = asked * H - minutes
    assert first(decision, "hours") == (minutes, asked * H, missing)
    assert decision["result"] == ("not_met" if missing else "met")
    assert decision["gates"][0]["state"] == ("closed" if missing else "open")


def test_a_traineeship_meets_it_without_hours(decide):
    decision = decide("nsw-work-placement", work=[], facts=NSW | {"traineeship": True})
    assert [row["rule"] for row in decision["requirements"]] == ["traineeship"]
    assert (decision["result"], decision["gates"][0]["state"]) == ("met", "open")


@pytest.mark.parametrize(
    ("started", "asked"), [("2020-12-31", 70), ("2021-01-01", 35), ("2021-12-31", 35), ("2022-01-01", 70)]
)
def test_the_covid_cohort_is_asked_for_35_hours(decide, started, asked):
    decision = decide("nsw-work-placement", work=worked(35 * H, since="2022-05-02"), facts=NSW, cohort_start=started)
    assert first(decision, "hours") == (2100, asked * H, asked * H - 2100)


def test_human_services_before_the_16th_birthday_does_not_count(decide):
    work = [{"id": "before", "day": "2026-03-02", "minutes": 420}, {"id": "on", "day": "2026-03-03", "minutes": 420}]
    facts = NSW | {"qualification": "individual-support"}
    decision = decide("nsw-work-placement", work=work, facts=facts, birth_date="2010-03-03")
    assert step(decision, "under-16")["entries"] == ["before"]
    assert decision["counted_minutes"] == 420
    assert decide("nsw-work-placement", work=work, facts=NSW, birth_date="2010-03-03")["counted_minutes"] == 840


# ── Victoria ─────────────────────────────────────────────────────────────────────────────────────────────────────────

READY = [
    {"kind": "safety_unit", "on": "2025-12-01", "result": "passed"},
    {"kind": "learning_record", "on": "2025-12-01"},
]


def swl(number: int, *, at_work: int = 80 * H, in_class: int = 20 * H, since: str = "2026-01-05") -> list[dict]:
    """Minutes at work and in class for a unit."""
    about = {"unit": f"unit-{number}", "since": since}
    return worked(at_work, prefix=f"work{number}-", **about) + worked(
        in_class, prefix=f"class{number}-", activity="class", setting="school", **about
    )


def victoria(decide, work: list[dict], *, units_taken: int = 1, records: list[dict] = READY, **more) -> dict:
    return decide("victoria-workplace-learning", work=work, records=records, facts={"units_taken": units_taken}, **more)


def given(decision: dict) -> dict[str, int]:
    """What can be credited now, in thousandths of a unit."""
    return {key: row["now_credit"] for key, row in awards(decision).items()}


def test_80_hours_at_work_and_20_in_class_give_the_first_unit(decide):
    decision = victoria(decide, swl(1))
    assert first(decision, "unit-1-work") == (4800, 4800, 0)
    assert first(decision, "unit-1-class") == (1200, 1200, 0)
    assert (decision["result"], given(decision)) == ("met", {"unit-1": 1000})


def test_80_hours_at_work_with_19_in_class_give_nothing(decide):
    decision = victoria(decide, swl(1, in_class=19 * H))
    assert first(decision, "unit-1-class") == (1140, 1200, 60)
    assert (decision["result"], given(decision)) == ("not_met", {"unit-1": 0})
    assert awards(decision)["unit-1"]["unmet"] == ["unit-1-class"]


def test_the_second_unit_before_the_first_is_refused(decide):
    decision = victoria(decide, swl(2), units_taken=2)
    assert first(decision, "unit-2-work") == (4800, 4800, 0)
    assert first(decision, "unit-1-work") == (0, 4800, 4800)
    assert given(decision) == {"unit-1": 0, "unit-2": 0}
    assert awards(decision)["unit-2"]["unmet"] == ["unit-1"]


def test_the_second_unit_follows_the_first_in_one_decision_or_a_later_one(decide):
    both = swl(1) + swl(2, since="2026-04-06")
    assert given(victoria(decide, both, units_taken=2)) == {"unit-1": 1000, "unit-2": 1000}
    earlier = [{"award": "unit-1", "unit": "unit-1", "credit": "1"}]
    assert given(victoria(decide, swl(2), units_taken=2, credited=earlier)) == {"unit-1": 0, "unit-2": 1000}


def test_each_unit_is_credited_once(decide):
    earlier = [{"award": "unit-1", "unit": "unit-1", "credit": "1", "minutes": 6000}]
    decision = victoria(decide, swl(1, at_work=160 * H, in_class=40 * H), credited=earlier)
    assert given(decision) == {"unit-1": 0}
    assert (awards(decision)["unit-1"]["credit"], awards(decision)["unit-1"]["before_credit"]) == (1000, 1000)


def test_work_for_one_unit_does_not_count_for_the_other(decide):
    decision = victoria(decide, swl(1, at_work=100 * H) + swl(2, at_work=60 * H), units_taken=2)
    assert first(decision, "unit-2-work") == (3600, 4800, 1200)
    assert given(decision) == {"unit-1": 1000, "unit-2": 0}


def test_worked_example_d_76_and_a_half_hours_are_not_rounded_up(decide):
    """All outcomes were shown, and 3.5 h are missing all the same."""
    shown = [{"key": name, "unit": "unit-1", "shown_to": ["supervisor", "teacher"]} for name in ("a", "b", "c")]
    decision = victoria(decide, swl(1, at_work=76 * H + 30), outcomes=shown)
    assert first(decision, "unit-1-work") == (4590, 4800, 210)
    assert (decision["result"], given(decision)) == ("not_met", {"unit-1": 0})
    assert "3 h 30" in lines(decision)["unit-1-work"]["sentence"].replace("\u00a0", " ")


def test_worked_example_e_hours_before_the_day_of_the_safety_unit_are_not_eligible(decide):
    """80 h on twelve days of 6 h 40 from 5 January on; the unit is passed on Thursday 8 January."""
    work = [
        {"id": f"w{day}", "day": f"2026-01-{day:02}", "minutes": 400, "unit": "unit-1"}
        for day in (5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 19, 20)
    ]
    work += worked(20 * H, prefix="class", activity="class", setting="school", unit="unit-1")
    late = [{"kind": "safety_unit", "on": "2026-01-08", "result": "passed"}, READY[1]]
    decision = victoria(decide, work, records=late)
    assert step(decision, "before-safety-unit")["entries"] == ["w5", "w6", "w7"]
    assert cuts(decision) == {"before-safety-unit": 1200}
    assert first(decision, "unit-1-work") == (3600, 4800, 1200)
    assert first(decision, "unit-1-class") == (1200, 1200, 0)
    assert given(decision) == {"unit-1": 0}


@pytest.mark.parametrize(
    ("records", "rule", "step_key"),
    [
        (READY[1:], "safety-unit", "before-safety-unit"),
        ([{**READY[0], "result": "failed"}, READY[1]], "safety-unit", "before-safety-unit"),
        (READY[:1], "learning-record", "before-learning-record"),
    ],
)
def test_without_the_safety_unit_or_the_learning_record_no_hour_at_work_counts(decide, records, rule, step_key):
    decision = victoria(decide, swl(1), records=records)
    assert lines(decision)[rule]["state"] == "not_met"
    assert cuts(decision) == {step_key: 4800}
    assert given(decision) == {"unit-1": 0}


# ── Western Australia ────────────────────────────────────────────────────────────────────────────────────────────────


def papers(evaluations: int, journals: int) -> list[dict]:
    return [{"kind": "evaluation", "on": "2026-05-04", "by": "supervisor"}] * evaluations + [
        {"kind": "journal", "on": "2026-05-04", "by": "student"}
    ] * journals


@pytest.mark.parametrize(
    ("hours", "units", "beyond"),
    [
        (54, 0, 54),
        (55, 1, 0),
        (109, 1, 54),
        (110, 2, 0),
        (164, 2, 54),
        (165, 3, 0),
        (219, 3, 54),
        (220, 4, 0),
        (300, 4, 80),
    ],
)
def test_each_55_hours_give_a_unit_up_to_four_and_all_hours_are_reported(decide, hours, units, beyond):
    needed = max(hours // 55, 1)
    decision = decide("wa-workplace-learning", work=worked(hours * H), records=papers(needed, needed))
    assert awards(decision)["units"]["credit"] == units * 1000
    assert awards(decision)["units"]["beyond_minutes"] == beyond * H
    assert decision["counted_minutes"] == hours * H
    assert decision["result"] == ("met" if units else "not_met")


@pytest.mark.parametrize("minutes", [55 * H - 1, 110 * H - 1, 165 * H - 1, 220 * H - 1])
def test_a_minute_less_gives_the_unit_below(decide, minutes):
    decision = decide("wa-workplace-learning", work=worked(minutes), records=papers(4, 4))
    assert awards(decision)["units"]["credit"] == minutes // (55 * H) * 1000


@pytest.mark.parametrize(("hours", "asked"), [(10, 1), (55, 1), (109, 1), (110, 2), (220, 4), (300, 5)])
def test_an_evaluation_and_a_journal_are_due_for_each_55_hours_or_at_the_end_of_fewer(decide, hours, asked):
    enough = decide("wa-workplace-learning", work=worked(hours * H), records=papers(asked, asked))
    assert first(enough, "evaluations") == (asked, asked, 0)
    assert first(enough, "journals") == (asked, asked, 0)
    for fewer, rule in ((papers(asked - 1, asked), "evaluations"), (papers(asked, asked - 1), "journals")):
        decision = decide("wa-workplace-learning", work=worked(hours * H), records=fewer)
        assert first(decision, rule) == (asked - 1, asked, 1)
        assert (decision["result"], awards(decision)["units"]["credit"]) == ("not_met", 0)


def test_an_evaluation_by_somebody_else_is_none_of_the_supervisors(decide):
    records = [{"kind": "evaluation", "on": "2026-05-04", "by": "student"}, *papers(0, 1)]
    decision = decide("wa-workplace-learning", work=worked(55 * H), records=records)
    assert first(decision, "evaluations") == (0, 1, 1)
