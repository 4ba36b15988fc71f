"""Reads around requests to look at a decision again: what was decided and asked, who answers, who waits."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet, Sum

from accounts.models import Membership, Person
from accounts.roles import Role
from credits.access import corrections_visible_to
from credits.models import Correction, Decision, LedgerEntry
from credits.queries import balances, is_assessor
from credits.rules.correcting import ask_until


@dataclass(frozen=True)
class Told:
    """A decision as it is shown: what was asked about it, newest first, and until when the student may ask."""

    decision: Decision
    corrections: list[Correction]
    ask_until: date
    may_ask: bool


def told(enrolment_ids: Collection[int], *, today: date) -> dict[int, list[Told]]:
    """What was decided on each enrolment, newest first, also what was taken back; in two queries."""
    found: dict[int, list[Told]] = defaultdict(list)
    for decision in with_requests(Decision.objects.filter(enrolment__in=enrolment_ids, decided_at__isnull=False)):
        found[decision.enrolment_id].append(told_of(decision, today=today))
    return found


def with_requests(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Decisions with everything that `told_of` needs."""
    return (
        decisions.select_related("decided_by", "enrolment__student__school", "enrolment__teacher", "enrolment__cohort")
        .prefetch_related(Prefetch("corrections", Correction.objects.select_related("answered_by")))
        .order_by("-decided_at", "-pk")
    )


def told_of(decision: Decision, *, today: date) -> Told:
    """`today` is the day at the school."""
    assert decision.decided_at is not None
    until = ask_until(decision.decided_at, ZoneInfo(decision.enrolment.student.school.time_zone))
    corrections = list(decision.corrections.all())
    waits = any(correction.state == Correction.State.ASKED for correction in corrections)
    return Told(decision, corrections, until, decision.state in Decision.DECIDED and not waits and today <= until)


def to_answer(viewer: Membership) -> QuerySet[Correction]:
    """The requests that wait for this teacher, the next answer first."""
    if viewer.role != Role.TEACHER:
        return Correction.objects.none()
    return (
        corrections_visible_to(viewer)
        .filter(state=Correction.State.ASKED)
        .select_related("decision__enrolment__student__person", "decision__enrolment__cohort")
        .order_by("answer_by", "pk")
    )


def who_answers(decision: Decision) -> Person | None:
    """The teacher who decided; when they no longer assess this student, the teacher of the enrolment."""
    decider = decision.decided_by
    if decider and is_assessor(decision.enrolment, decider):
        return decider
    return decision.enrolment.teacher


def without(decision: Decision) -> int:
    """Credited minutes of the enrolment once this decision is taken back."""
    own = LedgerEntry.objects.filter(decision=decision).aggregate(sum=Sum("minutes", default=0))["sum"]
    return balances([decision.enrolment_id])[decision.enrolment_id] - own
