"""What a worker does with an import: read its file into waiting lines, compare, and take over.

Every block of lines is a transaction of its own, so progress can be seen and a worker may die at any time.
A worker may also only seem dead: each block checks that the run is still claimed by the one who writes it.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from types import ModuleType
from typing import Any, BinaryIO, cast

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from core.workflow import Actor, Refused
from exchange import bundle, employer_lines, employers, lines, oneroster, roster_lines, rules, workflow
from exchange.counting import count
from exchange.models import ColumnMapping, ImportRow, ImportRun, SourcePerson
from exchange.oneroster import Known
from exchange.problems import BadLine, ColumnsUnclear, FileRefused, problem
from exchange.roster_rows import Row
from schools.models import SchoolClass, Student

BLOCK = 400
ERRORS_KEPT = timedelta(days=30)
SYSTEM = Actor.system()


class Superseded(Exception):
    """Another worker reads this run now, or somebody discarded it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line on its way into the waiting lines."""

    line: int
    noun: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    file: str = ""
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def read_run(run_id: int) -> None:
    """Read a run to its preview, from the beginning even when another worker got half way. Can run twice."""
    run = _claim(run_id, timezone.now())
    if run is None:
        return
    try:
        with run.file.open("rb") as file:
            _read(run, cast(BinaryIO, file))
    except ColumnsUnclear:
        _ask(run)
    except FileRefused as refused:
        _fail(run, refused)
    except FileNotFoundError:
        _fail(run, FileRefused("file_gone"))
    except Superseded:
        return


@transaction.atomic
def apply_run(run_id: int) -> None:
    """Take a run over, all or nothing. Can run twice: whoever comes second finds the row locked, or done."""
    run = (
        ImportRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=run_id, state="applying").first()
    )
    if run is None:
        return
    rows = _rows_of(run)
    before = dict(run.rows.values_list("pk", "outcome"))
    # The world may have changed since the preview.
    rows.compare(run)
    overtaken = sum(before[pk] != outcome for pk, outcome in run.rows.values_list("pk", "outcome"))
    counts = count(run)
    rows.apply(run)
    workflow.finish(run=run, counts=counts, overtaken=overtaken, by=SYSTEM, at=timezone.now())


def break_off(run_id: int) -> None:
    """End a run that our own error stopped; nothing of it was taken over."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
        if run and run.state in (*workflow.UNREAD, "applying"):
            workflow.fail(run=run, problem=problem("broken"), by=SYSTEM, at=timezone.now())


def forget_old(at: datetime) -> None:
    """Lines that could not go in hold personal data; the error file is there for a month."""
    ImportRow.objects.filter(run__ended_at__lt=at - ERRORS_KEPT).delete()


@transaction.atomic
def is_stopped(run: ImportRun, at: datetime) -> bool:
    """No worker has this run in hand: none gives a sign of life, and none holds its row in a long statement."""
    if not rules.is_stopped(run.called_at, run.heartbeat_at, at):
        return False
    return ImportRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=run.pk).first() is not None


def stopped(at: datetime) -> Q:
    """Runs that wait for a worker and have none: the query of `rules.is_stopped`."""
    before = at - rules.SIGN_OF_LIFE
    silent = Q(heartbeat_at__lt=before) | Q(heartbeat_at__isnull=True)
    return Q(state__in=(*workflow.UNREAD, "applying"), called_at__lt=before) & silent


@transaction.atomic
def _claim(run_id: int, at: datetime) -> ImportRun | None:
    run = ImportRun.objects.select_for_update(of=("self",)).filter(pk=run_id, state__in=workflow.UNREAD).first()
    if run is None or rules.is_alive(run.heartbeat_at, at):
        return None
    run.rows.all().delete()
    workflow.begin(run=run, claim=uuid.uuid4(), by=SYSTEM, at=at)
    return ImportRun.objects.select_related("school", "uploaded_by__person").get(pk=run_id)


def _read(run: ImportRun, file: BinaryIO) -> None:
    reader = _employers if run.kind == ImportRun.Kind.EMPLOYERS else _roster
    waiting = reader(run, file)
    found_any = False
    while block := list(islice(waiting, BLOCK)):
        found_any = True
        _store(run, block)
    if not found_any:
        raise FileRefused("no_lines")
    with _owned(run):
        _rows_of(run).compare(run)
        ImportRun.objects.filter(pk=run.pk).update(
            columns=run.columns,
            headers=run.headers,
            source_name=run.source_name,
            ignored=run.ignored,
            lines_done=run.lines_total or run.lines_done,
        )
        workflow.show(run=run, counts=count(run), by=SYSTEM, at=timezone.now())


def _employers(run: ImportRun, file: BinaryIO) -> Iterator[Waiting]:
    run.lines_total = None if file.read(4).startswith(b"PK") else _count_lines(file)
    file.seek(0)
    table = employers.read(file, said_of(run.school_id))
    run.columns = [_storable(column) for column in table.columns]
    for line in table.lines:
        run.lines_done = line.line
        if isinstance(line, BadLine):
            yield _bad(line)
        else:
            yield Waiting(line.line, employer_lines.NOUN, employer_lines.staged(line, run.school))


def said_of(school_id: int) -> dict[str, str]:
    """What people of a school have said of the columns of its lists: {spelling: field}."""
    return dict(ColumnMapping.objects.filter(school=school_id).values_list("column", "field"))


def _count_lines(file: BinaryIO) -> int:
    file.seek(0)
    return lines.count(file)


def _roster(run: ImportRun, file: BinaryIO) -> Iterator[Waiting]:
    run.lines_total = bundle.count_lines(file)
    file.seek(0)
    known = partial(_known, run.school_id)
    roster = oneroster.read(file, school=run.school.name, today=timezone.localdate(), known=known)
    run.source_name = roster.school
    for row in roster.rows:
        run.lines_done = roster.reach.lines
        yield _bad(row) if isinstance(row, BadLine) else _good(row, run)
    run.ignored = dict(roster.ignored)
    run.headers = roster.headers


def _known(school_id: int) -> Known:
    """Identifiers that earlier rosters of the school have brought in."""
    students = Student.objects.filter(school=school_id).exclude(source_id="").values_list("source_id", flat=True)
    people = SourcePerson.objects.filter(school=school_id).values_list("source_id", flat=True)
    classes = SchoolClass.objects.filter(school=school_id).values_list("source_id", flat=True)
    return Known(frozenset(people) | frozenset(students), frozenset(classes))


def _good(row: Row, run: ImportRun) -> Waiting:
    return Waiting(row.line, roster_lines.noun_of(row), roster_lines.staged(row, run), row.cells, row.file)


def _bad(line: BadLine) -> Waiting:
    return Waiting(line.line, cells=line.cells, file=line.file, code=line.problem.code, values=line.problem.values)


def _store(run: ImportRun, block: list[Waiting]) -> None:
    with _owned(run), connection.cursor() as cursor:
        columns = "run_id, file, line, noun, data, cells, outcome, left_out, changes, problem_code, problem_values"
        with cursor.copy(f"COPY exchange_importrow ({columns}) FROM STDIN") as copy:
            for waiting in block:
                copy.write_row(_as_row(run, waiting))
        ImportRun.objects.filter(pk=run.pk).update(
            lines_done=run.lines_done, lines_total=run.lines_total, heartbeat_at=timezone.now()
        )


def _as_row(run: ImportRun, waiting: Waiting) -> tuple:
    return (
        run.pk,
        waiting.file,
        waiting.line,
        waiting.noun,
        _json(waiting.data),
        [_storable(cell) for cell in waiting.cells],
        "error" if waiting.code else "",
        False,
        "{}",
        waiting.code,
        _json({name: _storable(value) for name, value in waiting.values.items()}),
    )


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _storable(value: Any) -> Any:
    """PostgreSQL stores no NUL; its picture stands for it."""
    return value.replace("\0", "\N{SYMBOL FOR NULL}") if isinstance(value, str) else value


@contextmanager
def _owned(run: ImportRun) -> Iterator[None]:
    """A transaction in which this worker, and no other, may write to the run."""
    with transaction.atomic():
        mine = ImportRun.objects.select_for_update(of=("self",)).filter(pk=run.pk, state="reading", claim=run.claim)
        if mine.first() is None:
            raise Superseded
        yield


def _ask(run: ImportRun) -> None:
    try:
        with _owned(run):
            workflow.ask(run=run, by=SYSTEM, at=timezone.now())
    except (Superseded, Refused):
        return


def _fail(run: ImportRun, refused: FileRefused) -> None:
    try:
        with _owned(run):
            workflow.fail(run=run, problem=refused.problem, by=SYSTEM, at=timezone.now())
    except (Superseded, Refused):
        return


def _rows_of(run: ImportRun) -> ModuleType:
    return employer_lines if run.kind == ImportRun.Kind.EMPLOYERS else roster_lines
