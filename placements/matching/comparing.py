"""Two runs side by side: who gained, who lost, who only moved."""

from collections.abc import Mapping
from dataclasses import dataclass

from placements.matching.problem import Grade


@dataclass(frozen=True)
class Move:
    """One student in two runs: places by key and grades, None where there is none."""

    seeker: int
    before: int | None
    after: int | None
    better: bool | None
    """Whether the student is better off after, worse off, or neither (None)."""


def compare(before: Mapping[int, tuple[int, Grade]], after: Mapping[int, tuple[int, Grade]]) -> list[Move]:
    """Students whose place is another one, those who lose first. Each run is {student: (place, grade)}."""
    none = (None, max(Grade) + 1)
    moves = []
    for key in sorted(before.keys() | after.keys()):
        (old, was), (new, now) = before.get(key, none), after.get(key, none)
        if old != new:
            moves.append(Move(key, old, new, None if was == now else now < was))
    return sorted(moves, key=lambda move: (move.better is not False, move.better is None, move.seeker))
