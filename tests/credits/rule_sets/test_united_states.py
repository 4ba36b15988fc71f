"""Virginia, Tennessee, North Carolina, Central New Mexico and Victor Valley, on both sides of each bound."""

from datetime import date, timedelta

import pytest

from tests.credits.rule_sets.conftest import lines
from tests.credits.rule_sets.sheets import awards, cuts, step, worked

H = 60
PASSED = {"kind": "class", "on": "2023-12-01", "result": "passed"}


def credit(decision: dict) -> dict[str, int]:
    """What can be credited now, in thousandths."""
    return {key: row["now_credit"] for key, row in awards(decision).items()}


def first(decision: dict, rule: str) -> tuple[int, int, int]:
    """Value, target and what is missing of a requirement with one bound."""
    (row,) = lines(decision)[rule]["comparisons"]
    return row["value"], row["target"], row["missing"]


# ── Virginia ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "minutes", "expected", "missing"),
    [
        ("other", 280 * H, {"credit": 1000}, 0),
        ("other", 280 * H - 1, {"credit": 0}, 1),
        ("other", 560 * H, {"credit": 1000}, 0),
        ("mentorship", 140 * H, {"half-credit": 500}, 0),
        ("mentorship", 140 * H - 1, {"half-credit": 0}, 1),
        ("mentorship", 280 * H, {"half-credit": 500}, 0),
    ],
)
def test_in_virginia_280_hours_give_a_credit_and_140_of_mentorship_half_a_credit(
    decide, method, minutes, expected, missing
):
    decision = decide("virginia-work-based-learning", work=worked(minutes), facts={"method": method})
    assert credit(decision) == expected
    assert first(decision, "hours")[2] == missing
    assert decision["result"] == ("not_met" if missing else "met")


# ── Tennessee ────────────────────────────────────────────────────────────────────────────────────────────────────────

NEW, OLD = "tennessee-work-based-learning.2024", "tennessee-work-based-learning.2023"


def weekly(minutes: int, *, since: str, weeks: int = 4, prefix: str = "w") -> list[dict]:
    """The same time on the Monday and Tuesday of each week."""
    monday = date.fromisoformat(since)
    parts = (minutes // 2, minutes - minutes // 2)
    return [
        {"id": f"{prefix}{week}-{day}", "day": (monday + timedelta(weeks=week, days=day)).isoformat(), "minutes": part}
        for week in range(weeks)
        for day, part in enumerate(parts)
    ]


def tennessee(decide, hours: float, *, rules: str = NEW, records: tuple = (PASSED,), **more) -> dict:
    since = "2025-02-03" if rules == NEW else "2024-02-05"
    return decide(rules, work=weekly(int(hours * H), since=since), records=list(records), **more)


@pytest.mark.parametrize(
    ("hours", "work"), [(0.5, 0), (4.5, 0), (5, 1), (9.5, 1), (10, 2), (24.5, 4), (25, 5), (30, 5), (60, 5)]
)
def test_from_december_2024_each_5_hours_a_week_give_a_credit_beside_the_class_up_to_six(decide, hours, work):
    decision = tennessee(decide, hours)
    assert credit(decision) == {"class-credit": 1000, "work-credit": work * 1000}
    assert awards(decision)["work-credit"]["weekly_minutes"] == hours * H
    assert decision["result"] == "met"


def test_25_hours_a_week_and_the_class_are_six_credits_and_30_hours_are_still_six(decide):
    assert sum(credit(tennessee(decide, 25)).values()) == 6000
    row = awards(tennessee(decide, 30))["work-credit"]
    assert (row["credit"], row["limited_by"], row["limit_credit"]) == (5000, "per-year", 6000)
    assert sum(credit(tennessee(decide, 30)).values()) == 6000


@pytest.mark.parametrize(("hours", "work"), [(9.5, 0), (10, 1), (19.5, 1), (20, 2), (30, 2)])
def test_before_december_2024_10_hours_a_week_give_one_credit_and_20_give_two(decide, hours, work):
    assert credit(tennessee(decide, hours, rules=OLD)) == {"class-credit": 1000, "work-credit": work * 1000}


def test_before_december_2024_20_hours_a_week_and_the_class_are_three_credits(decide):
    assert sum(credit(tennessee(decide, 20, rules=OLD)).values()) == 3000


@pytest.mark.parametrize("rules", [NEW, OLD])
@pytest.mark.parametrize("records", [(), ({**PASSED, "result": "failed"},)])
def test_without_the_class_hours_give_nothing(decide, rules, records):
    decision = tennessee(decide, 25, rules=rules, records=records)
    assert credit(decision) == {"class-credit": 0, "work-credit": 0}
    assert awards(decision)["work-credit"]["unmet"] == ["class-credit"]
    assert decision["result"] == "not_met"


def test_the_class_alone_is_one_credit(decide):
    decision = decide(NEW, work=[], records=[PASSED])
    assert (credit(decision), decision["result"]) == ({"class-credit": 1000, "work-credit": 0}, "met")


def test_a_week_without_work_does_not_lower_the_average(decide):
    work = weekly(25 * H, since="2025-02-03", weeks=2) + weekly(25 * H, since="2025-03-10", weeks=2, prefix="x")
    decision = decide(NEW, work=work, records=[PASSED])
    assert awards(decision)["work-credit"]["weekly_minutes"] == 1500
    assert credit(decision)["work-credit"] == 5000


def test_the_new_wording_begins_on_10_december_2024(decide):
    work = [{"id": "ninth", "day": "2024-12-09", "minutes": 300}, {"id": "tenth", "day": "2024-12-10", "minutes": 300}]
    alone = decide(NEW, work=work, records=[PASSED])
    assert step(alone, "outside_dates")["entries"] == ["ninth"]
    assert credit(alone)["work-credit"] == 1000
    both = decide(NEW, work=work, records=[PASSED], also=(OLD,))
    assert (both["counted_minutes"], credit(both)["work-credit"]) == (600, 2000)
    assert step(decide(OLD, work=work, records=[PASSED]), "outside_dates")["entries"] == ["tenth"]


# ── North Carolina ───────────────────────────────────────────────────────────────────────────────────────────────────

PARTIES = ("student", "guardian", "host", "school")


def agreement(day: str = "2026-01-02", parties: tuple = PARTIES, **last) -> dict:
    """Signed on one day; `last` are later days by party."""
    signatures = [{"by": party, "at": last.get(party, day)} for party in parties]
    return {"kind": "agreement", "on": day, "placement": "p", "signatures": signatures}


def north_carolina(decide, minutes: int, schedule: str = "block", records: tuple = ()) -> dict:
    work = worked(minutes, placement="p")
    records = list(records or (PASSED, agreement()))
    return decide("north-carolina-internship", work=work, records=records, facts={"schedule": schedule})


@pytest.mark.parametrize(
    ("schedule", "minutes", "units", "missing"),
    [
        ("block", 140 * H, 1, 0),
        ("year-long", 140 * H, 0, 10 * H),
        ("block", 135 * H, 1, 0),
        ("block", 135 * H - 1, 0, 1),
        ("year-long", 150 * H, 1, 0),
        ("year-long", 150 * H - 1, 0, 1),
        ("block", 269 * H, 1, 0),
        ("block", 270 * H, 2, 0),
    ],
)
def test_140_hours_are_a_unit_in_block_scheduling_and_none_year_long(decide, schedule, minutes, units, missing):
    decision = north_carolina(decide, minutes, schedule)
    asked = (135 if schedule == "block" else 150) * H
    assert first(decision, "hours") == (minutes, asked, missing)
    assert credit(decision) == {"units": units * 1000}
    assert decision["result"] == ("met" if units else "not_met")


@pytest.mark.parametrize("absent", PARTIES)
def test_an_agreement_that_one_of_the_four_did_not_sign_is_none(decide, absent):
    three = tuple(party for party in PARTIES if party != absent)
    decision = north_carolina(decide, 140 * H, records=(PASSED, agreement(parties=three)))
    assert cuts(decision) == {"before-agreement": 8400}
    assert lines(decision)["agreement"]["state"] == "not_met"
    assert credit(decision) == {"units": 0}


def test_hours_count_from_the_day_of_the_last_of_the_four_signatures(decide):
    decision = north_carolina(decide, 140 * H, records=(PASSED, agreement(host="2026-01-07")))
    assert step(decision, "before-agreement")["entries"] == ["w1", "w2"]
    assert decision["counted_minutes"] == 8400 - 840


def test_hours_before_the_class_was_passed_do_not_count(decide):
    passed = {**PASSED, "on": "2026-01-06"}
    decision = north_carolina(decide, 140 * H, records=(passed, agreement()))
    assert step(decision, "before-class")["entries"] == ["w1"]
    assert decision["counted_minutes"] == 8400 - 420


def test_without_the_class_no_unit_is_given(decide):
    decision = north_carolina(decide, 140 * H, records=(agreement(),))
    assert (credit(decision), lines(decision)["class-passed"]["state"]) == ({"units": 0}, "not_met")


# ── Central New Mexico ───────────────────────────────────────────────────────────────────────────────────────────────

CNM = "central-new-mexico-cooperative-education"


def visited(day: str) -> list[dict]:
    return [{"kind": "visit", "on": day, "by": "coordinator"}]


def test_a_visit_on_day_16_leaves_the_20_hours_before_it_to_the_coordinator(decide):
    """The first day of work is 5 January, so day 16 is 20 January; nothing is cut."""
    before = worked(20 * H, prefix="before", since="2026-01-05")
    after = worked(115 * H, prefix="after", since="2026-01-20")
    decision = decide(CNM, work=before + after, records=visited("2026-01-20"))
    row = step(decision, "before-visit")
    assert (row["decided_by"], row["cut_minutes"], row["entries"]) == (
        "coordinator",
        1200,
        ["before1", "before2", "before3"],
    )
    assert decision["at_stake_minutes"] == 1200
    assert (decision["counted_minutes"], first(decision, "hours")) == (8100, (8100, 8100, 0))
    assert (lines(decision)["visit-in-time"]["state"], lines(decision)["visit-in-time"]["effect"]) == (
        "not_met",
        "warn",
    )
    assert decision["result"] == "met"


@pytest.mark.parametrize(("day", "at_stake"), [("2026-01-19", 0), ("2026-01-20", 1200)])
def test_a_visit_in_the_first_fourteen_days_is_in_time(decide, day, at_stake):
    decision = decide(CNM, work=worked(20 * H), records=visited(day))
    assert decision["at_stake_minutes"] == at_stake
    assert (lines(decision)["visit-in-time"]["state"] == "met") is (at_stake == 0)


@pytest.mark.parametrize(("minutes", "missing"), [(135 * H, 0), (135 * H - 1, 1)])
def test_135_hours_are_asked_for(decide, minutes, missing):
    decision = decide(CNM, work=worked(minutes), records=visited("2026-01-06"))
    assert first(decision, "hours") == (minutes, 8100, missing)
    assert awards(decision)["hours-credited"]["now_minutes"] == minutes


def test_in_an_existing_job_only_hours_on_new_objectives_count(decide):
    work = [
        {"id": "old", "day": "2026-01-05", "minutes": 480, "activity": "job"},
        {"id": "marked", "day": "2026-01-06", "minutes": 480, "activity": "job", "tags": ["new-objectives"]},
        {"id": "shared", "day": "2026-01-07", "minutes": 480, "activity": "job",
         "units": [{"unit": "new-objectives", "minutes": 180}]},
    ]  # fmt: skip
    decision = decide(CNM, work=work, records=visited("2026-01-06"))
    assert cuts(decision) == {"known-work": 480 + 300}
    assert decision["counted_minutes"] == 480 + 180


def test_a_log_of_each_fortnight_is_due_on_the_monday_after(decide):
    """Work from Monday 5 January to Wednesday 4 February: two fortnights that end on a Sunday, and a rest."""
    work = [{"id": "first", "day": "2026-01-05", "minutes": 420}, {"id": "last", "day": "2026-02-04", "minutes": 420}]
    logs = [
        {"kind": "log", "on": "2026-01-19", "from": "2026-01-05", "to": "2026-01-18"},
        {"kind": "log", "on": "2026-02-03", "from": "2026-01-19", "to": "2026-02-01"},
    ]
    decision = decide(CNM, work=work, records=visited("2026-01-06") + logs, today="2026-02-09")
    told = [(row["since"], row["until"], row["due"], row["state"]) for row in decision["reports"]]
    assert told == [
        ("2026-01-05", "2026-01-18", "2026-01-19", "done"),
        ("2026-01-19", "2026-02-01", "2026-02-02", "late"),
        ("2026-02-02", "2026-02-04", "2026-02-09", "open"),
    ]
    later = decide(CNM, work=work, records=visited("2026-01-06") + logs, today="2026-02-10")
    assert later["reports"][-1]["state"] == "overdue"


# ── Victor Valley ────────────────────────────────────────────────────────────────────────────────────────────────────

VVC = "victor-valley-work-experience"


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (worked(75 * H, paid=True), {"paid-units": 1000, "voluntary-units": 0}),
        (worked(75 * H - 1, paid=True), {"paid-units": 0, "voluntary-units": 0}),
        (worked(75 * H, activity="job"), {"paid-units": 1000, "voluntary-units": 0}),
        (worked(60 * H, activity="volunteer"), {"paid-units": 0, "voluntary-units": 1000}),
        (worked(60 * H - 1, activity="volunteer"), {"paid-units": 0, "voluntary-units": 0}),
        (worked(60 * H), {"paid-units": 0, "voluntary-units": 1000}),
        (worked(60 * H, paid=True), {"paid-units": 0, "voluntary-units": 0}),
        (worked(150 * H, paid=True), {"paid-units": 2000, "voluntary-units": 0}),
        (worked(120 * H, activity="volunteer"), {"paid-units": 0, "voluntary-units": 2000}),
    ],
)
def test_75_paid_hours_or_60_voluntary_ones_are_a_unit(decide, work, expected):
    decision = decide(VVC, work=work)
    assert credit(decision) == expected
    assert decision["result"] == ("met" if sum(expected.values()) else "not_met")


def test_paid_and_voluntary_hours_are_not_added_up(decide):
    work = worked(74 * H, prefix="paid", paid=True) + worked(59 * H, prefix="free", activity="volunteer")
    decision = decide(VVC, work=work)
    assert credit(decision) == {"paid-units": 0, "voluntary-units": 0}
    assert (first(decision, "paid-hours")[2], first(decision, "voluntary-hours")[2]) == (60, 60)
