"""The morning of the coordinator (3.1): six exceptions with their next steps, not 123 rows; each step empties one."""

import pytest

from accounts.access import actor_of, person_of
from accounts.roles import Role
from demo import cast as demo_cast
from demo import world
from employers.models import Supervisor
from placements.models import Contact, Signature, WorkEntry
from placements.workflow import sign
from placements.workflow.concerns import move_concern
from reports.clusters import clusters
from reports.item import Urgency
from reports.queries.day import coordinators_day
from tests.conftest import TODAY
from tests.demo.test_world import set_the_small_world_aside
from tests.reminders.conftest import utc

EIGHT = utc(11, 24, 8)


def needing(viewer):
    found = clusters(coordinators_day(viewer, today=TODAY).tasks)
    return [one for one in found if one.first.item.urgency != Urgency.LATER]


def words(viewer):
    return [(one.title, one.first.item.label, one.first.item.step.label) for one in needing(viewer)]


def test_the_morning_has_six_exceptions_each_with_the_right_next_step(cast):
    assert words(cast.insider(Role.COORDINATOR)) == [
        ("Jonas Ritter at Harbour Hotel", "Host wants to talk", "Read and call"),
        ("Mina Said at Northgate Clinic", "Nobody guides", "Choose a supervisor"),
        ("Tom Osei at Quayside Joinery", "Did not come", "Call the student"),
        ("Ada Brandt at Sunrise Bakery", "Unsigned", "Call the host"),
        ("Jonas Ritter at Harbour Hotel", "Unsigned", "Read and sign"),
        ("Mina Said at Northgate Clinic", "Hours differ", "Compare"),
    ]


def test_working_the_six_off_leaves_nothing_for_today(cast):
    amina = cast.insider(Role.COORDINATOR)
    by = actor_of(amina)
    for one in needing(amina):
        placement = one.first.item.placement
        WORK_OFF[one.first.item.label](placement, amina, by)
    assert words(amina) == []


def _talk(placement, amina, by):
    move_concern(concern=placement.concerns.get(), verb="talk", reason="Starts on 3 December.", by=by, at=EIGHT)
    move_concern(concern=placement.concerns.get(), verb="close", by=by, at=EIGHT)


def _guide(placement, amina, by):
    placement.segments.update(supervisor=Supervisor.objects.filter(site=placement.segments.get().site).first())


def _call(placement, amina, by):
    Contact.objects.create(
        kind="contact", method="phone", with_student=True, on=TODAY, school=placement.school, placement=placement,
        person=person_of(amina), side="school", at=EIGHT,
    )  # fmt: skip


def _sign(placement, amina, by):
    waiting = Signature.objects.filter(agreement__plan__placement=placement, signed_at=None)
    for place in waiting:
        roles = {"host": Role.OWNER, "school": Role.COORDINATOR}
        who = actor_of(demo_cast.member(roles[place.party]))
        sign(signature=place, name_typed="A. Name", ip="192.0.2.7", by=who, at=EIGHT)


def _settle(placement, amina, by):
    WorkEntry.objects.filter(placement=placement, state=WorkEntry.State.DISPUTED).update(
        state=WorkEntry.State.CONFIRMED
    )


WORK_OFF = {
    "Host wants to talk": _talk,
    "Nobody guides": _guide,
    "Did not come": _call,
    "Unsigned": _sign,
    "Hours differ": _settle,
}


@pytest.mark.whole
@pytest.mark.django_db
def test_of_123_placements_at_most_ten_things_stand_on_the_day():
    set_the_small_world_aside()
    world.load(today=TODAY)
    amina = demo_cast.member(Role.COORDINATOR)
    everything = clusters(coordinators_day(amina, today=TODAY).tasks)
    assert (len(needing(amina)), len(everything)) == (8, 10)
