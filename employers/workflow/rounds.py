"""A school asks many firms whether they take students in a period. Firms answer with an offer, or say why not."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Round, RoundFirm

_OFFICE = frozenset({Role.COORDINATOR})
ROUNDS = Workflow(
    noun="round",
    moves=(
        Move("open", gettext_lazy("Ask firms for places"), (), None, _OFFICE),
        Move("close", gettext_lazy("Ask nobody any more"), (), None, _OFFICE),
    ),
    school_id=lambda round: round.school_id,
)


@transaction.atomic
def open_round(
    *, school: Organisation, starts_on: date, ends_on: date, firms: Mapping[int, int], person: Person, public_id: UUID,
    by: Actor, at: datetime,
) -> Round:  # fmt: skip
    """Ask these firms; `firms` names by key whom each of them lets read it. The same `public_id` again gives the same
    round.

    Raises `Refused` for a period that has begun or ends before it begins, and without a firm.
    """
    ROUNDS.must_allow("open", by)
    if again := Round.objects.filter(public_id=public_id, school=school).first():
        return again
    if starts_on <= timezone.localdate(at):
        raise Refused(_("The first day has to be ahead."))
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    if not firms:
        raise Refused(_("Choose at least one firm."))
    made = Round.objects.create(
        public_id=public_id, school=school, starts_on=starts_on, ends_on=ends_on, person=person, at=at
    )
    RoundFirm.objects.bulk_create(
        RoundFirm(round=made, employer_id=employer, person_id=reader) for employer, reader in firms.items()
    )
    ROUNDS.log(made, "open", by=by, at=at, details={"firms": len(firms)})
    return made


@transaction.atomic
def close_round(*, round: Round, by: Actor, at: datetime) -> None:
    """No further letter goes out; offers that came stay. Closed again, the first moment stays."""
    ROUNDS.must_allow("close", by)
    held = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if held.closed_at is None:
        held.closed_at = at
        held.save(update_fields=["closed_at"])
        ROUNDS.log(held, "close", by=by, at=at)
