"""Single commands on a database: `make manage` on this folder's, `make test` on a throwaway one."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from config.database import running_url
from config.launch import preparation, translations
from config.launch.children import Children
from config.launch.databases import chosen, sole_use_of
from config.launch.preparation import ROOT, VAR
from config.launch.server import SUPERUSER, Server

BUILD = ROOT / "build"


def manage(arguments: list[str]) -> int:
    """A manage.py command on the running site's database, or on one started for the command alone."""
    argv = [sys.executable, str(ROOT / "manage.py"), *arguments]
    children = Children()
    children.listen()
    if os.environ.get("DATABASE_URL") or running_url(VAR):
        return children.attend(argv, os.environ)
    with sole_use_of(VAR), chosen(VAR, children) as database:
        translations.compile_stale(ROOT)
        preparation.migrate(children, database)
        preparation.load_rule_sets(children, database)
        preparation.load_skills(children, database)
        return children.attend(argv, {**os.environ, "DATABASE_URL": database.application})


def with_database(argv: list[str]) -> int:
    """Any command, with DATABASE_URL naming a server that is thrown away afterwards. A given DATABASE_URL is kept."""
    children = Children()
    children.listen()
    translations.compile_stale(ROOT)
    if os.environ.get("DATABASE_URL"):
        return children.attend(argv, os.environ)
    with throwaway(children) as url:
        return children.attend(argv, {**os.environ, "DATABASE_URL": url})


@contextlib.contextmanager
def throwaway(children: Children) -> Iterator[str]:
    """The address of a fresh server as its superuser: tests make databases and switch triggers off."""
    BUILD.mkdir(exist_ok=True)
    sweep(BUILD)
    server = Server(BUILD / f"postgres-{os.getpid()}", children, throwaway=True)
    try:
        yield server.start().url(SUPERUSER)
    finally:
        server.stop()
        server.remove()


def sweep(build: Path) -> None:
    """Remove what a killed run left; a folder carries the number of the process that made it."""
    for folder in build.glob("postgres-*"):
        if not is_alive(int(folder.name.removeprefix("postgres-"))):
            shutil.rmtree(folder, ignore_errors=True)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
