"""The life of a credit decision: the rule proposes, a teacher decides, the ledger keeps what was credited."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from credits import ledger, rules
from credits.models import Decision, Evaluation
from credits.queries import evidence_of, is_assessor
from schools.models import Enrolment, Student
from schools.queries import version_in_force

State = Decision.State
_OPEN = (State.OPEN, State.PROPOSED)
_TEACHER = frozenset({Role.TEACHER})

DECISION = Workflow(
    noun="decision",
    moves=(
        Move("propose", gettext_lazy("Propose"), _OPEN, State.PROPOSED, _TEACHER),
        Move("credit", gettext_lazy("Credit all"), (State.PROPOSED,), State.CREDITED, _TEACHER),
        Move("credit_partly", gettext_lazy("Credit a part"), (State.PROPOSED,), State.PARTLY, _TEACHER),
        Move("not_yet", gettext_lazy("Not yet"), (State.PROPOSED,), State.NOT_YET, _TEACHER),
    ),
    school_id=lambda decision: decision.enrolment.student.school_id,
    timeline=lambda decision: f"enrolment:{decision.enrolment_id}",
)
VERBS = {State.CREDITED: "credit", State.PARTLY: "credit_partly", State.NOT_YET: "not_yet"}


@transaction.atomic
def propose(*, enrolment: Enrolment, by: Actor, at: datetime) -> Decision:
    """The first step of `decide`: evaluate the evidence of now and keep it with the one open decision of the enrolment.

    The same evidence again changes nothing.
    """
    _lock(enrolment)
    evidence = evidence_of(enrolment)
    decision = _open_decision(enrolment)
    known = decision.evaluation
    if known and known.evidence_hash == rules.fingerprint(evidence):
        return decision
    result = rules.evaluate(evidence)
    evaluation = Evaluation.objects.create(
        enrolment=enrolment,
        rule_set_version=version_in_force(enrolment, at.date()),
        evidence={},
        evidence_hash=rules.fingerprint(evidence),
        result=result.as_data(),
        at=at,
    )
    details = {"minutes": result.proposed, "eligible": result.eligible, "required": result.required}
    DECISION.apply(
        decision, "propose", by=by, at=at, details=details, evaluation=evaluation, proposed_minutes=result.proposed
    )
    return decision


@transaction.atomic
def decide(
    *,
    enrolment: Enrolment,
    outcome: str,
    minutes: int,
    reason: str = "",
    person: Person,
    by: Actor,
    at: datetime,
    seen: str = "",
) -> Decision:
    """Decide as a teacher on the evidence of now; credited minutes go to the ledger in the same transaction.

    `seen` is the fingerprint of the evidence that the teacher looked at. Raises `Refused` when it has changed since
    (a colleague was faster, or hours came in), for anybody but an assessor, for minutes that the outcome does not
    allow, and for a difference from the proposal without a reason.
    """
    if by.role not in _TEACHER or not is_assessor(enrolment, person):
        raise Refused(_("You may not do this."))
    decision = propose(enrolment=enrolment, by=by, at=at)
    assert decision.evaluation is not None
    if seen and seen != decision.evaluation.evidence_hash:
        raise Refused(_("Something has changed since you opened this page. Please look at it again."))
    _must_fit(rules.Result(**decision.evaluation.result), outcome, minutes, reason)
    details = {"minutes": minutes, "proposed": decision.proposed_minutes}
    decision.reason = reason.strip()
    decision.save(update_fields=["reason"])
    DECISION.apply(
        decision,
        VERBS[State(outcome)],
        by=by,
        at=at,
        reason=decision.reason,
        details=details,
        credited_minutes=minutes,
        decided_by=person,
        decided_at=at,
    )
    if minutes:
        ledger.append(decision=decision, award="hours-credited", measure="hours", minutes=minutes, at=at)
    return decision


def _must_fit(result: rules.Result, outcome: str, minutes: int, reason: str) -> None:
    if outcome not in VERBS or minutes < 0:
        raise Refused(_("Choose what you decide."))
    if (outcome == State.NOT_YET) != (minutes == 0):
        raise Refused(_("To credit, give hours; for “not yet”, give none."))
    if rules.needs_reason(result, outcome=outcome, minutes=minutes) and not reason.strip():
        raise Refused(_("This differs from what the rule proposes. Please give a reason."))


def _lock(enrolment: Enrolment) -> None:
    """All that is credited to one student happens one after the other."""
    Student.objects.select_for_update().get(pk=enrolment.student_id)


def _open_decision(enrolment: Enrolment) -> Decision:
    known = Decision.objects.select_related("evaluation").filter(enrolment=enrolment, state__in=_OPEN).first()
    return known or Decision.objects.create(enrolment=enrolment)
