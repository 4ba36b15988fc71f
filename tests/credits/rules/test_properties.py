"""What holds for every rule set and all evidence."""

from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credits.rules.awards import written
from tests.credits.rules.builders import decided, rule, rule_set, states
from tests.credits.rules.strategies import ACTIVITIES, cases, evidence_for, lengths, long, some_day

moderate = settings(
    max_examples=70, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
LISTS = ("work", "records", "hosts", "absences", "planned", "periods", "outcomes", "cohort_minutes")


@moderate
@given(cases(), st.data())
def test_the_order_of_evidence_changes_nothing(case, data):
    rules, said = case
    mixed = {**said, **{name: data.draw(st.permutations(said[name])) for name in LISTS if said[name]}}
    mixed["records"] = [{**row, "signatures": row["signatures"][::-1]} for row in mixed["records"]]
    assert decided(rules, mixed) == decided(rules, said)


@moderate
@given(cases())
def test_nothing_counts_twice_and_nothing_is_lost(case):
    decision = decided(*case)
    assert decision["worked_minutes"] == decision["counted_minutes"] + decision["cut_minutes"]
    assert 0 <= decision["counted_minutes"] <= decision["worked_minutes"]
    assert sum(row["minutes"] for row in decision["awards"]) <= decision["counted_minutes"]
    assert sum(row["minutes"] for row in decision["counted"]) == decision["counted_minutes"]
    taken = [row["cut_minutes"] for row in decision["steps"] if not row["decided_by"]]
    assert sum(taken) == decision["cut_minutes"]
    assert all(row["minutes"] == row["cut_minutes"] + row["kept_minutes"] for row in decision["steps"])


@moderate
@given(cases())
def test_no_line_has_a_negative_number(case):
    assert [number for number in _numbers(decided(*case)) if number < 0] == []


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, int):
        yield value


@moderate
@given(cases())
def test_the_same_files_give_the_same_answer(case):
    assert decided(*case) == decided(*case)


@moderate
@given(cases())
def test_what_was_given_before_is_not_proposed_again(case):
    rules, said = case
    given_now = [row for row in decided(rules, said)["awards"] if row["now_minutes"] or row["now_credit"]]
    said["credited"] = [
        {
            "award": row["award"],
            "unit": row["unit"],
            "minutes": row["now_minutes"],
            "credit": written(row["now_credit"]),
        }
        for row in given_now
    ]
    decision = decided(rules, said)
    proposed = {row["award"]: (row["now_minutes"], row["now_credit"]) for row in decision["awards"]}
    assert [key for row in given_now if any(proposed[key := row["award"]])] == []


# ── More of what is good is never worse ──────────────────────────────────────────────────────────────────────────────

before_caps = st.lists(
    st.sampled_from([
        rule("both", "confirmed"),
        rule("lessons", "exclude", where={"activities": ["class"]}),
        rule("half", "weight", factor="50%", where={"remote": True}),
    ]),
    max_size=3, unique_by=lambda one: one["key"],
)  # fmt: skip
EACH = st.sampled_from([[], ["host"], ["day"], ["activity"], ["school_year"]])
EVIDENCE = rule_set()


def cap(minutes: int, **more) -> dict:
    return rule("cap", "cap", at_most={"minutes": minutes}, **more)


@moderate
@given(evidence_for(EVIDENCE), before_caps, st.integers(0, 2000), st.integers(0, 2000), EACH, st.booleans())
def test_a_stricter_cap_never_counts_more(said, first, one, other, each, rounded):
    last = [rule("quarter", "round_down", step={"minutes": 15})] if rounded else []
    low, high = (
        decided(rule_set(steps=[*first, cap(most, each=each), *last]), said)["counted_minutes"]
        for most in sorted((one, other))
    )
    assert low <= high


def awarded(key: str, where: dict) -> st.SearchStrategy[dict]:
    """An award that does not become less with more time: no averages, higher bands give more."""
    bands = [{"at_least": {"minutes": 100 * more}, "give": str(more)} for more in (1, 3, 9)]
    return st.one_of(
        st.just(rule(key, "time", measure="hours", where=where)),
        st.just(rule(key, "whole", measure="unit", give="1", where=where, needs=["time"])),
        st.builds(lambda step: rule(key, "steps", measure="unit", step=step, give="1", at_most="3", where=where), long),
        st.just(rule(key, "bands", measure="point", bands=bands, where=where)),
        st.builds(lambda per: rule(key, "rate", measure="credit", per=per, where=where), long),
    )


@st.composite
def rising(draw) -> dict:
    """A rule set without upper bounds; the steps come in the stated order: exclude, weigh, cap each kind, cap all.

    What looks at single days or kinds stands beside no cap: there the earliest work takes the room of later work.
    """
    steps = [
        rule("both", "confirmed"),
        *draw(before_caps.map(lambda rows: [row for row in rows if row["key"] != "both"])),
    ]
    requirements = [
        rule("time", "time", at_least=draw(lengths)),
        rule("mean", "cohort_average", at_least=draw(lengths)),
    ]
    if draw(st.booleans()):
        steps += [cap(draw(st.integers(0, 2000)), each=draw(EACH)), rule("all", "cap", at_most=draw(lengths))]
        awards = [draw(awarded("a", {}))]
    else:
        of = draw(st.sampled_from(["days", "hosts", "units", "months"]))
        requirements += [
            rule("kind", "time", more_than=draw(lengths), where={"activities": ["taster"]}),
            rule("number", "number", of=of, at_least=draw(st.integers(1, 4))),
            rule("calendar", "calendar_time", at_least={"weeks": draw(st.integers(1, 20))}),
        ]
        awards = [draw(awarded(kind, {"activities": [kind]})) for kind in ACTIVITIES]
    return rule_set(steps=steps, requirements=requirements, awards=awards)


@moderate
@given(rising(), evidence_for(EVIDENCE), st.data())
def test_more_confirmed_time_is_never_worse(rules, said, data):
    more = {**said, "work": [{**row, **data.draw(_confirmed_more(row))} for row in said["work"]]}
    less, better = decided(rules, said), decided(rules, more)
    assert better["counted_minutes"] >= less["counted_minutes"]
    assert [key for key, state in states(less).items() if state == "met" and states(better)[key] != "met"] == []
    for one, two in zip(less["awards"], better["awards"], strict=True):
        assert two["credit"] >= one["credit"]
        assert two["minutes"] >= one["minutes"]


def _confirmed_more(row: dict) -> st.SearchStrategy[dict]:
    if "confirmed_minutes" not in row:
        return st.just({})
    return st.integers(0, 600).map(lambda some: {"confirmed_minutes": (row["confirmed_minutes"] or 0) + some})


@moderate
@given(evidence_for(EVIDENCE), some_day, lengths)
def test_another_day_of_work_never_lowers_a_sum(said, day, least):
    rules = rule_set(steps=[rule("both", "confirmed")], requirements=[rule("time", "time", at_least=least)])
    more = {**said, "work": [*said["work"], {"id": "more", "day": day, "minutes": 60}]}
    assert decided(rules, more)["counted_minutes"] == decided(rules, said)["counted_minutes"] + 60
