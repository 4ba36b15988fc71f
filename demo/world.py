"""The demo world: Harbour Vocational College with its hosts, and a second school that must stay invisible.

Every life of a placement is played with the verbs that people use, dated back from `today`.
"""

from datetime import date, time, timedelta

from django.db import transaction

from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from demo import batch, cast, hosts, people
from demo.crowd import fill
from demo.lists import PROGRAMMES
from demo.lives import Life, moment, next_working_day
from demo.turns import asks_to_move, did_not_come, hears_back, is_asked, left_the_firm, marks_the_start
from employers.models import Employer, Supervisor
from placements.models import Placement, Signature
from schools.models import Enrolment
from schools.rule_sets import shipped
from schools.skills import shipped as shipped_skills


def is_loaded() -> bool:
    return Organisation.objects.filter(name=cast.HARBOUR).exists()


@transaction.atomic
def load(*, today: date, crowd: bool = True) -> None:
    """Build the world once. Without `crowd` only the cast and what it needs are there (for tests)."""
    if is_loaded():
        return
    shipped.load(at=moment(today))
    shipped_skills.load()
    school = people.open_school(cast.HARBOUR, today, cast.CAST, list(PROGRAMMES))
    played = _cast_lives(school, cast.CAST, "Marek Motors", "Sunrise Bakery")
    if crowd:
        _came_of_it(school, garage="Marek Motors")
        hosts.speak(school, garage="Marek Motors", bakery="Sunrise Bakery")
        hosts.is_known(school, garage="Marek Motors")
        fill(school, played | {"credited": 1})
        batch.look_for_places(school)
    westgate = people.open_school(cast.WESTGATE, today, cast.OUTSIDERS, list(PROGRAMMES)[:2])
    _cast_lives(westgate, cast.OUTSIDERS, f"{cast.SENTINEL} Motors", f"{cast.SENTINEL} Bakery")


def _cast_lives(school: people.School, names: dict, garage: str, bakery: str) -> dict[str, int]:
    """What the cast is in the middle of; how many lives stand in each phase."""
    lina, foreman, baker = _cast_people(school, names, garage, bakery)
    family = names[Role.STUDENT][1]
    _lina(school, lina, foreman)
    _mate(school, foreman, "Jonas", "Weber" if family == "Kowal" else family)
    _unsigned(school, baker, "Ada", "Brandt" if family == "Kowal" else family)
    if family != "Kowal":
        return {}
    _signed_by_all_but_the_school(school)
    _hours_differ(school)
    _week_unanswered(school)
    _feedback_missing(school)
    _morning(school)
    return {"running": 4, "agreeing": 2, "waiting": 1}


def _lina(school: people.School, enrolment: Enrolment, foreman: Supervisor) -> None:
    """186 h 30 logged, 179 h 30 confirmed, 140 h credited: last Friday's 7 h came after the week was confirmed, and she
    asks to look at the decision again."""
    starts_on = school.monday - timedelta(days=35)
    ends_on = starts_on + timedelta(days=7 * 9 - 3)
    life = Life(school, enrolment, foreman, starts_on, ends_on, school.coordinators[0]).agree().start()
    marks_the_start(life)
    friday = school.monday - timedelta(days=3)
    life.work(school.monday - timedelta(days=8))
    for number, day in enumerate(life.days(friday)[20:24]):
        life.log(day, number=number, ends_at=time(15, 30) if number == 1 else None)
    life.confirm(school.monday - timedelta(days=7), at=moment(friday, 12))
    life.log(friday, number=4, ends_at=time(15, 30), alone=True)
    is_asked(life, at=moment(friday, 19))
    life.decide(
        minutes=140 * 60,
        outcome="partly",
        reason="The first four weeks are assessed; the rest follows at the end.",
        at=moment(friday, 13),
    )
    life.ask_correction(
        "The fifth week is confirmed, too. Can it count now, or does it have to wait until the end?",
        at=moment(friday, 18),
    )


def _mate(school: people.School, foreman: Supervisor, given: str, family: str) -> None:
    """The foreman's second student comes on Wednesdays; last week waits for an answer."""
    enrolment = _student(school, "Automotive", given, family)
    starts_on = school.monday - timedelta(days=28)
    life = Life(
        school, enrolment, foreman, starts_on, starts_on + timedelta(days=7 * 32 - 1), school.coordinators[0], (2,)
    )
    life.agree().start().work(school.monday - timedelta(days=8))
    life.log(school.monday - timedelta(days=5), ends_at=time(16), alone=True)


def _unsigned(school: people.School, baker: Supervisor, given: str, family: str) -> None:
    """Starts in three working days; the host has not signed."""
    enrolment = _student(school, "Bakery and hospitality", given, family)
    starts_on = next_working_day(school.today, 3)
    Life(
        school, enrolment, baker, starts_on, starts_on + timedelta(days=55), school.coordinators[0],
        (starts_on.weekday(),), time(7), time(14, 30),
    ).agree((Signature.Party.STUDENT, Signature.Party.GUARDIAN, Signature.Party.SCHOOL))  # fmt: skip


def _signed_by_all_but_the_school(school: people.School) -> None:
    enrolment = _student(school, "Bakery and hospitality", "Jonas", "Ritter")
    host = _host(school, "Harbour Hotel", (50, 99), "Mara", "Lund")
    starts_on = next_working_day(school.today, 3)
    Life(school, enrolment, host, starts_on, starts_on + timedelta(days=60), school.coordinators[0]).agree(
        (Signature.Party.STUDENT, Signature.Party.GUARDIAN, Signature.Party.HOST)
    )


def _hours_differ(school: people.School) -> None:
    """Six days logged with 42 h 30, 38 h confirmed: two days differ."""
    enrolment = _student(school, "Health and social care", "Mina", "Said")
    host = _host(school, "Northgate Clinic", (100, 249), "Dora", "Pell")
    starts_on = school.monday - timedelta(days=14)
    life = Life(
        school, enrolment, host, starts_on, starts_on + timedelta(days=60), school.coordinators[0], (0, 1, 2), time(8),
        time(16), 60,
    ).agree().start()  # fmt: skip
    for monday in (starts_on, starts_on + timedelta(days=7)):
        entries = [life.log(monday + timedelta(days=number), number=number) for number in range(2)]
        entries.append(life.log(monday + timedelta(days=2), number=2, ends_at=time(16, 15)))
        said = {entries[2].pk: (5 * 60, "Left at 14:00.")}
        life.confirm(monday, at=moment(monday + timedelta(days=4)), changes=said)


def _week_unanswered(school: people.School) -> None:
    """The week before last was never confirmed."""
    enrolment = _student(school, "Building and electrical", "Tom", "Osei")
    host = _host(school, "Quayside Joinery", (10, 49), "Olaf", "Brink")
    starts_on = school.monday - timedelta(days=28)
    life = Life(school, enrolment, host, starts_on, starts_on + timedelta(days=60), school.coordinators[0], (0, 1))
    life.agree().start().work(school.monday - timedelta(days=15))
    for number, day in enumerate(life.days(school.monday - timedelta(days=8))[-2:]):
        life.log(day, number=number)


def _feedback_missing(school: people.School) -> None:
    """Ended two weeks ago; the host has not given closing feedback."""
    enrolment = _student(school, "Building and electrical", "Per", "Ek")
    host = _host(school, "Delta Electric", (10, 49), "Nina", "Falk")
    starts_on = school.monday - timedelta(days=70)
    life = Life(
        school, enrolment, host, starts_on, school.monday - timedelta(days=10), school.coordinators[0], (0, 1, 2)
    )
    life.agree().start().work(life.ends_on).end()


def _morning(school: people.School) -> None:
    """What came in before the coordinator's day began: a student did not come, a host wants to move the start, a
    supervisor has left the firm."""
    lives = {row.learner.full_name: row for row in Placement.objects.filter(school=school.organisation).order_by("pk")}
    did_not_come(school, lives["Tom Osei"])
    asks_to_move(school, lives["Jonas Ritter"])
    left_the_firm(school, lives["Mina Said"])


def _came_of_it(school: people.School, garage: str) -> None:
    """Ended a month ago and is credited: the foreman reads what came of the feedback."""
    here = Supervisor.objects.filter(site__employer__school_employers__school=school.organisation)
    foreman = here.get(site__name=garage)
    enrolment = _student(school, "Automotive", "Ilja", "Brandt")
    starts_on = school.monday - timedelta(days=7 * 9)
    life = Life(school, enrolment, foreman, starts_on, starts_on + timedelta(days=25), school.coordinators[0])
    life.agree().start().work(life.ends_on).end().feedback()
    life.decide(
        minutes=150 * 60,
        outcome="partly",
        reason="The rest follows in spring.",
        at=moment(next_working_day(life.ends_on, 5)),
    )
    hears_back(life)


def _student(school: people.School, programme: str, given: str, family: str) -> Enrolment:
    enrolment = people.student(school, programme, given, family, teacher=school.teachers[0])
    people.guardian(enrolment, "Robin", family, email=f"home{enrolment.pk}@families.example")
    return enrolment


def _host(school: people.School, firm: str, staff: tuple[int, int], given: str, family: str) -> Supervisor:
    site = people.firm(school, firm, f"{firm.split()[0]} Road 1", staff=staff)
    return people.supervisor(site, given, family, email=f"{given.lower()}@firms.example")


def _cast_people(
    school: people.School, names: dict, garage: str, bakery: str
) -> tuple[Enrolment, Supervisor, Supervisor]:
    """Student, guardian, supervisor and owner of the cast, with accounts, and their firms."""
    name = school.organisation.name
    teacher = school.teachers[0]
    users = {
        role: User.objects.create_user(cast.address(role, name))
        for role in (Role.STUDENT, Role.GUARDIAN, Role.SUPERVISOR, Role.OWNER)
    }
    enrolment = people.student(school, "Automotive", *names[Role.STUDENT], teacher=teacher, user=users[Role.STUDENT])
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
        Employer.objects.filter(sites=site).update(organisation=organisation)
        Membership.objects.create(user=users[role], organisation=organisation, role=role)
    return enrolment, foreman, baker
