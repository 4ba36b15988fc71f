"""What a phone keeps, so that its student can log without a network; and what stands when a day comes in later."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from core.templatetags.ui import day as day_name
from placements.models import Absence, HourClaim, Placement, PlannedShift, TaskDone, WorkEntry
from placements.queries.days import current_shifts, planned_days
from placements.queries.hours import fingerprint, tasks_of
from placements.rules.hours import Span

BACK, AHEAD = timedelta(days=7), timedelta(days=14)
MOST = 2
"""Placements that a phone keeps: nobody works at more hosts at the same time (product 4.5)."""


def kept_by_phone(placements: QuerySet[Placement], *, today: date) -> list[dict[str, Any]]:
    """The placements of the days around today, for `json`: tasks, planned times, and the days that are logged.

    Nothing of anybody but the student's own work: no supervisor, no school, no self-rating.
    """
    first, last = today - BACK, today + AHEAD
    dates = Q(starts_on__lte=last, ends_on__gte=first)
    rows = placements.filter(dates).exclude(state=Placement.State.CANCELLED).select_related("employer", "school")
    chosen = list(rows.order_by("-ends_on", "pk")[:MOST])
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    entries = _days_of(chosen, first)
    told = set(Absence.objects.filter(placement__in=chosen, withdrawn_at=None).values_list("placement", "day"))
    return [_placement(one, days, entries, {day for key, day in told if key == one.pk}) for one in chosen]


def _days_of(placements: Collection[Placement], first: date) -> list[WorkEntry]:
    tasks = Prefetch("tasks", TaskDone.objects.order_by("pk"))
    rows = WorkEntry.objects.filter(placement__in=placements, day__gte=first)
    return list(rows.exclude(state=WorkEntry.State.WITHDRAWN).prefetch_related(tasks).order_by("day", "starts_at"))


def _placement(
    placement: Placement, days: list[date], entries: Iterable[WorkEntry], told: Collection[date]
) -> dict[str, Any]:
    planned = planned_days(current_shifts(placement), days[0], days[-1])
    return {
        "id": str(placement.public_id),
        "host": placement.employer.name if placement.employer else placement.school.name,
        "starts_on": placement.starts_on.isoformat(),
        "ends_on": placement.ends_on.isoformat(),
        "make_up": bool(told),
        "tasks": [{"id": task.pk, "title": task.title} for task in tasks_of(placement)],
        "days": [
            {
                "day": day.isoformat(),
                "name": day_name(day),
                "planned": _times(planned[day][0][0]) if day in planned else None,
                "told": day in told,
            }
            for day in days
        ],
        "entries": [_entry(entry) for entry in entries if entry.placement_id == placement.pk],
    }


def _times(row: PlannedShift | WorkEntry) -> dict[str, Any]:
    return {
        "starts_at": f"{row.starts_at:%H:%M}",
        "ends_at": f"{row.ends_at:%H:%M}",
        "break_minutes": row.break_minutes,
    }


def _entry(entry: WorkEntry) -> dict[str, Any]:
    done = list(entry.tasks.all())
    return {
        "id": str(entry.public_id),
        "seen": fingerprint(entry),
        "day": entry.day.isoformat(),
        "name": day_name(entry.day),
        **_times(entry),
        "tasks": [task.template_id for task in done if task.template_id],
        "other": next((task.other for task in done if task.other), ""),
        "alone": done[0].independence if done else None,
        "note": entry.note,
        "make_up": entry.make_up,
        "may_change": entry.state == WorkEntry.State.LOGGED,
    }


def standing(placement: Placement, day: date, span: Span | None, known: Collection[str]) -> list[WorkEntry]:
    """Days that stand in the way of one that was written without a network, those at the same time first.

    Work of the learner at the same time, wherever; and what others wrote for that day since the phone last looked,
    which is said by `known`, the public ids that it had seen.
    """
    learner = WorkEntry.objects.filter(learner=placement.learner_id).exclude(state=WorkEntry.State.WITHDRAWN)
    learner = learner.select_related("placement").prefetch_related(
        Prefetch("claims", HourClaim.objects.select_related("confirmation").order_by("at", "pk"))
    )
    by_others = Q(placement=placement, day=day) & ~Q(origin=WorkEntry.Origin.LEARNER) & ~Q(public_id__in=known)
    at_the_time = Q(span__overlap=span) if span else Q(pk__in=[])
    found = list(learner.filter(by_others | at_the_time).order_by("day", "starts_at", "pk"))
    return sorted(found, key=lambda entry: not overlaps(entry, span))


def overlaps(entry: WorkEntry, span: Span | None) -> bool:
    return span is not None and entry.span.lower < span[1] and span[0] < entry.span.upper
