"""A student's first page: where, what to log, what is asked, two goals, and the three numbers with the reasons."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from accounts.models import Membership
from core.keys import among
from credits.queries import Opinion, opinion_of
from placements.access import visible_to
from placements.forms.hours import DayForm, form_of_plan
from placements.models import Feedback, HourClaim, Placement, Reflection, Segment, Signature
from placements.queries.appointments import Next, next_of, with_next
from placements.queries.due_contacts import with_learner_ask
from placements.queries.hours import log_plan
from placements.queries.learning import aims_in, with_aims
from placements.queries.plans import unsigned
from placements.queries.reflecting import asked_in, with_asked
from placements.queries.wishing import looking
from placements.rules.learning import Aim, goals
from reports.queries.homes import nearest

LINES = 2


@dataclass(frozen=True)
class Today:
    """`asked` is a teacher's question or the reply to its answer, `feedback` says that the host's waits to be read,
    `planned` is the next visit or talk with the student, `looks` whether a place is looked for."""

    placement: Placement | None
    segment: Segment | None
    form: DayForm | None
    to_sign: list[Signature]
    opinion: Opinion
    asked: Reflection | None = None
    feedback: bool = False
    planned: Next | None = None
    looks: bool = True
    aims: list[Aim] = field(default_factory=list)

    @property
    def is_at_work(self) -> bool:
        return self.placement is not None and self.placement.state in Placement.BEGUN

    @property
    def times(self) -> Any:
        """The planned times of today, while today waits to be logged."""
        return self.form.initial if self.form and "starts_at" in self.form.initial else None

    @property
    def goals(self) -> list[Aim]:
        return goals(self.aims) if self.is_at_work else []

    @property
    def with_evidence(self) -> int:
        return sum(aim.has_evidence for aim in self.aims)

    @property
    def why_different(self) -> str:
        """The first reason why the numbers differ; the others stand on the page of credit."""
        steps = self.opinion.told["steps"] if self.opinion.told else []
        return next((line["sentence"] for line in steps if line["cut_minutes"]), "")

    @property
    def missing(self) -> list[str]:
        """The first lines that do not say again why the numbers differ."""
        lines = [line for line in self.opinion.missing_for_student if line != self.why_different]
        return lines[:LINES]


def students_today(viewer: Membership, *, now: datetime) -> Today:
    segment, to_sign = _nearest_segment(viewer, now), unsigned(viewer)
    if segment is None:
        return Today(None, None, None, to_sign, Opinion())
    placement, today = segment.placement, localdate(now)
    return Today(
        placement=placement,
        segment=segment,
        form=_form(placement, today),
        to_sign=to_sign,
        opinion=opinion_of(placement.enrolment, today=today) if placement.enrolment else Opinion(),
        asked=asked_in(segment),
        feedback=segment.has_feedback,
        planned=next_of(segment),
        looks=segment.looks,
        aims=aims_in(segment),
    )


def _nearest_segment(viewer: Membership, now: datetime) -> Any:
    """Where the student is now, or goes next, or was last, with everything else that this page has no query for."""
    placements = visible_to(viewer).exclude(state=Placement.State.CANCELLED)
    unanswered = Feedback.objects.filter(placement=OuterRef("placement"), reply=None).order_by()
    rows = with_learner_ask(Segment.objects.filter(among("placement", placements.values("pk"))))
    rows = with_next(rows, HourClaim.Side.STUDENT, now=now, placement="placement")
    rows = with_aims(with_asked(rows, viewer, now=now), enrolment="placement__enrolment", placement="placement")
    return (
        rows.annotate(
            nearest=nearest("placement__"),
            has_feedback=Exists(unanswered),
            looks=Exists(looking(viewer, localdate(now)).order_by()),
        )
        .select_related(
            "placement__employer", "placement__school", "placement__enrolment__cohort__version",
            "placement__enrolment__student__school",
            "site", "supervisor__person",
        )
        .order_by("nearest", "-placement__starts_on", "-starts_on", "pk")
        .first()
    )  # fmt: skip


def _form(placement: Placement, today: date) -> DayForm | None:
    if placement.state not in Placement.BEGUN:
        return None
    plan = log_plan(placement, today=today)
    return None if plan.is_done else form_of_plan(placement, plan)
