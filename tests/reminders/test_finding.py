"""Letters before there is a placement: firms are asked for places, and students for what they wish."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from core.workflow import Actor
from employers.models import Capacity, Employer, Offer, Round, SchoolEmployer
from employers.workflow import not_this_year, offer_places
from employers.workflow.rounds import close_round, open_round
from placements.workflow import wishing
from placements.workflow.matching import make_matching, say_wish
from placements.workflow.wishing import Wishes
from reminders.due.calendar import Calendar
from reminders.due.finding import ToOffer, ToTell
from reminders.models import Due, Kind, Outbox
from tests.placements.college import NOW, by_party
from tests.reminders.conftest import World, post, sweep, utc
from tests.reminders.test_sweeping import waiting

LONDON = Calendar(ZoneInfo("Europe/London"), frozenset({date(2027, 2, 16)}))
WHO = {"person": 1, "school": 2, "placement": 0}


def in_2027(month: int, day: int, hour: int = 8, minute: int = 0) -> datetime:
    return utc(month, day, hour, minute, year=2027)


def told(now: datetime, kind: Kind) -> list[tuple[str, str]]:
    """What a sweep decides about letters of this kind."""
    return [(name, decision) for letter, name, decision in sweep(now) if letter == kind]


# ── When, to the minute ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_firm_is_asked_for_places_120_105_and_90_days_before_the_period_on_a_working_day():
    fact = ToOffer(**WHO, asked=9, starts_on=date(2027, 6, 1), opened_at=in_2027(1, 10, 15))
    assert [(line.round, line.due_at) for line in fact.lines(LONDON)] == [
        ("D-120", in_2027(2, 1)),
        ("D-105", in_2027(2, 15)),
        ("D-90", in_2027(3, 3)),
    ]
    assert {(line.kind, line.subject, line.reader) for line in fact.lines(LONDON)} == {(Kind.CAPACITY, 9, "host")}


def test_a_round_that_is_opened_late_asks_at_once():
    opened_at = in_2027(1, 10, 15)
    fact = ToOffer(**WHO, asked=9, starts_on=date(2027, 2, 1), opened_at=opened_at)
    assert [(line.round, line.due_at) for line in fact.lines(LONDON)] == [
        ("ask", opened_at), ("+15", in_2027(1, 25)),
    ]  # fmt: skip


def test_a_student_is_asked_for_wishes_75_68_and_60_days_before_the_batch_starts():
    fact = ToTell(**WHO, row=9, starts_on=date(2027, 6, 1), joined_at=in_2027(3, 17, 15))
    assert [(line.round, line.due_at) for line in fact.lines(LONDON)] == [
        ("D-75", in_2027(3, 18)),
        ("D-68", in_2027(3, 25)),
        ("D-60", datetime(2027, 4, 2, 7, tzinfo=UTC)),
    ]
    assert {(line.kind, line.subject, line.reader) for line in fact.lines(LONDON)} == {(Kind.READY, 9, "student")}


@pytest.mark.parametrize(
    ("joined_at", "starts_on", "asked"),
    [
        # The first day is a Thursday: who joins in its morning is too late for it.
        (in_2027(3, 18, 7), date(2027, 6, 1), [("ask", in_2027(3, 19)), ("+5", in_2027(3, 26))]),
        (in_2027(3, 20, 10), date(2027, 6, 1), [("ask", in_2027(3, 22)), ("+5", in_2027(3, 29, 7))]),
        # Less than 60 days before; Tuesday 16 February is no working day.
        (in_2027(2, 12, 15), date(2027, 3, 1), [("ask", in_2027(2, 15)), ("+5", in_2027(2, 23))]),
        # No letter on the first day or after it.
        (in_2027(2, 22, 15), date(2027, 3, 2), [("ask", in_2027(2, 23))]),
        (in_2027(2, 26, 15), date(2027, 3, 1), []),
    ],
)
def test_who_joins_a_batch_late_is_asked_the_next_morning_and_5_working_days_later_but_not_once_it_has_started(
    joined_at, starts_on, asked
):
    fact = ToTell(**WHO, row=9, starts_on=starts_on, joined_at=joined_at)
    assert [(line.round, line.due_at) for line in fact.lines(LONDON)] == asked


# ── Firms ────────────────────────────────────────────────────────────────────────────────────────────────────────────

FIRST, LAST = date(2027, 6, 1), date(2027, 7, 30)
ASK, AGAIN, ONCE_MORE = in_2027(2, 1), in_2027(2, 16), in_2027(3, 3)


@pytest.fixture
def asked(world) -> Round:
    """The garage of the college is asked; its supervisor has no account."""
    Offer.objects.filter(school=world.college.school).update(withdrawn_at=NOW)
    return open_round(
        school=world.college.school, starts_on=FIRST, ends_on=LAST, public_id=uuid4(),
        firms={world.college.site.employer_id: world.college.host.person_id},
        person=world.college.coordinator.user.person, by=world.college.office, at=NOW,
    )  # fmt: skip


def offer(world: World, at: datetime) -> None:
    offer_places(
        school=world.college.school, site=world.college.site, title="Brakes", starts_on=FIRST, ends_on=LAST, places=2,
        occupation_codes=[], by=Actor("link", 1, Role.SUPERVISOR), at=at,
    )  # fmt: skip


def test_a_silent_firm_gets_three_letters_with_a_link_and_no_more(world, asked):
    assert told(NOW, Kind.CAPACITY) == []
    assert waiting(Kind.CAPACITY) == [("D-120", "02-01 08:00"), ("D-105", "02-16 08:00"), ("D-90", "03-03 08:00")]
    assert told(ASK, Kind.CAPACITY) == [("D-120", "send")]
    post(ASK)
    (letter,) = mail.outbox
    assert letter.subject == "Can you take students? Please say how many, or not this year"
    assert "Cora Diaz asks whether Novak Garage can take students between Tue 1 Jun and Fri 30 Jul 2027." in letter.body
    assert letter.reply_to == ["cora.diaz@college.test"]
    assert told(AGAIN, Kind.CAPACITY) == [("D-105", "send")]
    assert told(ONCE_MORE, Kind.CAPACITY) == [("D-90", "send")]
    assert told(in_2027(4, 1), Kind.CAPACITY) == []
    assert Due.objects.filter(kind=Kind.CAPACITY).count() == 3


def test_the_link_opens_the_page_on_which_places_are_offered_with_the_weeks_filled_in(world, asked):
    told(ASK, Kind.CAPACITY)
    post(ASK)
    (url,) = [line for line in mail.outbox[0].body.splitlines() if "/link/" in line]
    with time_machine.travel(ASK + timedelta(hours=1), tick=False):
        page = Client().get(url.removeprefix("http://127.0.0.1:8000"))
        assert "Test College asks for places from" in page.text
        form = page.context["form"]
        assert (form["starts_on"].value(), form["ends_on"].value()) == (FIRST, LAST)


def test_an_offer_a_no_and_a_round_that_is_closed_end_the_letters(world, asked):
    told(ASK, Kind.CAPACITY)
    offer(world, in_2027(2, 3))
    assert told(AGAIN, Kind.CAPACITY) == [("D-105", "done")]
    Offer.objects.update(withdrawn_at=in_2027(2, 20))
    not_this_year(
        school=world.college.school, employer=world.college.site.employer, reason="time",
        by=Actor("link", 1, Role.SUPERVISOR), at=in_2027(2, 21),
    )  # fmt: skip
    assert told(ONCE_MORE, Kind.CAPACITY) == [("D-90", "done")]


def test_a_round_that_is_closed_asks_nobody(world, asked):
    told(NOW, Kind.CAPACITY)
    close_round(round=asked, by=world.college.office, at=in_2027(1, 5))
    assert told(ASK, Kind.CAPACITY) == [("D-120", "done")]
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("why", ["suspended", "closed", "gone"])
def test_a_firm_where_nobody_goes_and_a_person_who_has_left_get_no_letter(world, asked, why):
    told(NOW, Kind.CAPACITY)
    if why == "suspended":
        SchoolEmployer.objects.filter(school=world.college.school).update(suspended_at=NOW)
    elif why == "closed":
        Employer.objects.filter(pk=world.college.site.employer_id).update(closed_on=NOW.date())
    else:
        world.college.host.ends_on = date(2027, 1, 1)
        world.college.host.save()
    assert told(ASK, Kind.CAPACITY) == [("D-120", "done")]


def test_after_the_person_who_was_asked_is_erased_nobody_gets_the_letters_that_were_left(world, asked):
    told(NOW, Kind.CAPACITY)
    asked.firms.update(person=None)
    assert told(ASK, Kind.CAPACITY) == [("D-120", "done")]


def test_in_a_quiet_month_the_question_waits_for_the_next_one(world, asked):
    Capacity.objects.create(employer=world.college.site.employer, quiet_months=[2], at=NOW)
    told(NOW, Kind.CAPACITY)
    assert told(ASK, Kind.CAPACITY) == [("D-120", "no_contact")]
    assert waiting(Kind.CAPACITY)[0] == ("D-105", "02-16 08:00")
    assert told(in_2027(3, 1), Kind.CAPACITY) == [("D-105", "newer"), ("D-120", "send")]


# ── Students ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def batch(world):
    return make_matching(
        school=world.college.school, name="June", starts_on=FIRST, ends_on=LAST, enrolments=[world.college.enrolment],
        person=world.college.coordinator.user.person, by=world.college.office, at=NOW,
    )  # fmt: skip


def test_a_student_who_has_said_nothing_gets_three_letters_and_no_more(world, batch):
    assert told(NOW, Kind.READY) == []
    assert told(in_2027(3, 18), Kind.READY) == [("D-75", "send")]
    post(in_2027(3, 18))
    (letter,) = mail.outbox
    assert letter.to == ["nia.berg@college.test"]
    assert letter.subject == "Please say what you wish for your next place"
    assert "It counts when you say it by Fri 2 Apr." in letter.body
    assert reverse("placements:wishes") in letter.body
    assert told(in_2027(3, 25), Kind.READY) == [("D-68", "send")]
    assert told(datetime(2027, 4, 2, 7, tzinfo=UTC), Kind.READY) == [("D-60", "send")]
    assert told(in_2027(5, 1), Kind.READY) == []


def test_who_has_said_it_is_not_asked_nor_is_one_for_whom_the_school_has(world, batch):
    told(in_2027(3, 18), Kind.READY)
    wishing.tell_wishes(
        enrolment=world.college.enrolment, wishes=Wishes(most_km=5), agrees=False, by=by_party("student"),
        at=in_2027(3, 19),
    )  # fmt: skip
    assert told(in_2027(3, 25), Kind.READY) == [("D-68", "done")]


def test_what_the_school_wrote_down_is_enough(world, batch):
    say_wish(row=batch.students.get(), wishes=Wishes(), priority=False, by=world.college.office, at=NOW)
    told(NOW, Kind.READY)
    assert told(in_2027(3, 18), Kind.READY) == []


def test_who_has_a_place_by_then_is_not_asked(world, batch):
    told(NOW, Kind.READY)
    world.college.placement(starts_on=FIRST, ends_on=LAST)
    assert told(in_2027(3, 18), Kind.READY) == [("D-75", "done")]


@pytest.fixture
def late(world):
    """Made 40 days before it starts, on a Thursday."""
    return make_matching(
        school=world.college.school, name="June", starts_on=FIRST, ends_on=LAST, enrolments=[world.college.enrolment],
        person=world.college.coordinator.user.person, by=world.college.office, at=in_2027(4, 22),
    )  # fmt: skip


ASKED_LATE, AND_AGAIN = in_2027(4, 23, 7), in_2027(4, 30, 7)


def test_the_students_of_a_batch_that_is_made_late_are_asked_the_next_morning_and_once_more(world, late):
    assert told(in_2027(4, 22), Kind.READY) == []
    assert told(ASKED_LATE, Kind.READY) == [("ask", "send")]
    post(ASKED_LATE)
    (letter,) = mail.outbox
    assert "It counts when you say it by" not in letter.body
    assert told(AND_AGAIN, Kind.READY) == [("+5", "send")]
    assert told(in_2027(5, 31), Kind.READY) == []


def test_who_has_a_place_by_then_is_not_reminded_of_a_late_batch(world, late):
    assert told(ASKED_LATE, Kind.READY) == [("ask", "send")]
    world.college.placement(starts_on=FIRST, ends_on=LAST)
    assert told(AND_AGAIN, Kind.READY) == [("+5", "done")]
