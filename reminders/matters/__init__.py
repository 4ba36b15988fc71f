"""What a letter says about each row: the facts of a matter, in the words of its reader, with a way to its page."""

from collections.abc import Callable

from placements.models import Placement
from reminders.letters.parts import Matter
from reminders.matters import (
    agreements,
    appointments,
    classes,
    contacts,
    credit,
    endings,
    finding,
    hosts,
    links,
    questions,
    starting,
    students,
    urgent,
)
from reminders.models import Due, Kind
from reminders.ways import Ways

MATTERS: dict[Kind, Callable[[list[Due], dict[int, Placement], Ways], list[Matter]]] = {
    Kind.LINK: links.new_link,
    Kind.TALK: urgent.to_talk,
    Kind.INCIDENT: urgent.to_look_at,
    Kind.CONCERN: urgent.to_call,
    Kind.REQUEST: hosts.to_take,
    Kind.CAPACITY: finding.to_offer,
    Kind.SIGN: agreements.to_sign,
    Kind.CONFIRM: hosts.to_confirm,
    Kind.FEEDBACK: hosts.to_give_feedback,
    Kind.COLLEAGUE: hosts.for_colleague,
    Kind.ARRIVAL: starting.to_arrive,
    Kind.UNSIGNED: starting.to_call,
    Kind.CONTACT: contacts.to_meet,
    Kind.PLAN: starting.to_plan,
    Kind.RENEW: urgent.to_renew,
    Kind.APPOINTMENT: appointments.appointments,
    Kind.LOG: students.to_log,
    Kind.ASSESS: credit.to_assess,
    Kind.HOURS_CHANGED: students.changed,
    Kind.CREDITED: credit.decided,
    Kind.LOOK_AGAIN: credit.to_answer,
    Kind.ANSWERED: credit.answered,
    Kind.CLASS_WEEK: classes.to_read,
    Kind.ENDING: endings.to_end,
    Kind.REFLECT: questions.to_reflect,
    Kind.READY: finding.to_tell,
    Kind.USED: endings.was_used,
    Kind.THANKS: endings.to_thank,
    Kind.FOLLOW_UP: questions.to_follow_up,
}
