"""Verbs of the agreement: asking the parties, signing, refusing."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from core.workflow import Actor, Refused
from placements.models import Agreement, Placement, PlanVersion, Signature
from placements.queries import plans
from placements.rules import signing
from placements.workflow.tables import AGREEMENT, Agreed, today_at


@transaction.atomic
def propose(*, agreement: Agreement, sign_by: date, by: Actor, at: datetime) -> list[Signature]:
    """Ask all parties to sign until that day; letters follow from the row of this move.

    Raises `Refused` when somebody is missing: a guardian of a minor, the supervisor, the coordinator.
    """
    locked = _locked(agreement)
    placement = locked.plan.placement
    if placement.state not in Placement.LIVE:
        raise Refused(_("This placement is over."))
    if sign_by < today_at(placement, at):
        raise Refused(_("The last day for signing is in the past."))
    places = _places(placement)
    AGREEMENT.apply(
        agreement, "propose", by=by, at=at, details={"version": locked.plan.number, "parties": len(places)},
        sign_by=sign_by,
    )  # fmt: skip
    return Signature.objects.bulk_create(
        Signature(
            agreement=locked,
            party=place.party,
            person_id=place.person_id,
            order=place.order,
            text_hash=locked.plan.text_hash,
        )
        for place in places
    )


def _places(placement: Placement) -> list[signing.Place]:
    places = plans.parties_of(placement)
    there = {place.party for place in places}
    if Signature.Party.HOST not in there:
        raise Refused(_("Choose a supervisor at the workplace first."))
    if Signature.Party.SCHOOL not in there:
        raise Refused(_("Choose a coordinator first."))
    if Signature.Party.GUARDIAN not in there and plans.is_minor(placement):
        raise Refused(_("The student is under 18 on the first day. Add a parent or guardian first."))
    return places


@transaction.atomic
def sign(
    *, signature: Signature, name_typed: str, ip: str | None, by: Actor, at: datetime, person: Person | None = None
) -> Signature:
    """Sign one place; the last one brings the agreement in force. Signing twice keeps the first.

    `person` is a colleague of the host to whom the link was forwarded: the place becomes theirs. Who may hold this
    signature in hand is the door's matter (access.signatures_of, doors.by_link). Raises `Refused` when the text is no
    longer the one that was sent, for a role of another party, and when the agreement is not open for signing.
    """
    agreement = _locked(signature.agreement)
    place = Signature.objects.select_for_update().get(pk=signature.pk)
    if place.signed_at:
        return place
    _must_sign(place, agreement.plan, name_typed, by, person)
    place.person = person or place.person
    place.name_typed, place.signed_at, place.ip = name_typed.strip()[:200], at, ip
    place.save()
    AGREEMENT.apply(agreement, "sign", by=by, at=at, details={"party": place.party, "version": agreement.plan.number})
    if not agreement.signatures.filter(signed_at=None).exists():
        _bring_in_force(agreement, by=by, at=at)
    return place


def _must_sign(place: Signature, plan: PlanVersion, name_typed: str, by: Actor, person: Person | None) -> None:
    _must_be_of_party(place, by)
    if person and person.pk != place.person_id and place.party != Signature.Party.HOST:
        raise Refused(_("Only the workplace may let a colleague sign."))
    if not signing.is_a_name(name_typed):
        raise Refused(_("Type your name to sign."))
    if place.text_hash != plan.text_hash or signing.digest(plan.text) != plan.text_hash:
        raise Refused(_("The text has changed since it was sent to you. The school has to send it again."))


def _must_be_of_party(place: Signature, by: Actor) -> None:
    if by.role not in signing.ROLES_OF[Signature.Party(place.party)]:
        raise Refused(_("You may not do this."))


def _bring_in_force(agreement: Agreement, *, by: Actor, at: datetime) -> None:
    placement_id = agreement.plan.placement_id
    for old in Agreement.objects.filter(plan__placement=placement_id, state=Agreed.IN_FORCE).order_by("pk"):
        AGREEMENT.apply(old, "supersede", by=by, at=at, details={"version": old.plan.number})
    AGREEMENT.apply(agreement, "agree", by=by, at=at, details={"version": agreement.plan.number}, in_force_at=at)


@transaction.atomic
def refuse(*, signature: Signature, reason: str, by: Actor, at: datetime) -> None:
    """One party says no, with a reason: nobody can sign this version any more. Not after having signed it."""
    agreement = _locked(signature.agreement)
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


def _locked(agreement: Agreement) -> Agreement:
    """Everybody who signs waits for this row first, so that the last of two at once sees the other's signature."""
    return (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("plan__placement__enrolment__student", "plan__placement__school")
        .get(pk=agreement.pk)
    )
