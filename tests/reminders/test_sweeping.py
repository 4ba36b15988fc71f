"""From moves to due rows to letters that wait: once, few, and nothing that is done."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import Link
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor
from credits.models import Correction, Decision
from credits.workflow import ask_correction, decide, decline, uphold
from placements.models import Placement
from placements.workflow import end, withdraw
from reminders import sweeping
from reminders.following import follow
from reminders.kinds import APART
from reminders.models import Due, Handled, Kind, Outbox, Reason
from tests.placements.college import NOW, put_name
from tests.reminders.conftest import CLOSED, post, sweep, utc


def to_host() -> QuerySet[Outbox]:
    return Outbox.objects.filter(reader="host")


def waiting(kind: str) -> list[tuple[str, str]]:
    return [
        (row.round, f"{row.due_at:%m-%d %H:%M}")
        for row in Due.objects.filter(kind=kind, state=Due.State.WAITING).order_by("due_at", "pk")
    ]


def test_an_agreement_that_is_sent_for_signing_makes_a_letter_to_each_party_at_once(world):
    world.proposed()
    assert not Due.objects.exists()
    assert mail.outbox == []
    assert sweep(NOW) == [("sign", "ask", "send")] * 4
    assert sorted(Outbox.objects.values_list("reader", "letter", "state")) == [
        ("guardian", "sign", "waiting"),
        ("host", "sign", "waiting"),
        ("school", "sign", "waiting"),
        ("student", "sign", "waiting"),
    ]
    assert mail.outbox == []
    assert set(waiting(Kind.SIGN)) == {("D-8", "12-25 08:00"), ("D-5", "12-30 08:00"), ("D-3", "01-01 08:00")}


def test_a_second_sweep_finds_nothing_to_do(world):
    world.proposed()
    sweep(NOW)
    before = (Due.objects.count(), Outbox.objects.count(), Handled.objects.count())
    assert sweep(NOW + timedelta(minutes=1)) == []
    assert (Due.objects.count(), Outbox.objects.count(), Handled.objects.count()) == before


def test_who_has_signed_in_the_meantime_gets_no_reminder(world):
    places = world.proposed()
    sweep(NOW)
    put_name(places["host"])
    put_name(places["school"])
    later = utc(12, 25, 8)
    assert sorted(sweep(later)) == [("sign", "D-8", "done")] * 2 + [("sign", "D-8", "send")] * 2


def test_a_withdrawn_agreement_is_not_asked_for(world):
    places = world.proposed()
    withdraw(agreement=places["host"].agreement, by=world.college.office, at=NOW)
    assert sweep(NOW) == []
    assert not Due.objects.exists()


def test_nothing_is_asked_of_a_supervisor_who_has_left_the_firm(world):
    world.proposed()
    world.college.host.ends_on = date(2026, 11, 1)
    world.college.host.save()
    sweep(NOW)
    assert sorted(Outbox.objects.values_list("reader", flat=True)) == ["guardian", "school", "student"]


def test_a_server_that_starts_after_ten_days_sends_no_avalanche(world):
    world.proposed()
    assert sweep(NOW + timedelta(days=10)) == [("sign", "ask", "too_late")] * 4
    assert not Outbox.objects.exists()
    host = ("sign", "D-8", "newer")  # could not be written to before 29 December
    assert sorted(sweep(utc(12, 31))) == [("sign", "D-5", "send")] * 4 + [host] + [("sign", "D-8", "too_late")] * 3


def test_a_later_reminder_takes_the_place_of_the_earlier_one(world):
    world.proposed()
    sweep(NOW)
    decided = sweep(utc(1, 1, 9, year=2027))
    assert sorted(set(decided)) == [
        ("sign", "D-3", "quiet"), ("sign", "D-3", "send"), ("sign", "D-5", "newer"), ("sign", "D-8", "too_late"),
    ]  # fmt: skip
    assert Due.objects.filter(reason=Reason.NEWER, state=Due.State.SKIPPED).count() == 4


def test_the_week_is_asked_for_on_friday_evening_in_one_letter(world):
    placement = world.running()
    for day in (4, 5, 6):
        world.log(placement, date(2027, 1, day))
    assert sweep(utc(1, 6, 18, year=2027)) == []
    assert waiting(Kind.CONFIRM) == [("ask", "01-08 17:00"), ("+2", "01-12 08:00"), ("+4", "01-15 08:00")]
    assert sweep(utc(1, 8, 17, year=2027)) == [("confirm", "ask", "send")]
    world.confirm(placement, date(2027, 1, 4), utc(1, 8, 19, year=2027))
    assert sweep(utc(1, 12, 8, year=2027)) == [("confirm", "+2", "done")]


def test_a_day_that_is_logged_later_moves_the_question(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 7))
    sweep(utc(1, 7, 18, year=2027))
    entry = world.log(placement, date(2027, 1, 8))
    type(entry).objects.filter(pk=entry.pk).update(logged_at=utc(1, 9, 11, year=2027))
    assert sweep(utc(1, 8, 17, year=2027)) == []
    assert waiting(Kind.CONFIRM)[0] == ("ask", "01-09 11:00")


def test_the_end_asks_for_feedback_and_then_for_a_decision(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    world.confirm(placement, date(2027, 1, 4), utc(1, 8, 19, year=2027))
    world.college.enrolment.teacher = world.college.teacher.user.person
    world.college.enrolment.save()
    assert sweep(utc(3, 4, 19, year=2027)) == [("ending", "once", "send")]
    assert sweep(utc(3, 5, 17, year=2027)) == [("feedback", "E+0", "send")]
    sweep(utc(3, 6, 9, year=2027))
    placement.refresh_from_db()
    assert placement.state == Placement.State.ENDED
    assert waiting(Kind.FEEDBACK) == [("E+2", "03-09 08:00"), ("E+4", "03-11 08:00")]
    assert waiting(Kind.ASSESS) == [("E+6", "03-15 08:00"), ("E+9", "03-18 08:00")]


def test_a_placement_starts_and_ends_by_itself_when_its_day_has_come(world):
    placement = world.college.agreed()
    sweep(utc(1, 3, 23, year=2027))
    assert Placement.objects.get(pk=placement.pk).state == Placement.State.PLANNED
    sweep(utc(1, 4, 0, 1, year=2027))
    assert Placement.objects.get(pk=placement.pk).state == Placement.State.RUNNING
    sweep(utc(3, 6, 0, 1, year=2027))
    assert Placement.objects.get(pk=placement.pk).state == Placement.State.ENDED


def test_a_placement_without_an_agreement_does_not_start(world):
    places = world.proposed()
    sweep(utc(1, 5, year=2027))
    assert places["host"].agreement.plan.placement.state == Placement.State.PLANNED


def test_hours_that_the_host_changed_are_told_to_the_student(world):
    placement = world.running()
    entry = world.log(placement, date(2027, 1, 4))
    world.confirm(placement, date(2027, 1, 4), utc(1, 8, 12, year=2027), {entry.pk: (360, "Left early")})
    assert sweep(utc(1, 8, 12, year=2027)) == [
        ("hours_changed", Due.objects.get(kind=Kind.HOURS_CHANGED).round, "send")
    ]
    assert Outbox.objects.get().person == world.college.student.user.person


DECIDED_AT = utc(1, 8, 12, year=2027)


def decided(world) -> Decision:
    """One week was worked and confirmed; the teacher credits a part of it on Friday 8 January at noon."""
    placement = world.running()
    enrolment, teacher = world.college.enrolment, world.college.teacher.user.person
    enrolment.teacher = teacher
    enrolment.save()
    world.log(placement, date(2027, 1, 4))
    world.confirm(placement, date(2027, 1, 4), utc(1, 8, 9, year=2027))
    return decide(
        enrolment=enrolment, outcome="partly", minutes=420, reason="More to come", person=teacher,
        by=Actor("user", teacher.user_id, Role.TEACHER), at=DECIDED_AT,
    )  # fmt: skip


def test_a_decision_is_told_to_the_student_at_once(world):
    decided_at = DECIDED_AT
    decided(world)
    assert sweep(decided_at) == [("credited", "told", "send")]
    post(decided_at)
    assert [message.to for message in mail.outbox] == [["nia.berg@college.test"]]
    assert mail.outbox[0].subject == "See what was decided on your hours, and one more thing"
    assert "Vehicles, 2nd year: Partly credited, 7 h." in mail.outbox[0].body


WORDS = "Monday afternoon is missing."


def asked(world, at) -> Correction:
    """The student asks to look at the decision again; the letter about the decision has left."""
    decision = decided(world)
    sweep(DECIDED_AT)
    post(DECIDED_AT)
    mail.outbox.clear()
    student = world.college.student.user.person
    by = Actor("user", student.user_id, Role.STUDENT)
    return ask_correction(decision=decision, text=WORDS, person=student, by=by, at=at)


def answer(world, verb, correction, at) -> None:
    teacher = world.college.teacher.user.person
    by = Actor("user", teacher.user_id, Role.TEACHER)
    verb(correction=correction, answer="Monday was a holiday.", person=teacher, by=by, at=at)


def test_who_decided_is_told_of_a_request_at_once_and_again_three_days_before_the_answer_is_due(world):
    asked_at = utc(1, 11, 10, year=2027)
    correction = asked(world, asked_at)
    assert sweep(asked_at) == [("look_again", "ask", "send")]
    post(asked_at)
    (letter,) = mail.outbox
    assert letter.to == ["tom.hale@college.test"]
    assert letter.subject == "Please look at a decision on credit again"
    assert "Nia Berg asks you to look again at what you decided on Fri 8 Jan for Vehicles, 2nd year." in letter.body
    assert "Please answer by Mon 25 Jan." in letter.body
    assert f"/credit/requests/{correction.public_id}/" in letter.body
    assert WORDS not in f"{letter.subject} {letter.body} {letter.alternatives[0].content}"
    assert waiting(Kind.LOOK_AGAIN) == [("A-3", "01-22 08:00")]
    assert ("look_again", "A-3", "send") in sweep(utc(1, 22, 8, year=2027))


@pytest.mark.parametrize(("verb", "state"), [(decline, "The decision stays"), (uphold, "The decision is taken back")])
def test_an_answer_is_told_to_the_student_and_nothing_more_is_asked_of_the_teacher(world, verb, state):
    correction = asked(world, utc(1, 11, 10, year=2027))
    answered_at = utc(1, 11, 11, year=2027)
    answer(world, verb, correction, answered_at)
    assert sorted(sweep(answered_at)) == [("answered", "told", "send"), ("look_again", "ask", "done")]
    post(answered_at)
    (letter,) = mail.outbox
    assert letter.to == ["nia.berg@college.test"]
    assert letter.subject == "See the answer to your request"
    assert f"Your teacher has answered: {state}." in letter.body
    assert f"/credit/decisions/{correction.decision.public_id}/ask/" in letter.body
    assert "Monday was a holiday." not in f"{letter.body} {letter.alternatives[0].content}"
    assert ("look_again", "A-3", "done") in sweep(utc(1, 22, 8, year=2027))


def test_a_letter_about_a_decision_that_was_taken_back_does_not_go_out(world):
    decision = decided(world)
    student = world.college.student.user.person
    correction = ask_correction(
        decision=decision, text=WORDS, person=student, by=Actor("user", student.user_id, Role.STUDENT), at=DECIDED_AT
    )
    answer(world, uphold, correction, DECIDED_AT)
    assert sorted(sweep(DECIDED_AT)) == [
        ("answered", "told", "send"),
        ("credited", "told", "done"),
        ("look_again", "ask", "done"),
    ]


def test_a_decision_that_was_taken_back_after_the_end_is_asked_for_anew(world):
    correction = asked(world, utc(1, 11, 10, year=2027))
    ended = Placement.objects.filter(enrolment=world.college.enrolment)
    ended.update(ends_on=date(2027, 1, 8), state=Placement.State.ENDED)
    sweep(utc(1, 11, 11, year=2027))
    assert waiting(Kind.ASSESS) == []
    answer(world, uphold, correction, utc(1, 11, 12, year=2027))
    sweep(utc(1, 11, 12, year=2027))
    assert waiting(Kind.ASSESS) == [("T+3", "01-15 08:00"), ("T+6", "01-20 08:00")]
    assert ("assess", "T+3", "send") in sweep(utc(1, 15, 8, year=2027))
    decide(
        enrolment=world.college.enrolment, outcome="partly", minutes=400, reason="More to come",
        person=world.college.teacher.user.person, at=utc(1, 18, 9, year=2027),
        by=Actor("user", world.college.teacher.user_id, Role.TEACHER),
    )  # fmt: skip
    assert ("assess", "T+6", "done") in sweep(utc(1, 20, 8, year=2027))


def test_a_forwarded_link_goes_to_the_colleague_and_a_renewed_one_to_the_same_person(world):
    host, colleague = world.college.host.person, world.college.teacher.user.person
    link = Link.objects.create(
        token_hash="x", person=host, school=world.college.school, purpose="confirm", subject_id=0,
        created_at=NOW, expires_at=NOW,
    )  # fmt: skip
    for verb, details in (("renew", {}), ("forward", {"person": colleague.pk}), ("renew", {})):
        Transition.objects.create(
            noun="link",
            object_id=link.pk,
            school_id=link.school_id,
            verb=verb,
            actor_kind="link",
            details=details,
            at=NOW,
        )
    assert sweep(NOW) == [("link", "2026-11-24", "send")] * 2
    assert set(Outbox.objects.values_list("person", "letter")) == {(host.pk, "link"), (colleague.pk, "link")}


def test_one_person_gets_one_letter_a_day_and_the_rest_on_the_next_working_morning(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    assert sweep(utc(1, 8, 17, year=2027)) == [("confirm", "ask", "send")]
    post(utc(1, 8, 17, year=2027))
    Placement.objects.filter(pk=placement.pk).update(ends_on=date(2027, 1, 8))
    world.log(placement, date(2027, 1, 8))
    assert sweep(utc(1, 8, 18, year=2027)) == [("feedback", "E+0", "one_a_day")]
    assert Due.objects.get(kind=Kind.FEEDBACK, round="E+0").due_at == utc(1, 11, 8, year=2027)
    assert sweep(utc(1, 11, 8, year=2027)) == [("feedback", "E+0", "send")]
    assert list(to_host().values_list("day", "letter").order_by("day")) == [
        (date(2027, 1, 8), "confirm"),
        (date(2027, 1, 11), "feedback"),
    ]


def test_what_falls_due_before_the_letter_has_left_joins_it(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    sweep(utc(1, 8, 17, year=2027))
    Placement.objects.filter(pk=placement.pk).update(ends_on=date(2027, 1, 8))
    world.log(placement, date(2027, 1, 8))
    sweep(utc(1, 8, 18, year=2027))
    assert set(to_host().get().due.values_list("kind", flat=True)) == {"confirm", "feedback"}


def test_the_database_refuses_a_second_letter_of_one_day(world):
    world.proposed()
    sweep(NOW)
    first = Outbox.objects.first()
    first.pk, first.message_id, first.public_id = None, "<other@test>", "5d2c7f6e-4a4e-4f53-9f5e-0d6f4d1f9d11"
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.whole
def test_over_a_whole_placement_nobody_gets_two_letters_on_one_day_and_nothing_after_answering(world):
    placement = world.running()
    answered_at = utc(3, 12, 12, year=2027)
    for day in range((date(2027, 3, 31) - date(2027, 1, 4)).days):
        today = date(2027, 1, 4) + timedelta(days=day)
        if today.weekday() < 5 and today <= placement.ends_on and today != CLOSED:
            world.log(placement, today)
        for hour in (9, 19):
            now = utc(today.month, today.day, hour, year=2027)
            sweep(now)
            post(now)
        if today == answered_at.date():
            for monday in sorted(
                {entry.day - timedelta(days=entry.day.weekday()) for entry in placement.work_entries.all()}
            ):
                world.confirm(placement, monday, answered_at)
    sent = list(Outbox.objects.filter(state=Outbox.State.SENT).exclude(letter=Kind.LINK).values_list("person", "day"))
    assert len(sent) == len(set(sent))
    kinds = Counter(Outbox.objects.filter(state=Outbox.State.SENT).values_list("letter", flat=True))
    assert kinds == {"assess": 2, "confirm": 27, "ending": 1, "thanks": 1}
    assert len(sent) == len(mail.outbox) == 31
    assert not Due.objects.filter(kind=Kind.CONFIRM, outbox__sent_at__gt=answered_at).exists()
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.RUNNING)
    end(
        placement=Placement.objects.get(pk=placement.pk), by=Actor("user", 1, Role.COORDINATOR), at=utc(4, 1, year=2027)
    )


def test_moves_that_concern_nobody_are_settled_too(world):
    Transition.objects.create(noun="member", object_id=1, verb="invite", actor_kind="user", at=NOW)
    assert follow(now=NOW) == 1
    assert follow(now=NOW) == 0


@pytest.mark.parametrize("days", [0, 1, 10, 40])
def test_the_demo_world_starts_quietly_whenever_it_is_started(cast, days):
    """Its past is handled by the same rules: nothing that is more than three days old, one letter a person."""
    Handled.objects.all().delete()
    now = utc(11, 24, 9) + timedelta(days=days)
    sent = [one.row for one in sweeping.sweep(now=now) if one.verdict.decision == "send"]
    assert all(now - row.due_at <= timedelta(days=3) for row in sent)
    daily = {(row.person_id, row.school_id) for row in sent if Kind(row.kind) not in APART}
    assert Outbox.objects.filter(apart=False).count() == len(daily) <= 12
