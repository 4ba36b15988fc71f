"""What keeps letters few: hours, no-contact months, choices and caps, to the minute and to the letter."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employers.rules import Wishes
from reminders.due import few
from reminders.due.few import Limits, Tally, decide, first_moment, over_cap
from reminders.due.lines import Line, Verdict
from reminders.due.reach import WORKING_WEEK, Reach
from reminders.kinds import APART
from reminders.models import Kind, MessageClass, Reader, Reason

CHRISTMAS = frozenset(date(2026, 12, 24) + timedelta(days=day) for day in range(11))
WORKPLACE = Reach(zone=ZoneInfo("Europe/Paris"), weekdays=WORKING_WEEK, closed=CHRISTMAS)
HOST = Limits(reach=WORKPLACE)


def utc(month: int, day: int, hour: int = 8, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def line(due_at: datetime, kind: Kind = Kind.CONFIRM, name: str = "ask") -> Line:
    return Line(kind=kind, subject=1, person=2, school=3, reader=Reader.HOST, round=name, due_at=due_at)


def verdict(one: Line, now: datetime, limits: Limits = HOST, series: tuple[Line, ...] = ()) -> Verdict:
    return decide(one, series or (one,), limits, closed=Reason.DONE, now=now)


@pytest.mark.parametrize("closed", [Reason.DONE, Reason.OVER])
def test_what_no_fact_asks_for_any_more_is_skipped_with_the_reason(closed):
    assert decide(None, [], HOST, closed=closed, now=utc(11, 13)) == Verdict("skip", closed)


# ── Hours and free days ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_due_on_friday_night_waits_for_monday_morning():
    asked = line(utc(11, 13, 19, 30))
    assert verdict(asked, utc(11, 13, 19, 30)) == Verdict("wait", Reason.QUIET, utc(11, 16, 7))
    assert verdict(asked, utc(11, 16, 7)) == Verdict("send")


def test_what_free_days_have_held_up_is_not_late_but_three_days_after_them_it_is():
    asked = line(utc(12, 23, 20))
    assert verdict(asked, utc(12, 29, 9)) == Verdict("wait", Reason.QUIET, utc(1, 4, 7, year=2027))
    assert verdict(asked, utc(1, 4, 7, year=2027)) == Verdict("send")
    assert verdict(asked, utc(1, 7, 7, year=2027)) == Verdict("send")
    assert verdict(asked, utc(1, 7, 7, 1, year=2027)) == Verdict("skip", Reason.TOO_LATE)


def test_of_two_rounds_that_fell_on_free_days_the_newer_one_is_sent():
    first, second = line(utc(12, 28, 8), name="+2"), line(utc(12, 30, 8), name="+4")
    now = utc(1, 4, 7, year=2027)
    assert [verdict(one, now, series=(first, second)).reason for one in (first, second)] == [Reason.NEWER, ""]


@pytest.mark.parametrize("kind", APART)
def test_what_cannot_wait_goes_at_night_and_on_christmas_day(kind):
    at = utc(12, 25, 23)
    everything = frozenset(MessageClass)
    assert verdict(line(at, kind), at, Limits(reach=WORKPLACE, unwanted=everything)) == Verdict("send")


# ── Months without questions ─────────────────────────────────────────────────────────────────────────────────────────

SUMMER = Limits(reach=WORKPLACE, wishes=Wishes(quiet_months=frozenset({7, 8})))


def test_a_host_is_asked_for_a_place_after_its_quiet_months_and_for_hours_at_once():
    at = utc(7, 31, 10)
    september = utc(9, 1, 6)
    assert verdict(line(at, Kind.REQUEST), at, SUMMER) == Verdict("wait", Reason.NO_CONTACT, september)
    assert verdict(line(at, Kind.REQUEST), september, SUMMER) == Verdict("send")
    assert verdict(line(at), at, SUMMER) == Verdict("send")


def test_a_host_in_a_pause_is_asked_after_it_and_one_that_has_left_never():
    at = utc(11, 24, 10)
    paused = Limits(reach=WORKPLACE, wishes=Wishes(paused_until=date(2026, 12, 5)))
    assert verdict(line(at, Kind.REQUEST), at, paused) == Verdict("wait", Reason.NO_CONTACT, utc(12, 7, 7))
    for wishes in (Wishes(left_on=date(2026, 11, 1)), Wishes(quiet_months=frozenset(range(1, 13)))):
        never = Limits(reach=WORKPLACE, wishes=wishes)
        assert verdict(line(at, Kind.REQUEST), at, never) == Verdict("skip", Reason.NO_CONTACT)


def test_the_night_in_a_month_with_questions_is_only_a_night():
    at = utc(6, 15, 22)
    assert verdict(line(at, Kind.REQUEST), at, SUMMER) == Verdict("wait", Reason.QUIET, utc(6, 16, 6))


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
    months=st.frozensets(st.integers(1, 12), max_size=11),
    paused=st.none() | st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    kind=st.sampled_from([Kind.REQUEST, Kind.CONFIRM]),
)
def test_the_first_moment_is_not_earlier_is_one_itself_and_keeps_to_hours_and_months(moment, months, paused, kind):
    limits = Limits(reach=WORKPLACE, wishes=Wishes(quiet_months=months, paused_until=paused))
    found = first_moment(kind, moment, limits)
    assert found is not None
    assert found >= moment
    assert first_moment(kind, found, limits) == found
    local = found.astimezone(WORKPLACE.zone)
    assert 8 <= local.hour < 20
    assert local.weekday() < 5
    if kind == Kind.REQUEST:
        assert local.month not in months
        assert paused is None or local.date() >= paused


# ── Choices ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "message_class"),
    [
        (Kind.REQUEST, MessageClass.PLACES),
        (Kind.CONFIRM, MessageClass.TASKS),
        (Kind.SIGN, MessageClass.TASKS),
        (Kind.CREDITED, MessageClass.NEWS),
    ],
)
def test_a_class_that_a_reader_does_without_is_not_sent_and_the_others_are(kind, message_class):
    at = utc(11, 24, 10)
    for other in MessageClass:
        found = verdict(line(at, kind), at, Limits(reach=WORKPLACE, unwanted=frozenset({other})))
        assert found == (Verdict("skip", Reason.NOT_WANTED) if other == message_class else Verdict("send"))


def test_without_reminders_a_reader_is_asked_once():
    first, second = line(utc(11, 20, 17)), line(utc(11, 24, 8), name="+2")
    limits = Limits(reach=WORKPLACE, unwanted=frozenset({MessageClass.REMINDERS}))
    assert verdict(first, utc(11, 20, 17), limits, (first, second)) == Verdict("send")
    assert verdict(second, utc(11, 24, 8), limits, (first, second)) == Verdict("skip", Reason.NOT_WANTED)


def test_what_the_school_sends_once_more_is_a_reminder_too():
    again = line(utc(11, 24, 8), name="again 2026-11-24")
    limits = Limits(reach=WORKPLACE, unwanted=frozenset({MessageClass.REMINDERS}))
    assert verdict(again, utc(11, 24, 8), limits, (line(utc(11, 25)), again)) == Verdict("skip", Reason.NOT_WANTED)


# ── Caps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_last_letter_about_a_placement_still_goes_and_all_that_is_in_it():
    limits = Limits(reach=WORKPLACE, about=Tally(had=29, most=30), year=Tally(had=0, most=60))
    assert [over_cap(letter, limits) for letter in ("a", "a", "b")] == [None, None, Reason.CAP_PLACEMENT]
    assert limits.year.coming == {"a"}


def test_the_last_letter_of_a_year_still_goes():
    limits = Limits(reach=WORKPLACE, about=Tally(had=0, most=30), year=Tally(had=59, most=60))
    assert [over_cap(letter, limits) for letter in ("a", "b")] == [None, Reason.CAP_HOST]
    assert limits.about.coming == {"a"}


def test_without_a_host_nothing_is_counted():
    assert [over_cap(letter, HOST) for letter in range(100)] == [None] * 100


@pytest.mark.parametrize(("weeks", "most"), [(1, 30), (9, 30), (18, 30), (19, 31), (40, 52)])
def test_a_long_placement_may_ask_once_a_week_to_its_end(weeks, most):
    assert few.most_about(weeks) == most


@pytest.mark.parametrize(("guides", "most"), [(0, 60), (1, 60), (20, 1200)])
def test_a_firm_with_many_people_who_guide_gets_more_letters_than_a_small_one(guides, most):
    assert few.most_a_year(guides) == most
