"""Reads of plans and agreements: the current version, closed days, who can be asked to sign."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from accounts.models import ClosedDay, Link, Membership, Person
from accounts.roles import Role
from core.names import sort_key
from employers.access import offers_visible_to, places_visible_to
from employers.models import Offer, Shutdown, Site, Supervisor
from employers.queries import at_work
from placements.access import signatures_of, visible_to
from placements.models import Agreement, Placement, PlannedOutcome, PlannedShift, PlanVersion, Segment, Signature
from placements.rules import plan as rules
from placements.rules import signing
from placements.rules.calendars import Calendar, Calendars
from schools.access import enrolments_visible_to
from schools.models import Enrolment, Outcome, Unit


def latest_plan(placement: Placement) -> PlanVersion | None:
    """The newest version with its agreement, in whatever state that is."""
    return placement.plan_versions.select_related("agreement").order_by("-number").first()


def written_plan(placement: Placement) -> PlanVersion | None:
    """As `latest_plan`, with the keys of its outcomes in `outcome_ids`."""
    outcomes = PlannedOutcome.objects.filter(plan=OuterRef("pk")).order_by("pk").values("outcome")
    plans = placement.plan_versions.select_related("agreement").annotate(outcome_ids=ArraySubquery(outcomes))
    return plans.order_by("-number").first()


def unsigned(viewer: Membership) -> list[Signature]:
    """Agreements that wait for the signature of this person."""
    rows = signatures_of(viewer).filter(signed_at=None, agreement__state__in=Agreement.SIGNING)
    return list(rows.select_related("agreement__plan__placement__learner", "agreement__plan__placement__employer"))


def agreement_in_force(placement: Placement) -> Agreement | None:
    return Agreement.objects.filter(plan__placement=placement, state=Agreement.State.IN_FORCE).first()


def segments_of(placement: Placement) -> list[Segment]:
    return list(
        placement.segments.select_related("site__employer", "site__organisation", "supervisor__person").order_by(
            "starts_on", "pk"
        )
    )


def zone_of(placement: Placement) -> str:
    """The time zone of the first workplace; the school's for a placement without one."""
    segment = placement.segments.select_related("site").order_by("starts_on", "pk").first()
    return segment.site.time_zone if segment else placement.school.time_zone


def calendars_of(placement: Placement) -> Calendars:
    """The one answer to "is this day lost, and why" for each segment (its key): see rules/calendars.py."""
    return calendars_among(segments_of(placement))


def calendars_for(segments: QuerySet[Segment]) -> Calendars:
    """The calendars of any number of segments, in three queries."""
    rows = segments.select_related("site__employer", "placement__enrolment__cohort")
    return calendars_among(list(rows.order_by("pk")))


def calendars_among(segments: Collection[Segment]) -> Calendars:
    """As `calendars_for`, of segments that were read with their sites."""
    if not segments:
        return Calendars()
    first, last = min(row.starts_on for row in segments), max(row.ends_on for row in segments)
    shut = _shut_days({row.site_id for row in segments}, first, last)
    owners = {owner for row in segments for owner in (row.placement.school_id, _host_organisation(row.site))}
    closed = _closed_days(owners - {None}, first, last)
    return Calendars(
        {
            row.pk: Calendar(
                school=frozenset(closed[row.placement.school_id]),
                host=frozenset(closed[_host_organisation(row.site)] | shut[row.site_id]),
                country=row.site.country,
                region=row.site.region,
                at_school=_school_weekdays(row.placement.enrolment),
            )
            for row in segments
        }
    )


def with_calendar_days(rows: QuerySet, segment: str = "") -> QuerySet:
    """Rows with the closed days of their segment, so that `calendar_of` needs no query; `segment` leads to it."""

    def outer(name: str) -> OuterRef:
        return OuterRef(f"{segment}{name}")

    closed = ClosedDay.objects.filter(day__range=(outer("starts_on"), outer("ends_on"))).order_by("day")
    host = Q(organisation=outer("site__organisation")) | Q(organisation__employer=outer("site__employer"))
    shut = Shutdown.objects.filter(site=outer("site"), starts_on__lte=outer("ends_on"), ends_on__gte=outer("starts_on"))
    return rows.annotate(
        school_closed=ArraySubquery(closed.filter(organisation=outer("placement__school")).values("day")),
        host_closed=ArraySubquery(closed.filter(host).values("day")),
        shut_from=ArraySubquery(shut.order_by("pk").values("starts_on")),
        shut_until=ArraySubquery(shut.order_by("pk").values("ends_on")),
    )


def calendar_of(segment: Segment, row: Any) -> Calendar:
    """The calendar of a segment from a row of `with_calendar_days`."""
    shut: set[date] = set()
    for since, until in zip(row.shut_from, row.shut_until, strict=True):
        since, until = max(since, segment.starts_on), min(until, segment.ends_on)
        shut |= {since + timedelta(days=number) for number in range((until - since).days + 1)}
    return Calendar(
        school=frozenset(row.school_closed),
        host=frozenset([*row.host_closed, *shut]),
        country=segment.site.country,
        region=segment.site.region,
        at_school=_school_weekdays(segment.placement.enrolment),
    )


def closed_at(sites: Collection[Site], first: date, last: date) -> dict[int, frozenset[date]]:
    """The days on which nobody works at each site (its key), but for public holidays; sites come with employers."""
    shut = _shut_days({site.pk for site in sites}, first, last)
    closed = _closed_days({owner for site in sites if (owner := _host_organisation(site))}, first, last)
    return {site.pk: frozenset(shut[site.pk] | closed[_host_organisation(site)]) for site in sites}


def _closed_days(owners: Collection[int | None], first: date, last: date) -> dict[int | None, set[date]]:
    closed: dict[int | None, set[date]] = defaultdict(set)
    days = ClosedDay.objects.filter(organisation__in=owners, day__range=(first, last)).order_by()
    for owner, day in days.values_list("organisation", "day"):
        closed[owner].add(day)
    return closed


def _host_organisation(site: Site) -> int | None:
    return site.employer.organisation_id if site.employer else site.organisation_id


def _shut_days(site_ids: Collection[int], first: date, last: date) -> dict[int, set[date]]:
    shut: dict[int, set[date]] = defaultdict(set)
    stretches = Shutdown.objects.filter(site__in=site_ids, starts_on__lte=last, ends_on__gte=first).order_by()
    for site, since, until in stretches.values_list("site", "starts_on", "ends_on"):
        since, until = max(since, first), min(until, last)
        shut[site] |= {since + timedelta(days=number) for number in range((until - since).days + 1)}
    return shut


def _school_weekdays(enrolment: Enrolment | None) -> frozenset[int]:
    """The weekdays at school of a student: own ones, else those of the cohort."""
    if enrolment is None:
        return frozenset()
    own = enrolment.school_weekdays
    return frozenset(enrolment.cohort.school_weekdays if own is None else own)


def shifts_of(plan: PlanVersion) -> list[rules.Shift]:
    rows = PlannedShift.objects.filter(plan=plan).select_related("segment__site")
    return [as_shift(row) for row in rows.order_by("starts_on", "weekday", "starts_at")]


def as_shift(row: PlannedShift) -> rules.Shift:
    return rules.Shift(
        weekday=row.weekday,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        break_minutes=row.break_minutes,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        zone=row.segment.site.time_zone,
        segment=row.segment_id,
    )


def birth_date_of(placement: Placement) -> date | None:
    return placement.enrolment.student.birth_date if placement.enrolment else None


def is_minor(placement: Placement) -> bool:
    """Whether the learner is under 18 on the first day, as far as we know."""
    return signing.is_minor(birth_date_of(placement), placement.starts_on)


# ── For the screens ──────────────────────────────────────────────────────────────────────────────────────────────────


def plannable(viewer: Membership) -> QuerySet[Placement]:
    """Live placements of the viewer with what a plan is about."""
    return (
        visible_to(viewer)
        .filter(state__in=Placement.LIVE)
        .select_related("learner", "school", "employer", "enrolment__student", "enrolment__cohort__version__programme")
    )


def students_for(viewer: Membership, q: str, today: date) -> QuerySet[Enrolment]:
    """Students who are still enrolled, by name; `q` is part of a name."""
    found = (
        enrolments_visible_to(viewer)
        .filter(Q(ends_on=None) | Q(ends_on__gte=today))
        .select_related("student__person", "cohort")
        .order_by("student__person__sort_key", "pk")
    )
    return found.filter(student__person__sort_key__contains=sort_key(q)) if q.strip() else found


def offers_for(viewer: Membership, today: date) -> QuerySet[Offer]:
    """Offers that are not over, with the number of places that are `free`."""
    return (
        offers_visible_to(viewer)
        .filter(ends_on__gte=today)
        .select_related("site__employer")
        .annotate(
            free=Greatest(F("places") - Count("placements", filter=~Q(placements__state=Placement.State.CANCELLED)), 0)
        )
        .order_by("starts_on", "pk")
    )


def places_for(viewer: Membership, q: str) -> QuerySet[Site]:
    """Where work may be: the school's own workshops first, then sites of its firms; `q` is part of a name."""
    found = places_visible_to(viewer).select_related("employer", "organisation")
    if q.strip():
        found = found.filter(Q(employer__sort_key__contains=sort_key(q)) | Q(name__icontains=q.strip()))
    return found.order_by(F("employer").asc(nulls_first=True), "employer__sort_key", "name", "pk")


def supervisors_at(site: Site, today: date) -> QuerySet[Supervisor]:
    here = Supervisor.objects.filter(at_work(today), site=site)
    return here.select_related("person").order_by("person__sort_key", "pk")


def teachers_of(viewer: Membership) -> QuerySet[Person]:
    return Person.objects.filter(
        user__memberships__organisation=viewer.organisation_id, user__memberships__role=Role.TEACHER
    ).order_by("sort_key", "pk")


def outcomes_of(placement: Placement) -> list[Outcome]:
    """What the learner's programme version teaches, unit by unit."""
    if placement.enrolment is None:
        return []
    outcomes = Outcome.objects.filter(unit__version=placement.enrolment.cohort.version_id)
    return list(outcomes.select_related("unit").order_by("unit__position", "position"))


def signatures_with_text(places: QuerySet[Signature]) -> QuerySet[Signature]:
    """Places with everything that the page for signing shows."""
    return places.select_related(
        "agreement__plan__placement__learner",
        "agreement__plan__placement__school",
        "person",
        "carried_from__agreement__plan",
    ).prefetch_related("agreement__signatures__person")


def open_links(placement: Placement, now: datetime) -> QuerySet[Link]:
    """Links by which somebody can act for this placement now, of its school."""
    signing_here = Q(
        purpose=Link.Purpose.SIGN,
        subject_id__in=Signature.objects.filter(agreement__plan__placement=placement).values("pk"),
    )
    guides = Supervisor.objects.filter(segments__placement=placement).values("person")
    confirming_here = Q(purpose=Link.Purpose.CONFIRM) & (Q(person__in=guides) | Q(forwarded_from__person__in=guides))
    feedback = Q(purpose=Link.Purpose.FEEDBACK, subject_id=placement.pk)
    asked = Q(purpose=Link.Purpose.REQUEST, subject_id__in=placement.requests.values("pk"))
    after = Q(purpose=Link.Purpose.FOLLOW_UP, subject_id=placement.pk)
    return (
        Link.objects.filter(signing_here | confirming_here | feedback | asked | after, school=placement.school_id)
        .filter(revoked_at=None, expires_at__gt=now)
        .select_related("person")
        .order_by("-created_at", "-pk")
    )


def units_of(placement: Placement) -> QuerySet[Unit]:
    """The units of the learner's programme version; none for a teacher."""
    version = placement.enrolment.cohort.version_id if placement.enrolment else None
    return Unit.objects.filter(version=version).order_by("position", "pk")
