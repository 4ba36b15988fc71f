"""The pages of a concern: one tap for the host, a talk for the office, nothing for the student."""

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from placements.models import Concern
from tests.placements.garage import MONDAY, at, build, member, person

pytestmark = pytest.mark.django_db
NOW = at(MONDAY, 12)
WORDS = "Prays at noon."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage():
    made = build()
    member(made.marek.person, made.firm, Role.SUPERVISOR)
    return made


def test_a_host_asks_for_a_call_in_one_tap_and_takes_it_back(garage, client):
    client.force_login(garage.marek.person.user)
    page = reverse("placements:host_concern", args=[garage.lina.public_id])
    assert "Please call me" in client.get(page).text
    for _tap in range(2):
        assert client.post(page).status_code == 302
    assert "The school will call you" in client.get(page).text
    assert Concern.objects.get(placement=garage.lina).kind == "help"
    client.post(page, {"take_back": "1"})
    assert Concern.objects.get(placement=garage.lina).state == "closed"
    assert "Please call me" in client.get(page).text


def test_an_unlawful_reason_is_flagged_to_the_office_and_the_placement_goes_on(garage, client):
    client.force_login(garage.marek.person.user)
    page = reverse("placements:host_concern_end", args=[garage.lina.public_id])
    assert client.post(page, {"text": WORDS}).status_code == 422
    assert client.post(page, {"category": "origin", "text": WORDS}).status_code == 302
    concern = Concern.objects.get(placement=garage.lina)
    for role in (Role.COORDINATOR, Role.HEAD):
        who = person(f"Office {role.capitalize()}")
        member(who, garage.school, role)
        client.force_login(who.user)
        assert "Not a lawful reason" in client.get(reverse("placements:concerns")).text
        shown = client.get(reverse("placements:concern", args=[concern.public_id])).text
        assert "Nobody may be sent away for this reason" in shown
        assert WORDS in shown
    url = reverse("placements:concern", args=[concern.public_id])
    for sent, status, state in (
        ({"step": "close"}, 302, "open"),
        ({"step": "talk", "reason": ""}, 422, "open"),
        ({"step": "talk", "reason": "A quiet room at noon."}, 302, "talked"),
        ({"step": "close"}, 302, "closed"),
    ):
        assert client.post(url, sent).status_code == status, sent
        concern.refresh_from_db()
        assert concern.state == state, sent
    assert "A quiet room at noon." in client.get(url).text
    garage.lina.refresh_from_db()
    assert garage.lina.state == "running"


def test_no_page_of_the_student_the_guardian_or_the_teacher_holds_a_word_of_it(garage, client):
    concern = Concern.objects.create(
        placement=garage.lina, kind="end", category="origin", text=WORDS, person=garage.marek.person, at=NOW
    )
    url = reverse("placements:concern", args=[concern.public_id])
    client.force_login(garage.lina.learner.user)
    for path in ("/", reverse("reports:placement", args=[garage.lina.public_id])):
        shown = client.get(path).text
        assert [words in shown for words in (WORDS, "Origin", "would like to end")] == [False] * 3, path
    assert client.get(url).status_code == 404
    for role in (Role.TEACHER, Role.GUARDIAN, Role.SAFEGUARDING):
        who = person(f"Nosy {role.capitalize()}")
        member(who, garage.school, role)
        client.force_login(who.user)
        assert (client.get(url).status_code, client.get(reverse("placements:concerns")).status_code) == (404, 404)
