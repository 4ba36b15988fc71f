"""Reads of what a student has evidence for: outcomes, and how often work or a demonstration showed each of them."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from placements.models import DemonstrationPart, PlannedOutcome, TaskDone, WorkEntry
from placements.models.hours import Independence
from placements.rules.learning import Aim
from schools.models import Outcome


def with_aims(rows: QuerySet, *, enrolment: str, placement: str = "") -> QuerySet:
    """Rows with `aims`, the outcomes of the programme, for `aims_in`: no query more for the page.

    `enrolment` leads from a row to the enrolment, `placement` to the placement whose plan may name them.
    """
    known = OuterRef(OuterRef(enrolment))
    done = TaskDone.objects.filter(
        entry__placement__enrolment=known, template__outcomes=OuterRef("pk"), independence__gt=Independence.WATCHED
    ).exclude(entry__state=WorkEntry.State.WITHDRAWN)
    shown = DemonstrationPart.objects.filter(placement__enrolment=known, demonstration__outcome=OuterRef("pk"))
    named = PlannedOutcome.objects.filter(
        outcome=OuterRef("pk"), plan__placement=OuterRef(OuterRef(placement)) if placement else None
    ).order_by()
    outcomes = Outcome.objects.filter(unit__version__cohorts__enrolments=OuterRef(enrolment)).annotate(
        times=_count(done, "template__outcomes") + _count(shown, "demonstration__outcome"), planned=Exists(named)
    )
    row = JSONObject(text="text", unit="unit__title", planned="planned", times="times")
    return rows.annotate(aims=ArraySubquery(outcomes.order_by("unit__position", "position", "pk").values(aim=row)))


def _count(rows: QuerySet, by: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def aims_in(row: Any) -> list[Aim]:
    """The outcomes that a row of `with_aims` carries, in the order of the programme."""
    return [Aim(**one) for one in row.aims]
