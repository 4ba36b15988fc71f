"""The demo world: the college that all scenarios speak of, and a start ten days later."""

import json
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Sum, Value
from django.db.models.functions import Concat

from accounts.models import Organisation, User
from accounts.roles import Role
from demo import world
from demo.cast import HARBOUR
from employers.models import Employer, Supervisor
from placements.models import Placement, WorkEntry
from reports.queries.hand_overs import hand_overs, note_share
from schools.models import Programme
from tests.conftest import TODAY


def minutes_of(given: str, family: str) -> dict:
    entries = WorkEntry.objects.filter(learner__given_name=given, learner__family_name=family)
    return entries.aggregate(logged=Sum("logged_minutes"), confirmed=Sum("confirmed_minutes"))


def set_the_small_world_aside() -> None:
    """Give everything that must be unique another name, so that the whole world fits beside it."""
    Organisation.objects.update(name=Concat(Value("Old "), "name"))
    User.objects.update(email=Concat(Value("old-"), "email"))
    Employer.objects.update(identity=Concat(Value("old:"), "identity"))


def letters_of(day) -> list[dict]:
    out = StringIO()
    call_command("sweep", f"--today={day.isoformat()}", "--dry-run", "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_lina_has_logged_confirmed_and_credited_hours_that_differ(cast):
    lina = cast.insider(Role.STUDENT).user.person
    assert minutes_of("Lina", "Kowal") == {"logged": 186 * 60 + 30, "confirmed": 179 * 60 + 30}
    assert lina.students.get().ledger.aggregate(credited=Sum("minutes")) == {"credited": 140 * 60}


def test_mina_and_her_host_differ_on_two_days(cast):
    assert minutes_of("Mina", "Said") == {"logged": 42 * 60 + 30, "confirmed": 38 * 60}
    assert WorkEntry.objects.filter(learner__family_name="Said", state=WorkEntry.State.DISPUTED).count() == 2


def test_loading_the_world_again_changes_nothing(cast):
    before = Placement.objects.count()
    world.load(today=TODAY + timedelta(days=1))
    assert Placement.objects.count() == before


@pytest.mark.django_db
def test_the_demo_world_is_not_loaded_beside_real_schools():
    Organisation.objects.filter(name=HARBOUR).update(name="A real school")
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert out.getvalue() == "This database has schools of its own: the demo world is not loaded.\n"
    assert not world.is_loaded()


@pytest.mark.whole
@pytest.mark.django_db
def test_the_college_has_the_numbers_of_the_scenarios_and_a_late_start_sends_no_avalanche():
    set_the_small_world_aside()
    world.load(today=TODAY)
    school = Organisation.objects.get(name=HARBOUR)
    hosts = Employer.objects.filter(school_employers__school=school)
    staff = Counter(school.memberships.values_list("role", flat=True))
    assert Placement.objects.filter(school=school).count() == 184
    assert Placement.objects.filter(school=school, coordinator__given_name="Amina").count() == 123
    assert (hosts.count(), hosts.filter(size_to__lt=10).count()) == (96, 61)
    assert Supervisor.objects.filter(site__employer__in=hosts).count() == 118
    assert Programme.objects.filter(school=school).count() == 5
    assert (staff["coordinator"], staff["teacher"]) == (2, 9)
    amina = school.memberships.get(role=Role.COORDINATOR, user__person__given_name="Amina")
    handed = hand_overs(amina, today=TODAY)
    assert [one.receiver.given_name for one in handed if one.taken_at] == ["Amina"]
    assert [(one.placement_count, one.firm_count) for one in handed] == [(0, 1), (6, 0)]
    assert note_share(amina, today=TODAY).percent == 100
    letters = letters_of(TODAY + timedelta(days=10))
    sent = [letter for letter in letters if letter["decision"] == "send"]
    late = [letter for letter in letters if letter["due_at"] < "2026-12-01"]
    # Both worlds: 46 people get one letter each, about the last four days; what was due before stays unsent.
    assert (len(sent), len({letter["to"] for letter in sent})) == (46, 46)
    assert {letter["decision"] for letter in late} == {"skip"}
    assert len(late) == 699
