"""Letters about visits and talks: who is told, when, and what goes into a calendar (RFC 5545, 5546, 6047)."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail
from icalendar import Calendar, Event

from accounts.roles import Role
from core.workflow import Actor
from placements.models import Appointment, Contact, Placement
from placements.workflow.appointments import (
    Arrangement,
    cancel_appointment,
    change_appointment,
    plan_appointment,
)
from reminders.models import Due, Kind, Outbox, Reason
from tests.placements import college as colleges
from tests.reminders.conftest import post, sweep, utc

NOW = utc(1, 12, 9, year=2027)
VISIT = utc(1, 21, 13, year=2027)
DAY = timedelta(days=1)


@pytest.fixture
def placement(world) -> Placement:
    return world.running()


@pytest.fixture
def teacher(world):
    """Somebody of the school who does not plan the visits that the office plans."""
    return colleges.member("Pia Roth", Role.TEACHER, world.college.school, "college.test").user.person


def planned(world, placement, teacher, at=NOW, **changes) -> Appointment:
    return plan_appointment(placement=placement, words=words(teacher, **changes), by=world.college.office, at=at)


def words(teacher, **changes) -> Arrangement:
    known = {
        "kind": Contact.Kind.VISIT,
        "method": "in_person",
        "starts_at": VISIT,
        "minutes": 45,
        "person": teacher,
        "place": "Gate 2",
        "agenda": "The brake job",
    }
    return Arrangement(**(known | changes))


def day(now: datetime) -> None:
    sweep(now)
    post(now)


def letters() -> dict[str, list[EmailMessage]]:
    """What has left with something for a calendar, by the name before the @ of the address."""
    found: dict[str, list[EmailMessage]] = {}
    for message in mail.outbox:
        parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
        if events(parsed):
            found.setdefault(message.to[0].partition("@")[0], []).append(parsed)
    return found


def events(letter: EmailMessage) -> dict[str, list[Event]]:
    """The events of each calendar part, by its method."""
    found = {}
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_content())
            assert part["Content-Type"].params["method"] == str(calendar["method"])
            found[str(calendar["method"])] = calendar.walk("VEVENT")
    return found


def rows(appointment: Appointment, person) -> list[tuple]:
    found = Due.objects.filter(kind=Kind.APPOINTMENT, subject_id=appointment.pk, person=person).order_by("due_at", "pk")
    return [(row.series, row.round, row.state, row.reason) for row in found]


def test_student_host_and_the_one_who_comes_get_one_letter_whose_subject_says_when(world, placement, teacher):
    planned(world, placement, teacher)
    day(NOW)
    found = letters()
    assert {name: [one["Subject"] for one in found[name]] for name in found} == {
        "nia.berg": ["Please keep this time free: Visit, Thu 21 Jan, 13:00"],
        "milan.novak": ["Please keep this time free: Visit, Thu 21 Jan, 13:00"],
        "pia.roth": ["Please keep this time free: Visit, Thu 21 Jan, 13:00"],
    }
    text = found["milan.novak"][0].get_body(("plain",)).get_content()
    assert "Visit, Thu 21 Jan, 13:00, 45 minutes" in text
    assert "From the school: Pia Roth" in text
    assert "Where or how: Gate 2" in text
    assert "What it is about: The brake job" in text


def test_the_invitation_is_inside_the_alternatives_and_survives_a_round_trip(world, placement, teacher):
    appointment = planned(world, placement, teacher)
    day(NOW)
    letter = letters()["milan.novak"][0]
    assert letter.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    assert letter["Content-Type"].params.keys() == {"boundary"}
    part = list(letter.iter_parts())[-1]
    assert dict(part["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    [event] = events(letter)["REQUEST"]
    assert str(event["uid"]) == f"{appointment.public_id}@127.0.0.1"
    assert (event["sequence"], str(event["status"])) == (0, "CONFIRMED")
    assert (event["dtstart"].dt, event["dtend"].dt) == (VISIT, VISIT + timedelta(minutes=45))
    assert b"DTSTART:20270121T130000Z" in event.to_ical()
    assert str(event["organizer"]) == "mailto:pia.roth@college.test"
    assert str(event["attendee"]) == "mailto:milan.novak@college.test"
    assert event["attendee"].params["rsvp"] == "TRUE"
    assert (str(event["location"]), str(event["description"])) == ("Gate 2", "The brake job")


def test_through_a_provider_that_takes_no_third_alternative_it_is_an_attachment(world, placement, teacher, settings):
    settings.ANYMAIL = {"BREVO_API_KEY": "key"}
    settings.MAILERS = {"default": {"BACKEND": "anymail.backends.test.EmailBackend"}}
    planned(world, placement, teacher)
    day(NOW)
    [letter] = letters()["milan.novak"]
    kinds = [part.get_content_type() for part in letter.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert [part.get_filename() for part in letter.iter_attachments()] == ["request.ics"]
    assert list(events(letter)) == ["REQUEST"]


def test_a_calendar_at_work_keeps_the_first_name_alone_and_nobody_elses_address(world, placement, teacher):
    planned(world, placement, teacher)
    day(NOW)
    found = letters()
    host, student = (events(found[name][0])["REQUEST"][0] for name in ("milan.novak", "nia.berg"))
    assert str(host["summary"]) == f"Visit ({world.college.school.name}): Nia"
    assert str(student["summary"]) == f"Visit ({world.college.school.name})"
    assert "Berg" not in host.to_ical().decode()
    assert "nia.berg" not in host.to_ical().decode()
    assert "novak" not in student.to_ical().decode().lower()


def test_only_who_is_there_is_told_and_who_plans_a_visit_of_its_own_is_not(world, placement, teacher):
    own = Actor("user", teacher.user_id, Role.TEACHER)
    plan_appointment(placement=placement, words=words(teacher, with_student=False), by=own, at=NOW)
    day(NOW)
    assert set(letters()) == {"milan.novak"}


def test_a_change_has_the_same_name_a_higher_sequence_and_says_so(world, placement, teacher):
    appointment = planned(world, placement, teacher)
    day(NOW)
    change_appointment(
        appointment=appointment, words=words(teacher, starts_at=VISIT + DAY), by=world.college.office, at=NOW + DAY
    )
    day(NOW + DAY)
    first, second = letters()["nia.berg"]
    assert second["Subject"] == "Changed, please keep this time free: Visit, Fri 22 Jan, 13:00"
    [before], [after] = events(first)["REQUEST"], events(second)["REQUEST"]
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["dtstart"].dt == VISIT + DAY


def test_a_change_before_the_first_letter_leaves_makes_one_letter_with_what_holds(world, placement, teacher):
    appointment = planned(world, placement, teacher)
    sweep(NOW)
    change_appointment(appointment=appointment, words=words(teacher, minutes=30), by=world.college.office, at=NOW)
    day(NOW)
    [letter] = letters()["nia.berg"]
    assert letter["Subject"] == "Please keep this time free: Visit, Thu 21 Jan, 13:00"
    [event] = events(letter)["REQUEST"]
    assert (event["sequence"], event["dtend"].dt) == (1, VISIT + timedelta(minutes=30))
    told = [row for row in rows(appointment, placement.learner) if row[1] == "told"]
    assert told == [("0", "told", "skipped", Reason.DONE), ("1", "told", "in_letter", "")]


def test_a_cancelled_visit_is_taken_out_of_the_calendar_again(world, placement, teacher):
    appointment = planned(world, placement, teacher)
    day(NOW)
    cancel_appointment(appointment=appointment, by=world.college.office, at=NOW + DAY)
    day(NOW + DAY)
    letter = letters()["milan.novak"][-1]
    assert letter["Subject"] == "Please take it out of your calendar: Visit, Thu 21 Jan, 13:00"
    [event] = events(letter)["CANCEL"]
    assert (event["sequence"], str(event["status"])) == (1, "CANCELLED")
    assert str(event["uid"]) == f"{appointment.public_id}@127.0.0.1"


def test_nobody_is_told_of_the_end_of_what_they_never_heard_of(world, placement, teacher):
    appointment = planned(world, placement, teacher)
    sweep(NOW)
    cancel_appointment(appointment=appointment, by=world.college.office, at=NOW)
    day(NOW)
    day(NOW + DAY)
    assert letters() == {}
    told = [row for row in rows(appointment, placement.learner) if row[1] == "told"]
    assert told == [("0", "told", "skipped", Reason.DONE), ("1", "told", "skipped", Reason.DONE)]


def test_who_is_left_out_by_a_change_is_told_that_it_is_off_for_them(world, placement, teacher):
    appointment = planned(world, placement, teacher)
    day(NOW)
    change_appointment(
        appointment=appointment, words=words(teacher, with_student=False), by=world.college.office, at=NOW + DAY
    )
    day(NOW + DAY)
    found = letters()
    assert list(events(found["nia.berg"][-1])) == ["CANCEL"]
    assert list(events(found["milan.novak"][-1])) == ["REQUEST"]


def test_one_that_is_new_and_one_that_is_off_are_one_letter_with_a_calendar_for_each(world, placement, teacher):
    gone = planned(world, placement, teacher)
    day(NOW)
    cancel_appointment(appointment=gone, by=world.college.office, at=NOW + DAY)
    for hours in (24, 48):
        planned(world, placement, teacher, at=NOW + DAY, starts_at=VISIT + timedelta(hours=hours))
    day(NOW + DAY)
    letter = letters()["nia.berg"][-1]
    assert letter["Subject"] == "Please look at 3 appointments for your calendar"
    found = events(letter)
    assert {method: len(found[method]) for method in found} == {"REQUEST": 2, "CANCEL": 1}
    inside = letter.get_body(("related", "html", "plain"))
    assert inside is not None
    kinds = [part.get_content_type() for part in letter.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "text/calendar"]


def test_on_the_morning_of_the_working_day_before_student_and_host_are_reminded(world, placement, teacher):
    monday = utc(1, 25, 10, year=2027)
    appointment = planned(world, placement, teacher, starts_at=monday)
    day(NOW)
    before = Due.objects.filter(subject_id=appointment.pk, kind=Kind.APPOINTMENT, round="D-1")
    assert {row.due_at for row in before} == {utc(1, 22, 8, year=2027)}
    day(utc(1, 22, 8, year=2027))
    found = letters()
    assert {name: [one["Subject"] for one in found[name]][1:] for name in found} == {
        "nia.berg": ["Please remember: Visit, Mon 25 Jan, 10:00"],
        "milan.novak": ["Please remember: Visit, Mon 25 Jan, 10:00"],
        "pia.roth": [],
    }


def test_what_is_planned_for_tomorrow_is_told_once(world, placement, teacher):
    appointment = planned(world, placement, teacher, starts_at=NOW + DAY)
    assert sweep(NOW)
    assert [row[1] for row in rows(appointment, placement.learner)] == ["told"]


def test_a_visit_that_is_over_is_told_to_nobody(world, placement, teacher):
    planned(world, placement, teacher, starts_at=NOW + timedelta(hours=2))
    day(NOW + timedelta(hours=3))
    assert letters() == {}


def test_after_a_personal_reason_nobody_is_told(world, placement, teacher):
    planned(world, placement, teacher)
    Placement.objects.filter(pk=placement.pk).update(
        state=Placement.State.PAUSED, end_reason=Placement.EndReason.PERSONAL
    )
    day(NOW)
    assert letters() == {}


def test_without_a_place_it_is_at_the_workplace_a_debrief_at_school_and_a_call_is_a_call(world, placement, teacher):
    school = world.college.school.name
    for kind, method in (("visit", "in_person"), ("debrief", "in_person"), ("contact", "phone")):
        planned(world, placement, teacher, kind=Contact.Kind(kind), method=method, place="")
    day(NOW)
    [letter] = letters()["nia.berg"]
    assert [str(event["location"]) for event in events(letter)["REQUEST"]] == ["Novak Garage", school, "Phone"]


def test_the_time_is_that_of_the_workplace_whatever_the_clock_of_the_school(world, placement, teacher):
    site = placement.segments.get().site
    site.time_zone = "Europe/Lisbon" if site.time_zone != "Europe/Lisbon" else "Europe/Paris"
    site.save()
    planned(world, placement, teacher, starts_at=datetime(2027, 1, 21, 13, tzinfo=UTC))
    day(NOW)
    clock = "13:00" if site.time_zone == "Europe/Lisbon" else "14:00"
    assert letters()["pia.roth"][0]["Subject"] == f"Please keep this time free: Visit, Thu 21 Jan, {clock}"
    assert Outbox.objects.filter(letter=Kind.APPOINTMENT, state=Outbox.State.SENT).count() == 3
