"""Reads for the pages of programmes, cohorts and rule sets."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import ClosedDay, Membership, Organisation, Person
from accounts.roles import Role
from core.names import sort_key
from core.workflow import Refused
from schools.access import (
    cohorts_visible_to,
    enrolments_visible_to,
    programmes_visible_to,
    rule_sets_visible_to,
    students_visible_to,
)
from schools.models import (
    ClassMember,
    Cohort,
    Enrolment,
    Outcome,
    Programme,
    ProgrammeVersion,
    RuleException,
    RuleSet,
    RuleSetVersion,
    SchoolClass,
    Student,
    TaskTemplate,
    Unit,
)
from schools.rule_sets.asking import rules_to_except
from schools.rule_sets.choosing import chosen
from schools.rule_sets.document import RuleSet as Document
from schools.rule_sets.phrases import named, say
from schools.rule_sets.plain import GRADES
from schools.rule_sets.reading import read_rule_set
from schools.rules import YEAR, task_line


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
    version = newest_version(programme)
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
        "code": unit.code,
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


def earlier_cohorts(cohort: Cohort, viewer: Membership) -> list[Cohort]:
    """Cohorts of the programme that began before this one and have students, the newest first, at most 3: from there
    students may go on here."""
    found = cohorts_visible_to(viewer).filter(
        Exists(Enrolment.objects.filter(cohort=OuterRef("pk"))),
        version__programme=cohort.version.programme_id, starts_on__lt=cohort.starts_on,
    )  # fmt: skip
    return list(found.order_by("-starts_on", "name", "pk")[:3])


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


def wordings_of(enrolment: Enrolment) -> QuerySet[RuleSetVersion]:
    """All wordings of the rule set that its programme names, or of the general one."""
    named = enrolment.cohort.version.rule_set_id
    return RuleSetVersion.objects.filter(**({"rule_set": named} if named else {"rule_set__general": True})).order_by(
        "pk"
    )


def version_in_force(enrolment: Enrolment, today: date) -> RuleSetVersion:
    """The wording that holds for an enrolment, in one query. `enrolment` comes with its cohort's version.

    Raises `Refused` when there is none: nothing can be credited without a rule.
    """
    found = chosen(wordings_of(enrolment), cohort_start=enrolment.cohort.starts_on, today=today)
    if found is None:
        raise Refused(_("No rule set holds for this cohort. Choose one in its programme."))
    return found


def open_version(enrolment: Enrolment, today: date) -> RuleSetVersion | None:
    """As `version_in_force`, for pages that have something to show without a rule too."""
    try:
        return version_in_force(enrolment, today)
    except Refused:
        return None


def document_of(version: RuleSetVersion) -> Document:
    """What a stored wording says."""
    return read_rule_set(json.dumps(version.content))


@dataclass(frozen=True)
class ListedRule:
    """A rule set in the list: the facts of its newest wording and the school's programmes that use it."""

    version: RuleSetVersion
    name: str
    jurisdiction: str
    grade: str
    programmes: list[Programme]


def rule_sets(viewer: Membership) -> list[ListedRule]:
    """The school's own ones first, then the general one, then what else came with the program; in two queries."""
    newest = (
        RuleSetVersion.objects.filter(rule_set__in=rule_sets_visible_to(viewer))
        .order_by("rule_set_id", "-number")
        .distinct("rule_set_id")
        .select_related("rule_set")
        .defer("content")
        .annotate(names=F("content__name"), place=F("content__jurisdiction"), grade=F("content__source__grade"))
    )
    used = _programmes_by_rule_set(viewer)
    rows = [
        ListedRule(
            one,
            named(one.names),
            one.place,
            str(GRADES[one.grade]),
            used.get(one.rule_set_id, []) + (used.get(None, []) if one.rule_set.general else []),
        )
        for one in newest
    ]
    return sorted(rows, key=_place_in_list)


def _place_in_list(row: ListedRule) -> tuple:
    rule_set = row.version.rule_set
    return (rule_set.school_id is None, not rule_set.general, row.name.casefold(), rule_set.pk)


def _programmes_by_rule_set(viewer: Membership) -> dict[int | None, list[Programme]]:
    """By the newest version of each programme and by those that cohorts still have; None is the general one."""
    newest = ProgrammeVersion.objects.filter(programme=OuterRef("programme")).order_by("-number").values("pk")[:1]
    versions = (
        ProgrammeVersion.objects.filter(programme__in=programmes_visible_to(viewer))
        .filter(Q(pk=Subquery(newest)) | Exists(Cohort.objects.filter(version=OuterRef("pk"))))
        .select_related("programme")
        .order_by("programme__name", "programme", "number")
    )
    found: dict[int | None, list[Programme]] = defaultdict(list)
    for version in versions:
        if version.programme not in found[version.rule_set_id]:
            found[version.rule_set_id].append(version.programme)
    return found


def rule_set_choices(viewer: Membership) -> QuerySet[RuleSet]:
    """What a programme may choose, each with the `names` of its newest wording."""
    newest = RuleSetVersion.objects.filter(rule_set=OuterRef("pk")).order_by("-number")
    return (
        rule_sets_visible_to(viewer)
        .filter(general=False)
        .annotate(names=Subquery(newest.values("content__name")[:1]))
        .order_by(F("school").asc(nulls_last=True), "key")
    )


def general_rule_name() -> str:
    """What holds for a programme that chooses nothing; empty while no general rule set is loaded."""
    found = RuleSetVersion.objects.filter(rule_set__general=True).order_by("-number").values_list("content__name")
    return named(*found[:1][0]) if found else ""


def newest_version(programme: Programme) -> ProgrammeVersion:
    """With `rule_names` and `rule_id` of the rule set that holds for it; both are nothing when none does."""
    # The one that is named comes before the general one.
    holding = RuleSetVersion.objects.filter(Q(rule_set=OuterRef("rule_set")) | Q(rule_set__general=True)).order_by(
        "rule_set__general", "-number"
    )
    versions = programme.versions.annotate(
        rule_names=Subquery(holding.values("content__name")[:1]),
        rule_id=Subquery(holding.values("rule_set__public_id")[:1]),
    )
    return versions.order_by("-number")[0]


@dataclass(frozen=True)
class ShownException:
    """An exception with what its rule and its reason are called in the wording that holds now."""

    exception: RuleException
    rule: str
    consideration: str
    is_expired: bool

    @property
    def is_in_force(self) -> bool:
        return self.exception.withdrawn_at is None and not self.is_expired


def exceptions(enrolment: Enrolment, found: Document | None, today: date) -> list[ShownException]:
    """The newest first; a rule that the wording no longer has is named by its key."""
    rules = {one.key: say(one.label) for one in rules_to_except(found)} if found else {}
    reasons = found.consideration.reasons if found and found.consideration else {}
    rows = RuleException.objects.filter(enrolment=enrolment).select_related("approver").order_by("-at", "-pk")
    return [
        ShownException(
            exception=one,
            rule=rules.get(one.rule, one.rule),
            consideration=say(reasons[one.consideration]) if one.consideration in reasons else one.consideration,
            is_expired=one.expires_on is not None and one.expires_on < today,
        )
        for one in rows
    ]


def cohorts_to_repeat(viewer: Membership, today: date) -> list[Cohort]:
    """Cohorts that have begun within the last two years, of each programme those of its newest beginning."""
    found = cohorts_visible_to(viewer).filter(starts_on__range=(today - timedelta(days=730), today))
    newest: dict[int, date] = {}
    rows = list(found.select_related("version__programme").order_by("-starts_on", "name", "pk"))
    for cohort in rows:
        newest.setdefault(cohort.version.programme_id, cohort.starts_on)
    chosen = [one for one in rows if one.starts_on == newest[one.version.programme_id]]
    return sorted(chosen, key=lambda one: (one.version.programme.name, one.name, one.pk))


def closed_days_to_repeat(school: Organisation, today: date) -> list[ClosedDay]:
    """Closed days whose day a year later is still to come and not closed yet; public holidays move by themselves."""
    days = ClosedDay.objects.filter(organisation=school, day__gt=today - YEAR).order_by("day")
    known = {one.day for one in days}
    return [one for one in days if one.day + YEAR not in known]
