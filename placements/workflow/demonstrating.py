"""Verbs of a demonstration (E2): assessors write down what they saw, at one host or several; the teacher finishes it.

Every assessor stays on the evidence. Once it is finished it is evidence of the outcome for the whole enrolment.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Demonstration, DemonstrationPart, HourClaim, Placement
from placements.workflow.tables import today_at
from schools.models import Outcome, Student

ASSESSORS = frozenset({*HOST, Role.TEACHER})
_TEACHER = frozenset({Role.TEACHER})

PARTS = Workflow(
    noun="demonstration_part",
    moves=(
        Move("record", gettext_lazy("Write down what was shown"), (), None, ASSESSORS),
        Move("take_back", gettext_lazy("Take back what was written down"), (), None, ASSESSORS),
    ),
    school_id=lambda part: part.placement.school_id,
    timeline=lambda part: f"placement:{part.placement_id}",
)
DEMONSTRATION = Workflow(
    noun="demonstration",
    moves=(
        Move("finish", gettext_lazy("Finish the demonstration"), (), None, _TEACHER),
        Move("reopen", gettext_lazy("Open it again"), (), None, _TEACHER),
    ),
    school_id=lambda demonstration: demonstration.student.school_id,
    timeline=lambda demonstration: f"placement:{demonstration.parts.latest('on', 'pk').placement_id}",
)


@transaction.atomic
def record_part(
    *, placement: Placement, outcome: Outcome, on: date, seen: str, person: Person, by: Actor, at: datetime
) -> DemonstrationPart:
    """What an assessor saw on a day at this workplace; the first part begins the demonstration.

    The same words of the same person on the same day are one part. Raises `Refused` for a day outside the placement,
    an outcome of another programme, nothing seen, and a demonstration that is finished.
    """
    PARTS.must_allow("record", by)
    student = _student_of(placement, outcome)
    _must_fit(placement, on, seen, at)
    Student.objects.select_for_update(no_key=True).get(pk=student.pk)
    demonstration, _new = Demonstration.objects.get_or_create(student=student, outcome=outcome)
    about = {"placement": placement, "assessor": person, "on": on, "seen": seen.strip()}
    if known := demonstration.parts.filter(**about).first():
        return known
    _must_be_open(demonstration)
    side = HourClaim.Side.SCHOOL if by.role == Role.TEACHER else HourClaim.Side.HOST
    part = DemonstrationPart.objects.create(demonstration=demonstration, **about, side=side, at=at)
    PARTS.log(part, "record", by=by, at=at, details={"on": on.isoformat(), "side": side})
    return part


@transaction.atomic
def take_back_part(*, part: DemonstrationPart, person: Person, by: Actor, at: datetime) -> None:
    """The assessor takes back what was written down by mistake. Raises `Refused` for another's part, and once finished.

    A demonstration without any part is no longer there.
    """
    PARTS.must_allow("take_back", by)
    demonstration = _locked(part.demonstration)
    if part.assessor_id != person.pk:
        raise Refused(_("You may not do this."))
    _must_be_open(demonstration)
    PARTS.log(part, "take_back", by=by, at=at, details={"on": part.on.isoformat(), "side": part.side})
    part.delete()
    if not demonstration.parts.exists():
        demonstration.delete()


@transaction.atomic
def finish(*, demonstration: Demonstration, by: Actor, at: datetime) -> Demonstration:
    """The teacher says that the outcome was shown; twice is like once. Raises `Refused` where nothing was seen yet."""
    DEMONSTRATION.must_allow("finish", by)
    row = _locked(demonstration)
    if row.finished_at:
        return row
    parts = row.parts.count()
    if not parts:
        raise Refused(_("Nobody has written down yet what was shown."))
    _store(row, at)
    assessors = row.parts.order_by().values("assessor").distinct().count()
    DEMONSTRATION.log(row, "finish", by=by, at=at, details={"parts": parts, "assessors": assessors})
    return row


@transaction.atomic
def reopen(*, demonstration: Demonstration, by: Actor, at: datetime) -> Demonstration:
    """It was finished too early; decisions that were made keep their evidence. Twice is like once."""
    DEMONSTRATION.must_allow("reopen", by)
    row = _locked(demonstration)
    if row.finished_at:
        _store(row, None)
        DEMONSTRATION.log(row, "reopen", by=by, at=at)
    return row


def _student_of(placement: Placement, outcome: Outcome) -> Student:
    if placement.enrolment is None:
        raise Refused(_("Only students show what they have learned."))
    if outcome.unit.version_id != placement.enrolment.cohort.version_id:
        raise Refused(_("This is not part of the student's programme."))
    return placement.enrolment.student


def _must_fit(placement: Placement, on: date, seen: str, at: datetime) -> None:
    if on > today_at(placement, at):
        raise Refused(_("This day is still to come."))
    if not placement.starts_on <= on <= placement.ends_on or placement.state in Placement.NOT_BEGUN:
        raise Refused(_("On this day the student was not at this workplace."))
    if not seen.strip():
        raise Refused(_("Write in a few words what you saw."))


def _must_be_open(demonstration: Demonstration) -> None:
    if demonstration.finished_at:
        raise Refused(_("This demonstration is finished. The teacher can open it again."))


def _locked(demonstration: Demonstration) -> Demonstration:
    return Demonstration.objects.select_for_update(of=("self",)).select_related("student").get(pk=demonstration.pk)


def _store(row: Demonstration, finished_at: datetime | None) -> None:
    row.finished_at = finished_at
    row.save(update_fields=["finished_at"])
