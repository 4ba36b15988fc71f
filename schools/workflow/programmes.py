"""What a school does: it writes programmes, opens cohorts, enrols students and notes their guardians."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Model, ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.people import new_person, people_at
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from schools.deadlines import Deadlines
from schools.models import (
    Cohort,
    Enrolment,
    Guardian,
    Outcome,
    Programme,
    ProgrammeVersion,
    RuleSet,
    Student,
    TaskTemplate,
    Unit,
)
from schools.rules import last_day_as_minor, task_of

_WRITERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
_EXCEPTING = frozenset({Role.COORDINATOR, Role.HEAD})
PROGRAMMES = Workflow(
    noun="programme",
    moves=(
        Move("create", gettext_lazy("New programme"), (), None, _WRITERS),
        Move("edit", gettext_lazy("Change the programme"), (), None, _WRITERS),
        Move("write_unit", gettext_lazy("Write a unit"), (), None, _WRITERS),
        Move("remove_unit", gettext_lazy("Remove the unit"), (), None, _WRITERS),
        Move("open_cohort", gettext_lazy("New cohort"), (), None, _WRITERS),
        Move("school_days", gettext_lazy("Write days at school"), (), None, frozenset({Role.COORDINATOR})),
        Move("deadlines", gettext_lazy("Change when people are asked"), (), None, _WRITERS),
        Move("roll_over", gettext_lazy("Begin a new year"), (), None, _WRITERS),
        Move("copy", gettext_lazy("Copy the programme"), (), None, _WRITERS),
    ),
    school_id=lambda programme: programme.school_id,
)
ENROLMENTS = Workflow(
    noun="enrolment",
    moves=(
        Move("enrol", gettext_lazy("Enrol students"), (), None, frozenset({Role.COORDINATOR})),
        Move("move_up", gettext_lazy("Move to another cohort"), (), None, frozenset({Role.COORDINATOR})),
        Move("write_facts", gettext_lazy("Write what the rule asks"), (), None, _EXCEPTING),
        Move("school_days", gettext_lazy("Write days at school"), (), None, frozenset({Role.COORDINATOR})),
    ),
    school_id=lambda enrolment: enrolment.student.school_id,
    timeline=lambda enrolment: f"enrolment:{enrolment.pk}",
)
GUARDIANS = Workflow(
    noun="guardian",
    moves=(Move("add", gettext_lazy("Add a guardian"), (), None, frozenset({Role.COORDINATOR})),),
    school_id=lambda guardian: guardian.student.school_id,
)


@transaction.atomic
def create_programme(
    *, school: Organisation, name: str, code: str, occupation_codes: list[str], required_minutes: int,
    whole_minutes: int | None, rule_set: RuleSet | None, by: Actor, at: datetime, sign_days_before: int = 10,
) -> Programme:  # fmt: skip
    """A programme with its first version. Without a rule set the general one holds.

    Raises `Refused` when the school has one of this name, and for a rule set of another school.
    """
    PROGRAMMES.must_allow("create", by)
    must_be_new_name(school.pk, name)
    _must_be_open_to(school.pk, rule_set)
    programme = Programme.objects.create(school=school, name=name, code=code, occupation_codes=occupation_codes)
    version = ProgrammeVersion.objects.create(
        programme=programme,
        required_minutes=required_minutes,
        whole_minutes=whole_minutes,
        rule_set=rule_set,
        sign_days_before=sign_days_before,
    )
    PROGRAMMES.log(programme, "create", by=by, at=at, details=_what_it_asks(version))
    return programme


@transaction.atomic
def edit_programme(
    *, programme: Programme, name: str, code: str, occupation_codes: list[str], required_minutes: int,
    whole_minutes: int | None, rule_set: RuleSet | None, by: Actor, at: datetime, sign_days_before: int | None = None,
) -> ProgrammeVersion:  # fmt: skip
    """Change what stands in the head. Other hours or another rule set make a new version where students are enrolled.

    The days for signing hold for all versions, for they bind nobody who has signed; left out, they stay.

    Raises `Refused` when another programme of the school has this name, and for a rule set of another school.
    """
    PROGRAMMES.must_allow("edit", by)
    must_be_new_name(programme.school_id, name, besides=programme.pk)
    _must_be_open_to(programme.school_id, rule_set)
    programme.name, programme.code, programme.occupation_codes = name, code, occupation_codes
    programme.save(update_fields=["name", "code", "occupation_codes"])
    asked = {"required_minutes": required_minutes, "whole_minutes": whole_minutes, "rule_set": rule_set}
    version = _asking(current_version(programme), asked)
    if sign_days_before is not None:
        programme.versions.update(sign_days_before=sign_days_before)
    PROGRAMMES.log(programme, "edit", by=by, at=at, details={"version": version.number} | _what_it_asks(version))
    return version


@transaction.atomic
def set_deadlines(*, programme: Programme, deadlines: Deadlines, by: Actor, at: datetime) -> None:
    """Ask by these days from now on, in all versions, also for placements under way. The same again changes nothing."""
    PROGRAMMES.must_allow("deadlines", by)
    version, changed = current_version(programme), deadlines.changed()
    if version.deadlines == changed:
        return
    before = version.deadlines
    programme.versions.update(deadlines=changed)
    PROGRAMMES.log(programme, "deadlines", by=by, at=at, details={"before": before, "after": changed})


def _what_it_asks(version: ProgrammeVersion) -> dict:
    return {
        "required_minutes": version.required_minutes,
        "whole_minutes": version.whole_minutes,
        "rule_set": version.rule_set_id,
    }


def _must_be_open_to(school_id: int, rule_set: RuleSet | None) -> None:
    if rule_set is not None and rule_set.school_id not in (None, school_id):
        raise Refused(_("This credit rule belongs to another school."))


def must_be_new_name(school_id: int, name: str, besides: int = 0) -> None:
    """Raises `Refused` when another programme of the school has this name."""
    if Programme.objects.filter(school=school_id, name=name).exclude(pk=besides).exists():
        raise Refused(_("The school has a programme with this name already."))


def current_version(programme: Programme) -> ProgrammeVersion:
    """The newest version, locked: what the next cohort begins with."""
    return programme.versions.select_for_update().order_by("-number")[0]


def _asking(version: ProgrammeVersion, asked: dict[str, Any]) -> ProgrammeVersion:
    """A version with these fields: the same one where they are as before, or while nobody is enrolled in it."""
    if all(getattr(version, name) == value for name, value in asked.items()):
        return version
    if Enrolment.objects.filter(cohort__version=version).exists():
        return _next_version(version, asked)
    for name, value in asked.items():
        setattr(version, name, value)
    version.save(update_fields=list(asked))
    return version


def _next_version(old: ProgrammeVersion, asked: dict[str, Any]) -> ProgrammeVersion:
    new = ProgrammeVersion.objects.create(
        programme_id=old.programme_id,
        number=old.number + 1,
        sign_days_before=old.sign_days_before,
        deadlines=old.deadlines,
        **asked,
    )
    copy_units(old, new)
    return new


def copy_units(old: ProgrammeVersion, new: ProgrammeVersion) -> None:
    """What one version teaches, in the other."""
    for unit in old.units.prefetch_related("outcomes", "tasks__outcomes"):
        twin = Unit.objects.create(version=new, position=unit.position, title=unit.title, code=unit.code)
        outcomes = {
            outcome.pk: Outcome.objects.create(unit=twin, position=outcome.position, text=outcome.text)
            for outcome in unit.outcomes.all()
        }
        for task in unit.tasks.all():
            copy = TaskTemplate.objects.create(unit=twin, title=task.title)
            copy.outcomes.set(outcomes[shown.pk] for shown in task.outcomes.all())


@transaction.atomic
def save_unit(
    *, programme: Programme, unit: Unit | None, title: str, outcomes: list[str], tasks: list[str],
    code: str = "", by: Actor, at: datetime,
) -> Unit:  # fmt: skip
    """Write a unit of the newest version, or a new one at its end, from lines; `tasks` as in `schools.rules.task_of`.

    A line that was there keeps its row. Raises `Refused` when a line that is left out stands in a plan.
    """
    PROGRAMMES.must_allow("write_unit", by)
    version = current_version(programme)
    if unit is None:
        last = version.units.aggregate(last=Max("position"))["last"] or 0
        unit = Unit.objects.create(version=version, position=last + 1, title=title, code=code)
    else:
        unit.title, unit.code = title, code
        unit.save(update_fields=["title", "code"])
    _write_outcomes(unit, outcomes)
    _write_tasks(unit, tasks)
    PROGRAMMES.log(programme, "write_unit", by=by, at=at, details={"unit": unit.pk})
    return unit


def _write_outcomes(unit: Unit, texts: list[str]) -> None:
    old = {outcome.text: outcome for outcome in unit.outcomes.all()}
    for text in [text for text in old if text not in texts]:
        _remove(old[text], text)
    # The numbers are unique within the unit, so the rows step aside before they get their new ones.
    unit.outcomes.update(position=F("position") + 10_000)
    for position, text in enumerate(texts, 1):
        Outcome.objects.update_or_create(unit=unit, text=text, defaults={"position": position})


def _write_tasks(unit: Unit, task_lines: list[str]) -> None:
    outcomes = {outcome.position: outcome for outcome in unit.outcomes.all()}
    wanted = dict(task_of(line) for line in task_lines)
    for task in unit.tasks.exclude(title__in=wanted):
        _remove(task, task.title)
    for title, numbers in wanted.items():
        task, _new = TaskTemplate.objects.get_or_create(unit=unit, title=title)
        task.outcomes.set(outcomes[number] for number in numbers or outcomes)


def _remove(row: Model, name: str) -> None:
    try:
        row.delete()
    except ProtectedError as used:
        raise Refused(
            _("“%(name)s” stands in a plan or in the hours of a student, so it stays.") % {"name": name}
        ) from used


@transaction.atomic
def remove_unit(*, programme: Programme, unit: Unit, by: Actor, at: datetime) -> None:
    """Take a unit out, with its outcomes and tasks. Raises `Refused` when one of them is in use."""
    PROGRAMMES.must_allow("remove_unit", by)
    _remove(unit, unit.title)
    PROGRAMMES.log(programme, "remove_unit", by=by, at=at)


@transaction.atomic
def open_cohort(*, programme: Programme, name: str, starts_on: date, by: Actor, at: datetime) -> Cohort:
    """A cohort that begins with the newest version. Raises `Refused` when the programme has one of this name."""
    PROGRAMMES.must_allow("open_cohort", by)
    version = current_version(programme)
    if Cohort.objects.filter(version__programme=programme, name=name).exists():
        raise Refused(_("The programme has a cohort with this name already."))
    cohort = Cohort.objects.create(version=version, name=name, starts_on=starts_on)
    PROGRAMMES.log(programme, "open_cohort", by=by, at=at, details={"cohort": cohort.pk})
    return cohort


@transaction.atomic
def set_school_days(*, cohort: Cohort, weekdays: list[int], by: Actor, at: datetime) -> None:
    """The weekdays (Monday is 0) at school, also during placements; plans written from now on have no work on them."""
    PROGRAMMES.must_allow("school_days", by)
    cohort.school_weekdays = sorted(set(weekdays))
    cohort.save(update_fields=["school_weekdays"])
    details = {"cohort": cohort.pk, "weekdays": cohort.school_weekdays}
    PROGRAMMES.log(cohort.version.programme, "school_days", by=by, at=at, details=details)


@transaction.atomic
def set_own_school_days(*, enrolment: Enrolment, weekdays: list[int] | None, by: Actor, at: datetime) -> None:
    """A student's own weekdays at school; nothing: those of the cohort hold."""
    ENROLMENTS.must_allow("school_days", by)
    enrolment.school_weekdays = None if weekdays is None else sorted(set(weekdays))
    enrolment.save(update_fields=["school_weekdays"])
    ENROLMENTS.log(enrolment, "school_days", by=by, at=at, details={"weekdays": enrolment.school_weekdays})


@transaction.atomic
def enrol(
    *, cohort: Cohort, students: Iterable[Student], teacher: Person | None, starts_on: date, by: Actor, at: datetime
) -> list[Enrolment]:
    """Enrol students in a cohort; who is in it already is left as is. Returns the new enrolments.

    Raises `Refused` for a student of another school.
    """
    ENROLMENTS.must_allow("enrol", by)
    school_id = cohort.version.programme.school_id
    # Two at once enrol one after the other, so that the second sees whom the first has enrolled.
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    inside = set(Enrolment.objects.filter(cohort=cohort).values_list("student_id", flat=True))
    new = [student for student in students if student.pk not in inside]
    if any(student.school_id != school_id for student in new):
        raise Refused(_("This student is at another school."))
    return [_enrol_one(cohort, student, teacher, starts_on, by, at) for student in new]


def _enrol_one(
    cohort: Cohort, student: Student, teacher: Person | None, starts_on: date, by: Actor, at: datetime
) -> Enrolment:
    enrolment = Enrolment.objects.create(student=student, cohort=cohort, teacher=teacher, starts_on=starts_on)
    ENROLMENTS.log(enrolment, "enrol", by=by, at=at, details={"cohort": cohort.pk})
    return enrolment


@transaction.atomic
def add_guardian(
    *, student: Student, given_name: str, family_name: str, email: str, by: Actor, at: datetime
) -> Guardian:
    """Note a parent or guardian until the day before the 18th birthday. Under one address there is one person."""
    GUARDIANS.must_allow("add", by)
    known = people_at(email).filter(guardianships__student__school=student.school_id).first()
    person = known or new_person(given_name=given_name, family_name=family_name, email=email)
    guardian, new = Guardian.objects.get_or_create(
        student=student, person=person, defaults={"until": last_day_as_minor(student.birth_date)}
    )
    if new:
        GUARDIANS.log(guardian, "add", by=by, at=at)
    return guardian
