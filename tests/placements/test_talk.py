"""A student asks to talk, and only the safeguarding lead of the school reads it."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from accounts.models import ContactPoint
from accounts.roles import Role
from core.workflow import Refused
from placements.models import SafeguardingNote
from placements.workflow.talk import ask_to_talk, move_note
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, person

pytestmark = pytest.mark.django_db
SECRET = "He shouts at me when nobody is there."
TALK, NOTES = "/talk/", "/talk/notes/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(MONDAY), tick=False):
        yield


@pytest.fixture
def garage():
    return build()


@pytest.fixture
def note(garage):
    return ask_to_talk(
        student=garage.lina.enrolment.student, text=SECRET, placement=garage.lina, by=STUDENT, at=at(MONDAY)
    )


def sign_in(client, school, role, name):
    who = person(name)
    member(who, school, role)
    client.force_login(who.user)


def notes(garage):
    return SafeguardingNote.objects.filter(school__in=[garage.school, garage.other_school])


def test_a_student_asks_in_one_post_and_twice_is_once(garage, client):
    client.force_login(garage.lina.learner.user)
    page = client.get(TALK)
    assert "Only the safeguarding lead of your school." in page.text
    assert not notes(garage).exists()
    sent = {"key": uuid.uuid4(), "text": SECRET}
    for _tap in range(2):
        assert client.post(TALK, sent).status_code == 302
    kept = notes(garage).get()
    assert (kept.text, kept.state, kept.school, kept.student) == (
        SECRET,
        "open",
        garage.school,
        garage.lina.enrolment.student,
    )
    assert "Sent" in client.get(TALK).text
    move = moves().get()
    assert (move.noun, move.verb, move.timeline, move.details, move.reason) == ("talk", "ask", "", {}, "")
    assert SECRET not in str(vars(move))


def test_an_ask_without_words_is_an_ask(garage, client):
    client.force_login(garage.lina.learner.user)
    assert client.post(TALK, {"key": uuid.uuid4(), "text": ""}).status_code == 302
    assert notes(garage).get().text == ""


def test_a_note_about_a_workplace_keeps_the_placement_and_says_what_can_be_done_now(garage, client):
    client.force_login(garage.lina.learner.user)
    page = client.get(TALK)
    assert "Marek Motors" in page.text
    assert "You may leave now" not in page.text
    lead = person("Sam Guard")
    member(lead, garage.school, Role.SAFEGUARDING)
    ContactPoint.objects.create(person=lead, channel="phone", address="+44 20 7946 0000")
    client.post(TALK, {"key": uuid.uuid4(), "text": SECRET, "where": garage.lina.public_id})
    assert notes(garage).get().placement == garage.lina
    sent = client.get(TALK).text
    assert "You may leave now" in sent
    assert "tel:+44 20 7946 0000" in sent
    assert SECRET not in sent  # a shared phone shows nothing of it
    stranger = {"key": uuid.uuid4(), "text": "", "where": garage.jonas.public_id}
    assert client.post(TALK, stranger).status_code == 422


def test_the_lead_opens_a_note_by_a_button_writes_its_file_and_closes_it(garage, note, client):
    sign_in(client, garage.school, Role.SAFEGUARDING, "Sam Guard")
    listed = client.get(NOTES)
    assert "Lina Kowal" in listed.text
    assert SECRET not in listed.text
    url = reverse("placements:note", args=[note.public_id])
    assert SECRET not in client.get(url).text  # looking opens nothing
    assert not note.entries.exists()
    for step, sent, status in (
        ("open", {}, 302),
        ("open", {}, 302),
        ("note", {"text": "Called her."}, 302),
        ("note", {"text": ""}, 422),
        ("suspend", {"text": "Until we know more."}, 302),
        ("conclude", {"text": "Nothing found."}, 422),
        ("conclude", {"text": "Nothing found.", "outcome": "unfounded"}, 302),
        ("restore", {"text": "All clear."}, 302),
        ("close", {}, 302),
        ("shout", {}, 302),
    ):
        assert client.post(url, {"step": step, **sent}).status_code == status, step
    kinds = [entry.kind for entry in note.entries.all()]
    assert kinds == ["read", "note", "suspended", "outcome", "restored"]
    assert [move.verb for move in moves().filter(noun="talk").order_by("pk")] == [
        "ask", "see", "note", "suspend", "conclude", "restore", "close",
    ]  # fmt: skip
    file = client.get(url).text
    for words in (SECRET, "Called her.", "Until we know more.", "It was not so", "All clear.", "Sam Guard"):
        assert words in file
    assert "Lina Kowal" not in client.get(NOTES).text
    assert "Lina Kowal" in client.get(f"{NOTES}?show=all").text
    with time_machine.travel(at(MONDAY, 20), tick=False):
        assert SECRET not in client.get(url).text  # an hour later it is closed again


def test_nobody_else_reads_a_note(garage, note, client):
    url = reverse("placements:note", args=[note.public_id])
    for number, role in enumerate(role for role in Role if role != Role.SAFEGUARDING):
        sign_in(client, garage.school, role, f"Nosy Person{number}")
        for address in (NOTES, url):
            assert client.get(address).status_code == 404, role
            assert client.post(address, {"step": "open"}).status_code in (404, 405), role
        if role != Role.STUDENT:
            assert client.post(TALK, {"text": "x"}).status_code == 404, role
    sign_in(client, garage.other_school, Role.SAFEGUARDING, "Other Guard")
    assert "Kowal" not in client.get(NOTES).text
    assert (client.get(url).status_code, client.post(url, {"step": "open"}).status_code) == (404, 404)
    note.refresh_from_db()
    assert note.state == "open"


def test_the_verbs_refuse_other_roles(garage, note):
    with pytest.raises(Refused):
        ask_to_talk(student=garage.lina.enrolment.student, text="", by=HOST, at=at(MONDAY))
    for role in (HOST, STUDENT):
        with pytest.raises(Refused):
            move_note(note=note, verb="close", by=role, at=at(MONDAY))
