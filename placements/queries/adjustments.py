"""Reads of what students need at work: each reader gets what the student has chosen for that reader, and no more."""

from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import Membership
from accounts.roles import Role
from placements.access import visible_to
from placements.models import Adjustment, AdjustmentAnswer, Placement
from schools.models import Student

LIVE = Adjustment.objects.filter(withdrawn_at=None).order_by("written_at", "pk")


@dataclass(frozen=True)
class Need:
    """One adjustment with the last word of each host that was asked."""

    adjustment: Adjustment
    answers: list[AdjustmentAnswer]

    @property
    def is_refused(self) -> bool:
        return any(answer.answer == AdjustmentAnswer.Answer.REFUSED for answer in self.answers)


def needs_of(student: Student) -> list[Need]:
    """What a student has written and not taken back, with what the hosts say to it."""
    answers = AdjustmentAnswer.objects.select_related("placement__employer").order_by("at", "pk")
    rows = LIVE.filter(student=student).prefetch_related(Prefetch("answers", answers))
    return [Need(row, list({one.placement_id: one for one in row.answers.all()}.values())) for row in rows]


def needs_for_host(placement: Placement) -> list[Need]:
    """What the student shares with hosts, with the last answer given for this placement."""
    answers = AdjustmentAnswer.objects.filter(placement=placement).order_by("at", "pk")
    rows = LIVE.filter(student__enrolments__placements=placement, for_host=True).prefetch_related(
        Prefetch("answers", answers)
    )
    return [Need(row, list(row.answers.all())[-1:]) for row in rows]


def texts_for_host(placement: Placement) -> list[str]:
    """What the student shares with hosts, in words only."""
    rows = LIVE.filter(student__enrolments__placements=placement, for_host=True)
    return list(rows.values_list("text", flat=True))


def texts_for_teacher(placement: Placement) -> QuerySet[Adjustment]:
    """What the student shares with teachers."""
    return LIVE.filter(student__enrolments__placements=placement, for_teacher=True)


def refused(viewer: Membership) -> QuerySet[AdjustmentAnswer]:
    """Live needs that a host cannot meet, for the coordinator: of which placement and since when, without any words."""
    if viewer.role != Role.COORDINATOR:
        return AdjustmentAnswer.objects.none()
    last = AdjustmentAnswer.objects.filter(adjustment=OuterRef("adjustment"), placement=OuterRef("placement"))
    return (
        AdjustmentAnswer.objects.filter(
            pk=Subquery(last.order_by("-at", "-pk").values("pk")[:1]),
            answer=AdjustmentAnswer.Answer.REFUSED,
            adjustment__withdrawn_at=None,
            adjustment__for_host=True,
            placement__in=visible_to(viewer).filter(state__in=Placement.LIVE),
        )
        .select_related("placement__learner", "placement__employer")
        .order_by("at", "pk")
    )
