"""What each letter says: one function and one pair of templates for each kind. The subject says the action."""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import day
from reminders.letters import appointments, contacts, hosts, school, students, urgent
from reminders.letters.parts import Matter, Part
from reminders.models import Kind

LETTERS: dict[Kind, Callable[[list[Matter]], Part]] = {
    Kind.LINK: hosts.link,
    Kind.TALK: urgent.talk,
    Kind.INCIDENT: urgent.incident,
    Kind.CONCERN: urgent.concern,
    Kind.REQUEST: hosts.request,
    Kind.SIGN: hosts.sign,
    Kind.CONFIRM: hosts.confirm,
    Kind.FEEDBACK: hosts.feedback,
    Kind.COLLEAGUE: hosts.colleague,
    Kind.ARRIVAL: school.arrival,
    Kind.UNSIGNED: school.unsigned,
    Kind.CONTACT: contacts.contact,
    Kind.PLAN: school.plan,
    Kind.RENEW: school.renew,
    Kind.LOG: students.log,
    Kind.ASSESS: school.assess,
    Kind.HOURS_CHANGED: students.hours_changed,
    Kind.CREDITED: students.credited,
    Kind.LOOK_AGAIN: school.look_again,
    Kind.ANSWERED: students.answered,
    Kind.APPOINTMENT: appointments.appointment,
    Kind.ENDING: hosts.ending,
    Kind.REFLECT: students.reflect,
    Kind.USED: hosts.used,
    Kind.THANKS: hosts.thanks,
    Kind.FOLLOW_UP: students.follow_up,
}


def subject_of(parts: list[Part]) -> str:
    """The most urgent thing, and how much more the letter says."""
    more = len(parts) - 1
    if not more:
        return parts[0].subject
    return ngettext("%(first)s, and one more thing", "%(first)s, and %(count)d more things", more) % {
        "first": parts[0].subject,
        "count": more,
    }


def samples(kind: Kind, today: date) -> list[Matter]:
    """Invented matters of a kind, to look at a letter."""
    first = today - timedelta(days=today.weekday())
    details: dict[Kind, dict] = {
        Kind.REQUEST: {"by": today, "student": "Noa", "what": _("Automotive")},
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
    return [
        Matter(
            **{
                "student": "Noa Lind",
                "workplace": "Mill Lane Bakery",
                "starts_on": first,
                "ends_on": first + timedelta(days=60),
                "url": "https://school.example/link/abc/",
                **details.get(kind, {}),
            }
        )
    ]
