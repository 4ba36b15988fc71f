"""A letter as the mail that leaves."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from reminders.composing import Letter
from reminders.models import Outbox


def mail_of(outbox: Outbox, letter: Letter, address: str) -> EmailMultiAlternatives:
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
    """The first inside, where mail programs look for an invitation; what goes out of the calendar beside it.

    The providers of config/mail.py take nothing but HTML inside: there it is an attachment.
    """
    for number, (method, content) in enumerate(letter.calendars):
        kind = f"text/calendar; method={method}"
        if number or settings.ANYMAIL:
            mail.attach(f"{method.lower()}.ics", content.decode(), kind)
        else:
            mail.attach_alternative(content.decode(), kind)


def _way_out(letter: Letter) -> dict[str, str]:
    if not letter.choices:
        return {}
    return {"List-Unsubscribe": f"<{letter.choices}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
