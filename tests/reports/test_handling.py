"""The coordinator's day is handled: taken, given away, put to rest, and what came back is new."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import actor_of, person_of
from accounts.models import Person
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import Employer
from placements.models import Contact, Placement, WorkEntry
from placements.workflow import start
from placements.workflow.absences import judge_absence, tell_absence
from reports.clusters import clusters, told
from reports.handled import Task
from reports.item import Item, Kind, Step, Urgency
from reports.models import Handling
from reports.queries.day import coordinators_day
from reports.workflow import Overtaken, Wish, handle
from schools.models import Enrolment, Student
from tests.placements import college as colleges
from tests.placements.college import member
from tests.reminders.conftest import World, utc

TODAY = date(2027, 1, 25)
NOON = utc(1, 25, 12, year=2027)


@pytest.fixture
def world(db):
    return World(colleges.build())


@pytest.fixture
def joss(world):
    return member("Joss Hale", Role.COORDINATOR, world.college.school)


@pytest.fixture
def cora(world):
    return world.college.coordinator


@pytest.fixture
def differing(world) -> Placement:
    """A placement with one disputed day of the week before."""
    placement = world.running()
    world.log(placement, date(2027, 1, 19))
    WorkEntry.objects.update(state=WorkEntry.State.DISPUTED, confirmed_minutes=300)
    return placement


def act(placement, by, seen=0, *, owner=None, rests_until=None, note="", at=NOON, kind=Kind.DIFFER):
    wish = Wish(person_of(owner or by), rests_until, note)
    return handle(
        placement=placement, kind=kind, seen=seen, wish=wish, person=person_of(by), by=actor_of(by), at=at
    )  # fmt: skip


def labels(viewer, today=TODAY, **of):
    return [item.label for item in coordinators_day(viewer, today=today, **of).items]


def verbs():
    return list(Transition.objects.filter(noun="handling").order_by("pk").values_list("verb", flat=True))


def test_what_was_given_to_a_colleague_is_on_the_colleagues_day_and_no_longer_on_mine(differing, cora, joss):
    assert (labels(cora), labels(joss)) == (["Hours differ"], [])
    act(differing, cora, owner=joss, note="Marek calls back at 3")
    assert (labels(cora), labels(joss)) == ([], ["Hours differ"])
    (task,) = coordinators_day(joss, today=TODAY).tasks
    assert (task.owner, task.note, task.version) == ("Joss Hale", "Marek calls back at 3", 1)
    assert verbs() == ["assign", "note"]


def test_who_covers_sees_the_same_list(differing, cora, joss):
    assert labels(joss, of=person_of(cora)) == labels(cora) == ["Hours differ"]
    act(differing, joss)
    assert (labels(joss), labels(joss, of=person_of(cora)), verbs()) == (["Hours differ"], [], ["take"])


def test_what_rests_comes_back_on_its_day(differing, cora):
    act(differing, cora, rests_until=date(2027, 1, 28))
    found = coordinators_day(cora, today=date(2027, 1, 27))
    assert (len(found.tasks), len(found.resting)) == (0, 1)
    assert labels(cora, date(2027, 1, 28)) == ["Hours differ"]


def test_what_rests_until_today_is_refused(differing, cora):
    with pytest.raises(Refused, match="comes after today"):
        act(differing, cora, rests_until=TODAY)
    assert Handling.objects.count() == 0


def test_a_start_without_agreement_comes_back_though_its_item_rested(world, cora):
    placement = world.college.placement()
    act(placement, cora, rests_until=date(2027, 2, 1), at=utc(12, 29, 9), kind=Kind.AGREEMENT)
    assert labels(cora, date(2026, 12, 30)) == []
    assert labels(cora, placement.starts_on) == ["Start without agreement"]


def test_what_came_back_after_it_was_handled_is_new(differing, world, cora, joss):
    act(differing, cora, owner=joss, rests_until=date(2027, 2, 12), note="Old", at=utc(1, 20, 9, year=2027))
    assert labels(cora) == []
    WorkEntry.objects.update(state=WorkEntry.State.CONFIRMED)
    world.log(differing, date(2027, 1, 21))
    WorkEntry.objects.filter(day=date(2027, 1, 21)).update(state=WorkEntry.State.DISPUTED, confirmed_minutes=60)
    (task,) = coordinators_day(cora, today=TODAY).tasks
    assert (task.item.since, task.note, task.version) == (date(2027, 1, 21), "", 1)


def test_the_second_of_two_is_told_who_did_what_and_nothing_is_stored(differing, cora, joss):
    act(differing, joss)
    with pytest.raises(Overtaken, match=r"Joss Hale took this on Mon 25 Jan at 12:00\."):
        act(differing, cora, note="I call", at=NOON + timedelta(minutes=1))
    handling = Handling.objects.get()
    assert (handling.owner, handling.note, handling.version) == (person_of(joss), "", 1)


def test_only_a_coordinator_handles(differing, world, cora):
    wish = Wish(person_of(cora), None, "Mine")
    with pytest.raises(Refused):
        handle(
            placement=differing, kind=Kind.DIFFER, seen=0, wish=wish, person=person_of(cora),
            by=Actor("user", 1, Role.TEACHER), at=NOON,
        )  # fmt: skip
    assert Handling.objects.count() == 0


def test_the_log_names_nobody_and_a_private_matter_stands_on_no_placement(differing, cora, joss):
    act(differing, cora, owner=joss)
    act(differing, cora, owner=joss, kind=Kind.SAFEGUARDING)
    rows = Transition.objects.filter(noun="handling").order_by("pk")
    assert [row.timeline for row in rows] == [f"placement:{differing.pk}", ""]
    assert rows[0].details == {"kind": "differ", "to": person_of(joss).pk}


# ── On the screen ────────────────────────────────────────────────────────────────────────────────────────────────────


def client_of(viewer) -> Client:
    client = Client()
    client.force_login(viewer.user)
    return client


@pytest.fixture
def morning(time_machine):
    time_machine.move_to("2027-01-25 09:12:00+00:00")


def said(owner, *placements, seen=0, **more):
    return {"owner": str(person_of(owner).public_id), "seen": on_page(*placements, seen=seen), "note": "", **more}


def on_page(*placements, seen=0):
    return " ".join(f"{one.public_id}:{seen}" for one in placements)


def test_a_coordinator_presses_second_keeps_what_was_typed_and_may_press_again(differing, cora, joss, morning):
    address = f"/day/{differing.public_id}/differ/"
    assert client_of(joss).post(f"{address}take/", {"seen": on_page(differing)}).status_code == 302
    client = client_of(cora)
    answer = client.post(address, said(cora, differing, note="I call at ten"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Joss Hale took this on Mon 25 Jan at 09:12." in page
    assert "I call at ten" in page
    assert client.post(address, said(cora, differing, seen=1, note="I call at ten")).status_code == 302
    assert Handling.objects.get().note == "I call at ten"


def test_one_press_to_take_says_who_was_faster(differing, cora, joss, morning):
    address = f"/day/{differing.public_id}/differ/take/"
    client_of(joss).post(address, {"seen": on_page(differing)})
    page = client_of(cora).post(address, {"seen": on_page(differing)}, follow=True).content.decode()
    assert "Joss Hale took this on Mon 25 Jan at 09:12." in page


def test_what_was_settled_meanwhile_is_said_and_the_note_is_not_lost(differing, cora, morning):
    WorkEntry.objects.update(state=WorkEntry.State.CONFIRMED)
    answer = client_of(cora).post(f"/day/{differing.public_id}/differ/", said(cora, differing, note="I call at ten"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nobody has to do this any more" in page
    assert "I call at ten" in page


def test_an_item_shows_what_was_done_about_it(differing, cora, joss, morning):
    client = client_of(cora)
    client.post(f"/day/{differing.public_id}/differ/", said(joss, differing, note="Ask Marek"))
    page = client.get(f"/day/{differing.public_id}/differ/").content.decode()
    assert "Cora Diaz gave this to Joss Hale on Mon 25 Jan at 09:12." in page
    assert "Ask Marek" in page


def test_only_a_colleague_of_the_same_school_can_be_covered(differing, cora, joss, morning):
    client = client_of(joss)
    page = client.get(f"/?cover={person_of(cora).public_id}").content.decode()
    assert "1 thing needs Cora Diaz" in page
    assert "Take it" in page
    assert client.get(f"/?cover={differing.learner.public_id}").status_code == 404
    assert client.get("/?cover=nobody").status_code == 404


# ── Calls to one host stand together ─────────────────────────────────────────────────────────────────────────────────


def waiting(key, host, kind=Kind.HOURS, **more):
    learner = Person(given_name="Ada", family_name="Brandt")
    placement = Placement(pk=key, learner=learner, employer=Employer(pk=host, name="Harbour Foods"))
    item = Item(placement, kind, Urgency.LATER, "warn", "Not confirmed", "15 h wait.", TODAY, Step("Call", "/"))
    return Task(item, 1, **more)


def test_a_host_is_called_once_for_all_its_students():
    found = clusters([waiting(1, 5), waiting(2, 6), waiting(3, 5), waiting(4, 5, Kind.DIFFER)])
    assert [(one.title, len(one.tasks)) for one in found] == [
        ("2 students at Harbour Foods", 2), ("Ada Brandt at Harbour Foods", 1), ("Ada Brandt at Harbour Foods", 1),
    ]  # fmt: skip


@pytest.fixture
def silent(world) -> list[Placement]:
    """Two students at one host that has not confirmed hours for weeks, and the same at no other."""
    college = world.college
    ian = member("Ian Moss", Role.STUDENT, college.school).user.person
    pupil = Student.objects.create(person=ian, school=college.school, birth_date=date(2005, 6, 1))
    cohort = college.enrolment.cohort
    enrolment = Enrolment.objects.create(student=pupil, cohort=cohort, starts_on=cohort.starts_on)
    second = college.placement(enrolment=enrolment)
    for place in college.asked(second).values():
        colleges.put_name(place)
    start(placement=second, by=Actor.system(), at=utc(1, 4, 6, year=2027))
    found = [world.running(), second]
    for number, placement in enumerate(found):
        world.log(placement, date(2027, 1, 5 + number))
    return found


def test_what_one_call_settles_is_handled_at_once(silent, cora, joss, morning):
    (one,) = clusters(coordinators_day(cora, today=TODAY).tasks)
    assert (one.title, one.first.item.placement) == ("2 students at Novak Garage", silent[0])
    address = f"/day/{silent[0].public_id}/hours/"
    page = client_of(cora).get(address).content.decode()
    assert all(name in page for name in ("Nia Berg", "Ian Moss", f'value="{on_page(*silent)}"'))
    assert client_of(cora).post(address, said(joss, *silent, note="Calls back")).status_code == 302
    assert (labels(cora), labels(joss)) == ([], ["Not confirmed", "Not confirmed"])
    assert [row.note for row in Handling.objects.order_by("pk")] == ["Calls back", "Calls back"]


def test_the_page_of_several_students_needs_at_most_twelve_queries(silent, cora, morning):
    client, address = client_of(cora), f"/day/{silent[0].public_id}/hours/"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) <= 12


def test_where_a_colleague_has_taken_one_of_them_none_is_handled(silent, cora, joss, morning):
    act(silent[1], joss, kind=Kind.HOURS)
    answer = client_of(cora).post(f"/day/{silent[0].public_id}/hours/", said(cora, *silent, note="I call"))
    assert answer.status_code == 422
    assert "Joss Hale took this on Mon 25 Jan at 12:00." in answer.content.decode()
    assert not Handling.objects.filter(placement=silent[0]).exists()


def test_one_press_takes_all_of_them_and_what_cannot_be_read_takes_none(silent, cora, joss, morning):
    address = f"/day/{silent[0].public_id}/hours/take/"
    client_of(joss).post(address, {"seen": "1"})
    assert labels(joss) == []
    client_of(joss).post(address, {"seen": on_page(*silent)})
    assert (labels(cora), labels(joss)) == ([], ["Not confirmed", "Not confirmed"])


def test_an_item_says_why_since_when_and_what_was_noted():
    assert told(waiting(1, 5, note="Calls back")) == "15 h wait. Since Mon 25 Jan. Note: Calls back"
    assert told(waiting(1, 5, Kind.SAFEGUARDING)) == "15 h wait."


# ── A student did not come ───────────────────────────────────────────────────────────────────────────────────────────


def did_not_come(world, placement):
    return tell_absence(
        placement=placement, day=TODAY, minutes=None, cause="student", person=world.college.host.person,
        by=actor_of(world.college.supervisor), at=utc(1, 25, 7, 40, year=2027),
    )  # fmt: skip


def test_one_tap_of_the_host_is_on_the_day_until_the_school_has_talked_to_the_student(world, cora):
    placement = world.running()
    did_not_come(world, placement)
    (item,) = coordinators_day(cora, today=TODAY).items
    assert (item.kind, item.urgency, item.label, item.step.label) == (
        Kind.NO_SHOW, Urgency.NOW, "Did not come", "Call the student",
    )  # fmt: skip
    assert item.why == "The host told us on Mon 25 Jan at 07:40. Nobody has heard from the student yet."
    Contact.objects.create(
        kind="contact", method="phone", with_student=True, on=TODAY, school=world.college.school, placement=placement,
        person=person_of(cora), side="school", at=NOON,
    )  # fmt: skip
    assert labels(cora) == []


def test_an_absence_that_the_school_has_judged_needs_nobody(world, cora):
    absence = did_not_come(world, world.running())
    judge_absence(absence=absence, authorised=True, paid=None, by=actor_of(cora), at=NOON)
    assert labels(cora) == []
