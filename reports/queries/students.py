"""The list of students and the page of one: enrolments, placements, credited hours."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts.models import Membership
from core.names import by_name
from credits.access import enrolments_to_credit
from credits.corrections import Told, told
from credits.models import LedgerEntry
from credits.queries import balances
from placements.access import visible_to
from placements.models import Placement
from placements.queries.hours import totals
from reports.filters import LONGEST
from reports.phases import with_phase
from reports.queries.search import named
from schools.access import enrolments_visible_to, students_visible_to
from schools.models import Enrolment, Guardian, Student


def asked(query: QueryDict) -> tuple[str, bool]:
    """What the list is asked for in its address: a name, and whether only those who never had a placement."""
    return query.get("q", "").strip()[:LONGEST], "without" in query


def listed(viewer: Membership, q: str, *, without: bool) -> QuerySet[Student]:
    """Students by name; `q` finds names without accents and case, `without` those who never had a placement."""
    found = Student.objects.filter(pk__in=students_visible_to(viewer).values("pk"), school=viewer.organisation_id)
    if without:
        found = found.filter(~Exists(placed()))
    return by_name(found.filter(named(q, "person__sort_key")).select_related("person"), "person__sort_key")


def placed() -> QuerySet[Placement]:
    """Placements of a student in an outer query that were not cancelled."""
    return (
        Placement.objects.filter(enrolment__student=OuterRef("pk")).exclude(state=Placement.State.CANCELLED).order_by()
    )


def without_placement(viewer: Membership) -> int:
    return students_visible_to(viewer).filter(~Exists(placed())).count()


@dataclass(frozen=True)
class Row:
    student: Student
    enrolment: Enrolment | None
    placement: Placement | None
    credited: int


def rows(students: Collection[Student], viewer: Membership) -> list[Row]:
    """Each student with the newest enrolment, the newest placement and the credited minutes of that enrolment."""
    keys = [student.pk for student in students]
    found = Enrolment.objects.filter(student__in=keys).select_related("cohort__version").order_by("starts_on", "pk")
    enrolments = {enrolment.student_id: enrolment for enrolment in found}
    placements = with_phase(Placement.objects.filter(enrolment__student__in=keys, school=viewer.organisation_id))
    newest = {
        placement.enrolment.student_id: placement
        for placement in placements.select_related("employer", "enrolment").order_by("starts_on", "pk")
    }
    credited = balances([enrolment.pk for enrolment in enrolments.values()])
    return [
        Row(one, enrolments.get(one.pk), newest.get(one.pk), _credited(enrolments.get(one.pk), credited))
        for one in students
    ]


def _credit() -> Coalesce:
    """Credited minutes of an enrolment, for a page that has no query to spare."""
    rows = LedgerEntry.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    return Coalesce(Subquery(rows.annotate(sum=Sum("minutes")).values("sum")), 0)


def _credited(enrolment: Enrolment | None, credited: dict[int, int]) -> int:
    return credited[enrolment.pk] if enrolment else 0


@dataclass(frozen=True)
class Part:
    """One enrolment with its placements, its minutes and what was decided."""

    enrolment: Enrolment
    placements: list[Placement]
    decisions: list[Told]
    logged: int
    confirmed: int
    credited: int
    may_open_credit: bool


@dataclass(frozen=True)
class Page:
    student: Student
    guardians: list[Guardian]
    parts: list[Part]


def student_page(student: Student, viewer: Membership, *, today: date) -> Page:
    enrolments = list(
        enrolments_visible_to(viewer)
        .filter(student=student)
        .select_related("cohort__version__programme", "teacher")
        .annotate(may_open_credit=Exists(enrolments_to_credit(viewer).filter(pk=OuterRef("pk"))), credited=_credit())
        .order_by("-starts_on", "pk")
    )
    keys = [enrolment.pk for enrolment in enrolments]
    placements: dict[int, list[Placement]] = defaultdict(list)
    shown = with_phase(Placement.objects.filter(pk__in=visible_to(viewer).values("pk"), enrolment__in=keys))
    for placement in shown.select_related("employer").order_by("-starts_on", "pk"):
        placements[placement.enrolment_id].append(placement)
    decisions = told(keys, today=today)
    sums = totals([placement.pk for some in placements.values() for placement in some])
    return Page(
        student=student,
        guardians=list(student.guardians.select_related("person").order_by("pk")),
        parts=[
            Part(
                enrolment=one,
                placements=placements[one.pk],
                decisions=decisions[one.pk],
                logged=sum(sums[placement.pk].logged for placement in placements[one.pk]),
                confirmed=sum(sums[placement.pk].confirmed for placement in placements[one.pk]),
                credited=one.credited,
                may_open_credit=one.may_open_credit,
            )
            for one in enrolments
        ],
    )
