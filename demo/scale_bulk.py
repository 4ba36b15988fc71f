"""Fill large tables in one go: what costs time for each row is put aside and built again at the end, all at once.

What is built again is checked by the database, and all of it stands in one transaction: whoever stops it finds the
database as it was. That no two days of work overlap is half of the time for a million students: its index grows by a
search for each of 14 million days.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

LARGE = (
    "accounts_person", "schools_student", "schools_enrolment", "placements_placement", "placements_segment",
    "placements_planversion", "placements_plannedshift", "placements_plannedoutcome", "placements_agreement",
    "placements_signature", "placements_workentry", "placements_weekconfirmation", "placements_hourclaim",
    "placements_taskdone", "core_transition", "reminders_handled",
)  # fmt: skip
# Primary keys stay: their rows come in order, and foreign keys rest on them.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u', 'x') ORDER BY contype DESC, oid"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid) ORDER BY indexrelid"""
MEMORY = "SET LOCAL maintenance_work_mem = '1GB'; SET LOCAL work_mem = '256MB'"


@dataclass(frozen=True)
class Aside:
    """What stood on the tables, as the database writes it."""

    constraints: list[tuple[str, str, str]]
    indexes: list[tuple[str, str]]


@contextmanager
def put_aside() -> Iterator[None]:
    """Inside, the large tables have no foreign keys, no unique names and no indexes but their primary keys."""
    with connection.cursor() as cursor:
        cursor.execute(MEMORY)
        # Checks that still wait would forbid to alter their tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        aside = _take(cursor)
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _put_back(cursor, aside)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _take(cursor: CursorWrapper) -> Aside:
    cursor.execute(CONSTRAINTS, [list(LARGE)])
    constraints = cursor.fetchall()
    cursor.execute(INDEXES, [list(LARGE)])
    indexes = cursor.fetchall()
    for table, name, _definition in reversed(constraints):
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    return Aside(constraints, indexes)


def _put_back(cursor: CursorWrapper, aside: Aside) -> None:
    for _name, definition in aside.indexes:
        cursor.execute(definition)
    for table, name, definition in aside.constraints:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
