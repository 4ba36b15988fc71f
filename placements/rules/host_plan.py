"""A plan in plain words for the workplace: what it has to do, who insures, and what the age allows. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.ui import hours
from placements.models import PlanVersion
from placements.rules.limits import EVERYTHING, NOON, Bound

_INSURANCE = re.compile(r"insur|assur|versicher|verzeker|försäkr|forsikr|vakuut|segur|ubezpiecz|تأمين", re.IGNORECASE)
_TO_CONFIRM = {
    PlanVersion.Rhythm.WEEKLY: gettext_lazy("Say once a week whether the hours are right: one tap."),
    PlanVersion.Rhythm.FOUR_DAYS: gettext_lazy("Say after every 4 days of work whether the hours are right: one tap."),
    PlanVersion.Rhythm.MONTHLY: gettext_lazy("Say once a month whether the hours are right: one tap."),
}


def to_do(rhythm: PlanVersion.Rhythm) -> list[str]:
    """What a workplace takes on, in five lines."""
    return [
        _("On the first day show the fire exit, first aid and what is dangerous, before any work begins."),
        _("Name one person whom the student may ask."),
        _("Show a task, do it together, let the student do it, then look at it together."),
        str(_TO_CONFIRM[rhythm]),
        _("Call the school when the student does not come, when somebody is hurt, or when you are not sure."),
    ]


def insurance_in(sections: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """What the agreement says of insurance, in its own words; nothing where it says nothing."""
    return next((list(lines) for heading, lines in sections if _INSURANCE.search(heading)), [])


def limits_in_words(asked: Sequence[Bound], birth_date: date | None, on: date) -> list[str]:
    """The tightest limits of working time that hold for somebody of this age on a day, one short line for each kind."""
    held = [one.limits for one in asked if one.limit.where == EVERYTHING and one.applies(birth_date)(on)]
    lines = _clock_lines([one.night for one in held if one.night])
    if day := _least(one.per_day for one in held):
        lines.append(_("At most %(length)s of work a day.") % {"length": hours(day)})
    if week := _least(one.per_week for one in held):
        lines.append(_("At most %(length)s of work a week.") % {"length": hours(week)})
    pauses = [(one.pause_after, one.pause) for one in held if one.pause_after is not None and one.pause]
    if pauses:
        after, pause = min(pauses)
        words = {"length": hours(after), "minutes": str(pause)}
        lines.append(_("A break of %(minutes)s minutes when the day is longer than %(length)s.") % words)
    if rest := max((one.rest_between_days or 0 for one in held), default=0):
        lines.append(_("At least %(length)s between the end of one day and the start of the next.") % {
            "length": hours(rest)
        })  # fmt: skip
    if free := max((one.rest_days or 0 for one in held), default=0):
        words_free = ngettext("%(number)s day of each week is free.", "%(number)s days of each week are free.", free)
        lines.append(words_free % {"number": free})
    return lines


def _clock_lines(nights: Sequence[tuple[time, time]]) -> list[str]:
    """When work begins and ends; a stretch that begins after midnight says nothing of the evening."""
    if not nights:
        return []
    begins, evenings = max(until for _since, until in nights), [since for since, _until in nights if since >= NOON]
    words = {"from": time_format(begins, "H:i")}
    if not evenings:
        return [_("Work begins at %(from)s at the earliest.") % words]
    words["until"] = time_format(min(evenings), "H:i")
    return [_("Work begins at %(from)s at the earliest and ends at %(until)s at the latest.") % words]


def _least(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)
