"""A sensitive step by link asks for a code that is mailed to the person of the link (product 6, E12)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import ContactPoint
from accounts.roles import Role
from placements.models import Concern
from placements.workflow.adjustments import write_adjustment
from tests.placements.garage import MONDAY, STUDENT, at, build, member, moves, person

pytestmark = pytest.mark.django_db
NOW = at(MONDAY)
NEED = "A rest of ten minutes each hour."
ADDRESS = "marek@motors.example"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def garage():
    made = build()
    ContactPoint.objects.create(person=made.marek.person, channel="email", address=ADDRESS)
    write_adjustment(
        student=made.lina.enrolment.student, text=NEED, for_host=True, for_teacher=False, by=STUDENT, at=NOW
    )
    return made


@pytest.fixture
def home(garage):
    """The address behind which all students of Marek are."""
    _link, token = links.mint(person=garage.marek.person, school=garage.school, purpose="confirm", subject_id=0, at=NOW)
    return f"/link/{token}/"


@pytest.fixture
def needs(garage, home):
    return f"{home}adjustments/{garage.lina.public_id}/"


def code_of(client: Client, needs: str) -> str:
    """Ask for a code and read it in the newest mail."""
    assert client.post(needs, {"send_code": "1"}).status_code == 200
    (code,) = re.findall(r"\b\d{6}\b", mail.outbox[-1].body)
    return code


def test_a_link_shows_nothing_sensitive_before_the_code_and_all_of_it_after(client, needs):
    asked = client.get(needs)
    assert asked.status_code == 200
    assert (NEED in asked.text, "Kowal" in asked.text, mail.outbox) == (False, False, [])
    code = code_of(client, needs)
    assert mail.outbox[0].to == [ADDRESS]
    assert ADDRESS not in client.get(needs).text  # whoever holds the link does not learn it
    assert client.post(needs, {"code": f" {code[:3]} {code[3:]} "})["Location"] == needs
    assert NEED in client.get(needs).text
    assert NEED not in Client().get(needs).text  # another browser is asked again
    assert [move.verb for move in moves().filter(noun="code").order_by("pk")] == ["ask", "prove"]
    assert code not in str([vars(move) for move in moves()])


def test_the_proof_holds_two_hours_and_for_this_link_only(garage, client, needs, clock):
    client.post(needs, {"code": code_of(client, needs)})
    clock.shift(timedelta(minutes=119))
    assert NEED in client.get(needs).text
    _link, other = links.mint(person=garage.marek.person, school=garage.school, purpose="confirm", subject_id=0, at=NOW)
    assert NEED not in client.get(f"/link/{other}/adjustments/{garage.lina.public_id}/").text
    clock.shift(timedelta(minutes=1))
    assert NEED not in client.get(needs).text


def test_wrong_codes_are_counted_and_the_right_one_comes_too_late(client, needs, clock):
    code = code_of(client, needs)
    wrong = "111111" if code != "111111" else "222222"
    for _try in range(5):
        answer = client.post(needs, {"code": wrong})
        assert (answer.status_code, "This is not the code" in answer.text) == (422, True)
    answer = client.post(needs, {"code": code})
    assert (answer.status_code, "too many tries" in answer.text) == (422, True)
    clock.shift(timedelta(minutes=1))
    client.post(needs, {"code": code_of(client, needs)})
    assert NEED in client.get(needs).text


def test_a_code_is_good_for_ten_minutes_and_five_are_sent_an_hour(client, needs, clock):
    code = code_of(client, needs)
    clock.shift(timedelta(minutes=11))
    answer = client.post(needs, {"code": code})
    assert (answer.status_code, "older than 10 minutes" in answer.text) == (422, True)
    for _mail in range(4):
        code_of(client, needs)
    assert "Please wait an hour" in client.post(needs, {"send_code": "1"}).text
    assert len(mail.outbox) == 5


def test_without_an_address_the_page_says_whom_to_call(garage, client, needs):
    ContactPoint.objects.all().update(state="bounced")
    assert "Please call the school" in client.post(needs, {"send_code": "1"}).text
    assert mail.outbox == []


def test_what_was_typed_before_the_proof_ran_out_is_sent_with_the_code(garage, client, home, clock):
    needs = f"{home}concern/{garage.lina.public_id}/end/"
    client.post(needs, {"code": code_of(client, needs)})
    clock.shift(timedelta(hours=3))
    typed = {"category": "skills", "text": "Cannot weld <yet>."}
    held = client.post(needs, typed)
    assert (held.status_code, "Cannot weld &lt;yet&gt;." in held.text) == (422, True)
    assert not Concern.objects.filter(placement=garage.lina).exists()
    client.post(needs, typed | {"send_code": "1"})
    (code,) = re.findall(r"\b\d{6}\b", mail.outbox[-1].body)
    assert client.post(needs, typed | {"carried": "1", "code": code}).status_code == 302
    assert Concern.objects.get(placement=garage.lina).text == "Cannot weld <yet>."


def test_the_coordinator_sees_what_was_done_with_a_link(garage, client, needs):
    code_of(client, needs)
    for typed in ("1", "2"):
        client.post(needs, {"code": typed})
    office = person("Cora Office")
    member(office, garage.school, Role.COORDINATOR)
    client.force_login(office.user)
    shown = client.get(reverse("placements:links", args=[garage.lina.public_id])).text
    assert [shown.count(words) for words in ("Typed a wrong code, Mon 16 Nov, 18:00", "Asked for a code")] == [2, 1]
    assert NEED not in shown


def test_what_is_urgent_asks_for_no_code(garage, client, home):
    for path in ("incident", "concern"):
        assert "Lina Kowal" in client.get(f"{home}{path}/{garage.lina.public_id}/").text
