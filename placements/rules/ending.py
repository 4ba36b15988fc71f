"""How a placement ends before its time: until when work counts, who may read why, and what everybody else is told."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.roles import Role
from core.models import Transition
from placements.models import Concern, Placement

State = Placement.State
EndReason = Placement.EndReason

UNDO = timedelta(hours=24)
"""So long an early end, a cancellation or a pause can be taken back."""

RESTORING: dict[tuple[str, str, str], str] = {
    ("break", State.RUNNING, State.BROKEN): "restore",
    ("break", State.PAUSED, State.BROKEN): "restore_paused",
    ("cancel", State.PLANNED, State.CANCELLED): "restore_planned",
    ("pause", State.RUNNING, State.PAUSED): "restore_running",
}
"""What can be taken back: a verb with the states before and after it, and the verb that leads back."""

STILL = (State.PAUSED, State.ENDED, State.BROKEN)
READERS = frozenset({Role.HEAD, Role.COORDINATOR, Role.SAFEGUARDING})
"""Who may read that a reason is personal, and which one it is (product 6, E35)."""


def may_undo(done_at: datetime, now: datetime) -> bool:
    """Whether a step is still young enough to be taken back."""
    return now - done_at <= UNDO


def last_valid_minute(last_day: date, last_time: time | None, zone: str) -> datetime:
    """The moment until which work counts: a local time on the last day, else the end of that day."""
    there = ZoneInfo(zone)
    if last_time is not None:
        return datetime.combine(last_day, last_time, there)
    return datetime.combine(last_day + timedelta(days=1), time(), there)


def never_valid(starts_on: date, zone: str) -> datetime:
    """For a student who never came: the first moment of the first day, so that no minute counts."""
    return datetime.combine(starts_on, time(), ZoneInfo(zone))


def is_stilled(placement: Placement) -> bool:
    """Paused or over for a personal reason: nobody is asked for anything any more."""
    return placement.state in STILL and placement.end_reason == EndReason.PERSONAL


def shown_state(placement: Placement, role: str) -> State:
    """What a role is told: a placement that was closed for a personal reason is "paused" for most."""
    if placement.state == State.BROKEN and is_stilled(placement) and role not in READERS:
        return State.PAUSED
    return State(placement.state)


def is_unlawful(said: str) -> bool:
    """Whether a host names something for which nobody may be sent away (E39, E40)."""
    return said in Concern.UNLAWFUL


def planned_end(step: Transition | None, begins: date) -> date | None:
    """The last day that a broken placement had in its plan, where that is still to come."""
    day = date.fromisoformat(step.details["planned_end"]) if step and "planned_end" in step.details else None
    return day if day and day >= begins else None
