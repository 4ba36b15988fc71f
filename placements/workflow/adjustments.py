"""Verbs of what a student needs at work: written in own words, shared with whom the student chooses, answered by hosts.

A change is a new row; the old one stays, withdrawn (product 6, E27).
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Adjustment, AdjustmentAnswer, Placement
from schools.models import Student

_STUDENT = frozenset({Role.STUDENT})

ADJUSTMENT = Workflow(
    noun="adjustment",
    moves=(
        Move("write", gettext_lazy("Write what helps"), (), None, _STUDENT),
        Move("change", gettext_lazy("Change it"), (), None, _STUDENT),
        Move("withdraw", gettext_lazy("Take it back"), (), None, _STUDENT),
        Move("answer", gettext_lazy("Answer"), (), None, frozenset(HOST)),
    ),
    school_id=lambda adjustment: adjustment.student.school_id,
)


@transaction.atomic
def write_adjustment(
    *, student: Student, text: str, for_host: bool, for_teacher: bool, public_id: UUID | None = None,
    by: Actor, at: datetime,
) -> Adjustment:  # fmt: skip
    """Write down what helps and who may read it; the same `public_id` again gives the row that is there."""
    ADJUSTMENT.must_allow("write", by)
    row, new = Adjustment.objects.get_or_create(
        student=student,
        public_id=public_id or uuid4(),
        defaults={"text": text, "for_host": for_host, "for_teacher": for_teacher, "written_at": at},
    )
    if new:
        ADJUSTMENT.log(row, "write", by=by, at=at, details=_readers(row))
    return row


@transaction.atomic
def change_adjustment(
    *, adjustment: Adjustment, text: str, for_host: bool, for_teacher: bool, by: Actor, at: datetime
) -> Adjustment:
    """Other words or other readers: a new row, and nobody reads the old one any more.

    Raises `Refused` for a row that was changed or taken back in the meantime.
    """
    ADJUSTMENT.must_allow("change", by)
    old = _live(adjustment)
    if (old.text, old.for_host, old.for_teacher) == (text, for_host, for_teacher):
        return old
    _withdraw(old, at)
    row = Adjustment.objects.create(
        student=old.student, text=text, for_host=for_host, for_teacher=for_teacher, written_at=at
    )
    ADJUSTMENT.log(row, "change", by=by, at=at, details=_readers(row) | {"before": old.pk})
    return row


@transaction.atomic
def withdraw_adjustment(*, adjustment: Adjustment, by: Actor, at: datetime) -> None:
    """From now on nobody but the student reads it; twice is like once."""
    ADJUSTMENT.must_allow("withdraw", by)
    row = Adjustment.objects.select_for_update(of=("self",)).select_related("student").get(pk=adjustment.pk)
    if row.withdrawn_at is None:
        _withdraw(row, at)
        ADJUSTMENT.log(row, "withdraw", by=by, at=at)


@transaction.atomic
def answer_adjustment(
    *, adjustment: Adjustment, placement: Placement, answer: str, text: str, person: Person, by: Actor, at: datetime
) -> AdjustmentAnswer:
    """What a host says to it; the last answer holds, and all stay. The same answer again is the same row.

    Raises `Refused` for what the student has changed or does not share with hosts, and for another way without words.
    """
    ADJUSTMENT.must_allow("answer", by)
    row = _live(adjustment)
    learner = placement.enrolment.student_id if placement.enrolment else None
    if not row.for_host or row.student_id != learner:
        raise Refused(_GONE)
    if answer == AdjustmentAnswer.Answer.OTHERWISE and not text:
        raise Refused(_("Write how you can do it."))
    last = AdjustmentAnswer.objects.filter(adjustment=row, placement=placement).order_by("at", "pk").last()
    if last and (last.answer, last.text) == (answer, text):
        return last
    given = AdjustmentAnswer.objects.create(
        adjustment=row, placement=placement, answer=answer, text=text, person=person, at=at
    )
    ADJUSTMENT.log(row, "answer", by=by, at=at, details={"answer": str(answer)})
    return given


_GONE = gettext_lazy("This was changed in the meantime. Please look at it again.")


def _live(adjustment: Adjustment) -> Adjustment:
    row = Adjustment.objects.select_for_update(of=("self",)).select_related("student").get(pk=adjustment.pk)
    if row.withdrawn_at:
        raise Refused(_GONE)
    return row


def _withdraw(row: Adjustment, at: datetime) -> None:
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])


def _readers(row: Adjustment) -> dict:
    return {"for_host": row.for_host, "for_teacher": row.for_teacher}
