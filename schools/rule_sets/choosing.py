"""Which wording of a rule set holds: by the start of the cohort, or by the day of the work."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

DAY = timedelta(days=1)


class Dated(Protocol):
    """Something with a validity; a side left open is nothing."""

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_to(self) -> date | None: ...


class Wording(Dated, Protocol):
    """A version; a higher number takes the place of a lower one for the same day."""

    @property
    def number(self) -> int: ...

    @property
    def chosen_by(self) -> str: ...


def holds_on(version: Dated, day: date) -> bool:
    return (version.valid_from is None or version.valid_from <= day) and (
        version.valid_to is None or day <= version.valid_to
    )


def chosen[V: Wording](versions: Iterable[V], *, cohort_start: date, today: date) -> V | None:
    """The newest version that holds on the day it is chosen by; none when no wording holds on that day."""
    held = [one for one in versions if holds_on(one, cohort_start if one.chosen_by == "cohort_start" else today)]
    return max(held, key=lambda one: one.number, default=None)


def by_day[V: Dated](wordings: Iterable[V]) -> list[tuple[V, date | None, date | None]]:
    """Wordings that are chosen by the day of the work: stretches of days in the order of time, each with its wording.

    Where two hold on one day, the one that began later takes its place; an open side is nothing.
    """
    known = list(wordings)
    begins = {one.valid_from or date.min for one in known} | {one.valid_to + DAY for one in known if one.valid_to}
    found = []
    for first, following in pairwise([*sorted(begins), None]):
        assert first is not None
        held = [one for one in known if holds_on(one, first)]
        if held:
            newest = max(held, key=lambda one: one.valid_from or date.min)
            found.append((newest, None if first == date.min else first, following - DAY if following else None))
    return found
