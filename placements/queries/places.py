"""Places as a calendar: what hosts offer to a school in the coming months, what is taken, and who has asked whom."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.models import Membership
from employers.access import offers_visible_to
from employers.models import Capacity, Employer, Offer
from employers.queries import as_wishes
from employers.rules import wishes_in_words
from placements.models import HostRequest
from placements.queries.offering import with_taken

MONTHS = 6
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Cell:
    """One month of one firm: places of offers that stand then, and how many of them are taken."""

    month: date
    places: int
    taken: int

    @property
    def free(self) -> int:
        return max(self.places - self.taken, 0)


@dataclass(frozen=True)
class Row:
    """A firm with its months, and what it has set itself in words."""

    employer: Employer
    cells: list[Cell]
    limits: list[str]


@dataclass(frozen=True)
class Approaches:
    """Who has asked a firm for places in the last 30 days: of the own school with names, of others only how many."""

    own: list[HostRequest]
    other_schools: int


def months_from(day: date) -> list[date]:
    """The first days of this month and of those after it."""
    first = day.replace(day=1)
    found = [first]
    while len(found) < MONTHS:
        found.append((found[-1] + timedelta(days=31)).replace(day=1))
    return found


def employers_with_offers(viewer: Membership, months: list[date], occupations: Iterable[str]) -> QuerySet[Employer]:
    """Firms with an offer that stands in one of these months, by name."""
    return (
        Employer.objects.filter(sites__offers__in=_standing(viewer, months, occupations))
        .distinct()
        .order_by("sort_key", "pk")
    )


def rows_of(viewer: Membership, employers: list[Employer], months: list[date], occupations: Iterable[str]) -> list[Row]:
    """The months of these firms, in three queries."""
    offers = _standing(viewer, months, occupations).filter(site__employer__in=employers).select_related("site")
    by_firm: dict[int, list[Any]] = defaultdict(list)
    for offer in with_taken(offers):
        by_firm[offer.site.employer_id].append(offer)
    today = localdate()
    limits = {row.employer_id: row for row in Capacity.objects.filter(employer__in=employers)}
    return [
        Row(
            employer,
            [_cell(month, by_firm[employer.pk]) for month in months],
            wishes_in_words(as_wishes(limits[employer.pk]), today) if employer.pk in limits else [],
        )
        for employer in employers
    ]


def totals_of(viewer: Membership, months: list[date], occupations: Iterable[str]) -> list[Cell]:
    """All firms together, month by month."""
    offers = list(with_taken(_standing(viewer, months, occupations)))
    return [_cell(month, offers) for month in months]


def approaches_to(employer: Employer, viewer: Membership, now: datetime) -> Approaches:
    """Whom not to be the third to ask this month. Of another school nothing is told but that there is one (E17)."""
    lately = HostRequest.objects.filter(site__employer=employer, asked_at__gt=now - LATELY)
    own = lately.filter(placement__school=viewer.organisation_id).select_related("placement__coordinator", "person")
    others = lately.exclude(placement__school=viewer.organisation_id)
    return Approaches(
        own=list(own.order_by("-asked_at", "-pk")),
        other_schools=others.order_by().values("placement__school").distinct().count(),
    )


def _standing(viewer: Membership, months: list[date], occupations: Iterable[str]) -> QuerySet[Offer]:
    after = _end_of(months[-1])
    found = offers_visible_to(viewer).filter(starts_on__lte=after, ends_on__gte=months[0], site__employer__isnull=False)
    codes = list(occupations)
    return found.filter(occupation_codes__overlap=codes) if codes else found


def _cell(month: date, offers: Iterable[Any]) -> Cell:
    standing = [offer for offer in offers if offer.starts_on <= _end_of(month) and offer.ends_on >= month]
    return Cell(month, sum(offer.places for offer in standing), sum(offer.taken for offer in standing))


def _end_of(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
