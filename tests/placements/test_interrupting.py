"""A strike or a flood hits many placements: one action pauses them, another lets them go on (E36)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from core.workflow import Actor, Refused
from placements import workflow
from placements.models import Placement
from placements.workflow.interrupting import Interruption, interrupt, resume_all
from tests.placements.garage import MONDAY, build, member, moves, person

pytestmark = pytest.mark.usefixtures("_november")

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
OFFICE = Actor("user", 1, Role.COORDINATOR)
HEAD = Actor("user", 2, Role.HEAD)
STRIKE = Interruption(
    key=UUID("00000000-0000-4000-8000-000000000001"),
    reason="Strike of the trains",
    since=MONDAY,
    until=date(2026, 12, 4),
)
PAGE = reverse("placements:interrupt")


@pytest.fixture
def _november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage(db):
    return build()


def states(*placements):
    return [Placement.objects.get(pk=placement.pk).state for placement in placements]


def hit(garage, by=HEAD):
    return interrupt(placements=[garage.jonas, garage.lina], interruption=STRIKE, by=by, at=NOW)


def test_all_are_paused_at_once_with_one_reason_and_its_dates(garage):
    results = hit(garage)
    assert [(one.placement, one.refusal) for one in results] == [(garage.lina, ""), (garage.jonas, "")]
    assert states(garage.lina, garage.jonas, garage.stranger) == ["paused", "paused", "running"]
    row = moves().filter(verb="pause", object_id=garage.lina.pk).get()
    assert (row.reason, row.role) == ("Strike of the trains", "head")
    assert row.details == {"interruption": str(STRIKE.key), "since": "2026-11-16", "until": "2026-12-04"}


def test_one_that_cannot_be_paused_is_named_with_the_reason_and_the_others_are_paused(garage):
    Placement.objects.filter(pk=garage.lina.pk).update(state="ended")
    results = hit(garage)
    assert [bool(one.refusal) for one in results] == [True, False]
    assert results[0].refusal == "This is no longer possible: it has changed in the meantime."
    assert states(garage.lina, garage.jonas) == ["ended", "paused"]


def test_the_same_interruption_twice_is_once_and_another_pause_is_not_taken_for_it(garage):
    hit(garage)
    assert [one.refusal for one in hit(garage)] == ["", ""]
    assert moves().filter(verb="pause").count() == 2
    resume_all(placements=[garage.lina], by=OFFICE, at=NOW)
    workflow.pause(placement=garage.lina, reason="Works holidays", by=OFFICE, at=NOW)
    assert hit(garage)[0].refusal


def test_all_go_on_in_one_action(garage):
    hit(garage)
    assert [one.refusal for one in resume_all(placements=[garage.lina, garage.jonas], by=OFFICE, at=NOW)] == ["", ""]
    garage.lina.refresh_from_db()
    assert (garage.lina.state, garage.lina.end_reason) == ("running", "")


def test_an_interruption_ends_after_it_begins(garage):
    wrong = Interruption(key=STRIKE.key, reason="x", since=MONDAY, until=date(2026, 11, 15))
    with pytest.raises(Refused, match="The last day is before the first day"):
        interrupt(placements=[garage.lina], interruption=wrong, by=OFFICE, at=NOW)


def test_a_teacher_does_not_interrupt(garage):
    assert {one.refusal for one in hit(garage, Actor("user", 1, Role.TEACHER))} == {"You may not do this."}


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def head(garage):
    client = Client()
    client.force_login(member(person("Ingrid Head"), garage.school, Role.HEAD).user)
    return client


def data(*chosen, **changes):
    values = {"chosen": [str(one.public_id) for one in chosen], "key": str(STRIKE.key), "reason": "Strike", "until": ""}
    return values | {"since": MONDAY.isoformat()} | changes


def test_nothing_is_listed_before_it_is_asked_for_and_then_only_those_of_the_choice(garage, head):
    garage.site.region = "SCT"
    garage.site.save()
    empty = head.get(PAGE).content.decode()
    assert "Lina Kowal" not in empty
    assert head.get(PAGE, {"show": 1}).context["rows"] == [garage.lina, garage.jonas]
    cohort = garage.lina.enrolment.cohort
    for choice, found in (
        ({"region": "SCT"}, 2),
        ({"cohort": cohort.public_id}, 2),
        ({"cohort": garage.stranger.enrolment.cohort.public_id}, 0),
    ):
        assert len(head.get(PAGE, {"show": 1, **choice}).context["rows"]) == found
    assert "Zenobia Sentinel" not in head.get(PAGE, {"show": 1}).content.decode()


def test_who_is_unticked_stays_and_the_answer_tells_what_was_done_and_what_not(garage, head):
    Placement.objects.filter(pk=garage.jonas.pk).update(state="paused")
    answer = head.post(f"{PAGE}?show=1", data(garage.lina, garage.jonas))
    assert [one.learner.full_name for one in answer.context["done"]] == ["Lina Kowal"]
    assert [(one, why) for one, why in answer.context["refused"]] == [
        (garage.jonas, "This is no longer possible: it has changed in the meantime.")
    ]
    again = head.get(PAGE, {"show": 1, "again": 1})
    assert again.context["rows"] == [garage.lina]
    head.post(f"{PAGE}?show=1&again=1", data(garage.lina))
    assert states(garage.lina) == ["running"]


def test_a_wrong_form_keeps_ticks_and_words(garage, head):
    answer = head.post(f"{PAGE}?show=1", data(garage.lina, reason="Flood", until="2026-11-01"))
    assert answer.status_code == 422
    assert answer.context["ticked"] == {str(garage.lina.public_id)}
    text = answer.content.decode()
    assert "Flood" in text
    assert "The last day is before the first day." in text
    answer = head.post(f"{PAGE}?show=1", data())
    assert "Tick at least one student." in answer.content.decode()


def test_placements_of_another_school_are_not_reached(garage, head):
    answer = head.post(f"{PAGE}?show=1", data(garage.stranger))
    assert answer.status_code == 422
    assert states(garage.stranger) == ["running"]
