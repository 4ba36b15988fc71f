"""`make run`: database, web server, worker and schedule under one parent, until Ctrl-C."""

import contextlib
import os
import sys

from config.launch import preparation, translations
from config.launch.children import Children, Stopped
from config.launch.databases import Database, chosen, sole_use_of
from config.launch.port import free_or_refuse, healthy
from config.launch.preparation import ROOT, VAR
from config.launch.terminal import Refusal, say

ANSWER_SECONDS = 60


def run() -> int:
    """Everything until somebody asks to stop. A child that ends by itself ends all."""
    port = free_or_refuse(os.environ.get("PORT") or "8000")
    children = Children()
    children.listen()
    with contextlib.suppress(Stopped), sole_use_of(VAR), chosen(VAR, children) as database:
        prepare(children, database)
        serve(children, database, port)
    say("Stopped.")
    return 0


def serve(children: Children, database: Database, port: int) -> None:
    """The web server first, because people wait for it; nobody waits for the worker."""
    env = {"SITE_URL": f"http://127.0.0.1:{port}", **os.environ, "DATABASE_URL": database.application}
    try:
        children.start("web server", web_server(port), env=env, cwd=ROOT)
        wait_for_answer(children, port)
        say(f"\n    Passerelle answers on http://127.0.0.1:{port}/")
        say(f"    Whom to sign in as: http://127.0.0.1:{port}/demo/")
        say("    Ctrl-C stops it.\n")
        for name, argv in (("worker", worker()), ("schedule", schedule())):
            children.start(name, argv, env=env, cwd=ROOT)
        children.watch()
    finally:
        children.stop("web server", "worker", "schedule")


def web_server(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--log-level", "warning", "--workers-kill-timeout", "5"),
        "config.wsgi:application",
    ]


def celery(*arguments: str) -> list[str]:
    """Celery warns that root runs it; we know, and the person who tries the product cannot mend it."""
    calm = ("-W", "ignore:You're running the worker with superuser privileges")
    return [sys.executable, *calm, "-m", "celery", "--quiet", "-A", "config", *arguments, "--loglevel=WARNING"]


def worker() -> list[str]:
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return celery("worker", "--pool=threads", "--concurrency=2", *quiet)


def schedule() -> list[str]:
    return celery("beat", "--pidfile=")


def prepare(children: Children, database: Database) -> None:
    translations.compile_stale(ROOT)
    preparation.migrate(children, database)
    preparation.load_rule_sets(children, database)
    preparation.load_skills(children, database)
    preparation.collect_static(children)
    preparation.load_demo(children, database)


def wait_for_answer(children: Children, port: int) -> None:
    for _ in range(int(ANSWER_SECONDS / 0.05)):
        if children.running["web server"].poll() is not None:
            raise Refusal("The web server ended while starting; what it said is above.")
        if healthy(port):
            return
        children.pause()
    raise Refusal(f"The web server did not answer within {ANSWER_SECONDS} s.")
