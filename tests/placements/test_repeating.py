"""A placement is planned once more, for another student or a year later: filled in, nothing signed, nothing sent."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from core.names import sort_key
from employers.models import Site
from placements.models import Agreement, Placement, PlannedOutcome, Segment, Signature
from placements.workflow import Work
from schools.models import Cohort, Enrolment, Outcome, Student, Unit
from tests.placements import college as colleges
from tests.placements.college import FIRST, LAST, College

YEAR = timedelta(weeks=52)


@pytest.fixture
def college(db) -> College:
    return colleges.build()


@pytest.fixture
def office(client, college):
    client.force_login(college.coordinator.user)
    return client


@pytest.fixture
def kim(college) -> Enrolment:
    """Another student of the same cohort."""
    return enrolled(college, college.enrolment.cohort)


def enrolled(college, cohort: Cohort) -> Enrolment:
    person = Person.objects.create(given_name="Kim", family_name="Adler", sort_key=sort_key("Adler", "Kim"))
    student = Student.objects.create(person=person, school=college.school, birth_date=date(2005, 1, 1))
    return Enrolment.objects.create(student=student, cohort=cohort, starts_on=date(2026, 8, 24))


def again(placement: Placement) -> str:
    return reverse("placements:again", args=[placement.public_id])


def the_other(college, *known: Placement) -> Placement:
    return Placement.objects.filter(school=college.school).exclude(pk__in=[one.pk for one in known]).get()


def sent(client, placement: Placement, enrolment: Enrolment, **changes):
    """The form as it is filled in, for this student."""
    form = client.get(again(placement)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in values.items() if value not in (None, False, "")}
    return client.post(again(placement), data | {"student": enrolment.public_id} | changes, follow=True)


def test_the_form_is_filled_in_a_year_later_without_what_concerns_one_student(college, office):
    placement = college.placement(work=Work(setting="centre", realism="simulated", remote=True))
    Placement.objects.filter(pk=placement.pk).update(conflict_of_interest="An aunt", contract_reference="A 7")
    page = office.get(again(placement))
    form = page.context["form"]
    said = {name: form[name].value() for name in form.fields}
    assert (said["supervisor"], said["setting"], said["realism"], said["remote"], said["purpose"]) == (
        college.host.public_id, "centre", "simulated", True, "student",
    )  # fmt: skip
    assert (said["starts_on"], said["ends_on"]) == (FIRST + YEAR, LAST + YEAR)
    assert (said["student"], said["conflict_of_interest"], said["contract_reference"]) == (None, None, None)
    assert "As for Nia Berg" in page.content.decode()


def test_another_student_gets_the_same_week_purpose_and_outcomes_as_a_draft_of_which_nothing_is_sent(
    college, office, kim
):
    source = college.agreed()
    page = sent(office, source, kim)
    copy = the_other(college, source)
    plan = copy.plan_versions.get()
    assert page.redirect_chain == [(reverse("placements:plan", args=[copy.public_id]), 302)]
    assert "with the plan of the other one" in page.content.decode()
    assert (copy.enrolment, copy.employer, copy.starts_on, copy.state) == (
        kim,
        source.employer,
        FIRST + YEAR,
        "planned",
    )
    assert copy.segments.get().supervisor == college.host
    days = {(row.weekday, row.starts_at, row.ends_at, row.starts_on, row.ends_on) for row in plan.shifts.all()}
    assert days == {(day, colleges.EIGHT, colleges.HALF_PAST_THREE, FIRST + YEAR, LAST + YEAR) for day in range(5)}
    assert [row.outcome for row in plan.outcomes.all()] == college.outcomes
    assert (plan.purpose_text, plan.agreement.state) == ("Learn to work safely.", Agreement.State.DRAFT)
    assert Signature.objects.filter(agreement=plan.agreement).count() == 0
    assert (copy.conflict_of_interest, copy.predecessor, copy.offer) == ("", None, None)


def test_sent_twice_it_is_one_placement(college, office, kim):
    source = college.agreed()
    key = "7d9f4a3e-5a53-4f0e-9a41-0d3c1f7f2b10"
    for _time in range(2):
        sent(office, source, kim, key=key)
    assert the_other(college, source).plan_versions.count() == 1


def test_in_another_version_the_outcomes_of_the_same_words_are_taken_and_it_says_how_many_are_not(college, office):
    version = college.enrolment.cohort.version.programme.versions.create(number=2, required_minutes=18_900)
    unit = Unit.objects.create(version=version, position=1, title="Brakes")
    twin = Outcome.objects.create(unit=unit, position=1, text="Change brake pads")
    Outcome.objects.create(unit=unit, position=2, text="Bleed the brakes")
    cohort = Cohort.objects.create(version=version, name="Vehicles 2027", starts_on=date(2026, 9, 1))
    source = college.agreed()
    page = sent(office, source, enrolled(college, cohort))
    copied = PlannedOutcome.objects.filter(plan__placement__enrolment__cohort=cohort)
    assert [row.outcome for row in copied] == [twin]
    assert "1 outcome is not taught in this programme and was left out." in page.content.decode()


def test_a_plan_that_cannot_be_for_this_student_is_not_copied_and_the_reason_is_said(college, office, kim):
    """Somebody else works at the same time: the placement is there, and its plan is written by hand."""
    source = college.agreed()
    other = college.placement(enrolment=kim, starts_on=FIRST + YEAR, ends_on=LAST + YEAR)
    college.plan(other)
    page = sent(office, source, kim)
    copy = the_other(college, source, other)
    assert copy.plan_versions.count() == 0
    assert "Its plan could not be copied: On Tue 4 Jan 2028 the student has work at this time" in page.content.decode()


def test_without_a_plan_there_is_nothing_to_copy(college, office, kim):
    page = sent(office, college.placement(), kim)
    assert "There was no plan to copy" in page.content.decode()


def test_the_page_of_a_placement_leads_there_for_the_coordinator_alone(college, client):
    placement = college.placement()
    for member, is_there in ((college.coordinator, True), (college.teacher, False), (college.student, False)):
        client.force_login(member.user)
        page = client.get(reverse("reports:placement", args=[placement.public_id])).content.decode()
        assert (again(placement) in page) is is_there


def test_a_placement_of_another_school_and_earlier_work_are_not_planned_again(cast, college, office):
    placement = college.placement()
    assert cast.client(cast.outsider(Role.COORDINATOR)).get(again(placement)).status_code == 404
    Placement.objects.filter(pk=placement.pk).update(purpose="prior_work")
    assert office.get(again(placement)).status_code == 404


def test_the_page_costs_at_most_twelve_queries_and_names_the_last_place(college, office):
    placement = college.placement()
    workshop = Site.objects.create(organisation=college.school, name="Workshop", address="", country="GB")
    days = {"starts_on": LAST - timedelta(days=4), "ends_on": LAST}
    Segment.objects.create(placement=placement, site=workshop, setting="workshop", **days)
    office.get(again(placement))
    with CaptureQueriesContext(connection) as captured:
        page = office.get(again(placement))
    assert len(captured) <= 12
    assert page.context["site"] == workshop
