"""Patterns and second sources as they are read from what was logged and answered (E30, E32, E33)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from employers.models import Shutdown
from placements.models import Contact, WeekConfirmation
from placements.queries.patterns import OneSource, notes_for, notes_of, one_source_of, with_one_source
from placements.rules.patterns import Kind, Note
from placements.workflow.feedback import give_feedback
from placements.workflow.weeks import confirm_week
from schools.models import Guardian
from tests.placements.garage import HOST, MONDAY, at, build, place, work

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 2)


@pytest.fixture
def garage():
    return build()


def school_days(number: int, first: date = FIRST) -> list[date]:
    days = [first + timedelta(days=offset) for offset in range(2 * number)]
    return [day for day in days if day.weekday() < 5][:number]


def confirm(garage, week: date, moment, placement=None) -> WeekConfirmation:
    return confirm_week(
        placement=placement or garage.lina, week_starts_on=week, person=garage.marek.person, by=HOST, at=moment
    )


def family(garage) -> None:
    """The supervisor is the student's father."""
    Guardian.objects.create(student=garage.lina.enrolment.student, person=garage.marek.person)


def test_e33_ten_equal_days_are_read_by_the_school_and_by_nobody_else(garage):
    for day in school_days(10):
        work(garage.lina, day)
    note = Note(Kind.SAME_MINUTES, 10, FIRST, date(2026, 11, 13), 450)
    assert [notes_of(garage.lina, role) for role in (Role.COORDINATOR, Role.TEACHER, Role.HEAD)] == [[note]] * 3
    assert [notes_of(garage.lina, role) for role in (Role.STUDENT, Role.GUARDIAN, Role.SUPERVISOR, Role.OWNER)] == [
        [], [], [], [],
    ]  # fmt: skip
    assert note.text == "10 days in a row of 7 h 30 each, from Mon 2 Nov to Fri 13 Nov."


def test_e33_ten_days_exactly_as_planned_say_so(garage):
    for week in range(4):
        for weekday in range(3):
            work(garage.lina, FIRST - timedelta(days=7) + timedelta(days=7 * week + weekday))
    (note,) = notes_of(garage.lina, Role.COORDINATOR)
    assert (note.count, note.as_planned) == (12, True)
    assert note.text.endswith("That is what was planned, too.")


def test_e33_work_on_two_days_without_work_at_the_site_is_noted(garage):
    Shutdown.objects.create(site=garage.site, starts_on=FIRST, ends_on=FIRST + timedelta(days=1))
    for day in school_days(3):
        work(garage.lina, day, note="Stock-taking")
    assert notes_of(garage.lina, Role.COORDINATOR) == [Note(Kind.CLOSED, 2, FIRST, FIRST + timedelta(days=1))]


def test_e32_four_weeks_answered_within_seconds_are_for_the_teacher_and_not_for_the_coordinator(garage):
    weeks = [date(2026, 10, 26) + timedelta(weeks=number) for number in range(4)]
    for number, week in enumerate(weeks):
        work(garage.lina, week, pause=number)
        confirm(garage, week, at(MONDAY) + timedelta(seconds=3 * number))
    assert notes_of(garage.lina, Role.COORDINATOR) == []
    (note,) = notes_of(garage.lina, Role.TEACHER)
    assert (note.kind, note.count, note.text) == (
        Kind.QUICK, 4, "4 weeks were answered within seconds of each other, on Mon 16 Nov.",
    )  # fmt: skip
    WeekConfirmation.objects.filter(placement=garage.lina).update(recorded_by=garage.dora.person)
    assert notes_of(garage.lina, Role.TEACHER) == []


def test_e32_the_same_closing_answers_for_five_students_are_noted_at_each_of_them_and_only_in_this_school(garage):
    names = ("Ada One", "Ada Two", "Ada Three", "Ada Four")
    others = [place(garage.school, garage.version, name, garage.site, garage.marek) for name in names]
    for placement in [garage.lina, *others, garage.stranger]:
        give_feedback(
            placement=placement, person=garage.marek.person, tasks=["Brakes"], independence=4, observed="Good",
            host_again="yes", remark="", by=HOST, at=at(MONDAY),
        )  # fmt: skip
    found = notes_for([garage.lina.pk, others[0].pk, garage.jonas.pk, garage.stranger.pk], Role.TEACHER)
    assert [[note.kind for note in found[one.pk]] for one in (garage.lina, others[0], garage.jonas)] == [
        [Kind.SAME_ANSWERS], [Kind.SAME_ANSWERS], [],
    ]  # fmt: skip
    assert (found[garage.lina.pk][0].count, found[garage.stranger.pk]) == (5, [])


def test_e30_hours_that_only_the_father_confirmed_need_a_second_source(garage):
    work(garage.lina, MONDAY)
    confirm(garage, MONDAY, at(MONDAY))
    assert one_source_of(garage.lina) is None
    family(garage)
    assert one_source_of(garage.lina) == OneSource([MONDAY], 450)


def test_e30_a_visit_of_the_school_is_a_second_source_for_the_days_before_it(garage):
    family(garage)
    for day in (MONDAY, MONDAY + timedelta(days=1)):
        work(garage.lina, day)
    confirm(garage, MONDAY, at(MONDAY + timedelta(days=1)))
    visit = {"school": garage.school, "placement": garage.lina, "method": "in_person", "person": garage.dora.person}
    Contact.objects.create(kind="preparation", on=MONDAY + timedelta(days=1), at=at(MONDAY), **visit)
    assert one_source_of(garage.lina) == OneSource([MONDAY, MONDAY + timedelta(days=1)], 900)
    Contact.objects.create(kind="visit", on=MONDAY, at=at(MONDAY), **visit)
    assert one_source_of(garage.lina) == OneSource([MONDAY + timedelta(days=1)], 450)


def test_e30_a_noted_family_firm_counts_as_close_too(garage):
    work(garage.lina, MONDAY)
    confirm(garage, MONDAY, at(MONDAY))
    garage.lina.conflict_of_interest = "The firm of the student's uncle"
    garage.lina.save()
    assert one_source_of(garage.lina) == OneSource([MONDAY], 450)


def test_notes_and_sources_of_many_placements_cost_as_many_queries_as_of_one(garage):
    for placement in (garage.lina, garage.jonas):
        for day in school_days(10):
            work(placement, day)
        placement.conflict_of_interest = "Family firm"
        placement.save()
        confirm(garage, FIRST, at(date(2026, 11, 20)), placement)
    counts = []
    for chosen in ([garage.lina.pk], [garage.lina.pk, garage.jonas.pk, garage.stranger.pk]):
        with CaptureQueriesContext(connection) as notes:
            found = notes_for(chosen, Role.TEACHER)
        with CaptureQueriesContext(connection) as close:
            related = with_one_source(chosen)
        counts.append((len(notes), len(close)))
    assert counts[0] == counts[1]
    assert counts[0] <= (6, 4)
    assert {pk: len(some) for pk, some in found.items()} == {
        garage.lina.pk: 1, garage.jonas.pk: 1, garage.stranger.pk: 0,
    }  # fmt: skip
    assert set(related) == {garage.lina.pk, garage.jonas.pk}
