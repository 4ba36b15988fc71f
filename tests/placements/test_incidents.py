"""Accidents and other incidents (product 6, E15): reported from every side, told in time, closed."""

from datetime import date, time, timedelta

import pytest
import time_machine

from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Incident
from placements.queries.incidents import lines_for, report_of
from placements.workflow.incidents import INCIDENT, complete_incident, move_incident, report_incident, tell
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, moves, work

pytestmark = pytest.mark.django_db
OFFICE = Actor("user", 7, Role.COORDINATOR)
ACCIDENT = at(MONDAY, 10)
EVENING = at(MONDAY, 18)
WORDS = "The jack slipped and the wheel fell on my foot."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def garage():
    return build()


def report(garage, **changes) -> Incident:
    values = {
        "placement": garage.lina, "kind": "accident", "care": "doctor", "happened_at": ACCIDENT, "place": "Bay 2",
        "what": WORDS, "person": garage.lina.learner, "by": STUDENT, "at": EVENING,
    }  # fmt: skip
    return report_incident(**(values | changes))


def test_who_may_make_which_move_from_which_state():
    def verbs(state: str, role: str) -> list[str]:
        return [move.verb for move in INCIDENT.open_moves(state, role)]

    for role in (Role.COORDINATOR, Role.HEAD):
        assert verbs("reported", role) == ["complete", "note", "tell", "close"]
        assert verbs("told", role) == ["complete", "note", "close"]
        assert verbs("closed", role) == ["reopen"]
    for role in (Role.STUDENT, Role.SUPERVISOR, Role.OWNER, Role.TEACHER, Role.GUARDIAN, Role.SAFEGUARDING):
        assert [verbs(state, role) for state in Incident.State.values] == [[], [], []]
    assert INCIDENT.move("report").roles == {"student", "supervisor", "owner", "teacher", "coordinator", "head"}


def test_a_report_starts_the_clock_of_the_country_of_the_workplace(garage):
    incident = report(garage)
    assert (incident.state, incident.side, incident.tell_by) == ("reported", "student", date(2026, 12, 1))
    garage.site.country = "FR"
    garage.site.save()
    assert report(garage, care="first_aid").tell_by == date(2026, 11, 18)
    garage.school.accident_days = 3
    garage.school.save()
    garage.lina.school.refresh_from_db()
    assert report(garage).tell_by == date(2026, 11, 18)  # abroad the school's own days say nothing
    assert report(garage, placement=garage.jonas, kind="damage", care="none").tell_by is None


def test_a_report_sent_twice_is_one_and_its_move_holds_no_word_of_it(garage):
    incident = report(garage)
    assert report(garage, public_id=incident.public_id, what="Again") == incident
    move = moves().get()
    assert (move.noun, move.verb, move.timeline) == ("incident", "report", f"placement:{garage.lina.pk}")
    assert move.details == {"kind": "accident", "care": "doctor", "tell_by": "2026-12-01"}
    assert WORDS not in str(vars(move))


def test_a_moment_that_has_not_come_or_before_the_placement_is_refused(garage):
    for moment in (EVENING + timedelta(minutes=1), at(garage.lina.starts_on - timedelta(days=1))):
        with pytest.raises(Refused):
            report(garage, happened_at=moment)
    with pytest.raises(Refused):
        report(garage, by=Actor("user", 1, Role.GUARDIAN))


def test_an_accident_stays_open_until_insurer_and_authority_know(garage):
    incident = report(garage)
    with pytest.raises(Refused, match="authority"):
        move_incident(incident=incident, verb="close", by=OFFICE, at=EVENING)
    tell(incident=incident, insurer_told_on=MONDAY, authority_told_on=None, by=OFFICE, at=EVENING)
    assert incident.state == "reported"
    tell(incident=incident, insurer_told_on=MONDAY, authority_told_on=MONDAY, by=OFFICE, at=EVENING)
    assert incident.state == "told"
    move_incident(incident=incident, verb="close", by=OFFICE, at=EVENING)
    assert incident.state == "closed"
    move_incident(incident=incident, verb="reopen", by=OFFICE, at=EVENING)
    assert (incident.state, incident.authority_told_on) == ("reported", MONDAY)
    assert [move.verb for move in moves().order_by("pk")] == ["report", "note", "tell", "close", "reopen"]


def test_nobody_can_have_been_told_before_it_happened_or_tomorrow(garage):
    incident = report(garage)
    for day in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)):
        with pytest.raises(Refused):
            tell(incident=incident, insurer_told_on=day, authority_told_on=None, by=OFFICE, at=EVENING)


def test_a_near_miss_can_be_closed_at_once(garage):
    incident = report(garage, kind="near_miss", care="none", by=HOST, person=garage.marek.person)
    move_incident(incident=incident, verb="close", by=OFFICE, at=EVENING)
    assert (incident.state, incident.side) == ("closed", "host")


def test_what_turns_out_worse_sets_the_clock_anew(garage):
    incident = report(garage, care="first_aid")
    assert incident.tell_by is None
    complete_incident(incident=incident, care="hospital", happened_at=ACCIDENT, place="Bay 3", by=OFFICE, at=EVENING)
    incident.refresh_from_db()
    assert (incident.tell_by, incident.place, incident.what) == (date(2026, 11, 26), "Bay 3", WORDS)


def test_the_data_for_insurer_and_authority_say_who_when_where_at_what_work_and_after_how_long(garage):
    incident = report(garage)
    planned = report_of(incident, MONDAY)
    assert (planned.age, planned.minutes, planned.tasks, planned.site) == (17, 120, [], garage.site)
    assert planned.law.startswith("RIDDOR 2013, regulation 4")
    entry = work(garage.lina, MONDAY, starts_at=time(8, 30), ends_at=time(10), pause=0, at=EVENING)
    logged = report_of(incident, MONDAY)
    assert (logged.minutes, logged.tasks) == (90, ["Brake discs"])
    assert entry.logged_minutes == 90  # the hours until the accident count as any others


def test_each_side_reads_its_own_words_and_a_conflict_is_known_to_its_reporter_alone(garage):
    mine, conflict = report(garage), report(garage, kind="conflict", what="He shouts.")
    theirs = report(garage, what="Foot under the wheel", by=HOST, person=garage.marek.person)
    for person, own, known in (
        (garage.lina.learner, [conflict, mine], {theirs, conflict, mine}),
        (garage.marek.person, [theirs], {theirs, mine}),
    ):
        lines = lines_for(garage.lina, person)
        assert {line.incident for line in lines} == known
        assert sorted((line.incident for line in lines if line.is_own), key=lambda row: -row.pk) == sorted(
            own, key=lambda row: -row.pk
        )
