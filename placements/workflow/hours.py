"""Verbs of a day at work: the learner logs it, changes it, takes it back while the host has not answered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Required, TypedDict, Unpack
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import HourClaim, Placement, Segment, TaskDone, WorkEntry
from placements.models.hours import Independence
from placements.queries.absences import make_up_of
from placements.queries.hours import fingerprint, is_closed, school_word, segment_on
from placements.rules import hours as rules
from placements.workflow.absences import must_fit
from schools.models import TaskTemplate

type Done = tuple[TaskTemplate | str, Independence]
"""A task of the programme's list or in the learner's own words, and how alone it was done."""

State = WorkEntry.State
LEARNERS = frozenset({Role.STUDENT, Role.TEACHER})
"""A teacher learns in an own placement; access.py says whose days somebody reaches."""
OFFICE = frozenset({Role.COORDINATOR})

HOURS = Workflow(
    noun="hours",
    moves=(
        Move("log", gettext_lazy("Log a day"), (), State.LOGGED, LEARNERS),
        Move("add", gettext_lazy("Add a day that is missing"), (), State.CONFIRMED, frozenset(HOST)),
        Move("change", gettext_lazy("Change a day"), (State.LOGGED,), None, LEARNERS),
        Move("take_back", gettext_lazy("Take this day back"), (State.LOGGED,), State.WITHDRAWN, LEARNERS),
        Move("reply", gettext_lazy("Answer"), (State.DISPUTED, State.CONFIRMED), None, LEARNERS),
        Move("settle", gettext_lazy("Settle"), (State.DISPUTED, State.CONFIRMED), State.CONFIRMED, OFFICE),
    ),
    school_id=lambda entry: entry.placement.school_id,
    timeline=lambda entry: f"placement:{entry.placement_id}",
)


class Times(TypedDict, total=False):
    """A day as a person writes it.

    `long_day` says that more than 12 hours are right, `late_reason` why it comes so late, `starts_again` and
    `ends_again` which of two is meant where the clock shows a time twice (rules.hours.Stretch).
    """

    day: Required[date]
    starts_at: Required[time]
    ends_at: Required[time]
    break_minutes: Required[int]
    note: str
    long_day: bool
    late_reason: str
    starts_again: bool | None
    ends_again: bool | None


@dataclass(frozen=True)
class Draft:
    """A day as it was written, with the segment it falls into; `problems` is empty when it may be logged."""

    stretch: rules.Stretch
    segment: Segment | None
    problems: list[rules.Problem]


def draft(*, placement: Placement, at: datetime, **times: Unpack[Times]) -> Draft:
    """Look at a day before it is logged."""
    day = times["day"]
    segment = segment_on(placement, day, times["starts_at"])
    zone = segment.site.time_zone if segment else placement.school.time_zone
    stretch = rules.Stretch(
        day,
        times["starts_at"],
        times["ends_at"],
        times["break_minutes"],
        zone,
        times.get("starts_again"),
        times.get("ends_again"),
    )
    problems = rules.problems(
        stretch,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        today=at.astimezone(ZoneInfo(zone)).date(),
        long_agreed=times.get("long_day", False),
        closed=is_closed(placement, segment, day),
        note=times.get("note", ""),
        late_reason=times.get("late_reason", ""),
    )
    if segment is None and not problems:
        problems = [rules.Problem("day", _("No workplace is planned for this day. Ask your school."))]
    return Draft(stretch, segment, problems)


def log_day(
    *,
    placement: Placement,
    tasks: Sequence[Done],
    make_up: bool = False,
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
    **times: Unpack[Times],
) -> WorkEntry:
    """Log one stretch of work. The same form again (its `public_id`) gives the entry that is there already.

    Raises `Refused` for a day that may not be logged, for work at a time that has been logged, for more than was
    planned on a day of which an absence was told, and where a form that was used says something else by now.
    """
    HOURS.must_allow("log", by)
    must_have_begun(placement)
    with no_overlap():
        lock_learner(placement)
        if public_id and (entry := WorkEntry.objects.filter(public_id=public_id).first()):
            return same(entry, placement, {**values_of(placement, at, **times), "make_up": make_up}, tasks)
        _must_be_missed(placement, make_up)
        entry = WorkEntry(
            placement=placement,
            learner_id=placement.learner_id,
            logged_at=at,
            make_up=make_up,
            **values_of(placement, at, **times),
            **({"public_id": public_id} if public_id else {}),
        )
        entry.save(force_insert=True)
        note_tasks(entry, tasks)
        _claim(entry, at)
        HOURS.log(entry, "log", by=by, at=at, after=entry.state, details=details_of(entry))
        must_fit(placement, [entry.day])
    return entry


def change_day(
    *,
    entry: WorkEntry,
    tasks: Sequence[Done],
    make_up: bool = False,
    seen: str | None = None,
    by: Actor,
    at: datetime,
    **times: Unpack[Times],
) -> WorkEntry:
    """Change a day that the host has not answered yet; what was said before stays in the claims.

    `seen` is the `fingerprint` of what the learner looked at: raises `Refused` where the day has changed since, unless
    it is already as asked for. More than 72 hours after it was logged a change needs a `late_reason`.
    """
    with no_overlap():
        lock_learner(entry.placement)
        row = WorkEntry.objects.select_related("placement").select_for_update(of=("self",)).get(pk=entry.pk)
        values = {**values_of(row.placement, at, **times), "make_up": make_up}
        if _is_already(row, values, tasks):
            return row
        if seen is not None and seen != fingerprint(row):
            raise Refused(_("This day was changed in the meantime. Look at both, then save again."))
        if at - row.logged_at > rules.FREE_CHANGE and not values["late_reason"].strip():
            raise Refused(_("You logged this day more than 3 days ago. Say why you change it."))
        _must_be_missed(row.placement, make_up and not row.make_up)
        _change(row, values, tasks, by=by, at=at)
    return row


def _change(row: WorkEntry, values: dict, tasks: Sequence[Done], *, by: Actor, at: datetime) -> None:
    day, before = row.day, row.logged_minutes
    details = {"day": values["day"].isoformat(), "minutes": values["logged_minutes"], "before": before}
    HOURS.apply(row, "change", by=by, at=at, details=details, **values)
    row.tasks.all().delete()
    note_tasks(row, tasks)
    if row.logged_minutes != before:
        _claim(row, at)
    must_fit(row.placement, [day, row.day])


def _is_already(row: WorkEntry, values: dict, tasks: Sequence[Done]) -> bool:
    """Whether a day stands as somebody writes it, such as after a double click; why it came late is no part of it."""
    if row.state == State.WITHDRAWN:
        return False
    stored = [(task.template or task.other, task.independence) for task in row.tasks.select_related("template")]
    same = {name for name, value in values.items() if getattr(row, name) == value}
    return stored == list(tasks) and same | {"late_reason"} == set(values)


def take_back(*, entry: WorkEntry, by: Actor, at: datetime) -> None:
    """The learner did not work on that day after all; twice is like once.

    The claims stay; the row counts nothing and holds no time.
    """
    with transaction.atomic():
        lock_learner(entry.placement)
        row = WorkEntry.objects.select_related("placement").get(pk=entry.pk)
        if row.state == State.WITHDRAWN:
            return
        details = {"day": row.day.isoformat(), "minutes": 0, "before": row.logged_minutes}
        HOURS.apply(row, "take_back", by=by, at=at, details=details, logged_minutes=0, confirmed_minutes=0)
        _claim(row, at)


@contextmanager
def no_overlap() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "no_overlapping_work" not in str(error):
            raise
        raise Refused(_("There is already logged work at this time.")) from error


def lock_learner(placement: Placement) -> None:
    """One entry at a time for each learner, so that a double tap waits and then finds the first."""
    Person.objects.select_for_update(no_key=True).get(pk=placement.learner_id)


def own(entry: WorkEntry, placement: Placement) -> WorkEntry:
    if entry.placement_id != placement.pk:
        raise Refused(_("This form has been used before. Please open it again."))
    return entry


def same(entry: WorkEntry, placement: Placement, values: dict, tasks: Sequence[Done]) -> WorkEntry:
    """The entry that a form made before. Raises `Refused` where the day stands otherwise than the form has it."""
    if not _is_already(own(entry, placement), values, tasks):
        raise Refused(_("This form was sent before, with something else in it. Change the day that is saved instead."))
    return entry


def must_have_begun(placement: Placement) -> None:
    if placement.state in Placement.NOT_BEGUN:
        raise Refused(_("This placement has not started."))


def why_closed(entry: WorkEntry) -> str | None:
    """Why no side can say anything more of a day: credit was decided on it, or the school has settled it."""
    if entry.locked_at:
        return _("Credit was decided on this day. Ask the school to look at the decision again.")
    return _("The school has settled this day.") if school_word(entry) else None


def must_be_open(entry: WorkEntry) -> None:
    if closed := why_closed(entry):
        raise Refused(closed)


def _must_be_missed(placement: Placement, make_up: bool) -> None:
    if make_up and not make_up_of(placement).left:
        raise Refused(_("There is no missed work to make up."))


def values_of(placement: Placement, at: datetime, **times: Unpack[Times]) -> dict:
    """The fields of an entry that follow from what was written. Raises `Refused` for a day that may not be logged."""
    seen = draft(placement=placement, at=at, **times)
    if seen.problems or seen.segment is None:
        raise Refused(str(seen.problems[0].text))
    return {
        "day": times["day"],
        "starts_at": times["starts_at"],
        "ends_at": times["ends_at"],
        "break_minutes": times["break_minutes"],
        "note": times.get("note", ""),
        "late_reason": times.get("late_reason", ""),
        "segment": seen.segment,
        "setting": seen.segment.setting,
        "realism": seen.segment.realism,
        "remote": seen.segment.remote,
        "activity": seen.segment.activity,
        "unit": seen.segment.unit,
        "zone": seen.stretch.zone,
        "span": DateTimeTZRange(*seen.stretch.span),
        "logged_minutes": seen.stretch.minutes,
    }


def note_tasks(entry: WorkEntry, tasks: Sequence[Done]) -> None:
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
        reason=entry.late_reason,
        person_id=entry.learner_id,
        at=at,
    )


def details_of(entry: WorkEntry) -> dict:
    """What the log of moves keeps of a day."""
    return {"day": entry.day.isoformat(), "minutes": entry.logged_minutes}
