"""The verb of whoever looks after alerts: what was done about one, so that it is no longer open (E5, E30, E32, E33)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Placement

ALERTS = Workflow(
    noun="alert",
    moves=(
        Move(
            "answer",
            gettext_lazy("Say what was done"),
            (),
            None,
            frozenset({Role.COORDINATOR, Role.TEACHER}),
            needs_reason=True,
        ),
    ),
    school_id=lambda placement: placement.school_id,
    timeline=lambda placement: f"placement:{placement.pk}",
)


def answer_alert(*, placement: Placement, key: str, done: str, by: Actor, at: datetime) -> Transition:
    """What was done about the alert of this key (see `key` in queries/alerts.py and rules/patterns.py).

    Nothing is stored but the row in the log of moves. Answered twice the first answer stays. Raises `Refused` without
    words.
    """
    ALERTS.must_allow("answer", by)
    if not done.strip():
        raise Refused(_("Say in a few words what was done."))
    with transaction.atomic():
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        rows = Transition.objects.filter(noun=ALERTS.noun, object_id=placement.pk, details__key=key)
        if known := rows.order_by("pk").first():
            return known
        return ALERTS.log(placement, "answer", by=by, at=at, reason=done.strip()[:500], details={"key": key})
