"""manage.py sweep, which shows what would happen on a day."""

import json
from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import override_settings

from placements.models import Placement
from reminders import tasks
from reminders.models import Due
from tests.placements.college import NOW
from tests.reminders.conftest import utc


def run(*arguments: str) -> list[dict]:
    out = StringIO()
    call_command("sweep", *arguments, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def everything() -> list:
    """How many rows each table has, and what is due."""
    tables = [(model._meta.label, model._base_manager.count()) for model in apps.get_models()]
    return [tables, list(Due.objects.order_by("pk").values()), list(Placement.objects.order_by("pk").values())]


def test_a_dry_run_prints_one_object_a_line_and_changes_nothing(world):
    places = world.proposed()
    placement = places["host"].agreement.plan.placement
    before = everything()
    lines = run("--today", "2026-11-24", "--dry-run")
    assert everything() == before
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


def test_a_dry_run_lives_a_whole_day_with_one_line_for_each_letter(world):
    placement = world.running()
    Placement.objects.filter(pk=placement.pk).update(ends_on=date(2027, 1, 8))
    world.log(placement, date(2027, 1, 4))
    before = everything()
    lines = run("--today", "2027-01-08", "--dry-run")
    assert everything() == before
    people = {world.college.host.person: "host", world.college.student.user.person: "student"}
    names = {str(person.public_id): name for person, name in people.items()}
    assert [(names[line.pop("to")], line) for line in lines] == [
        (
            "student",
            {
                "letter": "log",
                "due_at": "2027-01-05T19:00:00+00:00",
                "decision": "send",
                "reason": "evening",
                "about": [placement.pk],
            },
        ),
        (
            "host",
            {
                "letter": "confirm",
                "due_at": "2027-01-08T17:00:00+00:00",
                "decision": "send",
                "reason": "E+0, ask",
                "about": [placement.pk],
            },
        ),
    ]


def test_what_waits_for_another_day_is_left_out_that_day_with_the_reason(world):
    world.proposed(at=utc(11, 27, 21))
    lines = run("--today", "2026-11-27", "--dry-run")
    assert [(line["letter"], line["decision"], line["reason"], line["due_at"]) for line in lines] == [
        ("sign", "skip", "quiet", "2026-11-27T21:00:00+00:00")
    ] * 4


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
