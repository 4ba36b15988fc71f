"""What a run of the matching is given and what it leaves out; a run that breaks or is forgotten; who may do what."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from core.names import sort_key
from core.workflow import Actor, Refused
from employers.models import Capacity, Employer, Offer, SchoolEmployer, Site
from placements import finding, tasks
from placements.matching.problem import Place, Seeker
from placements.models import MatchRun, Pin, Placement
from placements.queries.matching import problem_of
from placements.workflow.matching import (
    Wishes,
    cancel_run,
    make_matching,
    pin,
    plan_matches,
    say_wish,
    start_run,
    unpin,
)
from schools.models import Enrolment, Student
from tests.placements import college as colleges
from tests.placements.college import FIRST, LAST, NOW

State = MatchRun.State


@pytest.fixture
def college(db):
    return colleges.build()


@pytest.fixture
def second(college):
    """Another student of the cohort, without a birth date."""
    return enrolled(college, "Ida Moe")


@pytest.fixture
def bakery(college):
    """An offer of two places at a second firm."""
    return offer(college, "Corner Bakery", places=2)


@pytest.fixture
def batch(college, second):
    return make_matching(
        school=college.school, name="January", starts_on=FIRST, ends_on=LAST, enrolments=[college.enrolment, second],
        person=college.coordinator.user.person, by=college.office, at=NOW,
    )  # fmt: skip


def enrolled(college, name: str) -> Enrolment:
    person = colleges.member(name, Role.STUDENT, college.school).user.person
    pupil = Student.objects.create(person=person, school=college.school)
    cohort = college.enrolment.cohort
    return Enrolment.objects.create(student=pupil, cohort=cohort, starts_on=cohort.starts_on)


def offer(college, name: str, **changes) -> Offer:
    employer = Employer.objects.create(name=name, sort_key=sort_key(name), identity=f"name:GB:{name.lower()}:")
    SchoolEmployer.objects.create(school=college.school, employer=employer)
    site = Site.objects.create(employer=employer, address="Hill 1", address_key="1 hill", latitude=51.5, longitude=0.0)
    values = {"school": college.school, "site": site, "title": name, "starts_on": FIRST, "ends_on": LAST, "places": 1}
    return Offer.objects.create(**(values | changes))


def settle(college, batch, enrolment, offer, verdict):
    pin(
        matching=batch, enrolment=enrolment, offer=offer, verdict=verdict, person=college.coordinator.user.person,
        by=college.office, at=NOW,
    )  # fmt: skip


def started(college, batch) -> MatchRun:
    return start_run(matching=batch, person=college.coordinator.user.person, by=college.office, at=timezone.now())


def found(college, batch) -> MatchRun:
    run = started(college, batch)
    finding.find_places(run.pk)
    run.refresh_from_db()
    return run


def proposed(run: MatchRun) -> dict[int, int]:
    return {row["seeker"]: row["place"] for row in run.result["matches"]}


def planned(college, run, *enrolments):
    return plan_matches(
        run=run, enrolments=[one.pk for one in enrolments], coordinator=college.coordinator.user.person,
        by=college.office, at=NOW,
    )  # fmt: skip


# ── What a run is given ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_is_given_what_is_known_of_students_and_offers(college, batch, bakery):
    bakery.weekdays, bakery.least_age = [0, 1], 18
    bakery.save()
    wished = Wishes((51.5074, -0.1278), 12, ("en",), ("quiet",), (bakery.site.employer,))
    row = batch.students.get(enrolment=college.enrolment)
    say_wish(row=row, wishes=wished, priority=True, by=college.office, at=NOW)
    problem = problem_of(batch)
    assert problem.seeker_of[college.enrolment.pk] == Seeker(
        key=college.enrolment.pk, priority=True, position=(51.51, -0.13), most_km=12, languages=frozenset(["en"]),
        needs=frozenset(["quiet"]), wanted=(bakery.site.employer_id,), age=17,
    )  # fmt: skip
    assert problem.place_of[bakery.pk] == Place(
        key=bakery.pk, employer=bakery.site.employer_id, places=2, position=(51.5, 0.0), weekdays=frozenset([0, 1]),
        least_age=18,
    )  # fmt: skip


def test_a_site_that_is_not_on_the_map_stands_in_the_middle_of_its_area(college, batch, bakery):
    north, south = (offer(college, name) for name in ("North", "South"))
    lost, far = (offer(college, name) for name in ("Lost", "Far"))
    for one, postcode, degrees in (
        (north, "HB4 1AA", 51.62), (south, "HB4 9ZZ", 51.6), (lost, "hb4 2bb", None), (far, "ZE1 1AA", None),
    ):  # fmt: skip
        values = {"postcode": postcode, "latitude": degrees, "longitude": degrees and 0.1}
        Site.objects.filter(pk=one.site_id).update(**values)
    places = problem_of(batch).place_of
    assert places[lost.pk].position == (51.61, 0.1)
    assert places[far.pk].position is None


def test_only_offers_that_stand_for_all_days_and_have_room_at_a_firm_that_takes_students_are_asked(college, batch):
    offer(college, "Too Short", ends_on=LAST - timedelta(days=1))
    offer(college, "Taken Back", withdrawn_at=NOW)
    stopped = offer(college, "Stopped")
    SchoolEmployer.objects.filter(employer=stopped.site.employer).update(suspended_at=NOW)
    assert set(problem_of(batch).place_of) == {college.offer.pk}
    other = enrolled(college, "Eli Roe")
    college.placement(enrolment=other, offer=college.offer)
    assert problem_of(batch).places == ()


def test_what_a_firm_takes_in_all_over_its_offers_and_schools_is_kept(college, batch, bakery):
    Capacity.objects.create(employer=bakery.site.employer, at_once=1, at=NOW)
    assert problem_of(batch).room == {bakery.site.employer_id: 1}


def test_the_same_number_of_queries_for_few_and_for_many_offers(college, batch):
    with CaptureQueriesContext(connection) as few:
        problem_of(batch)
    for number in range(5):
        offer(college, f"Firm {number}")
    with CaptureQueriesContext(connection) as many:
        problem_of(batch)
    assert len(many) == len(few) <= 9


def test_an_empty_batch_and_dates_in_the_wrong_order_are_refused(college):
    values = {
        "school": college.school, "name": "Nobody", "person": college.coordinator.user.person, "by": college.office,
        "at": NOW,
    }  # fmt: skip
    with pytest.raises(Refused, match="at least one student"):
        make_matching(starts_on=FIRST, ends_on=LAST, enrolments=[], **values)
    with pytest.raises(Refused, match="before the first day"):
        make_matching(starts_on=LAST, ends_on=FIRST, enrolments=[college.enrolment], **values)


# ── A run ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_finds_a_place_for_each_proven_and_holds_no_names(college, batch, second, bakery):
    run = found(college, batch)
    assert (run.state, run.progress, run.result["proven"]) == (State.DONE, 100, True)
    assert set(proposed(run)) == {college.enrolment.pk, second.pk}
    assert not any(name in str((run.problem, run.result)) for name in ("Nia", "Berg", "Moe", "Bakery", "Novak"))
    assert Placement.objects.filter(school=college.school).count() == 0


def test_a_run_that_cannot_be_solved_fails_once_and_is_not_taken_up_again(college, batch, second):
    for enrolment in (college.enrolment, second):
        settle(college, batch, enrolment, college.offer, Pin.Verdict.KEEP)
    run = found(college, batch)
    assert (run.state, run.result) == (State.FAILED, None)
    broken = started(college, batch)
    MatchRun.objects.filter(pk=broken.pk).update(problem={})
    with pytest.raises(KeyError):
        finding.find_places(broken.pk)
    assert MatchRun.objects.get(pk=broken.pk).state == State.FAILED
    assert not MatchRun.objects.filter(finding.stopped(timezone.now() + timedelta(hours=1)), matching=batch).exists()


def test_a_run_that_lost_its_wake_up_call_is_picked_up(college, batch, bakery, django_capture_on_commit_callbacks):
    run = started(college, batch)
    MatchRun.objects.filter(pk=run.pk).update(at=timezone.now() - timedelta(minutes=3))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.pick_up_runs()
    assert MatchRun.objects.get(pk=run.pk).state == State.DONE


def test_only_the_office_makes_starts_stops_and_settles(college, batch, bakery):
    teacher = Actor("user", college.teacher.user_id, Role.TEACHER)
    run = started(college, batch)
    person = college.teacher.user.person
    for verb in (
        lambda: start_run(matching=batch, person=person, by=teacher, at=NOW),
        lambda: cancel_run(run=run, by=teacher, at=NOW),
        lambda: unpin(matching=batch, enrolment=college.enrolment, by=teacher, at=NOW),
        lambda: plan_matches(run=run, enrolments=[], coordinator=person, by=teacher, at=NOW),
    ):
        with pytest.raises(Refused):
            verb()


# ── What becomes of the matches ──────────────────────────────────────────────────────────────────────────────────────


def test_whoever_has_a_place_by_now_is_not_looked_for_again(college, batch, second, bakery):
    run = found(college, batch)
    settle(college, batch, second, Offer.objects.get(pk=proposed(run)[second.pk]), Pin.Verdict.KEEP)
    planned(college, run, second)
    again = found(college, batch)
    assert set(proposed(again)) == {college.enrolment.pk}
