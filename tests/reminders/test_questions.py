"""What a student is asked that is no task: the question of a teacher, and what came after."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Link, Membership, User
from core.workflow import Actor
from placements.models import FollowUp, Placement
from placements.workflow import end
from placements.workflow.following_up import answer_follow_up, decline_follow_up, take_back
from placements.workflow.links import renew
from placements.workflow.reflecting import answer_question, ask_question, withdraw_question
from reminders.due.calendar import Calendar
from reminders.due.questions import ToFollowUp, ToReflect, months_after
from reminders.models import Due, Kind, Outbox
from schools.deadlines import Deadlines
from tests.placements.college import by_party
from tests.reminders.conftest import post, sweep, utc

LONDON = Calendar(ZoneInfo("Europe/London"), frozenset({date(2027, 3, 26), date(2027, 3, 29)}))
WHO = {"person": 1, "school": 2, "placement": 3}
STUDENT, TEACHER = by_party("student"), by_party("teacher")


def in_2027(month: int, day: int, hour: int = 8, minute: int = 0) -> datetime:
    return utc(month, day, hour, minute, year=2027)


def rounds(fact: ToReflect | ToFollowUp) -> list[tuple[str, datetime]]:
    return [(line.round, line.due_at) for line in fact.lines(LONDON)]


# ── When, to the minute ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_written_about_at_once_and_two_working_days_later():
    asked_at = in_2027(3, 25, 15, 20)
    fact = ToReflect(**WHO, reflection=9, asked_at=asked_at)
    assert rounds(fact) == [("ask", asked_at), ("+2", datetime(2027, 3, 31, 7, tzinfo=UTC))]
    assert {(line.kind, line.subject, line.about, line.reader) for line in fact.lines(LONDON)} == {
        (Kind.REFLECT, 9, 3, "student")
    }


@pytest.mark.parametrize(("after", "expected"), [((), []), ((1,), [("+1", in_2027(1, 13))])])
def test_a_programme_may_write_about_questions_otherwise_or_never(after, expected):
    fact = ToReflect(**WHO, reflection=9, asked_at=in_2027(1, 12, 15), deadlines=Deadlines(reflect_after=after))
    assert rounds(fact) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 3, 5), 6, date(2026, 9, 5)),
    ],
)
def test_a_month_that_is_shorter_ends_on_its_last_day(day, months, expected):
    assert months_after(day, months) == expected


def test_what_came_after_is_asked_half_a_year_later_and_once_more_after_ten_working_days():
    fact = ToFollowUp(**WHO, ends_on=date(2027, 8, 31))
    assert rounds(fact) == [("ask", utc(2, 29, year=2028)), ("+10", utc(3, 14, year=2028))]
    assert {(line.kind, line.subject, line.reader) for line in fact.lines(LONDON)} == {(Kind.FOLLOW_UP, 3, "student")}


def test_a_day_without_school_moves_the_question_to_the_next_one():
    fact = ToFollowUp(**WHO, ends_on=date(2026, 9, 26))
    assert rounds(fact)[0] == ("ask", datetime(2027, 3, 30, 7, tzinfo=UTC))


def test_a_programme_may_ask_later_or_never():
    assert rounds(ToFollowUp(**WHO, ends_on=date(2026, 3, 5), deadlines=Deadlines(follow_up_months=0))) == []
    year = ToFollowUp(**WHO, ends_on=date(2026, 3, 5), deadlines=Deadlines(follow_up_months=12))
    assert rounds(year)[0] == ("ask", in_2027(3, 5))


# ── The question of a teacher ────────────────────────────────────────────────────────────────────────────────────────

ASKED = in_2027(1, 12, 15, 20)


def told(now: datetime, kind: Kind) -> list[tuple[str, str]]:
    """What a sweep decides about letters of this kind."""
    return [(name, decision) for letter, name, decision in sweep(now) if letter == kind]


def letter(words: str):
    (found,) = [one for one in mail.outbox if words in one.subject]
    return found


@pytest.fixture
def asked(world):
    """A question of the teacher to a student at work, with days that were logged."""
    placement = world.running()
    for day in range(4, 13):
        if day not in (9, 10):
            world.log(placement, date(2027, 1, day))
    with time_machine.travel(ASKED, tick=False):
        yield ask_question(
            placement=placement, reader=world.college.teacher.user.person, question="Zq1 what frightened you",
            why="Zq2 the press alone", by=TEACHER, at=ASKED,
        )  # fmt: skip


def test_a_question_makes_a_letter_at_once_that_does_not_tell_it(asked):
    assert told(ASKED, Kind.REFLECT) == [("ask", "send")]
    post(ASKED)
    found = letter("Please answer a question about your work")
    assert found.to == ["nia.berg@college.test"]
    assert "Tom Hale has a question for you about your time at Novak Garage, and reads your answer." in found.body
    assert reverse("placements:reflection", args=[asked.public_id]) in found.body
    assert "Zq" not in f"{found.subject}{found.body}{found.alternatives[0].content}"
    assert [one.to for one in mail.outbox if "question about" in one.subject] == [["nia.berg@college.test"]]


def test_who_does_not_answer_is_reminded_once(asked):
    told(ASKED, Kind.REFLECT)
    assert told(in_2027(1, 15, 7, 59), Kind.REFLECT) == []
    assert told(in_2027(1, 15), Kind.REFLECT) == [("+2", "send")]
    assert told(in_2027(1, 29), Kind.REFLECT) == []


def test_who_has_answered_is_not_reminded(asked):
    told(ASKED, Kind.REFLECT)
    person = asked.placement.learner
    answer_question(reflection=asked, answer="Zq3 the noise", person=person, by=STUDENT, at=ASKED + timedelta(hours=1))
    assert told(in_2027(1, 15), Kind.REFLECT) == [("+2", "done")]


def test_a_question_that_was_taken_back_is_not_asked_for(asked, world):
    told(ASKED, Kind.REFLECT)
    teacher = world.college.teacher.user.person
    withdraw_question(reflection=asked, person=teacher, by=TEACHER, at=ASKED + timedelta(hours=1))
    assert told(in_2027(1, 15), Kind.REFLECT) == [("+2", "done")]


def test_nobody_is_asked_for_an_answer_that_nobody_reads(asked, world):
    told(ASKED, Kind.REFLECT)
    Membership.objects.filter(pk=world.college.teacher.pk).update(ends_on=date(2027, 1, 13))
    assert told(in_2027(1, 15), Kind.REFLECT) == [("+2", "done")]


def test_a_student_who_cannot_sign_in_gets_no_letter_about_a_page_that_stays_closed(asked, world):
    student = world.college.student.user.person
    student.user = None
    student.save()
    assert told(ASKED, Kind.REFLECT) == []


def test_nobody_is_asked_to_think_about_what_is_over_for_a_personal_reason(asked):
    told(ASKED, Kind.REFLECT)
    Placement.objects.filter(pk=asked.placement_id).update(state="paused", end_reason="personal")
    assert told(in_2027(1, 15), Kind.REFLECT) == [("+2", "over")]


# ── What came after ──────────────────────────────────────────────────────────────────────────────────────────────────

FIRST, SECOND = in_2027(9, 6, 7), in_2027(9, 20, 7)
"""The first working days after 5 September, and ten working days later: eight in the morning, in summer."""


@pytest.fixture
def ended(world) -> Placement:
    """Over since Friday 5 March 2027, and followed."""
    placement = world.running()
    end(placement=placement, by=Actor.system(), at=in_2027(3, 6, 0, 5))
    told(in_2027(3, 6, 0, 5), Kind.FOLLOW_UP)
    return placement


def who(placement: Placement, at: datetime) -> dict:
    return {"placement": placement, "person": placement.learner, "by": STUDENT, "at": at}


def test_a_student_is_asked_twice_and_never_again(ended):
    found = Due.objects.filter(kind=Kind.FOLLOW_UP).order_by("due_at")
    assert [(row.round, row.due_at) for row in found] == [("ask", FIRST), ("+10", SECOND)]
    assert told(FIRST - timedelta(minutes=1), Kind.FOLLOW_UP) == []
    assert told(FIRST, Kind.FOLLOW_UP) == [("ask", "send")]
    assert told(SECOND, Kind.FOLLOW_UP) == [("+10", "send")]
    assert told(utc(3, 6, year=2028), Kind.FOLLOW_UP) == []


def test_a_student_of_the_school_is_led_to_the_page(ended):
    told(FIRST, Kind.FOLLOW_UP)
    with time_machine.travel(FIRST, tick=False):
        post(FIRST)
    found = letter("Please tell us what you do now: one tap")
    assert found.to == ["nia.berg@college.test"]
    assert "You were at Novak Garage until Fri 5 Mar 2027. What do you do now?" in found.body
    assert reverse("placements:follow_up", args=[ended.public_id]) in found.body
    assert not Link.objects.filter(purpose=Link.Purpose.FOLLOW_UP).exists()


def left_the_school(world):
    Membership.objects.filter(pk=world.college.student.pk).update(ends_on=date(2027, 7, 31))


def has_no_account(world):
    student = world.college.student.user.person
    student.user = None
    student.save()


def is_locked_out(world):
    User.objects.filter(pk=world.college.student.user_id).update(is_active=False)


@pytest.mark.parametrize("gone", [left_the_school, has_no_account, is_locked_out], ids=lambda one: one.__name__)
def test_who_has_left_answers_by_a_link_and_is_not_asked_again(world, ended, gone):
    gone(world)
    told(FIRST, Kind.FOLLOW_UP)
    with time_machine.travel(FIRST, tick=False):
        post(FIRST)
        found = letter("Please tell us what you do now: one tap")
        assert found.to == ["nia.berg@college.test"]
        (path,) = {word.removeprefix("http://127.0.0.1:8000") for word in found.body.split() if "/link/" in word}
        client = Client()
        assert client.get(path).status_code == 200
        assert not FollowUp.objects.exists()
        client.post(path, {"outcome": "study"})
    assert FollowUp.objects.get().outcome == "study"
    assert told(SECOND, Kind.FOLLOW_UP) == [("+10", "done")]


def test_what_was_taken_back_is_asked_for_once_more(ended):
    told(FIRST, Kind.FOLLOW_UP)
    answer_follow_up(**who(ended, FIRST), outcome="job")
    assert told(SECOND, Kind.FOLLOW_UP) == [("+10", "done")]
    take_back(**who(ended, SECOND))
    assert told(SECOND, Kind.FOLLOW_UP) == [("+10", "send")]


def test_who_does_not_want_to_be_asked_is_left_alone_for_a_later_placement_too(world, ended):
    decline_follow_up(**who(ended, in_2027(3, 8)))
    assert told(FIRST, Kind.FOLLOW_UP) == [("ask", "done")]
    assert told(SECOND, Kind.FOLLOW_UP) == [("+10", "done")]
    later = world.college.placement(starts_on=date(2027, 9, 21), ends_on=date(2027, 10, 29), at=SECOND)
    Placement.objects.filter(pk=later.pk).update(state=Placement.State.ENDED)
    told(in_2027(10, 30), Kind.FOLLOW_UP)
    assert not Due.objects.filter(kind=Kind.FOLLOW_UP, about_placement_id=later.pk).exists()


def test_who_goes_on_at_work_is_asked_only_after_the_last_placement(world, ended):
    later = world.college.placement(starts_on=date(2027, 8, 2), ends_on=date(2027, 10, 29), at=in_2027(6, 1))
    assert told(FIRST, Kind.FOLLOW_UP) == [("ask", "done")]
    Placement.objects.filter(pk=later.pk).update(state=Placement.State.ENDED)
    assert told(SECOND, Kind.FOLLOW_UP) == [("+10", "done")]


def test_a_placement_that_was_cancelled_changes_nothing(world, ended):
    later = world.college.placement(starts_on=date(2027, 8, 2), ends_on=date(2027, 10, 29), at=in_2027(6, 1))
    Placement.objects.filter(pk=later.pk).update(state=Placement.State.CANCELLED)
    assert told(FIRST, Kind.FOLLOW_UP) == [("ask", "send")]


@pytest.mark.parametrize(("purpose", "reason"), [("student", "personal"), ("teacher", ""), ("job", "")])
def test_nobody_else_is_asked_what_came_after(ended, purpose, reason):
    Placement.objects.filter(pk=ended.pk).update(purpose=purpose, end_reason=reason)
    assert {decision for _name, decision in told(FIRST, Kind.FOLLOW_UP)} <= {"done", "over"}
    post(FIRST)
    assert not Outbox.objects.filter(letter=Kind.FOLLOW_UP).exists()


def test_an_old_link_is_renewed_for_the_student_until_the_answer_is_there(world, ended):
    has_no_account(world)
    told(FIRST, Kind.FOLLOW_UP)
    post(FIRST)
    mail.outbox.clear()
    old = Link.objects.get(purpose=Link.Purpose.FOLLOW_UP)
    much_later = in_2027(11, 9, 12)
    renew(link=old, at=much_later)
    assert told(much_later, Kind.LINK) == [("2027-11-09", "send")]
    assert Outbox.objects.get(letter=Kind.LINK).reader == "student"
    post(much_later)
    assert letter("Your link to say what you do now").to == ["nia.berg@college.test"]
    decline_follow_up(**who(ended, much_later))
    renew(link=old, at=in_2027(11, 12, 12))
    assert told(in_2027(11, 12, 12), Kind.LINK) == [("2027-11-12", "done")]


def test_the_letters_of_the_student_never_reach_host_or_guardian(ended, world):
    answer_follow_up(**who(ended, in_2027(3, 8)), outcome="job_here")
    told(in_2027(3, 8), Kind.FOLLOW_UP)
    post(in_2027(3, 8))
    told(FIRST, Kind.FOLLOW_UP)
    post(FIRST)
    assert mail.outbox
    for found in mail.outbox:
        assert "A job at the same workplace" not in f"{found.body}{found.alternatives[0].content}"
    people = set(Due.objects.filter(kind=Kind.FOLLOW_UP).values_list("person", flat=True))
    assert people == {world.college.student.user.person.pk}
