"""Reads of credit: the evidence of an enrolment, balances, and who waits for a decision."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.models import Membership, Person
from credits import rules
from credits.access import enrolments_to_credit
from credits.models import Decision, LedgerEntry
from placements.models import Agreement, Feedback, Placement, WeekConfirmation, WorkEntry
from schools.models import Enrolment


def balances(enrolment_ids: Collection[int]) -> dict[int, int]:
    """Credited minutes of each enrolment, in one query; nothing credited is zero."""
    rows = LedgerEntry.objects.filter(enrolment__in=enrolment_ids).order_by().values("enrolment")
    found = {row["enrolment"]: row["sum"] for row in rows.annotate(sum=Sum("minutes"))}
    return {pk: found.get(pk, 0) for pk in enrolment_ids}


def evidence_of(enrolment: Enrolment) -> rules.Evidence:
    """All work of an enrolment with when its placements were agreed, in two queries however much it is."""
    work: dict[int, list[rules.Work]] = defaultdict(list)
    agreed: dict[int, datetime | None] = {}
    for key, placement, span, logged, confirmed, agreed_at in _entries(enrolment):
        work[placement].append(rules.Work(key, span.lower, logged, confirmed))
        agreed[placement] = agreed_at
    return rules.Evidence(
        required=enrolment.cohort.version.required_minutes,
        credited=balances([enrolment.pk])[enrolment.pk],
        places=tuple(rules.PlaceOfWork(placement, agreed[placement], tuple(some)) for placement, some in work.items()),
    )


def _entries(enrolment: Enrolment) -> QuerySet[WorkEntry, tuple]:
    """The facts of each entry; the last is when the first agreement of its placement came in force."""
    first = (
        Agreement.objects.filter(plan__placement=OuterRef("placement"), in_force_at__isnull=False)
        .order_by("in_force_at")
        .values("in_force_at")[:1]
    )
    entries = WorkEntry.objects.filter(placement__enrolment=enrolment).order_by().annotate(agreed_at=Subquery(first))
    return entries.values_list("pk", "placement_id", "span", "logged_minutes", "confirmed_minutes", "agreed_at")


def is_assessor(enrolment: Enrolment, person: Person) -> bool:
    """The teacher of the enrolment, or one who accompanies a placement of it."""
    return enrolment.teacher_id == person.pk or enrolment.placements.filter(teacher=person).exists()


def waits() -> Q:
    """Of placements: over, and nobody has decided since, neither since the end nor since hours that came late."""
    decided = Decision.objects.filter(enrolment=OuterRef("enrolment"), state__in=Decision.DECIDED).order_by()
    heard = Decision.objects.filter(
        enrolment=OuterRef("placement__enrolment"), state__in=Decision.DECIDED, decided_at__gte=OuterRef("answered_at")
    ).order_by()
    late = WeekConfirmation.objects.filter(~Exists(heard), placement=OuterRef("pk")).order_by()
    undecided = ~Exists(decided.filter(decided_at__date__gte=OuterRef("ends_on")))
    return Q(state__in=Placement.OVER, enrolment__isnull=False) & (Q(undecided) | Q(Exists(late)))


@dataclass(frozen=True)
class ToDecide:
    """An enrolment that waits, with the placements that are over and its minutes."""

    enrolment: Enrolment
    placements: list[Placement]
    confirmed: int
    credited: int


def to_decide(viewer: Membership) -> QuerySet[Enrolment]:
    """The enrolments that wait for this teacher, whose placement ended first comes first."""
    open_ones = Placement.objects.filter(waits(), enrolment=OuterRef("pk")).order_by("ends_on", "pk")
    return (
        enrolments_to_credit(viewer)
        .filter(Exists(open_ones))
        .select_related("student__person", "cohort__version__programme", "teacher")
        .annotate(ended=open_ones.values("ends_on")[:1])
        .order_by("ended", "student__person__sort_key", "pk")
    )


def to_decide_rows(enrolments: Collection[Enrolment]) -> list[ToDecide]:
    keys = [enrolment.pk for enrolment in enrolments]
    placements: dict[int, list[Placement]] = defaultdict(list)
    for placement in Placement.objects.filter(waits(), enrolment__in=keys).select_related("employer").order_by("pk"):
        placements[placement.enrolment_id or 0].append(placement)
    entries = WorkEntry.objects.filter(placement__enrolment__in=keys).order_by().values("placement__enrolment")
    confirmed = {row["placement__enrolment"]: row["sum"] or 0 for row in entries.annotate(sum=Sum("confirmed_minutes"))}
    credited = balances(keys)
    return [ToDecide(one, placements[one.pk], confirmed.get(one.pk, 0), credited[one.pk]) for one in enrolments]


@dataclass(frozen=True)
class Line:
    """One line of a result with the placement it is about."""

    placement: Placement
    line: rules.Cut | rules.Counted


@dataclass(frozen=True)
class Case:
    """Everything that stands on the page of a decision; `result` is the rule's word on the evidence of now."""

    enrolment: Enrolment
    result: rules.Result
    seen: str
    counted: list[Line]
    cuts: list[Line]
    voices: list[tuple[Placement, Feedback | None]]
    decisions: list[Decision]


def case_of(enrolment: Enrolment) -> Case:
    """`enrolment` comes with its cohort's version and the student's person."""
    evidence = evidence_of(enrolment)
    result = rules.evaluate(evidence)
    placements = Placement.objects.filter(enrolment=enrolment).select_related("employer").order_by("starts_on", "pk")
    by_key = {placement.pk: placement for placement in placements}
    return Case(
        enrolment=enrolment,
        result=result,
        seen=rules.fingerprint(evidence),
        counted=[Line(by_key[line.placement], line) for line in result.counted],
        cuts=[Line(by_key[line.placement], line) for line in result.cuts],
        voices=_voices(by_key),
        decisions=list(
            Decision.objects.filter(enrolment=enrolment, state__in=Decision.DECIDED)
            .select_related("decided_by")
            .order_by("-decided_at", "-pk")
        ),
    )


def _voices(placements: dict[int, Placement]) -> list[tuple[Placement, Feedback | None]]:
    """Each placement that was not cancelled, with the host's closing feedback when it is there."""
    rows = (
        Feedback.objects.filter(placement__in=placements).select_related("person").prefetch_related("tasks__template")
    )
    found = {feedback.placement_id: feedback for feedback in rows}
    shown = (one for one in placements.values() if one.state != Placement.State.CANCELLED)
    return [(placement, found.get(placement.pk)) for placement in shown]
