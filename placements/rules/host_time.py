"""How long a host was at it: seconds of one form, their share per placement, and the figures that a school may show."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

LONG = 600
CUT_TO = 60
FEWEST = 5


def active(elapsed: float, idle: int | None) -> tuple[int, bool]:
    """Whole active seconds of a form that was open for `elapsed` seconds, and whether idle time is known.

    `idle` is what the browser counted: gaps of more than 60 s without a touch. More than the whole is the whole.
    Without it (no script) the time is taken as it is up to 10 minutes; a longer one is cut to 60 s, because nobody
    can tell reading from a phone that lay on the bench.
    """
    open_for = max(0, int(elapsed))
    if idle is not None:
        return open_for - min(max(0, idle), open_for), True
    return (CUT_TO if open_for > LONG else open_for), False


def share(seconds: int, parts: int) -> list[int]:
    """Whole seconds for each of `parts`, as even as can be; their sum is `seconds`. No parts: no seconds."""
    if parts < 1:
        return []
    each, rest = divmod(seconds, parts)
    return [each + 1] * rest + [each] * (parts - rest)


@dataclass(frozen=True)
class Figures:
    """Indicator C2: seconds of `n` closing feedbacks; `missing` were given with no time known (paper, phone).

    `median` and `p90` are empty where fewer than 5 are known: one host could be told from it.
    """

    n: int
    missing: int
    median: int | None
    p90: int | None


def figures(seconds: Sequence[int | None]) -> Figures:
    """The figures of feedbacks, each with its active seconds or nothing; `p90` is by nearest rank."""
    known = sorted(one for one in seconds if one is not None)
    missing = len(seconds) - len(known)
    if len(known) < FEWEST:
        return Figures(len(known), missing, None, None)
    rank = -(-9 * len(known) // 10)
    return Figures(len(known), missing, round(median(known)), known[rank - 1])
