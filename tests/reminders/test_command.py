"""manage.py sweep, which shows what would happen on a day."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from core.models import Transition
from placements.models import Placement
from reminders import tasks
from reminders.models import Due, Handled, Outbox
from tests.placements.college import NOW


def run(*arguments: str) -> list[dict]:
    out = StringIO()
    call_command("sweep", *arguments, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def counts() -> tuple:
    return tuple(model.objects.count() for model in (Due, Outbox, Handled, Transition))


def test_a_dry_run_prints_one_object_a_line_and_changes_nothing(world):
    places = world.proposed()
    placement = places["host"].agreement.plan.placement
    before = counts()
    lines = run("--today", "2026-11-24", "--dry-run")
    assert counts() == before
    mine = [line for line in lines if line["to"] == str(world.college.host.person.public_id)]
    assert mine == [
        {
            "to": str(world.college.host.person.public_id),
            "letter": "sign",
            "due_at": NOW.isoformat(),
            "decision": "send",
            "reason": "ask",
            "about": [placement.pk],
        }
    ]
    assert "Novak" not in json.dumps(lines)


def test_a_dry_run_of_a_later_day_says_why_a_letter_would_not_be_sent(world):
    world.proposed()
    lines = run("--today", "2026-12-09", "--dry-run")
    assert [(line["decision"], line["reason"]) for line in lines] == [("skip", "too_late")] * 4
    lines = run("--today", "2027-01-04", "--dry-run")
    assert Placement.objects.filter(school=world.college.school, state="running").count() == 0


def test_another_day_is_only_played_for_real_in_a_demo(world):
    with override_settings(DEMO=False), pytest.raises(CommandError, match="--dry-run"):
        call_command("sweep", "--today", "2026-12-09")


def test_the_beat_takes_a_letter_from_the_move_to_the_post(world, mailoutbox, time_machine):
    time_machine.move_to(NOW, tick=False)
    world.proposed()
    tasks.sweep()
    tasks.send_letters()
    assert sorted(message.to[0].split("@")[0] for message in mailoutbox) == [
        "cora.diaz",
        "milan.novak",
        "nia.berg",
        "una.berg",
    ]
