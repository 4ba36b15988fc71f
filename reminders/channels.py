"""How a letter reaches a person: by mail, or as one short text message where no mail address works (E43)."""

import smtplib
import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string

from accounts.people import mail_address_of, phone_of
from reminders.composing import Letter
from reminders.mail import mail_of
from reminders.models import Channel, Kind, Outbox, Problem

PERMANENT = 500
TAKEN, REFUSED = {"sent", "queued"}, {"invalid", "rejected"}
IN_CONFIDENCE = (Kind.TALK,)
"""Never by text message: phones show these to whoever sits beside."""
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The alphabet of text messages (3GPP TS 23.038); with any other letter a message holds less than half as much."""
PARTS = 2
PART_GSM, PART_OTHER = 153, 67
_DOTS = "..."


@dataclass(frozen=True)
class Way:
    channel: Channel
    address: str


class NotSent(Exception):
    """A message did not leave; `final` when this address never takes one."""

    def __init__(self, problem: Problem, why: str, *, final: bool = False):
        super().__init__(why)
        self.problem, self.final = problem, final


def way_to(person_id: int, kind: Kind) -> Way | None:
    """How a letter of this kind reaches a person now; None when there is no address that works."""
    if address := mail_address_of(person_id):
        return Way(Channel.EMAIL, address)
    may_be_text = settings.SMS_BACKEND and kind not in IN_CONFIDENCE
    if may_be_text and (number := phone_of(person_id)):
        return Way(Channel.SMS, number)
    return None


def send(outbox: Outbox, letter: Letter, way: Way) -> str:
    """Let the letter leave; how the provider names it, if there is one. Raises `NotSent`."""
    return _SENDERS[way.channel](outbox, letter, way.address)


def short(school: str, letter: Letter) -> str:
    """A letter as a text message of two parts at most; its address stays whole, its subject may be cut."""
    text = f"{school}: {letter.subject} "
    room = PARTS * (PART_GSM if _GSM.issuperset(text + letter.url) else PART_OTHER) - len(letter.url)
    return (text if len(text) <= room else f"{text[: room - len(_DOTS) - 1]}{_DOTS} ") + letter.url


def console(number: str, text: str) -> None:
    """A sender of text messages for development: they go to standard output."""
    sys.stdout.write(f"Text message to {number}: {text}\n")


def _by_mail(outbox: Outbox, letter: Letter, address: str) -> str:
    mail = mail_of(outbox, letter, address)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise NotSent(Problem.REFUSED, type(error).__name__, final=_is_final(error)) from error
    except Exception as error:
        # A provider's library has errors of its own; whatever they are, this letter has not left.
        refused = bool(_status(mail)) and _status(mail) <= REFUSED
        problem = Problem.REFUSED if refused else Problem.UNREACHABLE
        raise NotSent(problem, type(error).__name__, final=refused) from error
    if not _status(mail) <= TAKEN:
        raise NotSent(Problem.UNREACHABLE, "not taken")
    return getattr(getattr(mail, "anymail_status", None), "message_id", None) or ""


def _is_final(error: smtplib.SMTPRecipientsRefused) -> bool:
    """A code of 500 or more for every recipient; below that the server asks to try again (RFC 5321)."""
    return all(code >= PERMANENT for code, _text in error.recipients.values())


def _status(mail: EmailMultiAlternatives) -> set[str]:
    """What a provider answered, in django-anymail's words; nothing from a mail server."""
    return getattr(getattr(mail, "anymail_status", None), "status", None) or set()


def _by_text(outbox: Outbox, letter: Letter, number: str) -> str:
    try:
        import_string(settings.SMS_BACKEND)(number, short(outbox.school.name, letter))
    except OSError as error:
        raise NotSent(Problem.UNREACHABLE, type(error).__name__) from error
    return ""


_SENDERS: dict[Channel, Callable[[Outbox, Letter, str], str]] = {Channel.EMAIL: _by_mail, Channel.SMS: _by_text}
