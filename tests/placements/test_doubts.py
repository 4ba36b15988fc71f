"""An answer that a program may have pressed asks nobody again, and earns nothing until a person says it was meant."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from credits.evidence import gathered
from placements.host_clock import FASTEST, FIELD, read, wind
from placements.models import Doubt, HostRequest, Placement, WeekConfirmation, WorkEntry
from placements.workflow import requesting, weeks
from reports.queries.day import coordinators_day
from tests.placements import college as colleges
from tests.placements.garage import HOST, MONDAY, at, build, member, person, work

NOW = at(MONDAY)
OFFICE = Actor("user", 1, Role.COORDINATOR)
SECOND = timedelta(seconds=1)
CLOCK = re.compile(rf'name="{FIELD}" value="([^"]+)"')


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


@pytest.fixture
def garage(db):
    found = build()
    found.office = member(person("Cora Diaz"), found.school, Role.COORDINATOR)
    Placement.objects.filter(pk=found.lina.pk).update(coordinator=found.office.user.person)
    return found


@pytest.fixture
def entry(garage) -> WorkEntry:
    return work(garage.lina, MONDAY)


def confirming(garage) -> str:
    _link, token = links.mint(
        person=garage.marek.person, school=garage.school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=NOW
    )
    return token


def week_url(garage, token: str, name: str) -> str:
    return reverse(f"placements:link_{name}", args=[token, garage.lina.public_id, MONDAY])


def drawn(client: Client, token: str) -> str:
    """The clock of the page behind a link."""
    return CLOCK.search(client.get(reverse("placements:link", args=[token])).text)[1]


def press(client, garage, entry, clock, wait, *, sent=True) -> WeekConfirmation:
    """Open the link of the host, and press "Yes, all right" so long after."""
    token = confirming(garage)
    known = {FIELD: drawn(client, token)} if sent else {}
    clock.shift(wait)
    client.post(week_url(garage, token, "confirm"), known | {"seen": f"{entry.pk}:{entry.logged_minutes}"})
    return WeekConfirmation.objects.get(placement=garage.lina)


@pytest.mark.parametrize(
    ("wait", "doubt"),
    [(timedelta(0), "open"), (FASTEST - SECOND / 1000, "open"), (FASTEST, ""), (timedelta(minutes=5), "")],
)
def test_a_week_is_in_doubt_when_it_was_confirmed_within_two_seconds(garage, entry, client, clock, wait, doubt):
    assert press(client, garage, entry, clock, wait).doubt == doubt


def test_without_the_clock_of_the_form_or_with_that_of_somebody_else_it_is_in_doubt(garage, entry, client, clock):
    assert press(client, garage, entry, clock, timedelta(minutes=1), sent=False).doubt == Doubt.OPEN
    token = confirming(garage)
    weeks.undo_confirmation(confirmation=WeekConfirmation.objects.get(placement=garage.lina), by=HOST, at=NOW)
    forged = wind("home", garage.dora.person, at=NOW - timedelta(minutes=1))
    seen = f"{entry.pk}:{entry.logged_minutes}"
    client.post(week_url(garage, token, "confirm"), {FIELD: forged, "seen": seen})
    assert WeekConfirmation.objects.get(placement=garage.lina).doubt == Doubt.OPEN


def test_who_has_signed_in_is_never_in_doubt(garage, entry, client):
    member(garage.marek.person, garage.firm, Role.SUPERVISOR)
    client.force_login(garage.marek.person.user)
    url = reverse("placements:host_confirm", args=[garage.lina.public_id, MONDAY])
    client.post(url, {"seen": f"{entry.pk}:{entry.logged_minutes}"})
    assert WeekConfirmation.objects.get(placement=garage.lina).doubt == ""


def test_the_clock_of_a_form_keeps_parts_of_a_second(garage):
    value = wind("home", garage.marek.person, at=NOW + SECOND / 4)
    assert read(value, "", garage.marek.person, at=NOW + SECOND * 2).elapsed == pytest.approx(1.75)


def test_an_answer_in_doubt_stands_but_is_no_evidence_until_somebody_says_that_it_was_meant(
    garage, entry, client, clock
):
    confirmation = press(client, garage, entry, clock, SECOND)
    entry.refresh_from_db()
    assert (entry.state, entry.confirmed_minutes) == ("confirmed", 450)
    assert [one.confirmed_minutes for one in gathered(garage.lina.enrolment, today=MONDAY).evidence.work] == [None]
    weeks.settle_doubt(confirmation=confirmation, by=OFFICE, at=NOW)
    weeks.settle_doubt(confirmation=confirmation, by=OFFICE, at=NOW)
    assert [one.confirmed_minutes for one in gathered(garage.lina.enrolment, today=MONDAY).evidence.work] == [450]
    settled = Transition.objects.filter(noun="week", object_id=confirmation.pk, verb="settle")
    assert [row.details for row in settled] == [{"week": "2026-11-16"}]


def test_the_host_reads_that_it_was_too_fast_and_says_it_was_me_in_its_own_time(garage, entry, client, clock):
    press(client, garage, entry, clock, SECOND)
    token = confirming(garage)
    home = client.get(reverse("placements:link", args=[token]))
    assert "Yes, it was me" in home.text
    assert "Undo (until Tue 17 Nov, 18:00)" in home.text
    settle = week_url(garage, token, "settle")
    client.post(settle, {FIELD: drawn(client, token)})
    assert WeekConfirmation.objects.get(placement=garage.lina).doubt == Doubt.OPEN
    known = {FIELD: drawn(client, token)}
    clock.shift(SECOND * 3)
    client.post(settle, known)
    assert WeekConfirmation.objects.get(placement=garage.lina).doubt == Doubt.SETTLED
    assert "Yes, it was me" not in client.get(reverse("placements:link", args=[token])).text


def test_an_undo_brings_back_what_was_before_a_program_pressed(garage, entry, client, clock):
    assert press(client, garage, entry, clock, timedelta(minutes=1)).doubt == ""
    later = work(garage.lina, MONDAY + timedelta(days=1))
    token = confirming(garage)
    clock.shift(timedelta(minutes=1))
    seen = ",".join(f"{one.pk}:{one.logged_minutes}" for one in (entry, later))
    client.post(week_url(garage, token, "confirm"), {"seen": seen})
    assert WeekConfirmation.objects.get(placement=garage.lina).doubt == Doubt.OPEN
    client.post(week_url(garage, token, "undo"))
    held = WeekConfirmation.objects.get(placement=garage.lina)
    assert (held.doubt, held.minutes) == ("", 450)
    assert set(WorkEntry.objects.filter(placement=garage.lina).values_list("pk", "state")) == {
        (entry.pk, "confirmed"), (later.pk, "logged"),
    }  # fmt: skip


def test_an_answer_in_its_time_leaves_the_doubt_about_the_one_before(garage, entry, client, clock):
    press(client, garage, entry, clock, SECOND)
    later = work(garage.lina, MONDAY + timedelta(days=1))
    weeks.confirm_week(
        placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person, by=HOST, at=NOW + SECOND * 5
    )
    later.refresh_from_db()
    assert later.state == "confirmed"
    assert WeekConfirmation.objects.get(placement=garage.lina).doubt == Doubt.OPEN


def test_a_day_that_is_added_within_two_seconds_is_in_doubt(garage, client):
    token = confirming(garage)
    url = reverse("placements:link_day", args=[token, garage.lina.public_id])
    form = client.get(url).context["form"]
    filled = {name: form[name].value() or "" for name in form.fields}
    client.post(url, filled | {"day": "2026-11-16", "starts_at": "08:00", "ends_at": "12:00", "break_minutes": "0"})
    assert WeekConfirmation.objects.get(placement=garage.lina).doubt == Doubt.OPEN


def test_the_coordinator_has_an_item_calls_and_says_what_was_heard(garage, entry, client, clock):
    press(client, garage, entry, clock, SECOND)
    day = coordinators_day(garage.office, today=MONDAY)
    [item] = [one for one in day.items if one.label == "Pressed too fast"]
    assert (item.placement, item.since) == (garage.lina, MONDAY)
    client.force_login(garage.office.user)
    assert item.step.url in client.get(reverse("reports:placement", args=[garage.lina.public_id])).text
    assert "Week of Mon 16 Nov 2026: 7 h 30 confirmed" in client.get(item.step.url).text
    confirmation = WeekConfirmation.objects.get(placement=garage.lina)
    said = {"answer": str(confirmation.public_id), "step": "meant"}
    client.post(item.step.url, said)
    client.post(item.step.url, said)
    confirmation.refresh_from_db()
    assert confirmation.doubt == Doubt.SETTLED
    assert [one for one in coordinators_day(garage.office, today=MONDAY).items if one.label == "Pressed too fast"] == []


def test_what_nobody_meant_is_taken_back_after_days_and_asked_for_again(garage, entry, client, clock):
    confirmation = press(client, garage, entry, clock, SECOND)
    clock.shift(timedelta(days=9))
    client.force_login(garage.office.user)
    page = reverse("placements:doubts", args=[garage.lina.public_id])
    client.post(page, {"answer": str(confirmation.public_id), "step": "not_meant"})
    entry.refresh_from_db()
    assert (entry.state, entry.confirmed_minutes) == ("logged", None)
    assert not WeekConfirmation.objects.filter(placement=garage.lina).exists()
    assert "No answer is in doubt" in client.get(page).text


def test_only_what_is_in_doubt_is_rejected_and_only_by_the_school(garage, entry, client, clock):
    confirmation = press(client, garage, entry, clock, timedelta(minutes=1))
    weeks.reject_doubt(confirmation=confirmation, by=OFFICE, at=NOW)
    assert WeekConfirmation.objects.filter(placement=garage.lina).exists()
    with pytest.raises(Refused):
        weeks.reject_doubt(confirmation=confirmation, by=HOST, at=NOW)


# ── A request for a place ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def asked(db) -> HostRequest:
    college = colleges.build()
    return requesting.ask(
        placement=college.placement(), site=college.site, person=college.host.person, by=college.office, at=NOW
    )


def asking(asked: HostRequest) -> str:
    _link, token = links.mint(
        person=asked.person, school=asked.placement.school, purpose=Link.Purpose.REQUEST, subject_id=asked.pk, at=NOW
    )
    return token


@pytest.mark.parametrize(("wait", "doubt"), [(SECOND, "open"), (SECOND * 2, "")])
@pytest.mark.parametrize(("name", "said"), [("link", {}), ("link_request_decline", {"reason": "full", "text": ""})])
def test_a_yes_or_no_within_two_seconds_is_in_doubt(asked, client, clock, name, said, wait, doubt):
    token = asking(asked)
    known = {FIELD: drawn(client, token)}
    clock.shift(wait)
    client.post(reverse(f"placements:{name}", args=[token]), known | said)
    asked.refresh_from_db()
    assert (asked.state, asked.doubt) == ("declined" if said else "accepted", doubt)


def test_the_host_says_that_the_yes_was_meant_or_takes_it_back(asked, client, clock):
    token = asking(asked)
    here = reverse("placements:link", args=[token])
    client.post(here)
    assert "Yes, it was me" in client.get(here).text
    client.post(reverse("placements:link_request_undo", args=[token]))
    asked.refresh_from_db()
    assert (asked.state, asked.doubt) == ("open", "")
    client.post(here)
    known = {FIELD: drawn(client, token)}
    clock.shift(SECOND * 3)
    client.post(reverse("placements:link_request_settle", args=[token]), known)
    asked.refresh_from_db()
    assert (asked.state, asked.doubt) == ("accepted", "settled")
    assert "Yes, it was me" not in client.get(here).text


def test_a_yes_that_nobody_meant_is_an_open_question_again(asked):
    requesting.accept(request=asked, in_doubt=True, by=HOST, at=NOW)
    late = NOW + timedelta(days=5)
    requesting.reject_doubt(request=asked, by=OFFICE, at=late)
    asked.refresh_from_db()
    assert (asked.state, asked.doubt, asked.answered_at) == ("open", "", None)
    assert asked.answer_by > late.date()
    with pytest.raises(Refused):
        requesting.settle_doubt(request=asked, by=OFFICE, at=late)
