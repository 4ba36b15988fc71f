"""Sending what waits. A letter is lent to one sender at a time; a sender that dies gives it back when the time is up.

The links of a letter are stored before it leaves, so that a letter that arrives always works, even one that a crash
makes us send twice: both carry the same Message-ID.
"""

import smtplib
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from accounts.people import mail_address_of, mark_bounced
from reminders import facts
from reminders.composing import Letter, compose
from reminders.models import Due, Outbox, Problem, Reason

log = structlog.get_logger(__name__)

ATTEMPTS = 5
PERMANENT = 500
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
_OPEN = (Outbox.State.WAITING, Outbox.State.SENDING)


def send_next(*, now: datetime) -> bool:
    """Send the letter that has waited longest; False when none waits."""
    outbox = _borrow(now)
    if outbox is None:
        return False
    if outbox.attempts > ATTEMPTS:
        _give_back(outbox, state=Outbox.State.FAILED, problem=Problem.UNREACHABLE)
        return True
    letter = _prepare(outbox, now)
    if letter is None:
        _give_back(outbox, state=Outbox.State.DROPPED)
        return True
    _send(outbox, letter, now)
    return True


@transaction.atomic
def _borrow(now: datetime) -> Outbox | None:
    outbox = (
        Outbox.objects.select_for_update(skip_locked=True)
        .filter(state__in=_OPEN, next_attempt_at__lte=now)
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if outbox:
        outbox.state = Outbox.State.SENDING
        outbox.attempts += 1
        outbox.next_attempt_at = now + settings.LETTERS_LENT_FOR
        outbox.save(update_fields=["state", "attempts", "next_attempt_at"])
    return outbox


@transaction.atomic
def _prepare(outbox: Outbox, now: datetime) -> Letter | None:
    """Look once more at what is still open, and write the letter with its links; None when nothing is left."""
    rows = list(outbox.due.filter(state=Due.State.IN_LETTER).order_by("pk"))
    schools = facts.calendars({outbox.school_id})
    open_rows = facts.still_open(rows, schools, now=now)
    closed = {row.pk for row in rows} - {row.pk for row in open_rows}
    Due.objects.filter(pk__in=closed).update(state=Due.State.SKIPPED, reason=Reason.DONE)
    return compose(outbox, open_rows, now=now) if open_rows else None


def _send(outbox: Outbox, letter: Letter, now: datetime) -> None:
    address = mail_address_of(outbox.person_id)
    if address is None:
        _give_back(outbox, state=Outbox.State.FAILED, problem=Problem.NO_ADDRESS)
        return
    try:
        message(outbox, letter, address).send()
    except (OSError, smtplib.SMTPException) as error:
        _fail(outbox, address, error, now)
    else:
        _give_back(outbox, state=Outbox.State.SENT, sent_at=now)
        log.info("letter_sent", letter=outbox.pk, kind=outbox.letter)


def message(outbox: Outbox, letter: Letter, address: str) -> EmailMultiAlternatives:
    """The mail as it leaves: automatic, so that no machine answers it (RFC 3834), with a way out of it (RFC 8058)."""
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        reply_to=letter.reply_to,
        headers={
            "Message-ID": outbox.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": letter.language,
            **_way_out(letter),
        },
    )
    mail.attach_alternative(letter.html, "text/html")
    _add_calendars(mail, letter)
    return mail


def _add_calendars(mail: EmailMultiAlternatives, letter: Letter) -> None:
    """The first inside, where mail programs look for an invitation; what goes out of the calendar beside it."""
    for number, (method, content) in enumerate(letter.calendars):
        kind = f"text/calendar; method={method}"
        if number:
            mail.attach(f"{method.lower()}.ics", content.decode(), kind)
        else:
            mail.attach_alternative(content.decode(), kind)


def _way_out(letter: Letter) -> dict[str, str]:
    if not letter.choices:
        return {}
    return {"List-Unsubscribe": f"<{letter.choices}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _fail(outbox: Outbox, address: str, error: Exception, now: datetime) -> None:
    """Try again later; an address that the server refuses for good is passed over from now on (E43)."""
    problem = Problem.REFUSED if isinstance(error, smtplib.SMTPRecipientsRefused) else Problem.UNREACHABLE
    if _is_final(error):
        mark_bounced(outbox.person_id, address)
    log.warning("letter_not_sent", letter=outbox.pk, error=type(error).__name__, attempt=outbox.attempts)
    if outbox.attempts >= ATTEMPTS:
        _give_back(outbox, state=Outbox.State.FAILED, problem=problem)
    else:
        _give_back(
            outbox,
            state=Outbox.State.WAITING,
            problem=problem,
            next_attempt_at=now + PAUSES[outbox.attempts - 1],
        )


def _is_final(error: Exception) -> bool:
    """A refusal of the address with a code of 500 or more; below that the server asks to try again (RFC 5321)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= PERMANENT for code, _text in error.recipients.values())


def _give_back(outbox: Outbox, *, state: Outbox.State, problem: str = "", **changes) -> None:
    Outbox.objects.filter(pk=outbox.pk, state=Outbox.State.SENDING).update(state=state, problem=problem, **changes)
