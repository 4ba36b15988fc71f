"""Measures a replay of credit: the sums alone, the same sums fetched as work of each student, the papers of each
student beside it, and the engine apart.

Each measure runs in a process of its own, so that its peak of memory is its own.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings
from django.db import connection, transaction

from credits import replay
from credits.rules.evaluate import evaluate
from demo.scale_credit import PREFIX
from placements.models import WorkEntry
from schools.models import Enrolment, RuleSetVersion

SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Figure:
    """Seconds of the bare aggregate and of the fetch of the same sums; microseconds a student of everything else that
    is read and put together (papers, agreements, exceptions), and of the engine; megabytes at the peak."""

    students: int
    entries: int
    bare_s: float
    fetch_s: float
    ratio: float
    papers_us: float
    engine_us: float
    peak_mb: int


def figures(*, students: int, today: date) -> list[dict]:
    """One row for each size up to `students`."""
    return [_apart(size, today) for size in [*(size for size in SIZES if size < students), students]]


def _apart(students: int, today: date) -> dict:
    program = f"from demo.measure_credit import one; one({students}, {today.toordinal()})"
    argv = [sys.executable, str(settings.BASE_DIR / "manage.py"), "shell", "--no-imports", "--command", program]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)  # noqa: S603  our own program
    return json.loads(done.stdout.splitlines()[-1])


def one(students: int, day: int) -> None:
    """Measure one size and print its row; what a process of its own runs."""
    today = date.fromordinal(day)
    version = RuleSetVersion.objects.filter(rule_set__general=True).latest("number")
    keys = Enrolment.objects.filter(student__school__name__startswith=f"{PREFIX} ").order_by("pk")
    last = keys.values_list("pk", flat=True)[students - 1]
    chosen = Enrolment.objects.filter(pk__lte=last, student__school__name__startswith=f"{PREFIX} ")
    bare = _seconds(lambda: _bare(chosen))
    spent = [0.0]
    whole = _seconds(lambda: _replayed(version, chosen, today, spent))
    fetch = _seconds(lambda: _fetched(chosen))
    row = Figure(
        students=students,
        entries=WorkEntry.objects.filter(placement__enrolment__in=chosen).count(),
        bare_s=round(bare, 2),
        fetch_s=round(fetch, 2),
        ratio=round(fetch / bare, 2),
        papers_us=round((whole - spent[0] - fetch) / students * 1e6, 1),
        engine_us=round(spent[0] / students * 1e6, 1),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )
    sys.stdout.write(json.dumps(asdict(row)) + "\n")


def _bare(chosen) -> None:
    """The sums with the same GROUP BY, all computed and none sent."""
    sql, values = replay.grouped(chosen)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replay.PLANNED)
        cursor.execute(f"SELECT count(*), sum(minutes) FROM ({sql}) sums", values)  # noqa: S608  our own query
        cursor.fetchall()


def _fetched(chosen) -> None:
    with transaction.atomic():
        for _enrolment, _items in replay.weeks(chosen):
            pass


def _replayed(version: RuleSetVersion, chosen, today: date, spent: list[float]) -> None:
    for _key, case in replay.cases(version, chosen, today=today):
        begin = time.perf_counter()
        evaluate(case)
        spent[0] += time.perf_counter() - begin


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
