"""Does it fire? What `/readyz` and the administrator's page say of the clock, the sweep and the post."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db.migrations.recorder import MigrationRecorder

from accounts.roles import Role
from reminders.due.lines import Fact
from reminders.fields import FIELD_WORDS
from reminders.health import Problem, Vitals, problems
from reminders.models import Due, Heartbeat, Kind, Outbox
from tests.placements.college import NOW

MINUTE = timedelta(minutes=1)
FRESH = {"sweep": NOW, "post": NOW}


def test_all_is_well_for_ten_minutes_after_both_have_worked():
    assert problems(Vitals(FRESH), NOW + 10 * MINUTE) == []
    assert problems(Vitals(FRESH), NOW + 11 * MINUTE) == [Problem.SWEEP, Problem.POST]


def test_what_never_worked_is_late():
    assert problems(Vitals({"sweep": NOW}), NOW) == [Problem.POST]
    assert problems(Vitals({}), NOW) == [Problem.SWEEP, Problem.POST]


@pytest.mark.parametrize(
    ("since", "wrong"),
    [(NOW + 60 * MINUTE, []), (NOW - 60 * MINUTE, []), (NOW - 61 * MINUTE, [Problem.DUE, Problem.LETTERS])],
)
def test_what_waits_for_more_than_an_hour_is_wrong(since, wrong):
    assert problems(Vitals(FRESH, oldest_due=since, oldest_letter=since), NOW) == wrong


def beat(at: datetime) -> None:
    for part in Heartbeat.Part:
        Heartbeat.objects.update_or_create(part=part, defaults={"at": at, "count": 7})


@pytest.fixture
def late(world):
    """One thing due and one letter, both for two hours, about somebody of the test college."""
    college = world.college
    whose = {"person": college.host.person, "school": college.school, "reader": "host"}
    Due.objects.create(**whose, kind=Kind.SIGN, subject_id=1, round="ask", due_at=NOW - timedelta(hours=2))
    Outbox.objects.create(
        **whose, letter=Kind.SIGN, day=NOW.date(), message_id="<late@test>", next_attempt_at=NOW - timedelta(hours=2)
    )
    return college


def ready(client) -> tuple[int, str]:
    with time_machine.travel(NOW, tick=False):
        answer = client.get("/readyz")
    return answer.status_code, answer.content.decode()


def test_readyz_says_ready_to_everybody_while_all_works(world, client):
    beat(NOW)
    assert ready(client) == (200, "ready")


def test_readyz_says_what_is_wrong_and_of_whom_nothing(late, client):
    beat(NOW - 11 * MINUTE)
    assert ready(client) == (503, "sweep late\npost late\ndue overdue\nletters waiting")


def test_readyz_sees_a_release_whose_migrations_are_missing(world, client):
    beat(NOW)
    MigrationRecorder.Migration.objects.filter(app="reminders", name__startswith="0004").delete()
    assert ready(client) == (503, "migrations missing")


def test_the_administrator_sees_whether_letters_go_out_in_numbers_and_what_to_do(late, client):
    member = late.coordinator
    member.role = Role.ADMINISTRATOR
    member.save()
    client.force_login(member.user)
    beat(NOW - 11 * MINUTE)
    with time_machine.travel(NOW, tick=False):
        page = client.get("/")
        text = page.content.decode()
        assert list(page.context["problems"]) == list(Problem)
        assert (page.context["numbers"].due, page.context["numbers"].waiting) == (1, 1)
        assert all(str(problem.label).replace("'", "&#x27;") in text for problem in Problem)
        assert "celery -A config worker" in text
        assert late.host.person.family_name not in text
        beat(NOW)
        Due.objects.all().delete()
        Outbox.objects.all().delete()
        assert "All is well" in client.get("/").content.decode()


def facts(kind: type[Fact]) -> list[type[Fact]]:
    return [kind, *(below for one in kind.__subclasses__() for below in facts(one))]


def test_all_that_a_letter_asks_for_has_a_name_for_those_who_look_why():
    missing = {one.field for kind in Fact.__subclasses__() for one in facts(kind)} - set(FIELD_WORDS)
    assert missing == set()
