"""Verbs of a placement's life: start, pause, end, and the two ways out before its time."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.workflow import Actor, Refused
from placements.models import Agreement, Placement
from placements.workflow.tables import AGREEMENT, PLACEMENT, Agreed, today_at


def start(*, placement: Placement, by: Actor, at: datetime) -> None:
    """From the first day on, when the agreement is in force."""
    PLACEMENT.apply(placement, "start", by=by, at=at)


def pause(*, placement: Placement, reason: str, by: Actor, at: datetime) -> None:
    PLACEMENT.apply(placement, "pause", by=by, at=at, reason=reason)


def resume(*, placement: Placement, by: Actor, at: datetime) -> None:
    PLACEMENT.apply(placement, "resume", by=by, at=at)


@transaction.atomic
def end(*, placement: Placement, by: Actor, at: datetime) -> None:
    """After the last day; a version still being signed lapses."""
    PLACEMENT.apply(placement, "end", by=by, at=at)
    _lapse_all(placement, by=by, at=at)


@transaction.atomic
def cancel(*, placement: Placement, reason: str, by: Actor, at: datetime) -> None:
    """Before the start; the place of the offer is free again."""
    PLACEMENT.apply(placement, "cancel", by=by, at=at, reason=reason)
    _lapse_all(placement, by=by, at=at)


@transaction.atomic
def break_early(
    *,
    placement: Placement,
    last_day: date,
    reason: str,
    end_reason: str,
    initiator: str,
    direction: str = Placement.Direction.OPEN,
    by: Actor,
    at: datetime,
) -> None:
    """End a placement before its time; hours count until `last_day`, which becomes its end."""
    if not placement.starts_on <= last_day <= min(placement.ends_on, today_at(placement, at)):
        raise Refused(_("Choose a last day between the first day and today."))
    details = {
        "last_day": last_day.isoformat(),
        "planned_end": placement.ends_on.isoformat(),
        "end_reason": end_reason,
        "initiator": initiator,
        "direction": direction,
    }
    PLACEMENT.apply(
        placement, "break", by=by, at=at, reason=reason, details=details, ends_on=last_day,
        end_reason=end_reason, end_initiator=initiator, end_direction=direction,
    )  # fmt: skip
    _lapse_all(placement, by=by, at=at)


def _lapse_all(placement: Placement, *, by: Actor, at: datetime) -> None:
    """Nobody is asked to sign for a placement that is over."""
    open_states = (Agreed.DRAFT, *Agreement.SIGNING)
    for agreement in Agreement.objects.filter(plan__placement=placement, state__in=open_states).order_by("pk"):
        AGREEMENT.apply(agreement, "lapse", by=by, at=at, details={"version": agreement.plan.number})
