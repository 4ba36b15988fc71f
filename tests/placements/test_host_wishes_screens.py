"""Limits, offers, "not this year" and help on the screen: by link and signed in, for the own firm only."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.models import Transition
from employers.models import Capacity, Employer, Offer, SchoolEmployer, Site, Supervisor
from placements.models import Concern, HostRequest, Placement
from tests.placements.garage import MONDAY, at, build, member, person, place, work

pytestmark = pytest.mark.django_db
NOW = at(MONDAY, 12)
LIMITS = {"at_once": "2", "a_year": "4", "quiet_months": ["12", "1"], "paused_until": "2027-02-01"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage():
    made = build()
    member(made.marek.person, made.firm, Role.SUPERVISOR)
    for school in (made.school, made.other_school):
        SchoolEmployer.objects.create(school=school, employer=made.employer, notes="Zq pays late")
    made.lina.coordinator = person("Amina Office")
    made.lina.save()
    return made


def token_of(guide, school, purpose=Link.Purpose.CONFIRM, subject_id=0):
    _link, token = links.mint(person=guide, school=school, purpose=purpose, subject_id=subject_id, at=NOW)
    return token


@pytest.fixture
def token(garage):
    return token_of(garage.marek.person, garage.school)


@pytest.fixture
def marek(garage):
    client = Client()
    client.force_login(garage.marek.person.user)
    return client


@pytest.fixture
def dora(garage):
    """The owner of the firm."""
    member(garage.dora.person, garage.firm, Role.OWNER)
    client = Client()
    client.force_login(garage.dora.person.user)
    return client


def by_link(name, token, *args):
    return reverse(f"placements:link_{name}", args=[token, *args])


def offer_of(page, **changes):
    form = page.context["form"]
    hidden = {name: form[name].value() for name in ("key", "school", "site") if form[name].value()}
    return {"title": "Brakes", "places": "2", "starts_on": "2027-03-01", "ends_on": "2027-04-30", **hidden, **changes}


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_limits_are_set_by_link_without_an_account_and_read_by_everybody_who_guides_there(garage, token, dora, client):
    url = by_link("capacity", token)
    assert client.post(url, LIMITS).status_code == 302
    capacity = Capacity.objects.get(employer=garage.employer)
    assert (capacity.at_once, capacity.a_year, capacity.quiet_months) == (2, 4, [1, 12])
    assert (capacity.paused_until, capacity.person, capacity.at) == (date(2027, 2, 1), garage.marek.person, NOW)
    page = dora.get(reverse("placements:host_capacity")).text
    assert "Last changed by Marek Novak on Mon 16 Nov 2026." in page
    assert "This host makes a pause. Ask again from Mon 1 Feb 2027." in page
    assert "The short question about the week still comes" in page


def test_the_same_form_twice_changes_once_and_an_old_form_is_refused_with_what_was_typed(garage, token, client):
    url = by_link("capacity", token)
    for _tap in range(2):
        assert client.post(url, LIMITS).status_code == 302
    assert Transition.objects.filter(noun="capacity").count() == 1
    refused = client.post(url, LIMITS | {"at_once": "7"})
    assert refused.status_code == 422
    assert "Somebody has changed this in the meantime" in refused.text
    assert 'value="7"' in refused.text
    assert Capacity.objects.get(employer=garage.employer).at_once == 2


@pytest.mark.parametrize(
    "wrong", [{"at_once": "0"}, {"a_year": "x"}, {"quiet_months": ["13"]}, {"paused_until": "soon"}]
)
def test_what_cannot_be_is_refused_and_stored_nowhere(garage, token, client, wrong):
    assert client.post(by_link("capacity", token), LIMITS | wrong).status_code == 422
    assert not Capacity.objects.filter(employer=garage.employer).exists()


def test_a_host_leaves_and_comes_back_and_its_students_stay(garage, marek):
    url = reverse("placements:host_capacity")
    assert "Take no new students from today" in marek.get(url).text
    marek.post(url, {"step": "leave"})
    assert Capacity.objects.get(employer=garage.employer).left_on == NOW.date()
    assert "You take no students any more" in marek.get(url).text
    garage.lina.refresh_from_db()
    assert garage.lina.state == "running"
    marek.post(url, {"step": "come_back"})
    assert Capacity.objects.get(employer=garage.employer).left_on is None


def test_weeks_of_students_who_are_there_are_asked_in_a_quiet_month_too(garage, token, client):
    Capacity.objects.create(employer=garage.employer, quiet_months=[11], at=NOW)
    work(garage.lina, MONDAY)
    assert "Yes, all right" in client.get(reverse("placements:link", args=[token])).text


def test_opening_the_pages_stores_nothing(garage, token, client):
    before = Transition.objects.count()
    for name in ("capacity", "offers"):
        assert client.get(by_link(name, token)).status_code == 200
    for name in ("not_this_year",):
        assert client.get(by_link(name, token)).status_code == 405
    assert (Transition.objects.count(), Capacity.objects.filter(employer=garage.employer).count()) == (before, 0)


def test_only_links_for_hours_or_for_an_own_request_open_the_limits(garage, client):
    guide = garage.marek.person
    planned = Placement.objects.create(
        school=garage.school, learner=garage.lina.learner, state="planned", employer=garage.employer,
        starts_on=date(2027, 5, 1), ends_on=date(2027, 6, 1),
    )  # fmt: skip
    asked = {"asked_at": NOW, "answer_by": NOW.date() + timedelta(days=7), "placement": planned}
    own = HostRequest.objects.create(**asked, site=garage.site, person=guide)
    other = Employer.objects.create(name="Zq Elsewhere", sort_key="zq", identity="zq")
    site = Site.objects.create(employer=other, address="Zq Road", address_key="zq road")
    foreign = HostRequest.objects.create(
        **asked | {"placement": garage.stranger}, site=site, person=guide, state="lapsed"
    )
    request, feedback, sign = Link.Purpose.REQUEST, Link.Purpose.FEEDBACK, Link.Purpose.SIGN
    opened = {
        "own": token_of(guide, garage.school, request, own.pk),
        "foreign": token_of(guide, garage.school, request, foreign.pk),
        "feedback": token_of(guide, garage.school, feedback, garage.lina.pk),
        "sign": token_of(guide, garage.school, sign, 1),
        "nobody": token_of(person("Nora Nobody"), garage.school),
    }
    codes = {name: client.get(by_link("capacity", token)).status_code for name, token in opened.items()}
    assert codes == {"own": 200, "foreign": 404, "feedback": 404, "sign": 404, "nobody": 404}
    assert client.post(by_link("capacity", opened["feedback"]), LIMITS).status_code == 404
    assert not Capacity.objects.exclude(employer__name__in=("Sunrise Bakery",)).filter(at=NOW).exists()


def test_who_guides_at_two_firms_chooses_one_and_reaches_no_third(garage, marek):
    second = Employer.objects.create(name="Aldo Garage", sort_key="aldo garage", identity="aldo")
    third = Employer.objects.create(name="Zq Third", sort_key="zq third", identity="zq third")
    site = Site.objects.create(employer=second, address="Aldo 1", address_key="aldo 1")
    Supervisor.objects.create(person=garage.marek.person, site=site)
    url = reverse("placements:host_capacity")
    page = marek.get(url).text
    assert "Aldo Garage" in page
    assert "Marek Motors" in page
    assert "Zq Third" not in page
    marek.post(f"{url}?firm={garage.employer.public_id}", {"at_once": "3"})
    assert Capacity.objects.get(employer=garage.employer).at_once == 3
    assert not Capacity.objects.filter(employer=second).exists()
    for key in (third.public_id, uuid4(), "x"):
        assert marek.get(f"{url}?firm={key}").status_code == 404


# ── Offers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_host_offers_places_by_link_to_the_school_of_the_link(garage, token, client):
    url = by_link("offers", token)
    sent = offer_of(client.get(url))
    for _tap in range(2):
        assert client.post(url, sent).status_code == 302
    offer = Offer.objects.get(site=garage.site)
    assert (offer.school, offer.places, offer.offered_by) == (garage.school, 2, garage.marek.person)
    assert "2 places, 0 taken" in client.get(url).text
    foreign = offer_of(client.get(url), school=str(garage.other_school.public_id))
    assert client.post(url, foreign).status_code == 422
    assert Offer.objects.filter(site=garage.site).count() == 1


def test_signed_in_a_host_chooses_among_the_schools_that_work_with_it(garage, marek):
    url = reverse("placements:host_offers")
    page = marek.get(url)
    assert [row.name for row in page.context["form"].fields["school"].queryset.order_by("name")] == [
        "Garage School", "Hillside School",
    ]  # fmt: skip
    assert marek.post(url, offer_of(page)).status_code == 422
    sent = offer_of(page, school=str(garage.other_school.public_id))
    assert marek.post(url, sent).status_code == 302
    assert Offer.objects.get(site=garage.site).school == garage.other_school


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"ends_on": "2027-02-01"}, "The last day is before the first day."),
        ({"starts_on": "2026-01-01", "ends_on": "2026-02-01"}, "These days are over."),
        ({"places": "0"}, "greater than or equal to 1"),
    ],
)
def test_an_offer_that_cannot_be_keeps_what_was_typed(garage, token, client, wrong, told):
    url = by_link("offers", token)
    refused = client.post(url, offer_of(client.get(url), title="Typed in full", **wrong))
    assert refused.status_code == 422
    assert told in refused.text
    assert "Typed in full" in refused.text
    assert not Offer.objects.filter(site=garage.site).exists()


def test_words_say_when_an_offer_goes_beyond_the_own_limits(garage, token, client):
    Capacity.objects.create(employer=garage.employer, at_once=1, at=NOW)
    url = by_link("offers", token)
    client.post(url, offer_of(client.get(url)))
    assert "Your limit is 1 student at a time, so the places are filled one after the other." in client.get(url).text
    Capacity.objects.filter(employer=garage.employer).update(paused_until=date(2028, 1, 1))
    refused = client.post(url, offer_of(client.get(url), title="Later"))
    assert refused.status_code == 422
    assert "You have set a pause until Sat 1 Jan 2028." in refused.text


def test_an_offer_is_taken_back_in_one_tap_by_its_firm_and_its_schools_link_only(garage, token, client):
    said = {"site": garage.site, "title": "Brakes", "places": 1, "starts_on": NOW.date(), "ends_on": NOW.date()}
    own = Offer.objects.create(school=garage.school, **said)
    others = Offer.objects.create(school=garage.other_school, **said | {"title": "Zq other school"})
    assert "Zq other school" not in client.get(by_link("offers", token)).text
    assert client.post(by_link("offer_withdraw", token, others.public_id)).status_code == 404
    for _tap in range(2):
        assert client.post(by_link("offer_withdraw", token, own.public_id)).status_code == 302
    own.refresh_from_db()
    others.refresh_from_db()
    assert (own.withdrawn_at, others.withdrawn_at) == (NOW, None)
    assert Transition.objects.filter(noun="offer", verb="withdraw").count() == 1
    assert "Brakes" not in client.get(by_link("offers", token)).text


def test_not_this_year_takes_two_taps_and_a_no_without_a_reason_comes_back(garage, token, client):
    url = by_link("not_this_year", token)
    school = str(garage.school.public_id)
    refused = client.post(url, {"school": school, "text": "Typed in full"})
    assert (refused.status_code, "Typed in full" in refused.text) == (422, True)
    for _tap in range(2):
        assert client.post(url, {"school": school, "reason": "time"}).status_code == 302
    row = Transition.objects.get(noun="relation", verb="not_this_year")
    assert (row.school_id, row.details, row.actor_kind) == (garage.school.pk, {"decline": "time"}, "link")


# ── Declining and help ───────────────────────────────────────────────────────────────────────────────────────────────


def test_help_is_asked_for_in_one_tap_from_the_first_page_and_the_receipt_says_who_calls(garage, token, client):
    garage.jonas.state = "ended"
    garage.jonas.save()
    work(garage.lina, MONDAY)
    page = client.get(reverse("placements:link", args=[token]))
    assert "I need help from the school" in page.text
    (row,) = page.context["more"].begun
    url = reverse("placements:link", args=[token]) + row.help_url
    for _tap in range(2):
        receipt = client.post(url, follow=True)
    assert "Amina Office will call you" in receipt.text
    concern = Concern.objects.get(placement=garage.lina)
    assert (concern.kind, concern.state, concern.person) == ("help", "open", garage.marek.person)
    client.post(url, {"take_back": "1"})
    assert Concern.objects.get(placement=garage.lina).state == "closed"


def test_with_several_students_each_is_a_button_and_none_of_another_host(garage, token, client):
    page = client.get(reverse("placements:link", args=[token]))
    assert {row.placement for row in page.context["more"].begun} == {garage.lina, garage.jonas}
    assert "Tap whom it is about." in page.text
    assert "Sentinel" not in page.text
    stranger = reverse("placements:link_concern", args=[token, garage.stranger.public_id])
    assert client.post(stranger).status_code == 404
    assert not Concern.objects.filter(placement=garage.stranger).exists()


def test_the_first_page_leads_to_offers_limits_and_the_plan(garage, token, client):
    page = client.get(reverse("placements:link", args=[token]))
    more = page.context["more"]
    urls = [more.offers_url, more.limits_url, *(row.plan_url for row in more.rows)]
    assert len(urls) == 4
    for url in urls:
        assert client.get(reverse("placements:link", args=[token]) + url).status_code == 200
    assert "Zq pays late" not in page.text


def test_a_school_that_guides_in_its_own_workshop_sets_no_limits(garage, client):
    guide = person("Wanda Workshop")
    site = Site.objects.create(organisation=garage.school, name="Workshop")
    supervisor = Supervisor.objects.create(person=guide, site=site)
    place(garage.school, garage.version, "Ines Inside", site, supervisor)
    page = client.get(reverse("placements:link", args=[token_of(guide, garage.school)]))
    assert (page.context["more"].offers_url, page.context["more"].limits_url) == ("", "")
