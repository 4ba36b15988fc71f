"""Italy, Spain, Denmark, Finland, Ireland and ECTS."""

import json

import pytest

from schools.rule_sets.shipped import FOLDER
from tests.credits.rule_sets.conftest import days, lines


def hours(count: int, day: str = "2025-11-03", minutes: int = 0, **more) -> dict:
    return {"id": f"w-{day}-{more.get('placement', '')}", "day": day, "minutes": 60 * count + minutes, **more}


def record(kind: str, on: str, signers: tuple = (), **more) -> dict:
    """`signers` are parties, who sign on the day of the record, or pairs of a party and a day or moment."""
    pairs = [(one, on) if isinstance(one, str) else one for one in signers]
    return {"kind": kind, "on": on, "signatures": [{"by": party, "at": at} for party, at in pairs], **more}


def step(decision: dict, rule: str) -> dict:
    return next(row for row in decision["steps"] if row["rule"] == rule)


def rules_cutting(decision: dict) -> dict[str, int]:
    return {row["rule"]: row["cut_minutes"] for row in decision["steps"] if row["cut_minutes"]}


# ── Italy ────────────────────────────────────────────────────────────────────────────────────────────────────────────

DIARY = record("diary", "2026-06-05", ("student", "tutor"))


def italy(decide, *work: dict, school: str | None = "vocational", **more) -> dict:
    return decide(
        "italy-pcto",
        facts={"school_type": school} if school else {},
        work=list(work),
        **{"cohort_end": "2026-06-30", "records": [DIARY], **more},
    )


def test_209_hours_of_a_vocational_school_lack_one_hour(decide):
    decision = italy(decide, hours(209))
    assert (decision["result"], decision["required_minutes"], decision["missing_minutes"]) == ("not_met", 12600, 60)


@pytest.mark.parametrize(
    ("school", "least"), [("vocational", 210), ("technical", 150), ("lyceum", 90), (None, 210)]
)  # fmt: skip
def test_the_hours_of_pcto_depend_on_the_kind_of_school(decide, school, least):
    decision = italy(decide, hours(least), school=school)
    assert (decision["result"], decision["required_minutes"]) == ("met", least * 60)
    assert italy(decide, hours(least, minutes=-1), school=school)["missing_minutes"] == 1
    assert decision["open_questions"] == ([] if school else ["school_type"])


@pytest.mark.parametrize("records", [[], [record("diary", "2026-06-05", ("student",))]])
def test_hours_of_a_diary_that_the_company_tutor_has_not_signed_are_not_validated(decide, records):
    decision = italy(decide, hours(209), records=records)
    assert rules_cutting(decision) == {"diary-not-signed": 209 * 60}
    assert (decision["result"], decision["counted_minutes"], decision["missing_minutes"]) == ("not_met", 0, 12600)


def test_a_signed_diary_validates_its_own_placement_and_its_own_days_only(decide):
    work = [
        hours(100, "2025-11-03", placement="one"),
        hours(100, "2025-12-01", placement="one"),
        hours(110, "2026-03-02", placement="two"),
    ]
    signed = record("diary", "2025-12-19", ("tutor",), placement="one", **{"from": "2025-11-03", "to": "2025-11-30"})
    decision = italy(decide, *work, records=[signed])
    assert rules_cutting(decision) == {"diary-not-signed": 210 * 60}
    assert decision["counted_minutes"] == 100 * 60


@pytest.mark.parametrize(("present", "counted"), [(74, 0), (75, 75)])
def test_a_project_of_100_hours_is_valid_from_75_hours_of_presence_on(decide, present, counted):
    decision = italy(decide, hours(present), planned=[{"minutes": 6000}])
    line = step(decision, "presence")
    assert (line["limit_minutes"], line["base"], line["base_minutes"], line["share"]) == (4500, "planned", 6000, "3/4")
    assert line["cut_minutes"] == (present - counted) * 60
    assert decision["counted_minutes"] == counted * 60


def test_presence_is_looked_at_for_each_project_apart(decide):
    work = [hours(75, "2025-11-03", placement="bank"), hours(74, "2026-03-02", placement="museum")]
    plans = [{"minutes": 6000, "placement": "bank"}, {"minutes": 6000, "placement": "museum"}]
    papers = [{**DIARY, "placement": "bank"}, {**DIARY, "placement": "museum"}]
    decision = italy(decide, *work, school="lyceum", planned=plans, records=papers)
    assert rules_cutting(decision) == {"presence": 74 * 60}
    assert (decision["counted_minutes"], decision["missing_minutes"]) == (75 * 60, 15 * 60)


def test_presence_is_what_the_company_has_confirmed(decide):
    decision = italy(decide, hours(100, confirmed_minutes=4499), planned=[{"minutes": 6000}])
    assert rules_cutting(decision) == {"confirmed": 1501, "presence": 4499}


def test_the_last_three_years_count(decide):
    work = [hours(100, "2023-06-30"), hours(209, "2023-07-01")]
    decision = italy(decide, *work)
    assert rules_cutting(decision) == {"before-the-last-three-years": 100 * 60}
    assert decision["counted_minutes"] == 209 * 60


def test_a_simulated_company_counts(decide):
    simulated = {"activity": "simulated_company", "setting": "school", "realism": "simulated"}
    assert italy(decide, hours(210, **simulated))["result"] == "met"
    assert italy(decide, hours(210, activity="job"))["counted_minutes"] == 0


# ── Spain ────────────────────────────────────────────────────────────────────────────────────────────────────────────

CONTRACT = record("training_contract", "2025-11-03", ("host", "student"))


def spain(decide, *work: dict, regime: str | None = "general", **more) -> dict:
    facts = {"regime": regime} if regime else {}
    return decide("spain-company-training", facts=facts, work=list(work), programme_minutes=2000 * 60, **more)


@pytest.mark.parametrize(
    ("minutes", "missing", "above"),
    [(499 * 60, 60, 0), (500 * 60 - 1, 1, 0), (500 * 60, 0, 0), (700 * 60, 0, 0), (700 * 60 + 1, 0, 1),
     (701 * 60, 0, 60)],
)  # fmt: skip
def test_of_2000_hours_the_general_regime_takes_500_to_700_in_the_company(decide, minutes, missing, above):
    decision = spain(decide, hours(0, minutes=minutes))
    low, high = lines(decision)["general-share"]["comparisons"]
    assert (low["target"], low["share"], low["base_minutes"], low["missing"]) == (30000, "25%", 120000, missing)
    assert (high["target"], high["share"], high["base_minutes"], high["above"]) == (42000, "35%", 120000, above)
    assert decision["result"] == ("not_met" if missing or above else "met")


def test_the_intensive_regime_takes_more_than_35_percent(decide):
    decision = spain(decide, hours(700), regime="intensive", records=[CONTRACT])
    (row,) = lines(decision)["intensive-share"]["comparisons"]
    assert (decision["result"], row["bound"], row["target"], row["missing"]) == ("not_met", "more_than", 42000, 1)
    decision = spain(decide, hours(700, minutes=1), regime="intensive", records=[CONTRACT])
    assert decision["result"] == "met"
    assert "general-share" not in lines(decision)


def test_the_intensive_regime_needs_a_training_contract_and_the_general_one_none(decide):
    decision = spain(decide, hours(701), regime="intensive")
    assert (decision["result"], rules_cutting(decision)) == ("not_met", {"before-contract": 701 * 60})
    assert lines(decision)["contract"]["state"] == "not_met"
    found = lines(spain(decide, hours(500)))
    assert "contract" not in found
    assert found["general-share"]["state"] == "met"


def test_work_before_the_training_contract_does_not_count_in_the_intensive_regime(decide):
    work = [hours(10, "2025-11-02"), hours(701)]
    decision = spain(decide, *work, regime="intensive", records=[CONTRACT])
    assert (rules_cutting(decision), decision["counted_minutes"]) == ({"before-contract": 600}, 701 * 60)


def test_without_a_regime_it_is_the_general_one(decide):
    decision = spain(decide, hours(701), regime=None)
    assert (decision["result"], decision["open_questions"]) == ("not_met", ["regime"])


def test_the_outcomes_of_the_modules_are_shown_in_the_company(decide):
    shown = {"key": "RA1", "unit": "0484", "shown_to": ["mentor"]}
    decision = spain(decide, hours(500), outcomes=[shown, {"key": "RA2", "unit": "0484"}])
    (row,) = lines(decision)["outcomes"]["comparisons"]
    assert (decision["result"], row["value"], row["target"], row["missing"]) == ("not_met", 1, 2, 1)


# ── Denmark ──────────────────────────────────────────────────────────────────────────────────────────────────────────

START = "2026-02-02"
ADULT, MINOR = "2000-05-01", "2009-05-01"
IN_ORDER = (("host", "2026-01-12"), ("student", "2026-01-13"), ("guardian", "2026-01-14"), ("school", "2026-01-15"))


def without_guardian(signers: tuple) -> tuple:
    return tuple(row for row in signers if row[0] != "guardian")


def denmark(decide, *signers: tuple, birth_date: str = MINOR, work: list | None = None, **more) -> dict:
    agreement = record("agreement", "2026-01-12", signers)
    work = days(5, 420, since=START) if work is None else work
    return decide(
        "denmark-training-agreement", birth_date=birth_date, work=work, **{"records": [agreement], **more}
    )  # fmt: skip


def test_an_agreement_in_order_and_before_the_start_holds(decide):
    decision = denmark(decide, *IN_ORDER)
    assert decision["result"] == "met"
    assert decision["awards"][0]["minutes"] == 5 * 420
    assert denmark(decide, *without_guardian(IN_ORDER), birth_date=ADULT)["result"] == "met"


@pytest.mark.parametrize(("day", "result"), [(START, "met"), ("2026-02-03", "not_met")])
def test_a_signature_on_the_day_after_the_start_is_refused(decide, day, result):
    decision = denmark(decide, *IN_ORDER[:3], ("school", day))
    rows = [lines(decision)[rule]["comparisons"][0] for rule in ("agreement", "guardian-in-order")]
    assert decision["result"] == result
    assert {(row["met"], row["group"]["due"]) for row in rows} == {(result == "met", START)}
    assert decision["awards"][0]["minutes"] == (5 * 420 if result == "met" else 0)


def test_a_late_signature_is_late_also_while_the_first_day_is_not_confirmed(decide):
    work = days(5, 420, since=START)
    work[0]["confirmed_minutes"] = None
    decision = denmark(decide, *IN_ORDER[:3], ("school", "2026-02-03"), work=work)
    assert (decision["result"], decision["counted_minutes"]) == ("not_met", 4 * 420)


def test_a_guardian_before_the_learner_is_refused(decide):
    decision = denmark(
        decide, IN_ORDER[0], ("guardian", "2026-01-13"), ("student", "2026-01-14"), ("school", "2026-01-15")
    )
    found = lines(decision)
    assert decision["result"] == "not_met"
    assert (found["agreement"]["state"], found["guardian-in-order"]["state"]) == ("met", "not_met")
    assert decision["awards"][0]["unmet"] == ["guardian-in-order"]


@pytest.mark.parametrize(("first", "second"), [("student", "host"), ("school", "student"), ("school", "host")])
def test_company_then_learner_then_school_is_the_order_for_everybody(decide, first, second):
    signed = {"host": "2026-01-12", "student": "2026-01-13", "school": "2026-01-14"}
    signed[first], signed[second] = signed[second], signed[first]
    assert denmark(decide, *signed.items(), birth_date=ADULT)["result"] == "not_met"


def test_on_one_day_the_time_of_the_signatures_decides(decide):
    def at(clock: str) -> str:
        return f"2026-01-12T{clock}:00+01:00"

    right = (("host", at("09:00")), ("student", at("10:00")), ("school", at("11:00")))
    wrong = (("host", at("10:00")), ("student", at("09:00")), ("school", at("11:00")))
    assert denmark(decide, *right, birth_date=ADULT)["result"] == "met"
    assert denmark(decide, *wrong, birth_date=ADULT)["result"] == "not_met"


@pytest.mark.parametrize(("birth_date", "result"), [("2008-01-12", "met"), ("2008-01-13", "not_met")])
def test_a_guardian_signs_for_who_is_under_18_on_the_day_of_the_agreement(decide, birth_date, result):
    assert denmark(decide, *without_guardian(IN_ORDER), birth_date=birth_date)["result"] == result


def test_each_placement_has_an_agreement_of_its_own(decide):
    work = [*days(5, 420, since=START, placement="one"), *days(5, 420, since="2026-03-02", prefix="x", placement="two")]
    signers = without_guardian(IN_ORDER)
    one, two = (record("agreement", "2026-01-12", signers, placement=name) for name in ("one", "two"))
    assert denmark(decide, birth_date=ADULT, work=work, records=[one, two])["result"] == "met"
    rows = lines(denmark(decide, birth_date=ADULT, work=work, records=[one]))["agreement"]["comparisons"]
    assert [(row["group"]["placement"], row["met"]) for row in rows] == [("one", True), ("two", False)]


@pytest.mark.parametrize(("weeks", "state"), [(12, "not_met"), (13, "met")])
def test_school_weeks_are_not_counted_in_the_trial_of_three_months(decide, weeks, state):
    at_school = days(10, 420, since="2026-05-25", prefix="s", activity="class", setting="school")
    work = [*days(weeks * 5, 420, since=START), *at_school]
    decision = denmark(decide, *IN_ORDER, work=work, today="2026-12-31")
    line = lines(decision)["trial"]
    assert (line["state"], line["effect"], line["comparisons"][0]["value"]) == (state, "inform", weeks)
    assert (decision["result"], rules_cutting(decision)) == ("met", {"at-school": 4200})


# ── Finland ──────────────────────────────────────────────────────────────────────────────────────────────────────────

ALL_SHOWN = [{"key": name, "shown_to": ["teacher", "baker"]} for name in ("dough", "oven", "hygiene")]
PAPERS = [
    record("plan", "2026-01-05"),
    record("supervisor", "2026-01-05"),
    record("assessment", "2026-05-29", ("teacher", "host")),
]


def finland(decide, *work: dict, **more) -> dict:
    evidence = {"outcomes": ALL_SHOWN, "records": PAPERS, **more}
    return decide("finland-workplace-learning", work=list(work), **evidence)


def test_0_hours_with_all_outcomes_shown_are_complete(decide):
    decision = finland(decide)
    assert (decision["result"], decision["worked_minutes"]) == ("met", 0)
    assert (decision["required_minutes"], decision["missing_minutes"]) == (None, 0)
    assert [(award["given"], award["credit"]) for award in decision["awards"]] == [(True, 1000)]


def test_many_hours_do_not_stand_for_an_outcome(decide):
    decision = finland(decide, hours(1000), outcomes=[*ALL_SHOWN, {"key": "service"}])
    (row,) = lines(decision)["outcomes"]["comparisons"]
    assert (decision["result"], row["value"], row["target"], row["missing"]) == ("not_met", 3, 4, 1)
    assert (decision["awards"][0]["given"], decision["awards"][0]["unmet"]) == (False, ["outcomes"])


@pytest.mark.parametrize("shown_to", [["teacher"], ["baker"], ["teacher", "teacher"]])
def test_each_outcome_is_shown_to_two_persons(decide, shown_to):
    decision = finland(decide, outcomes=[{"key": "dough", "shown_to": shown_to}])
    assert lines(decision)["outcomes"]["state"] == "not_met"


@pytest.mark.parametrize("signers", [(), ("teacher",), ("host",)])
def test_a_teacher_and_somebody_from_working_life_assess(decide, signers):
    papers = [*PAPERS[:2], record("assessment", "2026-05-29", signers)]
    decision = finland(decide, records=papers)
    assert (decision["result"], decision["awards"][0]["unmet"]) == ("not_met", ["assessment"])


@pytest.mark.parametrize(("absent", "rule"), [("plan", "personal-plan"), ("supervisor", "supervisor")])
def test_there_is_a_personal_plan_and_a_named_supervisor(decide, absent, rule):
    decision = finland(decide, records=[paper for paper in PAPERS if paper["kind"] != absent])
    assert (decision["result"], lines(decision)[rule]["state"]) == ("not_met", "not_met")


def test_a_demonstration_may_continue_at_another_workplace_with_its_own_supervisor(decide):
    work = [hours(20, placement="bakery"), hours(20, "2026-03-02", placement="hotel")]
    named = [record("supervisor", "2026-01-05", placement=name) for name in ("bakery", "hotel")]
    decision = finland(decide, *work, records=[PAPERS[0], *named, PAPERS[2]])
    assert decision["result"] == "met"
    decision = finland(decide, *work, records=[PAPERS[0], named[0], PAPERS[2]])
    rows = lines(decision)["supervisor"]["comparisons"]
    assert [(row["group"]["placement"], row["met"]) for row in rows] == [("bakery", True), ("hotel", False)]


# ── Ireland ──────────────────────────────────────────────────────────────────────────────────────────────────────────

REPORT = record("report", "2026-03-02", (("host", "2026-03-02"), ("teacher", "2026-03-04")))


@pytest.mark.parametrize(("minutes", "missing"), [(3599, 1), (3600, 0), (3601, 0)])
def test_ireland_asks_for_60_hours(decide, minutes, missing):
    decision = decide("ireland-5n1356", work=[hours(0, minutes=minutes)], records=[REPORT])
    assert (decision["result"], decision["missing_minutes"]) == ("not_met" if missing else "met", missing)
    assert (decision["awards"][0]["minutes"], decision["awards"][0]["beyond_minutes"]) == (
        min(minutes, 3600),
        max(minutes - 3600, 0),
    )


@pytest.mark.parametrize(
    "signers",
    [(), ("host",), ("teacher",), (("teacher", "2026-03-02"), ("host", "2026-03-04"))],
)
def test_the_tutor_countersigns_the_supervisors_report(decide, signers):
    report = record("report", "2026-03-02", signers)
    decision = decide("ireland-5n1356", work=[hours(60)], records=[report])
    assert (decision["result"], lines(decision)["report"]["state"]) == ("not_met", "not_met")
    assert decision["missing_minutes"] == 0


# ── ECTS ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

PASSED = record("assessment", "2026-06-05", result="passed")


@pytest.mark.parametrize(
    ("minutes", "low", "high"),
    [(9000, 5000, 6000), (8999, 4900, 5900), (1499, 800, 900), (1500, 800, 1000), (1800, 1000, 1200), (0, 0, 0)],
)
def test_150_hours_are_5_to_6_credits_as_a_range_rounded_down_to_a_tenth(decide, minutes, low, high):
    decision = decide("ects", work=[hours(0, minutes=minutes)], records=[PASSED])
    (award,) = decision["awards"]
    assert (award["credit"], award["credit_at_most"]) == (low, high)
    assert award["now_credit"] == low


def test_a_school_that_copies_the_rules_may_choose_one_rate(decide):
    rules = json.loads((FOLDER / "ects.json").read_text(encoding="utf-8"))
    del rules["awards"][0]["per_at_most"]
    (award,) = decide(rules, work=[hours(150)], records=[PASSED])["awards"]
    assert (award["credit"], award["credit_at_most"]) == (6000, None)


@pytest.mark.parametrize(
    ("records", "outcomes", "unmet"),
    [
        ([], [], ["assessment"]),
        ([record("assessment", "2026-06-05", result="failed")], [], ["assessment"]),
        ([PASSED], [{"key": "report"}], ["outcomes"]),
    ],
)
def test_credits_are_given_only_after_the_outcomes_were_assessed(decide, records, outcomes, unmet):
    decision = decide("ects", work=[hours(150)], records=records, outcomes=outcomes)
    (award,) = decision["awards"]
    assert (award["given"], award["credit"], award["unmet"]) == (False, 0, unmet)
    assert decision["result"] == "not_met"
