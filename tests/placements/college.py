"""A small school with everything that a placement needs: staff, a minor with a guardian, a garage, a programme."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import QuerySet

from accounts.access import actor_of
from accounts.models import ContactPoint, Membership, Organisation, Person, User
from accounts.roles import Role
from core.models import Transition
from core.names import sort_key
from core.workflow import Actor
from employers.models import Employer, Offer, SchoolEmployer, Site, Supervisor
from placements.models import Agreement, Placement, PlanVersion, Signature
from placements.workflow import Pattern, create_placement, propose, set_plan, sign
from schools.models import Cohort, Enrolment, Guardian, Outcome, Programme, ProgrammeVersion, Student, Unit

FIRST = date(2027, 1, 4)
LAST = date(2027, 3, 5)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
EIGHT = time(8)
HALF_PAST_THREE = time(15, 30)
WEEKDAYS = [Pattern(weekday, EIGHT, HALF_PAST_THREE, 30) for weekday in range(5)]


@dataclass
class College:
    school: Organisation
    coordinator: Membership
    teacher: Membership
    student: Membership
    guardian: Membership
    supervisor: Membership
    enrolment: Enrolment
    outcomes: list[Outcome]
    site: Site
    host: Supervisor
    offer: Offer

    @property
    def office(self) -> Actor:
        return actor_of(self.coordinator)

    @property
    def agreements(self) -> QuerySet[Agreement]:
        return Agreement.objects.filter(plan__placement__school=self.school)

    @property
    def moves(self) -> QuerySet[Transition]:
        return Transition.objects.filter(school_id=self.school.pk)

    def placement(self, **changes) -> Placement:
        values = {
            "enrolment": self.enrolment,
            "site": self.site,
            "supervisor": self.host,
            "teacher": self.teacher.user.person,
            "coordinator": self.coordinator.user.person,
            "starts_on": FIRST,
            "ends_on": LAST,
            "by": self.office,
            "at": NOW,
        }
        return create_placement(**(values | changes))

    def plan(self, placement: Placement, shifts=WEEKDAYS, purpose="Learn to work safely.", **changes) -> PlanVersion:
        values = {
            "outcomes": self.outcomes[:2],
            "purpose_text": purpose,
            "rhythm": PlanVersion.Rhythm.WEEKLY,
            "by": self.office,
            "at": NOW,
        }
        return set_plan(placement=placement, shifts=shifts, **(values | changes))

    def asked(self, placement: Placement | None = None) -> dict[str, Signature]:
        """A planned placement whose agreement was sent: the places by party."""
        plan = self.plan(placement or self.placement())
        places = propose(agreement=plan.agreement, sign_by=date(2026, 12, 20), by=self.office, at=NOW)
        return {place.party: place for place in places}

    def agreed(self) -> Placement:
        places = self.asked()
        for place in places.values():
            put_name(place)
        return places["student"].agreement.plan.placement


def by_party(party: str) -> Actor:
    role = {
        "student": Role.STUDENT,
        "guardian": Role.GUARDIAN,
        "host": Role.SUPERVISOR,
        "tutor": Role.SUPERVISOR,
        "teacher": Role.TEACHER,
        "head": Role.HEAD,
        "school": Role.COORDINATOR,
    }[party]
    return Actor(kind="user", id=1, role=role)


def put_name(place: Signature, at: datetime = NOW, name: str = "A. Name") -> Signature:
    return sign(signature=place, name_typed=name, ip="192.0.2.7", by=by_party(place.party), at=at)


def member(name: str, role: Role, organisation: Organisation, domain: str = "college.test") -> Membership:
    given, family = name.split()
    user = User.objects.create_user(f"{given.lower()}.{family.lower()}@{domain}")
    person = Person.objects.create(
        given_name=given, family_name=family, sort_key=sort_key(family, given), user=user, language="en"
    )
    ContactPoint.objects.create(person=person, channel="email", address=user.email)
    return Membership.objects.create(user=user, organisation=organisation, role=role)


def build(birth_date: date | None = date(2009, 6, 1)) -> College:
    school = Organisation.objects.create(kind="school", name="Test College")
    firm = Organisation.objects.create(kind="employer", name="Novak Garage")
    employer = Employer.objects.create(
        name="Novak Garage", sort_key="novak garage", identity="name:GB:novak garage:", organisation=firm
    )
    SchoolEmployer.objects.create(school=school, employer=employer)
    site = Site.objects.create(
        employer=employer, address="Dock Road 12", address_key="12 dock road", postcode="HB1 1AA"
    )
    version = ProgrammeVersion.objects.create(
        programme=Programme.objects.create(school=school, name="Vehicles"), required_minutes=315 * 60
    )
    brakes = Unit.objects.create(version=version, position=1, title="Brakes")
    tyres = Unit.objects.create(version=version, position=2, title="Tyres")
    outcomes = [
        Outcome.objects.create(unit=unit, position=1, text=text)
        for unit, text in ((brakes, "Change brake pads"), (tyres, "Change a tyre"))
    ]
    student, guardian = (
        member(name, role, school) for name, role in (("Nia Berg", Role.STUDENT), ("Una Berg", Role.GUARDIAN))
    )
    pupil = Student.objects.create(person=student.user.person, school=school, birth_date=birth_date)
    Guardian.objects.create(student=pupil, person=guardian.user.person)
    cohort = Cohort.objects.create(version=version, name="Vehicles, 2nd year", starts_on=date(2026, 8, 24))
    supervisor = member("Milan Novak", Role.SUPERVISOR, firm)
    return College(
        school=school,
        coordinator=member("Cora Diaz", Role.COORDINATOR, school),
        teacher=member("Tom Hale", Role.TEACHER, school),
        student=student,
        guardian=guardian,
        supervisor=supervisor,
        enrolment=Enrolment.objects.create(student=pupil, cohort=cohort, starts_on=cohort.starts_on),
        outcomes=outcomes,
        site=site,
        host=Supervisor.objects.create(person=supervisor.user.person, site=site),
        offer=Offer.objects.create(
            school=school, site=site, title="Garage places", starts_on=FIRST, ends_on=LAST, places=1
        ),
    )
