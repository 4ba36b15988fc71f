"""Reads for the pages of programmes and cohorts."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, Person
from accounts.roles import Role
from core.names import sort_key
from core.workflow import Refused
from schools.access import cohorts_visible_to, enrolments_visible_to, programmes_visible_to, students_visible_to
from schools.models import (
    ClassMember,
    Cohort,
    Enrolment,
    Outcome,
    Programme,
    ProgrammeVersion,
    RuleSetVersion,
    SchoolClass,
    Student,
    TaskTemplate,
    Unit,
)
from schools.rule_sets.choosing import chosen
from schools.rules import task_line


def programmes(viewer: Membership) -> QuerySet[Programme]:
    """Each programme with the hours of its newest version and how many cohorts and students it has."""
    newest = ProgrammeVersion.objects.filter(programme=OuterRef("pk")).order_by("-number")
    return (
        programmes_visible_to(viewer)
        .annotate(
            required_minutes=Subquery(newest.values("required_minutes")[:1]),
            cohort_count=_count(Cohort.objects.filter(version__programme=OuterRef("pk")), "version__programme"),
            student_count=_count(
                Enrolment.objects.filter(cohort__version__programme=OuterRef("pk")), "cohort__version__programme"
            ),
        )
        .order_by("name", "pk")
    )


def _count(rows: QuerySet, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@dataclass(frozen=True)
class Page:
    """A programme as its page shows it: the newest version with units, and the cohorts of all versions."""

    programme: Programme
    version: ProgrammeVersion
    units: list[Unit]
    cohorts: list[Cohort]


def programme_page(programme: Programme, viewer: Membership) -> Page:
    version = programme.versions.order_by("-number")[0]
    return Page(
        programme=programme,
        version=version,
        units=list(version.units.order_by("position").prefetch_related("outcomes", "tasks")),
        cohorts=list(
            cohorts_visible_to(viewer)
            .filter(version__programme=programme)
            .select_related("version")
            .annotate(student_count=Count("enrolments"))
            .order_by("-starts_on", "name", "pk")
        ),
    )


def unit_at(programme: Programme, position: int) -> QuerySet[Unit]:
    """The unit at that place of the newest version."""
    newest = programme.versions.order_by("-number").values("pk")[:1]
    return Unit.objects.filter(version__in=newest, position=position)


def unit_text(unit: Unit) -> dict[str, str]:
    """The unit as lines to edit; see `schools.rules.task_of`."""
    outcomes = list(Outcome.objects.filter(unit=unit).order_by("position"))
    tasks = TaskTemplate.objects.filter(unit=unit).order_by("pk").prefetch_related("outcomes")
    written = [task_line(task.title, [one.position for one in task.outcomes.all()], len(outcomes)) for task in tasks]
    return {
        "title": unit.title,
        "outcomes": "\n".join(outcome.text for outcome in outcomes),
        "tasks": "\n".join(written),
    }


def enrolled(cohort: Cohort, viewer: Membership, q: str) -> QuerySet[Enrolment]:
    """The students of a cohort that the viewer may see, by name."""
    return (
        enrolments_visible_to(viewer)
        .filter(cohort=cohort, student__person__sort_key__contains=sort_key(q))
        .select_related("student__person", "teacher")
        .order_by("student__person__sort_key", "pk")
    )


def candidates(viewer: Membership, school_class: SchoolClass | None, q: str, limit: int) -> list[Student]:
    """Students of a class, or found by name, at most `limit`; nobody before one of them is asked for."""
    if school_class is None and not q:
        return []
    found = students_visible_to(viewer).filter(person__sort_key__contains=sort_key(q))
    if school_class is not None:
        found = found.filter(
            person__class_memberships__school_class=school_class,
            person__class_memberships__part=ClassMember.Part.STUDENT,
        )
    return list(found.select_related("person").order_by("person__sort_key", "pk")[:limit])


def teachers(school: Organisation) -> QuerySet[Person]:
    """Who may assess: teachers with an account and teachers of the register's classes."""
    account = Q(user__memberships__organisation=school, user__memberships__role=Role.TEACHER)
    register = Q(class_memberships__school_class__school=school, class_memberships__part=ClassMember.Part.TEACHER)
    return Person.objects.filter(account | register).distinct().order_by("sort_key", "pk")


def teacher_of(school_class: SchoolClass | None) -> Person | None:
    """The first teacher of the class, whom the form offers."""
    if school_class is None:
        return None
    members = school_class.members.filter(part=ClassMember.Part.TEACHER).select_related("person").order_by("pk")
    return next((member.person for member in members[:1]), None)


def version_in_force(enrolment: Enrolment, today: date) -> RuleSetVersion:
    """The wording that holds for an enrolment, in one query. `enrolment` comes with its cohort's version.

    Raises `Refused` when there is none: nothing can be credited without a rule.
    """
    named = enrolment.cohort.version.rule_set_id
    wordings = (
        RuleSetVersion.objects.filter(rule_set=named)
        if named
        else RuleSetVersion.objects.filter(rule_set__general=True)
    )
    found = chosen(wordings, cohort_start=enrolment.cohort.starts_on, today=today)
    if found is None:
        raise Refused(_("No rule set holds for this cohort. Choose one in its programme."))
    return found
