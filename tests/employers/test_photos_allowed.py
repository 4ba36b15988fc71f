"""Whether students may take photos at a site (E41): said by the firm itself or by the school, for the whole site."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.workflow import allow_photos
from tests.placements.college import NOW, build

pytestmark = pytest.mark.django_db


def test_the_coordinator_forbids_photos_once_and_the_page_of_the_firm_says_so():
    college, client = build(), Client()
    client.force_login(college.coordinator.user)
    here = reverse("employers:photos", args=[college.site.public_id])
    assert client.post(here, {}).status_code == 422
    for _time in range(2):
        assert client.post(here, {"allowed": "no"}).status_code == 302
    college.site.refresh_from_db()
    assert college.site.photos_allowed is False
    moves = Transition.objects.filter(noun="site", object_id=college.site.pk, verb="photos")
    assert moves.values_list("details", flat=True).get() == {"allowed": False}
    page = client.get(reverse("employers:employer", args=[college.site.employer.public_id])).content.decode()
    assert "No photos may be taken here." in page


def test_only_the_school_and_the_owner_of_the_firm_say_it():
    site = build().site
    allow_photos(site=site, allowed=False, by=Actor("user", 1, Role.OWNER), at=NOW)
    for role in (Role.STUDENT, Role.SUPERVISOR, Role.TEACHER):
        with pytest.raises(Refused):
            allow_photos(site=site, allowed=True, by=Actor("user", 1, role), at=NOW)
    site.refresh_from_db()
    assert site.photos_allowed is False
