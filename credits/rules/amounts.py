"""How much an amount is in minutes, which groups work falls into, and which day a date rule names."""

import calendar
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from credits.rules.case import Case, MissingFact, length
from credits.rules.result import Shown
from credits.rules.selecting import WEEKDAYS, anchor_day, chosen, holds, period_of
from placements.rules.hours import monday
from schools.rule_sets.document import Time, every_requirement
from schools.rule_sets.parts import Amount, DateRule, Span, Where

type Dims = dict[str, str]


@dataclass(frozen=True)
class Size:
    """Minutes, and of what they are a share where they are one."""

    minutes: int
    share: str | None = None
    base: str | None = None
    base_minutes: int | None = None


def size(case: Case, amount: Amount, group: Dims | None = None, members: Collection[int] | None = None) -> Size:
    """An amount in minutes; parts of a minute are dropped. Raises `MissingFact`.

    Where a rule looks at groups apart, a share is one of what is in the `group`, whose work are the `members`.
    """
    if amount.cases:
        then = next((one.then for one in amount.cases if holds(case, one.when)), amount.otherwise)
        assert then is not None
        return size(case, then, group, members)
    if amount.fact is not None:
        return Size(_fact_minutes(case, amount.fact))
    if amount.share is None:
        return Size(length(amount, case.conversion))
    base = _base(case, amount, group or {}, members)
    return Size(int(fraction(amount.share) * base), amount.share, amount.of, base)


def minutes(case: Case, amount: Amount, group: Dims | None = None, members: Collection[int] | None = None) -> int:
    return size(case, amount, group, members).minutes


def fraction(share: str) -> Fraction:
    """ "20%" is 1/5."""
    if share.endswith("%"):
        return Fraction(share[:-1]) / 100
    return Fraction(share)


def _fact_minutes(case: Case, name: str) -> int:
    value = case.fact(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MissingFact(f"facts.{name}")
    return value


def _base(case: Case, amount: Amount, group: Dims, members: Collection[int] | None) -> int:
    match amount.of:
        case "required":
            return required(case, amount.rule)
        case "programme":
            if case.programme_minutes is None:
                raise MissingFact("programme_minutes")
            return case.programme_minutes
        case "planned":
            return _planned(case, group)
        case "missed":
            return _missed(case, amount.causes, group)
    places = [place for place in chosen(case, amount.where or Where()) if members is None or place in members]
    if amount.of == "worked":
        return sum(case.items[place].minutes for place in places)
    return sum(case.left[place] for place in places)


def required(case: Case, rule: str | None) -> int:
    """What a time requirement asks for by the rule set, without anybody's exception."""
    timed = [
        one
        for one in every_requirement(case.rule_set.requirements)
        if isinstance(one, Time) and (one.at_least or one.more_than) and (one.key == rule or rule is None)
    ]
    asked = next((one for one in timed if rule or holds(case, one.when)), None)
    if asked is None:
        return 0
    bound = asked.at_least or asked.more_than
    assert bound is not None
    return minutes(case, bound)


def _planned(case: Case, group: Dims) -> int:
    """The plan of the group; lines that do not say of what they are count only where no group is asked."""
    dims = {name: value for name, value in group.items() if name in ("host", "placement", "unit", "activity", "period")}
    return sum(one.minutes for one in case.planned if _is_about(one, dims))


def _missed(case: Case, causes: Sequence[str], group: Dims) -> int:
    """Absences with these causes, at the place and in the stretch of time of the group."""
    places = {name: value for name, value in group.items() if name in ("host", "placement")}
    times = {name: value for name, value in group.items() if name in _TIMES}
    return sum(
        one.minutes
        for one in case.absences
        if (not causes or one.cause in causes)
        and _is_about(one, places)
        and all(_TIMES[name](case, one.day) == value for name, value in times.items())
    )


def _is_about(row: object, dims: Dims) -> bool:
    return all((getattr(row, name) or "") == value for name, value in dims.items())


def shown(case: Case, value: int, measure: str) -> Shown | None:
    """Minutes as whole days, weeks or months and a rest; nothing for hours, which need no conversion."""
    per_day = case.conversion.minutes_per_day
    each = {
        "days": per_day,
        "weeks": case.conversion.minutes_per_week,
        "months": per_day * case.conversion.days_per_month,
    }
    if measure not in each:
        return None
    count, rest = divmod(value, each[measure])
    return Shown(count=count, minutes=rest, measure=measure)


# ── Groups ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def groups(case: Case, places: Sequence[int], each: Sequence[str], where: Where) -> list[tuple[Dims, list[int]]]:
    """Work by the dimensions of `each`, in a fixed order; one group of all when there are none."""
    if not each:
        return [({}, list(places))]
    found: dict[tuple[str, ...], list[int]] = {}
    for place in places:
        names = tuple(name_of(case, place, dimension, where) for dimension in each)
        found.setdefault(names, []).append(place)
    return [(dict(zip(each, names, strict=True)), found[names]) for names in sorted(found)]


def asked_groups(case: Case, places: Sequence[int], each: Sequence[str], where: Where) -> list[tuple[Dims, list[int]]]:
    """Groups with work, and those without that the rule set or the evidence names: every school year since the start of
    the cohort, every period, every named unit."""
    found = groups(case, places, each, where)
    if len(each) == 1:
        known = {names[each[0]] for names, _places in found}
        found += [({each[0]: name}, []) for name in sorted(_named(case, each[0], where) - known)]
    return sorted(found, key=lambda row: tuple(row[0].values())) or [({}, [])]


_TIMES: dict[str, Callable[[Case, date], str]] = {
    "day": lambda case, day: day.isoformat(),
    "week": lambda case, day: monday(day).isoformat(),
    "month": lambda case, day: day.isoformat()[:7],
    "year": lambda case, day: str(day.year),
    "school_year": lambda case, day: case.school_year(day),
}


def name_of(case: Case, place: int, dimension: str, where: Where) -> str:
    item = case.items[place]
    if dimension in _TIMES:
        return _TIMES[dimension](case, item.day)
    if dimension == "period":
        return period_of(case, item, where.periods) or ""
    return getattr(item, dimension) or ""


def _named(case: Case, dimension: str, where: Where) -> set[str]:
    last = min(case.today, case.cohort_end or case.today)
    first = case.cohort_start or case.start
    match dimension:
        case "unit":
            return set(where.units)
        case "period":
            return {
                one.key
                for one in case.periods
                if one.since <= last and (not where.periods or one.kind in where.periods)
            }
        case "school_year" if first and first <= last:
            years = range(int(case.school_year(first)[:4]), int(case.school_year(last)[:4]) + 1)
            return {f"{year}/{year + 1}" for year in years}
        case "year" if first and first <= last:
            return {str(year) for year in range(first.year, last.year + 1)}
    return set()


# ── Days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def after(day: date, span: Span) -> date:
    """The day that lies so much later; a day that a month does not have is its last one."""
    months = day.year * 12 + day.month - 1 + span.months + 12 * span.years
    year, month = divmod(months, 12)
    moved = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    return moved + timedelta(days=span.days + 7 * span.weeks)


def day_of(case: Case, rule: DateRule, start: date | None = None, end: date | None = None) -> date | None:
    """The day that a rule names; nothing while its anchor is not known."""
    if rule.date is not None:
        return rule.date
    anchor = anchor_day(case, rule.anchor or "end", start, end)
    return None if anchor is None else moved(anchor, rule)


def moved(day: date, rule: DateRule) -> date:
    months = day.year * 12 + day.month - 1 + rule.months
    year, month = divmod(months, 12)
    day = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1])) + timedelta(days=rule.days)
    day = _working(day, rule.working_days)
    if rule.next_weekday:
        day += timedelta(days=(WEEKDAYS.index(rule.next_weekday) - day.weekday() - 1) % 7 + 1)
    return _month_day(day, rule.next_month_day) if rule.next_month_day else day


def _working(day: date, count: int) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    while count:
        day += step
        count -= (1 if count > 0 else -1) if day.weekday() < 5 else 0
    return day


def _month_day(day: date, month_day: str) -> date:
    """29 February falls on the 28th in other years."""
    month, number = (int(part) for part in month_day.split("-"))
    for year in (day.year, day.year + 1):
        found = date(year, month, min(number, calendar.monthrange(year, month)[1]))
        if found >= day:
            break
    return found
