"""Noting a parent or guardian."""

from datetime import date

import pytest

from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from schools.access import students_visible_to
from schools.models import Guardian, Student
from schools.rules import last_day_as_minor
from schools.workflow import add_guardian
from tests.placements.college import NOW, build, member

WHO = {"given_name": "Ada", "family_name": "Berg", "email": "Ada@home.test"}


@pytest.fixture
def college(db):
    return build()


@pytest.mark.parametrize(
    ("born", "last_day"),
    [
        (date(2009, 6, 1), date(2027, 5, 31)),
        (date(2008, 2, 29), date(2026, 2, 28)),
        (date(2009, 1, 1), date(2026, 12, 31)),
        (None, None),
    ],
)
def test_a_guardian_stands_behind_a_student_until_the_day_before_the_18th_birthday(born, last_day):
    assert last_day_as_minor(born) == last_day


def test_a_guardian_of_two_children_is_one_person(college):
    student = college.enrolment.student
    sibling = Student.objects.create(
        person=member("Ole Berg", Role.STUDENT, college.school).user.person, school=college.school
    )
    first = add_guardian(student=student, **WHO, by=college.office, at=NOW)
    second = add_guardian(student=sibling, **(WHO | {"email": "ada@HOME.test"}), by=college.office, at=NOW)
    assert first.person == second.person
    assert Transition.objects.filter(noun="guardian", verb="add", school_id=college.school.pk).count() == 2


def test_the_same_guardian_added_twice_is_there_once(college):
    student = college.enrolment.student
    for _tap in range(2):
        add_guardian(student=student, **WHO, by=college.office, at=NOW)
    assert Guardian.objects.filter(student=student, person__family_name="Berg", person__given_name="Ada").count() == 1
    assert Transition.objects.filter(noun="guardian", school_id=college.school.pk).count() == 1


@pytest.mark.parametrize("role", [Role.TEACHER, Role.STUDENT, Role.GUARDIAN, Role.SUPERVISOR])
def test_only_a_coordinator_notes_a_guardian(college, role):
    with pytest.raises(Refused, match="You may not do this"):
        add_guardian(student=college.enrolment.student, **WHO, by=Actor("user", 1, role), at=NOW)


def test_a_guardian_reads_along_until_the_last_day_and_no_longer(college, time_machine):
    ada = member("Ada Berg", Role.GUARDIAN, college.school)
    student = college.enrolment.student
    Guardian.objects.create(student=student, person=ada.user.person, until=date(2026, 11, 24))
    for day, seen in (("2026-11-24T12:00Z", [student]), ("2026-11-25T12:00Z", [])):
        time_machine.move_to(day)
        assert list(students_visible_to(ada)) == seen
