"""The worker was off: on its next start what is still true goes out once, and what is over does not."""

from datetime import date, timedelta

import pytest
from django.core import mail

from placements.models import Placement
from reminders.models import Due, Outbox
from tests.reminders.conftest import post, sweep, utc

EVENING, MORNING = utc(1, 14, 18, year=2027), utc(1, 15, 8, year=2027)
FRIDAY, WEDNESDAY = utc(1, 15, 16, 30, year=2027), utc(1, 20, 16, 30, year=2027)
NIGHT, FIVE_DAYS = timedelta(hours=14), timedelta(days=5)


@pytest.fixture
def placement(world):
    """The days from Monday to Wednesday are logged, 13 January was closed; the worker has done its work so far."""
    placement = world.running()
    for day in (11, 12):
        world.log(placement, date(2027, 1, day))
    sweep(EVENING)
    post(EVENING)
    mail.outbox.clear()
    Outbox.objects.all().delete()
    return placement


def letters() -> list[tuple[str, str]]:
    return sorted(Outbox.objects.values_list("reader", "state"))


def test_a_question_that_fell_into_a_night_of_14_hours_without_a_worker_is_asked_once_in_the_morning(placement):
    assert MORNING - EVENING == NIGHT
    assert sweep(MORNING, nudges=True) == [("log", "evening", "send")]
    assert post(MORNING) == 1
    assert sweep(MORNING + timedelta(minutes=1), nudges=True) == []
    assert post(MORNING + timedelta(minutes=1)) == 0
    assert letters() == [("student", "sent")]
    assert len(mail.outbox) == 1


def test_what_was_answered_in_that_night_is_asked_for_no_more(world, placement):
    world.log(placement, date(2027, 1, 14))
    assert sweep(MORNING, nudges=True) == [("log", "evening", "done")]
    assert letters() == []


def test_after_5_days_without_a_worker_the_latest_question_goes_out_once_and_the_old_one_not_at_all(world, placement):
    for day in (14, 15):
        world.log(placement, date(2027, 1, day))
    sweep(FRIDAY)
    assert WEDNESDAY - FRIDAY == FIVE_DAYS
    assert sorted(sweep(WEDNESDAY, nudges=True)) == [
        ("confirm", "+2", "send"),
        ("confirm", "ask", "too_late"),
        ("log", "evening", "done"),
        ("log", "evening", "send"),
        ("log", "evening", "send"),
    ]
    assert post(WEDNESDAY) == 2
    assert letters() == [("host", "sent"), ("student", "sent")]
    assert sweep(WEDNESDAY + timedelta(minutes=1), nudges=True) == []
    assert post(WEDNESDAY + timedelta(minutes=1)) == 0
    assert len(mail.outbox) == 2


def test_what_was_answered_in_those_5_days_is_asked_for_no_more(world, placement):
    for day in (14, 15):
        world.log(placement, date(2027, 1, day))
    sweep(FRIDAY)
    world.confirm(placement, date(2027, 1, 11), utc(1, 17, 12, year=2027))
    for day in (18, 19):
        world.log(placement, date(2027, 1, day))
    assert sorted(sweep(WEDNESDAY, nudges=True)) == [
        ("confirm", "+2", "done"),
        ("confirm", "ask", "done"),
        ("log", "evening", "done"),
        ("log", "evening", "done"),
        ("log", "evening", "done"),
    ]
    assert letters() == []


def test_after_5_days_a_placement_that_was_cancelled_meanwhile_asks_nobody_for_anything(placement):
    sweep(FRIDAY)
    before = letters()
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.CANCELLED)
    assert sorted(sweep(WEDNESDAY, nudges=True)) == [
        ("confirm", "+2", "over"),
        ("confirm", "ask", "over"),
        ("log", "evening", "over"),
        ("log", "evening", "over"),
    ]
    assert letters() == before
    assert not Due.objects.filter(state=Due.State.WAITING, due_at__lte=WEDNESDAY).exists()
