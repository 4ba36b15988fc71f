"""Reads about the active time of hosts: which placements a post was for, and what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import Link, Membership
from employers.models import Employer, SchoolEmployer
from placements.access import entries_behind, hosted_behind, visible_to
from placements.burden import BUDGETS, Tier
from placements.doors import Door
from placements.models import Absence, Feedback, HostRequest, HostTime, Placement, Signature, WeekSheet, WorkEntry
from placements.rules.host_time import Figures, figures

OF_NO_PLACEMENT = frozenset({"capacity", "offers", "not_this_year", "offer_withdraw", "account", "account_close"})
_THINGS = (WorkEntry, Absence, HostRequest, WeekSheet)


def meant(door: Door, screen: str, public_id: UUID | None, week_starts_on: date | None) -> list[Placement]:
    """The placements that a post behind this door was for: the one that its address or its link names, else all that
    are shared. None for what the host sets for itself, and for a signature of somebody else than the host."""
    if screen in OF_NO_PLACEMENT:
        return []
    if public_id:
        return _of_thing(public_id)
    if week_starts_on:
        days = entries_behind(door).filter(day__range=(week_starts_on, week_starts_on + timedelta(days=6)))
        return list(hosted_behind(door).filter(pk__in=days.values("placement")).order_by("pk"))
    if door.purpose in (Link.Purpose.SIGN, Link.Purpose.REQUEST, Link.Purpose.FEEDBACK):
        return _of_subject(door)
    return list(hosted_behind(door).filter(state__in=Placement.BEGUN).order_by("pk"))


def _of_thing(public_id: UUID) -> list[Placement]:
    """By the public number of the placement, or of something that belongs to it; the view has checked who may."""
    if own := Placement.objects.filter(public_id=public_id).first():
        return [own]
    for model in _THINGS:
        if found := model.objects.filter(public_id=public_id).values_list("placement", flat=True).first():  # type: ignore[attr-defined]
            return list(Placement.objects.filter(pk=found))
    signed = Signature.objects.filter(public_id=public_id, party=Signature.Party.HOST)
    return list(Placement.objects.filter(pk__in=signed.values("agreement__plan__placement")))


def _of_subject(door: Door) -> list[Placement]:
    if door.purpose == Link.Purpose.FEEDBACK:
        return list(Placement.objects.filter(pk=door.subject_id))
    if door.purpose == Link.Purpose.REQUEST:
        return list(Placement.objects.filter(requests=door.subject_id))
    signed = Signature.objects.filter(pk=door.subject_id, party=Signature.Party.HOST)
    return list(Placement.objects.filter(pk__in=signed.values("agreement__plan__placement")))


def with_host_time(placements: QuerySet[Any]) -> QuerySet[Any]:
    """Each placement with the `host_seconds` of all its hosts, and the `tier` that the school gave the firm."""
    times = HostTime.objects.filter(placement=OuterRef("pk")).order_by().values("placement")
    relation = SchoolEmployer.objects.filter(school=OuterRef("school"), employer=OuterRef("employer")).order_by()
    return placements.annotate(
        host_seconds=Coalesce(Subquery(times.annotate(sum=Sum("seconds")).values("sum")), 0),
        tier=Coalesce(Subquery(relation.values("tier")[:1]), Value(Tier.STANDARD.value)),
    )


@dataclass(frozen=True)
class Spent:
    """Active seconds of the hosts of placements that have begun, and the minutes that the school promises for one."""

    students: list[str]
    seconds: int
    minutes: int


def spent_on(placements: Iterable[Any]) -> Spent | None:
    """What a host reads of its own time, of placements `with_host_time`; nothing while there is no time to speak of.

    Of several students it is the sum of all, and the smallest promise: no host is told of another one's tier.
    """
    rows = [one for one in placements if one.host_seconds]
    if not rows:
        return None
    minutes = min(BUDGETS[Tier(one.tier)].minutes for one in rows)
    return Spent(
        [one.learner.given_name or one.learner.full_name for one in rows],
        sum(one.host_seconds for one in rows),
        minutes,
    )


def times_at(employer: Employer, viewer: Membership) -> list[Any]:
    """The placements of a firm that the member may see and that have begun, newest first, each `with_host_time`."""
    found = with_host_time(Placement.objects.filter(pk__in=visible_to(viewer).values("pk"), employer=employer))
    return list(found.exclude(state__in=Placement.NOT_BEGUN).select_related("learner").order_by("-starts_on", "pk"))


def closing_figures(placements: QuerySet[Placement]) -> Figures:
    """C2 over the closing feedbacks of these placements: active seconds on the closing screen, one sum for each."""
    spent = Sum("placement__host_times__seconds", filter=Q(placement__host_times__screen="closing"))
    given = Feedback.objects.filter(placement__in=placements).order_by()
    return figures([seconds for _pk, seconds in given.values_list("pk").annotate(seconds=spent)])
