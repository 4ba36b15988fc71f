"""What cannot wait is told at once, to those who may see it, and nothing of it stands in the letter."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Link, Membership, Organisation
from accounts.roles import Role
from core.workflow import Actor
from placements.models import Concern, Incident, Placement, SafeguardingNote
from placements.workflow.concerns import ask_school, move_concern
from placements.workflow.incidents import complete_incident, move_incident, report_incident
from placements.workflow.talk import ask_to_talk, open_note
from reminders.models import Due, Kind, Outbox
from tests.placements.college import by_party, member
from tests.reminders.conftest import World, post, sweep, utc

NIGHT = datetime(2027, 1, 5, 23, 10, tzinfo=UTC)
WORDS = "He waits for me in the store room."
NAMES = ("Nia", "Berg", "Novak", "Garage", "Milan")


@pytest.fixture
def school(world) -> World:
    """At work since Monday 4 January; two safeguarding leads and a head, and others of the same roles elsewhere."""
    other = Organisation.objects.create(kind="school", name="Other College")
    for name, role in (("Sam Guard", Role.SAFEGUARDING), ("Ola Guard", Role.SAFEGUARDING), ("Hanna Lang", Role.HEAD)):
        member(name, role, world.college.school)
        member(f"{name.split()[0]} Other", role, other)
    world.placement = world.running()
    return world


def ask(school: World, at: datetime = NIGHT) -> SafeguardingNote:
    student = school.college.enrolment.student
    return ask_to_talk(student=student, text=WORDS, placement=school.placement, by=by_party("student"), at=at)


def told(kind: Kind) -> set[str]:
    return set(Due.objects.filter(kind=kind).values_list("person__given_name", "person__family_name"))


def test_a_student_who_asks_to_talk_is_told_of_to_each_safeguarding_lead_of_the_school_at_once_and_at_night(school):
    note = ask(school)
    assert sweep(NIGHT) == [("talk", "told", "send")] * 2
    assert told(Kind.TALK) == {("Sam", "Guard"), ("Ola", "Guard")}
    post(NIGHT)
    assert sorted(letter.to for letter in mail.outbox) == [["ola.guard@college.test"], ["sam.guard@college.test"]]
    for letter in mail.outbox:
        assert letter.subject == "Please open it now: a student asks to talk"
        said = f"{letter.subject}{letter.body}{letter.alternatives[0].content}"
        assert not [word for word in (*NAMES, "store room") if word in said]
        assert f"http://127.0.0.1:8000{reverse('placements:note', args=[note.public_id])}" in letter.body
    assert not Link.objects.exists()


def test_the_rows_about_a_talk_name_no_placement_and_no_student(school):
    ask(school)
    sweep(NIGHT)
    assert set(Due.objects.filter(kind=Kind.TALK).values_list("about_placement_id", "reader")) == {(None, "school")}
    assert set(Outbox.objects.filter(letter=Kind.TALK).values_list("apart", "employer")) == {(True, None)}


def test_once_a_lead_has_opened_it_the_other_is_not_written_to(school):
    note = ask(school)
    lead = Membership.objects.get(user__email="sam.guard@college.test")
    open_note(note=note, person=lead.user.person, by=Actor("user", lead.user_id, Role.SAFEGUARDING), at=NIGHT)
    assert sweep(NIGHT) == []
    assert not Outbox.objects.exists()


def test_a_letter_that_waits_is_dropped_once_a_lead_has_opened_it(school):
    note = ask(school)
    sweep(NIGHT)
    lead = Membership.objects.get(user__email="sam.guard@college.test")
    open_note(note=note, person=lead.user.person, by=Actor("user", lead.user_id, Role.SAFEGUARDING), at=NIGHT)
    post(NIGHT)
    assert mail.outbox == []


def test_a_lead_who_has_left_the_school_is_not_told(school):
    Membership.objects.filter(user__email="sam.guard@college.test").update(ends_on=date(2027, 1, 4))
    ask(school)
    sweep(NIGHT)
    assert told(Kind.TALK) == {("Ola", "Guard")}


def test_a_student_whose_placement_is_over_for_a_personal_reason_is_still_heard(school):
    Placement.objects.filter(pk=school.placement.pk).update(state="paused", end_reason="personal")
    ask(school)
    assert sweep(NIGHT) == [("talk", "told", "send")] * 2


def test_two_students_who_ask_on_one_day_are_two_letters_beside_that_of_the_day(school):
    ask(school)
    sweep(NIGHT)
    post(NIGHT)
    later = datetime(2027, 1, 5, 23, 30, tzinfo=UTC)
    ask(school, later)
    assert sweep(later) == [("talk", "told", "send")] * 2
    post(later)
    assert len(mail.outbox) == 4


# ── Something happened at work ───────────────────────────────────────────────────────────────────────────────────────


def report(school: World, **changes) -> Incident:
    values = {
        "placement": school.placement, "kind": "accident", "care": "first_aid", "happened_at": utc(1, 5, 22, year=2027),
        "place": "Bay 2", "what": "The jack slipped.", "person": school.college.student.user.person,
        "by": by_party("student"), "at": NIGHT,
    }  # fmt: skip
    return report_incident(**(values | changes))


def test_an_accident_is_told_to_the_coordinator_at_once_with_the_day_by_which_the_authority_has_to_know(school):
    incident = report(school, care="hospital")
    assert sweep(NIGHT) == [("incident", "told", "send")] * 2
    assert told(Kind.INCIDENT) == {("Cora", "Diaz"), ("Hanna", "Lang")}
    post(NIGHT)
    letter = next(one for one in mail.outbox if one.to == ["cora.diaz@college.test"])
    assert letter.subject == "Please read a report now: something happened at work"
    assert "during the placement of Nia Berg at Novak Garage. Please read the report now and call." in letter.body
    assert "The authority has to know it by Fri 15 Jan." in letter.body
    said = f"{letter.subject}{letter.body}{letter.alternatives[0].content}"
    assert not [word for word in ("jack", "Bay 2", "Hospital", "hospital", "ccident") if word in said]
    assert reverse("placements:incident", args=[incident.public_id]) in letter.body


def test_the_head_is_told_from_a_doctor_on_also_when_that_is_learned_later(school):
    incident = report(school)
    sweep(NIGHT)
    assert told(Kind.INCIDENT) == {("Cora", "Diaz")}
    later = utc(1, 12, year=2027)
    complete_incident(
        incident=incident, care="doctor", happened_at=incident.happened_at, place="", by=school.college.office, at=later
    )
    assert sweep(later) == [("incident", "told", "send")]
    assert told(Kind.INCIDENT) == {("Cora", "Diaz"), ("Hanna", "Lang")}


def test_who_reported_it_gets_no_letter_about_it_and_a_closed_report_none_either(school):
    coordinator = school.college.coordinator.user.person
    report(school, person=coordinator, by=school.college.office)
    assert sweep(NIGHT) == []
    incident = report(school, kind="near_miss", care="none")
    move_incident(incident=incident, verb="close", by=school.college.office, at=NIGHT)
    assert sweep(NIGHT) == []


def test_an_accident_for_which_the_placement_was_stopped_is_still_told(school):
    report(school)
    Placement.objects.filter(pk=school.placement.pk).update(state="paused", end_reason="personal")
    assert sweep(NIGHT) == [("incident", "told", "send")]


# ── A host asks for a call ───────────────────────────────────────────────────────────────────────────────────────────


def concern(school: World, **changes) -> Concern:
    values = {
        "placement": school.placement, "kind": "end", "category": "origin", "text": "She prays at noon.",
        "person": school.college.host.person, "by": by_party("host"), "at": NIGHT,
    }  # fmt: skip
    return ask_school(**(values | changes))


def test_a_host_that_would_like_to_end_a_placement_is_told_to_the_coordinator_without_its_reason(school):
    asked = concern(school)
    assert sweep(NIGHT) == [("concern", "told", "send")]
    post(NIGHT)
    (letter,) = mail.outbox
    assert letter.to == ["cora.diaz@college.test"]
    assert letter.subject == "Please call a workplace: it would like to end a placement"
    assert "Milan Novak would like to end the placement of Nia Berg at Novak Garage." in letter.body
    said = f"{letter.body}{letter.alternatives[0].content}"
    assert not [word for word in ("prays", "rigin", "religion") if word in said]
    assert reverse("placements:concern", args=[asked.public_id]) in letter.body


def test_a_host_that_asks_for_a_call_is_told_as_that(school):
    concern(school, kind="help", category="", text="")
    sweep(NIGHT)
    post(NIGHT)
    assert mail.outbox[0].subject == "Please call a workplace: it asks for a call"
    assert "Milan Novak asks for a call about the placement of Nia Berg at Novak Garage." in mail.outbox[0].body


def test_a_concern_that_was_taken_back_or_talked_about_is_not_told(school):
    first = concern(school)
    move_concern(concern=first, verb="take_back", by=by_party("host"), at=NIGHT)
    assert sweep(NIGHT) == []
    second = concern(school)
    move_concern(concern=second, verb="talk", reason="We met.", by=school.college.office, at=NIGHT)
    assert sweep(NIGHT) == []


def test_without_its_own_coordinator_another_one_of_the_school_is_told(school):
    Membership.objects.filter(pk=school.college.coordinator.pk).update(ends_on=date(2027, 1, 4))
    member("Nils Ode", Role.COORDINATOR, school.college.school)
    concern(school)
    sweep(NIGHT)
    assert told(Kind.CONCERN) == {("Nils", "Ode")}
