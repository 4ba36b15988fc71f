"""The early warning: whether the hours that are missing will be there in time. Pure; minutes and dates only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credits.rules.result import RequirementLine, Result, every_line

ENOUGH = 35 * 60
"""Planned minutes that have to lie behind a student before a pace says anything: one week."""


class Outlook(StrEnum):
    REACHED = "reached"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    PLAN_SHORT = "plan_short"


@dataclass(frozen=True)
class Pace:
    """Where a student stands between what counts and the last day.

    `missing` to the requirement; `waiting` is logged and may still be confirmed; `planned` lies ahead, until `by`
    (nothing where no last day is known); `worked` of the `due` minutes that were planned until yesterday in the
    placements that go on.
    """

    required: int
    missing: int
    waiting: int
    planned: int
    worked: int
    due: int
    by: date | None

    @property
    def open(self) -> int:
        """Minutes that are still to be worked."""
        return max(self.missing - self.waiting, 0)

    @property
    def expected(self) -> int:
        """What the days ahead bring when as much of them is worked as of those before."""
        if self.due < ENOUGH or self.worked >= self.due:
            return self.planned
        return self.planned * self.worked // self.due

    @property
    def short(self) -> int:
        """Minutes that will be missing on the last day; 0 when all will be there."""
        return max(self.open - self.expected, 0)

    @property
    def more_days(self) -> int:
        """Minutes for which no day is planned, however much of the plan is worked."""
        return max(self.open - self.planned, 0)

    @property
    def outlook(self) -> Outlook:
        if not self.open:
            return Outlook.REACHED
        if self.more_days:
            return Outlook.PLAN_SHORT
        return Outlook.BEHIND if self.short else Outlook.ON_TRACK


@dataclass(frozen=True)
class Halves:
    """Hours, and what has to be shown or handed in, each by itself: one never stands for the other (E37, E38).

    Nothing where a rule set asks for none of that half.
    """

    hours: bool | None
    others: bool | None

    @property
    def one_is_left(self) -> bool:
        return {self.hours, self.others} == {True, False}


def halves(result: Result) -> Halves:
    asked = [line for line in every_line(result.requirements) if line.effect == "block" and not line.of]
    return Halves(
        hours=_all_met(line for line in asked if line.type == "time"),
        others=_all_met(line for line in asked if line.type in ("outcomes", "records")),
    )


def _all_met(lines: Iterable[RequirementLine]) -> bool | None:
    states = [line.met for line in lines]
    return all(states) if states else None
