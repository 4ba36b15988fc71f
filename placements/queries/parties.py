"""Reads for signing: who is wanted on an agreement, who that is, and what of earlier versions still holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import ContactPoint, Membership, Person
from accounts.roles import Role
from core.models import Transition
from employers.models import Employer, Supervisor
from employers.queries import at_work
from placements.models import Agreement, Placement, PlanVersion, Signature
from placements.queries import plans
from placements.rules import amending, signing
from placements.rules.signing import Party
from schools.access import stands_behind
from schools.models import Guardian
from schools.queries import document_of


def demand_for(plan: PlanVersion) -> signing.Demand:
    """What the wording asks for that held when the plan was written; else student, guardian, host and school."""
    if plan.placement.purpose == Placement.Purpose.TEACHER:
        return signing.OF_TEACHERS
    wording = plan.rule_set_version
    return (signing.demand_of(document_of(wording)) if wording else None) or signing.USUAL


def people_of(placement: Placement) -> dict[Party, int | None]:
    """Who stands for each party of this placement, as far as it is known."""
    guardian, supervisor = current_guardian(placement), _supervisor(placement)
    return {
        Party.STUDENT: placement.learner_id,
        Party.GUARDIAN: guardian.person_id if guardian else None,
        Party.HOST: placement.signatory_id or (None if placement.lead_employer_id else supervisor),
        Party.TUTOR: supervisor,
        Party.TEACHER: _teacher(placement),
        Party.HEAD: _head(placement),
        Party.SCHOOL: placement.coordinator_id,
    }


def _supervisor(placement: Placement) -> int | None:
    people = placement.segments.exclude(supervisor=None).order_by("starts_on", "pk")
    return people.values_list("supervisor__person", flat=True).first()


def _teacher(placement: Placement) -> int | None:
    """Who accompanies the student; in a teacher's own placement the teacher who learns."""
    if placement.purpose == Placement.Purpose.TEACHER:
        return placement.learner_id
    return placement.teacher_id or (placement.enrolment.teacher_id if placement.enrolment else None)


def _head(placement: Placement) -> int | None:
    heads = Membership.objects.filter(organisation=placement.school_id, role=Role.HEAD, user__person__isnull=False)
    return heads.order_by("pk").values_list("user__person", flat=True).first()


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


def works_for(person_id: int, employer: Employer, today: date) -> bool:
    """Guides students at one of its sites, or belongs to its organisation."""
    guides = Supervisor.objects.filter(at_work(today), person=person_id, site__employer=employer)
    member = Membership.objects.filter(user__person=person_id, organisation=employer.organisation_id)
    return guides.exists() or (employer.organisation_id is not None and member.exists())


def parties_of(plan: PlanVersion) -> list[signing.Place]:
    """Who has to sign, as far as they are known."""
    placement = plan.placement
    return signing.parties(
        demand_for(plan),
        people_of(placement),
        birth_date=plans.birth_date_of(placement),
        starts_on=placement.starts_on,
    )


def missing(plan: PlanVersion, places: Collection[signing.Place]) -> list[Party]:
    """Parties that have to sign and whom nobody stands for yet."""
    placement = plan.placement
    there = {place.party for place in places}
    asked = signing.wanted(demand_for(plan), birth_date=plans.birth_date_of(placement), starts_on=placement.starts_on)
    return [party for party in asked if party not in there]


def carried(plan: PlanVersion, places: Collection[signing.Place]) -> dict[Party, Signature]:
    """Signatures on earlier versions that hold for this one too: what has changed since does not concern the party."""
    rows = Signature.objects.filter(
        agreement__plan__placement=plan.placement_id,
        agreement__plan__number__lt=plan.number,
        signed_at__isnull=False,
        carried_from=None,
    ).select_related("agreement__plan")
    newest = {Party(row.party): row for row in rows.order_by("agreement__plan__number")}
    signed = {
        party: (row, amending.changes(row.agreement.plan.fingerprints, plan.fingerprints))
        for party, row in newest.items()
    }
    return amending.carried(places, signed, in_order=demand_for(plan).in_order)


def previous(plan: PlanVersion) -> PlanVersion | None:
    """The version that a new one is compared with: the newest that was sent to anybody."""
    sent = PlanVersion.objects.filter(
        Q(agreement__signatures__isnull=False), placement=plan.placement_id, number__lt=plan.number
    )
    return sent.select_related("agreement").order_by("-number").first()


def refusal_of(agreement: Agreement) -> Transition | None:
    """Who refused and why: the party in its details, the reason in its own words."""
    moves = Transition.objects.filter(noun="agreement", object_id=agreement.pk, verb="refuse")
    return moves.order_by("-pk").first()


# ── For the screens ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Asked:
    """A party of an agreement: who it is, and how they are asked (`address` is empty when nothing is known).

    `carried` is the signature on an earlier version that still holds: this party is not asked.
    """

    party: Party
    person: Person
    address: str
    carried: Signature | None = None

    @property
    def has_account(self) -> bool:
        return self.person.user_id is not None


def asked(plan: PlanVersion) -> list[Asked]:
    """The parties of the next agreement with their addresses."""
    places = parties_of(plan)
    kept = carried(plan, places)
    points = ContactPoint.objects.filter(person=OuterRef("pk"), channel=ContactPoint.Channel.EMAIL)
    addresses = points.exclude(state=ContactPoint.State.REPLACED).order_by("pk")
    people = Person.objects.annotate(email=Coalesce(Subquery(addresses.values("address")[:1]), Value("")))
    by_id: dict[int, Any] = people.in_bulk([place.person_id for place in places])
    return [
        Asked(place.party, by_id[place.person_id], by_id[place.person_id].email, kept.get(place.party))
        for place in places
    ]
