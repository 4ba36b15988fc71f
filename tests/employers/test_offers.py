"""Places that a host offers itself: once, within its own limits, taken back, and a no with its reason."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import Employer, Offer, SchoolEmployer, Site
from employers.queries import said_no
from employers.rules import Wishes, beyond, never_in
from employers.workflow import leave, not_this_year, offer_places, set_limits, withdraw_offer

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOST = Actor("link", 1, Role.OWNER)
DATES = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 4, 30)}


@pytest.fixture
def sofia(cast):
    return cast.insider(Role.OWNER).user.person


@pytest.fixture
def school(cast):
    return cast.insider(Role.COORDINATOR).organisation


@pytest.fixture
def bakery(db) -> Employer:
    """A firm that no test of another kind knows."""
    return Employer.objects.create(name="Quay Bakery", sort_key="quay bakery", identity="quay bakery")


@pytest.fixture
def site(bakery) -> Site:
    return Site.objects.create(employer=bakery, address="Mill Lane 4", address_key="4 mill lane")


@pytest.fixture
def relation(school, bakery) -> SchoolEmployer:
    return SchoolEmployer.objects.create(school=school, employer=bakery)


@pytest.fixture
def page(cast, relation):
    """What the school reads on the page of the firm."""
    client = cast.client(cast.insider(Role.COORDINATOR))
    return lambda: client.get(reverse("employers:employer", args=[relation.employer.public_id])).text


def offered(school, site, person, **changes) -> Offer:
    said = {"title": "Bread", "places": 1, "occupation_codes": [], "offered_by": person, "by": HOST, "at": NOW}
    return offer_places(school=school, site=site, **DATES | said | changes)


def test_a_host_offers_places_once_and_the_school_sees_who(school, site, sofia, page):
    key = uuid4()
    first = offered(school, site, sofia, public_id=key)
    assert offered(school, site, sofia, public_id=key) == first
    assert list(Offer.objects.filter(site=site)) == [first]
    rows = Transition.objects.filter(noun="offer", object_id=first.pk)
    assert [(row.verb, row.role, row.school_id) for row in rows] == [("offer", "owner", school.pk)]
    assert f"Offered by {sofia.full_name}" in page()


def test_an_offer_that_was_taken_back_is_in_no_list_and_leaves_no_place(school, site, sofia, page):
    offer = offered(school, site, sofia)
    withdraw_offer(offer=offer, by=HOST, at=NOW)
    withdraw_offer(offer=offer, by=HOST, at=NOW + timedelta(hours=1))
    offer.refresh_from_db()
    assert offer.withdrawn_at == NOW
    assert Transition.objects.filter(noun="offer", object_id=offer.pk, verb="withdraw").count() == 1
    assert "No offer yet" in page()


def test_the_school_cannot_take_an_offer_of_a_host_back(school, site, sofia):
    offer = offered(school, site, sofia)
    with pytest.raises(Refused):
        withdraw_offer(offer=offer, by=Actor("user", 1, Role.COORDINATOR), at=NOW)


def test_places_that_would_all_stay_empty_are_not_offered(school, site, sofia, bakery):
    said = {"employer": bakery, "person": sofia, "by": HOST, "at": NOW}
    set_limits(**said, wishes=Wishes(paused_until=date(2027, 6, 1)), seen=None)
    with pytest.raises(Refused, match="a pause until Tue 1 Jun 2027"):
        offered(school, site, sofia)
    assert offered(school, site, sofia, ends_on=date(2027, 7, 1))
    leave(**said, on=NOW.date())
    with pytest.raises(Refused, match="no students any more"):
        offered(school, site, sofia, ends_on=date(2027, 7, 1))


def test_more_places_than_the_own_limit_are_told_in_words():
    assert beyond(Wishes(), 5) is None
    assert beyond(Wishes(at_once=5, a_year=5), 5) is None
    assert beyond(Wishes(at_once=1, a_year=2), 2) == (
        "Your limit is 1 student at a time, so the places are filled one after the other."
    )
    assert beyond(Wishes(at_once=3, a_year=2), 3) == "Your limit is 2 students a year, so the other places stay free."
    assert never_in(Wishes(at_once=1), DATES["ends_on"]) is None


def test_not_this_year_is_logged_with_its_reason_read_by_the_school_and_sets_nothing(school, bakery, relation, page):
    before = SchoolEmployer.objects.filter(pk=relation.pk).values().get()
    said = {"school": school, "employer": bakery, "reason": "tasks", "text": "We  rebuild", "by": HOST}
    assert not_this_year(**said, at=NOW)
    assert not not_this_year(**said, at=NOW + timedelta(hours=2))
    row = Transition.objects.get(noun="relation", object_id=relation.pk)
    assert (row.verb, row.reason, row.details, row.school_id) == (
        "not_this_year", "We rebuild", {"decline": "tasks"}, school.pk,
    )  # fmt: skip
    assert SchoolEmployer.objects.filter(pk=relation.pk).values().get() == before
    assert "Not this year, said on Tue 24 Nov 2026: No fitting tasks." in page()


def test_a_no_without_a_reason_is_refused(school, bakery):
    with pytest.raises(Refused, match="choose a reason"):
        not_this_year(school=school, employer=bakery, reason="", by=HOST, at=NOW)


def test_a_later_offer_takes_the_place_of_the_no(school, site, sofia, relation):
    not_this_year(school=school, employer=relation.employer, reason="full", by=HOST, at=NOW)
    assert said_no(relation)[1] == "No place free"
    offered(school, site, sofia, at=NOW + timedelta(days=1))
    assert said_no(relation) is None


def test_another_school_reads_neither_the_no_nor_the_offer(cast, school, site, sofia, relation):
    SchoolEmployer.objects.create(school=cast.outsider(Role.COORDINATOR).organisation, employer=relation.employer)
    not_this_year(school=school, employer=relation.employer, reason="full", text="Zq private", by=HOST, at=NOW)
    offered(school, site, sofia, title="Zq places", at=NOW + timedelta(days=1))
    client = cast.client(cast.outsider(Role.COORDINATOR))
    text = client.get(reverse("employers:employer", args=[relation.employer.public_id])).text
    assert [words for words in ("Zq private", "Zq places", "No place free") if words in text] == []


def test_all_schools_read_the_limits_and_who_set_them(cast, sofia, relation):
    SchoolEmployer.objects.create(school=cast.outsider(Role.COORDINATOR).organisation, employer=relation.employer)
    wishes = Wishes(at_once=1, a_year=2, quiet_months=frozenset({12, 1}))
    set_limits(employer=relation.employer, wishes=wishes, seen=None, person=sofia, by=HOST, at=NOW)
    for member in (cast.insider(Role.COORDINATOR), cast.outsider(Role.COORDINATOR)):
        text = cast.client(member).get(reverse("employers:employer", args=[relation.employer.public_id])).text
        for words in (
            "At most 1 student at a time.",
            "At most 2 students a year.",
            "No requests in January and December.",
        ):
            assert words in text
        assert f"Set by {sofia.full_name} on Tue 24 Nov 2026." in text
