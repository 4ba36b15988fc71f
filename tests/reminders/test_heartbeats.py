"""Each part of the machinery leaves a mark when it has done its work: the answer to "does it fire?"."""

import time_machine
from django.conf import settings

from reminders import heartbeats, tasks
from reminders.models import Heartbeat, Outbox
from tests.placements.college import NOW
from tests.reminders.conftest import sweep


def marks() -> dict[str, tuple]:
    return {row.part: (row.at, row.count) for row in Heartbeat.objects.all()}


def test_a_sweep_leaves_a_mark_with_what_it_decided_and_so_does_the_post_that_it_wakes(world):
    world.proposed()
    with time_machine.travel(NOW, tick=False):
        tasks.sweep()
    assert marks() == {"sweep": (NOW, 4), "post": (NOW, 4)}
    assert Outbox.objects.filter(state=Outbox.State.SENT).count() == 4


def test_the_mark_of_a_later_time_takes_the_place_of_the_earlier_one(db):
    heartbeats.note(Heartbeat.Part.SWEEP, at=NOW, count=4)
    later = NOW.replace(minute=1)
    heartbeats.note(Heartbeat.Part.SWEEP, at=later)
    assert marks() == {"sweep": (later, 0)}


def test_post_without_letters_and_the_clock_leave_marks_too(world):
    sweep(NOW)
    with time_machine.travel(NOW, tick=False):
        tasks.send_letters()
        tasks.beat()
    assert marks() == {"post": (NOW, 0), "beat": (NOW, 0)}


def test_the_clock_wakes_each_of_them_every_minute():
    wakes = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    names = ("beat", "sweep", "send_letters")
    assert [wakes[f"reminders.tasks.{name}"] for name in names] == [60.0, 60.0, 60.0]
