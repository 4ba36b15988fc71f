"""Each structure of product 4.5, from the plan to the credit in the ledger, with the numbers that must come out."""

from datetime import date

import pytest

from placements.models import PlanVersion
from placements.workflow.planning import Pattern
from tests.placements.college import EIGHT, HALF_PAST_THREE, build
from tests.variants.story import Story, by_setting

WEEK = [Pattern(day, EIGHT, HALF_PAST_THREE, 30) for day in range(5)]
WEDNESDAYS = [Pattern(2, EIGHT, HALF_PAST_THREE, 30)]
SEVEN_HOURS = 420


@pytest.fixture
def college(db):
    found = build()
    found.enrolment.teacher = found.teacher.user.person
    found.enrolment.save()
    return found


def test_a_block_of_45_days_of_seven_hours(college):
    """Good Friday and Easter Monday are no days of work: the ninth week ends two days later."""
    placement = college.placement(starts_on=date(2027, 2, 1), ends_on=date(2027, 4, 6))
    story = Story(college, placement).whole(WEEK)
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
