"""What is due, for whom and when: pure. Facts of the moment give lines; a line that no fact gives any more is done.

Days that count forward are working days of the reader's calendar; days before a start are days of the calendar, and
fall back to the last working day. All moments are in UTC. docs/deadlines.md says which line of the product each is.
"""

from reminders.due.agreements import ToSign
from reminders.due.calendar import MORNING, Calendar
from reminders.due.credit import ToAnswer, ToAssess
from reminders.due.hosts import ToConfirm, ToGiveFeedback, ToTake, asked_on, last_day, period
from reminders.due.lines import AGAIN, LATE, Fact, Line, Verdict, judge
from reminders.due.students import ToLog

__all__ = [
    "AGAIN", "LATE", "MORNING", "Calendar", "Fact", "Line", "ToAnswer", "ToAssess", "ToConfirm", "ToGiveFeedback",
    "ToLog", "ToSign", "ToTake", "Verdict", "asked_on", "judge", "last_day", "period",
]  # fmt: skip
