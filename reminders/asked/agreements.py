"""Whose turn it is to sign."""

from datetime import datetime

from core.models import Transition
from placements.models import Agreement, Placement, Signature
from placements.rules.signing import next_ones
from reminders.asked.programme import deadlines_of
from reminders.due.agreements import ToSign
from reminders.due.lines import Fact
from reminders.models import Reader

_SIGNED_FOR = (Placement.State.PLANNED, Placement.State.RUNNING)
READER = {
    Signature.Party.STUDENT: Reader.STUDENT,
    Signature.Party.GUARDIAN: Reader.GUARDIAN,
    Signature.Party.HOST: Reader.HOST,
    Signature.Party.TUTOR: Reader.HOST,
    Signature.Party.TEACHER: Reader.SCHOOL,
    Signature.Party.HEAD: Reader.SCHOOL,
    Signature.Party.SCHOOL: Reader.SCHOOL,
}


def to_sign(placements: dict[int, Placement]) -> list[Fact]:
    agreements = Agreement.objects.filter(plan__placement__in=placements, state__in=Agreement.SIGNING)
    waiting = list(agreements.select_related("plan").prefetch_related("signatures").order_by("pk"))
    proposed = _proposed_at({agreement.pk for agreement in waiting})
    found: list[Fact] = []
    for agreement in waiting:
        placement = placements[agreement.plan.placement_id]
        if placement.state in _SIGNED_FOR and agreement.pk in proposed:
            places = list(agreement.signatures.all())
            found += [
                ToSign(
                    person=signature.person_id,
                    school=placement.school_id,
                    placement=placement.pk,
                    deadlines=deadlines_of(placement),
                    signature=signature.pk,
                    reader=READER[Signature.Party(signature.party)],
                    proposed_at=_turn_since(agreement, places, proposed[agreement.pk]),
                    starts_on=placement.starts_on,
                )
                for signature in next_ones(places, in_order=agreement.in_order)
            ]
    return found


def _turn_since(agreement: Agreement, places: list[Signature], proposed_at: datetime) -> datetime:
    """Where the parties sign one after another, the turn of the next begins with the last signature."""
    signed = [place.signed_at for place in places if place.signed_at] if agreement.in_order else []
    return max([proposed_at, *signed])


def _proposed_at(agreement_ids: set[int]) -> dict[int, datetime]:
    moves = Transition.objects.filter(
        noun="agreement", object_id__in=agreement_ids, to_state=Agreement.State.PROPOSED
    ).order_by("at", "pk")
    return dict(moves.values_list("object_id", "at"))
