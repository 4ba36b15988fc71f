"""The life of a request to look at a decision again: a student asks in time, an assessor answers.

The words of both stay in the request; the log of moves holds none of them.
"""

from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from credits import ledger
from credits.models import Correction, Decision
from credits.queries import is_assessor
from credits.rules import correcting as rules
from credits.workflow.deciding import DECISION
from placements.workflow.settling import unlock_hours
from schools.models import Enrolment, Student

State = Correction.State
_STUDENT = frozenset({Role.STUDENT})
_TEACHER = frozenset({Role.TEACHER})

CORRECTION = Workflow(
    noun="correction",
    moves=(
        Move("ask", gettext_lazy("Ask to look at it again"), (), State.ASKED, _STUDENT),
        Move("decline", gettext_lazy("The decision stays"), (State.ASKED,), State.DECLINED, _TEACHER),
        Move("uphold", gettext_lazy("Take the decision back"), (State.ASKED,), State.UPHELD, _TEACHER),
    ),
    school_id=lambda correction: correction.decision.enrolment.student.school_id,
    timeline=lambda correction: f"enrolment:{correction.decision.enrolment_id}",
)


@transaction.atomic
def ask_correction(
    *, decision: Decision, text: str, public_id: UUID | None = None, person: Person, by: Actor, at: datetime
) -> Correction:
    """Ask as the student of a decision. The same `public_id` again gives the request that is there already.

    Raises `Refused` for anybody else, more than 14 days after the decision, without words, while another request
    waits for its answer, and once the decision is taken back.
    """
    CORRECTION.must_allow("ask", by)
    student = _lock(decision)
    if student.person_id != person.pk:
        raise Refused(_("You may not do this."))
    public_id = public_id or uuid4()
    if asked := Correction.objects.filter(decision=decision, public_id=public_id).first():
        return asked
    zone = ZoneInfo(student.school.time_zone)
    _must_be_open(decision, text, at, zone)
    correction = Correction.objects.create(
        decision=decision,
        public_id=public_id,
        text=text.strip(),
        asked_at=at,
        answer_by=rules.answer_by(at, zone),
    )
    details = {"decision": decision.pk, "answer_by": correction.answer_by.isoformat()}
    CORRECTION.log(correction, "ask", by=by, at=at, after=State.ASKED, details=details)
    return correction


@transaction.atomic
def decline(*, correction: Correction, answer: str, person: Person, by: Actor, at: datetime) -> Correction:
    """The decision stays. The same answer again changes nothing; raises `Refused` as `uphold` does."""
    _lock(correction.decision)
    if not _is_said(correction, State.DECLINED, answer, person):
        _answer(correction, "decline", answer, person, by, at)
    return correction


@transaction.atomic
def uphold(*, correction: Correction, answer: str, person: Person, by: Actor, at: datetime) -> Correction:
    """The decision is taken back, and every row that it wrote in the ledger with it; the enrolment waits anew.

    The days on which no other credit rests are open again.

    The same answer again changes nothing. Raises `Refused` for anybody but an assessor, without words, and when a
    colleague has answered.
    """
    decision = correction.decision
    _lock(decision)
    if _is_said(correction, State.UPHELD, answer, person):
        return correction
    _answer(correction, "uphold", answer, person, by, at)
    DECISION.apply(decision, "correct", by=by, at=at, details={"minutes": decision.credited_minutes}, corrected_at=at)
    for entry in decision.ledger_entries.filter(reverses=None, reversed_by=None).order_by("sequence"):
        ledger.reverse(entry=entry, decision=decision, at=at)
    unlock_hours(enrolment=decision.enrolment, after=_last_credit(decision.enrolment))
    return correction


def _last_credit(enrolment: Enrolment) -> datetime | None:
    """When credit was given last that stands."""
    standing = Decision.objects.filter(enrolment=enrolment, state__in=Decision.CREDITING).order_by("-decided_at")
    return standing.values_list("decided_at", flat=True).first()


def _must_be_open(decision: Decision, text: str, at: datetime, zone: ZoneInfo) -> None:
    decision.refresh_from_db(fields=["state"])
    if decision.state not in Decision.DECIDED or decision.decided_at is None:
        raise Refused(_("This is no longer possible: it has changed in the meantime."))
    if not rules.may_ask(decision.decided_at, at, zone):
        raise Refused(_("The 14 days to ask are over. Please talk to your teacher."))
    if not text.strip():
        raise Refused(_("Please write what is wrong."))
    if decision.corrections.filter(state=State.ASKED).exists():
        raise Refused(_("You have asked already. Please wait for the answer."))


def _answer(correction: Correction, verb: str, answer: str, person: Person, by: Actor, at: datetime) -> None:
    if not is_assessor(correction.decision.enrolment, person):
        raise Refused(_("You may not do this."))
    if not answer.strip():
        raise Refused(_("Please write an answer: the student reads it."))
    CORRECTION.apply(correction, verb, by=by, at=at, answer=answer.strip(), answered_by=person, answered_at=at)


def _is_said(correction: Correction, state: str, answer: str, person: Person) -> bool:
    correction.refresh_from_db(fields=["state", "answer", "answered_by"])
    return (correction.state, correction.answer, correction.answered_by_id) == (state, answer.strip(), person.pk)


def _lock(decision: Decision) -> Student:
    """All that is credited to one student happens one after the other."""
    students = Student.objects.select_for_update(of=("self",)).select_related("school")
    return students.get(pk=decision.enrolment.student_id)
