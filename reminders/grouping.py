"""Which letter each row goes into: one for each person and day over all schools; what cannot wait goes apart."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q

from reminders.due.few import over_cap
from reminders.facts import Standing
from reminders.kinds import APART
from reminders.limits import Batch
from reminders.models import Due, Kind, Outbox, Reason

_NAMESPACE = uuid.UUID("6d0ee1a8-6a0f-4b3c-9a55-0a4f6b1f2c11")
_ORDER = {kind: place for place, kind in enumerate(Kind)}
_OPEN = (Outbox.State.WAITING, Outbox.State.DROPPED)


@dataclass(frozen=True)
class Group:
    """Rows of one person and school that go into one letter on a day."""

    day: date
    rows: list[Due]
    message_id: str

    @property
    def first(self) -> Due:
        """The most urgent one, which gives the letter its kind."""
        return min(self.rows, key=lambda row: _ORDER[Kind(row.kind)])

    @property
    def is_apart(self) -> bool:
        return Kind(self.rows[0].kind) in APART


def letters_for(
    sends: Collection[Standing], batch: Batch, *, now: datetime
) -> tuple[dict[int, Outbox], dict[int, Reason]]:
    """A letter for each row by the row's key, or which cap is in its way; what gets neither has to wait for a day."""
    groups = [*_apart(sends, batch, now), *_daily(sends, batch, now)]
    over = {
        row.pk: reason
        for group in groups
        for row in group.rows
        if (reason := over_cap(group.message_id, batch.limits[row.pk]))
    }
    rows = [[row for row in group.rows if row.pk not in over] for group in groups]
    groups = [replace(group, rows=kept) for group, kept in zip(groups, rows, strict=True) if kept]
    letters: dict[int, Outbox] = {}
    for group, letter in _opened(groups, batch, now):
        _join(letter, group, batch, now)
        letters |= {row.pk: letter for row in group.rows}
    return letters, over


def _apart(sends: Collection[Standing], batch: Batch, now: datetime) -> Iterator[Group]:
    for row in (one.row for one in sends if Kind(one.row.kind) in APART):
        day = batch.limits[row.pk].reach.day_of(now)
        name = f"{row.person_id} {day} {row.kind} {row.subject_id} {row.series} {row.round}"
        yield Group(day, [row], _message_id(name))


def _daily(sends: Collection[Standing], batch: Batch, now: datetime) -> Iterator[Group]:
    """The school whose oldest row has waited longest goes first; the others wait for the next day."""
    people: dict[int, list[Due]] = defaultdict(list)
    for one in sorted(sends, key=_patience):
        if Kind(one.row.kind) not in APART:
            people[one.row.person_id].append(one.row)
    days = {person: batch.limits[rows[0].pk].reach.day_of(now) for person, rows in people.items()}
    today = Outbox.objects.filter(apart=False, person__in=people, day__in=set(days.values()))
    known = {(letter.person_id, letter.day): letter for letter in today}
    for person, rows in people.items():
        letter = known.get((person, days[person]))
        if letter and letter.state not in _OPEN:
            continue
        school = letter.school_id if letter and letter.state == Outbox.State.WAITING else rows[0].school_id
        if own := [row for row in rows if row.school_id == school]:
            yield Group(days[person], own, _message_id(f"{person} {days[person]} daily"))


def _patience(one: Standing) -> tuple:
    assert one.line is not None
    return one.row.reason != Reason.ONE_A_DAY, one.line.due_at, one.row.pk


def _opened(groups: Collection[Group], batch: Batch, now: datetime) -> Iterator[tuple[Group, Outbox]]:
    """Each group with its letter, made here or earlier, where it has not left and is of the same school."""
    found = {_key_of(group): group for group in groups}
    new = sorted((_letter(group, batch, now) for group in groups), key=lambda one: (one.person_id, one.message_id))
    Outbox.objects.bulk_create(new, ignore_conflicts=True)
    apart = Q(message_id__in={group.message_id for group in groups if group.is_apart})
    daily = Q(apart=False, person__in={one.person_id for one in new}, day__in={one.day for one in new})
    for letter in Outbox.objects.select_for_update().filter(apart | daily).order_by("pk"):
        group = found.get(letter.message_id if letter.apart else (letter.person_id, letter.day))
        if group and letter.state in _OPEN and _is_ours(letter, group):
            yield group, letter


def _key_of(group: Group) -> str | tuple[int, date]:
    return group.message_id if group.is_apart else (group.rows[0].person_id, group.day)


def _is_ours(letter: Outbox, group: Group) -> bool:
    return letter.state == Outbox.State.DROPPED or letter.school_id == group.rows[0].school_id


def _letter(group: Group, batch: Batch, now: datetime) -> Outbox:
    first = group.first
    return Outbox(
        person_id=first.person_id,
        school_id=first.school_id,
        day=group.day,
        letter=first.kind,
        reader=first.reader,
        employer_id=batch.firms.get(first.pk),
        apart=group.is_apart,
        message_id=group.message_id,
        next_attempt_at=now,
    )


def _join(letter: Outbox, group: Group, batch: Batch, now: datetime) -> None:
    """Put more into a letter that has not left; one that was no longer needed is needed again, of whichever school."""
    first = group.first
    is_new = letter.state == Outbox.State.DROPPED
    if not is_new and _ORDER[Kind(first.kind)] >= _ORDER[Kind(letter.letter)]:
        return
    letter.letter, letter.reader, letter.employer_id = first.kind, first.reader, batch.firms.get(first.pk)
    if is_new:
        letter.state, letter.next_attempt_at, letter.school_id = Outbox.State.WAITING, now, first.school_id
    letter.save(update_fields=["state", "next_attempt_at", "school", "letter", "reader", "employer"])


def _message_id(name: str) -> str:
    """The same for the same letter, wherever and however often it is made."""
    domain = settings.SITE_URL.partition("://")[2].partition(":")[0].partition("/")[0]
    return f"<{uuid.uuid5(_NAMESPACE, f'{settings.SITE_URL} {name}')}@{domain}>"
