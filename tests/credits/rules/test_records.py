"""Dated records: who signed, in which order, in time, about what, and how many."""

from datetime import date, timedelta

import pytest

from tests.credits.rules.builders import bounds, days, decide, requirement, rule, rule_set, states, work

HOSTS = [{"id": "a", "checked": True}, {"id": "b"}]
MORNING, NOON, EVENING = "2026-01-02T08:00:00+01:00", "2026-01-02T12:00:00+01:00", "2026-01-02T18:00:00+01:00"


def asked(kind: str = "agreement", /, *, match: dict | None = None, **more) -> dict:
    return rule_set(requirements=[rule("r", "records", match={"kind": kind, **(match or {})}, **more)])


def record(on: str = "2026-01-02", kind: str = "agreement", **more) -> dict:
    return {"kind": kind, "on": on, **more}


def signed(**at: str) -> dict:
    return record("2026-01-01", signatures=[{"by": party, "at": moment} for party, moment in at.items()])


def is_met(rules: dict, *records: dict, **evidence) -> bool:
    return decide(rules, records=list(records), **evidence)["result"] == "met"


# ── Which record fits ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({}, True),
        ({"by": ["teacher", "host"]}, True),
        ({"by": ["teacher"]}, False),
        ({"results": ["passed"]}, True),
        ({"results": ["failed"]}, False),
        ({"score_at_least": 60}, True),
        ({"score_at_least": 61}, False),
        ({"units": ["U1", "U2"]}, True),
        ({"units": ["U2"]}, False),
    ],
)
def test_a_record_fits_when_all_that_is_given_fits(match, fits):
    assert is_met(asked(match=match), record(by="host", result="passed", score=60, unit="U1")) is fits


def test_a_record_of_another_kind_or_without_a_score_does_not_fit():
    assert not is_met(asked(), record(kind="visit"))
    assert not is_met(asked(match={"score_at_least": 0}), record())


@pytest.mark.parametrize(("count", "met"), [(1, False), (2, True), (3, True)])
def test_so_many_records_are_asked_for(count, met):
    decision = decide(asked("visit", at_least=2), records=[record(kind="visit")] * count)
    assert bounds(decision, "r") == [(count, "at_least", 2, met)]


# ── Signatures ───────────────────────────────────────────────────────────────────────────────────────────────────────

IN_ORDER = {"signed_by": ["host", "student", "school"], "in_order": True}


@pytest.mark.parametrize(
    ("signatures", "met"),
    [
        ({"host": MORNING, "student": NOON, "school": EVENING}, True),
        ({"host": MORNING, "student": MORNING, "school": MORNING}, True),
        ({"host": NOON, "student": MORNING, "school": EVENING}, False),
        ({"host": MORNING, "student": EVENING, "school": NOON}, False),
        ({"host": "2026-01-02", "student": "2026-01-02", "school": MORNING}, True),
        ({"host": "2026-01-02", "student": "2026-01-01", "school": "2026-01-03"}, False),
        ({"host": "2026-01-01", "student": "2026-01-02", "school": "2026-01-03"}, True),
        ({"host": MORNING, "student": NOON}, False),
        ({}, False),
    ],
)
def test_the_parties_sign_in_the_order_of_the_file(signatures, met):
    assert is_met(asked(match=IN_ORDER), signed(**signatures)) is met


def test_without_an_order_any_order_will_do():
    assert is_met(asked(match={"signed_by": ["host", "student"]}), signed(student=MORNING, host=EVENING))


@pytest.mark.parametrize(
    ("birth_date", "signatures", "met"),
    [
        ("2008-01-02", {"host": MORNING}, False),
        ("2008-01-02", {"host": MORNING, "guardian": NOON}, True),
        ("2008-01-01", {"host": MORNING}, True),
        (None, {"host": MORNING}, True),
    ],
)
def test_the_guardian_of_a_minor_signs_too_by_the_age_on_the_day_of_the_record(birth_date, signatures, met):
    match = {"signed_by": ["host"], "minors_signed_by": ["guardian"]}
    assert is_met(asked(match=match), signed(**signatures), birth_date=birth_date) is met


@pytest.mark.parametrize(
    ("signed_on", "met"), [("2026-01-04", True), ("2026-01-05", False), ("2026-01-04T23:59:00+01:00", True)]
)
def test_an_agreement_is_signed_before_the_start_and_not_after(signed_on, met):
    rules = asked(match={"signed_by": ["host", "student"], "within": {"of": "start", "to_days": -1}})
    assert is_met(rules, signed(host="2026-01-01", student=signed_on), work=[work("a", 60)]) is met


def test_the_first_day_of_work_is_of_all_work_also_of_work_that_does_not_count():
    rules = asked(match={"within": {"of": "start", "to_days": -1}})
    rules["steps"] = [rule("both", "confirmed")]
    rows = [work("a", 60, "2026-01-05", confirmed_minutes=None), work("b", 60, "2026-01-06")]
    assert not is_met(rules, record("2026-01-05"), work=rows)


# ── In time ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("on", "met"), [("2026-01-04", False), ("2026-01-05", True), ("2026-01-19", True), ("2026-01-20", False)])  # fmt: skip # noqa: E501
def test_a_visit_lies_within_two_weeks_of_the_start(on, met):
    rules = asked("visit", match={"within": {"of": "start", "from_days": 0, "to_days": 14}})
    assert is_met(rules, record(on, "visit"), work=[work("a", 60)]) is met


@pytest.mark.parametrize(
    ("anchor", "first", "last"),
    [
        ("start", "2026-01-05", "2026-01-06"),
        ("end", "2026-01-30", "2026-01-31"),
        ("cohort_start", "2025-09-01", "2025-09-02"),
        ("cohort_end", "2026-07-31", "2026-08-01"),
        ("today", "2026-06-30", "2026-07-01"),
    ],
)
def test_a_stretch_may_lie_around_any_anchor(anchor, first, last):
    evidence = {
        "work": [work("a", 60), work("b", 60, "2026-01-30")],
        "cohort_start": "2025-09-01",
        "cohort_end": "2026-07-31",
    }
    rules = asked(match={"within": {"of": anchor, "from_days": 0, "to_days": 1}})
    assert is_met(rules, record(first), **evidence)
    assert is_met(rules, record(last), **evidence)
    after_it = asked(match={"within": {"of": anchor, "from_days": 1}})
    assert not is_met(after_it, record(first), **evidence)
    before_it = asked(match={"within": {"of": anchor, "to_days": 0}})
    assert not is_met(before_it, record(last), **evidence)


def test_an_anchor_that_is_not_known_has_nothing_around_it():
    assert not is_met(asked(match={"within": {"of": "cohort_end"}}), record())


def test_the_day_of_a_moment_is_the_day_at_the_workplace():
    rules = asked(match={"within": {"of": "start", "to_days": -1}})
    assert not is_met(rules, record("2026-01-04T23:30:00+00:00"), work=[work("a", 60)])


@pytest.mark.parametrize(
    ("due", "last_day"),
    [
        ({"anchor": "end", "days": 7}, "2026-02-06"),
        ({"anchor": "end"}, "2026-01-30"),
        ({}, "2026-01-30"),
        ({"days": -1}, "2026-01-29"),
        ({"anchor": "end", "months": 1}, "2026-02-28"),
        ({"anchor": "end", "months": -13}, "2024-12-30"),
        ({"anchor": "end", "working_days": 1}, "2026-02-02"),
        ({"anchor": "end", "working_days": -5}, "2026-01-23"),
        ({"anchor": "end", "days": 1, "working_days": 1}, "2026-02-02"),
        ({"anchor": "end", "next_weekday": "monday"}, "2026-02-02"),
        ({"anchor": "end", "next_weekday": "friday"}, "2026-02-06"),
        ({"anchor": "cohort_end", "next_month_day": "10-31"}, "2026-10-31"),
        ({"anchor": "end", "next_month_day": "01-30"}, "2026-01-30"),
        ({"anchor": "end", "next_month_day": "01-29"}, "2027-01-29"),
        ({"anchor": "end", "next_month_day": "02-29"}, "2026-02-28"),
        ({"date": "2026-03-03"}, "2026-03-03"),
    ],
)
def test_a_record_after_its_due_day_does_not_count(due, last_day):
    rules = asked("report", due=due)
    evidence = {"work": [work("a", 60), work("b", 60, "2026-01-30")], "cohort_end": "2026-07-31", "today": "2027-12-31"}
    decision = decide(rules, records=[record(last_day, "report")], **evidence)
    assert requirement(decision, "r")["comparisons"][0]["group"] == {"due": last_day}
    assert decision["result"] == "met"
    late = (date.fromisoformat(last_day) + timedelta(days=1)).isoformat()
    assert not is_met(rules, record(late, "report"), **evidence)


# ── About what, and how often ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dimension", ["host", "placement", "unit"])
def test_each_group_has_a_record_of_its_own(dimension):
    rules = asked("visit", each=[dimension], match={"same": [dimension]})
    rows = [work("a", 60, **{dimension: "a"}), work("b", 60, "2026-01-06", **{dimension: "b"})]
    decision = decide(rules, work=rows, hosts=HOSTS, records=[record(kind="visit", **{dimension: "a"})])
    comparisons = requirement(decision, "r")["comparisons"]
    assert [(row["group"][dimension], row["met"]) for row in comparisons] == [("a", True), ("b", False)]


def test_a_record_about_one_placement_says_nothing_of_work_without_one():
    rules = asked("visit", each=["placement"], match={"same": ["placement"]})
    rows = [work("a", 60, placement="p"), work("b", 60, "2026-01-06")]
    papers = [record(kind="visit"), record(kind="visit", placement="p")]
    assert is_met(rules, *papers, work=rows)
    assert not is_met(rules, papers[1], work=rows)
    assert not is_met(rules, papers[0], work=rows)


def test_each_period_of_a_kind_has_a_record_also_before_there_is_work():
    rules = asked("plan", each=["period"], where={"periods": ["stage"]}, match={"same": ["period"]})
    periods = [
        {"key": "one", "kind": "stage", "from": "2026-01-05", "to": "2026-01-30"},
        {"key": "two", "kind": "stage", "from": "2026-03-02", "to": "2026-03-27"},
        {"key": "rest", "kind": "holiday", "from": "2026-02-01", "to": "2026-02-10"},
    ]
    decision = decide(rules, work=[work("a", 60)], periods=periods, records=[record(kind="plan", period="one")])
    assert [row["met"] for row in requirement(decision, "r")["comparisons"]] == [True, False]


def test_each_school_year_has_a_record():
    decision = decide(asked("plan", each=["school_year"]), cohort_start="2024-09-01", records=[record(kind="plan")])
    assert len(requirement(decision, "r")["comparisons"]) == 2


@pytest.mark.parametrize(
    ("hours", "asked_for"), [(0, 0), (1, 1), (54, 1), (55, 1), (109, 1), (110, 2), (164, 2), (165, 3)]
)
def test_one_evaluation_after_each_55_hours_and_one_if_there_are_fewer(hours, asked_for):
    rows = [work("a", hours * 60)] if hours else []
    decision = decide(asked("evaluation", every={"hours": 55}), work=rows, records=[record(kind="evaluation")])
    assert bounds(decision, "r") == [(1, "at_least", asked_for, asked_for <= 1)]


def test_only_counted_time_of_the_named_work_asks_for_more_records():
    rules = asked("journal", every={"hours": 1}, at_least=2, where={"activities": ["class"]})
    rules["steps"] = [rule("cap", "cap", at_most={"hours": 2})]
    decision = decide(rules, work=[work("a", 180, activity="class"), work("b", 600, "2026-01-06")])
    assert bounds(decision, "r") == [(0, "at_least", 4, False)]


@pytest.mark.parametrize(
    ("hosts", "met"), [(["a"], True), (["b"], False), (["a", "b"], False), ([None], False), ([], False)]
)
def test_a_check_is_not_asked_where_all_hosts_were_checked_before(hosts, met):
    rules = asked("check", unless_host={"checked": True})
    rows = [work(f"w{number}", 60, host=host) for number, host in enumerate(hosts)]
    assert is_met(rules, work=rows, hosts=HOSTS) is met


def test_a_check_is_asked_only_of_the_hosts_that_were_not_checked():
    rules = asked("check", each=["host"], match={"same": ["host"]}, unless_host={"checked": True})
    rows = [work("a", 60, host="a"), work("b", 60, "2026-01-06", host="b")]
    decision = decide(rules, work=rows, hosts=HOSTS)
    assert [row["group"] for row in requirement(decision, "r")["comparisons"]] == [{"host": "b"}]


# ── The host that never answers, the agreement that comes late ───────────────────────────────────────────────────────


def test_a_documented_substitute_stands_in_for_feedback_that_never_comes():
    either = rule("heard", "any_of", of=[
        rule("feedback", "records", match={"kind": "feedback", "by": ["host"]}),
        rule("visit", "records", match={"kind": "substitute", "by": ["teacher"], "results": ["observed"]}),
    ])  # fmt: skip
    rules = rule_set(requirements=[either])
    assert not is_met(rules)
    assert is_met(rules, record(kind="substitute", by="teacher", result="observed"))
    assert states(decide(rules, records=[record(kind="feedback", by="host")])) == {
        "heard": "met",
        "feedback": "met",
        "visit": "not_met",
    }


@pytest.mark.parametrize(
    ("records", "counted"),
    [
        ([record("2026-01-07", placement="p")], 180),
        ([record("2026-01-07", placement="p"), record("2026-01-09", "ratified", placement="p")], 300),
        ([record("2026-01-07", placement="q")], 0),
    ],
)
def test_time_before_the_agreement_does_not_count_unless_it_was_ratified_in_time(records, counted):
    ratified = {"kind": "ratified", "within": {"of": "start", "to_days": 4}}
    early = {"none": [{"after_record": {"kind": "agreement", "same": ["placement"]}}]}
    rules = rule_set(steps=[rule("early", "exclude", where=early, when={"none": [{"record": ratified}]})])
    assert decide(rules, records=records, work=days(5, 60, placement="p"))["counted_minutes"] == counted
