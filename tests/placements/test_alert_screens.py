"""Alerts where a person acts (E5, E6, E30, E33): all of it for the school, neutral words, and for a host its own."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Placement
from placements.queries.alerts import alerts_of, alerts_on
from placements.workflow.alerts import answer_alert
from placements.workflow.weeks import confirm_week
from schools.models import Guardian, RuleSet
from schools.rule_sets.shipped import load
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, person, work
from tests.placements.test_alerts import born, second_host

pytestmark = pytest.mark.django_db
TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
OFFICE = Actor("user", 2, Role.COORDINATOR)
NINE_HOURS = "At the age of 17 at most 8 h a day, at all workplaces together. On Tue 17 Nov 2026 it is 9 h."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(FRIDAY), tick=False):
        yield


@pytest.fixture
def garage():
    load(at=at(MONDAY))
    found = build()
    found.version.rule_set = RuleSet.objects.get(key="t-level-placement", school=None)
    found.version.save()
    found.ada, found.tom = person("Ada Brandt"), person("Tom Hale")
    member(found.ada, found.school, Role.COORDINATOR)
    member(found.tom, found.school, Role.TEACHER)
    member(found.marek.person, found.firm, Role.SUPERVISOR)
    Placement.objects.filter(school=found.school).update(coordinator=found.ada, teacher=found.tom)
    return found


@pytest.fixture
def bakery(garage):
    """5 h at the garage and 4 h at the bakery on one day."""
    found = second_host(garage, garage.lina)
    work(garage.lina, TUESDAY, time(8), time(13, 30), 30)
    work(found, TUESDAY, time(14), time(18), 0)
    firm = Organisation.objects.create(kind="employer", name="Bakery")
    member(found.segments.get().supervisor.person, firm, Role.SUPERVISOR)
    return found


def page(who, name: str, *args, query: str = "", **headers) -> str:
    client = Client()
    client.force_login(who.user)
    answer = client.get(reverse(f"placements:{name}", args=args) + query, **headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_e6_the_coordinator_and_the_teacher_see_the_nine_hours_and_everybody_else_what_concerns_them(garage, bakery):
    for who in (garage.ada, garage.tom):
        assert NINE_HOURS in page(who, "alerts_of", garage.lina.public_id)
        assert NINE_HOURS in page(who, "alerts", query="?all=1")
    student = page(garage.lina.learner, "alerts_of", garage.lina.public_id)
    assert (NINE_HOURS in student, "Nobody blames you" in student) == (True, True)
    for host, placement in ((garage.marek.person, garage.lina), (bakery.segments.get().supervisor.person, bakery)):
        words = page(host, "alerts_of", placement.public_id)
        other = {"Marek Motors", "Bakery"} - {placement.employer.name}
        assert [part for part in ("9 h", "all workplaces", *other) if part in words] == []
        assert "All days fit" in words


def test_e6_on_the_18th_birthday_nothing_is_shown_to_anybody(garage, bakery):
    born(garage.lina, date(2008, 11, 17))
    assert "Nothing to look at" in page(garage.ada, "alerts_of", garage.lina.public_id)
    assert "All days fit" in page(garage.lina.learner, "alerts_of", garage.lina.public_id)


def test_e5_a_host_sees_the_long_day_at_its_own_site(garage, bakery):
    work(garage.lina, MONDAY, time(8), time(17, 30), 30)
    words = page(garage.marek.person, "alerts_of", garage.lina.public_id)
    assert "At the age of 17 at most 8 h a day. On Mon 16 Nov 2026 it is 9 h." in words
    assert "Tue 17 Nov" not in words


def test_e5_the_student_hears_of_a_long_day_when_it_is_logged(garage):
    work(garage.lina, MONDAY)
    assert alerts_on(garage.lina, MONDAY) == []
    client = Client()
    client.force_login(garage.lina.learner.user)
    day = {
        "key": "0b9a4f7e-6d0f-4d53-8a55-2f3ef8f6a001", "day": "2026-11-17", "starts_at": "08:00", "ends_at": "17:30",
        "break_minutes": "30", "other": "Brakes", "alone": "2",
    }  # fmt: skip
    answer = client.post(reverse("placements:log", args=[garage.lina.public_id]), day)
    assert answer.status_code == 302
    assert [str(message) for message in get_messages(answer.wsgi_request)][1:] == [
        "At the age of 17 at most 8 h a day. On Tue 17 Nov 2026 it is 9 h. "
        "It stays as you wrote it; your school sees it, and nobody blames you."
    ]


def test_an_alert_that_was_looked_after_is_no_longer_open_and_a_longer_day_is(garage):
    work(garage.lina, TUESDAY, time(8), time(17, 30), 30)
    (alert,) = alerts_of(garage.lina)
    client, here = Client(), reverse("placements:alerts_of", args=[garage.lina.public_id])
    client.force_login(garage.ada.user)
    empty = client.post(here, {"key": alert.key, "done": " "})
    assert (empty.status_code, "Say in a few words what was done." in empty.content.decode()) == (422, True)
    for words in ("Called the garage", "Called again"):
        assert client.post(here, {"key": alert.key, "done": words}).status_code == 302
    assert moves().filter(noun="alert").values_list("reason", "details").get() == (
        "Called the garage", {"key": "day:2026-11-17:540"},
    )  # fmt: skip
    assert "Called the garage" in page(garage.ada, "alerts_of", garage.lina.public_id)
    assert "Nothing to look at" in page(garage.tom, "alerts")
    work(garage.lina, TUESDAY, time(18), time(19), 0)
    assert "it is 10 h" in page(garage.tom, "alerts")


def test_only_coordinator_and_teacher_look_after_alerts(garage):
    for by in (STUDENT, HOST, Actor("user", 3, Role.HEAD)):
        with pytest.raises(Refused):
            answer_alert(placement=garage.lina, key="day:2026-11-17:540", done="Called", by=by, at=at(FRIDAY))
    with pytest.raises(Refused, match="few words"):
        answer_alert(placement=garage.lina, key="day:2026-11-17:540", done=" ", by=OFFICE, at=at(FRIDAY))


def test_e33_and_e30_have_a_tab_of_their_own_and_come_to_the_hours_page_piece_by_piece(garage):
    Guardian.objects.create(student=garage.lina.enrolment.student, person=garage.marek.person)
    for day in [date(2026, 11, 2) + timedelta(days=number) for number in range(19)]:
        if day.weekday() < 4:
            work(garage.lina, day)
    confirm_week(placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person, by=HOST, at=at(FRIDAY))
    questions = page(garage.ada, "alerts", query="?show=questions")
    assert "12 days in a row of 7 h 30 each, from Mon 2 Nov to Thu 19 Nov." in questions
    assert "when did you leave on it?" in questions
    sources = page(garage.ada, "alerts", query="?show=sources")
    assert "30 h from Mon 16 Nov to Thu 19 Nov rest on the word of somebody close to the student." in sources
    hours = page(garage.ada, "hours", garage.lina.public_id)
    assert f'hx-get="{reverse("placements:alerts_of", args=[garage.lina.public_id])}"' in hours
    piece = page(garage.ada, "alerts_of", garage.lina.public_id, query="?show=sources", HTTP_HX_REQUEST="true")
    assert ("rest on the word" in piece, "<html" in piece) == (True, False)
    host = page(garage.marek.person, "alerts_of", garage.lina.public_id, query="?show=sources")
    assert "rest on the word" not in host


def test_e33_days_that_are_alike_because_they_were_planned_so_call_nobody(garage):
    for number in range(12):
        work(garage.lina, date(2026, 10, 26) + timedelta(weeks=number // 3, days=number % 3))
    assert "Nothing to look at" in page(garage.ada, "alerts", query="?show=questions")
    words = "12 days in a row of 7 h 30 each"
    assert words in page(garage.ada, "alerts_of", garage.lina.public_id, query="?show=questions")
    piece = page(garage.ada, "alerts_of", garage.lina.public_id, query="?show=questions", HTTP_HX_REQUEST="true")
    assert words not in piece


def test_the_list_costs_the_same_with_one_alert_and_with_three(garage):
    client, counts = Client(), []
    client.force_login(garage.ada.user)
    here = reverse("placements:alerts")
    client.get(here)
    for placements in ([garage.lina], [garage.jonas, second_host(garage, garage.jonas)]):
        for number, placement in enumerate(placements):
            work(placement, TUESDAY + timedelta(days=number), time(8), time(17, 30), 30)
        Placement.objects.filter(school=garage.school).update(coordinator=garage.ada)
        for show in ("working_time", "questions", "sources"):
            with CaptureQueriesContext(connection) as queries:
                client.get(here, {"show": show})
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 12
