"""What each kind of letter is: whom it may wait for, and who may do without it."""

from reminders.models import Kind, MessageClass

APART = (Kind.LINK, Kind.TALK, Kind.INCIDENT, Kind.CONCERN)
"""Go at once, beside the one letter of the day: somebody asked for it just now, or somebody may be hurt."""

ASKS_NEW = (Kind.REQUEST, Kind.CAPACITY)
"""Asks a host for something new: not in the months and pauses in which it wants no such question. What a placement that
runs needs of its host is asked in every month, and thanks leave the question out."""

NOTICES = (
    Kind.LINK,
    Kind.TALK,
    Kind.INCIDENT,
    Kind.CONCERN,
    Kind.APPOINTMENT,
    Kind.RENEW,
    Kind.CAPACITY,
    Kind.READY,
    Kind.CLASS_WEEK,
    Kind.HOURS_CHANGED,
    Kind.CREDITED,
    Kind.LOOK_AGAIN,
    Kind.ANSWERED,
    Kind.USED,
)
"""Follow from one move; the others are asked for because of a placement, until it is done."""

CLASS_OF: dict[Kind, MessageClass | None] = {
    Kind.LINK: None,
    Kind.TALK: None,
    Kind.INCIDENT: None,
    Kind.CONCERN: None,
    Kind.REQUEST: MessageClass.PLACES,
    Kind.CAPACITY: MessageClass.PLACES,
    Kind.SIGN: MessageClass.TASKS,
    Kind.CONFIRM: MessageClass.TASKS,
    Kind.FEEDBACK: MessageClass.TASKS,
    Kind.COLLEAGUE: MessageClass.TASKS,
    Kind.CONTACT: MessageClass.TASKS,
    Kind.UNSIGNED: MessageClass.TASKS,
    Kind.ARRIVAL: MessageClass.TASKS,
    Kind.PLAN: MessageClass.TASKS,
    Kind.ASSESS: MessageClass.TASKS,
    Kind.LOOK_AGAIN: MessageClass.TASKS,
    Kind.APPOINTMENT: MessageClass.TASKS,
    Kind.RENEW: MessageClass.TASKS,
    Kind.ENDING: MessageClass.NEWS,
    Kind.HOURS_CHANGED: MessageClass.NEWS,
    Kind.CREDITED: MessageClass.NEWS,
    Kind.ANSWERED: MessageClass.NEWS,
    Kind.CLASS_WEEK: MessageClass.NEWS,
    Kind.REFLECT: MessageClass.TASKS,
    Kind.READY: MessageClass.TASKS,
    Kind.LOG: MessageClass.TASKS,
    Kind.USED: MessageClass.NEWS,
    Kind.THANKS: MessageClass.NEWS,
    Kind.FOLLOW_UP: MessageClass.NEWS,
}
"""The class in which a reader may choose; nobody chooses about what goes apart. A second or later round of a task also
belongs to the class of reminders."""
