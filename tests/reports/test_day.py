"""The coordinator's day, read from what hosts, students and mail servers did not answer."""

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.workflow import Actor
from placements.models import Concern, Contact, HostRequest, Incident, Placement, SafeguardingNote, WorkEntry
from placements.workflow import requesting
from placements.workflow.handing_over import not_me
from reminders.models import Due, Kind, Outbox
from reports.queries.day import coordinators_day
from tests.placements import college as colleges
from tests.placements.college import NOW, put_name
from tests.reminders.conftest import World, utc

TODAY = date(2027, 1, 25)


@pytest.fixture
def world(db):
    return World(colleges.build())


def labels(world, today=TODAY):
    found = coordinators_day(world.college.coordinator, today=today).items
    return [(item.label, item.since) for item in found]


def letter(world, person, day, state) -> Outbox:
    return Outbox.objects.create(
        person=person, school=world.college.school, day=day, letter=Kind.CONFIRM, reader="host", state=state,
        sent_at=NOW if state == Outbox.State.SENT else None, message_id=f"<{day}@test>", next_attempt_at=NOW,
    )  # fmt: skip


def due(world, placement, kind, outbox=None, series="", at=NOW) -> Due:
    return Due.objects.create(
        kind=kind, subject_id=placement.pk, series=series, round="ask", person=placement.learner,
        school=world.college.school, reader="student", about_placement_id=placement.pk, due_at=at,
        state=Due.State.IN_LETTER, outbox=outbox,
    )  # fmt: skip


def test_a_request_that_was_declined_is_there_until_the_next_host_is_asked(world):
    placement = world.college.placement()
    request = requesting.ask(
        placement=placement, site=world.college.site, person=world.college.host.person, by=world.college.office, at=NOW
    )
    assert labels(world, date(2026, 11, 25)) == []
    host = Actor("link", 1, Role.SUPERVISOR)
    requesting.decline(request=request, reason="full", by=host, at=NOW)
    assert labels(world, date(2026, 11, 25)) == [("Declined", date(2026, 11, 24))]
    HostRequest.objects.create(
        placement=placement, site=world.college.site, person=world.college.host.person,
        asked_at=NOW + timedelta(hours=1), answer_by=date(2026, 12, 1),
    )  # fmt: skip
    assert labels(world, date(2026, 11, 25)) == []


def test_a_student_who_logs_again_after_three_reminders_is_off_the_list(world):
    placement = world.running()
    for day in (4, 5, 6):
        due(world, placement, Kind.LOG, series=f"2027-01-0{day}", at=utc(1, day, 19, year=2027))
    assert labels(world) == [("No days logged", date(2027, 1, 4))]
    world.log(placement, date(2027, 1, 7))
    WorkEntry.objects.update(state=WorkEntry.State.CONFIRMED, confirmed_minutes=420)
    assert labels(world) == []


def test_two_failed_letters_to_one_person_are_a_task_until_one_arrives(world):
    placement, person = world.running(), world.college.host.person
    for day in (18, 19):
        due(world, placement, Kind.CONFIRM, letter(world, person, date(2027, 1, day), "failed"), series=str(day))
    assert labels(world) == [("Letters do not arrive", date(2027, 1, 18))]
    letter(world, person, date(2027, 1, 20), Outbox.State.SENT)
    assert labels(world) == []


def test_a_silent_host_is_called_then_marked_and_another_proof_ends_it(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    assert labels(world) == [("Not confirmed", date(2027, 1, 4))]
    talk = {
        "school": world.college.school, "placement": placement, "person": world.college.coordinator.user.person,
        "side": "school", "at": NOW,
    }  # fmt: skip
    Contact.objects.create(kind="contact", method="phone", with_host=True, on=date(2027, 1, 19), **talk)
    assert labels(world) == [("Host silent", date(2027, 1, 4))]
    Contact.objects.create(kind="observation", method="in_person", with_student=True, on=date(2027, 1, 22), **talk)
    assert labels(world) == []


def test_what_cannot_wait_about_a_person_comes_first_and_says_nothing_of_the_reason(world):
    placement, host = world.running(), world.college.host.person
    incident = {"kind": "accident", "happened_at": utc(1, 22, year=2027), "what": "Cut a finger", "side": "host"}
    Incident.objects.create(placement=placement, person=host, at=NOW, tell_by=date(2027, 1, 26), **incident)
    Concern.objects.create(placement=placement, kind="end", category="pregnancy", person=host, at=utc(1, 21, year=2027))
    SafeguardingNote.objects.create(
        school=world.college.school, student=world.college.enrolment.student, placement=placement, written_at=NOW,
        text="He shouted at me",
    )  # fmt: skip
    need = world.college.enrolment.student.adjustments.create(text="A chair", for_host=True, written_at=NOW)
    need.answers.create(placement=placement, answer="refused", person=host, at=utc(1, 20, year=2027))
    found = coordinators_day(world.college.coordinator, today=TODAY).items
    assert [(item.label, int(item.urgency), item.since) for item in found] == [
        ("Host wants to talk", 1, date(2027, 1, 21)),
        ("Incident", 1, date(2027, 1, 22)),
        ("Please call", 1, TODAY),
        ("Need not met", 2, date(2027, 1, 20)),
    ]
    assert found[1].why == "Something happened at work on Fri 22 Jan. The authority has to know by Tue 26 Jan."
    said = " ".join(f"{item.why} {item.label}" for item in found)
    assert [word for word in ("shouted", "finger", "Pregnancy", "chair") if word in said] == []


def test_care_goes_on_where_a_placement_is_over_for_a_personal_reason(world):
    placement = world.running()
    incident = {"kind": "accident", "happened_at": utc(1, 22, year=2027), "what": "Cut a finger", "side": "host"}
    Incident.objects.create(placement=placement, person=world.college.host.person, at=NOW, **incident)
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.PAUSED, end_reason="personal")
    assert labels(world) == [("Incident", date(2027, 1, 22))]


def test_nobody_is_called_about_a_placement_that_is_over_for_a_personal_reason(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.PAUSED, end_reason="personal")
    assert labels(world) == []


def test_a_first_week_check_that_nobody_held_is_on_the_list_of_late_contacts(world, time_machine):
    time_machine.move_to("2027-01-12 10:00:00+00:00")
    placement = world.running()
    client = Client()
    client.force_login(world.college.coordinator.user)
    page = client.get("/contacts/late/").content.decode()
    assert "Nia Berg at Novak Garage" in page
    assert f"/placements/{placement.public_id}/contacts/new/first_week/" in page
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.PAUSED, end_reason="personal")
    assert "Nothing is late" in client.get("/contacts/late/").content.decode()


def test_a_placement_that_was_handed_to_nobody_is_there_until_somebody_guides_again(world):
    """E11"""
    placement = world.running()
    link, _token = links.mint(
        person=world.college.host.person,
        school=world.college.school,
        purpose=Link.Purpose.CONFIRM,
        subject_id=0,
        at=utc(1, 20, year=2027),
    )
    not_me(link=link, by=Actor("link", link.pk, Role.SUPERVISOR), at=utc(1, 20, year=2027))
    assert labels(world) == [("Nobody guides", date(2027, 1, 20))]
    placement.segments.update(supervisor=world.college.host)
    assert labels(world) == []


# ── What no letter asks for ──────────────────────────────────────────────────────────────────────────────────────────


def left_out(world, placement, kind, reason, subject=None, reader="host") -> Due:
    return Due.objects.create(
        kind=kind, subject_id=subject or placement.pk, round="ask", person=world.college.host.person,
        school=world.college.school, reader=reader, about_placement_id=placement.pk, due_at=utc(1, 22, year=2027),
        state=Due.State.SKIPPED, reason=reason, decided_at=utc(1, 22, year=2027),
    )  # fmt: skip


NOT_ASKED = [("Not asked by letter", date(2027, 1, 22))]


def test_hours_that_a_host_wants_no_letters_about_are_called_for_at_once_until_it_has_answered(world):
    placement = world.running()
    world.log(placement, date(2027, 1, 21))
    left_out(world, placement, Kind.CONFIRM, "not_wanted")
    left_out(world, placement, Kind.FEEDBACK, "done")
    assert labels(world) == NOT_ASKED
    (item,) = coordinators_day(world.college.coordinator, today=TODAY).items
    assert item.why == ("Hours to confirm: The reader does not want such letters: please call where it matters.")
    assert item.step.label == "Call the host"
    world.confirm(placement, date(2027, 1, 18), utc(1, 22, 9, year=2027))
    assert labels(world) == []


@pytest.mark.parametrize("reason", ["cap_placement", "cap_host"])
def test_a_host_that_has_had_its_letters_is_called_once(world, reason):
    placement = world.running()
    left_out(world, placement, Kind.FEEDBACK, reason)
    assert labels(world) == NOT_ASKED
    Contact.objects.create(
        kind="contact", method="phone", with_host=True, on=date(2027, 1, 22), school=world.college.school,
        placement=placement, person=world.college.coordinator.user.person, side="school", at=NOW,
    )  # fmt: skip
    assert labels(world) == []


def test_a_signature_that_is_not_asked_for_is_called_for_until_it_is_there(world):
    places = world.proposed()
    placement = places["student"].agreement.plan.placement
    left_out(world, placement, Kind.SIGN, "not_wanted", subject=places["student"].pk, reader="student")
    today = date(2026, 11, 25)
    assert labels(world, today) == NOT_ASKED
    put_name(places["student"])
    assert labels(world, today) == []


@pytest.mark.parametrize("reason", ["done", "over", "too_late", "newer"])
def test_what_is_left_out_for_another_reason_is_nobodys_task(world, reason):
    placement = world.running()
    world.log(placement, date(2027, 1, 21))
    left_out(world, placement, Kind.CONFIRM, reason)
    assert labels(world) == []


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_nobody_is_called_about_a_placement_that_asks_nobody(world, state):
    placement = world.running()
    left_out(world, placement, Kind.FEEDBACK, "cap_host")
    Placement.objects.filter(pk=placement.pk).update(state=state)
    assert labels(world) == []
