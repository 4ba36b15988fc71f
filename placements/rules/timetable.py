"""A plan's workplaces, days and sums in words: what the text of an agreement and the page of a plan both say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import listed
from core.templatetags.ui import day_year, hours
from placements.models.placements import Realism, Setting
from placements.rules import plan
from placements.rules.calendars import Calendars, Lost, Reason

LONG_RUN = 3


@dataclass(frozen=True)
class Place:
    """A segment (`key`) by the names that hold on the day of writing."""

    key: int
    name: str
    address: str
    supervisor: str
    setting: Setting
    realism: Realism
    remote: bool
    starts_on: date
    ends_on: date

    @property
    def kind(self) -> str:
        """ "School workshop, simulated"; nothing for plain work at a company."""
        words = [
            *([str(self.setting.label)] if self.setting != Setting.COMPANY else []),
            *([str(self.realism.label)] if self.realism != Realism.REAL else []),
            *([_("from home")] if self.remote else []),
        ]
        return listed(words)

    @property
    def where(self) -> str:
        return listed(part for part in (self.name, self.address) if part)


@dataclass(frozen=True)
class Timetable:
    """When and where somebody works: the pattern, and the days that are left of it."""

    starts_on: date
    ends_on: date
    places: Sequence[Place]
    shifts: Sequence[plan.Shift]
    calendars: Calendars

    @property
    def days(self) -> list[plan.WorkDay]:
        return plan.work_days(self.shifts, self.calendars)

    @property
    def lost(self) -> list[Lost]:
        return plan.lost_days(self.shifts, self.calendars)

    @property
    def minutes(self) -> int:
        return plan.total_minutes(self.days)

    def by_setting(self) -> dict[Setting, int]:
        """Planned minutes of each setting; they sum to the total."""
        return plan.minutes_by(self.days, {place.key: place.setting for place in self.places})


def place_lines(table: Timetable) -> list[str]:
    """Where the work is and who guides it there; several workplaces are numbered."""
    if len(table.places) == 1:
        [place] = table.places
        lines = [_("Workplace: %(where)s") % {"where": place.where}]
        lines += [_("Kind of work: %(kind)s") % {"kind": place.kind}] if place.kind else []
        return [*lines, _("Supervisor at the workplace: %(name)s") % {"name": place.supervisor}]
    return [line for number, place in enumerate(table.places, 1) for line in _numbered(number, place)]


def _numbered(number: int, place: Place) -> list[str]:
    words = {
        "number": number,
        "where": place.where,
        "kind": place.kind or Setting.COMPANY.label,
        "first": day_year(place.starts_on),
        "last": day_year(place.ends_on),
        "name": place.supervisor,
    }
    lines = [_("Workplace %(number)s: %(where)s. %(kind)s, from %(first)s to %(last)s") % words]
    return [*lines, _("Supervisor at workplace %(number)s: %(name)s") % words] if place.supervisor else lines


def when_lines(table: Timetable) -> list[str]:
    """Dates, pattern, lost days with their reasons, and the calculation."""
    span = {"first": day_year(table.starts_on), "last": day_year(table.ends_on)}
    return [
        _("From %(first)s to %(last)s") % span,
        *shift_lines(table),
        *lost_lines(table),
        *sum_lines(table),
        _("Planned in all: %(total)s") % {"total": hours(table.minutes)},
    ]


# ── The pattern ──────────────────────────────────────────────────────────────────────────────────────────────────────


def shift_lines(table: Timetable) -> list[str]:
    """ "Monday, Tuesday: 08:00 to 15:30, break 30 minutes, 7 h a day", one line for weekdays of the same times."""
    numbers = {place.key: number for number, place in enumerate(table.places, 1)}
    many = len(table.places) > 1
    groups: dict[tuple, list[plan.Shift]] = {}
    for shift in sorted(table.shifts, key=lambda one: (one.starts_on, numbers[one.segment])):
        groups.setdefault((shift.segment, shift.is_dated, shift.starts_on, shift.ends_on, shift.times), []).append(
            shift
        )
    lines = []
    for (segment, is_dated, *_rest), group in groups.items():
        line = _dated_line(group[0]) if is_dated else _weekly_line(group, table)
        words = {"number": numbers[segment], "line": line}
        lines.append(_("Workplace %(number)s. %(line)s") % words if many else line)
    return lines


def _weekly_line(group: Sequence[plan.Shift], table: Timetable) -> str:
    one = group[0]
    weekdays = listed(str(WEEKDAYS[weekday]) for weekday in sorted({shift.weekday for shift in group}))
    line = _("%(weekdays)s: %(times)s, %(length)s a day") % {"weekdays": weekdays, **_times(one)}
    place = next(place for place in table.places if place.key == one.segment)
    if (one.starts_on, one.ends_on) == (place.starts_on, place.ends_on):
        return line
    words = {"line": line, "first": day_year(one.starts_on), "last": day_year(one.ends_on)}
    return _("%(line)s, from %(first)s to %(last)s") % words


def _dated_line(one: plan.Shift) -> str:
    return _("%(day)s: %(times)s, %(length)s") % {"day": day_year(one.starts_on), **_times(one)}


def _times(one: plan.Shift) -> dict[str, str]:
    span = plan.span(one.starts_on, one.starts_at, one.ends_at, one.zone)
    words = {"start": _clock(one.starts_at), "end": _clock(one.ends_at), "minutes": one.break_minutes}
    times = (
        _("%(start)s to %(end)s, break %(minutes)s minutes")
        if one.break_minutes
        else _("%(start)s to %(end)s without a break")
    )
    return {"times": times % words, "length": hours(plan.minutes(span, one.break_minutes))}


def _clock(at: time) -> str:
    return time_format(at, "H:i")


# ── Days without work ────────────────────────────────────────────────────────────────────────────────────────────────


def lost_lines(table: Timetable) -> list[str]:
    """ "No work on Fri 1 Jan 2027 (public holiday)"; runs become one line, and so do all weekdays at school."""
    lost = table.lost
    at_school = sorted({one.day.weekday() for one in lost if one.reason == Reason.AT_SCHOOL})
    others = [one for one in lost if one.reason != Reason.AT_SCHOOL]
    lines = [line for run in _runs(others, [work.day for work in table.days]) for line in _run_lines(run)]
    if not at_school:
        return lines
    words = {"weekdays": get_text_list([str(WEEKDAYS[day]) for day in at_school], _("and"))}
    return [_("No work on %(weekdays)s while there is school") % words, *lines]


def _runs(lost: Sequence[Lost], worked: Iterable[date]) -> list[list[Lost]]:
    """Lost days for the same reason with no day of work between them."""
    days = sorted(worked)

    def place(one: Lost) -> tuple[int, Reason]:
        return sum(day < one.day for day in days), one.reason

    return [list(group) for _key, group in groupby(lost, key=place)]


def _run_lines(run: Sequence[Lost]) -> list[str]:
    reason = run[0].reason.label
    if len(run) < LONG_RUN:
        return [_("No work on %(day)s (%(reason)s)") % {"day": day_year(one.day), "reason": reason} for one in run]
    words = {"first": day_year(run[0].day), "last": day_year(run[-1].day), "reason": reason}
    return [_("No work from %(first)s to %(last)s (%(reason)s)") % words]


# ── The calculation ──────────────────────────────────────────────────────────────────────────────────────────────────


def sum_lines(table: Timetable) -> list[str]:
    """ "45 days × 7 h = 315 h", one line for each length of day; of several workplaces each apart, then by setting."""
    if len(table.places) == 1:
        return arithmetic_lines(table.days)
    lines = []
    for number, place in enumerate(table.places, 1):
        mine = [work for work in table.days if work.shift.segment == place.key]
        lines += [_("Workplace %(number)s. %(line)s") % {"number": number, "line": line} for line in
                  arithmetic_lines(mine)]  # fmt: skip
    settings = table.by_setting()
    if len(settings) > 1:
        lines += [f"{setting.label}: {hours(minutes)}" for setting, minutes in settings.items()]
    return lines


def arithmetic_lines(days: Sequence[plan.WorkDay]) -> list[str]:
    return [
        ngettext("%(days)s day × %(length)s = %(total)s", "%(days)s days × %(length)s = %(total)s", line.days)
        % {"days": line.days, "length": hours(line.minutes), "total": hours(line.total)}
        for line in plan.arithmetic(days)
    ]
