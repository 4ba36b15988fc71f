"""What the safeguarding lead does about a note (product 6, E13 and E14): a file with its own audit, hosts suspended."""

from datetime import date, timedelta

import pytest
import time_machine

from accounts.access import actor_of
from accounts.models import ContactPoint
from accounts.roles import Role
from core.workflow import Actor, Refused
from employers.models import SchoolEmployer
from employers.queries import is_suspended
from placements.queries import talk as queries
from placements.workflow import create_placement, talk
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, person

pytestmark = pytest.mark.django_db
LEAD = Actor("user", 9, Role.SAFEGUARDING)
NOON = at(MONDAY, 12)
SECRET = "He shouts at me when nobody is there."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def garage():
    return build()


@pytest.fixture
def sam(garage):
    who = person("Sam Guard")
    member(who, garage.school, Role.SAFEGUARDING)
    return who


@pytest.fixture
def note(garage):
    return ask(garage)


def ask(garage):
    return talk.ask_to_talk(
        student=garage.lina.enrolment.student, text=SECRET, placement=garage.lina, by=STUDENT, at=at(MONDAY, 9)
    )


def did(note, sam, text="", when=NOON):
    return {"note": note, "person": sam, "text": text, "by": LEAD, "at": when}


def opened(note, sam, when=NOON):
    talk.open_note(note=note, person=sam, by=LEAD, at=when)
    return note


def test_who_may_make_which_move_from_which_state():
    def verbs(state: str, role: str) -> list[str]:
        return [move.verb for move in talk.TALKS.open_moves(state, role)]

    assert verbs("open", Role.SAFEGUARDING) == ["see"]
    assert verbs("seen", Role.SAFEGUARDING) == ["read", "note", "suspend", "restore", "conclude", "close"]
    assert verbs("closed", Role.SAFEGUARDING) == ["read", "reopen"]
    for role in set(Role) - {Role.SAFEGUARDING}:
        assert [verbs(state, role) for state in ("open", "seen", "closed")] == [[], [], []]


def test_every_reading_is_in_the_file_and_within_an_hour_it_is_one(note, sam):
    for minutes in (0, 20, 59, 61):
        opened(note, sam, NOON + timedelta(minutes=minutes))
    assert [(one.kind, one.person) for one in note.entries.all()] == [("read", sam)] * 2
    assert [move.verb for move in moves().order_by("pk")] == ["ask", "see", "read"]
    assert talk.is_opened(note, sam, NOON + timedelta(minutes=90))
    assert not talk.is_opened(note, sam, NOON + timedelta(hours=3))


def test_a_note_is_closed_only_with_an_outcome(note, sam):
    opened(note, sam)
    with pytest.raises(Refused, match="came to"):
        talk.move_note(note=note, verb="close", by=LEAD, at=NOON)
    talk.conclude(**did(note, sam, "We spoke with everybody."), outcome="unfounded")
    talk.move_note(note=note, verb="close", by=LEAD, at=NOON)
    note.refresh_from_db()
    assert (note.state, note.outcome) == ("closed", "unfounded")
    last = note.entries.last()
    assert (last.kind, last.text, last.person) == ("outcome", "We spoke with everybody.", sam)


def test_a_host_is_suspended_across_the_school_and_restored_with_a_word_why(garage, note, sam):
    opened(note, sam)
    talk.suspend_host(**did(note, sam, "Until we know more."))
    relation = SchoolEmployer.objects.get(school=garage.school, employer=garage.employer)
    assert relation.suspended_at == NOON
    assert is_suspended(garage.school, garage.employer)
    assert not is_suspended(garage.other_school, garage.employer)
    garage.lina.refresh_from_db()
    assert garage.lina.state == "running"  # whoever is there is talked with first
    talk.restore_host(**did(note, sam, "It was a misunderstanding."))
    assert not is_suspended(garage.school, garage.employer)
    assert [one.kind for one in note.entries.all()] == ["read", "suspended", "restored"]


def test_no_new_placement_is_made_at_a_suspended_host_and_nobody_is_told_why(garage, note, sam):
    opened(note, sam)
    talk.suspend_host(**did(note, sam, SECRET))
    office = member(person("Cora Office"), garage.school, Role.COORDINATOR)
    planned = {
        "enrolment": garage.jonas.enrolment, "site": garage.site, "supervisor": garage.marek, "teacher": None,
        "coordinator": office.user.person, "starts_on": date(2027, 1, 4), "ends_on": date(2027, 2, 5),
        "by": actor_of(office), "at": NOON,
    }  # fmt: skip
    with pytest.raises(Refused, match=r"^There are no new placements at this host for now\. Please call"):
        create_placement(**planned)
    talk.restore_host(**did(note, sam, "Settled."))
    assert create_placement(**planned).state == "planned"


def test_the_list_of_the_coordinator_says_whom_to_call_and_nothing_else(garage, note, client):
    for role, told in ((Role.COORDINATOR, True), (Role.HEAD, False)):
        who = person(f"Office {role.capitalize()}")
        member(who, garage.school, role)
        client.force_login(who.user)
        for path in (
            "/placements/",
            "/",
            f"/placements/{garage.lina.public_id}/",
            f"/placements/{garage.lina.public_id}/?tab=people",
        ):
            shown = client.get(path).text
            assert SECRET not in shown
            assert "asks to talk" not in shown
        assert ("Call the safeguarding lead" in client.get("/placements/").text) is told
    member(garage.marek.person, garage.firm, Role.SUPERVISOR)
    client.force_login(garage.marek.person.user)
    for path in ("/host/", f"/placements/{garage.lina.public_id}/"):
        shown = client.get(path).text
        assert [words in shown for words in (SECRET, "afeguarding")] == [False, False]


def test_a_host_stays_suspended_while_another_open_note_asks_for_it(garage, note, sam):
    other = ask(garage)
    for one in (note, other):
        opened(one, sam)
        talk.suspend_host(**did(one, sam, "Until we know more."))
    with pytest.raises(Refused, match="Another open note"):
        talk.restore_host(**did(note, sam, "Settled."))
    talk.conclude(**did(other, sam, "Settled."), outcome="no_case")
    talk.move_note(note=other, verb="close", by=LEAD, at=NOON)
    talk.restore_host(**did(note, sam, "Settled."))
    assert not is_suspended(garage.school, garage.employer)


def test_no_move_holds_a_word_or_stands_on_a_page_of_the_placement(garage, note, sam):
    opened(note, sam)
    talk.add_entry(**did(note, sam, SECRET))
    talk.suspend_host(**did(note, sam, SECRET))
    rows = list(moves())
    assert {move.noun for move in rows} == {"talk", "relation"}
    for move in rows:
        assert (move.timeline, move.reason, move.details) == ("", "", {})


def test_nobody_but_the_lead_does_any_of_it(garage, note, sam):
    for by in (HOST, STUDENT, Actor("user", 7, Role.COORDINATOR), Actor("user", 7, Role.HEAD)):
        for verb in (talk.open_note, talk.add_entry, talk.suspend_host, talk.restore_host):
            said = did(note, sam, SECRET) | {"by": by}
            if verb is talk.open_note:
                del said["text"]
            with pytest.raises(Refused):
                verb(**said)
    assert not note.entries.exists()
    assert not is_suspended(garage.school, garage.employer)


def test_a_note_about_no_host_suspends_none(garage, sam):
    note = talk.ask_to_talk(student=garage.lina.enrolment.student, text="", by=STUDENT, at=NOON)
    with pytest.raises(Refused, match="no host"):
        talk.suspend_host(**did(opened(note, sam), sam, "x"))


def test_the_coordinator_is_told_whom_to_call_about_which_placement_and_no_more(garage, note, sam):
    coordinator = member(person("Cora Office"), garage.school, Role.COORDINATOR)
    talk.ask_to_talk(student=garage.jonas.enrolment.student, text=SECRET, by=STUDENT, at=NOON)  # about no host
    assert list(queries.to_call_about(coordinator)) == [garage.lina]
    for number, role in enumerate((Role.TEACHER, Role.HEAD, Role.SUPERVISOR, Role.OWNER, Role.GUARDIAN)):
        assert not queries.to_call_about(member(person(f"Some Body{number}"), garage.school, role)).exists()
    assert not queries.to_call_about(member(person("Olga Other"), garage.other_school, Role.COORDINATOR)).exists()
    talk.conclude(**did(opened(note, sam), sam, "Done."), outcome="founded")
    talk.move_note(note=note, verb="close", by=LEAD, at=NOON)
    assert list(queries.to_call_about(coordinator)) == []


def test_the_lead_sees_how_long_a_note_waited_for_its_first_reader(garage, note, sam):
    viewer = sam.user.memberships.get()
    (before,) = queries.waiting(list(queries.notes(viewer, show_all=False)), garage.school, NOON)
    assert (before.minutes, before.is_read, before.is_late) == (180, False, True)
    opened(note, sam, at(MONDAY, 9) + timedelta(minutes=25))
    (after,) = queries.waiting(list(queries.notes(viewer, show_all=False)), garage.school, NOON)
    assert (after.minutes, after.is_read, after.is_late) == (25, True, False)


def test_the_number_of_the_lead_is_given_to_students(garage, sam):
    assert queries.lead_phone(garage.school, MONDAY) == ""
    ContactPoint.objects.create(person=sam, channel="phone", address="+44 20 7946 0000")
    assert queries.lead_phone(garage.school, MONDAY) == "+44 20 7946 0000"
    assert queries.lead_phone(garage.other_school, MONDAY) == ""
