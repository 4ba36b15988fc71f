"""Letters by a provider of mail, and what it tells of them afterwards: arrived, came back, marked as unwanted (E43)."""

import importlib
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings
from django.urls import clear_url_caches, include, path

from accounts.models import ContactPoint
from config import mail, urls
from core.models import Transition
from reminders.models import Channel, Delivery, MessageClass, Outbox, Problem, Unwanted
from reminders.posting import send_next
from tests.placements.college import NOW
from tests.reminders.conftest import post, sweep
from tests.reminders.provider import ANSWERS, NO_SUCH_MAILBOX, UNHEARD_OF, provider

SECRET = "passerelle:a-long-secret-of-the-hook"
KEYS = {
    "BREVO_API_KEY": "k", "MAILGUN_API_KEY": "k", "MAILGUN_SENDER_DOMAIN": "college.test",
    "MAILGUN_WEBHOOK_SIGNING_KEY": "k", "MAILJET_API_KEY": "k", "MAILJET_SECRET_KEY": "k",
    "POSTMARK_SERVER_TOKEN": "k", "SPARKPOST_API_KEY": "k", "MAIL_WEBHOOK_SECRET": SECRET,
}  # fmt: skip
ADDRESS = "milan.novak@college.test"
TOLD_AT = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)


def settings_of(name: str, address: str) -> dict:
    environ = {**KEYS, "MAIL_PROVIDER": name, f"{name.upper()}_API_URL": address}
    return {"MAIL_PROVIDER": name, "MAILERS": {"default": mail.mailer(environ)}, "ANYMAIL": mail.anymail(environ)}


@pytest.fixture
def letter(world) -> Outbox:
    """A letter to the host that waits."""
    world.proposed()
    sweep(NOW)
    Outbox.objects.exclude(person=world.college.host.person).delete()
    return Outbox.objects.get()


@pytest.fixture
def sent(letter) -> Outbox:
    with provider(ANSWERS["postmark"]) as (address, _posted), override_settings(**settings_of("postmark", address)):
        assert post(NOW) == 1
    letter.refresh_from_db()
    return letter


@pytest.fixture
def hook(settings):
    """Posts what Postmark would post."""
    for name, value in settings_of("postmark", "http://127.0.0.1/").items():
        setattr(settings, name, value)
    module = importlib.import_module("reminders.webhook")
    importlib.reload(module)
    urls.urlpatterns.append(path("post/", include(module)))
    clear_url_caches()

    def tell(secret: str = SECRET, **event):
        said = {"MessageID": "id-1", "ID": 42, "Email": ADDRESS, "Metadata": {}, **event}
        headers = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}
        client = Client(enforce_csrf_checks=True)
        return client.post("/post/postmark/tracking/", json.dumps(said), "application/json", headers=headers)

    yield tell
    urls.urlpatterns.pop()
    clear_url_caches()


BOUNCE = {"RecordType": "Bounce", "Type": "HardBounce", "BouncedAt": "2026-11-24T09:05:00Z"}
ARRIVED = {"RecordType": "Delivery", "Recipient": ADDRESS, "DeliveredAt": "2026-11-24T09:05:00Z"}
COMPLAINT = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "BouncedAt": "2026-11-24T09:05:00Z"}


@pytest.mark.parametrize("name", ANSWERS)
def test_each_provider_takes_the_letter_with_its_header_fields_and_its_name_for_it_is_kept(letter, name):
    with provider(ANSWERS[name]) as (address, posted), override_settings(**settings_of(name, address)):
        assert post(NOW) == 1
    letter.refresh_from_db()
    body = unquote_plus(posted[0])
    for word in ("Please sign the agreement", "/link/", "Auto-Submitted", "List-Unsubscribe-Post", "One-Click"):
        assert word in body
    assert letter.message_id.strip("<>") in body
    assert (letter.state, letter.channel) == (Outbox.State.SENT, Channel.EMAIL)
    answered = json.dumps(ANSWERS[name])
    assert letter.provider_id
    assert letter.provider_id in answered


def test_an_address_that_the_provider_refuses_is_passed_over(letter):
    with provider(NO_SUCH_MAILBOX, 422) as (address, _posted), override_settings(**settings_of("postmark", address)):
        post(NOW)
        post(NOW + timedelta(minutes=1))
    letter.refresh_from_db()
    assert ContactPoint.objects.get(person=letter.person).state == ContactPoint.State.BOUNCED
    assert (letter.state, letter.problem) == (Outbox.State.FAILED, Problem.NO_ADDRESS)


@pytest.mark.parametrize(("answer", "status"), [({}, 401), ({}, 429), ({}, 500), ({}, 200), (UNHEARD_OF, 422)])
def test_a_provider_that_answers_with_an_error_is_tried_again_and_the_address_stays(letter, answer, status):
    with provider(answer, status) as (address, _posted), override_settings(**settings_of("postmark", address)):
        assert send_next(now=NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.problem, letter.next_attempt_at) == (
        Outbox.State.WAITING, Problem.UNREACHABLE, NOW + timedelta(minutes=1),
    )  # fmt: skip
    assert ContactPoint.objects.get(person=letter.person).state == ContactPoint.State.WORKING


def test_a_letter_that_arrived_says_so_and_twice_told_it_stands_once(sent, hook):
    assert [hook(**ARRIVED).status_code for _time in range(2)] == [200, 200]
    assert list(Delivery.objects.values_list("outbox", "event", "at")) == [(sent.pk, "delivered", TOLD_AT)]
    sent.refresh_from_db()
    assert sent.state == Outbox.State.SENT


def test_a_letter_that_came_back_closes_the_address_and_stands_there_as_come_back(sent, hook):
    hook(**BOUNCE)
    hook(**BOUNCE)
    sent.refresh_from_db()
    assert (sent.state, sent.problem, sent.sent_at) == (Outbox.State.BOUNCED, Problem.CAME_BACK, NOW)
    assert ContactPoint.objects.get(person=sent.person).state == ContactPoint.State.BOUNCED
    assert list(Delivery.objects.values_list("event", flat=True)) == ["bounced"]


def test_a_letter_that_came_back_takes_the_next_address_of_the_person(sent, hook, mailoutbox):
    ContactPoint.objects.create(person=sent.person, channel="email", address="garage@novak.test")
    hook(**BOUNCE)
    sent.refresh_from_db()
    assert (sent.state, sent.sent_at, sent.next_attempt_at) == (Outbox.State.WAITING, None, TOLD_AT)
    with override_settings(MAILERS={"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}):
        assert post(TOLD_AT) == 1
    assert [message.to for message in mailoutbox] == [["garage@novak.test"]]
    hook(**BOUNCE)
    sent.refresh_from_db()
    assert (sent.state, sent.provider_id) == (Outbox.State.SENT, "")


def test_a_letter_that_came_back_from_nobody_known_is_not_sent_there_again(sent, hook):
    hook(**BOUNCE, Email="somebody.else@college.test")
    sent.refresh_from_db()
    assert (sent.state, ContactPoint.objects.get(person=sent.person).state) == ("waiting", "working")


def test_a_reader_who_marks_a_letter_as_unwanted_gets_only_what_nobody_may_do_without(sent, hook):
    hook(**COMPLAINT)
    hook(**COMPLAINT)
    sent.refresh_from_db()
    assert (sent.state, sent.problem) == (Outbox.State.SENT, Problem.UNWANTED)
    unwanted = Unwanted.objects.filter(person=sent.person).values_list("message_class", flat=True)
    assert sorted(unwanted) == sorted(MessageClass.values)
    row = Transition.objects.get(noun="letters")
    assert (row.verb, row.actor_kind, row.object_id) == ("choose", "system", sent.person_id)


@pytest.mark.parametrize("event", [ARRIVED, BOUNCE, COMPLAINT])
def test_what_is_told_of_a_letter_that_is_not_ours_is_answered_and_not_kept(sent, hook, event):
    before = list(Outbox.objects.values_list())
    assert hook(**event, MessageID="id-of-somebody-else").status_code == 200
    assert hook(**event, MessageID="").status_code == 200
    assert not Delivery.objects.exists()
    assert list(Outbox.objects.values_list()) == before


def test_letters_that_no_provider_named_are_nobodys(letter, hook):
    Outbox.objects.update(provider_id="")
    hook(**BOUNCE, MessageID="")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("secret", ["", "passerelle:wrong", "wrong:a-long-secret-of-the-hook"])
def test_without_the_secret_nothing_is_believed(sent, hook, secret):
    assert hook(secret=secret, **BOUNCE).status_code == 400
    assert not Delivery.objects.exists()


def test_without_a_provider_there_is_no_such_address(db):
    assert Client().post("/post/postmark/tracking/", "{}", "application/json").status_code == 404


@pytest.mark.parametrize("name", mail.PROVIDERS)
def test_a_provider_that_is_half_set_is_refused(name):
    whole = {**KEYS, "MAIL_PROVIDER": name}
    mail.refuse_half(whole)
    for key in (*mail.PROVIDERS[name], "MAIL_WEBHOOK_SECRET"):
        with pytest.raises(ImproperlyConfigured, match=key):
            mail.refuse_half(whole | {key: ""})


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"MAIL_PROVIDER": "pigeon"}, "MAIL_PROVIDER must be one of"),
        ({**KEYS, "MAIL_PROVIDER": "postmark", "MAIL_HOST": "mail.example"}, "not both"),
        ({**KEYS, "MAIL_PROVIDER": "postmark", "MAIL_WEBHOOK_SECRET": "short"}, "MAIL_WEBHOOK_SECRET must be"),
        ({}, "MAIL_HOST must be set"),
    ],
)
def test_mail_that_could_not_work_is_refused(environ, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        mail.refuse_half(environ)
