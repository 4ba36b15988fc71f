"""A placement is planned once more, for another student or a year later: filled in, nothing signed, nothing sent."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from core.names import sort_key
from employers.models import Capacity, Employer, Site, Supervisor
from placements.models import Agreement, Placement, PlannedOutcome, Segment, Signature
from placements.workflow import Pattern, Work
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


def test_the_page_costs_at_most_twelve_queries_and_names_the_place_of_the_firm(college, office):
    placement = college.placement()
    workshop = Site.objects.create(organisation=college.school, name="Workshop", address="", country="GB")
    days = {"starts_on": LAST - timedelta(days=4), "ends_on": LAST}
    Segment.objects.create(placement=placement, site=workshop, setting="workshop", **days)
    office.get(again(placement))
    with CaptureQueriesContext(connection) as captured:
        page = office.get(again(placement))
    assert len(captured) <= 12
    assert page.context["site"] == college.site


# ── The whole pattern ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def workshop(college) -> Site:
    return Site.objects.create(organisation=college.school, name="Workshop", address="", country="GB")


@pytest.fixture
def source(college, workshop) -> Placement:
    """Two weeks in the workshop on Mondays, then the garage: Tuesdays and Thursdays until 12 February, later Fridays,
    and one single Wednesday."""
    placement = college.placement()
    garage = placement.segments.get()
    first = Segment.objects.create(
        placement=placement, site=workshop, setting="workshop", realism="simulated", activity="placement",
        unit=college.outcomes[1].unit, starts_on=FIRST, ends_on=date(2027, 1, 15),
    )  # fmt: skip
    garage.starts_on = date(2027, 1, 18)
    garage.save(update_fields=["starts_on"])
    times = {"starts_at": colleges.EIGHT, "ends_at": colleges.HALF_PAST_THREE, "break_minutes": 30}
    college.plan(
        placement,
        [
            Pattern(0, **times, segment=first),
            Pattern(1, **times, ends_on=date(2027, 2, 12), segment=garage),
            Pattern(3, **times, ends_on=date(2027, 2, 12), segment=garage),
            Pattern(4, **times, starts_on=date(2027, 2, 15), segment=garage),
            Pattern.on(date(2027, 2, 17), **times, segment=garage),
        ],
    )
    return placement


def places(placement: Placement) -> list[tuple]:
    rows = placement.segments.order_by("starts_on", "pk")
    return [(row.site, row.setting, row.realism, row.supervisor, row.starts_on, row.ends_on) for row in rows]


def times(placement: Placement) -> list[tuple]:
    rows = placement.plan_versions.get().shifts.order_by("starts_on", "weekday")
    return [(row.segment.site, row.weekday, row.starts_on, row.ends_on) for row in rows]


def test_all_workplaces_stretches_and_single_days_come_52_weeks_later(college, office, kim, source, workshop):
    assert "Another workplace comes along" in office.get(again(source)).content.decode()
    sent(office, source, kim)
    copy, garage = the_other(college, source), college.site
    assert places(copy) == [
        (workshop, "workshop", "simulated", None, date(2028, 1, 3), date(2028, 1, 14)),
        (garage, "company", "real", college.host, date(2028, 1, 17), date(2028, 3, 3)),
    ]
    assert copy.segments.get(site=workshop).unit == college.outcomes[1].unit
    assert times(copy) == [
        (workshop, 0, date(2028, 1, 3), date(2028, 1, 14)),
        (garage, 1, date(2028, 1, 17), date(2028, 2, 11)),
        (garage, 3, date(2028, 1, 17), date(2028, 2, 11)),
        (garage, 4, date(2028, 2, 14), date(2028, 3, 3)),
        (garage, 2, date(2028, 2, 16), date(2028, 2, 16)),
    ]
    assert copy.employer == college.site.employer
    # The first Monday of 2028 is a public holiday.
    assert [one.plan_versions.get().planned_minutes for one in (source, copy)] == [14 * 420, 13 * 420]


def test_a_start_in_the_middle_of_a_week_moves_whole_weeks_so_that_weekdays_stay(
    college, office, kim, source, workshop
):
    page = sent(office, source, kim, starts_on="2027-04-07", ends_on="2027-05-28")
    copy, garage = the_other(college, source), college.site
    assert times(copy) == [
        (workshop, 0, date(2027, 4, 7), date(2027, 4, 16)),
        (garage, 1, date(2027, 4, 19), date(2027, 5, 14)),
        (garage, 3, date(2027, 4, 19), date(2027, 5, 14)),
        (garage, 4, date(2027, 5, 17), date(2027, 5, 28)),
        (garage, 2, date(2027, 5, 19), date(2027, 5, 19)),
    ]
    assert "Left out" not in page.content.decode()


def test_what_lies_outside_of_shorter_dates_and_on_closed_days_is_left_out_and_said(college, office, kim, source):
    college.site.shutdowns.create(starts_on=date(2028, 2, 16), ends_on=date(2028, 2, 16))
    text = sent(office, source, kim).content.decode()
    assert "Left out, as nobody works on these days: Wed 16 Feb 2028." in text.replace("\xa0", " ")
    copy = the_other(college, source)
    assert len(times(copy)) == 4
    text = sent(office, source, kim, starts_on="2029-01-01", ends_on="2029-02-09").content.decode()
    assert "Left out, as it lies outside of the new dates: " in text
    assert "Mon 12 Feb to Fri 2 Mar 2029, Wed 14 Feb 2029." in text.replace("\xa0", " ")
    assert times(the_other(college, source, copy))[-1][1:] == (3, date(2029, 1, 15), date(2029, 2, 9))


def test_longer_dates_are_filled_by_what_held_last(college, office, kim, source):
    sent(office, source, kim, ends_on="2028-03-17")
    copy = the_other(college, source)
    assert (college.site, 4, date(2028, 2, 14), date(2028, 3, 17)) in times(copy)
    assert copy.segments.get(site=college.site).ends_on == date(2028, 3, 17)


def test_a_closed_firm_a_host_that_left_and_a_supervisor_who_left_do_not_come_along(college, office, kim):
    shop = Employer.objects.create(name="Tyre Shop", sort_key="tyre shop", identity="test:tyres")
    tyres = Site.objects.create(employer=shop, address="Quay 1", address_key="1 quay")
    person = Person.objects.create(given_name="Ole", family_name="Lund", sort_key=sort_key("Lund", "Ole"))
    ole = Supervisor.objects.create(person=person, site=tyres)
    placement = college.placement()
    garage, days = placement.segments.get(), {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 2, 12)}
    extra = Segment.objects.create(placement=placement, site=tyres, supervisor=ole, **days)
    college.plan(placement, [Pattern(0, colleges.EIGHT, colleges.HALF_PAST_THREE, 30, segment=extra),
                             Pattern(4, colleges.EIGHT, colleges.HALF_PAST_THREE, 30, segment=garage)])  # fmt: skip
    made = [placement]

    def copied() -> tuple[Placement, str]:
        text = sent(office, placement, kim).content.decode()
        made.append(the_other(college, *made))
        Placement.objects.filter(pk=made[-1].pk).update(state="cancelled")
        return made[-1], text

    Supervisor.objects.filter(pk=ole.pk).update(ends_on=date(2027, 6, 30))
    copy, text = copied()
    assert "Ole Lund has left Tyre Shop. Choose who guides there." in text
    assert [row[:1] + row[3:] for row in places(copy)] == [
        (college.site, college.host, FIRST + YEAR, LAST + YEAR),
        (tyres, None, date(2028, 1, 31), date(2028, 2, 11)),
    ]
    limits = Capacity.objects.create(employer=shop, left_on=date(2027, 7, 1), at=colleges.NOW)
    copy, text = copied()
    assert "Tyre Shop was left out: " in text
    assert {row[0] for row in times(copy)} == {college.site}
    limits.delete()
    Employer.objects.filter(pk=shop.pk).update(closed_on=date(2027, 7, 1))
    copy, text = copied()
    assert "Tyre Shop was left out: This firm has closed." in text
    assert [row[0] for row in places(copy)] == [college.site]


def test_sent_twice_the_workplaces_come_once(college, office, kim, source):
    for _time in range(2):
        sent(office, source, kim, key="7d9f4a3e-5a53-4f0e-9a41-0d3c1f7f2b10")
    assert the_other(college, source).segments.count() == 2


def test_a_unit_comes_along_by_its_name_and_one_that_is_not_taught_is_said(college, office, source):
    source.segments.filter(site=college.site).update(unit=college.outcomes[0].unit)
    version = college.enrolment.cohort.version.programme.versions.create(number=2, required_minutes=18_900)
    brakes = Unit.objects.create(version=version, position=1, title="Brakes")
    cohort = Cohort.objects.create(version=version, name="Vehicles 2027", starts_on=date(2026, 9, 1))
    text = sent(office, source, enrolled(college, cohort)).content.decode()
    copy = the_other(college, source)
    assert [row.unit for row in copy.segments.order_by("starts_on")] == [None, brakes]
    assert "“Tyres” is not taught in this programme. Choose the unit of Workshop, Test College." in text
