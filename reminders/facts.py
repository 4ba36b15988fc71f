"""What is open now, read for many placements at once in a fixed number of queries, and judged."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import ClosedDay, Link, Organisation
from core.models import Transition
from credits.models import Correction, Decision
from placements.models import Agreement, Feedback, Placement, PlannedShift, Signature, WeekConfirmation, WorkEntry
from placements.rules.hours import monday
from placements.rules.signing import next_ones
from reminders import due
from reminders.due import Calendar, Fact, Line, Verdict
from reminders.models import Due, Kind, Reader

_ASKED_FOR = (Placement.State.RUNNING, Placement.State.ENDED)
_READER = {
    Signature.Party.STUDENT: Reader.STUDENT,
    Signature.Party.GUARDIAN: Reader.GUARDIAN,
    Signature.Party.HOST: Reader.HOST,
    Signature.Party.TUTOR: Reader.HOST,
    Signature.Party.TEACHER: Reader.SCHOOL,
    Signature.Party.HEAD: Reader.SCHOOL,
    Signature.Party.SCHOOL: Reader.SCHOOL,
}
NOTICES = (Kind.LINK, Kind.HOURS_CHANGED, Kind.CREDITED, Kind.LOOK_AGAIN, Kind.ANSWERED)
"""Kinds that follow from one move; the others are asked for because of a placement, until it is done."""


def calendars(school_ids: Collection[int]) -> dict[int, Calendar]:
    """The calendar of each school."""
    closed: dict[int, set[date]] = defaultdict(set)
    for school, day in ClosedDay.objects.filter(organisation__in=school_ids).values_list("organisation_id", "day"):
        closed[school].add(day)
    zones = Organisation.objects.filter(pk__in=school_ids).values_list("pk", "time_zone")
    return {school: Calendar(ZoneInfo(zone), frozenset(closed[school])) for school, zone in zones}


def lines_of(placement_ids: Collection[int], schools: dict[int, Calendar]) -> list[Line]:
    """All that is asked of people about these placements, past and future rounds alike."""
    placements = {
        placement.pk: placement
        for placement in Placement.objects.filter(pk__in=placement_ids, school__in=schools)
        .select_related("enrolment")
        .prefetch_related("segments__supervisor")
    }
    found: list[Fact] = [
        *_to_sign(placements),
        *_to_confirm(placements, schools),
        *_to_give_feedback(placements),
        *_to_assess(placements),
    ]
    gone = _gone(placements.values())
    lines = [line for fact in found for line in fact.lines(schools[fact.school])]
    return [line for line in lines if line.reader != Reader.HOST or (line.about, line.person) not in gone]


def _gone(placements: Iterable[Placement]) -> set[tuple[int | None, int]]:
    """Supervisors who have left the firm, by placement: nothing about its students goes to them."""
    today = timezone.localdate()
    return {
        (placement.pk, segment.supervisor.person_id)
        for placement in placements
        for segment in placement.segments.all()
        if segment.supervisor and segment.supervisor.ends_on and segment.supervisor.ends_on < today
    }


def judged(rows: Collection[Due], schools: dict[int, Calendar], *, now: datetime) -> list[tuple[Due, Verdict]]:
    """Each row with what becomes of it now, from facts read now."""
    asked = {row.about_placement_id for row in rows if row.kind not in NOTICES and row.about_placement_id}
    lines = {line.key: line for line in lines_of(asked, schools)}
    series: dict[tuple, list[Line]] = defaultdict(list)
    for line in lines.values():
        series[line.series_key].append(line)
    told = still_told([row for row in rows if row.kind in NOTICES])
    result = []
    for row in rows:
        mates = series[series_key(row)]
        stands = row.pk in told or (mates and _was_asked_again(row))
        result.append((row, due.judge(line_of(row) if stands else lines.get(key(row)), mates, now=now)))
    return result


def still_open(rows: Collection[Due], schools: dict[int, Calendar]) -> list[Due]:
    """The rows whose matter is not settled, whatever their round."""
    asked = {row.about_placement_id for row in rows if row.kind not in NOTICES and row.about_placement_id}
    series = {line.series_key for line in lines_of(asked, schools)}
    told = still_told([row for row in rows if row.kind in NOTICES])
    return [row for row in rows if row.pk in told or series_key(row) in series]


def still_told(rows: Collection[Due]) -> set[int]:
    """The notices that are still true, by their key: not taken back, and no link to what is done."""
    decided = set(
        Decision.objects.filter(pk__in=_subjects(rows, Kind.CREDITED), state__in=Decision.DECIDED).values_list(
            "pk", flat=True
        )
    )
    links = _open_links(_subjects(rows, Kind.LINK))
    weeks = _weeks_that_differ(_subjects(rows, Kind.HOURS_CHANGED))
    open_requests = set(
        Correction.objects.filter(pk__in=_subjects(rows, Kind.LOOK_AGAIN), state=Correction.State.ASKED).values_list(
            "pk", flat=True
        )
    )
    tests = {
        Kind.CREDITED: lambda row: row.subject_id in decided,
        Kind.LOOK_AGAIN: lambda row: row.subject_id in open_requests,
        Kind.ANSWERED: lambda row: True,
        Kind.LINK: lambda row: row.subject_id in links,
        Kind.HOURS_CHANGED: lambda row: (row.subject_id, row.series) in weeks,
    }
    return {row.pk for row in rows if tests[Kind(row.kind)](row)}


def series_key(row: Due) -> tuple:
    return Kind(row.kind), row.subject_id, row.person_id, row.series


def key(row: Due) -> tuple:
    return *series_key(row), row.round


def line_of(row: Due) -> Line:
    return Line(
        kind=Kind(row.kind),
        subject=row.subject_id,
        person=row.person_id,
        school=row.school_id,
        reader=Reader(row.reader),
        round=row.round,
        due_at=row.due_at,
        about=row.about_placement_id,
        series=row.series,
    )


def _was_asked_again(row: Due) -> bool:
    return row.round.startswith(due.AGAIN)


def _subjects(rows: Iterable[Due], kind: Kind) -> set[int]:
    return {row.subject_id for row in rows if row.kind == kind}


def _open_links(link_ids: set[int]) -> set[int]:
    links = list(Link.objects.filter(pk__in=link_ids)) if link_ids else []
    signed = _done(links, Link.Purpose.SIGN, lambda ids: Signature.objects.filter(pk__in=ids, signed_at__isnull=False))
    given = _done(
        links, Link.Purpose.FEEDBACK, lambda ids: Placement.objects.filter(pk__in=ids, feedback__isnull=False)
    )
    return {
        link.pk
        for link in links
        if not (link.purpose == Link.Purpose.SIGN and link.subject_id in signed)
        and not (link.purpose == Link.Purpose.FEEDBACK and link.subject_id in given)
    }


def _done(links: list[Link], purpose: Link.Purpose, finished) -> set[int]:
    ids = {link.subject_id for link in links if link.purpose == purpose}
    return set(finished(ids).values_list("pk", flat=True)) if ids else set()


def _weeks_that_differ(placement_ids: set[int]) -> set[tuple[int, str]]:
    entries = WorkEntry.objects.filter(placement__in=placement_ids, state=WorkEntry.State.DISPUTED)
    return {(placement, monday(day).isoformat()) for placement, day in entries.values_list("placement_id", "day")}


def _to_sign(placements: dict[int, Placement]) -> list[Fact]:
    agreements = Agreement.objects.filter(plan__placement__in=placements, state__in=Agreement.SIGNING)
    waiting = list(agreements.select_related("plan").prefetch_related("signatures").order_by("pk"))
    proposed = _proposed_at({agreement.pk for agreement in waiting})
    found: list[Fact] = []
    for agreement in waiting:
        placement = placements[agreement.plan.placement_id]
        if placement.state in Placement.LIVE and agreement.pk in proposed:
            places = list(agreement.signatures.all())
            found += [
                due.ToSign(
                    person=signature.person_id,
                    school=placement.school_id,
                    placement=placement.pk,
                    signature=signature.pk,
                    reader=_READER[Signature.Party(signature.party)],
                    proposed_at=_turn_since(agreement, places, proposed[agreement.pk]),
                    starts_on=placement.starts_on,
                )
                for signature in next_ones(places, in_order=agreement.in_order)
            ]
    return found


def _turn_since(agreement: Agreement, places: list[Signature], proposed_at: datetime) -> datetime:
    """Where the parties sign one after another, the turn of the next begins with the last signature."""
    signed = [place.signed_at for place in places if place.signed_at] if agreement.in_order else []
    return max([proposed_at, *signed])


def _proposed_at(agreement_ids: set[int]) -> dict[int, datetime]:
    moves = Transition.objects.filter(
        noun="agreement", object_id__in=agreement_ids, to_state=Agreement.State.PROPOSED
    ).order_by("at", "pk")
    return dict(moves.values_list("object_id", "at"))


@dataclass
class _Week:
    """The open entries of one week for one person of the host."""

    days: set[date]
    logged_at: datetime


def _to_confirm(placements: dict[int, Placement], schools: dict[int, Calendar]) -> list[Fact]:
    weeks = _open_weeks([placement.pk for placement in placements.values() if placement.state in _ASKED_FOR])
    shifts = _shifts({placement for placement, _person, _first in weeks})
    found: list[Fact] = []
    for (placement_id, person, first), week in weeks.items():
        placement = placements[placement_id]
        calendar = schools[placement.school_id]
        days = [
            day
            for shift, monthly in shifts[placement_id]
            for day in _planned(shift, *due.period(first, monthly=monthly))
        ]
        found.append(
            due.ToConfirm(
                person=person,
                school=placement.school_id,
                placement=placement_id,
                week=first,
                last_day=due.last_day(days, week.days, calendar),
                logged_at=week.logged_at,
            )
        )
    return found


def _open_weeks(placement_ids: Collection[int]) -> dict[tuple[int, int, date], _Week]:
    entries = WorkEntry.objects.filter(
        placement__in=placement_ids, state=WorkEntry.State.LOGGED, segment__supervisor__isnull=False
    ).values_list("placement_id", "segment__supervisor__person_id", "day", "logged_at")
    weeks: dict[tuple[int, int, date], _Week] = {}
    for placement, person, day, logged_at in entries:
        week = weeks.setdefault((placement, person, monday(day)), _Week(set(), logged_at))
        week.days.add(day)
        week.logged_at = max(week.logged_at, logged_at)
    return weeks


def _shifts(placement_ids: set[int]) -> dict[int, list[tuple[PlannedShift, bool]]]:
    """The shifts of the plan that is agreed, each with whether the host is asked by the month."""
    found = defaultdict(list)
    agreed = Q(plan__placement__in=placement_ids, plan__agreement__state=Agreement.State.IN_FORCE)
    for shift in PlannedShift.objects.filter(agreed).select_related("plan"):
        found[shift.plan.placement_id].append((shift, shift.plan.rhythm == shift.plan.Rhythm.MONTHLY))
    return found


def _planned(shift: PlannedShift, first: date, last: date) -> list[date]:
    first, last = max(first, shift.starts_on), min(last, shift.ends_on)
    day = first + timedelta(days=(shift.weekday - first.weekday()) % 7)
    return [day + timedelta(weeks=week) for week in range((last - day).days // 7 + 1)] if day <= last else []


def _to_give_feedback(placements: dict[int, Placement]) -> list[Fact]:
    given = set(Feedback.objects.filter(placement__in=placements).values_list("placement_id", flat=True))
    return [
        due.ToGiveFeedback(person=person, school=placement.school_id, placement=placement.pk, ends_on=placement.ends_on)
        for placement in placements.values()
        if placement.state in _ASKED_FOR and placement.pk not in given and (person := _last_supervisor(placement))
    ]


def _last_supervisor(placement: Placement) -> int | None:
    """The person who guided the learner last (segments come in order of their start)."""
    people = [segment.supervisor.person_id for segment in placement.segments.all() if segment.supervisor]
    return people[-1] if people else None


def _to_assess(placements: dict[int, Placement]) -> list[Fact]:
    over = {pk: placement for pk, placement in placements.items() if placement.state == Placement.State.ENDED}
    ready, last = _ready_at(over), _last_decided(over)
    taken_back = _taken_back(over, last)
    decided = _decided(over, last)
    found: list[Fact] = []
    for placement in over.values():
        teacher = _assessor(placement)
        if teacher and placement.pk in ready and (placement.pk not in decided or placement.enrolment_id in taken_back):
            found.append(
                due.ToAssess(
                    person=teacher,
                    school=placement.school_id,
                    placement=placement.pk,
                    ends_on=placement.ends_on,
                    ready_at=ready[placement.pk],
                    taken_back_at=taken_back.get(placement.enrolment_id),
                )
            )
    return found


def _assessor(placement: Placement) -> int | None:
    if placement.enrolment and placement.enrolment.teacher_id:
        return placement.enrolment.teacher_id
    return placement.teacher_id


def _ready_at(placements: Collection[int]) -> dict[int, datetime]:
    """Since when there is enough to decide on: all hours answered or the feedback given, whichever came first."""
    unanswered = set(
        WorkEntry.objects.filter(placement__in=placements, state=WorkEntry.State.LOGGED).values_list(
            "placement_id", flat=True
        )
    )
    answers = WeekConfirmation.objects.filter(placement__in=placements).order_by("answered_at")
    ready = {
        placement: at
        for placement, at in answers.values_list("placement_id", "answered_at")
        if placement not in unanswered
    }
    for placement, at in Feedback.objects.filter(placement__in=placements).values_list("placement_id", "given_at"):
        ready[placement] = min(at, ready.get(placement, at))
    return ready


def _last_decided(placements: dict[int, Placement]) -> dict[int | None, datetime]:
    """When each enrolment was decided on last; what was taken back does not count."""
    rows = Decision.objects.filter(enrolment__in=_enrolments(placements), state__in=Decision.DECIDED).order_by()
    return dict(rows.values_list("enrolment_id").annotate(Max("decided_at")))


def _taken_back(placements: dict[int, Placement], last: dict[int | None, datetime]) -> dict[int | None, datetime]:
    """When the last decision was taken back, of each enrolment on which nobody has decided anew."""
    rows = Decision.objects.filter(enrolment__in=_enrolments(placements), state=Decision.State.CORRECTED).order_by()
    found = rows.values_list("enrolment_id").annotate(Max("corrected_at"))
    return {enrolment: at for enrolment, at in found if enrolment not in last or last[enrolment] < at}


def _decided(placements: dict[int, Placement], last: dict[int | None, datetime]) -> set[int]:
    """Placements whose enrolment was decided on after their end."""
    return {
        pk
        for pk, placement in placements.items()
        if (at := last.get(placement.enrolment_id)) and at.date() >= placement.ends_on
    }


def _enrolments(placements: dict[int, Placement]) -> set[int]:
    return {placement.enrolment_id for placement in placements.values() if placement.enrolment_id}
