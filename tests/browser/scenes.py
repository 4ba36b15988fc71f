"""What stands before a placement: a programme, a student with a parent, and two firms that offer places."""

from datetime import date

from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from demo import cast, people
from employers.models import Offer
from schools.models import Cohort, Outcome, Programme, ProgrammeVersion, TaskTemplate, Unit

STUDENT = ("Noor", "Adler", "noor.adler@students.example")
GUARDIAN = ("Robin", "Elder", "parent@families.example")
FIRMS = {
    "Hill Kitchen": ("Greta", "Vance", "guide@hill.example"),
    "Quay Kitchen": ("Ines", "Moreau", "guide@quay.example"),
}


def prepare(hours: int, starts_on: date) -> None:
    """At the demo school, with a requirement of that many hours."""
    coordinator = cast.member(Role.COORDINATOR)
    organisation: Organisation = coordinator.organisation
    school = people.School(organisation, starts_on, people.random.Random(1))
    school.coordinators = [coordinator.user.person]
    version = ProgrammeVersion.objects.create(
        programme=Programme.objects.create(school=organisation, name="Kitchen practice"), required_minutes=hours * 60
    )
    unit = Unit.objects.create(version=version, position=1, title="Cold kitchen")
    Outcome.objects.create(unit=unit, position=1, text="Keeps food cold and safe")
    TaskTemplate.objects.create(unit=unit, title="Set up the cold counter")
    school.cohorts["Kitchen"] = Cohort.objects.create(version=version, name="Kitchen, 1st year", starts_on=starts_on)
    given, family, email = STUDENT
    user = User.objects.create_user(email)
    teacher = cast.member(Role.TEACHER).user.person
    enrolment = people.student(school, "Kitchen", given, family, teacher=teacher, user=user)
    Membership.objects.create(user=user, organisation=organisation, role=Role.STUDENT)
    people.guardian(enrolment, GUARDIAN[0], GUARDIAN[1], email=GUARDIAN[2])
    for name, (first, last, address) in FIRMS.items():
        site = people.firm(school, name, f"{name} 1", staff=(1, 9))
        people.supervisor(site, first, last, email=address)
        ends_on = date(starts_on.year + 1, 7, 1)
        Offer.objects.create(
            school=organisation, site=site, title="Kitchen", starts_on=starts_on, ends_on=ends_on, places=2
        )
