"""Verbs of the report on a teacher's own placement: the teacher writes what comes back, the head accepts it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Placement, TeacherReport, WorkEntry

_TEACHER, _HEAD = frozenset({Role.TEACHER}), frozenset({Role.HEAD})

TEACHER_REPORT = Workflow(
    noun="teacher_report",
    moves=(
        Move("write", gettext_lazy("Write the report"), (), None, _TEACHER),
        Move("accept", gettext_lazy("Accept the report"), (), None, _HEAD),
        Move("take_back", gettext_lazy("Take the acceptance back"), (), None, _HEAD),
    ),
    school_id=lambda report: report.placement.school_id,
    timeline=lambda report: f"placement:{report.placement_id}",
)


@transaction.atomic
def write_report(
    *,
    placement: Placement,
    learned: str,
    material: str,
    coaching_minutes: int,
    person: Person,
    by: Actor,
    at: datetime,
) -> TeacherReport:
    """What was learned, what changes in lessons, and minutes of help given to trainers at the host.

    It can be changed until the head accepts it; the same again changes nothing. Raises `Refused` for a placement that
    is not the teacher's own or has not begun, without words, and once it is accepted.
    """
    TEACHER_REPORT.must_allow("write", by)
    Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
    _must_be_own(placement, person)
    said = {"learned": learned.strip(), "material": material.strip(), "coaching_minutes": coaching_minutes}
    if not (said["learned"] and said["material"]):
        raise Refused(_("Write what you learned and what changes in your lessons."))
    row = TeacherReport.objects.filter(placement=placement).first() or TeacherReport(placement=placement)
    if row.pk and all(getattr(row, name) == value for name, value in said.items()):
        return row
    if row.accepted_at:
        raise Refused(_("The head has accepted this report. Ask to open it again."))
    for name, value in said.items():
        setattr(row, name, value)
    row.written_at = at
    row.save()
    TEACHER_REPORT.log(row, "write", by=by, at=at, details={"coaching": coaching_minutes})
    return row


@transaction.atomic
def accept_report(*, report: TeacherReport, minutes: int, person: Person, by: Actor, at: datetime) -> TeacherReport:
    """The head accepts a report with so many minutes of training; the same again changes nothing.

    Raises `Refused` before the placement is over, and for more minutes than were logged.
    """
    TEACHER_REPORT.must_allow("accept", by)
    row = _locked(report)
    if row.accepted_at and row.accepted_minutes == minutes:
        return row
    if row.placement.state not in Placement.OVER:
        raise Refused(_("The placement is not over yet."))
    if not 0 <= minutes <= logged_minutes(row.placement):
        raise Refused(_("This is more than was logged."))
    _store(row, by=person, at=at, minutes=minutes)
    TEACHER_REPORT.log(row, "accept", by=by, at=at, details={"minutes": minutes})
    return row


@transaction.atomic
def take_back_acceptance(*, report: TeacherReport, by: Actor, at: datetime) -> TeacherReport:
    """The teacher can change the report again. Twice is like once."""
    TEACHER_REPORT.must_allow("take_back", by)
    row = _locked(report)
    if row.accepted_at:
        _store(row, by=None, at=None, minutes=None)
        TEACHER_REPORT.log(row, "take_back", by=by, at=at)
    return row


def logged_minutes(placement: Placement) -> int:
    """What the teacher logged at the host and has not taken back."""
    return WorkEntry.objects.filter(placement=placement).aggregate(sum=Sum("logged_minutes", default=0))["sum"]


def _must_be_own(placement: Placement, person: Person) -> None:
    if placement.purpose != Placement.Purpose.TEACHER or placement.learner_id != person.pk:
        raise Refused(_("You may not do this."))
    if placement.state in Placement.NOT_BEGUN:
        raise Refused(_("This placement has not started."))


def _locked(report: TeacherReport) -> TeacherReport:
    return TeacherReport.objects.select_for_update(of=("self",)).select_related("placement").get(pk=report.pk)


def _store(row: TeacherReport, *, by: Person | None, at: datetime | None, minutes: int | None) -> None:
    row.accepted_by, row.accepted_at, row.accepted_minutes = by, at, minutes
    row.save(update_fields=["accepted_by", "accepted_at", "accepted_minutes"])
