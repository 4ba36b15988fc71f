"""Two coordinators open the same page of the day; one acts, then the other: the second reads who did what, and when."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.test import Client

from accounts.access import actor_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from placements.models import Absence, Concern, Doubt, Incident, WeekConfirmation
from placements.workflow.absences import tell_absence
from placements.workflow.concerns import ask_school, move_concern
from placements.workflow.incidents import report_incident
from reminders.models import Outbox
from tests.placements import college as colleges
from tests.placements.college import member
from tests.placements.test_placement_screens import week
from tests.reminders.conftest import World, utc

TODAY = date(2027, 1, 25)
EIGHT = utc(1, 25, 8, year=2027)
AUTHORITY = '<input type="date" name="authority_told_on" value="2027-01-25"'


@dataclass(frozen=True)
class Press:
    """What both send to a page; `typed` is what the second wrote and must still stand there."""

    address: str
    said: dict[str, str]
    second: dict[str, str] = field(default_factory=dict)
    typed: str = ""


def talked(world: World) -> Press:
    concern = _concern(world)
    return Press(f"/concerns/{concern.public_id}/", {"step": "talk", "reason": "All is well."},
                 {"reason": "They want another week."}, "They want another week.")  # fmt: skip


def closed(world: World) -> Press:
    concern = _concern(world)
    move_concern(concern=concern, verb="talk", reason="All is well.", by=world.college.office, at=EIGHT)
    return Press(f"/concerns/{concern.public_id}/", {"step": "close"})


def _concern(world: World) -> Concern:
    return ask_school(
        placement=world.running(), kind=Concern.Kind.HELP, person=world.college.host.person,
        by=actor_of(world.college.supervisor), at=EIGHT,
    )  # fmt: skip


def guided(world: World) -> Press:
    placement = world.running()
    segment = placement.segments.get()
    said = {
        "starts_on": segment.starts_on.isoformat(), "ends_on": segment.ends_on.isoformat(), "guide": "",
        "setting": segment.setting, "realism": segment.realism,
    }  # fmt: skip
    again = {"guide": str(world.college.host.person.pk)}
    return Press(f"/placements/{placement.public_id}/workplaces/{segment.pk}/", said, again, "Milan Novak</option>")


def judged(world: World) -> Press:
    absence = tell_absence(
        placement=world.running(), day=TODAY, minutes=None, cause=Absence.Cause.STUDENT,
        person=world.college.host.person, by=actor_of(world.college.supervisor), at=EIGHT,
    )  # fmt: skip
    return Press(f"/absences/{absence.public_id}/judge/", {"authorised": "yes"}, {"authorised": "no"})


def asked(world: World) -> Press:
    placement = world.college.placement(starts_on=date(2027, 2, 1))
    return Press(f"/placements/{placement.public_id}/request/", {"person": str(world.college.host.person.pk)})


def sent(world: World) -> Press:
    placement = world.college.placement(starts_on=date(2027, 2, 1))
    world.college.plan(placement)
    return Press(f"/placements/{placement.public_id}/propose/", {"sign_by": "2027-01-29"})


def on_paper(world: World) -> Press:
    place = world.college.asked()["host"]
    said = {"name_typed": "Milan Novak", "signed_on": "2027-01-22"}
    return Press(f"/sign/{place.public_id}/paper/", said, {"name_typed": "M. Novak junior"}, "M. Novak junior")


def settled(world: World) -> Press:
    entry = world.log(world.running(), date(2027, 1, 19))
    world.confirm(entry.placement, date(2027, 1, 18), EIGHT, {entry.pk: (300, "Left early")})
    said = {"which": "host", "reason": "The door was locked."}
    return Press(f"/hours/{entry.public_id}/settle/", said, {"reason": "I asked both."}, "I asked both.")


def heard(world: World) -> Press:
    entry = world.log(world.running(), date(2027, 1, 19))
    world.confirm(entry.placement, date(2027, 1, 18), EIGHT)
    week = WeekConfirmation.objects.get(placement=entry.placement)
    WeekConfirmation.objects.filter(pk=week.pk).update(doubt=Doubt.OPEN)
    return Press(f"/placements/{entry.placement.public_id}/doubts/", {"answer": str(week.public_id), "step": "meant"})


def incident_closed(world: World) -> Press:
    return Press(_incident(world), {"step": "close"})


def incident_told(world: World) -> Press:
    said = {"step": "told", "insurer_told_on": "2027-01-25", "authority_told_on": ""}
    return Press(_incident(world), said, {"authority_told_on": "2027-01-25"}, AUTHORITY)


def incident_completed(world: World) -> Press:
    said = {"step": "complete", "care": "doctor", "day": "2027-01-25", "clock": "07:30", "place": "Bay 3"}
    return Press(_incident(world), said, {"place": "Behind the lift"}, "Behind the lift")


def _incident(world: World) -> str:
    incident = report_incident(
        placement=world.running(), kind=Incident.Kind.CONFLICT, care="", what="A quarrel.", happened_at=EIGHT, place="",
        person=world.college.host.person, by=actor_of(world.college.supervisor), at=EIGHT,
    )  # fmt: skip
    return f"/incidents/{incident.public_id}/"


def planned(world: World) -> Press:
    placement = world.college.placement(starts_on=date(2027, 2, 1))
    said = week(2) | {"purpose_text": "To learn brakes."}
    again = {"purpose_text": "To learn gears."}
    return Press(f"/placements/{placement.public_id}/plan/", said, again, "To learn gears.")


def planned_anew(world: World) -> Press:
    placement = world.running()
    said = week(3) | {"from_day": "2027-02-01", "change_reason": "School is on Wednesdays."}
    again = {"change_reason": "They close on Wednesdays."}
    return Press(f"/placements/{placement.public_id}/plan/change/", said, again, "They close on Wednesdays.")


def moved_dates(world: World) -> Press:
    placement = world.college.placement(starts_on=date(2027, 2, 1))
    world.college.plan(placement)
    said = {"starts_on": "2027-02-08", "ends_on": placement.ends_on.isoformat(), "change_reason": ""}
    again = {"change_reason": "The yard is closed."}
    return Press(f"/placements/{placement.public_id}/plan/dates/", said, again, "The yard is closed.")


def addressed(world: World) -> Press:
    person = world.college.host.person
    person.user = None
    person.save()
    letter = Outbox.objects.create(
        person=person, school=world.college.school, letter="sign", reader="host", day=TODAY, message_id="<a@test>",
        next_attempt_at=EIGHT, sent_at=EIGHT, state=Outbox.State.BOUNCED,
    )  # fmt: skip
    said, again = {"address": "milan@novak.test"}, {"address": "milan@garage.test"}
    return Press(f"/letters/{letter.public_id}/address/", said, again, 'value="milan@garage.test"')


def paused(world: World) -> Press:
    said = {"reason": "Ill for a while."}
    address = f"/placements/{world.running().public_id}/move/pause/"
    return Press(address, said, {"reason": "Water in the workshop."}, "Water in the workshop.")


WAYS: dict[Callable[[World], Press], str] = {
    talked: "We have talked",
    closed: "Close",
    guided: "Change the plan",
    judged: "Accept an absence or not",
    asked: "Ask the host",
    sent: "Send for signing",
    on_paper: "Signed on paper",
    settled: "Settle",
    heard: "A person meant it",
    incident_closed: "Close",
    incident_told: "Told",
    incident_completed: "Complete what is known",
    planned: "Change the plan",
    planned_anew: "Change the plan",
    moved_dates: "Change the plan",
    addressed: "Correct the address",
    paused: "Pause",
}


def client_of(viewer) -> Client:
    client = Client()
    client.force_login(viewer.user)
    return client


def hidden(page: str) -> dict[str, str]:
    """What the page says of what it showed."""
    found = re.search(r'<input type="hidden" name="seen" value="(\d+)"', page)
    return {"seen": found.group(1)} if found else {}


@pytest.fixture
def world(db, time_machine):
    time_machine.move_to("2027-01-25 09:12:00+00:00")
    return World(colleges.build())


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_second_reads_who_did_what_and_when_and_nothing_is_done_twice(world, way):
    press = way(world)
    first = client_of(member("Joss Hale", Role.COORDINATOR, world.college.school))
    second = client_of(world.college.coordinator)
    seen = hidden(second.get(press.address).content.decode())
    done = first.post(press.address, {**press.said, **hidden(first.get(press.address).content.decode())})
    assert done.status_code == 302, done.content.decode()
    steps = Transition.objects.count()
    answer = second.post(press.address, {**press.said, **press.second, **seen}, follow=True)
    page = html.unescape(answer.content.decode())
    assert f"Joss Hale was first, on Mon 25 Jan at 09:12: “{WAYS[way]}”." in page
    assert press.typed in page
    assert Transition.objects.count() == steps


def test_a_second_press_of_the_same_person_is_the_first_one(world):
    press = judged(world)
    client = client_of(world.college.coordinator)
    seen = hidden(client.get(press.address).content.decode())
    for _press in range(2):
        assert client.post(press.address, {**press.said, **seen}).status_code == 302
    assert Transition.objects.filter(noun="absence", verb="judge").count() == 1


def test_a_host_reads_no_name_of_the_school(world):
    concern = _concern(world)
    office, host = world.college.office, actor_of(world.college.supervisor)
    move_concern(concern=concern, verb="talk", reason="All is well.", by=office, at=EIGHT)
    with pytest.raises(Refused, match=r"it has changed in the meantime\.$"):
        move_concern(concern=concern, verb="take_back", by=host, at=EIGHT)


@pytest.mark.parametrize(
    "way", [planned, planned_anew, moved_dates, incident_told, incident_completed], ids=lambda way: way.__name__
)
def test_pressed_once_more_it_is_stored(world, way):
    press = way(world)
    first = client_of(member("Joss Hale", Role.COORDINATOR, world.college.school))
    second = client_of(world.college.coordinator)
    seen = hidden(second.get(press.address).content.decode())
    first.post(press.address, press.said | seen)
    told = second.post(press.address, press.said | press.second | seen)
    again = press.said | press.second | hidden(told.content.decode())
    assert (told.status_code, second.post(press.address, again).status_code) == (422, 302)
