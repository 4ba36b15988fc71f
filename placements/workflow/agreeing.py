"""Verbs of the agreement: asking the parties, signing, refusing."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ClosedDay, Person
from core.workflow import Actor, Refused
from placements.models import Agreement, Placement, PlanVersion, Signature
from placements.queries import parties, plans
from placements.rules import signing
from placements.rules.signing import Party
from placements.workflow.tables import AGREEMENT, Agreed, today_at
from schools.deadlines import deadlines_of

Channel = Signature.Channel


# What to do when nobody stands for a party that has to sign.
_MISSING = {
    Party.STUDENT: gettext_lazy("Choose a student first."),
    Party.GUARDIAN: gettext_lazy("The student is under 18 on the first day. Add a parent or guardian first."),
    Party.HOST: gettext_lazy("Choose a supervisor at the workplace first."),
    Party.TUTOR: gettext_lazy("Choose a supervisor at the workplace first."),
    Party.TEACHER: gettext_lazy("Choose a teacher first: the rules ask for the teacher's signature."),
    Party.HEAD: gettext_lazy("The head of school has to sign, and nobody has this role yet."),
    Party.SCHOOL: gettext_lazy("Choose a coordinator first."),
}


@transaction.atomic
def propose(*, agreement: Agreement, sign_by: date, by: Actor, at: datetime) -> list[Signature]:
    """Ask the parties to sign until that day; letters follow from the row of this move.

    Whoever has signed an earlier version and is not concerned by what has changed since keeps that signature and is
    not asked. Raises `Refused` when somebody is missing: a guardian of a minor, the supervisor, the coordinator.
    """
    locked = locked_agreement(agreement)
    placement = locked.plan.placement
    if placement.state not in Placement.LIVE:
        raise Refused(_("This placement is over."))
    if sign_by < today_at(placement, at):
        raise Refused(_("The last day for signing is in the past."))
    places = _places(locked.plan, today_at(placement, at))
    kept = parties.carried(locked.plan, places)
    AGREEMENT.apply(
        agreement, "propose", by=by, at=at, sign_by=sign_by, in_order=parties.demand_for(locked.plan).in_order,
        details={"version": locked.plan.number, "parties": len(places) - len(kept), "carried": len(kept)},
    )  # fmt: skip
    return Signature.objects.bulk_create(_place(locked, place, kept.get(place.party)) for place in places)


def _places(plan: PlanVersion, today: date) -> list[signing.Place]:
    placement = plan.placement
    if (lead := placement.lead_employer) and not (
        placement.signatory_id and parties.works_for(placement.signatory_id, lead, today)
    ):
        raise Refused(_("Choose who signs for %(employer)s first.") % {"employer": lead.name})
    places = parties.parties_of(plan)
    if missing := parties.missing(plan, places):
        raise Refused(str(_MISSING[missing[0]]))
    return places


def _place(agreement: Agreement, place: signing.Place, kept: Signature | None) -> Signature:
    fresh = Signature(
        agreement=agreement,
        party=place.party,
        person_id=place.person_id,
        order=place.order,
        text_hash=agreement.plan.text_hash,
    )
    if kept:
        fresh.carried_from, fresh.person_id, fresh.text_hash = kept, kept.person_id, kept.text_hash
        fresh.name_typed, fresh.signed_at, fresh.channel = kept.name_typed, kept.signed_at, kept.channel
    return fresh


@transaction.atomic
def sign(
    *, signature: Signature, name_typed: str, ip: str | None, by: Actor, at: datetime, person: Person | None = None
) -> Signature:
    """Sign one place; the last one brings the agreement in force. Signing twice keeps the first.

    Who stands for two parties signs both at once. `person` is a colleague of the host to whom the link was forwarded:
    the place becomes theirs. Who may hold this signature in hand is the door's matter (access.signatures_of,
    doors.by_link). Raises `Refused` when the text is no longer the one that was sent, for a role of another party,
    when it is not this party's turn, and when the agreement is not open for signing.
    """
    agreement = locked_agreement(signature.agreement)
    places = list(agreement.signatures.select_for_update(of=("self",)).order_by("order"))
    place = next(one for one in places if one.pk == signature.pk)
    if place.signed_at:
        return place
    _must_sign(place, agreement.plan, name_typed, by, person)
    must_be_next(place, places, agreement)
    together = [one for one in places if one != place and _signs_too(one, place, agreement, by)]
    for one in (place, *together):
        one.person = (person if one == place else None) or one.person
        one.name_typed, one.signed_at, one.ip = name_typed.strip()[:200], at, ip
        one.channel = Channel.LINK if by.kind == "link" else Channel.ACCOUNT
        one.save()
        details = {"party": one.party, "version": agreement.plan.number}
        AGREEMENT.apply(agreement, "sign", by=by, at=at, details=details)
    complete(agreement, by=by, at=at)
    return place


def _signs_too(one: Signature, place: Signature, agreement: Agreement, by: Actor) -> bool:
    """The same person's other place, where nobody else comes in between."""
    between = agreement.in_order and one.order != place.order + 1
    allowed = by.role in signing.ROLES_OF[Party(one.party)]
    return one.signed_at is None and one.person_id == place.person_id and allowed and not between


def _must_sign(place: Signature, plan: PlanVersion, name_typed: str, by: Actor, person: Person | None) -> None:
    _must_be_of_party(place, by)
    if person and person.pk != place.person_id and place.party != Party.HOST:
        raise Refused(_("Only the workplace may let a colleague sign."))
    if not signing.is_a_name(name_typed):
        raise Refused(_("Type your name to sign."))
    must_be_unchanged(place, plan)


def must_be_unchanged(place: Signature, plan: PlanVersion) -> None:
    if place.text_hash != plan.text_hash or signing.digest(plan.text) != plan.text_hash:
        raise Refused(_("The text has changed since it was sent to you. The school has to send it again."))


def must_be_next(place: Signature, places: list[Signature], agreement: Agreement) -> None:
    first = next(one for one in places if one.signed_at is None)
    if agreement.in_order and first != place:
        raise Refused(_("Somebody else signs first: %(party)s.") % {"party": first.get_party_display()})


def _must_be_of_party(place: Signature, by: Actor) -> None:
    if by.role not in signing.ROLES_OF[Party(place.party)]:
        raise Refused(_("You may not do this."))


def complete(agreement: Agreement, *, by: Actor, at: datetime) -> None:
    """Once everybody has signed the agreement is in force, from the moment of the last signature on."""
    times = list(agreement.signatures.values_list("signed_at", flat=True))
    if None in times:
        return
    placement, last = agreement.plan.placement, max(time for time in times if time)
    for old in Agreement.objects.filter(plan__placement=placement, state=Agreed.IN_FORCE).order_by("pk"):
        AGREEMENT.apply(old, "supersede", by=by, at=at, details={"version": old.plan.number})
    closed = set(ClosedDay.objects.filter(organisation=placement.school_id).values_list("day", flat=True))
    AGREEMENT.apply(
        agreement, "agree", by=by, at=at, details={"version": agreement.plan.number}, in_force_at=last,
        counts_from=signing.counts_from(last, placement.unagreed_since, plans.zone_of(placement), closed),
    )  # fmt: skip


@transaction.atomic
def refuse(*, signature: Signature, reason: str, by: Actor, at: datetime) -> None:
    """One party says no, with a reason: nobody can sign this version any more. Not after having signed it."""
    agreement = locked_agreement(signature.agreement)
    place = Signature.objects.get(pk=signature.pk)
    _must_be_of_party(place, by)
    if place.signed_at:
        raise Refused(_("You have signed already. Call the school if you want to take that back."))
    details = {"party": place.party, "version": agreement.plan.number}
    AGREEMENT.apply(agreement, "refuse", by=by, at=at, reason=reason, details=details)


@transaction.atomic
def withdraw(*, agreement: Agreement, by: Actor, at: datetime) -> None:
    """Stop the signing of a version without a new one."""
    AGREEMENT.apply(agreement, "lapse", by=by, at=at, details={"version": agreement.plan.number})


@transaction.atomic
def lapse(*, agreement: Agreement, by: Actor, at: datetime) -> None:
    """Nobody is asked any more to sign what is not in force so many days after the first day (`lapse_after`).

    Raises `Refused` until then, and while another version is in force.
    """
    placement = locked_agreement(agreement).plan.placement
    version = placement.enrolment.cohort.version if placement.enrolment else None
    last = placement.starts_on + timedelta(days=deadlines_of(version).lapse_after)
    if plans.agreement_in_force(placement) or today_at(placement, at) <= last:
        raise Refused(_("This agreement can still be signed."))
    AGREEMENT.apply(agreement, "lapse", by=by, at=at, details={"version": agreement.plan.number})


def locked_agreement(agreement: Agreement) -> Agreement:
    """Everybody who signs waits for this row first, so that the last of two at once sees the other's signature."""
    return (
        Agreement.objects.select_for_update(of=("self",))
        .select_related(
            "plan__placement__enrolment__student",
            "plan__placement__school",
            "plan__placement__lead_employer",
        )
        .get(pk=agreement.pk)
    )
