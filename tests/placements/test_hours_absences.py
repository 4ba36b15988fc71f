"""Absence by cause, part days and making up: minutes of what was planned, never a diagnosis."""

import uuid
from datetime import time, timedelta

import pytest

from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Absence, Placement
from placements.queries.absences import make_up_of, told
from placements.queries.days import day_of
from placements.queries.hours import log_plan
from placements.workflow import absences, hours, weeks
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, moves, person, work

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
THURSDAY = MONDAY + timedelta(days=3)
FRIDAY = at(MONDAY + timedelta(days=4))
COORDINATOR = Actor("user", 7, Role.COORDINATOR)


@pytest.fixture
def garage():
    return build()


def tell(garage, day=MONDAY, minutes=None, cause="student", by=STUDENT, **more):
    who = {"placement": garage.lina, "person": garage.lina.learner, "by": by, "at": FRIDAY, **more}
    return absences.tell_absence(day=day, minutes=minutes, cause=cause, **who)


def confirm(garage, changes=None):
    return weeks.confirm_week(
        placement=garage.lina,
        week_starts_on=MONDAY,
        person=garage.marek.person,
        changes=changes,
        by=HOST,
        at=FRIDAY,
    )


@pytest.mark.parametrize(
    ("by", "side"), [(STUDENT, "student"), (HOST, "host"), (COORDINATOR, "school")], ids=["student", "host", "school"]
)
@pytest.mark.parametrize("cause", Absence.Cause.values)
def test_each_side_tells_an_absence_with_its_cause_e8(garage, by, side, cause):
    """E8: a coded cause and no diagnosis."""
    absence = tell(garage, cause=cause, by=by)
    assert (absence.minutes, absence.cause, absence.side) == (450, cause, side)
    move = moves().get()
    assert (move.noun, move.verb, move.details) == (
        "absence",
        "tell",
        {"day": "2026-11-16", "minutes": 450, "cause": cause},
    )
    assert not [field.name for field in Absence._meta.fields if field.get_internal_type() == "TextField"]


def test_a_day_with_part_of_the_work_is_attended_and_the_rest_is_absence_e4(garage):
    """E4: late, or gone early; the missed planned minutes are what is left."""
    work(garage.lina, MONDAY, time(9), time(16), 30)
    known = day_of(garage.lina, MONDAY)
    assert (known.planned, known.worked, known.missed, known.is_attended) == (450, 390, 60, True)
    with pytest.raises(Refused, match="More is missing than was planned"):
        tell(garage, minutes=61)
    assert tell(garage, minutes=60).minutes == 60
    known = day_of(garage.lina, MONDAY)
    assert (known.missed, known.absent, known.is_attended) == (0, 60, True)


def test_absence_and_hours_are_together_at_most_what_was_planned(garage):
    tell(garage, minutes=120)
    with pytest.raises(Refused, match="2 h of Mon 16 Nov were told as an absence"):
        work(garage.lina, MONDAY)
    entry = work(garage.lina, MONDAY, time(8), time(14), 30)
    with pytest.raises(Refused, match="told as an absence"):
        hours.change_day(
            entry=entry,
            day=MONDAY,
            starts_at=time(8),
            ends_at=time(14, 1),
            break_minutes=30,
            tasks=[],
            by=STUDENT,
            at=at(MONDAY),
        )
    with pytest.raises(Refused, match="told as an absence"):
        weeks.add_day(
            placement=garage.lina,
            day=MONDAY,
            starts_at=time(14),
            ends_at=time(16),
            break_minutes=0,
            tasks=[],
            person=garage.marek.person,
            by=HOST,
            at=FRIDAY,
        )
    assert day_of(garage.lina, MONDAY).worked == 330


def test_what_the_host_says_less_is_missed_and_cannot_come_back_beside_the_absence(garage):
    entry = work(garage.lina, MONDAY)
    with pytest.raises(Refused, match="All planned work of this day is logged"):
        tell(garage, by=HOST)
    confirm(garage, {entry.pk: (330, "Left early")})
    assert tell(garage, by=HOST).minutes == 120
    with pytest.raises(Refused, match="told as an absence"):
        confirm(garage, {entry.pk: (450, "")})


def test_there_is_no_absence_where_nothing_was_planned_and_one_a_day(garage):
    with pytest.raises(Refused, match="No work is planned"):
        tell(garage, THURSDAY)
    garage.school.closed_days.create(day=TUESDAY, name="Staff day")
    with pytest.raises(Refused, match="No work is planned"):
        tell(garage, TUESDAY)
    tell(garage, minutes=60)
    with pytest.raises(Refused, match="told for this day already"):
        tell(garage, minutes=60)
    Placement.objects.filter(pk=garage.lina.pk).update(state="planned")
    garage.lina.refresh_from_db()
    with pytest.raises(Refused, match="has not started"):
        tell(garage, WEDNESDAY)
    assert told(garage.lina).count() == 1


def test_told_twice_by_the_same_form_it_is_one(garage):
    key = uuid.uuid4()
    assert tell(garage, public_id=key) == tell(garage, public_id=key)
    assert (told(garage.lina).count(), moves().count()) == (1, 1)


def test_who_told_it_or_the_school_takes_it_back(garage):
    absence = tell(garage, by=HOST)
    with pytest.raises(Refused, match="Only who told it"):
        absences.withdraw_absence(absence=absence, by=STUDENT, at=FRIDAY)
    for _tap in range(2):
        absences.withdraw_absence(absence=absence, by=COORDINATOR, at=FRIDAY)
    assert [move.verb for move in moves()] == ["withdraw", "tell"]
    assert tell(garage).minutes == 450


def test_the_school_says_whether_it_accepts_an_absence_and_whether_it_is_paid_e4(garage):
    """E4: paid or not, authorised or not."""
    absence = tell(garage)
    assert (absence.authorised, absence.paid) == (None, None)
    with pytest.raises(Refused, match="may not"):
        absences.judge_absence(absence=absence, authorised=True, paid=True, by=STUDENT, at=FRIDAY)
    for _tap in range(2):
        absences.judge_absence(absence=absence, authorised=True, paid=False, by=COORDINATOR, at=FRIDAY)
    absence.refresh_from_db()
    assert (absence.authorised, absence.paid, moves().filter(verb="judge").count()) == (True, False, 1)


def test_missed_work_is_made_up_by_days_marked_so_and_the_sums_say_what_is_left_e8(garage):
    """E8: what was missed, made up and is still to make up, by cause."""
    with pytest.raises(Refused, match="no missed work"):
        work(garage.lina, THURSDAY, make_up=True)
    tell(garage, MONDAY, cause="student")
    tell(garage, TUESDAY, cause="host", by=HOST)
    work(garage.lina, THURSDAY, make_up=True)
    assert make_up_of(garage.lina).made_up == 0
    confirm(garage)
    work(garage.lina, THURSDAY, time(17), time(18), 0, make_up=True)
    sums = make_up_of(garage.lina)
    assert (sums.missed, sums.made_up, sums.left) == (900, 450, 450)
    assert [(row.cause, row.minutes, row.made_up, row.left) for row in sums.rows] == [
        ("student", 450, 450, 0),
        ("host", 450, 0, 450),
    ]


def test_a_day_of_absence_is_not_asked_for_and_a_day_that_was_partly_missed_is(garage):
    tell(garage, MONDAY)
    tell(garage, TUESDAY, minutes=60)
    plan = log_plan(garage.lina, today=TUESDAY)
    assert plan.day == TUESDAY
    assert MONDAY not in plan.missing


def test_a_teacher_speaks_as_the_learner_of_an_own_placement(garage):
    teacher = Actor("user", 3, Role.TEACHER)
    assert tell(garage, by=teacher).side == "school"
    Placement.objects.filter(pk=garage.lina.pk).update(purpose="teacher", enrolment=None, learner=person("Tom Teach"))
    garage.lina.refresh_from_db()
    assert tell(garage, TUESDAY, by=teacher).side == "student"
