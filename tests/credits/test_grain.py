"""Sums of a week stand for single entries only where a rule set cannot tell them apart."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credits.rules.case import Case, Item, case_of
from credits.rules.evaluate import evaluate
from credits.rules.grain import AGREED, grain_of
from credits.rules.reading import read_evidence
from credits.rules.selecting import meant
from placements.rules.hours import monday
from schools.rule_sets.parts import Where
from schools.rule_sets.reading import read_rule_set
from schools.rule_sets.shipped import FOLDER
from tests.credits.rules.builders import evidence, rule, rule_set
from tests.credits.rules.strategies import any_award, any_step, named, plain_requirement

HOURS = {"hours": 10}
AGREEMENT = {"kind": "agreement", "same": ["placement"]}


def grain(**more) -> str:
    return grain_of(read_rule_set(json.dumps(rule_set(**more))))


def excluding(**where) -> dict:
    return {"steps": [rule("s", "exclude", where=where)]}


def asking(type: str, **more) -> dict:
    return {"requirements": [rule("r", type, **more)]}


def giving(*awards: dict) -> dict:
    return {"awards": [{"measure": "hours", **one} for one in awards]}


def shared(file: str) -> str:
    return grain_of(read_rule_set((FOLDER / file).read_text("utf-8")))


def test_the_general_rule_set_looks_at_weeks_and_one_with_limits_of_working_time_at_entries():
    assert shared("hours-at-work.json") == "week"
    assert shared("t-level-placement.2025.json") == "entry"


@pytest.mark.parametrize(
    "rules",
    [
        {"steps": [rule("s", "confirmed"), rule("t", "threshold", at_least=HOURS, each=["week", "host"])]},
        excluding(none=[{"after_record": AGREEMENT}], any=[{"settings": ["company"]}, {"units": ["U1"]}]),
        excluding(when={"age_at_start": {"below": 18}}, host={"recognised": False}),
        asking("time", at_least=HOURS, each=["placement", "unit", "activity"]),
        asking("number", of="weeks", at_least=3, with_at_least=HOURS),
        asking("weekly_average", over="all_weeks", window_weeks=4, at_most=HOURS),
        asking("records", match={"kind": "visit", "same": ["host"]}, each=["host"], due={"anchor": "end", "days": 7}),
        asking("any_of", of=[rule("o", "outcomes"), rule("c", "cohort_average", at_least=HOURS)]),
        giving(rule("a", "time", at_most=HOURS), rule("b", "steps", step=HOURS, give="1")),
        giving(rule("a", "steps", step=HOURS, give="1", per_week="all_weeks", each=["unit"])),
        {"money": [rule("m", currency="EUR", cents=5, per="week")]},
    ],
)
def test_what_no_rule_can_see_inside_a_week_is_added_up(rules):
    assert grain(**rules) == "week"


@pytest.mark.parametrize(
    "rules",
    [
        {"steps": [rule("s", "weight", factor="50%")]},
        {"steps": [rule("s", "round_down", step=HOURS)]},
        {"steps": [rule("s", "cap", at_most=HOURS)]},
        {"steps": [rule("s", "short_stretch", gap_days=2, measured_in="weeks", at_least=2)]},
        *({"steps": [rule("s", "threshold", at_least=HOURS, each=[each])]}
          for each in ("day", "month", "year", "school_year", "period")),
        excluding(dates={"from": "2026-01-01"}),
        excluding(age={"below": 18}),
        excluding(weekdays=["sunday"]),
        excluding(periods=["holiday"]),
        excluding(last_years=2),
        excluding(during_record=AGREEMENT),
        excluding(after_record={"kind": "agreement"}),
        excluding(after_record={"kind": "agreement", "same": ["host"]}),
        excluding(after_record={"kind": "visit", "same": ["placement"]}),
        excluding(after_record={**AGREEMENT, "signed_by": ["host"]}),
        excluding(none=[{"any": [{"weekdays": ["sunday"]}]}]),
        asking("time", at_least={"share": "20%", "of": "worked", "where": {"weekdays": ["sunday"]}}),
        asking("number", of="days", at_least=3),
        asking("number", of="months", at_least=3),
        asking("weekly_average", over="days", at_least=HOURS),
        asking("calendar_time", at_least={"weeks": 3}),
        asking("stretches", gap_days=2, measured_in="weeks", length_at_least=2, at_least=1),
        asking("dates", not_after={"anchor": "today"}),
        asking("records", match={"kind": "visit", "same": ["period"]}),
        asking("any_of", of=[rule("n", "number", of="days", at_least=3)]),
        giving(rule("a", "time", at_most=HOURS, where={"units": ["U1"]}), rule("b", "time")),
        giving(rule("a", "time", at_most=HOURS), rule("b", "steps", step=HOURS, give="1", each=["unit"])),
        giving(rule("a", "steps", step=HOURS, give="1", each=["school_year"])),
        {"money": [rule("m", currency="EUR", cents=5, per="day")]},
        {"reports": [rule("p", match={"kind": "log"}, due={"anchor": "end"})]},
        {"working_time": [rule("w", per_week=HOURS)]},
        {"chosen_by": "activity_date"},
    ],
)  # fmt: skip
def test_what_a_rule_may_see_inside_a_week_stays_single(rules):
    assert grain(**rules) == "entry"


# ── The same answer ──────────────────────────────────────────────────────────────────────────────────────────────────

FIRST = date(2026, 7, 20)


def of_weeks(name: str, rules: st.SearchStrategy[dict], most: int) -> st.SearchStrategy[list[dict]]:
    """Rules that look no closer than at weeks."""
    coarse = rules.filter(lambda one: _grain_alone(name, one) == "week")
    return st.lists(coarse, max_size=most).map(lambda some: named(name[0], some))


def _grain_alone(name: str, one: dict) -> str:
    facts = {fact: {"label": {"en": fact, "fr": fact}} for fact in ("route", "year", "required_minutes")}
    return grain(**{name: named("x", [one])}, facts=facts)


@st.composite
def coarse_rule_sets(draw) -> dict:
    facts = {fact: {"label": {"en": fact, "fr": fact}} for fact in ("route", "year", "required_minutes")}
    confirmed = rule("confirmed", "confirmed")
    agreed = rule("agreed", "exclude", where={"none": [{"after_record": AGREEMENT}]})
    return rule_set(
        facts=facts,
        steps=[agreed, confirmed][: draw(st.integers(0, 2))] + draw(of_weeks("steps", any_step, 2)),
        requirements=draw(of_weeks("requirements", plain_requirement, 3)),
        awards=draw(of_weeks("awards", any_award, 1)),
    )


@st.composite
def three_weeks(draw) -> dict:
    """A few pieces of work a day in three weeks of summer, over the end of a school year."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 20), st.integers(7, 19), st.integers(1, 55)), min_size=3, max_size=20)
    )
    work = [_piece(draw, number, *row) for number, row in enumerate(dict.fromkeys(rows))]
    agreed = {
        "kind": "agreement",
        "placement": "p",
        "on": f"{FIRST + timedelta(days=draw(st.integers(0, 9)))}T12:00:00Z",
    }
    return evidence(
        facts={"required_minutes": 900, "route": "x"},
        birth_date="2009-01-01",
        cohort_start="2025-09-01",
        programme_minutes=9000,
        work=work,
        hosts=[{"id": "a", "recognised": True, "sector": "x"}, {"id": "b"}],
        planned=[{"minutes": 3000}],
        records=[
            agreed,
            {"kind": "agreement", "placement": "q", "on": "2026-07-22"},
            {"kind": "visit", "on": "2026-07-29"},
        ],
        cohort_minutes=[800],
    )


def _piece(draw, number: int, day: int, hour: int, minutes: int) -> dict:
    placement, host = draw(st.sampled_from([("p", "a"), ("q", "b"), ("r", "a")]))
    since = f"{FIRST + timedelta(days=day)}T{hour:02d}:00"
    return {
        "id": f"w{number}", "from": since, "to": f"{since[:-2]}{minutes:02d}", "placement": placement, "host": host,
        "confirmed_minutes": draw(st.sampled_from([None, 0, minutes // 2, minutes])),
        **draw(st.fixed_dictionaries({}, optional={
            "unit": st.sampled_from(["U1", "U2"]), "setting": st.just("workshop"), "remote": st.just(True),
            "activity": st.sampled_from(["taster", "gardening"])})),
    }  # fmt: skip


def added_up(case: Case) -> list[Item]:
    """The items of the case, by week."""

    def alike(item: Item) -> tuple:
        begun = meant(case, Where(after_record=AGREED), item)
        answer = -1 if item.confirmed is None else bool(item.confirmed) + (item.confirmed >= item.minutes)
        week = monday(item.day).isoformat()
        about = (item.placement, item.host, item.unit or "", item.activity, item.setting, item.remote)
        return week, *about, begun, answer

    return [_added(list(some)) for _name, some in groupby(sorted(case.items, key=alike), key=alike)]


def _added(some: list[Item]) -> Item:
    confirmed = None if some[0].confirmed is None else sum(item.confirmed or 0 for item in some)
    return replace(
        some[0],
        day=min(item.day for item in some),
        last_day=max(item.last_day for item in some),
        minutes=sum(item.minutes for item in some),
        confirmed=confirmed,
        days=len({item.day for item in some}),
        entries=len(some),
        begins=min(item.begins for item in some if item.begins),
        ends=None,
    )


def without_names(lines: Iterable) -> Iterator:
    """A sum stands for entries whose names are not known; their number is."""
    return (replace(line, entries=[]) for line in lines)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(coarse_rule_sets(), three_weeks())
def test_sums_of_weeks_give_the_answer_of_single_entries(rules, said):
    found = read_rule_set(json.dumps(rules))
    assert grain_of(found) == "week"
    case = case_of(found, read_evidence(json.dumps(said), found))
    case.items = one_at_a_time(case.items)
    single = replace(case, items=list(case.items))
    sums = replace(case, items=added_up(case))
    one, other = evaluate(single), evaluate(sums)
    assert list(without_names(other.steps)) == list(without_names(one.steps))
    assert replace(other, steps=[]) == replace(one, steps=[])


def one_at_a_time(items: list[Item]) -> list[Item]:
    """The database holds no two pieces of work of one person at the same time."""
    return [item for number, item in enumerate(items) if not number or item.begins != items[number - 1].begins]
