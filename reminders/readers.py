"""When the readers of what is due may be written to, read for many rows at once in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Organisation
from employers.models import Site, Supervisor
from placements.models import Agreement, PlannedShift, Segment
from placements.queries.plans import closed_at
from reminders.due.reach import WORKING_WEEK, Reach
from reminders.models import Due, Reader

AROUND = timedelta(days=366)
"""How far closed days are read. What waited while a site was closed is not late by that; a site that is closed for more
than a year is looked at again after it."""


def reaches(rows: Collection[Due], *, now: datetime) -> dict[int, Reach]:
    """When the reader of each row (its key) may be written to.

    At a host that is the site that the placement and the reader have in common, else the reader's first site, else the
    first of the placement. A student is where the placement is while it lasts. Everybody else is at the school.
    """
    schools = _schools({row.school_id for row in rows})
    segments = _segments({row.about_placement_id for row in rows if row.about_placement_id})
    places = _sites_of_hosts([row for row in rows if row.reader == Reader.HOST], segments)
    places |= _sites_of_students([row for row in rows if row.reader == Reader.STUDENT], segments, now.date())
    sites = Site.objects.select_related("employer").in_bulk(set(places.values()))
    hosts = _at_hosts(sites, now.date())
    found = {}
    for row in rows:
        site = places.get(row.pk)
        if site is None:
            found[row.pk] = Reach(zone=schools[row.school_id])
        else:
            found[row.pk] = hosts[site] if row.reader == Reader.HOST else Reach(zone=hosts[site].zone)
    return found


def _schools(school_ids: Collection[int]) -> dict[int, ZoneInfo]:
    zones = Organisation.objects.filter(pk__in=school_ids).values_list("pk", "time_zone")
    return {school: ZoneInfo(zone) for school, zone in zones}


def _segments(placement_ids: Collection[int]) -> dict[int, list[Segment]]:
    found: dict[int, list[Segment]] = defaultdict(list)
    for segment in Segment.objects.filter(placement__in=placement_ids).order_by("starts_on", "pk"):
        found[segment.placement_id].append(segment)
    return found


def _sites_of_hosts(rows: Collection[Due], segments: dict[int, list[Segment]]) -> dict[int, int]:
    known: dict[int, list[int]] = defaultdict(list)
    people = {row.person_id for row in rows}
    for person, site in Supervisor.objects.filter(person__in=people).order_by("pk").values_list("person", "site"):
        known[person].append(site)
    found = {}
    for row in rows:
        own, placed = known[row.person_id], [one.site_id for one in segments.get(row.about_placement_id or 0, ())]
        common = [site for site in placed if site in own]
        if sites := common or own or placed:
            found[row.pk] = sites[0]
    return found


def _sites_of_students(rows: Collection[Due], segments: dict[int, list[Segment]], today: date) -> dict[int, int]:
    return {
        row.pk: segment.site_id
        for row in rows
        for segment in segments.get(row.about_placement_id or 0, ())
        if segment.starts_on <= today <= segment.ends_on
    }


def _at_hosts(sites: dict[int, Site], today: date) -> dict[int, Reach]:
    closed = closed_at(sites.values(), today - AROUND, today + AROUND)
    weekdays = _weekdays(sites, today)
    return {
        site.pk: Reach(
            zone=ZoneInfo(site.time_zone),
            weekdays=WORKING_WEEK | weekdays[site.pk],
            closed=closed[site.pk],
            country=site.country,
            region=site.region,
        )
        for site in sites.values()
    }


def _weekdays(site_ids: Collection[int], today: date) -> dict[int, frozenset[int]]:
    """On which weekdays students work at a site by the plans in force: where they do on Saturday, somebody reads."""
    agreed = PlannedShift.objects.filter(
        segment__site__in=site_ids, plan__agreement__state=Agreement.State.IN_FORCE, ends_on__gte=today
    )
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    for site, weekday in agreed.order_by().values_list("segment__site", "weekday").distinct():
        found[site] |= {weekday}
    return found
