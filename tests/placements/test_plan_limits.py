"""Working time while it is planned (E5, E6, E7): firm limits refuse, others warn; nights and zones (E20, E21)."""

import json
from datetime import UTC, date, datetime, time

import pytest

from core.workflow import Refused
from employers.models import Employer, Site, Supervisor
from placements.models import PlanVersion, WorkEntry
from placements.rules import plan as rules
from placements.rules.hours import Stretch
from placements.rules.limits import Work as AtWork
from placements.rules.limits import bounds, broken, sentence, spell_of
from placements.workflow import Pattern, cancel
from schools.models import RuleException, RuleSet
from schools.rule_sets.reading import read_rule_set
from schools.rule_sets.shipped import FOLDER, add_version
from tests.placements.college import FIRST, NOW, build

WEDNESDAY = date(2027, 1, 6)
YOUNG = {"from": 16, "below": 18}


def limit(key, **more):
    return {"key": key, "label": {"en": "Young workers", "fr": "Jeunes"}, "ages": YOUNG, **more}


def wording(*limits, requirements=()):
    return {
        "format": "passerelle-rule-set/1",
        "key": "young",
        "name": {"en": "Young", "fr": "Jeunes"},
        "summary": {"en": "For a test.", "fr": "Pour un test."},
        "jurisdiction": "Test",
        "source": {"title": "Test", "grade": "own"},
        "activities": {"placement": {"en": "placement", "fr": "stage"}},
        "requirements": list(requirements),
        "working_time": list(limits),
        "awards": [
            {"key": "time", "type": "time", "label": {"en": "Time", "fr": "Temps"}, "measure": "hours"},
        ],
    }


EIGHT_HOURS = limit("eight", per_day={"hours": 8})
NIGHT = limit("night", night={"from": "22:00", "to": "07:00"})
SHOULD = {
    "key": "should", "type": "working_time", "label": {"en": "Night", "fr": "Nuit"}, "strength": "should",
    "limits": ["night"],
}  # fmt: skip


@pytest.fixture
def college(db):
    """A student who is 17 until 1 June 2027."""
    return build()


def under(college, content):
    """The college's programme gets this rule set."""
    rule_set = RuleSet.objects.create(key=content["key"], school=college.school)
    version, _new = add_version(rule_set, read_rule_set(json.dumps(content)), content, at=NOW)
    college.enrolment.cohort.version.rule_set = rule_set
    college.enrolment.cohort.version.save()
    return version


def shipped(college, name):
    return under(college, json.loads((FOLDER / f"{name}.json").read_text()))


def at_bakery(college, **changes):
    """A second host of the same student."""
    firm = Employer.objects.create(name="Bakery", sort_key="bakery", identity="name:GB:bakery:")
    site = Site.objects.create(employer=firm, address="Mill Lane 1", address_key="1 mill lane")
    host = Supervisor.objects.create(person=college.supervisor.user.person, site=site)
    return college.placement(site=site, supervisor=host, **changes)


# ── A breach is refused in words that help ───────────────────────────────────────────────────────────────────────────


def test_a_baker_may_not_plan_a_young_student_before_seven(college):
    """E5 and product 3.3: the sentence says what would be right."""
    under(college, wording(NIGHT))
    placement = college.placement()
    with pytest.raises(Refused, match=r"^At the age of 17 not before 07:00. Look at Wed 6 Jan 2027.$"):
        college.plan(placement, shifts=[Pattern(2, time(5), time(12, 30), 30)])
    assert not placement.plan_versions.exists()
    assert college.plan(placement, shifts=[Pattern(2, time(7), time(14, 30), 30)]).planned_minutes == 9 * 420


@pytest.mark.parametrize(
    ("limits", "shift", "text"),
    [
        (
            {"per_day": {"hours": 8}},
            Pattern(2, time(8), time(17), 30),
            "At the age of 17 at most 8 h a day. On Wed 6 Jan 2027 it is 8 h 30.",
        ),
        (
            {"per_week": {"hours": 7}},
            Pattern(2, time(8), time(16), 30),
            "At the age of 17 at most 7 h a week. In the week of Mon 4 Jan 2027 it is 7 h 30.",
        ),
        (
            {"night": {"from": "22:00", "to": "06:00"}},
            Pattern(2, time(16), time(23)),
            "At the age of 17 not after 22:00. Look at Wed 6 Jan 2027.",
        ),
        (
            {"night": {"from": "22:00", "to": "06:00"}},
            Pattern(2, time(22), time(6)),
            "At the age of 17 not after 22:00. Look at Wed 6 Jan 2027.",
        ),
        (
            {"night": {"from": "00:00", "to": "04:00"}},
            Pattern(2, time(20), time(1)),
            "At the age of 17 not after 00:00. Look at Wed 6 Jan 2027.",
        ),
        (
            {"pause": {"after": {"hours": 4, "minutes": 30}, "at_least": {"minutes": 30}}},
            Pattern(2, time(8), time(13)),
            "At the age of 17 work of more than 4 h 30 has a break of at least 30 minutes. Look at Wed 6 Jan 2027.",
        ),
        (
            {"rest_days_per_week": 7},
            Pattern(2, time(8), time(13)),
            "At the age of 17 at least 7 free days a week. Look at the week of Mon 4 Jan 2027.",
        ),
        (
            {"rest_days_with": ["wednesday"]},
            Pattern(2, time(8), time(13)),
            "At the age of 17 at least 1 free day a week, with Wednesday. Look at the week of Mon 4 Jan 2027.",
        ),
    ],
)
def test_every_kind_of_limit_says_what_is_planned_and_what_would_be_right(college, limits, shift, text):
    """E5"""
    under(college, wording(limit("one", **limits)))
    with pytest.raises(Refused) as refusal:
        college.plan(college.placement(), shifts=[shift])
    assert str(refusal.value) == text


def test_too_short_a_night_between_two_days_is_named(college):
    """E5"""
    under(college, wording(limit("rest", rest_between_days={"hours": 12})))
    with pytest.raises(Refused, match=r"at least 12 h without work between two days. Before Wed 6 Jan 2027 it is 11 h"):
        college.plan(college.placement(), shifts=[Pattern(1, time(14), time(20)), Pattern(2, time(7), time(12))])


def test_french_limits_refuse_a_sixth_day_and_a_night(college):
    """E5: 35 h, two free days together with Sunday, not after 22:00; no derogation."""
    shipped(college, "france-pfmp-bac-pro")
    placement = college.placement()
    with pytest.raises(Refused, match="2 free days a week, one after the other, with Sunday"):
        college.plan(placement, shifts=[Pattern(day, time(9), time(14)) for day in range(6)])
    with pytest.raises(Refused, match="not after 22:00"):
        college.plan(placement, shifts=[Pattern(2, time(16), time(22, 30), 30)])
    assert college.plan(placement).planned_minutes == 18_900


def test_a_limit_that_only_should_hold_does_not_refuse(college):
    under(college, wording(NIGHT, EIGHT_HOURS, requirements=[SHOULD]))
    placement = college.placement()
    assert college.plan(placement, shifts=[Pattern(2, time(5), time(12, 30), 30)]).planned_minutes == 9 * 420
    with pytest.raises(Refused, match="at most 8 h a day"):
        college.plan(placement, shifts=[Pattern(2, time(5), time(14), 30)])


def test_an_exception_that_somebody_granted_lets_it_pass(college):
    """E5: a rule needs an exception with a reason, by a person."""
    under(college, wording(EIGHT_HOURS))
    placement = college.placement()
    exception = RuleException.objects.create(
        enrolment=college.enrolment, rule="eight", reason="A film set.", approver=college.teacher.user.person, at=NOW
    )
    long = [Pattern(2, time(8), time(17), 0)]
    assert college.plan(placement, shifts=long).planned_minutes == 9 * 540
    exception.withdrawn_at = NOW
    exception.save()
    with pytest.raises(Refused, match="at most 8 h a day"):
        college.plan(placement, shifts=long)


def test_the_plan_keeps_the_wording_by_which_it_was_checked(college):
    version = under(college, wording(EIGHT_HOURS))
    assert college.plan(college.placement()).rule_set_version == version


# ── Two hosts, a birthday ────────────────────────────────────────────────────────────────────────────────────────────


def test_five_and_four_hours_at_two_hosts_on_one_day_are_too_long_for_somebody_of_17(college):
    """E6: all known work of the person, over all placements."""
    under(college, wording(EIGHT_HOURS))
    college.plan(college.placement(), shifts=[Pattern(2, time(8), time(13))])
    second = at_bakery(college)
    with pytest.raises(Refused) as refusal:
        college.plan(second, shifts=[Pattern(2, time(14), time(18))])
    assert str(refusal.value) == (
        "At the age of 17 at most 8 h a day, at all workplaces together. On Wed 6 Jan 2027 it is 9 h."
    )
    assert college.plan(second, shifts=[Pattern(2, time(14), time(17))]).planned_minutes == 9 * 180


def test_the_18th_birthday_changes_the_limits_on_that_day(college):
    """E7: 9 hours on the Wednesday before the birthday are refused, on the birthday and later they are not."""
    under(college, wording(EIGHT_HOURS))
    college.enrolment.student.birth_date = date(2009, 1, 13)
    college.enrolment.student.save()
    placement = college.placement()
    nine = [Pattern(2, time(8), time(17), 0)]
    with pytest.raises(Refused, match="On Wed 6 Jan 2027 it is 9 h"):
        college.plan(placement, shifts=nine)
    from_birthday = [Pattern(2, time(8), time(17), 0, starts_on=date(2027, 1, 13))]
    assert college.plan(placement, shifts=from_birthday).planned_minutes == 8 * 540


def test_of_somebody_born_on_29_february_the_18th_birthday_is_1_march(college):
    """E7, 29 Feb"""
    under(college, wording(EIGHT_HOURS))
    college.enrolment.student.birth_date = date(2008, 2, 29)
    college.enrolment.student.save()
    placement = college.placement(starts_on=date(2026, 2, 23), ends_on=date(2026, 3, 6))
    nine = [Pattern(5, time(8), time(17)), Pattern(6, time(8), time(17))]
    with pytest.raises(Refused, match="On Sat 28 Feb 2026 it is 9 h"):
        college.plan(placement, shifts=nine, at=datetime(2026, 2, 1, tzinfo=UTC))
    sunday = [Pattern.on(date(2026, 3, 1), time(8), time(17))]
    assert college.plan(placement, shifts=sunday, at=datetime(2026, 2, 1, tzinfo=UTC)).planned_minutes == 540


def test_nobody_is_held_to_limits_of_an_age_that_is_not_known(college):
    under(college, wording(EIGHT_HOURS))
    college.enrolment.student.birth_date = None
    college.enrolment.student.save()
    assert college.plan(college.placement(), shifts=[Pattern(2, time(8), time(17))]).planned_minutes == 9 * 540


def test_work_at_the_same_time_in_another_placement_is_refused_without_naming_it(college):
    college.plan(college.placement(), shifts=[Pattern(2, time(8), time(13))])
    second = at_bakery(college)
    with pytest.raises(Refused) as refusal:
        college.plan(second, shifts=[Pattern(2, time(12, 59), time(17))])
    assert str(refusal.value) == "On Wed 6 Jan 2027 the student has work at this time in another placement."
    assert college.plan(second, shifts=[Pattern(2, time(13), time(17))])


def test_a_placement_that_was_cancelled_is_in_nobodys_way(college):
    first = college.placement()
    college.plan(first, shifts=[Pattern(2, time(8), time(13))])
    cancel(placement=first, reason="No place.", by=college.office, at=NOW)
    assert college.plan(at_bakery(college), shifts=[Pattern(2, time(8), time(13))])


def test_a_breach_of_the_other_placement_alone_is_not_held_against_this_one(college):
    college.plan(college.placement(), shifts=[Pattern(1, time(8), time(17))])
    under(college, wording(EIGHT_HOURS))
    assert college.plan(at_bakery(college), shifts=[Pattern(2, time(8), time(13))])


# ── Nights and zones ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("night", "minutes"), [(date(2026, 10, 24), 9 * 60), (date(2026, 3, 28), 7 * 60)])
def test_a_night_in_paris_has_the_same_minutes_in_the_plan_and_in_the_log(college, night, minutes):
    """E20: 22:00 to 06:00 is 9 h on 24 October 2026 and 7 h on 28 March 2026."""
    Site.objects.filter(pk=college.site.pk).update(time_zone="Europe/Paris", country="FR")
    college.enrolment.student.birth_date = date(2000, 1, 1)
    college.enrolment.student.save()
    placement = college.placement(starts_on=night, ends_on=night)
    plan = college.plan(placement, shifts=[Pattern.on(night, time(22), time(6))], at=datetime(2026, 3, 1, tzinfo=UTC))
    assert plan.planned_minutes == minutes
    assert Stretch(night, time(22), time(6), 0, "Europe/Paris").minutes == minutes
    assert not WorkEntry.objects.filter(placement=placement).exists()


def test_times_are_local_to_the_workplace(college):
    """E21: eight o'clock in Sydney is the evening before in London."""
    Site.objects.filter(pk=college.site.pk).update(time_zone="Australia/Sydney", country="AU", region="NSW")
    plan = college.plan(college.placement(), shifts=[Pattern(2, time(8), time(16), 30)])
    assert "Wednesday: 08:00 to 16:00" in plan.text
    [work, *_rest] = rules.work_days([rules.Shift(2, time(8), time(16), 30, FIRST, WEDNESDAY, "Australia/Sydney")])
    assert work.span[0] == datetime(2027, 1, 5, 21, tzinfo=UTC)


def test_a_night_limit_is_looked_at_in_the_clock_of_the_workplace():
    """E21: work from 07:00 in Sydney is no night work there, whatever the clock says at school."""
    asked = bounds(read_rule_set(json.dumps(wording(NIGHT))), {})
    days = rules.work_days([rules.Shift(2, time(7), time(15), 30, FIRST, WEDNESDAY, "Australia/Sydney")])
    work = [AtWork(spell_of(day, "one")) for day in days]
    assert broken(asked, work, date(2009, 6, 1)) == []
    early = rules.work_days([rules.Shift(2, time(6, 59), time(15), 30, FIRST, WEDNESDAY, "Australia/Sydney")])
    [found] = broken(asked, [AtWork(spell_of(day, "one")) for day in early], date(2009, 6, 1))
    assert sentence(found) == "At the age of 17 not before 07:00. Look at Wed 6 Jan 2027."


def test_a_limit_for_some_kinds_of_work_leaves_the_others_alone(college):
    under(college, wording(limit("remote", per_day={"hours": 4}, where={"remote": True})))
    assert isinstance(college.plan(college.placement()), PlanVersion)
