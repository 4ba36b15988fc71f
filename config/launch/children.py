"""Processes under one parent: started apart, watched together, stopped together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from config.launch.terminal import Refusal

PR_SET_PDEATHSIG = 1
TICK = 0.05


class Stopped(Exception):
    """Somebody asked us to end: Ctrl-C, SIGTERM, or the terminal was closed."""


class Children:
    """A signal only raises a flag: nothing is left half started because an exception came in between."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen] = {}
        self.asked_to_stop = False

    def listen(self) -> None:
        """Handlers are set even where the shell handed us an ignored SIGINT, as it does for background jobs."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._remember)

    def _remember(self, number: int, frame: object) -> None:
        self.asked_to_stop = True

    def start(self, name: str, argv: list[str], *, dies_by: int = signal.SIGTERM, **options: Any) -> subprocess.Popen:
        """Start a child in a process group of its own, so that Ctrl-C reaches it once: through us."""
        options.setdefault("stdin", subprocess.DEVNULL)
        child = subprocess.Popen(argv, process_group=0, preexec_fn=follow_parent(dies_by), **options)  # noqa: S603
        self.running[name] = child
        return child

    def finish(self, name: str, argv: list[str], **options: Any) -> None:
        """Run a child to its end; `Refusal` when it fails."""
        child = self.start(name, argv, **options)
        while child.poll() is None:
            self.pause()
        del self.running[name]
        if child.returncode:
            raise Refusal(f"{name} failed (exit {child.returncode}); what it said is above.")

    def attend(self, argv: list[str], env: Mapping[str, str]) -> int:
        """Run a command that shares our terminal; it hears Ctrl-C itself. Returns its exit code."""
        child = subprocess.Popen(argv, env=env, preexec_fn=follow_parent(signal.SIGTERM))  # noqa: S603
        while child.poll() is None:
            if self.asked_to_stop:
                end_in_parallel([child], signal.SIGTERM, seconds=8, patience=2)
            time.sleep(TICK)
        return child.returncode

    def pause(self) -> None:
        """One tick of waiting; raises when we were asked to stop meanwhile."""
        time.sleep(TICK)
        if self.asked_to_stop:
            raise Stopped

    def watch(self) -> None:
        """Wait until somebody asks us to stop, or refuse because a child ended by itself."""
        while True:
            self.pause()
            for name, child in self.running.items():
                if child.poll() is not None:
                    raise Refusal(f"The {name} ended by itself (exit {child.returncode}); everything was stopped.")

    def stop(self, *names: str, by: int = signal.SIGTERM, seconds: float = 8) -> None:
        """End these children, or all of them: one signal each, in parallel, then SIGKILL."""
        chosen = [self.running.pop(name) for name in names or list(self.running) if name in self.running]
        end_in_parallel(chosen, by, seconds=seconds)


def end_in_parallel(children: Iterable[subprocess.Popen], by: int, *, seconds: float, patience: float = 0) -> None:
    """Signal what still runs after `patience` seconds, and kill what still runs `seconds` after that."""
    children = list(children)
    wait_for_all(children, patience)
    for child in children:
        if child.poll() is None:
            child.send_signal(by)
    wait_for_all(children, seconds)
    for child in children:
        kill_leftovers(child)


def wait_for_all(children: list[subprocess.Popen], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(child.poll() is None for child in children):
        time.sleep(TICK)


def kill_leftovers(child: subprocess.Popen) -> None:
    """A child that ended may leave members of its group behind, and one that did not end is killed with them."""
    if child.poll() is None:
        child.kill()
        child.wait()
    if os.getpgrp() != child.pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def follow_parent(number: int) -> Callable[[], None] | None:
    """Linux sends the child this signal when we are killed outright; elsewhere only an orderly end is covered."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
