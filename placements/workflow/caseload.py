"""Somebody else at the school looks after placements from now on: one, or many at once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Person
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Agreement, Placement, Signature
from placements.workflow.interrupting import Done, each
from placements.workflow.tables import PLACEMENT


@transaction.atomic
def hand_on(*, placements: Iterable[Placement], to: Person, by: Actor, at: datetime) -> list[Done]:
    """Give each to another coordinator, as the table allows; whoever has it already keeps it, without a move.

    Where the school has still to sign, the new one is asked. What is signed stays as it was signed; the next version
    of the plan names the new one. Raises `Refused` when `to` is no coordinator of the school of each placement.
    """
    rows = list(placements)
    schools = set(
        Membership.objects.filter(user=to.user_id, role=Role.COORDINATOR).values_list("organisation", flat=True)
    )
    if to.user_id is None or not {placement.school_id for placement in rows} <= schools:
        raise Refused(_("Only a coordinator of the school can look after its placements."))

    def give(placement: Placement) -> None:
        if placement.coordinator_id == to.pk:
            return
        details = {"from": placement.coordinator_id, "to": to.pk}
        PLACEMENT.apply(placement, "hand_on", by=by, at=at, details=details, coordinator=to)
        _waiting(placement).update(person=to)

    return each(rows, give)


def _waiting(placement: Placement):
    """The places on agreements where the school has still to sign."""
    return Signature.objects.filter(
        agreement__plan__placement=placement,
        agreement__state__in=Agreement.SIGNING,
        party=Signature.Party.SCHOOL,
        signed_at=None,
    )
