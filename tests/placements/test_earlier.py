"""Earlier work (E18): a sum with dates, confirmed by the workplace and talked through, never granted by itself."""

from datetime import date, timedelta

import pytest

from accounts.models import Document
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import EarlierWork, Placement, WorkEntry
from placements.workflow.earlier import confirm_earlier, note_talk, write_earlier
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, moves, person

pytestmark = pytest.mark.django_db
OFFICE = Actor("user", 2, Role.COORDINATOR)


@pytest.fixture
def job():
    placement = build().lina
    placement.purpose = Placement.Purpose.JOB
    placement.save()
    return placement


def write(placement, **changes) -> EarlierWork:
    values = {
        "starts_on": date(2026, 9, 7),
        "ends_on": date(2026, 10, 23),
        "days": 14,
        "minutes": 14 * 300,
        "relevance": "Tyres and oil in a small garage.",
        "before_enrolment": False,
        "by": OFFICE,
        "at": at(MONDAY),
    }
    return write_earlier(placement=placement, **(values | changes))


def test_e18_a_sum_is_enough_and_no_day_is_logged(job):
    row = write(job)
    assert (row.days, row.minutes, row.confirmed_minutes, row.talked_on) == (14, 4200, None, None)
    assert not WorkEntry.objects.filter(placement=job).exists()


def test_e18_dates_before_the_enrolment_only_with_the_flag(job):
    early = {"starts_on": date(2026, 8, 31)}
    with pytest.raises(Refused, match="before the student enrolled"):
        write(job, **early)
    assert write(job, **early, before_enrolment=True).before_enrolment is True


def test_e18_the_workplace_confirms_in_its_own_name_and_at_most_what_was_written(job):
    row = write(job)
    with pytest.raises(Refused, match="more than was written"):
        confirm_earlier(earlier=row, minutes=4201, name="Marek Novak", by=HOST, at=at(MONDAY))
    done = confirm_earlier(earlier=row, minutes=3900, name="Marek Novak", by=HOST, at=at(MONDAY))
    again = confirm_earlier(earlier=row, minutes=3900, name="Marek Novak", by=HOST, at=at(MONDAY, 19))
    assert (done.confirmed_minutes, done.confirmed_by, again.confirmed_at) == (3900, "Marek Novak", at(MONDAY))
    assert "Marek" not in str(list(moves().filter(noun="earlier_work").values_list("details", "reason")))


def test_e18_on_paper_the_school_needs_the_paper(job):
    row = write(job)
    with pytest.raises(Refused, match="Add the paper"):
        confirm_earlier(earlier=row, minutes=4200, name="Marek Novak", by=OFFICE, at=at(MONDAY))
    paper = Document.objects.create(
        organisation=job.school, kind="proof", media_type="application/pdf", content=b"%PDF-", hash="0",
        added_by=job.learner, added_at=at(MONDAY),
    )  # fmt: skip
    done = confirm_earlier(earlier=row, minutes=4200, name="Marek Novak", document=paper, by=OFFICE, at=at(MONDAY))
    assert (done.confirmed_minutes, done.document) == (4200, paper)


def test_e18_other_sums_take_the_confirmation_away_and_other_words_do_not(job):
    row = write(job)
    confirm_earlier(earlier=row, minutes=4200, name="Marek Novak", by=HOST, at=at(MONDAY))
    assert write(job, relevance="Tyres, oil and brakes.").confirmed_minutes == 4200
    assert write(job, minutes=4000).confirmed_minutes is None


def test_e18_the_talk_with_the_teacher_is_noted_and_not_ahead_of_time(job):
    row, teacher = write(job), person("Tom Hale")
    with pytest.raises(Refused, match="still to come"):
        note_talk(earlier=row, on=MONDAY + timedelta(days=1), person=teacher, by=OFFICE, at=at(MONDAY))
    done = note_talk(earlier=row, on=MONDAY, person=teacher, by=OFFICE, at=at(MONDAY))
    assert (done.talked_on, done.talked_with) == (MONDAY, teacher)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ends_on": date(2026, 9, 1)}, "last day is before"),
        ({"ends_on": date(2026, 11, 20)}, "Only work that is over"),
        ({"days": 48}, "not so many days"),
        ({"days": 0}, "not so many days"),
        ({"minutes": 14 * 960 + 1}, "more than 16 hours a day"),
        ({"relevance": "  "}, "Say what this work"),
        ({"by": STUDENT}, "may not do this"),
    ],
)
def test_e18_sums_that_cannot_be_are_refused(job, changes, says):
    with pytest.raises(Refused, match=says):
        write(job, **changes)


def test_e18_a_placement_of_a_student_is_no_earlier_work():
    with pytest.raises(Refused, match="not about earlier work"):
        write(build().lina)
