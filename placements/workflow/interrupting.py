"""Something hits many at once, such as a strike: a pause for all of them in one action, and its end (E36)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.workflow import Actor, Refused
from placements.models import Placement
from placements.workflow.life import resume
from placements.workflow.tables import PLACEMENT, State, last_step


@dataclass(frozen=True)
class Done:
    """What became of one of many: `refusal` says why it stayed as it was, and is empty where it was done."""

    placement: Placement
    refusal: str = ""


@dataclass(frozen=True)
class Interruption:
    """What has happened, from when on, and until when it is expected to last; `key` is the same for one action."""

    key: UUID
    reason: str
    since: date
    until: date | None = None

    @property
    def details(self) -> dict:
        until = {"until": self.until.isoformat()} if self.until else {}
        return {"interruption": str(self.key), "since": self.since.isoformat(), **until}


@transaction.atomic
def interrupt(*, placements: Iterable[Placement], interruption: Interruption, by: Actor, at: datetime) -> list[Done]:
    """Pause all of them, each as the table allows; the same interruption again changes nothing.

    Raises `Refused` when its last day is before its first.
    """
    if interruption.until and interruption.until < interruption.since:
        raise Refused(_("The last day is before the first day."))

    def stop(placement: Placement) -> None:
        if placement.state == State.PAUSED and _is_of(placement, interruption):
            return
        reason, details = interruption.reason, interruption.details
        why = Placement.EndReason.INTERRUPTION
        PLACEMENT.apply(placement, "pause", by=by, at=at, reason=reason, details=details, end_reason=why)

    return each(placements, stop)


@transaction.atomic
def resume_all(*, placements: Iterable[Placement], by: Actor, at: datetime) -> list[Done]:
    """Let all of them go on, each as the table allows; the same person's second press changes nothing."""

    def go_on(placement: Placement) -> None:
        if placement.state == State.RUNNING and _went_on(placement, by):
            return
        resume(placement=placement, by=by, at=at)

    return each(placements, go_on)


def _is_of(placement: Placement, interruption: Interruption) -> bool:
    last = last_step(placement)
    return last is not None and last.details.get("interruption") == str(interruption.key)


def _went_on(placement: Placement, by: Actor) -> bool:
    last = last_step(placement)
    return last is not None and last.verb == "resume" and PLACEMENT.was_last(placement, by)


def each(placements: Iterable[Placement], do: Callable[[Placement], None]) -> list[Done]:
    """One after another in the order of their keys, so that two people who do this at once do not block each other."""
    rank = sorted(placements, key=lambda placement: placement.pk)
    return [Done(placement, _try(do, placement)) for placement in rank]


def _try(do: Callable[[Placement], None], placement: Placement) -> str:
    try:
        with transaction.atomic():
            do(placement)
    except Refused as refusal:
        return str(refusal)
    return ""
