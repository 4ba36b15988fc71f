"""Lines of work as evidence: what was logged and confirmed, sums of earlier work, and what of it counts nowhere."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, F, OuterRef, QuerySet, When

from credits.rules import evidence as documents
from credits.rules import validity
from credits.rules.case import moment
from placements.models import Activity, Doubt, HourClaim, Placement, WorkEntry

COLUMNS = (
    "pk", "span", "zone", "break_minutes", "logged_minutes", "meant_minutes", "activity", "setting", "realism",
    "remote", "make_up", "placement_id", "placement__employer_id", "unit__code",
)  # fmt: skip


def counted_entries() -> QuerySet[WorkEntry]:
    """Days that stand: what was taken back is no evidence."""
    return WorkEntry.objects.exclude(state=WorkEntry.State.WITHDRAWN)


def with_meant(entries: QuerySet[WorkEntry]) -> QuerySet[WorkEntry, Any]:
    """Days with the minutes that a person has confirmed: what a program may have pressed is not confirmed yet."""
    doubted = HourClaim.objects.filter(entry=OuterRef("pk"), confirmation__doubt=Doubt.OPEN).order_by()
    return entries.annotate(meant_minutes=Case(When(~Exists(doubted), then=F("confirmed_minutes"))))


def work_of(row: tuple) -> documents.Work:
    """A line of evidence from the `COLUMNS` of an entry `with_meant`."""
    (
        key, span, zone, pause, logged, confirmed, activity, setting, realism, remote, make_up, placement, employer,
        unit,
    ) = row  # fmt: skip
    place = ZoneInfo(zone)
    return documents.Work(
        id=str(key),
        since=span.lower.astimezone(place).isoformat(timespec="minutes"),
        until=span.upper.astimezone(place).isoformat(timespec="minutes"),
        zone=zone,
        break_minutes=pause,
        minutes=logged,
        confirmed_minutes=confirmed,
        activity=activity,
        setting=setting,
        realism=realism,
        remote=remote,
        paid=activity == Activity.JOB,
        host=host_key(employer),
        placement=str(placement),
        unit=unit or None,
        make_up=make_up,
    )


def host_key(employer: int | None) -> str:
    """Work at no employer is work in the school's own workshop."""
    return f"employer:{employer}" if employer else "school"


def judged(work: Iterable[documents.Work], placements: Iterable[dict]) -> list[documents.Work]:
    """The lines with what of them counts nowhere, by the rows of their placements."""
    bounds = {str(row["pk"]): _bounds(row) for row in placements}
    return [_judged(one, bounds.get(one.placement or "", validity.Bounds())) for one in work]


def _judged(one: documents.Work, bounds: validity.Bounds) -> documents.Work:
    if bounds == validity.Bounds() or one.since is None or one.until is None:
        return one
    minutes, reason = validity.void(
        bounds,
        day=date.fromisoformat(one.since[:10]),
        begins=moment(one.since, one.zone or ""),
        ends=moment(one.until, one.zone or ""),
        minutes=one.minutes or 0,
    )
    return replace(one, void_minutes=minutes, void_because=reason) if minutes else one


def _bounds(row: dict) -> validity.Bounds:
    earlier = row["earlier"]
    return validity.Bounds(
        valid_until=_moment(row["valid_until"]),
        unagreed=row["unagreed_since"] is not None,
        agreed_from=_moment(row["agreed_at"]),
        summed=(date.fromisoformat(earlier["starts_on"]), date.fromisoformat(earlier["ends_on"])) if earlier else None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def earlier_work(placements: Iterable[dict]) -> list[documents.Work]:
    """The sums of earlier work among these placements: no daily log, but a word of the workplace and a talk (E18)."""
    return [_sum(row, row["earlier"]) for row in placements if row["earlier"]]


def _sum(row: dict, earlier: dict) -> documents.Work:
    minutes, reason = validity.void_of_sum(
        earlier["minutes"], confirmed=earlier["confirmed_minutes"], talked_through=earlier["talked_on"] is not None
    )
    is_job = row["purpose"] == Placement.Purpose.JOB
    return documents.Work(
        id=f"earlier:{earlier['pk']}",
        day=date.fromisoformat(earlier["starts_on"]),
        last_day=date.fromisoformat(earlier["ends_on"]),
        days=earlier["days"],
        minutes=earlier["minutes"],
        confirmed_minutes=earlier["confirmed_minutes"],
        activity=Activity.JOB if is_job else Activity.PRIOR_LEARNING,
        paid=is_job,
        host=host_key(row["employer"]),
        placement=str(row["pk"]),
        void_minutes=minutes,
        void_because=reason,
    )
