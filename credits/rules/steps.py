"""From worked to counted minutes: each step takes away, in the order of the rule set, and says what and why."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from credits.rules.amounts import Dims, fraction, groups, minutes, size
from credits.rules.case import Case
from credits.rules.result import StepLine
from credits.rules.selecting import chosen, holds
from credits.rules.stretches import measured, stretches
from schools.rule_sets import document
from schools.rule_sets.choosing import by_day, holds_on
from schools.rule_sets.parts import Range

type Cut = tuple[int, int]
"""A place among the items, and the minutes taken from it."""

OVERLAP, UNKNOWN, OUTSIDE = "same_time", "unknown_activity", "outside_dates"


def count(case: Case) -> list[StepLine]:
    """Apply all steps to `case.left`; the lines say what was cut, or what a bound was compared with."""
    lines = [*_void(case), *_overlaps(case), *_unknown(case), *_outside(case)]
    for step in _steps(case):
        waived = step.key in case.exceptions and case.exceptions[step.key].at_least is None
        if holds(case, step.when) and not waived:
            lines += _STEPS[type(step)](case, step)
    return lines


def _take(
    case: Case, step: document.Step, cuts: Sequence[Cut], *, before: int, group: Dims | None = None, **more
) -> StepLine:
    """Write one line, and take the minutes away unless a person decides."""
    cuts = [(place, some) for place, some in cuts if some]
    line = _line(case, step.key, step.type, cuts, before, group or {}, decided_by=step.decided_by, **more)  # type: ignore[attr-defined]
    if step.decided_by is None:
        for place, some in cuts:
            case.left[place] -= some
    return line


def _line(case: Case, rule: str, kind: str, cuts: Sequence[Cut], before: int, group: Dims, **more) -> StepLine:
    cut = sum(some for _place, some in cuts)
    items = [case.items[place] for place, _some in cuts]
    return StepLine(
        rule=rule,
        type=kind,
        reason=more.pop("reason", kind),
        group=group,
        activities=sorted({item.activity for item in items}),
        entries=list(dict.fromkeys(item.key for item in items)),
        entry_count=sum(item.entries for item in items),
        minutes=before,
        cut_minutes=cut,
        kept_minutes=before - cut,
        **more,
    )


# ── What no rule set has to say ──────────────────────────────────────────────────────────────────────────────────────


def _void(case: Case) -> Iterator[StepLine]:
    """Work that counts under no rule set, a line for each reason (credits.rules.validity)."""
    for reason in sorted({item.void_because for item in case.items if item.void and item.void_because}):
        cuts = [(place, item.void) for place, item in enumerate(case.items) if item.void_because == reason]
        yield _line(case, reason, reason, cuts, sum(case.left[place] for place, _some in cuts), {})
        for place, some in cuts:
            case.left[place] -= some


def _overlaps(case: Case) -> Iterator[StepLine]:
    """Two stretches at the same time: the minutes count in the first one only."""
    stretches: dict[str, list[int]] = {}
    for place, item in enumerate(case.items):
        if item.begins and item.ends and item.entries == 1:
            stretches.setdefault(item.key, []).append(place)
    until: datetime | None = None
    cuts: list[Cut] = []
    for places in sorted(stretches.values(), key=lambda some: (case.items[some[0]].begins, case.items[some[0]].key)):
        begins, ends = case.items[places[0]].begins, case.items[places[0]].ends
        assert begins is not None
        assert ends is not None
        if until and begins < until:
            cuts += _taken(case, places, int((min(ends, until) - begins).total_seconds()) // 60)
        until = max(until or ends, ends)
    if cuts:
        before = sum(case.left[place] for place, _some in cuts)
        yield _line(case, OVERLAP, OVERLAP, cuts, before, {})
        for place, some in cuts:
            case.left[place] -= some


def _taken(case: Case, places: Sequence[int], minutes: int) -> Iterator[Cut]:
    """So many minutes, from the first items on."""
    for place in places:
        some = min(case.left[place], minutes)
        minutes -= some
        if some:
            yield place, some


def _unknown(case: Case) -> Iterator[StepLine]:
    """Work of a kind that the rule set does not name."""
    cuts = [
        (place, case.left[place])
        for place, item in enumerate(case.items)
        if item.activity not in case.rule_set.activities and case.left[place]
    ]
    if cuts:
        yield _line(case, UNKNOWN, UNKNOWN, cuts, sum(some for _place, some in cuts), {})
        for place, _some in cuts:
            case.left[place] = 0


def _outside(case: Case) -> Iterator[StepLine]:
    """Where the day of the work chooses the wording: work on days for which none is there."""
    if case.rule_set.chosen_by != "activity_date":
        return
    wordings = [case.rule_set, *case.other_wordings]
    cuts = [
        (place, case.left[place])
        for place, item in enumerate(case.items)
        if case.left[place] and not any(holds_on(one, item.day) for one in wordings)
    ]
    if cuts:
        yield _line(case, OUTSIDE, OUTSIDE, cuts, sum(some for _place, some in cuts), {})
        for place, _some in cuts:
            case.left[place] = 0


def _steps(case: Case) -> Iterator[document.Step]:
    """The steps of the rule set; where the day of the work chooses, those of each wording for the work of its days."""
    if not case.other_wordings or case.rule_set.chosen_by != "activity_date":
        yield from case.rule_set.steps
        return
    for wording, first, last in by_day([case.rule_set, *case.other_wordings]):
        for step in wording.steps:
            dates = step.where.dates or Range()
            clipped = Range(since=_later(dates.since, first), until=_earlier(dates.until, last))
            yield replace(step, where=replace(step.where, dates=clipped))


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)


# ── The steps of a rule set ──────────────────────────────────────────────────────────────────────────────────────────


def _selected(case: Case, step: document.Step) -> list[int]:
    return [place for place in chosen(case, step.where) if case.left[place]]


def _groups(case: Case, step: document.Cap | document.Threshold | document.RoundDown | document.ShortStretch):
    """The groups in which there is work."""
    places = _selected(case, step)
    return groups(case, places, step.each, step.where) if places else []


def _total(case: Case, places: Sequence[int]) -> int:
    return sum(case.left[place] for place in places)


def _confirmed(case: Case, step: document.Confirmed) -> Iterator[StepLine]:
    places = _selected(case, step)
    waiting = [(place, case.left[place]) for place in places if case.items[place].confirmed is None]
    differ = [(place, case.left[place] - min(case.left[place], case.items[place].confirmed or 0)) for place in places
              if case.items[place].confirmed is not None]  # fmt: skip
    differ = [(place, some) for place, some in differ if some]
    for cuts, reason in ((waiting, "not_confirmed"), (differ, "hours_differ")):
        if cuts:
            yield _take(case, step, cuts, before=_total(case, [place for place, _some in cuts]), reason=reason)


def _exclude(case: Case, step: document.Exclude) -> Iterator[StepLine]:
    places = _selected(case, step)
    if places:
        yield _take(case, step, [(place, case.left[place]) for place in places], before=_total(case, places))


def _cap(case: Case, step: document.Cap) -> Iterator[StepLine]:
    """Where several wordings have the same cap, they share its room: what one kept is not there for the next."""
    for group, places in _groups(case, step):
        limit = size(case, step.at_most, group, _members(case, step.each, group, step.where))
        used = case.kept.get((step.key, str(group)), 0)
        room, cuts = max(limit.minutes - used, 0), []
        for place in places:
            kept = min(case.left[place], room)
            cuts.append((place, case.left[place] - kept))
            room -= kept
            used += kept
        case.kept[step.key, str(group)] = used
        yield _take(case, step, cuts, before=_total(case, places), group=group, **_limit(limit))


def _threshold(case: Case, step: document.Threshold) -> Iterator[StepLine]:
    for group, places in _groups(case, step):
        limit = size(case, step.at_least, group, _members(case, step.each, group, step.where))
        before = _total(case, places)
        cuts = [(place, case.left[place]) for place in places] if before < limit.minutes else []
        yield _take(case, step, cuts, before=before, group=group, **_limit(limit))


def _members(case: Case, each: Sequence[str], group: Dims, where) -> list[int] | None:
    """All work of the group, also of other kinds: what a share of counted or worked time looks at."""
    if not each:
        return None
    everything = groups(case, range(len(case.items)), each, where)
    return next((places for names, places in everything if names == group), [])


def _limit(limit) -> dict:
    return {
        "limit_minutes": limit.minutes,
        "share": limit.share,
        "base": limit.base,
        "base_minutes": limit.base_minutes,
    }


def _weight(case: Case, step: document.Weight) -> Iterator[StepLine]:
    places = _selected(case, step)
    factor = fraction(step.factor)
    cuts = [(place, case.left[place] - int(case.left[place] * factor)) for place in places]
    if places:
        yield _take(case, step, cuts, before=_total(case, places), share=step.factor)


def _round_down(case: Case, step: document.RoundDown) -> Iterator[StepLine]:
    """What is over a whole step is taken from the latest work."""
    whole = max(minutes(case, step.step), 1)
    for group, places in _groups(case, step):
        before = _total(case, places)
        rest, cuts = before % whole, []
        for place in reversed(places):
            some = min(case.left[place], rest)
            cuts.append((place, some))
            rest -= some
        yield _take(case, step, cuts, before=before, group=group, limit_minutes=whole)


def _short_stretch(case: Case, step: document.ShortStretch) -> Iterator[StepLine]:
    for group, places in _groups(case, step):
        for stretch in stretches(case, places, step.gap_days):
            length = measured(case, stretch, step.measured_in)
            if length < step.at_least:
                cuts = [(place, case.left[place]) for place in stretch.places]
                about = {**group, "from": stretch.first.isoformat(), "to": stretch.last.isoformat()}
                yield _take(
                    case, step, cuts, before=_total(case, stretch.places), group=about,
                    length=length, limit_minutes=step.at_least, measured_in=step.measured_in,
                )  # fmt: skip


_STEPS: dict[type, Callable[..., Iterator[StepLine]]] = {
    document.Confirmed: _confirmed,
    document.Exclude: _exclude,
    document.Cap: _cap,
    document.Threshold: _threshold,
    document.Weight: _weight,
    document.RoundDown: _round_down,
    document.ShortStretch: _short_stretch,
}
