"""What the first page of each role shows; a student's is in student_home.py."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts.access import person_of
from accounts.models import Membership, Organisation
from accounts.roles import Role
from placements.access import visible_to
from placements.models import Placement, TaskDone, WorkEntry
from placements.queries.hours import Totals, totals
from placements.queries.reflecting import Idea, ideas_among, steps_of, unread
from placements.rules.ending import shown_state
from placements.rules.hours import week_of
from reports.phases import SHOWN, Phase, with_phase
from reports.queries.hand_overs import Handed, handed_to

WEEK = timedelta(days=7)


def nearest(prefix: str = "") -> Case:
    """Placements that run come first, then those that are planned."""
    return Case(
        When(**{f"{prefix}state__in": Placement.BEGUN}, then=Value(0)),
        When(**{f"{prefix}state": Placement.State.PLANNED}, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


@dataclass(frozen=True)
class Child:
    placement: Placement
    totals: Totals

    @property
    def state(self) -> str:
        return str(shown_state(self.placement, Role.GUARDIAN).label)


def children(viewer: Membership) -> list[Child]:
    """The placements of a guardian's children, the nearest first."""
    rows = with_phase(Placement.objects.filter(pk__in=visible_to(viewer).values("pk")))
    rows = rows.exclude(state=Placement.State.CANCELLED).annotate(nearest=nearest())
    placements = list(rows.select_related("learner", "employer").order_by("nearest", "-starts_on", "pk")[:10])
    sums = totals([placement.pk for placement in placements])
    return [Child(placement, sums[placement.pk]) for placement in placements]


@dataclass(frozen=True)
class AtWork:
    """A student at work: minutes of this week and the week before, and what was done in these two weeks."""

    placement: Placement
    logged: int
    before: int
    tasks: list[str]


def at_work(viewer: Membership) -> QuerySet[Placement]:
    rows = Placement.objects.filter(pk__in=visible_to(viewer).values("pk"), state__in=Placement.BEGUN)
    return rows.select_related("learner", "employer").order_by("learner__sort_key", "pk")


def two_weeks(placements: Collection[Placement], *, today: date) -> tuple[list[AtWork], list[Idea]]:
    """Minutes from Monday to Sunday of this week and of the week before; most frequent task first. And what a teacher
    could ask these students about."""
    keys, (first, last) = [placement.pk for placement in placements], week_of(today)
    entries = WorkEntry.objects.filter(placement__in=keys, day__range=(first - WEEK, last)).order_by()
    sums = entries.values("placement").annotate(
        now=Sum("logged_minutes", filter=Q(day__gte=first), default=0),
        before=Sum("logged_minutes", filter=Q(day__lt=first), default=0),
    )
    logged = {row["placement"]: (row["now"], row["before"]) for row in sums}
    recent = Count("pk", filter=Q(entry__day__range=(first - WEEK, last)))
    done = TaskDone.objects.filter(entry__placement__in=keys).exclude(entry__state=WorkEntry.State.WITHDRAWN)
    steps = sorted(steps_of(done).annotate(n=recent), key=lambda row: (-row["n"], row["name"]))
    tasks: dict[int, list[str]] = defaultdict(list)
    for row in steps:
        if row["n"]:
            tasks[row["entry__placement"]].append(row["name"])
    rows = [AtWork(one, *logged.get(one.pk, (0, 0)), tasks[one.pk][:4]) for one in placements]
    return rows, ideas_among(placements, steps, today=today)


def to_read(viewer: Membership) -> tuple[int, list[Handed]]:
    """How many answers of students wait for a teacher, and what a colleague has handed over; one query for both."""
    waiting = unread(viewer).order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")
    school = Organisation.objects.filter(pk=viewer.organisation_id).annotate(
        unread=Coalesce(Subquery(waiting), 0), handed=ArraySubquery(handed_to(person_of(viewer), OuterRef("pk")))
    )
    count, handed = school.values_list("unread", "handed").get()
    return count, [Handed.of(one) for one in handed]


@dataclass(frozen=True)
class ProgrammeRow:
    """Placements of one programme by where they stand."""

    public_id: str
    name: str
    phases: list[tuple[Phase, int]]
    total: int


def by_programme(viewer: Membership) -> list[ProgrammeRow]:
    keys = "enrolment__cohort__version__programme__public_id", "enrolment__cohort__version__programme__name"
    rows = with_phase(visible_to(viewer)).order_by().values(*keys, "phase").annotate(n=Count("pk"))
    counts: dict[tuple, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["phase"] != Phase.CANCELLED:
            counts[str(row[keys[0]] or ""), row[keys[1]] or ""][row["phase"]] = row["n"]
    return [
        ProgrammeRow(key, name, [(phase, found.get(phase, 0)) for phase in SHOWN], sum(found.values()))
        for (key, name), found in sorted(counts.items(), key=lambda item: item[0][1])
    ]
