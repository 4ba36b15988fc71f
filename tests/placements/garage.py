"""A small world for hours: a garage with two students and two supervisors, and another school at the same garage."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import QuerySet

from accounts.models import Membership, Organisation, Person, User
from accounts.roles import Role
from core.models import Transition
from core.names import sort_key
from core.workflow import Actor
from employers.models import Employer, Site, Supervisor
from placements.models import (
    HourClaim,
    Placement,
    PlannedShift,
    PlanVersion,
    Segment,
    WeekConfirmation,
    WorkEntry,
)
from placements.models.hours import Independence
from placements.workflow import hours
from schools.models import Cohort, Enrolment, Programme, ProgrammeVersion, Student, TaskTemplate, Unit

MONDAY = date(2026, 11, 16)
SCHOOLS = ("Garage School", "Hillside School")
STUDENT = Actor("user", 1, Role.STUDENT)
HOST = Actor("link", 1, Role.SUPERVISOR)


def at(day: date, hour: int = 18) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def entries() -> QuerySet[WorkEntry]:
    """The entries of this world only: the demo world stands in the same database."""
    return WorkEntry.objects.filter(placement__school__name__in=SCHOOLS)


def claims() -> QuerySet[HourClaim]:
    return HourClaim.objects.filter(entry__in=entries())


def answers() -> QuerySet[WeekConfirmation]:
    return WeekConfirmation.objects.filter(placement__school__name__in=SCHOOLS)


def moves() -> QuerySet[Transition]:
    return Transition.objects.filter(school_id__in=Organisation.objects.filter(name__in=SCHOOLS))


def person(name: str) -> Person:
    given, family = name.split()
    user = User.objects.create_user(f"{given.lower()}.{family.lower()}@example.test")
    return Person.objects.create(
        given_name=given, family_name=family, sort_key=sort_key(family, given), user=user, language="en"
    )


def member(who: Person, organisation: Organisation, role: Role) -> Membership:
    return Membership.objects.create(user=who.user, organisation=organisation, role=role)


@dataclass
class Garage:
    school: Organisation
    other_school: Organisation
    firm: Organisation
    employer: Employer
    site: Site
    marek: Supervisor
    dora: Supervisor
    version: ProgrammeVersion
    tasks: list[TaskTemplate]
    lina: Placement
    jonas: Placement
    stranger: Placement


def build(zone: str = "Europe/London") -> Garage:
    school = Organisation.objects.create(kind="school", name=SCHOOLS[0], time_zone=zone)
    other = Organisation.objects.create(kind="school", name=SCHOOLS[1], time_zone=zone)
    firm = Organisation.objects.create(kind="employer", name="Marek Motors", time_zone=zone)
    employer = Employer.objects.create(
        name="Marek Motors", sort_key="marek motors", identity="garage of the tests", organisation=firm
    )
    site = Site.objects.create(employer=employer, address="Dock Road 12", address_key="dock road 12", time_zone=zone)
    marek, dora = (Supervisor.objects.create(person=person(name), site=site) for name in ("Marek Novak", "Dora Lind"))
    version, tasks = _programme(school)
    other_version, _tasks = _programme(other)
    return Garage(
        school=school,
        other_school=other,
        firm=firm,
        employer=employer,
        site=site,
        marek=marek,
        dora=dora,
        version=version,
        tasks=tasks,
        lina=place(school, version, "Lina Kowal", site, marek),
        jonas=place(school, version, "Jonas Ritter", site, marek),
        stranger=place(other, other_version, "Zenobia Sentinel", site, dora),
    )


def _programme(school: Organisation) -> tuple[ProgrammeVersion, list[TaskTemplate]]:
    programme = Programme.objects.create(school=school, name="Motor vehicles")
    version = ProgrammeVersion.objects.create(programme=programme, required_minutes=315 * 60)
    unit = Unit.objects.create(version=version, position=1, title="Brakes")
    names = ("Brake pads", "Tyre change", "Brake test")
    return version, [TaskTemplate.objects.create(unit=unit, title=name) for name in names]


def place(
    school, version, name, site, supervisor, starts_on=date(2026, 10, 26), ends_on=date(2026, 12, 18)
) -> Placement:
    learner = person(name)
    member(learner, school, Role.STUDENT)
    student = Student.objects.create(person=learner, school=school, birth_date=date(2009, 5, 1))
    cohort, _made = Cohort.objects.get_or_create(version=version, name="2026", starts_on=date(2026, 9, 1))
    enrolment = Enrolment.objects.create(student=student, cohort=cohort, starts_on=date(2026, 9, 1))
    placement = Placement.objects.create(
        school=school,
        learner=learner,
        enrolment=enrolment,
        employer=site.employer,
        state=Placement.State.RUNNING,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    segment = Segment.objects.create(
        placement=placement, site=site, supervisor=supervisor, starts_on=starts_on, ends_on=ends_on
    )
    plan = PlanVersion.objects.create(placement=placement)
    for weekday in range(3):
        PlannedShift.objects.create(
            plan=plan,
            segment=segment,
            weekday=weekday,
            starts_at=time(8),
            ends_at=time(16),
            break_minutes=30,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    return placement


def work(placement: Placement, day: date, starts_at=time(8), ends_at=time(16), pause=30, **more) -> WorkEntry:
    """Log a day as the student would on its evening."""
    values = {"tasks": [("Brake discs", Independence.CHECKED)], "by": STUDENT, "at": at(day), **more}
    return hours.log_day(
        placement=placement, day=day, starts_at=starts_at, ends_at=ends_at, break_minutes=pause, **values
    )
