"""What is given for counted time. A minute is used by one award only, in the order of the rule set.

Credit is in thousandths of the award's measure, so that half a credit is 500.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from credits.rules import amounts
from credits.rules.amounts import groups
from credits.rules.case import Case
from credits.rules.requirements import weeks
from credits.rules.result import AwardLine, RequirementLine, every_line
from credits.rules.selecting import chosen, holds
from schools.rule_sets import document


def thousandths(credit: str) -> int:
    """ "0.5" is 500."""
    return int(Decimal(credit) * 1000)


def written(credit: int) -> str:
    """500 thousandths as they are written in a file: "0.5"."""
    whole, rest = divmod(credit, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Gift:
    """What an award gives on its own: `minutes` it uses, `credit` in thousandths, and that by school year."""

    minutes: int
    credit: int
    credit_at_most: int | None = None
    steps: int | None = None
    step_minutes: int | None = None
    weekly_minutes: int | None = None
    years: dict[str, int] = field(default_factory=dict)


NOTHING = Gift(0, 0)


def given(case: Case, requirements: Sequence[RequirementLine]) -> list[AwardLine]:
    """A line for each award that is meant for this student, less what was given before."""
    met = {row.rule for row in every_line(requirements) if row.met}
    pool = list(case.left)
    lines: list[tuple[AwardLine, dict[str, int]]] = []
    for award in case.rule_set.awards:
        if holds(case, award.when):
            lines.append(_line(case, award, pool, met, {line.award for line, _years in lines if line.given}))
    return [_new(case, line) for line in _limited(case, lines)]


def _line(
    case: Case, award: document.Award, pool: list[int], met: Collection[str], before: Collection[str]
) -> tuple[AwardLine, dict[str, int]]:
    """The line, and its credit by school year."""
    earlier = {one.award for one in case.credited}
    unmet = [key for key in award.needs if key not in met and key in _asked(case)]
    unmet += [key for key in award.after if key not in before and key not in earlier]
    places = [place for place in chosen(case, award.where) if pool[place]]
    total = sum(pool[place] for place in places)
    gift = NOTHING if unmet else _GIVES[type(award)](case, award, places, pool)
    _use(pool, places, gift.minutes)
    line = AwardLine(
        award=award.key,
        type=award.type,  # type: ignore[attr-defined]
        measure=award.measure,
        unit=award.unit,
        given=bool(gift.credit or gift.minutes),
        minutes=gift.minutes,
        beyond_minutes=total - gift.minutes,
        credit=gift.credit,
        credit_at_most=gift.credit_at_most,
        steps=gift.steps,
        step_minutes=gift.step_minutes,
        weekly_minutes=gift.weekly_minutes,
        unmet=unmet,
    )
    return line, gift.years or {_year(case, case.end or case.today): gift.credit}


def _year(case: Case, day: date) -> str:
    return case.school_year(day)


def _asked(case: Case) -> set[str]:
    """Requirements that hold for this student; one that is not asked stands against nothing."""
    return {one.key for one in document.every_requirement(case.rule_set.requirements) if holds(case, one.when)}


def _use(pool: list[int], places: Sequence[int], minutes: int) -> None:
    for place in places:
        used = min(pool[place], minutes)
        pool[place] -= used
        minutes -= used


# ── The kinds of awards ──────────────────────────────────────────────────────────────────────────────────────────────


def _time(case: Case, award: document.AwardTime, places: Sequence[int], pool: list[int]) -> Gift:
    total = sum(pool[place] for place in places)
    return Gift(min(total, amounts.minutes(case, award.at_most)) if award.at_most else total, 0)


def _whole(case: Case, award: document.AwardWhole, places: Sequence[int], pool: list[int]) -> Gift:
    total = sum(pool[place] for place in places)
    used = min(total, amounts.minutes(case, award.uses)) if award.uses else total
    return Gift(used, thousandths(award.give))


def _steps(case: Case, award: document.AwardSteps, places: Sequence[int], pool: list[int]) -> Gift:
    step = max(amounts.minutes(case, award.step), 1)
    most = thousandths(award.at_most) if award.at_most else None
    each = thousandths(award.give)
    found: list[Gift] = []
    years: dict[str, int] = {}
    for names, some in groups(case, places, award.each, award.where):
        total = sum(pool[place] for place in some)
        value = total // weeks(case, some, award.per_week) if award.per_week and some else total
        steps = value // step if most is None or not each else min(value // step, most // each)
        used = (total if steps else 0) if award.per_week else steps * step
        found.append(Gift(used, steps * each, steps=steps, weekly_minutes=value if award.per_week else None))
        year = names.get("school_year") or _year(case, case.items[some[-1]].day if some else case.today)
        years[year] = years.get(year, 0) + steps * each
    return _sum(found, step, years)


def _sum(gifts: list[Gift], step: int, years: dict[str, int]) -> Gift:
    weekly = [gift.weekly_minutes for gift in gifts if gift.weekly_minutes is not None]
    return Gift(
        minutes=sum(gift.minutes for gift in gifts),
        credit=sum(gift.credit for gift in gifts),
        steps=sum(gift.steps or 0 for gift in gifts),
        step_minutes=step,
        weekly_minutes=max(weekly) if weekly else None,
        years=years,
    )


def _bands(case: Case, award: document.AwardBands, places: Sequence[int], pool: list[int]) -> Gift:
    total = sum(pool[place] for place in places)
    reached = [
        (least, thousandths(band.give))
        for band in award.bands
        if total >= (least := amounts.minutes(case, band.at_least))
    ]
    return Gift(*max(reached)) if reached else NOTHING


def _rate(case: Case, award: document.AwardRate, places: Sequence[int], pool: list[int]) -> Gift:
    """A credit that stands for more time gives fewer credits: the upper end of the range is the lower rate."""
    total = sum(pool[place] for place in places)
    rates = [amounts.minutes(case, one) for one in (award.per, award.per_at_most) if one is not None]
    ends = sorted(_rounded(total, rate, award.decimals) for rate in rates)
    return Gift(total, ends[0], credit_at_most=ends[-1] if len(ends) > 1 else None, step_minutes=max(rates))


def _rounded(total: int, rate: int, decimals: int) -> int:
    unit = 10**decimals
    return int(Fraction(total, max(rate, 1)) * unit) * 1000 // unit


_GIVES: dict[type, Callable[..., Gift]] = {
    document.AwardTime: _time,
    document.AwardWhole: _whole,
    document.AwardSteps: _steps,
    document.AwardBands: _bands,
    document.AwardRate: _rate,
}


# ── Limits over several awards, and what was given before ────────────────────────────────────────────────────────────


def _limited(case: Case, lines: list[tuple[AwardLine, dict[str, int]]]) -> list[AwardLine]:
    """What is above a limit is cut from the later awards, in each year or overall; limits come one after the other."""
    found = {line.award: (line, years) for line, years in lines}
    for limit in case.rule_set.award_limits:
        room: dict[str, int] = {}
        for key in [line.award for line, _years in lines if line.award in limit.awards]:
            found[key] = _cut(limit, *found[key], room)
    return [line for line, _years in found.values()]


def _cut(
    limit: document.AwardLimit, line: AwardLine, years: dict[str, int], room: dict[str, int]
) -> tuple[AwardLine, dict[str, int]]:
    """The line with what the room allows; `room` is what is left, by year or overall."""
    most = thousandths(limit.at_most)
    kept: dict[str, int] = {}
    for year, credit in sorted(years.items()):
        name = year if limit.each else ""
        kept[year] = min(credit, room.get(name, most))
        room[name] = room.get(name, most) - kept[year]
    credit, upper = sum(kept.values()), line.credit_at_most
    if credit == line.credit and (upper is None or upper <= most):
        return line, kept
    upper = None if upper is None else max(min(upper, most), credit)
    return replace(line, credit=credit, credit_at_most=upper, limited_by=limit.key, limit_credit=most), kept


def _new(case: Case, line: AwardLine) -> AwardLine:
    """What is new beside the ledger; less than before is never proposed, a person takes back."""
    before = [one for one in case.credited if one.award == line.award]
    minutes = sum(one.minutes for one in before)
    credit = sum(thousandths(one.credit) for one in before)
    return replace(
        line,
        before_minutes=minutes,
        before_credit=credit,
        now_minutes=max(line.minutes - minutes, 0),
        now_credit=max(line.credit - credit, 0),
    )
