"""A student's pages of what is learned, and of the papers."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership
from credits.access import students_with_transcript
from credits.models import Transcript
from placements.access import agreements_visible_to, learned_by, photos_visible_to, reflections_visible_to
from placements.models import Agreement, Feedback, Placement, WeekSheet, WorkEntry
from placements.queries.learning import aims_in, with_aims
from placements.rules.learning import Aim
from schools.access import enrolments_visible_to

SENT = (*Agreement.SIGNING, Agreement.State.IN_FORCE, Agreement.State.SUPERSEDED)
SHOWN = 20


@dataclass(frozen=True)
class Learning:
    """Outcomes by unit, placements with the host's feedback, and how many questions were asked."""

    units: list[tuple[str, list[Aim]]]
    placements: list[Placement]
    questions: int

    @property
    def aims(self) -> list[Aim]:
        return [aim for _unit, aims in self.units for aim in aims]

    @property
    def with_evidence(self) -> int:
        return sum(aim.has_evidence for aim in self.aims)


def learning(viewer: Membership) -> Learning:
    """Of the newest enrolment, and of all placements that have begun."""
    newest = with_aims(enrolments_visible_to(viewer), enrolment="pk").order_by("-starts_on", "-pk").first()
    aims = aims_in(newest) if newest else []
    placements = learned_by(viewer).exclude(state__in=Placement.NOT_BEGUN).select_related("employer", "feedback")
    return Learning(
        units=[(unit, list(rows)) for unit, rows in groupby(aims, key=lambda aim: aim.unit)],
        placements=list(placements.order_by("-starts_on", "-pk")),
        questions=reflections_visible_to(viewer).count(),
    )


def feedback_of(placement: Placement) -> Feedback | None:
    return getattr(placement, "feedback", None)


@dataclass(frozen=True)
class Papers:
    """Agreements, transcripts, placements with `sheets` on paper, and days with `photo_count` photos."""

    agreements: list[Agreement]
    transcripts: list[Transcript]
    placements: list[Placement]
    days: list[WorkEntry]

    @property
    def is_empty(self) -> bool:
        return not (self.agreements or self.transcripts or self.placements or self.days)


def papers(viewer: Membership) -> Papers:
    """What there is, in four queries."""
    own = learned_by(viewer)
    agreed = agreements_visible_to(viewer).filter(plan__placement__in=own.values("pk"), state__in=SENT)
    agreed = agreed.select_related("plan__placement__employer")
    issued = Transcript.objects.filter(student__in=students_with_transcript(viewer).values("pk"))
    sheets = WeekSheet.objects.filter(placement=OuterRef("pk"))
    printed = own.annotate(sheets=_count(sheets, "placement")).filter(sheets__gt=0).select_related("employer")
    photos = photos_visible_to(viewer).filter(entry=OuterRef("pk"))
    days = WorkEntry.objects.filter(placement__in=own.values("pk")).annotate(photo_count=_count(photos, "entry"))
    return Papers(
        agreements=list(
            agreed.select_related("plan__placement__employer").order_by("-plan__placement__starts_on", "-pk")
        ),
        transcripts=list(issued.select_related("student").order_by("-issued_at", "-pk")[:SHOWN]),
        placements=list(printed.order_by("-starts_on", "-pk")),
        days=list(days.filter(photo_count__gt=0).order_by("-day", "-pk")[:SHOWN]),
    )


def _count(rows: QuerySet, by: str) -> Any:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)
