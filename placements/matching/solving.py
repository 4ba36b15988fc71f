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
    """Rows: one for each student (at most one place), each place, each firm with a limit. Columns: the pairs.

    `_table` holds the rows of each pair; the last row is none, for pairs at firms without a limit.
    """

    def __init__(self, problem: Problem, pairs: Sequence[Pair]) -> None:
        rows = _rows(problem)
        self._lower, self._upper = _bounds(problem, rows)
        self._table = np.array([_rows_of(pair, problem, rows) for pair in pairs], dtype=np.int32).reshape(-1, 3)
        self._open = np.full(len(pairs), fill_value=True)
        self._values = np.zeros(len(pairs))
        self._solver = highspy.Highs()
        self._solver.silent()
        self._solver.setOptionValue("solver", "simplex")
        self._solver.setOptionValue("threads", 1)
        self._solver.passModel(_model(self._table, self._lower, self._upper))

    def best(self, goal: Sequence[int]) -> tuple[int, bool]:
        """The least sum of the goal, and whether it is proven; from now on only what reaches it is possible."""
        worth = np.array(goal, dtype=np.int64)
        columns = np.arange(len(worth), dtype=np.int32)
        self._solver.changeColsCost(len(worth), columns, worth.astype(np.float64))
        self._solver.run()
        if self._solver.getModelStatus() not in (
            highspy.HighsModelStatus.kOptimal,
            highspy.HighsModelStatus.kModelEmpty,
        ):
            raise Unsolved
        solution = self._solver.getSolution()
        self._values = np.array(solution.col_value)
        prices = np.rint(np.array(solution.row_dual)).astype(np.int64)
        left = worth - np.append(prices, 0)[self._table].sum(axis=1)
        value = int(worth[self.taken()].sum())
        proven = self._is_proven(left, prices, value)
        self._keep_the_best(left, prices)
        return value, proven

    def taken(self) -> np.ndarray:
        return self._values > 0.5

    def _is_proven(self, left: np.ndarray, prices: np.ndarray, value: int) -> bool:
        """No open pair is cheaper than its prices, and what they bind sums up to the value."""
        whole = bool(np.all(np.abs(self._values - np.rint(self._values)) < 1e-6))
        bound = int((prices * self._bound(prices)).sum())
        return whole and bool(np.all(left[self._open] >= 0)) and bound == value

    def _bound(self, prices: np.ndarray) -> np.ndarray:
        """What each row comes to where it has a price: its least where more would cost, else its most."""
        return np.where(prices > 0, self._lower, self._upper)

    def _keep_the_best(self, left: np.ndarray, prices: np.ndarray) -> None:
        out = np.flatnonzero(self._open & (left != 0)).astype(np.int32)
        self._open[out] = False
        zeros = np.zeros(len(out))
        self._solver.changeColsBounds(len(out), out, zeros, zeros)
        tight = np.flatnonzero((prices != 0) & (self._lower != self._upper))
        self._lower[tight] = self._upper[tight] = self._bound(prices)[tight]
        for row in tight.tolist():
            self._solver.changeRowBounds(row, float(self._lower[row]), float(self._upper[row]))


def _rows(problem: Problem) -> dict[tuple[str, int], int]:
    names = [("seeker", seeker.key) for seeker in problem.seekers]
    names += [("place", place.key) for place in problem.places]
    names += [("firm", employer) for employer in sorted(problem.room)]
    return {name: row for row, name in enumerate(names)}


def _bounds(problem: Problem, rows: dict[tuple[str, int], int]) -> tuple[np.ndarray, np.ndarray]:
    lower, upper = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for seeker in problem.seekers:
        row = rows["seeker", seeker.key]
        lower[row], upper[row] = int(seeker.key in problem.keep), 1
    for place in problem.places:
        upper[rows["place", place.key]] = place.places
    for employer, room in problem.room.items():
        upper[rows["firm", employer]] = room
    return lower, upper


def _rows_of(pair: Pair, problem: Problem, rows: dict[tuple[str, int], int]) -> tuple[int, int, int]:
    firm = rows.get(("firm", problem.place_of[pair.place].employer), len(rows))
    return rows["seeker", pair.seeker], rows["place", pair.place], firm


def _model(table: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> highspy.HighsLp:
    real = table < len(lower)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(table), len(lower)
    model.col_cost_ = np.zeros(len(table))
    model.col_lower_ = np.zeros(len(table))
    model.col_upper_ = np.full(len(table), highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = lower.astype(np.float64), upper.astype(np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(real.sum(axis=1)))).astype(np.int32)
    model.a_matrix_.index_ = table[real].astype(np.int32)
    model.a_matrix_.value_ = np.ones(int(real.sum()))
    return model
