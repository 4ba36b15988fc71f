"""A batch of students: what a run is given, a worker that stops when it is told, and what becomes of the matches."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation
from accounts.roles import Role
from core.models import Transition
from core.names import sort_key
from core.workflow import Actor, Refused
from employers.models import Capacity, Employer, Offer, SchoolEmployer, Site
from placements import finding, tasks
from placements.matching.problem import Place, Seeker
from placements.models import HostRequest, MatchRun, Pin, Placement
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


def test_nobody_outside_the_batch_and_no_offer_of_another_school_is_settled(college, batch, bakery):
    with pytest.raises(Refused, match="not in this batch"):
        settle(college, batch, enrolled(college, "Eli Roe"), bakery, Pin.Verdict.KEEP)
    Offer.objects.filter(pk=bakery.pk).update(school=Organisation.objects.create(kind="school", name="Hillside"))
    bakery.refresh_from_db()
    with pytest.raises(Refused, match="not in this batch"):
        settle(college, batch, college.enrolment, bakery, Pin.Verdict.KEEP)


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


def test_what_is_settled_holds_in_the_next_run_until_it_is_left_open_again(college, batch, second, bakery):
    settle(college, batch, second, college.offer, Pin.Verdict.KEEP)
    settle(college, batch, second, bakery, Pin.Verdict.KEEP)
    assert proposed(found(college, batch))[second.pk] == bakery.pk
    settle(college, batch, second, bakery, Pin.Verdict.NEVER)
    assert proposed(found(college, batch)) == {second.pk: college.offer.pk, college.enrolment.pk: bakery.pk}
    unpin(matching=batch, enrolment=second, by=college.office, at=NOW)
    assert not batch.pins.exists()
    assert [run.number for run in batch.runs.all()] == [2, 1]


def test_two_starts_are_one_run_and_two_workers_do_it_once(college, batch, bakery):
    run = started(college, batch)
    assert started(college, batch) == run
    finding.find_places(run.pk)
    run.refresh_from_db()
    finding.find_places(run.pk)
    again = MatchRun.objects.get(pk=run.pk)
    assert (again.result, again.finished_at) == (run.result, run.finished_at)
    steps = Transition.objects.filter(noun="match_run", object_id=run.pk).order_by("pk")
    assert [step.verb for step in steps] == ["start", "begin", "finish"]


def test_a_run_that_is_stopped_before_or_while_a_worker_has_it_ends_without_a_result(
    college, batch, bakery, monkeypatch
):
    waiting = started(college, batch)
    cancel_run(run=waiting, by=college.office, at=NOW)
    finding.find_places(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.result) == (State.CANCELLED, None)

    running = started(college, batch)
    heard = []

    def tell(run, progress, really=finding._tell):
        heard.append(progress)
        if len(heard) == 3:
            cancel_run(run=MatchRun.objects.get(pk=run.pk), by=college.office, at=timezone.now())
        really(run, progress)

    monkeypatch.setattr(finding, "_tell", tell)
    finding.find_places(running.pk)
    running.refresh_from_db()
    assert (running.state, running.result, running.progress) == (State.CANCELLED, None, heard[1])
    assert heard == [0, 11, 23]


def test_a_run_whose_worker_died_is_taken_by_another_and_one_that_lives_is_not(college, batch, bakery):
    run = started(college, batch)
    now = timezone.now()
    held = {"state": State.RUNNING, "claim": uuid.uuid4(), "started_at": now}
    MatchRun.objects.filter(pk=run.pk).update(**held, heard_at=now - timedelta(seconds=30))
    finding.find_places(run.pk)
    assert MatchRun.objects.get(pk=run.pk).state == State.RUNNING
    MatchRun.objects.filter(pk=run.pk).update(heard_at=now - timedelta(minutes=3))
    assert list(MatchRun.objects.filter(finding.stopped(now))) == [run]
    finding.find_places(run.pk)
    assert MatchRun.objects.get(pk=run.pk).state == State.DONE


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
    assert MatchRun.objects.get(pk=run.pk).state in (State.DONE, State.WAITING)


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


def test_ticked_matches_become_planned_placements_and_nobody_is_asked(college, batch, second, bakery):
    run = found(college, batch)
    made = planned(college, run, second).placements[second.pk]
    assert (made.state, made.offer_id, made.starts_on, made.ends_on) == (
        Placement.State.PLANNED, proposed(run)[second.pk], FIRST, LAST,
    )  # fmt: skip
    assert made.coordinator == college.coordinator.user.person
    assert planned(college, run, second).placements == {second.pk: made}
    assert Placement.objects.filter(school=college.school).count() == 1
    assert not HostRequest.objects.filter(placement__school=college.school).exists()


def test_a_match_that_is_refused_does_not_stop_the_others(college, batch, second, bakery):
    run = found(college, batch)
    Offer.objects.filter(pk=proposed(run)[second.pk]).update(withdrawn_at=NOW)
    if proposed(run)[second.pk] == proposed(run)[college.enrolment.pk]:
        pytest.fail("the two students should be at two offers")
    done = planned(college, run, college.enrolment, second)
    assert set(done.placements) == {college.enrolment.pk}
    assert done.refused == {second.pk: "The host has taken this offer back."}


def test_whoever_has_a_place_by_now_is_not_looked_for_again(college, batch, second, bakery):
    run = found(college, batch)
    settle(college, batch, second, Offer.objects.get(pk=proposed(run)[second.pk]), Pin.Verdict.KEEP)
    planned(college, run, second)
    again = found(college, batch)
    assert set(proposed(again)) == {college.enrolment.pk}
