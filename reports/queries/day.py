"""The coordinator's day: exceptions, the strip of own placements, this week."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, JSONField, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.access import person_of
from accounts.models import ClosedDay, Membership, Organisation, Person
from core.models import Transition
from credits.queries import waits
from placements.access import STILLED, visible_to
from placements.models import Agreement, Feedback, Placement, PlanVersion, Signature, WorkEntry
from placements.rules.hours import week_of
from placements.workflow import requesting
from reminders.access import letters_visible_to
from reminders.asked.programme import deadlines_of
from reminders.due.calendar import Calendar
from reminders.models import Outbox
from reports import work_items
from reports.access import handlings_visible_to
from reports.handled import Handled, Task, task
from reports.item import Facts, Item
from reports.models import Handling
from reports.phases import SHOWN, Phase, with_phase
from reports.queries.care import SOMETHING, care_of, cares
from reports.queries.hand_overs import Handed, handed_to
from reports.queries.silence import not_logging, silence_of, silences
from reports.silence import FAILURES, last_sunday, silence_limit


@dataclass(frozen=True)
class Week:
    """Starts and ends of own placements from Monday to Sunday, and the letters of the school."""

    starts: int
    ends: int
    sent: int
    failed: int


@dataclass(frozen=True)
class Day:
    """`tasks` need this coordinator now, `resting` come back by themselves, `handed` is to be read and taken over."""

    tasks: list[Task]
    resting: list[Task]
    handed: list[Handed]
    phases: dict[Phase, int]
    week: Week

    @property
    def items(self) -> list[Item]:
        return [task.item for task in self.tasks]

    @property
    def total(self) -> int:
        return sum(self.phases.values())


def coordinators_day(viewer: Membership, *, today: date, of: Person | None = None) -> Day:
    """The day of the viewer, or of a colleague whom the viewer covers: own placements and what was given to them."""
    me = person_of(viewer)
    person = of or me
    visible = visible_to(viewer)
    calendar, handed = _calendar_and_handed(viewer.organisation, person)
    own = visible.filter(coordinator=person)
    given = handlings_visible_to(viewer).filter(Q(owner=person) | Q(placement__coordinator=person))
    known = {(row.placement_id, row.kind): row for row in given.select_related("owner").order_by("pk")}
    taken = [row.placement_id for row in known.values() if row.owner_id == person.pk]
    facts = _facts(visible.filter(Q(coordinator=person) | Q(pk__in=taken)), today=today, calendar=calendar)
    items = work_items.items(facts, viewer_id=me.pk, today=today, calendar=calendar)
    tasks = [task(item, _handled(known.get((item.placement.pk, item.kind))), today=today) for item in items]
    mine = [row for row in tasks if row.owner_id == person.pk]
    phases, starts, ends = _counts(own, today)
    sent, failed = _letters(viewer, today)
    return Day(
        tasks=[row for row in mine if not row.rests],
        resting=[row for row in mine if row.rests],
        handed=handed,
        phases=phases,
        week=Week(starts, ends, sent, failed),
    )


def tasks_among(viewer: Membership, placement_ids: Collection[int] | QuerySet, *, today: date) -> list[Task]:
    """All that waits at these placements, whoever looks after them."""
    calendar = _calendar(viewer.organisation)
    facts = _facts(visible_to(viewer).filter(pk__in=placement_ids), today=today, calendar=calendar)
    items = work_items.items(facts, viewer_id=person_of(viewer).pk, today=today, calendar=calendar)
    rows = handlings_visible_to(viewer).filter(placement__in=placement_ids).select_related("owner").order_by("pk")
    known = {(row.placement_id, row.kind): row for row in rows}
    return [task(item, _handled(known.get((item.placement.pk, item.kind))), today=today) for item in items]


def _handled(row: Handling | None) -> Handled | None:
    if row is None:
        return None
    owner = row.owner.full_name if row.owner else ""
    on = timezone.localdate(row.at)
    return Handled(row.owner_id, owner, row.rests_until, row.note, row.version, on)


def _calendar_and_handed(school: Organisation, person: Person) -> tuple[Calendar, list[Handed]]:
    """Both in one query: the page of the day has no second one for what is there so seldom."""
    days = ClosedDay.objects.filter(organisation=OuterRef("pk")).order_by("day").values("day")
    known = Organisation.objects.annotate(
        closed=ArraySubquery(days), handed=ArraySubquery(handed_to(person, OuterRef("pk")))
    )
    closed, handed = known.values_list("closed", "handed").get(pk=school.pk)
    return Calendar(ZoneInfo(school.time_zone), frozenset(closed)), [Handed.of(one) for one in handed]


def _calendar(school: Organisation) -> Calendar:
    closed = ClosedDay.objects.filter(organisation=school).values_list("day", flat=True)
    return Calendar(ZoneInfo(school.time_zone), frozenset(closed))


def _counts(own: QuerySet[Placement], today: date) -> tuple[dict[Phase, int], int, int]:
    week = week_of(today)
    rows = (
        with_phase(own)
        .order_by()
        .values("phase")
        .annotate(
            n=Count("pk"),
            starts=Count("pk", filter=Q(starts_on__range=week)),
            ends=Count("pk", filter=Q(ends_on__range=week)),
        )
    )
    found = {Phase(row["phase"]): row for row in rows}
    live = [row for phase, row in found.items() if phase != Phase.CANCELLED]
    phases = {phase: found[phase]["n"] if phase in found else 0 for phase in SHOWN}
    return phases, sum(row["starts"] for row in live), sum(row["ends"] for row in live)


def _letters(viewer: Membership, today: date) -> tuple[int, int]:
    """Letters of the school sent since Monday, and those that did not arrive."""
    monday = timezone.make_aware(datetime.combine(week_of(today)[0], time()))
    row = letters_visible_to(viewer).aggregate(
        sent=Count("pk", filter=Q(sent_at__gte=monday)),
        failed=Count("pk", filter=Q(state__in=Outbox.UNDELIVERED)),
    )
    return row["sent"], row["failed"]


def _facts(own: QuerySet[Placement], *, today: date, calendar: Calendar) -> list[Facts]:
    limit = silence_limit(today, calendar)
    horizon = work_items.sign_horizon(today, calendar)
    return [_fact(placement) for placement in _candidates(own, horizon=horizon, limit=limit, today=today)]


def _candidates(own: QuerySet[Placement], *, horizon: date, limit: date, today: date) -> QuerySet[Placement]:
    """Own placements about which there may be something to say, with the sums that say it."""
    silent = Q(state=WorkEntry.State.LOGGED, day__lte=last_sunday(limit))
    in_force = Agreement.objects.filter(plan__placement=OuterRef("pk"), state=Agreement.State.IN_FORCE).order_by()
    waiting = Q(state__in=Placement.OVER, ends_on__lte=limit) & ~Q(Exists(_feedback())) & waits()
    signatures = Prefetch("agreement__signatures", Signature.objects.order_by("order", "pk"))
    sent = Transition.objects.filter(noun="agreement", verb="propose", object_id=OuterRef("agreement")).order_by("-at")
    plans = PlanVersion.objects.select_related("agreement").annotate(asked_at=Subquery(sent.values("at")[:1]))
    plans = plans.order_by("-number").prefetch_related(signatures)
    return (
        own.annotate(
            agreed=Exists(in_force),
            feedback_missing=Q(waiting),
            hours=Subquery(_hours(silent), output_field=JSONField()),
            rhythm=Subquery(in_force.values("plan__rhythm")[:1]),
            **silences(today),
            **cares(),
        )
        .filter(SOMETHING | ~STILLED & (_open_now(horizon) | _silent_now(silent)))
        .select_related("learner", "employer", "enrolment__cohort__version")
        .prefetch_related(Prefetch("plan_versions", plans))
    )


def _open_now(horizon: date) -> Q:
    return Q(state=Placement.State.PLANNED, starts_on__lte=horizon, agreed=False) | Q(
        Exists(_entries().filter(_DIFFERS)), state__in=Placement.BEGUN
    )


def _silent_now(silent: Q) -> Q:
    """`silent` chooses the entries whose host is late with the answer."""
    return (
        Q(Exists(_entries().filter(silent)))
        | Q(feedback_missing=True)
        | Q(state=Placement.State.PLANNED, agreed=False, request__state__in=requesting.NOT_TAKEN)
        | Q(not_logging(), state=Placement.State.RUNNING)
        | Q(state__in=Placement.LIVE, undelivered__count__gte=FAILURES)
        | Q(state__in=Placement.LIVE, unguided_at__isnull=False)
        | Q(state__in=(*Placement.LIVE, *Placement.OVER), unasked__isnull=False)
        | Q(doubt_at__isnull=False)
    )


def _feedback() -> QuerySet[Feedback]:
    return Feedback.objects.filter(placement=OuterRef("pk")).order_by()


_DIFFERS = Q(state=WorkEntry.State.DISPUTED)


def _entries() -> QuerySet[WorkEntry]:
    return WorkEntry.objects.filter(placement=OuterRef("pk")).order_by()


def _hours(silent: Q) -> QuerySet:
    """What the entries of a placement come to, read once: those that differ, and those whose host is late."""
    answered = ~Q(state=WorkEntry.State.LOGGED)
    sums = JSONObject(
        differ_days=Count("day", distinct=True, filter=_DIFFERS),
        differ_logged=Sum("logged_minutes", filter=answered, default=0),
        differ_confirmed=Sum("confirmed_minutes", filter=answered, default=0),
        differ_since=Min("day", filter=_DIFFERS),
        silent_days=Count("day", distinct=True, filter=silent),
        silent_minutes=Sum("logged_minutes", filter=silent, default=0),
        silent_since=Min("day", filter=silent),
    )
    return _entries().values("placement").annotate(sums=sums).values("sums")


def _fact(placement) -> Facts:
    plan = next(iter(placement.plan_versions.all()), None)
    agreement: Agreement | None = getattr(plan, "agreement", None)
    hours = placement.hours or {}
    since = hours.get("differ_since")
    return Facts(
        placement=placement,
        agreement=agreement,
        signatures=tuple(agreement.signatures.all()) if agreement else (),
        asked_on=timezone.localdate(plan.asked_at) if plan and plan.asked_at else None,
        differ_days=hours.get("differ_days", 0) if placement.state not in Placement.OVER else 0,
        differ_logged=hours.get("differ_logged", 0),
        differ_confirmed=hours.get("differ_confirmed", 0),
        differ_since=date.fromisoformat(since) if since else None,
        agreed=placement.agreed,
        feedback_missing=placement.feedback_missing,
        deadlines=deadlines_of(placement),
        **silence_of(placement),
        **care_of(placement),
    )
