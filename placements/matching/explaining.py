"""Why a student goes to a place, and what would have to be otherwise for one who found none.

A way out is only named when it was tried: with what it names, the student is matched.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from placements.matching.problem import WORKING_DAYS, Obstacle, Problem, km, obstacles
from placements.matching.solving import Matching, solve

TRIED = 12
"""How many ways out are tried for one student before it is said that none was found."""


class Reason(StrEnum):
    """What speaks for a pair."""

    KEPT = "kept"
    WISHED = "wished"
    NEAR = "near"
    OCCUPATION = "occupation"
    LANGUAGE = "language"
    NEEDS = "needs"
    BEFORE = "before"


class Change(StrEnum):
    """What would have to be otherwise: one place more, or one obstacle less; what is most likely to be had first."""

    PLACE = "place"
    FARTHER = "farther"
    WEEKDAY = "weekday"
    LANGUAGE = "language"
    NEED = "need"
    ALLOWED = "allowed"
    OCCUPATION = "occupation"


@dataclass(frozen=True)
class Way:
    """A way out: this change at this place; `km` is how far the student would have to go."""

    change: Change
    place: int
    km: int | None = None


@dataclass(frozen=True)
class Unmatched:
    """A student without a place: the ways out that work, and how many places each obstacle keeps away."""

    seeker: int
    ways: tuple[Way, ...]
    obstacles: dict[Obstacle, int]
    full: int


_CHANGE_OF = {
    Obstacle.TOO_FAR: Change.FARTHER,
    Obstacle.OCCUPATION: Change.OCCUPATION,
    Obstacle.LANGUAGE: Change.LANGUAGE,
    Obstacle.NEED: Change.NEED,
    Obstacle.WEEKDAYS: Change.WEEKDAY,
    Obstacle.NEVER: Change.ALLOWED,
}
"""What takes an obstacle away. The age that a law asks for is none of these."""


def reasons(problem: Problem, seeker_key: int, place_key: int) -> list[Reason]:
    """What speaks for this pair, the weightiest first."""
    seeker, place = problem.seeker_of[seeker_key], problem.place_of[place_key]
    far = km(seeker, place)
    found = {
        Reason.KEPT: problem.keep.get(seeker_key) == place_key,
        Reason.WISHED: place.employer in seeker.wanted,
        Reason.NEAR: far is not None,
        Reason.OCCUPATION: bool(seeker.occupations & place.occupations),
        Reason.LANGUAGE: bool(seeker.languages & place.languages),
        Reason.NEEDS: bool(seeker.needs) and seeker.needs <= place.meets,
        Reason.BEFORE: place.employer in seeker.before,
    }
    return [reason for reason, holds in found.items() if holds]


def unmatched(
    problem: Problem, matching: Matching, most: int, tell: Callable[[], None] = lambda: None
) -> list[Unmatched]:
    """Every student without a place. Ways out are looked for of the first `most`; `tell` is called before each one."""
    without = [seeker.key for seeker in problem.seekers if seeker.key not in matching.place_of]
    found = []
    for turn, key in enumerate(without):
        tell()
        ways = tuple(sorted(_ways(problem, key), key=lambda way: list(Change).index(way.change))) if turn < most else ()
        found.append(Unmatched(key, ways, *_standing(problem, key)))
    return found


def changed(problem: Problem, seeker_key: int, way: Way) -> Problem:
    """The same problem with the obstacle taken away, for this student and this place."""
    seeker, place = problem.seeker_of[seeker_key], problem.place_of[way.place]
    match way.change:
        case Change.FARTHER:
            return _with_seeker(problem, replace(seeker, most_km=way.km))
        case Change.OCCUPATION:
            return _with_place(problem, replace(place, occupations=place.occupations | seeker.occupations))
        case Change.LANGUAGE:
            return _with_place(problem, replace(place, languages=place.languages | seeker.languages))
        case Change.NEED:
            return _with_place(problem, replace(place, meets=place.meets | seeker.needs))
        case Change.WEEKDAY:
            return _with_place(problem, replace(place, weekdays=place.weekdays | (WORKING_DAYS - seeker.school_days)))
        case Change.ALLOWED:
            return replace(problem, never=problem.never - {(seeker_key, way.place)})
        case Change.PLACE:
            room = {**problem.room}
            if place.employer in room:
                room[place.employer] += 1
            return replace(_with_place(problem, replace(place, places=place.places + 1)), room=room)


def _ways(problem: Problem, key: int) -> Iterator[Way]:
    """Of each kind of change the nearest one that works."""
    named: set[Change] = set()
    tried = 0
    for way in _thinkable(problem, key):
        if way.change in named or tried >= TRIED:
            continue
        tried += 1
        if key in solve(changed(problem, key, way)).place_of:
            named.add(way.change)
            yield way


def _thinkable(problem: Problem, key: int) -> list[Way]:
    """One change away: a place more where nothing stands in the way, else the one obstacle less; the nearest first."""
    seeker = problem.seeker_of[key]
    found: list[tuple[float, Way]] = []
    for place in problem.places:
        far = km(seeker, place)
        standing = list(obstacles(seeker, place, problem.never))
        if not standing:
            found.append((far or 0, Way(Change.PLACE, place.key)))
        elif len(standing) == 1 and standing[0] in _CHANGE_OF:
            reach = ceil(far) if far is not None and standing[0] == Obstacle.TOO_FAR else None
            found.append((far or 0, Way(_CHANGE_OF[standing[0]], place.key, reach)))
    return [way for _far, way in sorted(found, key=lambda row: (row[0], row[1].place))]


def _standing(problem: Problem, key: int) -> tuple[dict[Obstacle, int], int]:
    """How many places each obstacle keeps away, and at how many there is only no room."""
    seeker = problem.seeker_of[key]
    counts: Counter[Obstacle] = Counter()
    full = 0
    for place in problem.places:
        standing = list(obstacles(seeker, place, problem.never))
        counts.update(standing)
        full += not standing
    return dict(counts), full


def _with_seeker(problem: Problem, seeker) -> Problem:
    return replace(problem, seekers=tuple(seeker if one.key == seeker.key else one for one in problem.seekers))


def _with_place(problem: Problem, place) -> Problem:
    return replace(problem, places=tuple(place if one.key == place.key else one for one in problem.places))
