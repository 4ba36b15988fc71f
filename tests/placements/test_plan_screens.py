"""A coordinator's screens for all structures: further times, workplaces, changes, a teacher's placement."""

import json
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Role
from employers.models import SchoolEmployer, Site, Supervisor
from placements.models import Placement, PlannedShift, Segment
from placements.models.placements import Setting
from placements.workflow import Pattern, Work, add_segment
from tests.placements.college import EIGHT, FIRST, HALF_PAST_THREE, LAST, NOW, build, member
from tests.placements.test_placement_screens import client_of, new_data, page, week
from tests.placements.test_plan_limits import NIGHT, SHOULD, under, wording

pytestmark = pytest.mark.usefixtures("_november")


@pytest.fixture
def _november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def desk(college):
    return client_of(college.coordinator)


@pytest.fixture
def workshop(college):
    return Site.objects.create(organisation=college.school, name="Workshop")


def rows(*found):
    """The further times as a browser sends them: each with when, from, to, break, first and last day."""
    data = {"rows-TOTAL_FORMS": str(len(found)), "rows-INITIAL_FORMS": "0"}
    for number, row in enumerate(found):
        names = ("when", "starts_at", "ends_at", "break_minutes", "starts_on", "ends_on", "segment")
        data |= {f"rows-{number}-{name}": value for name, value in zip(names, row, strict=False)}
    return data


def text(answer):
    return answer.content.decode()


# ── Further times ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_normal_week_and_further_times_are_one_plan(college, desk):
    placement = college.placement()
    saturday = ("once", "09:00", "12:00", "", "2027-01-09", "")
    evening = ("2", "17:00", "19:00", "", "2027-02-01", "2027-02-28")
    answer = desk.post(page("plan", placement), week(2) | rows(saturday, evening, ("", "", "", "", "", "")))
    assert answer["Location"] == page("propose", placement)
    plan = placement.plan_versions.get()
    assert plan.planned_minutes == 9 * 420 + 180 + 4 * 120
    shown = text(desk.get(page("plan", placement)))
    assert 'name="rows-0-when"' in shown
    assert shown.count('value="once" selected') == 1
    assert "Sat 9 Jan 2027: 09:00 to 12:00 without a break, 3 h" in shown


def test_further_times_come_back_as_they_were_saved(college, desk):
    """Saving what is shown changes nothing."""
    placement = college.placement()
    college.plan(
        placement,
        shifts=[
            Pattern(2, EIGHT, HALF_PAST_THREE, 30),
            Pattern(2, time(17), time(19), starts_on=date(2027, 2, 1)),
            Pattern.on(date(2027, 1, 9), time(9), time(12)),
        ],
    )
    before = sorted(
        PlannedShift.objects.filter(plan__placement=placement).values_list("weekday", "starts_at", "ends_on")
    )
    form = desk.get(page("plan", placement)).context
    data = {name: value for one in form["rows"].forms for name, value in _filled(one)} | {
        "rows-TOTAL_FORMS": "5", "rows-INITIAL_FORMS": "2",
    }  # fmt: skip
    desk.post(page("plan", placement), week(2) | data)
    after = sorted(
        PlannedShift.objects.filter(plan__placement=placement).values_list("weekday", "starts_at", "ends_on")
    )
    assert after == before


def _filled(form):
    for field in form:
        value = field.value()
        yield field.html_name, "" if value is None else str(value)


def test_a_button_saves_and_comes_back_for_more(college, desk):
    placement = college.placement()
    data = week(2) | rows(("once", "09:00", "12:00", "", "2027-01-09", "")) | {"more": "1"}
    assert desk.post(page("plan", placement), data)["Location"] == page("plan", placement)
    assert desk.get(page("plan", placement)).context["rows"].total_form_count() == 4


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("once", "09:00", "12:00", "", "", ""), "Write which day it is."),
        (("2", "", "12:00", "", "", ""), "Write when work begins and ends."),
        (("2", "25:00", "12:00", "", "", ""), "Write the time like 08:30."),
        (("2", "09:00", "12:00", "-5", "", ""), "Ensure this value is greater than or equal to 0."),
        (("2", "09:00", "12:00", "", "2027-02-02", "2027-02-01"), "The last day is before the first day."),
        (("2", "09:00", "12:00", "", "2027-02-30", ""), "Enter a valid date."),
        (("once", "09:00", "12:00", "", "2028-02-29", ""), "Tue 29 Feb 2028 is outside of the dates of the workplace."),
        (("2", "08:00", "12:00", "", "", ""), "Two shifts are at the same time."),
        (("9", "08:00", "12:00", "", "", ""), "Select a valid choice."),
    ],
)
def test_a_wrong_row_comes_back_with_everything_that_was_typed(college, desk, row, words):
    """E44"""
    placement = college.placement()
    answer = desk.post(page("plan", placement), week(2) | rows(row) | {"purpose_text": "What I typed."})
    assert answer.status_code == 422
    assert words in text(answer)
    assert "What I typed." in text(answer)
    assert not placement.plan_versions.exists()


def test_a_firm_limit_is_said_above_the_form_and_another_one_after_saving(college, desk):
    """E5: a firm limit refuses, one that only should hold warns."""
    placement = college.placement()
    under(college, wording(NIGHT))
    answer = desk.post(page("plan", placement), week(2, start="05:00", end="12:30"))
    assert answer.status_code == 422
    assert "At the age of 17 not before 07:00. Look at Wed 6 Jan 2027." in text(answer)
    assert 'value="05:00"' in text(answer)
    soft = wording(NIGHT, requirements=[SHOULD]) | {"key": "softer"}
    under(college, json.loads(json.dumps(soft)))
    answer = desk.post(page("plan", placement), week(2, start="05:00", end="12:30"), follow=True)
    assert answer.status_code == 200
    assert "At the age of 17 not before 07:00. Look at Wed 6 Jan 2027." in text(answer)


def test_days_without_work_that_came_after_the_plan_are_said(college, desk):
    """E19: the sum of today beside the one that was written."""
    placement = college.placement()
    college.plan(placement)
    college.school.closed_days.create(day=date(2027, 2, 15))
    shown = text(desk.get(page("plan", placement)))
    assert "No work on Mon 15 Feb 2027 (the school is closed)" in shown
    assert "saved today, it has 308 h." in shown


# ── Workplaces ───────────────────────────────────────────────────────────────────────────────────────────────────────


def segment_data(**changes):
    return {
        "starts_on": FIRST.isoformat(), "ends_on": LAST.isoformat(), "guide": "", "setting": "workshop",
        "realism": "simulated",
    } | changes  # fmt: skip


def test_a_workshop_of_the_school_becomes_a_workplace_guided_by_a_teacher(college, desk):
    placement = college.placement()
    url = page("workshop_new", placement)
    place = desk.post(url, {"name": "Welding bench"})["Location"]
    teacher = college.teacher.user.person
    for _time in range(2):
        answer = desk.post(place, segment_data(guide=str(teacher.pk), remote="on"))
    assert answer["Location"] == page("plan", placement)
    segment = placement.segments.get(setting=Setting.WORKSHOP)
    assert (segment.site.name, segment.supervisor.person, segment.realism) == ("Welding bench", teacher, "simulated")
    shown = text(desk.get(page("segments", placement)))
    assert "Welding bench, Test College" in shown
    assert "School workshop, Simulated, from home" in shown


def test_days_and_times_are_written_for_each_workplace(college, desk, workshop):
    placement = college.placement()
    add_segment(
        placement=placement, site=workshop, supervisor=None, starts_on=FIRST, ends_on=LAST, work=Work(),
        by=college.office, at=NOW,
    )  # fmt: skip
    company, bench = placement.segments.order_by("pk")
    data = {"rhythm": "four_days"} | rows(
        ("0", "08:00", "15:30", "30", "", "", str(company.pk)), ("3", "09:00", "12:00", "", "", "", str(bench.pk))
    )
    desk.post(page("plan", placement), data)
    assert placement.plan_versions.get().planned_minutes == 9 * (420 + 180)
    shown = text(desk.get(page("plan", placement)))
    for line in ("Workplace 2. 9 days × 3 h = 27 h", "Company: 63 h", "School workshop: 27 h"):
        assert line in shown
    assert 'name="on_0"' not in shown


def test_a_workplace_is_changed_and_taken_out(college, desk, workshop):
    placement = college.placement()
    bench = add_segment(
        placement=placement, site=workshop, supervisor=None, starts_on=FIRST, ends_on=LAST, work=Work(),
        by=college.office, at=NOW,
    )  # fmt: skip
    answer = desk.post(page("segment", placement, pk=bench.pk), segment_data(ends_on="2027-02-05"))
    assert answer["Location"] == page("segments", placement)
    bench.refresh_from_db()
    assert (bench.ends_on, bench.realism) == (date(2027, 2, 5), "simulated")
    answer = desk.post(page("segment", placement, pk=bench.pk), segment_data(ends_on="2027-12-05"))
    assert answer.status_code == 422
    assert "These dates are outside of the placement." in text(answer)
    assert 'value="2027-12-05"' in text(answer)
    desk.post(page("segment_remove", placement, pk=bench.pk))
    assert not Segment.objects.filter(pk=bench.pk).exists()
    answer = desk.post(page("segment_remove", placement, pk=placement.segments.get().pk), follow=True)
    assert "This is the only workplace of the placement." in text(answer)


def test_a_place_is_found_by_name_and_one_of_another_school_is_not_there(college, desk, workshop):
    other = Organisation.objects.create(kind="school", name="Hillside")
    theirs = Site.objects.create(organisation=other, name="Hillside bench")
    placement = college.placement()
    shown = text(desk.get(page("segment_new", placement)))
    assert "Workshop" in shown
    assert "Novak Garage" in shown
    assert "Hillside bench" not in shown
    assert (
        "Workshop"
        not in text(desk.get(page("segment_new", placement) + "?q=garage")).split("<tbody>")[1].split("</tbody>")[0]
    )
    assert desk.get(f"{page('segment_new', placement)}?site={theirs.public_id}").status_code == 404
    assert desk.get(f"{page('segment_new', placement)}?site=nothing").status_code == 404


def test_a_coordinator_of_another_school_reaches_no_plan(college):
    school = Organisation.objects.create(kind="school", name="Hillside")
    SchoolEmployer.objects.create(school=school, employer=college.site.employer)
    stranger = client_of(member("Sten Gray", Role.COORDINATOR, school))
    placement = college.placement()
    college.plan(placement)
    segment = placement.segments.get()
    for name, more in (
        ("change", {}),
        ("dates", {}),
        ("segments", {}),
        ("segment_new", {}),
        ("segment", {"pk": segment.pk}),
    ):
        assert stranger.get(page(name, placement, **more)).status_code == 404
    assert stranger.post(page("segment_remove", placement, pk=segment.pk)).status_code == 404
    assert placement.segments.count() == 1


# ── From a day on, other dates ───────────────────────────────────────────────────────────────────────────────────────


def test_a_block_becomes_one_day_a_week_in_one_form(college, desk):
    placement = college.placement()
    college.plan(placement)
    shown = text(desk.get(page("change", placement)))
    assert shown.count(" checked") == 5 + 1
    data = week(2) | {"from_day": "2027-02-01", "rhythm": "four_days", "change_reason": "Exams."}
    answer = desk.post(page("change", placement), data)
    assert answer["Location"] == page("propose", placement)
    plan = placement.plan_versions.get()
    assert (plan.planned_minutes, plan.rhythm, plan.change_reason) == (25 * 420, "four_days", "Exams.")
    desk.post(page("change", placement), data)
    assert placement.plan_versions.get().planned_minutes == 25 * 420


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"from_day": "2026-12-31"}, "is outside of the placement."),
        ({"from_day": ""}, "This field is required."),
        ({"from_2": "9"}, "Write the time like 08:30."),
    ],
)
def test_a_wrong_change_comes_back_with_what_was_typed(college, desk, changes, words):
    placement = college.placement()
    college.plan(placement)
    data = week(2) | {"from_day": "2027-02-01", "rhythm": "weekly", "change_reason": "Because."} | changes
    answer = desk.post(page("change", placement), data)
    assert answer.status_code == 422
    assert words in text(answer)
    assert "Because." in text(answer)
    assert placement.plan_versions.get().planned_minutes == 45 * 420


def test_without_a_plan_a_change_leads_to_the_plan(college, desk):
    placement = college.placement()
    assert desk.get(page("change", placement))["Location"] == page("plan", placement)


def test_the_last_day_is_moved_and_wrong_dates_come_back(college, desk):
    placement = college.placement()
    college.plan(placement)
    data = {"starts_on": FIRST.isoformat(), "ends_on": "2027-03-12", "change_reason": ""}
    assert desk.post(page("dates", placement), data)["Location"] == page("propose", placement)
    assert placement.plan_versions.get().planned_minutes == 50 * 420
    answer = desk.post(page("dates", placement), data | {"ends_on": "2027-01-01"})
    assert answer.status_code == 422
    assert "The last day is before the first day." in text(answer)


# ── A new placement of every kind ────────────────────────────────────────────────────────────────────────────────────


def new_at(college):
    return f"{reverse('placements:new')}?site={college.site.public_id}"


def test_what_makes_a_placement_special_is_asked_on_the_same_page(college, desk):
    data = new_data(
        college, purpose="job", source="job", conflict_of_interest=" The owner  is an aunt. ",
        contract_reference="A 17",
        setting="centre", realism="simulated", remote="on", lead_employer=str(college.site.employer.public_id),
        signatory=str(college.host.public_id),
    )  # fmt: skip
    for _time in range(2):
        answer = desk.post(new_at(college), data)
    placement = Placement.objects.get(school=college.school)
    assert answer["Location"] == page("plan", placement)
    assert (placement.purpose, placement.source, placement.conflict_of_interest) == (
        "job",
        "job",
        "The owner is an aunt.",
    )
    assert (placement.contract_reference, placement.lead_employer) == ("A 17", college.site.employer)
    assert placement.signatory == college.supervisor.user.person
    segment = placement.segments.get()
    assert (segment.setting, segment.realism, segment.remote, segment.activity) == ("centre", "simulated", True, "job")


def test_a_teachers_own_placement_is_planned_like_any_other(college, desk):
    url = f"{reverse('placements:new_for_teacher')}?site={college.site.public_id}"
    assert "Tom Hale" in text(desk.get(url))
    data = new_data(college, teacher=str(college.teacher.user.person.public_id))
    answer = desk.post(url, data)
    placement = Placement.objects.get(school=college.school)
    assert answer["Location"] == page("plan", placement)
    assert (placement.purpose, placement.learner, placement.enrolment) == ("teacher", college.teacher.user.person, None)
    assert desk.post(page("plan", placement), week(2))["Location"] == page("propose", placement)
    assert desk.post(url, data | {"teacher": ""}).status_code == 422
    assert desk.get(reverse("placements:new_for_teacher")).status_code == 404


# ── What it costs ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["plan", "change", "dates", "segments", "segment_new"])
def test_pages_of_several_workplaces_need_at_most_twelve_queries(college, desk, django_assert_max_num_queries, name):
    placement = college.placement()
    for number in range(4):
        site = Site.objects.create(organisation=college.school, name=f"Bench {number}")
        guide = Supervisor.objects.create(person=college.teacher.user.person, site=site)
        segment = add_segment(
            placement=placement, site=site, supervisor=guide, starts_on=FIRST, ends_on=LAST, work=Work(),
            by=college.office, at=NOW,
        )  # fmt: skip
    college.plan(placement, shifts=[Pattern(2, EIGHT, time(12), segment=segment)], at=datetime(2026, 11, 1, tzinfo=UTC))
    with django_assert_max_num_queries(12):
        assert desk.get(page(name, placement)).status_code == 200
    assert isinstance(desk, Client)
