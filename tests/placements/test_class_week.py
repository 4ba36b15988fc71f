"""What a class did at work this week: who was where, what nobody has done, who neglects a unit, what was answered."""

from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor
from placements.models import Placement
from placements.models.hours import Independence
from placements.rules.class_week import LONG, Day, Done, done_by_all, neglected
from placements.workflow.reflecting import answer_question, ask_question
from schools.models import ClassMember, SchoolClass, TaskTemplate, Unit
from tests.placements.garage import MONDAY, STUDENT, at, build, member, person, place, work

NOW = at(MONDAY + timedelta(days=4))
PAGE = "/class/week/"
BRAKES, TYRES = 1, 2


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage(db):
    return build()


@pytest.fixture
def par(garage) -> Person:
    """Teaches Lina and Jonas."""
    teacher = person("Par Lind")
    member(teacher, garage.school, Role.TEACHER)
    Placement.objects.filter(school=garage.school).update(teacher=teacher)
    garage.lina.refresh_from_db()
    return teacher


@pytest.fixture
def desk(par) -> Client:
    client = Client()
    client.force_login(par.user)
    return client


def did(*tasks: str | TaskTemplate) -> dict:
    return {"tasks": [(task, Independence.CHECKED) for task in tasks]}


def day(number: int, units: set[int], minutes: int = 480) -> Day:
    return Day(1, 1, MONDAY + timedelta(days=number), minutes, (), frozenset(units))


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_unit_is_neglected_after_40_hours_of_work_without_a_task_toward_it():
    week = [day(number, {BRAKES}) for number in range(5)]
    assert neglected(week, [BRAKES, TYRES]) == [TYRES]
    assert neglected(week[:4], [BRAKES, TYRES]) == []
    assert neglected([*week, day(5, {TYRES})], [BRAKES, TYRES]) == []


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 600)), max_size=30))
def test_only_the_work_after_the_last_task_toward_a_unit_counts(found):
    days = [day(number, {BRAKES} if is_toward else set(), minutes) for number, (is_toward, minutes) in enumerate(found)]
    last = max((number for number, (is_toward, _minutes) in enumerate(found) if is_toward), default=-1)
    assert (neglected(days, [BRAKES]) == [BRAKES]) == (sum(one.minutes for one in days[last + 1 :]) >= LONG)


def test_the_tasks_of_most_students_come_first():
    days = [
        Day(1, 1, MONDAY, 60, ("Oil", "Oil", "Tyres")),
        Day(1, 1, MONDAY, 60, ("Oil",)),
        Day(2, 2, MONDAY, 60, ("Tyres",)),
    ]
    assert done_by_all(days) == [Done("Tyres", 2, 2), Done("Oil", 3, 1)]


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_teacher_reads_what_the_class_did_and_what_nobody_has_done_yet(garage, desk):
    work(garage.lina, MONDAY, **did("Brake pads", "Polish"))
    work(garage.lina, MONDAY + timedelta(days=1), **did("Brake pads"))
    work(garage.jonas, MONDAY, **did("Brake pads"))
    work(garage.jonas, MONDAY - timedelta(days=7), **did("Tyre change"))
    work(garage.stranger, MONDAY, **did("Sentinel task"))
    week = desk.get(PAGE).context["week"]
    assert [(row.placement.learner.given_name, row.minutes, row.done) for row in week.rows] == [
        ("Lina", 900, [Done("Brake pads", 2, 1), Done("Polish", 1, 1)]),
        ("Jonas", 450, [Done("Brake pads", 1, 1)]),
    ]
    assert week.done == [Done("Brake pads", 3, 2), Done("Polish", 1, 1)]
    assert week.unseen == {"Brakes": ["Brake test"]}
    assert week.minutes == 1350


def test_the_week_before_is_one_tap_away_and_no_week_ahead_is(garage, desk):
    work(garage.lina, MONDAY - timedelta(days=7), **did("Tyre change"))
    page = desk.get(PAGE, {"week": "2026-11-10"})
    assert page.context["week"].done == [Done("Tyre change", 1, 1)]
    assert (page.context["earlier"], page.context["later"]) == ("2026-11-02", "2026-11-16")
    for odd in ("2027-01-04", "soon", "0001-01-01"):
        assert desk.get(PAGE, {"week": odd}).context["first"] == MONDAY


def test_a_unit_toward_which_nothing_was_done_for_40_hours_is_said_at_the_student(garage, desk):
    tyres = Unit.objects.create(version=garage.version, position=2, title="Tyres")
    TaskTemplate.objects.create(unit=tyres, title="Balance a wheel")
    for number in range(5):
        work(garage.lina, MONDAY + timedelta(days=number - 7), time(7), time(16), 30, **did(garage.tasks[0]))
    page = desk.get(PAGE)
    assert [(row.placement, row.neglected) for row in page.context["week"].rows] == [
        (garage.lina, ["Tyres"]),
        (garage.jonas, []),
    ]
    assert "nothing toward “Tyres” in the last 40 hours" in page.text


def test_answers_to_the_own_questions_of_that_week_stand_there(garage, par, desk):
    by = Actor("user", par.user_id, Role.TEACHER)
    asked = ask_question(placement=garage.lina, reader=par, question="What was hard?", by=by, at=NOW)
    assert desk.get(PAGE).context["week"].answers == []
    answer_question(reflection=asked, answer="The big press", person=garage.lina.learner, by=STUDENT, at=NOW)
    assert "The big press" in desk.get(PAGE).text
    assert "The big press" not in desk.get(PAGE, {"week": "2026-11-10"}).text


def test_one_class_of_the_register_is_chosen_and_a_class_of_somebody_else_is_not_there(garage, par, desk):
    group = SchoolClass.objects.create(school=garage.school, name="2M")
    ClassMember.objects.create(school_class=group, person=par, part="teacher")
    ClassMember.objects.create(school_class=group, person=garage.jonas.learner, part="student")
    foreign = SchoolClass.objects.create(school=garage.school, name="Zq other")
    page = desk.get(PAGE, {"class": group.public_id})
    assert [row.placement for row in page.context["week"].rows] == [garage.jonas]
    assert "Zq other" not in page.text
    assert len(desk.get(PAGE, {"class": foreign.public_id}).context["week"].rows) == 2


def test_nobody_at_work_is_said_and_who_ended_early_is_there_only_with_work(garage, desk):
    assert "Nobody was at work in this week" in desk.get(PAGE, {"week": "2026-09-07"}).text
    Placement.objects.filter(pk=garage.lina.pk).update(
        state="broken", end_reason="travel", end_initiator="student", end_direction="open"
    )
    assert [row.placement for row in desk.get(PAGE).context["week"].rows] == [garage.jonas]


def test_another_teacher_of_the_school_sees_nobody(garage, client):
    other = person("Ola Weit")
    member(other, garage.school, Role.TEACHER)
    client.force_login(other.user)
    assert client.get(PAGE).context["week"].rows == []


def test_the_page_takes_twelve_queries_for_a_class_of_24(garage, par, desk, django_assert_max_num_queries):
    for number in range(22):
        one = place(garage.school, garage.version, f"Student {number:02}", garage.site, garage.marek)
        Placement.objects.filter(pk=one.pk).update(teacher=par)
        work(one, MONDAY, **did("Brake pads"))
    with django_assert_max_num_queries(12):
        page = desk.get(PAGE)
    assert page.context["week"].done == [Done("Brake pads", 22, 22)]
    assert len(page.context["week"].rows) == 24
