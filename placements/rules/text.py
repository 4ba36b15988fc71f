"""The words of a plan: the exact text that the parties read and sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import hours
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


def shift_line(shift: plan.Shift) -> str:
    """ "Monday, 08:00 to 16:00, break 30 minutes, 7 h 30"."""
    length = plan.minutes(plan.span(shift.starts_on, shift.starts_at, shift.ends_at, shift.zone), shift.break_minutes)
    words = {
        "weekday": WEEKDAYS[shift.weekday],
        "start": time_format(shift.starts_at, "H:i"),
        "end": time_format(shift.ends_at, "H:i"),
        "minutes": shift.break_minutes,
        "length": hours(length),
    }
    if not shift.break_minutes:
        return _("%(weekday)s, %(start)s to %(end)s, no break: %(length)s") % words
    return _("%(weekday)s, %(start)s to %(end)s, break %(minutes)s minutes: %(length)s") % words


def _day(day: date) -> str:
    return date_format(day, "D j M Y")


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
        _("From %(first)s to %(last)s") % {"first": _day(facts.starts_on), "last": _day(facts.ends_on)},
        *(shift_line(shift) for shift in facts.shifts),
    ]
    lines += [_("No work on %(day)s") % {"day": _day(day)} for day in facts.closed]
    lines += arithmetic_lines(facts.days)
    return [*lines, _("Planned in all: %(total)s") % {"total": hours(total)}]


def _what(facts: Facts) -> list[str]:
    lines = [facts.purpose] if facts.purpose else []
    for unit, outcomes in facts.units:
        lines.append(_("%(unit)s. The student learns to:") % {"unit": unit})
        lines += [f"– {outcome}" for outcome in outcomes]
    return lines or [_("What is learned will be agreed during the placement.")]


def _promises(facts: Facts) -> list[str]:
    return [
        _("The student comes on time, logs each day of work and says at once when they cannot come."),
        _("The workplace gives fitting tasks and safe conditions, and confirms the hours every month.")
        if facts.monthly
        else _("The workplace gives fitting tasks and safe conditions, and confirms the hours every week."),
        _("The school keeps contact, helps when something goes wrong and decides on the credit."),
        _("A change of this plan needs a new version, signed by all of us."),
    ]
