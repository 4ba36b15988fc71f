"""The best way to give all students places, proven.

In this order: as many as can be of those who go first; as many of all; nobody worse off than must be, from the worst
grade down; then the least cost in all. Each is a linear programme over students and places, whose corners are whole
numbers. After each, only what is as good stays possible: a pair with a reduced cost is out, a row with a price is used
up to its end. The prices are whole numbers too and prove the result: no other way can be better by their sum.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from placements.matching.problem import Grade, Pair, Problem

type Tell = Callable[[int, int], None]


class Unsolved(Exception):
    """The solver gave up, or its answer could not be proven. Never seen; a run that meets it says so."""


@dataclass(frozen=True)
class Matching:
    """The place of each student who has one, by key; `proven` by prices.

    `score`: students with priority, students, then those in each grade from the worst on, then the cost.
    """

    pairs: tuple[Pair, ...]
    score: tuple[int, ...]
    proven: bool

    @property
    def place_of(self) -> dict[int, int]:
        return {pair.seeker: pair.place for pair in self.pairs}


def solve(problem: Problem, tell: Tell = lambda done, of: None) -> Matching:
    """The best matching. `tell` hears how many of how many steps are done, and may raise to stop it.

    Raises `Unsolved` when a student is kept at a place that is full.
    """
    pairs = list(problem.pairs())
    goals = _goals(problem, pairs)
    program = _Program(problem, pairs)
    score, proven = [], True
    for step, goal in enumerate(goals):
        tell(step, len(goals))
        value, is_proven = program.best(goal)
        score.append(value)
        proven = proven and is_proven
    tell(len(goals), len(goals))
    chosen = tuple(pair for pair, taken in zip(pairs, program.taken(), strict=True) if taken)
    return Matching(chosen, tuple(score), proven)


def _goals(problem: Problem, pairs: Sequence[Pair]) -> list[list[int]]:
    """What each pair is worth in each step; less is better."""
    first = {seeker.key for seeker in problem.seekers if seeker.priority}
    return [
        [-(pair.seeker in first) for pair in pairs],
        [-1 for _pair in pairs],
        *([int(pair.grade == grade) for pair in pairs] for grade in sorted(Grade, reverse=True)[:-1]),
        [pair.cost for pair in pairs],
    ]


class _Program:
    """Rows: one for each student (at most one place), each place, each firm with a limit. Columns: the pairs."""

    def __init__(self, problem: Problem, pairs: Sequence[Pair]) -> None:
        self._rows = _rows(problem)
        self._lower, self._upper = _bounds(problem, self._rows)
        self._columns = [_rows_of(pair, problem, self._rows) for pair in pairs]
        self._open = [True] * len(pairs)
        self._solver = highspy.Highs()
        self._solver.silent()
        self._solver.setOptionValue("solver", "simplex")
        self._solver.setOptionValue("threads", 1)
        self._solver.passModel(_model(self._columns, self._lower, self._upper))
        self._values = np.zeros(len(pairs))

    def best(self, goal: Sequence[int]) -> tuple[int, bool]:
        """The least sum of the goal, and whether it is proven; from now on only what reaches it is possible."""
        if not goal:
            return 0, True
        count = len(goal)
        self._solver.changeColsCost(count, np.arange(count, dtype=np.int32), np.array(goal, dtype=np.float64))
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Unsolved
        solution = self._solver.getSolution()
        self._values = np.array(solution.col_value)
        prices = [round(price) for price in solution.row_dual]
        value = sum(worth for worth, taken in zip(goal, self.taken(), strict=True) if taken)
        proven = self._is_proven(goal, prices, value)
        self._keep_the_best(goal, prices)
        return value, proven

    def taken(self) -> list[bool]:
        return [bool(value > 0.5) for value in self._values]

    def _is_proven(self, goal: Sequence[int], prices: Sequence[int], value: int) -> bool:
        """No open pair is cheaper than its prices, and what they bind sums up to the value."""
        no_better = all(
            not is_open or worth >= sum(prices[row] for row in rows)
            for worth, rows, is_open in zip(goal, self._columns, self._open, strict=True)
        )
        whole = bool(np.all(np.abs(self._values - np.round(self._values)) < 1e-6))
        bound = sum(price * self._bound(row, price) for row, price in enumerate(prices) if price)
        return no_better and whole and bound == value

    def _bound(self, row: int, price: int) -> int:
        return self._lower[row] if price > 0 else self._upper[row]

    def _keep_the_best(self, goal: Sequence[int], prices: Sequence[int]) -> None:
        out = [
            column
            for column, (worth, rows) in enumerate(zip(goal, self._columns, strict=True))
            if self._open[column] and worth != sum(prices[row] for row in rows)
        ]
        for column in out:
            self._open[column] = False
        zeros = np.zeros(len(out))
        self._solver.changeColsBounds(len(out), np.array(out, dtype=np.int32), zeros, zeros)
        for row, price in enumerate(prices):
            if price and self._lower[row] != self._upper[row]:
                bound = self._bound(row, price)
                self._lower[row] = self._upper[row] = bound
                self._solver.changeRowBounds(row, bound, bound)


def _rows(problem: Problem) -> dict[tuple[str, int], int]:
    names = [("seeker", seeker.key) for seeker in problem.seekers]
    names += [("place", place.key) for place in problem.places]
    names += [("firm", employer) for employer in sorted(problem.room)]
    return {name: row for row, name in enumerate(names)}


def _bounds(problem: Problem, rows: dict[tuple[str, int], int]) -> tuple[list[int], list[int]]:
    lower, upper = [0] * len(rows), [0] * len(rows)
    for seeker in problem.seekers:
        row = rows["seeker", seeker.key]
        lower[row], upper[row] = int(seeker.key in problem.keep), 1
    for place in problem.places:
        upper[rows["place", place.key]] = place.places
    for employer, room in problem.room.items():
        upper[rows["firm", employer]] = room
    return lower, upper


def _rows_of(pair: Pair, problem: Problem, rows: dict[tuple[str, int], int]) -> list[int]:
    firm = rows.get(("firm", problem.place_of[pair.place].employer))
    return [rows["seeker", pair.seeker], rows["place", pair.place], *([] if firm is None else [firm])]


def _model(columns: Sequence[Sequence[int]], lower: Sequence[int], upper: Sequence[int]) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), len(lower)
    model.col_cost_ = np.zeros(len(columns))
    model.col_lower_ = np.zeros(len(columns))
    model.col_upper_ = np.full(len(columns), highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    sizes = [len(rows) for rows in columns]
    model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
    model.a_matrix_.index_ = np.array([row for rows in columns for row in rows], dtype=np.int32)
    model.a_matrix_.value_ = np.ones(sum(sizes))
    return model
