"""The student reads the host's feedback and replies; the school says what came of it."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from placements.models import Feedback, FeedbackReply, FeedbackUse, Placement
from placements.models.hours import Independence
from placements.workflow.feedback import give_feedback
from schools.models import Guardian
from tests.placements.garage import HOST, MONDAY, at, build, member, person

pytestmark = pytest.mark.django_db
NOW = at(MONDAY + timedelta(days=4))
SEEN = "Zf1 checked twice"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage():
    return build()


@pytest.fixture
def feedback(garage):
    return give_feedback(
        placement=garage.lina, person=garage.marek.person, tasks=[garage.tasks[0]], independence=Independence.CHECKED,
        alone={garage.tasks[0]: Independence.ALONE}, observed=SEEN, host_again=Feedback.Again.MAYBE, remark="Zf2 boots",
        by=HOST, at=NOW,
    )  # fmt: skip


@pytest.fixture
def lina(garage, client):
    client.force_login(garage.lina.learner.user)
    return client


def url(garage):
    return reverse("placements:feedback", args=[garage.lina.public_id])


def as_teacher(garage, client):
    teacher = person("Par Lind")
    member(teacher, garage.school, Role.TEACHER)
    Placement.objects.filter(pk=garage.lina.pk).update(teacher=teacher)
    client.force_login(teacher.user)


def replies(feedback):
    return list(FeedbackReply.objects.filter(feedback=feedback).values_list("agrees", "text"))


def test_the_student_reads_all_five_answers(garage, feedback, lina):
    assert "Read what the host wrote about you" in lina.get("/").text
    page = lina.get(url(garage)).text
    for words in ("Brake pads", "Alone", "Alone, checked", SEEN, "Perhaps", "Zf2 boots", "Marek Novak"):
        assert words in page


def test_one_tap_says_i_read_it(garage, feedback, lina):
    for _tap in range(2):
        assert lina.post(url(garage), {"agrees": "yes", "text": ""}).status_code == 302
    assert replies(feedback) == [(True, "")]
    assert "Read what the host wrote about you" not in lina.get("/").text


def test_i_see_it_otherwise_needs_a_why_and_keeps_it(garage, feedback, lina):
    empty = lina.post(url(garage), {"agrees": "no", "text": " "})
    assert (empty.status_code, "Please write how you see it." in empty.text) == (422, True)
    assert lina.post(url(garage), {"agrees": "no", "text": "I asked first."}).status_code == 302
    assert replies(feedback) == [(False, "I asked first.")]
    assert "I asked first." in lina.get(url(garage)).text


def test_before_there_is_feedback_the_page_says_when_it_comes(garage, lina):
    assert "No feedback yet" in lina.get(url(garage)).text
    assert lina.post(url(garage), {"agrees": "yes"}).status_code == 404


def test_the_teacher_reads_the_reply_and_writes_down_what_came_of_it(garage, feedback, lina):
    lina.post(url(garage), {"agrees": "no", "text": "I asked first."})
    as_teacher(garage, lina)
    page = lina.get(url(garage)).text
    assert "I asked first." in page
    assert "The host reads this" in page
    sent = {"key": uuid.uuid4(), "kind": "lesson", "text": "Brakes", "on": NOW.date().isoformat()}
    for _tap in range(2):
        assert lina.post(url(garage), sent).status_code == 302
    use = FeedbackUse.objects.get(feedback=feedback)
    assert (use.kind, use.text, use.on, use.person.full_name) == ("lesson", "Brakes", NOW.date(), "Par Lind")
    assert "Par Lind used it in a lesson on Fri 20 Nov." in lina.get(url(garage)).text


def test_a_day_to_come_is_refused_and_the_form_keeps_its_words(garage, feedback, client):
    as_teacher(garage, client)
    sent = {"key": uuid.uuid4(), "kind": "talk", "text": "Zf3 words", "on": "2027-01-01"}
    answer = client.post(url(garage), sent)
    assert (answer.status_code, "Zf3 words" in answer.text) == (422, True)
    assert not FeedbackUse.objects.filter(feedback=feedback).exists()


def test_the_head_reads_and_writes_nothing(garage, feedback, client):
    head = person("Ingrid Solberg")
    member(head, garage.school, Role.HEAD)
    client.force_login(head.user)
    assert SEEN in client.get(url(garage)).text
    assert client.post(url(garage), {"kind": "talk", "on": "2026-11-20"}).status_code == 404


def test_another_student_a_guardian_and_another_school_see_none_of_it(garage, feedback, client):
    mother, office = person("Ewa Kowal"), person("Amina Office")
    Guardian.objects.create(student=garage.lina.enrolment.student, person=mother)
    member(mother, garage.school, Role.GUARDIAN)
    member(office, garage.other_school, Role.COORDINATOR)
    for who in (garage.jonas.learner, garage.stranger.learner, mother, office):
        client.force_login(who.user)
        assert client.get(url(garage)).status_code == 404
        assert client.post(url(garage), {"agrees": "no", "text": "x", "kind": "talk"}).status_code == 404
        assert SEEN not in client.get("/").text
    assert replies(feedback) == []
