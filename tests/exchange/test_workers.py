"""Workers die, come twice or come late; the rows in the database are the truth."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from urllib.parse import quote

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Organisation
from core.models import Transition
from core.workflow import Actor
from employers.models import Employer, SchoolEmployer
from exchange import reading, tasks, workflow
from exchange.models import ImportRow, ImportRun
from tests.exchange.files import EMPLOYERS, roster

LINES = 30_000
READ = "import django; django.setup(); from exchange.reading import read_run; read_run({run})"


def totals(run) -> dict[str, int]:
    return {
        outcome: run.total(outcome) for outcome in ("new", "changed", "same", "repeat", "error") if run.total(outcome)
    }


def silent(run, seconds=60):
    moment = timezone.now() - timedelta(seconds=seconds)
    ImportRun.objects.filter(pk=run.pk).update(called_at=moment, heartbeat_at=moment)


@pytest.mark.django_db
def test_a_task_that_comes_twice_reads_once(school, hand_in):
    run = hand_in(school, "employers", EMPLOYERS)
    tasks.read_file(run.pk)
    tasks.read_file(run.pk)
    assert Transition.objects.filter(noun="import", object_id=run.pk, verb="begin").count() == 1
    assert ImportRow.objects.filter(run=run).count() == 3


@pytest.mark.django_db
def test_a_second_worker_leaves_a_run_alone_while_the_first_shows_signs_of_life(school, hand_in):
    run = hand_in(school, "employers", EMPLOYERS)
    ImportRun.objects.filter(pk=run.pk).update(state="reading", heartbeat_at=timezone.now())
    reading.read_run(run.pk)
    assert ImportRow.objects.filter(run=run).count() == 0


@pytest.mark.django_db
def test_a_worker_that_was_thought_dead_writes_nothing_more(school, hand_in, monkeypatch):
    run = hand_in(school, "employers", EMPLOYERS)
    real_store = reading._store

    def store_late(own_run, block):
        ImportRun.objects.filter(pk=run.pk).update(claim="11111111-1111-1111-1111-111111111111")
        real_store(own_run, block)

    monkeypatch.setattr(reading, "_store", store_late)
    reading.read_run(run.pk)
    run.refresh_from_db()
    assert (run.state, ImportRow.objects.filter(run=run).count()) == ("reading", 0)


@pytest.mark.django_db
def test_the_sweep_takes_up_what_stopped_and_leaves_the_rest(school, hand_in, django_capture_on_commit_callbacks):
    stopped, waiting = hand_in(school, "employers", EMPLOYERS), hand_in(school, "employers", EMPLOYERS)
    silent(stopped)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.pick_up()
    stopped.refresh_from_db()
    waiting.refresh_from_db()
    assert (stopped.state, waiting.state) == ("preview", "uploaded")


@pytest.mark.django_db
def test_an_import_that_stopped_while_it_was_taken_over_is_finished_by_the_sweep(
    school, read, django_capture_on_commit_callbacks
):
    run = read(school, "employers", EMPLOYERS)
    ImportRun.objects.filter(pk=run.pk).update(state="applying")
    silent(run)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.pick_up()
    run.refresh_from_db()
    assert (run.state, SchoolEmployer.objects.filter(school=school).count()) == ("done", 3)


@pytest.mark.django_db
def test_an_error_of_ours_ends_the_run_with_a_message_and_nothing_taken_over(school, read, monkeypatch):
    run = read(school, "employers", EMPLOYERS)
    ImportRun.objects.filter(pk=run.pk).update(state="applying")
    monkeypatch.setattr("exchange.employer_lines.NEW_LINKS", "SELECT 1/0 FROM incoming")
    tasks.apply_run(run.pk)
    run.refresh_from_db()
    assert (run.state, str(run.problem)[:47]) == ("failed", "Something went wrong here, not in your file. No")
    assert not Employer.objects.filter(name="Garage Marek").exists()


@pytest.mark.django_db
def test_lines_that_could_not_go_in_are_forgotten_after_a_month(school, bring_in):
    run = bring_in(school, "employers", EMPLOYERS + ",,,,,,,,\r\n")
    tasks.pick_up()
    assert run.rows.count() == 1
    ImportRun.objects.filter(pk=run.pk).update(ended_at=timezone.now() - timedelta(days=31))
    tasks.pick_up()
    assert run.rows.count() == 0


@pytest.mark.real
def test_a_run_whose_row_a_worker_holds_is_not_called_stopped(committed, hand_in):
    assert committed(_hold_the_row, hand_in) == [True, False, True]


def _hold_the_row(school, hand_in):
    run = hand_in(school, "employers", EMPLOYERS)
    silent(run)
    run.refresh_from_db()
    said = [reading.is_stopped(run, timezone.now())]
    with psycopg.connect(**_login()) as other:
        other.execute("SELECT FROM exchange_importrun WHERE id = %s FOR UPDATE", [run.pk])
        said.append(reading.is_stopped(run, timezone.now()))
    return [*said, reading.is_stopped(run, timezone.now())]


def run_command(name, *args) -> str:
    out = StringIO()
    call_command(name, *map(str, args), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_imports_employers_and_prints_counts(school, tmp_path):
    path, errors = tmp_path / "list.csv", tmp_path / "errors.csv"
    path.write_text(EMPLOYERS + ",,,,,,,,\r\n", encoding="utf-8", newline="")
    printed = run_command("import_employers", path, "--school", "lakeside college", "--errors", errors)
    assert printed.splitlines() == [
        "Lakeside College",
        "3 New",
        "0 Changed",
        "0 Ends",
        "0 Already there",
        "0 Said twice",
        "1 Cannot go in",
    ]
    assert errors.read_text(encoding="utf-8").splitlines()[1] == "6,The line is empty.,,,,,,,,,"
    assert "3 Already there" in run_command("import_employers", path, "--school", school.pk)


@pytest.mark.django_db
def test_the_command_imports_a_roster(school, tmp_path):
    path = tmp_path / "roster.zip"
    path.write_bytes(roster().getvalue())
    assert "8 New" in run_command("import_roster", path, "--school", school.pk)


@pytest.mark.django_db
def test_without_a_school_the_command_takes_the_only_one_and_asks_where_there_are_several(
    school, other_school, tmp_path, settings
):
    path = tmp_path / "list.csv"
    path.write_text(EMPLOYERS, encoding="utf-8", newline="")
    settings.DEMO = False
    with pytest.raises(CommandError, match="Please say which school with --school"):
        run_command("import_employers", path)
    settings.DEMO = True
    first = Organisation.objects.filter(kind="school").order_by("pk").first()
    assert run_command("import_employers", path).splitlines()[0] == first.name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "school_name", "message"),
    [
        (b"", "Lakeside College", "This file is empty."),
        (EMPLOYERS.encode(), "Nowhere", "Please say which school with --school. There are: "),
        (None, "Lakeside College", "cannot be read: No such file or directory"),
    ],
)
def test_a_command_that_is_refused_says_why(school, tmp_path, content, school_name, message):
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=message.replace(".", r"\.")):
        run_command("import_employers", path, "--school", school_name)
    assert not SchoolEmployer.objects.filter(school=school).exists()


def test_two_people_take_over_the_same_list_at_one_moment_and_each_firm_is_there_once(committed, hand_in):
    assert committed(_take_over_twice_at_once, hand_in) == (["done", "done"], 3)


def _take_over_twice_at_once(school, hand_in):
    runs = [hand_in(school, "employers", EMPLOYERS) for _desk in range(2)]
    for run in runs:
        reading.read_run(run.pk)
        run.refresh_from_db()
        workflow.take_over(run=run, by=Actor.system(), at=timezone.now())
    with ThreadPoolExecutor(max_workers=2) as desks:
        list(desks.map(_apply, runs))
    states = list(ImportRun.objects.filter(school=school).values_list("state", flat=True))
    return states, Employer.objects.filter(school_employers__school=school).count()


def _apply(run) -> None:
    reading.apply_run(run.pk)
    connection.close()


@pytest.fixture
def committed(db):
    """Runs a function with a school in a thread of its own: what it writes is seen by other processes.

    The test's own connection holds a transaction that nobody else sees into. What the school left is taken away.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        school = thread.submit(Organisation.objects.create, kind="school", name="Real College").result()
        yield lambda function, *args: thread.submit(function, school, *args).result()
        thread.submit(_take_away, school).result()


def _take_away(school) -> None:
    runs = list(ImportRun.objects.filter(school=school).values_list("pk", flat=True))
    Transition.objects.filter(noun="import", object_id__in=runs).delete()
    Employer.objects.filter(school_employers__school=school).delete()
    school.delete()
    connection.close()


@pytest.mark.whole
@pytest.mark.real
def test_a_worker_killed_in_the_middle_leaves_its_place_and_a_restart_finishes(committed, hand_in, tmp_path):
    committed(_kill_and_restart, hand_in, tmp_path)


def _kill_and_restart(school, hand_in, tmp_path):
    content = "name,address\n" + "".join(f"Firm {number},{number} Road\n" for number in range(LINES))
    run = hand_in(school, "employers", content)
    killed_at = _kill_after(_worker(run, tmp_path), run, 1000)
    run.refresh_from_db()
    assert (run.state, run.lines_total) == ("reading", LINES + 1)
    assert 1000 <= run.lines_done <= killed_at + reading.BLOCK * 5 < LINES
    assert ImportRow.objects.filter(run=run).count() == run.lines_done - 1
    assert not Employer.objects.filter(name="Firm 1").exists()
    silent(run)
    reading.read_run(run.pk)
    run.refresh_from_db()
    assert (run.state, totals(run)) == ("preview", {"new": LINES})


def _login() -> dict:
    settings = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {name: settings[key] for name, key in names.items() if settings[key]}


def _worker(run, tmp_path) -> subprocess.Popen:
    login = {name: quote(str(value), safe="") for name, value in _login().items()}
    host = login.get("host", "localhost")
    # A server may listen only on a socket in a folder.
    place = f":{login.get('port', 5432)}/{login['dbname']}?host={host}"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"postgres://{login['user']}:{login.get('password', '')}@{place}",
        "PASSERELLE_VAR": str(tmp_path),
    }
    return subprocess.Popen([sys.executable, "-c", READ.format(run=run.pk)], env=env)


def _kill_after(worker, run, lines) -> int:
    """Kill the worker as soon as that many lines are in the database; the number seen then."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        run.refresh_from_db()
        if run.lines_done >= lines:
            os.kill(worker.pid, signal.SIGKILL)
            assert worker.wait() == -signal.SIGKILL
            return run.lines_done
        assert worker.poll() is None, "the worker was done before it could be killed"
    raise AssertionError("the worker never began")
