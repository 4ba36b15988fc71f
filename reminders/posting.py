"""Sending what waits. A letter is lent to one sender at a time; a sender that dies gives it back when the time is up.

The links of a letter are stored before it leaves, so that a letter that arrives always works, even one that a crash
makes us send twice: both carry the same Message-ID.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from accounts.people import mark_bounced
from reminders import channels, facts
from reminders.composing import Letter, compose
from reminders.models import Due, Kind, Outbox, Problem
from reminders.waiting import next_time

log = structlog.get_logger(__name__)

ATTEMPTS = 5
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
LATE = timedelta(hours=1)
_OPEN = (Outbox.State.WAITING, Outbox.State.SENDING)


def send_next(*, now: datetime) -> bool:
    """Send the letter that has waited longest; False when none waits."""
    outbox, is_late = _borrow(now)
    if outbox is None:
        return False
    if is_late and not _may_leave(outbox, now):
        return True
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
def _borrow(now: datetime) -> tuple[Outbox | None, bool]:
    """The letter that has waited longest, and whether that is so long that its reader may sleep by now."""
    outbox = (
        Outbox.objects.select_for_update(skip_locked=True)
        .filter(state__in=_OPEN, next_attempt_at__lte=now)
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if outbox is None:
        return None, False
    is_late = now - outbox.next_attempt_at > LATE
    outbox.state = Outbox.State.SENDING
    outbox.attempts += 1
    outbox.next_attempt_at = now + settings.LETTERS_LENT_FOR
    outbox.save(update_fields=["state", "attempts", "next_attempt_at"])
    return outbox, is_late


def _may_leave(outbox: Outbox, now: datetime) -> bool:
    """Whether this is an hour and a day for the letter after nothing left for a while; else it waits for the next."""
    moment, day = next_time(outbox, now)
    if moment > now:
        attempts = outbox.attempts - 1
        _give_back(outbox, state=Outbox.State.WAITING, attempts=attempts, next_attempt_at=moment, day=day)
    elif day != outbox.day:
        Outbox.objects.filter(pk=outbox.pk).update(day=day)
    return moment == now


@transaction.atomic
def _prepare(outbox: Outbox, now: datetime) -> Letter | None:
    """Look once more at what is still open, and write the letter with its links; None when nothing is left."""
    rows = list(outbox.due.filter(state=Due.State.IN_LETTER).order_by("pk"))
    schools = facts.calendars({outbox.school_id})
    open_rows = facts.still_open(rows, schools, now=now)
    facts.close([row for row in rows if row not in open_rows], now=now)
    return compose(outbox, open_rows, now=now) if open_rows else None


def _send(outbox: Outbox, letter: Letter, now: datetime) -> None:
    way = channels.way_to(outbox.person_id, Kind(outbox.letter))
    if way is None:
        _give_back(outbox, state=Outbox.State.FAILED, problem=Problem.NO_ADDRESS)
        return
    try:
        provider_id = channels.send(outbox, letter, way)
    except channels.NotSent as trouble:
        _fail(outbox, way, trouble, now)
    else:
        _give_back(outbox, state=Outbox.State.SENT, sent_at=now, channel=way.channel, provider_id=provider_id)
        log.info("letter_sent", letter=outbox.pk, kind=outbox.letter, channel=way.channel)


def _fail(outbox: Outbox, way: channels.Way, trouble: channels.NotSent, now: datetime) -> None:
    """Try again later; an address that the server refuses for good is passed over from now on (E43)."""
    if trouble.final:
        mark_bounced(outbox.person_id, way.address)
    log.warning("letter_not_sent", letter=outbox.pk, error=str(trouble), attempt=outbox.attempts)
    if outbox.attempts >= ATTEMPTS:
        _give_back(outbox, state=Outbox.State.FAILED, problem=trouble.problem)
    else:
        moment, day = next_time(outbox, now + PAUSES[outbox.attempts - 1])
        _give_back(outbox, state=Outbox.State.WAITING, problem=trouble.problem, next_attempt_at=moment, day=day)


def _give_back(outbox: Outbox, *, state: Outbox.State, problem: str = "", **changes) -> None:
    Outbox.objects.filter(pk=outbox.pk, state=Outbox.State.SENDING).update(state=state, problem=problem, **changes)
