"""What another wording changes for one student, and by which rule."""

import json

import pytest

from credits.rules.case import case_of
from credits.rules.effect import Effect, effect, reason
from credits.rules.evaluate import evaluate
from credits.rules.reading import read_evidence
from schools.rule_sets.reading import read_rule_set
from tests.credits.rules.builders import evidence, rule, rule_set, words, work

TIME = rule("given", "time", measure="hours")
OLD = {"requirements": [rule("hours", "time", at_least={"hours": 100})], "awards": [TIME]}
REMOTE = rule("far", "cap", where={"remote": True}, at_most={"hours": 20})


def result(rules: dict, *, hours: int = 90, remote: int = 0, **more):
    lines = [work("1", hours * 60), *([work("2", remote * 60, remote=True)] if remote else [])]
    found = read_rule_set(json.dumps(rule_set(**rules)))
    return evaluate(case_of(found, read_evidence(json.dumps(evidence(work=lines, **more)), found)))


@pytest.mark.parametrize(
    ("new", "expected", "because"),
    [
        (OLD, Effect.SAME, None),
        ({**OLD, "requirements": [rule("hours", "time", at_least={"hours": 90})]}, Effect.GAINS, "hours"),
        ({**OLD, "requirements": [rule("hours", "time", at_least={"hours": 110})]}, Effect.LOSES, "hours"),
        ({**OLD, "steps": [REMOTE]}, Effect.LOSES, "far"),
        (
            {**OLD, "requirements": [*OLD["requirements"], rule("seen", "records", match={"kind": "visit"})]},
            Effect.SAME,
            "seen",
        ),
    ],
)
def test_the_rule_that_makes_the_difference_is_named(new, expected, because):
    before, after = result(OLD, remote=30, hours=60), result(new, remote=30, hours=60)
    assert effect(before, after) == expected
    line = reason(before, after)
    assert (line.rule if line else None) == because


def test_whoever_is_worse_off_in_one_thing_loses_whatever_else_is_better():
    better_and_worse = {
        "steps": [REMOTE],
        "requirements": [rule("hours", "time", at_least={"hours": 70})],
        "awards": [TIME],
    }
    before, after = result(OLD, hours=60, remote=30), result(better_and_worse, hours=60, remote=30)
    assert (before.result, after.result) == ("not_met", "met")
    assert effect(before, after) == Effect.LOSES


def test_whom_the_new_wording_does_not_reach_loses_and_whom_only_it_reaches_gains():
    elsewhere = {**OLD, "facts": {"course": {"label": words("Course")}}, "applies_to": {"facts": {"course": ["A"]}}}
    inside, outside = result(OLD), result(elsewhere)
    assert outside.result == "not_applicable"
    assert (effect(inside, outside), effect(outside, inside)) == (Effect.LOSES, Effect.GAINS)
    assert (effect(inside, None), effect(None, None)) == (Effect.LOSES, Effect.SAME)
    assert reason(inside, outside) is None
