"""The engine: one rule set, one case, one answer. Pure; the same case gives the same answer."""

from dataclasses import replace

from credits.rules import amounts, awards, following, limits, requirements, steps
from credits.rules.case import Case
from credits.rules.result import FORMAT, AwardLine, Counted, RequirementLine, Result
from credits.rules.selecting import holds
from schools.rule_sets.choosing import holds_on
from schools.rule_sets.document import Time


def evaluate(case: Case) -> Result:
    """Raises `MissingFact` when the rule set needs a number that the case does not hold."""
    if problem := _not_applicable(case):
        case.left = [0] * len(case.items)
        return replace(_answer(case, [], [], []), result="not_applicable", reason=problem)
    lines = steps.count(case)
    breaches = limits.broken(case)
    judged = requirements.judged(case, case.rule_set.requirements, breaches)
    answer = _answer(case, judged, awards.given(case, judged), lines)
    return replace(
        answer,
        working_time=breaches,
        money=following.money(case),
        reports=following.reports(case),
        gates=following.gates(case, judged),
        open_questions=sorted(case.questions),
    )


def _not_applicable(case: Case) -> str:
    """Why the rule set says nothing of this student: the dates, or the students it is for."""
    rule_set = case.rule_set
    by_cohort = rule_set.chosen_by == "cohort_start"
    if by_cohort and case.cohort_start is not None and not holds_on(rule_set, case.cohort_start):
        return "dates"
    return "" if holds(case, rule_set.applies_to) else "students"


def _answer(case: Case, judged: list[RequirementLine], given: list[AwardLine], lines: list) -> Result:
    counted = sum(case.left)
    worked = sum(item.minutes for item in case.items)
    met = all(row.met for row in judged if row.effect == "block")
    asked, missing = _asked(case, judged)
    return Result(
        format=FORMAT,
        rule_set=case.rule_set.key,
        today=case.today.isoformat(),
        result="met" if met else "not_met",
        with_consideration=any(row.state == "considered" for row in judged),
        reason="",
        worked_minutes=worked,
        confirmed_minutes=sum(min(item.confirmed or 0, item.minutes) for item in case.items),
        counted_minutes=counted,
        cut_minutes=worked - counted,
        at_stake_minutes=sum(row.cut_minutes for row in lines if row.decided_by),
        required_minutes=asked,
        missing_minutes=missing,
        credited_minutes=sum(one.minutes for one in case.credited),
        proposed_minutes=sum(row.now_minutes for row in given),
        counted=_counted(case),
        steps=lines,
        requirements=judged,
        awards=given,
    )


def _asked(case: Case, judged: list[RequirementLine]) -> tuple[int | None, int]:
    """What the first time requirement asks of this student, and what is missing to it."""
    timed = {one.key for one in case.rule_set.requirements if isinstance(one, Time) and (one.at_least or one.more_than)}
    row = next((row for row in judged if row.rule in timed), None)
    if row is None:
        return None, 0
    bounds = [one for one in row.comparisons if one.bound in requirements.LOWER]
    if not bounds:
        return amounts.required(case, row.rule), 0
    return sum(one.target for one in bounds), sum(one.missing for one in bounds)


def _counted(case: Case) -> list[Counted]:
    sums: dict[tuple, list[int]] = {}
    for item, minutes in zip(case.items, case.left, strict=True):
        if minutes:
            name = (item.activity, item.setting, item.host, item.placement, item.unit)
            row = sums.setdefault(name, [0, 0])
            row[0] += item.entries
            row[1] += minutes
    names = ("activity", "setting", "host", "placement", "unit")
    order = sorted(sums, key=lambda name: tuple(part or "" for part in name))
    return [
        Counted(**dict(zip(names, name, strict=True)), entries=sums[name][0], minutes=sums[name][1]) for name in order
    ]
