"""T Levels: the three wordings, on both sides of each bound. Unless a test says otherwise, that of 2025 and 315 h."""

import pytest

from tests.credits.rule_sets.conftest import lines
from tests.credits.rule_sets.sheets import awards, cuts, step, worked

H = 60
ASKED = 315 * H
FACTS = {"route": "other", "specialism": "other", "special_needs": False, "young_offender": False}
LICENSED = [{"route": "education-and-early-years"}, {"specialism": "dental-nursing"}]
SIX = ["accounting", "digital", "finance", "legal-services", "management-and-administration", "media"]


@pytest.fixture
def placed(decide):
    """The decision on some work; `facts` are those that differ from the ordinary student's."""

    def run(work: list[dict], *, wording: str = "2025", facts: dict | None = None, **more) -> dict:
        hosts = [{"id": name} for name in sorted({one["host"] for one in work if one.get("host")})]
        also = tuple(f"t-level-placement.{year}" for year in more.pop("also", ()))
        rules = f"t-level-placement.{wording}"
        return decide(rules, work=work, hosts=hosts, facts=FACTS | (facts or {}), also=also, **more)

    return run


def on_site(minutes: int, **more) -> list[dict]:
    return worked(minutes, prefix="site", **{"host": "A", **more})


def remote(minutes: int, **more) -> list[dict]:
    return worked(minutes, prefix="remote", remote=True, **{"host": "A", **more})


def of(activity: str, minutes: int, **more) -> list[dict]:
    return worked(minutes, prefix=activity, activity=activity, **{"host": "A", **more})


def hours_of(decision: dict) -> tuple[int, int, int]:
    """What counts towards the hours, what is asked, what is missing."""
    (row,) = lines(decision)["hours"]["comparisons"]
    return row["value"], row["target"], row["missing"]


def capped(decision: dict, rule: str) -> tuple[int, int, int | None]:
    """The limit of a step, what it cut, and of what the limit is a share."""
    row = step(decision, rule)
    return row["limit_minutes"], row["cut_minutes"], row["base_minutes"]


# ── Hours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("wording", ["2020", "2023", "2025"])
def test_315_hours_at_one_employer_are_enough_in_each_wording(placed, wording):
    since = {"2020": "2022-01-10", "2023": "2024-01-08", "2025": "2026-01-05"}[wording]
    decision = placed(on_site(ASKED, since=since), wording=wording)
    assert hours_of(decision) == (18900, 18900, 0)
    assert decision["result"] == "met"
    assert awards(decision)["hours-credited"]["now_minutes"] == 18900


def test_314_75_hours_are_not_enough_and_15_minutes_are_missing(placed):
    decision = placed(on_site(ASKED - 15))
    assert hours_of(decision) == (18885, 18900, 15)
    assert (decision["result"], decision["missing_minutes"]) == ("not_met", 15)


@pytest.mark.parametrize(("minutes", "missing"), [(750 * H, 0), (750 * H - 1, 1), (315 * H, 435 * H)])
def test_an_early_years_educator_is_asked_for_750_hours(placed, minutes, missing):
    facts = {"route": "education-and-early-years", "specialism": "early-years-educator"}
    assert hours_of(placed(on_site(minutes), facts=facts)) == (minutes, 45000, missing)


def test_hours_that_the_employer_has_not_confirmed_do_not_count(placed):
    waiting = worked(7 * H, prefix="waiting", host="A", confirmed_minutes=None)
    decision = placed(on_site(ASKED - 7 * H) + waiting)
    assert cuts(decision) == {"confirmed": 420}
    assert hours_of(decision) == (18480, 18900, 420)


def test_a_relevant_job_counts_and_voluntary_work_does_not(placed):
    decision = placed(of("job", ASKED - 10 * H) + of("volunteer", 10 * H))
    assert cuts(decision) == {"unknown_activity": 600}
    assert hours_of(decision) == (18300, 18900, 600)


def test_more_than_315_hours_are_counted_and_315_are_credited(placed):
    decision = placed(on_site(ASKED + 20 * H))
    assert decision["counted_minutes"] == 20100
    assert (awards(decision)["hours-credited"]["minutes"], awards(decision)["hours-credited"]["beyond_minutes"]) == (
        18900,
        1200,
    )


# ── Remote work ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_63_remote_hours_of_315_are_a_fifth_and_count(placed):
    decision = placed(remote(63 * H) + on_site(252 * H))
    assert capped(decision, "remote") == (3780, 0, 18900)
    assert hours_of(decision) == (18900, 18900, 0)
    assert decision["result"] == "met"


def test_a_minute_above_a_fifth_is_cut(placed):
    decision = placed(remote(63 * H + 1) + on_site(252 * H))
    assert capped(decision, "remote") == (3780, 1, 18900)
    assert hours_of(decision) == (18900, 18900, 0)


@pytest.mark.parametrize(("more", "cut"), [(0, 0), (1, 1)])
def test_on_the_digital_route_half_may_be_remote(placed, more, cut):
    half = ASKED // 2
    decision = placed(remote(half + more) + on_site(half), facts={"route": "digital"})
    assert capped(decision, "remote") == (9450, cut, 18900)
    assert lines(decision)["face-to-face"]["state"] == "met"
    assert decision["result"] == "met"


def test_worked_example_a_all_of_it_counts(placed):
    """35 taster + 60 skills hub + 40 remote + 180 on site; the limit of remote work is 20% of the 315 h asked for."""
    work = of("taster", 35 * H) + of("skills_hub", 60 * H, setting="centre") + remote(40 * H) + on_site(180 * H)
    decision = placed(work)
    assert capped(decision, "remote") == (3780, 0, 18900)
    assert step(decision, "remote")["minutes"] == 2400
    assert cuts(decision) == {}
    assert hours_of(decision) == (18900, 18900, 0)
    assert decision["result"] == "met"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_worked_example_b_remote_work_is_cut_to_63_hours_and_17_are_missing(placed, lang):
    work = of("taster", 35 * H) + of("skills_hub", 60 * H, setting="centre") + remote(80 * H) + on_site(140 * H)
    decision = placed(work, lang=lang)
    assert capped(decision, "remote") == (3780, 1020, 18900)
    assert hours_of(decision) == (17880, 18900, 1020)
    assert decision["result"] == "not_met"
    assert "63 h" in step(decision, "remote")["sentence"]
    assert "17 h" in lines(decision)["hours"]["sentence"]


@pytest.mark.parametrize("facts", LICENSED)
@pytest.mark.parametrize(
    "work",
    [
        remote(10 * H),
        of("team_project", 10 * H),
        of("skills_hub", 10 * H, setting="centre"),
        worked(10 * H, prefix="trial", realism="simulated", setting="centre", host="A"),
    ],
)
def test_early_years_and_dental_nursing_have_no_remote_work_projects_hubs_or_simulations(placed, facts, work):
    decision = placed(work + on_site(305 * H), facts=facts)
    assert cuts(decision) == {"licensed-work": 600}
    assert decision["counted_minutes"] == 18300


@pytest.mark.parametrize("facts", LICENSED)
def test_early_years_and_dental_nursing_keep_their_tasters(placed, facts):
    decision = placed(of("taster", 10 * H) + on_site(305 * H), facts=facts)
    assert decision["counted_minutes"] == 18900


@pytest.mark.parametrize(("company", "state"), [(158 * H, "met"), (157 * H, "not_met")])
def test_less_than_half_face_to_face_is_a_warning_only(placed, company, state):
    decision = placed(of("skills_hub", ASKED - company, setting="centre") + on_site(company))
    assert (lines(decision)["face-to-face"]["state"], lines(decision)["face-to-face"]["effect"]) == (state, "warn")
    assert decision["result"] == "met"


# ── Tasters, projects, hubs, the provider's own site ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("hours", "cut"), [(35, 0), (40, 5)])
def test_of_40_taster_hours_35_count(placed, hours, cut):
    decision = placed(of("taster", hours * H) + on_site(280 * H))
    assert capped(decision, "taster") == (2100, cut * H, None)
    assert hours_of(decision) == (18900, 18900, 0)


@pytest.mark.parametrize(("hours", "cut"), [(105, 0), (110, 5), (120, 15)])
def test_of_a_team_project_a_third_of_315_hours_counts(placed, hours, cut):
    """110 h of a project, and worked example c with 120 h."""
    decision = placed(of("team_project", hours * H) + on_site((315 - hours) * H))
    assert capped(decision, "team-project") == (6300, cut * H, 18900)
    assert hours_of(decision) == (18900 - cut * H, 18900, cut * H)


def test_a_team_project_and_a_skills_hub_are_a_conflict(placed):
    work = of("team_project", 50 * H) + of("skills_hub", 50 * H, setting="centre") + on_site(215 * H)
    decision = placed(work)
    assert lines(decision)["project-or-hub"]["state"] == "not_met"
    assert lines(decision)["project-or-hub"]["groups"] == ["0", "1"]
    assert decision["result"] == "not_met"
    assert decision["gates"][0]["unmet"] == ["project-or-hub"]


def test_the_same_hours_with_one_of_the_two_are_no_conflict(placed):
    decision = placed(of("team_project", 50 * H) + on_site(265 * H))
    assert lines(decision)["project-or-hub"]["state"] == "met"
    assert decision["result"] == "met"


def test_placement_work_on_the_own_site_of_the_school_does_not_count(placed):
    decision = placed(on_site(10 * H, setting="workshop"))
    assert cuts(decision) == {"own-site": 600}


def test_projects_and_hubs_may_be_on_the_own_site_from_2025_on(placed):
    assert cuts(placed(of("team_project", 10 * H, setting="school"))) == {}
    assert cuts(placed(of("skills_hub", 10 * H, setting="workshop"))) == {}
    older = of("skills_hub", 10 * H, setting="workshop", since="2024-03-04")
    assert cuts(placed(older, wording="2023")) == {"own-site": 600}


@pytest.mark.parametrize(("hours", "cut"), [(105, 0), (106, 1)])
def test_with_special_needs_105_hours_on_the_own_site_count(placed, hours, cut):
    own = worked(hours * H, prefix="own", setting="workshop", host="A")
    decision = placed(own + on_site(210 * H), facts={"special_needs": True})
    assert capped(decision, "own-site-special-needs") == (6300, cut * H, None)
    assert hours_of(decision) == (18900, 18900, 0)


def test_in_a_young_offender_institution_all_of_it_may_be_on_site(placed):
    decision = placed(on_site(ASKED, setting="workshop"), facts={"young_offender": True})
    assert (cuts(decision), decision["result"]) == ({}, "met")
    assert "face-to-face" not in lines(decision)


@pytest.mark.parametrize(("hosts", "state"), [("AB", "met"), ("ABC", "not_met")])
def test_a_third_employer_is_a_warning(placed, hosts, state):
    each = ASKED // len(hosts)
    work = [row for host in hosts for row in worked(each, prefix=host, host=host)]
    decision = placed(work)
    (row,) = lines(decision)["employers"]["comparisons"]
    assert (row["value"], row["target"], lines(decision)["employers"]["state"]) == (len(hosts), 2, state)
    assert (lines(decision)["employers"]["strength"], decision["result"]) == ("should", "met")


def test_tasters_and_hubs_are_no_employers(placed):
    work = of("taster", 7 * H, host="B") + of("skills_hub", 7 * H, host="C", setting="centre") + on_site(301 * H)
    (row,) = lines(placed(work))["employers"]["comparisons"]
    assert row["value"] == 1


# ── The wordings before ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("route", SIX)
def test_from_2023_a_fifth_may_be_remote_in_six_subjects(placed, route):
    work = remote(64 * H, since="2024-01-08") + on_site(252 * H, since="2024-01-08")
    decision = placed(work, wording="2023", facts={"route": route})
    assert cuts(decision) == {"remote": 60}
    assert capped(decision, "remote") == (3780, 60, 18900)
    assert decision["counted_minutes"] == 18900


def test_from_2023_no_other_subject_has_remote_work(placed):
    decision = placed(remote(7 * H, since="2024-01-08"), wording="2023")
    assert cuts(decision) == {"remote-six-subjects": 420}


def test_before_2023_only_tasters_are_remote(placed):
    work = remote(7 * H, since="2022-03-07") + of("taster", 7 * H, since="2022-03-07", remote=True)
    decision = placed(work, wording="2020", facts={"route": "digital"})
    assert cuts(decision) == {"remote-work": 420}
    assert decision["counted_minutes"] == 420


WAVE_ONE = {"cohort_start": "2020-09-01", "cohort_end": "2022-07-31"}


@pytest.mark.parametrize(
    ("wording", "cohort", "since", "setting", "counted"),
    [
        ("2020", "2020-09-01", "2021-03-01", "school", 70 * H),
        ("2020", "2020-09-01", "2021-03-01", "workshop", 70 * H),
        ("2020", "2020-09-01", "2021-03-01", "company", 0),
        ("2020", "2021-09-01", "2022-03-07", "school", 0),
        ("2020", "2020-07-31", "2021-03-01", "school", 0),
        ("2023", "2020-09-01", "2023-03-06", "school", 70 * H),
        ("2023", "2021-09-01", "2023-03-06", "school", 0),
        ("2023", "2020-09-01", "2023-09-04", "school", 0),
        ("2025", "2020-09-01", "2025-03-03", "school", 0),
    ],
)
def test_only_the_first_cohort_worked_remotely_at_school_and_only_until_july_2023(
    placed, wording, cohort, since, setting, counted
):
    work = worked(70 * H, since=since, remote=True, setting=setting, host="A")
    decision = placed(work, wording=wording, cohort_start=cohort)
    assert decision["counted_minutes"] == counted


def test_for_the_first_cohort_all_315_hours_may_be_remote(placed):
    work = worked(ASKED, since="2021-10-04", remote=True, setting="school", host="A")
    decision = placed(work, wording="2020", **WAVE_ONE)
    assert (cuts(decision), decision["result"], decision["counted_minutes"]) == ({}, "met", 18900)


def test_the_last_day_of_july_2023_still_belongs_to_the_first_cohorts_exception(placed):
    day = {"remote": True, "setting": "school", "host": "A", "minutes": 420}
    work = [{"id": "last", "day": "2023-07-31", **day}, {"id": "after", "day": "2023-08-01", **day}]
    decision = placed(work, wording="2023", **WAVE_ONE)
    assert decision["counted_minutes"] == 420
    assert step(decision, "remote-six-subjects")["entries"] == ["after"]


def test_each_day_follows_the_wording_of_that_day(placed):
    """Remote work outside the six subjects on the last day of 2024 and on the first of 2025."""
    day = {"remote": True, "host": "A", "minutes": 420}
    work = [{"id": "old", "day": "2024-12-31", **day}, {"id": "new", "day": "2025-01-01", **day}]
    decision = placed(work, also=("2020", "2023"))
    assert step(decision, "remote-six-subjects")["entries"] == ["old"]
    assert decision["counted_minutes"] == 420


def test_days_before_the_wording_do_not_count_where_no_other_is_given(placed):
    decision = placed(on_site(7 * H, since="2024-12-30"))
    assert cuts(decision) == {"outside_dates": 420}


def test_the_limit_of_tasters_is_one_over_two_wordings(placed):
    work = of("taster", 35 * H, since="2024-12-02") + worked(35 * H, since="2025-01-06", activity="taster", host="A")
    decision = placed(work, also=("2023",))
    assert cuts(decision) == {"taster": 2100}
    assert decision["counted_minutes"] == 2100


@pytest.mark.parametrize(("minutes", "cut"), [(94 * H + 30, 0), (94 * H + 31, 1)])
def test_a_digital_student_who_used_a_fifth_by_2024_has_the_rest_of_the_half_from_2025_on(placed, minutes, cut):
    older = remote(64 * H, since="2024-10-07")
    newer = worked(minutes, prefix="later", remote=True, host="A", since="2025-01-06")
    decision = placed(older + newer, facts={"route": "digital"}, also=("2023",))
    assert cuts(decision) == {"remote": 60 + cut}
    assert decision["counted_minutes"] == 157 * H + 30


# ── Certificate and special consideration ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("minutes", "today", "state"),
    [
        (ASKED, "2026-10-31", "open"),
        (ASKED, "2026-11-01", "open"),
        (ASKED - 1, "2026-10-31", "pending"),
        (ASKED - 1, "2026-11-01", "closed"),
    ],
)
def test_the_certificate_is_pending_until_31_october_after_the_course(placed, minutes, today, state):
    decision = placed(on_site(minutes), cohort_end="2026-07-17", today=today)
    (gate,) = decision["gates"]
    assert (gate["state"], gate["pending_until"]) == (state, "2026-10-31")


@pytest.mark.parametrize(("day", "late"), [("2026-10-30", 0), ("2026-10-31", 1)])
def test_work_on_31_october_is_noted_as_late_and_still_counts(placed, day, late):
    last = {"id": "last", "day": day, "minutes": 420, "host": "A"}
    decision = placed([*on_site(ASKED - 7 * H), last], cohort_end="2026-07-17", today="2026-11-30")
    (row,) = lines(decision)["in-time"]["comparisons"]
    assert (row["value"], lines(decision)["in-time"]["effect"]) == (late, "inform")
    assert (decision["result"], decision["counted_minutes"]) == ("met", 18900)


REASONS = [
    "learner-medical",
    "family-medical",
    "bereavement",
    "domestic-crisis",
    "trauma-or-change",
    "unsafe-placement",
    "placement-withdrawn",
    "covid-19",
]


@pytest.mark.parametrize("wording", ["2020", "2023", "2025"])
@pytest.mark.parametrize("reason", REASONS)
def test_special_consideration_accepts_less_for_each_of_the_eight_reasons(placed, wording, reason):
    since = {"2020": "2022-01-10", "2023": "2024-01-08", "2025": "2026-01-05"}[wording]
    accepted = {"rule": "hours", "at_least": {"hours": 250}, "reason": reason, "approver": "head"}
    decision = placed(on_site(250 * H, since=since), wording=wording, considerations=[accepted])
    assert hours_of(decision) == (15000, 15000, 0)
    assert lines(decision)["hours"]["state"] == "considered"
    assert (decision["result"], decision["with_consideration"]) == ("met", True)


def test_with_special_consideration_a_minute_less_than_accepted_is_not_enough(placed):
    accepted = {"rule": "hours", "at_least": {"hours": 250}, "reason": "bereavement", "approver": "head"}
    decision = placed(on_site(250 * H - 1), considerations=[accepted])
    assert hours_of(decision) == (14999, 15000, 1)
    assert decision["result"] == "not_met"


# ── Working time at 16 and 17 ────────────────────────────────────────────────────────────────────────────────────────


def shift(key: str, since: str, until: str, **more) -> dict:
    return {"id": key, "from": since, "to": until, "host": "A", **more}


def broken(decision: dict) -> list[tuple]:
    return [(row["limit"], row["kind"], row["value"], row["limit_value"]) for row in decision["working_time"]]


SEVENTEEN = {"birth_date": "2008-06-01"}


def test_five_hours_at_one_host_and_four_at_another_are_over_eight_on_that_day(placed):
    day = {"day": "2026-02-03"}
    work = [{"id": "a", "minutes": 300, "host": "A", **day}, {"id": "b", "minutes": 240, "host": "B", **day}]
    decision = placed(work, **SEVENTEEN)
    (row,) = decision["working_time"]
    assert (row["kind"], row["value"], row["limit_value"], row["hosts"], row["age"]) == ("day", 540, 480, 2, 17)
    assert lines(decision)["young-workers"]["effect"] == "warn"
    assert decision["counted_minutes"] == 540


def test_eight_hours_at_two_hosts_break_nothing(placed):
    day = {"day": "2026-02-03"}
    work = [{"id": "a", "minutes": 240, "host": "A", **day}, {"id": "b", "minutes": 240, "host": "B", **day}]
    assert broken(placed(work, **SEVENTEEN)) == []


@pytest.mark.parametrize(("birth_date", "found"), [("2008-02-04", 1), ("2008-02-03", 0), ("2010-02-03", 1)])
def test_the_limits_are_those_of_16_and_17_and_end_on_the_18th_birthday(placed, birth_date, found):
    work = [{"id": "a", "day": "2026-02-03", "minutes": 481, "host": "A"}]
    assert len(placed(work, birth_date=birth_date)["working_time"]) == found


@pytest.mark.parametrize(("extra", "expected"), [(0, []), (1, [("uk-young", "week", 2401, 2400)])])
def test_40_hours_a_week_are_allowed_and_a_minute_more_is_not(placed, extra, expected):
    work = [
        {"id": str(day), "day": f"2026-02-0{day}", "minutes": 480, "host": "A" if day < 5 else "B"}
        for day in (2, 3, 4, 5)
    ]
    work += [{"id": "6", "day": "2026-02-06", "minutes": 479, "host": "B"}]
    work += [{"id": "7", "day": "2026-02-07", "minutes": 1 + extra, "host": "B"}] if extra else []
    found = [row for row in broken(placed(work, **SEVENTEEN)) if row[1] == "week"]
    assert found == expected


@pytest.mark.parametrize(
    ("until", "pause", "expected"),
    [
        ("12:30", 0, []),
        ("12:31", 0, [("uk-young", "break", 0, 30)]),
        ("13:30", 29, [("uk-young", "break", 29, 30)]),
        ("13:30", 30, []),
    ],
)
def test_more_than_four_and_a_half_hours_need_a_break_of_30_minutes(placed, until, pause, expected):
    work = [shift("a", "2026-02-03T08:00", f"2026-02-03T{until}", break_minutes=pause)]
    assert broken(placed(work, **SEVENTEEN)) == expected


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-02-03T18:00", "2026-02-03T22:00", []),
        ("2026-02-03T18:01", "2026-02-03T22:01", [("uk-young-night", "night", 1, 0)]),
        ("2026-02-03T07:00", "2026-02-03T11:00", []),
        ("2026-02-03T06:59", "2026-02-03T11:00", [("uk-young-night", "night", 1, 0)]),
        (
            "2026-02-03T22:00",
            "2026-02-04T00:30",
            [("uk-young-midnight", "night", 30, 0), ("uk-young-night", "night", 150, 0)],
        ),
    ],
)
def test_night_is_from_22_to_7_and_never_from_0_to_4(placed, since, until, expected):
    decision = placed([shift("a", since, until)], **SEVENTEEN)
    assert sorted(broken(decision)) == expected


@pytest.mark.parametrize(("begins", "found"), [("08:00", []), ("07:59", [("uk-young", "rest_between_days", 719, 720)])])
def test_between_two_days_of_work_lie_twelve_hours(placed, begins, found):
    work = [
        shift("a", "2026-02-03T16:00", "2026-02-03T20:00"),
        shift("b", f"2026-02-04T{begins}", "2026-02-04T11:00"),
    ]
    assert broken(placed(work, **SEVENTEEN)) == found


@pytest.mark.parametrize(("count", "found"), [(5, []), (6, [("uk-young", "rest_days", 1, 2)])])
def test_two_days_a_week_are_free(placed, count, found):
    work = [{"id": str(n), "day": f"2026-02-0{n + 2}", "minutes": 240, "host": "A"} for n in range(count)]
    assert broken(placed(work, **SEVENTEEN)) == found


def test_an_unknown_route_is_asked_about_and_taken_for_the_stricter(decide):
    decision = decide("t-level-placement.2025", work=worked(64 * H, remote=True))
    assert cuts(decision) == {"remote": 60}
    assert decision["open_questions"] == ["route", "special_needs", "specialism", "young_offender"]
