"""What a decision gives: the awards that the rules propose, or what a person makes of them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from credits.rules.result import AwardLine, Result
from schools.rule_sets.document import AnyAward, RuleSet


@dataclass(frozen=True)
class Gift:
    """One award as it goes to the ledger; credit in thousandths of `measure`."""

    award: str
    measure: str
    unit: str | None
    minutes: int
    credit: int


def proposed(result: Result) -> list[Gift]:
    """What is new beside the ledger, in the order of the rule set."""
    return [_gift(line) for line in result.awards if line.now_minutes or line.now_credit]


def chosen(rule_set: RuleSet, result: Result, *, minutes: int, awards: Collection[str] | None = None) -> list[Gift]:
    """The proposed awards with these keys (all, when none are named), and `minutes` in all.

    Minutes that differ from the proposal go to the award that gives time itself, or are taken from it. Without such an
    award they can only be what the awards use.
    """
    gifts = [gift for gift in proposed(result) if awards is None or gift.award in awards]
    gap = minutes - sum(gift.minutes for gift in gifts)
    if gap:
        gifts = _filled(rule_set, gifts, gap)
    return [gift for gift in gifts if gift.minutes or gift.credit]


def _filled(rule_set: RuleSet, gifts: list[Gift], gap: int) -> list[Gift]:
    timed = [award for award in rule_set.awards if award.type == "time"]
    known = {gift.award for gift in gifts}
    target = next((award for award in timed if award.key in known), timed[0] if timed else None)
    if target is None:
        return gifts
    if target.key not in known:
        gifts = [*gifts, _empty(target)]
    return [replace(gift, minutes=max(gift.minutes + gap, 0)) if gift.award == target.key else gift for gift in gifts]


def needs_reason(result: Result, *, outcome: str, gifts: list[Gift]) -> bool:
    """A decision that differs from the proposal is explained: other awards or minutes, or all before all is met."""
    return gifts != proposed(result) or (outcome == "credited" and result.result != "met")


def _gift(line: AwardLine) -> Gift:
    return Gift(line.award, line.measure, line.unit, line.now_minutes, line.now_credit)


def _empty(award: AnyAward) -> Gift:
    return Gift(award.key, award.measure, award.unit, 0, 0)
