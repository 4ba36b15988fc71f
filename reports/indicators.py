"""Figures of a school about itself (product 2), pure: what is counted, and when nothing is said of it."""

from dataclasses import dataclass

from placements.rules.host_time import FEWEST


@dataclass(frozen=True)
class Definition:
    """What a figure counts: its name in product 2, and a number that grows whenever something else is counted."""

    name: str
    version: int


@dataclass(frozen=True)
class Share:
    """`done` of `n` by this definition; of `missing` more it cannot be told, and they are in neither number."""

    definition: Definition
    done: int
    n: int
    missing: int

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down, so that 100 means all; nothing where fewer than 5 are known."""
        return 100 * self.done // self.n if self.n >= FEWEST else None


K9 = Definition("K9", 1)
"""Of the changes of a coordinator on placements that were planned, running or paused: those with a note, and the
receiver has said that it was read. Missing are those of whose hand-over nothing is stored any more."""
