"""A week of work on one sheet of paper: what is planned, room to write, two signatures, and the way back here (E29)."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import paper
from core.templatetags.ui import day, day_year
from placements.models import PlannedShift, WeekSheet
from placements.queries.days import Planned, planned_between

DRAWING = Path(__file__).parent / "typst" / "week_sheet.typ"


def draw(sheet: WeekSheet, at: datetime) -> paper.Drawn:
    """`sheet` comes with its placement's learner, school and employer."""
    return paper.draw(DRAWING, content(sheet), at)


def content(sheet: WeekSheet) -> dict[str, Any]:
    """All that the sheet says, in the reader's language."""
    placement, first = sheet.placement, sheet.week_starts_on
    last = first + timedelta(days=6)
    planned = planned_between(placement, first, last)
    address = settings.SITE_URL + reverse("placements:sheet_upload", args=[sheet.code])
    words = {"number": first.isocalendar().week, "first": day(first), "last": day_year(last)}
    return {
        "lang": (get_language() or "en")[:2],
        "title": _("Week sheet"),
        "school": placement.school.name,
        "facts": [
            [_("Student"), placement.learner.full_name],
            [_("Workplace"), placement.employer.name if placement.employer else placement.school.name],
            [_("Week"), _("%(number)s: %(first)s to %(last)s") % words],
        ],
        "columns": [_("Day"), _("Planned"), _("From"), _("To"), _("Break"), _("What was done")],
        "rows": [_row(on, planned) for on in _days(sheet)],
        "signatures": [
            [_("Student"), _("Date and signature")],
            [_("Supervisor at the workplace"), _("Name, date and signature")],
        ],
        "signed": _("These hours are right."),
        "how": _("When both have signed, take a photo and send it: scan the square, or open this address."),
        "address": settings.SITE_URL + reverse("placements:sheet_find"),
        "code": [_("Code of this sheet"), sheet.code],
        "target": address,
        "qr": paper.qr(address),
        "qr_text": _("The address to which this sheet is sent, as a square to scan"),
        "note": "",
    }


def _days(sheet: WeekSheet) -> list[date]:
    week = [sheet.week_starts_on + timedelta(days=number) for number in range(7)]
    return [on for on in week if sheet.placement.starts_on <= on <= sheet.placement.ends_on]


def _row(on: date, planned: Planned) -> list[str]:
    return [day(on), "\n".join(_times(shift) for shift, _length in planned.get(on, []))]


def _times(shift: PlannedShift) -> str:
    start, end = time_format(shift.starts_at, "H:i"), time_format(shift.ends_at, "H:i")
    return _("%(start)s to %(end)s") % {"start": start, "end": end}
