"""The early warning on its pages: the student, the teacher and the list of the coordinator."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from credits.outlook import falling_short, pace_of, paces, sentence
from credits.queries import opinion_of
from credits.rules.pace import Outlook, Pace
from placements.models import Agreement, Placement, PlannedShift
from schools.models import Cohort, Enrolment, ProgrammeVersion
from tests.placements.garage import Garage, build, member, person, place, work

TODAY = date(2026, 11, 24)
DAY = 450


@pytest.fixture
def garage(db) -> Garage:
    """Three days a week from 26 October to 18 December: 24 days, of which 13 lie before Tuesday, 24 November."""
    return build()


def found(placement: Placement) -> Pace:
    enrolment = Enrolment.objects.select_related("cohort__version", "student__school").get(pk=placement.enrolment_id)
    return pace_of(enrolment, opinion_of(enrolment, today=TODAY), today=TODAY)


def asks(garage: Garage, hours: int, ends_on: date | None = None) -> None:
    ProgrammeVersion.objects.filter(pk=garage.version.pk).update(required_minutes=hours * 60)
    Cohort.objects.filter(version=garage.version).update(ends_on=ends_on)


def weeks_of_work(placement: Placement, *, days: int = 3) -> None:
    """The four weeks before, so many of three planned days each; Monday of this week is not logged."""
    for week in range(4):
        for number in range(days):
            work(placement, date(2026, 10, 26) + timedelta(days=7 * week + number), late_reason="On paper before.")


def test_the_plan_counts_from_today_on_and_until_the_last_day_of_the_cohort(garage):
    assert (found(garage.lina).planned, found(garage.lina).due) == (11 * DAY, 13 * DAY)
    asks(garage, 315, ends_on=date(2026, 12, 4))
    assert (found(garage.lina).planned, found(garage.lina).by) == (5 * DAY, date(2026, 12, 4))


def test_a_day_that_was_logged_today_is_not_planned_any_more(garage):
    work(garage.lina, TODAY, ends_at=time(12), pause=0)
    pace = found(garage.lina)
    assert (pace.planned, pace.worked) == (10 * DAY + 210, 0)


def test_days_of_every_placement_that_goes_on_count_and_of_none_that_is_over(garage):
    second = place(garage.school, garage.version, "Marta Twin", garage.site, garage.dora)
    Placement.objects.filter(pk=second.pk).update(enrolment=garage.lina.enrolment, learner=garage.lina.learner)
    assert found(garage.lina).planned == 22 * DAY
    Placement.objects.filter(pk=second.pk).update(state="ended")
    assert found(garage.lina).planned == 11 * DAY


def test_it_says_of_many_what_it_says_of_one_in_as_many_queries(garage):
    weeks_of_work(garage.lina, days=2)
    both = Enrolment.objects.filter(cohort__version=garage.version)

    def asked(enrolments) -> tuple[int, dict]:
        with CaptureQueriesContext(connection) as captured:
            rows = {enrolment.pk: pace for enrolment, pace in paces(enrolments, today=TODAY)}
        return len(captured), rows

    asked(both)
    queries, rows = asked(both)
    assert rows == {one.enrolment_id: found(one) for one in (garage.lina, garage.jonas)}
    assert asked(both.filter(pk=garage.lina.enrolment_id))[0] == queries


# ── Who falls short ──────────────────────────────────────────────────────────────────────────────────────────────────


def coordinator(garage: Garage) -> Membership:
    return member(person("Cora Diaz"), garage.school, Role.COORDINATOR)


def test_the_largest_gap_comes_first_and_whoever_gets_there_is_not_listed(garage):
    asks(garage, 150)
    agree_all(garage)
    weeks_of_work(garage.lina)
    weeks_of_work(garage.jonas, days=1)
    for placement in (garage.lina, garage.jonas):
        placement.work_entries.update(state="confirmed", confirmed_minutes=DAY)
    done = place(garage.school, garage.version, "Pia Done", garage.site, garage.marek)
    not_begun = place(garage.school, garage.version, "Nobody Yet", garage.site, garage.marek)
    Placement.objects.filter(pk=not_begun.pk).update(state="planned")
    PlannedShift.objects.filter(segment__placement=done).update(starts_at=time(0), ends_at=time(15, 30))
    rows = falling_short(coordinator(garage), today=TODAY)
    assert [(enrolment, pace.outlook, pace.short) for enrolment, pace in rows] == [
        (done.enrolment, Outlook.BEHIND, 150 * 60),
        (garage.jonas.enrolment, Outlook.PLAN_SHORT, 150 * 60 - 4 * DAY - 11 * DAY * 4 * DAY // (13 * DAY)),
    ]
    assert found(garage.lina).outlook == Outlook.ON_TRACK


def agree_all(garage: Garage) -> None:
    for placement in (garage.lina, garage.jonas):
        moment = datetime(2026, 10, 1, tzinfo=UTC)
        Agreement.objects.create(plan=placement.plan_versions.get(), state="in_force", in_force_at=moment)


def test_the_words_name_the_gap_the_day_and_the_reason():
    pace = Pace(required=18000, missing=6000, waiting=0, planned=4800, worked=3000, due=4000, by=date(2027, 6, 30))
    assert sentence(pace, own=True) == (
        "Even with every planned day you will be 20 h short by Wed 30 Jun 2027: you need 100 h, and 80 h are planned. "
        "Ask your teacher for more days."
    )
    slow = Pace(required=18000, missing=4800, waiting=0, planned=4800, worked=2000, due=4000, by=date(2027, 6, 30))
    assert sentence(slow, own=False) == (
        "At this pace 40 h short by Wed 30 Jun 2027: so far 33 h 20 of the planned 66 h 40 are logged."
    )
    over = Pace(required=18000, missing=4800, waiting=0, planned=0, worked=0, due=0, by=None)
    assert sentence(over, own=False) == "80 h are missing and no more days are planned."


def test_student_teacher_and_coordinator_read_it_on_their_pages(cast):
    student = cast.client(cast.insider(Role.STUDENT))
    assert "Will it be enough?" in student.get(reverse("reports:my_credit")).content.decode()
    lina = Enrolment.objects.get(student__person=cast.insider(Role.STUDENT).user.person)
    teacher = cast.client(cast.insider(Role.TEACHER))
    assert "Will it be enough?" in teacher.get(reverse("credits:decision", args=[lina.public_id])).content.decode()
    listed = cast.client(cast.insider(Role.COORDINATOR)).get(reverse("credits:pace"))
    assert listed.status_code == 200
    rows = [row.pace.short for row in listed.context["rows"]]
    assert rows == sorted(rows, reverse=True)
