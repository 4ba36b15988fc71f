"""Schools, people, programmes and firms of the demo world: everything that stands before the first placement."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.models import ContactPoint, Membership, Organisation, Person, User
from accounts.roles import Role
from core.names import sort_key
from demo import lists
from demo.cast import address
from employers.models import Employer, SchoolEmployer, Site, Supervisor
from employers.rules import address_key, identity
from schools.models import (
    AgreementBlock,
    ClassMember,
    Cohort,
    Enrolment,
    Guardian,
    Outcome,
    Programme,
    ProgrammeVersion,
    SchoolClass,
    Student,
    TaskTemplate,
    Unit,
)


@dataclass
class School:
    """One school of the world while it is being built."""

    organisation: Organisation
    today: date
    dice: random.Random
    cohorts: dict[str, Cohort] = field(default_factory=dict)
    teachers: list[Person] = field(default_factory=list)
    coordinators: list[Person] = field(default_factory=list)
    members: dict[str, Membership] = field(default_factory=dict)

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())


def person(given: str, family: str, email: str = "", user: User | None = None) -> Person:
    human = Person.objects.create(
        given_name=given, family_name=family, sort_key=sort_key(family, given), user=user, language="en"
    )
    if email:
        ContactPoint.objects.create(person=human, channel=ContactPoint.Channel.EMAIL, address=email)
    return human


def member(organisation: Organisation, role: str, given: str, family: str, email: str) -> Membership:
    user = User.objects.create_user(email)
    person(given, family, email, user)
    return Membership.objects.create(user=user, organisation=organisation, role=role)


def open_school(name: str, today: date, cast: dict[Role, tuple[str, str]], programmes: list[str]) -> School:
    """A school with its staff of the cast and its programmes; hosts and students come after."""
    organisation = Organisation.objects.create(kind=Organisation.Kind.SCHOOL, name=name)
    school = School(organisation=organisation, today=today, dice=random.Random(name))
    for role in (Role.COORDINATOR, Role.TEACHER, Role.HEAD, Role.SAFEGUARDING, Role.ADMINISTRATOR):
        school.members[role] = member(organisation, role, *cast[role], address(role, name))
    AgreementBlock.objects.create(
        school=organisation, position=1, heading="Insurance", text=f"{name} insures the student at work and on the way."
    )
    school.coordinators.append(school.members[Role.COORDINATOR].user.person)
    school.teachers.append(school.members[Role.TEACHER].user.person)
    for title in programmes:
        school.cohorts[title] = programme(school, title)
    return school


def programme(school: School, title: str, name: str = "") -> Cohort:
    """A programme with units, outcomes and tasks, and this year's cohort; `name` calls it differently."""
    facts = lists.PROGRAMMES[title]
    version = ProgrammeVersion.objects.create(
        programme=Programme.objects.create(
            school=school.organisation, name=name or title, code=facts["code"], occupation_codes=facts["occupations"]
        ),
        required_minutes=facts["minutes"],
    )
    for position, (unit_title, (outcomes, tasks)) in enumerate(facts["units"].items(), 1):
        unit = Unit.objects.create(version=version, position=position, title=unit_title)
        shown = Outcome.objects.bulk_create(
            Outcome(unit=unit, position=place, text=text) for place, text in enumerate(outcomes, 1)
        )
        for task in TaskTemplate.objects.bulk_create(TaskTemplate(unit=unit, title=task) for task in tasks):
            task.outcomes.set(shown)
    starts_on = date(school.today.year - (school.today.month < 8), 8, 24)
    return Cohort.objects.create(version=version, name=f"{title}, 2nd year", starts_on=starts_on)


def student(
    school: School, title: str, given: str, family: str, *, teacher: Person, age: int = 17, user: User | None = None
) -> Enrolment:
    """A student of that programme, with a guardian while a minor. `age` in years on today's date."""
    human = person(given, family, user.email if user else "", user)
    born = school.today - timedelta(days=365 * age + age // 4 + 120)
    pupil = Student.objects.create(person=human, school=school.organisation, birth_date=born)
    if user is None:
        ContactPoint.objects.create(
            person=human, channel=ContactPoint.Channel.EMAIL, address=f"student{pupil.pk}@students.example"
        )
    cohort = school.cohorts[title]
    return Enrolment.objects.create(student=pupil, cohort=cohort, teacher=teacher, starts_on=cohort.starts_on)


def guardian(enrolment: Enrolment, given: str, family: str, *, user: User | None = None, email: str = "") -> Person:
    human = person(given, family, email, user)
    born = enrolment.student.birth_date or enrolment.starts_on
    adult_on = date(born.year + 18, born.month, min(born.day, 28))
    Guardian.objects.create(student=enrolment.student, person=human, until=adult_on)
    return human


def school_class(school: School, name: str, enrolments: list[Enrolment], teachers: list[Person]) -> SchoolClass:
    group = SchoolClass.objects.create(school=school.organisation, name=name)
    ClassMember.objects.bulk_create(
        [ClassMember(school_class=group, person=teacher, part=ClassMember.Part.TEACHER) for teacher in teachers]
        + [
            ClassMember(school_class=group, person=one.student.person, part=ClassMember.Part.STUDENT)
            for one in enrolments
        ]
    )
    return group


def firm(school: School, name: str, address_line: str, *, staff: tuple[int, int], bring: str = "") -> Site:
    """An employer with one site that the school works with. `staff` is its size from and to."""
    postcode = f"HB{school.dice.randint(1, 9)} {school.dice.randint(1, 9)}AA"
    employer = Employer.objects.create(
        name=name,
        sort_key=sort_key(name),
        identity=identity("GB", "", name, postcode),
        size_from=staff[0],
        size_to=staff[1],
    )
    SchoolEmployer.objects.create(
        school=school.organisation,
        employer=employer,
        owner=school.coordinators[0],
        approved_until=school.today + timedelta(days=400),
    )
    return Site.objects.create(
        employer=employer,
        name=name,
        address=address_line,
        postcode=postcode,
        address_key=address_key(address_line, postcode),
        bring=bring,
    )


def supervisor(site: Site, given: str, family: str, *, email: str, user: User | None = None) -> Supervisor:
    return Supervisor.objects.create(person=person(given, family, email, user), site=site)
