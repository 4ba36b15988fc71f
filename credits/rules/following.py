"""What follows from counted time: money, reports that are due, and the gates that credit opens."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from credits.rules import amounts
from credits.rules.case import Case
from credits.rules.result import GateLine, MoneyLine, ReportLine, RequirementLine, every_line
from credits.rules.selecting import chosen, days_of, holds, records
from placements.rules.hours import monday
from schools.rule_sets.document import Gate, Money, Report


def money(case: Case) -> list[MoneyLine]:
    return [_money(case, one) for one in case.rule_set.money if holds(case, one.when)]


def _money(case: Case, one: Money) -> MoneyLine:
    places = [place for place in chosen(case, one.where) if case.left[place]]
    total = sum(case.left[place] for place in places)
    least = amounts.minutes(case, one.from_total) if one.from_total else None
    number = _present(case, one, places) if least is None or total >= least else 0
    cents = number * one.cents
    return MoneyLine(
        money=one.key,
        currency=one.currency,
        per=one.per,
        number=number,
        cents_each=one.cents,
        cents=min(cents, one.cents_at_most) if one.cents_at_most is not None else cents,
        total_minutes=total,
        from_minutes=least,
    )


def _present(case: Case, one: Money, places: Sequence[int]) -> int:
    """Days, weeks with so much counted time, or whole hours."""
    if one.per == "hour":
        return sum(case.left[place] for place in places) // 60
    if one.per == "day" and one.day_at_least is None:
        return days_of([case.items[place] for place in places])
    least = amounts.minutes(case, one.day_at_least) if one.day_at_least else 1
    sums: dict[date, int] = {}
    for place in places:
        day = case.items[place].day if one.per == "day" else monday(case.items[place].day)
        sums[day] = sums.get(day, 0) + case.left[place]
    return sum(1 for minutes in sums.values() if minutes >= least)


def reports(case: Case) -> list[ReportLine]:
    return [row for one in case.rule_set.reports if holds(case, one.when) for row in _reports(case, one)]


def _reports(case: Case, one: Report) -> Iterator[ReportLine]:
    if one.every_days is None:
        due = amounts.day_of(case, one.due)
        if due is not None:
            yield _report(case, one, due)
        return
    for first, last in _stretches(case, one.every_days):
        yield _report(case, one, amounts.moved(last, one.due), first, last)


def _stretches(case: Case, days: int) -> Iterator[tuple[date, date]]:
    """From the first day of work on; the last one ends with the last day of work."""
    first, end = case.start, case.end
    while first is not None and end is not None and first <= end:
        yield first, min(first + timedelta(days=days - 1), end)
        first += timedelta(days=days)


def _report(case: Case, one: Report, due: date, first: date | None = None, last: date | None = None) -> ReportLine:
    """A record about a stretch names it by its days; the first record that fits counts."""
    found = [
        case.local_day(there)
        for record, there in records(case, one.match)
        if first is None or (record.since is not None and first <= record.since <= (last or first))
    ]
    on = min(found, default=None)
    return ReportLine(
        report=one.key,
        due=due.isoformat(),
        state=_state(on, due, case.today),
        on=on.isoformat() if on else None,
        since=first.isoformat() if first else None,
        until=last.isoformat() if last else None,
    )


def _state(on: date | None, due: date, today: date) -> str:
    if on is None:
        return "open" if today <= due else "overdue"
    return "done" if on <= due else "late"


def gates(case: Case, requirements: Sequence[RequirementLine]) -> list[GateLine]:
    return [_gate(case, one, requirements) for one in case.rule_set.gates if holds(case, one.when)]


def _gate(case: Case, one: Gate, requirements: Sequence[RequirementLine]) -> GateLine:
    asked = [row for row in every_line(requirements) if row.rule in one.needs] if one.needs else requirements
    unmet = [row.rule for row in asked if not row.met and (one.needs or row.effect == "block")]
    until = amounts.day_of(case, one.pending_until) if one.pending_until else None
    waits = until is not None and case.today <= until
    return GateLine(
        gate=one.key,
        state="open" if not unmet else "pending" if waits else "closed",
        unmet=unmet,
        pending_until=until.isoformat() if until else None,
    )
