"""What a reader does without: by one press in a mail program (RFC 8058), on the page of a letter, or signed in."""

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Person
from core.models import Transition
from reminders.choices import read, token_of
from reminders.kinds import CLASS_OF
from reminders.models import Kind, MessageClass, Unwanted
from tests.placements.college import NOW
from tests.reminders.conftest import post, sweep

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def letter(world):
    world.proposed()
    sweep(NOW)
    post(NOW)
    return next(message for message in mail.outbox if message.to == ["milan.novak@college.test"])


@pytest.fixture
def host(world) -> Person:
    return world.college.host.person


def path_in(message) -> str:
    return message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")


def unwanted(person: Person) -> list[str]:
    return sorted(Unwanted.objects.filter(person=person).values_list("message_class", flat=True))


def test_a_letter_carries_the_address_at_which_its_reader_does_without_such_letters(letter, host):
    address = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read(address.split("/")[-2]) == (host, MessageClass.TASKS)
    assert address in letter.body
    assert address in letter.alternatives[0].content


def test_one_press_in_a_mail_program_needs_no_sign_in_and_no_token_of_a_form_and_may_come_twice(letter, host):
    machine = Client(enforce_csrf_checks=True)
    answers = [machine.post(path_in(letter), ONE_CLICK).status_code for _time in range(2)]
    assert answers == [204, 204]
    assert unwanted(host) == ["tasks"]
    rows = Transition.objects.filter(noun="letters", object_id=host.pk)
    assert [(row.verb, row.actor_kind, row.details) for row in rows] == [("choose", "link", {"without": ["tasks"]})]


def test_a_program_that_opens_the_address_changes_nothing(letter, host, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert Client().get(path_in(letter)).status_code == 200
    assert Client().head(path_in(letter)).status_code == 405
    assert unwanted(host) == []


def test_the_page_says_nothing_of_the_person(letter, host):
    page = Client().get(path_in(letter)).content.decode()
    assert "Reminders of things that I have not done yet" in page
    assert not any(word in page for word in (host.family_name, "milan", "Nia", "Motors"))


def test_on_the_page_a_reader_takes_classes_away_and_gets_them_back(letter, host):
    reader, path = Client(), path_in(letter)
    reader.post(path, {"wanted": ["tasks", "reminders", "places"]})
    assert unwanted(host) == ["news"]
    assert reader.get(path).content.decode().count(" checked") == 3
    reader.post(path, {"wanted": MessageClass.values})
    assert unwanted(host) == []


def test_the_form_of_the_page_does_need_the_token_of_a_form(letter, host):
    assert Client(enforce_csrf_checks=True).post(path_in(letter), {"wanted": []}).status_code == 403
    assert unwanted(host) == []


@pytest.mark.parametrize("forged", ["nonsense", "0.tasks.abc", "{hex}.news.{signature}", "{hex}.{signature}"])
def test_a_forged_address_is_not_there(host, forged):
    _hex, _class, signature = token_of(host, MessageClass.TASKS).split(".")
    token = forged.format(hex=host.public_id.hex, signature=signature)
    assert Client().post(f"/letters/off/{token}/", ONE_CLICK).status_code == 404
    assert unwanted(host) == []


def test_who_has_signed_in_finds_the_same_choices_from_the_ways_to_sign_in(world, client):
    user = world.college.student.user
    client.force_login(user)
    assert "/letters/mine/" in client.get("/accounts/ways/").content.decode()
    client.post("/letters/mine/", {"wanted": ["tasks"]})
    assert unwanted(user.person) == ["news", "places", "reminders"]
    assert unwanted(world.college.host.person) == []


def test_nobody_may_do_without_a_link_that_was_asked_for_or_what_concerns_safety(world, host):
    apart = {kind for kind, message_class in CLASS_OF.items() if message_class is None}
    assert apart == {Kind.LINK, Kind.TALK, Kind.INCIDENT, Kind.CONCERN}
