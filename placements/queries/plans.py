"""Reads of plans and agreements: the current version, closed days, who can be asked to sign."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from accounts.models import ClosedDay, ContactPoint, Link, Membership, Person
from accounts.roles import Role
from core.names import sort_key
from employers.access import offers_visible_to
from employers.models import Offer, Site, Supervisor
from employers.queries import at_work
from placements.access import signatures_of, visible_to
from placements.models import Agreement, Placement, PlannedShift, PlanVersion, Segment, Signature
from placements.rules import plan as rules
from placements.rules import signing
from schools.access import enrolments_visible_to, stands_behind
from schools.models import Enrolment, Guardian, Outcome


def latest_plan(placement: Placement) -> PlanVersion | None:
    """The newest version with its agreement, in whatever state that is."""
    return placement.plan_versions.select_related("agreement").order_by("-number").first()


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


def closed_days(placement: Placement) -> list[date]:
    """Days in the placement on which the school or the host does not work."""
    owners = Q(organisation=placement.school_id) | Q(organisation__sites__segments__placement=placement)
    if placement.employer_id:
        owners |= Q(organisation__employer=placement.employer_id)
    days = ClosedDay.objects.filter(owners, day__range=(placement.starts_on, placement.ends_on))
    return sorted(set(days.values_list("day", flat=True)))


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
    )


def current_guardian(placement: Placement) -> Guardian | None:
    """Who can sign for the learner on the first day; of several the one who was written down first."""
    if placement.enrolment_id is None:
        return None
    return (
        Guardian.objects.filter(stands_behind(placement.starts_on), student__enrolments=placement.enrolment_id)
        .select_related("person")
        .order_by("pk")
        .first()
    )


def birth_date_of(placement: Placement) -> date | None:
    return placement.enrolment.student.birth_date if placement.enrolment else None


def is_minor(placement: Placement) -> bool:
    """Whether the learner is under 18 on the first day, as far as we know."""
    return signing.is_minor(birth_date_of(placement), placement.starts_on)


# ── For the screens ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Asked:
    """A party of an agreement: who it is, and how they are asked (`address` is empty when nothing is known)."""

    party: Signature.Party
    person: Person
    address: str

    @property
    def has_account(self) -> bool:
        return self.person.user_id is not None


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


def parties_of(placement: Placement) -> list[signing.Place]:
    """Who has to sign, as far as they are known."""
    guardian = current_guardian(placement)
    host = placement.segments.exclude(supervisor=None).select_related("supervisor").order_by("starts_on", "pk").first()
    return signing.parties(
        student_id=placement.learner_id,
        guardian_id=guardian.person_id if guardian else None,
        host_id=host.supervisor.person_id if host and host.supervisor else None,
        school_id=placement.coordinator_id,
        birth_date=birth_date_of(placement),
        starts_on=placement.starts_on,
    )


def asked(placement: Placement) -> list[Asked]:
    """The parties of the next agreement with their addresses."""
    places = parties_of(placement)
    addresses = ContactPoint.objects.filter(person=OuterRef("pk"), channel=ContactPoint.Channel.EMAIL).order_by("pk")
    people = Person.objects.annotate(email=Coalesce(Subquery(addresses.values("address")[:1]), Value("")))
    by_id: dict[int, Any] = people.in_bulk([place.person_id for place in places])
    return [Asked(place.party, by_id[place.person_id], by_id[place.person_id].email) for place in places]


def signatures_with_text(places: QuerySet[Signature]) -> QuerySet[Signature]:
    """Places with everything that the page for signing shows."""
    return places.select_related(
        "agreement__plan__placement__learner", "agreement__plan__placement__school", "person"
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
    return (
        Link.objects.filter(signing_here | confirming_here | feedback, school=placement.school_id)
        .filter(revoked_at=None, expires_at__gt=now)
        .select_related("person")
        .order_by("-created_at", "-pk")
    )
