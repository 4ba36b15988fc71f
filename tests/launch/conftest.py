"""The launcher is tested as its users meet it: as a process, in a var folder of the test's own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Launcher:
    """Starts `python -m config.launch`, remembers what it said, and leaves nothing running."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.said = var.with_suffix(".said")
        self.process: subprocess.Popen | None = None

    def environment(self, **more: str) -> dict[str, str]:
        ours = {"DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE", "PORT", "SITE_URL"}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        return {**kept, "PASSERELLE_VAR": str(self.var), **more}

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "config.launch", *arguments],
            env=self.environment(**environment),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def start(self, port: int) -> None:
        """Start the site and wait until it answers."""
        with self.said.open("w") as said:
            argv = [sys.executable, "-m", "config.launch", "run"]
            self.process = subprocess.Popen(
                argv, env=self.environment(PORT=str(port)), cwd=ROOT, stdout=said, stderr=subprocess.STDOUT
            )
        wait_until(lambda: "answers on" in self.said.read_text() or self.process.poll() is not None, seconds=90)
        assert self.process.poll() is None, self.said.read_text()

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=15)


def wait_until(condition, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read().decode()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(process: int) -> list[int]:
    """Children, and theirs, from the system's own list of processes."""
    listing = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in listing.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found = list(children.get(process, []))
    for child in found:
        found.extend(children.get(child, []))
    return found


def is_running(process: int) -> bool:
    listing = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
    return bool(listing.strip()) and not listing.startswith("Z")


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    launcher = Launcher(tmp_path / "a var folder")
    yield launcher
    if launcher.process and launcher.process.poll() is None:
        launcher.interrupt()
