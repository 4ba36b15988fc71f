"""Is each requirement met: every bound with its value, its target and what is missing, group by group."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from credits.rules import amounts
from credits.rules.amounts import Dims, Size, asked_groups, day_of, size
from credits.rules.case import Case
from credits.rules.result import BreachLine, Comparison, RequirementLine
from credits.rules.selecting import chosen, days_of, holds, host_fits, period_of, records
from credits.rules.stretches import measured, stretches
from placements.rules.hours import monday
from schools.rule_sets import document
from schools.rule_sets.parts import Amount

LOWER, UPPER = ("at_least", "more_than"), ("at_most", "less_than")
EFFECTS = {"must": "block", "should": "warn"}


def judged(case: Case, requirements: Sequence, breaches: Sequence[BreachLine]) -> list[RequirementLine]:
    """A line for each requirement that is asked of this student."""
    return [_line(case, one, breaches) for one in requirements if holds(case, one.when)]


def _line(case: Case, one: document.Requirement, breaches: Sequence[BreachLine]) -> RequirementLine:
    about = {
        "rule": one.key,
        "type": one.type,  # type: ignore[attr-defined]
        "strength": one.strength,
        "effect": one.effect or EFFECTS[one.strength],
    }
    exception = case.exceptions.get(one.key)
    if exception and exception.at_least is None:
        return RequirementLine(**about, state="excepted", approver=exception.approver, reason=exception.reason)
    if isinstance(one, document.Choice):
        return _choice(case, one, about, breaches)
    more = _JUDGES[type(one)](case, one, breaches)
    less = more.pop("less", False)
    met = more.pop("met", None)
    if met is None:
        met = all(row.met for row in more["comparisons"])
    return RequirementLine(**about, **_state(case, one, met, less), **more)


def _state(case: Case, one: document.Requirement, met: bool, less: bool) -> dict:
    """Met with less than the rule set asks is said so, with who accepted it."""
    if not met:
        return {"state": "not_met"}
    accepted = case.considerations.get(one.key) or case.exceptions.get(one.key)
    if accepted and less:
        return {"state": "considered", "approver": accepted.approver, "reason": accepted.reason}
    return {"state": "met"}


def _choice(case: Case, one: document.Choice, about: dict, breaches: Sequence[BreachLine]) -> RequirementLine:
    lines = judged(case, one.of, breaches)
    met = any(line.met for line in lines) if one.type == "any_of" else all(line.met for line in lines)
    return RequirementLine(**about, state="met" if met else "not_met", of=lines)


def compared(value: int, bound: str, target: int, *, measure: str, group: Dims | None = None, **more) -> Comparison:
    """One bound: what is missing to a lower one, what is too much for an upper one."""
    met = {
        "at_least": value >= target,
        "more_than": value > target,
        "at_most": value <= target,
        "less_than": value < target,
        "exactly": value == target,
    }[bound]
    lower = bound in LOWER
    edge = {"more_than": 1, "less_than": -1}.get(bound, 0)
    gap = target + edge - value
    return Comparison(
        group=group or {},
        measure=measure,
        value=value,
        bound=bound,
        target=target,
        met=met,
        missing=gap if lower and not met else 0,
        above=-gap if not lower and not met else 0,
        **more,
    )


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _time(case: Case, one: document.Time, _breaches) -> dict:
    groups = asked_groups(case, chosen(case, one.where), one.each, one.where)
    rows = [row for group in groups for row in _time_rows(case, one, *group)]
    return {"comparisons": rows, "less": any(_falls_short(case, one, *group) for group in groups)}


def _falls_short(case: Case, one: document.Time, group: Dims, places: Sequence[int]) -> bool:
    """Whether the rule set's own amount is not reached, whatever a person accepted."""
    asked = one.at_least or one.more_than
    if asked is None:
        return False
    value = sum(case.items[place].minutes if one.before_steps else case.left[place] for place in places)
    own = amounts.minutes(case, asked, group, places if group else None)
    return value < own + (one.at_least is None)


def _time_rows(case: Case, one: document.Time, group: Dims, places: Sequence[int]) -> Iterator[Comparison]:
    value = sum(case.items[place].minutes if one.before_steps else case.left[place] for place in places)
    for bound in (*LOWER, *UPPER):
        asked = getattr(one, bound)
        if asked is not None:
            yield _minutes_row(case, value, bound, _target(case, one, bound, asked, group, places), group, one.shown_in)


def _target(case: Case, one: document.Time, bound: str, asked: Amount, group: Dims, places: Sequence[int]) -> Size:
    """The rule set's own amount, or the smaller one that a person accepted for this student."""
    own = size(case, asked, group, places if group else None)
    if bound not in LOWER:
        return own
    accepted = [row for row in (case.exceptions.get(one.key), case.considerations.get(one.key)) if row and row.at_least]
    less = [amounts.minutes(case, row.at_least) for row in accepted]
    floor = case.rule_set.consideration.not_below if case.rule_set.consideration else None
    if one.key in case.considerations and floor:
        less = [max(some, amounts.minutes(case, floor)) for some in less]
    return min([own, *(Size(some) for some in less)], key=lambda row: row.minutes)


def _minutes_row(case: Case, value: int, bound: str, target: Size, group: Dims, shown_in: str = "hours") -> Comparison:
    row = compared(value, bound, target.minutes, measure="minutes", group=group)
    return compared(
        value,
        bound,
        target.minutes,
        measure="minutes",
        group=group,
        share=target.share,
        base=target.base,
        base_minutes=target.base_minutes,
        value_shown=amounts.shown(case, value, shown_in),
        target_shown=amounts.shown(case, target.minutes, shown_in),
        missing_shown=amounts.shown(case, row.missing, shown_in) if row.missing else None,
    )


def _cohort_average(case: Case, one: document.CohortAverage, _breaches) -> dict:
    """The mean of the cohort in whole minutes, rounded down; this student's counted minutes are among them."""
    own = sum(case.left)
    everybody = [own, *(case.cohort_minutes or ())]
    mean = sum(everybody) // len(everybody)
    rows = [_minutes_row(case, mean, "at_least", size(case, one.at_least), {"of": "cohort"})]
    if one.own_at_least:
        rows.append(_minutes_row(case, own, "at_least", size(case, one.own_at_least), {"of": "student"}))
    return {"comparisons": rows}


def _weekly_average(case: Case, one: document.WeeklyAverage, _breaches) -> dict:
    rows: list[Comparison] = []
    for group, places in asked_groups(case, _with_work(case, one.where), one.each, one.where):
        for about, value in _averages(case, one, places):
            for bound in ("at_least", "at_most"):
                asked = getattr(one, bound)
                if asked is not None:
                    rows.append(_minutes_row(case, value, bound, size(case, asked), {**group, **about}))
    if one.window_weeks:
        rows = _worst(rows)
    return {"comparisons": rows}


def _worst(rows: list[Comparison]) -> list[Comparison]:
    """Of many windows those that break a bound; when none does, the nearest one for each bound."""
    broken = [row for row in rows if not row.met]
    nearest = {row.bound: row for row in sorted(rows, key=lambda row: abs(row.value - row.target), reverse=True)}
    return broken or list(nearest.values())


def _averages(case: Case, one: document.WeeklyAverage, places: Sequence[int]) -> Iterator[tuple[Dims, int]]:
    if not places:
        yield {}, 0
        return
    if one.window_weeks:
        yield from _windows(case, places, one.window_weeks)
        return
    total = sum(case.left[place] for place in places)
    yield {}, total * 7 // (7 * weeks(case, places, one.over) if one.over != "days" else _calendar_days(case, places))


def weeks(case: Case, places: Sequence[int], over: str) -> int:
    """Weeks from Monday to Sunday: those with work, or all from the first to the last one with work."""
    mondays = {monday(case.items[place].day) for place in places}
    if over == "weeks_with_work":
        return len(mondays)
    last = max(monday(case.items[place].last_day) for place in places)
    return (last - min(mondays)).days // 7 + 1


def _calendar_days(case: Case, places: Sequence[int]) -> int:
    last = max(case.items[place].last_day for place in places)
    return (last - min(case.items[place].day for place in places)).days + 1


def _windows(case: Case, places: Sequence[int], length: int) -> Iterator[tuple[Dims, int]]:
    """Each run of so many weeks; one shorter run when there are fewer weeks than that."""
    sums: dict[date, int] = {}
    for place in places:
        week = monday(case.items[place].day)
        sums[week] = sums.get(week, 0) + case.left[place]
    first, last = min(sums), max(sums)
    count = max((last - first).days // 7 + 1 - length, 0) + 1
    weeks_of_work = [sums.get(first + timedelta(weeks=number), 0) for number in range(count + length)]
    inside = sum(weeks_of_work[:length])
    for number in range(count):
        yield {"week": (first + timedelta(weeks=number)).isoformat()}, inside // length
        inside += weeks_of_work[number + length] - weeks_of_work[number]


def _with_work(case: Case, where) -> list[int]:
    return [place for place in chosen(case, where) if case.left[place]]


# ── Numbers, dates, stretches ────────────────────────────────────────────────────────────────────────────────────────


def _number(case: Case, one: document.Number, _breaches) -> dict:
    rows = []
    for group, places in asked_groups(case, _with_work(case, one.where), one.each, one.where):
        value = _different(case, one, places)
        rows += [
            compared(value, bound, getattr(one, bound), measure=one.of, group=group)
            for bound in ("at_least", "at_most")
            if getattr(one, bound) is not None
        ]
    return {"comparisons": rows}


def _different(case: Case, one: document.Number, places: Sequence[int]) -> int:
    least = amounts.minutes(case, one.with_at_least) if one.with_at_least else 1
    if one.of == "days" and one.with_at_least is None:
        return days_of([case.items[place] for place in places])
    sums: dict[str, int] = {}
    for place in places:
        name = _name(case, place, one)
        if name is not None:
            sums[name] = sums.get(name, 0) + case.left[place]
    return sum(1 for total in sums.values() if total >= least)


def _name(case: Case, place: int, one: document.Number) -> str | None:
    """What is counted once, by name; nothing where the evidence does not say it."""
    item = case.items[place]
    if one.of in ("sectors", "sizes", "countries"):
        host = case.hosts.get(item.host or "")
        return None if host is None else {"sectors": host.sector, "sizes": host.size, "countries": host.country}[one.of]
    if one.of == "periods":
        return period_of(case, item, one.where.periods)
    return {
        "days": item.day.isoformat(),
        "weeks": monday(item.day).isoformat(),
        "months": item.day.isoformat()[:7],
        "hosts": item.host,
        "settings": item.setting,
        "activities": item.activity,
        "units": item.unit,
    }[one.of]


def _calendar_time(case: Case, one: document.CalendarTime, _breaches) -> dict:
    """Days from the first to the last day; the target is the length of the asked span from that first day on."""
    rows = []
    for group, places in asked_groups(case, _with_work(case, one.where), one.each, one.where):
        first = min((case.items[place].day for place in places), default=case.start or case.today)
        value = _calendar_days(case, places) if places else 0
        for bound in ("at_least", "at_most"):
            span = getattr(one, bound)
            if span is not None:
                target = (amounts.after(first, span) - first).days
                about = {**group, "from": first.isoformat()} if places else group
                rows.append(compared(value, bound, target, measure="calendar_days", group=about))
    return {"comparisons": rows}


def _stretches(case: Case, one: document.Stretches, _breaches) -> dict:
    rows = []
    for group, places in asked_groups(case, _with_work(case, one.where), one.each, one.where):
        lengths = [(found, measured(case, found, one.measured_in)) for found in stretches(case, places, one.gap_days)]
        fitting = sum(1 for _found, length in lengths if _fits(one, length))
        for bound in ("at_least", "at_most"):
            if getattr(one, bound) is not None:
                rows.append(compared(fitting, bound, getattr(one, bound), measure="stretches", group=group))
        if one.every:
            rows += [row for found, length in lengths for row in _length_rows(one, group, found, length)]
    return {"comparisons": rows}


def _fits(one: document.Stretches, length: int) -> bool:
    return (one.length_at_least is None or length >= one.length_at_least) and (
        one.length_at_most is None or length <= one.length_at_most
    )


def _length_rows(one: document.Stretches, group: Dims, found, length: int) -> Iterator[Comparison]:
    about = {**group, "from": found.first.isoformat(), "to": found.last.isoformat()}
    for bound, target in (("at_least", one.length_at_least), ("at_most", one.length_at_most)):
        if target is not None:
            yield compared(length, bound, target, measure=one.measured_in, group=about)


def _dates(case: Case, one: document.Dates, _breaches) -> dict:
    """Days of work too early or too late; none are asked for."""
    items = [case.items[place] for place in chosen(case, one.where)]
    rows = []
    for name, rule in (("not_before", one.not_before), ("not_after", one.not_after)):
        day = day_of(case, rule) if rule else None
        if day is not None:
            early = name == "not_before"
            outside = [item for item in items if (item.day < day if early else item.last_day > day)]
            rows.append(compared(days_of(outside), "at_most", 0, measure="days", group={name: day.isoformat()}))
    return {"comparisons": rows}


# ── Papers, people, places ───────────────────────────────────────────────────────────────────────────────────────────


def _records(case: Case, one: document.Records, _breaches) -> dict:
    """Groups are those with counted work; their first and last day are those of all work that was done."""
    worked = {str(names): places for names, places in asked_groups(case, chosen(case, one.where), one.each, one.where)}
    rows = []
    for group, places in asked_groups(case, _with_work(case, one.where), one.each, one.where):
        if one.unless_host and _all_hosts(case, one, places):
            continue
        items = [case.items[place] for place in worked.get(str(group), places)]
        start = min((item.day for item in items), default=None)
        end = max((item.last_day for item in items), default=None)
        due = day_of(case, one.due, start, end) if one.due else None
        found = [there for _record, there in records(case, one.match, group=group, start=start)]
        value = sum(1 for there in found if due is None or case.local_day(there) <= due)
        about = {**group, **({"due": due.isoformat()} if due else {})}
        rows.append(compared(value, "at_least", _asked(case, one, places), measure="records", group=about))
    return {"comparisons": rows}


def _asked(case: Case, one: document.Records, places: Sequence[int]) -> int:
    if one.every is None:
        return one.at_least
    total = sum(case.left[place] for place in places)
    step = max(amounts.minutes(case, one.every), 1)
    return one.at_least * max(total // step, 1) if total else 0


def _all_hosts(case: Case, one: document.Records, places: Sequence[int]) -> bool:
    assert one.unless_host is not None
    hosts = {case.items[place].host for place in places}
    return bool(hosts) and all(host_fits(one.unless_host, case.hosts.get(host or "")) for host in hosts)


def _outcomes(case: Case, one: document.Outcomes, _breaches) -> dict:
    asked = [row for row in case.outcomes if row.required and (not one.units or row.unit in one.units)]
    shown = sum(1 for row in asked if len(set(row.shown_to)) >= one.sources_at_least)
    target = -(-len(asked) * amounts.fraction(one.share).numerator // amounts.fraction(one.share).denominator)
    return {"comparisons": [compared(shown, "at_least", target, measure="outcomes")]}


def _condition(case: Case, one: document.Condition, _breaches) -> dict:
    asked = sorted({*one.holds.facts, *one.holds.facts_at_least, *one.holds.facts_below})
    return {"met": holds(case, one.holds), "facts": asked}


def _hosts(case: Case, one: document.Hosts, _breaches) -> dict:
    hosts = {case.items[place].host or "" for place in chosen(case, one.where) if case.items[place].minutes}
    wrong = sorted(host for host in hosts if not host_fits(one.are, case.hosts.get(host)))
    row = compared(len(hosts) - len(wrong), "at_least", len(hosts), measure="hosts")
    return {"comparisons": [row], "groups": wrong}


def _exclusive(case: Case, one: document.Exclusive, _breaches) -> dict:
    used = [
        str(number) for number, group in enumerate(one.groups)
        if any(case.items[place].minutes for place in chosen(case, group.where))
    ]  # fmt: skip
    return {"comparisons": [compared(len(used), "at_most", 1, measure="groups")], "groups": used}


def _working_time(case: Case, one: document.WorkingTime, breaches: Sequence[BreachLine]) -> dict:
    found = [row for row in breaches if not one.limits or row.limit in one.limits]
    return {"comparisons": [compared(len(found), "at_most", 0, measure="breaches")]}


_JUDGES: dict[type, Callable[..., dict]] = {
    document.Time: _time,
    document.Number: _number,
    document.WeeklyAverage: _weekly_average,
    document.CalendarTime: _calendar_time,
    document.Stretches: _stretches,
    document.CohortAverage: _cohort_average,
    document.Records: _records,
    document.Outcomes: _outcomes,
    document.Condition: _condition,
    document.Hosts: _hosts,
    document.Exclusive: _exclusive,
    document.Dates: _dates,
    document.WorkingTime: _working_time,
}
