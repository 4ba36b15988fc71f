"""Does it fire? Whether the clock, the sweep and the post have done their work lately: pure, from a few counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reminders.models import Heartbeat

QUIET_FOR = timedelta(minutes=10)
WAITS_FOR = timedelta(minutes=60)
PARTS = (Heartbeat.Part.SWEEP, Heartbeat.Part.POST)


class Problem(TextChoices):
    """The value is a line of `/readyz`; the label tells an administrator what to do."""

    SWEEP = "sweep late", _("Nobody looks for what is due. Start the worker and its clock again.")
    POST = "post late", _("Nobody sends letters. Start the worker and its clock again.")
    DUE = (
        "due overdue",
        _("Something has been due for more than an hour and is in no letter. Look at the worker's log."),
    )
    LETTERS = "letters waiting", _("A letter has waited for more than an hour. Look at the mail server.")


@dataclass(frozen=True)
class Vitals:
    """When each part last worked, and since when the oldest thing waits that could have gone."""

    beats: dict[str, datetime]
    oldest_due: datetime | None = None
    oldest_letter: datetime | None = None


def problems(vitals: Vitals, now: datetime) -> list[Problem]:
    """What is wrong, in the order in which it is mended: a part that never worked is late, too."""
    late = {part: _is_over(vitals.beats.get(part), QUIET_FOR, now, never=True) for part in PARTS}
    found = {
        Problem.SWEEP: late[Heartbeat.Part.SWEEP],
        Problem.POST: late[Heartbeat.Part.POST],
        Problem.DUE: _is_over(vitals.oldest_due, WAITS_FOR, now),
        Problem.LETTERS: _is_over(vitals.oldest_letter, WAITS_FOR, now),
    }
    return [problem for problem, is_there in found.items() if is_there]


def _is_over(since: datetime | None, limit: timedelta, now: datetime, *, never: bool = False) -> bool:
    return never if since is None else now - since > limit
