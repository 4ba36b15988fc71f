"""What the hours of a long placement cost: 200 days and 60 events, on the hours page and on the placement's page."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Document
from accounts.roles import Role
from core.models import Transition
from placements.models import Absence, HourClaim, Placement, TaskDone, WorkEntry, WorkPhoto
from placements.rules.hours import span
from tests.placements.garage import at, build, member, person

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 5)
DAYS = [day for day in (FIRST + timedelta(days=number) for number in range(320)) if day.weekday() < 5][:200]


@pytest.fixture
def long_placement():
    """200 days of which every tenth differs and every twentieth has a photo, 12 absences, and 60 moves in the log."""
    garage = build()
    placement = garage.lina
    Placement.objects.filter(pk=placement.pk).update(starts_on=FIRST)
    segment = placement.segments.get()
    entries = WorkEntry.objects.bulk_create(
        WorkEntry(
            learner=placement.learner,
            placement=placement,
            segment=segment,
            day=day,
            starts_at=time(8),
            ends_at=time(16),
            zone="Europe/London",
            span=DateTimeTZRange(*span(day, time(8), time(16), "Europe/London")),
            break_minutes=30,
            state="confirmed" if number % 10 else "disputed",
            logged_minutes=450,
            confirmed_minutes=450 if number % 10 else 300,
            logged_at=at(day),
        )
        for number, day in enumerate(DAYS)
    )
    HourClaim.objects.bulk_create(
        HourClaim(entry=entry, side=side, minutes=minutes, reason="", person=placement.learner, at=entry.logged_at)
        for entry in entries
        for side, minutes in (("student", 450), ("host", entry.confirmed_minutes))
    )
    TaskDone.objects.bulk_create(
        TaskDone(entry=entry, template=task, independence=2) for entry in entries for task in garage.tasks[:2]
    )
    picture = Document.objects.create(
        organisation=garage.school, kind="photo", media_type="image/png", content=b"-", added_by=placement.learner,
        added_at=at(FIRST),
    )  # fmt: skip
    WorkPhoto.objects.bulk_create(
        WorkPhoto(entry=entry, document=picture, consent=True, at=entry.logged_at) for entry in entries[::20]
    )
    Absence.objects.bulk_create(
        Absence(
            placement=placement, day=day, minutes=60, cause="student", side="student", person=placement.learner,
            at=at(day),
        )
        for day in DAYS[:12]
    )  # fmt: skip
    Transition.objects.bulk_create(
        Transition(
            noun="week", object_id=1, school_id=garage.school.pk, timeline=f"placement:{placement.pk}", verb="confirm",
            from_state="", to_state="confirmed", actor_kind="user", actor_id=1, role="supervisor",
            details={"week": day.isoformat(), "minutes": 2250, "logged": 2250}, at=at(day),
        )
        for day in DAYS[:60]
    )  # fmt: skip
    return garage


@pytest.mark.parametrize("name", ["placements:hours", "reports:placement"])
def test_200_days_and_60_events_cost_at_most_twelve_queries(long_placement, client, name):
    garage = long_placement
    amina, teacher = person("Amina Office"), person("Pia Teach")
    Placement.objects.filter(pk=garage.lina.pk).update(teacher=teacher)
    cast = (
        (amina, garage.school, Role.COORDINATOR),
        (teacher, garage.school, Role.TEACHER),
        (garage.lina.learner, None, Role.STUDENT),
        (garage.marek.person, garage.firm, Role.SUPERVISOR),
    )
    url = reverse(name, args=[garage.lina.public_id])
    with time_machine.travel(at(DAYS[-1]), tick=False):
        for who, organisation, role in cast:
            if organisation:
                member(who, organisation, role)
            client.force_login(who.user)
            if role == Role.COORDINATOR:
                client.get(url)  # the first request of a process may fill caches
            with CaptureQueriesContext(connection) as queries:
                page = client.get(url)
            assert page.status_code == 200
            assert len(queries) <= 12, role
            if name == "placements:hours":
                assert page.text.count('<th class="when"') == 200
