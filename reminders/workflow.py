"""The table of moves of a letter that people make: sending it again. Senders and sweeps work on their own."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from accounts.people import mail_address_of, replace_address, signs_in_with_mail, try_again
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from reminders import facts
from reminders.due.calendar import MORNING
from reminders.due.lines import AGAIN
from reminders.models import Due, Outbox
from reminders.waiting import free_day

COOLDOWN = timedelta(hours=24)
State = Outbox.State


def again_from(outbox: Outbox) -> datetime | None:
    """24 hours after the letter left, or after a person asked to send it again; None when neither has happened."""
    last = max((moment for moment in (outbox.sent_at, outbox.again_at) if moment), default=None)
    return last + COOLDOWN if last else None


def has_cooled_down(outbox: Outbox, *, now: datetime) -> bool:
    moment = again_from(outbox)
    return moment is None or now >= moment


def _is_too_soon(outbox: Outbox, by: Actor, at: datetime) -> str | None:
    if has_cooled_down(outbox, now=at):
        return None
    return _("This letter went out less than 24 hours ago. Please wait until tomorrow, or call.")


def _signs_in(outbox: Outbox, by: Actor, at: datetime) -> str | None:
    """Whoever could change this address could sign in as that person."""
    if not signs_in_with_mail(outbox.person_id):
        return None
    return _("This person signs in with this address, so it is changed in the register or by the administrator.")


LETTERS = Workflow(
    noun="letter",
    moves=(
        Move(
            "retry",
            gettext_lazy("Send again"),
            Outbox.UNDELIVERED,
            State.WAITING,
            frozenset({Role.COORDINATOR}),
            checks=(_is_too_soon,),
        ),
        Move(
            "repeat",
            gettext_lazy("Send again"),
            (State.SENT,),
            None,
            frozenset({Role.COORDINATOR}),
            checks=(_is_too_soon,),
        ),
        # No cooldown: nobody has had this letter yet.
        Move(
            "correct",
            gettext_lazy("Correct the address"),
            Outbox.UNDELIVERED,
            State.WAITING,
            frozenset({Role.COORDINATOR}),
            checks=(_signs_in,),
        ),
    ),
    school_id=lambda outbox: outbox.school_id,
)


@transaction.atomic
def send_again(*, outbox: Outbox, by: Actor, at: datetime) -> None:
    """Try a failed letter once more, or ask again for what is still open in one that was sent.

    Raises `Refused` within 24 hours after the last time, and when nothing is open any more.
    """
    if outbox.state in Outbox.UNDELIVERED:
        _retry(outbox, by=by, at=at)
    else:
        _repeat(outbox, by=by, at=at)


def send_many_again(*, letters: Iterable[Outbox], by: Actor, at: datetime) -> list[tuple[Outbox, str]]:
    """Each of them as `send_again`, with the reason why it was not sent where it was refused."""
    return [(outbox, _refusal(outbox, by=by, at=at)) for outbox in letters]


def _refusal(outbox: Outbox, *, by: Actor, at: datetime) -> str:
    try:
        send_again(outbox=outbox, by=by, at=at)
    except Refused as refusal:
        return str(refusal)
    return ""


def _retry(outbox: Outbox, *, by: Actor, at: datetime) -> None:
    today = facts.calendars({outbox.school_id})[outbox.school_id].day_of(at)
    if free_day(outbox, today) != today:
        raise Refused(_("This person gets another letter today. Please wait until tomorrow, or call."))
    try_again(outbox.person_id)
    LETTERS.apply(outbox, "retry", by=by, at=at, day=today, again_at=at, **_anew(at))


@transaction.atomic
def correct_address(*, outbox: Outbox, address: str, seen: int | None = None, by: Actor, at: datetime) -> None:
    """Write to this address from now on, and send the letter again: at once, or on the first morning without another.
    One's own second press with the same address is the first one.

    The links of the person are closed, for they may have reached somebody else; the letter brings new ones. `seen` is
    the last row of the letter's log that was on the page. Raises `Refused` when the letter has gone out or a colleague
    has moved it in the meantime, and for whoever signs in with the address.
    """
    if LETTERS.was_last(outbox, by) and _is_on_its_way(outbox, address):
        return
    calendar = facts.calendars({outbox.school_id})[outbox.school_id]
    today = calendar.day_of(at)
    day = free_day(outbox, today)
    anew = _anew(at if day == today else calendar.at(day, MORNING))
    closed = links.revoke_all(outbox.person, at=at)
    LETTERS.apply(outbox, "correct", by=by, at=at, details={"links": closed}, seen=seen, day=day, again_at=at, **anew)
    replace_address(outbox.person_id, address)


def _is_on_its_way(outbox: Outbox, address: str) -> bool:
    return outbox.state not in Outbox.UNDELIVERED and mail_address_of(outbox.person_id) == address.lower()


def _anew(moment: datetime) -> dict[str, Any]:
    return {"attempts": 0, "problem": "", "sent_at": None, "provider_id": "", "next_attempt_at": moment}


def _repeat(outbox: Outbox, *, by: Actor, at: datetime) -> None:
    LETTERS.apply(outbox, "repeat", by=by, at=at, again_at=at)
    schools = facts.calendars({outbox.school_id})
    rows = facts.still_open(list(outbox.due.all()), schools, now=at)
    if not rows:
        raise Refused(_("Everything in this letter is done. There is nothing to ask for."))
    today = schools[outbox.school_id].day_of(at)
    Due.objects.bulk_create((_once_more(row, f"{AGAIN} {today}", at) for row in rows), ignore_conflicts=True)


def _once_more(row: Due, name: str, at: datetime) -> Due:
    return Due(
        kind=row.kind,
        subject_id=row.subject_id,
        series=row.series,
        round=name,
        person_id=row.person_id,
        school_id=row.school_id,
        reader=row.reader,
        about_placement_id=row.about_placement_id,
        field=row.field,
        due_at=at,
    )
