"""The life of an import: handed in, read, shown, taken over. Nothing but `finish` touches the school's data."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.roles import Role
from core.workflow import SYSTEM, Actor, Move, Workflow
from exchange.counting import count
from exchange.models import ColumnMapping, ImportRun
from exchange.problems import Problem
from exchange.rules import is_stopped

PEOPLE = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR, SYSTEM})
WORKER = frozenset({SYSTEM})
UNREAD = ("uploaded", "reading")
OVER = ("done", "failed", "discarded")


def _somebody_works(run: ImportRun, by: Actor, at: datetime) -> str | None:
    if is_stopped(run.called_at, run.heartbeat_at, at):
        return None
    return gettext("This import is being worked on.")


IMPORTS = Workflow(
    noun="import",
    moves=(
        Move("begin", _("Read"), UNREAD, "reading", WORKER),
        Move("ask", _("Ask for the columns"), ("reading",), "columns", WORKER),
        Move("say_columns", _("Say what the columns are"), ("columns", "preview"), "uploaded", PEOPLE),
        Move("show", _("Show"), ("reading",), "preview", WORKER),
        Move("choose", _("Leave lines out"), ("preview",), None, PEOPLE),
        Move("take_over", _("Take over"), ("preview",), "applying", PEOPLE),
        Move("finish", _("Finish"), ("applying",), "done", WORKER),
        Move("fail", _("Refuse"), (*UNREAD, "applying"), "failed", WORKER),
        Move("resume", _("Go on"), (*UNREAD, "applying"), None, PEOPLE, checks=(_somebody_works,)),
        Move("discard", _("Discard"), ("preview", "columns", *UNREAD), "discarded", PEOPLE),
    ),
    school_id=lambda run: run.school_id,
)


@transaction.atomic
def upload(*, school: Organisation, kind: str, file: File, by: Actor, at: datetime) -> ImportRun:
    """Keep the file under a name that says nothing; reading it is a worker's work."""
    run = ImportRun(
        school=school,
        kind=kind,
        uploaded_by_id=by.id,
        created_at=at,
        called_at=at,
        file_name=(file.name or "").replace("\0", "")[-200:],
    )
    run.file.save(f"{run.public_id}", file, save=False)
    run.save()
    IMPORTS.log(run, "upload", by=by, at=at, after=run.state)
    return run


def begin(*, run: ImportRun, claim: UUID, by: Actor, at: datetime) -> None:
    IMPORTS.apply(run, "begin", by=by, at=at, claim=claim, heartbeat_at=at, lines_done=0)


def ask(*, run: ImportRun, by: Actor, at: datetime) -> None:
    """Wait until somebody says what the columns are."""
    IMPORTS.apply(run, "ask", by=by, at=at)


@transaction.atomic
def say_columns(*, run: ImportRun, fields: Mapping[str, str], by: Actor, at: datetime) -> None:
    """Read the file again with these columns, and remember them for the school's next lists.

    `fields` is {column: field}, the columns without accents and signs (exchange.employers.spelling).
    """
    IMPORTS.apply(run, "say_columns", by=by, at=at, called_at=at, heartbeat_at=None)
    ColumnMapping.objects.bulk_create(
        (ColumnMapping(school_id=run.school_id, column=column, field=field) for column, field in fields.items()),
        update_conflicts=True,
        unique_fields=["school", "column"],
        update_fields=["field"],
    )


@transaction.atomic
def choose(*, run: ImportRun, shown: Collection[int], kept: Collection[int], by: Actor, at: datetime) -> None:
    """Of the lines that were `shown`, by key, only those that are `kept` go in; the others stay out."""
    IMPORTS.apply(run, "choose", by=by, at=at, details={"left_out": len(set(shown) - set(kept))})
    lines = run.rows.filter(pk__in=shown)
    lines.filter(pk__in=kept).update(left_out=False)
    lines.exclude(pk__in=kept).update(left_out=True)
    run.counts = count(run)
    run.save(update_fields=["counts"])


def show(*, run: ImportRun, counts: dict, by: Actor, at: datetime) -> None:
    IMPORTS.apply(run, "show", by=by, at=at, counts=counts)


def take_over(*, run: ImportRun, by: Actor, at: datetime) -> None:
    """Agree to what the preview shows. Raises core.workflow.Refused when there is no preview (any more)."""
    IMPORTS.apply(run, "take_over", by=by, at=at, called_at=at, heartbeat_at=None)


def resume(*, run: ImportRun, by: Actor, at: datetime) -> None:
    """Ask for a worker once more. Raises core.workflow.Refused while one works on it."""
    IMPORTS.apply(run, "resume", by=by, at=at, called_at=at, heartbeat_at=None)


@transaction.atomic
def finish(*, run: ImportRun, counts: dict, overtaken: int, by: Actor, at: datetime) -> None:
    IMPORTS.apply(run, "finish", by=by, at=at, counts=counts, overtaken=overtaken, ended_at=at)
    _let_go(run)


@transaction.atomic
def fail(*, run: ImportRun, problem: Problem, by: Actor, at: datetime) -> None:
    """The file is refused as a whole; what was read of it is forgotten."""
    IMPORTS.apply(run, "fail", by=by, at=at, ended_at=at, problem_code=problem.code, problem_values=problem.values)
    run.rows.all().delete()
    _let_go(run)


@transaction.atomic
def discard(*, run: ImportRun, by: Actor, at: datetime) -> None:
    IMPORTS.apply(run, "discard", by=by, at=at, ended_at=at)
    run.rows.all().delete()
    _let_go(run)


def _let_go(run: ImportRun) -> None:
    """Forget the file and every line but those the error file tells of."""
    run.rows.exclude(outcome="error").delete()
    name, storage = run.file.name, run.file.storage
    run.file = ""  # type: ignore[assignment]
    run.save(update_fields=["file"])
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)
