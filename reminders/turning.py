"""A new day: placements start and end by themselves, and what nobody answered or signed lapses."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Exists, Model, OuterRef, Q

from core.workflow import Actor, Refused
from placements import workflow
from placements.models import Agreement, HostRequest, Placement, PlanVersion
from placements.workflow import requesting
from placements.workflow.agreeing import lapse


def turn_the_day(*, now: datetime) -> None:
    """Start placements whose first day has come, end those whose last day is over, and close what waited too long."""
    tomorrow = now.date() + timedelta(days=1)
    agreed = Placement.objects.filter(
        state=Placement.State.PLANNED,
        starts_on__lte=tomorrow,
        plan_versions__agreement__state=Agreement.State.IN_FORCE,
    )
    for placement in agreed.order_by("pk"):
        if workflow.today_at(placement, now) >= placement.starts_on:
            _move(workflow.start, now, placement=placement)
    over = Placement.objects.filter(state=Placement.State.RUNNING, ends_on__lt=tomorrow)
    for placement in over.order_by("pk"):
        if workflow.today_at(placement, now) > placement.ends_on:
            _move(workflow.end, now, placement=placement)
    _let_lapse(now)
    _let_agreements_lapse(now)


def _let_lapse(now: datetime) -> None:
    """Requests whose last day is over, and those of placements that are not planned any more."""
    over = Q(answer_by__lt=now.date() + timedelta(days=1)) | ~Q(placement__state=Placement.State.PLANNED)
    waiting = HostRequest.objects.filter(over, state=HostRequest.State.OPEN)
    for request in waiting.select_related("placement__school").order_by("pk"):
        _move(requesting.lapse, now, request=request)


def _let_agreements_lapse(now: datetime) -> None:
    """Agreements that were sent, and are not in force long after the first day; how long, the programme says."""
    plans = PlanVersion.objects.filter(placement=OuterRef("plan__placement"), agreement__state=Agreement.State.IN_FORCE)
    begun = Agreement.objects.filter(~Exists(plans), state__in=Agreement.SIGNING)
    for agreement in begun.filter(plan__placement__starts_on__lt=now.date()).select_related("plan").order_by("pk"):
        _move(lapse, now, agreement=agreement)


def _move(verb: Callable, now: datetime, **what: Model) -> None:
    """Another sweep may have been faster, or the day not over yet where it counts: then there is nothing to do."""
    with suppress(Refused):
        verb(by=Actor.system(), at=now, **what)
