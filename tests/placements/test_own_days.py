"""A student's week, the days to come, and the address that a calendar program reads."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from accounts.calendars import turn_off, turn_on
from accounts.models import CalendarFeed, ClosedDay
from core.workflow import Refused
from placements.models import Agreement, Placement, PlanVersion
from placements.rules.own_days import Standing, is_still_planned, standing_of
from placements.workflow import weeks
from placements.workflow.absences import tell_absence
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, work

WEDNESDAY = MONDAY + timedelta(days=2)
NOW = at(WEDNESDAY)
WEEK, CALENDAR = "/my/week/", "/my/calendar/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage(db):
    return build()


@pytest.fixture
def lina(garage, client):
    client.force_login(garage.lina.learner.user)
    return client


def absent(garage, day):
    return tell_absence(
        placement=garage.lina, day=day, minutes=None, cause="student", person=garage.lina.learner, by=STUDENT, at=NOW
    )


def rows(page) -> dict[date, tuple[str, int | None]]:
    return {row["day"].day: (str(row["label"] or row["text"]), row["minutes"]) for row in page.context["rows"]}


def test_each_day_of_a_week_says_where_it_stands_and_what_to_do(garage, lina):
    work(garage.lina, MONDAY)
    weeks.confirm_week(
        placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person, changes=None, by=HOST, at=at(MONDAY)
    )
    work(garage.lina, MONDAY + timedelta(days=3))
    page = lina.get(WEEK)
    assert rows(page) == {
        MONDAY: ("Confirmed", 450),
        MONDAY + timedelta(days=1): ("Not logged", 450),
        WEDNESDAY: ("Today", 450),
        MONDAY + timedelta(days=3): ("Logged", 450),
        MONDAY + timedelta(days=4): ("Free", None),
        MONDAY + timedelta(days=5): ("Free", None),
        MONDAY + timedelta(days=6): ("Free", None),
    }
    week = page.context["week"]
    assert (week.planned, week.logged, week.confirmed) == (1350, 900, 450)
    assert f"{reverse('placements:log', args=[garage.lina.public_id])}?day=2026-11-17" in page.text


def test_a_closed_day_and_an_absence_are_told(garage, lina):
    ClosedDay.objects.create(organisation=garage.school, day=MONDAY)
    absent(garage, WEDNESDAY)
    shown = rows(lina.get(WEEK))
    assert shown[MONDAY] == ("The school is closed", None)
    assert shown[WEDNESDAY][0] == "Absent"


def test_arrows_lead_to_other_weeks_and_a_strange_address_shows_this_one(lina):
    page = lina.get(f"{WEEK}?from=2026-11-25")
    assert (page.context["first"], page.context["is_now"]) == (MONDAY + timedelta(days=7), False)
    for strange in ("nonsense", "0001-01-01", "9999-12-31"):
        assert lina.get(f"{WEEK}?from={strange}").context["first"] == MONDAY


@given(st.sets(st.sampled_from(["logged", "confirmed", "disputed"])), st.booleans(), st.booleans(), st.integers(-3, 3))
def test_a_day_that_was_worked_never_counts_as_missed(states, is_planned, is_absent, ahead):
    found = standing_of(
        MONDAY + timedelta(days=ahead), MONDAY, states=states, is_planned=is_planned, is_absent=is_absent
    )
    worked = {Standing.LOGGED, Standing.CONFIRMED, Standing.DIFFERS}
    assert (found in worked) == bool(states)
    assert (found == Standing.OPEN) == (not states and not is_absent and is_planned and ahead < 0)


@pytest.mark.parametrize(
    ("state", "expected"),
    [("running", (True, True)), ("planned", (True, True)), ("paused", (True, False)), ("broken", (True, False)),
     ("cancelled", (False, False))],
)  # fmt: skip
def test_in_a_pause_and_after_an_end_no_day_is_to_come(state, expected):
    yesterday = MONDAY - timedelta(days=1)
    assert (is_still_planned(state, yesterday, MONDAY), is_still_planned(state, MONDAY, MONDAY)) == expected


# ── The calendar ─────────────────────────────────────────────────────────────────────────────────────────────────────


def address(garage, key=None):
    token = turn_on(person=garage.lina.learner, key=key or uuid.uuid4(), by=STUDENT, at=NOW)
    return reverse("placements:calendar_feed", args=[token])


def events(answer) -> list:
    return [part for part in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_the_days_to_come_are_listed_by_month(garage, lina):
    page = lina.get(CALENDAR)
    months = page.context["months"]
    assert [first for first, _days in months] == [date(2026, 11, 1), date(2026, 12, 1)]
    assert months[0][1][0][0].day == WEDNESDAY
    assert page.text.count("Marek Motors, Dock Road 12") == 1
    assert "08:00 to 16:00" in page.text


def test_a_plan_that_nobody_has_sent_yet_is_in_no_calendar(garage, lina):
    Placement.objects.filter(pk=garage.lina.pk).update(state="planned")
    Agreement.objects.create(plan=PlanVersion.objects.get(placement=garage.lina))
    assert lina.get(CALENDAR).context["months"] == []


def test_the_address_is_shown_once_and_the_same_form_twice_is_one_address(garage, lina):
    sent = {"key": uuid.uuid4(), "step": "on"}
    first, second = lina.post(CALENDAR, sent), lina.post(CALENDAR, sent)
    assert first.context["address"] == second.context["address"]
    assert first.context["address"].startswith("http://testserver/calendar/")
    assert lina.get(CALENDAR).context["address"] == ""
    assert Client().get(first.context["address"]).status_code == 200


def test_a_new_address_closes_the_old_one_and_off_closes_both(garage, lina):
    old, new = address(garage), address(garage)
    anybody = Client()
    assert [anybody.get(url).status_code for url in (old, new)] == [404, 200]
    lina.post(CALENDAR, {"step": "off"})
    turn_off(person=garage.lina.learner, by=STUDENT, at=NOW)
    assert anybody.get(new).status_code == 404
    assert anybody.get(reverse("placements:calendar_feed", args=["x"])).status_code == 404


def test_the_token_itself_is_kept_nowhere(garage):
    token = address(garage).removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) == 64
    assert token not in str(CalendarFeed.objects.filter(person=garage.lina.learner).values())


def test_a_host_has_no_calendar_address(garage):
    with pytest.raises(Refused):
        turn_on(person=garage.marek.person, key=uuid.uuid4(), by=HOST, at=NOW)


def test_the_feed_holds_utc_times_stable_ids_and_places(garage):
    url = address(garage)
    answer = Client().get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    found = {event["UID"]: event for event in events(answer)}
    event = found[f"{garage.lina.public_id}-20261118-1@passerelle"]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (
        datetime(2026, 11, 18, 8, tzinfo=UTC), datetime(2026, 11, 18, 16, tzinfo=UTC),
    )  # fmt: skip
    assert (event["LOCATION"], event["SUMMARY"]) == ("Marek Motors, Dock Road 12", "Work placement")
    shifts = PlanVersion.objects.get(placement=garage.lina).shifts
    shifts.update(starts_at=time(9))
    assert {one["UID"] for one in events(Client().get(url))} == set(found)


def test_summer_time_is_told_in_utc(garage):
    with time_machine.travel(datetime(2026, 10, 20, 12, tzinfo=UTC), tick=False):
        garage.site.time_zone = "Europe/Paris"
        garage.site.save()
        first = events(Client().get(address(garage)))[0]
    assert first["DTSTART"].dt == datetime(2026, 10, 26, 7, tzinfo=UTC)


def test_absent_closed_and_cancelled_days_drop_out(garage):
    url = address(garage)
    days = {event["DTSTART"].dt.date() for event in events(Client().get(url))}
    absent(garage, WEDNESDAY)
    ClosedDay.objects.create(organisation=garage.school, day=MONDAY + timedelta(days=7))
    left = {event["DTSTART"].dt.date() for event in events(Client().get(url))}
    assert days - left == {WEDNESDAY, MONDAY + timedelta(days=7)}
    Placement.objects.filter(pk=garage.lina.pk).update(state="cancelled")
    assert events(Client().get(url)) == []


def test_the_feed_names_nobody_and_nothing_of_other_students(garage):
    text = Client().get(address(garage)).content.decode()
    for name in ("Lina", "Kowal", "Novak", "Lind", "Jonas", "Ritter", "Garage School", str(garage.jonas.public_id)):
        assert name not in text


def test_whoever_may_not_sign_in_any_more_has_no_feed(garage):
    url = address(garage)
    garage.lina.learner.user.is_active = False
    garage.lina.learner.user.save()
    assert Client().get(url).status_code == 404
