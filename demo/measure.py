"""Measures pages of a scale world: whole requests beside the page's own SQL run bare, in one run."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from placements.models import Placement

HOMES = [
    *((f"home of the {role}", role, "reports:home") for role in Role if role not in (Role.SUPERVISOR, Role.OWNER)),
    ("week of the supervisor", Role.SUPERVISOR, "placements:host"),
    ("week of the owner", Role.OWNER, "placements:host"),
    ("members", Role.ADMINISTRATOR, "accounts:members"),
    ("to decide", Role.TEACHER, "credits:to_decide"),
    ("talks", Role.SAFEGUARDING, "placements:notes"),
]
# Every page that a coordinator reads, by whose page it is; "planned" is a placement that has not begun.
COORDINATORS = {
    "": (
        "reports:placements", "reports:students", "employers:employers", "reports:saved_views", "reports:colleagues",
        "reports:late_contacts", "reports:hand_on", "reports:hand_overs", "placements:rounds", "placements:round_new",
        "placements:adjustments_refused", "employers:doubles", "placements:places", "placements:matchings",
        "placements:matching_new", "placements:new", "placements:interrupt", "placements:alerts", "placements:learned",
        "placements:incidents", "placements:concerns", "credits:pace", "schools:programmes", "schools:new_year",
        "schools:rule_sets", "exchange:imports", "reminders:letters", "reminders:left_out", "reminders:many_again",
    ),
    "placement": (
        "reports:placement", "placements:change", "placements:segments", "placements:links", "placements:hours",
        "placements:feedback", "placements:skills", "placements:alerts_of", "placements:week_sheet",
        "placements:report_hours", "placements:contacts", "placements:contact_new", "placements:absence_new",
        "placements:demonstrations", "reminders:about",
    ),
    "planned": ("placements:plan", "placements:request_new"),
    "student": ("reports:student", "credits:transcript"),
    "enrolment": ("credits:decision", "credits:records", "schools:exceptions", "schools:own_school_days"),
    "employer": (
        "employers:employer", "employers:firm_name", "employers:relation", "reports:relationship", "employers:twice",
        "employers:site_new", "placements:host_stops", "placements:employer_time",
    ),
    "site": ("employers:closed_days", "employers:site", "employers:offer_new", "employers:supervisor_new"),
    "programme": ("schools:programme",),
    "cohort": ("schools:cohort", "schools:enrol", "schools:school_days"),
}  # fmt: skip


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
    return [asdict(_measure(name, role, path, students, requests)) for name, role, path in pages()]


def pages() -> list[tuple[str, Role, str]]:
    """Name, role and address of each page that is measured."""
    things = _things()
    return [(name, role, reverse(url)) for name, role, url in HOMES] + [
        (url, Role.COORDINATOR, reverse(url, args=[things[thing]] if thing else []))
        for thing, urls in COORDINATORS.items()
        for url in urls
    ]


def _things() -> dict[str, UUID]:
    """Whose pages are opened: those of a student whom the coordinator with an account looks after."""
    placements = Placement.objects.order_by("pk")
    running = placements.filter(
        state=Placement.State.RUNNING, coordinator__user__email=f"{Role.COORDINATOR}@scale.example"
    ).select_related("employer", "enrolment__student", "enrolment__cohort__version__programme")[0]
    enrolment = running.enrolment
    assert enrolment
    assert running.employer
    found = {
        "placement": running,
        "planned": placements.filter(state=Placement.State.PLANNED, school=running.school_id)[0],
        "student": enrolment.student,
        "enrolment": enrolment,
        "employer": running.employer,
        "site": running.employer.sites.order_by("pk")[0],
        "programme": enrolment.cohort.version.programme,
        "cohort": enrolment.cohort,
    }
    return {name: thing.public_id for name, thing in found.items()}


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
