"""An account for a host with many students: offered behind the own link, opened after a code, closed by the host."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import ContactPoint, Link, Membership, Organisation, User
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from placements.workflow.host_account import open_account
from tests.placements.garage import MONDAY, at, build, member, person, place, work

NOW = at(MONDAY)
ADDRESS = "marek@motors.example"
OFFER = "One place for all your students: open an account"
HOST = Actor("link", 1, Role.SUPERVISOR)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def garage(db):
    """Marek has two students at one school, an address and no account."""
    made = build()
    User.objects.filter(person=made.marek.person).delete()
    made.marek.person.refresh_from_db()
    ContactPoint.objects.create(person=made.marek.person, channel="email", address=ADDRESS)
    return made


def link_of(garage, **more):
    words = {"person": garage.marek.person, "school": garage.school, "purpose": "confirm", "subject_id": 0}
    return links.mint(**(words | more), at=NOW)


@pytest.fixture
def home(garage):
    return f"/link/{link_of(garage)[1]}/"


def third(garage):
    return place(garage.school, garage.version, "Nadia Third", garage.site, garage.marek)


def elsewhere(garage):
    """A student of the other school at the same supervisor."""
    garage.stranger.segments.update(supervisor=garage.marek)


def opened(client, home):
    """Press the button, type the code from the mail."""
    url = f"{home}account/"
    asked = client.post(url, {"open": "1"})
    assert (asked.status_code, "Is it you?" in asked.text) == (422, True)
    client.post(url, {"open": "1", "send_code": "1"})
    (code,) = re.findall(r"\b\d{6}\b", mail.outbox[-1].body)
    return client.post(url, {"open": "1", "carried": "1", "code": code}, follow=True)


def test_two_students_of_one_school_are_not_many(garage, home, client):
    assert OFFER not in client.get(home).text
    assert client.get(f"{home}account/").status_code == 404


@pytest.mark.parametrize("more", [third, elsewhere])
def test_three_students_or_two_schools_are_offered_one_place(garage, home, client, more):
    more(garage)
    page = client.get(home)
    assert OFFER in page.text
    text = client.get(f"{home}account/").text
    assert "No password" in text
    assert ADDRESS not in text
    assert not User.objects.filter(email=ADDRESS).exists()


def test_the_account_is_opened_after_a_code_and_shows_the_students_of_all_schools(garage, home, client):
    elsewhere(garage)
    for placement in (garage.lina, garage.jonas, garage.stranger):
        work(placement, MONDAY)
    assert "Your account is open." in opened(client, home).text
    assert mail.outbox[0].to == [ADDRESS]
    user = User.objects.get(email=ADDRESS)
    assert user.person == garage.marek.person
    assert not user.has_usable_password()
    assert Membership.objects.get(user=user).organisation == garage.firm
    assert OFFER not in client.get(home).text
    signed_in = Client()
    signed_in.force_login(user)
    page = signed_in.get(reverse("placements:host")).text
    assert all(name in page for name in ("Lina Kowal", "Jonas Ritter", "Zenobia Sentinel"))
    assert "Zenobia" not in client.get(home).text  # by link one school stays one school
    moves = Transition.objects.filter(noun="host_account")
    assert [(move.verb, move.role) for move in moves] == [("open", Role.SUPERVISOR)]


def test_sign_in_by_mail_leads_to_the_same_screens(garage, home, client):
    third(garage)
    opened(client, home)
    visitor = Client()
    visitor.post(reverse("account_login"), {"email": ADDRESS})
    code = re.search(r"^\d{3}-\d{3}-\d{3}$", mail.outbox[-1].body, re.MULTILINE)[0]
    answer = visitor.post(reverse("account_confirm_login_code"), {"code": code}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("placements:host")


def test_opening_twice_is_like_once(garage, home, client):
    third(garage)
    opened(client, home)
    client.post(f"{home}account/", {"open": "1"})
    user = User.objects.get(email=ADDRESS)
    assert Membership.objects.filter(user=user).count() == 1
    assert Transition.objects.filter(noun="host_account").count() == 1


def test_a_firm_without_an_organisation_gets_one(garage):
    garage.employer.organisation = None
    garage.employer.save()
    user = open_account(link=link_of(garage)[0], by=HOST, at=NOW)
    garage.employer.refresh_from_db()
    made = garage.employer.organisation
    assert (made.kind, made.name, made.time_zone) == (Organisation.Kind.EMPLOYER, "Marek Motors", "Europe/London")
    assert [one.organisation for one in user.memberships.all()] == [made]


def test_an_account_that_the_person_has_already_is_used(garage):
    user = User.objects.create_user("m.novak@elsewhere.example")
    garage.marek.person.user = user
    garage.marek.person.save()
    assert open_account(link=link_of(garage)[0], by=HOST, at=NOW) == user
    assert not User.objects.filter(email=ADDRESS).exists()


def test_without_an_address_no_account_is_opened(garage):
    ContactPoint.objects.filter(person=garage.marek.person).delete()
    with pytest.raises(Refused, match="no e-mail address"):
        open_account(link=link_of(garage)[0], by=HOST, at=NOW)


def test_an_address_of_somebody_elses_account_is_refused_and_nothing_is_joined(garage):
    other = person("Ida Other")
    User.objects.filter(pk=other.user_id).update(email=ADDRESS)
    with pytest.raises(Refused, match="under another name"):
        open_account(link=link_of(garage)[0], by=HOST, at=NOW)
    garage.marek.person.refresh_from_db()
    assert garage.marek.person.user is None


def test_a_link_that_was_sent_on_offers_and_opens_nothing(garage, client):
    third(garage)
    own, _token = link_of(garage)
    link, token = link_of(garage, person=garage.dora.person, forwarded_from=own)
    assert OFFER not in client.get(f"/link/{token}/").text
    assert client.get(f"/link/{token}/account/").status_code == 404
    assert client.post(f"/link/{token}/account/", {"open": "1"}).status_code == 404
    with pytest.raises(Refused, match="was sent on to you"):
        open_account(link=link, by=HOST, at=NOW)


def test_a_link_for_something_else_opens_no_account(garage, client):
    third(garage)
    token = link_of(garage, purpose=Link.Purpose.FEEDBACK, subject_id=garage.lina.pk)[1]
    assert client.get(f"/link/{token}/account/").status_code == 404


def test_at_a_workshop_of_the_school_the_school_gives_accounts(garage):
    garage.site.employer, garage.site.organisation = None, garage.school
    garage.site.save()
    with pytest.raises(Refused, match="no firm of yours"):
        open_account(link=link_of(garage)[0], by=HOST, at=NOW)


def test_the_host_closes_the_account_and_the_links_go_on_working(garage, home, client):
    third(garage)
    user = open_account(link=link_of(garage)[0], by=HOST, at=NOW)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Phone", "credential": {}})
    client.force_login(user)
    assert reverse("placements:host_account_close") in client.get(reverse("accounts:ways")).text
    assert client.get(reverse("placements:host_account_close")).status_code == 200
    assert User.objects.filter(pk=user.pk).exists()
    page = client.post(reverse("placements:host_account_close"), follow=True)
    assert "Your account is closed." in page.text
    assert not User.objects.filter(pk=user.pk).exists()
    assert not Authenticator.objects.exists()
    garage.marek.person.refresh_from_db()
    assert garage.marek.person.user is None
    assert OFFER in client.get(home).text


def test_closing_keeps_an_account_that_has_another_role(garage, client):
    user = open_account(link=link_of(garage)[0], by=HOST, at=NOW)
    member(user.person, garage.school, Role.TEACHER)
    client.force_login(user)
    client.post(reverse("placements:host_account_close"))
    assert [one.role for one in user.memberships.all()] == [Role.TEACHER]
