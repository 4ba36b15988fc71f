"""What each letter says: one function and one pair of templates for each kind. The subject says the action."""

from collections.abc import Callable

from django.utils.translation import ngettext

from reminders.letters import appointments, contacts, hosts, school, students, urgent
from reminders.letters.parts import Matter, Part
from reminders.models import Kind

LETTERS: dict[Kind, Callable[[list[Matter]], Part]] = {
    Kind.LINK: hosts.link,
    Kind.TALK: urgent.talk,
    Kind.INCIDENT: urgent.incident,
    Kind.CONCERN: urgent.concern,
    Kind.REQUEST: hosts.request,
    Kind.CAPACITY: hosts.capacity,
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
    Kind.CLASS_WEEK: school.class_week,
    Kind.APPOINTMENT: appointments.appointment,
    Kind.ENDING: hosts.ending,
    Kind.REFLECT: students.reflect,
    Kind.READY: students.ready,
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
