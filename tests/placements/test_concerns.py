"""A host asks for help or would like to end a placement (product 6, E39 and E40): people talk first."""

import pytest
import time_machine

from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Concern
from placements.queries.concerns import concerns, talks_of
from placements.workflow.concerns import CONCERN, ask_school, move_concern
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, person

pytestmark = pytest.mark.django_db
OFFICE = Actor("user", 7, Role.COORDINATOR)
NOW = at(MONDAY)
WORDS = "She prays at noon."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage():
    return build()


def ask(garage, **changes) -> Concern:
    values = {"placement": garage.lina, "kind": "help", "person": garage.marek.person, "by": HOST, "at": NOW}
    return ask_school(**(values | changes))


def test_who_may_make_which_move_from_which_state():
    def verbs(state: str, role: str) -> list[str]:
        return [move.verb for move in CONCERN.open_moves(state, role)]

    for role in (Role.COORDINATOR, Role.HEAD):
        assert [verbs(state, role) for state in Concern.State.values] == [["talk"], ["close"], ["reopen"]]
    for role in (Role.SUPERVISOR, Role.OWNER):
        assert [verbs(state, role) for state in Concern.State.values] == [["take_back"], [], []]
    for role in (Role.STUDENT, Role.TEACHER, Role.GUARDIAN, Role.SAFEGUARDING):
        assert [verbs(state, role) for state in Concern.State.values] == [[], [], []]
    assert CONCERN.move("ask").roles == {"supervisor", "owner"}


def test_a_wish_to_end_a_placement_ends_nothing(garage):
    concern = ask(garage, kind="end", category="attendance")
    garage.lina.refresh_from_db()
    assert (concern.state, garage.lina.state) == ("open", "running")
    move_concern(concern=concern, verb="talk", reason="Comes by bike from now on.", by=OFFICE, at=NOW)
    move_concern(concern=concern, verb="close", by=OFFICE, at=NOW)
    assert [row.reason for row in talks_of(concern)] == ["Comes by bike from now on."]
    garage.lina.refresh_from_db()
    assert (concern.state, garage.lina.state) == ("closed", "running")


def test_nothing_is_closed_before_people_have_talked_and_said_what_came_of_it(garage):
    concern = ask(garage)
    with pytest.raises(Refused):
        move_concern(concern=concern, verb="close", by=OFFICE, at=NOW)
    with pytest.raises(Refused, match="reason"):
        move_concern(concern=concern, verb="talk", by=OFFICE, at=NOW)


def test_asking_twice_is_asking_once_until_it_is_closed(garage):
    first = ask(garage)
    assert ask(garage) == first
    move_concern(concern=first, verb="take_back", by=HOST, at=NOW)
    assert ask(garage) != first


def test_a_wish_to_end_needs_a_category_and_a_live_placement_and_a_host(garage):
    with pytest.raises(Refused):
        ask(garage, kind="end")
    for actor in (STUDENT, OFFICE):
        with pytest.raises(Refused):
            ask(garage, by=actor)
    garage.lina.state = "ended"
    garage.lina.save()
    with pytest.raises(Refused):
        ask(garage)


def test_reasons_for_which_nobody_may_be_sent_away_stand_first_and_no_page_of_the_student_tells_of_them(garage):
    late = ask(garage, kind="end", category="attendance", placement=garage.jonas)
    unlawful = ask(garage, kind="end", category="origin", text=WORDS)
    head = member(person("Hedda Head"), garage.school, Role.HEAD)
    assert list(concerns(head, show_all=False)) == [unlawful, late]
    for number, role in enumerate((Role.STUDENT, Role.TEACHER, Role.GUARDIAN, Role.SAFEGUARDING, Role.SUPERVISOR)):
        viewer = member(person(f"Nosy Person{number}"), garage.school, role)
        assert not concerns(viewer, show_all=True).exists()
    other = member(person("Other Head"), garage.other_school, Role.HEAD)
    assert not concerns(other, show_all=True).exists()
    for move in moves().filter(noun="concern"):
        assert (move.timeline, move.details) == ("", {"kind": "end"})
        assert WORDS not in str(vars(move))
