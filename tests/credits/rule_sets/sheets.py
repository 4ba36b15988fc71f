"""Work as a vector of the specification says it: a bare number of hours, laid out over days."""

from tests.credits.rule_sets.conftest import days

SEVEN_HOURS = 420


def worked(minutes: int, *, since: str = "2026-01-05", prefix: str = "w", **more) -> list[dict]:
    """Days of seven hours, and on the day after them the rest."""
    full, rest = divmod(minutes, SEVEN_HOURS)
    rows = days(full + bool(rest), SEVEN_HOURS, since=since, prefix=prefix, **more)
    if rest:
        rows[-1]["minutes"] = rest
    return rows


def step(decision: dict, rule: str) -> dict:
    """The only line of a step."""
    (row,) = [row for row in decision["steps"] if row["rule"] == rule]
    return row


def cuts(decision: dict) -> dict[str, int]:
    """Minutes cut, by the step that cut them."""
    found: dict[str, int] = {}
    for row in decision["steps"]:
        if row["cut_minutes"]:
            found[row["rule"]] = found.get(row["rule"], 0) + row["cut_minutes"]
    return found


def awards(decision: dict) -> dict[str, dict]:
    return {row["award"]: row for row in decision["awards"]}
