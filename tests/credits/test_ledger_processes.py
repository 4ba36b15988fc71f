"""Real processes on a real server: decisions at one instant, killed in the middle, and around a restart.

The processes sign in as the application does, with the rights that it has.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from config.launch import roles, server
from config.launch.children import Children
from config.launch.preparation import manage
from config.launch.server import NAME, Server

pytestmark = pytest.mark.real
ROOT = Path(__file__).resolve().parents[2]
LOAD = """
import django; django.setup()
from datetime import date
from accounts.models import Person
from demo.world import load
from placements.models import Placement
from schools.models import Enrolment
load(today=date(2026, 11, 24), crowd=False)
per = Enrolment.objects.get(student__person__given_name="Per", student__person__family_name="Ek")
Placement.objects.filter(enrolment=per).update(teacher=Person.objects.exclude(pk=per.teacher_id).order_by("pk")[0])
"""
LEFT = """
SELECT (SELECT count(*) FROM credits_evaluation), (SELECT count(*) FROM credits_decision),
       (SELECT count(*) FROM core_transition), (SELECT count(*) FROM credits_ledgerentry)
"""


class Teacher:
    """One of two teachers of the same student, in a process of their own."""

    def __init__(self, number: int, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.credits.teacher", str(number)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def say(self, *words: object) -> None:
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        return self.process.stdout.readline().strip()

    def ask(self, *words: object) -> str:
        self.say(*words)
        return self.hear()

    def insist(self, *words: object) -> str:
        """Say it again while the database is out of reach, as people do."""
        deadline = time.monotonic() + 60
        while (answer := self.ask(*words)) == "lost":
            assert time.monotonic() < deadline, "the process found no way back to the database"
        return answer

    def kill(self) -> None:
        self.process.kill()
        assert self.process.wait() == -signal.SIGKILL

    def leave(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@dataclass
class Site:
    """A server on one port with the demo world."""

    server: Server
    address: server.Address
    var: Path

    @property
    def environment(self) -> dict[str, str]:
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings.local", "PASSERELLE_VAR": str(self.var)}
        return {**os.environ, **settings, "DATABASE_URL": self.address.url(roles.APPLICATION)}

    def owner(self) -> psycopg.Connection:
        return self.address.connect(roles.OWNER)

    def left(self) -> tuple[int, ...]:
        """How many evaluations, decisions, moves and ledger rows there are."""
        with self.owner() as connection:
            return connection.execute(LEFT).fetchone()

    def credited(self) -> list[int]:
        """The minutes of each row of the student, in the order of the chain."""
        with self.owner() as connection:
            rows = connection.execute(
                "SELECT minutes FROM credits_ledgerentry JOIN schools_student ON schools_student.id = student_id "
                "JOIN accounts_person ON accounts_person.id = person_id "
                "WHERE given_name = 'Per' AND family_name = 'Ek' ORDER BY sequence"
            ).fetchall()
        return [minutes for (minutes,) in rows]

    def holds(self) -> bool:
        """Every chain, by the command that people use."""
        done = subprocess.run(
            [sys.executable, "manage.py", "verify_ledger"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return True


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    var, children = tmp_path_factory.mktemp("var"), Children()
    port = server.free_port()
    with pytest.MonkeyPatch.context() as patch:
        # A server that people install comes back on the port that it had.
        patch.setattr(server, "free_port", lambda: port)
        own = Server(var / "postgres", children)
        try:
            site = Site(own, own.start(), var)
            manage(children, site.address.url(roles.OWNER), "migrate", "--no-input", "--verbosity=0")
            subprocess.run([sys.executable, "-c", LOAD], cwd=ROOT, env=site.environment, check=True)
            yield site
        finally:
            own.stop()


@pytest.fixture
def teachers(site) -> Iterator[list[Teacher]]:
    both = [Teacher(number, site.environment) for number in (0, 1)]
    yield both
    for teacher in both:
        teacher.leave()


def in_the_middle(site: Site, table: str, teacher: Teacher) -> psycopg.Connection:
    """Let the teacher decide until the transaction wants to write to this table; the connection holds it there."""
    seen = teacher.ask("look")
    holder = site.address.connect(roles.OWNER)
    holder.autocommit = False
    holder.execute(f"LOCK TABLE {table} IN SHARE MODE")
    teacher.say("decide", 7, seen)
    deadline = time.monotonic() + 20
    with site.owner() as watcher:
        while not watcher.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()[0]:
            assert time.monotonic() < deadline, f"nothing was written to {table}"
    return holder


@pytest.mark.whole
def test_of_two_teachers_who_decide_at_the_same_instant_one_is_told_that_it_has_changed(site, teachers):
    before = site.credited()
    for minutes in range(1, 16):
        seen = {teacher.ask("look") for teacher in teachers}
        assert len(seen) == 1
        for teacher in teachers:
            teacher.say("decide", minutes, *seen)
        assert sorted(teacher.hear() for teacher in teachers) == ["done", "refused"]
    assert site.credited() == [*before, *range(1, 16)]
    assert site.holds()


@pytest.mark.whole
@pytest.mark.parametrize("table", ["core_transition", "credits_decision", "credits_ledgerentry"])
def test_a_process_killed_in_the_middle_leaves_nothing_half_written_and_the_next_decides(site, teachers, table):
    one, other = teachers
    one.ask("look")
    before, credited = site.left(), site.credited()
    with in_the_middle(site, table, one) as holder:
        one.kill()
        holder.rollback()
    assert other.ask("decide", 9, other.ask("look")) == "done"
    evaluations, decisions, moves, rows = before
    assert site.credited() == [*credited, 9]
    assert site.left() == (evaluations, decisions, moves + 1, rows + 1)
    assert site.holds()


@pytest.mark.whole
def test_after_a_restart_between_two_decisions_the_same_process_goes_on(site, teachers):
    teacher, credited = teachers[0], site.credited()
    seen = teacher.ask("look")
    assert teacher.ask("decide", 3, seen) == "done"
    site.server.stop()
    site.server.start()
    assert teacher.insist("decide", 3, seen) == "refused"
    assert teacher.insist("decide", 4, teacher.ask("look")) == "done"
    assert site.credited() == [*credited, 3, 4]
    assert site.holds()


@pytest.mark.whole
def test_a_crash_in_the_middle_of_a_decision_loses_it_whole_and_saying_it_again_credits_once(site, teachers):
    teacher, credited = teachers[0], site.credited()
    seen = teacher.ask("look")
    holder = in_the_middle(site, "credits_ledgerentry", teacher)
    process = site.server.children.running.pop(NAME)
    process.kill()
    process.wait()
    assert teacher.hear() == "lost"
    holder.close()
    site.server.start()
    assert site.credited() == credited
    assert [teacher.insist("decide", 7, seen) for _time in range(2)] == ["done", "refused"]
    assert site.credited() == [*credited, 7]
    assert site.holds()
