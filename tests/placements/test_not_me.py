"""Somebody at the workplace says "not me": the link dies, a colleague takes over (E11)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import Link, Person
from core.workflow import Refused
from employers.models import Supervisor
from placements.models import Placement, Signature, WeekConfirmation
from placements.workflow.handing_over import not_me
from placements.workflow.weeks import confirm_week
from tests.placements import college
from tests.placements.garage import HOST, MONDAY, at, build, moves, work

NOW = at(MONDAY + timedelta(days=7))

pytestmark = pytest.mark.usefixtures("_later")


@pytest.fixture
def _later():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage(db):
    garage = build()
    work(garage.lina, MONDAY)
    return garage


@pytest.fixture
def link(garage):
    values = {"person": garage.marek.person, "school": garage.school, "at": NOW}
    found, token = links.mint(purpose=Link.Purpose.CONFIRM, subject_id=0, **values)
    found.token = token
    return found


def guides(placement):
    return placement.segments.get().supervisor


def page(link, name="link_not_me"):
    return reverse(f"placements:{name}", args=[link.token])


def test_a_named_colleague_guides_all_students_from_now_on_and_the_old_link_dies(garage, link):
    successor = not_me(link=link, name="Nora Quist", email="nora@motors.test", by=HOST, at=NOW)
    assert (successor.full_name, guides(garage.lina).person, guides(garage.jonas).person) == (
        "Nora Quist",
        successor,
        successor,
    )
    link.refresh_from_db()
    assert link.revoked_at == NOW
    rows = moves().filter(noun="placement", verb="hand_over")
    assert {row.object_id: row.details for row in rows} == {
        placement.pk: {"from": garage.marek.person_id, "to": successor.pk} for placement in (garage.lina, garage.jonas)
    }
    assert guides(garage.stranger) == garage.dora
    with pytest.raises(Refused, match="This link is no longer open"):
        not_me(link=link, by=HOST, at=NOW)


def test_a_colleague_of_the_firm_is_known_by_the_address(garage, link):
    address = garage.dora.person.contact_points.create(channel="email", address="dora@motors.test").address
    assert not_me(link=link, name="D. Lind", email=address, by=HOST, at=NOW) == garage.dora.person
    assert guides(garage.lina) == garage.dora


def test_nobody_is_known_so_nobody_guides_until_the_school_has_found_somebody(garage, link):
    assert not_me(link=link, by=HOST, at=NOW) is None
    assert (guides(garage.lina), guides(garage.jonas)) == (None, None)
    assert moves().filter(verb="hand_over")[0].details == {"from": garage.marek.person_id, "to": None}


def test_what_was_confirmed_keeps_the_name_of_who_confirmed_it(garage, link):
    person = garage.marek.person
    confirm_week(placement=garage.lina, week_starts_on=MONDAY, person=person, by=HOST, at=at(MONDAY))
    not_me(link=link, name="Nora Quist", email="nora@motors.test", by=HOST, at=NOW)
    assert WeekConfirmation.objects.get(placement=garage.lina).person == person


def test_ones_own_address_is_no_colleague(garage, link):
    garage.marek.person.contact_points.create(channel="email", address="marek@motors.test")
    with pytest.raises(Refused, match="This is your own address"):
        not_me(link=link, name="Marek", email="marek@motors.test", by=HOST, at=NOW)


def test_one_tap_leads_to_who_it_is_and_the_answer_needs_nothing_more(garage, link):
    host = Client()
    assert page(link) in host.get(page(link, "link")).content.decode()
    assert host.get(page(link)).status_code == 200
    wrong = host.post(page(link), {"name": "Nora Quist", "email": ""})
    assert wrong.status_code == 422
    assert "Nora Quist" in wrong.content.decode()
    done = host.post(page(link), {"unknown": "1"})
    assert "The school looks for the right person." in done.content.decode()
    assert host.get(page(link)).status_code == 404
    assert Supervisor.objects.filter(site=garage.site).count() == 2


def test_a_colleague_by_a_forwarded_link_does_not_hand_over_the_students_of_another(garage, link):
    colleague = Person.objects.get(pk=garage.dora.person_id)
    values = {"person": colleague, "school": garage.school, "at": NOW, "forwarded_from": link}
    _further, token = links.mint(purpose=Link.Purpose.CONFIRM, subject_id=0, **values)
    assert Client().get(reverse("placements:link_not_me", args=[token])).status_code == 404


def test_the_new_person_reads_on_the_first_page_what_to_know_until_a_week_is_answered(garage, link):
    successor = not_me(link=link, name="Nora Quist", email="nora@motors.test", by=HOST, at=NOW)
    values = {"person": successor, "school": garage.school, "at": NOW}
    _new, token = links.mint(purpose=Link.Purpose.CONFIRM, subject_id=0, **values)
    first = reverse("placements:link", args=[token])
    text = Client().get(first).content.decode()
    for words in ("You now guide Lina Kowal", "You now guide Jonas Ritter", "You take over from Marek Novak"):
        assert words in text
    confirm_week(placement=garage.lina, week_starts_on=MONDAY, person=successor, by=HOST, at=NOW)
    text = Client().get(first).content.decode()
    assert "You now guide Lina Kowal" not in text
    assert "You now guide Jonas Ritter" in text
    assert Placement.objects.get(pk=garage.lina.pk).state == "running"


def test_a_link_to_sign_hands_over_the_place_on_the_agreement_too(garage):
    school = college.build()
    place = school.asked()["host"]
    values = {"person": place.person, "school": school.school, "at": NOW}
    link, _token = links.mint(purpose=Link.Purpose.SIGN, subject_id=place.pk, **values)
    successor = not_me(link=link, name="Nora Quist", email="nora@garage.test", by=HOST, at=NOW)
    assert Signature.objects.get(pk=place.pk).person == successor
    assert guides(place.agreement.plan.placement).person == successor
