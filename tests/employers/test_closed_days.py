"""Days without work at a site, and whose public holidays hold there."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Role
from core.models import Transition
from employers.models import SchoolEmployer, Shutdown, Site
from employers.workflow import add_own_site
from tests.placements.college import NOW, build, member


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def desk(college):
    client = Client()
    client.force_login(college.coordinator.user)
    return client


def page(site):
    return reverse("employers:closed_days", args=[site.public_id])


DAYS = {"starts_on": "2027-02-01", "ends_on": "2027-02-12", "name": "Stocktaking"}


def test_days_are_added_once_however_often_the_form_is_sent(college, desk):
    """E42"""
    for _time in range(2):
        assert desk.post(page(college.site), DAYS)["Location"] == page(college.site)
    found = Shutdown.objects.get(site=college.site)
    assert (found.starts_on, found.ends_on, found.name) == (date(2027, 2, 1), date(2027, 2, 12), "Stocktaking")
    assert Transition.objects.filter(noun="site", object_id=college.site.pk, verb="close").count() == 1
    assert "Stocktaking" in desk.get(page(college.site)).content.decode()


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"ends_on": "2027-01-31"}, "The last day is before the first day."),
        ({"ends_on": "2029-01-31"}, "This is more than a year. Check both days."),
        ({"ends_on": "2027-02-30"}, "Enter a valid date."),
    ],
)
def test_wrong_days_come_back_with_what_was_typed(college, desk, changes, text):
    """E44"""
    answer = desk.post(page(college.site), DAYS | changes)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert "Stocktaking" in answer.content.decode()
    assert not Shutdown.objects.filter(site=college.site).exists()


def test_days_are_taken_away_again(college, desk):
    shutdown = Shutdown.objects.create(site=college.site, starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 1))
    url = reverse("employers:closed_days_remove", args=[shutdown.public_id])
    assert desk.post(url).status_code == 302
    assert not Shutdown.objects.filter(site=college.site).exists()


def test_a_region_of_the_country_is_chosen(college, desk):
    url = reverse("employers:region", args=[college.site.public_id])
    assert desk.post(url, {"region": "SCT"}).status_code == 302
    college.site.refresh_from_db()
    assert college.site.region == "SCT"
    assert desk.post(url, {"region": "NSW"}).status_code == 422


def test_a_school_without_this_firm_reaches_nothing(college, desk):
    other = Organisation.objects.create(kind="school", name="Hillside")
    client = Client()
    client.force_login(member("Sten Gray", Role.COORDINATOR, other).user)
    shutdown = Shutdown.objects.create(site=college.site, starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 1))
    assert client.get(page(college.site)).status_code == 404
    assert client.post(reverse("employers:closed_days_remove", args=[shutdown.public_id])).status_code == 404
    assert Shutdown.objects.filter(pk=shutdown.pk).exists()
    assert SchoolEmployer.objects.filter(school=college.school).exists()


def test_a_workshop_of_the_school_is_a_site_of_its_own_zone_and_is_made_once(college):
    college.school.time_zone, college.school.country, college.school.region = "Europe/Paris", "FR", "BL"
    college.school.save()
    first, second = (
        add_own_site(school=college.school, name=f" Bench  {name}", by=college.office, at=NOW) for name in ("1", "1 ")
    )
    assert first == second
    assert (first.name, first.time_zone, first.country, first.region) == ("Bench 1", "Europe/Paris", "FR", "BL")
    assert Site.objects.filter(organisation=college.school).count() == 1
