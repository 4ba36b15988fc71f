"""Verbs of a concern: the host asks for a call, or would like to end a placement; people talk, and nothing ends by it.

No row of the log stands on the page of the placement: a student reads nothing of it (product 6, E39).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Concern, Placement

State = Concern.State
Kind = Concern.Kind

_OFFICE = frozenset({Role.COORDINATOR, Role.HEAD})
_HOST = frozenset(HOST)

CONCERN = Workflow(
    noun="concern",
    moves=(
        Move("ask", gettext_lazy("Ask the school"), (), State.OPEN, _HOST),
        Move("take_back", gettext_lazy("Take it back"), (State.OPEN,), State.CLOSED, _HOST),
        Move("talk", gettext_lazy("We have talked"), (State.OPEN,), State.TALKED, _OFFICE, needs_reason=True),
        Move("close", gettext_lazy("Close"), (State.TALKED,), State.CLOSED, _OFFICE),
        Move("reopen", gettext_lazy("Open again"), (State.CLOSED,), State.TALKED, _OFFICE),
    ),
    school_id=lambda concern: concern.placement.school_id,
)


@transaction.atomic
def ask_school(
    *, placement: Placement, kind: str, category: str = "", text: str = "", person: Person, by: Actor, at: datetime
) -> Concern:
    """Ask for a call, or say that the placement should end and why; asked again while it is open, it is the same.

    Raises `Refused` for a placement that is over, and for a wish to end it without a category.
    """
    CONCERN.must_allow("ask", by)
    locked = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
    if locked.state not in Placement.LIVE:
        raise Refused(_("This placement is over."))
    if kind == Kind.END and not category:
        raise Refused(_("Choose what it is about."))
    known = Concern.objects.filter(placement=placement, kind=kind, person=person, state=State.OPEN).first()
    if known:
        return known
    concern = Concern.objects.create(
        placement=placement, kind=kind, category=category, text=text, person=person, at=at, state=State.OPEN
    )
    CONCERN.log(concern, "ask", by=by, at=at, after=State.OPEN, details={"kind": str(kind)})
    return concern


def move_concern(*, concern: Concern, verb: str, reason: str = "", by: Actor, at: datetime) -> None:
    """Say what the talk led to, close, open again or take back; see `CONCERN`."""
    CONCERN.apply(concern, verb, by=by, at=at, reason=reason)
