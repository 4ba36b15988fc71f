"""Letters that leave: what they carry, what happens when the server says no, and when a sender dies (E43)."""

import smtplib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings
from django.urls import reverse

from accounts import links
from accounts.models import ContactPoint, Link
from reminders import posting
from reminders.mail import mail_of
from reminders.models import Due, Outbox, Problem
from reminders.workflow import send_again
from tests.placements.college import NOW, put_name
from tests.reminders.conftest import post, sweep

REFUSING = {"default": {"BACKEND": "tests.reminders.test_posting.Refusing"}}


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise smtplib.SMTPServerDisconnected("gone")


class NoSuchUser(BaseEmailBackend):
    """A server that knows nobody called Novak, and one that is only busy for everybody else."""

    def send_messages(self, email_messages):
        for message in email_messages:
            for address in message.to:
                code = 550 if "novak" in address else 450
                raise smtplib.SMTPRecipientsRefused({address: (code, b"no")})


def to_host() -> mail.EmailMultiAlternatives:
    return next(message for message in mail.outbox if message.to == ["milan.novak@college.test"])


def letter_to_host(world) -> Outbox:
    return Outbox.objects.get(person=world.college.host.person)


@pytest.fixture
def swept(world):
    world.places = world.proposed()
    sweep(NOW)
    return world


def test_each_letter_leaves_once_and_says_that_a_machine_wrote_it(swept):
    assert post(NOW) == 4
    assert post(NOW) == 0
    assert len(mail.outbox) == 4
    message, row = to_host(), letter_to_host(swept)
    assert message.subject == "Please sign the agreement for a placement"
    assert message.extra_headers["Message-ID"] == row.message_id
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.reply_to == ["cora.diaz@college.test"]
    assert [part.mimetype for part in message.alternatives] == ["text/html"]
    assert (row.state, row.sent_at, row.attempts, row.problem) == (Outbox.State.SENT, NOW, 1, "")


def test_who_has_no_account_gets_a_link_that_opens_and_others_the_page(swept):
    post(NOW)
    link = Link.objects.get()
    assert (link.person, link.purpose, link.subject_id) == (
        swept.college.host.person, Link.Purpose.SIGN, swept.places["host"].pk,
    )  # fmt: skip
    token = to_host().body.split("/link/")[1].split("/")[0]
    assert links.find(token) == link
    assert f"http://127.0.0.1:8000{reverse('placements:link', args=[token])}" in to_host().body
    assert all("/link/" not in message.body for message in mail.outbox if message is not to_host())


def test_no_stored_row_holds_the_token_or_the_body(swept):
    post(NOW)
    token = to_host().body.split("/link/")[1].split("/")[0]
    stored = [str(row) for model in (Outbox, Due, Link) for row in model.objects.values_list()]
    assert not any(token in row or "Nia" in row for row in stored)


def test_what_was_done_while_the_letter_waited_is_not_sent(swept):
    put_name(swept.places["host"])
    assert post(NOW) == 4
    assert len(mail.outbox) == 3
    assert letter_to_host(swept).state == Outbox.State.DROPPED
    assert Link.objects.count() == 0


def test_a_server_that_is_away_is_tried_five_times_with_longer_pauses(swept):
    Outbox.objects.exclude(person=swept.college.host.person).delete()
    moments = [0, 1, 6, 36, 156]
    with override_settings(MAILERS=REFUSING):
        for minutes in moments:
            now = NOW + timedelta(minutes=minutes)
            assert post(now - timedelta(seconds=1)) == 0
            assert post(now) == 1
    row = letter_to_host(swept)
    assert (row.state, row.attempts, row.problem) == (Outbox.State.FAILED, 5, Problem.UNREACHABLE)
    assert post(NOW + timedelta(days=1)) == 0


def test_a_person_without_an_address_that_works_is_a_failed_letter(swept):
    ContactPoint.objects.filter(person=swept.college.host.person).update(state=ContactPoint.State.BOUNCED)
    post(NOW)
    row = letter_to_host(swept)
    assert (row.state, row.problem) == (Outbox.State.FAILED, Problem.NO_ADDRESS)
    assert len(mail.outbox) == 3


def test_an_address_that_is_refused_for_good_is_passed_over_and_the_next_one_is_tried(swept):
    host = swept.college.host.person
    ContactPoint.objects.create(person=host, channel="email", address="garage@novak.test")
    Outbox.objects.exclude(person=host).delete()
    with override_settings(MAILERS={"default": {"BACKEND": "tests.reminders.test_posting.NoSuchUser"}}):
        assert post(NOW) == 1
    states = ContactPoint.objects.filter(person=host).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["bounced", "working"]
    assert post(NOW + timedelta(minutes=1)) == 1
    assert [message.to for message in mail.outbox] == [["garage@novak.test"]]
    assert letter_to_host(swept).state == Outbox.State.SENT


def test_the_only_address_that_is_refused_for_good_makes_a_failed_letter_at_the_next_try(swept):
    host = swept.college.host.person
    Outbox.objects.exclude(person=host).delete()
    with override_settings(MAILERS={"default": {"BACKEND": "tests.reminders.test_posting.NoSuchUser"}}):
        post(NOW)
        post(NOW + timedelta(minutes=1))
    assert (letter_to_host(swept).state, letter_to_host(swept).problem) == (Outbox.State.FAILED, Problem.NO_ADDRESS)
    send_again(outbox=letter_to_host(swept), by=swept.college.office, at=NOW + timedelta(days=1))
    assert post(NOW + timedelta(days=1)) == 1
    assert letter_to_host(swept).state == Outbox.State.SENT


def test_a_server_that_only_asks_to_wait_leaves_the_address_as_it_is(swept):
    student = swept.college.student.user.person
    Outbox.objects.exclude(person=student).delete()
    with override_settings(MAILERS={"default": {"BACKEND": "tests.reminders.test_posting.NoSuchUser"}}):
        post(NOW)
    assert ContactPoint.objects.get(person=student).state == ContactPoint.State.WORKING
    assert Outbox.objects.get().problem == Problem.REFUSED


def test_what_nothing_sent_until_the_night_leaves_on_the_next_morning(swept):
    Outbox.objects.exclude(person=swept.college.host.person).delete()
    night = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    post(night)
    row = letter_to_host(swept)
    assert (mail.outbox, row.state, row.attempts, row.day) == ([], Outbox.State.WAITING, 0, date(2026, 11, 25))
    assert row.next_attempt_at == datetime(2026, 11, 25, 8, tzinfo=UTC)
    post(row.next_attempt_at)
    assert letter_to_host(swept).sent_at == row.next_attempt_at


def test_a_letter_that_is_held_until_a_day_with_another_one_waits_for_the_day_after(swept):
    row = letter_to_host(swept)
    Outbox.objects.exclude(pk=row.pk).delete()
    Outbox.objects.create(
        person=row.person,
        school=row.school,
        day=date(2026, 11, 25),
        letter=row.letter,
        reader=row.reader,
        message_id="<another@school.test>",
        next_attempt_at=datetime(2026, 11, 25, 8, tzinfo=UTC),
    )
    with override_settings(MAILERS=REFUSING):
        evening = datetime(2026, 11, 24, 19, 59, 30, tzinfo=UTC)
        Outbox.objects.filter(pk=row.pk).update(next_attempt_at=evening)
        post(evening)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.day) == (Outbox.State.WAITING, 1, date(2026, 11, 26))
    assert row.next_attempt_at == datetime(2026, 11, 26, 8, tzinfo=UTC)


def test_a_sender_that_dies_before_it_sends_loses_nothing(swept):
    Outbox.objects.exclude(person=swept.college.host.person).delete()
    borrowed, _is_late = posting._borrow(NOW)
    assert borrowed is not None
    assert post(NOW + timedelta(minutes=9)) == 0
    assert post(NOW + timedelta(minutes=10)) == 1
    assert to_host().extra_headers["Message-ID"] == borrowed.message_id


def test_a_letter_repeated_after_a_crash_has_the_same_message_id_and_both_links_work(swept):
    Outbox.objects.exclude(person=swept.college.host.person).delete()
    borrowed, _is_late = posting._borrow(NOW)
    letter = posting._prepare(borrowed, NOW)
    mail_of(borrowed, letter, "milan.novak@college.test").send()
    post(NOW + timedelta(minutes=10))
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    for message in (first, second):
        assert links.find(message.body.split("/link/")[1].split("/")[0]) is not None
