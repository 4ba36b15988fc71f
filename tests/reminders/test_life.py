"""Letters follow the placement's life: its rhythm, its host's silence, its pauses and its end."""

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.models import ContactPoint, Link, Person
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import Employer, SchoolEmployer, Site, Supervisor
from employers.rules import Stop
from placements.models import HostRequest, Placement, PlanVersion, Segment
from placements.workflow import PLACEMENT, Pattern, propose, requesting, resume
from placements.workflow.links import forward
from placements.workflow.stopping import stop_host
from reminders.models import Due, Handled, Kind, Outbox
from tests.placements.college import NOW, by_party, put_name
from tests.reminders.conftest import post, settle, sweep, utc
from tests.reminders.test_sweeping import to_host, waiting

WEDNESDAYS = [date(2027, 1, 6) + timedelta(weeks=week) for week in range(6)]


def colleague(world) -> Person:
    """Somebody else at the garage, without an account."""
    person = Person.objects.create(given_name="Rosa", family_name="Weil", sort_key="weil rosa", language="en")
    ContactPoint.objects.create(person=person, channel="email", address="rosa@garage.test")
    Supervisor.objects.create(person=person, site=world.college.site)
    return person


def wednesdays(world, rhythm: str) -> Placement:
    """At work one day a week, hours confirmed in this rhythm."""
    placement = world.college.placement()
    plan = world.college.plan(placement, shifts=[Pattern(2, time(8), time(15, 30), 30)], rhythm=rhythm)
    for place in propose(agreement=plan.agreement, sign_by=date(2026, 12, 20), by=world.college.office, at=NOW):
        put_name(place)
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.RUNNING)
    placement.refresh_from_db()
    settle()
    return placement


def paths(body: str) -> list[str]:
    """The links of a letter to what it asks for, in their order and each once."""
    found = [word.removeprefix("http://127.0.0.1:8000") for word in body.split() if word.startswith("http")]
    return [path for path in dict.fromkeys(found) if not path.startswith("/letters/")]


# ── A host is asked for a place ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def asked(world):
    placement = world.college.placement()
    world.college.plan(placement)
    settle()
    return requesting.ask(
        placement=placement, site=world.college.site, person=world.college.host.person, by=world.college.office, at=NOW
    )


def test_a_request_makes_a_letter_at_once_with_the_first_name_only(world, asked):
    assert sweep(NOW) == [("request", "ask", "send")]
    post(NOW)
    (letter,) = mail.outbox
    assert letter.to == ["milan.novak@college.test"]
    assert letter.subject == "Can you take a student? Please say yes or no"
    assert "a place for Nia: Novak Garage, Mon 4 Jan to Fri 5 Mar 2027. Programme: Vehicles." in letter.body
    assert "by Tue 1 Dec" in letter.body
    assert "Berg" not in f"{letter.body}{letter.alternatives[0].content}"
    (path,) = paths(letter.body)
    assert Client().post(path).status_code == 302
    asked.refresh_from_db()
    assert asked.state == HostRequest.State.ACCEPTED
    assert sweep(utc(11, 26)) == [("request", "+2", "done")]


def test_a_request_that_was_handed_on_reaches_the_colleague_until_it_is_answered(world, asked):
    sweep(NOW)
    post(NOW)
    link = Link.objects.get()
    by = Actor("link", link.pk, Role.SUPERVISOR)
    forward(link=link, name="Rosa Weil", email="rosa@garage.test", by=by, at=NOW)
    sweep(NOW)
    post(NOW)
    letter = mail.outbox[-1]
    assert (letter.to, letter.subject) == (["rosa@garage.test"], "Your link to answer a request for a place")
    assert Client().post(paths(letter.body)[0]).status_code == 302
    asked.refresh_from_db()
    assert asked.state == HostRequest.State.ACCEPTED
    with pytest.raises(Refused):
        forward(link=link, name="Sam Weil", email="sam@garage.test", by=by, at=NOW)


def test_a_silent_host_is_reminded_twice_then_the_request_lapses(world, asked):
    sweep(NOW)
    assert waiting(Kind.REQUEST) == [("+2", "11-26 08:00"), ("+4", "11-30 08:00")]
    assert sweep(utc(11, 26)) == [("request", "+2", "send")]
    assert sweep(utc(11, 30)) == [("request", "+4", "send")]
    sweep(utc(12, 1, 22))
    asked.refresh_from_db()
    assert asked.state == HostRequest.State.OPEN
    sweep(utc(12, 2, 0, 1))
    asked.refresh_from_db()
    assert (asked.state, asked.placement.state) == (HostRequest.State.LAPSED, Placement.State.PLANNED)


def test_a_no_that_is_taken_back_is_reminded_of_again(world, asked):
    sweep(NOW)
    host = by_party("host")
    requesting.decline(request=asked, reason="full", by=host, at=utc(11, 25, 18))
    assert sweep(utc(11, 26)) == [("request", "+2", "done")]
    requesting.undo(request=asked, by=host, at=utc(11, 26, 9))
    assert sweep(utc(11, 26, 9, 5)) == [("request", "+2", "send")]


def test_the_next_host_is_written_to_and_the_last_one_no_more(world, asked):
    sweep(NOW)
    requesting.decline(request=asked, reason="full", by=by_party("host"), at=utc(11, 25))
    firm = Employer.objects.create(name="Quay Motors", sort_key="quay motors", identity="name:GB:quay motors:")
    SchoolEmployer.objects.create(school=world.college.school, employer=firm)
    site = Site.objects.create(employer=firm, address="Quay 3", address_key="3 quay")
    person = colleague(world)
    Supervisor.objects.create(person=person, site=site)
    placement = Placement.objects.get(pk=asked.placement_id)
    requesting.ask(placement=placement, site=site, person=person, by=world.college.office, at=utc(11, 25, 9))
    sweep(utc(11, 25, 9))
    sweep(utc(11, 27))
    letters = to_host().order_by("day").values_list("person__given_name", "day")
    assert list(letters) == [
        ("Milan", date(2026, 11, 24)), ("Rosa", date(2026, 11, 25)), ("Rosa", date(2026, 11, 27)),
    ]  # fmt: skip


# ── Confirming in the rhythm of the plan ─────────────────────────────────────────────────────────────────────────────


def test_every_four_days_of_work_the_host_gets_one_letter_about_four_weeks(world):
    placement = wednesdays(world, PlanVersion.Rhythm.FOUR_DAYS)
    for day in (WEDNESDAYS[0], *WEDNESDAYS[2:4]):
        world.log(placement, day)
        assert sweep(utc(day.month, day.day, 18, year=2027)) == []
    world.log(placement, WEDNESDAYS[4])
    assert sweep(utc(2, 3, 18, year=2027)) == [("confirm", "ask", "send")] * 4
    assert to_host().count() == 1
    post(utc(2, 3, 18, year=2027))
    assert mail.outbox[-1].subject == "Please confirm the hours of 1 student"


def test_every_month_the_host_is_asked_on_the_last_day_of_work_of_the_month(world):
    placement = wednesdays(world, PlanVersion.Rhythm.MONTHLY)
    for day in WEDNESDAYS[:4]:
        if day.day != 13:
            world.log(placement, day)
    sweep(utc(1, 26, 18, year=2027))
    assert not to_host().exists()
    sweep(utc(1, 27, 18, year=2027))
    assert set(to_host().get().due.values_list("series", flat=True)) == {"2027-01-04", "2027-01-18", "2027-01-25"}


def test_what_is_left_is_asked_for_at_the_end(world):
    placement = wednesdays(world, PlanVersion.Rhythm.FOUR_DAYS)
    world.log(placement, WEDNESDAYS[4])
    Placement.objects.filter(pk=placement.pk).update(ends_on=date(2027, 2, 5))
    sweep(utc(2, 4, year=2027))
    assert ("ask", "02-05 17:00") in waiting(Kind.CONFIRM)


# ── A host that does not answer ──────────────────────────────────────────────────────────────────────────────────────


def test_after_three_letters_a_colleague_is_asked_and_can_answer_the_week(world):
    placement, person = world.running(), colleague(world)
    entry = world.log(placement, date(2027, 1, 4))
    for day in (8, 12, 15):
        sweep(utc(1, day, 19, year=2027))
        post(utc(1, day, 20, year=2027))
    assert set(to_host().values_list("person__given_name", flat=True)) == {"Milan"}
    assert sweep(utc(1, 19, year=2027)) == [("colleague", "+6", "send")]
    mail.outbox.clear()
    post(utc(1, 19, year=2027))
    letter = next(one for one in mail.outbox if one.to == ["rosa@garage.test"])
    assert letter.subject == "Please answer for your colleague: the school has heard nothing"
    assert "Nia Berg, guided by Milan Novak, week from Mon 4 Jan: 7 h." in letter.body
    (path,) = paths(letter.body)
    Link.objects.update(expires_at=utc(12, 31, year=2099))
    assert "Nia Berg" in Client().get(path).content.decode()
    assert Link.objects.get(person=person).forwarded_from.person == world.college.host.person
    world.confirm(placement, entry.day, utc(1, 19, 9, year=2027))
    assert sweep(utc(1, 25, year=2027)) == []


def test_without_a_colleague_nobody_else_is_written_to(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    sweep(utc(1, 8, 19, year=2027))
    assert waiting(Kind.COLLEAGUE) == []


def test_the_colleague_is_asked_for_the_closing_feedback_too(world):
    placement = world.running()
    colleague(world)
    Placement.objects.filter(pk=placement.pk).update(ends_on=date(2027, 1, 8), state=Placement.State.ENDED)
    world.log(placement, date(2027, 1, 8))
    world.confirm(placement, date(2027, 1, 4), utc(1, 8, 19, year=2027))
    sweep(utc(1, 9, year=2027))
    assert waiting(Kind.COLLEAGUE) == [("+6", "01-19 08:00")]
    sweep(utc(1, 19, year=2027))
    mail.outbox.clear()
    post(utc(1, 19, year=2027))
    letter = next(one for one in mail.outbox if one.to == ["rosa@garage.test"])
    assert "Nia Berg, guided by Milan Novak until Fri 8 Jan: five short questions at the end." in letter.body
    Link.objects.update(expires_at=utc(12, 31, year=2099))
    assert "Five answers, one minute." in Client().get(paths(letter.body)[0]).content.decode()


def test_who_takes_over_at_the_workplace_is_asked_at_once(world):
    placement, person = world.running(), colleague(world)
    world.log(placement, date(2027, 1, 4))
    sweep(utc(1, 8, 19, year=2027))
    taken_at = utc(1, 20, 9, year=2027)
    Segment.objects.filter(placement=placement).update(supervisor=Supervisor.objects.get(person=person))
    hand_over(placement, person, taken_at)
    assert ("confirm", "ask", "send") in sweep(taken_at)
    assert to_host().get(person=person).letter == Kind.CONFIRM


def hand_over(placement, person, at) -> None:
    PLACEMENT.log(
        placement, "hand_over", by=Actor("link", 1, Role.SUPERVISOR), at=at, details={"from": 1, "to": person.pk}
    )


def test_a_host_that_closes_is_asked_at_once_for_open_weeks_and_for_its_feedback(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    known_at = utc(1, 5, 10, year=2027)
    relation = SchoolEmployer.objects.get(school=world.college.school)
    stop_host(relation=relation, why=Stop.CLOSED, since=date(2027, 1, 5), by=world.college.office, at=known_at)
    Supervisor.objects.update(ends_on=date(2026, 1, 5))
    assert sweep(known_at) == [("confirm", "ask", "send")]
    assert waiting(Kind.FEEDBACK)[0] == ("E+0", "01-05 17:00")


# ── A student who does not log ───────────────────────────────────────────────────────────────────────────────────────


def test_a_student_is_reminded_three_evenings_and_then_left_alone(world):
    world.running()
    Handled.objects.filter(transition_id=Transition.objects.latest("pk").pk).delete()
    sent = []
    for day in range(4, 15):
        sent += [(day, *one) for one in sweep(utc(1, day, 19, year=2027), nudges=True) if one[0] == "log"]
        post(utc(1, day, 19, year=2027))
    assert sent == [(day, "log", "evening", "send") for day in (4, 5, 6)]
    assert mail.outbox[0].subject == "Please write down your day at work"
    assert "Novak Garage, Mon 4 Jan: you have not written anything down yet." in mail.outbox[0].body


def test_a_day_that_was_logged_is_not_asked_for_and_no_closed_day_is(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 12))
    sweep(utc(1, 12, 18, year=2027))
    nudged = Due.objects.filter(kind=Kind.LOG, state=Due.State.WAITING).order_by("due_at")
    assert [row.series for row in nudged] == ["2027-01-14", "2027-01-15", "2027-01-18"]


# ── Pauses, ends, and reasons that are nobody's business ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", ["paused", "broken", "cancelled"])
def test_all_letters_of_a_placement_that_stops_stop_at_once(world, state):
    placement = world.running()
    entry = world.log(placement, date(2027, 1, 4))
    world.log(placement, date(2027, 1, 5))
    sweep(utc(1, 8, 17, year=2027), nudges=True)
    world.confirm(placement, date(2027, 1, 4), utc(1, 8, 18, year=2027), {entry.pk: (360, "Left early")})
    reasons = {"end_reason": "safety", "end_initiator": "host", "end_direction": "open"}
    Placement.objects.filter(pk=placement.pk).update(state=state, **(reasons if state == "broken" else {}))
    decided = [what for day in (8, 12, 15) for what in sweep(utc(1, day, 19, year=2027), nudges=True)]
    assert {what[2] for what in decided} <= {"over", "too_late"}
    post(utc(1, 15, 20, year=2027))
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("reason", "asked"), [("work", ["confirm"]), ("personal", []), ("safety", []), ("no_show", [])]
)
def test_after_an_early_end_the_host_is_asked_for_the_weeks_that_were_worked_and_nothing_else(world, reason, asked):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    broken = {"end_reason": reason, "end_initiator": "student", "end_direction": "company", "ends_on": date(2027, 1, 5)}
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.BROKEN, **broken)
    decided = [what for day in (8, 12) for what in sweep(utc(1, day, 19, year=2027), nudges=True)]
    assert [kind for kind, _series, decision in decided if decision == "send"][:1] == asked
    assert {kind for kind, _series, decision in decided if decision == "send"} <= {"confirm"}


def test_nothing_is_told_to_anybody_about_a_placement_that_is_over_for_a_personal_reason(world):
    placement = world.running()
    entry = world.log(placement, date(2027, 1, 4))
    world.confirm(placement, date(2027, 1, 4), utc(1, 8, 12, year=2027), {entry.pk: (360, "Left early")})
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.ENDED, end_reason="personal")
    assert {what[2] for what in sweep(utc(1, 8, 12, year=2027), nudges=True)} == {"over"}
    assert not Outbox.objects.exists()


def test_nobody_is_asked_to_sign_while_a_placement_is_paused(world):
    places = world.proposed()
    Placement.objects.filter(pk=places["host"].agreement.plan.placement_id).update(state=Placement.State.PAUSED)
    assert sweep(NOW) == []


def test_a_letter_that_waits_to_be_sent_is_dropped_when_the_placement_is_paused(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    sweep(utc(1, 8, 17, year=2027))
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.PAUSED)
    post(utc(1, 8, 17, year=2027))
    assert mail.outbox == []
    assert set(Outbox.objects.values_list("state", flat=True)) == {Outbox.State.DROPPED}


def test_after_a_pause_the_week_is_asked_for_again(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    sweep(utc(1, 4, 18, year=2027))
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.PAUSED)
    assert sweep(utc(1, 8, 17, year=2027)) == [("confirm", "ask", "over")]
    resume(placement=Placement.objects.get(pk=placement.pk), by=world.college.office, at=utc(1, 9, year=2027))
    assert sweep(utc(1, 11, year=2027)) == [("confirm", "ask", "send")]


def test_the_letters_are_in_the_language_of_their_reader(world, asked):
    world.college.host.person.language = "fr"
    world.college.host.person.save()
    sweep(NOW)
    post(NOW)
    assert mail.outbox[0].extra_headers["Content-Language"] == "fr"
