"""What limits the letters of a batch, read in a fixed number of queries: the hours and wishes of readers, and how many
letters hosts have had. One sweep at a time counts the letters of a firm; others pass its rows by.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from employers.models import Employer, Supervisor
from employers.queries import as_wishes, at_work
from employers.rules import Wishes
from placements.models import Placement
from reminders.due.few import NO_WISHES, Limits, Tally, most_a_year, most_about
from reminders.kinds import APART
from reminders.models import Due, Kind, MessageClass, Outbox, Reader, Unwanted
from reminders.readers import reaches

WEEK = 7
_LOCK = """
SELECT firm FROM unnest(%s::bigint[]) AS firm
WHERE pg_try_advisory_xact_lock(hashtext('letters to a firm'), firm::int)
"""


@dataclass(frozen=True)
class Batch:
    """Rows that are decided on together, with their placements; the firms and limits of their readers by row."""

    rows: list[Due]
    placements: dict[int, Placement]
    firms: dict[int, int]
    limits: dict[int, Limits]


def batch_of(rows: Collection[Due], *, now: datetime) -> Batch:
    """Comes in a transaction, which holds the firms until its end."""
    placements: dict[int, Any] = {
        placement.pk: placement
        for placement in _with_letters({row.about_placement_id for row in rows if row.about_placement_id})
    }
    firms = _firms([row for row in rows if row.reader == Reader.HOST], placements)
    held = _hold(set(firms.values()))
    mine = [row for row in rows if row.pk not in firms or firms[row.pk] in held]
    return Batch(mine, placements, firms, _limits(mine, placements, firms, now))


def _limits(
    rows: Collection[Due], placements: dict[int, Any], firms: dict[int, int], now: datetime
) -> dict[int, Limits]:
    reach, unwanted = reaches(rows, now=now), _unwanted({row.person_id for row in rows})
    employers = {employer.pk: employer for employer in _with_year(set(firms.values()), now)}
    about = {pk: Tally(had=one.letters, most=most_about(_weeks(one))) for pk, one in placements.items()}
    years = {pk: Tally(had=one.letters, most=most_a_year(one.guides)) for pk, one in employers.items()}
    return {
        row.pk: Limits(
            reach=reach[row.pk],
            unwanted=frozenset(unwanted[row.person_id]),
            wishes=_wishes(employers.get(firms.get(row.pk, 0))),
            about=about.get(row.about_placement_id or 0) if _counts(row) else None,
            year=years.get(firms.get(row.pk, 0)) if _counts(row) else None,
        )
        for row in rows
    }


def _counts(row: Due) -> bool:
    """What somebody asked for just now is not counted against a host, nor what concerns somebody's safety."""
    return row.reader == Reader.HOST and Kind(row.kind) not in APART


def _firms(rows: Collection[Due], placements: dict[int, Placement]) -> dict[int, int]:
    """The firm of each reader at a host (by row): that of the placement, else where the person guides."""
    elsewhere = {row.person_id for row in rows if row.about_placement_id not in placements}
    known = Supervisor.objects.filter(person__in=elsewhere, site__employer__isnull=False).order_by("-pk")
    guided = dict(known.values_list("person", "site__employer")) if elsewhere else {}
    found = {}
    for row in rows:
        placement = placements.get(row.about_placement_id or 0)
        firm = placement.employer_id if placement else guided.get(row.person_id)
        if firm:
            found[row.pk] = firm
    return found


def _hold(firms: Collection[int]) -> set[int]:
    if not firms:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(firms)])
        return {firm for (firm,) in cursor.fetchall()}


def _unwanted(people: Collection[int]) -> dict[int, set[MessageClass]]:
    found: dict[int, set[MessageClass]] = defaultdict(set)
    for person, message_class in Unwanted.objects.filter(person__in=people).values_list("person", "message_class"):
        found[person].add(MessageClass(message_class))
    return found


def _with_letters(placements: Collection[int]) -> QuerySet[Any]:
    """With the number of `letters` that the host has had about each."""
    sent = Due.objects.filter(
        about_placement_id=OuterRef("pk"), reader=Reader.HOST, state=Due.State.IN_LETTER, outbox__apart=False
    )
    return Placement.objects.filter(pk__in=placements).annotate(
        letters=_number(sent.order_by().values("about_placement_id"), Count("outbox", distinct=True))
    )


def _with_year(employers: Collection[int], now: datetime) -> QuerySet[Any]:
    """With the number of `letters` of this year and of the people who guide there (`guides`)."""
    year = Outbox.objects.filter(employer=OuterRef("pk"), day__year=now.year, reader=Reader.HOST, apart=False)
    guides = Supervisor.objects.filter(at_work(now.date()), site__employer=OuterRef("pk"))
    return (
        Employer.objects.filter(pk__in=employers)
        .select_related("capacity")
        .annotate(
            letters=_number(year.exclude(state=Outbox.State.DROPPED).order_by().values("employer"), Count("pk")),
            guides=_number(guides.order_by().values("site__employer"), Count("person", distinct=True)),
        )
    )


def _number(rows: QuerySet, count: Count) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(number=count).values("number"), output_field=IntegerField()), Value(0))


def _weeks(placement: Placement) -> int:
    return (placement.ends_on - placement.starts_on).days // WEEK + 1


def _wishes(employer: Employer | None) -> Wishes:
    capacity = getattr(employer, "capacity", None)
    return as_wishes(capacity) if capacity else NO_WISHES
