"""A student asks in time to look at a decision again; an assessor answers, and what is taken back no longer counts."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from credits import ledger
from credits.access import corrections_visible_to, own_decisions
from credits.corrections import to_answer, told, who_answers
from credits.models import Correction, Decision, LedgerEntry
from credits.queries import balances, to_decide
from credits.rules import correcting as rules
from credits.workflow import ask_correction, decide, decline, uphold
from demo.lives import actor
from placements.models import Placement
from schools.models import Enrolment

HELSINKI = ZoneInfo("Europe/Helsinki")
FRIDAY = datetime(2026, 11, 20, 18, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
WORDS = "Wednesday is missing; I was at the garage until four."


@pytest.fixture
def lina(cast) -> Enrolment:
    """140 h of hers are credited, decided on Friday 20 November; the request of the demo world is set aside."""
    Correction.objects.all().delete()
    return Enrolment.objects.get(student__person=cast.insider(Role.STUDENT).user.person)


@pytest.fixture
def decision(lina) -> Decision:
    return lina.decisions.get()


@pytest.fixture
def per(cast) -> Enrolment:
    """His placement is over and nothing decided; he has no account."""
    return Enrolment.objects.get(student__person__given_name="Per", student__person__family_name="Ek")


def as_student(decision, text=WORDS, at=NOW, **said) -> Correction:
    person = decision.enrolment.student.person
    return ask_correction(decision=decision, text=text, person=person, by=actor(Role.STUDENT, person), at=at, **said)


def as_teacher(verb, correction, answer="We looked at it.", at=NOW, **said) -> Correction:
    person = said.pop("person", correction.decision.enrolment.teacher)
    return verb(correction=correction, answer=answer, person=person, by=actor(Role.TEACHER, person), at=at)


# ── Until when ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_student_may_ask_until_the_end_of_the_fourteenth_day_of_the_school():
    late_evening = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    assert rules.ask_until(late_evening, ZoneInfo("Europe/London")) == date(2026, 12, 8)
    assert rules.ask_until(late_evening, HELSINKI) == date(2026, 12, 9)
    assert rules.may_ask(late_evening, datetime(2026, 12, 9, 21, 59, tzinfo=UTC), HELSINKI)
    assert not rules.may_ask(late_evening, datetime(2026, 12, 9, 22, 0, tzinfo=UTC), HELSINKI)
    assert not rules.may_ask(late_evening, late_evening - timedelta(minutes=1), HELSINKI)


def test_the_answer_is_due_fourteen_days_after_asking():
    assert rules.answer_by(datetime(2026, 11, 24, 22, 30, tzinfo=UTC), HELSINKI) == date(2026, 12, 9)


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_request_is_kept_with_its_words_and_the_day_of_the_answer_and_the_log_holds_no_word(decision):
    correction = as_student(decision, text=f"  {WORDS}\n")
    assert (correction.state, correction.text, correction.answer_by) == ("asked", WORDS, date(2026, 12, 8))
    move = Transition.objects.filter(noun="correction", object_id=correction.pk).get()
    assert (move.verb, move.to_state, move.timeline) == ("ask", "asked", f"enrolment:{decision.enrolment_id}")
    assert (move.reason, move.details) == ("", {"decision": decision.pk, "answer_by": "2026-12-08"})


def test_the_same_request_sent_twice_is_one_and_another_waits_for_the_answer(decision):
    key = uuid4()
    assert as_student(decision, public_id=key) == as_student(decision, public_id=key)
    with pytest.raises(Refused, match="asked already"):
        as_student(decision, public_id=uuid4())
    assert Correction.objects.count() == 1
    assert Transition.objects.filter(noun="correction", verb="ask", object_id=Correction.objects.get().pk).count() == 1


def test_after_an_answer_a_student_may_ask_again_while_the_days_last(decision):
    as_teacher(decline, as_student(decision))
    assert as_student(decision, text="And the Thursday?").state == "asked"
    assert list(Correction.objects.values_list("state", flat=True)) == ["asked", "declined"]


def test_after_fourteen_days_nobody_may_ask(decision):
    with pytest.raises(Refused, match="14 days to ask are over"):
        as_student(decision, at=datetime(2026, 12, 5, 0, 0, tzinfo=UTC))
    assert as_student(decision, at=datetime(2026, 12, 4, 23, 59, tzinfo=UTC)).answer_by == date(2026, 12, 18)


def test_a_request_without_words_is_refused(decision):
    with pytest.raises(Refused, match="what is wrong"):
        as_student(decision, text=" \n ")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.STUDENT])
def test_only_the_student_asks(decision, role):
    student = decision.enrolment.student.person
    with pytest.raises(Refused, match="may not"):
        ask_correction(decision=decision, text=WORDS, person=student, by=actor(role, student), at=NOW)


def test_another_student_does_not_ask(decision, cast):
    other = cast.outsider(Role.STUDENT).user.person
    with pytest.raises(Refused, match="may not"):
        ask_correction(decision=decision, text=WORDS, person=other, by=actor(Role.STUDENT, other), at=NOW)
    assert not Correction.objects.exists()


def test_what_is_not_decided_or_was_taken_back_cannot_be_asked_about(decision, per):
    with pytest.raises(Refused, match="no longer possible"):
        as_student(Decision.objects.create(enrolment=per))
    as_teacher(uphold, as_student(decision))
    with pytest.raises(Refused, match="no longer possible"):
        as_student(decision)


# ── Answering ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_decision_that_stays_changes_nothing_in_the_ledger(decision):
    correction = as_teacher(decline, as_student(decision), answer=" It comes at the end. ")
    decision.refresh_from_db()
    assert (correction.state, correction.answer, correction.answered_at) == ("declined", "It comes at the end.", NOW)
    assert (decision.state, decision.corrected_at) == ("partly", None)
    assert balances([decision.enrolment_id])[decision.enrolment_id] == 140 * 60


def test_a_decision_that_is_taken_back_is_reversed_in_the_ledger_and_stays_readable(decision):
    correction = as_teacher(uphold, as_student(decision))
    decision.refresh_from_db()
    assert (correction.state, correction.answered_by) == ("upheld", decision.enrolment.teacher)
    assert (decision.state, decision.corrected_at, decision.credited_minutes) == ("corrected", NOW, 140 * 60)
    rows = list(LedgerEntry.objects.filter(student=decision.enrolment.student).order_by("sequence"))
    assert [(row.minutes, row.reverses_id) for row in rows] == [(140 * 60, None), (-140 * 60, rows[0].pk)]
    assert list(ledger.problems(rows)) == []
    assert balances([decision.enrolment_id])[decision.enrolment_id] == 0
    moves = Transition.objects.filter(timeline=f"enrolment:{decision.enrolment_id}", at=NOW).order_by("pk")
    assert [(move.noun, move.verb, move.from_state, move.to_state) for move in moves] == [
        ("correction", "ask", "", "asked"),
        ("correction", "uphold", "asked", "upheld"),
        ("decision", "correct", "partly", "corrected"),
    ]
    assert [move.reason for move in moves] == ["", "", ""]


def test_only_what_this_decision_credited_is_reversed(decision):
    second = decide(
        enrolment=decision.enrolment, outcome="partly", minutes=600, reason="More.", at=NOW,
        person=decision.enrolment.teacher, by=actor(Role.TEACHER, decision.enrolment.teacher),
    )  # fmt: skip
    as_teacher(uphold, as_student(second))
    assert balances([decision.enrolment_id])[decision.enrolment_id] == 140 * 60


def test_the_same_answer_twice_is_one_and_another_comes_too_late(decision):
    correction = as_student(decision)
    for _tap in range(2):
        assert as_teacher(uphold, Correction.objects.get(pk=correction.pk)).state == "upheld"
    assert LedgerEntry.objects.filter(decision=decision).count() == 2
    for verb, answer in ((decline, "We looked at it."), (uphold, "Other words.")):
        with pytest.raises(Refused, match="no longer possible"):
            as_teacher(verb, Correction.objects.get(pk=correction.pk), answer=answer)


def test_an_answer_needs_words(decision):
    correction = as_student(decision)
    for verb in (decline, uphold):
        with pytest.raises(Refused, match="write an answer"):
            as_teacher(verb, correction, answer="  ")
    assert LedgerEntry.objects.filter(decision=decision).count() == 1


def test_only_an_assessor_answers(decision, cast):
    correction = as_student(decision)
    teacher, head = decision.enrolment.teacher, cast.insider(Role.HEAD).user.person
    for verb in (decline, uphold):
        for role, person in ((Role.TEACHER, head), (Role.COORDINATOR, teacher), (Role.STUDENT, teacher)):
            with pytest.raises(Refused, match="may not"):
                verb(correction=correction, answer="No.", person=person, by=actor(role, person), at=NOW)
    assert Correction.objects.get().state == "asked"


def test_who_decided_answers_and_when_they_left_the_teacher_of_the_enrolment(decision, cast):
    assert who_answers(decision) == decision.decided_by
    head = cast.insider(Role.HEAD).user.person
    Enrolment.objects.filter(pk=decision.enrolment_id).update(teacher=head)
    Placement.objects.filter(enrolment=decision.enrolment_id).update(teacher=None)
    assert who_answers(Decision.objects.get(pk=decision.pk)) == head


# ── What follows ─────────────────────────────────────────────────────────────────────────────────────────────────────


def waits_for(cast, enrolment) -> bool:
    return to_decide(cast.insider(Role.TEACHER)).filter(pk=enrolment.pk).exists()


def test_an_enrolment_whose_decision_was_taken_back_waits_until_somebody_decides_anew(per, cast):
    teacher = actor(Role.TEACHER, per.teacher)
    said = {"enrolment": per, "outcome": "partly", "reason": "A part.", "person": per.teacher, "by": teacher}
    decision = decide(**said, minutes=3000, at=NOW)
    assert not waits_for(cast, per)
    as_teacher(uphold, as_student(decision))
    assert waits_for(cast, per)
    assert balances([per.pk])[per.pk] == 0
    decide(**said, minutes=1200, at=NOW + timedelta(minutes=1))
    assert not waits_for(cast, per)
    assert balances([per.pk])[per.pk] == 1200


def test_it_waits_while_the_placement_still_runs_too(lina, decision, cast):
    assert not waits_for(cast, lina)
    as_teacher(uphold, as_student(decision))
    assert waits_for(cast, lina)
    assert to_decide(cast.insider(Role.TEACHER)).get(pk=lina.pk).taken_back_at == NOW


def test_what_was_decided_is_told_with_its_requests_and_the_last_day_to_ask(decision):
    def row(today):
        return told([decision.enrolment_id], today=today)[decision.enrolment_id][0]

    assert (row(NOW.date()).ask_until, row(NOW.date()).may_ask) == (date(2026, 12, 4), True)
    assert not row(date(2026, 12, 5)).may_ask
    correction = as_student(decision)
    assert (row(NOW.date()).corrections, row(NOW.date()).may_ask) == ([correction], False)
    as_teacher(decline, correction)
    assert row(NOW.date()).may_ask
    as_teacher(uphold, as_student(decision))
    assert not row(NOW.date()).may_ask


def test_nobody_but_the_student_and_the_staff_who_read_the_credit_sees_a_request(decision, cast):
    as_student(decision)
    assert {role for role in Role if corrections_visible_to(cast.insider(role)).exists()} == {
        Role.COORDINATOR, Role.TEACHER, Role.HEAD,
    }  # fmt: skip
    assert {role for role in Role if to_answer(cast.insider(role)).exists()} == {Role.TEACHER}
    assert {role for role in Role if own_decisions(cast.insider(role)).exists()} == {Role.STUDENT}
    assert not [role for role in Role if corrections_visible_to(cast.outsider(role)).exists()]


def test_a_teacher_who_does_not_assess_the_student_sees_no_request(decision, cast):
    as_student(decision)
    Enrolment.objects.update(teacher=None)
    Placement.objects.update(teacher=None)
    assert not corrections_visible_to(cast.insider(Role.TEACHER)).exists()


# ── On the pages ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def as_role(cast, time_machine):
    time_machine.move_to(NOW)
    return lambda role: cast.client(cast.insider(role))


def page_of(decision: Decision) -> str:
    return reverse("credits:ask", args=[decision.public_id])


def test_a_student_asks_from_the_page_of_credit_and_reads_the_answer_there(decision, as_role):
    client, page = as_role(Role.STUDENT), page_of(decision)
    credit = client.get(reverse("reports:my_credit")).text
    assert page in credit
    assert "You can ask until Fri 4 Dec." in credit
    asking = client.get(page)
    assert "Pär Lind answers by Tue 8 Dec." in asking.text
    assert not Correction.objects.exists()
    said = {"key": asking.context["form"]["key"].value(), "text": WORDS}
    for _tap in range(2):
        answer = client.post(page, said)
        assert (answer.status_code, answer["Location"]) == (302, page)
    assert Correction.objects.get().text == WORDS
    credit = client.get(reverse("reports:my_credit")).text
    assert "You asked on Tue 24 Nov. The answer comes by Tue 8 Dec." in credit
    assert page not in credit
    as_teacher(decline, Correction.objects.get(), answer="It comes at the end of the placement.")
    for address in (reverse("reports:my_credit"), page):
        assert "It comes at the end of the placement." in client.get(address).text


def test_what_comes_back_keeps_the_words_of_the_student(decision, as_role):
    client, page = as_role(Role.STUDENT), page_of(decision)
    for text, problem in (("", "Please write what is wrong."), ("x" * 1001, "at most 1000 characters")):
        answer = client.post(page, {"key": uuid4(), "text": text})
        assert answer.status_code == 422
        assert problem in answer.text
        assert answer.context["form"]["text"].value() == text
    assert client.post(page, {"key": uuid4(), "text": "x\r\n" * 500}).status_code == 302


def test_after_the_days_to_ask_the_page_says_so(decision, as_role, time_machine):
    client = as_role(Role.STUDENT)
    time_machine.move_to(datetime(2026, 12, 5, 9, tzinfo=UTC))
    assert page_of(decision) not in client.get(reverse("reports:my_credit")).text
    assert "The time to ask is over" in client.get(page_of(decision)).text
    assert client.post(page_of(decision), {"key": uuid4(), "text": WORDS}).status_code == 422


def test_the_teacher_finds_the_request_on_the_first_page_and_the_list_reads_it_and_takes_back(decision, as_role):
    client, correction = as_role(Role.TEACHER), as_student(decision)
    page = reverse("credits:correction", args=[correction.public_id])
    for address in ("/", reverse("credits:to_decide")):
        text = client.get(address).text
        assert page in text
        assert "1 student asks you to look at a decision again" in text
        assert "Please answer by Tue 8 Dec." in text
        assert WORDS not in text
    text = client.get(page).text
    assert WORDS in text
    assert "The first four weeks are assessed" in text
    assert "Taking it back sets the credited hours from 140 h to 0 h. You then decide anew." in text
    answer = client.post(page, {"outcome": "upheld", "answer": "You are right."})
    credit = reverse("credits:decision", args=[decision.enrolment.public_id])
    assert (answer.status_code, answer["Location"]) == (302, credit)
    assert "Taken back on Tue 24 Nov 2026" in client.get(credit).text
    assert page not in client.get("/").text
    assert credit in client.get(reverse("credits:to_decide")).text


def test_an_answer_that_is_not_whole_comes_back_and_one_after_a_colleague_says_so(decision, as_role):
    client, correction = as_role(Role.TEACHER), as_student(decision)
    page = reverse("credits:correction", args=[correction.public_id])
    for said in ({"answer": "Why."}, {"outcome": "upheld", "answer": ""}, {"outcome": "gone", "answer": "x"}):
        assert client.post(page, said).status_code == 422
    as_teacher(decline, correction)
    answer = client.post(page, {"outcome": "upheld", "answer": "Yes."})
    assert answer.status_code == 422
    assert "it has changed in the meantime" in answer.text
    assert "We looked at it." in answer.text


def test_the_coordinator_and_the_head_read_along_without_answering(decision, as_role):
    correction = as_student(decision)
    page = reverse("credits:correction", args=[correction.public_id])
    for role in (Role.COORDINATOR, Role.HEAD):
        client = as_role(role)
        assert page in client.get(reverse("credits:decision", args=[decision.enrolment.public_id])).text
        text = client.get(page).text
        assert WORDS in text
        assert "A teacher answers by Tuesday 8 December." in text
        assert 'name="outcome"' not in text
        assert client.post(page, {"outcome": "upheld", "answer": "Yes."}).status_code == 404


def test_a_student_sees_no_decision_of_another_student(cast, as_role, decision, per):
    other = decide(
        enrolment=per, outcome="not_yet", minutes=0, reason="The report is missing.", at=FRIDAY,
        person=per.teacher, by=actor(Role.TEACHER, per.teacher),
    )  # fmt: skip
    client = as_role(Role.STUDENT)
    assert client.get(page_of(other)).status_code == 404
    assert client.post(page_of(other), {"key": uuid4(), "text": WORDS}).status_code == 404
    assert not Correction.objects.exists()


def test_the_guardian_is_told_that_a_decision_was_taken_back_but_reads_no_word(decision, as_role, cast):
    as_teacher(uphold, as_student(decision), answer="You are right about Wednesday.")
    placement = decision.enrolment.placements.get()
    text = as_role(Role.GUARDIAN).get(reverse("reports:placement", args=[placement.public_id])).text
    assert "A decision was taken back: 140 h." in text
    assert WORDS not in text
    assert "about Wednesday" not in text
    assert Membership.objects.filter(role=Role.GUARDIAN).exists()
