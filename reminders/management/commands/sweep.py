"""What the sweeps of a day decide: one line for each letter and for each thing that is in none.

A dry run lives the day in a transaction that is taken back at its end. It never makes another sweep wait in vain: where
one holds a row, the dry run gives way and begins again.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import Person
from reminders import sweeping
from reminders.models import Outbox
from reminders.sweeping import Decided

TRIES = 5


class Command(BaseCommand):
    help = "Decide on everything that is due. --today looks at a whole day (UTC); --dry-run changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args, today: date | None, dry_run: bool, json: bool, **options):
        if today and not dry_run and not settings.DEMO:
            raise CommandError("--today needs --dry-run: on a real server the day is today.")
        now = timezone.now()
        if dry_run:
            decided = _pretend(today or now.astimezone(UTC).date())
        else:
            decided = _last(sweeping.moments(today) if today else [now], posts=False)
        for line in _lines(decided):
            self.stdout.write(line.as_json() if json else line.as_text())


def _pretend(day: date) -> list[Decided]:
    for _turn in range(TRIES):
        try:
            with transaction.atomic():
                _give_way()
                decided = _last(sweeping.moments(day), posts=True)
                transaction.set_rollback(True)
        except OperationalError:
            continue
        return decided
    raise CommandError("A sweep is at work. Please try again in a minute.")


def _give_way() -> None:
    """Below the second after which PostgreSQL looks for deadlocks and might choose the other one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")


def _last(moments: Iterable[datetime], *, posts: bool) -> list[Decided]:
    """The last decision of the day on each row; with `posts` a letter leaves before the next sweep."""
    found: dict[int, Decided] = {}
    for moment in moments:
        found |= {one.row.pk: one for one in sweeping.sweep(now=moment)}
        if posts:
            leaving = Outbox.objects.filter(state=Outbox.State.WAITING, next_attempt_at__lte=moment)
            leaving.update(state=Outbox.State.SENT, sent_at=moment)
    return list(found.values())


@dataclass(frozen=True)
class Line:
    """What a person gets in one letter, or does not get: `reason` are the rounds of what is in it, or why not."""

    to: str
    letter: str
    due_at: datetime
    decision: str
    reason: str
    about: list[int]

    def as_json(self) -> str:
        return json.dumps({**vars(self), "due_at": self.due_at.isoformat()})

    def as_text(self) -> str:
        about = " ".join(map(str, self.about))
        return f"{self.decision:5} {self.letter:14} {self.reason:16} {self.due_at:%d %H:%M} {self.to} {about}"


def _lines(decided: list[Decided]) -> Iterator[Line]:
    """A line for each letter, then one for each row that is in none; what is due later says nothing."""
    people = Person.objects.in_bulk({one.row.person_id for one in decided})
    letters: dict[int, list[Decided]] = defaultdict(list)
    for one in decided:
        if one.verdict.decision == "send":
            letters[one.row.outbox_id or 0].append(one)
    left_out = [[one] for one in decided if one.verdict.decision != "send" and one.verdict.reason]
    for group in [*letters.values(), *left_out]:
        row, is_sent = group[0].row, group[0].verdict.decision == "send"
        yield Line(
            to=str(people[row.person_id].public_id),
            letter=row.outbox.letter if row.outbox and is_sent else row.kind,
            due_at=min(one.due_at for one in group),
            decision="send" if is_sent else "skip",
            reason=_why(group),
            about=sorted({one.row.about_placement_id for one in group if one.row.about_placement_id}),
        )


def _why(group: list[Decided]) -> str:
    return ", ".join(sorted({str(one.verdict.reason) or one.row.round for one in group}))
