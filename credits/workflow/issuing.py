"""Issuing a transcript: the state of a student's ledger gets a code under which anybody can check the paper."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import STAFF, Role
from core.workflow import Actor, Move, Refused, Workflow
from credits.models import LedgerEntry, Transcript
from credits.transcripts import broken
from schools.models import Student

# 32 signs that nobody mixes up: no 0 and O, no 1 and I. Sixteen of them are 80 bits.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

TRANSCRIPT = Workflow(
    noun="transcript",
    moves=(Move("issue", gettext_lazy("Make the PDF"), (), None, frozenset({*STAFF, Role.STUDENT})),),
    school_id=lambda transcript: transcript.student.school_id,
)


@transaction.atomic
def issue(*, student: Student, by: Actor, at: datetime) -> Transcript:
    """Give the ledger as it is now a code. The same state again gives the same transcript.

    Raises `Refused` when nothing is credited and when the chain does not hold.
    """
    TRANSCRIPT.must_allow("issue", by)
    # As long as this lock is held nothing is credited to the student.
    Student.objects.select_for_update(of=("self",)).get(pk=student.pk)
    last = _last(student)
    known = Transcript.objects.filter(student=student, sequence=last.sequence).first()
    if known and known.head != last.hash:
        raise Refused(_("The record of credit was changed. Please tell the school’s administrator."))
    if known:
        return known
    transcript = Transcript.objects.create(
        student=student, code=new_code(), sequence=last.sequence, head=last.hash, issued_at=at
    )
    TRANSCRIPT.log(transcript, "issue", by=by, at=at, details={"rows": last.sequence})
    return transcript


def _last(student: Student) -> LedgerEntry:
    entries = list(LedgerEntry.objects.filter(student=student).order_by("sequence"))
    if not entries:
        raise Refused(_("Nothing is credited yet."))
    if broken(entries) is not None:
        raise Refused(_("The record of credit was changed. Please tell the school’s administrator."))
    return entries[-1]


def new_code() -> str:
    """ "7KQ4-M2XH-9RTB-PC3W": 80 random bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _sign in range(4)) for _group in range(4))
