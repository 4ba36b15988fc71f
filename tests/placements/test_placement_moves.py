"""The table of moves of a placement and of an agreement, cell by cell, and what each verb leaves behind."""

from datetime import UTC, datetime

import pytest

from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from placements import workflow
from placements.models import Agreement, Placement
from tests.placements.college import FIRST, LAST, NOW, build, put_name

ROLES = [*Role, "system"]
SYSTEM = Actor.system()
OFFICE = {"coordinator"}
OFFICE_OR_SYSTEM = {"coordinator", "system"}
OFFICE_OR_HEAD = {"coordinator", "head"}
SIGNERS = {"student", "guardian", "supervisor", "owner", "coordinator", "teacher", "head"}

# verb: (from states, to state, roles); written by hand, not read from the table.
PLACEMENT_CELLS = {
    "create": (set(), None, OFFICE),
    "plan": ({"planned", "running", "paused"}, None, OFFICE),
    "start": ({"planned"}, "running", OFFICE_OR_SYSTEM),
    "pause": ({"running"}, "paused", OFFICE_OR_HEAD),
    "resume": ({"paused"}, "running", OFFICE_OR_HEAD),
    "end": ({"running", "paused"}, "ended", OFFICE_OR_SYSTEM),
    "cancel": ({"planned"}, "cancelled", OFFICE),
    "break": ({"running", "paused"}, "broken", OFFICE),
    "transfer": ({"broken"}, None, OFFICE),
    "restore": ({"broken"}, "running", OFFICE),
    "restore_paused": ({"broken"}, "paused", OFFICE),
    "restore_planned": ({"cancelled"}, "planned", OFFICE),
    "restore_running": ({"paused"}, "running", OFFICE),
    "host_stops": ({"planned", "running", "paused"}, None, OFFICE_OR_HEAD),
    "hand_on": ({"planned", "running", "paused", "ended", "broken"}, None, OFFICE_OR_HEAD),
    "hand_over": ({"planned", "running", "paused", "ended", "broken"}, None, {"supervisor", "owner"}),
}
# A move that takes a step back, and the step: its verb and the state before it.
UNDONE = {
    "restore": ("break", "running"),
    "restore_paused": ("break", "paused"),
    "restore_planned": ("cancel", "planned"),
    "restore_running": ("pause", "running"),
}
AGREEMENT_CELLS = {
    "propose": ({"draft"}, "proposed", OFFICE),
    "sign": ({"proposed", "partly_signed"}, "partly_signed", SIGNERS),
    "agree": ({"partly_signed"}, "in_force", SIGNERS),
    "refuse": ({"proposed", "partly_signed"}, "refused", SIGNERS),
    "supersede": ({"in_force"}, "superseded", SIGNERS),
    "sign_paper": ({"proposed", "partly_signed"}, "partly_signed", OFFICE),
    "take_back": ({"partly_signed", "in_force"}, "partly_signed", OFFICE),
    "restore": ({"superseded"}, "in_force", OFFICE),
    "lapse": ({"draft", "proposed", "partly_signed"}, "lapsed", OFFICE_OR_SYSTEM),
}
AFTER = datetime(2027, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def college(db):
    return build()


def moved(table, obj, verb, role):
    """Where the move leads, or nothing when it is refused; nothing may be written then."""
    before = Transition.objects.count()
    needed = {
        "agree": {"in_force_at": NOW},
        "restore": {"in_force_at": NOW} if isinstance(obj, Agreement) else {},
        "take_back": {"in_force_at": None},
        "break": {"end_reason": "work", "end_initiator": "host", "end_direction": "open"},
    }
    try:
        table.apply(obj, verb, by=Actor("user", 1, role), at=AFTER, reason="Because", **needed.get(verb, {}))
    except Refused:
        assert Transition.objects.count() == before
        return None
    assert Transition.objects.count() == before + 1
    obj.refresh_from_db()
    return obj.state


def step(placement, verb, before, after):
    """The placement came into its state by this move, just now."""
    values = {"noun": "placement", "object_id": placement.pk, "from_state": before, "to_state": after}
    Transition.objects.create(verb=verb, at=AFTER, **values)


@pytest.mark.parametrize("state", list(Placement.State))
def test_a_placement_moves_only_as_the_table_says(college, state):
    placement = college.agreed()
    for verb, (sources, target, roles) in PLACEMENT_CELLS.items():
        for role in ROLES:
            why = {"end_reason": "work", "end_initiator": "host", "end_direction": "open"}
            Placement.objects.filter(pk=placement.pk).update(state=state, **why)
            if verb in UNDONE:
                step(placement, *UNDONE[verb], state)
            allowed = state in sources and role in roles
            assert moved(workflow.PLACEMENT, placement, verb, role) == ((target or state) if allowed else None)
    elsewhere = {"start_unagreed"}  # tests/placements/test_breaking.py
    assert {move.verb for move in workflow.PLACEMENT.moves} == set(PLACEMENT_CELLS) | elsewhere


@pytest.mark.parametrize("state", list(Agreement.State))
def test_an_agreement_moves_only_as_the_table_says(college, state):
    agreement = college.plan(college.placement()).agreement
    for verb, (sources, target, roles) in AGREEMENT_CELLS.items():
        for role in ROLES:
            in_force_at = NOW if state in {"in_force", "superseded"} else None
            Agreement.objects.filter(pk=agreement.pk).update(state=state, in_force_at=in_force_at)
            allowed = state in sources and role in roles
            assert moved(workflow.AGREEMENT, agreement, verb, role) == (target if allowed else None)
    assert {move.verb for move in workflow.AGREEMENT.moves} == set(AGREEMENT_CELLS)


@pytest.mark.parametrize(("verb", "state"), [("pause", "running"), ("cancel", "planned"), ("break", "running")])
def test_leaving_the_way_needs_a_reason(college, verb, state):
    placement = college.placement()
    Placement.objects.filter(pk=placement.pk).update(state=state)
    with pytest.raises(Refused, match="Please give a reason"):
        workflow.PLACEMENT.apply(placement, verb, by=college.office, at=NOW, reason="  ")


def test_a_new_placement_has_a_segment_at_the_site_and_a_row_on_its_timeline(college):
    placement = college.placement(offer=college.offer)
    assert (placement.state, placement.learner, placement.employer) == (
        "planned",
        college.student.user.person,
        college.site.employer,
    )
    segment = placement.segments.get()
    assert (segment.site, segment.supervisor, segment.setting) == (college.site, college.host, "company")
    assert (segment.starts_on, segment.ends_on) == (FIRST, LAST)
    row = college.moves.get(noun="placement", verb="create")
    assert (row.timeline, row.to_state, row.role) == (f"placement:{placement.pk}", "planned", "coordinator")


def test_an_offer_with_one_place_takes_one_student_until_that_placement_is_cancelled(college):
    first = college.placement(offer=college.offer)
    with pytest.raises(Refused, match="All places of this offer are taken"):
        college.placement(offer=college.offer)
    workflow.cancel(placement=first, reason="Moved away", by=college.office, at=NOW)
    assert college.placement(offer=college.offer).offer == college.offer


def test_a_placement_cannot_end_before_it_begins(college):
    with pytest.raises(Refused, match="The last day is before the first day"):
        college.placement(starts_on=LAST, ends_on=FIRST)


def test_only_a_coordinator_makes_a_placement(college):
    with pytest.raises(Refused, match="You may not do this"):
        college.placement(by=Actor("user", 1, Role.TEACHER))


def test_a_placement_does_not_start_without_agreement(college):
    places = college.asked()
    placement = places["student"].agreement.plan.placement
    for party in ("student", "guardian", "host"):
        put_name(places[party])
    with pytest.raises(Refused, match="Not everybody has signed the agreement yet"):
        workflow.start(placement=placement, by=SYSTEM, at=datetime(2027, 1, 4, 8, tzinfo=UTC))


def test_an_agreed_placement_starts_on_its_first_day_and_ends_after_its_last(college):
    placement = college.agreed()
    with pytest.raises(Refused, match="The first day has not come yet"):
        workflow.start(placement=placement, by=SYSTEM, at=datetime(2027, 1, 3, 23, tzinfo=UTC))
    workflow.start(placement=placement, by=SYSTEM, at=datetime(2027, 1, 4, 0, tzinfo=UTC))
    assert placement.state == "running"
    with pytest.raises(Refused, match="The last day is not over yet"):
        workflow.end(placement=placement, by=SYSTEM, at=datetime(2027, 3, 5, 23, tzinfo=UTC))
    workflow.end(placement=placement, by=SYSTEM, at=datetime(2027, 3, 6, 0, tzinfo=UTC))
    placement.refresh_from_db()
    assert placement.state == "ended"


def test_the_first_day_begins_at_midnight_of_the_workplace(college):
    college.site.time_zone = "Asia/Tokyo"
    college.site.save()
    placement = college.agreed()
    workflow.start(placement=placement, by=SYSTEM, at=datetime(2027, 1, 3, 15, tzinfo=UTC))
    assert placement.state == "running"


def test_cancelling_a_placement_lets_its_agreement_lapse(college):
    places = college.asked()
    agreement = places["student"].agreement
    workflow.cancel(placement=agreement.plan.placement, reason="The host has closed", by=college.office, at=NOW)
    agreement.refresh_from_db()
    assert agreement.state == "lapsed"
    with pytest.raises(Refused, match="This is no longer possible"):
        put_name(places["student"])
