"""Every structure of a placement in one model (product 4.5), and changes on the way that lose nothing."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import actor_of
from core.workflow import Refused
from employers.models import Employer, Offer, SchoolEmployer, Site, Supervisor
from placements.models import Agreement, Placement, Segment, WorkEntry
from placements.models.placements import Activity, Realism, Setting
from placements.plan_text import timetable
from placements.rules import plan as rules
from placements.rules.hours import minutes, span
from placements.workflow import (
    Kind,
    Pattern,
    Work,
    add_segment,
    change_segment,
    copy_plan,
    create_placement,
    create_teacher_placement,
    move_dates,
    move_work,
    propose,
    remove_segment,
    set_plan,
    start,
)
from placements.workflow.hours import log_day
from tests.placements.college import EIGHT, FIRST, HALF_PAST_THREE, LAST, NOW, WEEKDAYS, build, put_name

WEDNESDAYS = [Pattern(2, EIGHT, HALF_PAST_THREE, 30)]
CHANGE = date(2027, 2, 1)
"""The Monday after four of nine weeks."""


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def workshop(college):
    """The school's own workshop, guided by the teacher."""
    site = Site.objects.create(organisation=college.school, name="Workshop")
    return Supervisor.objects.create(person=college.teacher.user.person, site=site)


def firm(college, name):
    employer = Employer.objects.create(name=name, sort_key=name.lower(), identity=f"name:GB:{name.lower()}:")
    site = Site.objects.create(employer=employer, address=f"{name} Street 1", address_key=f"1 {name.lower()}")
    return Supervisor.objects.create(person=college.supervisor.user.person, site=site)


def add(college, placement, supervisor, starts_on=FIRST, ends_on=LAST, **work):
    return add_segment(
        placement=placement, site=supervisor.site, supervisor=supervisor, starts_on=starts_on, ends_on=ends_on,
        work=Work(**work), by=college.office, at=NOW,
    )  # fmt: skip


def worked(college, placement, day):
    return log_day(
        placement=placement, day=day, starts_at=EIGHT, ends_at=HALF_PAST_THREE, break_minutes=30, tasks=[],
        by=actor_of(college.student), at=datetime(day.year, day.month, day.day, 18, tzinfo=UTC),
    )  # fmt: skip


def planned_days(plan):
    table = timetable(plan.placement, plan)
    return [work.day for work in table.days]


# ── Structures ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_block_and_one_day_a_week_are_two_patterns_of_one_plan(college):
    """Mixed: Wednesdays until February, then a block; no day is counted twice."""
    plan = college.plan(
        college.placement(),
        shifts=[
            Pattern(2, EIGHT, HALF_PAST_THREE, 30, ends_on=date(2027, 1, 31)),
            *(Pattern(day, EIGHT, HALF_PAST_THREE, 30, starts_on=CHANGE) for day in range(5)),
        ],
    )
    assert plan.planned_minutes == (4 + 25) * 420
    lines = plan.text.split("\n")
    assert "Wednesday: 08:00 to 15:30, break 30 minutes, 7 h a day, from Mon 4 Jan 2027 to Sun 31 Jan 2027" in lines
    assert "29 days × 7 h = 203 h" in lines


def test_thirty_two_wednesdays_of_seven_hours_are_224_hours(college):
    """One day a week: 32 x 7 h, a lost Wednesday is shown."""
    placement = college.placement(starts_on=date(2026, 9, 2), ends_on=date(2027, 4, 14))
    plan = college.plan(placement, shifts=WEDNESDAYS, at=datetime(2026, 8, 1, tzinfo=UTC))
    assert plan.planned_minutes == 33 * 420
    college.school.closed_days.create(day=date(2027, 2, 17))
    plan = college.plan(placement, shifts=WEDNESDAYS, at=datetime(2026, 8, 1, tzinfo=UTC))
    assert plan.planned_minutes == 224 * 60
    assert "No work on Wed 17 Feb 2027 (the school is closed)\n32 days × 7 h = 224 h" in plan.text


def test_two_shifts_on_one_weekday_are_one_day(college):
    plan = college.plan(college.placement(), shifts=[Pattern(2, time(8), time(11)), Pattern(2, time(13), time(16), 15)])
    assert "9 days × 5 h 45 = 51 h 45" in plan.text


def test_company_and_school_workshop_are_two_segments_with_their_own_setting_supervisor_and_sum(college, workshop):
    placement = college.placement()
    bench = add(college, placement, workshop, ends_on=date(2027, 1, 29), realism=Realism.SIMULATED)
    company = placement.segments.exclude(pk=bench.pk).get()
    plan = college.plan(
        placement,
        shifts=[
            Pattern(0, time(9), time(12), segment=bench),
            Pattern(2, EIGHT, HALF_PAST_THREE, 30, segment=company),
        ],
    )
    assert (bench.setting, bench.supervisor) == (Setting.WORKSHOP, workshop)
    assert timetable(placement, plan).by_setting() == {Setting.WORKSHOP: 4 * 180, Setting.COMPANY: 9 * 420}
    text = "\n".join(plan.text.split("\n")[4:8])
    assert text == (
        "Workplace 1: Novak Garage, Dock Road 12, HB1 1AA. Company, from Mon 4 Jan 2027 to Fri 5 Mar 2027\n"
        "Supervisor at workplace 1: Milan Novak\n"
        "Workplace 2: Workshop, Test College. School workshop, Simulated, from Mon 4 Jan 2027 to Fri 29 Jan 2027\n"
        "Supervisor at workplace 2: Tom Hale"
    )
    for line in (
        "Workplace 1. 9 days × 7 h = 63 h",
        "Workplace 2. 4 days × 3 h = 12 h",
        "School workshop: 12 h",
        "Company: 63 h",
        "Planned in all: 75 h",
    ):
        assert line in plan.text.split("\n")


def test_the_hours_carry_what_the_segment_says_of_setting_realism_distance_and_unit(college, workshop):
    placement = college.placement()
    unit = college.outcomes[0].unit
    Segment.objects.filter(placement=placement).delete()
    add(college, placement, workshop, realism=Realism.SIMULATED, remote=True, activity=Activity.SKILLS_HUB, unit=unit)
    Placement.objects.filter(pk=placement.pk).update(state="running")
    entry = worked(college, Placement.objects.get(pk=placement.pk), FIRST)
    assert (entry.setting, entry.realism, entry.remote, entry.activity, entry.unit) == (
        "workshop", "simulated", True, "skills_hub", unit,
    )  # fmt: skip


def test_a_training_centre_is_a_setting_of_a_segment(college):
    placement = college.placement(work=Work(setting=Setting.CENTRE))
    assert placement.segments.get().setting == Setting.CENTRE
    assert "Kind of work: Training centre" in college.plan(placement).text


def test_a_lead_employer_signs_for_work_at_other_firms_each_with_its_supervisor(college):
    """Contract with A, work at B and C."""
    lead = Employer.objects.create(name="Port Group", sort_key="port group", identity="name:GB:port group:")
    placement = college.placement(kind=Kind(lead_employer=lead, contract_reference="A 17/2026"))
    other = firm(college, "Crane")
    add(college, placement, other)
    first, second = placement.segments.order_by("pk")
    plan = college.plan(
        placement,
        shifts=[
            Pattern(0, EIGHT, HALF_PAST_THREE, 30, segment=first),
            Pattern(1, EIGHT, HALF_PAST_THREE, 30, segment=second),
        ],
    )
    assert "Lead employer: Port Group\nContract: A 17/2026\nWorkplace 1: Novak Garage" in plan.text
    assert "Workplace 2: Crane, Crane Street 1" in plan.text


def test_what_tells_a_student_sourced_placement_and_a_job_apart_is_data(college):
    found = college.placement(kind=Kind(source="student", conflict_of_interest="The supervisor is an uncle."))
    assert (found.source, found.conflict_of_interest) == ("student", "The supervisor is an uncle.")
    job = college.placement(kind=Kind(purpose="job", source="job"))
    assert (job.purpose, job.segments.get().activity) == ("job", Activity.JOB)
    evenings = college.plan(job, shifts=[Pattern(day, time(18), time(21)) for day in (1, 3)])
    assert evenings.planned_minutes == 18 * 180


def test_earlier_work_is_a_placement_of_the_past(college):
    """E18"""
    past = {"starts_on": date(2026, 6, 1), "ends_on": date(2026, 8, 14), "kind": Kind(purpose="prior_work")}
    placement = college.placement(**past)
    assert placement.segments.get().activity == Activity.PRIOR_LEARNING
    with pytest.raises(Refused, match="Earlier work is over"):
        college.placement(**(past | {"ends_on": NOW.date()}))


def test_a_teacher_learns_at_a_workplace_without_an_enrolment(college):
    placement = create_teacher_placement(
        school=college.school, learner=college.teacher.user.person, site=college.site, supervisor=college.host,
        coordinator=college.coordinator.user.person, starts_on=FIRST, ends_on=date(2027, 1, 8), by=college.office,
        at=NOW,
    )  # fmt: skip
    assert (placement.purpose, placement.enrolment, placement.learner) == ("teacher", None, college.teacher.user.person)
    plan = set_plan(
        placement=placement, shifts=WEEKDAYS, outcomes=[], purpose_text="See electric brakes.", rhythm="weekly",
        by=college.office, at=NOW,
    )  # fmt: skip
    assert plan.planned_minutes == 5 * 420
    assert "Teacher who comes to learn: Tom Hale" in plan.text
    assert "Programme:" not in plan.text
    assert "Student:" not in plan.text


def test_the_rhythm_of_confirmation_is_in_the_plan_and_in_the_text(college):
    for rhythm, words in (("weekly", "every week"), ("four_days", "after every 4 days of work"), ("monthly", "month")):
        plan = college.plan(college.placement(), rhythm=rhythm)
        assert plan.rhythm == rhythm
        assert f"confirms the hours {words}" in plan.text.replace("every month", "month")
        Placement.objects.filter(pk=plan.placement_id).update(state="cancelled")


def test_the_same_form_twice_makes_one_placement(college):
    """E42"""
    key = uuid4()
    first, second = college.placement(public_id=key), college.placement(public_id=key)
    assert first == second
    assert Placement.objects.filter(school=college.school).count() == 1


def test_a_supervisor_of_another_place_is_refused(college, workshop):
    with pytest.raises(Refused, match="This supervisor works at another place"):
        college.placement(supervisor=workshop)
    with pytest.raises(Refused, match="This supervisor works at another place"):
        add_segment(
            placement=college.placement(), site=college.site, supervisor=workshop, starts_on=FIRST, ends_on=LAST,
            work=Work(), by=college.office, at=NOW,
        )  # fmt: skip


# ── On the way: from a block to one day a week ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def running(college):
    """Agreed as a block of nine weeks, with two days worked in the first week."""
    placement = college.agreed()
    start(placement=placement, by=college.office, at=datetime(2027, 1, 4, 7, tzinfo=UTC))
    for day in (FIRST, FIRST + timedelta(days=1)):
        worked(college, placement, day)
    return placement


def one_day_a_week(college, placement, **changes):
    values = {
        "placement": placement, "from_day": CHANGE, "shifts": WEDNESDAYS, "rhythm": "four_days",
        "by": college.office, "at": datetime(2027, 1, 28, 9, tzinfo=UTC),
    }  # fmt: skip
    return move_work(**(values | changes))


def test_moving_from_a_block_to_one_day_a_week_keeps_plan_hours_and_evidence(college, running):
    """The old shifts end the day before, the new ones begin; hours and outcomes stay; the total is computed again."""
    hours = list(WorkEntry.objects.filter(placement=running).values())
    plan = one_day_a_week(college, running)
    assert (plan.number, plan.agreement.state, plan.rhythm) == (2, "draft", "four_days")
    assert plan.planned_minutes == (20 + 5) * 420
    days = planned_days(plan)
    assert [day for day in days if day < CHANGE] == planned_days(running.plan_versions.get(number=1))[:20]
    assert [day for day in days if day >= CHANGE] == [date(2027, 2, 3) + timedelta(weeks=week) for week in range(5)]
    assert {shift.ends_on for shift in plan.shifts.filter(starts_on=FIRST)} == {date(2027, 1, 31)}
    assert [row.outcome for row in plan.outcomes.all()] == college.outcomes
    assert plan.purpose_text == "Learn to work safely."
    assert list(WorkEntry.objects.filter(placement=running).values()) == hours
    assert "20 days" not in plan.text
    assert "25 days × 7 h = 175 h" in plan.text


def test_the_block_stays_agreed_until_everybody_has_signed_the_change(college, running):
    plan = one_day_a_week(college, running)
    old = Agreement.objects.get(plan__placement=running, plan__number=1)
    assert old.state == "in_force"
    later = datetime(2027, 1, 28, 10, tzinfo=UTC)
    for place in propose(agreement=plan.agreement, sign_by=date(2027, 1, 31), by=college.office, at=later):
        if place.signed_at is None:
            put_name(place, at=later)
    old.refresh_from_db()
    plan.agreement.refresh_from_db()
    assert (old.state, plan.agreement.state) == ("superseded", "in_force")


def test_a_change_twice_gives_the_same_plan(college, running):
    """E42"""
    first = one_day_a_week(college, running)
    second = one_day_a_week(college, running)
    assert (second.pk, second.planned_minutes, second.shifts.count()) == (first.pk, 175 * 60, 6)


def test_and_back_from_one_day_a_week_to_a_block(college, running):
    one_day_a_week(college, running)
    plan = one_day_a_week(college, running, from_day=date(2027, 2, 22), shifts=WEEKDAYS, rhythm="weekly")
    assert plan.planned_minutes == (20 + 3 + 10) * 420


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_a_change_outside_of_the_placement_is_refused(college, running, day):
    with pytest.raises(Refused, match="is outside of the placement"):
        one_day_a_week(college, running, from_day=day)
    assert running.plan_versions.count() == 1


def test_a_change_needs_a_plan(college):
    with pytest.raises(Refused, match="There is no plan yet"):
        one_day_a_week(college, college.placement())


# ── On the way: dates and workplaces ─────────────────────────────────────────────────────────────────────────────────


def dates(college, placement, starts_on, ends_on):
    return move_dates(placement=placement, starts_on=starts_on, ends_on=ends_on, by=college.office, at=NOW)


def test_a_placement_that_has_not_begun_is_moved_by_a_week_with_everything_in_it(college, workshop):
    placement = college.placement()
    bench = add(college, placement, workshop, starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 12))
    day = Pattern.on(date(2027, 2, 2), time(16), time(18), segment=bench)
    company = placement.segments.exclude(pk=bench.pk).get()
    college.plan(placement, shifts=[*(Pattern(2, EIGHT, HALF_PAST_THREE, 30, segment=company),), day])
    plan = dates(college, placement, FIRST + timedelta(days=8), LAST + timedelta(days=8))
    bench.refresh_from_db()
    assert (bench.starts_on, bench.ends_on) == (date(2027, 2, 9), date(2027, 2, 20))
    assert "Wed 10 Feb 2027: 16:00 to 18:00 without a break, 2 h" in plan.text
    assert plan.planned_minutes == 9 * 420 + 120


def test_a_later_last_day_lengthens_what_ended_on_the_old_one(college, running):
    plan = dates(college, running, FIRST, LAST + timedelta(weeks=1))
    assert plan.planned_minutes == 50 * 420
    assert running.segments.get().ends_on == LAST + timedelta(weeks=1)


def test_dates_that_leave_hours_outside_are_refused(college, running):
    with pytest.raises(Refused, match="There are hours on Mon 4 Jan 2027, which would be outside"):
        dates(college, running, FIRST + timedelta(days=1), LAST)
    running.refresh_from_db()
    assert running.starts_on == FIRST


def test_a_workplace_with_hours_keeps_its_place_and_its_days(college, running, workshop):
    segment = running.segments.get()
    values = {"segment": segment, "supervisor": None, "work": Work(), "by": college.office, "at": NOW}
    with pytest.raises(Refused, match="There are hours at this workplace"):
        change_segment(site=workshop.site, starts_on=FIRST, ends_on=LAST, **values)
    with pytest.raises(Refused, match="There are hours on Mon 4 Jan 2027"):
        change_segment(site=college.site, starts_on=FIRST + timedelta(days=1), ends_on=LAST, **values)
    with pytest.raises(Refused, match="This is the only workplace"):
        remove_segment(segment=segment, by=college.office, at=NOW)


def test_work_becomes_remote_from_now_on_and_past_hours_stay_what_they_were(college, running):
    segment = running.segments.get()
    plan = change_segment(
        segment=segment, site=college.site, supervisor=college.host, starts_on=FIRST, ends_on=LAST,
        work=Work(remote=True), by=college.office, at=NOW,
    )  # fmt: skip
    assert "Kind of work: from home" in plan.text
    assert set(WorkEntry.objects.filter(placement=running).values_list("remote", flat=True)) == {False}
    assert worked(college, running, FIRST + timedelta(days=2)).remote is True


def test_a_workplace_that_was_agreed_is_not_removed_but_a_new_one_is(college, running, workshop):
    bench = add(college, running, workshop)
    old = running.segments.exclude(pk=bench.pk).get()
    with pytest.raises(Refused, match="This workplace was agreed or worked at"):
        remove_segment(segment=old, by=college.office, at=NOW)
    remove_segment(segment=bench, by=college.office, at=NOW)
    assert list(running.segments.all()) == [old]


def test_a_workplace_outside_of_the_placement_is_refused(college, workshop):
    with pytest.raises(Refused, match="These dates are outside of the placement"):
        add(college, college.placement(), workshop, ends_on=LAST + timedelta(days=1))


# ── For a successor ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_successor_takes_over_the_week_the_outcomes_and_the_purpose(college, running):
    """E1: nothing is typed again."""
    one_day_a_week(college, running)
    other = firm(college, "Crane")
    target = create_placement(
        enrolment=college.enrolment, site=other.site, supervisor=other, teacher=None,
        coordinator=college.coordinator.user.person, starts_on=date(2027, 3, 8), ends_on=date(2027, 3, 19),
        by=college.office, at=NOW, kind=Kind(predecessor=running),
    )  # fmt: skip
    plan = copy_plan(source=running, target=target, by=college.office, at=NOW)
    assert plan.planned_minutes == 10 * 420
    assert [row.outcome for row in plan.outcomes.all()] == college.outcomes
    assert plan.purpose_text == "Learn to work safely."
    assert copy_plan(source=running, target=target, by=college.office, at=NOW) == plan


def test_a_successor_of_a_placement_without_a_plan_has_none(college):
    source = college.placement()
    target = college.placement()
    assert copy_plan(source=source, target=target, by=college.office, at=NOW) is None


# ── Whatever the plan ────────────────────────────────────────────────────────────────────────────────────────────────

clock = st.times(time(0), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
shift = st.builds(
    lambda weekday, begins, ends, segment, first, length: rules.Shift(
        weekday, begins, ends, 0, first, first + timedelta(days=length), "Europe/Paris", segment
    ),
    st.integers(0, 6),
    clock,
    clock,
    st.integers(1, 4),
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    st.integers(0, 120),
)


@given(
    st.lists(shift, max_size=6),
    st.fixed_dictionaries({key: st.sampled_from(list(Setting)) for key in range(1, 5)}),
)
def test_minutes_by_setting_sum_to_the_total(shifts, settings):
    days = rules.work_days(shifts)
    by_setting = rules.minutes_by(days, settings)
    assert sum(by_setting.values()) == rules.total_minutes(days)
    assert set(by_setting) <= set(settings.values())
    assert rules.total_minutes(days) == sum(
        minutes(span(work.day, work.shift.starts_at, work.shift.ends_at, "Europe/Paris"), 0) for work in days
    )


@given(st.lists(shift, max_size=4), st.dates(date(2026, 1, 1), date(2027, 4, 1)))
def test_a_cut_and_its_rest_are_the_whole(shifts, day):
    before = [left for one in shifts if (left := rules.inside(one, date.min, day - timedelta(days=1)))]
    after = [left for one in shifts if (left := rules.inside(one, day, date.max))]
    whole = rules.work_days(shifts)
    assert [(work.day, work.minutes) for work in rules.work_days([*before, *after])] == [
        (work.day, work.minutes) for work in whole
    ]


def test_an_offer_of_another_site_is_refused(college, workshop):
    other = Offer.objects.create(
        school=college.school, site=workshop.site, title="Bench", starts_on=FIRST, ends_on=LAST, places=1
    )
    with pytest.raises(Refused, match="This offer is for another workplace"):
        college.placement(offer=other)


def test_at_another_firm_the_employer_of_the_placement_is_another_and_no_student_goes_where_the_school_sends_nobody(
    college,
):
    placement, crane = college.placement(), firm(college, "Crane")
    segment = placement.segments.get()
    dates = {"starts_on": FIRST, "ends_on": LAST, "work": Work(), "by": college.office, "at": NOW}
    change_segment(segment=segment, site=crane.site, supervisor=crane, **dates)
    assert Placement.objects.get(pk=placement.pk).employer == crane.site.employer
    SchoolEmployer.objects.filter(school=college.school, employer=college.site.employer).update(suspended_at=NOW)
    with pytest.raises(Refused, match="There are no new placements at this host for now"):
        change_segment(segment=segment, site=college.site, supervisor=college.host, **dates)
