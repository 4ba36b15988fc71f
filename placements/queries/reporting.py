"""Reads for what the school writes down for others: who at the host can have said it, and the week it is about."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from accounts.models import Membership, Person
from core.keys import among
from employers.models import Site, Supervisor
from employers.queries import at_work
from placements.models import HourClaim, Placement, PlannedShift, Segment, WorkEntry
from placements.queries.days import planned_between
from placements.queries.hours import host_word, school_word


@dataclass(frozen=True)
class ReportDay:
    """A day of a week to write down: its shift by the plan, and what has been logged of it."""

    day: date
    shift: PlannedShift | None
    entries: list[WorkEntry]


def people_of_host(placement: Placement, today: date) -> QuerySet[Person]:
    """Who can speak for the host: whoever guides students at one of its sites, and the members of its firm."""
    places = among("site", Segment.objects.filter(placement=placement).values("site"))
    branches = among("site", Site.objects.filter(employer__placements=placement).values("pk"))
    guides = Supervisor.objects.filter(Q(places) | Q(branches), at_work(today))
    members = Membership.objects.filter(organisation__employer__placements=placement)
    return Person.objects.filter(Q(among("pk", guides.values("person"))) | Q(among("user", members.values("user"))))


def week_to_report(placement: Placement, first: date, today: date) -> list[ReportDay]:
    """The days of the week of `first` that are over and belong to the placement, with all that was said of them."""
    last = min(first + timedelta(days=6), today, placement.ends_on)
    start = max(first, placement.starts_on)
    rows = (
        WorkEntry.objects.filter(placement=placement, day__range=(start, last))
        .exclude(state=WorkEntry.State.WITHDRAWN)
        .prefetch_related("claims")
        .order_by("day", "starts_at", "pk")
    )
    entries = list(rows)
    planned = planned_between(placement, start, last)
    return [
        ReportDay(
            day,
            next((shift for shift, _length in planned.get(day, [])), None),
            [entry for entry in entries if entry.day == day],
        )
        for day in (start + timedelta(days=number) for number in range((last - start).days + 1))
    ]


def own_word(entry: WorkEntry) -> HourClaim | None:
    """What the host itself said of an entry, not what the school wrote down for it; needs `claims`."""
    word = host_word(entry)
    return word if word and word.recorded_by_id is None else None


def may_be_told(entry: WorkEntry) -> bool:
    """Whether the school may write down what the host says of a day: neither the host nor a decision stands there."""
    return own_word(entry) is None and school_word(entry) is None and entry.locked_at is None
