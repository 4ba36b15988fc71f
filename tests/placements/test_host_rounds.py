"""A host that signs in sees on its first page that a school asks for places, until it has answered."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from core.workflow import Actor
from employers.models import Round, RoundFirm, SchoolEmployer
from employers.workflow import not_this_year, offer_places
from placements.models import Segment
from tests.placements.garage import MONDAY, answers, at, build, member, work

pytestmark = pytest.mark.django_db
NOW = at(MONDAY, 12)
FIRST, LAST = date(2027, 4, 12), date(2027, 6, 25)
BY_LINK = Actor("link", 1, Role.SUPERVISOR)
HOME = reverse("placements:host")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage():
    made = build()
    member(made.marek.person, made.firm, Role.SUPERVISOR)
    member(made.dora.person, made.firm, Role.OWNER)
    SchoolEmployer.objects.create(school=made.school, employer=made.employer)
    return made


def signed_in(guide) -> Client:
    client = Client()
    client.force_login(guide.person.user)
    return client


def asked(garage, guide) -> RoundFirm:
    round = Round.objects.create(school=garage.school, starts_on=FIRST, ends_on=LAST, at=NOW - timedelta(days=1))
    return RoundFirm.objects.create(round=round, employer=garage.employer, person=guide.person)


def asks_on(page) -> list[str]:
    return [question.school for question, _url in page.context["rounds"]]


def test_who_is_asked_in_a_round_finds_one_line_that_leads_to_the_answer(garage):
    asked(garage, garage.marek)
    client = signed_in(garage.marek)
    page = client.get(HOME)
    line = f"{garage.school.name} asks for places from Mon 12 Apr to Fri 25 Jun 2027: how many, or not this year?"
    assert line in page.text
    (url,) = [url for _question, url in page.context["rounds"]]
    assert url == f"offers/?firm={garage.employer.public_id}"
    assert client.get(HOME + url).context["form"]["starts_on"].value() == FIRST


def test_only_the_one_who_is_asked_and_the_owner_of_the_firm_see_it(garage):
    asked(garage, garage.marek)
    seen = {
        name: asks_on(signed_in(guide).get(HOME)) for name, guide in (("guide", garage.marek), ("owner", garage.dora))
    }
    assert seen == {"guide": [garage.school.name], "owner": [garage.school.name]}
    RoundFirm.objects.update(person=garage.dora.person)
    assert asks_on(signed_in(garage.marek).get(HOME)) == []


@pytest.mark.parametrize("how", ["offered", "refused", "closed", "begun", "suspended", "left"])
def test_the_line_is_gone_once_it_is_answered_or_nobody_asks_any_more(garage, how):
    row, client = asked(garage, garage.marek), signed_in(garage.marek)
    site, relation = garage.marek.site, SchoolEmployer.objects.filter(school=garage.school)
    if how == "offered":
        offer_places(
            school=garage.school, site=site, title="Brakes", starts_on=FIRST, ends_on=LAST, places=1,
            occupation_codes=[], by=BY_LINK, at=NOW,
        )  # fmt: skip
    elif how == "refused":
        not_this_year(school=garage.school, employer=garage.employer, reason="time", by=BY_LINK, at=NOW)
    elif how == "closed":
        Round.objects.filter(pk=row.round_id).update(closed_at=NOW)
    elif how == "begun":
        Round.objects.filter(pk=row.round_id).update(starts_on=NOW.date())
    elif how == "suspended":
        relation.update(suspended_at=NOW)
    else:
        garage.marek.ends_on = NOW.date() - timedelta(days=1)
        garage.marek.save()
    assert asks_on(client.get(HOME)) == []


def test_a_page_whose_weeks_are_all_answered_does_not_say_that_nothing_is_left(garage):
    work(garage.lina, MONDAY)
    client = signed_in(garage.marek)
    monday = reverse("placements:host_confirm", args=[garage.lina.public_id, MONDAY])
    week = client.get(HOME).context["groups"][0]["week"]
    client.post(monday, {"seen": week.seen})
    assert answers().exists()
    assert "There is nothing to do here now." in client.get(HOME).text
    asked(garage, garage.marek)
    assert "One question is left: can you take students later?" in client.get(HOME).text


def test_a_host_without_students_finds_the_line_too(garage):
    asked(garage, garage.marek)
    Segment.objects.filter(supervisor=garage.marek).update(supervisor=None)
    assert asks_on(signed_in(garage.marek).get(HOME)) == [garage.school.name]


def test_the_page_takes_few_queries_with_many_rounds(garage, django_assert_max_num_queries):
    client = signed_in(garage.marek)
    for _number in range(5):
        asked(garage, garage.marek)
    work(garage.lina, MONDAY)
    client.get(HOME)
    with django_assert_max_num_queries(12):
        assert len(asks_on(client.get(HOME))) == 5
