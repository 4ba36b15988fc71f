"""The ledger of a student: rows numbered without a gap, each with the hash of the row before it.

No row is ever changed; what was credited is taken back by a further row that mirrors it.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from core.chain import digest
from credits.heads import Head
from credits.models import Decision, LedgerEntry
from schools.models import Unit

MIRRORED = (
    *("student_id", "enrolment_id", "unit_id", "award", "measure"),
    *("decision_id", "evaluation_id", "evidence_hash", "rule_set_version_id"),
)
ROWS_AT_ONCE = 2000


def append(
    *,
    decision: Decision,
    award: str,
    measure: str,
    minutes: int,
    credit: int = 0,
    unit: Unit | None = None,
    at: datetime,
) -> LedgerEntry:
    """Write the next row. The caller holds the lock on the student's row, so that numbers are given out once."""
    evaluation = decision.evaluation
    assert evaluation is not None
    return _write(
        LedgerEntry(
            student_id=decision.enrolment.student_id,
            enrolment_id=decision.enrolment_id,
            unit=unit,
            award=award,
            measure=measure,
            minutes=minutes,
            credit=credit,
            decision=decision,
            evaluation=evaluation,
            evidence_hash=evaluation.evidence_hash,
            rule_set_version_id=evaluation.rule_set_version_id,
            at=at,
        )
    )


def reverse(*, entry: LedgerEntry, decision: Decision, at: datetime) -> LedgerEntry:
    """Take back a row of the decision that is taken back, once; again gives the row that did it.

    The caller holds the lock on the student's row. A row that takes back is not taken back itself: decide anew.
    """
    if entry.reverses_id is not None or entry.decision_id != decision.pk:
        raise ValueError(f"{entry} is no award of {decision}.")
    known = LedgerEntry.objects.filter(reverses=entry).first()
    if known:
        return known
    mirrored = {name: getattr(entry, name) for name in MIRRORED}
    return _write(LedgerEntry(**mirrored, minutes=-entry.minutes, credit=-entry.credit, reverses=entry, at=at))


def row_hash(entry: LedgerEntry) -> str:
    """Over everything a row says; the database's own key of the row is the only thing that may differ."""
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
            "evidence": entry.evidence_hash,
            "rule_set_version": entry.rule_set_version_id,
            "reverses": entry.reverses_id,
            "at": entry.at.astimezone(UTC).isoformat(),
        },
    )


def chains() -> Iterator[list[LedgerEntry]]:
    """The rows of each student, one student after the other in one query. Inside a transaction its memory is flat."""
    rows = LedgerEntry.objects.order_by("student_id", "sequence").iterator(chunk_size=ROWS_AT_ONCE)
    for _student, chain in groupby(rows, key=lambda row: row.student_id):
        yield list(chain)


def head(chain: Sequence[LedgerEntry]) -> Head:
    """What to keep of a chain outside the database, so that one computed anew shows."""
    last = max(chain, key=lambda row: row.sequence)
    return Head(student=last.student_id, sequence=last.sequence, hash=last.hash)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one row, told without a name."""

    student: int
    sequence: int
    text: str

    def __str__(self) -> str:
        return f"student {self.student}, row {self.sequence}: {self.text}"


def problems(chain: Iterable[LedgerEntry], known: Head | None = None) -> Iterator[Problem]:
    """All that is wrong with the chain of one student, and with `known`, its head of an earlier day.

    The chain alone cannot show a tail that was cut, nor a chain that was computed anew with care.
    """
    rows = sorted(chain, key=lambda row: row.sequence)
    yield from _numbers(rows)
    yield from _contents(rows)
    yield from _reversals(rows)
    if known:
        yield from _against(rows, known)


def _write(entry: LedgerEntry) -> LedgerEntry:
    last = LedgerEntry.objects.filter(student=entry.student_id).order_by("-sequence").first()
    entry.sequence = last.sequence + 1 if last else 1
    entry.previous = last.hash if last else ""
    entry.hash = row_hash(entry)
    entry.save(force_insert=True)
    return entry


def _numbers(rows: Sequence[LedgerEntry]) -> Iterator[Problem]:
    number, previous = 0, ""
    for row in rows:
        if row.sequence <= number:
            yield _problem(row, "there is another row with this number")
        elif row.sequence > number + 1:
            yield Problem(row.student_id, number + 1, f"missing; the next row is {row.sequence}")
        elif row.previous != previous:
            yield _problem(row, "does not follow the row before it")
        number, previous = row.sequence, row.hash


def _contents(rows: Sequence[LedgerEntry]) -> Iterator[Problem]:
    for row in rows:
        if row.hash != row_hash(row):
            written_as = next((number for number in range(1, len(rows) + 1) if _as_row(row, number) == row.hash), None)
            yield _problem(row, f"out of place; it was written as row {written_as}" if written_as else "changed")


def _as_row(row: LedgerEntry, number: int) -> str:
    moved = copy(row)
    moved.sequence = number
    return row_hash(moved)


def _reversals(rows: Sequence[LedgerEntry]) -> Iterator[Problem]:
    awards: dict[int, LedgerEntry] = {}
    for row in rows:
        if row.reverses_id is None:
            awards[row.pk] = row
        elif (award := awards.pop(row.reverses_id, None)) is None:
            yield _problem(row, "takes back no earlier row, or one that was taken back before")
        elif not _mirrors(row, award):
            yield _problem(row, f"does not mirror row {award.sequence}, which it takes back")


def _mirrors(row: LedgerEntry, award: LedgerEntry) -> bool:
    opposite = (row.minutes, row.credit) == (-award.minutes, -award.credit)
    return opposite and all(getattr(row, name) == getattr(award, name) for name in MIRRORED)


def _against(rows: Sequence[LedgerEntry], known: Head) -> Iterator[Problem]:
    row = next((row for row in rows if row.sequence == known.sequence), None)
    if row is None:
        lost = "the tail is cut" if rows else "the whole chain is gone"
        yield Problem(known.student, known.sequence, f"missing, but there when the heads were exported: {lost}")
    elif row.hash != known.hash:
        yield _problem(row, "not the row that was exported: the chain was computed anew")


def _problem(row: LedgerEntry, text: str) -> Problem:
    return Problem(row.student_id, row.sequence, text)
