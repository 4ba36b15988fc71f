"""Weekdays at school during placements: of a cohort, and of one student where they differ."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Transition
from tests.placements.college import build


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def desk(college):
    client = Client()
    client.force_login(college.coordinator.user)
    return client


def test_a_cohort_is_at_school_on_the_ticked_days(college, desk):
    cohort = college.enrolment.cohort
    url = reverse("schools:school_days", args=[cohort.public_id])
    assert desk.post(url, {"weekdays": ["4", "3"]})["Location"] == reverse("schools:cohort", args=[cohort.public_id])
    cohort.refresh_from_db()
    assert cohort.school_weekdays == [3, 4]
    assert Transition.objects.get(verb="school_days", object_id=cohort.version.programme_id).details["weekdays"] == [
        3,
        4,
    ]
    assert desk.get(url).content.decode().count("checked") == 2


def test_one_student_has_other_days_or_none_or_those_of_the_cohort(college, desk):
    enrolment = college.enrolment
    url = reverse("schools:own_school_days", args=[enrolment.public_id])
    for data, expected in (
        ({"differs": "on", "weekdays": ["0"]}, [0]),
        ({"differs": "on"}, []),
        ({"weekdays": ["0"]}, None),
    ):
        assert desk.post(url, data).status_code == 302
        enrolment.refresh_from_db()
        assert enrolment.school_weekdays == expected


def test_a_day_that_is_none_comes_back(college, desk):
    url = reverse("schools:school_days", args=[college.enrolment.cohort.public_id])
    assert desk.post(url, {"weekdays": ["7"]}).status_code == 422
    college.enrolment.cohort.refresh_from_db()
    assert college.enrolment.cohort.school_weekdays == []
