"""Measures pages of a scale world: whole requests beside the page's own SQL run bare, in one run."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role

PAGES = [
    *((f"home of the {role}", role, "reports:home") for role in Role if role not in (Role.SUPERVISOR, Role.OWNER)),
    ("week of the supervisor", Role.SUPERVISOR, "placements:host"),
    ("week of the owner", Role.OWNER, "placements:host"),
    ("placements", Role.COORDINATOR, "reports:placements"),
    ("students", Role.COORDINATOR, "reports:students"),
    ("employers", Role.COORDINATOR, "employers:employers"),
    ("saved views", Role.COORDINATOR, "reports:saved_views"),
    ("matchings", Role.COORDINATOR, "placements:matchings"),
    ("programmes", Role.COORDINATOR, "schools:programmes"),
    ("imports", Role.COORDINATOR, "exchange:imports"),
    ("letters", Role.COORDINATOR, "reminders:letters"),
    ("members", Role.ADMINISTRATOR, "accounts:members"),
    ("to decide", Role.TEACHER, "credits:to_decide"),
    ("talks", Role.SAFEGUARDING, "placements:notes"),
]


@dataclass(frozen=True)
class Figure:
    name: str
    students: int
    median_ms: float
    sql_ms: float
    ratio: float
    queries: int
    bytes: int


def figures(*, students: int, requests: int) -> list[dict]:
    """One row a page, as `build/bench.json` holds them."""
    settings.ALLOWED_HOSTS = ["testserver"]
    return [asdict(_measure(name, role, reverse(url), students, requests)) for name, role, url in PAGES]


def _measure(name: str, role: Role, path: str, students: int, requests: int) -> Figure:
    client = Client()
    client.force_login(User.objects.get(email=f"{role}@scale.example"))
    client.get(path)  # the first request of a process may fill caches
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, f"{path} for {role}: {answer.status_code}"
    queries = [query["sql"] for query in captured.captured_queries]
    statements = [sql for sql in queries if sql.startswith("SELECT")]
    whole = _median(lambda: client.get(path), requests)
    bare = _median(lambda: run(statements), requests)
    return Figure(
        name=name,
        students=students,
        median_ms=round(whole, 2),
        sql_ms=round(bare, 2),
        ratio=round(whole / bare, 2),
        queries=len(queries),
        bytes=len(answer.content),
    )


def against(small: list[dict], large: list[dict]) -> dict[str, float]:
    """How many times as long each page takes in the large world as in the small one."""
    before = {row["name"]: row["median_ms"] for row in small}
    return {row["name"]: round(row["median_ms"] / before[row["name"]], 2) for row in large}


def run(statements: list[str]) -> None:
    """The bare SQL; answers are fetched and thrown away."""
    with connection.cursor() as cursor:
        for statement in statements:
            # Placeholders are already filled in; a doubled sign keeps the driver from looking for more.
            cursor.execute(statement.replace("%", "%%"), [])
            if cursor.description:
                cursor.fetchall()


def _median(work: Callable[[], object], times: int) -> float:
    """Milliseconds."""
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took)
