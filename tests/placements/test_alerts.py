"""Working time as it was logged (E5, E6, E7): kept as it is, alerted by age on that day, over all hosts."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.workflow import Refused
from employers.models import Employer, Site, Supervisor
from placements.models import OtherWork, Placement, Segment, WorkEntry
from placements.models.hours import Independence
from placements.queries.alerts import alerts_of, breaches_for
from placements.workflow.other_work import state_other_work
from schools.models import RuleException, RuleSet
from schools.rule_sets.shipped import load
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, moves, person, work

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def garage():
    """Students of 17 under the rules of the T Level placement: at most 8 h a day and 40 h a week under 18."""
    load(at=at(MONDAY))
    found = build()
    found.version.rule_set = RuleSet.objects.get(key="t-level-placement", school=None)
    found.version.save()
    return found


def second_host(garage, learner: Placement) -> Placement:
    """The same learner at another firm, which knows nothing of the first one."""
    bakery = Employer.objects.create(name="Bakery", sort_key="bakery", identity="bakery of the tests")
    site = Site.objects.create(employer=bakery, address="Mill Lane 2", address_key="mill lane 2")
    placement = Placement.objects.create(
        school=garage.school,
        learner=learner.learner,
        enrolment=learner.enrolment,
        employer=bakery,
        state=Placement.State.RUNNING,
        starts_on=learner.starts_on,
        ends_on=learner.ends_on,
    )
    Segment.objects.create(
        placement=placement,
        site=site,
        supervisor=Supervisor.objects.create(person=person("Sofia Berg"), site=site),
        starts_on=learner.starts_on,
        ends_on=learner.ends_on,
    )
    return placement


def born(placement: Placement, day: date) -> None:
    student = placement.enrolment.student
    student.birth_date = day
    student.save()


def nine_hours_at_two_hosts(garage) -> tuple[Placement, WorkEntry, WorkEntry]:
    bakery = second_host(garage, garage.lina)
    morning = work(garage.lina, TUESDAY, time(8), time(13, 30), 30)
    evening = work(bakery, TUESDAY, time(14), time(18), 0)
    return bakery, morning, evening


def said(placement: Placement) -> list[tuple]:
    return [
        (one.kind, one.day, one.broken.breach.value, one.broken.breach.limit, one.broken.age)
        for one in alerts_of(placement)
    ]


def test_e6_5_h_and_4_h_at_two_hosts_on_one_day_alert_for_a_17_year_old(garage):
    bakery, morning, evening = nine_hours_at_two_hosts(garage)
    assert (morning.logged_minutes, evening.logged_minutes) == (300, 240)
    assert said(garage.lina) == said(bakery) == [("day", TUESDAY, 540, 480, 17)]
    assert [one.text for one in alerts_of(bakery)] == [
        "At the age of 17 at most 8 h a day, at all workplaces together. On Tue 17 Nov 2026 it is 9 h."
    ]


def test_e7_on_the_18th_birthday_the_same_day_alerts_nobody(garage):
    bakery, _morning, _evening = nine_hours_at_two_hosts(garage)
    born(garage.lina, date(2008, 11, 17))
    assert said(garage.lina) == said(bakery) == []
    born(garage.lina, date(2008, 11, 18))
    assert said(garage.lina) == [("day", TUESDAY, 540, 480, 17)]


def test_e5_overtime_of_a_minor_is_kept_as_it_was_and_alerted(garage):
    entry = work(garage.lina, TUESDAY, time(8), time(17, 30), 30)
    entry.refresh_from_db()
    assert (entry.logged_minutes, entry.state) == (540, WorkEntry.State.LOGGED)
    assert said(garage.lina) == [("day", TUESDAY, 540, 480, 17)]


def test_e5_a_short_break_and_a_night_are_alerted_too(garage):
    work(garage.lina, TUESDAY, time(16), time(23), 15)
    assert [(one.kind, one.broken.breach.value) for one in alerts_of(garage.lina)] == [("break", 15), ("night", 60)]


def test_a_day_that_was_taken_back_breaks_nothing(garage):
    entry = work(garage.lina, TUESDAY, time(8), time(17, 30), 30)
    entry.state, entry.logged_minutes, entry.confirmed_minutes = WorkEntry.State.WITHDRAWN, 0, 0
    entry.save()
    assert said(garage.lina) == []


def test_the_work_of_another_student_is_not_counted(garage):
    work(garage.lina, TUESDAY, time(8), time(13), 0)
    work(garage.jonas, TUESDAY, time(8), time(12), 0)
    assert [one.kind for one in alerts_of(garage.jonas)] == []
    assert [one.kind for one in alerts_of(garage.lina)] == ["break"]


def test_e5_an_exception_with_a_reason_lifts_the_limit_until_its_last_day(garage):
    teacher = person("Tom Hale")
    work(garage.lina, MONDAY, time(8), time(17, 30), 30)
    work(garage.lina, TUESDAY, time(8), time(17, 30), 30)
    RuleException.objects.create(
        enrolment=garage.lina.enrolment,
        rule="uk-young",
        reason="Surge in demand",
        approver=teacher,
        at=at(MONDAY),
        expires_on=MONDAY,
    )
    assert said(garage.lina) == [("day", TUESDAY, 540, 480, 17)]


def test_e6_other_work_is_asked_once_and_counts_in_the_week(garage):
    """30 h at the garage and 12 h in a shop are 42 h: over 40 h in the week, and over nothing on any day."""
    for number in range(4):
        work(garage.lina, MONDAY + timedelta(days=number), time(8), time(16), 30)
    assert said(garage.lina) == []
    state_other_work(placement=garage.lina, minutes_per_week=12 * 60, by=STUDENT, at=at(MONDAY))
    assert said(garage.lina) == [("week", MONDAY, 42 * 60, 40 * 60, 17)]
    state_other_work(placement=garage.lina, minutes_per_week=10 * 60, by=STUDENT, at=at(MONDAY))
    assert said(garage.lina) == []
    assert OtherWork.objects.get(placement=garage.lina).minutes_per_week == 600


def test_e6_the_same_other_work_said_for_two_placements_counts_once(garage):
    bakery = second_host(garage, garage.lina)
    for number in range(4):
        work(garage.lina, MONDAY + timedelta(days=number), time(8), time(15, 30), 30)
    for placement in (garage.lina, bakery):
        state_other_work(placement=placement, minutes_per_week=12 * 60, by=STUDENT, at=at(MONDAY))
    assert said(garage.lina) == []


def test_saying_the_same_twice_is_one_row_and_only_the_learner_says_it(garage):
    for _number in range(2):
        state_other_work(placement=garage.lina, minutes_per_week=0, by=STUDENT, at=at(MONDAY))
    assert moves().filter(noun="other_work").values_list("details", flat=True).get() == {"minutes": 0}
    with pytest.raises(Refused):
        state_other_work(placement=garage.lina, minutes_per_week=0, by=HOST, at=at(MONDAY))
    for wrong in (-1, 80 * 60 + 1):
        with pytest.raises(Refused, match="between 0 and 80"):
            state_other_work(placement=garage.lina, minutes_per_week=wrong, by=STUDENT, at=at(MONDAY))


def test_alerts_of_many_placements_cost_as_many_queries_as_of_one(garage):
    for placement in (garage.lina, garage.jonas):
        work(placement, TUESDAY, time(8), time(17, 30), 30)
    breaches_for([garage.lina.pk])
    counts = []
    for chosen in ([garage.lina.pk], [garage.lina.pk, garage.jonas.pk, garage.stranger.pk]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = breaches_for(chosen)
        counts.append(len(queries))
    assert counts == [5, 5]
    assert {pk: len(some) for pk, some in found.items()} == {
        garage.lina.pk: 1,
        garage.jonas.pk: 1,
        garage.stranger.pk: 0,
    }


def test_a_placement_without_an_enrolment_or_without_work_has_no_alerts(garage):
    assert breaches_for([garage.lina.pk]) == {garage.lina.pk: []}
    garage.lina.enrolment = None
    garage.lina.save()
    work(garage.lina, TUESDAY, time(8), time(17, 30), 30, tasks=[("Brakes", Independence.ALONE)])
    assert alerts_of(garage.lina) == []
