"""Two runs side by side: what each found in all, who gained, who lost, who only moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from placements.matching.problem import Grade


@dataclass(frozen=True)
class Totals:
    """What a run found in all; `km` are all ways of known length, `settled` the pairs that a person had settled."""

    students: int
    placed: int
    first_wishes: int
    wishes: int
    km: float
    settled: int


def totals(result: Mapping[str, Any]) -> Totals:
    """Of a stored result (stored.py)."""
    matches = result["matches"]
    grades = [match["grade"] for match in matches]
    return Totals(
        students=len(matches) + len(result["unmatched"]),
        placed=len(matches),
        first_wishes=grades.count(Grade.FIRST_WISH),
        wishes=grades.count(Grade.FIRST_WISH) + grades.count(Grade.WISH),
        km=round(sum(match["km"] or 0 for match in matches), 1),
        settled=sum("kept" in match["reasons"] for match in matches),
    )


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
