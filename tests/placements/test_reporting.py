"""Hours told by phone or on paper and written down by the school (E29): marked, and never over somebody's own word."""

from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.base import ContentFile

from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import HourClaim, WeekConfirmation, WorkEntry
from placements.workflow.reporting import Told, report_week
from placements.workflow.sheets import print_sheet, send_sheet
from placements.workflow.weeks import confirm_week, undo_confirmation
from tests.placements.garage import HOST, MONDAY, STUDENT, answers, at, build, claims, entries, moves, person, work

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY, FRIDAY = (MONDAY + timedelta(days=number) for number in (1, 2, 4))
OFFICE = Actor("user", 2, Role.COORDINATOR)
PHONE, PAPER = WeekConfirmation.Channel.PHONE, WeekConfirmation.Channel.PAPER
LOGGED, CONFIRMED, DISPUTED = WorkEntry.State.LOGGED, WorkEntry.State.CONFIRMED, WorkEntry.State.DISPUTED


@pytest.fixture
def garage():
    found = build()
    found.ada = person("Ada Brandt")
    return found


def day(on: date, starts_at=time(8), ends_at=time(16), pause=30, **more) -> dict:
    return {"day": on, "starts_at": starts_at, "ends_at": ends_at, "break_minutes": pause, "note": "Brakes"} | more


def by_phone(garage, **changes) -> Told:
    return Told(**{"channel": PHONE, "on": FRIDAY, "host": garage.marek.person} | changes)


def report(garage, told=None, key: UUID | None = None, **more) -> list[WorkEntry]:
    values = {"by": OFFICE, "at": at(FRIDAY), "recorded_by": garage.ada, "key": key or uuid4()} | more
    return report_week(placement=garage.lina, week_starts_on=MONDAY, told=told or by_phone(garage), **values)


def stand(entry: WorkEntry) -> tuple:
    entry.refresh_from_db()
    return entry.state, entry.logged_minutes, entry.confirmed_minutes


def said(entry: WorkEntry) -> list[tuple]:
    return [(one.side, one.minutes, one.person.full_name, one.recorded_by) for one in entry.claims.all()]


def test_e29_a_week_told_by_the_host_on_the_phone_is_marked_with_who_said_it_and_who_wrote_it(garage):
    (entry,) = report(garage, days=[day(TUESDAY)])
    week = answers().get()
    assert (entry.origin, *stand(entry)) == ("school", CONFIRMED, 450, 450)
    assert said(entry) == [("host", 450, "Marek Novak", garage.ada)]
    assert (week.person, week.recorded_by, week.channel, week.minutes) == (garage.marek.person, garage.ada, PHONE, 450)
    assert [(row.noun, row.verb, row.to_state) for row in moves().order_by("pk")] == [
        ("hours", "report", "confirmed"),
        ("week", "report", "confirmed"),
    ]
    assert moves().get(noun="week").details == {
        "week": "2026-11-16", "minutes": 450, "logged": 450, "channel": "phone", "told_on": "2026-11-20",
    }  # fmt: skip


def test_e29_what_only_the_student_told_waits_for_the_host(garage):
    (entry,) = report(garage, by_phone(garage, host=None, by_student=True), days=[day(TUESDAY)])
    assert stand(entry) == (LOGGED, 450, None)
    assert said(entry) == [("student", 450, "Lina Kowal", garage.ada)]
    assert answers().count() == 0


def test_e29_a_sheet_with_both_signatures_is_the_word_of_both_and_is_kept_with_the_week(garage):
    sheet = print_sheet(placement=garage.lina, day=MONDAY, by=STUDENT, at=at(MONDAY))
    sheet = send_sheet(sheet=sheet, file=ContentFile(b"%PDF-1"), person=garage.ada, by=OFFICE, at=at(FRIDAY))
    told = by_phone(garage, channel=PAPER, by_student=True, sheet=sheet)
    first, second = report(garage, told, days=[day(MONDAY), day(TUESDAY, ends_at=time(12), pause=0)])
    assert (stand(first), stand(second)) == ((CONFIRMED, 450, 450), (CONFIRMED, 240, 240))
    assert [one[0] for one in said(first)] == ["student", "host"]
    sheet.refresh_from_db()
    week = answers().get()
    assert (week.channel, week.document, week.minutes, sheet.recorded_at) == (PAPER, sheet.document, 690, at(FRIDAY))


def test_e29_the_host_answers_by_phone_for_days_that_the_student_has_logged(garage):
    monday, tuesday = work(garage.lina, MONDAY), work(garage.lina, TUESDAY)
    report(garage, answers={monday.pk: (450, ""), tuesday.pk: (400, "Left earlier")})
    assert (stand(monday), stand(tuesday)) == ((CONFIRMED, 450, 450), (DISPUTED, 450, 400))
    assert moves().get(noun="week").to_state == "disputed"
    with pytest.raises(Refused, match="what was different"):
        report(garage, answers={monday.pk: (400, "")})


def test_e29_a_report_never_writes_over_what_the_host_said_itself(garage):
    entry = work(garage.lina, MONDAY)
    own = confirm_week(
        placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person, by=HOST, at=at(WEDNESDAY)
    )
    with pytest.raises(Refused, match="The host has answered for Mon 16 Nov itself"):
        report(garage, answers={entry.pk: (300, "Left earlier")})
    assert report(garage, answers={entry.pk: (450, "")}) == []
    report(garage, days=[day(TUESDAY)])
    own.refresh_from_db()
    assert (own.channel, own.recorded_by, own.answered_at, own.minutes) == ("link", None, at(WEDNESDAY), 900)
    undo_confirmation(confirmation=own, by=HOST, at=at(WEDNESDAY, 20))
    assert stand(entry) == (LOGGED, 450, None)
    assert stand(entries().get(day=TUESDAY)) == (CONFIRMED, 450, 450)


def test_e29_the_hosts_own_word_later_stands_above_the_report(garage):
    (entry,) = report(garage, days=[day(TUESDAY)])
    confirm_week(
        placement=garage.lina,
        week_starts_on=MONDAY,
        person=garage.marek.person,
        changes={entry.pk: (400, "Left earlier")},
        by=HOST,
        at=at(FRIDAY, 20),
    )
    week = answers().get()
    assert (week.channel, week.recorded_by, stand(entry)[2]) == ("link", None, 400)


def test_e42_a_form_sent_twice_is_written_down_once(garage):
    key, logged = uuid4(), work(garage.lina, MONDAY)
    more = {"key": key, "days": [day(TUESDAY)], "answers": {logged.pk: (450, "")}, "seen": {logged.pk: 450}}
    assert len(report(garage, **more)) == 2
    assert report(garage, **more) == []
    assert (entries().count(), claims().filter(side=HourClaim.Side.HOST).count()) == (2, 2)


def test_e29_times_that_are_logged_are_refused_and_nothing_is_written(garage):
    work(garage.lina, TUESDAY)
    with pytest.raises(Refused, match="already logged work at this time"):
        report(garage, days=[day(MONDAY), day(TUESDAY, time(15), time(18), 0)])
    assert (entries().count(), answers().count()) == (1, 0)


def test_a_day_that_the_student_has_changed_since_is_looked_at_again(garage):
    entry = work(garage.lina, MONDAY)
    with pytest.raises(Refused, match="changed this week"):
        report(garage, answers={entry.pk: (450, "")}, seen={entry.pk: 400})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"host": None}, "Say who told it"),
        ({"channel": "link"}, "by phone or on paper"),
        ({"on": date(2026, 11, 21)}, "still to come"),
        ({"on": date(2026, 11, 15)}, "before the week began"),
    ],
)
def test_a_report_says_who_how_and_when(garage, changes, says):
    with pytest.raises(Refused, match=says):
        report(garage, by_phone(garage, **changes), days=[day(TUESDAY)])


def test_only_people_of_the_host_are_quoted_and_only_coordinator_and_teacher_write(garage):
    with pytest.raises(Refused, match="does not work at the host"):
        report(garage, by_phone(garage, host=person("Zeno Far")), days=[day(TUESDAY)])
    for role in (Role.STUDENT, Role.SUPERVISOR, Role.HEAD):
        with pytest.raises(Refused):
            report(garage, days=[day(TUESDAY)], by=Actor("user", 3, role))
    with pytest.raises(Refused, match="your own days"):
        report(garage, days=[day(TUESDAY)], by=Actor("user", 3, Role.TEACHER), recorded_by=garage.lina.learner)
    assert len(report(garage, days=[day(TUESDAY)], by=Actor("user", 3, Role.TEACHER))) == 1


def test_e44_a_day_of_the_report_is_looked_at_like_every_other(garage):
    with pytest.raises(Refused, match="more than 12 hours"):
        report(garage, days=[day(TUESDAY, time(6), time(19), 0)])
    with pytest.raises(Refused, match="another week"):
        report(garage, days=[day(MONDAY - timedelta(days=1))])
    with pytest.raises(Refused, match="still to come"):
        report(garage, days=[day(MONDAY + timedelta(days=6))])
