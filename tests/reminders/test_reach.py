"""When a reader may be written to: by day, on days on which somebody is there, in the reader's own time zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import ClosedDay
from employers.models import Shutdown, Site, Supervisor
from placements.models import PlannedShift
from reminders.due.calendar import MORNING
from reminders.due.reach import NIGHT, WORKING_WEEK, Reach
from reminders.models import Due, Kind, Reader
from reminders.readers import reaches
from tests.placements.garage import person

PARIS, INDIA, AUCKLAND = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Auckland")
NOW = datetime(2027, 1, 11, 10, tzinfo=UTC)


def at(zone: ZoneInfo, month: int, day: int, hour: int, minute: int = 0, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(PARIS, 1, 12, 8), at(PARIS, 1, 12, 8)),
        (at(PARIS, 1, 12, 19, 59), at(PARIS, 1, 12, 19, 59)),
        (at(PARIS, 1, 12, 20), at(PARIS, 1, 13, 8)),
        (at(PARIS, 1, 12, 7, 59), at(PARIS, 1, 12, 8)),
        (at(PARIS, 1, 16, 12), at(PARIS, 1, 16, 12)),  # a Saturday
        (at(PARIS, 3, 27, 23), at(PARIS, 3, 28, 8)),  # the clock goes forward that night
        (at(PARIS, 10, 30, 23), at(PARIS, 10, 31, 8)),  # and back
    ],
)
def test_a_reader_is_written_to_between_8_and_20_o_clock_else_in_the_next_morning(now, expected):
    assert Reach(zone=PARIS).next_moment(now) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(PARIS, 1, 15, 17), at(PARIS, 1, 15, 17)),  # a Friday
        (at(PARIS, 1, 15, 21), at(PARIS, 1, 18, 8)),
        (at(PARIS, 1, 16, 12), at(PARIS, 1, 18, 8)),
        (at(PARIS, 5, 5, 21), at(PARIS, 5, 10, 8)),  # Ascension Day, the bridge that the firm takes, and the weekend
        (at(PARIS, 12, 24, 20, year=2026), at(PARIS, 1, 4, 8)),  # a firm that is closed from Christmas to New Year
    ],
)
def test_a_host_is_written_to_on_days_on_which_somebody_works_there(now, expected):
    closed = {date(2027, 5, 7), *(date(2026, 12, 28) + timedelta(days=count) for count in range(4))}
    reach = Reach(zone=PARIS, weekdays=WORKING_WEEK, closed=frozenset(closed), country="FR")
    assert reach.next_moment(now) == expected


def test_a_host_where_students_work_on_saturdays_is_written_to_on_saturdays():
    saturday = at(PARIS, 1, 16, 12)
    assert Reach(zone=PARIS, weekdays=WORKING_WEEK | {5}).next_moment(saturday) == saturday


def test_a_site_that_is_closed_for_a_year_is_written_to_after_its_last_closed_day():
    closed = frozenset(date(2027, 1, 1) + timedelta(days=count) for count in range(400))
    reach = Reach(zone=PARIS, weekdays=WORKING_WEEK, closed=closed)
    assert reach.next_moment(at(PARIS, 1, 4, 9)) == at(PARIS, 2, 7, 8, year=2028)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
places = st.builds(
    Reach,
    zone=st.sampled_from([PARIS, INDIA, AUCKLAND, ZoneInfo("America/New_York")]),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(frozenset),
    closed=st.sets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=40).map(frozenset),
    country=st.sampled_from(["", "FR", "US", "IN", "NZ"]),
)


@given(places, moments, moments)
def test_the_next_moment_is_never_past_always_within_hours_and_never_before_that_of_an_earlier_one(reach, one, two):
    found = reach.next_moment(one)
    local = found.astimezone(reach.zone)
    assert found >= one
    assert reach.next_moment(found) == found
    assert MORNING <= local.time() < NIGHT
    assert local.weekday() in reach.weekdays
    assert local.date() not in reach.closed
    first, second = sorted([one, two])
    assert reach.next_moment(first) <= reach.next_moment(second)


# ── Read from the database ───────────────────────────────────────────────────────────────────────────────────────────


def row(world, reader: Reader, person: int, about: int | None = None) -> Due:
    return Due.objects.create(
        kind=Kind.CONFIRM,
        subject_id=Due.objects.count() + 1,
        round="ask",
        person_id=person,
        school=world.college.school,
        reader=reader,
        about_placement_id=about,
        due_at=NOW,
    )


def test_a_host_has_the_time_and_the_free_days_of_the_site_where_the_reader_guides_the_student(world):
    college, placement = world.college, world.college.agreed()
    Site.objects.filter(pk=college.site.pk).update(time_zone="Asia/Kolkata", country="IN", region="KA")
    other = Site.objects.create(employer=college.site.employer, address="Quay 1", address_key="quay 1")
    Shutdown.objects.create(site=other, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    Shutdown.objects.create(site=college.site, starts_on=date(2027, 1, 14), ends_on=date(2027, 1, 15))
    Shutdown.objects.create(site=college.site, starts_on=date(2027, 1, 7), ends_on=date(2027, 1, 7))
    ClosedDay.objects.create(organisation=college.site.employer.organisation, day=date(2027, 1, 18))
    found = reaches([mine := row(world, Reader.HOST, college.host.person_id, placement.pk)], now=NOW)
    assert found == {
        mine.pk: Reach(
            zone=INDIA,
            weekdays=WORKING_WEEK,
            closed=frozenset(date(2027, 1, day) for day in (7, 14, 15, 18)),
            country="IN",
            region="KA",
        )
    }


def test_a_host_with_students_on_saturdays_works_on_saturdays(world):
    placement = world.college.agreed()
    PlannedShift.objects.filter(plan__placement=placement, weekday=0).update(weekday=5)
    mine = row(world, Reader.HOST, world.college.host.person_id, placement.pk)
    assert reaches([mine], now=NOW)[mine.pk].weekdays == WORKING_WEEK | {5}


def test_who_does_not_guide_there_has_the_days_of_its_own_first_site_and_without_one_of_the_placement(world):
    college, placement = world.college, world.college.agreed()
    Site.objects.filter(pk=college.site.pk).update(time_zone="Asia/Kolkata")
    away = Site.objects.create(employer=college.site.employer, address_key="a", time_zone="Pacific/Auckland")
    guide, signs = person("Ada Wolf"), person("Ben Owner")
    Supervisor.objects.create(person=guide, site=away)
    rows = [row(world, Reader.HOST, one.pk, placement.pk) for one in (guide, signs)]
    found = reaches(rows, now=NOW)
    assert [found[one.pk].zone for one in rows] == [AUCKLAND, INDIA]


def test_a_student_is_where_the_placement_is_while_it_lasts_and_has_no_free_days(world):
    college, placement = world.college, world.college.agreed()
    Site.objects.filter(pk=college.site.pk).update(time_zone="Asia/Kolkata")
    mine = row(world, Reader.STUDENT, college.student.user.person.pk, placement.pk)
    assert reaches([mine], now=NOW) == {mine.pk: Reach(zone=INDIA)}
    assert reaches([mine], now=datetime(2026, 12, 1, tzinfo=UTC)) == {mine.pk: Reach(zone=ZoneInfo("Europe/London"))}


def test_people_of_the_school_and_guardians_have_the_time_of_the_school(world):
    college, placement = world.college, world.college.agreed()
    Site.objects.filter(pk=college.site.pk).update(time_zone="Asia/Kolkata")
    office = college.coordinator.user.person.pk
    rows = [row(world, reader, office, placement.pk) for reader in (Reader.GUARDIAN, Reader.TEACHER, Reader.SCHOOL)]
    assert reaches(rows, now=NOW) == {one.pk: Reach(zone=ZoneInfo("Europe/London")) for one in rows}


@pytest.mark.parametrize("count", [1, 30])
def test_many_rows_are_read_in_as_many_queries_as_one(world, count, django_assert_num_queries):
    placement, host = world.college.agreed(), world.college.host.person_id
    rows = [row(world, Reader.HOST, host, placement.pk) for _number in range(count)]
    with django_assert_num_queries(7):
        assert len(reaches(rows, now=NOW)) == count
