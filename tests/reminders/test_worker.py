"""A real Celery worker on a real broker: what is due becomes letters in the mailbox."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
WORLD = "import django; django.setup(); from datetime import date; from demo.world import load; {}"
LOAD = WORLD.format("load(today=date.today(), crowd=False)")
WAKE = "import django; django.setup(); from reminders.tasks import sweep; sweep.delay()"


@pytest.fixture
def environment(tmp_path) -> Iterator[dict[str, str]]:
    """A database of its own with the small world of today, and folders of its own for the mailbox and the broker."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"{parts.path.lstrip('/')}_worker_{os.getpid()}"
    server = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
            "PASSERELLE_VAR": str(tmp_path),
        }
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def python(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def letters_in(folder: Path, wanted: int, seconds: float) -> list[Path]:
    end = time.monotonic() + seconds
    while time.monotonic() < end and len(list(folder.glob("*.eml"))) < wanted:
        time.sleep(0.2)
    return list(folder.glob("*.eml"))


@pytest.mark.whole
@pytest.mark.real
def test_a_worker_woken_through_the_broker_sends_what_is_due(environment, tmp_path):
    python(environment, "manage.py", "migrate", "-v", "0")
    python(environment, "-c", LOAD)
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "threads", "--concurrency", "2"]
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            python(environment, "-c", WAKE)
            found = letters_in(tmp_path / settings.MAIL_DIR.name, wanted=1, seconds=40)
        finally:
            worker.terminate()
            worker.wait(timeout=20)
    assert found, (tmp_path / "worker.log").read_text()[-2000:]
