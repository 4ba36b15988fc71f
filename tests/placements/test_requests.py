"""A planned placement is put to a host: asked, answered, taken back, lapsed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from accounts.models import ClosedDay
from accounts.roles import Role
from core.workflow import Actor, Refused
from employers.models import Employer, SchoolEmployer, Site, Supervisor
from placements.access import visible_to
from placements.models import HostRequest, Placement
from placements.rules.plan import Shift, usual_week
from placements.rules.requesting import age_group, answer_by
from placements.workflow import cancel, propose, requesting
from tests.placements import college as colleges
from tests.placements.college import NOW, WEEKDAYS

HOST = Actor("link", 1, Role.SUPERVISOR)
State = HostRequest.State


@pytest.fixture
def college(db):
    return colleges.build()


@pytest.fixture
def placement(college):
    return college.placement()


@pytest.fixture
def request_(college, placement):
    return ask(college, placement)


def ask(college, placement, site=None, person=None, at=NOW):
    return requesting.ask(
        placement=placement, site=site or college.site, person=person or college.host.person, by=college.office, at=at
    )


def other_host(college) -> Supervisor:
    employer = Employer.objects.create(name="Quay Motors", sort_key="quay motors", identity="name:GB:quay motors:")
    SchoolEmployer.objects.create(school=college.school, employer=employer)
    site = Site.objects.create(employer=employer, address="Quay 3", address_key="3 quay")
    member = colleges.member("Rita Solberg", Role.SUPERVISOR, college.school, "quay.test")
    return Supervisor.objects.create(person=member.user.person, site=site)


def test_an_answer_is_due_within_five_working_days_of_the_school():
    assert answer_by(date(2026, 11, 24), set()) == date(2026, 12, 1)
    assert answer_by(date(2026, 11, 24), {date(2026, 11, 30)}) == date(2026, 12, 2)
    assert answer_by(date(2026, 11, 28), set()) == date(2026, 12, 4)


def test_the_host_learns_an_age_group_and_no_birthday():
    born = date(2009, 6, 1)
    groups = [str(age_group(born, date(*day))) for day in ((2025, 5, 31), (2025, 6, 1), (2027, 5, 31), (2027, 6, 1))]
    assert groups == ["Under 16", "16 or 17", "16 or 17", "18 or older"]
    assert age_group(None, date(2027, 1, 1)) == ""


def test_the_usual_week_is_the_one_that_comes_most_often():
    at_work = {"starts_at": time(8), "ends_at": time(15, 30), "break_minutes": 30, "zone": "Europe/London"}
    days = {"starts_on": date(2027, 1, 6), "ends_on": date(2027, 2, 28)}
    assert usual_week([]) == 0
    assert usual_week([Shift(weekday=day, **at_work, **days) for day in range(5)]) == 5 * 7 * 60
    once = {"starts_on": date(2027, 1, 9), "ends_on": date(2027, 1, 9)}
    assert usual_week([Shift(weekday=2, **at_work, **days), Shift(weekday=5, **at_work, **once)]) == 7 * 60


def test_the_school_asks_one_person_once(college, placement):
    first = ask(college, placement)
    assert (first.state, first.answer_by, first.person) == (State.OPEN, date(2026, 12, 1), college.host.person)
    assert ask(college, placement) == first
    assert [(move.verb, move.to_state, move.details) for move in college.moves.filter(noun="request")] == [
        ("ask", "open", {"answer_by": "2026-12-01"})
    ]
    with pytest.raises(Refused, match="Another request is still open"):
        ask(college, placement, other_host(college).site, other_host_person())


def other_host_person():
    return Supervisor.objects.get(site__address="Quay 3").person


def test_nobody_is_asked_who_does_not_work_there_and_no_barred_host(college, placement):
    with pytest.raises(Refused, match="does not work there"):
        ask(college, placement, person=college.teacher.user.person)
    SchoolEmployer.objects.filter(school=college.school).update(suspended_at=NOW)
    with pytest.raises(Refused, match="no new placements at this host"):
        ask(college, placement)
    SchoolEmployer.objects.filter(school=college.school).update(suspended_at=None)
    Employer.objects.filter(pk=college.site.employer_id).update(closed_on=NOW.date())
    college.site.refresh_from_db()
    with pytest.raises(Refused, match="This firm has closed"):
        ask(college, placement)


def test_nobody_is_asked_once_the_agreement_was_sent_or_the_placement_is_off(college, placement):
    college.asked(placement)
    with pytest.raises(Refused, match="was sent already"):
        ask(college, placement)
    cancelled = college.placement()
    cancel(placement=cancelled, reason="No", by=college.office, at=NOW)
    with pytest.raises(Refused, match="Only a planned placement"):
        ask(college, cancelled)


def test_only_the_office_asks_and_only_the_host_answers(college, placement, request_):
    with pytest.raises(Refused, match="may not"):
        requesting.ask(placement=placement, site=college.site, person=college.host.person, by=HOST, at=NOW)
    with pytest.raises(Refused, match="may not"):
        requesting.accept(request=request_, by=college.office, at=NOW)
    with pytest.raises(Refused, match="may not"):
        requesting.take_back(request=request_, by=HOST, at=NOW)


def test_yes_twice_is_yes_and_no_after_yes_is_a_clear_conflict(placement, request_):
    requesting.accept(request=request_, by=HOST, at=NOW)
    requesting.accept(request=request_, by=HOST, at=NOW + timedelta(minutes=1))
    request_.refresh_from_db()
    placement.refresh_from_db()
    assert (request_.state, request_.answered_at, placement.state) == (State.ACCEPTED, NOW, Placement.State.PLANNED)
    with pytest.raises(Refused, match="You have said yes already"):
        requesting.decline(request=request_, reason="full", by=HOST, at=NOW)


def test_no_with_its_reason_is_kept_once_and_another_no_is_a_conflict(college, placement, request_):
    for _twice in range(2):
        requesting.decline(request=request_, reason="full", text=" Next year,\n gladly. ", by=HOST, at=NOW)
    request_.refresh_from_db()
    placement.refresh_from_db()
    assert (request_.state, request_.decline, request_.text) == (State.DECLINED, "full", "Next year, gladly.")
    assert placement.state == Placement.State.PLANNED
    assert [(move.verb, move.details) for move in college.moves.filter(noun="request", verb="decline")] == [
        ("decline", {"decline": "full"})
    ]
    for again in ({"reason": "time", "text": "Next year, gladly."}, {"reason": "full"}):
        with pytest.raises(Refused, match="You have said no already"):
            requesting.decline(request=request_, by=HOST, at=NOW, **again)
    with pytest.raises(Refused, match="choose a reason"):
        requesting.decline(request=request_, reason="", by=HOST, at=NOW)


def test_the_host_takes_an_answer_back_within_24_hours(request_):
    requesting.decline(request=request_, reason="dates", by=HOST, at=NOW)
    requesting.undo(request=request_, by=HOST, at=NOW + timedelta(hours=24))
    request_.refresh_from_db()
    assert (request_.state, request_.answered_at, request_.decline) == (State.OPEN, None, "")
    requesting.accept(request=request_, by=HOST, at=NOW + timedelta(hours=25))
    with pytest.raises(Refused, match="24 hours"):
        requesting.undo(request=request_, by=HOST, at=NOW + timedelta(hours=49, minutes=1))


def test_an_answer_taken_back_on_the_last_day_leaves_a_working_day(request_):
    last = datetime(2026, 12, 1, 16, tzinfo=UTC)
    requesting.accept(request=request_, by=HOST, at=last)
    requesting.undo(request=request_, by=HOST, at=last + timedelta(hours=1))
    assert request_.answer_by == date(2026, 12, 2)


def test_nothing_is_taken_back_once_the_school_has_gone_on(college, placement, request_):
    requesting.accept(request=request_, by=HOST, at=NOW)
    propose(agreement=college.plan(placement).agreement, sign_by=date(2026, 12, 20), by=college.office, at=NOW)
    with pytest.raises(Refused, match="gone on"):
        requesting.undo(request=request_, by=HOST, at=NOW)


def test_a_no_is_not_taken_back_once_the_next_host_was_asked(college, placement, request_):
    requesting.decline(request=request_, reason="full", by=HOST, at=NOW)
    host = other_host(college)
    ask(college, placement, host.site, host.person, NOW + timedelta(minutes=5))
    with pytest.raises(Refused, match="gone on"):
        requesting.undo(request=request_, by=HOST, at=NOW + timedelta(minutes=10))


def test_the_next_host_takes_the_place_of_the_last_one_in_the_plan(college):
    placement = college.placement(offer=college.offer)
    plan = college.plan(placement, shifts=WEEKDAYS)
    requesting.decline(request=ask(college, placement), reason="full", by=HOST, at=NOW)
    host = other_host(college)
    second = ask(college, placement, host.site, host.person, NOW + timedelta(minutes=5))
    placement.refresh_from_db()
    segment = placement.segments.get()
    assert (placement.employer, placement.offer) == (host.site.employer, None)
    assert (segment.site, segment.supervisor) == (host.site, host)
    plan.refresh_from_db()
    assert plan.planned_minutes == 9 * 5 * 7 * 60
    assert second.state == State.OPEN


def test_a_request_lapses_after_its_last_day_and_not_before(request_):
    with pytest.raises(Refused, match="still has time"):
        requesting.lapse(request=request_, by=Actor.system(), at=datetime(2026, 12, 1, 22, tzinfo=UTC))
    requesting.lapse(request=request_, by=Actor.system(), at=datetime(2026, 12, 2, 0, 1, tzinfo=UTC))
    with pytest.raises(Refused, match="needs no answer"):
        requesting.accept(request=request_, by=HOST, at=datetime(2026, 12, 2, 9, tzinfo=UTC))


def test_a_request_that_was_taken_back_and_one_of_a_cancelled_placement_need_no_answer(college, placement, request_):
    cancel(placement=placement, reason="No", by=college.office, at=NOW)
    request_.refresh_from_db()
    with pytest.raises(Refused, match="needs no answer"):
        requesting.accept(request=request_, by=HOST, at=NOW)
    requesting.lapse(request=request_, by=Actor.system(), at=NOW)
    second = ask(college, college.placement())
    requesting.take_back(request=second, by=college.office, at=NOW)
    with pytest.raises(Refused, match="needs no answer"):
        requesting.decline(request=second, reason="full", by=HOST, at=NOW)


@pytest.mark.parametrize("closed", [date(2026, 11, 25), date(2026, 11, 27)])
def test_a_closed_day_of_the_school_gives_a_day_more(college, placement, closed):
    ClosedDay.objects.create(organisation=college.school, day=closed)
    assert ask(college, placement).answer_by == date(2026, 12, 2)


def test_a_host_that_is_only_asked_does_not_see_the_placement_itself(college, placement):
    supervisor = college.supervisor
    assert placement in visible_to(supervisor)
    request = ask(college, placement)
    assert placement not in visible_to(supervisor)
    requesting.accept(request=request, by=HOST, at=NOW)
    assert placement in visible_to(supervisor)
    assert placement in visible_to(college.student)
