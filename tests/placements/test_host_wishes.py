"""A host's own limits where a student gets a workplace: counted over all schools, without names, and also in a race."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction

from accounts.models import Organisation, Person
from core.workflow import Refused
from employers.models import Capacity, Employer, Offer, SchoolEmployer, Site
from employers.workflow import withdraw_offer
from placements.models import HostRequest, Placement, Segment
from placements.queries import plans
from placements.queries.requests import askable_sites
from placements.queries.room import stays_at
from placements.workflow import Work, add_segment, cancel, change_segment, move_dates, requesting, restore
from placements.workflow.placing import Kind
from placements.workflow.room import must_have_room
from tests.placements import college as colleges
from tests.placements.college import FIRST, LAST, NOW
from tests.placements.test_requests import HOST, ask

DECEMBER = datetime(2026, 12, 3, 9, tzinfo=UTC)


@pytest.fixture
def college(db):
    return colleges.build()


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def limit(employer: Employer, **wishes) -> Capacity:
    return Capacity.objects.create(employer=employer, at=NOW, **wishes)


def guest(college, first: date = FIRST, last: date = LAST, **changes) -> Placement:
    """A student of a school that nobody here knows, at the same firm."""
    school = Organisation.objects.create(kind="school", name="Zq Hidden School")
    learner = Person.objects.create(given_name="Zq", family_name="Hidden", sort_key="zq")
    values = {"school": school, "learner": learner, "employer": college.site.employer, "state": "running"}
    placement = Placement.objects.create(starts_on=first, ends_on=last, **values | changes)
    Segment.objects.create(placement=placement, site=college.site, starts_on=first, ends_on=last)
    return placement


def other_site(college) -> Site:
    employer = Employer.objects.create(name="Quay Motors", sort_key="quay motors", identity="name:GB:quay motors:")
    SchoolEmployer.objects.create(school=college.school, employer=employer)
    return Site.objects.create(employer=employer, address="Quay 3", address_key="3 quay")


# ── Placing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_limit_holds_across_schools_and_the_refusal_names_none_of_them(college):
    limit(college.site.employer, at_once=1)
    guest(college)
    with pytest.raises(Refused) as refused:
        college.placement()
    assert str(refused.value) == "This host takes 1 student at a time, and on Mon 4 Jan 2027 somebody is there."
    assert not Placement.objects.filter(school=college.school).exists()


BROKEN = {"state": "broken", "end_initiator": "student", "end_direction": "open"}


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "cancelled"}, {"purpose": "job"}, {"purpose": "teacher"}, {"purpose": "prior_work"},
        BROKEN | {"end_reason": "no_show"}, BROKEN | {"end_reason": "work", "ends_on": FIRST - timedelta(days=1)},
    ],
)  # fmt: skip
def test_what_is_cancelled_over_or_beside_school_takes_no_place(college, changes):
    limit(college.site.employer, at_once=1)
    other = guest(college, FIRST - timedelta(days=30))
    Placement.objects.filter(pk=other.pk).update(**changes)
    assert college.placement()


def test_a_placement_that_the_host_has_declined_takes_no_place_until_it_is_asked_again(college):
    first = college.placement()
    request = ask(college, first)
    assert len(stays_at(college.site.employer_id)) == 1
    requesting.decline(request=request, reason="full", by=HOST, at=NOW)
    assert stays_at(college.site.employer_id) == []
    ask(college, first)
    assert len(stays_at(college.site.employer_id)) == 1


def test_a_students_own_job_is_not_counted_and_not_refused(college):
    limit(college.site.employer, at_once=1)
    guest(college)
    assert college.placement(kind=Kind(purpose="job"))


def test_placements_that_are_there_stay_whatever_the_host_sets_later(college):
    placement = college.placement()
    limit(college.site.employer, at_once=1, paused_until=LAST, left_on=NOW.date())
    placement.refresh_from_db()
    assert placement.state == "planned"
    assert college.plan(placement)


def test_another_workplace_of_a_placement_needs_room_too(college):
    placement, site = college.placement(), other_site(college)
    limit(site.employer, left_on=NOW.date())
    dates = {"supervisor": None, "starts_on": FIRST, "ends_on": LAST, "work": Work(), "by": college.office, "at": NOW}
    with pytest.raises(Refused, match="takes no students any more"):
        add_segment(placement=placement, site=site, **dates)
    with pytest.raises(Refused, match="takes no students any more"):
        change_segment(segment=placement.segments.get(), site=site, **dates)
    assert placement.segments.get().site == college.site


def test_dates_that_move_into_a_pause_are_refused_and_shorter_ones_are_not(college):
    placement = college.placement()
    limit(college.site.employer, paused_until=FIRST)
    said = {"placement": placement, "by": college.office, "at": NOW}
    with pytest.raises(Refused, match="before Mon 4 Jan 2027"):
        move_dates(**said, starts_on=FIRST - timedelta(days=7), ends_on=LAST)
    placement.refresh_from_db()
    move_dates(**said, starts_on=FIRST, ends_on=LAST - timedelta(days=7))


def test_a_place_that_somebody_else_has_by_now_is_not_restored(college):
    placement = college.placement()
    cancel(placement=placement, reason="Ill", by=college.office, at=NOW)
    limit(college.site.employer, at_once=1)
    guest(college)
    with pytest.raises(Refused, match="1 student at a time"):
        restore(placement=placement, by=college.office, at=NOW)


def test_an_offer_that_was_taken_back_leaves_the_lists_and_takes_nobody(college):
    withdraw_offer(offer=college.offer, by=HOST, at=NOW)
    assert not plans.offers_for(college.coordinator, NOW.date()).exists()
    with pytest.raises(Refused, match="taken this offer back"):
        college.placement(offer=Offer.objects.get(pk=college.offer.pk))


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_is_asked_in_a_quiet_month_and_the_words_say_when(college):
    placement = college.placement()
    limit(college.site.employer, quiet_months=[12])
    told = r"This host wants no requests in December\. Ask again from Fri 1 Jan 2027\."
    with pytest.raises(Refused, match=told):
        ask(college, placement, at=DECEMBER)
    assert not HostRequest.objects.filter(placement=placement).exists()
    assert ask(college, placement).state == "open"


def test_nobody_is_asked_for_a_student_too_many(college):
    placement = college.placement()
    limit(college.site.employer, a_year=1)
    guest(college)
    with pytest.raises(Refused, match="takes 1 student a year, and has one for 2027"):
        ask(college, placement)


def test_a_host_that_takes_no_students_any_more_is_in_no_list_to_ask(college):
    assert college.site in askable_sites(college.coordinator)
    capacity = limit(college.site.employer, at_once=1)
    assert college.site in askable_sites(college.coordinator)
    capacity.left_on = NOW.date()
    capacity.save()
    assert college.site not in askable_sites(college.coordinator)


# ── Two schools at one moment ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def one_place(django_db_blocker, django_db_setup):
    """A firm with one place and students of two schools, committed so that two connections see it; swept by hand."""
    with django_db_blocker.unblock():
        employer = Employer.objects.create(name="Race Works", sort_key="race works", identity="race works")
        site = Site.objects.create(employer=employer, address="Race 1", address_key="1 race")
        Capacity.objects.create(employer=employer, at_once=1, at=NOW)
        schools = [Organisation.objects.create(kind="school", name=f"Race {number}") for number in range(2)]
        learners = [Person.objects.create(family_name=f"R{number}", sort_key=f"r{number}") for number in range(2)]
        yield site, list(zip(schools, learners, strict=True))
        Segment.objects.filter(site=site).delete()
        Placement.objects.filter(employer=employer).delete()
        employer.delete()
        for row in (*schools, *learners):
            row.delete()
        connection.close()


def test_of_two_schools_that_take_the_last_place_at_once_one_is_refused(one_place):
    site, pairs = one_place
    shot, answers = threading.Barrier(2), []

    def place(school, learner):
        try:
            shot.wait(10)
            with transaction.atomic():
                must_have_room(site, learner.pk, FIRST, LAST)
                made = Placement.objects.create(
                    school=school, learner=learner, employer=site.employer, starts_on=FIRST, ends_on=LAST
                )
                Segment.objects.create(placement=made, site=site, starts_on=FIRST, ends_on=LAST)
            answers.append("placed")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=place, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["placed", "refused"]
    assert Segment.objects.filter(site=site).count() == 1
