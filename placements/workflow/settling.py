"""Verbs of a day on which the sides differ: the learner answers, the school settles, a decision locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from core.workflow import Actor, Refused
from placements.models import HourClaim, WorkEntry
from placements.queries.hours import host_word, last_word, school_word, student_word
from placements.rules import hours as rules
from placements.workflow.absences import must_fit
from placements.workflow.hours import HOURS, State, must_be_open, why_closed
from schools.models import Enrolment


def why_no_reply(entry: WorkEntry) -> str | None:
    """Why the learner cannot answer on a day now; nothing when it is possible. Needs `claims` to be prefetched."""
    if host_word(entry) is None or entry.state not in (State.DISPUTED, State.CONFIRMED):
        return _("The host has not said anything of this day yet.")
    return why_closed(entry)


def why_not_settled(entry: WorkEntry) -> str | None:
    """Why the school cannot settle a day now. What it has settled, it may settle anew until credit rests on it."""
    if entry.locked_at:
        return why_closed(entry)
    may = school_word(entry) is not None or entry.state == State.DISPUTED
    return None if may else _("Both sides say the same of this day by now.")


def reply(
    *, entry: WorkEntry, agrees: bool, minutes: int, reason: str, seen: int | None = None, by: Actor, at: datetime
) -> WorkEntry:
    """The learner answers what the host said: agrees, or says other `minutes` and why (the right of reply).

    A day that both have agreed on is corrected in the same way. The same answer twice is one. `seen` are the host's
    minutes that the learner looked at. Raises `Refused` where the host says others by now, for an answer without a
    reason and for a day that is locked or settled.
    """
    HOURS.must_allow("reply", by)
    with _locked(entry) as row:
        must_be_open(row)
        word = host_word(row)
        if word is None:
            raise Refused(_("The host has not said anything of this day yet."))
        said = word.minutes if agrees else minutes
        if not 0 <= said <= rules.LONGEST:
            raise Refused(_("Hours of one day are between 0 and 16."))
        if not agrees and not reason.strip():
            raise Refused(_("Say in a few words why."))
        if seen is not None and seen != word.minutes:
            raise Refused(_("The host has changed the hours in the meantime. Please look again."))
        before = student_word(row)
        if before and (before.minutes, before.reason) == (said, reason.strip()):
            return row
        row.logged_minutes = said
        _claim(row, HourClaim.Side.STUDENT, said, reason, row.learner, at)
        _stands(row, rules.agreed(said, word.minutes), "reply", by=by, at=at)
        return row


def settle(
    *,
    entry: WorkEntry,
    minutes: int,
    reason: str,
    person: Person,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> WorkEntry:
    """The school says what counts, with a reason both sides read; both their values stay (product 6, E3).

    `seen` is the last of the claims that the coordinator has read. The same word twice is one; another one corrects it
    until credit rests on the day. Raises `Refused` where more has been said by now, and for a day on which nothing is
    to be settled.
    """
    HOURS.must_allow("settle", by)
    with _locked(entry) as row:
        if (word := school_word(row)) and (word.minutes, word.reason) == (minutes, reason.strip()):
            return row
        if seen is not None and seen != last_word(row).pk:
            more = _("More was said of this day in the meantime. Please read it first.")
            raise Refused(HOURS.told(more, row, by))
        if problem := why_not_settled(row):
            raise Refused(problem)
        if not 0 <= minutes <= rules.LONGEST:
            raise Refused(_("Hours of one day are between 0 and 16."))
        if not reason.strip():
            raise Refused(_("Please give a reason."))
        _claim(row, HourClaim.Side.SCHOOL, minutes, reason, person, at)
        _stands(row, rules.agreed(row.logged_minutes, 0, minutes), "settle", by=by, at=at)
        return row


def lock_hours(*, enrolment: Enrolment, at: datetime) -> int:
    """A decision on credit rests on all answered days of this student: from now on no side changes them."""
    answered = WorkEntry.objects.filter(placement__enrolment=enrolment, locked_at__isnull=True)
    return answered.exclude(state=State.LOGGED).update(locked_at=at)


def unlock_hours(*, enrolment: Enrolment, after: datetime | None = None) -> int:
    """The decision was taken back: the days are open again, only those locked `after` it if an earlier one stands."""
    locked = WorkEntry.objects.filter(placement__enrolment=enrolment, locked_at__isnull=False)
    return (locked.filter(locked_at__gt=after) if after else locked).update(locked_at=None)


@contextmanager
def _locked(entry: WorkEntry) -> Iterator[WorkEntry]:
    with transaction.atomic():
        row = (
            WorkEntry.objects.select_for_update(of=("self",))
            .select_related("placement", "learner")
            .prefetch_related("claims")
            .get(pk=entry.pk)
        )
        yield row
        must_fit(row.placement, [row.day])


def _claim(entry: WorkEntry, side: HourClaim.Side, minutes: int, reason: str, person: Person, at: datetime) -> None:
    HourClaim.objects.create(entry=entry, side=side, minutes=minutes, reason=reason.strip(), person=person, at=at)


def _stands(entry: WorkEntry, result: rules.Agreed, verb: str, *, by: Actor, at: datetime) -> None:
    before = entry.state
    entry.state, entry.confirmed_minutes = result.state, result.minutes
    entry.save(update_fields=["state", "confirmed_minutes", "logged_minutes"])
    details = {"day": entry.day.isoformat(), "minutes": result.minutes, "logged": entry.logged_minutes}
    HOURS.log(entry, verb, by=by, at=at, before=before, after=entry.state, details=details)
