"""Somebody else at the school looks after placements and firms from now on, with a note, until that one has read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation, Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import SchoolEmployer
from employers.workflow import give_on
from placements.models import Agreement, HandedOver, HandOver, Placement, Signature
from placements.workflow.interrupting import Done, each
from placements.workflow.tables import OFFICE, OFFICE_OR_HEAD, PLACEMENT

FIRM_OWNERS = OFFICE | {Role.TEACHER}
"""Who may look after a firm: in many schools the teacher of the trade."""

HAND_OVER = Workflow(
    noun="hand_over",
    moves=(
        Move("give", gettext_lazy("Hand over"), (), None, OFFICE_OR_HEAD),
        Move("take", gettext_lazy("I have it"), (), None, FIRM_OWNERS),
    ),
    school_id=lambda hand_over: hand_over.school_id,
)


@dataclass(frozen=True)
class Given:
    """What became of each; without a hand-over where nobody new looks after anything."""

    placements: list[Done]
    firms: list[SchoolEmployer]
    hand_over: HandOver | None


@transaction.atomic
def hand_on(
    *, school: Organisation, placements: Collection[Placement], firms: Collection[SchoolEmployer], to: Person,
    note: str, giver: Person, by: Actor, at: datetime,
) -> Given:  # fmt: skip
    """Give each to somebody else, as the tables allow; whoever has it already keeps it, without a move.

    Where the school has still to sign, the new one is asked. What is signed stays as it was signed; the next version
    of the plan names the new one. Whoever takes over alone has read it.

    Raises `Refused` when `to` is no coordinator of the school of each (a teacher may have firms), and without a note
    for somebody else.
    """
    HAND_OVER.must_allow("give", by)
    _must_look_after(to, school, placements, firms)
    note = note.strip()
    if not note and to != giver:
        raise Refused(_("Write down what your colleague should know."))
    things: list[HandedOver] = []

    def give(placement: Placement) -> None:
        if placement.coordinator_id == to.pk:
            return
        before, details = placement.coordinator, {"from": placement.coordinator_id, "to": to.pk}
        PLACEMENT.apply(placement, "hand_on", by=by, at=at, details=details, coordinator=to)
        _waiting(placement).update(person=to)
        things.append(HandedOver(placement=placement, before=before))

    results = each(placements, give)
    for relation in sorted(firms, key=lambda one: one.pk):
        before = relation.owner
        if give_on(relation=relation, to=to, by=by, at=at):
            things.append(HandedOver(relation=relation, before=before))
    return Given(results, list(firms), _written(school, things, to, note, giver, by=by, at=at))


def _must_look_after(
    person: Person, school: Organisation, placements: Collection[Placement], firms: Collection[SchoolEmployer]
) -> None:
    roles = OFFICE if placements else FIRM_OWNERS
    known = Membership.objects.filter(user=person.user_id, role__in=roles, organisation=school)
    schools = {one.school_id for one in placements} | {one.school_id for one in firms}
    if person.user_id is None or not known.exists() or not schools <= {school.pk}:
        raise Refused(
            _("Only a coordinator of the school can look after its placements, and only a coordinator or a teacher "
              "after its firms.")
        )  # fmt: skip


def _waiting(placement: Placement):
    """The places on agreements where the school has still to sign."""
    return Signature.objects.filter(
        agreement__plan__placement=placement,
        agreement__state__in=Agreement.SIGNING,
        party=Signature.Party.SCHOOL,
        signed_at=None,
    )


def _written(
    school: Organisation, things: list[HandedOver], to: Person, note: str, giver: Person, *, by: Actor, at: datetime
) -> HandOver | None:
    if not things:
        return None
    taken_at = at if to == giver else None
    found = HandOver.objects.create(school=school, giver=giver, receiver=to, note=note, at=at, taken_at=taken_at)
    for thing in things:
        thing.hand_over = found
    HandedOver.objects.bulk_create(things)
    HAND_OVER.log(found, "give", by=by, at=at, details={"things": len(things), "to": to.pk})
    return found


@transaction.atomic
def take_over(*, hand_over: HandOver, person: Person, by: Actor, at: datetime) -> bool:
    """The receiver has read it and has it; whether that is new. Raises `Refused` for anybody else."""
    HAND_OVER.must_allow("take", by)
    locked = HandOver.objects.select_for_update(of=("self",)).get(pk=hand_over.pk)
    if locked.receiver_id != person.pk:
        raise Refused(_("Only the one who looks after it now can say so."))
    hand_over.taken_at = locked.taken_at or at
    if locked.taken_at:
        return False
    hand_over.save(update_fields=["taken_at"])
    HAND_OVER.log(hand_over, "take", by=by, at=at)
    return True
