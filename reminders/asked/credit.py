"""Which placements wait for a decision on credit, of whom, and since when there is enough to decide on."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max

from credits.models import Decision
from placements.models import Feedback, Placement, WeekConfirmation, WorkEntry
from reminders.asked.programme import deadlines_of
from reminders.due import credit as due
from reminders.due.lines import Fact


def to_assess(placements: dict[int, Placement]) -> list[Fact]:
    """Ended placements whose teacher has not decided since the end, or has to decide anew."""
    over = {pk: placement for pk, placement in placements.items() if placement.state == Placement.State.ENDED}
    ready, last = _ready_at(over), _last_decided(over)
    taken_back = _taken_back(over, last)
    decided = _decided(over, last)
    found: list[Fact] = []
    for placement in over.values():
        teacher = _assessor(placement)
        if teacher and placement.pk in ready and (placement.pk not in decided or placement.enrolment_id in taken_back):
            found.append(
                due.ToAssess(
                    person=teacher,
                    school=placement.school_id,
                    placement=placement.pk,
                    deadlines=deadlines_of(placement),
                    ends_on=placement.ends_on,
                    ready_at=ready[placement.pk],
                    taken_back_at=taken_back.get(placement.enrolment_id),
                )
            )
    return found


def _assessor(placement: Placement) -> int | None:
    if placement.enrolment and placement.enrolment.teacher_id:
        return placement.enrolment.teacher_id
    return placement.teacher_id


def _ready_at(placements: Collection[int]) -> dict[int, datetime]:
    """Since when there is enough to decide on: all hours answered or the feedback given, whichever came first."""
    unanswered = set(
        WorkEntry.objects.filter(placement__in=placements, state=WorkEntry.State.LOGGED).values_list(
            "placement_id", flat=True
        )
    )
    answers = WeekConfirmation.objects.filter(placement__in=placements).order_by("answered_at")
    ready = {
        placement: at
        for placement, at in answers.values_list("placement_id", "answered_at")
        if placement not in unanswered
    }
    for placement, at in Feedback.objects.filter(placement__in=placements).values_list("placement_id", "given_at"):
        ready[placement] = min(at, ready.get(placement, at))
    return ready


def _last_decided(placements: dict[int, Placement]) -> dict[int | None, datetime]:
    """When each enrolment was decided on last; what was taken back does not count."""
    rows = Decision.objects.filter(enrolment__in=_enrolments(placements), state__in=Decision.DECIDED).order_by()
    return dict(rows.values_list("enrolment_id").annotate(Max("decided_at")))


def _taken_back(placements: dict[int, Placement], last: dict[int | None, datetime]) -> dict[int | None, datetime]:
    """When the last decision was taken back, of each enrolment on which nobody has decided anew."""
    rows = Decision.objects.filter(enrolment__in=_enrolments(placements), state=Decision.State.CORRECTED).order_by()
    found = rows.values_list("enrolment_id").annotate(Max("corrected_at"))
    return {enrolment: at for enrolment, at in found if enrolment not in last or last[enrolment] < at}


def _decided(placements: dict[int, Placement], last: dict[int | None, datetime]) -> set[int]:
    """Placements whose enrolment was decided on after their end."""
    return {
        pk
        for pk, placement in placements.items()
        if (at := last.get(placement.enrolment_id)) and at.date() >= placement.ends_on
    }


def _enrolments(placements: dict[int, Placement]) -> set[int]:
    return {placement.enrolment_id for placement in placements.values() if placement.enrolment_id}
