"""What follows from counted time: money for each day present, reports that are due, gates that open."""

import pytest

from tests.credits.rules.builders import days, decide, rule, rule_set, states, work


def paid(*money: dict, **more) -> dict:
    return rule_set(money=list(money), **more)


def money(key: str = "m", **more) -> dict:
    return rule(key, currency="EUR", **{"cents": 1000, **more})


def cents(rules: dict, **evidence) -> tuple[int, int]:
    row = decide(rules, **evidence)["money"][0]
    return row["number"], row["cents"]


# ── Money ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("more", "number", "expected"),
    [
        ({}, 4, 4000),
        ({"per": "hour"}, 12, 12000),
        ({"per": "week"}, 2, 2000),
        ({"day_at_least": {"minutes": 180}}, 3, 3000),
        ({"day_at_least": {"minutes": 181}}, 2, 2000),
        ({"day_at_least": {"hours": 5}}, 0, 0),
        ({"per": "week", "day_at_least": {"minutes": 180}}, 2, 2000),
        ({"per": "week", "day_at_least": {"minutes": 181}}, 1, 1000),
        ({"from_total": {"minutes": 750}}, 4, 4000),
        ({"from_total": {"minutes": 751}}, 0, 0),
        ({"cents_at_most": 4000}, 4, 4000),
        ({"cents_at_most": 3999}, 4, 3999),
        ({"cents_at_most": 0}, 4, 0),
        ({"where": {"weekdays": ["monday"]}}, 2, 2000),
        ({"cents": 0}, 4, 0),
    ],
)
def test_money_is_for_each_day_week_or_full_hour_present(more, number, expected):
    rows = [
        work("a", 240, "2026-01-05"), work("b", 120, "2026-01-06"), work("c", 90, "2026-01-06"),
        work("d", 120, "2026-01-07"), work("e", 180, "2026-01-12"),
    ]  # fmt: skip
    assert cents(paid(money(**more)), work=rows) == (number, expected)


def test_a_day_that_does_not_count_is_not_paid():
    rules = paid(money(), steps=[rule("both", "confirmed")])
    rows = [work("a", 240), work("b", 240, "2026-01-06", confirmed_minutes=None)]
    assert cents(rules, work=rows) == (1, 1000)


def test_a_sum_over_several_days_is_paid_for_the_days_that_it_carries():
    assert cents(paid(money()), work=[work("a", 3000, last_day="2026-01-16", days=8)]) == (8, 8000)


def test_two_stretches_on_one_day_are_one_day():
    assert cents(paid(money()), work=[work("a", 60), work("b", 60)]) == (1, 1000)


def test_money_rises_by_the_year_of_study_as_a_fact():
    rules = paid(
        *(money(f"y{year}", cents=1000 * year, when={"facts": {"year": [year]}}) for year in (1, 2, 3)),
        facts={"year": {"label": {"en": "year", "fr": "an"}}},
    )
    decision = decide(rules, facts={"year": 2}, work=days(5, 420))
    assert [(row["money"], row["number"], row["cents_each"], row["cents"]) for row in decision["money"]] == [
        ("y2", 5, 2000, 10000)
    ]


def test_money_rises_by_the_day_of_the_work():
    rules = paid(
        money("old", cents=1000, where={"dates": {"to": "2026-01-06"}}),
        money("new", cents=1500, where={"dates": {"from": "2026-01-07"}}),
    )
    assert [row["cents"] for row in decide(rules, work=days(5, 420))["money"]] == [2000, 4500]


def test_below_the_threshold_nothing_is_paid_and_the_line_says_so():
    row = decide(paid(money(from_total={"hours": 10})), work=[work("a", 599)])["money"][0]
    assert (row["cents"], row["total_minutes"], row["from_minutes"]) == (0, 599, 600)
    assert row["sentence"] == "Rule m: nothing is paid below 10 h; it is 9 h 59."


# ── Reports ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def reported(due: dict, **more) -> dict:
    return rule_set(reports=[rule("r", match={"kind": "log"}, due=due, **more)])


def log(on: str, since: str | None = None, **more) -> dict:
    return {"kind": "log", "on": on, **({"from": since} if since else {}), **more}


def lines(rules: dict, **evidence) -> list[tuple[str, str, str | None]]:
    return [(row["due"], row["state"], row["on"]) for row in decide(rules, **evidence)["reports"]]


@pytest.mark.parametrize(
    ("on", "today", "state"),
    [
        (None, "2026-03-01", "open"),
        (None, "2026-03-02", "overdue"),
        ("2026-03-01", "2026-06-30", "done"),
        ("2026-03-02", "2026-06-30", "late"),
    ],
)
def test_a_report_is_due_on_a_date(on, today, state):
    records = [log(on)] if on else []
    assert lines(reported({"date": "2026-03-01"}), records=records, today=today) == [("2026-03-01", state, on)]


def test_the_first_record_counts():
    records = [log("2026-03-09"), log("2026-02-01"), log("2026-02-20")]
    assert lines(reported({"date": "2026-03-01"}), records=records) == [("2026-03-01", "done", "2026-02-01")]


@pytest.mark.parametrize(
    ("end", "due"), [("2026-07-31", "2026-10-31"), ("2026-10-31", "2026-10-31"), ("2026-11-01", "2027-10-31")]
)
def test_a_report_is_due_on_the_next_such_day_of_the_year(end, due):
    rules = reported({"anchor": "cohort_end", "next_month_day": "10-31"})
    assert lines(rules, cohort_end=end) == [(due, "open", None)]


def test_a_report_whose_day_is_not_known_is_not_listed():
    assert lines(reported({"anchor": "cohort_end"})) == []


def test_every_fortnight_a_log_is_due_the_monday_after():
    """Work from Monday 5 January to Friday 6 February: two full stretches of 14 days and one of five."""
    rules = reported({"next_weekday": "monday"}, every_days=14)
    evidence = {"work": [work("a", 60), work("b", 60, "2026-02-06")], "today": "2026-02-09"}
    records = [log("2026-01-19", "2026-01-05"), log("2026-02-03", "2026-02-01")]
    decision = decide(rules, records=records, **evidence)
    assert [(row["since"], row["until"], row["due"], row["state"], row["on"]) for row in decision["reports"]] == [
        ("2026-01-05", "2026-01-18", "2026-01-19", "done", "2026-01-19"),
        ("2026-01-19", "2026-02-01", "2026-02-02", "late", "2026-02-03"),
        ("2026-02-02", "2026-02-06", "2026-02-09", "open", None),
    ]
    evidence["today"] = "2026-02-10"
    assert [row[1] for row in lines(rules, records=records, **evidence)] == ["done", "late", "overdue"]


def test_the_monday_after_a_monday_is_a_week_later():
    rules = reported({"next_weekday": "monday"}, every_days=1)
    assert lines(rules, work=[work("a", 60)], today="2026-01-05") == [("2026-01-12", "open", None)]


def test_a_record_belongs_to_the_stretch_in_which_its_first_day_lies():
    rules = reported({"days": 3}, every_days=7)
    evidence = {"work": [work("a", 60), work("b", 60, "2026-01-18")], "today": "2026-01-19"}
    assert lines(rules, records=[log("2026-01-06")], **evidence) == [
        ("2026-01-14", "overdue", None),
        ("2026-01-21", "open", None),
    ]
    assert lines(rules, records=[log("2026-01-20", "2026-01-11"), log("2026-01-20", "2026-01-12")], **evidence) == [
        ("2026-01-14", "late", "2026-01-20"),
        ("2026-01-21", "done", "2026-01-20"),
    ]


def test_without_work_no_log_is_due():
    assert lines(reported({"days": 1}, every_days=7)) == []


def test_a_log_is_done_when_the_asked_parties_have_signed_it():
    rules = rule_set(reports=[rule("r", match={"kind": "log", "signed_by": ["host"]}, due={"date": "2026-03-01"})])
    signed = log("2026-02-20", signatures=[{"by": "host", "at": "2026-03-02"}])
    assert lines(rules, records=[signed]) == [("2026-03-01", "late", "2026-03-02")]


def test_a_report_is_asked_of_some_students_only():
    rules = reported({"date": "2026-03-01"}, when={"age_at_start": {"below": 18}})
    assert lines(rules, birth_date="2000-01-01") == []
    assert len(lines(rules, birth_date="2010-01-01")) == 1


# ── Gates ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def gated(**gate) -> dict:
    return rule_set(
        requirements=[
            rule("hours", "time", at_least={"hours": 1}),
            rule("either", "any_of", of=[
                rule("two", "time", at_least={"hours": 2}), rule("half", "time", at_least={"minutes": 30})]),
            rule("wish", "time", at_least={"hours": 9}, strength="should"),
        ],
        gates=[rule("g", **gate)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gate", "minutes", "state", "unmet"),
    [
        ({}, 29, "closed", ["hours", "either"]),
        ({}, 59, "closed", ["hours"]),
        ({}, 60, "open", []),
        ({"needs": ["hours"]}, 59, "closed", ["hours"]),
        ({"needs": ["hours"]}, 60, "open", []),
        ({"needs": ["wish"]}, 539, "closed", ["wish"]),
        ({"needs": ["wish"]}, 540, "open", []),
        ({"needs": ["two"]}, 119, "closed", ["two"]),
        ({"needs": ["two"]}, 120, "open", []),
    ],
)
def test_a_gate_opens_when_what_it_needs_is_met(gate, minutes, state, unmet):
    row = decide(gated(**gate), work=[work("a", minutes)])["gates"][0]
    assert (row["state"], row["unmet"]) == (state, unmet)


@pytest.mark.parametrize(
    ("today", "minutes", "state"),
    [
        ("2026-10-31", 59, "pending"),
        ("2026-11-01", 59, "closed"),
        ("2026-10-31", 60, "open"),
        ("2026-11-01", 60, "open"),
    ],
)
def test_a_gate_is_pending_until_a_day(today, minutes, state):
    rules = gated(pending_until={"anchor": "cohort_end", "next_month_day": "10-31"})
    row = decide(rules, work=[work("a", minutes)], cohort_end="2026-07-31", today=today)["gates"][0]
    assert (row["state"], row["pending_until"]) == (state, "2026-10-31")


def test_a_gate_is_not_pending_until_a_day_that_is_not_known():
    row = decide(gated(pending_until={"anchor": "cohort_end"}))["gates"][0]
    assert (row["state"], row["pending_until"]) == ("closed", None)


def test_a_waived_requirement_keeps_no_gate_closed():
    waived = [{"rule": "hours", "approver": "head", "reason": "agreed"}]
    decision = decide(gated(), work=[work("a", 30)], exceptions=waived)
    assert (decision["gates"][0]["state"], states(decision)["hours"]) == ("open", "excepted")


def test_a_gate_is_there_for_some_students_only():
    assert decide(gated(when={"age_at_start": {"below": 18}}), birth_date="2000-01-01")["gates"] == []
