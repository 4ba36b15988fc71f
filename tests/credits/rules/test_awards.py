"""What is given for counted time: every kind of award, what stands in its way, and what was given before."""

import pytest

from tests.credits.rules.builders import award, decide, rule, rule_set, work


def awarded(*awards: dict, **more) -> dict:
    return rule_set(awards=list(awards), **more)


def one(type: str, **more) -> dict:
    return rule("a", type, measure="unit", **more)


def worked(hours: float, **more) -> list[dict]:
    return [work("a", int(hours * 60), **more)]


def given(rules: dict, **evidence) -> tuple[int, int, int]:
    """Minutes used, minutes beyond, credit in thousandths."""
    row = award(decide(rules, **evidence), "a")
    return row["minutes"], row["beyond_minutes"], row["credit"]


# ── The kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("more", "hours", "expected"),
    [
        ({}, 10, (600, 0, 0)),
        ({"at_most": {"hours": 8}}, 8, (480, 0, 0)),
        ({"at_most": {"hours": 8}}, 9, (480, 60, 0)),
        ({"at_most": {"share": "50%", "of": "counted"}}, 9, (270, 270, 0)),
    ],
)
def test_the_counted_time_itself_is_given_up_to_an_amount(more, hours, expected):
    decision = decide(awarded(one("time", **more)), work=worked(hours))
    row = award(decision, "a")
    assert (row["minutes"], row["beyond_minutes"], row["credit"]) == expected
    assert decision["proposed_minutes"] == expected[0]


@pytest.mark.parametrize(
    ("more", "expected"),
    [({"give": "1"}, (600, 0, 1000)), ({"give": "0.5", "uses": {"hours": 4}}, (240, 360, 500)),
     ({"give": "1", "uses": {"hours": 40}}, (600, 0, 1000)), ({"give": "0.125"}, (600, 0, 125))],
)  # fmt: skip
def test_all_or_nothing_uses_its_time(more, expected):
    assert given(awarded(one("whole", **more)), work=worked(10)) == expected


@pytest.mark.parametrize(("hours", "met"), [(279.75, False), (280, True)])
def test_all_or_nothing_stands_on_what_it_needs(hours, met):
    need = rule("hours", "time", at_least={"hours": 280})
    decision = decide(awarded(one("whole", give="1", needs=["hours"]), requirements=[need]), work=worked(hours))
    row = award(decision, "a")
    assert (row["given"], row["credit"], row["unmet"]) == (met, 1000 * met, [] if met else ["hours"])


@pytest.mark.parametrize(
    ("hours", "steps", "beyond"),
    [(0, 0, 0), (54, 0, 54), (55, 1, 0), (109, 1, 54), (110, 2, 0), (219, 3, 54), (220, 4, 0), (300, 4, 80)],
)
def test_one_unit_for_each_55_hours_and_at_most_four(hours, steps, beyond):
    rules = awarded(one("steps", step={"hours": 55}, give="1", at_most="4"))
    row = award(decide(rules, work=worked(hours)), "a")
    assert (row["steps"], row["credit"], row["beyond_minutes"]) == (steps, steps * 1000, beyond * 60)
    assert row["minutes"] == steps * 55 * 60
    assert row["step_minutes"] == 3300


@pytest.mark.parametrize(
    ("minutes", "per_week", "weekly", "credit"),
    [
        ([600, 600], "weeks_with_work", 600, 2000),
        ([599, 600], "weeks_with_work", 599, 1000),
        ([900, 300], "weeks_with_work", 600, 2000),
        ([600, None, 600], "all_weeks", 400, 1000),
        ([600, None, 600], "weeks_with_work", 600, 2000),
        ([299], "weeks_with_work", 299, 0),
        ([9000], "weeks_with_work", 9000, 5000),
    ],
)
def test_one_credit_for_each_five_hours_a_week(minutes, per_week, weekly, credit):
    rules = awarded(one("steps", step={"hours": 5}, give="1", at_most="5", per_week=per_week))
    rows = [work(f"w{n}", some, f"2026-01-{5 + 7 * n:02d}") for n, some in enumerate(minutes) if some]
    row = award(decide(rules, work=rows), "a")
    assert (row["weekly_minutes"], row["credit"]) == (weekly, credit)
    assert row["minutes"] == (sum(some for some in minutes if some) if credit else 0)


@pytest.mark.parametrize(
    ("each", "credit"), [([], 3000), (["school_year"], 2000), (["unit"], 2000), (["period"], 2000)]
)
def test_steps_may_be_counted_apart(each, credit):
    rows = [work("a", 90, "2026-07-31", unit="U1"), work("b", 90, "2026-08-01", unit="U2")]
    periods = [{"key": "p", "kind": "term", "from": "2026-08-01", "to": "2026-08-31"}]
    rules = awarded(one("steps", step={"hours": 1}, give="1", each=each))
    assert given(rules, work=rows, periods=periods)[2] == credit


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (34, (0, 34 * 60, 0)),
        (35, (2100, 0, 500)),
        (69, (2100, 34 * 60, 500)),
        (70, (4200, 0, 1000)),
        (80, (4200, 600, 1000)),
    ],
)
def test_the_highest_band_that_is_reached(hours, expected):
    bands = [{"at_least": {"hours": 70}, "give": "1"}, {"at_least": {"hours": 35}, "give": "0.5"}]
    assert given(awarded(one("bands", bands=bands)), work=worked(hours)) == expected


@pytest.mark.parametrize(
    ("hours", "more", "low", "high"),
    [
        (150, {"per": {"hours": 30}}, 5000, None),
        (150, {"per": {"hours": 25}, "per_at_most": {"hours": 30}}, 5000, 6000),
        (150, {"per": {"hours": 30}, "per_at_most": {"hours": 25}}, 5000, 6000),
        (149.75, {"per": {"hours": 25}, "per_at_most": {"hours": 30}}, 4900, 5900),
        (100, {"per": {"hours": 30}}, 3300, None),
        (100, {"per": {"hours": 30}, "decimals": 0}, 3000, None),
        (100, {"per": {"hours": 30}, "decimals": 2}, 3330, None),
        (100, {"per": {"hours": 30}, "decimals": 3}, 3333, None),
        (200, {"per": {"hours": 30}, "decimals": 3}, 6666, None),
    ],
)
def test_a_rate_is_rounded_down_and_may_be_a_range(hours, more, low, high):
    row = award(decide(awarded(one("rate", **more)), work=worked(hours)), "a")
    assert (row["credit"], row["credit_at_most"]) == (low, high)


def test_credit_is_shown_as_it_is_written():
    decision = decide(awarded(one("whole", give="0.50")), work=worked(1))
    assert award(decision, "a")["credit_shown"] == "0.5"


# ── Which work, which student, after what ────────────────────────────────────────────────────────────────────────────


def test_a_minute_is_used_by_one_award_only_in_the_order_of_the_file():
    rules = awarded(
        one("steps", step={"hours": 2}, give="1", where={"activities": ["placement"]}),
        rule("rest", "time", measure="hours", at_most={"hours": 3}),
    )
    decision = decide(rules, work=[work("a", 300), work("b", 90, "2026-01-06", activity="class")])
    assert [(row["minutes"], row["beyond_minutes"]) for row in decision["awards"]] == [(240, 60), (150, 0)]


def test_an_award_that_is_not_given_leaves_its_time_to_the_next_one():
    rules = awarded(
        one("whole", give="1", needs=["hours"]),
        rule("b", "time", measure="hours"),
        requirements=[rule("hours", "time", at_least={"hours": 9})],
    )
    assert [row["minutes"] for row in decide(rules, work=worked(8))["awards"]] == [0, 480]
    assert [row["minutes"] for row in decide(rules, work=worked(9))["awards"]] == [540, 0]


def test_what_was_cut_is_given_by_no_award():
    rules = awarded(one("time"), steps=[rule("cap", "cap", at_most={"hours": 3})])
    assert given(rules, work=worked(5)) == (180, 0, 0)


def test_an_award_is_meant_for_some_students_only():
    rules = awarded(
        one("whole", give="1", when={"facts_at_least": {"year": 2}}), facts={"year": {"label": {"en": "y", "fr": "a"}}}
    )
    assert decide(rules, facts={"year": 1})["awards"] == []
    assert given(rules, facts={"year": 2}, work=worked(1)) == (60, 0, 1000)


def test_a_requirement_that_is_not_asked_stands_against_nothing():
    rules = awarded(
        one("whole", give="1", needs=["hours"]),
        requirements=[rule("hours", "time", at_least={"hours": 9}, when={"facts": {"kind": ["x"]}})],
        facts={"kind": {"label": {"en": "k", "fr": "g"}}},
    )
    assert given(rules, work=worked(1), facts={"kind": "y"})[2] == 1000
    assert given(rules, work=worked(1), facts={"kind": "x"})[2] == 0


def test_an_award_may_need_a_requirement_inside_a_choice():
    either = rule("either", "any_of", of=[
        rule("hours", "time", at_least={"hours": 9}), rule("hour", "time", at_least={"hours": 1})])  # fmt: skip
    rules = awarded(one("whole", give="1", needs=["hours"]), requirements=[either])
    assert given(rules, work=worked(1))[2] == 0
    assert given(rules, work=worked(9))[2] == 1000


UNITS = [
    rule("u1", "whole", measure="unit", unit="U1", give="1", where={"units": ["U1"]}, needs=["first"]),
    rule("u2", "whole", measure="unit", unit="U2", give="1", where={"units": ["U2"]}, needs=["second"], after=["u1"]),
]
IN_UNITS = [
    rule("first", "time", where={"units": ["U1"]}, at_least={"hours": 80}),
    rule("second", "time", where={"units": ["U2"]}, at_least={"hours": 80}),
]


@pytest.mark.parametrize(
    ("first", "second", "credited", "expected", "unmet"),
    [
        (80, 80, [], [1000, 1000], []),
        (79, 80, [], [0, 0], ["u1"]),
        (80, 79, [], [1000, 0], ["second"]),
        (79, 79, [], [0, 0], ["second", "u1"]),
        (0, 80, [{"award": "u1", "unit": "U1", "minutes": 4800, "credit": "1"}], [0, 1000], []),
    ],
)
def test_unit_one_comes_before_unit_two(first, second, credited, expected, unmet):
    rows = [work("a", first * 60, unit="U1"), work("b", second * 60, "2026-02-02", unit="U2")]
    decision = decide(awarded(*UNITS, requirements=IN_UNITS), work=rows, credited=credited)
    assert [row["credit"] for row in decision["awards"]] == expected
    assert award(decision, "u2")["unmet"] == unmet


def test_an_award_that_stands_later_in_the_file_is_not_there_yet():
    decision = decide(awarded(one("whole", give="1", after=["b"]), rule("b", "whole", measure="unit", give="1")))
    assert [row["credit"] for row in decision["awards"]] == [0, 1000]


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def limit(key: str, awards: list[str], at_most: str, **more) -> dict:
    return rule(key, awards=awards, at_most=at_most, **more)


def steps_of(key: str, unit: str, **more) -> dict:
    return rule(key, "steps", measure="credit", step={"hours": 1}, give="1", where={"units": [unit]}, **more)


@pytest.mark.parametrize(
    ("at_most", "expected"),
    [("8", [5000, 3000]), ("7", [5000, 2000]), ("5", [5000, 0]), ("4.5", [4500, 0]), ("0", [0, 0])],
)
def test_together_not_more_than_so_much_and_the_later_award_is_cut(at_most, expected):
    rules = awarded(steps_of("a", "U1"), steps_of("b", "U2"), award_limits=[limit("l", ["a", "b"], at_most)])
    rows = [work("a", 300, unit="U1"), work("b", 180, "2026-01-06", unit="U2")]
    decision = decide(rules, work=rows)
    assert [row["credit"] for row in decision["awards"]] == expected
    cut = [row["limited_by"] for row in decision["awards"]]
    assert cut == [None if full == row else "l" for full, row in zip([5000, 3000], expected, strict=True)]


def test_at_most_six_credits_in_each_school_year():
    rules = awarded(steps_of("a", "U1", each=["school_year"]), steps_of("b", "U2", each=["school_year"]),
                    award_limits=[limit("l", ["a", "b"], "6", each=["school_year"])])  # fmt: skip
    rows = [
        work("a", 240, "2025-10-01", unit="U1"), work("b", 480, "2026-10-01", unit="U1"),
        work("c", 240, "2025-11-01", unit="U2"), work("d", 60, "2026-11-01", unit="U2"),
    ]  # fmt: skip
    decision = decide(rules, work=rows, today="2026-12-31")
    assert [row["credit"] for row in decision["awards"]] == [10000, 2000]


def test_one_credit_from_class_and_the_others_from_work_up_to_six():
    """Tennessee: 5 hours a week for each further credit; 25 and 30 hours a week both end at six."""
    rules = awarded(
        rule("class", "whole", measure="credit", give="1", where={"activities": ["class"]}),
        rule("work", "steps", measure="credit", step={"hours": 5}, give="1", per_week="weeks_with_work",
             where={"activities": ["placement"]}, after=["class"]),
        award_limits=[limit("year", ["class", "work"], "6", each=["school_year"])],
    )  # fmt: skip
    for hours, credit in ((24, 5000), (25, 6000), (30, 6000)):
        rows = [work("c", 60, activity="class"), work("a", hours * 60)]
        assert sum(row["credit"] for row in decide(rules, work=rows)["awards"]) == credit


def test_a_second_limit_counts_what_the_first_one_left():
    rules = awarded(
        steps_of("a", "U1"), steps_of("b", "U2"), award_limits=[limit("l", ["a"], "2"), limit("m", ["a", "b"], "3")]
    )
    rows = [work("a", 300, unit="U1"), work("b", 300, "2026-01-06", unit="U2")]
    decision = decide(rules, work=rows)
    assert [(row["credit"], row["limited_by"]) for row in decision["awards"]] == [(2000, "l"), (1000, "m")]


def test_a_limit_cuts_both_ends_of_a_range():
    rate = one("rate", per={"hours": 25}, per_at_most={"hours": 30})
    row = award(decide(awarded(rate, award_limits=[limit("l", ["a"], "5.5")]), work=worked(150)), "a")
    assert (row["credit"], row["credit_at_most"]) == (5000, 5500)


# ── What was given before ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "now_minutes", "now_credit"),
    [
        ([], 6600, 2000),
        ([("a", 3300, "1")], 3300, 1000),
        ([("a", 3300, "1"), ("a", 3300, "1")], 0, 0),
        ([("a", 3300, "1"), ("a", -3300, "0")], 6600, 1000),
        ([("a", 9999, "9")], 0, 0),
        ([("b", 3300, "1")], 6600, 2000),
    ],
)
def test_only_what_is_new_is_proposed(before, now_minutes, now_credit):
    rules = awarded(one("steps", step={"hours": 55}, give="1"))
    credited = [{"award": key, "minutes": minutes, "credit": credit} for key, minutes, credit in before]
    decision = decide(rules, work=worked(110), credited=credited)
    row = award(decision, "a")
    assert (row["credit"], row["now_minutes"], row["now_credit"]) == (2000, now_minutes, now_credit)
    assert decision["proposed_minutes"] == now_minutes
    assert decision["credited_minutes"] == sum(minutes for _key, minutes, _credit in before)


def test_a_correction_of_the_hours_proposes_the_difference():
    rules = awarded(one("time"), steps=[rule("both", "confirmed")])
    credited = [{"award": "a", "minutes": 60}]
    rows = [work("a", 60), work("b", 60, "2026-01-06", confirmed_minutes=45)]
    assert decide(rules, work=rows, credited=credited)["proposed_minutes"] == 45
    rows[1]["confirmed_minutes"] = 0
    assert decide(rules, work=rows, credited=credited)["proposed_minutes"] == 0
