"""Which database a command works on: the server of `DATABASE_URL`, or the embedded one of this folder."""

import contextlib
import fcntl
import hashlib
import os
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.database import ADDRESS, LOCK
from config.launch import roles
from config.launch.children import Children
from config.launch.preparation import Stamp
from config.launch.server import Server, write_private
from config.launch.terminal import Refusal

SUPPORTED = range(15, 19)


@dataclass(frozen=True)
class Database:
    """The same database as its owner, who changes tables, and as the application, which may not."""

    owner: str
    application: str
    stamp: Stamp
    embedded: bool


@contextlib.contextmanager
def sole_use_of(var: Path) -> Iterator[None]:
    """Two starts in one folder would share a database folder; the lock goes with us however we end."""
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    refuse_a_folder_of_another(var)
    lock = (var / LOCK).open("a")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal("Passerelle already runs from this folder: stop it first, with Ctrl-C.") from None
        yield


def refuse_a_folder_of_another(var: Path) -> None:
    """Root would leave files that an ordinary user cannot read afterwards, and the reverse."""
    try:
        owner = (var / LOCK).stat().st_uid
    except FileNotFoundError:
        return
    except PermissionError:
        owner = var.stat().st_uid
    if owner != os.geteuid():
        name = "root" if owner == 0 else f"the user with the number {owner}"
        raise Refusal(f"This folder was last started as {name}: do so again, or remove {var} to begin anew.")


@contextlib.contextmanager
def chosen(var: Path, children: Children) -> Iterator[Database]:
    """The server of `DATABASE_URL`, or the embedded one for as long as the block lasts."""
    if os.environ.get("DATABASE_URL"):
        yield own_server(var, os.environ)
        return
    server = Server(var / "postgres", children)
    try:
        address = server.start()
        urls = {"owner": address.url(roles.OWNER), "application": address.url(roles.APPLICATION)}
        write_private(var / ADDRESS, urls["application"])
        yield Database(**urls, stamp=Stamp(server.home / "prepared.json"), embedded=True)
    finally:
        (var / ADDRESS).unlink(missing_ok=True)
        server.stop()


def own_server(var: Path, env: Mapping[str, str]) -> Database:
    """Checks the server before anything relies on it. With an owner's address, the application gets rows only."""
    application = env["DATABASE_URL"]
    owner = env.get("DATABASE_OWNER_URL") or application
    with connect("DATABASE_URL", application) as connection:
        refuse_unsupported(connection.info.server_version // 10000)
    if owner != application:
        with connect("DATABASE_OWNER_URL", owner) as connection:
            roles.allow_rows(connection, urllib.parse.unquote(urllib.parse.urlsplit(application).username or ""))
    name = hashlib.sha256(application.encode()).hexdigest()[:12]
    return Database(owner, application, Stamp(var / f"prepared-{name}.json"), embedded=False)


def connect(name: str, url: str) -> psycopg.Connection:
    """A connection, or one line why there is none; the line never repeats the address, which holds a password."""
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as problem:
        reason = str(problem).strip().splitlines()[0]
        raise Refusal(f"{name} names a database that cannot be reached: {reason}") from None
    except psycopg.Error:
        raise Refusal(f"{name} must look like postgres://user:password@host:5432/name.") from None


def refuse_unsupported(version: int) -> None:
    if version not in SUPPORTED:
        raise Refusal(
            f"The database is PostgreSQL {version}; Passerelle runs on {SUPPORTED.start} to {SUPPORTED.stop - 1}. "
            "Point DATABASE_URL to one of these, or unset it for the embedded server."
        )
