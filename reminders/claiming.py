"""From what is due to letters that wait. Rows are claimed with locks that others pass by."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from reminders import facts
from reminders.due.calendar import Calendar
from reminders.due.lines import Verdict
from reminders.kinds import APART
from reminders.models import Due, Kind, Outbox, Reason

BATCH = 500
_NAMESPACE = uuid.UUID("6d0ee1a8-6a0f-4b3c-9a55-0a4f6b1f2c11")
_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Decided:
    """One due row and what the sweep did with it."""

    row: Due
    verdict: Verdict


@transaction.atomic
def claim(*, now: datetime) -> list[Decided]:
    """Decide on the next rows that are due, from facts read now: into a letter, skipped, or later."""
    rows = list(
        Due.objects.select_for_update(skip_locked=True)
        .filter(state=Due.State.WAITING, due_at__lte=now)
        .order_by("school_id", "person_id", "due_at", "pk")[:BATCH]
    )
    schools = facts.calendars({row.school_id for row in rows})
    decided = [Decided(row, verdict) for row, verdict in facts.judged(rows, schools, now=now)]
    letters = _letters([one.row for one in decided if one.verdict.decision == "send"], schools, now=now)
    decided = [_settle(one, letters.get(one.row.pk), schools, now=now) for one in decided]
    Due.objects.bulk_update(rows, ["state", "reason", "due_at", "outbox"])
    return decided


def _settle(one: Decided, letter: Outbox | None, schools: dict[int, Calendar], *, now: datetime) -> Decided:
    """Write the verdict into the row; a letter that has gone today makes the row wait for the next morning."""
    row, verdict = one.row, one.verdict
    if verdict.decision == "send" and letter is None:
        verdict = Verdict("wait", Reason.ONE_A_DAY, schools[row.school_id].next_morning(now))
    row.reason = verdict.reason
    if verdict.decision == "send":
        row.state, row.outbox = Due.State.IN_LETTER, letter
    elif verdict.decision == "skip":
        row.state = Due.State.SKIPPED
    else:
        row.due_at = verdict.due_at or row.due_at
    return Decided(row, verdict)


def _letters(rows: list[Due], schools: dict[int, Calendar], *, now: datetime) -> dict[int, Outbox]:
    """A letter for each row by the row's key: one for each person and day of the school, links apart."""
    wanted: dict[str, list[Due]] = defaultdict(list)
    for row in rows:
        wanted[_message_id(row, schools[row.school_id].day_of(now))].append(row)
    days = {row.pk: schools[row.school_id].day_of(now) for row in rows}
    Outbox.objects.bulk_create(
        (_letter(name, group, days[group[0].pk], now) for name, group in wanted.items()), ignore_conflicts=True
    )
    found: dict[int, Outbox] = {}
    for letter in Outbox.objects.select_for_update().filter(message_id__in=wanted).order_by("pk"):
        if letter.state in (Outbox.State.WAITING, Outbox.State.DROPPED):
            _join(letter, wanted[letter.message_id], now)
            found |= {row.pk: letter for row in wanted[letter.message_id]}
    return found


def _letter(message_id: str, rows: list[Due], day: date, now: datetime) -> Outbox:
    first = _most_urgent(rows)
    return Outbox(
        person_id=first.person_id,
        school_id=first.school_id,
        day=day,
        letter=first.kind,
        reader=first.reader,
        apart=Kind(first.kind) in APART,
        message_id=message_id,
        next_attempt_at=now,
    )


def _join(letter: Outbox, rows: list[Due], now: datetime) -> None:
    """Put more into a letter that has not left; one that was no longer needed is needed again."""
    first = _most_urgent(rows)
    if letter.state == Outbox.State.DROPPED:
        letter.state, letter.next_attempt_at = Outbox.State.WAITING, now
        letter.letter, letter.reader = first.kind, first.reader
    elif _ORDER[Kind(first.kind)] < _ORDER[Kind(letter.letter)]:
        letter.letter, letter.reader = first.kind, first.reader
    letter.save(update_fields=["state", "next_attempt_at", "letter", "reader"])


def _most_urgent(rows: list[Due]) -> Due:
    return min(rows, key=lambda row: _ORDER[Kind(row.kind)])


def _message_id(row: Due, day: date) -> str:
    """The same for the same letter, wherever and however often it is made."""
    what = f"{row.kind} {row.subject_id} {row.round}" if Kind(row.kind) in APART else "daily"
    name = f"{settings.SITE_URL} {row.school_id} {row.person_id} {day} {what}"
    domain = settings.SITE_URL.partition("://")[2].partition(":")[0].partition("/")[0]
    return f"<{uuid.uuid5(_NAMESPACE, name)}@{domain}>"
