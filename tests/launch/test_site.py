"""`make run` from the first start to the last process."""

import json
import os
import signal
import stat
import subprocess

import psycopg
import pytest

from config.launch import roles
from tests.launch.conftest import descendants, get, is_running, wait_until

pytestmark = pytest.mark.real
# A trigger for each row needs a row; foreign keys are looked at only when a transaction ends, and this one never does.
ONE_ROW = """
INSERT INTO credits_ledgerentry (student_id, sequence, enrolment_id, minutes, credit, measure, award, decision_id,
    evaluation_id, evidence_hash, rule_set_version_id, at, previous, hash)
VALUES (1, 1, 1, 60, 0, 'hours', 'hours', 1, 1, '', 1, now(), '', '');
"""


@pytest.mark.whole
def test_the_site_answers_keeps_its_role_and_leaves_no_process(launcher, free_port):
    the_demo_world_counts_as_loaded(launcher)
    launcher.start(free_port)
    assert get(free_port, "/healthz") == "ok"
    assert f"http://127.0.0.1:{free_port}/demo/" in launcher.said.read_text()
    address = launcher.var / "database-address"
    assert stat.S_IMODE(address.stat().st_mode) == 0o600
    rows_are_all_that_the_application_may_touch(address.read_text())
    nobody_changes_the_ledger(address.read_text(), launcher)
    a_second_start_in_the_same_folder_is_refused(launcher)

    family = whole_family(launcher)
    assert launcher.interrupt() == 0
    assert [process for process in family if is_running(process)] == []
    assert not address.exists()

    launcher.start(free_port)
    assert "Preparing" not in launcher.said.read_text()
    a_child_that_ends_by_itself_is_named_and_ends_all(launcher)


def the_demo_world_counts_as_loaded(launcher) -> None:
    """The demo world has tests of its own; a start that makes it takes half a minute."""
    (launcher.var / "postgres").mkdir(parents=True)
    (launcher.var / "postgres" / "prepared.json").write_text('{"demo": "loaded"}')


def rows_are_all_that_the_application_may_touch(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 0
        for statement in (
            "TRUNCATE django_session",
            "DROP TABLE django_session",
            "ALTER TABLE django_session ADD COLUMN more int",
            "CREATE TABLE another (id int)",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def nobody_changes_the_ledger(application: str, launcher) -> None:
    """The application has no right to; the owner of the tables, who has, meets the trigger. Reading and adding work."""
    change, removal = "UPDATE credits_ledgerentry SET minutes = 0", "DELETE FROM credits_ledgerentry"
    truncation = "TRUNCATE credits_ledgerentry"
    passwords = json.loads((launcher.var / "postgres" / "passwords.json").read_text())
    owner = {"user": roles.OWNER, "password": passwords[roles.OWNER]}
    with psycopg.connect(application, autocommit=True) as connection:
        rights = "SELECT has_table_privilege('credits_ledgerentry', unnest(ARRAY['SELECT', 'INSERT']))"
        assert connection.execute(rights).fetchall() == [(True,), (True,)]
        for statement in (change, removal, truncation):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    with psycopg.connect(application, **owner) as connection:
        for statement in (ONE_ROW + change, ONE_ROW + removal, truncation):
            with pytest.raises(psycopg.errors.CheckViolation, match="append-only"), connection.transaction():
                connection.execute(statement)


def a_second_start_in_the_same_folder_is_refused(launcher) -> None:
    result = launcher.run("run", PORT="8009")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "Passerelle already runs from this folder: stop it first, with Ctrl-C.\n"


def a_child_that_ends_by_itself_is_named_and_ends_all(launcher) -> None:
    family = whole_family(launcher)
    worker = next(process for process in family if " worker --pool" in command(process))
    os.kill(worker, signal.SIGKILL)
    assert launcher.process.wait(timeout=15) == 1
    assert "The worker ended by itself (exit -9); everything was stopped." in launcher.said.read_text()
    assert [process for process in family if is_running(process)] == []


def whole_family(launcher) -> list[int]:
    """All processes, once the last of them, the schedule, is there."""
    wait_until(lambda: " beat " in commands(launcher.process.pid), seconds=10)
    return descendants(launcher.process.pid)


def command(process: int) -> str:
    return subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(process)], capture_output=True, text=True).stdout


def commands(parent: int) -> str:
    return "".join(command(process) for process in descendants(parent))
