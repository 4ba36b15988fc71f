"""The demo world: Harbour Vocational College with its hosts, and a second school that must stay invisible.

Every life of a placement is played with the verbs that people use, dated back from `today`.
"""

from datetime import date

from django.db import transaction

from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from demo import cast, people


def is_loaded() -> bool:
    return Organisation.objects.filter(name=cast.HARBOUR).exists()


@transaction.atomic
def load(*, today: date, crowd: bool = True) -> None:
    """Build the world once. Without `crowd` only the cast and what it needs are there (for tests)."""
    if is_loaded():
        return
    _harbour(today)
    _westgate(today)


def _harbour(today: date) -> None:
    school = people.open_school(
        cast.HARBOUR,
        today,
        cast.CAST,
        ["Automotive", "Bakery and hospitality", "Health and social care", "Building and electrical", "Retail"],
    )
    _cast_people(school, cast.CAST, "Automotive", "Marek Motors", "Sunrise Bakery")


def _westgate(today: date) -> None:
    school = people.open_school(cast.WESTGATE, today, cast.OUTSIDERS, ["Automotive", "Bakery and hospitality"])
    _cast_people(school, cast.OUTSIDERS, "Automotive", f"{cast.SENTINEL} Motors", f"{cast.SENTINEL} Bakery")


def _cast_people(school: people.School, names: dict, programme: str, garage: str, bakery: str):
    """Student, guardian, supervisor and owner of the cast, with accounts, and their firms."""
    name = school.organisation.name
    teacher = school.teachers[0]
    users = {
        role: User.objects.create_user(cast.address(role, name))
        for role in (Role.STUDENT, Role.GUARDIAN, Role.SUPERVISOR, Role.OWNER)
    }
    enrolment = people.student(school, programme, *names[Role.STUDENT], teacher=teacher, user=users[Role.STUDENT])
    people.guardian(enrolment, *names[Role.GUARDIAN], user=users[Role.GUARDIAN])
    for role in (Role.STUDENT, Role.GUARDIAN):
        Membership.objects.create(user=users[role], organisation=school.organisation, role=role)
    motors = people.firm(school, garage, "Dock Road 12", staff=(50, 99), bring="Safety shoes")
    bread = people.firm(school, bakery, "Mill Lane 3", staff=(1, 9), bring="White clothes")
    foreman = people.supervisor(
        motors, *names[Role.SUPERVISOR], email=users[Role.SUPERVISOR].email, user=users[Role.SUPERVISOR]
    )
    baker = people.supervisor(bread, *names[Role.OWNER], email=users[Role.OWNER].email, user=users[Role.OWNER])
    for role, site in ((Role.SUPERVISOR, motors), (Role.OWNER, bread)):
        organisation = Organisation.objects.create(kind=Organisation.Kind.EMPLOYER, name=site.name)
        site.employer.organisation = organisation
        site.employer.save(update_fields=["organisation"])
        Membership.objects.create(user=users[role], organisation=organisation, role=role)
    return enrolment, foreman, baker
