"""The words of a plan: the exact text that the parties read and sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import day_year, hours
from placements.rules import plan


@dataclass(frozen=True)
class Facts:
    """Everything that the text tells; people and places by the names that hold on the day of writing."""

    version: int
    school: str
    programme: str
    learner: str
    host: str
    address: str
    supervisor: str
    teacher: str
    coordinator: str
    starts_on: date
    ends_on: date
    monthly: bool
    purpose: str
    shifts: Sequence[plan.Shift]
    days: Sequence[plan.WorkDay]
    closed: Sequence[date]
    units: Sequence[tuple[str, Sequence[str]]]


def plan_text(facts: Facts) -> str:
    """Plain lines, sections parted by an empty line. The same facts in the same language give the same text."""
    sections = [_who(facts), _when(facts), _what(facts), _promises(facts)]
    return "\n\n".join("\n".join(lines) for lines in sections)


def arithmetic_lines(days: Sequence[plan.WorkDay]) -> list[str]:
    """ "45 days x 7 h = 315 h", one line for each length of day."""
    return [
        ngettext("%(days)s day × %(length)s = %(total)s", "%(days)s days × %(length)s = %(total)s", line.days)
        % {"days": line.days, "length": hours(line.minutes), "total": hours(line.total)}
        for line in plan.arithmetic(days)
    ]


def shift_lines(shifts: Sequence[plan.Shift]) -> list[str]:
    """ "Monday, Tuesday: 08:00 to 15:30, break 30 minutes, 7 h a day", one line for weekdays of the same times."""
    groups: dict[tuple[time, time, int], list[plan.Shift]] = {}
    for shift in shifts:
        groups.setdefault((shift.starts_at, shift.ends_at, shift.break_minutes), []).append(shift)
    return [_shift_line(group) for group in groups.values()]


def _shift_line(group: Sequence[plan.Shift]) -> str:
    one = group[0]
    span = plan.span(one.starts_on, one.starts_at, one.ends_at, one.zone)
    words = {
        "weekdays": ", ".join(str(WEEKDAYS[shift.weekday]) for shift in group),
        "start": time_format(one.starts_at, "H:i"),
        "end": time_format(one.ends_at, "H:i"),
        "minutes": one.break_minutes,
        "length": hours(plan.minutes(span, one.break_minutes)),
    }
    if not one.break_minutes:
        return _("%(weekdays)s: %(start)s to %(end)s without a break, %(length)s a day") % words
    return _("%(weekdays)s: %(start)s to %(end)s, break %(minutes)s minutes, %(length)s a day") % words


def sections(text: str) -> list[tuple[str, list[str]]]:
    """The text of a plan for a page: each heading with its lines, not a word more or less."""
    return [(lines[0], lines[1:]) for part in text.split("\n\n") if (lines := part.split("\n"))]


def _who(facts: Facts) -> list[str]:
    lines = [
        _("Placement agreement, version %(number)s") % {"number": facts.version},
        _("School: %(name)s") % {"name": facts.school},
        _("Programme: %(name)s") % {"name": facts.programme},
        _("Student: %(name)s") % {"name": facts.learner},
        _("Workplace: %(name)s, %(address)s") % {"name": facts.host, "address": facts.address}
        if facts.address
        else _("Workplace: %(name)s") % {"name": facts.host},
        _("Supervisor at the workplace: %(name)s") % {"name": facts.supervisor},
    ]
    if facts.teacher:
        lines.append(_("Teacher: %(name)s") % {"name": facts.teacher})
    return [*lines, _("Coordinator at the school: %(name)s") % {"name": facts.coordinator}]


def _when(facts: Facts) -> list[str]:
    total = plan.total_minutes(facts.days)
    lines = [
        _("When"),
        _("From %(first)s to %(last)s") % {"first": day_year(facts.starts_on), "last": day_year(facts.ends_on)},
        *shift_lines(facts.shifts),
    ]
    lines += [_("No work on %(day)s") % {"day": day_year(day)} for day in facts.closed]
    lines += arithmetic_lines(facts.days)
    return [*lines, _("Planned in all: %(total)s") % {"total": hours(total)}]


def _what(facts: Facts) -> list[str]:
    lines = [_("What is learned"), *([facts.purpose] if facts.purpose else [])]
    for unit, outcomes in facts.units:
        lines.append(_("%(unit)s. The student learns to:") % {"unit": unit})
        lines += [f"– {outcome}" for outcome in outcomes]
    return lines if len(lines) > 1 else [*lines, _("This will be agreed during the placement.")]


def _promises(facts: Facts) -> list[str]:
    return [
        _("What everybody does"),
        _("The student comes on time, logs each day of work and says at once when they cannot come."),
        _("The workplace gives fitting tasks and safe conditions, and confirms the hours every month.")
        if facts.monthly
        else _("The workplace gives fitting tasks and safe conditions, and confirms the hours every week."),
        _("The school keeps contact, helps when something goes wrong and decides on the credit."),
        _("A change of this plan needs a new version, signed by all of us."),
    ]
