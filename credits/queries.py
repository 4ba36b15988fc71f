"""Reads of credit: the evidence of an enrolment, balances, and who waits for a decision."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from accounts.models import Membership, Person
from core.formats import listed
from core.workflow import Refused
from credits.access import enrolments_to_credit
from credits.evidence import Gathered, gathered, names_of, stored
from credits.models import Decision, LedgerEntry, Record
from credits.replay import beside_cohort
from credits.rules.case import MissingFact
from credits.rules.evaluate import evaluate
from credits.rules.papers import Paper, papers
from credits.rules.result import Result
from credits.sentences import missing, own_words, told, word
from placements.models import Feedback, Placement, WeekConfirmation, WorkEntry
from schools.models import Enrolment, Unit
from schools.queries import document_of, open_version
from schools.rule_sets.document import RuleSet


def balances(enrolment_ids: Collection[int]) -> dict[int, int]:
    """Credited minutes of each enrolment, in one query; nothing credited is zero."""
    rows = LedgerEntry.objects.filter(enrolment__in=enrolment_ids).order_by().values("enrolment")
    found = {row["enrolment"]: row["sum"] for row in rows.annotate(sum=Sum("minutes"))}
    return {pk: found.get(pk, 0) for pk in enrolment_ids}


@dataclass(frozen=True)
class Opinion:
    """What the rules say of an enrolment today: the result and its sentences, or why there is none."""

    gathered: Gathered | None = None
    result: Result | None = None
    told: dict[str, Any] | None = None
    problem: str = ""

    @property
    def rules_name(self) -> str:
        """What the rule set is called, in the reader's language."""
        return word(self.gathered.rule_set.name) if self.gathered else ""

    def missing(self, *, own: bool) -> list[str]:
        """What stands before credit, in sentences; `own` when the student reads them."""
        if self.result is None or self.gathered is None:
            return [self.problem] if self.problem else []
        return missing(self.result, self.gathered.rule_set, self.gathered.names, own=own)

    @property
    def missing_for_staff(self) -> list[str]:
        return self.missing(own=False)

    @property
    def missing_for_student(self) -> list[str]:
        return self.missing(own=True)

    @property
    def seen(self) -> str:
        """The fingerprint of what was looked at."""
        return self.gathered.fingerprint if self.gathered else ""


def opinion_of(enrolment: Enrolment, *, today: date) -> Opinion:
    """`enrolment` comes with its cohort's version and the student's school."""
    try:
        found = beside_cohort(gathered(enrolment, today=today), enrolment, today=today)
        result = evaluate(found.case)
    except Refused as refusal:
        return Opinion(problem=str(refusal))
    except MissingFact as missing:
        return Opinion(
            problem=_("The rules ask for something that is not written down yet: %(name)s.") % {"name": missing.name}
        )
    return Opinion(found, result, told(result, found.rule_set, found.names))


def is_assessor(enrolment: Enrolment, person: Person) -> bool:
    """The teacher of the enrolment, or one who accompanies a placement of it."""
    return enrolment.teacher_id == person.pk or enrolment.placements.filter(teacher=person).exists()


def waits() -> Q:
    """Of placements: over, and nobody has decided since, neither since the end nor since hours that came late; or a
    decision was taken back, and nobody has decided anew."""
    decided = Decision.objects.filter(enrolment=OuterRef("enrolment"), state__in=Decision.DECIDED).order_by()
    heard = Decision.objects.filter(
        enrolment=OuterRef("placement__enrolment"), state__in=Decision.DECIDED, decided_at__gte=OuterRef("answered_at")
    ).order_by()
    late = WeekConfirmation.objects.filter(~Exists(heard), placement=OuterRef("pk")).order_by()
    undecided = ~Exists(decided.filter(decided_at__date__gte=OuterRef("ends_on")))
    over = Q(state__in=Placement.OVER, enrolment__isnull=False) & (Q(undecided) | Q(Exists(late)))
    return over | (~Q(state__in=Placement.NOT_BEGUN) & Q(Exists(taken_back("enrolment"))))


def taken_back(outer: str) -> QuerySet[Decision]:
    """The decisions of an outer enrolment that were taken back, and nobody has decided anew; the last one first."""
    anew = Decision.objects.filter(
        enrolment=OuterRef("enrolment"), state__in=Decision.DECIDED, decided_at__gte=OuterRef("corrected_at")
    ).order_by()
    return Decision.objects.filter(~Exists(anew), enrolment=OuterRef(outer), state=Decision.State.CORRECTED).order_by(
        "-corrected_at", "-pk"
    )


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
        .annotate(ended=open_ones.values("ends_on")[:1], taken_back_at=taken_back("pk").values("corrected_at")[:1])
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
class Then:
    """What a decision was made on, as it was stored; the same evidence under the same wording says it again."""

    decision: Decision
    opinion: Opinion
    entries: list[LedgerEntry]


def then(decision: Decision) -> Then:
    """`decision` comes with its evaluation's version, and with the enrolment."""
    evaluation = decision.evaluation
    assert evaluation is not None
    found = stored(evaluation, names_of(decision.enrolment))
    result = result_of(evaluation.result)
    entries = LedgerEntry.objects.filter(decision=decision).select_related("unit").order_by("sequence")
    return Then(decision, Opinion(found, result, told(result, found.rule_set, found.names)), list(entries))


_RESULTS = TypeAdapter(Result)


def result_of(data: Any) -> Result:
    """A result that was stored as JSON."""
    return _RESULTS.validate_python(data)


@dataclass(frozen=True)
class File:
    """Everything that stands on the page of a decision."""

    enrolment: Enrolment
    opinion: Opinion
    voices: list[tuple[Placement, Feedback | None]]


def file_of(enrolment: Enrolment, *, today: date) -> File:
    """`enrolment` comes with its cohort's version and the student's school."""
    return File(enrolment, opinion_of(enrolment, today=today), _voices(enrolment))


def _voices(enrolment: Enrolment) -> list[tuple[Placement, Feedback | None]]:
    """Each placement that was not cancelled with the host's closing feedback when it is there."""
    placements = Placement.objects.filter(enrolment=enrolment).exclude(state=Placement.State.CANCELLED)
    with_feedback = placements.select_related("employer", "feedback").prefetch_related("feedback__tasks__template")
    return [(one, getattr(one, "feedback", None)) for one in with_feedback.order_by("starts_on", "pk")]


@dataclass(frozen=True)
class NotedRow:
    """A record in people's words."""

    record: Record
    what: str
    details: str


@dataclass(frozen=True)
class RecordsPage:
    """What the rules ask about, what is noted, and what a record can be about."""

    papers: list[Paper]
    rule_set: RuleSet | None
    rows: list[NotedRow]
    placements: list[Placement]
    units: list[Unit]


def records_page(enrolment: Enrolment, *, today: date) -> RecordsPage:
    """`enrolment` comes with its cohort's version."""
    version = open_version(enrolment, today)
    rule_set = document_of(version) if version else None
    noted = Record.objects.filter(enrolment=enrolment).select_related("placement__employer", "unit", "written_by")
    placements = Placement.objects.filter(enrolment=enrolment).exclude(state=Placement.State.CANCELLED)
    return RecordsPage(
        papers=papers(rule_set) if rule_set else [],
        rule_set=rule_set,
        rows=[_noted(row, rule_set) for row in noted.order_by("-on", "-pk")],
        placements=list(placements.select_related("employer").order_by("starts_on", "pk")),
        units=list(enrolment.cohort.version.units.all()),
    )


def _noted(record: Record, rule_set: RuleSet | None) -> NotedRow:
    place = record.placement.employer.name if record.placement and record.placement.employer else ""
    signed = own_words(rule_set, *record.signed_by)
    parts = [
        *own_words(rule_set, record.by, record.result),
        _("%(score)s points") % {"score": record.score} if record.score is not None else "",
        _("signed by %(names)s") % {"names": listed(signed)} if signed else "",
        record.unit.title if record.unit else "",
        place,
    ]
    return NotedRow(record, own_words(rule_set, record.kind)[0], listed(part for part in parts if part))
