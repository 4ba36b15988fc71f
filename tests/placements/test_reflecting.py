"""One question to one student: asked only when somebody named reads the answer, and seen by nobody else."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Membership
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Placement, Reflection
from placements.models.hours import Independence
from placements.rules.learning import ALONE, Aim, Solo, first_solos, goals
from placements.workflow.reflecting import answer_question, ask_question, mark_read, withdraw_question
from schools.models import Guardian
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, person, work

TEACHER = Actor("user", 7, Role.TEACHER)
NOW = at(MONDAY + timedelta(days=2))
QUESTION, ANSWER, REPLY = "Zw1 what was hard?", "Zw2 the big press", "Zw3 we practise it"
LIST = reverse("placements:reflections")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage(db):
    return build()


@pytest.fixture
def par(garage):
    teacher = person("Par Lind")
    member(teacher, garage.school, Role.TEACHER)
    Placement.objects.filter(pk=garage.lina.pk).update(teacher=teacher)
    garage.lina.refresh_from_db()
    return teacher


def ask(garage, reader, **changed):
    values = {"placement": garage.lina, "question": QUESTION, "by": TEACHER, "at": NOW, **changed}
    return ask_question(reader=reader, **values)


def answer(garage, asked, text=ANSWER):
    return answer_question(reflection=asked, answer=text, person=garage.lina.learner, by=STUDENT, at=NOW)


def url(asked):
    return reverse("placements:reflection", args=[asked.public_id])


# ── The rules ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_day_alone_counts_only_after_a_day_that_was_not_alone():
    day = [date(2026, 11, number) for number in range(1, 5)]
    done = [("pads", day[0], 1), ("pads", day[2], 3), ("pads", day[3], 4), ("tyres", day[1], 3), ("tyres", day[2], 3)]
    assert first_solos(done) == [Solo("pads", day[2])]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.dates(date(2026, 1, 1), date(2026, 1, 9)), st.integers(0, 4))))
def test_a_first_time_alone_is_the_first_and_follows_another_day(done):
    for solo in first_solos(done):
        assert min(day for task, day, mark in done if task == solo.task and mark >= ALONE) == solo.day
        assert min(day for task, day, _mark in done if task == solo.task) < solo.day


def aim(text, times, planned=True):
    return Aim(text=text, unit="", planned=planned, times=times)


def test_the_goals_are_two_planned_outcomes_with_the_least_evidence():
    aims = [aim("a", 3), aim("b", 0, planned=False), aim("c", 1), aim("d", 0), aim("e", 1)]
    assert [one.text for one in goals(aims)] == ["d", "c"]
    assert [one.text for one in goals([aim("a", 1, planned=False), aim("b", 0, planned=False)])] == ["b", "a"]
    assert goals([]) == []


# ── The verbs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_named_reader_who_teaches_the_student_nobody_is_asked(garage, par):
    stranger = person("Else Where")
    member(stranger, garage.school, Role.TEACHER)
    for reader in (None, stranger, garage.marek.person):
        with pytest.raises(Refused, match="would read the answer"):
            ask(garage, reader)
    assert not Reflection.objects.filter(placement=garage.lina).exists()


def test_a_reader_who_has_left_the_school_is_no_reader(garage, par):
    Membership.objects.filter(user=par.user).update(ends_on=MONDAY)
    with pytest.raises(Refused, match="would read the answer"):
        ask(garage, par)


def test_one_question_is_open_at_a_time_and_the_same_form_asks_once(garage, par):
    key = uuid.uuid4()
    assert ask(garage, par, public_id=key) == ask(garage, par, public_id=key)
    with pytest.raises(Refused, match="is open"):
        ask(garage, par)
    assert moves().filter(noun="reflection").values_list("verb", "timeline", "reason", "details").get() == (
        "ask", "", "", {},
    )  # fmt: skip


def test_a_question_is_kept_until_a_year_after_the_last_day(garage, par):
    assert garage.lina.ends_on == date(2026, 12, 18)
    assert ask(garage, par).retain_until == date(2027, 12, 18)


def test_the_open_question_of_a_teacher_who_left_makes_room(garage, par):
    old = ask(garage, par)
    new = person("Nora New")
    member(new, garage.school, Role.TEACHER)
    Placement.objects.filter(pk=garage.lina.pk).update(teacher=new)
    garage.lina.refresh_from_db()
    with pytest.raises(Refused, match="Nobody reads"):
        answer(garage, old)
    ask(garage, new)
    old.refresh_from_db()
    assert old.withdrawn_at == NOW


@pytest.mark.parametrize(
    ("state", "more", "says"),
    [("planned", {}, "not started"), ("paused", {"end_reason": "personal"}, "Nobody is asked")],
)
def test_nobody_is_asked_before_the_start_or_in_a_personal_pause(garage, par, state, more, says):
    Placement.objects.filter(pk=garage.lina.pk).update(state=state, **more)
    garage.lina.refresh_from_db()
    with pytest.raises(Refused, match=says):
        ask(garage, par)


def test_only_the_student_answers_and_until_it_is_read_may_change_the_answer(garage, par):
    asked = ask(garage, par)
    with pytest.raises(Refused):
        answer_question(reflection=asked, answer=ANSWER, person=garage.jonas.learner, by=STUDENT, at=NOW)
    answer(garage, asked)
    answer(garage, asked)
    answer(garage, asked, "Otherwise")
    mark_read(reflection=asked, person=par, by=TEACHER, at=NOW)
    with pytest.raises(Refused, match="was read already"):
        answer(garage, asked)
    asked.refresh_from_db()
    assert (asked.answer, asked.read_at) == ("Otherwise", NOW)
    assert moves().filter(noun="reflection", verb="answer").count() == 2


def test_only_the_reader_marks_it_read_and_only_once_answered(garage, par):
    asked = ask(garage, par)
    with pytest.raises(Refused, match="no answer yet"):
        mark_read(reflection=asked, person=par, by=TEACHER, at=NOW)
    answer(garage, asked)
    with pytest.raises(Refused):
        mark_read(reflection=asked, person=garage.marek.person, by=TEACHER, at=NOW)
    with pytest.raises(Refused):
        mark_read(reflection=asked, person=par, by=HOST, at=NOW)


def test_a_question_is_taken_back_before_the_answer_only(garage, par):
    asked = ask(garage, par)
    withdraw_question(reflection=asked, person=par, by=TEACHER, at=NOW)
    withdraw_question(reflection=asked, person=par, by=TEACHER, at=NOW)
    with pytest.raises(Refused, match="need not answer"):
        answer(garage, asked)
    again = answer(garage, ask(garage, par))
    with pytest.raises(Refused, match="has answered"):
        withdraw_question(reflection=again, person=par, by=TEACHER, at=NOW)
    assert moves().filter(noun="reflection", verb="withdraw").count() == 1


def test_the_database_keeps_no_reading_without_an_answer(garage, par):
    with pytest.raises(IntegrityError):
        Reflection.objects.filter(pk=ask(garage, par).pk).update(read_at=NOW)


# ── The pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_student_finds_the_question_today_with_who_reads_it_and_answers_there(garage, par, client):
    asked = ask(garage, par, why="Brake pads: alone for the first time")
    client.force_login(garage.lina.learner.user)
    today = client.get("/").text
    for words in (QUESTION, "Brake pads: alone for the first time", "Par Lind reads this", "You do not have to answer"):
        assert words in today
    assert client.post(url(asked), {"answer": " "}).status_code == 422
    assert client.post(url(asked), {"answer": ANSWER}).status_code == 302
    assert QUESTION not in client.get("/").text
    assert ANSWER in client.get(LIST).text


def test_whoever_leaves_a_question_is_not_asked_for_a_reason(garage, par, client):
    asked = ask(garage, par)
    client.force_login(garage.lina.learner.user)
    assert '<a class="btn btn-quiet" href="/">Not now</a>' in client.get(url(asked)).text
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_at, asked.withdrawn_at) == ("", None, None)


def test_the_teacher_sees_unread_answers_opens_one_and_only_the_button_marks_it_read(garage, par, client):
    asked = answer(garage, ask(garage, par))
    client.force_login(par.user)
    assert "1 answer waits for you to read it" in client.get("/").text
    assert "Read the answer" in client.get(LIST).text
    assert ANSWER in client.get(url(asked)).text
    asked.refresh_from_db()
    assert asked.read_at is None
    assert client.post(url(asked), {"reply": REPLY}).status_code == 302
    asked.refresh_from_db()
    assert (asked.read_at, asked.reply) == (NOW, REPLY)
    assert "waits for you to read" not in client.get("/").text
    client.force_login(garage.lina.learner.user)
    assert REPLY in client.get("/").text


def test_a_teacher_chooses_a_question_or_writes_one(garage, par, client):
    client.force_login(par.user)
    page = reverse("placements:reflection_new", args=[garage.lina.public_id])
    empty = client.post(page, {"key": uuid.uuid4()})
    assert (empty.status_code, "Choose a question, or write your own." in empty.text) == (422, True)
    sent = {"key": uuid.uuid4(), "question": QUESTION}
    for _tap in range(2):
        assert client.post(page, sent).status_code == 302
    assert Reflection.objects.get(placement=garage.lina).question == QUESTION
    assert "is open" in client.post(page, {"key": uuid.uuid4(), "question": "More?"}).text


def test_a_first_time_alone_is_suggested_to_the_teacher_and_asked_with_one_tap(garage, par, client):
    task = garage.tasks[0]
    work(garage.lina, MONDAY, tasks=[(task, Independence.WITH_HELP)])
    work(garage.lina, MONDAY + timedelta(days=1), tasks=[(task, Independence.ALONE)])
    client.force_login(par.user)
    (row,) = client.get("/").context["ideas"]
    assert row["why"] == "Brake pads: alone for the first time on Tue 17 Nov"
    page = reverse("placements:reflection_new", args=[garage.lina.public_id])
    assert client.post(page, {"key": row["key"], "question": row["question"]}).status_code == 302
    asked = Reflection.objects.get(placement=garage.lina)
    assert (asked.why, asked.reader) == (row["why"], par)
    assert client.get("/").context["ideas"] == []
    assert client.get(LIST).context["ideas"] == []


def test_a_question_whose_reader_left_is_not_shown(garage, par, client):
    asked = ask(garage, par)
    Membership.objects.filter(user=par.user).update(ends_on=MONDAY)
    client.force_login(garage.lina.learner.user)
    assert QUESTION not in client.get("/").text
    assert client.get(url(asked)).status_code == 404


def test_nobody_but_the_student_and_the_reader_sees_question_and_answer(garage, par, client):
    garage.lina.enrolment.teacher = None
    asked = answer(garage, ask(garage, par))
    mother, other_teacher, office = person("Ewa Kowal"), person("Ola Other"), person("Amina Office")
    Guardian.objects.create(student=garage.lina.enrolment.student, person=mother)
    for who, role in (
        (mother, Role.GUARDIAN), (other_teacher, Role.TEACHER), (office, Role.COORDINATOR),
        (garage.marek.person, Role.SUPERVISOR),
    ):  # fmt: skip
        member(who, garage.firm if role == Role.SUPERVISOR else garage.school, role)
    placement = [garage.lina.public_id]
    pages = ["/", url(asked), LIST, reverse("placements:hours", args=placement)]
    pages += [f"{reverse('reports:placement', args=placement)}?tab={tab}" for tab in ("happened", "plan", "people")]
    for who in (garage.jonas.learner, garage.stranger.learner, mother, other_teacher, office, garage.marek.person):
        client.force_login(who.user)
        told = "".join(client.get(page, follow=True).text for page in pages)
        assert (QUESTION in told, ANSWER in told) == (False, False), who
        assert client.post(url(asked), {"answer": "mine", "reply": "mine"}).status_code == 404
    asked.refresh_from_db()
    assert (asked.answer, asked.reply, asked.read_at) == (ANSWER, "", None)
