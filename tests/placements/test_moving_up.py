"""Students go on in another cohort: a new enrolment, and all that was done stays with the old one."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from core.names import sort_key
from core.workflow import Refused
from placements.models import Placement
from schools.models import Cohort, Enrolment, RuleSet, Student
from schools.workflow import move_up
from tests.placements import college as colleges
from tests.placements.college import NOW, College, by_party, member

AUGUST = date(2027, 8, 30)


@pytest.fixture
def college(db) -> College:
    return colleges.build()


@pytest.fixture
def next_year(college) -> Cohort:
    """A cohort of the same programme that begins with its next version."""
    programme = college.enrolment.cohort.version.programme
    version = programme.versions.create(number=2, required_minutes=315 * 60)
    return Cohort.objects.create(version=version, name="Vehicles 2027", starts_on=AUGUST)


@pytest.fixture
def office(client, college):
    client.force_login(college.coordinator.user)
    return client


def moved(college, to: Cohort, *enrolments: Enrolment, starts_on=AUGUST, teacher=None, by=None) -> list[Enrolment]:
    return move_up(
        enrolments=enrolments or [college.enrolment], to=to, starts_on=starts_on, teacher=teacher,
        by=by or college.office, at=NOW,
    )  # fmt: skip


def classmate(college, family: str) -> Enrolment:
    person = Person.objects.create(given_name="Kim", family_name=family, sort_key=sort_key(family, "Kim"))
    student = Student.objects.create(person=person, school=college.school)
    cohort = college.enrolment.cohort
    return Enrolment.objects.create(student=student, cohort=cohort, starts_on=cohort.starts_on)


def address(college, to: Cohort | None = None) -> str:
    url = reverse("placements:moving_up", args=[college.enrolment.cohort.public_id])
    return f"{url}?to={to.public_id}" if to else url


def sent(*enrolments: Enrolment, starts_on="2027-08-30", **more):
    return {"enrolments": [one.public_id for one in enrolments], "starts_on": starts_on, **more}


# ── The verb ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_enrolment_begins_and_the_old_one_ends_on_the_day_before_with_all_that_hangs_there(college, next_year):
    placement = college.agreed()
    (new,) = moved(college, next_year)
    old = Enrolment.objects.get(pk=college.enrolment.pk)
    placement.refresh_from_db()
    assert (new.student, new.cohort, new.starts_on, new.ends_on) == (old.student, next_year, AUGUST, None)
    assert (old.cohort, old.ends_on) == (college.enrolment.cohort, date(2027, 8, 29))
    assert (placement.enrolment, placement.ends_on, placement.state) == (old, colleges.LAST, Placement.State.PLANNED)
    assert new.placements.count() == 0


def test_it_is_one_row_in_the_log_of_the_old_enrolment(college, next_year):
    (new,) = moved(college, next_year)
    (row,) = college.moves.filter(noun="enrolment")
    assert (row.verb, row.object_id, row.timeline) == (
        "move_up", college.enrolment.pk, f"enrolment:{college.enrolment.pk}",
    )  # fmt: skip
    assert row.details == {"to": new.pk, "cohort": next_year.pk, "starts_on": "2027-08-30"}


def test_each_keeps_the_teacher_unless_another_one_is_named(college, next_year):
    tom = college.teacher.user.person
    Enrolment.objects.filter(pk=college.enrolment.pk).update(teacher=tom)
    college.enrolment.refresh_from_db()
    other = member("Ona Lux", Role.TEACHER, college.school).user.person
    second = classmate(college, "Adler")
    assert [one.teacher for one in moved(college, next_year)] == [tom]
    assert [one.teacher for one in moved(college, next_year, second, teacher=other)] == [other]


def test_done_again_nobody_is_moved_twice(college, next_year):
    second = classmate(college, "Adler")
    moved(college, next_year)
    assert [one.student for one in moved(college, next_year, college.enrolment, second)] == [second.student]
    assert moved(college, next_year, college.enrolment, second) == []
    assert college.moves.filter(noun="enrolment").count() == 2


def test_an_enrolment_that_ended_earlier_keeps_its_last_day(college, next_year):
    Enrolment.objects.filter(pk=college.enrolment.pk).update(ends_on=date(2027, 6, 30))
    college.enrolment.refresh_from_db()
    moved(college, next_year)
    assert Enrolment.objects.get(pk=college.enrolment.pk).ends_on == date(2027, 6, 30)


@pytest.mark.parametrize(("same_rule", "facts"), [(True, {"age_group": "adult"}), (False, {})])
def test_what_a_rule_asks_goes_along_where_the_same_rule_holds(college, next_year, same_rule, facts):
    if not same_rule:
        next_year.version.rule_set = RuleSet.objects.create(key="other", school=college.school)
        next_year.version.save()
    college.enrolment.facts = {"age_group": "adult"}
    college.enrolment.save()
    assert moved(college, next_year)[0].facts == facts


def test_who_has_not_begun_before_the_day_is_refused_and_nobody_is_moved(college, next_year):
    late = classmate(college, "Adler")
    Enrolment.objects.filter(pk=late.pk).update(starts_on=AUGUST)
    late.refresh_from_db()
    with pytest.raises(Refused, match="Choose a later day"):
        moved(college, next_year, college.enrolment, late)
    assert next_year.enrolments.count() == 0


def test_no_student_goes_to_another_school_and_only_a_coordinator_moves(cast, college, next_year):
    theirs = Cohort.objects.filter(version__programme__school=cast.outsider(Role.HEAD).organisation).first()
    elsewhere = theirs or Cohort.objects.exclude(version__programme__school=college.school).first()
    with pytest.raises(Refused, match="another school"):
        moved(college, elsewhere)
    with pytest.raises(Refused, match="You may not do this"):
        moved(college, next_year, by=by_party("teacher"))


# ── On the screen ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_shows_who_moves_what_stays_and_who_cannot(college, next_year, office):
    college.placement()
    there, left = classmate(college, "Adler"), classmate(college, "Cole")
    moved(college, next_year, there)
    Enrolment.objects.filter(pk=left.pk).update(ends_on=date(2026, 9, 30))
    page = office.get(address(college, next_year))
    rows = {row.enrolment: ([one.employer.name for one in row.placements], row.why_not) for row in page.context["rows"]}
    assert rows == {
        there: ([], "Is there already."),
        college.enrolment: (["Novak Garage"], ""),
        left: ([], "Left on Wed 30 Sep 2026."),
    }
    assert page.context["ticked"] == {str(college.enrolment.public_id)}
    text = page.content.decode()
    assert 'value="2027-08-30"' in text
    assert "another version of what is taught" in text


def test_only_who_is_ticked_moves_and_the_answer_counts(college, next_year, office):
    second = classmate(college, "Adler")
    text = office.post(address(college, next_year), sent(second), follow=True).content.decode()
    assert "1 student goes on here." in text
    again = office.post(address(college, next_year), sent(second, college.enrolment), follow=True).content.decode()
    assert "1 student goes on here. 1 was here already." in again
    assert next_year.enrolments.count() == 2


def test_a_refused_day_keeps_ticks_and_teacher(college, next_year, office):
    second = classmate(college, "Adler")
    teacher = college.teacher.user.person.public_id
    page = office.post(address(college, next_year), sent(second, starts_on="2026-08-24", teacher=teacher))
    assert page.status_code == 422
    assert "Choose a later day" in page.content.decode()
    assert page.context["ticked"] == {str(second.public_id)}
    assert f'value="{teacher}" selected' in page.content.decode()
    assert office.post(address(college, next_year), sent()).status_code == 422
    assert next_year.enrolments.count() == 0


def test_cohorts_that_are_over_and_cohorts_of_other_schools_are_no_choice(cast, college, next_year, office):
    over = Cohort.objects.create(
        version=next_year.version, name="Long ago", starts_on=date(2020, 9, 1), ends_on=date(2022, 7, 1)
    )
    elsewhere = Cohort.objects.exclude(version__programme__school=college.school).first()
    assert office.get(address(college)).context["choices"] == [next_year]
    for other in (over, elsewhere, college.enrolment.cohort):
        assert office.get(address(college, other)).context["to"] is None


def test_the_page_costs_at_most_twelve_queries(college, next_year, office):
    college.placement()
    for family in ("Adler", "Cole"):
        classmate(college, family)
    office.get(address(college, next_year))
    with CaptureQueriesContext(connection) as captured:
        assert len(office.get(address(college, next_year)).context["rows"]) == 3
    assert len(captured) <= 12


def test_an_empty_cohort_leads_to_the_move_of_students_from_the_earlier_ones(college, client, office, next_year):
    page = reverse("schools:cohort", args=[next_year.public_id])
    Cohort.objects.create(version=next_year.version, name="Without students", starts_on=date(2026, 9, 1))
    text = office.get(page).content.decode()
    assert f"{address(college, next_year)}" in text
    assert "Move students from Vehicles, 2nd year" in text
    assert "Without students" not in text
    assert len(office.get(address(college, next_year)).context["rows"]) == 1
    moved(college, next_year)
    assert "Move students from" not in office.get(page).content.decode()
    client.force_login(college.teacher.user)
    assert "Move students from" not in client.get(page).content.decode()
