"""Netherlands, mbo: guided hours, hours at work and their sum at once; BOL over the whole course, BBL in each year."""

import pytest

from tests.credits.rule_sets.conftest import lines

RULES = "netherlands-mbo"
FIRM = {"id": "firm", "recognised": True}
CAFE = {"id": "cafe", "recognised": False}
SHEET = {"kind": "hours_sheet", "on": "2026-06-26", "signatures": [{"by": "host", "at": "2026-06-26"}]}
# pathway by years: guided hours at school, hours at work, hours in all
BOL = [(1, 700, 250, 1000), (2, 1250, 450, 2000), (3, 1800, 900, 3000), (4, 2350, 1350, 4000)]


def school(hours: int, day: str = "2025-09-01", minutes: int = 0) -> dict:
    return {
        "id": f"school-{day}",
        "day": day,
        "minutes": 60 * hours + minutes,
        "activity": "class",
        "setting": "school",
    }


def practice(hours: int, day: str = "2025-11-03", minutes: int = 0, host: str = "firm", **more) -> dict:
    return {"id": f"practice-{host}-{day}", "day": day, "minutes": 60 * hours + minutes, "host": host, **more}


def bol(decide, years: int | None, *work: dict, **more) -> dict:
    facts = {"pathway": "BOL", **({"course_years": years} if years else {})}
    return decide(RULES, facts=facts, hosts=[FIRM, CAFE], work=list(work), **{"records": [SHEET], **more})


def bbl(decide, *work: dict, **more) -> dict:
    """A student whose cohort began in August 2024; two school years have begun."""
    return decide(
        RULES,
        facts={"pathway": "BBL"},
        cohort_start="2024-08-01",
        hosts=[FIRM],
        work=list(work),
        **{"records": [SHEET], **more},
    )


def states(decision: dict, *rules: str) -> list[str]:
    found = lines(decision)
    return [found[rule]["state"] for rule in rules]


# ── BOL ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_bol_of_3_years_with_1900_guided_and_950_hours_at_work_lacks_150_hours_in_all(decide):
    decision = bol(decide, 3, school(1900), practice(950))
    assert states(decision, "bol-guided", "bol-work", "bol-total") == ["met", "met", "not_met"]
    (row,) = lines(decision)["bol-total"]["comparisons"]
    assert (row["value"], row["target"], row["missing"]) == (2850 * 60, 3000 * 60, 150 * 60)
    assert (decision["result"], decision["missing_minutes"]) == ("not_met", 150 * 60)


@pytest.mark.parametrize(("years", "guided", "work", "total"), BOL)
def test_each_of_the_three_minimums_of_bol_is_asked_for_to_the_minute(decide, years, guided, work, total):
    rules = ("bol-guided", "bol-work", "bol-total")
    assert bol(decide, years, school(total - work), practice(work))["result"] == "met"
    assert bol(decide, years, school(guided), practice(total - guided))["result"] == "met"
    decision = bol(decide, years, school(total - work, minutes=1), practice(work, minutes=-1))
    assert states(decision, *rules) == ["met", "not_met", "met"]
    decision = bol(decide, years, school(guided, minutes=-1), practice(total - guided, minutes=1))
    assert states(decision, *rules) == ["not_met", "met", "met"]
    decision = bol(decide, years, school(guided), practice(total - guided, minutes=-1))
    assert states(decision, *rules) == ["met", "met", "not_met"]
    assert decision["missing_minutes"] == 1


def test_bol_counts_over_the_whole_course(decide):
    decision = bol(decide, 2, school(1550, "2024-09-02"), practice(450, "2026-06-01"), cohort_start="2024-08-01")
    assert decision["result"] == "met"


def test_without_the_years_of_the_course_those_of_four_years_are_asked_for(decide):
    decision = bol(decide, None, school(2650), practice(1350))
    assert (decision["result"], decision["open_questions"]) == ("met", ["course_years"])
    assert decision["required_minutes"] == 4000 * 60


def test_without_the_pathway_it_is_bol(decide):
    decision = decide(
        RULES, facts={"course_years": 1}, hosts=[FIRM], work=[school(750), practice(250)], records=[SHEET]
    )
    assert (decision["result"], decision["open_questions"]) == ("met", ["pathway"])
    assert "bbl-total" not in lines(decision)


# ── BBL ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_bbl_reaches_its_three_minimums_in_each_school_year(decide):
    both = [school(200, "2024-09-02"), practice(650, "2024-11-04"), school(240), practice(610)]
    assert bbl(decide, *both)["result"] == "met"
    assert "bol-total" not in lines(bbl(decide, *both))


def test_hours_of_one_year_of_bbl_do_not_help_another(decide):
    decision = bbl(decide, school(240, "2024-09-02"), practice(1220, "2024-11-04"), school(300), practice(500))
    rows = {row["group"]["school_year"]: row for row in lines(decision)["bbl-work"]["comparisons"]}
    assert decision["result"] == "not_met"
    assert (rows["2024/2025"]["met"], rows["2025/2026"]["met"]) == (True, False)
    assert (rows["2025/2026"]["value"], rows["2025/2026"]["missing"]) == (500 * 60, 110 * 60)
    assert decision["missing_minutes"] == 50 * 60


@pytest.mark.parametrize(
    ("guided", "work", "missed"),
    [((199, 59), (660, 0), "bbl-guided"), ((300, 0), (609, 59), "bbl-work"), ((200, 0), (649, 59), "bbl-total")],
)
def test_a_minute_below_one_minimum_of_a_bbl_year_is_missing(decide, guided, work, missed):
    full = [school(200, "2024-09-02"), practice(650, "2024-11-04")]
    decision = bbl(decide, *full, school(guided[0], minutes=guided[1]), practice(work[0], minutes=work[1]))
    rules = ("bbl-guided", "bbl-work", "bbl-total")
    assert states(decision, *rules) == ["not_met" if rule == missed else "met" for rule in rules]
    rows = lines(decision)[missed]["comparisons"]
    assert [row["missing"] for row in rows] == [0, 1]


def test_a_bbl_year_without_any_hour_lacks_all_of_them(decide):
    rows = lines(bbl(decide, school(200, "2024-09-02"), practice(650, "2024-11-04")))["bbl-total"]["comparisons"]
    assert [(row["group"]["school_year"], row["missing"]) for row in rows] == [
        ("2024/2025", 0),
        ("2025/2026", 850 * 60),
    ]


# ── Company, hours sheet, missed hours ───────────────────────────────────────────────────────────────────────────────


def test_hours_in_a_company_that_is_not_recognised_do_not_count(decide):
    decision = bol(decide, 1, school(750), practice(249), practice(100, host="cafe"))
    (cut,) = [row for row in decision["steps"] if row["cut_minutes"]]
    assert (cut["rule"], cut["cut_minutes"]) == ("not-recognised", 100 * 60)
    assert (decision["result"], lines(decision)["bol-work"]["comparisons"][0]["missing"]) == ("not_met", 60)


def test_hours_without_a_company_are_in_no_recognised_one(decide):
    work = [school(750), {"id": "w", "day": "2025-11-03", "minutes": 250 * 60}]
    assert bol(decide, 1, *work)["counted_minutes"] == 750 * 60


@pytest.mark.parametrize("records", [[], [{**SHEET, "signatures": []}], [{**SHEET, "kind": "agreement"}]])
def test_the_company_signs_the_hours_sheet(decide, records):
    decision = bol(decide, 1, school(750), practice(250), records=records)
    (row,) = lines(decision)["hours-sheet"]["comparisons"]
    assert (decision["result"], row["value"], row["target"]) == ("not_met", 0, 1)
    assert decision["missing_minutes"] == 0


def test_each_placement_has_its_hours_sheet(decide):
    work = [school(750), practice(200, placement="one"), practice(50, "2026-02-02", placement="two")]
    decision = bol(decide, 1, *work, records=[{**SHEET, "placement": "one"}])
    rows = lines(decision)["hours-sheet"]["comparisons"]
    assert [(row["group"]["placement"], row["met"]) for row in rows] == [("one", True), ("two", False)]
    both = [{**SHEET, "placement": "one"}, {**SHEET, "placement": "two"}]
    assert bol(decide, 1, *work, records=both)["result"] == "met"


def test_missed_hours_are_made_up_in_the_same_school_year(decide):
    full = [school(240, "2024-09-02"), practice(610, "2024-11-04"), school(240), practice(610)]
    absences = [{"day": "2025-03-10", "minutes": 480, "cause": "student"}]
    in_time = practice(8, "2025-07-31", make_up=True)
    too_late = practice(8, "2025-08-01", make_up=True)
    assert bbl(decide, *full, in_time, absences=absences)["result"] == "met"
    decision = bbl(decide, *full, too_late, absences=absences)
    assert (decision["result"], states(decision, "made-up")) == ("not_met", ["not_met"])
    rows = lines(decision)["made-up"]["comparisons"]
    assert [(row["group"]["school_year"], row["value"], row["missing"]) for row in rows] == [
        ("2024/2025", 0, 480),
        ("2025/2026", 480, 0),
    ]


def test_what_is_credited_is_told_apart_for_school_and_work(decide):
    decision = bol(decide, 3, school(1900), practice(950))
    assert [(award["award"], award["minutes"]) for award in decision["awards"]] == [
        ("guided-hours", 1900 * 60),
        ("hours-at-work", 950 * 60),
    ]
