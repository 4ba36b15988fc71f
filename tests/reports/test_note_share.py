"""Indicator K9: changes of coordinator with a note that was read, counted as the page of hand-overs says it."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.access import person_of
from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor
from employers.models import SchoolEmployer
from placements.models import HandOver, Placement
from placements.workflow.caseload import take_over
from reports.indicators import K9
from reports.queries.hand_overs import note_share
from tests.placements import college
from tests.placements.college import NOW
from tests.reports.test_hand_overs import handed

LATER = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def school(db):
    return college.build()


@pytest.fixture
def office(client, school):
    client.force_login(school.coordinator.user)
    return client


@pytest.fixture
def paz(school):
    return college.member("Paz Ito", Role.COORDINATOR, school.school)


@pytest.fixture
def colleague(paz) -> Person:
    return person_of(paz)


@pytest.fixture
def firm(school) -> SchoolEmployer:
    return SchoolEmployer.objects.get(school=school.school)


def read(hand_over: HandOver, member) -> HandOver:
    take_over(hand_over=hand_over, person=person_of(member), by=Actor("user", member.user_id, Role.COORDINATOR), at=NOW)
    return hand_over


def share(viewer, today=LATER.date()) -> tuple:
    found = note_share(viewer, today=today)
    return found.done, found.n, found.missing, found.percent


def test_k9_is_the_share_of_changes_of_coordinator_with_a_note_that_was_read(school, colleague, paz):
    """Five placements change hands: three with a note that was read, one with a note not read yet, and one that the
    colleague took alone, without a note."""
    five = [school.placement() for _number in range(5)]
    read(handed(school, colleague, *five[:3]).hand_over, paz)
    handed(school, colleague, five[3])
    handed(school, colleague, five[4], giver=colleague, note="")
    assert share(school.coordinator) == (3, 5, 0, 60)
    assert (K9.name, K9.version, note_share(school.coordinator, today=NOW.date()).definition) == ("K9", 1, K9)


def test_k9_counts_no_first_coordinator_no_firm_and_no_placement_that_was_over(school, colleague, firm):
    first, over = school.placement(), school.placement()
    Placement.objects.filter(pk=first.pk).update(coordinator=None)
    Placement.objects.filter(pk=over.pk).update(state="ended")
    handed(school, colleague, Placement.objects.get(pk=first.pk), Placement.objects.get(pk=over.pk), firms=[firm])
    assert share(school.coordinator) == (0, 0, 0, None)


def test_k9_of_fewer_than_five_changes_is_not_said(school, office, colleague):
    handed(school, colleague, *(school.placement() for _number in range(4)))
    assert share(school.coordinator) == (0, 4, 0, None)
    page = office.get(reverse("reports:hand_overs")).content.decode()
    assert "Too few to say: 4 of 5" in page


def test_k9_looks_back_365_days_and_says_what_is_not_known_any_more(school, colleague, paz):
    placement = school.placement()
    read(handed(school, colleague, placement).hand_over, paz)
    assert share(school.coordinator, date(2027, 11, 23))[:3] == (1, 1, 0)
    assert share(school.coordinator, date(2027, 11, 24))[:3] == (0, 0, 0)
    HandOver.objects.all().delete()
    assert share(school.coordinator)[:3] == (0, 0, 1)


def test_both_numbers_of_k9_open_the_hand_overs_behind_them(time_machine, school, office, colleague, paz, firm):
    time_machine.move_to(LATER)
    good = read(handed(school, colleague, *(school.placement() for _number in range(4))).hand_over, paz)
    bad = handed(school, colleague, school.placement()).hand_over
    handed(school, colleague, firms=[firm])
    page = office.get(reverse("reports:hand_overs"))
    assert [fact[1] for fact in page.context["facts"]] == [4, 1, "80 %"]
    for (_label, _number, *url), expected in zip(page.context["facts"], ([good], [bad]), strict=False):
        listed = office.get(reverse("reports:hand_overs") + url[0])
        assert [one for one, _what in listed.context["rows"]] == expected


def test_k9_of_another_school_is_not_counted(cast, school, colleague):
    handed(school, colleague, school.placement())
    assert share(cast.insider(Role.COORDINATOR))[:3] == (0, 0, 0)
