"""The pages of adjustments: the student decides who reads, the host answers, the office learns only of a refusal."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from placements.models import Adjustment
from tests.placements.garage import MONDAY, at, build, member, person

pytestmark = pytest.mark.django_db
NOW = at(MONDAY, 12)
FOR_HOST, FOR_TEACHER, FOR_NOBODY = "Rest every hour.", "Larger print.", "I have epilepsy."
MINE = "/adjustments/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage(client):
    made = build()
    member(made.marek.person, made.firm, Role.SUPERVISOR)
    client.force_login(made.lina.learner.user)
    for text, readers in ((FOR_HOST, {"for_host": "on"}), (FOR_TEACHER, {"for_teacher": "on"}), (FOR_NOBODY, {})):
        assert client.post(MINE, {"key": uuid.uuid4(), "text": text, **readers}).status_code == 302
    return made


def test_a_student_sees_what_each_reader_sees_changes_it_and_takes_it_back(garage, client):
    shown = client.get(MINE).text
    assert "Write what helps, not the diagnosis." in shown
    for words in (FOR_HOST, "Your supervisor reads it, your teacher does not.", FOR_NOBODY, "Only you read it."):
        assert words in shown
    first = Adjustment.objects.get(text=FOR_HOST)
    changed = {"key": uuid.uuid4(), "text": "Rest at ten.", "for_host": "on"}
    url = reverse("placements:adjustment", args=[first.public_id])
    assert FOR_HOST in client.get(url).text
    assert client.post(url, changed).status_code == 302
    assert (client.post(url, changed).status_code, FOR_HOST in client.get(MINE).text) == (422, False)
    second = Adjustment.objects.get(text="Rest at ten.")
    for _tap in range(2):
        client.post(reverse("placements:adjustment_withdraw", args=[second.public_id]))
    assert "Rest at ten." not in client.get(MINE).text
    assert client.post(MINE, {"key": uuid.uuid4(), "text": ""}).status_code == 422
    client.force_login(garage.jonas.learner.user)
    for text in (FOR_HOST, FOR_TEACHER, FOR_NOBODY):
        assert text not in client.get(MINE).text
    assert client.get(url).status_code == 404


def test_a_host_reads_what_is_shared_with_it_and_answers_and_the_office_learns_only_that_it_refused(garage, client):
    row = Adjustment.objects.get(text=FOR_HOST)
    client.force_login(garage.marek.person.user)
    page = reverse("placements:host_adjustments", args=[garage.lina.public_id])
    shown = client.get(page).text
    assert [text in shown for text in (FOR_HOST, FOR_TEACHER, FOR_NOBODY)] == [True, False, False]
    assert FOR_HOST not in client.get(reverse("placements:host_adjustments", args=[garage.jonas.public_id])).text
    meant = {"adjustment": row.public_id}
    assert client.post(page, meant).status_code == 422
    assert client.post(page, meant | {"answer": "otherwise"}).status_code == 422
    assert client.post(page, meant | {"answer": "refused", "text": "Our line cannot stop."}).status_code == 302
    assert "We cannot do it" in client.get(page).text
    office = person("Cora Office")
    member(office, garage.school, Role.COORDINATOR)
    client.force_login(office.user)
    told = client.get(reverse("placements:adjustments_refused")).text
    assert "Lina Kowal" in told
    assert [text in told for text in (FOR_HOST, FOR_TEACHER, FOR_NOBODY, "cannot stop")] == [False] * 4
    client.force_login(garage.lina.learner.user)
    mine = client.get(MINE).text
    assert "Our line cannot stop." in mine
    assert "but not what you wrote" in mine


def test_what_the_student_has_taken_back_is_answered_by_nobody(garage, client):
    row = Adjustment.objects.get(text=FOR_HOST)
    client.post(reverse("placements:adjustment_withdraw", args=[row.public_id]))
    client.force_login(garage.marek.person.user)
    page = reverse("placements:host_adjustments", args=[garage.lina.public_id])
    assert client.post(page, {"adjustment": row.public_id, "answer": "agreed"}).status_code == 302
    assert (row.answers.count(), FOR_HOST in client.get(page).text) == (0, False)


def test_a_teacher_reads_what_is_shared_with_teachers_and_nothing_else(garage, client):
    teacher = person("Tara Teach")
    member(teacher, garage.school, Role.TEACHER)
    garage.lina.teacher = teacher
    garage.lina.save()
    client.force_login(teacher.user)
    shown = client.get(reverse("placements:adjustments_teacher", args=[garage.lina.public_id])).text
    assert [text in shown for text in (FOR_HOST, FOR_TEACHER, FOR_NOBODY)] == [False, True, False]
    assert client.get(reverse("placements:adjustments_teacher", args=[garage.jonas.public_id])).status_code == 404
