"""Reads for students who go on in another cohort: what becomes of each, and which of their placements stay behind."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership
from core.templatetags.ui import day_year
from placements.models import Placement
from schools.access import cohorts_visible_to, enrolments_visible_to
from schools.models import Cohort, Enrolment


@dataclass(frozen=True)
class Line:
    """One student: the placements that stay with the enrolment of now, and why the student stays, where that is so."""

    enrolment: Any
    placements: list[Placement]
    why_not: str


def targets(viewer: Membership, cohort: Cohort, today: date) -> QuerySet[Cohort]:
    """Where students of this cohort may go on: all other cohorts that are not over, the newest first."""
    found = cohorts_visible_to(viewer).filter(Q(ends_on=None) | Q(ends_on__gte=today)).exclude(pk=cohort.pk)
    return found.select_related("version__programme").order_by("-starts_on", "version__programme__name", "name", "pk")


def enrolled(viewer: Membership, cohort: Cohort) -> QuerySet[Enrolment]:
    found = enrolments_visible_to(viewer).filter(cohort=cohort).select_related("student__person", "teacher")
    return found.order_by("student__person__sort_key", "pk")


def lines(viewer: Membership, cohort: Cohort, to: Cohort, today: date) -> list[Line]:
    there = Enrolment.objects.filter(cohort=to, student=OuterRef("student")).order_by()
    live = Placement.objects.filter(state__in=Placement.LIVE).select_related("employer").order_by("starts_on", "pk")
    rows = enrolled(viewer, cohort).annotate(is_there=Exists(there))
    return [_line(row, today) for row in rows.prefetch_related(Prefetch("placements", live))]


def _line(enrolment: Any, today: date) -> Line:
    why_not = ""
    if enrolment.is_there:
        why_not = _("Is there already.")
    elif enrolment.ends_on and enrolment.ends_on < today:
        why_not = _("Left on %(day)s.") % {"day": day_year(enrolment.ends_on)}
    return Line(enrolment, list(enrolment.placements.all()), why_not)
