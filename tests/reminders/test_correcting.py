"""The coordinator corrects the address of somebody whom a letter did not reach; the letter goes out again in place."""

import html
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts import links
from accounts.access import actor_of
from accounts.models import ContactPoint, Link, User
from accounts.people import mail_address_of, people_at, try_again
from accounts.roles import Role
from core.models import Transition
from reminders.models import Outbox, Problem
from reminders.workflow import correct_address
from tests.placements.college import NOW, member
from tests.reminders.conftest import post, sweep

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def letter(world) -> Outbox:
    """A letter with a link that was sent to the host and came back."""
    world.proposed()
    sweep(NOW)
    Outbox.objects.exclude(person=world.college.host.person).delete()
    post(NOW)
    Outbox.objects.update(state=Outbox.State.BOUNCED, problem=Problem.CAME_BACK)
    ContactPoint.objects.filter(person=world.college.host.person).update(state=ContactPoint.State.BOUNCED)
    return Outbox.objects.get()


@pytest.fixture
def office(world, client):
    client.force_login(world.college.coordinator.user)
    return client


def correct(client, letter: Outbox, address: str = "Milan@Novak.test", at=LATER, seen: str = ""):
    with time_machine.travel(at, tick=False):
        path = reverse("reminders:correct", args=[letter.public_id])
        return client.post(path, {"address": address, "seen": seen})


def points(letter: Outbox) -> list[tuple[str, str]]:
    return list(ContactPoint.objects.filter(person=letter.person).order_by("pk").values_list("address", "state"))


def token_in(message) -> str:
    return message.body.split("/link/")[1].split("/")[0]


def test_the_letter_goes_out_again_at_once_to_the_right_address_with_a_new_link(letter, office):
    assert correct(office, letter).status_code == 302
    assert post(LATER) == 1
    first, second = mail.outbox
    assert (first.to, second.to) == (["milan.novak@college.test"], ["milan@novak.test"])
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    letter.refresh_from_db()
    assert (letter.state, letter.problem, letter.sent_at, letter.attempts) == (Outbox.State.SENT, "", LATER, 1)
    old, new = links.find(token_in(first)), links.find(token_in(second))
    assert (links.is_open(old, now=LATER), links.is_open(new, now=LATER)) == (False, True)


def test_the_old_address_is_kept_as_replaced_and_never_written_to_again(letter, office):
    correct(office, letter)
    assert points(letter) == [("milan.novak@college.test", "replaced"), ("milan@novak.test", "working")]
    try_again(letter.person_id)
    assert mail_address_of(letter.person_id) == "milan@novak.test"
    assert not people_at("milan.novak@college.test").filter(pk=letter.person_id).exists()
    ContactPoint.objects.filter(address="milan@novak.test").update(state=ContactPoint.State.BOUNCED)
    try_again(letter.person_id)
    assert mail_address_of(letter.person_id) == "milan@novak.test"


def test_an_address_that_was_right_after_all_is_taken_back(letter, office):
    correct(office, letter, "milan.novak@college.test")
    assert points(letter) == [("milan.novak@college.test", "working")]


def test_the_log_says_who_and_when_and_no_address(letter, office, world):
    correct(office, letter)
    row = Transition.objects.get(noun="letter")
    assert (row.verb, row.from_state, row.to_state, row.object_id, row.actor_id, row.at, row.details) == (
        "correct", "bounced", "waiting", letter.pk, world.college.coordinator.user_id, LATER, {"links": 1},
    )  # fmt: skip


def test_no_address_is_saved_with_a_typing_mistake(letter, office):
    answer = correct(office, letter, "milan at novak")
    assert answer.status_code == 422
    assert "milan at novak" in answer.content.decode()
    assert points(letter) == [("milan.novak@college.test", "bounced")]


def test_a_letter_of_another_day_waits_for_the_first_morning_without_one(letter, office):
    taken = {"person": letter.person, "school": letter.school, "letter": "sign", "reader": "host"}
    Outbox.objects.create(
        **taken, day=LATER.date() + timedelta(days=1), message_id="<a@test>", next_attempt_at=NOW, state="waiting"
    )
    tomorrow = LATER + timedelta(days=1)
    correct(office, letter, at=tomorrow)
    letter.refresh_from_db()
    assert letter.day == LATER.date() + timedelta(days=2)
    assert letter.next_attempt_at.date() == letter.day
    assert mail_address_of(letter.person_id) == "milan@novak.test"


def test_whoever_signs_in_with_the_address_keeps_it(letter, office):
    user = User.objects.create_user("milan.novak@college.test.example")
    letter.person.user = user
    letter.person.save()
    page = office.get(reverse("reminders:correct", args=[letter.public_id])).content.decode()
    assert "could sign in as that person" in page
    assert correct(office, letter).status_code == 422
    assert points(letter) == [("milan.novak@college.test", "bounced")]
    assert Link.objects.get().revoked_at is None


def test_a_letter_that_arrived_has_no_address_to_correct(letter, office):
    Outbox.objects.update(state=Outbox.State.SENT, problem="")
    assert office.get(reverse("reminders:correct", args=[letter.public_id])).status_code == 404
    answer = correct(office, letter)
    assert answer.status_code == 422
    assert "This is no longer possible: it has changed in the meantime." in answer.content.decode()
    assert points(letter) == [("milan.novak@college.test", "bounced")]


def test_whoever_is_second_reads_who_was_first_also_when_the_letter_has_gone_out(letter, office, world):
    page = office.get(reverse("reminders:correct", args=[letter.public_id])).content.decode()
    with time_machine.travel(LATER, tick=False):
        colleague = actor_of(member("Joss Hale", Role.COORDINATOR, world.college.school))
        correct_address(outbox=letter, address="milan@novak.test", by=colleague, at=LATER)
    assert post(LATER) == 1
    assert 'name="seen" value="0"' in page
    answer = correct(office, letter, "milan@garage.test", seen="0")
    assert answer.status_code == 422
    assert "Joss Hale was first, on Tue 24 Nov at 11:00: “Correct the address”." in html.unescape(
        answer.content.decode()
    )
    assert points(letter) == [("milan.novak@college.test", "replaced"), ("milan@novak.test", "working")]


def test_ones_own_second_press_is_the_first_one(letter, office):
    assert correct(office, letter).status_code == 302
    assert correct(office, letter).status_code == 302
    assert Transition.objects.filter(noun="letter").count() == 1
    assert correct(office, letter, "milan@garage.test").status_code == 422


def test_only_a_coordinator_of_the_school_may(letter, office, world, cast):
    other = cast.client(cast.insider("coordinator"))
    assert correct(other, letter).status_code == 404
    world.college.coordinator.role = "head"
    world.college.coordinator.save()
    assert correct(office, letter).status_code == 404
    assert points(letter) == [("milan.novak@college.test", "bounced")]


def test_a_letter_that_came_back_can_be_sent_again_to_the_same_address_after_a_day(letter, office):
    tomorrow = NOW + timedelta(days=1)
    with time_machine.travel(tomorrow, tick=False):
        office.post(reverse("reminders:send_again", args=[letter.public_id]))
    assert post(tomorrow) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at) == (Outbox.State.SENT, tomorrow)
    assert mail.outbox[-1].to == ["milan.novak@college.test"]
