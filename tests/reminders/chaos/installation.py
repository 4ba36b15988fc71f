"""A whole installation of real processes, each of which can be killed and started again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.launch import roles, server, site
from config.launch.children import Children
from config.launch.server import Server, free_port
from tests.launch.conftest import ROOT, descendants, wait_until
from tests.reminders.chaos.brokers import BROKER, accepts

DATABASE, MAIL = server.NAME, "mail server"
STANDSTILL = 180
THREADS = 2  # of each worker, as `make run` starts them
WORKERS, CLOCKS = ("worker one", "worker two"), ("clock one", "clock two")


@dataclass(frozen=True)
class Kill:
    name: str
    at: float

    @property
    def in_flight(self) -> int:
        """How many letters it can have met between the 250 of the mail server and our commit."""
        return {DATABASE: len(WORKERS) * THREADS, **dict.fromkeys(WORKERS, THREADS)}.get(self.name, 0)


class Installation:
    """Database, broker, mail server, two workers and two clocks in one folder."""

    def __init__(self, home: Path, broker: type) -> None:
        self.home = home
        self.children = Children()
        self.server = Server(home / "postgres", self.children)
        self.broker = broker(home, self.children)
        self.register = home / "accepted.jsonl"
        self.register.touch()
        self.kills: list[Kill] = []

    def prepare(self) -> None:
        """Everything but workers and clocks, and a migrated database."""
        address = self.server.start()
        mail_port = free_port()
        mail_server = [sys.executable, "-m", "tests.reminders.chaos.mailserver", str(mail_port), str(self.register)]
        self.owner_url = address.url(roles.OWNER)
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.reminders.chaos.settings",
            "DATABASE_URL": address.url(roles.APPLICATION),
            "CELERY_BROKER_URL": self.broker.url,
            "PASSERELLE_VAR": str(self.home),
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(mail_port),
        }
        self.python("manage.py", "migrate", "-v", "0", DATABASE_URL=self.owner_url)
        self._start(MAIL, mail_server)
        self.broker.start()
        wait_until(lambda: accepts(mail_port), seconds=20)

    def python(self, *words: str, **more: str) -> None:
        argv, env = [sys.executable, *words], {**self.environment, **more}
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def fill(self, people: int) -> None:
        self.python("-m", "tests.reminders.chaos.world", str(people))

    def start(self, name: str) -> None:
        if name == DATABASE:
            self.server.start()
        elif name == BROKER:
            self.broker.start()
        elif name in WORKERS:
            self._start(name, [*site.worker(), f"--hostname={name.split()[1]}@%h"])
        else:
            self._start(name, [*site.schedule(), f"--schedule={self.home / name.split()[1]}"])

    def _start(self, name: str, argv: list[str]) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            self.children.start(name, argv, env=self.environment, cwd=ROOT, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """kill -9, of the process and of all that it has started; nothing of it can tidy up."""
        child = self.children.running.pop(name)
        for process in (child.pid, *descendants(child.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.kills.append(Kill(name, time.time()))
        child.wait()

    def accepted(self) -> list[dict]:
        """What the mail server has said 250 to, or was about to say it to, in that order."""
        return [json.loads(line) for line in self.register.read_text().splitlines()]

    def count(self) -> int:
        return self.register.read_bytes().count(b"\n")

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.owner_url) as connection:
            return connection.execute(query).fetchall()

    def wait_for(self, letters: int) -> None:
        """Until the mail server has so many: as slowly as the machine likes, as long as they keep coming."""
        count, moved = self.count(), time.monotonic()
        while count < letters:
            assert time.monotonic() < moved + STANDSTILL, f"still {count} of {letters} letters after {STANDSTILL} s"
            time.sleep(0.002)
            if self.count() != count:
                count, moved = self.count(), time.monotonic()

    def stop(self) -> None:
        self.children.stop(*(name for name in self.children.running if name != DATABASE))
        self.server.stop()
        self.server.remove()
