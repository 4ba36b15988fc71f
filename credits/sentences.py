"""Each line of a result in plain words, in the reader's language: every number in them stands in the line's data."""

from typing import Any

from credits.rules.result import Result
from schools.rule_sets.document import RuleSet


def told(result: Result, rule_set: RuleSet) -> dict[str, Any]:
    """The result as JSON values, each line with its `label` and `sentence`."""
    return result.as_data()
