"""What the sweep would decide on a day, one JSON object a line; with --dry-run it changes nothing."""

import json
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from reminders import sweeping
from reminders.sweeping import Decided

EVENING = time(21)


class Command(BaseCommand):
    help = "Decide on everything that is due. --today looks at another day, at 21:00 UTC."

    def add_arguments(self, parser):
        parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args, today: date | None, dry_run: bool, json: bool, **options):
        if today and not dry_run and not settings.DEMO:
            raise CommandError("--today needs --dry-run: on a real server the day is today.")
        now = datetime.combine(today, EVENING, tzinfo=UTC) if today else timezone.now()
        decided = _pretend(now) if dry_run else list(sweeping.sweep(now=now))
        for one, person in zip(decided, _public_ids(decided), strict=True):
            self.stdout.write(_as_json(one, person) if json else _as_text(one, person))


def _pretend(now: datetime) -> list[Decided]:
    with transaction.atomic():
        decided = list(sweeping.sweep(now=now))
        transaction.set_rollback(True)
    return decided


def _public_ids(decided: list[Decided]) -> list[str]:
    people = Person.objects.in_bulk({one.row.person_id for one in decided})
    return [str(people[one.row.person_id].public_id) for one in decided]


def _as_json(one: Decided, person: str) -> str:
    about = one.row.about_placement_id
    return json.dumps(
        {
            "to": person,
            "letter": one.row.kind,
            "due_at": one.row.due_at.isoformat(),
            "decision": "send" if one.verdict.decision == "send" else "skip",
            "reason": str(one.verdict.reason) or one.row.round,
            "about": [about] if about else [],
        }
    )


def _as_text(one: Decided, person: str) -> str:
    return f"{one.verdict.decision:5} {one.row.kind:14} {one.row.round:16} {person} {one.verdict.reason}"
