"""What a school or a firm says of a place of work, and what an offer there asks of a student."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import Employer, Offer, SchoolEmployer, Site
from employers.rules import identity
from employers.workflow import Workplace, add_site, describe_site, withdraw_offer
from tests.placements.college import NOW, build, member

pytestmark = pytest.mark.django_db
SAID = {
    "address": "Mill Lane 4", "postcode": "HB4 1AA", "phone": "0161 351613", "email": "yard@firms.example",
    "bring": "Safety shoes", "meets": ["step_free", "quiet"], "position": "51.08, -1.3",
}  # fmt: skip
OFFER = {"title": "Bread", "starts_on": "2027-03-01", "ends_on": "2027-04-30", "places": "2"}


@pytest.fixture
def college():
    return build()


@pytest.fixture
def desk(college) -> Client:
    client = Client()
    client.force_login(college.coordinator.user)
    return client


def page_of(desk, college) -> str:
    return desk.get(reverse("employers:employer", args=[college.site.employer.public_id])).text


def test_a_site_is_described_once_and_the_page_of_the_firm_shows_what_a_student_can_count_on(desk, college):
    here = reverse("employers:site", args=[college.site.public_id])
    for _time in range(2):
        assert desk.post(here, SAID).status_code == 302
    site = Site.objects.get(pk=college.site.pk)
    assert (site.address, site.postcode, site.phone, site.bring, site.meets, site.latitude, site.longitude) == (
        "Mill Lane 4", "HB4 1AA", "0161 351613", "Safety shoes", ["step_free", "quiet"], 51.08, -1.3,
    )  # fmt: skip
    moves = Transition.objects.filter(noun="site", verb="describe", object_id=site.pk)
    assert moves.count() == 1
    assert "Mill Lane 4" not in str(moves.get().details)
    page = page_of(desk, college)
    assert "No steps, A quiet place to work" in page
    assert "Safety shoes" in page
    assert [desk.get(here).context["form"][name].value() for name in ("meets", "position")] == [
        ["step_free", "quiet"], "51.08, -1.3",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["51.08", "fifty, one", "95, 0", "51, 181"])
def test_what_is_no_position_comes_back_as_it_was_typed(desk, college, typed):
    page = desk.post(reverse("employers:site", args=[college.site.public_id]), SAID | {"position": typed})
    assert page.status_code == 422
    assert page.context["form"].errors["position"] == ["Write two numbers as a map shows them, such as 51.08, 1.30."]
    assert page.context["form"]["position"].value() == typed


def test_a_firm_gets_a_second_site_but_not_the_same_address_twice(desk, college):
    firm = college.site.employer
    here = reverse("employers:site_new", args=[firm.public_id])
    assert desk.post(here, SAID).status_code == 302
    assert list(firm.sites.order_by("pk").values_list("address", flat=True))[1:] == ["Mill Lane 4"]
    again = desk.post(here, SAID | {"address": "4, mill ln"})
    assert again.status_code == 422
    assert again.context["form"].errors["address"] == ["The firm has a site at this address already."]
    assert again.context["form"]["phone"].value() == "0161 351613"
    place = Workplace("Mill Lane 4", "HB4 1AA")
    with pytest.raises(Refused, match="at this address already"):
        describe_site(site=college.site, place=place, by=college.office, at=NOW)
    assert firm.sites.count() == 2


def test_the_firm_says_it_of_its_own_site_and_nobody_else_does(college):
    describe_site(site=college.site, place=Workplace("Gate 1"), by=Actor("user", 1, Role.OWNER), at=NOW)
    for role in (Role.STUDENT, Role.SUPERVISOR, Role.TEACHER):
        with pytest.raises(Refused):
            describe_site(site=college.site, place=Workplace("Gate 2"), by=Actor("user", 1, role), at=NOW)
    firm, school = college.site.employer, college.school
    with pytest.raises(Refused):
        add_site(employer=firm, school=school, place=Workplace("Gate 3"), by=Actor("user", 1, Role.OWNER), at=NOW)
    assert list(firm.sites.values_list("address", flat=True)) == ["Gate 1"]


def test_a_firm_gets_its_right_name_and_number_and_a_later_list_finds_it_by_them(desk, college):
    firm = college.site.employer
    here = reverse("employers:firm_name", args=[firm.public_id])
    said = {"name": "Dock  Motors Ltd", "register_number": "0310 7561"}
    for _time in range(2):
        assert desk.post(here, said).status_code == 302
    firm.refresh_from_db()
    assert (firm.name, firm.sort_key, firm.register_number) == ("Dock Motors Ltd", "dock motors ltd", "0310 7561")
    assert firm.identity == identity("GB", "3107561", "Another Name", "")
    assert Transition.objects.filter(noun="relation", verb="rename").count() == 1
    same = {"name": "Dock Motors", "register_number": "3107561", "address": "Mill Lane 4"}
    desk.post(reverse("employers:employer_new"), same)
    assert list(SchoolEmployer.objects.filter(school=college.school).values_list("employer", flat=True)) == [firm.pk]


def test_a_number_that_another_firm_has_comes_back_and_nothing_changes(desk, college):
    Employer.objects.create(name="Mill Motors", sort_key="mill motors", identity=identity("GB", "3107561", "", ""))
    firm = college.site.employer
    page = desk.post(
        reverse("employers:firm_name", args=[firm.public_id]), {"name": "Dock", "register_number": "3107561"}
    )
    assert page.status_code == 422
    assert "Another firm is known by this." in page.text
    assert page.context["form"]["name"].value() == "Dock"
    firm.refresh_from_db()
    assert firm.name != "Dock"


def test_an_offer_says_its_days_languages_and_least_age(desk, college):
    here = reverse("employers:offer_new", args=[college.site.public_id])
    asks = {"weekdays": ["0", "3"], "languages": ["fr", "en"], "least_age": "18", "occupation_codes": "8231"}
    assert desk.post(here, OFFER | asks).status_code == 302
    offer = Offer.objects.get(title="Bread")
    assert (offer.weekdays, offer.languages, offer.least_age) == ([0, 3], ["fr", "en"], 18)
    assert (offer.starts_on, offer.places, offer.occupation_codes) == (date(2027, 3, 1), 2, ["8231"])
    assert "Monday and Thursday · français or English · from 18 years on" in page_of(desk, college)


def test_an_offer_without_any_of_that_asks_nothing(desk, college):
    desk.post(reverse("employers:offer_new", args=[college.site.public_id]), OFFER)
    offer = Offer.objects.get(title="Bread")
    assert (offer.weekdays, offer.languages, offer.least_age, offer.occupation_codes) == ([], [], None, [])


def test_a_coordinator_takes_back_what_the_school_wrote_down_and_no_other_school_can(desk, college):
    desk.post(reverse("employers:offer_new", args=[college.site.public_id]), OFFER)
    offer = Offer.objects.get(title="Bread")
    here = reverse("employers:offer_withdraw", args=[offer.public_id])
    stranger = Client()
    other = Organisation.objects.create(kind="school", name="Other College")
    stranger.force_login(member("Olga Fern", Role.COORDINATOR, other).user)
    assert stranger.post(here).status_code == 404
    assert "Bread" in page_of(desk, college)
    assert desk.post(here).status_code == 302
    assert "Bread" not in page_of(desk, college)
    assert desk.post(here).status_code == 404
    with pytest.raises(Refused):
        withdraw_offer(offer=offer, by=Actor("user", 1, Role.TEACHER), at=NOW)


def test_what_a_host_offered_itself_has_no_such_button(desk, college):
    desk.post(reverse("employers:offer_new", args=[college.site.public_id]), OFFER)
    Offer.objects.filter(title="Bread").update(offered_by=college.host.person)
    assert "Bread" in page_of(desk, college)
    here = reverse("employers:offer_withdraw", args=[Offer.objects.get(title="Bread").public_id])
    assert here not in page_of(desk, college)
    assert desk.post(here).status_code == 404
