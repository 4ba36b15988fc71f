"""Every hour is swept and posted over the days on which clocks and calendars do something odd: what leaves when."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import ClosedDay, Organisation, Person
from accounts.roles import Role
from core.workflow import Actor
from employers.models import Shutdown, Site
from placements.models import Placement
from placements.models.hours import Independence
from placements.workflow import hours, propose, start
from reminders import sweeping
from reminders.models import Outbox
from tests.placements.college import put_name
from tests.reminders.conftest import World, post, settle

pytestmark = pytest.mark.whole
PARIS = "Europe/Paris"


def move_to(world: World, zone: str, country: str, school_zone: str = "") -> None:
    """The school and the workplace are there; the school somewhere else where that is said."""
    Organisation.objects.filter(pk=world.college.school.pk).update(time_zone=school_zone or zone)
    Site.objects.filter(pk=world.college.site.pk).update(time_zone=zone, country=country)
    world.college.school.refresh_from_db()
    world.college.site.refresh_from_db()
    world.college.enrolment.student.school.refresh_from_db()


def begun(world: World, starts_on: date, ends_on: date) -> Placement:
    """A placement at work since its first day; all that was due before is settled."""
    college, before = world.college, datetime.combine(starts_on - timedelta(days=40), time(9), tzinfo=UTC)
    placement = college.placement(starts_on=starts_on, ends_on=ends_on, at=before)
    plan = college.plan(placement, at=before)
    for place in propose(agreement=plan.agreement, sign_by=starts_on, by=college.office, at=before):
        put_name(place, before)
    start(placement=placement, by=Actor.system(), at=local(college.site.time_zone, starts_on, 6))
    settle()
    placement.refresh_from_db()
    return placement


def local(zone: str, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def work(placement: Placement, zone: str, *days: date) -> None:
    for day in days:
        hours.log_day(
            placement=placement,
            day=day,
            starts_at=time(8),
            ends_at=time(15, 30),
            break_minutes=30,
            tasks=[("Brake pads", Independence.CHECKED)],
            by=Actor("user", 1, Role.STUDENT),
            at=local(zone, day, 16),
        )


def play(first: date, last: date, minute: int = 0) -> None:
    """Sweep and post every hour, at a minute that is a whole hour where the reader is."""
    now = datetime.combine(first, time(0, minute), tzinfo=UTC)
    while now.date() < last:
        for _one in sweeping.sweep(now=now):
            pass
        post(now)
        now += timedelta(hours=1)


def got(person: Person) -> list[tuple[str, str]]:
    """When letters left for a person, in UTC, and what they said."""
    letters = Outbox.objects.filter(person=person).order_by("sent_at")
    return [
        (f"{letter.sent_at:%Y-%m-%d %H:%M}", " ".join(sorted(f"{row.kind}:{row.round}" for row in letter.due.all())))
        for letter in letters
        if letter.sent_at
    ]


def week(monday: date) -> list[date]:
    return [monday + timedelta(days=count) for count in range(5)]


def test_over_the_night_that_is_an_hour_longer_evening_and_morning_stay_what_they_are(world):
    move_to(world, PARIS, "FR")
    placement = begun(world, date(2026, 10, 12), date(2026, 12, 18))
    work(placement, PARIS, *week(date(2026, 10, 19)))
    play(date(2026, 10, 22), date(2026, 10, 31))
    assert got(world.college.host.person) == [
        ("2026-10-23 15:00", "confirm:ask"),
        ("2026-10-27 07:00", "confirm:+2"),
        ("2026-10-29 07:00", "confirm:+4"),
    ]
    assert got(world.college.student.user.person) == [
        ("2026-10-26 18:00", "log:evening"),
        ("2026-10-27 18:00", "log:evening"),
        ("2026-10-28 18:00", "log:evening"),
    ]


def test_over_the_night_that_is_an_hour_shorter_too_and_easter_monday_is_no_day_of_work(world):
    move_to(world, PARIS, "FR")
    placement = begun(world, date(2027, 3, 8), date(2027, 4, 30))
    work(placement, PARIS, *week(date(2027, 3, 22)))
    play(date(2027, 3, 25), date(2027, 4, 3))
    assert got(world.college.host.person) == [
        ("2027-03-26 16:00", "confirm:ask"),
        ("2027-03-30 06:00", "confirm:+2"),
        ("2027-04-01 06:00", "confirm:+4"),
    ]
    assert got(world.college.student.user.person) == [
        ("2027-03-30 17:00", "log:evening"),
        ("2027-03-31 17:00", "log:evening"),
        ("2027-04-01 17:00", "log:evening"),
    ]


def test_a_placement_that_ends_on_the_29th_of_february_is_asked_about_from_the_next_morning_on(world):
    """The letter of the 29th has gone in the morning, so what falls due in the evening waits for the 1st of March."""
    placement = begun(world, date(2028, 1, 10), date(2028, 2, 29))
    work(placement, "Europe/London", *week(date(2028, 2, 21)), date(2028, 2, 28), date(2028, 2, 29))
    play(date(2028, 2, 25), date(2028, 3, 8))
    assert got(world.college.host.person) == [
        ("2028-02-25 08:00", "ending:once"),
        ("2028-02-28 08:00", "confirm:ask"),
        ("2028-02-29 08:00", "confirm:+2"),
        ("2028-03-01 08:00", "confirm:ask feedback:E+0"),
        ("2028-03-02 08:00", "confirm:+2 confirm:+4 feedback:E+2"),
        ("2028-03-06 08:00", "confirm:+4 feedback:E+4"),
        ("2028-03-07 08:00", "thanks:once"),
    ]


def test_what_falls_due_on_the_last_evening_of_the_year_waits_for_the_first_day_of_work_of_the_next(world):
    placement = begun(world, date(2026, 12, 7), date(2026, 12, 31))
    work(placement, "Europe/London", *week(date(2026, 12, 21))[:4], *week(date(2026, 12, 28))[1:4])
    play(date(2026, 12, 30), date(2027, 1, 13))
    assert got(world.college.host.person) == [
        ("2026-12-30 08:00", "confirm:+2 ending:once"),
        ("2026-12-31 08:00", "confirm:+4"),
        ("2027-01-04 08:00", "confirm:+2 feedback:E+2"),
        ("2027-01-06 08:00", "confirm:+4 feedback:E+4"),
        ("2027-01-07 08:00", "thanks:once"),
    ]


@pytest.mark.parametrize(
    ("school_is_closed", "after"),
    [
        (False, [("2027-01-04 07:00", "confirm:+4")]),
        (True, [("2027-01-05 07:00", "confirm:+2"), ("2027-01-07 07:00", "confirm:+4")]),
    ],
)
def test_from_christmas_to_new_year_a_closed_firm_is_left_alone(world, school_is_closed, after):
    """Saturday to New Year's Eve are closed days of the firm, New Year is a public holiday, then comes a weekend."""
    move_to(world, PARIS, "FR")
    placement = begun(world, date(2026, 12, 7), date(2027, 2, 26))
    if school_is_closed:
        closed = [date(2026, 12, 21) + timedelta(days=count) for count in range(12)]
        ClosedDay.objects.bulk_create(ClosedDay(organisation=world.college.school, day=day) for day in closed)
    Shutdown.objects.create(site=world.college.site, starts_on=date(2026, 12, 19), ends_on=date(2026, 12, 31))
    work(placement, PARIS, *week(date(2026, 12, 14)))
    play(date(2026, 12, 18), date(2027, 1, 8))
    assert got(world.college.host.person) == [("2026-12-18 16:00", "confirm:ask"), *after]


@pytest.mark.parametrize(
    ("zone", "country", "minute", "moments"),
    [
        (PARIS, "FR", 0, ["2027-01-22 16:00", "2027-01-26 07:00", "2027-01-28 07:00"]),
        (
            "Asia/Kolkata",
            "IN",
            30,
            ["2027-01-22 11:30", "2027-01-27 02:30", "2027-01-28 02:30"],
        ),  # the 26th is a holiday
        ("Pacific/Auckland", "NZ", 0, ["2027-01-22 04:00", "2027-01-25 19:00", "2027-01-27 19:00"]),
    ],
)
def test_a_host_far_away_from_the_school_is_asked_in_its_own_evening_and_mornings(
    world, zone, country, minute, moments
):
    move_to(world, zone, country, school_zone=PARIS)
    placement = begun(world, date(2027, 1, 4), date(2027, 3, 5))
    work(placement, zone, *week(date(2027, 1, 18)))
    play(date(2027, 1, 21), date(2027, 1, 30), minute)
    rounds = ["confirm:ask", "confirm:+2", "confirm:+4"]
    assert got(world.college.host.person) == list(zip(moments, rounds, strict=True))
