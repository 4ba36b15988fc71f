"""Small rule sets and evidence as JSON values, and the decision that the engine gives on them."""

import json
from datetime import date, timedelta

from credits.rules.case import case_of
from credits.rules.evaluate import evaluate
from credits.rules.reading import read_evidence
from credits.sentences import told
from schools.rule_sets.reading import read_rule_set

MONDAY = "2026-01-05"


def words(text: str) -> dict:
    return {"en": text, "fr": text}


def rule(key: str, type: str | None = None, **more) -> dict:
    """A step, a requirement, an award and so on; labels have no digits, so that sentences can be checked."""
    label = words("Rule " + "".join(letter for letter in key if letter.isalpha()))
    return {"key": key, "label": label, **({"type": type} if type else {}), **more}


def rule_set(**more) -> dict:
    return {
        "format": "passerelle-rule-set/1",
        "key": "try",
        "name": words("Try"),
        "jurisdiction": "XX",
        "source": {"title": "Made for a test", "grade": "own"},
        "activities": {key: words(key) for key in ("placement", "taster", "team_project", "skills_hub", "class")},
        **more,
    }


def evidence(*, today: str = "2026-06-30", **more) -> dict:
    return {"format": "passerelle-evidence/1", "today": today, "zone": "Europe/Paris", **more}


def work(id: str, minutes: int | None = None, day: str = MONDAY, **more) -> dict:
    """The work of one day; with `from` and `to` in `more` a stretch."""
    when = {} if "from" in more else {"day": day}
    return {"id": id, **when, **({} if minutes is None else {"minutes": minutes}), **more}


def stretch(id: str, since: str, until: str, **more) -> dict:
    return {"id": id, "from": since, "to": until, **more}


def days(count: int, minutes: int, *, since: str = MONDAY, every: int = 1, prefix: str = "w", **more) -> list[dict]:
    """So many days of work of the same length, one every so many days."""
    first = date.fromisoformat(since)
    return [
        work(f"{prefix}{number}", minutes, (first + timedelta(days=every * number)).isoformat(), **more)
        for number in range(count)
    ]


def decided(rules: dict, said: dict, *also: dict) -> dict:
    """From the two texts to the JSON values that the command prints."""
    found = read_rule_set(json.dumps(rules))
    others = [read_rule_set(json.dumps(one)) for one in also]
    return told(evaluate(case_of(found, read_evidence(json.dumps(said), found), others)), found)


def decide(rules: dict, **more) -> dict:
    return decided(rules, evidence(**more))


def steps(decision: dict) -> list[tuple[str, int, int]]:
    """Of each line of a step: its reason, the minutes before it and those that it took."""
    return [(row["reason"], row["minutes"], row["cut_minutes"]) for row in decision["steps"]]


def requirement(decision: dict, key: str) -> dict:
    """A requirement by its key, also one inside a choice."""
    return next(row for row in _all(decision["requirements"]) if row["rule"] == key)


def states(decision: dict) -> dict[str, str]:
    return {row["rule"]: row["state"] for row in _all(decision["requirements"])}


def _all(rows: list[dict]) -> list[dict]:
    return [found for row in rows for found in (row, *_all(row["of"]))]


def bounds(decision: dict, key: str) -> list[tuple[int, str, int, bool]]:
    """Value, bound, target and whether it is met, for each comparison of a requirement."""
    rows = requirement(decision, key)["comparisons"]
    return [(row["value"], row["bound"], row["target"], row["met"]) for row in rows]


def award(decision: dict, key: str) -> dict:
    return next(row for row in decision["awards"] if row["award"] == key)
