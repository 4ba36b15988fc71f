"""Reads for finding places: what a batch knows of its students and of the offers of the school."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import Organisation
from employers.models import Capacity, Offer, SchoolEmployer, Site
from employers.queries import as_wishes
from employers.rules import Stay, room_left, stop_of
from placements.matching.problem import Place, Problem, Seeker
from placements.models import Matching, MatchingStudent, Pin, Placement, Segment, WishedHost
from placements.queries.offering import with_taken
from placements.queries.room import counted_stays
from placements.rules.wishing import Position, area_of, middles


def students_of(matching: Matching) -> QuerySet[Any]:
    """The students of a batch with what they wish, by name."""
    hosts = Prefetch("enrolment__wish__hosts", WishedHost.objects.select_related("employer").order_by("position"))
    rows = matching.students.select_related(
        "enrolment__student__person", "enrolment__cohort__version__programme", "enrolment__wish"
    )
    return rows.prefetch_related(hosts).order_by("enrolment__student__person__sort_key", "pk")


def offers_of(matching: Matching) -> QuerySet[Any]:
    """Offers of the school that stand for all days of the batch, each with the number of places that are `taken`."""
    found = Offer.objects.filter(
        school=matching.school_id,
        withdrawn_at=None,
        starts_on__lte=matching.starts_on,
        ends_on__gte=matching.ends_on,
        site__employer__isnull=False,
    )
    return with_taken(found).select_related("site__employer").order_by("pk")


def problem_of(matching: Matching) -> Problem:
    """What the matching is given, in a fixed number of queries.

    Left out are firms to which nobody goes now, offers without a free place, and students who have a place by now.
    """
    placed, stopped = placed_in(matching), _stopped(matching)
    students = [row for row in students_of(matching) if row.enrolment_id not in placed]
    offers = [
        offer for offer in offers_of(matching) if offer.places > offer.taken and offer.site.employer_id not in stopped
    ]
    pins = list(matching.pins.all())
    there = {offer.pk for offer in offers}
    looking = {row.enrolment_id for row in students}
    keep = {pin.enrolment_id: pin.offer_id for pin in pins if pin.verdict == Pin.Verdict.KEEP}
    return Problem(
        seekers=tuple(_seekers(students, matching.starts_on)),
        places=tuple(_places(offers, middles(known_positions(matching.school)))),
        room=_room({offer.site.employer_id for offer in offers}, matching),
        keep={seeker: offer for seeker, offer in keep.items() if seeker in looking and offer in there},
        never=frozenset((pin.enrolment_id, pin.offer_id) for pin in pins if pin.verdict == Pin.Verdict.NEVER),
    )


def placed_in(matching: Matching) -> set[int]:
    """Enrolments of the batch with a placement that begins on one of these days, by key."""
    return set(matching.students.filter(has_place()).values_list("enrolment", flat=True))


def has_place() -> Exists:
    """Whether a student of a batch has a placement that begins on one of its days."""
    there = Placement.objects.filter(
        enrolment=OuterRef("enrolment"),
        purpose=Placement.Purpose.STUDENT,
        starts_on__range=(OuterRef("matching__starts_on"), OuterRef("matching__ends_on")),
    )
    return Exists(there.exclude(state__in=(Placement.State.CANCELLED, Placement.State.BROKEN)).order_by())


def _stopped(matching: Matching) -> set[int]:
    relations = SchoolEmployer.objects.filter(school=matching.school_id).select_related("employer")
    return {
        row.employer_id
        for row in relations
        if stop_of(row.employer.closed_on, row.not_approved_since, row.suspended_at)
    }


def _seekers(students: Collection[MatchingStudent], day: date):
    people = [row.enrolment.student.person_id for row in students]
    before: dict[int, set[int]] = defaultdict(set)
    ended = Placement.objects.filter(learner__in=people, state=Placement.State.ENDED, employer__isnull=False)
    for learner, employer in ended.values_list("learner", "employer"):
        before[learner].add(employer)
    for row in students:
        yield _seeker(row, frozenset(before[row.enrolment.student.person_id]), day)


def _seeker(row: MatchingStudent, before: frozenset[int], day: date) -> Seeker:
    enrolment, wish = row.enrolment, getattr(row.enrolment, "wish", None)
    born = enrolment.student.birth_date
    return Seeker(
        key=enrolment.pk,
        priority=row.priority,
        position=(wish.latitude, wish.longitude) if wish and wish.latitude is not None else None,
        most_km=wish.most_km if wish else None,
        occupations=frozenset(enrolment.cohort.version.programme.occupation_codes),
        languages=frozenset(wish.languages if wish else ()),
        needs=frozenset(wish.needs if wish else ()),
        school_days=frozenset(enrolment.cohort.school_weekdays if enrolment.school_weekdays is None
                              else enrolment.school_weekdays),
        wanted=tuple(host.employer_id for host in wish.hosts.all()) if wish else (),
        before=before,
        age=day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born else None,
    )  # fmt: skip


def known_positions(school: Organisation) -> QuerySet[Site, Any]:
    """Country, postcode and position of the school's sites that are known on the map, in order."""
    sites = Site.objects.filter(employer__school_employers__school=school, latitude__isnull=False).order_by("pk")
    return sites.values_list("country", "postcode", "latitude", "longitude")


def _places(offers: Collection[Any], around: Mapping[str, Position]) -> Iterator[Place]:
    """A site that is not on the map stands in the middle of its area, where other sites of it are known."""
    for offer in offers:
        site = offer.site
        exact = (site.latitude, site.longitude) if site.latitude is not None else None
        yield Place(
            key=offer.pk,
            employer=site.employer_id,
            places=offer.places - offer.taken,
            position=exact or around.get(area_of(site.country, site.postcode)),
            occupations=frozenset(offer.occupation_codes),
            languages=frozenset(offer.languages),
            meets=frozenset(site.meets),
            weekdays=frozenset(offer.weekdays),
            least_age=offer.least_age,
        )


def _room(employers: Collection[int], matching: Matching) -> dict[int, int]:
    """What is left of the limits that firms set themselves, over all schools."""
    limits = Capacity.objects.filter(employer__in=employers)
    stays: dict[int, list[Stay]] = defaultdict(list)
    for employer, stay in counted_stays(Segment.objects.filter(site__employer__in=[row.employer_id for row in limits])):
        stays[employer].append(stay)
    found = {
        row.employer_id: room_left(as_wishes(row), matching.starts_on, matching.ends_on, stays[row.employer_id])
        for row in limits
    }
    return {employer: room for employer, room in found.items() if room is not None}
