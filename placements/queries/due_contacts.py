"""Reads of the contacts that are due: what the rules ask of each placement, and what a person is asked for next."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import ClosedDay, Person
from core.keys import among
from employers.queries import at_work
from placements.models import Absence, Contact, Placement, PlannedShift, Segment, WorkEntry
from placements.queries.days import planned_days
from placements.queries.limits import standing_keys
from placements.queries.plans import with_calendar_days
from placements.rules import contacts as rules
from placements.rules.contacts import Due, Facts, Held
from placements.rules.ending import is_stilled
from schools.deadlines import days_in, deadlines_of

Kind = Contact.Kind

BRIEFED_FOR = timedelta(days=730)
"""Whoever has read the briefing of a school need not read it again for so long."""
AROUND = timedelta(days=150)
"""How far beyond the dates of a placement the school's closed days are looked at."""


def due_of(placement: Placement, today: date) -> list[Due]:
    """What is due for one placement, in five queries."""
    return due_among([placement.pk], today).get(placement.pk, [])


def due_of_read(placement: Any, today: date) -> list[Due]:
    """As `due_of`, of a placement that was read `with_closed_days`: in four queries."""
    return rules.due(facts_among([placement], today)[placement.pk], today)


def due_among(placement_ids: Collection[int], today: date) -> dict[int, list[Due]]:
    """What is due for each of these placements, in five queries however many there are."""
    return {pk: rules.due(facts, today) for pk, facts in facts_for(placement_ids, today).items()}


def facts_for(placement_ids: Collection[int], today: date) -> dict[int, Facts]:
    """What the rules ask of each placement; guides are those who still work at the host."""
    return facts_among(with_closed_days(Placement.objects.filter(pk__in=placement_ids)), today)


def facts_among(placements: Iterable[Any], today: date) -> dict[int, Facts]:
    """As `facts_for`, of placements `with_closed_days`: in four queries more."""
    rows = list(placements)
    live = [row.pk for row in rows]
    (planned, begins_at), done = _planned(live), _done(live)
    held, readers = _held(live)
    guides, briefed = _guides(live, today)
    return {
        row.pk: Facts(
            state=row.state,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            purpose=row.purpose,
            stilled=is_stilled(row),
            planned=planned[row.pk],
            worked=done[row.pk, "worked"],
            absent=frozenset(done[row.pk, "absent"]),
            held=held[row.pk],
            guides=frozenset(guides[row.pk]),
            unbriefed=_unbriefed(guides[row.pk], briefed[row.pk], readers[row.pk]),
            closed=frozenset(row.closed),
            deadlines=deadlines_of(row.enrolment.cohort.version if row.enrolment else None),
            begins_at=begins_at.get(row.pk),
        )
        for row in rows
    }


EARLIER = "earlier_confirm"
_EARLIER_TO_CONFIRM = Q(
    purpose__in=(Placement.Purpose.PRIOR_WORK, Placement.Purpose.JOB),
    earlier_work__isnull=False,
    earlier_work__confirmed_at=None,
)


def with_host_asks(placements: QuerySet[Placement], guide: Person, today: date) -> QuerySet[Placement]:
    """Placements with the next contact that this guide is asked for, in `ask`; empty when there is none.

    As the rules say, but within one query of a list: days at work are those that were logged.
    """
    held = Contact.objects.filter(placement=OuterRef("pk")).order_by()
    lately = Q(person=guide, school=OuterRef("school"), on__gte=OuterRef("starts_on") - Value(BRIEFED_FOR))
    read = Contact.objects.filter(Q(placement=OuterRef("pk")) | lately, kind=Kind.BRIEFING).order_by()
    asked = placements.alias(
        guided=Exists(Segment.objects.filter(placement=OuterRef("pk"), supervisor__person=guide).order_by()),
        days=_days_logged("pk"),
        briefed=Exists(read),
        inducted=Exists(held.filter(kind=Kind.INDUCTION, with_host=True)),
        checked=Exists(held.filter(Q(kind=Kind.FIRST_WEEK, with_host=True) | Q(kind=Kind.REVIEW))),
    )
    version, stored = "enrolment__cohort__version", "enrolment__cohort__version__deadlines__brief_before"
    brief_before = days_in("brief_before", version, 0)
    before = Q(
        guided=True,
        briefed=False,
        purpose=Placement.Purpose.STUDENT,
        state__in=Placement.LIVE,
        starts_on__lte=ExpressionWrapper(Value(today) + brief_before, DateField()),
        days__lte=rules.SETTLED,
    ) & (Q(**{f"{stored}__isnull": True}) | ~Q(**{stored: []}))
    shown, check = _to_show(), _to_check()
    return asked.annotate(
        ask=Case(
            When(_EARLIER_TO_CONFIRM, guided=True, then=Value(EARLIER)),
            When(before, then=Value(Kind.BRIEFING)),
            When(shown, guided=True, inducted=False, then=Value(Kind.INDUCTION)),
            When(check, guided=True, checked=False, then=Value(Kind.FIRST_WEEK)),
            default=Value(""),
        )
    )


def with_learner_ask(segments: QuerySet[Segment]) -> QuerySet[Segment]:
    """As `with_host_asks`, for the learner of the placement of each segment."""
    held = Contact.objects.filter(placement=OuterRef("placement")).order_by()
    asked = segments.alias(
        days=_days_logged("placement"),
        inducted=Exists(held.filter(kind=Kind.INDUCTION, with_student=True)),
        checked=Exists(held.filter(Q(kind=Kind.FIRST_WEEK, with_student=True) | Q(kind=Kind.REVIEW))),
    )
    return asked.annotate(
        ask=Case(
            When(_to_show("placement__"), inducted=False, then=Value(Kind.INDUCTION)),
            When(_to_check("placement__"), checked=False, then=Value(Kind.FIRST_WEEK)),
            default=Value(""),
        )
    )


def _days_logged(placement: str) -> Coalesce:
    """The number of days that were logged; `placement` leads to the placement."""
    rows = WorkEntry.objects.filter(placement=OuterRef(placement)).exclude(state=WorkEntry.State.WITHDRAWN)
    days = rows.order_by().values("placement").annotate(days=Count("day", distinct=True)).values("days")
    return Coalesce(Subquery(days), 0)


def _to_show(path: str = "") -> Q:
    return Q(**{f"{path}state__in": Placement.BEGUN})


def _to_check(path: str = "") -> Q:
    """The first days at work of a placement that is longer than a week; needs `days`."""
    is_long = Q(**{f"{path}ends_on__gt": F(f"{path}starts_on") + Value(timedelta(days=7))})
    running = {f"{path}state": Placement.State.RUNNING, f"{path}purpose": Placement.Purpose.STUDENT}
    return Q(is_long, days__range=(rules.FIRST_WEEK - 1, rules.SETTLED), **running)


def with_closed_days(placements: QuerySet[Placement]) -> QuerySet[Placement, Any]:
    """Placements with their programme, and with the days in and around them on which the school does not work."""
    closed = ClosedDay.objects.filter(
        organisation=OuterRef("school"),
        day__gte=OuterRef("starts_on") - Value(AROUND),
        day__lte=OuterRef("ends_on") + Value(AROUND),
    )
    days = placements.annotate(closed=ArraySubquery(closed.order_by("day").values("day")))
    return days.select_related("enrolment__cohort__version").order_by("pk")


def _planned(placement_ids: Collection[int]) -> tuple[dict[int, dict[date, int]], dict[int, time]]:
    """Planned minutes by day, without those that a calendar takes away, and when work begins on the first of them."""
    plans = standing_keys(Placement.objects.filter(pk__in=placement_ids))
    shifts = with_calendar_days(PlannedShift.objects.filter(among("plan", plans)), "segment__")
    shifts = shifts.select_related("plan", "segment__site", "segment__placement__enrolment__cohort")
    by_placement: dict[int, list[PlannedShift]] = defaultdict(list)
    for shift in shifts.order_by("starts_on", "weekday", "starts_at", "pk"):
        by_placement[shift.plan.placement_id].append(shift)
    minutes: dict[int, dict[date, int]] = defaultdict(dict)
    begins_at = {}
    for pk, rows in by_placement.items():
        first, last = min(row.starts_on for row in rows), max(row.ends_on for row in rows)
        days = planned_days(rows, first, last)
        minutes[pk] = {day: sum(length for _row, length in parts) for day, parts in days.items()}
        if days:
            begins_at[pk] = min(row.starts_at for row, _length in days[min(days)])
    return minutes, begins_at


def _done(placement_ids: Collection[int]) -> dict[tuple[int, str], dict[date, int]]:
    """Minutes that were worked, and minutes that were told as an absence, by placement and day, in one query."""
    entries = WorkEntry.objects.filter(placement__in=placement_ids).exclude(state=WorkEntry.State.WITHDRAWN).order_by()
    told = Absence.objects.filter(placement__in=placement_ids, withdrawn_at=None).order_by()
    columns = ("placement", "kind", "day", "sum")
    worked = entries.values("placement", "day").annotate(kind=Value("worked"), sum=Sum("logged_minutes"))
    absent = told.values("placement", "day").annotate(kind=Value("absent"), sum=Sum("minutes"))
    found: dict[tuple[int, str], dict[date, int]] = defaultdict(dict)
    for pk, kind, day, minutes in worked.values_list(*columns).union(absent.values_list(*columns), all=True).order_by():
        found[pk, kind][day] = minutes
    return found


def _held(placement_ids: Collection[int]) -> tuple[dict[int, list[Held]], dict[int, set[int]]]:
    """The contacts of each placement, and who took its briefing."""
    held: dict[int, list[Held]] = defaultdict(list)
    readers: dict[int, set[int]] = defaultdict(set)
    rows = Contact.objects.filter(placement__in=placement_ids).order_by("on", "pk")
    names = ("placement", "person", "kind", "on", "with_student", "with_host")
    for pk, person, kind, on, with_student, with_host in rows.values_list(*names):
        held[pk].append(Held(kind, on, with_student, with_host))
        if kind == Kind.BRIEFING:
            readers[pk].add(person)
    return held, readers


def _guides(placement_ids: Collection[int], today: date) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Who guides at the host of each placement, and who of them has read the briefing of this school lately."""
    read = Contact.objects.filter(
        kind=Kind.BRIEFING, person=OuterRef("supervisor__person"), school=OuterRef("placement__school")
    )
    last = read.order_by().values("person").annotate(last=Max("on")).values("last")
    segments = Segment.objects.filter(at_work(today, "supervisor__"), placement__in=placement_ids)
    rows = segments.filter(supervisor__isnull=False).annotate(read_on=Subquery(last)).order_by("pk")
    guides: dict[int, set[int]] = defaultdict(set)
    briefed: dict[int, set[int]] = defaultdict(set)
    for pk, guide, read_on, starts_on in rows.values_list(
        "placement", "supervisor__person", "read_on", "placement__starts_on"
    ):
        guides[pk].add(guide)
        if read_on and read_on >= starts_on - BRIEFED_FOR:
            briefed[pk].add(guide)
    return guides, briefed


def _unbriefed(guides: Iterable[int], briefed: set[int], readers: set[int]) -> frozenset[int]:
    """Nobody any more once somebody else has taken the briefing for them: a colleague, or the school by phone."""
    asked = set(guides)
    return frozenset() if readers - asked else frozenset(asked - briefed - readers)
