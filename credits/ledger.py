"""The ledger of a student: rows numbered without a gap, each with the hash of the row before it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from core.chain import digest
from credits.models import Decision, LedgerEntry


def append(*, decision: Decision, award: str, measure: str, minutes: int, credit: int = 0, at: datetime) -> LedgerEntry:
    """Write the next row. The caller holds the lock on the student's row, so that numbers are given out once."""
    student_id = decision.enrolment.student_id
    last = LedgerEntry.objects.filter(student=student_id).order_by("-sequence").first()
    entry = LedgerEntry(
        student_id=student_id,
        sequence=last.sequence + 1 if last else 1,
        enrolment_id=decision.enrolment_id,
        award=award,
        measure=measure,
        minutes=minutes,
        credit=credit,
        decision=decision,
        evaluation=decision.evaluation,
        rule_set_version=decision.evaluation.rule_set_version,
        at=at,
        previous=last.hash if last else "",
    )
    entry.hash = row_hash(entry)
    entry.save()
    return entry


def row_hash(entry: LedgerEntry) -> str:
    return digest(
        entry.previous,
        {
            "student": entry.student_id,
            "sequence": entry.sequence,
            "enrolment": entry.enrolment_id,
            "unit": entry.unit_id,
            "award": entry.award,
            "measure": entry.measure,
            "minutes": entry.minutes,
            "credit": entry.credit,
            "decision": entry.decision_id,
            "evaluation": entry.evaluation_id,
            "rule_set_version": entry.rule_set_version_id,
            "reverses": entry.reverses_id,
            "at": entry.at.astimezone(UTC).isoformat(),
        },
    )


def first_break(rows: Iterable[LedgerEntry]) -> int | None:
    """The number of the first row, of one student in order, that is changed or out of place; nothing when all hold."""
    previous, expected = "", 1
    for row in rows:
        if (row.sequence, row.previous, row.hash) != (expected, previous, row_hash(row)):
            return row.sequence
        previous, expected = row.hash, expected + 1
    return None
