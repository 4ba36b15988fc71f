"""Conditions: does something hold for the student, which records fit, which work is meant."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from itertools import pairwise

from credits.rules.case import Case, Item
from credits.rules.evidence import Host, Record
from schools.rule_sets.parts import Ages, HostMatch, Range, RecordMatch, When, Where, Within

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADULT = 18
EVERYTHING = Where()


def holds(case: Case, when: When | None) -> bool:
    """Whether a condition on the student holds; nothing asked always holds."""
    return when is None or (
        all(_has(case.fact(name), values) for name, values in when.facts.items())
        and all(_number(case.fact(name), -1) >= least for name, least in when.facts_at_least.items())
        and all(_number(case.fact(name), top) < top for name, top in when.facts_below.items())
        and age_fits(when.age_at_start, case.age_on(case.start or case.today))
        and _within(when.cohort_start, case.cohort_start)
        and (when.record is None or any(True for _ in records(case, when.record)))
        and all(holds(case, one) for one in when.all)
        and (not when.any or any(holds(case, one) for one in when.any))
        and not any(holds(case, one) for one in when.none)
    )


def _has(fact: object, values: Collection) -> bool:
    """True is not 1 here: a list of values says of what kind they are."""
    mine = fact if isinstance(fact, list) else [fact]
    return any(type(one) is type(value) and one == value for one in mine for value in values)


def _number(fact: object, otherwise: int) -> int:
    return fact if isinstance(fact, int) and not isinstance(fact, bool) else otherwise


def age_fits(ages: Ages | None, age: int | None) -> bool:
    """An unknown age fits no ages but the open ones."""
    if ages is None or (ages.since is None and ages.below is None):
        return True
    if age is None:
        return False
    return (ages.since is None or age >= ages.since) and (ages.below is None or age < ages.below)


def _within(stretch: Range | None, day: date | None) -> bool:
    if stretch is None or (stretch.since is None and stretch.until is None):
        return True
    if day is None:
        return False
    return (stretch.since is None or day >= stretch.since) and (stretch.until is None or day <= stretch.until)


# ── Records ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def records(
    case: Case,
    match: RecordMatch,
    item: Item | None = None,
    group: dict[str, str] | None = None,
    start: date | None = None,
) -> Iterable[tuple[Record, date | datetime]]:
    """The records that fit, with when each was there: on its own date, or with the last signature that is asked.

    `item` or `group` say what the record has to be about the same as; `start` is the first day of the work looked at.
    """
    for record in case.records:
        there = _there(case, match, record)
        if there is None or not _about(case, match, record, item, group):
            continue
        if match.within is None or _in_stretch(case, match.within, case.local_day(there), start):
            yield record, there


def _there(case: Case, match: RecordMatch, record: Record) -> date | datetime | None:
    """When it fulfils the match; never when it does not."""
    fits = (
        record.kind == match.kind
        and (not match.by or record.by in match.by)
        and (not match.results or record.result in match.results)
        and (match.score_at_least is None or (record.score is not None and record.score >= match.score_at_least))
        and (not match.units or record.unit in match.units)
    )
    if not fits:
        return None
    signed = {one.by: one.at for one in sorted(record.signatures, key=lambda one: instant(case, one.at), reverse=True)}
    asked = [*match.signed_by, *(_also(case, match, record))]
    if any(party not in signed for party in asked):
        return None
    if match.in_order and not _ordered(case, [signed[party] for party in match.signed_by]):
        return None
    return max([record.on, *(signed[party] for party in asked)], key=lambda at: instant(case, at))


def _also(case: Case, match: RecordMatch, record: Record) -> list[str]:
    age = case.age_on(case.local_day(record.on))
    return match.minors_signed_by if age is not None and age < ADULT else []


def instant(case: Case, at: date | datetime) -> datetime:
    """For comparing: a day counts from its beginning."""
    if isinstance(at, datetime):
        return at.astimezone(UTC)
    return datetime(at.year, at.month, at.day, tzinfo=UTC)


def _ordered(case: Case, moments: list[date | datetime]) -> bool:
    """Signatures of one day whose times are not known do not contradict an order."""
    for earlier, later in pairwise(moments):
        both_exact = isinstance(earlier, datetime) and isinstance(later, datetime)
        if both_exact and later < earlier:  # type: ignore[operator]
            return False
        if not both_exact and case.local_day(later) < case.local_day(earlier):
            return False
    return True


def _about(case: Case, match: RecordMatch, record: Record, item: Item | None, group: dict[str, str] | None) -> bool:
    """Whether it is about the same host, placement, unit or period; where neither is given, about anything."""
    for dimension in match.same:
        wanted: str | None
        if group is not None and dimension in group:
            wanted = group[dimension]
        elif item is not None:
            wanted = period_of(case, item, ()) if dimension == "period" else getattr(item, dimension)
        else:
            continue
        if (getattr(record, dimension) or "") != (wanted or ""):
            return False
    return True


def _in_stretch(case: Case, within: Within, day: date, start: date | None) -> bool:
    anchor = anchor_day(case, within.of, start)
    if anchor is None:
        return False
    days = (day - anchor).days
    return (within.from_days is None or days >= within.from_days) and (within.to_days is None or days <= within.to_days)


def anchor_day(case: Case, anchor: str, start: date | None = None, end: date | None = None) -> date | None:
    known = {
        "start": start or case.start,
        "end": end or case.end,
        "cohort_start": case.cohort_start,
        "cohort_end": case.cohort_end,
        "today": case.today,
    }
    return known[anchor]


# ── Work ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def chosen(case: Case, where: Where) -> list[int]:
    """The places of the items that are meant, in the order of time."""
    if where == EVERYTHING:
        return list(range(len(case.items)))
    return [place for place, item in enumerate(case.items) if meant(case, where, item)]


def meant(case: Case, where: Where, item: Item) -> bool:
    return (
        _kind(where, item)
        and (where.host is None or host_fits(where.host, case.hosts.get(item.host or "")))
        and _dated(case, where, item)
        and (where.after_record is None or _after(case, where.after_record, item))
        and (where.during_record is None or _during(case, where.during_record, item))
        and (where.when is None or holds(case, where.when))
        and (not where.any or any(meant(case, one, item) for one in where.any))
        and not any(meant(case, one, item) for one in where.none)
    )


def _kind(where: Where, item: Item) -> bool:
    return (
        (not where.activities or item.activity in where.activities)
        and (not where.settings or item.setting in where.settings)
        and (where.realism is None or item.realism == where.realism)
        and (where.remote is None or item.remote == where.remote)
        and (where.paid is None or item.paid == where.paid)
        and (where.make_up is None or item.make_up == where.make_up)
        and (not where.units or item.unit in where.units)
        and (not where.tags or any(tag in item.tags for tag in where.tags))
    )


def _dated(case: Case, where: Where, item: Item) -> bool:
    return (
        _within(where.dates, item.day)
        and age_fits(where.age, case.age_on(item.day) if where.age else None)
        and (not where.weekdays or WEEKDAYS[item.day.weekday()] in where.weekdays)
        and (not where.periods or period_of(case, item, where.periods) is not None)
        and (where.last_years is None or item.day > years_before(case.cohort_end or case.today, where.last_years))
    )


def period_of(case: Case, item: Item, kinds: Collection[str]) -> str | None:
    """The key of the first period of these kinds (of any, when none are named) in which the work lies."""
    found = (one.key for one in case.periods if (not kinds or one.kind in kinds) and one.since <= item.day <= one.until)
    return next(found, None)


def _after(case: Case, match: RecordMatch, item: Item) -> bool:
    return any(_begun(case, item, there) for _record, there in records(case, match, item))


def _begun(case: Case, item: Item, there: date | datetime) -> bool:
    if isinstance(there, datetime) and item.begins is not None:
        return item.begins >= there
    return item.day >= case.local_day(there)


def _during(case: Case, match: RecordMatch, item: Item) -> bool:
    return any(
        (record.since is None or record.since <= item.day) and (record.until is None or item.day <= record.until)
        for record, _there in records(case, match, item)
    )


def host_fits(match: HostMatch, host: Host | None) -> bool:
    if host is None:
        return False
    return (
        (match.recognised is None or host.recognised == match.recognised)
        and (match.checked is None or host.checked == match.checked)
        and (not match.sectors or host.sector in match.sectors)
        and (not match.sizes or host.size in match.sizes)
        and (not match.countries or host.country in match.countries)
        and (not match.tags or any(tag in host.tags for tag in match.tags))
        and _few_learners(match.learners_per_supervisor_at_most, host)
    )


def _few_learners(most: int | None, host: Host) -> bool:
    if most is None:
        return True
    return host.learners is not None and host.learners <= most * (host.supervisors or 0)


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for a 29th."""
    try:
        return day.replace(year=max(day.year - years, 1))
    except ValueError:
        return day.replace(year=max(day.year - years, 1), day=28)


def days_of(items: Iterable[Item]) -> int:
    """Days present: known days once, sums with the number they carry."""
    single = {item.day for item in items if item.days == 1}
    sums = {item.key: item.days for item in items if item.days > 1}
    return len(single) + sum(sums.values())
