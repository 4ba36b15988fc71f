"""24 retail students who look for a place in January: what they wish, and a run that found places for all but two."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor
from demo.lives import actor, moment
from demo.people import School
from employers.models import Employer, Need, Offer
from placements.matching import stored
from placements.matching.explaining import unmatched
from placements.matching.solving import solve
from placements.models import Matching
from placements.queries.matching import offers_of, problem_of, students_of
from placements.workflow.matching import RUNS, make_matching, say_wish, start_run
from placements.workflow.wishing import Wishes
from schools.models import Enrolment

HARBOUR = (51.12, 1.31)
KM_NORTH, KM_EAST = 1 / 111.2, 1 / 69.8
SHOPS, COUNTERS = "5223", ("Bakery", "Café")
"""Selling is learned in shops, and at the counter of a bakery or a café."""


def look_for_places(school: School) -> None:
    """The coordinator's batch at ten o'clock: one run is done, and nobody has been asked."""
    coordinator, dice = school.coordinators[0], Random("batch")
    by, at = actor(Role.COORDINATOR, coordinator), moment(school.today, 9)
    _describe_places(school, dice)
    january = date(school.today.year + 1, 1, 11)
    batch = make_matching(
        school=school.organisation, name=f"Retail in January {january.year}", starts_on=january,
        ends_on=january + timedelta(days=81), enrolments=list(_looking(school)), person=coordinator, by=by, at=at,
    )  # fmt: skip
    _wish(batch, dice, by=by, at=at)
    _run(batch, coordinator, by=by, at=at + timedelta(minutes=50))


def _looking(school: School) -> Any:
    found = Enrolment.objects.filter(cohort=school.cohorts["Retail"], placements__isnull=True)
    return found.select_related("student__person").order_by("pk")


def _describe_places(school: School, dice: Random) -> None:
    """Where the hosts are, what they have, and what a student does there."""
    offers = Offer.objects.filter(school=school.organisation, title__endswith="from January").select_related("site")
    for number, offer in enumerate(offers.order_by("pk")):
        site = offer.site
        site.latitude, site.longitude = _near(dice, 4)
        site.meets = [need.value for need in (Need.STEP_FREE, Need.TRANSPORT, Need.BREAKS) if dice.random() < 0.6]
        site.save(update_fields=["latitude", "longitude", "meets"])
        if site.name.endswith(COUNTERS):
            offer.occupation_codes = [*offer.occupation_codes, SHOPS]
        offer.languages = (["en"], ["en", "fr"], [])[number % 3]
        offer.save(update_fields=["occupation_codes", "languages"])


def _wish(batch: Matching, dice: Random, *, by: Actor, at: datetime) -> None:
    """Most students can go to most places. One lives far out, and one needs what no host has said that it has."""
    firms = list(Employer.objects.filter(pk__in=offers_of(batch).values("site__employer")).order_by("sort_key", "pk"))
    for number, row in enumerate(students_of(batch)):
        hosts = tuple(dice.sample(firms, 2)) if number % 2 else ()
        needs: tuple[str, ...] = (Need.STEP_FREE,) if number in (3, 11) else ()
        wishes = Wishes(_near(dice, 4), dice.choice((12, 15, 20)), ("en", "fr") if number % 4 == 0 else ("en",), needs)
        if number == 5:
            wishes = Wishes((HARBOUR[0] + 15 * KM_NORTH, HARBOUR[1]), 8, ("en",))
        elif number == 17:
            wishes = Wishes(_near(dice, 2), 12, ("en",), (Need.QUIET,))
        else:
            wishes = Wishes(wishes.position, wishes.most_km, wishes.languages, wishes.needs, hosts)
        say_wish(row=row, wishes=wishes, priority=number in (3, 8), by=by, at=at + timedelta(minutes=number))


def _near(dice: Random, most: float) -> tuple[float, float]:
    """A position at most so many km north, south, east and west of the harbour."""
    north, east = (dice.uniform(-most, most) for _axis in range(2))
    return HARBOUR[0] + north * KM_NORTH, HARBOUR[1] + east * KM_EAST


def _run(batch: Matching, coordinator: Person, *, by: Actor, at: datetime) -> None:
    run = start_run(matching=batch, person=coordinator, by=by, at=at)
    problem = problem_of(batch)
    best = solve(problem)
    result = stored.answer(problem, best, unmatched(problem, best))
    worker = Actor.system()
    RUNS.apply(run, "begin", by=worker, at=at, started_at=at, heard_at=at)
    RUNS.apply(run, "finish", by=worker, at=at, finished_at=at, result=result, progress=100)
