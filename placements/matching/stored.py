"""A problem and its answer as JSON: keys and numbers only, no names, so that a run can be read and repeated."""

from dataclasses import asdict
from typing import Any

from placements.matching import explaining
from placements.matching.problem import Grade, Place, Problem, Seeker, km
from placements.matching.solving import Matching

_SETS = ("occupations", "languages", "needs", "school_days", "before", "meets", "weekdays")


def as_json(problem: Problem) -> dict[str, Any]:
    return {
        "seekers": [_plain(asdict(seeker)) for seeker in problem.seekers],
        "places": [_plain(asdict(place)) for place in problem.places],
        "room": [list(row) for row in sorted(problem.room.items())],
        "keep": [list(row) for row in sorted(problem.keep.items())],
        "never": [list(row) for row in sorted(problem.never)],
    }


def from_json(stored: dict[str, Any]) -> Problem:
    return Problem(
        seekers=tuple(Seeker(**_typed(row)) for row in stored["seekers"]),
        places=tuple(Place(**_typed(row)) for row in stored["places"]),
        room={employer: room for employer, room in stored["room"]},
        keep={seeker: place for seeker, place in stored["keep"]},
        never=frozenset((seeker, place) for seeker, place in stored["never"]),
    )


def answer(problem: Problem, matching: Matching, without: list[explaining.Unmatched]) -> dict[str, Any]:
    """What a run found: each match with its reasons, each student without a place with the ways out."""
    return {
        "proven": matching.proven,
        "score": list(matching.score),
        "matches": [
            {
                "seeker": pair.seeker,
                "place": pair.place,
                "grade": int(pair.grade),
                "km": _rounded(km(problem.seeker_of[pair.seeker], problem.place_of[pair.place])),
                "reasons": [str(reason) for reason in explaining.reasons(problem, pair.seeker, pair.place)],
            }
            for pair in matching.pairs
        ],
        "unmatched": [
            {
                "seeker": one.seeker,
                "ways": [{"change": str(way.change), "place": way.place, "km": way.km} for way in one.ways],
                "obstacles": {str(obstacle): count for obstacle, count in one.obstacles.items()},
                "full": one.full,
            }
            for one in without
        ],
    }


def placed(result: dict[str, Any]) -> dict[int, tuple[int, Grade]]:
    """Place and grade of each student who has one, for comparing."""
    return {row["seeker"]: (row["place"], Grade(row["grade"])) for row in result["matches"]}


def _rounded(way: float | None) -> float | None:
    return None if way is None else round(way, 1)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in row.items()}


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    found = {name: frozenset(value) if name in _SETS else value for name, value in row.items()}
    for name in ("position", "wanted"):
        if found.get(name) is not None:
            found[name] = tuple(found[name])
    return found
