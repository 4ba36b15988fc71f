"""Where no mail address works, one short text message takes the place of the letter (E43)."""

from dataclasses import replace

import pytest
from django.core import mail

from accounts import links
from accounts.models import ContactPoint, Link
from reminders import channels
from reminders.channels import Way, short
from reminders.composing import Letter
from reminders.models import Channel, Kind, Outbox, Problem
from tests.placements.college import NOW
from tests.reminders.conftest import post, sweep

NUMBER = "+44 7700 900123"
URL = "https://placements.example/link/" + "t" * 43 + "/"
LETTER = Letter(subject="Please sign", text="", html="", language="en", reply_to=[], url=URL)


@pytest.fixture
def letter(world, settings) -> Outbox:
    settings.SMS_BACKEND = "reminders.channels.console"
    world.proposed()
    sweep(NOW)
    Outbox.objects.exclude(person=world.college.host.person).delete()
    ContactPoint.objects.filter(person=world.college.host.person).update(state=ContactPoint.State.BOUNCED)
    return Outbox.objects.get()


def phone(letter: Outbox, state: str = "working") -> None:
    ContactPoint.objects.create(person=letter.person, channel="phone", address=NUMBER, state=state)


def test_without_a_mail_address_that_works_one_text_message_goes_out_with_a_link_that_opens(letter, capsys):
    phone(letter)
    assert post(NOW) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"Text message to {NUMBER}: Test College: Please sign the agreement for a placement http")
    token = said.split("/link/")[1].split("/")[0]
    assert links.find(token) == Link.objects.get()
    letter.refresh_from_db()
    assert (letter.state, letter.channel) == (Outbox.State.SENT, Channel.SMS)
    assert mail.outbox == []


def test_a_mail_address_that_works_comes_first(letter, capsys):
    phone(letter)
    ContactPoint.objects.filter(channel="email").update(state=ContactPoint.State.WORKING)
    post(NOW)
    assert [message.to for message in mail.outbox] == [["milan.novak@college.test"]]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("state", ["bounced", ""])
def test_without_a_number_that_works_the_letter_could_not_be_sent(letter, capsys, state):
    if state:
        phone(letter, state)
    post(NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == (Outbox.State.FAILED, Problem.NO_ADDRESS)
    assert capsys.readouterr().out == ""


def test_where_no_text_messages_are_set_up_nobody_gets_one(letter, settings, capsys):
    settings.SMS_BACKEND = ""
    phone(letter)
    post(NOW)
    letter.refresh_from_db()
    assert letter.state == Outbox.State.FAILED
    assert capsys.readouterr().out == ""


def test_what_was_said_in_confidence_never_goes_by_text_message(letter):
    phone(letter)
    assert channels.way_to(letter.person_id, Kind.SIGN) == Way(Channel.SMS, NUMBER)
    assert channels.way_to(letter.person_id, Kind.TALK) is None


@pytest.mark.parametrize(
    ("subject", "most"),
    [
        ("Please sign", 306),
        ("Please sign " * 40, 306),
        ("Veuillez signer l’accord " * 20, 134),
        ("وقّع الاتفاق " * 30, 134),
    ],
)
def test_a_text_message_fits_in_two_parts_and_its_address_is_whole(subject, most):
    text = short("Test College", replace(LETTER, subject=subject))
    assert len(text) <= most
    assert text.endswith(f" {URL}")
    assert text.startswith(f"Test College: {subject[:20].strip()}")
    assert ("..." in text) == (len(f"Test College: {subject} {URL}") > most)
