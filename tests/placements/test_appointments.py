"""A visit or talk is planned, changed and cancelled by the school; everybody who is there sees when."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from accounts import links
from accounts.calendars import turn_on
from accounts.models import Link
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from placements.models import Appointment, Contact, Placement
from placements.rules.appointments import moment
from placements.workflow import cancel
from placements.workflow.appointments import (
    Arrangement,
    call_off,
    cancel_appointment,
    change_appointment,
    plan_appointment,
)
from placements.workflow.contacts import Words, record_contact
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, person

NOW = at(MONDAY, 9)
VISIT = datetime(2026, 11, 24, 14, tzinfo=UTC)
OFFICE = Actor("user", 1, Role.COORDINATOR)
Kind = Contact.Kind


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


@pytest.fixture
def garage(db):
    found = build()
    found.teacher = member(person("Tom Hale"), found.school, Role.TEACHER)
    Placement.objects.filter(pk=found.lina.pk).update(teacher=found.teacher.user.person)
    found.lina.refresh_from_db()
    return found


def words(garage, **changes) -> Arrangement:
    known = {
        "kind": Kind.VISIT,
        "method": "in_person",
        "starts_at": VISIT,
        "minutes": 45,
        "person": garage.teacher.user.person,
        "place": "Gate 2",
        "agenda": "The brake job",
    }
    return Arrangement(**(known | changes))


def planned(garage, **changes) -> Appointment:
    return plan_appointment(placement=garage.lina, words=words(garage, **changes), by=OFFICE, at=NOW)


def moves(appointment: Appointment) -> list[tuple]:
    rows = Transition.objects.filter(noun="appointment", object_id=appointment.pk).order_by("pk")
    return list(rows.values_list("verb", "to_state", "details"))


# ── Planning ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_visit_is_planned_changed_and_cancelled_each_with_a_higher_sequence_and_its_row(garage):
    found = planned(garage)
    assert (found.state, found.sequence, found.starts_at, found.minutes) == ("planned", 0, VISIT, 45)
    later = words(garage, starts_at=VISIT + timedelta(days=1))
    change_appointment(appointment=found, words=later, by=OFFICE, at=NOW)
    change_appointment(appointment=found, words=later, by=OFFICE, at=NOW)
    cancel_appointment(appointment=found, by=OFFICE, at=NOW)
    cancel_appointment(appointment=found, by=OFFICE, at=NOW)
    assert moves(found) == [
        ("plan", "planned", {"on": "2026-11-24", "sequence": 0}),
        ("change", "planned", {"on": "2026-11-25", "sequence": 1}),
        ("cancel", "cancelled", {"on": "2026-11-25", "sequence": 2}),
    ]
    found.refresh_from_db()
    assert (found.state, found.sequence, found.starts_at) == ("cancelled", 2, VISIT + timedelta(days=1))


def test_the_same_form_twice_plans_once_and_other_words_with_its_key_change_it(garage):
    key = uuid4()
    for minutes in (45, 45, 60):
        plan_appointment(placement=garage.lina, words=words(garage, minutes=minutes), public_id=key, by=OFFICE, at=NOW)
    found = Appointment.objects.get(placement=garage.lina)
    assert (found.public_id, found.minutes, found.sequence) == (key, 60, 1)


def test_a_review_is_with_all_three_and_a_debrief_with_the_student_whatever_was_ticked(garage):
    review = planned(garage, kind=Kind.REVIEW, with_student=False)
    debrief = planned(garage, kind=Kind.DEBRIEF, with_host=True)
    assert (review.with_student, review.with_host) == (True, True)
    assert (debrief.with_student, debrief.with_host) == (True, False)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"starts_at": NOW}, "This time is over."),
        ({"starts_at": datetime(2027, 3, 1, 9, tzinfo=UTC)}, "This day is too far from the placement."),
        ({"with_student": False, "with_host": False}, "Choose who is there."),
        ({"kind": Kind.INDUCTION}, "This is not planned,"),
        ({"method": "message"}, "This is not planned,"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_planned(garage, changes, problem):
    with pytest.raises(Refused, match=problem):
        planned(garage, **changes)
    assert not Appointment.objects.filter(placement=garage.lina).exists()


@pytest.mark.parametrize("by", [HOST, STUDENT, Actor.system()])
def test_only_the_school_plans(garage, by):
    with pytest.raises(Refused, match="You may not do this"):
        plan_appointment(placement=garage.lina, words=words(garage), by=by, at=NOW)


def test_what_is_over_can_no_longer_be_changed_or_cancelled(garage):
    found = planned(garage)
    with pytest.raises(Refused, match="Its time has come already"):
        cancel_appointment(appointment=found, by=OFFICE, at=VISIT)
    with pytest.raises(Refused, match="Its time has come already"):
        change_appointment(
            appointment=found, words=words(garage, starts_at=VISIT + timedelta(days=3)), by=OFFICE, at=VISIT
        )


def test_nobody_comes_any_more_to_a_placement_that_is_cancelled(garage):
    found, other = planned(garage), plan_appointment(placement=garage.jonas, words=words(garage), by=OFFICE, at=NOW)
    Placement.objects.filter(pk=garage.lina.pk).update(state=Placement.State.PLANNED)
    cancel(placement=garage.lina, reason="Moved", by=OFFICE, at=NOW)
    found.refresh_from_db()
    other.refresh_from_db()
    assert (found.state, other.state) == ("cancelled", "planned")


def test_after_an_early_end_only_the_debrief_is_still_held(garage):
    visit, debrief = planned(garage), planned(garage, kind=Kind.DEBRIEF)
    garage.lina.state = Placement.State.BROKEN
    call_off(garage.lina, by=OFFICE, at=NOW)
    visit.refresh_from_db()
    debrief.refresh_from_db()
    assert (visit.state, debrief.state) == ("cancelled", "planned")


def test_a_time_is_the_clock_of_the_workplace_through_both_changes_of_the_clocks():
    assert moment(date(2027, 3, 27), time(10), "Europe/Paris") == datetime(2027, 3, 27, 9, tzinfo=UTC)
    assert moment(date(2027, 3, 29), time(10), "Europe/Paris") == datetime(2027, 3, 29, 8, tzinfo=UTC)
    assert moment(date(2027, 3, 28), time(2, 30), "Europe/Paris") == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert moment(date(2026, 10, 25), time(2, 30), "Europe/Paris") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment(date(2028, 2, 29), time(8), "Asia/Kathmandu") == datetime(2028, 2, 29, 2, 15, tzinfo=UTC)


# ── On the screen ────────────────────────────────────────────────────────────────────────────────────────────────────


def sent(garage, **changes) -> dict:
    known = {
        "key": uuid4(), "kind": "visit", "day": "2026-11-24", "clock": "14:00", "minutes": "45", "method": "in_person",
        "people": ["student", "host"], "person": garage.teacher.user.person.pk, "place": "Gate 2", "agenda": "Brakes",
    }  # fmt: skip
    return known | changes


def page(garage, name: str, *args) -> str:
    return reverse(f"placements:{name}", args=[garage.lina.public_id, *args])


def test_a_teacher_plans_a_visit_and_changes_and_cancels_it(garage, client):
    client.force_login(garage.teacher.user)
    form = client.get(page(garage, "appointment_new")).context["form"]
    assert (form["kind"].value(), form["minutes"].value(), form["person"].value()) == (
        "visit", 30, garage.teacher.user.person.pk,
    )  # fmt: skip
    assert client.post(page(garage, "appointment_new"), sent(garage)).url == page(garage, "contacts")
    found = Appointment.objects.get(placement=garage.lina)
    assert found.starts_at == VISIT
    log = client.get(page(garage, "contacts"))
    assert "Visit, Tue 24 Nov, 14:00" in log.text
    own = reverse("placements:appointment", args=[found.public_id])
    assert own in log.text
    client.post(own, sent(garage, clock="15:30"))
    found.refresh_from_db()
    assert (found.starts_at, found.sequence) == (VISIT + timedelta(minutes=90), 1)
    client.post(reverse("placements:appointment_cancel", args=[found.public_id]))
    found.refresh_from_db()
    assert (found.state, found.sequence) == ("cancelled", 2)
    assert "Visit, Tue 24 Nov" not in client.get(page(garage, "contacts")).text
    assert client.get(own).status_code == 404


def test_a_form_that_is_refused_keeps_its_words(garage, client):
    client.force_login(garage.teacher.user)
    answer = client.post(page(garage, "appointment_new"), sent(garage, day="2026-11-10"))
    assert answer.status_code == 422
    assert "This time is over." in answer.text
    assert "Gate 2" in answer.text


def test_of_what_is_near_the_school_is_told_to_call(garage, client):
    client.force_login(garage.teacher.user)
    answer = client.post(page(garage, "appointment_new"), sent(garage, day="2026-11-16", clock="16:00"), follow=True)
    assert "Please call as well." in answer.text


def test_student_and_host_see_what_is_with_them_and_nothing_else(garage, client):
    planned(garage, with_host=False, agenda="Only the two of us")
    planned(garage, with_student=False, starts_at=VISIT + timedelta(days=2), agenda="Only with the firm")
    client.force_login(garage.lina.learner.user)
    assert "Visit, Tue 24 Nov, 14:00" in client.get("/").text
    log = client.get(page(garage, "contacts")).text
    assert "Only the two of us" in log
    assert "Only with the firm" not in log
    _link, token = links.mint(
        person=garage.marek.person, school=garage.school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=NOW
    )
    client.logout()
    home = client.get(reverse("placements:link", args=[token])).text
    assert "Visit, Thu 26 Nov, 14:00: Lina Kowal" in home
    assert "Tue 24 Nov" not in home


def test_the_page_of_the_placement_names_the_next_one(garage, client):
    planned(garage)
    planned(garage, starts_at=VISIT + timedelta(days=1))
    client.force_login(garage.teacher.user)
    text = client.get(reverse("reports:placement", args=[garage.lina.public_id])).text
    assert "Visit, Tue 24 Nov, 14:00" in text
    assert "Visit, Wed 25 Nov" not in text


def test_every_page_shows_the_clock_of_the_workplace(garage, client):
    garage.site.time_zone = "Europe/Paris"
    garage.site.save()
    client.force_login(garage.teacher.user)
    client.post(page(garage, "appointment_new"), sent(garage, clock="15:00"))
    found = Appointment.objects.get(placement=garage.lina)
    assert found.starts_at == VISIT
    assert "Visit, Tue 24 Nov, 15:00" in client.get(page(garage, "contacts")).text
    assert "Visit, Tue 24 Nov, 15:00" in client.get(reverse("reports:placement", args=[garage.lina.public_id])).text
    form = client.get(reverse("placements:appointment", args=[found.public_id])).context["form"]
    assert form["clock"].value() == time(15)


def test_when_its_time_has_come_it_is_written_down_with_what_was_planned_and_then_it_is_gone(garage, client, clock):
    found = planned(garage, method="video", with_student=False)
    clock.move_to(VISIT + timedelta(hours=2))
    client.force_login(garage.teacher.user)
    log = client.get(page(garage, "contacts")).text
    form_url = f"{page(garage, 'contact_form', 'visit')}?planned={found.public_id}"
    assert form_url in log
    form = client.get(form_url).context["form"]
    assert (form["on"].value(), form["method"].value(), form["people"].value()) == (
        date(2026, 11, 24), "video", ["host"],
    )  # fmt: skip
    record_contact(
        placement=garage.lina, kind=Kind.VISIT,
        words=Words(date(2026, 11, 24), "video", with_host=True, seen="All well."),
        person=garage.teacher.user.person, by=Actor("user", 1, Role.TEACHER), at=VISIT + timedelta(hours=2),
    )  # fmt: skip
    assert str(found.public_id) not in client.get(page(garage, "contacts")).text


def test_another_contact_or_an_earlier_one_leaves_it_there(garage, client):
    found = planned(garage)
    record_contact(
        placement=garage.lina, kind=Kind.VISIT, words=Words(MONDAY, "phone", with_host=True, seen="All well."),
        person=garage.teacher.user.person, by=Actor("user", 1, Role.TEACHER), at=NOW,
    )  # fmt: skip
    client.force_login(garage.teacher.user)
    assert str(found.public_id) in client.get(page(garage, "contacts")).text


def test_the_students_calendar_holds_it_under_the_name_of_the_invitation_and_no_name_of_anybody(garage, client):
    found = planned(garage)
    planned(garage, with_student=False)
    token = turn_on(person=garage.lina.learner, key=uuid4(), by=STUDENT, at=NOW)
    content = client.get(reverse("placements:calendar_feed", args=[token])).content
    events = [one for one in Calendar.from_ical(content).walk("VEVENT") if str(found.public_id) in str(one["uid"])]
    assert [(one["dtstart"].dt, one["dtend"].dt, one["summary"], one["location"]) for one in events] == [
        (VISIT, VISIT + timedelta(minutes=45), "Visit (Garage School)", "Gate 2")
    ]
    assert all(name not in content.decode() for name in ("Kowal", "Hale", "Novak"))
    cancel_appointment(appointment=found, by=OFFICE, at=NOW)
    assert str(found.public_id) not in client.get(reverse("placements:calendar_feed", args=[token])).text


def test_another_school_and_teachers_of_others_do_not_reach_it(garage, client):
    found = planned(garage)
    own = reverse("placements:appointment", args=[found.public_id])
    outsiders = (
        member(person("Ola Stern"), garage.other_school, Role.COORDINATOR),
        member(person("Ulf Berg"), garage.school, Role.TEACHER),
    )
    for one in outsiders:
        client.force_login(one.user)
        assert client.get(own).status_code == 404
        assert client.post(own, sent(garage)).status_code == 404
        assert client.post(reverse("placements:appointment_cancel", args=[found.public_id])).status_code == 404
        assert client.post(page(garage, "appointment_new"), sent(garage)).status_code == 404
    found.refresh_from_db()
    assert (found.state, found.sequence) == ("planned", 0)
    assert Appointment.objects.filter(placement=garage.lina).count() == 1
