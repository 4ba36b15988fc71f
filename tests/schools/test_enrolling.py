"""Cohorts and enrolling: from a class of the register or one by one."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.access import actor_of
from accounts.models import Person
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from schools.models import ClassMember, Cohort, Enrolment, Programme, SchoolClass, Student
from schools.workflow import enrol, open_cohort

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def coordinator(cast):
    return cast.insider(Role.COORDINATOR)


@pytest.fixture
def cohort(coordinator) -> Cohort:
    programme = Programme.objects.create(school=coordinator.organisation, name="Bicycle repair")
    programme.versions.create(required_minutes=18_900)
    return open_cohort(
        programme=programme, name="Bicycles 2026", starts_on=date(2026, 9, 1), by=actor_of(coordinator), at=NOW
    )


@pytest.fixture
def register(cast, coordinator) -> SchoolClass:
    """A class with its teacher and three students."""
    group = SchoolClass.objects.create(school=coordinator.organisation, name="2B")
    teacher = cast.insider(Role.TEACHER).user.person
    ClassMember.objects.create(school_class=group, person=teacher, part=ClassMember.Part.TEACHER)
    for family in ("Ångström", "Berg", "Çelik"):
        student = new_student(coordinator.organisation, family)
        ClassMember.objects.create(school_class=group, person=student.person, part=ClassMember.Part.STUDENT)
    return group


def new_student(school, family: str) -> Student:
    from core.names import sort_key

    person = Person.objects.create(given_name="Kim", family_name=family, sort_key=sort_key(family, "Kim"))
    return Student.objects.create(person=person, school=school)


def in_class(group) -> list[Student]:
    return list(Student.objects.filter(person__class_memberships__school_class=group).order_by("person__sort_key"))


def test_enrolling_twice_changes_nothing_and_each_enrolment_has_a_row_in_the_log(cast, coordinator, cohort, register):
    values = {
        "cohort": cohort, "teacher": cast.insider(Role.TEACHER).user.person, "starts_on": cohort.starts_on,
        "by": actor_of(coordinator), "at": NOW,
    }  # fmt: skip
    new = enrol(students=in_class(register)[:2], **values)
    assert len(new) == 2
    assert len(enrol(students=in_class(register), **values)) == 1
    rows = Transition.objects.filter(noun="enrolment", object_id=new[0].pk)
    assert [(row.verb, row.timeline) for row in rows] == [("enrol", f"enrolment:{new[0].pk}")]


def test_a_student_of_another_school_is_refused(cast, coordinator, cohort):
    stranger = new_student(cast.outsider(Role.COORDINATOR).organisation, "Other")
    with pytest.raises(Refused):
        enrol(cohort=cohort, students=[stranger], teacher=None, starts_on=NOW.date(), by=actor_of(coordinator), at=NOW)
    assert not cohort.enrolments.exists()


def test_a_class_is_offered_whole_and_enrolled_with_its_teacher(cast, coordinator, cohort, register):
    client = cast.client(coordinator)
    path = f"{reverse('schools:enrol', args=[cohort.public_id])}?class={register.public_id}"
    text = client.get(path).content.decode()
    assert text.count(" checked>") == 3
    teacher = cast.insider(Role.TEACHER).user.person
    assert f'value="{teacher.public_id}" selected' in text
    two = [str(student.public_id) for student in in_class(register)[:2]]
    values = {"students": two, "teacher": teacher.public_id, "starts_on": "2026-09-01"}
    assert client.post(path, values)["Location"] == reverse("schools:cohort", args=[cohort.public_id])
    assert client.post(path, values).status_code == 302
    found = Enrolment.objects.filter(cohort=cohort).order_by("student__person__sort_key")
    assert [(one.student.person.family_name, one.teacher) for one in found] == [
        ("Ångström", teacher),
        ("Berg", teacher),
    ]
    assert client.get(path).content.decode().count("Enrolled</span>") == 2
    shown = client.get(reverse("schools:cohort", args=[cohort.public_id])).content.decode()
    assert "Kim Ångström" in shown
    assert "Kim Çelik" not in shown


def test_one_student_is_found_by_name_without_accents_and_not_ticked_by_itself(cast, coordinator, cohort, register):
    client = cast.client(coordinator)
    path = reverse("schools:enrol", args=[cohort.public_id])
    assert "Choose a class first" in client.get(path).content.decode()
    text = client.get(path, {"q": "celik"}).content.decode()
    assert "Kim Çelik" in text
    assert " checked>" not in text
    assert "No student found" in client.get(path, {"q": "qqq"}).content.decode()
    assert client.get(path, {"class": "nonsense"}).status_code == 404


def test_a_refused_enrolment_keeps_the_ticks(cast, coordinator, cohort, register):
    path = f"{reverse('schools:enrol', args=[cohort.public_id])}?class={register.public_id}"
    first = in_class(register)[0]
    client = cast.client(coordinator)
    answer = client.post(path, {"students": [str(first.public_id)], "teacher": "", "starts_on": "2026-09-01"})
    assert answer.status_code == 422
    assert answer.content.decode().count(" checked>") == 1
    assert client.post(path, {"students": [], "starts_on": ""}).status_code == 422


@pytest.mark.parametrize("role", [Role.TEACHER, Role.HEAD, Role.ADMINISTRATOR])
def test_only_coordinators_enrol(cast, cohort, role):
    path = reverse("schools:enrol", args=[cohort.public_id])
    assert cast.client(cast.insider(role)).get(path).status_code == 404
    assert cast.client(cast.outsider(Role.COORDINATOR)).get(path).status_code == 404


def test_a_teacher_sees_the_own_students_of_a_cohort(cast, coordinator, cohort, register):
    mine, other, _third = in_class(register)
    stranger = new_student(coordinator.organisation, "Foreign")
    for student in (mine, other, stranger):
        Enrolment.objects.create(student=student, cohort=cohort, starts_on=cohort.starts_on)
    page = cast.client(cast.insider(Role.TEACHER)).get(reverse("schools:cohort", args=[cohort.public_id]))
    assert "Kim Berg" in page.content.decode()
    assert "Kim Foreign" not in page.content.decode()


def test_the_pages_cost_the_same_with_more_students(cast, coordinator, cohort, register, django_assert_num_queries):
    client = cast.client(coordinator)
    path = f"{reverse('schools:enrol', args=[cohort.public_id])}?class={register.public_id}"
    student, *others = in_class(register)
    for students in ([student], others):
        for one in students:
            Enrolment.objects.create(student=one, cohort=cohort, starts_on=cohort.starts_on)
        with django_assert_num_queries(8):
            client.get(reverse("schools:cohort", args=[cohort.public_id]))
        with django_assert_num_queries(12):
            client.get(path)
