"""An approval of a workplace that runs out is told in time, to whoever looks after that firm."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership, Organisation, Person
from accounts.roles import Role
from employers.models import Check, SchoolEmployer
from employers.rules import Stop
from employers.workflow import edit_relation, give_on, record_check, stop
from reminders.models import Due, Kind, Outbox
from tests.placements.college import NOW, member
from tests.reminders.conftest import World, post, sweep, utc
from tests.reminders.test_sweeping import waiting

UNTIL = date(2027, 3, 31)
NOTES = "They never pay for the overalls."


def relation(world: World) -> SchoolEmployer:
    return SchoolEmployer.objects.get(school=world.college.school)


def approve(world: World, until: date | None = UNTIL, owner: Person | None = None, at=NOW) -> None:
    values = {"tier": "standard", "approved_until": until, "notes": NOTES}
    edit_relation(relation=relation(world), by=world.college.office, at=at, **values)
    if owner:
        give_on(relation=relation(world), to=owner, by=world.college.office, at=at)


def readers() -> set[str]:
    return set(Due.objects.filter(kind=Kind.RENEW).values_list("person__given_name", flat=True))


def test_the_owner_of_the_firm_at_the_school_is_told_60_30_and_1_days_before(world):
    teacher = world.college.teacher.user.person
    approve(world, owner=teacher)
    assert sweep(NOW) == []
    assert waiting(Kind.RENEW) == [("D-60", "01-29 08:00"), ("D-30", "03-01 08:00"), ("D-1", "03-30 07:00")]
    assert readers() == {"Tom"}
    assert sweep(utc(3, 1, year=2027)) == [("renew", "D-60", "too_late"), ("renew", "D-30", "send")]
    post(utc(3, 1, year=2027))
    (letter,) = mail.outbox
    assert letter.to == ["tom.hale@college.test"]
    assert letter.subject == "Please look at a workplace again: its approval runs out"
    assert "Your school has approved Novak Garage until Wed 31 Mar 2027." in letter.body
    assert "First to run out" not in letter.body
    assert reverse("employers:employer", args=[world.college.site.employer.public_id]) in letter.body
    assert "overalls" not in f"{letter.body}{letter.alternatives[0].content}"


def test_the_letter_names_the_check_with_which_the_approval_ends(world):
    for kind, until in ((Check.Kind.INSURANCE, UNTIL), (Check.Kind.HAZARDS, None), (Check.Kind.VISIT, None)):
        record_check(
            relation=relation(world), kind=kind, done_on=NOW.date(), valid_until=until, note=NOTES,
            person=world.college.coordinator.user.person, by=world.college.office, at=NOW,
        )  # fmt: skip
    sweep(NOW)
    sweep(utc(3, 1, year=2027))
    post(utc(3, 1, year=2027))
    (letter,) = mail.outbox
    assert "until Wed 31 Mar 2027. Please look at it again before that. First to run out: Insurance." in letter.body
    assert "overalls" not in f"{letter.body}{letter.alternatives[0].content}"


def test_without_an_owner_or_once_the_owner_has_left_a_coordinator_of_that_school_is_told(world):
    other = Organisation.objects.create(kind="school", name="Other College")
    member("Otto Weit", Role.COORDINATOR, other)
    SchoolEmployer.objects.create(school=other, employer=world.college.site.employer, approved_until=UNTIL)
    Membership.objects.filter(pk=world.college.teacher.pk).update(ends_on=date(2026, 11, 1))
    approve(world, owner=world.college.teacher.user.person)
    sweep(NOW)
    assert readers() == {"Cora"}


def test_a_new_day_makes_the_old_rounds_done_and_new_ones(world):
    approve(world)
    sweep(NOW)
    approve(world, UNTIL + timedelta(days=365), at=utc(1, 20, year=2027))
    assert sweep(utc(1, 29, year=2027)) == [("renew", "D-60", "done")]
    assert ("D-60", "01-28 08:00") in waiting(Kind.RENEW)
    assert not Outbox.objects.exists()


def test_another_owner_is_told_in_place_of_the_first(world):
    approve(world)
    sweep(NOW)
    approve(world, owner=world.college.teacher.user.person, at=utc(1, 20, year=2027))
    assert sorted(sweep(utc(1, 29, year=2027))) == [("renew", "D-60", "done"), ("renew", "D-60", "send")]
    assert Outbox.objects.get().person == world.college.teacher.user.person


@pytest.mark.parametrize("why", [Stop.CLOSED, Stop.NOT_APPROVED])
def test_a_firm_that_stops_is_not_asked_about(world, why):
    approve(world)
    sweep(NOW)
    stop(relation=relation(world), why=why, since=date(2027, 1, 5), by=world.college.office, at=utc(1, 5, year=2027))
    assert sweep(utc(1, 29, year=2027)) == [("renew", "D-60", "done")]


def test_an_approval_without_a_last_day_asks_nobody_and_one_that_has_run_out_neither(world):
    approve(world, None)
    sweep(NOW)
    approve(world, date(2026, 11, 1))
    sweep(NOW)
    assert not Due.objects.filter(kind=Kind.RENEW).exists()
