"""Working time of the evidence beside the limits of the rule set, by the student's age on each day."""

from datetime import date, time

from credits.rules import amounts
from credits.rules.case import Case
from credits.rules.result import BreachLine
from credits.rules.selecting import WEEKDAYS, age_fits, chosen, holds
from placements.rules.working_time import Limits, Spell, breaches
from schools.rule_sets.document import Limit
from schools.rule_sets.parts import Amount


def broken(case: Case) -> list[BreachLine]:
    """Every breach of every limit; sums over several days say nothing of days and are left out."""
    asked = [one for one in case.rule_set.working_time if one.key not in case.exceptions and holds(case, one.when)]
    return [row for limit in asked for row in _broken(case, limit)]


def _broken(case: Case, limit: Limit) -> list[BreachLine]:
    spells = _spells(case, limit)

    def applies(day: date) -> bool:
        return age_fits(limit.ages, case.age_on(day))

    return [
        BreachLine(
            limit=limit.key,
            kind=row.kind,
            day=row.day.isoformat(),
            value=row.value,
            limit_value=row.limit,
            measure=row.measure,
            age=case.age_on(row.day),
            hosts=row.hosts,
        )
        for row in breaches(spells, _limits(case, limit), applies)
    ]


def _spells(case: Case, limit: Limit) -> list[Spell]:
    """Work that was split between units is one spell."""
    found: dict[str, Spell] = {}
    for place in chosen(case, limit.where):
        item = case.items[place]
        if item.days > 1 or item.last_day > item.day:
            continue
        before = found[item.key].minutes if item.key in found else 0
        found[item.key] = Spell(
            day=item.day,
            minutes=before + item.minutes,
            begins=item.begins,
            ends=item.ends,
            break_minutes=item.break_minutes,
            zone=item.zone or case.zone,
            host=item.host,
        )
    return list(found.values())


def _limits(case: Case, limit: Limit) -> Limits:
    return Limits(
        per_day=_minutes(case, limit.per_day),
        per_week=_minutes(case, limit.per_week),
        night=(time.fromisoformat(limit.night.since), time.fromisoformat(limit.night.until)) if limit.night else None,
        pause_after=_minutes(case, limit.pause.after) if limit.pause else None,
        pause=amounts.minutes(case, limit.pause.at_least) if limit.pause else 0,
        rest_between_days=_minutes(case, limit.rest_between_days),
        rest_days=limit.rest_days_per_week,
        rest_days_together=limit.rest_days_together,
        rest_days_with=tuple(WEEKDAYS.index(day) for day in limit.rest_days_with),
    )


def _minutes(case: Case, amount: Amount | None) -> int | None:
    return None if amount is None else amounts.minutes(case, amount)
