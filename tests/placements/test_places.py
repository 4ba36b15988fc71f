"""What hosts offer in the coming months, and that a firm is not asked by three people in one week (E17)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from employers.models import Capacity, Offer, SchoolEmployer
from placements.models import HostRequest, Placement
from placements.queries.places import approaches_to, months_from, rows_of, totals_of
from tests.placements import college as colleges
from tests.placements.college import NOW

JANUARY = date(2027, 1, 1)


@pytest.fixture
def college(db):
    found = colleges.build()
    Offer.objects.filter(school=found.school).delete()
    return found


def offer(college, starts_on: date, ends_on: date, places: int = 2, **more) -> Offer:
    values = {"title": "Garage", "starts_on": starts_on, "ends_on": ends_on, "places": places, **more}
    return Offer.objects.create(school=college.school, site=college.site, **values)


def cells(rows) -> list[tuple[int, int]]:
    return [(cell.free, cell.places) for cell in rows]


def test_six_months_begin_with_the_one_that_is_asked_for():
    assert months_from(date(2026, 11, 24)) == [
        date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1), date(2027, 4, 1),
    ]  # fmt: skip


def test_a_place_counts_in_each_month_in_which_its_offer_stands_and_not_twice(college):
    months = months_from(JANUARY)
    first = offer(college, date(2027, 1, 31), date(2027, 3, 1))
    offer(college, date(2027, 3, 1), date(2027, 3, 31), places=1)
    offer(college, date(2026, 9, 1), date(2026, 12, 31), places=9)
    offer(college, date(2027, 1, 1), date(2027, 6, 30), places=5, withdrawn_at=NOW)
    placement = college.placement()
    Placement.objects.filter(pk=placement.pk).update(offer=first)
    (row,) = rows_of(college.coordinator, [college.site.employer], months, [])
    assert cells(row.cells) == [(1, 2), (1, 2), (2, 3), (0, 0), (0, 0), (0, 0)]
    assert cells(totals_of(college.coordinator, months, [])) == cells(row.cells)
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.CANCELLED)
    (row,) = rows_of(college.coordinator, [college.site.employer], months, [])
    assert cells(row.cells)[0] == (2, 2)


def test_the_calendar_shows_one_programme_and_what_a_host_has_set(client, college):
    client.force_login(college.coordinator.user)
    offer(college, JANUARY, date(2027, 6, 30), occupation_codes=["7231"])
    Capacity.objects.create(employer=college.site.employer, at_once=1, at=NOW)
    programme = college.enrolment.cohort.version.programme
    programme.occupation_codes = ["9999"]
    programme.save()
    url = reverse("placements:places")
    page = client.get(url, {"from": "2027-01"})
    assert "2 of 2" in page.text
    assert "At most 1 student at a time." in page.text
    assert "No places in these months" in client.get(url, {"from": "2027-01", "programme": programme.public_id}).text
    assert client.get(url, {"from": "soon"}).status_code == 200


def test_offers_of_another_school_are_not_in_the_calendar(college):
    other = Organisation.objects.create(kind="school", name="Hilltop College")
    kept = offer(college, JANUARY, date(2027, 6, 30))
    Offer.objects.filter(pk=kept.pk).update(school=other)
    assert cells(totals_of(college.coordinator, months_from(JANUARY), [])) == [(0, 0)] * 6


# ── Who has asked whom ───────────────────────────────────────────────────────────────────────────────────────────────


def asked(college, placement, days_ago: int) -> HostRequest:
    at = timezone.now() - timedelta(days=days_ago)
    return HostRequest.objects.create(
        placement=placement,
        site=college.site,
        person=college.host.person,
        asked_at=at,
        answer_by=at.date() + timedelta(days=7),
        state=HostRequest.State.DECLINED,
        answered_at=at,
    )


def test_a_colleague_who_asked_the_firm_lately_is_named_and_another_school_only_counted(client, college):
    mine, older = asked(college, college.placement(), 3), asked(college, college.placement(), 31)
    elsewhere = college.placement()
    other = Organisation.objects.create(kind="school", name="Hilltop College")
    SchoolEmployer.objects.create(school=other, employer=college.site.employer)
    Placement.objects.filter(pk=elsewhere.pk).update(school=other)
    asked(college, elsewhere, 5)
    found = approaches_to(college.site.employer, college.coordinator, timezone.now())
    assert (found.own, found.other_schools) == ([mine], 1)
    assert older not in found.own
    client.force_login(college.coordinator.user)
    page = client.get(reverse("placements:request_new", args=[college.placement().public_id]))
    assert "1 other school has asked this firm in the last 30 days." in page.text
    assert f"{mine.placement.coordinator.full_name} asked {college.host.person.full_name} there" in page.text
    assert "Hilltop" not in page.text


def test_where_nobody_has_asked_nothing_is_said(client, college):
    client.force_login(college.coordinator.user)
    page = client.get(reverse("placements:request_new", args=[college.placement().public_id]))
    assert "in the last 30 days" not in page.text
    assert "Think of whether" not in page.text
