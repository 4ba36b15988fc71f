"""The life of a credit decision: the rules propose, a teacher decides, the ledger keeps what was credited."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.templatetags.ui import day_year
from core.workflow import Actor, Move, Refused, Workflow
from credits import ledger
from credits.evidence import as_data
from credits.models import Decision, Evaluation
from credits.queries import Opinion, is_assessor, opinion_of
from credits.rules import giving
from credits.rules.giving import Gift
from placements.queries.patterns import with_one_source
from placements.workflow.settling import lock_hours
from schools.models import Enrolment, Student, Unit

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
        Move("correct", gettext_lazy("Take back"), Decision.DECIDED, State.CORRECTED, _TEACHER),
    ),
    school_id=lambda decision: decision.enrolment.student.school_id,
    timeline=lambda decision: f"enrolment:{decision.enrolment_id}",
)
VERBS = {State.CREDITED: "credit", State.PARTLY: "credit_partly", State.NOT_YET: "not_yet"}


@dataclass(frozen=True)
class Proposal:
    """The one open decision of an enrolment, and what the rules say of the evidence of now."""

    decision: Decision
    opinion: Opinion


@transaction.atomic
def propose(*, enrolment: Enrolment, by: Actor, at: datetime) -> Proposal:
    """The first step of `decide`: evaluate the evidence of now and keep it with the one open decision.

    The same evidence again changes nothing. Raises `Refused` when the rules cannot be applied.
    """
    _lock(enrolment)
    zone = ZoneInfo(enrolment.student.school.time_zone)
    opinion = opinion_of(enrolment, today=at.astimezone(zone).date())
    if opinion.result is None or opinion.gathered is None:
        raise Refused(opinion.problem)
    decision = _open_decision(enrolment)
    known = decision.evaluation
    if known and known.evidence_hash == opinion.seen:
        return Proposal(decision, opinion)
    evaluation = Evaluation.objects.create(
        enrolment=enrolment,
        rule_set_version_id=opinion.gathered.wording.pk,
        other_wordings=[one.pk for one in opinion.gathered.others],
        evidence=as_data(opinion.gathered.evidence),
        evidence_hash=opinion.seen,
        result=opinion.result.as_data(),
        at=at,
    )
    result = opinion.result
    details = {
        "minutes": result.proposed_minutes,
        "eligible": result.counted_minutes,
        "required": result.required_minutes,
    }
    DECISION.apply(
        decision,
        "propose",
        by=by,
        at=at,
        details=details,
        evaluation=evaluation,
        proposed_minutes=result.proposed_minutes,
    )
    return Proposal(decision, opinion)


@transaction.atomic
def decide(
    *,
    enrolment: Enrolment,
    outcome: str,
    minutes: int,
    awards: Collection[str] | None = None,
    reason: str = "",
    person: Person,
    by: Actor,
    at: datetime,
    seen: str = "",
) -> Decision:
    """Decide as a teacher on the evidence of now; what is credited goes to the ledger in the same transaction.

    From then on no side changes the days that the host has answered: the credit rests on them.
    `minutes` are those that are credited in all; `awards` the keys of the awards that are given, all that the rules
    propose when left out. `seen` is the fingerprint of what the teacher looked at. Raises `Refused` when it has changed
    since (a colleague was faster, or hours came in), for anybody but an assessor, for what the outcome does not allow,
    and for a difference from the proposal without a reason.
    """
    if by.role not in _TEACHER or not is_assessor(enrolment, person):
        raise Refused(_("You may not do this."))
    proposal = propose(enrolment=enrolment, by=by, at=at)
    if seen and seen != proposal.opinion.seen:
        raise Refused(_("Something has changed since you opened this page. Please look at it again."))
    assert proposal.opinion.result is not None
    if outcome != State.NOT_YET:
        _must_have_a_second_source(enrolment)
    gifts = _gifts(proposal, outcome, minutes, awards, reason)
    decision = proposal.decision
    decision.reason = reason.strip()
    decision.save(update_fields=["reason"])
    DECISION.apply(
        decision,
        VERBS[State(outcome)],
        by=by,
        at=at,
        reason=decision.reason,
        details={"minutes": minutes, "proposed": decision.proposed_minutes},
        credited_minutes=minutes,
        decided_by=person,
        decided_at=at,
    )
    if gifts:
        _credit(decision, gifts, at)
    return decision


def _credit(decision: Decision, gifts: Collection[Gift], at: datetime) -> None:
    """Write the gifts into the ledger, and lock the days on which they rest."""
    for gift in gifts:
        ledger.append(
            decision=decision,
            award=gift.award,
            measure=gift.measure,
            unit=_unit(decision.enrolment, gift.unit),
            minutes=gift.minutes,
            credit=gift.credit,
            at=at,
        )
    lock_hours(enrolment=decision.enrolment, at=at)


def _must_have_a_second_source(enrolment: Enrolment) -> None:
    """Hours for which only a relative at the host stands are not credited (product 6, E30)."""
    placements = enrolment.placements.order_by("pk").values_list("pk", flat=True)
    if found := with_one_source(list(placements)):
        first = min(one.days[0] for one in found.values())
        raise Refused(
            _(
                "From %(day)s on only somebody close to the student has confirmed the hours. "
                "Visit the workplace, or ask somebody else there, before you credit them."
            )
            % {"day": day_year(first)}
        )


def _gifts(proposal: Proposal, outcome: str, minutes: int, awards: Collection[str] | None, reason: str) -> list[Gift]:
    """What goes to the ledger. Raises `Refused` for what does not fit together."""
    result, gathered = proposal.opinion.result, proposal.opinion.gathered
    assert result is not None
    assert gathered is not None
    if outcome not in VERBS or minutes < 0:
        raise Refused(_("Choose what you decide."))
    gifts = [] if outcome == State.NOT_YET else giving.chosen(gathered.rule_set, result, minutes=minutes, awards=awards)
    if (outcome == State.NOT_YET) != (not gifts) or (outcome == State.NOT_YET and minutes):
        raise Refused(_("To credit, give hours; for “not yet”, give none."))
    if gifts and sum(gift.minutes for gift in gifts) != minutes:
        raise Refused(_("These hours do not fit the awards that you chose."))
    if giving.needs_reason(result, outcome=outcome, gifts=gifts) and not reason.strip():
        raise Refused(_("This differs from what the rule proposes. Please give a reason."))
    return gifts


def _unit(enrolment: Enrolment, code: str | None) -> Unit | None:
    return enrolment.cohort.version.units.filter(code=code).first() if code else None


def _lock(enrolment: Enrolment) -> None:
    """All that is credited to one student happens one after the other."""
    Student.objects.select_for_update().get(pk=enrolment.student_id)


def _open_decision(enrolment: Enrolment) -> Decision:
    known = Decision.objects.select_related("evaluation").filter(enrolment=enrolment, state__in=_OPEN).first()
    return known or Decision.objects.create(enrolment=enrolment)
