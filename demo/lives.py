"""Lives of placements, played with the verbs that people use and dated back from today."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor
from credits import workflow as credit
from demo.people import School
from employers.models import Supervisor
from placements import workflow
from placements.host_clock import Reading
from placements.models import Feedback, PlanVersion, Signature, WorkEntry
from placements.models.hours import Independence
from placements.queries.skills import skills_of
from placements.workflow import feedback, hours, weeks
from placements.workflow.host_time import record_host_time
from schools.models import Enrolment, Outcome, TaskTemplate

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
ALL = tuple(Signature.Party)
ROLE_OF_PARTY = {
    Signature.Party.STUDENT: Role.STUDENT,
    Signature.Party.GUARDIAN: Role.GUARDIAN,
    Signature.Party.HOST: Role.SUPERVISOR,
    Signature.Party.SCHOOL: Role.COORDINATOR,
}


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def actor(role: str, person: Person) -> Actor:
    return Actor(kind="user", id=person.user_id, role=role)


@dataclass
class Life:
    """One placement while it is being played. Weekdays count from Monday, which is 0."""

    school: School
    enrolment: Enrolment
    supervisor: Supervisor
    starts_on: date
    ends_on: date
    coordinator: Person
    weekdays: Sequence[int] = MONDAY_TO_FRIDAY
    starts_at: time = time(8)
    ends_at: time = time(16)
    break_minutes: int = 30

    def __post_init__(self) -> None:
        self.office = actor(Role.COORDINATOR, self.coordinator)
        self.asked_on = min(self.starts_on - timedelta(days=21), self.school.today - timedelta(days=9))
        self.placement = workflow.create_placement(
            enrolment=self.enrolment,
            site=self.supervisor.site,
            supervisor=self.supervisor,
            teacher=self.enrolment.teacher,
            coordinator=self.coordinator,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            by=self.office,
            at=moment(self.asked_on - timedelta(days=4)),
        )
        self._plan()

    def _plan(self) -> None:
        outcomes = Outcome.objects.filter(unit__version=self.enrolment.cohort.version_id)
        self.plan = workflow.set_plan(
            placement=self.placement,
            shifts=[workflow.Pattern(day, self.starts_at, self.ends_at, self.break_minutes) for day in self.weekdays],
            outcomes=list(outcomes),
            purpose_text="Learn the everyday work of the occupation, step by step, with people who do it well.",
            rhythm=PlanVersion.Rhythm.WEEKLY,
            by=self.office,
            at=moment(self.asked_on - timedelta(days=3)),
        )

    def agree(self, parties: Collection[str] = ALL) -> "Life":
        """Send the agreement, and let these parties sign."""
        places = workflow.propose(
            agreement=self.plan.agreement,
            sign_by=max(self.starts_on - timedelta(days=10), self.asked_on + timedelta(days=3)),
            by=self.office,
            at=moment(self.asked_on),
        )
        for place in places:
            if place.party in parties:
                workflow.sign(
                    signature=place,
                    name_typed=place.person.full_name,
                    ip="127.0.0.1",
                    by=actor(ROLE_OF_PARTY[Signature.Party(place.party)], place.person),
                    at=moment(self.asked_on + timedelta(days=1 + place.order)),
                )
        return self

    def start(self) -> "Life":
        workflow.start(placement=self.placement, by=Actor.system(), at=moment(self.starts_on, 6))
        return self

    def end(self) -> "Life":
        workflow.end(placement=self.placement, by=Actor.system(), at=moment(self.ends_on + timedelta(days=1), 1))
        return self

    def days(self, until: date) -> list[date]:
        """Planned days from the start to `until`, both included."""
        whole = (self.starts_on + timedelta(days=step) for step in range((until - self.starts_on).days + 1))
        return [day for day in whole if day.weekday() in self.weekdays]

    def log(self, day: date, *, ends_at: time | None = None, number: int = 0, alone: bool = False) -> WorkEntry:
        tasks = self._tasks()
        return hours.log_day(
            placement=self.placement,
            day=day,
            starts_at=self.starts_at,
            ends_at=ends_at or self.ends_at,
            break_minutes=self.break_minutes,
            tasks=[
                (tasks[number % len(tasks)], Independence.ALONE if alone else Independence.CHECKED),
                (tasks[(number + 1) % len(tasks)], Independence.WITH_HELP),
            ],
            by=actor(Role.STUDENT, self.enrolment.student.person),
            at=moment(day, 17),
        )

    def confirm(self, monday: date, *, at: datetime, changes: dict | None = None) -> None:
        weeks.confirm_week(
            placement=self.placement,
            week_starts_on=monday,
            person=self.supervisor.person,
            changes=changes,
            by=actor(Role.SUPERVISOR, self.supervisor.person),
            at=at,
        )
        self._spent("home", 16 + 7 * (monday.day % 5), at)

    def work(self, until: date) -> "Life":
        """Every planned day up to `until` is logged, and each week is confirmed on its last worked day."""
        by_week: dict[date, list[date]] = {}
        for day in self.days(until):
            by_week.setdefault(day - timedelta(days=day.weekday()), []).append(day)
        for monday, days in by_week.items():
            for number, day in enumerate(days):
                self.log(day, number=number)
            self.confirm(monday, at=moment(days[-1], 18))
        return self

    def feedback(self, *, at: datetime | None = None) -> "Life":
        """Five answers, marks of three tasks, and some skills: one was not seen, and most are left out."""
        tasks = self._tasks()[:3]
        levels = {"being-there": 4, "talking": 2, "with-others": 3, "safety": None}
        feedback.give_feedback(
            placement=self.placement,
            person=self.supervisor.person,
            tasks=list(tasks),
            alone=dict(zip(tasks, (Independence.CHECKED, Independence.ALONE, Independence.WITH_HELP), strict=True)),
            skills={skill: levels[skill.key] for skill in skills_of(self.placement) if skill.key in levels},
            independence=Independence.CHECKED,
            observed="Asked before starting something new and tidied up without being told.",
            host_again=Feedback.Again.YES,
            by=actor(Role.SUPERVISOR, self.supervisor.person),
            at=at or moment(self.ends_on, 19),
        )
        self._spent("closing", 38 + 9 * (self.placement.pk % 4), at or moment(self.ends_on, 19))
        return self

    def _spent(self, screen: str, seconds: int, at: datetime) -> None:
        """The host's time on one screen, as its form would have told it."""
        record_host_time(
            placements=[self.placement],
            person=self.supervisor.person,
            reading=Reading(key=uuid4(), screen=screen, elapsed=seconds, idle=0),
            by=actor(Role.SUPERVISOR, self.supervisor.person),
            at=at,
        )

    def decide(self, *, minutes: int, outcome: str, reason: str = "", at: datetime) -> "Life":
        teacher = self.enrolment.teacher
        assert teacher, "every enrolment of this world has a teacher"
        credit.decide(
            enrolment=self.enrolment,
            outcome=outcome,
            minutes=minutes,
            reason=reason,
            person=teacher,
            by=actor(Role.TEACHER, teacher),
            at=at,
        )
        return self

    def ask_correction(self, text: str, *, at: datetime) -> "Life":
        """The student asks to look at the last decision again."""
        student = self.enrolment.student.person
        decision = self.enrolment.decisions.exclude(decided_at=None).latest("decided_at")
        credit.ask_correction(decision=decision, text=text, person=student, by=actor(Role.STUDENT, student), at=at)
        return self

    def _tasks(self) -> list[TaskTemplate]:
        return list(TaskTemplate.objects.filter(unit__version=self.enrolment.cohort.version_id))


def next_working_day(day: date, steps: int) -> date:
    """The day that many working days (Monday to Friday) after `day`; before it when `steps` is negative."""
    one = timedelta(days=1 if steps > 0 else -1)
    while steps:
        day += one
        if day.weekday() < 5:
            steps -= 1 if one.days > 0 else -1
    return day
