"""The rest of Harbour Vocational College, up to 184 placements at 96 hosts with 118 supervisors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, product

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Person
from core.models import Transition
from demo import lists, people, turns
from demo.lives import ALL, MONDAY_TO_FRIDAY, Life, moment, next_working_day
from employers.models import Offer, Site, Supervisor
from placements.models import HourClaim, Signature, TaskDone, WeekConfirmation, WorkEntry
from placements.models.hours import Independence
from placements.rules.hours import minutes, span
from schools.models import Enrolment, TaskTemplate

HOSTS, SMALL_HOSTS, SUPERVISORS = 96, 61, 118
TEACHERS = 9
WITHOUT_PLACE = 24
PLACES_OFFERED = 31
HANDED_ON = 6
OFFERED = ("Retail", "Bakery and hospitality")
# Placements by where they stand, of the full-time and of the half-time coordinator: 123 and 61.
# Two more of the half-time coordinator are a student's second workplace and a teacher's own week (demo/turns.py).
PHASES = {"agreeing": (18, 8), "ready": (9, 4), "running": (74, 37), "credited": (14, 7), "waiting": (8, 3)}


@dataclass
class Crowd:
    """What is handed out to placements in turn."""

    school: people.School
    names: Iterator[tuple[str, str]]
    supervisors: dict[str, Iterator[Supervisor]]
    classes: Iterator[tuple[str, Person]]

    def enrolment(self, title: str, teacher: Person) -> Enrolment:
        age = 19 if self.school.dice.random() < 0.2 else 17
        enrolment = people.student(self.school, title, *next(self.names), teacher=teacher, age=age)
        if age < 18:
            person = enrolment.student.person
            people.guardian(enrolment, "Robin", person.family_name, email=f"home{enrolment.pk}@families.example")
        return enrolment

    def life(
        self, coordinator: Person, starts_on: date, weeks: int = 9, weekdays: Sequence[int] = MONDAY_TO_FRIDAY
    ) -> Life:
        ends_on = starts_on + timedelta(days=7 * weeks - 3)
        title, teacher = next(self.classes)
        enrolment = self.enrolment(title, teacher)
        guide = next(self.supervisors[title])
        return Life(self.school, enrolment, guide, starts_on, ends_on, coordinator, weekdays)


def fill(school: people.School, played: dict[str, int]) -> None:
    """Everybody else. `played` says how many of the first coordinator's lives the cast has played by phase."""
    names = _names(school)
    half_time = people.member(school.organisation, "coordinator", "Jonah", "Reyes", "office@harbour.example")
    school.coordinators.append(half_time.user.person)
    _teachers(school, names)
    crowd = Crowd(school, names, _by_programme(_hosts(school, names)), _turns(_classes(school)))
    lives = []
    for phase, counts in PHASES.items():
        for coordinator, wanted in zip(school.coordinators, counts, strict=True):
            already = played.get(phase, 0) if coordinator == school.coordinators[0] else 0
            lives += [
                _PLAY[phase](crowd, school.coordinators[1] if _is_handed_on(phase, number) else coordinator, number)
                for number in range(wanted - already)
            ]
    _write_hours([life for life in lives if life is not None])
    _finish(lives)
    running = [life for life in lives if life.placement.state == "running"]
    _take_turns(crowd, running)
    turns.hands_over(school, running[:HANDED_ON])
    for _number in range(WITHOUT_PLACE):
        people.student(school, "Retail", *next(crowd.names), teacher=school.teachers[-1])
    _register_classes(school)
    _offers(school)


def _is_handed_on(phase: str, number: int) -> bool:
    """The first that run began with the half-time coordinator, who gives those of the first coordinator on."""
    return phase == "running" and number < HANDED_ON


def _turns(things: list) -> Iterator:
    return (things[number % len(things)] for number in count())


def _names(school: people.School) -> Iterator[tuple[str, str]]:
    every = list(product(lists.GIVEN, lists.FAMILY))
    school.dice.shuffle(every)
    return iter(every)


def _by_programme(supervisors: list[Supervisor]) -> dict[str, Iterator[Supervisor]]:
    """Each programme has the hosts of its own trades."""
    return {
        title: _turns([one for one in supervisors if one.site.name.endswith(tuple(facts["trades"]))])
        for title, facts in lists.PROGRAMMES.items()
    }


def _teachers(school: people.School, names: Iterator[tuple[str, str]]) -> None:
    for number in range(len(school.teachers), TEACHERS):
        member = people.member(school.organisation, "teacher", *next(names), f"teacher{number}@harbour.example")
        school.teachers.append(member.user.person)


def _classes(school: people.School) -> list[tuple[str, Person]]:
    titles = list(school.cohorts)
    return [(titles[number % len(titles)], teacher) for number, teacher in enumerate(school.teachers)]


def _hosts(school: people.School, names: Iterator[tuple[str, str]]) -> list[Supervisor]:
    """Firms up to 96, 61 of them with fewer than ten people; every fourth has a second supervisor."""
    known = list(Supervisor.objects.filter(site__employer__school_employers__school=school.organisation))
    small = (
        SMALL_HOSTS
        - Supervisor.objects.filter(pk__in=[one.pk for one in known], site__employer__size_to__lt=10).count()
    )
    trades = [trade for facts in lists.PROGRAMMES.values() for trade in facts["trades"]]
    found = []
    for number, (place, trade) in enumerate(product(lists.PLACES, trades)):
        if len(known) + number == HOSTS:
            break
        staff = (1, 9) if number < small else (10, 49)
        site = people.firm(school, f"{place} {trade}", f"{place} Street {number + 2}", staff=staff)
        found.append(people.supervisor(site, *next(names), email=f"host{number}@firms.example"))
    missing = SUPERVISORS - len(known) - len(found)
    return found + [
        people.supervisor(first.site, *next(names), email=f"second{number}@firms.example")
        for number, first in enumerate(found[:missing])
    ]


def _agreeing(crowd: Crowd, coordinator: Person, number: int) -> Life:
    starts_on = crowd.school.monday + timedelta(days=7 * (4 + number % 6))
    life = crowd.life(coordinator, starts_on)
    if number % 6 == 5:
        turns.waits_for_a_host(life)
        return life
    signed = [(), (Signature.Party.STUDENT,), (Signature.Party.STUDENT, Signature.Party.HOST)][number % 3]
    return life.agree(signed)


def _ready(crowd: Crowd, coordinator: Person, number: int) -> Life:
    return crowd.life(coordinator, crowd.school.monday + timedelta(days=7 * (1 + number % 2))).agree(ALL)


def _running(crowd: Crowd, coordinator: Person, number: int) -> Life:
    """Every fifth comes on Wednesdays only, over two terms."""
    weeks_ago = 8 if number < 2 else 1 + number % 7
    begins = crowd.school.monday - timedelta(days=7 * weeks_ago)
    on_wednesdays = number % 5 == 4
    life = crowd.life(coordinator, begins, 32, (2,)) if on_wednesdays else crowd.life(coordinator, begins)
    return life.agree(ALL).start()


def _take_turns(crowd: Crowd, running: list[Life]) -> None:
    """What is not like the rest; of the half-time coordinator one student changes the host, and a teacher learns."""
    turns.take_turns(running)
    second = crowd.school.coordinators[1]
    changes, stays = [life for life in running if life.coordinator == second][-2:]
    turns.goes_on_elsewhere(changes, next(crowd.supervisors[changes.enrolment.cohort.version.programme.name]))
    turns.teacher_learns(crowd.school, stays.supervisor, crowd.school.teachers[1], second)


def _credited(crowd: Crowd, coordinator: Person, number: int) -> Life:
    return crowd.life(coordinator, crowd.school.monday - timedelta(days=7 * (12 + number % 3))).agree(ALL).start()


def _waiting(crowd: Crowd, coordinator: Person, number: int) -> Life:
    return crowd.life(coordinator, crowd.school.monday - timedelta(days=7 * 10)).agree(ALL).start()


_PLAY = {
    "agreeing": _agreeing,
    "ready": _ready,
    "running": _running,
    "credited": _credited,
    "waiting": _waiting,
}


def _finish(lives: list[Life]) -> None:
    for life in lives:
        today = life.school.today
        if life.placement.state != "running" or life.ends_on >= today:
            continue
        life.end().feedback()
        if life.ends_on < today - timedelta(days=14):
            whole = sum(entry.confirmed_minutes or 0 for entry in life.placement.work_entries.all())
            required = life.enrolment.cohort.version.required_minutes
            done = min(whole, required)
            life.decide(
                minutes=done,
                outcome="credited" if done == required else "partly",
                at=moment(next_working_day(life.ends_on, 6)),
            )


def _write_hours(lives: list[Life]) -> None:
    """Every planned day until yesterday, logged and confirmed, in bulk: the verbs would take a minute for this."""
    entries, weeks = [], []
    for life in lives:
        if life.placement.state != "running":
            continue
        segment = life.placement.segments.get()
        for day in life.days(min(life.ends_on, life.school.today - timedelta(days=1))):
            entries.append(_entry(life, segment, day))
    WorkEntry.objects.bulk_create(entries, batch_size=1000)
    by_week: dict[tuple[int, date], list[WorkEntry]] = {}
    for entry in entries:
        by_week.setdefault((entry.placement_id, entry.day - timedelta(days=entry.day.weekday())), []).append(entry)
    supervisor_of = {life.placement.pk: life.supervisor.person for life in lives}
    for (placement_id, monday), days in by_week.items():
        weeks.append(
            WeekConfirmation(
                placement_id=placement_id,
                week_starts_on=monday,
                person=supervisor_of[placement_id],
                answered_at=moment(days[-1].day, 18),
                minutes=sum(entry.logged_minutes for entry in days),
            )
        )
    WeekConfirmation.objects.bulk_create(weeks, batch_size=1000)
    _write_claims(weeks, by_week)
    _write_tasks(entries, lives)
    _write_log(weeks, lives)


def _entry(life: Life, segment, day: date) -> WorkEntry:
    stretch = span(day, life.starts_at, life.ends_at, segment.site.time_zone)
    worked = minutes(stretch, life.break_minutes)
    return WorkEntry(
        learner_id=life.placement.learner_id,
        placement=life.placement,
        segment=segment,
        day=day,
        starts_at=life.starts_at,
        ends_at=life.ends_at,
        zone=segment.site.time_zone,
        span=DateTimeTZRange(*stretch),
        break_minutes=life.break_minutes,
        state=WorkEntry.State.CONFIRMED,
        logged_minutes=worked,
        confirmed_minutes=worked,
        logged_at=moment(day, 17),
    )


def _write_claims(weeks: list[WeekConfirmation], by_week: dict[tuple[int, date], list[WorkEntry]]) -> None:
    claims = []
    for week in weeks:
        for entry in by_week[week.placement_id, week.week_starts_on]:
            claims.append(
                HourClaim(
                    entry=entry,
                    side=HourClaim.Side.STUDENT,
                    minutes=entry.logged_minutes,
                    person_id=entry.learner_id,
                    at=entry.logged_at,
                )
            )
            claims.append(
                HourClaim(
                    entry=entry,
                    side=HourClaim.Side.HOST,
                    minutes=entry.logged_minutes,
                    person=week.person,
                    confirmation=week,
                    at=week.answered_at,
                )
            )
    HourClaim.objects.bulk_create(claims, batch_size=2000)


def _write_tasks(entries: list[WorkEntry], lives: list[Life]) -> None:
    tasks_of: dict[int, list[TaskTemplate]] = {}
    for task in TaskTemplate.objects.select_related("unit"):
        tasks_of.setdefault(task.unit.version_id, []).append(task)
    version_of = {life.placement.pk: life.enrolment.cohort.version_id for life in lives}
    done = []
    for number, entry in enumerate(entries):
        tasks = tasks_of[version_of[entry.placement_id]]
        for step, independence in enumerate((Independence.CHECKED, Independence.WITH_HELP)):
            task = tasks[(number + step) % len(tasks)]
            done.append(TaskDone(entry=entry, template=task, independence=independence))
    TaskDone.objects.bulk_create(done, batch_size=2000)


def _write_log(weeks: list[WeekConfirmation], lives: list[Life]) -> None:
    school_id = lives[0].school.organisation.pk
    Transition.objects.bulk_create(
        [
            Transition(
                noun="week",
                object_id=week.pk,
                school_id=school_id,
                timeline=f"placement:{week.placement_id}",
                verb="confirm",
                to_state=WorkEntry.State.CONFIRMED,
                actor_kind="link",
                role="supervisor",
                details={"week": week.week_starts_on.isoformat(), "minutes": week.minutes, "logged": week.minutes},
                at=week.answered_at,
            )
            for week in weeks
        ],
        batch_size=1000,
    )


def _register_classes(school: people.School) -> None:
    for teacher in school.teachers:
        enrolments = list(Enrolment.objects.filter(teacher=teacher).select_related("student__person", "cohort"))
        if enrolments:
            title = f"{enrolments[0].cohort.name} ({teacher.family_name})"
            people.school_class(school, title, enrolments, [teacher])


def _offers(school: people.School) -> None:
    """31 places for January in shops, bakeries and hotels: one each, where students without a place can go."""
    january = date(school.today.year + 1, 1, 11)
    hosts = [(title, site) for title in OFFERED for site in _sites_of(school, title)]
    Offer.objects.bulk_create(
        Offer(
            school=school.organisation,
            site=site,
            title=f"{title} from January",
            starts_on=january,
            ends_on=january + timedelta(days=81),
            places=1,
            occupation_codes=lists.PROGRAMMES[title]["occupations"],
        )
        for title, site in hosts[:PLACES_OFFERED]
    )


def _sites_of(school: people.School, title: str) -> list[Site]:
    """Sites of the school's hosts in the trades of a programme."""
    trades = tuple(lists.PROGRAMMES[title]["trades"])
    sites = Site.objects.filter(employer__school_employers__school=school.organisation).order_by("name")
    return [site for site in sites if site.name.endswith(trades)]
