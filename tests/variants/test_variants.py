"""Each structure of product 4.5, from the plan to the credit in the ledger, with the numbers that must come out."""

from datetime import date, time, timedelta

import pytest

from accounts.access import actor_of
from accounts.roles import Role
from core.workflow import Refused
from employers.models import Employer, Site, Supervisor
from placements.models import Contact, PlanVersion
from placements.models.placements import Activity, Realism, Setting
from placements.workflow import Kind, Pattern, Work, add_segment, create_teacher_placement
from placements.workflow.contacts import Words, record_contact
from placements.workflow.teacher_reports import accept_report, write_report
from schools.models import RuleSet
from tests.placements.college import EIGHT, HALF_PAST_THREE, NOW, College, build, member
from tests.variants.story import Story, by_setting, moment

WEEK = [Pattern(day, EIGHT, HALF_PAST_THREE, 30) for day in range(5)]
WEDNESDAYS = [Pattern(2, EIGHT, HALF_PAST_THREE, 30)]
SEVEN_HOURS = 420
MONDAY = date(2027, 1, 4)


def world(birth_date: date = date(2009, 6, 1)) -> College:
    found = build(birth_date)
    found.enrolment.teacher = found.teacher.user.person
    found.enrolment.save()
    Site.objects.filter(pk=found.site.pk).update(region="ENG")
    return found


@pytest.fixture
def college(db) -> College:
    return world()


@pytest.fixture
def t_level(college) -> College:
    """The English rules: 315 h, with shares for what is not work at a company."""
    return under(college, "t-level-placement", route="other")


def under(college: College, rules: str, **facts) -> College:
    version = college.enrolment.cohort.version
    version.rule_set = RuleSet.objects.get(key=rules, school=None)
    version.save()
    college.enrolment.facts = facts
    college.enrolment.save()
    return college


def firm(college: College, name: str) -> Supervisor:
    employer = Employer.objects.create(name=name, sort_key=name.lower(), identity=f"name:GB:{name.lower()}:")
    site = Site.objects.create(employer=employer, address=f"{name} 1", address_key=f"1 {name.lower()}", region="ENG")
    return Supervisor.objects.create(person=college.coordinator.user.person, site=site)


def weekdays(first: date, number: int) -> date:
    """The last of so many days from Monday to Friday, counted from `first`."""
    day = first
    while number > 1:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


def stay(college: College, first: date, days: int, **changes) -> Story:
    """A placement over so many weekdays."""
    return Story(college, college.placement(starts_on=first, ends_on=weekdays(first, days), **changes))


def also(college: College, story: Story, supervisor: Supervisor, first: date, last: date, **work):
    return add_segment(
        placement=story.placement, site=supervisor.site, supervisor=supervisor, starts_on=first, ends_on=last,
        work=Work(**work), by=college.office, at=NOW,
    )  # fmt: skip


def test_a_block_of_45_days_of_seven_hours(college):
    """Good Friday and Easter Monday are no days of work: the ninth week ends two days later."""
    story = Story(college, college.placement(starts_on=date(2027, 2, 1), ends_on=date(2027, 4, 6))).whole(WEEK)
    assert [work.day for work in story.days if work.day in (date(2027, 3, 26), date(2027, 3, 29))] == []
    assert len(story.days) == 45
    assert story.credit() == 45 * SEVEN_HOURS == 315 * 60
    assert (story.decision.state, story.opinion.result.missing_minutes) == ("credited", 0)


def test_one_day_a_week_for_32_wednesdays(college):
    """A lost Wednesday is lost; the host confirms every fourth day, over the turn of the year."""
    placement = college.placement(starts_on=date(2026, 9, 2), ends_on=date(2027, 4, 14))
    college.school.closed_days.create(day=date(2027, 2, 17))
    story = Story(college, placement).whole(WEDNESDAYS, rhythm=PlanVersion.Rhythm.FOUR_DAYS)
    assert len(story.days) == 32
    assert story.credit("partly") == 32 * SEVEN_HOURS == 224 * 60
    assert by_setting([placement]) == {"company": 224 * 60}
    assert story.opinion.result.missing_minutes == (315 - 224) * 60


def test_mixed_224_and_91_hours_at_two_workplaces_with_a_supervisor_each(college):
    """One plan, one total, no day twice: 32 Wednesdays, then a block of 13 days without the May holiday."""
    story = Story(college, college.placement(starts_on=date(2026, 9, 9), ends_on=date(2027, 5, 6)))
    wednesdays = story.placement.segments.get()
    wednesdays.ends_on = date(2027, 4, 14)
    wednesdays.save()
    block = also(college, story, firm(college, "Crane"), date(2027, 4, 19), date(2027, 5, 6))
    shifts = [Pattern(2, EIGHT, HALF_PAST_THREE, 30, segment=wednesdays)]
    story.whole([*shifts, *(Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=block) for day in range(5))])
    minutes = by_setting([story.placement], lambda entry: entry.segment_id)
    assert minutes == {wednesdays.pk: 224 * 60, block.pk: 91 * 60}
    assert story.credit() == 315 * 60


def test_school_workshop_with_simulated_tasks_is_not_counted_as_company(t_level):
    """On the school's own site nothing counts for these rules; all settings add up to what was confirmed."""
    bench = Site.objects.create(organisation=t_level.school, name="Workshop", region="ENG")
    guide = Supervisor.objects.create(person=t_level.teacher.user.person, site=bench)
    story = stay(t_level, MONDAY, 45)
    company = story.placement.segments.get()
    workshop = also(
        t_level, story, guide, MONDAY, story.placement.ends_on, realism=Realism.SIMULATED, activity=Activity.PLACEMENT
    )
    shifts = [Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=company) for day in range(4)]
    story.whole([*shifts, Pattern(4, EIGHT, HALF_PAST_THREE, 30, segment=workshop)])
    assert by_setting([story.placement]) == {"company": 36 * SEVEN_HOURS, "workshop": 9 * SEVEN_HOURS}
    assert story.credit("partly") == 36 * SEVEN_HOURS
    cut = next(step for step in story.opinion.result.steps if step.rule == "own-site")
    assert (cut.cut_minutes, story.opinion.result.worked_minutes) == (9 * SEVEN_HOURS, 315 * 60)


def test_training_centre_with_its_own_trainer(college):
    centre = firm(college, "Inter-company centre")
    story = stay(college, MONDAY, 45)
    company = story.placement.segments.get()
    group = also(college, story, centre, MONDAY, story.placement.ends_on, setting=Setting.CENTRE)
    shifts = [Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=company) for day in range(4)]
    story.whole([*shifts, Pattern(4, EIGHT, HALF_PAST_THREE, 30, segment=group)])
    assert by_setting([story.placement]) == {"company": 36 * SEVEN_HOURS, "centre": 9 * SEVEN_HOURS}
    assert story.credit() == 315 * 60


def test_several_employers_for_one_requirement(t_level):
    """Two placements, each with its own agreement: what they have in common is the enrolment."""
    first = stay(t_level, MONDAY, 20).whole(WEEK)
    assert first.credit("partly") == 140 * 60
    crane = firm(t_level, "Crane")
    second = stay(t_level, date(2027, 2, 1), 25, site=crane.site, supervisor=crane).whole(WEEK)
    assert second.credit() == 315 * 60
    hosts = next(one for one in second.opinion.result.requirements if one.rule == "employers")
    assert hosts.state == "met"


def test_lead_employer_signs_for_work_at_two_other_firms(college):
    """Contract with one, work at two: each site with its supervisor, who confirms the own days."""
    lead = Employer.objects.create(
        name="Port Group", sort_key="port group", identity="name:GB:port group:", organisation=None
    )
    office = Site.objects.create(employer=lead, address="Quay 1", address_key="1 quay", region="ENG")
    signs = Supervisor.objects.create(person=college.guardian.user.person, site=office).person
    story = stay(college, MONDAY, 45, kind=Kind(lead_employer=lead, signatory=signs, contract_reference="PG 17"))
    garage = story.placement.segments.get()
    crane = also(college, story, firm(college, "Crane"), MONDAY, story.placement.ends_on)
    shifts = [Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=garage) for day in (0, 1, 2)]
    story.whole([*shifts, *(Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=crane) for day in (3, 4))])
    host = story.plan.agreement.signatures.get(party="host")
    assert (host.person, "Lead employer: Port Group" in story.plan.text) == (signs, True)
    assert story.credit() == 315 * 60


def test_part_time_job_that_the_student_has_already(t_level):
    """The school judged it relevant; the hours from the agreed day on count, those before do not."""
    story = stay(t_level, MONDAY, 45, kind=Kind(purpose="job", source="job"))
    story.whole([Pattern(day, time(16), time(20)) for day in range(5)])
    assert {entry.activity for entry in story.placement.work_entries.all()} == {"job"}
    assert story.credit("partly") == 45 * 240


def test_part_time_adult_in_the_evening_signs_without_a_guardian(db):
    """Late hours that would be refused for a minor, at the own employer."""
    college = under(world(date(1991, 3, 1)), "t-level-placement", route="other")
    story = stay(college, MONDAY, 45).whole([Pattern(day, time(18), time(23, 30), 30) for day in range(5)])
    assert story.parties == ["student", "host", "school"]
    assert story.credit("partly") == 45 * 300


def test_apprentice_keeps_the_apprenticeship_with_another_employer(college):
    """A contract, school on Fridays, and the second employer goes on where the first stopped."""
    college.enrolment.school_weekdays = [4]
    college.enrolment.save()
    contract = Kind(contract_reference="A 2026/17")
    first = stay(college, MONDAY, 25, kind=contract).whole(WEEK)
    crane = firm(college, "Crane")
    more = {"kind": Kind(contract_reference="A 2026/17", predecessor=first.placement)}
    second = stay(college, date(2027, 2, 8), 35, site=crane.site, supervisor=crane, **more).whole(WEEK)
    assert {work.day.weekday() for work in [*first.days, *second.days]} == {0, 1, 2, 3}
    assert (len(first.days), len(second.days)) == (20, 28)
    assert second.credit() == 315 * 60


@pytest.mark.parametrize(("route", "hours"), [("other", 63), ("digital", 157.5)])
def test_remote_work_counts_up_to_its_share(t_level, route, hours):
    under(t_level, "t-level-placement", route=route)
    crane = firm(t_level, "Crane")
    story = stay(t_level, MONDAY, 45)
    on_site = story.placement.segments.get()
    remote = also(t_level, story, crane, MONDAY, story.placement.ends_on, remote=True)
    shifts = [Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=on_site) for day in range(2)]
    story.whole([*shifts, *(Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=remote) for day in (2, 3, 4))])
    assert by_setting([story.placement], lambda entry: entry.remote) == {False: 18 * 420, True: 27 * 420}
    assert story.credit("partly") == 18 * 420 + hours * 60


def test_team_project_counts_for_a_third(t_level):
    story = stay(t_level, MONDAY, 45)
    company = story.placement.segments.get()
    project = also(t_level, story, firm(t_level, "Crane"), MONDAY, story.placement.ends_on, activity="team_project")
    shifts = [Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=company) for day in range(3)]
    story.whole([*shifts, *(Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=project) for day in (3, 4))])
    assert story.credit("partly") == 27 * 420 + 105 * 60


def test_abroad_at_night_over_the_change_of_the_clock(db):
    """22:00 to 06:00 in Paris on 27 March is 7 h; times are those of the workplace."""
    college = world(date(1991, 3, 1))
    Site.objects.filter(pk=college.site.pk).update(country="FR", region="", time_zone="Europe/Paris")
    story = Story(college, college.placement(starts_on=date(2027, 3, 22), ends_on=date(2027, 3, 28)))
    story.whole([Pattern(5, time(22), time(6))])
    assert [(work.day, work.minutes) for work in story.days] == [(date(2027, 3, 27), 7 * 60)]
    assert story.credit("partly") == 7 * 60


def test_special_needs_on_the_own_site_count_up_to_105_hours_and_the_host_is_not_told(t_level):
    under(t_level, "t-level-placement", route="other", special_needs=True)
    bench = Site.objects.create(organisation=t_level.school, name="Workshop", region="ENG")
    guide = Supervisor.objects.create(person=t_level.teacher.user.person, site=bench)
    story = stay(t_level, MONDAY, 45)
    company = story.placement.segments.get()
    own = also(t_level, story, guide, MONDAY, story.placement.ends_on)
    shifts = [Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=company) for day in range(2)]
    story.whole([*shifts, *(Pattern(day, EIGHT, HALF_PAST_THREE, 30, segment=own) for day in (2, 3, 4))])
    assert story.credit("partly") == 18 * 420 + 105 * 60
    assert "special" not in story.plan.text.lower()


def test_a_placement_in_the_family_firm_needs_a_second_source_before_it_is_credited(college):
    """The mother is guardian and supervisor: her word alone is not enough; a visit of the teacher is."""
    mother = Supervisor.objects.create(person=college.guardian.user.person, site=college.site)
    kind = Kind(source="student", conflict_of_interest="The supervisor is the mother.")
    story = stay(college, MONDAY, 45, supervisor=mother, kind=kind).whole(WEEK)
    with pytest.raises(Refused, match="only somebody close to the student"):
        story.credit()
    record_contact(
        placement=story.placement, kind=Contact.Kind.VISIT, person=college.teacher.user.person,
        words=Words(story.placement.ends_on, "in_person", with_student=True, with_host=True, seen="All were worked."),
        by=actor_of(college.teacher), at=moment(story.placement.ends_on, 20),
    )  # fmt: skip
    assert story.credit() == 315 * 60


def test_a_teachers_own_placement_ends_with_a_report_that_the_head_accepts(college):
    """No enrolment and no credit of a student: two days of 7 h, material for lessons, and the head's yes."""
    teacher, head = college.teacher, member("Hana Boss", Role.HEAD, college.school)
    placement = create_teacher_placement(
        school=college.school, learner=teacher.user.person, site=college.site, supervisor=college.host,
        coordinator=college.coordinator.user.person, starts_on=MONDAY, ends_on=MONDAY + timedelta(days=1),
        by=college.office, at=NOW,
    )  # fmt: skip
    story = Story(college, placement, learner=teacher)
    story.agree(WEEK, outcomes=[]).start().log().end()
    assert set(story.parties) == {"host", "teacher", "head"}
    report = write_report(
        placement=placement, learned="Hybrid brakes.", material="A lesson on hybrid brakes.", coaching_minutes=60,
        person=teacher.user.person, by=actor_of(teacher), at=moment(MONDAY + timedelta(days=2)),
    )  # fmt: skip
    accept_report(
        report=report, minutes=2 * SEVEN_HOURS, person=head.user.person, by=actor_of(head),
        at=moment(MONDAY + timedelta(days=3)),
    )  # fmt: skip
    report.refresh_from_db()
    assert (report.accepted_by, report.accepted_minutes) == (head.user.person, 840)
    assert placement.enrolment is None
