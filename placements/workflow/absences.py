"""Verbs of absence: told by the learner, the host or the school; whose cause it was, never a diagnosis."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, Role
from core.templatetags.ui import day as day_name
from core.templatetags.ui import hours
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Absence, HourClaim, Placement
from placements.queries.absences import told
from placements.queries.days import day_of

SAYS = frozenset({Role.STUDENT, Role.TEACHER, Role.COORDINATOR, *HOST})

ABSENCE = Workflow(
    noun="absence",
    moves=(
        Move("tell", gettext_lazy("Say that somebody is absent"), (), None, SAYS),
        Move("withdraw", gettext_lazy("Take an absence back"), (), None, SAYS),
        Move("judge", gettext_lazy("Accept an absence or not"), (), None, frozenset({Role.COORDINATOR})),
    ),
    school_id=lambda absence: absence.placement.school_id,
    timeline=lambda absence: f"placement:{absence.placement_id}",
)


def side_of(placement: Placement, by: Actor) -> HourClaim.Side:
    """On whose side somebody speaks. A teacher is the learner in an own placement, the school in any other."""
    if by.role in HOST:
        return HourClaim.Side.HOST
    is_learner = by.role == Role.STUDENT or (placement.purpose == Placement.Purpose.TEACHER and by.role == Role.TEACHER)
    return HourClaim.Side.STUDENT if is_learner else HourClaim.Side.SCHOOL


def must_fit(placement: Placement, days: Collection[date]) -> None:
    """Hours and absence of a day are at most what was planned for it. Raises `Refused` where they are more."""
    for absence in told(placement).filter(day__in=set(days)):
        known = day_of(placement, absence.day)
        if known.worked + absence.minutes > known.planned:
            words = {"absent": hours(absence.minutes), "day": day_name(absence.day)}
            raise Refused(_("%(absent)s of %(day)s were told as an absence. Take the absence back first.") % words)


def tell_absence(
    *,
    placement: Placement,
    day: date,
    minutes: int | None,
    cause: Absence.Cause,
    person: Person,
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Absence:
    """Planned work of a day is missed: `minutes` of it, or what is left of the day when None.

    Told again by the same form it is the same. Raises `Refused` for a day without planned work, for more minutes than
    are missing on that day, for a day of which an absence was told already, and where a form that was used says
    something else by now.
    """
    ABSENCE.must_allow("tell", by)
    if placement.state in Placement.NOT_BEGUN:
        raise Refused(_("This placement has not started."))
    try:
        with transaction.atomic():
            Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
            if public_id and (known := Absence.objects.filter(public_id=public_id).first()):
                return _same(known, placement, day, minutes, cause)
            absence = Absence(
                public_id=public_id or uuid4(),
                placement=placement,
                day=day,
                minutes=_minutes(placement, day, minutes),
                cause=cause,
                side=side_of(placement, by),
                person=person,
                at=at,
            )
            absence.save(force_insert=True)
            ABSENCE.log(absence, "tell", by=by, at=at, details=_details(absence))
            return absence
    except IntegrityError as error:
        if "absence_once_a_day" not in str(error):
            raise
        raise Refused(_("An absence was told for this day already. Take it back first.")) from error


def withdraw_absence(*, absence: Absence, by: Actor, at: datetime) -> None:
    """Whoever told it, or the school, takes it back; twice is like once."""
    ABSENCE.must_allow("withdraw", by)
    with transaction.atomic():
        row = Absence.objects.select_for_update(of=("self",)).select_related("placement").get(pk=absence.pk)
        if row.side != side_of(row.placement, by) and by.role != Role.COORDINATOR:
            raise Refused(_("Only who told it, or the school, can take it back."))
        if row.withdrawn_at is None:
            row.withdrawn_at = at
            row.save(update_fields=["withdrawn_at"])
            ABSENCE.log(row, "withdraw", by=by, at=at, details=_details(row))


def judge_absence(
    *, absence: Absence, authorised: bool | None, paid: bool | None, seen: int | None = None, by: Actor, at: datetime
) -> None:
    """The school says whether it accepts an absence, and whether it is paid. `seen` is the last row of its log that
    the coordinator has read; raises `Refused` where a colleague was first."""
    ABSENCE.must_allow("judge", by)
    with transaction.atomic():
        row = Absence.objects.select_for_update(of=("self",)).select_related("placement").get(pk=absence.pk)
        ABSENCE.must_have_seen(row, seen, by)
        if (row.authorised, row.paid) == (authorised, paid):
            return
        row.authorised, row.paid = authorised, paid
        row.save(update_fields=["authorised", "paid"])
        ABSENCE.log(row, "judge", by=by, at=at, details=_details(row))


def _same(known: Absence, placement: Placement, day: date, minutes: int | None, cause: str) -> Absence:
    """The absence that a form made before, when it stands as the form has it."""
    told_minutes = known.minutes if minutes is None else minutes
    stands = (known.placement_id, known.day, known.minutes, known.cause, known.withdrawn_at)
    if stands != (placement.pk, day, told_minutes, cause, None):
        raise Refused(_("This form was sent before, with something else in it. Please open it again."))
    return known


def _minutes(placement: Placement, day: date, asked: int | None) -> int:
    known = day_of(placement, day)
    if not known.planned:
        raise Refused(_("No work is planned on this day."))
    if known.absent:
        raise Refused(_("An absence was told for this day already. Take it back first."))
    if known.missed <= 0:
        raise Refused(_("All planned work of this day is logged. Change the hours first."))
    if asked is not None and not 1 <= asked <= known.missed:
        raise Refused(_("More is missing than was planned for this day. Check the hours."))
    return known.missed if asked is None else asked


def _details(absence: Absence) -> dict:
    return {"day": absence.day.isoformat(), "minutes": absence.minutes, "cause": str(absence.cause)}
