"""What counts under no rule set, because of how a placement began and ended. Pure.

A rule set says what counts; these facts of the program come before it, and each is told as a line of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime

from credits.rules.evidence import VoidReason

type Void = tuple[int, VoidReason | None]
"""Minutes that count nowhere, and why; no minutes and nothing where all may count."""

ALL_MAY: Void = (0, None)


@dataclass(frozen=True)
class Bounds:
    """What a placement says of its hours.

    `valid_until` is the last valid minute of an early end (E1). `unagreed`: the head let it start without an agreement,
    so that nothing counts that began before `agreed_from` (E34). `summed` are the days of a sum of earlier work.
    """

    valid_until: datetime | None = None
    unagreed: bool = False
    agreed_from: datetime | None = None
    summed: tuple[date, date] | None = None


def void(bounds: Bounds, *, day: date, begins: datetime, ends: datetime, minutes: int) -> Void:
    """Of a stretch of work with so many minutes (without breaks): those that count nowhere."""
    if bounds.unagreed and (bounds.agreed_from is None or begins < bounds.agreed_from):
        return minutes, "no_agreement"
    if bounds.summed and bounds.summed[0] <= day <= bounds.summed[1]:
        return minutes, "in_sum"
    late = _minutes_after(bounds.valid_until, begins, ends)
    return (min(late, minutes), "after_end") if late else ALL_MAY


def _minutes_after(last: datetime | None, begins: datetime, ends: datetime) -> int:
    if last is None or ends <= last:
        return 0
    return int((ends - max(begins, last)).total_seconds()) // 60


def void_of_sum(minutes: int, *, confirmed: int | None, talked_through: bool) -> Void:
    """Of a sum of earlier work (E18): what the workplace does not confirm; all of it until it was talked through."""
    if confirmed is None:
        return minutes, "no_word"
    if not talked_through:
        return minutes, "no_talk"
    return (minutes - confirmed, "no_word") if confirmed < minutes else ALL_MAY
