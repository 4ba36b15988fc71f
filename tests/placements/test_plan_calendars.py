"""Which days a plan loses, and why (E19): calendars of the school, the host and the country, and days at school."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import ClosedDay
from employers.models import Shutdown, Site
from placements.models import Segment
from placements.queries import plans
from placements.rules.calendars import Calendar, Lost, Reason, is_public_holiday
from placements.workflow import Pattern
from tests.placements.college import EIGHT, HALF_PAST_THREE, build

MONDAY = date(2027, 1, 4)
MONDAYS = [Pattern(0, EIGHT, HALF_PAST_THREE, 30)]


@pytest.fixture
def college(db):
    return build()


def lines(plan):
    return [line for line in plan.text.split("\n") if line.startswith("No work")]


def test_each_calendar_takes_its_days_with_its_reason():
    calendar = Calendar(frozenset([MONDAY]), frozenset([date(2027, 1, 5)]), "GB", "", frozenset([4]))
    days = [MONDAY, date(2027, 1, 5), date(2027, 1, 1), date(2027, 1, 8), date(2027, 1, 6)]
    assert [calendar.lost(day) for day in days] == [
        Lost(MONDAY, Reason.SCHOOL),
        Lost(date(2027, 1, 5), Reason.HOST),
        Lost(date(2027, 1, 1), Reason.HOLIDAY),
        Lost(date(2027, 1, 8), Reason.AT_SCHOOL),
        None,
    ]


def test_nobody_is_at_school_on_a_day_on_which_it_is_closed():
    friday = date(2027, 1, 8)
    assert Calendar(school=frozenset([friday]), at_school=frozenset([4])).lost(friday) == Lost(friday, Reason.SCHOOL)


@pytest.mark.parametrize(
    ("country", "region", "day", "is_holiday"),
    [
        ("GB", "", date(2027, 1, 1), True),
        ("GB", "SCT", date(2026, 11, 30), True),
        ("GB", "ENG", date(2026, 11, 30), False),
        ("AU", "NSW", date(2026, 10, 5), True),
        ("AU", "VIC", date(2026, 10, 5), False),
        ("FR", "", date(2026, 7, 14), True),
        ("FR", "nowhere", date(2026, 7, 14), True),
        ("XX", "", date(2026, 7, 14), False),
    ],
)
def test_public_holidays_are_those_of_the_country_and_region_of_the_workplace(country, region, day, is_holiday):
    assert is_public_holiday(country, region, day) is is_holiday


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from(["GB", "FR", "AU", "XX", ""]))
def test_an_unknown_region_never_loses_a_day_that_the_country_has_not(day, country):
    assert is_public_holiday(country, "no such", day) == is_public_holiday(country, "", day)


# ── In a plan ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_over_new_year_says_no_work_on_the_public_holiday(college):
    """E19"""
    placement = college.placement(starts_on=date(2026, 12, 28), ends_on=date(2027, 1, 8))
    plan = college.plan(placement)
    assert lines(plan) == ["No work on Mon 28 Dec 2026 (public holiday)", "No work on Fri 1 Jan 2027 (public holiday)"]
    assert plan.planned_minutes == 8 * 420


def test_a_holiday_of_another_region_is_a_day_of_work(college):
    Site.objects.filter(pk=college.site.pk).update(country="AU", region="NSW")
    plan = college.plan(college.placement(starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 29)))
    assert lines(plan) == ["No work on Tue 26 Jan 2027 (public holiday)"]


def test_a_shutdown_of_the_site_is_one_line_and_closes_no_other_site(college):
    """E19"""
    other = Site.objects.create(employer=college.site.employer, address="Elsewhere 1", address_key="1 elsewhere")
    for site in (college.site, other):
        first = date(2027, 2, 1) if site == college.site else date(2027, 1, 11)
        Shutdown.objects.create(site=site, starts_on=first, ends_on=first.replace(day=first.day + 11))
    plan = college.plan(college.placement())
    assert lines(plan) == ["No work from Mon 1 Feb 2027 to Fri 12 Feb 2027 (the workplace is closed)"]
    assert plan.planned_minutes == 18_900 - 10 * 420


def test_a_closed_school_and_days_at_school_take_their_days(college):
    """E19: two days a week at school, and a week in which it is closed."""
    college.enrolment.cohort.school_weekdays = [3, 4]
    college.enrolment.cohort.save()
    for day in range(15, 20):
        ClosedDay.objects.create(organisation=college.school, day=date(2027, 2, day))
    plan = college.plan(college.placement())
    assert lines(plan) == [
        "No work on Thursday and Friday while there is school",
        "No work from Mon 15 Feb 2027 to Fri 19 Feb 2027 (the school is closed)",
    ]
    assert plan.planned_minutes == 8 * 3 * 420


def test_a_students_own_days_at_school_come_before_those_of_the_cohort(college):
    college.enrolment.cohort.school_weekdays = [3, 4]
    college.enrolment.cohort.save()
    college.enrolment.school_weekdays = []
    college.enrolment.save()
    assert college.plan(college.placement()).planned_minutes == 18_900


def test_a_dated_day_is_meant_as_it_stands(college):
    """E19: hours are possible in holidays where they are agreed day by day."""
    holiday = date(2027, 1, 1)
    placement = college.placement(starts_on=date(2026, 12, 28), ends_on=date(2027, 1, 8))
    ClosedDay.objects.create(organisation=college.school, day=holiday)
    plan = college.plan(placement, shifts=[*MONDAYS, Pattern.on(holiday, time(9), time(12))])
    assert "Fri 1 Jan 2027: 09:00 to 12:00 without a break, 3 h" in plan.text
    assert plan.planned_minutes == 420 + 180


def test_a_pattern_that_is_left_with_one_single_holiday_has_no_work_on_it(college):
    placement = college.placement(starts_on=date(2026, 12, 28), ends_on=date(2027, 1, 8))
    plan = college.plan(placement, shifts=[Pattern(4, EIGHT, HALF_PAST_THREE, 30, ends_on=date(2027, 1, 1)), *MONDAYS])
    assert plan.planned_minutes == 420


def test_the_29th_of_february_is_a_day_like_any_other(college):
    placement = college.placement(starts_on=date(2028, 2, 28), ends_on=date(2028, 3, 3))
    plan = college.plan(placement, shifts=[Pattern.on(date(2028, 2, 29), EIGHT, HALF_PAST_THREE, 30)])
    assert "Tue 29 Feb 2028: 08:00 to 15:30, break 30 minutes, 7 h" in plan.text
    assert college.plan(placement).planned_minutes == 5 * 420


def test_calendars_cost_the_same_for_one_placement_and_for_many(college, django_assert_num_queries):
    college.placement()
    with django_assert_num_queries(3):
        plans.calendars_for(Segment.objects.all())
    for _time in range(3):
        college.placement()
    with django_assert_num_queries(3):
        found = plans.calendars_for(Segment.objects.all())
    assert len(found.by_segment) >= 4
