"""A placement played from its plan to its credit with the verbs that people use, on the days on which they use them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.access import actor_of
from accounts.models import Membership
from accounts.roles import Role
from core.workflow import Actor
from credits.models import Decision
from credits.queries import Opinion, balances, opinion_of
from credits.workflow import decide
from placements.models import Feedback, Placement, PlanVersion, WorkEntry
from placements.models.hours import Independence
from placements.plan_text import timetable
from placements.rules.plan import WorkDay
from placements.workflow import end, feedback, hours, propose, start, weeks
from placements.workflow.planning import Pattern
from schools.models import Enrolment
from tests.placements.college import College, put_name

HOST = Actor(kind="link", id=1, role=Role.SUPERVISOR)
SYSTEM = Actor.system()
DAY = timedelta(days=1)


def moment(day: date, hour: int = 18, zone: str = "Europe/London") -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(zone))


@dataclass
class Story:
    """One placement while it is being played. `decision` is what the teacher decided in the end."""

    college: College
    placement: Placement
    learner: Membership | None = None
    plan: PlanVersion = field(init=False)
    decision: Decision = field(init=False)

    def agree(self, shifts: list[Pattern], **plan) -> "Story":
        """Write the plan, ask the parties three weeks before the start, and let all of them sign."""
        asked = moment(self.placement.starts_on - 21 * DAY)
        values = {"at": asked, "outcomes": self.college.outcomes} | plan
        self.plan = self.college.plan(self.placement, shifts, **values)
        self.parties = []
        for place in propose(
            agreement=self.plan.agreement, sign_by=self.placement.starts_on, by=self.college.office, at=asked
        ):
            self.parties.append(place.party)
            put_name(place, at=asked)
        return self

    def start(self) -> "Story":
        start(placement=self.placement, by=SYSTEM, at=moment(self.placement.starts_on, 12))
        return self

    @property
    def days(self) -> list[WorkDay]:
        return list(timetable(self.placement, self.plan).days)

    def log(self, days: Iterable[WorkDay] | None = None) -> "Story":
        """The student logs these days, or every planned one, each on its evening; the host confirms week by week."""
        mondays: set[date] = set()
        for work in self.days if days is None else days:
            shift = work.shift
            entry = hours.log_day(
                placement=self.placement, day=work.day, starts_at=shift.starts_at, ends_at=shift.ends_at,
                break_minutes=shift.break_minutes, tasks=[("Brake pads", Independence.CHECKED)],
                by=actor_of(self.learner or self.college.student), at=moment(work.day, 23),
            )  # fmt: skip
            mondays.add(entry.day - entry.day.weekday() * DAY)
        for monday in sorted(mondays):
            self.confirm(monday)
        return self

    def confirm(self, monday: date) -> None:
        """Each supervisor who guided somebody in that week answers for it."""
        week = WorkEntry.objects.filter(placement=self.placement, day__range=(monday, monday + 6 * DAY))
        for segment in self.placement.segments.filter(pk__in=week.values("segment")).select_related("supervisor"):
            weeks.confirm_week(
                placement=self.placement, week_starts_on=monday, person=segment.supervisor.person, by=HOST,
                at=moment(monday + 6 * DAY),
            )  # fmt: skip

    def end(self) -> "Story":
        end(placement=self.placement, by=SYSTEM, at=moment(self.placement.ends_on + DAY))
        return self

    def hear(self) -> "Story":
        """The host's closing feedback."""
        guide = self.placement.segments.order_by("pk")[0].supervisor.person
        feedback.give_feedback(
            placement=self.placement, person=guide, tasks=[], independence=Independence.ALONE,
            observed="Asked before starting something new.", host_again=Feedback.Again.YES, by=HOST,
            at=moment(self.placement.ends_on + DAY),
        )  # fmt: skip
        return self

    def whole(self, shifts: list[Pattern], **plan) -> "Story":
        """From the plan to the end of the work."""
        return self.agree(shifts, **plan).start().log().end().hear()

    @property
    def opinion(self) -> Opinion:
        return opinion_of(fresh(self.college.enrolment), today=self.placement.ends_on + 2 * DAY)

    def credit(self, outcome: str = "credited", reason: str = "") -> int:
        """The teacher credits what the rules propose; the balance of the ledger afterwards, in minutes."""
        result = self.opinion.result
        assert result is not None, self.opinion.problem
        self.decision = decide(
            enrolment=fresh(self.college.enrolment), outcome=outcome, minutes=result.proposed_minutes, reason=reason,
            person=self.college.teacher.user.person, by=actor_of(self.college.teacher),
            at=moment(self.placement.ends_on + 2 * DAY),
        )  # fmt: skip
        return balances([self.college.enrolment.pk])[self.college.enrolment.pk]


def fresh(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_related("cohort__version__programme", "student__school").get(pk=enrolment.pk)


def by_setting(placements: Iterable[Placement], of: Callable[[WorkEntry], str] = lambda entry: entry.setting) -> dict:
    """Confirmed minutes by setting (or another word of the hour); they add up to the total."""
    found: dict[str, int] = {}
    for entry in WorkEntry.objects.filter(placement__in=list(placements), state=WorkEntry.State.CONFIRMED):
        found[of(entry)] = found.get(of(entry), 0) + entry.confirmed_minutes
    return found
