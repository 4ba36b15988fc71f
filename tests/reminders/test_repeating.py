"""Many letters are sent again at once: seen before, un-ticked, and each refused as it would be alone."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Organisation
from core.models import Transition
from reminders.models import Outbox, Problem
from tests.placements.college import NOW
from tests.reminders.conftest import post, sweep

AGAIN = "/letters/again/"
TOMORROW = NOW + timedelta(days=1, hours=1)


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


def to_host() -> Outbox:
    return Outbox.objects.get(reader="host")


def fail(letter: Outbox) -> None:
    Outbox.objects.filter(pk=letter.pk).update(state="failed", sent_at=None, problem=Problem.REFUSED, attempts=5)


def repeated() -> list[int]:
    verbs = Transition.objects.filter(noun="letter", verb__in=("retry", "repeat"))
    return sorted(verbs.values_list("object_id", flat=True))


def keys(letters) -> list[str]:
    return [str(letter.public_id) for letter in letters]


def test_what_left_within_a_day_has_no_tick_and_says_from_when_it_may_be_sent(office, sent):
    fail(to_host())
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        page = office.get(AGAIN)
    assert page.context["ticked"] == {str(to_host().public_id)}
    text = page.content.decode()
    assert text.count('name="chosen"') == 1
    assert "Can be sent again from" in text


def test_all_ticked_are_sent_again_and_the_others_stay(office, sent):
    fail(to_host())
    letters = list(Outbox.objects.order_by("pk"))
    assert len(letters) > 2
    with time_machine.travel(TOMORROW, tick=False):
        assert office.get(AGAIN).context["ticked"] == set(keys(letters))
        page = office.post(AGAIN, {"chosen": keys(letters[:-1])})
    assert repeated() == [letter.pk for letter in letters[:-1]]
    assert (page.context["done"], page.context["refused"]) == (letters[:-1], [])


def test_pressed_twice_each_is_sent_once_and_the_second_says_why(office, sent):
    chosen = {"chosen": keys(Outbox.objects.order_by("pk"))}
    with time_machine.travel(TOMORROW, tick=False):
        office.post(AGAIN, chosen)
        page = office.post(AGAIN, chosen)
    assert page.context["done"] == []
    assert {why for _letter, why in page.context["refused"]} == {
        "This letter went out less than 24 hours ago. Please wait until tomorrow, or call."
    }
    assert len(repeated()) == Outbox.objects.count()


def test_without_a_tick_nothing_is_sent_and_the_page_says_what_to_do(office, sent):
    with time_machine.travel(TOMORROW, tick=False):
        page = office.post(AGAIN, {})
    assert page.status_code == 422
    assert "Tick at least one letter." in page.content.decode()
    assert repeated() == []


def test_the_filters_of_the_list_choose(office, sent):
    fail(to_host())
    with time_machine.travel(TOMORROW, tick=False):
        assert office.get(f"{AGAIN}?show=failed").context["ticked"] == {str(to_host().public_id)}


def test_a_letter_of_another_school_is_not_sent(office, sent):
    letter, other = to_host(), Organisation.objects.create(kind="school", name="Elsewhere")
    Outbox.objects.filter(pk=letter.pk).update(school=other)
    with time_machine.travel(TOMORROW, tick=False):
        page = office.post(AGAIN, {"chosen": [str(letter.public_id)]})
    assert page.status_code == 422
    assert repeated() == []
