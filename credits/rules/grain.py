"""How finely a rule set looks at work: whether sums of a week give the same answer as the single entries. Pure.

A sum holds the work of one week (from Monday) at one placement that is alike in all a rule may ask of a single entry:
activity, setting, realism, remote, unit, whether it began when the placement's agreement was in force, and whether the
host has answered with all, a part or nothing of it. Its minutes, entries, first and last day are exact.
"""

from collections.abc import Callable
from typing import Any, Literal

from schools.rule_sets import document, parts
from schools.rule_sets.document import RuleSet
from schools.rule_sets.parts import RecordMatch, Where
from schools.rule_sets.reading import walk

type Grain = Literal["week", "entry"]

WHOLE_WEEKS = {"week", "host", "placement", "unit", "activity"}
NUMBERS = {"weeks", "hosts", "sectors", "sizes", "countries", "settings", "activities", "units"}
AGREED = RecordMatch(kind="agreement", same=["placement"])


def grain_of(rule_set: RuleSet) -> Grain:
    """ "week" where every part of the rule set is known to see no difference; "entry" when in doubt."""
    exact = all(_EXACT.get(type(part), _never)(part) for _path, part in walk(rule_set))
    return "week" if exact and _awards_take_turns(rule_set) else "entry"


def _always(_part: Any) -> bool:
    return True


def _never(_part: Any) -> bool:
    return False


def _grouped(part: Any) -> bool:
    """A week may lie in two months, years or periods."""
    return set(part.each) <= WHOLE_WEEKS


def _where(where: Where) -> bool:
    return (
        where.dates is None
        and where.age is None
        and not where.weekdays
        and not where.periods
        and where.last_years is None
        and where.during_record is None
        and where.after_record in (None, AGREED)
    )


def _awards_take_turns(rule_set: RuleSet) -> bool:
    """The minutes of a week that one award leaves to the next are the same only where both are about the same work."""
    awards = rule_set.awards
    return len(awards) < 2 or all(_plain(one) and one.where == awards[0].where for one in awards)


def _plain(award: document.AnyAward) -> bool:
    return not isinstance(award, document.AwardSteps) or not (award.each or award.per_week)


_EXACT: dict[type, Callable[[Any], bool]] = {
    # Where the day of the work chooses the wording, a week may lie in two of them.
    document.RuleSet: lambda part: part.chosen_by == "cohort_start",
    **dict.fromkeys(
        [
            document.Source,
            document.Conversion,
            document.FactField,
            parts.Text,
            parts.Range,
            parts.Ages,
            parts.Within,
            parts.When,
            parts.HostMatch,
            parts.Amount,
            parts.Case,
            parts.DateRule,
            document.Confirmed,
            document.Exclude,
            document.CohortAverage,
            document.Outcomes,
            document.Condition,
            document.Hosts,
            document.Exclusive,
            document.Group,
            document.Choice,
            document.AwardTime,
            document.AwardWhole,
            document.AwardBands,
            document.Band,
            document.AwardRate,
            document.Gate,
            document.Consideration,
        ],
        _always,
    ),
    parts.Where: _where,
    parts.RecordMatch: lambda part: "period" not in part.same,
    document.Threshold: _grouped,
    document.Time: _grouped,
    document.Number: lambda part: part.of in NUMBERS and _grouped(part),
    document.WeeklyAverage: lambda part: part.over != "days" and _grouped(part),
    document.Records: _grouped,
    document.AwardSteps: _grouped,
    document.AwardLimit: lambda part: not part.each,
    document.Money: lambda part: part.per != "day",
}
