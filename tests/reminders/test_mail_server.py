"""A real mail server on this machine: what leaves, byte by byte, and what its refusals do."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.test import override_settings

from accounts import links
from accounts.models import ContactPoint
from config.launch.server import free_port
from reminders.models import Outbox, Problem
from tests.placements.college import NOW
from tests.reminders.conftest import post, sweep


class Server:
    """Takes every letter, unless it was told what to answer to the address."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.messages: list[EmailMessage] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def server() -> Iterator[Server]:
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    options = {"host": controller.hostname, "port": controller.port, "timeout": 5}
    smtp = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    with override_settings(MAILERS=smtp):
        yield handler
    controller.stop()


@pytest.fixture
def letter(world) -> Outbox:
    world.proposed()
    sweep(NOW)
    Outbox.objects.exclude(person=world.college.host.person).delete()
    return Outbox.objects.get()


def test_what_leaves_is_plain_text_and_html_with_the_fields_of_automatic_mail(server, letter):
    assert post(NOW) == 1
    (message,) = server.messages
    assert message["Message-ID"] == letter.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/letters/off/")
    assert message["Content-Language"] == "en"
    assert message["To"] == "milan.novak@college.test"
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    token = text.get_content().split("/link/")[1].split("/")[0]
    assert token in html.get_content()
    assert links.find(token) is not None


def test_after_sending_no_column_of_the_database_holds_a_token_or_a_body(server, letter):
    post(NOW)
    (message,) = server.messages
    text = next(message.iter_parts()).get_content()
    token = text.split("/link/")[1].split("/")[0]
    choice = message["List-Unsubscribe"].strip("<>").split("/")[-2]
    assert found_in_the_database(token, choice, "Please sign the agreement", text.splitlines()[4]) == []
    assert found_in_the_database(letter.message_id) == ["reminders_outbox.message_id"]


def found_in_the_database(*words: str) -> list[str]:
    """The columns, of all tables, in which one of the words stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            tests = " OR ".join([f'"{column}"::text LIKE %s'] * len(words))
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE {tests} LIMIT 1', [f"%{word}%" for word in words])
            if cursor.fetchone():
                found.append(f"{table}.{column}")
    return found


@pytest.mark.parametrize(
    ("answer", "address"),
    [("450 4.2.1 Busy", "working"), ("452 4.3.1 Full", "working"), ("550 5.1.1 No such user", "bounced")],
)
def test_a_refusal_for_now_is_tried_again_and_one_for_good_closes_the_address(server, letter, answer, address):
    server.answer = answer
    assert post(NOW) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.problem, letter.next_attempt_at) == (
        Outbox.State.WAITING, Problem.REFUSED, NOW + timedelta(minutes=1),
    )  # fmt: skip
    assert ContactPoint.objects.get(person=letter.person).state == address
    assert server.messages == []


def test_what_is_tried_again_in_the_evening_waits_for_the_morning(server, letter):
    server.answer = "450 4.2.1 Busy"
    evening = NOW.replace(hour=19, minute=59)
    Outbox.objects.update(next_attempt_at=evening)
    post(evening)
    letter.refresh_from_db()
    assert letter.next_attempt_at == (NOW + timedelta(days=1)).replace(hour=8)


def test_a_link_that_was_asked_for_is_tried_again_at_any_hour(server, letter):
    server.answer = "450 4.2.1 Busy"
    night = NOW.replace(hour=23, minute=0)
    Outbox.objects.update(next_attempt_at=night, apart=True)
    post(night)
    letter.refresh_from_db()
    assert letter.next_attempt_at == night + timedelta(minutes=1)
