"""Firms, their people and offers: linked and not doubled, and what the firm itself never sees."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.access import actor_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from employers.models import Employer, Offer, SchoolEmployer, Site, Supervisor
from employers.workflow import add_supervisor, end_supervisor, offer_places, register_employer

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FIRM = {
    "name": "Élan Joinery Ltd", "register_number": "03107561", "address": "4 Dock Road", "postcode": "HB1 2AA",
    "email": "", "phone": "",
}  # fmt: skip


def signed(member) -> dict:
    return {"by": actor_of(member), "at": NOW}


@pytest.fixture
def coordinator(cast):
    return cast.insider(Role.COORDINATOR)


@pytest.fixture
def client(cast, coordinator):
    return cast.client(coordinator)


def register(member, **changes):
    return register_employer(school=member.organisation, owner=member.user.person, **FIRM | changes, **signed(member))


@pytest.fixture
def site(coordinator) -> Site:
    relation, _new = register(coordinator)
    return relation.employer.sites.get()


def page_of(site: Site) -> str:
    return reverse("employers:employer", args=[site.employer.public_id])


def test_a_firm_that_another_school_knows_is_linked_and_not_doubled(cast, coordinator):
    first, new = register(coordinator)
    other, new_there = register(cast.outsider(Role.COORDINATOR), register_number="3107561", address="4, Dock Rd")
    assert (new, new_there) == (True, True)
    assert other.employer == first.employer
    assert first.employer.sites.count() == 1
    assert first.employer.sort_key == "elan joinery ltd"
    assert SchoolEmployer.objects.filter(employer=first.employer).count() == 2
    row = Transition.objects.get(noun="relation", object_id=first.pk)
    assert (row.verb, row.school_id) == ("register", coordinator.organisation_id)


def test_a_second_address_of_a_firm_is_a_second_site_and_the_relation_stays(coordinator):
    first, _new = register(coordinator)
    again, new = register(coordinator, address="9 Mill Lane", postcode="HB2 2AA")
    assert (again, new) == (first, False)
    assert first.employer.sites.count() == 2


def test_a_firm_that_was_merged_leads_to_the_one_that_is_left(coordinator):
    first, _new = register(coordinator)
    left, _new = register(coordinator, register_number="777", name="Élan")
    Employer.objects.filter(pk=first.employer_id).update(merged_into=left.employer)
    again, new = register(coordinator)
    assert (again, new) == (left, False)


def test_a_firm_is_added_by_hand_and_its_page_opens(client):
    answer = client.post(reverse("employers:employer_new"), FIRM)
    relation = SchoolEmployer.objects.get(employer__name="Élan Joinery Ltd")
    assert answer["Location"] == reverse("employers:employer", args=[relation.employer.public_id])
    assert relation.owner.given_name == "Amina"
    text = client.get(answer["Location"]).content.decode()
    assert "4 Dock Road" in text
    assert "No offer yet" in text


def test_a_firm_without_number_and_postcode_is_refused_and_nothing_typed_is_lost(client):
    answer = client.post(reverse("employers:employer_new"), FIRM | {"register_number": "", "postcode": ""})
    assert answer.status_code == 422
    assert "4 Dock Road" in answer.content.decode()
    assert not Employer.objects.filter(name="Élan Joinery Ltd").exists()


def test_the_list_finds_names_without_accents_and_filters_by_tier(client, site):
    path = reverse("employers:employers")
    assert "Élan Joinery" in client.get(path, {"q": "ELAN"}).content.decode()
    assert "Élan Joinery" in client.get(path, {"tier": "standard"}).content.decode()
    assert "Élan Joinery" not in client.get(path, {"tier": "light"}).content.decode()
    assert "No firm found" in client.get(path, {"q": "qqq"}).content.decode()


def test_the_list_shows_25_firms_and_costs_the_same_for_one_and_many(client, coordinator, django_assert_num_queries):
    path = reverse("employers:employers")
    with django_assert_num_queries(9):
        client.get(path, {"q": "sunrise"})
    for number in range(30):
        register(coordinator, name=f"Firm {number}", register_number=f"9{number}")
    # The first page also says how many firms may be there twice.
    with django_assert_num_queries(11):
        text = client.get(path).content.decode()
    assert text.count("row-link") == 25
    assert "page=2" in text


def test_an_offer_is_noted_for_a_site(client, site, coordinator):
    values = {
        "title": "Workshop", "starts_on": "2027-01-11", "ends_on": "2027-03-26", "places": "2",
        "occupation_codes": "7115, 7522",
    }  # fmt: skip
    assert client.post(reverse("employers:offer_new", args=[site.public_id]), values)["Location"] == page_of(site)
    offer = Offer.objects.get(site=site)
    assert (offer.school, offer.places, offer.occupation_codes) == (coordinator.organisation, 2, ["7115", "7522"])
    assert Transition.objects.filter(noun="offer", object_id=offer.pk, verb="offer").count() == 1
    assert "Workshop" in client.get(page_of(site)).content.decode()


@pytest.mark.parametrize("wrong", [{"ends_on": "2027-01-10"}, {"places": "0"}, {"title": ""}, {"starts_on": "soon"}])
def test_a_refused_offer_keeps_what_was_typed(client, site, wrong):
    values = {"title": "Workshop", "starts_on": "2027-01-11", "ends_on": "2027-03-26", "places": "2"} | wrong
    answer = client.post(reverse("employers:offer_new", args=[site.public_id]), values)
    assert answer.status_code == 422
    assert "2027-03-26" in answer.content.decode() or wrong == {"ends_on": "2027-01-10"}
    assert not Offer.objects.filter(site=site).exists()


def test_an_offer_that_ends_before_it_starts_is_refused(site, coordinator):
    with pytest.raises(Refused):
        offer_places(
            school=coordinator.organisation, site=site, title="x", starts_on=NOW.date(), ends_on=date(2026, 1, 1),
            places=1, occupation_codes=[], **signed(coordinator),
        )  # fmt: skip


def add(site, member, **changes) -> Supervisor:
    values = {
        "given_name": "Žofie", "family_name": "Öz", "email": "Zofie@elan.example", "starts_on": NOW.date()
    } | changes  # fmt: skip
    return add_supervisor(site=site, **values, **signed(member))


def test_a_supervisor_gets_a_person_that_can_be_found_and_an_address(site, coordinator):
    supervisor = add(site, coordinator)
    assert supervisor.person.sort_key == "oz zofie"
    assert [point.address for point in supervisor.person.contact_points.all()] == ["zofie@elan.example"]
    assert Transition.objects.get(noun="supervisor", object_id=supervisor.pk).verb == "add"


def test_who_works_for_the_firm_already_is_the_same_person_at_another_site_and_a_stranger_elsewhere(site, coordinator):
    first = add(site, coordinator)
    relation, _new = register(coordinator, address="9 Mill Lane", postcode="HB2 2AA")
    second = relation.employer.sites.exclude(pk=site.pk).get()
    assert add(second, coordinator).person == first.person
    with pytest.raises(Refused):
        add(site, coordinator)
    elsewhere, _new = register(coordinator, name="Other", register_number="555")
    assert add(elsewhere.employer.sites.get(), coordinator).person != first.person


def test_a_supervisor_who_left_stays_on_record_and_can_come_back(site, coordinator):
    supervisor = add(site, coordinator)
    with pytest.raises(Refused):
        end_supervisor(supervisor=supervisor, last_day=date(2026, 1, 1), **signed(coordinator))
    end_supervisor(supervisor=supervisor, last_day=NOW.date(), **signed(coordinator))
    supervisor.refresh_from_db()
    assert supervisor.ends_on == NOW.date()
    back = add(site, coordinator)
    assert (back.pk, back.ends_on) == (supervisor.pk, None)


def test_a_supervisor_is_added_and_ended_on_the_pages(client, site):
    path = reverse("employers:supervisor_new", args=[site.public_id])
    values = {"given_name": "Žofie", "family_name": "Öz", "email": "zofie@elan.example", "starts_on": "2026-11-01"}
    refused = client.post(path, values | {"email": "none"})
    assert refused.status_code == 422
    assert "Žofie" in refused.content.decode()
    assert client.post(path, values)["Location"] == page_of(site)
    assert client.post(path, values).status_code == 422
    supervisor = Supervisor.objects.get(site=site)
    end = reverse("employers:supervisor_end", args=[supervisor.public_id])
    assert client.get(end).status_code == 200
    assert client.post(end, {"last_day": "2026-01-01"}).status_code == 422
    assert client.post(end, {"last_day": "2026-11-10"})["Location"] == page_of(site)
    assert "Was here until" in client.get(page_of(site)).content.decode()


def test_the_notes_of_a_school_are_read_by_the_school_only(cast, client, coordinator):
    owner = cast.insider(Role.OWNER)
    employer = Employer.objects.get(organisation=owner.organisation)
    path = reverse("employers:relation", args=[employer.public_id])
    values = {"tier": "enhanced", "notes": "Call before ten."}
    assert client.post(path, values | {"tier": "none"}).status_code == 422
    assert client.post(path, values).status_code == 302
    relation = SchoolEmployer.objects.get(school=coordinator.organisation, employer=employer)
    assert (relation.tier, relation.notes) == ("enhanced", "Call before ten.")
    page = reverse("employers:employer", args=[employer.public_id])
    for role, sees in [(Role.COORDINATOR, True), (Role.HEAD, True), (Role.TEACHER, True), (Role.OWNER, False)]:
        answer = cast.client(cast.insider(role)).get(page)
        assert answer.status_code == 200
        assert ("Call before ten." in answer.content.decode()) == sees
    SchoolEmployer.objects.create(school=cast.outsider(Role.HEAD).organisation, employer=employer)
    there = cast.client(cast.outsider(Role.HEAD)).get(page)
    assert there.status_code == 200
    assert "Call before ten." not in there.content.decode()


def test_a_school_does_not_see_the_offers_made_to_another(cast, coordinator, site):
    values = {"starts_on": NOW.date(), "ends_on": NOW.date(), "places": 1, "occupation_codes": []}
    offer_places(school=coordinator.organisation, site=site, title="Our place", **values, **signed(coordinator))
    other = cast.outsider(Role.COORDINATOR)
    client = cast.client(other)
    assert client.get(page_of(site)).status_code == 404
    register(other)
    text = client.get(page_of(site)).content.decode()
    assert "Élan Joinery" in text
    assert "Our place" not in text


@pytest.mark.parametrize("role", [Role.HEAD, Role.TEACHER, Role.OWNER])
def test_others_read_and_do_not_write(cast, client, site, coordinator, role):
    supervisor = add(site, coordinator)
    theirs = cast.client(cast.insider(role))
    assert theirs.get(reverse("employers:employer_new")).status_code == 404
    for name, thing in [
        ("relation", site.employer),
        ("offer_new", site),
        ("supervisor_new", site),
        ("supervisor_end", supervisor),
    ]:
        assert theirs.post(reverse(f"employers:{name}", args=[thing.public_id])).status_code == 404


def test_the_page_of_a_firm_costs_the_same_with_more_people_and_offers(
    client, site, coordinator, django_assert_num_queries
):
    for turn in range(2):
        add(site, coordinator, email=f"person{turn}@elan.example")
        for number in range(1 + 2 * turn):
            offer_places(
                school=coordinator.organisation, site=site, title=f"{number}", starts_on=NOW.date(),
                ends_on=NOW.date(), places=1, occupation_codes=[], **signed(coordinator),
            )  # fmt: skip
        with django_assert_num_queries(12):
            client.get(page_of(site))
