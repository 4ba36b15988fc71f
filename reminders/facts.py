"""What is due now, from what is open (reminders/asked/): in a fixed number of queries for many rows, and judged."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import ClosedDay, Link, Organisation
from credits.models import Correction, Decision
from placements.models import HostRequest, Placement, Signature, WorkEntry
from placements.rules.ending import is_stilled
from placements.rules.hours import monday
from reminders.appointments import still_invited
from reminders.asked import Wanted, asked_about
from reminders.asked.classes import to_read
from reminders.asked.endings import uses_to_tell
from reminders.asked.finding import to_offer, to_tell
from reminders.asked.hosts import ASKED_FOR, may_confirm
from reminders.asked.renewing import to_renew
from reminders.due.calendar import Calendar
from reminders.due.lines import AGAIN, Fact, Line
from reminders.kinds import NOTICES
from reminders.models import Due, Kind, Reader, Reason
from reminders.urgent import URGENT, still_urgent

APART_FROM_PLACEMENTS: dict[Kind, Callable[[Collection[int], date], Sequence[Fact]]] = {
    Kind.RENEW: to_renew,
    Kind.CAPACITY: to_offer,
    Kind.READY: to_tell,
    Kind.CLASS_WEEK: to_read,
}
"""What is asked for because of something that is no placement: the facts that stand today, by their keys."""
STOPPED = (Placement.State.PAUSED, Placement.State.CANCELLED, Placement.State.BROKEN)


def calendars(school_ids: Collection[int]) -> dict[int, Calendar]:
    """The calendar of each school."""
    closed: dict[int, set[date]] = defaultdict(set)
    for school, day in ClosedDay.objects.filter(organisation__in=school_ids).values_list("organisation_id", "day"):
        closed[school].add(day)
    zones = Organisation.objects.filter(pk__in=school_ids).values_list("pk", "time_zone")
    return {school: Calendar(ZoneInfo(zone), frozenset(closed[school])) for school, zone in zones}


def lines_of(
    placement_ids: Collection[int],
    schools: dict[int, Calendar],
    *,
    now: datetime,
    wanted: Wanted | None = None,
) -> list[Line]:
    """All that is asked of people about these placements, past and future rounds alike; at least what is `wanted`."""
    placements = {
        placement.pk: placement
        for placement in Placement.objects.filter(pk__in=placement_ids, school__in=schools)
        .select_related("enrolment__cohort__version", "learner", "employer")
        .prefetch_related("segments__supervisor", "segments__site")
    }
    moving = {pk: placement for pk, placement in placements.items() if not is_stilled(placement)}
    asked = asked_about(moving, schools, timezone.localdate(now), wanted)
    return [line for fact in asked for line in fact.lines(_calendar(fact, placements, schools))]


def _calendar(fact: Fact, placements: Mapping[int, Placement], schools: Mapping[int, Calendar]) -> Calendar:
    """The days of the school; by the clock of the first workplace where it is about work."""
    segments = placements[fact.placement].segments.all() if fact.at_work else ()
    zone = next((ZoneInfo(segment.site.time_zone) for segment in segments), None)
    return schools[fact.school].in_zone(zone) if zone else schools[fact.school]


@dataclass(frozen=True)
class Standing:
    """A due row and what the facts make of it now: its line, or nothing where nobody is asked any more, because of
    `closed`; all lines of its series; and the state of its placement."""

    row: Due
    line: Line | None
    series: list[Line]
    closed: Reason
    state: str


def standings(
    rows: Collection[Due], schools: dict[int, Calendar], placements: Mapping[int, Placement], *, now: datetime
) -> list[Standing]:
    """How each row stands, from facts read now. The due rows of notices are the facts of their series."""
    lines = {line.key: line for line in _lines_for(rows, schools, now)}
    notices = [row for row in rows if row.kind in NOTICES]
    told = still_told(notices, now=now)
    series: dict[tuple, list[Line]] = defaultdict(list)
    for line in [*lines.values(), *_told_with(notices, told)]:
        series[line.series_key].append(line)
    result = []
    for row in rows:
        mates = series[series_key(row)]
        stands = row.pk in told or (mates and _was_asked_again(row))
        found = line_of(row, now) if stands else lines.get(key(row))
        placement = placements.get(row.about_placement_id or 0)
        result.append(Standing(row, found, mates, why_closed(row, placement), placement.state if placement else ""))
    return result


def _lines_for(rows: Collection[Due], schools: dict[int, Calendar], now: datetime) -> list[Line]:
    wanted: dict[Kind, set[int]] = defaultdict(set)
    for row in rows:
        if row.kind not in NOTICES and row.about_placement_id:
            wanted[Kind(row.kind)].add(row.about_placement_id)
    return lines_of(set().union(*wanted.values()), schools, now=now, wanted=wanted)


def _told_with(notices: list[Due], told: set[int]) -> list[Line]:
    """The rounds of the series to which these notices belong, handled or not."""
    known = [row for row in notices if row.pk in told]
    keys = {series_key(row) for row in known}
    found = Due.objects.filter(kind__in={row.kind for row in known}, subject_id__in={row.subject_id for row in known})
    return [line_of(row, row.due_at) for row in found if series_key(row) in keys] if known else []


def why_closed(row: Due, placement: Placement | None) -> Reason:
    """Done, or over where the state of the placement is the cause."""
    if placement is None or row.kind in URGENT:
        return Reason.DONE
    stops = placement.state in STOPPED
    if row.kind in (Kind.CONFIRM, Kind.COLLEAGUE):
        stops = stops and not may_confirm(placement)
    elif row.kind in NOTICES:
        stops = stops and row.kind == Kind.HOURS_CHANGED
    return Reason.OVER if stops or is_stilled(placement) else Reason.DONE


def still_open(rows: Collection[Due], schools: dict[int, Calendar], *, now: datetime) -> list[Due]:
    """The rows whose matter is not settled, whatever their round."""
    series = {line.series_key for line in _lines_for(rows, schools, now)}
    told = still_told([row for row in rows if row.kind in NOTICES], now=now)
    return [row for row in rows if row.pk in told or series_key(row) in series]


def close(rows: Collection[Due], *, now: datetime) -> None:
    """What a letter does not say any more, because it was settled before the letter left."""
    placements = Placement.objects.in_bulk({row.about_placement_id for row in rows if row.about_placement_id})
    for row in rows:
        placement = placements.get(row.about_placement_id or 0)
        row.state, row.reason, row.decided_at = Due.State.SKIPPED, why_closed(row, placement), now
        row.seen = placement.state if placement else ""
    Due.objects.bulk_update(rows, ["state", "reason", "seen", "decided_at"])


def still_told(rows: Collection[Due], *, now: datetime) -> set[int]:
    """The notices that are still true, by their key: not taken back, no link to what is done, and nothing about a
    placement that is over for a personal reason (E35), unless somebody may have been hurt there."""
    waiting = still_urgent(rows, now=now) | _still_asked(rows, now)
    rows = _not_stilled([row for row in rows if row.kind not in (*URGENT, *APART_FROM_PLACEMENTS)])
    coming = still_invited([row for row in rows if row.kind == Kind.APPOINTMENT], now=now)
    decided = set(
        Decision.objects.filter(pk__in=_subjects(rows, Kind.CREDITED), state__in=Decision.DECIDED).values_list(
            "pk", flat=True
        )
    )
    links = _open_links(_subjects(rows, Kind.LINK))
    weeks = _weeks_that_differ(_subjects(rows, Kind.HOURS_CHANGED))
    uses = uses_to_tell(_subjects(rows, Kind.USED))
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
        Kind.APPOINTMENT: lambda row: row.pk in coming,
        Kind.USED: lambda row: row.subject_id in uses,
    }
    return waiting | {row.pk for row in rows if tests[Kind(row.kind)](row)}


def _still_asked(rows: Collection[Due], now: datetime) -> set[int]:
    """What is asked for apart from placements. Another day, or another owner of the firm, makes rows of its own."""
    today = timezone.localdate(now)
    asked = [fact for kind, read in APART_FROM_PLACEMENTS.items() for fact in read(_subjects(rows, kind), today)]
    schools = calendars({fact.school for fact in asked})
    stands = {line.series_key for fact in asked for line in fact.lines(schools[fact.school])}
    return {row.pk for row in rows if series_key(row) in stands}


def _not_stilled(rows: Collection[Due]) -> list[Due]:
    about = {row.about_placement_id for row in rows if row.about_placement_id}
    stilled = {placement.pk for placement in Placement.objects.filter(pk__in=about) if is_stilled(placement)}
    return [row for row in rows if row.about_placement_id not in stilled]


def series_key(row: Due) -> tuple:
    return Kind(row.kind), row.subject_id, row.person_id, row.series


def key(row: Due) -> tuple:
    return *series_key(row), row.round


def line_of(row: Due, now: datetime) -> Line:
    """What was stored; a row that is claimed before its time because it was held up is due now."""
    return Line(
        kind=Kind(row.kind),
        subject=row.subject_id,
        person=row.person_id,
        school=row.school_id,
        reader=Reader(row.reader),
        round=row.round,
        due_at=min(row.due_at, now),
        about=row.about_placement_id,
        series=row.series,
        field=row.field,
    )


def _was_asked_again(row: Due) -> bool:
    return row.round.startswith(AGAIN)


def _subjects(rows: Iterable[Due], kind: Kind) -> set[int]:
    return {row.subject_id for row in rows if row.kind == kind}


def _open_links(link_ids: set[int]) -> set[int]:
    links = list(Link.objects.filter(pk__in=link_ids)) if link_ids else []
    signed = _done(links, Link.Purpose.SIGN, lambda ids: Signature.objects.filter(pk__in=ids, signed_at__isnull=False))
    given = _done(
        links, Link.Purpose.FEEDBACK, lambda ids: Placement.objects.filter(pk__in=ids, feedback__isnull=False)
    )
    answered = _done(
        links,
        Link.Purpose.REQUEST,
        lambda ids: HostRequest.objects.filter(pk__in=ids).exclude(state=HostRequest.State.OPEN),
    )
    followed = Placement.objects.filter(follow_up__isnull=False)
    said = _done(links, Link.Purpose.FOLLOW_UP, lambda ids: followed.filter(pk__in=ids))
    done = {
        Link.Purpose.SIGN: signed,
        Link.Purpose.FEEDBACK: given,
        Link.Purpose.REQUEST: answered,
        Link.Purpose.FOLLOW_UP: said,
    }
    return {link.pk for link in links if link.subject_id not in done.get(Link.Purpose(link.purpose), ())}


def _done(links: list[Link], purpose: Link.Purpose, finished) -> set[int]:
    ids = {link.subject_id for link in links if link.purpose == purpose}
    return set(finished(ids).values_list("pk", flat=True)) if ids else set()


def _weeks_that_differ(placement_ids: set[int]) -> set[tuple[int, str]]:
    entries = WorkEntry.objects.filter(
        placement__in=placement_ids, placement__state__in=ASKED_FOR, state=WorkEntry.State.DISPUTED
    )
    return {(placement, monday(day).isoformat()) for placement, day in entries.values_list("placement_id", "day")}
