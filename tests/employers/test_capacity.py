"""What a host sets itself, for all schools: limits, quiet months, a pause, a goodbye, and what they say of one more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import Capacity, Employer
from employers.rules import Stay, Wishes, next_asking, no_asking, no_room
from employers.workflow import come_back, leave, set_limits

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = NOW.date()
HOST = Actor("link", 1, Role.SUPERVISOR)
OFFICE = Actor("user", 1, Role.COORDINATOR)
MARCH = date(2027, 3, 1), date(2027, 3, 31)
APRIL = date(2027, 4, 1), date(2027, 4, 30)


def stay(learner: int, dates: tuple[date, date], began: date | None = None) -> Stay:
    return Stay(learner, *dates, began=began or dates[0])


# ── One more student ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_host_that_has_set_nothing_takes_everybody():
    assert no_room(Wishes(), stay(1, MARCH), [stay(2, MARCH), stay(3, MARCH)]) is None
    assert no_asking(Wishes(), TODAY) is None


def test_more_students_at_a_time_than_the_host_takes_are_refused_with_the_day():
    others = [stay(2, (date(2027, 3, 20), date(2027, 4, 10)))]
    told = "This host takes 1 student at a time, and on Sat 20 Mar 2027 somebody is there."
    assert no_room(Wishes(at_once=1), stay(1, MARCH), others) == told
    assert no_room(Wishes(at_once=2), stay(1, MARCH), others) is None
    assert no_room(Wishes(at_once=1), stay(1, (date(2027, 4, 11), date(2027, 5, 1))), others) is None


def test_students_who_follow_each_other_are_never_together():
    others = [stay(2, MARCH), stay(3, APRIL)]
    assert no_room(Wishes(at_once=2), stay(1, (MARCH[0], APRIL[1])), others) is None


def test_a_student_is_counted_once_however_many_workplaces_of_the_firm():
    others = [stay(2, MARCH), stay(2, MARCH), stay(1, MARCH)]
    assert no_room(Wishes(at_once=2), stay(1, MARCH), others) is None
    assert no_room(Wishes(a_year=2), stay(1, MARCH), others) is None


def test_one_student_a_year_is_one_who_begins_in_it():
    begun = [stay(2, (date(2026, 12, 1), date(2027, 2, 1)))]
    assert no_room(Wishes(a_year=1), stay(1, MARCH), begun) is None
    told = "This host takes 1 student a year, and has one for 2027."
    assert no_room(Wishes(a_year=1), stay(1, APRIL), [stay(3, MARCH)]) == told


def test_a_pause_and_a_goodbye_are_about_new_students_only():
    paused, left = Wishes(paused_until=date(2027, 4, 1)), Wishes(left_on=TODAY)
    there = stay(1, MARCH, began=date(2027, 1, 4))
    assert no_room(paused, stay(1, MARCH), []) == "This host takes no new student before Thu 1 Apr 2027."
    assert no_room(paused, stay(1, APRIL), []) is None
    assert no_room(left, stay(1, APRIL), []) == "This host takes no students any more."
    assert (no_room(paused, there, []), no_room(left, there, [])) == (None, None)


def test_a_quiet_month_says_when_to_ask_again():
    assert no_asking(Wishes(quiet_months=frozenset({12})), TODAY) is None
    december = date(2026, 12, 3)
    told = "This host wants no requests in December. Ask again from Fri 1 Jan 2027."
    assert no_asking(Wishes(quiet_months=frozenset({12})), december) == told
    assert next_asking(Wishes(quiet_months=frozenset({12, 1})), december) == date(2027, 2, 1)
    every = Wishes(quiet_months=frozenset(range(1, 13)))
    assert no_asking(every, december) == "This host wants no requests in any month."
    paused = Wishes(paused_until=date(2026, 12, 10), quiet_months=frozenset({12}))
    assert no_asking(paused, TODAY) == "This host makes a pause. Ask again from Fri 1 Jan 2027."
    assert no_asking(Wishes(left_on=TODAY), TODAY) == "This host takes no students any more."


days = st.dates(date(2027, 1, 1), date(2027, 12, 31))
stays = st.builds(
    lambda learner, one, two: stay(learner, (min(one, two), max(one, two))), st.integers(1, 6), days, days
)


@given(st.lists(stays, max_size=8), st.integers(1, 4), st.integers(1, 4))
def test_whoever_is_let_in_one_after_the_other_never_breaks_the_limits(asked, at_once, a_year):
    wishes, there = Wishes(at_once=at_once, a_year=a_year), []
    for one in asked:
        if no_room(wishes, one, there) is None:
            there.append(one)
    year = [date(2027, 1, 1) + timedelta(days=number) for number in range(365)]
    assert all(len({one.learner for one in there if one.first <= day <= one.last}) <= at_once for day in year)
    assert len({one.learner for one in there}) <= a_year


@given(stays, st.lists(stays, max_size=8), st.integers(1, 4))
def test_a_refusal_for_too_many_at_once_is_never_without_a_full_day(one, others, at_once):
    free = all(
        len({other.learner for other in others if other.first <= day <= other.last} - {one.learner}) < at_once
        for day in (one.first + timedelta(days=number) for number in range((one.last - one.first).days + 1))
    )
    assert (no_room(Wishes(at_once=at_once), one, others) is None) == free


@given(st.sets(st.integers(1, 12)), days)
def test_the_day_to_ask_again_is_in_no_quiet_month(months, today):
    day = next_asking(Wishes(quiet_months=frozenset(months)), today)
    assert (day is None) == (len(months) == 12)
    assert day is None or (day >= today and day.month not in months)


# ── Setting it ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sofia(cast):
    return cast.insider(Role.OWNER)


@pytest.fixture
def bakery(sofia) -> Employer:
    """A firm without limits of its own yet."""
    return Employer.objects.create(name="Quay Bakery", sort_key="quay bakery", identity="quay bakery")


def rows(employer: Employer):
    found = Transition.objects.filter(noun="capacity", object_id=Capacity.objects.get(employer=employer).pk)
    return list(found.order_by("pk").values_list("verb", "details"))


def test_each_change_is_logged_with_what_is_new_and_the_same_again_is_nothing(sofia, bakery):
    said = {"employer": bakery, "person": sofia.user.person, "by": HOST}
    wishes = Wishes(at_once=2, quiet_months=frozenset({12}))
    assert set_limits(**said, wishes=wishes, seen=None, at=NOW)
    assert not set_limits(**said, wishes=wishes, seen=None, at=NOW)
    later = NOW + timedelta(hours=1)
    paused = Wishes(at_once=2, quiet_months=frozenset({12}), paused_until=date(2027, 1, 15))
    assert set_limits(**said, wishes=paused, seen=NOW, at=later)
    assert rows(bakery) == [
        ("set", {"at_once": 2, "quiet_months": [12]}),
        ("set", {"paused_until": "2027-01-15"}),
    ]
    capacity = Capacity.objects.get(employer=bakery)
    assert (capacity.person, capacity.at, capacity.quiet_months) == (sofia.user.person, later, [12])


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten_unseen(sofia, bakery):
    said = {"employer": bakery, "person": sofia.user.person, "by": HOST}
    set_limits(**said, wishes=Wishes(at_once=2), seen=None, at=NOW)
    with pytest.raises(Refused, match="in the meantime"):
        set_limits(**said, wishes=Wishes(at_once=5), seen=None, at=NOW + timedelta(hours=1))
    assert Capacity.objects.get(employer=bakery).at_once == 2


def test_a_host_leaves_once_and_comes_back_with_its_limits(sofia, bakery):
    said = {"employer": bakery, "person": sofia.user.person, "by": HOST, "at": NOW}
    set_limits(**said, wishes=Wishes(a_year=1), seen=None)
    leave(**said, on=TODAY)
    leave(**said, on=TODAY + timedelta(days=5))
    set_limits(**said, wishes=Wishes(a_year=3), seen=NOW)
    assert Capacity.objects.get(employer=bakery).left_on == TODAY
    come_back(**said)
    come_back(**said)
    capacity = Capacity.objects.get(employer=bakery)
    assert (capacity.left_on, capacity.a_year) == (None, 3)
    assert [verb for verb, _details in rows(bakery)] == ["set", "leave", "set", "come_back"]


def test_only_the_host_sets_its_limits(sofia, bakery):
    said = {"employer": bakery, "person": sofia.user.person, "by": OFFICE, "at": NOW}
    for verb, more in ((set_limits, {"wishes": Wishes(), "seen": None}), (leave, {"on": TODAY}), (come_back, {})):
        with pytest.raises(Refused):
            verb(**said, **more)
    assert not Capacity.objects.filter(employer=bakery).exists()
