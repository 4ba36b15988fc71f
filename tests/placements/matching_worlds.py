"""Students and places by chance, the same for the same seed, and a second way to the best matching of them."""

from random import Random

import numpy as np
import scipy.optimize
import scipy.sparse

from placements.matching.problem import Grade, Place, Problem, Seeker


def world(
    seekers: int, places: int, *, seed: int, trades: int = 6, width_km: float = 60, nested: bool = True
) -> Problem:
    """So many students and places on a square of that width, each of one of so many trades; `nested` firms have
    several places."""
    dice = Random(seed)

    def position() -> tuple[float, float]:
        return 51.5 + dice.random() * width_km / 111, -0.1 + dice.random() * width_km / 69

    offered = tuple(
        Place(
            key=number,
            employer=number // 2 if nested and number % 5 == 0 else number,
            places=dice.choice((1, 1, 2, 3, 4)),
            position=position(),
            occupations=frozenset([str(dice.randrange(trades))]),
            languages=frozenset() if dice.random() < 0.5 else frozenset([dice.choice(("en", "fr"))]),
            meets=frozenset(need for need in ("step_free", "quiet") if dice.random() < 0.5),
            weekdays=frozenset() if dice.random() < 0.5 else frozenset(dice.sample(range(5), 2)),
            least_age=18 if dice.random() < 0.1 else None,
        )
        for number in range(places)
    )
    looking = tuple(
        Seeker(
            key=number,
            priority=dice.random() < 0.1,
            position=position(),
            most_km=dice.choice((8, 12, 20, None)),
            occupations=frozenset([str(dice.randrange(trades))]),
            languages=frozenset([dice.choice(("en", "fr"))]),
            needs=frozenset(["step_free"]) if dice.random() < 0.1 else frozenset(),
            school_days=frozenset(dice.sample(range(5), dice.choice((1, 4)))),
            wanted=tuple(dice.sample(range(places), min(3, places))),
            age=dice.choice((16, 17, 18)),
        )
        for number in range(seekers)
    )
    room = {employer: 2 for employer in range(places) if dice.random() < 0.2}
    return Problem(looking, offered, room)


def best_score_by_assignment(problem: Problem) -> tuple[int, ...]:
    """The same for a problem whose firms have one place each, by the Hungarian method on single seats.

    Counts come from weights that leave no choice; the cost from smaller ones that lead to the same counts, so that the
    sums stay whole in floating point.
    """
    counts = _assigned(problem, [2001**4, 2001**3, 2001**2, 2001, 1, 0])
    found = _assigned(problem, [10**12, 10**10, 10**8, 10**6, 10**4, 1])
    assert found[:5] == counts[:5]
    return found


def _assigned(problem: Problem, weights: list[int]) -> tuple[int, ...]:
    """The score of the assignment that is best by these weights of the six goals."""
    seats = [
        place.key
        for place in problem.places
        for _seat in range(min(place.places, problem.room.get(place.employer, 99)))
    ]
    seats_of: dict[int, list[int]] = {}
    for column, key in enumerate(seats):
        seats_of.setdefault(key, []).append(column)
    goals = {(pair.seeker, pair.place): _worth(problem, pair) for pair in problem.pairs()}
    table = np.zeros((len(problem.seekers), len(seats)))
    row_of = {seeker.key: row for row, seeker in enumerate(problem.seekers)}
    for (seeker, place), goal in goals.items():
        table[row_of[seeker], seats_of[place]] = sum(weight * part for weight, part in zip(weights, goal, strict=True))
    rows, columns = scipy.optimize.linear_sum_assignment(table)
    chosen = [
        goals[problem.seekers[row].key, seats[column]]
        for row, column in zip(rows, columns, strict=True)
        if table[row, column]
    ]
    return tuple(sum(parts) for parts in zip(*chosen, strict=True))


def _worth(problem: Problem, pair) -> tuple[int, ...]:
    first = -int(problem.seeker_of[pair.seeker].priority)
    return (first, -1, *(int(pair.grade == grade) for grade in (Grade.FAR, Grade.NEAR, Grade.WISH)), pair.cost)


def best_score(problem: Problem) -> tuple[int, ...]:
    """The score of the best matching by mixed-integer programming: each goal as a wall for the next one."""
    pairs = list(problem.pairs())
    if not pairs:
        return (0,) * 6
    first = {seeker.key for seeker in problem.seekers if seeker.priority}
    goals = [
        [-(pair.seeker in first) for pair in pairs],
        [-1] * len(pairs),
        *([pair.grade == grade for pair in pairs] for grade in (Grade.FAR, Grade.NEAR, Grade.WISH)),
        [pair.cost for pair in pairs],
    ]
    walls = [_at_most(pairs, problem)]
    score = []
    for goal in goals:
        worth = np.array(goal, dtype=float)
        answer = scipy.optimize.milp(
            worth, constraints=walls, integrality=np.ones(len(pairs)), bounds=scipy.optimize.Bounds(0, 1)
        )
        score.append(round(answer.fun))
        walls.append(scipy.optimize.LinearConstraint(worth[None, :], -np.inf, score[-1] + 0.25))
    return tuple(score)


def _at_most(pairs, problem: Problem) -> scipy.optimize.LinearConstraint:
    limits: dict[tuple, int] = {("seeker", one.key): 1 for one in problem.seekers}
    limits |= {("place", one.key): one.places for one in problem.places}
    limits |= {("firm", employer): room for employer, room in problem.room.items()}
    row = {name: number for number, name in enumerate(limits)}
    table = scipy.sparse.lil_matrix((len(limits), len(pairs)))
    for column, pair in enumerate(pairs):
        firm = problem.place_of[pair.place].employer
        for name in (("seeker", pair.seeker), ("place", pair.place), ("firm", firm)):
            if name in row:
                table[row[name], column] = 1
    return scipy.optimize.LinearConstraint(table.tocsr(), -np.inf, list(limits.values()))
