"""The coordinator's list of letters, sending again, and looking at what a letter says."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from reminders.models import Due, Outbox, Problem
from tests.placements.college import NOW, put_name
from tests.reminders.conftest import post, sweep

LETTERS = "/letters/"


@pytest.fixture
def office(world, client):
    client.force_login(world.college.coordinator.user)
    return client


@pytest.fixture
def sent(world):
    world.places = world.proposed()
    sweep(NOW)
    post(NOW)
    return world


def fail(letter: Outbox) -> None:
    Outbox.objects.filter(pk=letter.pk).update(state="failed", sent_at=None, problem=Problem.REFUSED, attempts=5)


def again(client, letter: Outbox):
    return client.post(reverse("reminders:send_again", args=[letter.public_id]), follow=True)


def test_an_empty_list_says_when_letters_go_out(office):
    page = office.get(LETTERS).content.decode()
    assert "No letters yet" in page


def test_failed_letters_come_first_with_the_reason_and_no_address(office, sent):
    failed = Outbox.objects.get(reader="host")
    fail(failed)
    page = office.get(LETTERS)
    assert next(row.letter.reader for row in page.context["rows"]) == "host"
    text = page.content.decode()
    assert "The mail server refused the address" in text
    assert "Nia Berg" in text
    assert "milan.novak@" not in text


def test_the_list_costs_the_same_queries_for_one_and_for_four(office, sent, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as four:
        office.get(LETTERS)
    Outbox.objects.exclude(reader="host").delete()
    with django_assert_max_num_queries(12) as one:
        office.get(LETTERS)
    assert len(one) == len(four)


def test_what_was_not_sent_stands_there_with_the_reason(office, world):
    world.proposed()
    sweep(NOW + timedelta(days=10))
    page = office.get(f"{LETTERS}?show=skipped")
    assert page.content.decode().count("More than 3 days late") == 4


@pytest.mark.parametrize("show", ["waiting", "failed", "skipped"])
def test_a_view_without_rows_says_so(office, sent, show):
    assert office.get(f"{LETTERS}?show={show}").status_code == 200


def test_an_unknown_view_is_not_there(office):
    assert office.get(f"{LETTERS}?show=nonsense").status_code == 404


def test_a_failed_letter_is_sent_again_at_once_but_not_twice_in_a_day(office, sent):
    letter = Outbox.objects.get(reader="host")
    fail(letter)
    with time_machine.travel(NOW, tick=False):
        assert "The letter goes out within a few minutes." in again(office, letter).content.decode()
        assert post(NOW) == 1
        fail(letter)
        assert "less than 24 hours ago" in again(office, letter).content.decode()
    letter.refresh_from_db()
    assert letter.state == Outbox.State.FAILED


def test_a_sent_letter_can_be_sent_again_after_a_day_while_something_is_open(office, sent):
    letter = Outbox.objects.get(reader="host")
    with time_machine.travel(NOW + timedelta(hours=23), tick=False):
        assert "less than 24 hours ago" in again(office, letter).content.decode()
    tomorrow = NOW + timedelta(hours=25)
    with time_machine.travel(tomorrow, tick=False):
        again(office, letter)
    assert sweep(tomorrow) == [("sign", "again 2026-11-25", "send")]
    assert Outbox.objects.filter(person=letter.person).count() == 2
    put_name(sent.places["host"])
    with time_machine.travel(tomorrow + timedelta(days=2), tick=False):
        assert "Everything in this letter is done" in again(office, letter).content.decode()


def test_the_head_reads_and_cannot_send(world, sent, client):
    world.college.coordinator.role = "head"
    world.college.coordinator.save()
    client.force_login(world.college.coordinator.user)
    assert "Send again" not in client.get(LETTERS).content.decode()
    letter = Outbox.objects.get(reader="host")
    assert client.post(reverse("reminders:send_again", args=[letter.public_id])).status_code == 404


def test_letters_of_another_school_are_not_there(cast, sent):
    client = cast.client(cast.insider("coordinator"))
    letter = Outbox.objects.get(reader="host")
    assert client.post(reverse("reminders:send_again", args=[letter.public_id])).status_code == 404
    assert "Nia Berg" not in client.get(LETTERS).content.decode()


@pytest.mark.parametrize("kind", ["link", "sign", "confirm", "feedback", "assess", "hours_changed", "credited"])
def test_every_kind_of_letter_can_be_looked_at(office, kind):
    page = office.get(reverse("reminders:preview", args=[kind]), {"language": "en"})
    assert "Hello Sam Okoro," in page.content.decode()


@pytest.mark.parametrize("path", ["preview/nonsense/", "preview/sign/?language=xx"])
def test_an_unknown_letter_or_language_is_not_there(office, path):
    assert office.get(LETTERS + path).status_code == 404


def test_looking_changes_nothing(office, sent):
    before = list(Outbox.objects.values_list()), list(Due.objects.values_list())
    for path in (LETTERS, f"{LETTERS}?show=skipped", f"{LETTERS}preview/sign/"):
        office.get(path)
    assert (list(Outbox.objects.values_list()), list(Due.objects.values_list())) == before
