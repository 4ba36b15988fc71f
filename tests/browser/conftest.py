"""A real server on a copy of the test database, and a real Chromium in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from tests.browser import clock

ROOT = Path(__file__).resolve().parents[2]
# Playwright keeps an event loop running in this thread; the few reads through the ORM beside it are sequential.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--disable-component-update"]


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items):
    if chromium() is None and os.environ.get("PASSERELLE_BROWSER") != "required":
        for item in items:
            if "tests/browser" in str(item.path):
                item.add_marker(pytest.mark.skip(reason="needs Chromium: install Debian's package chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    assert chromium(), "Chromium is required (PASSERELLE_BROWSER=required) but not installed"
    return {"executable_path": chromium(), "args": FLAGS}


@dataclass(frozen=True)
class Site:
    url: str
    environment: dict[str, str]
    beat: subprocess.Popen | None = None

    def manage(self, *words: str) -> str:
        """Run a management command against this site; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def at(self, moment: datetime) -> None:
        """Put the site's clock forward to this moment; it goes on from there."""
        clock.put(Path(self.environment["PASSERELLE_CLOCK"]), moment)

    def read(self) -> None:
        """Five seconds pass in which somebody reads a page: what is pressed within two is taken for a program's."""
        file = Path(self.environment["PASSERELLE_CLOCK"])
        ahead = float(file.read_text()) if file.exists() else 0
        clock.put(file, datetime.now(UTC) + timedelta(seconds=ahead + 5))

    def night(self) -> None:
        """What beat wakes every minute: find what is due and send the letters."""
        assert self.beat is not None
        assert self.beat.stdin is not None
        assert self.beat.stdout is not None
        self.beat.stdin.write("go on\n")
        self.beat.stdin.flush()
        assert self.beat.stdout.readline() == "done\n", "the worker stopped; see worker.log"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _address(name: str) -> str:
    facts = connections["default"].settings_dict
    password = f":{facts['PASSWORD']}" if facts["PASSWORD"] else ""
    return f"postgres://{facts['USER']}{password}@{facts['HOST']}:{facts['PORT'] or 5432}/{name}"


@pytest.fixture(scope="session", autouse=True)
def template(django_db_setup, django_db_blocker) -> Iterator[str]:
    """The name of a copy of the test database that nobody else opens. Autouse, so that it is made before Playwright's
    event loop has its own connections, which know nothing of it."""
    with django_db_blocker.unblock():
        connections["default"].close()
        connections["default"].close_pool()
    original = connections["default"].settings_dict["NAME"]
    with _copy(original, f"{original}_browser") as name:
        yield name


@contextmanager
def _copy(original: str, name: str) -> Iterator[str]:
    with psycopg.connect(_address("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    try:
        yield name
    finally:
        with psycopg.connect(_address("postgres"), autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def site(template, tmp_path_factory):
    """The site on a fresh copy of the small demo world, gone after the module."""
    with serve(template, tmp_path_factory.mktemp("var")) as site:
        yield site


@pytest.fixture
def own_site(template, tmp_path):
    """A site that one test has for itself: its clock may be put forward, and letters go out in its nights."""
    with serve(template, tmp_path) as site, _worker(site) as beat:
        yield replace(site, beat=beat)


@pytest.fixture(scope="module")
def packed_site(template, tmp_path_factory):
    """A site with its static files collected and compressed, as in production."""
    var = tmp_path_factory.mktemp("packed")
    folder = var / "static"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.browser.settings", "STATIC_ROOT": str(folder)}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    with serve(template, var, STATIC_ROOT=str(folder)) as site:
        yield site


@contextmanager
def serve(template: str, var: Path, **environment: str) -> Iterator[Site]:
    """A server on its own copy of the small demo world."""
    port = free_port()
    with _copy(template, f"{template}_{os.getpid()}_{port}") as name:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "DATABASE_URL": _address(name),
            "PASSERELLE_VAR": str(var),
            "PASSERELLE_CLOCK": str(var / "clock"),
            "SITE_URL": f"http://127.0.0.1:{port}",
            **environment,
        }
        with _running(port, environment):
            yield Site(url=f"http://127.0.0.1:{port}", environment=environment)


@contextmanager
def _worker(site: Site) -> Iterator[subprocess.Popen]:
    """One process for all nights, since starting one takes seconds. It ends with its input."""
    with (Path(site.environment["PASSERELLE_VAR"]) / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "tests.browser.beat"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log, "text": True}
        with subprocess.Popen(command, cwd=ROOT, env=site.environment, **pipes) as beat:
            yield beat


@contextmanager
def _running(port: int, environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    with (Path(environment["PASSERELLE_VAR"]) / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--blocking-threads", "4", "config.wsgi:application"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", process)
            yield
        finally:
            process.terminate()
            process.wait(timeout=15)


def _wait(url: str, process: subprocess.Popen) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, "the server stopped before it answered"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError as answer:
            raise AssertionError(f"the server answers {answer.code}; see server.log") from None
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not answer within 30 s")
