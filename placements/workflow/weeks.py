"""Verbs of a week at work: the host confirms it, adds a day that is missing, and may take an answer back for a day."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, Role
from core.models import Transition
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Doubt, HourClaim, Placement, WeekConfirmation, WorkEntry
from placements.queries.hours import host_word, school_word, student_word
from placements.rules import hours as rules
from placements.workflow.absences import must_fit
from placements.workflow.hours import (
    HOURS,
    Done,
    Times,
    details_of,
    lock_learner,
    must_be_open,
    must_have_begun,
    no_overlap,
    note_tasks,
    same,
    values_of,
    why_closed,
)
from placements.workflow.tables import OFFICE

type Changes = Mapping[int, tuple[int, str]]
"""What was different, by the key of the entry: the host's minutes and why."""

type Seen = Mapping[int, int]
"""What the host looked at: the learner's minutes by the key of the entry."""

WEEKS = Workflow(
    noun="week",
    moves=(
        Move("confirm", gettext_lazy("Confirm a week"), (), None, frozenset(HOST)),
        Move("undo", gettext_lazy("Undo a confirmation"), (), None, frozenset(HOST)),
        Move("settle", gettext_lazy("A person meant it"), (), None, OFFICE.union(HOST)),
        Move("reject", gettext_lazy("Nobody meant it"), (), None, OFFICE),
    ),
    school_id=lambda confirmation: confirmation.placement.school_id,
    timeline=lambda confirmation: f"placement:{confirmation.placement_id}",
)


def confirm_week(
    *,
    placement: Placement,
    week_starts_on: date,
    person: Person,
    guide: Person | None = None,
    changes: Changes | None = None,
    seen: Seen | None = None,
    in_doubt: bool = False,
    by: Actor,
    at: datetime,
) -> WeekConfirmation:
    """The host answers for a week: all is right but for `changes`. Saying the same again changes nothing.

    `person` answers for the days that `guide` guides, who is somebody else when a colleague answers; of these only for
    those that were `seen`. A day that is not in `changes` and has been answered keeps its answer. Raises `Refused` when
    no day of that week is theirs to answer for, when the learner has changed a day that was seen, when a change has no
    reason, and for days of another week. An answer that a program may have given is `in_doubt`: nobody is asked again,
    but it earns no credit before somebody says that it was meant.
    """
    WEEKS.must_allow("confirm", by)
    week_starts_on = rules.monday(week_starts_on)
    with transaction.atomic():
        entries = _lock_week(placement, week_starts_on)
        theirs = [entry for entry in entries if by.role == Role.OWNER or _guides(guide or person, entry)]
        if seen is not None:
            theirs = _as_seen(theirs, seen)
        if not theirs:
            raise Refused(_("There is nothing to confirm in this week."))
        said = _said_anew(theirs, changes or {})
        known = WeekConfirmation.objects.filter(placement=placement, week_starts_on=week_starts_on).first()
        if known and not said:
            return known
        return _answer(placement, week_starts_on, person, entries, said, in_doubt=in_doubt, by=by, at=at)


def why_no_answer(entry: WorkEntry) -> str | None:
    """Why the host cannot answer the learner on this day now. Needs `claims` to be prefetched."""
    if entry.state != WorkEntry.State.DISPUTED:
        return _("There is no difference to answer on this day.")
    return why_closed(entry)


def undo_confirmation(*, confirmation: WeekConfirmation, by: Actor, at: datetime) -> None:
    """Take the last answer for a week back within 24 hours; its claims stay, but no longer hold. Twice is like once."""
    WEEKS.must_allow("undo", by)
    with transaction.atomic():
        entries = _lock_week(confirmation.placement, confirmation.week_starts_on)
        held = WeekConfirmation.objects.filter(pk=confirmation.pk).first()
        if held is None:
            return
        if at - held.answered_at > rules.UNDO:
            raise Refused(_("This was confirmed more than 24 hours ago. Ask the school to change it."))
        _take_back(held, entries, "undo", by=by, at=at)


def settle_doubt(*, confirmation: WeekConfirmation, by: Actor, at: datetime) -> None:
    """Somebody says that a person meant the answer: the host itself, or the school after a call. Twice is like once."""
    WEEKS.must_allow("settle", by)
    with transaction.atomic():
        held = WeekConfirmation.objects.select_for_update().filter(pk=confirmation.pk, doubt=Doubt.OPEN).first()
        if held:
            held.doubt = Doubt.SETTLED
            held.save(update_fields=["doubt"])
            WEEKS.log(held, "settle", by=by, at=at, details={"week": held.week_starts_on.isoformat()})


def reject_doubt(*, confirmation: WeekConfirmation, by: Actor, at: datetime) -> None:
    """The school takes an answer back that nobody meant, whenever that becomes known; the host is asked again."""
    WEEKS.must_allow("reject", by)
    with transaction.atomic():
        entries = _lock_week(confirmation.placement, confirmation.week_starts_on)
        held = WeekConfirmation.objects.filter(pk=confirmation.pk, doubt=Doubt.OPEN).first()
        if held:
            _take_back(held, entries, "reject", by=by, at=at)


def _take_back(held: WeekConfirmation, entries: Collection[WorkEntry], verb: str, *, by: Actor, at: datetime) -> None:
    taken_back = {claim.entry_id for claim in held.claims.filter(at=held.answered_at)}
    for entry in entries:
        if entry.pk in taken_back:
            must_be_open(entry)
    details = {"week": held.week_starts_on.isoformat(), "minutes": held.minutes}
    WEEKS.log(held, verb, by=by, at=at, after=WorkEntry.State.LOGGED, details=details)
    held.claims.filter(at=held.answered_at).update(confirmation=None)
    _fall_back(held, entries)


def add_day(
    *,
    placement: Placement,
    tasks: Sequence[Done],
    person: Person,
    guide: Person | None = None,
    public_id: UUID | None = None,
    in_doubt: bool = False,
    by: Actor,
    at: datetime,
    **times: Unpack[Times],
) -> WorkEntry:
    """The host writes down a day that the learner has not logged: confirmed at once, open to the learner's word (E31).

    The same form again (its `public_id`) gives the entry that is there already. Raises `Refused` like `log_day`, and
    for a day that somebody else guides.
    """
    HOURS.must_allow("add", by)
    must_have_begun(placement)
    with no_overlap():
        lock_learner(placement)
        values = values_of(placement, at, **times)
        if public_id and (known := WorkEntry.objects.filter(public_id=public_id).first()):
            return same(known, placement, values, tasks)
        entry = WorkEntry(
            placement=placement,
            learner_id=placement.learner_id,
            logged_at=at,
            origin=WorkEntry.Origin.HOST,
            state=WorkEntry.State.CONFIRMED,
            confirmed_minutes=values["logged_minutes"],
            **values,
            **({"public_id": public_id} if public_id else {}),
        )
        if by.role != Role.OWNER and not _guides(guide or person, entry):
            raise Refused(_("Somebody else guides the student on this day."))
        entry.save(force_insert=True)
        note_tasks(entry, tasks)
        HOURS.log(entry, "add", by=by, at=at, after=entry.state, details=details_of(entry))
        entries = _lock_week(placement, rules.monday(entry.day))
        added = {row: (row.logged_minutes, "") for row in entries if row.pk == entry.pk}
        _answer(placement, rules.monday(entry.day), person, entries, added, in_doubt=in_doubt, by=by, at=at)
    return entry


def _fall_back(held: WeekConfirmation, entries: Collection[WorkEntry]) -> None:
    """Let what the host had said before the last answer hold again; without any such word the days wait anew."""
    before = {claim.entry_id: claim for claim in held.claims.order_by("at", "pk")}
    for entry in entries:
        claim = before.get(entry.pk)
        result = standing(entry, host=claim.minutes if claim else None)
        entry.state, entry.confirmed_minutes = result.state, result.minutes
        if result.state == WorkEntry.State.WITHDRAWN:
            entry.logged_minutes = 0
    WorkEntry.objects.bulk_update(entries, ["state", "confirmed_minutes", "logged_minutes"])
    if not before:
        held.delete()
        return
    held.doubt = _doubt_before(held)
    held.answered_at = max(claim.at for claim in before.values())
    held.minutes = sum(entry.confirmed_minutes or 0 for entry in entries)
    held.save(update_fields=["answered_at", "minutes", "doubt"])


def _doubt_before(held: WeekConfirmation) -> str:
    """Whether the answers before the last one were in doubt, from the move that came after them."""
    moves = Transition.objects.filter(noun=WEEKS.noun, object_id=held.pk, verb="confirm", at=held.answered_at)
    last = moves.order_by("pk").last()
    return last.details.get("doubt_before", "") if last else ""


def _lock_week(placement: Placement, week_starts_on: date) -> list[WorkEntry]:
    Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
    week = rules.week_of(week_starts_on)
    return list(
        WorkEntry.objects.select_for_update(of=("self",))
        .select_related("segment__supervisor")
        .prefetch_related("claims")
        .filter(placement=placement, day__range=week)
        .exclude(state=WorkEntry.State.WITHDRAWN)
        .order_by("pk")
    )


def standing(entry: WorkEntry, *, host: int | None) -> rules.Agreed:
    """Where an entry stands when the host says `host` minutes; needs `claims` to be prefetched."""
    school = school_word(entry)
    said = student_word(entry)
    return rules.agreed(said.minutes if said else None, host, school.minutes if school else None)


def _guides(person: Person, entry: WorkEntry) -> bool:
    supervisor = entry.segment.supervisor
    return supervisor is not None and supervisor.person_id == person.pk


def _as_seen(entries: Collection[WorkEntry], seen: Seen) -> list[WorkEntry]:
    found = [entry for entry in entries if entry.pk in seen]
    if {entry.pk: entry.logged_minutes for entry in found} != dict(seen):
        raise Refused(_("The student has changed this week. Please look at it again."))
    return found


def _said_anew(entries: Collection[WorkEntry], changes: Changes) -> dict[WorkEntry, tuple[int, str]]:
    """The host's word for each entry for which it is new."""
    if not set(changes) <= {entry.pk for entry in entries}:
        raise Refused(_("This page is out of date. Please open it again."))
    said = {}
    for entry in entries:
        word = _word(entry, changes)
        if word is not None and word != _held(entry):
            must_be_open(entry)
            said[entry] = word
    return said


def _word(entry: WorkEntry, changes: Changes) -> tuple[int, str] | None:
    if entry.pk not in changes:
        return (entry.logged_minutes, "") if entry.state == WorkEntry.State.LOGGED else None
    minutes, reason = changes[entry.pk][0], changes[entry.pk][1].strip()
    if not 0 <= minutes <= rules.LONGEST:
        raise Refused(_("Hours of one day are between 0 and 16."))
    if minutes == entry.logged_minutes:
        return minutes, ""
    if not reason:
        raise Refused(_("Say in a few words what was different."))
    return minutes, reason


def _held(entry: WorkEntry) -> tuple[int, str] | None:
    """What the host said last and has not taken back."""
    claim = host_word(entry)
    return (claim.minutes, claim.reason) if claim else None


def _answer(
    placement: Placement,
    week_starts_on: date,
    person: Person,
    entries: Collection[WorkEntry],
    said: Mapping[WorkEntry, tuple[int, str]],
    *,
    in_doubt: bool,
    by: Actor,
    at: datetime,
) -> WeekConfirmation:
    for entry, (minutes, _reason) in said.items():
        result = standing(entry, host=minutes)
        entry.state, entry.confirmed_minutes = result.state, result.minutes
    WorkEntry.objects.bulk_update(said, ["state", "confirmed_minutes"])
    total = sum(entry.confirmed_minutes or 0 for entry in entries)
    known = WeekConfirmation.objects.filter(placement=placement, week_starts_on=week_starts_on).first()
    before = known.doubt if known else ""
    confirmation, _created = WeekConfirmation.objects.update_or_create(
        placement=placement,
        week_starts_on=week_starts_on,
        defaults={
            "person": person,
            "answered_at": at,
            "minutes": total,
            "channel": WeekConfirmation.Channel.LINK if by.kind == "link" else WeekConfirmation.Channel.ACCOUNT,
            "recorded_by": None,
            "document": None,
            "doubt": Doubt.OPEN if in_doubt else before,
        },
    )
    _claim(confirmation, said)
    differs = any(entry.state == WorkEntry.State.DISPUTED for entry in entries)
    after = WorkEntry.State.DISPUTED if differs else WorkEntry.State.CONFIRMED
    logged = sum(entry.logged_minutes for entry in entries)
    details = {"week": week_starts_on.isoformat(), "minutes": total, "logged": logged}
    details |= {"in_doubt": True} if in_doubt else {}
    details |= {"doubt_before": before} if before else {}
    WEEKS.log(confirmation, "confirm", by=by, at=at, after=after, details=details)
    must_fit(placement, [entry.day for entry in said])
    return confirmation


def _claim(confirmation: WeekConfirmation, said: Mapping[WorkEntry, tuple[int, str]]) -> None:
    """What the host says of each day, kept for good."""
    HourClaim.objects.bulk_create(
        HourClaim(
            entry=entry,
            side=HourClaim.Side.HOST,
            minutes=minutes,
            reason=reason,
            person=confirmation.person,
            confirmation=confirmation,
            at=confirmation.answered_at,
        )
        for entry, (minutes, reason) in said.items()
    )
