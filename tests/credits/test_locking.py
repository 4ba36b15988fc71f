"""Credit rests on days of work: a decision locks them, and taking it back opens them again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from core.workflow import Actor, Refused
from credits.models import Decision
from credits.workflow import ask_correction, decide, uphold
from demo.lives import actor
from placements.models import WorkEntry
from placements.workflow import settling
from schools.models import Enrolment

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def per(cast) -> Enrolment:
    """His placement ended; everything is confirmed and nothing decided."""
    return Enrolment.objects.get(student__person__given_name="Per", student__person__family_name="Ek")


def days(enrolment: Enrolment):
    return WorkEntry.objects.filter(placement__enrolment=enrolment)


def credit(enrolment: Enrolment, minutes: int, *, at: datetime) -> Decision:
    by = actor(Role.TEACHER, enrolment.teacher)
    said = {"outcome": "partly", "minutes": minutes, "reason": "A part.", "person": enrolment.teacher}
    return decide(enrolment=enrolment, **said, by=by, at=at)


def take_back(decision: Decision, *, at: datetime) -> None:
    student, teacher = decision.enrolment.student.person, decision.enrolment.teacher
    by_student = actor(Role.STUDENT, student)
    asked = ask_correction(decision=decision, text="A day is missing.", person=student, by=by_student, at=at)
    uphold(correction=asked, answer="Yes.", person=teacher, by=actor(Role.TEACHER, teacher), at=at)


def test_credit_locks_the_answered_days_and_says_why_until_it_is_taken_back(per):
    waiting = days(per).latest("day")
    WorkEntry.objects.filter(pk=waiting.pk).update(state="logged", confirmed_minutes=None)
    decision = credit(per, 600, at=NOW)
    assert set(days(per).exclude(pk=waiting.pk).values_list("locked_at", flat=True)) == {NOW}
    assert days(per).get(pk=waiting.pk).locked_at is None
    day = days(per).filter(locked_at=NOW).order_by("day")[0]
    said = {"entry": day, "agrees": False, "minutes": 30, "reason": "I left.", "by": Actor("user", 1, Role.STUDENT)}
    with pytest.raises(Refused, match=r"Credit was decided on this day\. Ask the school"):
        settling.reply(**said, at=LATER)
    take_back(decision, at=LATER)
    assert not days(per).filter(locked_at__isnull=False).exists()
    settling.reply(**said, at=LATER)
    assert days(per).get(pk=day.pk).state == "disputed"


def test_not_yet_locks_nothing(per):
    by = actor(Role.TEACHER, per.teacher)
    said = {"outcome": "not_yet", "minutes": 0, "reason": "The report is missing.", "person": per.teacher}
    decide(enrolment=per, **said, by=by, at=NOW)
    assert not days(per).filter(locked_at__isnull=False).exists()


def test_the_days_on_which_an_earlier_credit_rests_stay_locked(per):
    late = days(per).latest("day")
    WorkEntry.objects.filter(pk=late.pk).update(state="logged", confirmed_minutes=None)
    credit(per, 600, at=NOW)
    WorkEntry.objects.filter(pk=late.pk).update(state="confirmed", confirmed_minutes=late.logged_minutes)
    take_back(credit(per, 60, at=LATER), at=LATER)
    assert days(per).get(pk=late.pk).locked_at is None
    assert set(days(per).exclude(pk=late.pk).values_list("locked_at", flat=True)) == {NOW}


def test_student_and_teacher_read_on_the_page_of_the_hours_why_a_day_is_locked(per, cast):
    page = reverse("placements:hours", args=[per.placements.get().public_id])
    said = "If one is wrong, ask the school to look at the decision again."
    reader = cast.client(cast.insider(Role.TEACHER))
    assert said not in reader.get(page).content.decode()
    credit(per, 600, at=NOW)
    locked = reader.get(page).content.decode()
    assert (locked.count(said), locked.count("credit decided</div>")) == (1, days(per).count())
