"""Reads of incidents: the list of the school, and the data that an insurer or an authority asks for."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, QuerySet

from accounts.models import Membership, Person
from employers.models import Site
from placements.access import incidents_visible_to
from placements.models import Incident, Placement, Segment, TaskDone, WorkEntry
from placements.queries.days import planned_between
from placements.queries.plans import birth_date_of
from placements.rules import hours, signing
from placements.rules.incidents import Place, clock, minutes_before


@dataclass(frozen=True)
class Report:
    """What is asked about an incident: who, how old, when, where, at what work, after how many minutes of that day.

    `minutes` are those since the beginning of work, None where no work is known; `clock` is the law behind the day by
    which the authority has to know, empty where the school has set its own days.
    """

    incident: Incident
    site: Site | None
    age: int | None
    minutes: int | None
    tasks: list[str]
    law: str


def incidents(viewer: Membership, *, show_all: bool) -> QuerySet[Incident]:
    """Those of the school, first what an authority waits for; closed ones only when they are asked for."""
    found = incidents_visible_to(viewer).select_related("placement__learner", "placement__employer")
    if not show_all:
        found = found.exclude(state=Incident.State.CLOSED)
    return found.order_by(F("tell_by").asc(nulls_last=True), "-happened_at", "-pk")


def report_of(incident: Incident, happened_on: date) -> Report:
    """The facts about one incident; `happened_on` is its day at the workplace."""
    placement, site = incident.placement, site_on(incident.placement, happened_on)
    born = birth_date_of(placement)
    law = clock(incident.care, happened_on, site.country) if site and incident.tell_by else None
    return Report(
        incident=incident,
        site=site,
        age=signing.age(born, happened_on) if born else None,
        minutes=_minutes_before(incident, happened_on),
        tasks=_tasks(placement, happened_on),
        law=law.source if law and _own_days(placement, site) is None else "",
    )


def _minutes_before(incident: Incident, happened_on: date) -> int | None:
    """Of the stretch that was logged, else of the one that was planned; one over midnight began the day before."""
    first = happened_on - timedelta(days=1)
    logged = WorkEntry.objects.filter(placement=incident.placement, day__range=(first, happened_on))
    entries = logged.exclude(state=WorkEntry.State.WITHDRAWN).values_list("span", flat=True)
    spans = [(span.lower, span.upper) for span in entries] or [
        hours.span(day, shift.starts_at, shift.ends_at, shift.segment.site.time_zone)
        for day, shifts in planned_between(incident.placement, first, happened_on).items()
        for shift, _minutes in shifts
    ]
    near = [(start, end) for start, end in spans if end > incident.happened_at - timedelta(hours=12)]
    return minutes_before(near, incident.happened_at) if near else None


def _tasks(placement: Placement, day: date) -> list[str]:
    rows = TaskDone.objects.filter(entry__placement=placement, entry__day=day).select_related("template")
    return list(dict.fromkeys(row.name for row in rows.order_by("pk")))


# ── Where it happened ────────────────────────────────────────────────────────────────────────────────────────────────


def site_on(placement: Placement, day: date) -> Site | None:
    """Where the learner was on a day; outside of all segments the first workplace."""
    segments = list(Segment.objects.filter(placement=placement).select_related("site").order_by("starts_on", "pk"))
    there = [segment for segment in segments if segment.starts_on <= day <= segment.ends_on]
    return next((segment.site for segment in [*there, *segments]), None)


def place_of(placement: Placement, day: date) -> Place:
    """The place for the law: the school's own days hold only in its own country."""
    site = site_on(placement, day)
    if site is None:
        return Place(placement.school.country, placement.school.region, placement.school.accident_days)
    return Place(site.country, site.region, _own_days(placement, site))


def _own_days(placement: Placement, site: Site | None) -> int | None:
    school = placement.school
    return school.accident_days if site is None or site.country == school.country else None


# ── For those who report ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """What somebody may know of a report: the own words, or only that there is one."""

    incident: Incident
    is_own: bool


def lines_for(placement: Placement, person: Person) -> list[Line]:
    """What was reported about a placement, the newest first; a conflict is known to its reporter alone."""
    rows = [Line(row, row.person_id == person.pk) for row in Incident.objects.filter(placement=placement)]
    return [line for line in rows if line.is_own or line.incident.kind != Incident.Kind.CONFLICT]
