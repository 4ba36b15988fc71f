"""Writing a plan: exact minutes, exact text, versions."""

from datetime import date, time

import pytest

from accounts.models import ClosedDay, Organisation
from core.workflow import Refused
from placements.models import Agreement, PlanVersion
from placements.rules.signing import digest
from placements.workflow import Pattern
from schools.models import Outcome, Programme, ProgrammeVersion, Unit
from tests.placements.college import EIGHT, WEEKDAYS, build, put_name

TEXT = """Placement agreement, version 1
School: Test College
Programme: Vehicles
Student: Nia Berg
Workplace: Novak Garage, Dock Road 12, HB1 1AA
Supervisor at the workplace: Milan Novak
Teacher: Tom Hale
Coordinator at the school: Cora Diaz

When
From Mon 4 Jan 2027 to Fri 5 Mar 2027
Monday, Tuesday, Wednesday, Thursday, Friday: 08:00 to 15:30, break 30 minutes, 7 h a day
45 days × 7 h = 315 h
Planned in all: 315 h

What is learned
Learn to work safely.
Brakes. The student learns to:
– Change brake pads
Tyres. The student learns to:
– Change a tyre

What everybody does
The student comes on time, logs each day of work and says at once when they cannot come.
The workplace gives fitting tasks and safe conditions, and confirms the hours every week.
The school keeps contact, helps when something goes wrong and decides on the credit.
A change of this plan needs a new version, signed by all of us."""


@pytest.fixture
def college(db):
    return build()


def test_the_parties_read_exactly_this_text(college):
    plan = college.plan(college.placement())
    assert plan.text == TEXT
    assert plan.text_hash == digest(TEXT)
    assert plan.planned_minutes == 18_900
    assert plan.agreement.state == "draft"


def test_a_closed_day_of_the_school_or_of_the_host_is_not_planned(college):
    ClosedDay.objects.create(organisation=college.school, day=date(2027, 2, 15))
    ClosedDay.objects.create(organisation=college.supervisor.organisation, day=date(2027, 2, 16))
    college.site.employer.organisation = college.supervisor.organisation
    college.site.employer.save()
    ClosedDay.objects.create(organisation=Organisation.objects.create(kind="school", name="X"), day=date(2027, 2, 17))
    ClosedDay.objects.create(organisation=college.school, day=date(2027, 2, 20))
    plan = college.plan(college.placement())
    assert plan.planned_minutes == 18_900 - 840
    assert (
        "No work on Mon 15 Feb 2027 (the school is closed)\nNo work on Tue 16 Feb 2027 (the workplace is closed)\n"
        "43 days × 7 h = 301 h"
    ) in plan.text


def test_a_draft_is_edited_in_place(college):
    placement = college.placement()
    first = college.plan(placement)
    second = college.plan(placement, shifts=[Pattern(2, EIGHT, time(15, 30), 30)], outcomes=college.outcomes[:1])
    assert (second.pk, second.number, second.planned_minutes) == (first.pk, 1, 9 * 420)
    assert (second.shifts.count(), second.outcomes.count()) == (1, 1)
    assert Agreement.objects.filter(plan__placement=placement).count() == 1


def test_an_edit_while_it_is_being_signed_makes_a_new_version_and_the_old_one_lapses(college):
    places = college.asked()
    put_name(places["host"])
    placement = places["host"].agreement.plan.placement
    plan = college.plan(placement, purpose="Something else.")
    assert (plan.number, plan.agreement.state) == (2, "draft")
    assert list(college.agreements.order_by("plan__number").values_list("state", flat=True)) == ["lapsed", "draft"]
    assert not plan.agreement.signatures.exists()
    assert PlanVersion.objects.get(placement=placement, number=1).purpose_text == "Learn to work safely."
    with pytest.raises(Refused, match="This is no longer possible"):
        put_name(places["student"])


def test_what_is_agreed_stays_in_force_until_the_new_version_is_agreed(college):
    placement = college.agreed()
    old = Agreement.objects.get(plan__placement=placement)
    places = college.asked(placement)
    old.refresh_from_db()
    assert old.state == "in_force"
    for place in places.values():
        put_name(place)
    old.refresh_from_db()
    assert old.state == "superseded"
    newest = Agreement.objects.get(plan__placement=placement, plan__number=2)
    assert newest.state == "in_force"
    assert college.moves.filter(noun="agreement", object_id=old.pk).first().verb == "supersede"


def test_a_plan_with_one_wednesday_in_nine_weeks_has_63_hours(college):
    plan = college.plan(college.placement(), shifts=[Pattern(2, EIGHT, time(15, 30), 30)])
    assert plan.planned_minutes == 63 * 60
    assert "9 days × 7 h = 63 h" in plan.text


def test_the_log_of_a_plan_tells_its_version_and_minutes(college):
    placement = college.placement()
    college.plan(placement)
    row = college.moves.get(noun="placement", verb="plan")
    assert row.details == {"version": 1, "minutes": 18_900}


@pytest.mark.parametrize(
    ("shifts", "text"),
    [
        ([], "The plan has no day of work"),
        ([Pattern(0, EIGHT, EIGHT)], "A day starts and finishes at the same time"),
        ([*WEEKDAYS, Pattern(0, time(15), time(18))], "Two shifts are at the same time"),
    ],
)
def test_a_plan_that_cannot_be_worked_is_refused_and_nothing_is_written(college, shifts, text):
    placement = college.placement()
    with pytest.raises(Refused, match=text):
        college.plan(placement, shifts=shifts)
    assert not placement.plan_versions.exists()


def test_outcomes_of_another_programme_are_refused(college):
    programme = Programme.objects.create(school=college.school, name="Baking")
    version = ProgrammeVersion.objects.create(programme=programme, required_minutes=60)
    unit = Unit.objects.create(version=version, position=1, title="Bread")
    other = Outcome.objects.create(unit=unit, position=1, text="Bake bread")
    with pytest.raises(Refused, match="One of the outcomes belongs to another programme"):
        college.plan(college.placement(), outcomes=[other])
