"""The list of placements and the page of one, with credit and log."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone

from accounts.models import ContactPoint, Membership
from accounts.roles import HOST, STAFF, Role
from core.models import Transition
from credits.queries import Opinion, opinion_of
from placements.access import visible_to
from placements.models import Agreement, HourClaim, Placement, PlanVersion, Segment, Signature, WorkEntry
from placements.queries.appointments import with_next
from placements.queries.doubts import with_doubt
from placements.queries.ending import with_last_step
from placements.queries.host_time import with_host_time
from placements.queries.hosts import with_stop
from placements.queries.plans import latest_plan, segments_of
from placements.rules.hours import monday
from reports.filters import Wanted
from reports.phases import with_phase
from reports.queries.search import named
from reports.timeline import told_to

LOG_LENGTH = 40


def chosen(viewer: Membership, wanted: Wanted) -> QuerySet[Placement]:
    """Placements by their first day, newest first; `q` finds students and workplaces without accents and case.

    The school stands here once more, so that the database reads its rows alone; so does the phase, only where asked.
    """
    found = Placement.objects.filter(pk__in=visible_to(viewer).values("pk"), school=viewer.organisation_id)
    found = with_phase(found) if wanted.state else found
    found = found.filter(named(wanted.q, "learner__sort_key", "employer__sort_key"), **_exactly(wanted))
    if wanted.mine:
        found = found.filter(coordinator__user=viewer.user_id)
    return found.order_by("-starts_on", "learner__sort_key", "pk")


def listed(viewer: Membership, wanted: Wanted) -> QuerySet[Placement]:
    """The same, each with all that a row of the list says."""
    return _whole(chosen(viewer, wanted))


def rows_of(placements: Iterable[Placement]) -> list[Placement]:
    """These, in their order, each with all that a row says: where it stands is computed for one page alone."""
    keys = [placement.pk for placement in placements]
    found = {placement.pk: placement for placement in _whole(Placement.objects.filter(pk__in=keys))}
    return [found[key] for key in keys if key in found]


def _whole(placements: QuerySet[Placement]) -> QuerySet[Any]:
    return with_stop(with_phase(placements)).select_related(
        "learner", "employer", "enrolment__cohort__version__programme"
    )


def _exactly(wanted: Wanted) -> dict[str, Any]:
    columns = {
        "phase": wanted.state,
        "enrolment__cohort__version__programme__public_id": wanted.programme,
        "enrolment__cohort__public_id": wanted.cohort,
        "coordinator__public_id": wanted.coordinator,
        "employer__public_id": wanted.host,
        "starts_on__gte": wanted.first,
        "starts_on__lte": wanted.last,
    }
    return {column: value for column, value in columns.items() if value}


@dataclass(frozen=True)
class WeekCell:
    """One week of the strip, by its Monday."""

    starts_on: date
    kind: str
    minutes: int


@dataclass(frozen=True)
class File:
    """A placement as its page shows it; `opinion` is on the credit of the whole enrolment, for those who may see it."""

    placement: Placement
    segments: list[Segment]
    plan: PlanVersion | None
    agreement: Agreement | None
    opinion: Opinion
    cells: list[WeekCell]
    logged: int
    confirmed: int
    missing: list[str]

    @property
    def shows_credit(self) -> bool:
        return bool(self.opinion.result or self.opinion.problem)

    @property
    def is_agreed(self) -> bool:
        return self.agreement is not None and self.agreement.state == Agreement.State.IN_FORCE


def placements_to_open(viewer: Membership) -> QuerySet[Placement]:
    found = with_doubt(with_next(with_phase(visible_to(viewer)), _side(viewer), now=timezone.now()))
    return with_host_time(with_stop(with_last_step(found))).select_related(
        "learner", "employer", "school", "coordinator", "teacher", "follow_up",
        "enrolment__student__school", "enrolment__cohort__version__programme",
    )  # fmt: skip


def _side(viewer: Membership) -> HourClaim.Side:
    sides = {Role.STUDENT: HourClaim.Side.STUDENT, **dict.fromkeys(HOST, HourClaim.Side.HOST)}
    return sides.get(Role(viewer.role), HourClaim.Side.SCHOOL)


def file_of(placement: Placement, viewer: Membership, *, today: date) -> File:
    plan = latest_plan(placement)
    shows_credit = viewer.role not in HOST and placement.enrolment is not None
    opinion = opinion_of(placement.enrolment, today=today) if shows_credit and placement.enrolment else Opinion()
    result = opinion.result
    weeks = _weeks(placement)
    return File(
        placement=placement,
        segments=segments_of(placement),
        plan=plan,
        agreement=getattr(plan, "agreement", None),
        opinion=opinion,
        cells=cells(placement, weeks, credited=result.credited_minutes if result else 0, today=today),
        logged=sum(logged for logged, _confirmed, _open in weeks.values()),
        confirmed=sum(confirmed for _logged, confirmed, _open in weeks.values()),
        missing=opinion.missing(own=viewer.role == Role.STUDENT),
    )


def _weeks(placement: Placement) -> dict[date, tuple[int, int, int]]:
    """Logged, confirmed and unanswered minutes by Monday."""
    rows = (
        WorkEntry.objects.filter(placement=placement)
        .order_by()
        .values(week=TruncWeek("day"))
        .annotate(
            logged=Sum("logged_minutes"),
            confirmed=Sum("confirmed_minutes", default=0),
            silent=Sum("logged_minutes", filter=Q(state=WorkEntry.State.LOGGED), default=0),
        )
    )
    return {row["week"]: (row["logged"], row["confirmed"], row["silent"]) for row in rows}


def cells(
    placement: Placement, weeks: dict[date, tuple[int, int, int]], *, credited: int, today: date
) -> list[WeekCell]:
    """One cell for each calendar week; credit fills the weeks from the first on."""
    found, week = [], monday(placement.starts_on)
    while week <= placement.ends_on:
        logged, confirmed, silent = weeks.get(week, (0, 0, 0))
        kind = _kind(logged, confirmed, silent, credited=credited, past=week + timedelta(days=6) < today)
        credited -= confirmed
        found.append(WeekCell(week, kind, logged))
        week += timedelta(days=7)
    return found


def _kind(logged: int, confirmed: int, silent: int, *, credited: int, past: bool) -> str:
    if not logged:
        return "off" if past else "planned"
    if silent:
        return "logged"
    return "credited" if 0 < confirmed <= credited else "confirmed"


def log_of(placement: Placement, role: str) -> list[Transition]:
    """The newest moves of the placement and of the credit of its enrolment of which this role is told."""
    timelines = [f"placement:{placement.pk}"]
    if placement.enrolment_id:
        timelines.append(f"enrolment:{placement.enrolment_id}")
    by_noun: dict[str, list[str]] = defaultdict(list)
    for noun, verb in told_to(role):
        by_noun[noun].append(verb)
    told = reduce(or_, (Q(noun=noun, verb__in=verbs) for noun, verbs in by_noun.items()))
    return list(Transition.objects.filter(told, timeline__in=timelines).order_by("-at", "-pk")[:LOG_LENGTH])


def signatures_of(agreement: Agreement | None, *, with_addresses: bool) -> list[Signature]:
    """Who signs, in order; for the staff with the ways to reach them."""
    rows = Signature.objects.filter(agreement=agreement).select_related("person").order_by("order", "pk")
    if with_addresses:
        point = "person__contact_points"
        known = Q(**{f"{point}__isnull": False}) & ~Q(**{f"{point}__state": ContactPoint.State.REPLACED})
        rows = rows.annotate(
            addresses=ArrayAgg(f"{point}__address", filter=known, order_by=(f"{point}__channel", f"{point}__pk"))
        )
    return list(rows) if agreement else []


def tabs_for(role: str) -> tuple[str, ...]:
    """Hosts see plan and people; what happened is told to the school, the student and the guardian."""
    if role in HOST:
        return ("plan", "people")
    told = (*STAFF, Role.SAFEGUARDING, Role.STUDENT, Role.GUARDIAN)
    return ("happened", "plan", "people") if role in told else ()
