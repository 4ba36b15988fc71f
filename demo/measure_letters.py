"""Measures a sweep among many open deadlines: the whole of it beside its own SQL run bare, in one run.

Each size runs in a process of its own, in a transaction that is taken back.
"""

import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from demo import scale_letters
from demo.measure import run
from reminders.models import Due, Outbox
from reminders.sweeping import sweep

DUE = 5_000
SMALL = 10_000
TIMES = 3


@dataclass(frozen=True)
class Figure:
    """`open` deadlines of which `due` are decided on; seconds of a sweep and of its SQL alone; megabytes of Python
    at the peak; the index by which rows are claimed."""

    open: int
    due: int
    letters: int
    sweep_s: float
    sql_s: float
    ratio: float
    statements: int
    peak_mb: float
    index: str


def figures(*, deadlines: int, today: date) -> list[dict]:
    """One row for 10,000 open deadlines and one for so many."""
    return [_apart(later, today) for later in sorted({SMALL, deadlines})]


def server() -> str:
    """The database server and its version."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def _apart(later: int, today: date) -> dict:
    program = f"from demo.measure_letters import one; one({later}, {today.toordinal()})"
    argv = [sys.executable, str(settings.BASE_DIR / "manage.py"), "shell", "--no-imports", "--command", program]
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603  our own program
    return json.loads(done.stdout.splitlines()[-1])


@transaction.atomic
def one(later: int, day: int) -> None:
    """Measure one size and print its row; what a process of its own runs."""
    now = scale_letters.moment(date.fromordinal(day))
    scale_letters.seed(due=DUE, later=later, now=now)
    decided, letters, statements = _captured(now)
    whole = _median(lambda: list(sweep(now=now)))
    bare = _median(lambda: run(statements))
    row = Figure(
        open=Due.objects.filter(state=Due.State.WAITING).count(),
        due=decided,
        letters=letters,
        sweep_s=round(whole, 2),
        sql_s=round(bare, 2),
        ratio=round(whole / bare, 2),
        statements=len(statements),
        peak_mb=round(_peak(lambda: list(sweep(now=now))), 1),
        index=_index_of(next(sql for sql in statements if "FOR UPDATE" in sql and '"due_at" <=' in sql)),
    )
    transaction.set_rollback(True)
    sys.stdout.write(json.dumps(asdict(row)) + "\n")


def _captured(now) -> tuple[int, int, list[str]]:
    """How many rows a sweep decides, how many letters it makes, and its statements with their values."""
    found: list = []

    def work() -> None:
        before = Outbox.objects.count()
        with CaptureQueriesContext(connection) as captured:
            found.append(len(list(sweep(now=now))))
        found.append(Outbox.objects.count() - before)
        found.append([query["sql"] for query in captured.captured_queries])

    _taken_back(work)
    decided, letters, statements = found
    return decided, letters, statements


def _taken_back(work: Callable[[], object]) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def _median(work: Callable[[], object]) -> float:
    """Seconds, each time from the same rows."""
    took = []

    def timed() -> None:
        begin = time.perf_counter()
        work()
        took.append(time.perf_counter() - begin)

    for _ in range(TIMES):
        _taken_back(timed)
    return statistics.median(took)


def _peak(work: Callable[[], object]) -> float:
    """Megabytes of Python beyond what there was before."""
    tracemalloc.start()
    _taken_back(work)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1024 / 1024


def _index_of(statement: str) -> str:
    """By which index the planner finds the rows of what is due."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"), [])
        plan = cursor.fetchone()[0]
    return _index_in(plan[0]["Plan"]) or "none"


def _index_in(node: dict) -> str:
    own = node.get("Index Name", "") if node.get("Relation Name", "reminders_due") == "reminders_due" else ""
    return own or next((name for child in node.get("Plans", []) if (name := _index_in(child))), "")
