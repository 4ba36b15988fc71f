"""What another wording changes for one student: who gains, who loses, and by which rule. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from credits.rules.result import RequirementLine, Result, StepLine, every_line


class Effect(StrEnum):
    LOSES = "loses"
    GAINS = "gains"
    SAME = "same"


@dataclass(frozen=True)
class Standing:
    """What a result comes to: whether all is met, the minutes and the credit that are given, what is missing."""

    met: bool = False
    minutes: int = 0
    credit: int = 0
    counted: int = 0
    missing: int = 0


def standing(result: Result | None) -> Standing:
    if result is None or result.result == "not_applicable":
        return Standing()
    return Standing(
        met=result.result == "met",
        minutes=sum(line.minutes for line in result.awards if line.given),
        credit=sum(line.credit for line in result.awards if line.given),
        counted=result.counted_minutes,
        missing=result.missing_minutes,
    )


def effect(before: Result | None, after: Result | None) -> Effect:
    """Whoever is worse off in one thing loses, whatever else is better: nobody is worse off unseen."""
    if _reaches(before) != _reaches(after):
        return Effect.GAINS if _reaches(after) else Effect.LOSES
    old, new = standing(before), standing(after)
    pairs = [
        (old.met, new.met),
        (old.minutes, new.minutes),
        (old.credit, new.credit),
        (old.counted, new.counted),
        (-old.missing, -new.missing),
    ]
    if any(then > now for then, now in pairs):
        return Effect.LOSES
    return Effect.GAINS if any(then < now for then, now in pairs) else Effect.SAME


def _reaches(result: Result | None) -> bool:
    return result is not None and result.result != "not_applicable"


def reason(before: Result | None, after: Result | None) -> RequirementLine | StepLine | None:
    """The line of the new answer that tells the difference best; nothing where only one of them has an answer.

    First a requirement that asks for something else or is met in one of them only, else the step that cuts otherwise.
    """
    if before is None or after is None or not (_reaches(before) and _reaches(after)):
        return None
    return _requirement(before, after) or _step(before, after)


def _requirement(before: Result, after: Result) -> RequirementLine | None:
    old = {line.rule: line for line in every_line(before.requirements)}
    lines = list(every_line(after.requirements))
    changed = [line for line in lines if line.rule not in old or _asks(line) != _asks(old[line.rule])]
    turned = [line for line in lines if line.rule in old and line.met != old[line.rule].met]
    return next(iter([line for line in changed if not line.met] or turned or changed), None)


def _asks(line: RequirementLine) -> list[tuple[str, int]]:
    return [(row.bound, row.target) for row in line.comparisons]


def _step(before: Result, after: Result) -> StepLine | None:
    old: dict[tuple, int] = {(line.rule, str(line.group)): line.cut_minutes for line in before.steps}
    gaps = [(abs(line.cut_minutes - old.get((line.rule, str(line.group)), 0)), line) for line in after.steps]
    largest = max(gaps, key=lambda row: row[0], default=None)
    return largest[1] if largest and largest[0] else None
