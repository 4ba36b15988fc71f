"""Verbs for what was signed on paper: the school writes down who signed when, and can take that back."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import documents
from accounts.models import Document, Person
from core.models import Transition
from core.workflow import Actor, Refused
from placements.models import Agreement, Placement, Signature
from placements.queries import plans
from placements.rules import signing
from placements.workflow.agreeing import Channel, complete, locked_agreement, must_be_next, must_be_unchanged
from placements.workflow.tables import AGREEMENT, Agreed, today_at

TAKE_BACK_WITHIN = timedelta(hours=24)
NOON = time(12)


@transaction.atomic
def sign_paper(
    *,
    signature: Signature,
    name_typed: str,
    signed_on: date,
    recorded_by: Person,
    by: Actor,
    at: datetime,
    file: File | None = None,
) -> Signature:
    """Write down that a party has signed the printed text on that day; the scan can follow (`add_scan`).

    The last signature brings the agreement in force from that day on, for that is what the paper says. Written twice
    it is once. Raises `Refused` for a day to come, where somebody else was first, and as `sign` does.
    """
    agreement = locked_agreement(signature.agreement)
    places = list(agreement.signatures.select_for_update(of=("self",)).order_by("order"))
    place = next(one for one in places if one.pk == signature.pk)
    if place.signed_at:
        if not AGREEMENT.was_last(agreement, by):
            raise Refused(AGREEMENT.told(_("This side has signed already."), agreement, by))
        return place
    placement = agreement.plan.placement
    if signed_on > today_at(placement, at):
        raise Refused(_("This day has not come yet."))
    if not signing.is_a_name(name_typed):
        raise Refused(_("Type the name as it stands on the paper."))
    must_be_unchanged(place, agreement.plan)
    must_be_next(place, places, agreement)
    place.name_typed, place.signed_at = name_typed.strip()[:200], _moment(placement, places, signed_on, at)
    place.channel, place.recorded_by = Channel.PAPER, recorded_by
    if file:
        place.document = _kept(placement, file, recorded_by, at)
    place.save()
    details = {"party": place.party, "version": agreement.plan.number, "day": signed_on.isoformat()}
    AGREEMENT.apply(agreement, "sign_paper", by=by, at=at, details=details)
    complete(agreement, by=by, at=at)
    return place


def _kept(placement: Placement, file: File, person: Person, at: datetime) -> Document:
    kind = Document.Kind.AGREEMENT
    return documents.store(organisation=placement.school, kind=kind, file=file, person=person, at=at)


def _moment(placement: Placement, places: list[Signature], signed_on: date, at: datetime) -> datetime:
    """Noon at the workplace, as a paper names no time; on one day not before those who sign first."""
    zone = ZoneInfo(plans.zone_of(placement))
    noon = datetime.combine(signed_on, NOON, zone)
    before = [one.signed_at for one in places if one.signed_at and one.signed_at.astimezone(zone).date() == signed_on]
    return min(at, max([noon, *before]))


@transaction.atomic
def add_scan(*, signature: Signature, file: File, recorded_by: Person, by: Actor, at: datetime) -> None:
    """The scan of a paper that was written down before. Raises `Refused` when there is one, or no paper."""
    AGREEMENT.must_allow("sign_paper", by)
    place = Signature.objects.select_for_update(of=("self",)).get(pk=signature.pk)
    if place.channel != Channel.PAPER or place.carried_from_id:
        raise Refused(_("This was not signed on paper."))
    if place.document_id:
        raise Refused(_("There is a scan already."))
    place.document = _kept(place.agreement.plan.placement, file, recorded_by, at)
    place.save(update_fields=["document"])
    AGREEMENT.log(place.agreement, "scan", by=by, at=at, details={"party": place.party})


@transaction.atomic
def take_back(*, signature: Signature, reason: str, by: Actor, at: datetime) -> Signature:
    """Undo what was written down from paper: before the agreement is in force, or within 24 hours after writing it.

    The scan goes too, and the version that was in force before is in force again. Taking back twice is once. Raises
    `Refused` later than that, for signatures that were not on paper, and when work has begun on this agreement.
    """
    agreement = locked_agreement(signature.agreement)
    place = Signature.objects.select_for_update(of=("self",)).get(pk=signature.pk)
    if place.signed_at is None:
        return place
    if place.channel != Channel.PAPER or place.carried_from_id:
        raise Refused(_("Only what the school wrote down from paper can be taken back."))
    was_in_force = agreement.state == Agreed.IN_FORCE
    if was_in_force:
        _must_be_fresh(place, at)
    details = {"party": place.party, "version": agreement.plan.number}
    AGREEMENT.apply(
        agreement, "take_back", by=by, at=at, reason=reason, details=details, in_force_at=None, counts_from=None
    )
    scan = place.document
    place.signed_at, place.name_typed, place.channel = None, "", ""
    place.document, place.recorded_by = None, None
    place.save()
    if scan:
        scan.delete()
    if was_in_force:
        _restore(agreement, by=by, at=at)
    return place


def _must_be_fresh(place: Signature, at: datetime) -> None:
    written = Transition.objects.filter(
        noun=AGREEMENT.noun, object_id=place.agreement_id, verb="sign_paper", details__party=place.party
    )
    if at - written.latest("at").at > TAKE_BACK_WITHIN:
        raise Refused(_("The agreement is in force since more than a day. Make a new version instead."))


def _restore(agreement: Agreement, *, by: Actor, at: datetime) -> None:
    placement = agreement.plan.placement
    before = Agreement.objects.filter(plan__placement=placement, state=Agreed.SUPERSEDED).order_by("-plan__number")
    if old := before.first():
        AGREEMENT.apply(old, "restore", by=by, at=at, details={"version": old.plan.number})
    elif placement.state not in (Placement.State.PLANNED, Placement.State.CANCELLED):
        raise Refused(_("Work has begun on this agreement. Make a new version instead."))
