"""The phone screens of the four parties: signed in, or by a link."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import Link, Membership, Organisation, Person
from accounts.roles import Role
from core.models import Transition
from placements.models import Agreement, Signature
from tests.placements.college import NOW, build, member, put_name

pytestmark = pytest.mark.usefixtures("_november")


@pytest.fixture
def _november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def places(college):
    return college.asked()


def client_of(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def mint(college, place: Signature, person: Person | None = None, **changes) -> tuple[Link, str]:
    values = {
        "person": person or place.person,
        "school": college.school,
        "purpose": Link.Purpose.SIGN,
        "subject_id": place.pk,
        "at": NOW,
    }
    link, token = links.mint(**(values | changes))
    return link, reverse("placements:link", args=[token])


def state_of(place: Signature) -> str:
    return Agreement.objects.get(pk=place.agreement_id).state


@pytest.mark.parametrize(
    ("party", "who"),
    [("student", "student"), ("guardian", "guardian"), ("host", "supervisor"), ("school", "coordinator")],
)
def test_each_party_signs_when_signed_in_and_gets_a_receipt(college, places, party, who):
    client = client_of(getattr(college, who))
    url = reverse("placements:sign", args=[places[party].public_id])
    text = client.get(url).content.decode()
    assert "Do you agree?" in text
    assert "45 days × 7 h = 315 h" in text
    answer = client.post(url, {"name_typed": "My Name"})
    assert (answer.status_code, answer["Location"]) == (302, url)
    text = client.get(url).content.decode()
    assert "You have signed" in text
    assert "My Name" in text
    place = Signature.objects.get(pk=places[party].pk)
    assert (place.name_typed, place.signed_at, place.ip) == ("My Name", NOW, "127.0.0.1")


def test_nobody_opens_the_place_of_another_party(college, places):
    for who in ("student", "guardian", "supervisor", "teacher"):
        url = reverse("placements:sign", args=[places["school"].public_id])
        client = client_of(getattr(college, who))
        assert client.get(url).status_code == 404
        assert client.post(url, {"name_typed": "My Name"}).status_code == 404
    assert state_of(places["school"]) == "proposed"


def test_a_link_opens_the_text_without_an_account_and_looking_changes_nothing(college, places):
    _link, url = mint(college, places["host"])
    rows = Transition.objects.count()
    answer = Client().get(url)
    assert "Do you agree?" in answer.content.decode()
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert (state_of(places["host"]), Transition.objects.count()) == ("proposed", rows)


def test_a_name_by_link_signs_and_the_same_link_shows_the_receipt(college, places):
    link, url = mint(college, places["host"])
    assert Client().post(url, {"name_typed": "Milan Novak"}).status_code == 302
    row = Transition.objects.get(noun="agreement", verb="sign", school_id=college.school.pk)
    assert (row.actor_kind, row.actor_id, row.role, row.details) == (
        "link",
        link.pk,
        "supervisor",
        {"party": "host", "version": 1},
    )
    assert "You have signed" in Client().get(url).content.decode()
    Client().post(url, {"name_typed": "Again"})
    assert Signature.objects.get(pk=places["host"].pk).name_typed == "Milan Novak"


def test_signing_needs_the_token_of_the_form_against_forgery(college, places):
    _link, url = mint(college, places["host"])
    assert Client(enforce_csrf_checks=True).post(url, {"name_typed": "Milan Novak"}).status_code == 403
    assert state_of(places["host"]) == "proposed"


def test_an_empty_name_comes_back(college, places):
    _link, url = mint(college, places["host"])
    answer = Client().post(url, {"name_typed": " "})
    assert answer.status_code == 422
    assert "Type your name to sign." in answer.content.decode()


def test_refusing_by_link_needs_a_reason_and_everybody_sees_it_is_over(college, places):
    _link, url = mint(college, places["host"])
    refuse = f"{url}refuse/"
    assert "What is wrong?" in Client().get(refuse).content.decode()
    assert Client().post(refuse, {"reason": ""}).status_code == 422
    assert Client().post(refuse, {"reason": "No room in January"}).status_code == 302
    assert state_of(places["host"]) == "refused"
    assert "This agreement was refused" in Client().get(url).content.decode()
    student = client_of(college.student)
    own = reverse("placements:sign", args=[places["student"].public_id])
    assert "This agreement was refused" in student.get(own).content.decode()
    assert student.post(own, {"name_typed": "Nia Berg"}).status_code == 422


def test_whoever_is_signed_in_can_refuse_too(college, places):
    url = reverse("placements:refuse", args=[places["guardian"].public_id])
    client = client_of(college.guardian)
    assert client.get(url).status_code == 200
    client.post(url, {"reason": "Too far away"})
    assert state_of(places["guardian"]) == "refused"


def test_an_old_version_says_that_there_is_a_newer_one(college, places):
    _link, url = mint(college, places["host"])
    college.plan(places["host"].agreement.plan.placement, purpose="Something else")
    assert "There is a newer version" in Client().get(url).content.decode()
    assert Client().post(url, {"name_typed": "Milan Novak"}).status_code == 422


def test_the_last_signature_by_link_brings_it_in_force(college, places):
    for party in ("student", "guardian", "school"):
        put_name(places[party])
    _link, url = mint(college, places["host"])
    Client().post(url, {"name_typed": "Milan Novak"})
    assert state_of(places["host"]) == "in_force"
    assert "Everybody has signed" in Client().get(url).content.decode()


@pytest.mark.parametrize("path", ["", "refuse/", "forward/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_expired_link_opens_nothing_but_offers_a_new_one(college, places, path, method):
    _link, url = mint(college, places["host"], at=NOW - timedelta(days=30))
    answer = getattr(Client(), method)(url + path, {"name_typed": "Milan Novak"})
    assert answer.status_code == 410
    assert "This link has run out" in answer.content.decode()
    assert "Nia Berg" not in answer.content.decode()
    assert answer["Referrer-Policy"] == "same-origin"
    assert state_of(places["host"]) == "proposed"


def test_a_revoked_link_and_one_that_never_was_look_the_same(college, places):
    link, url = mint(college, places["host"])
    links.revoke(link, at=NOW)
    revoked, unknown = Client().get(url), Client().get(reverse("placements:link", args=["nothing"]))
    assert (revoked.status_code, unknown.status_code) == (404, 404)
    assert "This link is closed" in revoked.content.decode()
    tidy = [answer.content.decode().replace(url, "/").replace("/link/nothing/", "/") for answer in (revoked, unknown)]
    assert [text.count("\n") for text in tidy] == [tidy[0].count("\n")] * 2
    assert "Test College" not in tidy[0]


def moves_of(link: Link) -> list[tuple[str, dict]]:
    return list(Transition.objects.filter(noun="link", object_id=link.pk).order_by("pk").values_list("verb", "details"))


def test_a_renewal_is_asked_for_once_a_day_and_goes_to_the_same_person(college, places):
    link, url = mint(college, places["host"], at=NOW - timedelta(days=31))
    for _tap in range(2):
        answer = Client().post(f"{url}renew/")
        assert "A new link is on its way" in answer.content.decode()
        assert answer["Referrer-Policy"] == "same-origin"
    assert moves_of(link) == [("renew", {})]
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        Client().post(f"{url}renew/")
    assert moves_of(link) == [("renew", {}), ("renew", {})]


def test_a_revoked_link_is_not_renewed_and_an_open_one_has_no_need(college, places):
    link, url = mint(college, places["host"])
    Client().post(f"{url}renew/")
    assert moves_of(link) == []
    links.revoke(link, at=NOW)
    assert Client().post(f"{url}renew/").status_code == 404
    assert moves_of(link) == []


def test_coming_back_to_the_address_of_a_renewal_leads_to_the_link_and_asks_for_nothing(college, places):
    link, url = mint(college, places["host"], at=NOW - timedelta(days=31))
    answer = Client().get(f"{url}renew/")
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert moves_of(link) == []


def test_a_host_sends_the_link_on_and_the_colleague_may_sign(college, places):
    link, url = mint(college, places["host"])
    forward = f"{url}forward/"
    assert "Send it to a colleague" in Client().get(forward).content.decode()
    for _tap in range(2):
        answer = Client().post(forward, {"name": "Dora Maria Lind", "email": "Dora@Garage.test"})
        assert (answer.status_code, answer["Location"]) == (302, url)
    colleague = Person.objects.get(contact_points__address="dora@garage.test")
    assert (colleague.given_name, colleague.family_name, colleague.sort_key) == (
        "Dora Maria",
        "Lind",
        "lind dora maria",
    )
    assert moves_of(link) == [("forward", {"person": colleague.pk})]
    _new, own = mint(college, places["host"], person=colleague, forwarded_from=link)
    Client().post(own, {"name_typed": "Dora Lind"})
    place = Signature.objects.get(pk=places["host"].pk)
    assert (place.person, place.name_typed) == (colleague, "Dora Lind")


def test_a_colleague_of_the_same_firm_is_not_written_down_twice(college, places):
    _link, url = mint(college, places["host"])
    address = college.supervisor.user.email
    Client().post(f"{url}forward/", {"name": "Somebody", "email": address})
    assert Person.objects.filter(contact_points__address=address).count() == 1


def test_a_wrong_address_of_a_colleague_comes_back(college, places):
    _link, url = mint(college, places["host"])
    answer = Client().post(f"{url}forward/", {"name": "Dora Lind", "email": "dora"})
    assert answer.status_code == 422
    assert "Dora Lind" in answer.content.decode()


@pytest.mark.parametrize("party", ["student", "guardian", "school"])
def test_only_the_host_may_hand_a_signature_on(college, places, party):
    link, url = mint(college, places[party])
    assert "send it on" not in Client().get(url).content.decode()
    answer = Client().post(f"{url}forward/", {"name": "Dora Lind", "email": "dora@garage.test"})
    assert answer.status_code == 404
    assert moves_of(link) == []


def test_a_coordinator_closes_a_link_with_those_that_were_sent_on(college, places):
    link, url = mint(college, places["host"])
    colleague = member("Dora Lind", Role.SUPERVISOR, college.supervisor.organisation).user.person
    _second, own = mint(college, places["host"], person=colleague, forwarded_from=link)
    placement = places["host"].agreement.plan.placement
    desk = client_of(college.coordinator)
    page = reverse("placements:links", args=[placement.public_id])
    text = desk.get(page).content.decode()
    assert "Milan Novak" in text
    assert "Sent on by a colleague" in text
    revoke = reverse("placements:link_revoke", args=[placement.public_id, link.pk])
    assert desk.get(revoke).status_code == 405
    assert desk.post(revoke)["Location"] == page
    assert [Client().get(address).status_code for address in (url, own)] == [404, 404]
    assert "No link is open" in desk.get(page).content.decode()


def test_a_link_for_weeks_that_was_sent_on_is_listed_with_its_placement(college, places):
    link, _url = mint(college, places["host"], purpose=Link.Purpose.CONFIRM, subject_id=0)
    colleague = member("Dora Lind", Role.SUPERVISOR, college.supervisor.organisation).user.person
    mint(college, places["host"], person=colleague, forwarded_from=link, purpose=Link.Purpose.CONFIRM, subject_id=0)
    page = reverse("placements:links", args=[places["host"].agreement.plan.placement.public_id])
    text = client_of(college.coordinator).get(page).content.decode()
    assert "Milan Novak" in text
    assert "Dora Lind" in text


def test_nobody_else_closes_a_link(college, places):
    link, url = mint(college, places["host"])
    placement = places["host"].agreement.plan.placement
    revoke = reverse("placements:link_revoke", args=[placement.public_id, link.pk])
    other = Organisation.objects.create(kind="school", name="Hillside")
    for somebody in (college.teacher, college.student, college.supervisor, member("Sten Gray", "coordinator", other)):
        assert client_of(somebody).post(revoke).status_code == 404
    assert Client().get(url).status_code == 200


def test_a_link_is_closed_only_on_the_page_of_its_placement(college, places):
    link, _url = mint(college, places["host"])
    other = college.placement()
    revoke = reverse("placements:link_revoke", args=[other.public_id, link.pk])
    assert client_of(college.coordinator).post(revoke).status_code == 404


def test_the_page_for_signing_needs_at_most_twelve_queries(college, places, django_assert_max_num_queries):
    _link, url = mint(college, places["host"])
    student = client_of(college.student)
    with django_assert_max_num_queries(12):
        Client().get(url)
    with django_assert_max_num_queries(12):
        student.get(reverse("placements:sign", args=[places["student"].public_id]))


def test_a_link_for_a_week_cannot_refuse_an_agreement(college, places):
    _link, url = mint(college, places["host"], purpose=Link.Purpose.CONFIRM, subject_id=0)
    assert Client().post(f"{url}refuse/", {"reason": "No"}).status_code == 404
    assert Client().get(url).status_code == 200
