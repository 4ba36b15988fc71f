"""Invented matters, to look at a letter of which a school has none."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.ui import day
from placements.rules.hours import monday
from reminders.letters.parts import Matter
from reminders.models import Kind


def samples(kind: Kind, today: date) -> list[Matter]:
    first = monday(today)
    usual: dict[str, Any] = {
        "student": "Noa Lind",
        "workplace": "Mill Lane Bakery",
        "starts_on": first,
        "ends_on": first + timedelta(days=60),
        "url": "https://school.example/link/abc/",
    }
    return [Matter(**usual | _details(today).get(kind, {}))]


def _details(today: date) -> dict[Kind, dict[str, Any]]:
    """What differs for a kind."""
    first = monday(today)
    return {
        Kind.REQUEST: {"by": today, "student": "Noa", "what": _("Automotive")},
        Kind.CAPACITY: {"student": "", "sender": "Kim Vale"},
        Kind.READY: {"student": "", "own": True, "by": today},
        Kind.CLASS_WEEK: {"student": "", "week": first, "count": 12, "minutes": 18900},
        Kind.SIGN: {"by": today},
        Kind.CONFIRM: {"week": first, "minutes": 2250},
        Kind.COLLEAGUE: {"week": first, "minutes": 2250, "sender": "Kim Vale"},
        Kind.LOG: {"own": True, "by": today},
        Kind.CREDITED: {"own": True, "minutes": 18900, "what": _("Credited")},
        Kind.LOOK_AGAIN: {"by": today},
        Kind.ANSWERED: {"own": True, "what": _("The decision stays")},
        Kind.HOURS_CHANGED: {"own": True, "week": first, "minutes": 2250, "other_minutes": 2070},
        Kind.LINK: {"what": Kind.CONFIRM, "sender": "Kim Vale"},
        Kind.INCIDENT: {"by": today},
        Kind.CONCERN: {"sender": "Kim Vale", "topic": "help"},
        Kind.UNSIGNED: {"what": _("Host")},
        Kind.CONTACT: {
            "by": today,
            "topic": "visit school",
            "what": _("Visit %(student)s at %(workplace)s, or call by video")
            % {"student": "Noa Lind", "workplace": "Mill Lane Bakery"},
        },
        Kind.RENEW: {"by": today},
        Kind.APPOINTMENT: {
            "what": _("Visit"),
            "when": f"{day(today)}, 14:00",
            "minutes": 45,
            "sender": "Kim Vale",
            "place": _("In person"),
        },
        Kind.REFLECT: {"own": True, "sender": "Kim Vale"},
        Kind.USED: {"what": _("%(name)s used it in a lesson on %(day)s.") % {"name": "Kim Vale", "day": day(today)}},
        Kind.THANKS: {"minutes": 18900, "count": 4},
        Kind.FOLLOW_UP: {"own": True},
    }
