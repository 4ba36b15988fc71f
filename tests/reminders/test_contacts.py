"""Contacts are asked of whoever holds them: the school, and host and student for themselves, until they are held."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Link, Membership
from placements.models import Contact, Placement
from placements.queries.due_contacts import facts_for
from placements.workflow import Pattern
from placements.workflow.absences import tell_absence
from placements.workflow.contacts import Words, record_contact, tap
from reminders.facts import calendars, lines_of
from reminders.models import Due, Kind
from schools.models import ProgrammeVersion
from tests.placements.college import FIRST, NOW, by_party
from tests.reminders.conftest import World, post, sweep, utc
from tests.reminders.test_life import paths

HOST, STUDENT, TEACHER = "milan.novak@college.test", "nia.berg@college.test", "tom.hale@college.test"


def asked(reader: str) -> list[tuple[str, str, str]]:
    """The contacts that wait for one reader: which, which round, and when."""
    rows = Due.objects.filter(kind=Kind.CONTACT, reader=reader, state=Due.State.WAITING).order_by("due_at", "pk")
    return [(row.series, row.round, f"{row.due_at:%m-%d %H:%M}") for row in rows]


def decided(now) -> list[tuple[str, str]]:
    """What a sweep makes of contacts: which, and what became of it."""
    waiting = list(Due.objects.filter(kind=Kind.CONTACT, state=Due.State.WAITING).values_list("pk", flat=True))
    sweep(now)
    rows = Due.objects.filter(pk__in=waiting).exclude(state=Due.State.WAITING).order_by("due_at", "pk")
    return [(row.series, row.reason or row.state) for row in rows]


def letter_to(address: str):
    return next(one for one in mail.outbox if one.to == [address])


def planned(office: World) -> Placement:
    """Agreed in November, to begin on Monday 4 January; the garage has a mail address and no account."""
    placement = office.college.agreed()
    sweep(NOW)
    return placement


def begun(office: World) -> Placement:
    placement = planned(office)
    sweep(utc(1, 4, 0, 5, year=2027))
    placement.refresh_from_db()
    return placement


def hold(office: World, placement: Placement, kind: str, on: date) -> Contact:
    teacher = office.college.teacher.user.person
    return record_contact(
        placement=placement, kind=Contact.Kind(kind), person=teacher, by=by_party("teacher"),
        words=Words(on, "in_person", with_student=True, with_host=True, seen="All well.", agreed="Go on.",
                    mood_student=4, mood_host=4),
        at=utc(on.month, on.day, 15, year=on.year),
    )  # fmt: skip


# ── Before the start ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_before_the_start_the_teacher_prepares_and_the_host_reads_the_briefing(office):
    planned(office)
    assert asked("teacher") == [("preparation", "ask", "12-28 08:00"), ("preparation", "late", "12-31 08:00")]
    assert asked("host") == [
        ("briefing", "D-5", "12-30 08:00"), ("briefing", "D-1", "01-01 08:00")
    ]  # fmt: skip


def test_the_briefing_is_read_by_a_link_that_changes_nothing_until_somebody_presses(office):
    placement = planned(office)
    sweep(utc(12, 30))
    post(utc(12, 30))
    sent = letter_to(HOST)
    assert sent.subject == "Please read four short cards before your student comes"
    assert "Read four short cards before Nia Berg comes" in sent.body
    path = paths(sent.body)[0]
    assert path.endswith(f"/briefing/{placement.public_id}/")
    Link.objects.update(expires_at=utc(12, 31, year=2099))
    with time_machine.travel(utc(12, 30, 9), tick=False):
        assert Client().get(path).status_code == 200
        assert not Contact.objects.filter(placement=placement).exists()
        assert Client().post(path).status_code == 302
    assert Contact.objects.get(placement=placement).kind == "briefing"
    assert ("briefing", "done") in decided(utc(1, 1, year=2027))


def test_a_programme_without_preparation_and_briefing_asks_nobody_before_the_start(office):
    ProgrammeVersion.objects.update(deadlines={"prepare_before": [], "brief_before": []})
    planned(office)
    assert asked("teacher") == asked("host") == asked("school") == []


def test_without_a_teacher_the_coordinator_prepares_and_a_teacher_who_has_left_is_not_written_to(office):
    Membership.objects.filter(pk=office.college.teacher.pk).update(ends_on=date(2026, 11, 1))
    planned(office)
    assert asked("teacher") == []
    assert [row[0] for row in asked("school") if row[1] == "ask"] == ["preparation"]
    due = Due.objects.filter(series="preparation")
    assert set(due.values_list("person__given_name", flat=True)) == {"Cora"}


# ── The first days ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_student_is_asked_at_ten_of_the_first_day_whether_the_dangers_were_shown(office):
    placement = begun(office)
    assert asked("student")[0] == ("induction", "ask", "01-04 10:00")
    sweep(utc(1, 4, 10, year=2027))
    post(utc(1, 4, 10, year=2027))
    sent = letter_to(STUDENT)
    assert sent.subject == "Please tap once you were shown the dangers at work"
    assert f"http://127.0.0.1:8000{reverse('placements:induction', args=[placement.public_id])}" in sent.body
    assert not Link.objects.filter(person=office.college.student.user.person).exists()


def test_who_was_shown_the_dangers_before_ten_is_not_asked(office):
    placement = begun(office)
    learner = office.college.student.user.person
    tap(placement=placement, kind="induction", person=learner, by=by_party("student"), at=utc(1, 4, 9, year=2027))
    assert ("induction", "done") in decided(utc(1, 4, 10, year=2027))


def test_on_the_fourth_day_at_work_both_are_asked_how_it_goes_and_on_the_fifth_the_school_who_is_missing(office):
    begun(office)
    assert [row for row in asked("student") if row[0] == "first_week"] == [("first_week", "ask", "01-07 19:00")]
    assert [row for row in asked("host") if row[0] == "first_week"] == [("first_week", "ask", "01-07 17:00")]
    assert [row for row in asked("teacher") if row[0] == "first_week"] == [
        ("first_week", "ask", "01-08 08:00"), ("first_week", "late", "01-11 08:00")
    ]  # fmt: skip


def test_an_answer_of_both_is_enough_and_an_answer_of_one_leaves_the_other(office):
    placement = begun(office)
    host = office.college.host.person
    tap(placement=placement, kind="first_week", mood=4, person=host, by=by_party("host"), at=utc(1, 7, 12, year=2027))
    assert ("first_week", "done") in decided(utc(1, 7, 17, year=2027))
    assert ("first_week", "in_letter") in decided(utc(1, 7, 19, year=2027))
    post(utc(1, 7, 19, year=2027))
    assert letter_to(STUDENT).subject.startswith("Please say how your first week goes: one tap")
    learner = office.college.student.user.person
    student = {"person": learner, "by": by_party("student"), "at": utc(1, 7, 20, year=2027)}
    tap(placement=placement, kind="first_week", mood=2, **student)
    assert ("first_week", "done") in decided(utc(1, 8, 8, year=2027))


def test_a_day_of_absence_moves_the_fourth_day(office):
    placement = begun(office)
    tell_absence(
        placement=placement, day=date(2027, 1, 5), minutes=None, cause="student",
        person=office.college.student.user.person, by=by_party("student"), at=utc(1, 5, 7, year=2027),
    )  # fmt: skip
    sweep(utc(1, 5, 7, 5, year=2027))
    assert [row for row in asked("host") if row[0] == "first_week"] == [("first_week", "ask", "01-08 17:00")]


def test_what_a_student_says_of_the_first_week_stands_in_no_letter_to_the_host_or_the_school(office):
    placement = begun(office)
    learner = office.college.student.user.person
    at = utc(1, 7, 12, year=2027)
    tap(placement=placement, kind="first_week", mood=1, person=learner, by=by_party("student"), at=at)
    for now in (utc(1, 7, 17, year=2027), utc(1, 8, year=2027)):
        sweep(now)
        post(now)
    said = "".join(f"{one.subject}{one.body}" for one in mail.outbox if one.to in ([HOST], [TEACHER]))
    assert "Say in one tap how it goes with Nia Berg" in said
    assert "Ask Nia Berg and Novak Garage how the first week goes" in said
    assert "Bad" not in said


# ── Visits, the review and the debrief ───────────────────────────────────────────────────────────────────────────────


def test_a_visit_is_planned_a_week_before_it_is_due_and_the_next_one_follows_from_it(office):
    placement = begun(office)
    assert [row for row in asked("teacher") if row[0].startswith("visit")] == [
        ("visit 2027-02-02", "ask", "01-26 08:00"), ("visit 2027-02-02", "late", "02-03 08:00")
    ]  # fmt: skip
    hold(office, placement, "visit", date(2027, 1, 20))
    sweep(utc(1, 20, 16, year=2027))
    assert ("visit 2027-02-17", "ask", "02-10 08:00") in asked("teacher")
    assert ("visit 2027-02-02", "done") in decided(utc(1, 26, year=2027))


def test_the_letter_about_a_visit_says_whom_and_by_when_and_leads_to_where_it_is_written_down(office):
    placement = begun(office)
    sweep(utc(1, 26, year=2027))
    post(utc(1, 26, year=2027))
    sent = next(one for one in mail.outbox if one.to == [TEACHER] and "Visit Nia Berg" in one.body)
    assert "Visit Nia Berg at Novak Garage, or call by video, by Tue 2 Feb" in sent.body
    assert reverse("placements:contact_form", args=[placement.public_id, "visit"]) in sent.body


def test_the_debrief_is_planned_3_working_days_after_the_end_and_late_after_10(office):
    begun(office)
    sweep(utc(3, 6, 0, 5, year=2027))
    assert [row for row in asked("teacher") if row[0] == "debrief"] == [
        ("debrief", "ask", "03-10 08:00"), ("debrief", "late", "03-22 08:00")
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_nobody_is_asked_for_contacts_of_a_placement_that_stops(office, state):
    begun(office)
    Placement.objects.filter(school=office.college.school).update(state=state, end_reason="personal")
    reasons = {what for day in (4, 7, 8) for _series, what in decided(utc(1, day, 19, year=2027))}
    assert "in_letter" not in reasons
    post(utc(1, 8, 19, year=2027))
    assert mail.outbox == []


# ── Few queries ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_thirty_placements_are_read_in_as_many_queries_as_one(office, django_assert_num_queries):
    made = []
    for week in range(30):
        starts_on = FIRST + timedelta(weeks=week)
        placement = office.college.placement(starts_on=starts_on, ends_on=starts_on + timedelta(days=4))
        office.college.plan(placement, shifts=[Pattern(3, time(8), time(15), 30)])
        made.append(placement.pk)
    schools = calendars({office.college.school.pk})
    with CaptureQueriesContext(connection) as of_one:
        lines_of(made[:1], schools, now=NOW)
    with django_assert_num_queries(len(of_one)):
        lines = lines_of(made, schools, now=NOW)
    assert len({line.about for line in lines if line.kind == Kind.CONTACT}) == 30
    for some in (made[:1], made):
        with django_assert_num_queries(5):
            assert len(facts_for(some, FIRST)) == len(some)
