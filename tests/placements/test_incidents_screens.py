"""The pages of incidents: reported in one short form from every door, followed up by coordinator and head."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from accounts import links
from accounts.roles import Role
from placements.models import Incident
from tests.placements.garage import MONDAY, at, build, member, person

pytestmark = pytest.mark.django_db
NOW = at(MONDAY, 12)
LINAS, HOSTS = "The jack slipped on my foot.", "She stood too close."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage():
    return build()


def report(**changes) -> dict:
    words = {"key": uuid.uuid4(), "kind": "accident", "care": "doctor", "day": "2026-11-16", "clock": "10:40"}
    return words | {"what": LINAS, "place": "Bay 2"} | changes


def office(garage, client, role=Role.COORDINATOR):
    who = person(f"Office {role.capitalize()}")
    member(who, garage.school, role)
    client.force_login(who.user)


def test_a_student_reports_in_three_answers_and_twice_is_once(garage, client):
    client.force_login(garage.lina.learner.user)
    page = reverse("placements:incident_new", args=[garage.lina.public_id])
    asked = client.get(page)
    assert 'value="2026-11-16"' in asked.text  # now, unless it is changed
    assert 'value="12:00"' in asked.text
    assert "tel:112" in asked.text
    sent = report()
    for _tap in range(2):
        assert client.post(page, sent).status_code == 302
    kept = Incident.objects.get(placement=garage.lina)
    assert (kept.happened_at, kept.side, kept.person) == (
        at(MONDAY, 10).replace(minute=40),
        "student",
        garage.lina.learner,
    )
    assert LINAS in client.get(page).text
    elsewhere = reverse("placements:incident_new", args=[garage.jonas.public_id])
    assert (client.get(elsewhere).status_code, client.post(elsewhere, report()).status_code) == (404, 404)


def test_a_report_that_cannot_be_keeps_what_was_typed(garage, client):
    client.force_login(garage.lina.learner.user)
    page = reverse("placements:incident_new", args=[garage.lina.public_id])
    answer = client.post(page, report(clock="12:01", care=""))
    assert (answer.status_code, LINAS in answer.text, "Choose one." in answer.text) == (422, True, True)
    answer = client.post(page, report(clock="12:01"))
    assert (answer.status_code, "has not come yet" in answer.text) == (422, True)


def test_each_side_sees_that_it_was_reported_and_only_its_own_words(garage, client):
    client.force_login(garage.lina.learner.user)
    page = reverse("placements:incident_new", args=[garage.lina.public_id])
    client.post(page, report())
    client.post(page, report(kind="conflict", care="none", what="He shouts."))
    _link, token = links.mint(person=garage.marek.person, school=garage.school, purpose="confirm", subject_id=0, at=NOW)
    client.logout()
    for_host = f"/link/{token}/incident/{garage.lina.public_id}/"
    assert client.post(for_host, report(what=HOSTS)).status_code == 302
    by_link = client.get(for_host).text
    client.force_login(garage.lina.learner.user)
    for_student = client.get(page).text
    member(garage.marek.person, garage.firm, Role.SUPERVISOR)
    client.force_login(garage.marek.person.user)
    signed_in = client.get(reverse("placements:host_incident", args=[garage.lina.public_id])).text
    for text in (by_link, signed_in, for_student):
        assert "Somebody else has reported it." in text
    assert [words in by_link for words in (LINAS, HOSTS, "He shouts.", "Conflict, ")] == [False] * 4
    assert [words in signed_in for words in (LINAS, HOSTS, "He shouts.", "Conflict, ")] == [False, True, False, False]
    assert [words in for_student for words in (LINAS, HOSTS, "He shouts.")] == [True, False, True]


def test_the_office_reads_the_data_writes_down_who_was_told_and_closes(garage, client):
    client.force_login(garage.lina.learner.user)
    client.post(reverse("placements:incident_new", args=[garage.lina.public_id]), report())
    incident = Incident.objects.get(placement=garage.lina)
    office(garage, client)
    page = reverse("placements:incident", args=[incident.public_id])
    assert "Tue 1 Dec" in client.get(reverse("placements:incidents")).text
    shown = client.get(page).text
    for words in ("Lina Kowal", "<dd>17</dd>", "2 h 40", "Marek Motors, Dock Road 12 · Bay 2", LINAS, "RIDDOR 2013"):
        assert words in shown, words
    for step, sent, status, state in (
        ("close", {}, 302, "reported"),
        ("told", {"insurer_told_on": "2026-11-17"}, 422, "reported"),
        ("complete", {"care": "hospital", "day": "2026-11-16", "clock": "10:30", "place": "Bay 3"}, 302, "reported"),
        ("told", {"insurer_told_on": "2026-11-16", "authority_told_on": "2026-11-16"}, 302, "told"),
        ("close", {}, 302, "closed"),
        ("reopen", {}, 302, "reported"),
    ):
        assert client.post(page, {"step": step, **sent}).status_code == status, step
        incident.refresh_from_db()
        assert incident.state == state, step
    assert (incident.care, incident.place, incident.tell_by.isoformat()) == ("hospital", "Bay 3", "2026-11-26")


def test_nobody_else_opens_a_report(garage, client):
    incident = Incident.objects.create(
        placement=garage.lina, kind="accident", happened_at=NOW, what=LINAS, side="student",
        person=garage.lina.learner, at=NOW,
    )  # fmt: skip
    page = reverse("placements:incident", args=[incident.public_id])
    for role in (Role.TEACHER, Role.SAFEGUARDING, Role.STUDENT, Role.GUARDIAN, Role.SUPERVISOR):
        office(garage, client, role)
        assert (client.get(page).status_code, client.get(reverse("placements:incidents")).status_code) == (404, 404)
    stranger = person("Strange Head")
    member(stranger, garage.other_school, Role.HEAD)
    client.force_login(stranger.user)
    assert client.get(page).status_code == 404
    assert "Kowal" not in client.get(reverse("placements:incidents")).text
