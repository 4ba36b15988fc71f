"""A coordinator's screens: from an offer to an agreement that is on its way."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from employers.models import SchoolEmployer
from placements.models import Agreement, Placement
from schools.models import Guardian
from tests.placements.college import FIRST, LAST, NOW, build, member, put_name

pytestmark = pytest.mark.usefixtures("_november")


@pytest.fixture
def _november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def desk(college):
    return client_of(college.coordinator)


def client_of(membership):
    client = Client()
    client.force_login(membership.user)
    return client


def stranger(college):
    """A coordinator of another school that works with the same firm."""
    from accounts.models import Organisation

    school = Organisation.objects.create(kind="school", name="Hillside")
    SchoolEmployer.objects.create(school=school, employer=college.site.employer)
    return client_of(member("Sten Gray", Role.COORDINATOR, school))


def page(name, placement, **more):
    return reverse(f"placements:{name}", kwargs={"public_id": placement.public_id, **more})


def new_url(college):
    return f"{reverse('placements:new')}?offer={college.offer.public_id}"


def new_data(college, **changes):
    return {
        "student": str(college.enrolment.public_id),
        "supervisor": str(college.host.public_id),
        "starts_on": FIRST.isoformat(),
        "ends_on": LAST.isoformat(),
        "key": str(uuid4()),
        "purpose": "student",
        "source": "school",
        "setting": "company",
        "realism": "real",
    } | changes


def week(*weekdays, start="08:00", end="15:30", pause="30"):
    data = {"purpose_text": "Learn to work safely.", "rhythm": "weekly"}
    for weekday in weekdays:
        data |= {f"on_{weekday}": "on", f"from_{weekday}": start, f"to_{weekday}": end, f"break_{weekday}": pause}
    return data


def test_without_a_place_the_offers_are_shown_with_their_free_places(college, desk):
    text = desk.get(reverse("placements:new")).content.decode()
    assert "Garage places" in text
    assert "1 of 1" in text
    college.placement(offer=college.offer)
    text = desk.get(reverse("placements:new")).content.decode()
    assert "0 of 1" in text
    assert "Full" in text


def test_a_school_without_offers_is_told_where_to_begin(college, desk):
    college.offer.delete()
    assert "No offer yet" in desk.get(reverse("placements:new")).content.decode()


def test_an_offer_a_student_and_dates_make_a_placement_and_lead_to_its_plan(college, desk):
    answer = desk.post(new_url(college), new_data(college))
    placement = Placement.objects.get(school=college.school)
    assert (answer.status_code, answer["Location"]) == (302, page("plan", placement))
    assert (placement.offer, placement.starts_on, placement.ends_on) == (college.offer, FIRST, LAST)
    assert placement.coordinator == college.coordinator.user.person


def test_a_supervisor_who_is_not_known_is_written_down_on_the_way(college, desk):
    data = new_data(college, supervisor="", given_name="Dora", family_name="Lind", email="dora@garage.test")
    desk.post(new_url(college), data)
    supervisor = Placement.objects.get(school=college.school).segments.get().supervisor
    assert supervisor.person.full_name == "Dora Lind"
    assert supervisor.person.contact_points.get().address == "dora@garage.test"


def test_a_placement_can_begin_at_a_site_without_an_offer(college, desk):
    url = f"{reverse('placements:new')}?site={college.site.public_id}"
    assert desk.get(url).status_code == 200
    desk.post(url, new_data(college))
    assert Placement.objects.get(school=college.school).offer is None


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"student": ""}, "This field is required"),
        ({"supervisor": ""}, "Choose a supervisor, or name a new one."),
        ({"supervisor": "", "family_name": "Lind"}, "Please give an e-mail address."),
        ({"ends_on": "2027-01-03"}, "The last day is before the first day."),
        ({"student": "00000000-0000-0000-0000-000000000000"}, "Select a valid choice"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(college, desk, changes, text):
    answer = desk.post(new_url(college), new_data(college, **changes))
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert FIRST.isoformat() in answer.content.decode()
    assert not Placement.objects.filter(school=college.school).exists()


def test_a_taken_offer_says_so_and_keeps_the_form(college, desk):
    college.placement(offer=college.offer)
    answer = desk.post(new_url(college), new_data(college))
    assert answer.status_code == 422
    assert "All places of this offer are taken." in answer.content.decode()


def test_a_search_finds_a_student_without_accents(college, desk):
    Person.objects.filter(pk=college.student.user.person.pk).update(sort_key="emile zola")
    assert "Nia Berg" in desk.get(new_url(college) + "&q=Émile").content.decode()
    assert "No student found" in desk.get(new_url(college) + "&q=nobody").content.decode()


def test_a_coordinator_of_another_school_reaches_nothing(college):
    placement, other = college.agreed(), stranger(college)
    assert other.get(new_url(college)).status_code == 404
    for name in ("plan", "propose", "links"):
        assert other.get(page(name, placement)).status_code == 404
    assert other.post(page("guardian", placement), {"family_name": "X", "email": "x@x.test"}).status_code == 404
    assert other.post(page("move", placement, verb="cancel"), {"reason": "x"}).status_code == 404
    text = other.get(f"{reverse('placements:new')}?site={college.site.public_id}").content.decode()
    assert "Nia Berg" not in text


def test_five_ticked_days_are_saved_and_the_next_page_shows_the_calculation(college, desk):
    placement = college.placement()
    data = week(0, 1, 2, 3, 4) | {"outcomes": [college.outcomes[0].pk]}
    answer = desk.post(page("plan", placement), data)
    assert (answer.status_code, answer["Location"]) == (302, page("propose", placement))
    text = desk.get(page("propose", placement)).content.decode()
    assert "45 days × 7 h = 315 h" in text
    assert "This plan alone holds all the hours." in text
    assert "Change brake pads" in text
    assert placement.plan_versions.get().planned_minutes == 18_900


def test_a_plan_with_too_few_hours_says_how_many_are_missing(college, desk):
    placement = college.placement()
    desk.post(page("plan", placement), week(2))
    text = desk.get(page("propose", placement)).content.decode()
    assert "9 days × 7 h = 63 h" in text
    assert "252 h will have to come from another placement." in text


def test_the_plan_form_comes_back_as_it_was_saved(college, desk):
    placement = college.placement()
    desk.post(page("plan", placement), week(2, start="09:15", end="17:00", pause="45"))
    text = desk.get(page("plan", placement)).content.decode()
    assert 'name="on_2" id="id_on_2" checked' in text
    assert 'value="09:15"' in text
    assert 'name="on_0" id="id_on_0">' in text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (week(), "Choose at least one weekday."),
        (week(0, start=""), "Write when work begins and ends."),
        (week(0, start="25:00"), "Write the time like 08:30."),
        (week(0, start="08:00", end="08:00"), "A day starts and finishes at the same time."),
        (week(0, start="08:00", end="08:20"), "No time is left after the break."),
        (week(0) | {"outcomes": ["0"]}, "Select a valid choice"),
    ],
)
def test_a_plan_that_cannot_be_worked_comes_back_with_the_reason(college, desk, data, text):
    placement = college.placement()
    answer = desk.post(page("plan", placement), data)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not placement.plan_versions.exists()


def test_sending_asks_four_parties_and_returns_to_the_placement(college, desk):
    placement = college.placement()
    college.plan(placement)
    text = desk.get(page("propose", placement)).content.decode()
    assert all(name in text for name in ("Nia Berg", "Una Berg", "Milan Novak", "Cora Diaz"))
    answer = desk.post(page("propose", placement), {"sign_by": "2026-12-20"})
    assert answer["Location"] == reverse("reports:placement", args=[placement.public_id])
    agreement = Agreement.objects.get(plan__placement=placement)
    assert (agreement.state, agreement.sign_by) == ("proposed", date(2026, 12, 20))
    assert agreement.signatures.count() == 4


def test_a_missing_guardian_is_said_and_can_be_added_there(college, desk):
    Guardian.objects.filter(student=college.enrolment.student).delete()
    placement = college.placement()
    college.plan(placement)
    text = desk.get(page("propose", placement)).content.decode()
    assert "A parent or guardian is missing" in text
    assert "Send for signing" not in text
    data = {"given_name": "Ada", "family_name": "Berg", "email": "ada@home.test"}
    assert desk.post(page("guardian", placement), data | {"email": "ada"}).status_code == 422
    desk.post(page("guardian", placement), data)
    guardian = Guardian.objects.get(student=college.enrolment.student)
    assert (guardian.person.full_name, guardian.until) == ("Ada Berg", date(2027, 5, 31))
    text = desk.get(page("propose", placement)).content.decode()
    assert "Gets a link: ada@home.test" in text
    assert "Send for signing" in text


def test_after_sending_the_page_shows_who_has_signed(college, desk):
    places = college.asked()
    put_name(places["host"], name="Milan Novak")
    text = desk.get(page("propose", places["host"].agreement.plan.placement)).content.decode()
    assert "Signed as “Milan Novak”" in text
    assert "Partly signed" in text
    assert "Send for signing" not in text


def test_a_coordinator_stops_the_signing_and_nobody_signs_any_more(college, desk):
    places = college.asked()
    placement = places["host"].agreement.plan.placement
    assert desk.get(page("withdraw", placement)).status_code == 405
    assert desk.post(page("withdraw", placement))["Location"] == page("propose", placement)
    assert college.agreements.get().state == "lapsed"
    assert "Nobody can sign this version any more." in desk.get(page("propose", placement)).content.decode()
    desk.post(page("withdraw", placement))
    assert college.moves.filter(verb="lapse").count() == 1


def test_whoever_edits_a_plan_that_is_being_signed_is_told_what_happens(college, desk):
    placement = college.asked()["host"].agreement.plan.placement
    assert "This version is being signed" in desk.get(page("plan", placement)).content.decode()
    desk.post(page("plan", placement), week(2))
    states = (
        Agreement.objects.filter(plan__placement=placement).order_by("plan__number").values_list("state", flat=True)
    )
    assert list(states) == ["lapsed", "draft"]


def test_cancelling_asks_for_a_reason_and_says_what_happens(college, desk):
    placement = college.placement()
    url = page("move", placement, verb="cancel")
    assert "You can undo this for 24 hours." in desk.get(url).content.decode()
    placement.refresh_from_db()
    assert placement.state == "planned"
    assert desk.post(url, {"reason": ""}).status_code == 422
    assert desk.post(url, {"reason": "The host has closed"}).status_code == 302
    placement.refresh_from_db()
    assert placement.state == "cancelled"
    again = desk.post(url, {"reason": "Again"})
    assert again.status_code == 422
    assert "This is no longer possible" in again.content.decode()


def test_a_placement_that_is_not_agreed_is_not_started(college, desk):
    answer = desk.post(page("move", college.placement(), verb="start"))
    assert answer.status_code == 422
    assert "Not everybody has signed the agreement yet." in answer.content.decode()


@pytest.mark.parametrize("name", ["plan", "propose", "links"])
def test_pages_of_a_plan_need_at_most_twelve_queries(college, desk, name, django_assert_max_num_queries):
    placement = college.asked()["host"].agreement.plan.placement
    with django_assert_max_num_queries(12):
        assert desk.get(page(name, placement)).status_code == 200


def test_the_form_for_a_new_placement_needs_at_most_twelve_queries(college, desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert desk.get(new_url(college)).status_code == 200
