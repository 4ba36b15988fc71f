"""Reads of demonstrations: what was shown, where and before whom, as far as the reader may see it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Person
from placements.models import Demonstration, DemonstrationPart, Placement, PlannedOutcome, PlanVersion
from placements.queries.days import IN_FORCE_FIRST
from schools.models import Outcome


@dataclass(frozen=True)
class Shown:
    """One demonstration with the parts that the reader sees."""

    demonstration: Demonstration
    parts: list[DemonstrationPart]

    @property
    def is_finished(self) -> bool:
        return self.demonstration.finished_at is not None


def shown_by(placement: Placement) -> list[Shown]:
    """All demonstrations of the student of a placement, the open ones first, with every part."""
    rows = _rows(placement)
    parts = _parts(DemonstrationPart.objects.filter(demonstration__in=[row.pk for row in rows]))
    return [Shown(row, [part for part in parts if part.demonstration_id == row.pk]) for row in rows]


def shown_to(placement: Placement, assessor: Person) -> list[Shown]:
    """What this person at a host has seen at this placement: of other workplaces nothing is told."""
    own = _parts(DemonstrationPart.objects.filter(placement=placement, assessor=assessor))
    rows = [row for row in _rows(placement) if row.pk in {part.demonstration_id for part in own}]
    return [Shown(row, [part for part in own if part.demonstration_id == row.pk]) for row in rows]


def _rows(placement: Placement) -> list[Demonstration]:
    rows = Demonstration.objects.filter(student__enrolments__placements=placement).select_related("outcome__unit")
    order = ("outcome__unit__position", "outcome__position", "pk")
    found = list(rows.order_by(*order))
    return sorted(found, key=lambda row: row.finished_at is not None)


def _parts(parts: QuerySet[DemonstrationPart]) -> Collection[DemonstrationPart]:
    return list(parts.select_related("assessor", "placement__employer").order_by("on", "pk"))


def outcomes_to_show(placement: Placement) -> QuerySet[Outcome]:
    """What can still be shown at a placement: what its plan names, or all of the programme where it names nothing."""
    version = placement.enrolment.cohort.version_id if placement.enrolment else None
    student = placement.enrolment.student_id if placement.enrolment else None
    done = Demonstration.objects.filter(student=student, outcome=OuterRef("pk"), finished_at__isnull=False).order_by()
    plan = PlanVersion.objects.filter(placement=placement).order_by(IN_FORCE_FIRST, "-number").values("pk")[:1]
    named = PlannedOutcome.objects.filter(plan__in=plan).order_by()
    found = Outcome.objects.filter(~Exists(done), unit__version=version).select_related("unit")
    planned = found.filter(Exists(named.filter(outcome=OuterRef("pk"))) | ~Exists(named))
    return planned.order_by("unit__position", "position", "pk")
