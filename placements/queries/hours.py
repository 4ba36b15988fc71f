"""Reads of hours: sums for lists, weeks that wait for a host, the days of a placement."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import groupby

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, Least, TruncWeek
from django.utils.timezone import localdate

from accounts.models import ClosedDay, Person
from placements.models import (
    HourClaim,
    Placement,
    PlannedOutcome,
    PlannedShift,
    Segment,
    TaskDone,
    WeekConfirmation,
    WorkEntry,
    WorkPhoto,
)
from placements.queries.days import current_shifts, planned_between, planned_days, sums_of
from placements.queries.due_contacts import with_host_asks
from placements.queries.plans import calendars_of
from placements.rules import hours as rules
from schools.models import TaskTemplate

RECENT = timedelta(days=7)
HEADS_UP = timedelta(days=2)


@dataclass(frozen=True)
class Totals:
    """Minutes of a placement: what the learner says, and what both sides agree to."""

    logged: int = 0
    confirmed: int = 0


@dataclass(frozen=True)
class Week:
    """The days of one placement in one week, with the host's answer when there is one."""

    placement: Placement
    week_starts_on: date
    entries: list[WorkEntry]
    confirmation: WeekConfirmation | None = None

    @property
    def ends_on(self) -> date:
        return self.week_starts_on + timedelta(days=6)

    @property
    def rows(self) -> list[tuple[WorkEntry, HourClaim | None]]:
        """Each entry with what the host says of it now."""
        return [(entry, host_word(entry)) for entry in self.entries]

    @property
    def seen(self) -> str:
        """What a person who looks at this week sees, in short: a form sends it back, so that no answer goes astray."""
        return ",".join(f"{entry.pk}:{entry.logged_minutes}" for entry in self.entries)

    @property
    def seen_minutes(self) -> dict[int, int]:
        """The same for the verb: the learner's minutes by the key of the entry."""
        return {entry.pk: entry.logged_minutes for entry in self.entries}

    @property
    def answered(self) -> list[WorkEntry]:
        """Days on which the learner has said something else after the host: the host is next."""
        differ = [entry for entry in self.entries if entry.state == WorkEntry.State.DISPUTED]
        return [entry for entry in differ if last_word(entry).side == HourClaim.Side.STUDENT]

    @property
    def is_open(self) -> bool:
        return any(entry.state == WorkEntry.State.LOGGED for entry in self.entries)

    @property
    def differs(self) -> bool:
        return any(entry.state == WorkEntry.State.DISPUTED for entry in self.entries)

    @property
    def days(self) -> int:
        return len({entry.day for entry in self.entries})

    @property
    def logged(self) -> int:
        return sum(entry.logged_minutes for entry in self.entries)

    @property
    def confirmed(self) -> int:
        return sum(entry.confirmed_minutes or 0 for entry in self.entries)

    @property
    def is_by_former(self) -> bool:
        """Whether the host answered after the firm had closed or the supervisor had left; of a week of a `sheet`."""
        left_on: date | None = self.entries[0].host_left_on  # type: ignore[attr-defined]
        return bool(self.confirmation and left_on and localdate(self.confirmation.answered_at) > left_on)

    @property
    def undo_until(self) -> datetime | None:
        return self.confirmation.answered_at + rules.UNDO if self.confirmation else None


@dataclass(frozen=True)
class Sheet:
    """All hours of a placement, newest week first."""

    weeks: list[Week] = field(default_factory=list)

    @property
    def entries(self) -> list[WorkEntry]:
        return [entry for week in self.weeks for entry in week.entries]

    @property
    def totals(self) -> Totals:
        return Totals(sum(week.logged for week in self.weeks), sum(week.confirmed for week in self.weeks))


@dataclass(frozen=True)
class LogPlan:
    """The day to log next with its planned shift, and the other planned days of the window that are not logged.

    `is_done` says that all planned days are logged, so that nothing needs to be asked.
    """

    day: date
    shift: PlannedShift | None
    missing: list[date]
    is_done: bool = False


def log_plan(placement: Placement, *, today: date, day: date | None = None) -> LogPlan:
    """What a form to log a day begins with: `day`, else the last planned open day not logged, else today."""
    first = today - rules.WINDOW
    shifts = current_shifts(placement)
    planned = planned_days(shifts, min(first, day or first, placement.ends_on), today)
    sums = sums_of(placement, planned, first, today)
    missing = [past for past, sum in sums.items() if not sum.worked and sum.absent < sum.planned][::-1]
    chosen = day or next(iter(missing), min(today, placement.ends_on))
    others = [past for past in missing if past != chosen]
    usual = [row for row in shifts if row.weekday == chosen.weekday() and row.starts_on <= chosen <= row.ends_on]
    shift = planned[chosen][0][0] if chosen in planned else next(iter(usual), None)
    return LogPlan(chosen, shift, others, is_done=bool(shifts) and not missing)


def tasks_of(placement: Placement) -> list[TaskTemplate]:
    """The tasks that a learner can choose from: those of the plan first, then the rest of the programme."""
    named = Q(task=OuterRef("pk")) | Q(outcome__tasks=OuterRef("pk"))
    planned = PlannedOutcome.objects.filter(named, plan__placement=placement)
    return list(
        TaskTemplate.objects.filter(unit__version__cohorts__enrolments__placements=placement)
        .annotate(planned=Exists(planned))
        .order_by("-planned", "unit__position", "pk")
    )


def segment_on(placement: Placement, day: date, starts_at: time) -> Segment | None:
    """Where the learner works at a time: of several segments the one that plans a shift nearest to it."""
    segments = Segment.objects.filter(placement=placement, starts_on__lte=day, ends_on__gte=day)
    found = list(segments.select_related("site").order_by("starts_on", "pk"))
    if len(found) < 2:
        return found[0] if found else None
    planned = [row for row, _length in planned_between(placement, day, day).get(day, [])]
    nearest = sorted(planned, key=lambda row: abs(_clock(row.starts_at) - _clock(starts_at)))
    keys = [row.segment_id for row in nearest]
    return min(found, key=lambda segment: keys.index(segment.pk) if segment.pk in keys else len(keys))


def _clock(at: time) -> int:
    return at.hour * 60 + at.minute


def is_closed(placement: Placement, segment: Segment | None, day: date) -> bool:
    """Whether a calendar takes this day away and no shift of this single date puts it back."""
    if segment is None or calendars_of(placement).lost(segment.pk, day) is None:
        return False
    return day not in planned_between(placement, day, day)


def totals(placement_ids: Collection[int]) -> dict[int, Totals]:
    """Logged and confirmed minutes of each placement, in one query; a placement without entries has zeros."""
    rows = (
        WorkEntry.objects.filter(placement__in=placement_ids)
        .order_by()
        .values("placement")
        .annotate(logged=Sum("logged_minutes"), confirmed=Coalesce(Sum("confirmed_minutes"), 0))
    )
    found = {row["placement"]: Totals(row["logged"], row["confirmed"]) for row in rows}
    return {pk: found.get(pk, Totals()) for pk in placement_ids}


def with_words(entries: QuerySet[WorkEntry]) -> QuerySet[WorkEntry]:
    """Entries with their learner, school and coordinator, their tasks and all that was said of them."""
    people = ("placement__learner", "placement__school", "placement__coordinator__user")
    tasks = Prefetch("tasks", TaskDone.objects.select_related("template").order_by("pk"))
    claims = Prefetch("claims", HourClaim.objects.select_related("confirmation").order_by("at", "pk"))
    return entries.select_related(*people).prefetch_related(tasks, claims)


def weeks_for_host(placements: QuerySet[Placement], person: Person | None, *, now: datetime) -> list[Week]:
    """Weeks that wait for an answer or got one in the last days, newest first, with what is needed to draw them.

    With a `person` only the days that this person guides; without, all days of the placements.
    """
    last_side = HourClaim.objects.filter(entry=OuterRef("pk")).order_by("-at", "-pk").values("side")[:1]
    waits = Q(state=WorkEntry.State.LOGGED) | Q(state=WorkEntry.State.DISPUTED, last_side=HourClaim.Side.STUDENT)
    waiting = (
        WorkEntry.objects.annotate(its_week=TruncWeek("day"), last_side=Subquery(last_side))
        .filter(waits, placement=OuterRef("placement"), its_week=OuterRef("monday"))
        .order_by()
    )
    answered = WeekConfirmation.objects.filter(
        placement=OuterRef("placement"), week_starts_on=OuterRef("monday"), answered_at__gte=now - RECENT
    ).order_by()
    entries = guided(WorkEntry.objects.filter(placement__in=placements), person).annotate(monday=TruncWeek("day"))
    return _weeks(with_words(entries.filter(Exists(waiting) | Exists(answered))))


def hosted_now(placements: QuerySet[Placement], guide: Person, *, today: date) -> list[Placement]:
    """Learners who are at work, by name, and those of whom something is asked: feedback (`asks_feedback`), `ask`.

    Feedback is asked for from two days before the end, and at once where the firm closes; what else a guide is asked
    for says `with_host_asks`.
    """
    soon = Q(ends_on__lte=today + HEADS_UP) | Q(employer__closed_on__isnull=False)
    ending = Q(soon, state__in=Placement.BEGUN) | Q(state__in=Placement.OVER)
    asks = Case(When(ending & Q(feedback__isnull=True), then=True), default=False, output_field=BooleanField())
    known = with_host_asks(placements, guide, today).annotate(asks_feedback=asks)
    found = known.filter(Q(state__in=Placement.BEGUN) | Q(asks_feedback=True) | ~Q(ask=""))
    return list(found.select_related("learner", "school").order_by("learner__sort_key", "pk"))


def week_for_host(placement: Placement, week_starts_on: date, person: Person | None) -> Week | None:
    """One week of one placement, or nothing when no day of it is the person's to answer for."""
    first, last = rules.week_of(week_starts_on)
    entries = guided(WorkEntry.objects.filter(placement=placement, day__range=(first, last)), person)
    return next(iter(_weeks(with_words(entries))), None)


def sheet(placement: Placement) -> Sheet:
    """Every day of a placement with both sides' words and the number of its photos."""
    photos = WorkPhoto.objects.filter(entry=OuterRef("pk")).order_by().values("entry").annotate(n=Count("pk"))
    entries = WorkEntry.objects.filter(placement=placement).select_related("segment__site")
    known = entries.annotate(
        photo_count=Coalesce(Subquery(photos.values("n")), 0),
        host_left_on=Least("segment__supervisor__ends_on", "placement__employer__closed_on"),
    )
    return Sheet(_weeks(with_words(known)))


def closed_days_of(placement: Placement, since: date) -> set[date]:
    """Days from a day on that the school is closed."""
    closed = ClosedDay.objects.filter(organisation=placement.school_id, day__gte=since)
    return set(closed.order_by().values_list("day", flat=True))


def guided(entries: QuerySet[WorkEntry], person: Person | None) -> QuerySet[WorkEntry]:
    """The entries of the segments that this person guides; all when nobody is named."""
    return entries.filter(segment__supervisor__person=person) if person else entries


def host_word(entry: WorkEntry) -> HourClaim | None:
    """What the host said last of an entry and has not taken back; needs `claims` to be prefetched."""
    words = [claim for claim in entry.claims.all() if claim.side == HourClaim.Side.HOST and claim.confirmation_id]
    return words[-1] if words else None


def student_word(entry: WorkEntry) -> HourClaim | None:
    """What the learner's side said last; nothing where only the host has said something."""
    words = [claim for claim in entry.claims.all() if claim.side == HourClaim.Side.STUDENT]
    return words[-1] if words else None


def school_word(entry: WorkEntry) -> HourClaim | None:
    """How the school settled a day on which the sides differ."""
    words = [claim for claim in entry.claims.all() if claim.side == HourClaim.Side.SCHOOL]
    return words[-1] if words else None


def last_word(entry: WorkEntry) -> HourClaim:
    """What was said last of an entry, by whichever side; of an entry that has claims."""
    return list(entry.claims.all())[-1]


def fingerprint(entry: WorkEntry) -> str:
    """What somebody sees of a day, in short: a form sends it back, so that no change of another window is lost."""
    tasks = sorted(f"{task.template_id or 0} {task.other} {task.independence:d}" for task in entry.tasks.all())
    times = (entry.day, entry.starts_at, entry.ends_at, entry.span.lower.timestamp(), entry.span.upper.timestamp())
    seen = (entry.state, *times, entry.break_minutes, entry.note, entry.make_up, *tasks)
    return sha256("\n".join(map(str, seen)).encode()).hexdigest()[:16]


def _weeks(entries: QuerySet[WorkEntry]) -> list[Week]:
    order = (TruncWeek("day").desc(), "placement__learner__sort_key", "placement_id", "day", "starts_at")
    rows = list(entries.exclude(state=WorkEntry.State.WITHDRAWN).order_by(*order))
    weeks = []
    for (first, _placement), group in groupby(rows, key=lambda row: (rules.monday(row.day), row.placement_id)):
        days = list(group)
        weeks.append(Week(days[0].placement, first, days, _confirmation(days)))
    return weeks


def _confirmation(days: Collection[WorkEntry]) -> WeekConfirmation | None:
    """The host's answer for a week, as far as it is about one of these days."""
    held = (claim.confirmation for entry in days for claim in entry.claims.all())
    return next((confirmation for confirmation in held if confirmation), None)
