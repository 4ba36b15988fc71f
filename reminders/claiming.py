"""From what is due to letters that wait. A person's rows are claimed together, with locks that others pass by."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from reminders import facts
from reminders.due import few
from reminders.due.lines import Verdict
from reminders.facts import Standing
from reminders.grouping import letters_for
from reminders.limits import batch_of
from reminders.models import Due, Outbox, Reason

BATCH = 500
_DECIDED = ["state", "reason", "due_at", "outbox", "seen", "field", "decided_at"]


@dataclass(frozen=True)
class Decided:
    """One due row and what the sweep did with it; `due_at` is when it was due, however long it has waited since."""

    row: Due
    verdict: Verdict
    due_at: datetime


def claim(*, now: datetime) -> list[Decided]:
    """Decide on the next rows that are due, from facts read now: into a letter, skipped, or later."""
    with transaction.atomic():
        rows = _next(now)
        return _decide(rows, now) if rows else []


def _next(now: datetime) -> list[Due]:
    """All rows of the people whose rows have waited longest; what another letter held up may come with them early."""
    waiting = Due.objects.select_for_update(skip_locked=True).filter(state=Due.State.WAITING)
    oldest = waiting.filter(due_at__lte=now).order_by("due_at", "pk").values_list("person_id", flat=True)
    people = set(oldest[:BATCH])
    comes = Q(due_at__lte=now) | Q(reason=Reason.ONE_A_DAY)
    return list(waiting.filter(comes, person__in=people).order_by("due_at", "pk"))


def _decide(rows: list[Due], now: datetime) -> list[Decided]:
    batch = batch_of(rows, now=now)
    schools = facts.calendars({row.school_id for row in batch.rows})
    standings = facts.standings(batch.rows, schools, batch.placements, now=now)
    verdicts = {
        one.row.pk: few.decide(one.line, one.series, batch.limits[one.row.pk], closed=one.closed, now=now)
        for one in standings
    }
    sends = [one for one in standings if verdicts[one.row.pk].decision == "send"]
    letters, over = letters_for(sends, batch, now=now)
    for one in sends:
        if one.row.pk in over:
            verdicts[one.row.pk] = Verdict("skip", over[one.row.pk])
        elif one.row.pk not in letters:
            tomorrow = few.next_day(batch.limits[one.row.pk].reach, now)
            verdicts[one.row.pk] = Verdict("wait", Reason.ONE_A_DAY, tomorrow)
    decided = [_settle(one, verdicts[one.row.pk], letters.get(one.row.pk), now) for one in standings]
    # An insert that finds each row there: a bulk update would spend most of the sweep on writing its statement.
    Due.objects.bulk_create(batch.rows, update_conflicts=True, unique_fields=["pk"], update_fields=_DECIDED)
    return decided


def _settle(one: Standing, verdict: Verdict, letter: Outbox | None, now: datetime) -> Decided:
    """Write the verdict into the row, with what was seen."""
    row, due_at = one.row, one.line.due_at if one.line else one.row.due_at
    row.reason, row.seen, row.decided_at = verdict.reason, one.state, now
    row.field = one.line.field if one.line else row.field
    if verdict.decision == "send":
        row.state, row.outbox = Due.State.IN_LETTER, letter
    elif verdict.decision == "skip":
        row.state = Due.State.SKIPPED
    else:
        row.due_at = verdict.due_at or row.due_at
    return Decided(row, verdict, due_at)
