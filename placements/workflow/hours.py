"""Verbs of hours: the learner logs and changes days, the host confirms weeks and may take that back for a day."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, Role
from core.models import Transition
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import HourClaim, Placement, Segment, TaskDone, WeekConfirmation, WorkEntry
from placements.models.hours import Independence
from placements.queries.hours import host_word, is_closed, segment_on
from placements.rules import hours as rules
from schools.models import TaskTemplate

type Done = tuple[TaskTemplate | str, Independence]
"""A task of the programme's list or in the learner's own words, and how alone it was done."""

type Changes = Mapping[int, tuple[int, str]]
"""What was different, by the key of the entry: the host's minutes and why."""

HOURS = Workflow(
    noun="hours",
    moves=(
        Move("log", gettext_lazy("Log a day"), (), WorkEntry.State.LOGGED, frozenset({Role.STUDENT})),
        Move("change", gettext_lazy("Change a day"), (WorkEntry.State.LOGGED,), None, frozenset({Role.STUDENT})),
    ),
    school_id=lambda entry: entry.placement.school_id,
    timeline=lambda entry: f"placement:{entry.placement_id}",
)
WEEKS = Workflow(
    noun="week",
    moves=(
        Move("confirm", gettext_lazy("Confirm a week"), (), None, frozenset(HOST)),
        Move("undo", gettext_lazy("Undo a confirmation"), (), None, frozenset(HOST)),
    ),
    school_id=lambda confirmation: confirmation.placement.school_id,
    timeline=lambda confirmation: f"placement:{confirmation.placement_id}",
)


@dataclass(frozen=True)
class Draft:
    """A day as the learner wrote it, with the segment it falls into; `problems` is empty when it may be logged."""

    stretch: rules.Stretch
    segment: Segment | None
    problems: list[rules.Problem]


def draft(
    *,
    placement: Placement,
    day: date,
    starts_at: time,
    ends_at: time,
    break_minutes: int,
    note: str,
    long_day: bool,
    at: datetime,
) -> Draft:
    """Look at a day before it is logged; `long_day` says that more than 12 hours are right."""
    segment = segment_on(placement, day)
    zone = segment.site.time_zone if segment else placement.school.time_zone
    stretch = rules.Stretch(day, starts_at, ends_at, break_minutes, zone)
    problems = rules.problems(
        stretch,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        today=at.astimezone(ZoneInfo(zone)).date(),
        long_agreed=long_day,
        closed=is_closed(placement, segment, day),
        note=note,
    )
    if segment is None and not problems:
        problems = [rules.Problem("day", _("No workplace is planned for this day. Ask your school."))]
    return Draft(stretch, segment, problems)


def log_day(
    *,
    placement: Placement,
    day: date,
    starts_at: time,
    ends_at: time,
    break_minutes: int,
    tasks: Sequence[Done],
    note: str = "",
    long_day: bool = False,
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> WorkEntry:
    """Log one stretch of work. The same `public_id` again gives the entry that is there already.

    Raises `Refused` for a day that may not be logged and for work at a time that has been logged.
    """
    HOURS.must_allow("log", by)
    if placement.state in Placement.NOT_BEGUN:
        raise Refused(_("This placement has not started."))
    with _no_overlap():
        _lock_learner(placement)
        if public_id and (entry := WorkEntry.objects.filter(public_id=public_id).first()):
            return _own(entry, placement)
        times = {"day": day, "starts_at": starts_at, "ends_at": ends_at, "break_minutes": break_minutes, "note": note}
        entry = WorkEntry(
            placement=placement,
            learner_id=placement.learner_id,
            logged_at=at,
            **_values(placement, long_day, at, **times),
            **({"public_id": public_id} if public_id else {}),
        )
        entry.save(force_insert=True)
        _note_tasks(entry, tasks)
        _claim(entry, at)
        HOURS.log(entry, "log", by=by, at=at, after=entry.state, details=_details(entry))
    return entry


def change_day(
    *,
    entry: WorkEntry,
    day: date,
    starts_at: time,
    ends_at: time,
    break_minutes: int,
    tasks: Sequence[Done],
    note: str = "",
    long_day: bool = False,
    by: Actor,
    at: datetime,
) -> Transition:
    """Change a day that the host has not answered yet; what was said before stays in the claims."""
    times = {"day": day, "starts_at": starts_at, "ends_at": ends_at, "break_minutes": break_minutes, "note": note}
    with _no_overlap():
        _lock_learner(entry.placement)
        before = entry.logged_minutes
        values = _values(entry.placement, long_day, at, **times)
        details = {"day": day.isoformat(), "minutes": values["logged_minutes"], "before": before}
        move = HOURS.apply(entry, "change", by=by, at=at, details=details, **values)
        entry.tasks.all().delete()
        _note_tasks(entry, tasks)
        if entry.logged_minutes != before:
            _claim(entry, at)
    return move


def confirm_week(
    *,
    placement: Placement,
    week_starts_on: date,
    person: Person,
    guide: Person | None = None,
    changes: Changes | None = None,
    by: Actor,
    at: datetime,
) -> WeekConfirmation:
    """The host answers for a week: all is right but for `changes`. Saying the same again changes nothing.

    `person` answers for the days that `guide` guides, who is somebody else when a colleague answers. A day that is
    not in `changes` and has been answered keeps its answer. Raises `Refused` when no day of that week is theirs to
    answer for, when a change has no reason, and for days of another week.
    """
    WEEKS.must_allow("confirm", by)
    week_starts_on = rules.monday(week_starts_on)
    with transaction.atomic():
        entries = _lock_week(placement, week_starts_on)
        own = [entry for entry in entries if by.role == Role.OWNER or _guides(guide or person, entry)]
        if not own:
            raise Refused(_("There is nothing to confirm in this week."))
        said = _said_anew(own, changes or {})
        known = WeekConfirmation.objects.filter(placement=placement, week_starts_on=week_starts_on).first()
        if known and not said:
            return known
        return _answer(placement, week_starts_on, person, entries, said, by=by, at=at)


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
        details = {"week": held.week_starts_on.isoformat(), "minutes": held.minutes}
        WEEKS.log(held, "undo", by=by, at=at, after=WorkEntry.State.LOGGED, details=details)
        held.claims.filter(at=held.answered_at).update(confirmation=None)
        _fall_back(held, entries)


def _fall_back(held: WeekConfirmation, entries: Collection[WorkEntry]) -> None:
    """Let what the host had said before the last answer hold again; without any such word the days wait anew."""
    before = {claim.entry_id: claim for claim in held.claims.order_by("at", "pk")}
    for entry in entries:
        claim = before.get(entry.pk)
        result = rules.agreed(entry.logged_minutes, claim.minutes) if claim else None
        entry.state = result.state if result else WorkEntry.State.LOGGED
        entry.confirmed_minutes = result.minutes if result else None
    WorkEntry.objects.bulk_update(entries, ["state", "confirmed_minutes"])
    if not before:
        held.delete()
        return
    held.answered_at = max(claim.at for claim in before.values())
    held.minutes = sum(entry.confirmed_minutes or 0 for entry in entries)
    held.save(update_fields=["answered_at", "minutes"])


@contextmanager
def _no_overlap() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "no_overlapping_work" not in str(error):
            raise
        raise Refused(_("You have already logged work at this time.")) from error


def _lock_learner(placement: Placement) -> None:
    """One entry at a time for each learner, so that a double tap waits and then finds the first."""
    Person.objects.select_for_update(no_key=True).get(pk=placement.learner_id)


def _own(entry: WorkEntry, placement: Placement) -> WorkEntry:
    if entry.placement_id != placement.pk:
        raise Refused(_("This form has been used before. Please open it again."))
    return entry


def _values(placement: Placement, long_day: bool, at: datetime, **times) -> dict:
    """The fields of an entry that follow from what the learner wrote."""
    seen = draft(placement=placement, long_day=long_day, at=at, **times)
    if seen.problems or seen.segment is None:
        raise Refused(str(seen.problems[0].text))
    return {
        **times,
        "segment": seen.segment,
        "setting": seen.segment.setting,
        "activity": seen.segment.activity,
        "unit": seen.segment.unit,
        "zone": seen.stretch.zone,
        "span": DateTimeTZRange(*seen.stretch.span),
        "logged_minutes": seen.stretch.minutes,
    }


def _note_tasks(entry: WorkEntry, tasks: Sequence[Done]) -> None:
    TaskDone.objects.bulk_create(
        TaskDone(entry=entry, other=task, independence=alone)
        if isinstance(task, str)
        else TaskDone(entry=entry, template=task, independence=alone)
        for task, alone in tasks
    )


def _claim(entry: WorkEntry, at: datetime) -> None:
    HourClaim.objects.create(
        entry=entry,
        side=HourClaim.Side.STUDENT,
        minutes=entry.logged_minutes,
        person_id=entry.learner_id,
        at=at,
    )


def _details(entry: WorkEntry) -> dict:
    return {"day": entry.day.isoformat(), "minutes": entry.logged_minutes}


def _lock_week(placement: Placement, week_starts_on: date) -> list[WorkEntry]:
    Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
    week = rules.week_of(week_starts_on)
    return list(
        WorkEntry.objects.select_for_update(of=("self",))
        .select_related("segment__supervisor")
        .prefetch_related("claims")
        .filter(placement=placement, day__range=week)
        .order_by("pk")
    )


def _guides(person: Person, entry: WorkEntry) -> bool:
    supervisor = entry.segment.supervisor
    return supervisor is not None and supervisor.person_id == person.pk


def _said_anew(entries: Collection[WorkEntry], changes: Changes) -> dict[WorkEntry, tuple[int, str]]:
    """The host's word for each entry for which it is new."""
    if not set(changes) <= {entry.pk for entry in entries}:
        raise Refused(_("This page is out of date. Please open it again."))
    said = {}
    for entry in entries:
        word = _word(entry, changes)
        if word is not None and word != _held(entry):
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
    by: Actor,
    at: datetime,
) -> WeekConfirmation:
    for entry, (minutes, _reason) in said.items():
        result = rules.agreed(entry.logged_minutes, minutes)
        entry.state, entry.confirmed_minutes = result.state, result.minutes
    WorkEntry.objects.bulk_update(said, ["state", "confirmed_minutes"])
    total = sum(entry.confirmed_minutes or 0 for entry in entries)
    confirmation, _created = WeekConfirmation.objects.update_or_create(
        placement=placement,
        week_starts_on=week_starts_on,
        defaults={"person": person, "answered_at": at, "minutes": total},
    )
    HourClaim.objects.bulk_create(
        HourClaim(
            entry=entry,
            side=HourClaim.Side.HOST,
            minutes=minutes,
            reason=reason,
            person=person,
            confirmation=confirmation,
            at=at,
        )
        for entry, (minutes, reason) in said.items()
    )
    differs = any(entry.state == WorkEntry.State.DISPUTED for entry in entries)
    after = WorkEntry.State.DISPUTED if differs else WorkEntry.State.CONFIRMED
    logged = sum(entry.logged_minutes for entry in entries)
    details = {"week": week_starts_on.isoformat(), "minutes": total, "logged": logged}
    WEEKS.log(confirmation, "confirm", by=by, at=at, after=after, details=details)
    return confirmation
