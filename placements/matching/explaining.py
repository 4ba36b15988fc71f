"""Why a student goes to a place, and what would have to be otherwise for one who found none.

A way out is only named when it is certain: with what it names, the student has a place and nobody loses one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from placements.matching.problem import Obstacle, Place, Problem, Seeker, km, obstacles
from placements.matching.solving import Matching

type Standing = list[tuple[Place, list[Obstacle]]]
"""What stands between one student and each place."""


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


def unmatched(problem: Problem, matching: Matching, tell: Callable[[], None] = lambda: None) -> list[Unmatched]:
    """Every student without a place, with the ways out; `tell` is called before each one."""
    roomy = places_with_room(problem, matching)
    found = []
    for key in (seeker.key for seeker in problem.seekers if seeker.key not in matching.place_of):
        tell()
        standing = [(place, list(obstacles(problem.seeker_of[key], place, problem.never))) for place in problem.places]
        ways = sorted(_ways(problem.seeker_of[key], standing, roomy), key=lambda way: list(Change).index(way.change))
        counts = Counter(obstacle for _place, against in standing for obstacle in against)
        full = sum(1 for _place, against in standing if not against)
        found.append(Unmatched(key, tuple(ways), dict(counts), full))
    return found


def places_with_room(problem: Problem, matching: Matching) -> set[int]:
    """Places that could take one student more while everybody else keeps a place, here or at another one.

    From each free place backwards: who could move there frees the place where they are now, and so on. One student
    more at such a place is one match more in all, so every best matching takes them.
    """
    at_place = Counter(pair.place for pair in matching.pairs)
    at_firm = Counter(problem.place_of[pair.place].employer for pair in matching.pairs)
    places_of, movers = defaultdict(list), defaultdict(list)
    for place in problem.places:
        places_of[place.employer].append(place.key)
    for pair in problem.pairs():
        if (now := matching.place_of.get(pair.seeker)) not in (None, pair.place):
            movers[pair.place].append(now)

    def after(key: int) -> Iterator[int]:
        """Places that have room because this one has: whoever is there can go here, or the firm has room again."""
        yield from movers[key]
        if at_place[key] and problem.place_of[key].employer in problem.room:
            yield from (near for near in places_of[problem.place_of[key].employer] if _is_free(problem, near, at_place))

    found: set[int] = set()
    ahead = [
        place.key
        for place in problem.places
        if _is_free(problem, place.key, at_place)
        and at_firm[place.employer] < problem.room.get(place.employer, at_firm[place.employer] + 1)
    ]
    while ahead:
        if (key := ahead.pop()) not in found:
            found.add(key)
            ahead.extend(after(key))
    return found


def _is_free(problem: Problem, key: int, at_place: Counter[int]) -> bool:
    return at_place[key] < problem.place_of[key].places


def changed(problem: Problem, seeker_key: int, way: Way) -> Problem:
    """The same problem with the obstacle taken away, for this student and this place."""
    seeker, place = problem.seeker_of[seeker_key], problem.place_of[way.place]
    match way.change:
        case Change.FARTHER:
            farther = replace(seeker, most_km=way.km)
            return replace(problem, seekers=tuple(farther if one == seeker else one for one in problem.seekers))
        case Change.ALLOWED:
            return replace(problem, never=problem.never - {(seeker_key, way.place)})
        case Change.PLACE:
            more = replace(place, places=place.places + 1)
            room = {firm: most + (firm == place.employer) for firm, most in problem.room.items()}
            return replace(
                problem,
                places=tuple(more if one == place else one for one in problem.places),
                room=room,
                keep={**problem.keep, seeker_key: way.place},
            )
        case _:
            return replace(problem, excepted=problem.excepted | {(seeker_key, way.place)})


def _ways(seeker: Seeker, standing: Standing, roomy: set[int]) -> Iterator[Way]:
    """Of each kind of change the nearest one that works. A place more works anywhere: it is for this student."""
    named: set[Change] = set()
    for way in _thinkable(seeker, standing):
        if way.change not in named and (way.change == Change.PLACE or way.place in roomy):
            named.add(way.change)
            yield way


def _thinkable(seeker: Seeker, standing: Standing) -> list[Way]:
    """One change away: a place more where nothing stands in the way, else the one obstacle less; the nearest first."""
    found: list[tuple[float, Way]] = []
    for place, against in standing:
        if len(against) > 1 or (against and against[0] not in _CHANGE_OF):
            continue
        far = km(seeker, place)
        change = _CHANGE_OF[against[0]] if against else Change.PLACE
        reach = ceil(far) if far is not None and change == Change.FARTHER else None
        found.append((far or 0, Way(change, place.key, reach)))
    return [way for _far, way in sorted(found, key=lambda row: (row[0], row[1].place))]
