"""What is known of students who look for places and of the places, and what stands in the way of a pair.

A host has no say in who comes beyond what stands in `Place`: nothing here says who a student is (E40).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

WORKING_DAYS = frozenset(range(5))
NEAR_KM = 5.0
UNKNOWN_KM = 10.0
"""What a way counts of which nobody knows the length."""


class Obstacle(StrEnum):
    """Why a student cannot go to a place."""

    TOO_FAR = "too_far"
    OCCUPATION = "occupation"
    LANGUAGE = "language"
    NEED = "need"
    WEEKDAYS = "weekdays"
    AGE = "age"
    NEVER = "never"


class Grade(IntEnum):
    """How good a place is for a student, the best first."""

    FIRST_WISH = 0
    WISH = 1
    NEAR = 2
    FAR = 3


@dataclass(frozen=True)
class Seeker:
    """A student who looks for a place. `position` is in degrees, `wanted` are firms, the most wanted first.

    `school_days` are weekdays (Monday is 0), `before` firms where the student was already.
    """

    key: int
    priority: bool = False
    position: tuple[float, float] | None = None
    most_km: float | None = None
    occupations: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    school_days: frozenset[int] = frozenset()
    wanted: tuple[int, ...] = ()
    before: frozenset[int] = frozenset()
    age: int | None = None


@dataclass(frozen=True)
class Place:
    """What a host offers: so many `places` at a firm. An empty set asks for nothing, but `meets` only what it names."""

    key: int
    employer: int
    places: int = 1
    position: tuple[float, float] | None = None
    occupations: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    meets: frozenset[str] = frozenset()
    weekdays: frozenset[int] = frozenset()
    least_age: int | None = None


@dataclass(frozen=True)
class Pair:
    """A student and a place that go together. `cost` makes up the total: tenths of a kilometre, and wishes."""

    seeker: int
    place: int
    grade: Grade
    cost: int


@dataclass(frozen=True)
class Problem:
    """Who and where; `room` is how many a firm takes in all where it says so; what people have settled before.

    `keep` is the place of a student by key, whatever stands in the way; `never` are pairs of keys, and so are those
    that are `excepted`: what stands in their way does not count.
    """

    seekers: tuple[Seeker, ...]
    places: tuple[Place, ...]
    room: Mapping[int, int] = field(default_factory=dict)
    keep: Mapping[int, int] = field(default_factory=dict)
    never: frozenset[tuple[int, int]] = frozenset()
    excepted: frozenset[tuple[int, int]] = frozenset()

    @cached_property
    def seeker_of(self) -> dict[int, Seeker]:
        return {seeker.key: seeker for seeker in self.seekers}

    @cached_property
    def place_of(self) -> dict[int, Place]:
        return {place.key: place for place in self.places}

    def pairs(self) -> Iterator[Pair]:
        """Every pair without an obstacle; for a student who is kept somewhere only that one."""
        by_occupation = self._by_occupation()
        for seeker in self.seekers:
            if seeker.key in self.keep:
                yield pair(seeker, self.place_of[self.keep[seeker.key]])
                continue
            excepted = [self.place_of[place] for key, place in sorted(self.excepted) if key == seeker.key]
            yield from (pair(seeker, place) for place in excepted)
            for place in _candidates(seeker, by_occupation, self.places):
                if place not in excepted and next(obstacles(seeker, place, self.never), None) is None:
                    yield pair(seeker, place)

    def _by_occupation(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            for code in place.occupations or ("",):
                found[code].append(place)
        return found


def obstacles(seeker: Seeker, place: Place, never: frozenset[tuple[int, int]] = frozenset()) -> Iterator[Obstacle]:
    """All that stands in the way of this pair."""
    if seeker.occupations and place.occupations and not seeker.occupations & place.occupations:
        yield Obstacle.OCCUPATION
    if (seeker.key, place.key) in never:
        yield Obstacle.NEVER
    if seeker.needs - place.meets:
        yield Obstacle.NEED
    if place.languages and not place.languages & seeker.languages:
        yield Obstacle.LANGUAGE
    if not (place.weekdays or WORKING_DAYS) - seeker.school_days:
        yield Obstacle.WEEKDAYS
    if place.least_age is not None and seeker.age is not None and seeker.age < place.least_age:
        yield Obstacle.AGE
    if seeker.most_km is not None and (far := km(seeker, place)) is not None and far > seeker.most_km:
        yield Obstacle.TOO_FAR


def pair(seeker: Seeker, place: Place) -> Pair:
    far = km(seeker, place)
    rank = seeker.wanted.index(place.employer) if place.employer in seeker.wanted else None
    cost = round(10 * (UNKNOWN_KM if far is None else far))
    cost += 100 * (len(seeker.wanted) if rank is None else rank)
    cost -= 20 if place.employer in seeker.before else 0
    return Pair(seeker.key, place.key, _grade(seeker, far, rank), max(cost, 0))


def _grade(seeker: Seeker, far: float | None, rank: int | None) -> Grade:
    if rank is not None:
        return Grade.WISH if rank else Grade.FIRST_WISH
    reach = NEAR_KM if seeker.most_km is None else seeker.most_km / 2
    return Grade.FAR if far is not None and far > reach else Grade.NEAR


def km(seeker: Seeker, place: Place) -> float | None:
    """The way as the crow flies; None where one of the two positions is not known."""
    if seeker.position is None or place.position is None:
        return None
    north, east = map(radians, seeker.position)
    north_too, east_too = map(radians, place.position)
    bend = sin((north - north_too) / 2) ** 2 + cos(north) * cos(north_too) * sin((east - east_too) / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(bend)))


def _candidates(seeker: Seeker, by_occupation: dict[str, list[Place]], places: tuple[Place, ...]) -> Iterator[Place]:
    """Places of the student's occupations and those for any, each once."""
    if not seeker.occupations:
        yield from places
        return
    seen: set[int] = set()
    for code in (*sorted(seeker.occupations), ""):
        for place in by_occupation.get(code, ()):
            if place.key not in seen:
                seen.add(place.key)
                yield place
