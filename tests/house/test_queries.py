"""What a page costs: at most twelve queries, and a list the same number however many rows it has."""

import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, User
from accounts.roles import Role
from core.names import sort_key
from demo import people
from demo.lives import Life, moment
from exchange.models import ImportRun
from placements.models import Adjustment, Concern, Incident, SafeguardingNote
from reminders.models import Kind, Outbox
from schools.models import Cohort
from tests.house.access import TABLE, Row
from tests.house.things import Things

MOST = 12


def lists_of(role: Role) -> list[str]:
    return [row.template for row in TABLE.values() if role in row.get and not row.names_a_thing and not row.public]


def cost(client, path: str) -> tuple[int, list[str]]:
    client.get(path)  # the first request of a process may fill caches
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200, path
    return len(captured), [query["sql"][:200] for query in captured.captured_queries]


def asked_by(client, row: Row, things: Things) -> list[str]:
    """The queries of a page; what was made for it is gone afterwards."""
    with transaction.atomic():
        path = row.path(things)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        transaction.set_rollback(True)
    return [query["sql"][:200] for query in captured.captured_queries]


@pytest.mark.parametrize("role", Role)
def test_every_page_costs_at_most_twelve_queries(cast, role):
    client, things, dear = cast.client(cast.insider(role)), Things(role), {}
    for name, row in TABLE.items():
        if role in row.get and not row.public:
            queries = asked_by(client, row, things)
            if len(queries) > MOST:
                queries = asked_by(client, row, things)  # the first request of a process may fill caches
            if len(queries) > MOST:
                dear[name] = queries
    assert dear == {}


def grow(cast, number: int) -> None:
    """One more of each noun at the cast's school, in everybody's lists."""
    coordinator = cast.insider(Role.COORDINATOR)
    organisation = coordinator.organisation
    school = people.School(organisation, cast.today, random.Random(number))
    school.coordinators = [coordinator.user.person]
    school.cohorts = {
        "Automotive": Cohort.objects.get(version__programme__school=organisation, name__startswith="Auto")
    }
    teacher = cast.insider(Role.TEACHER).user.person
    foreman = cast.insider(Role.SUPERVISOR).user.person.supervisors.get()
    baker = cast.insider(Role.OWNER).user.person.supervisors.get()
    people.firm(school, f"Firm {number}", f"Street {number}", staff=(1, 9))
    for supervisor, weeks in ((foreman, 3), (baker, 3), (foreman, 12)):
        enrolment = people.student(school, "Automotive", f"Given{weeks}", f"Family{number}", teacher=teacher)
        people.guardian(enrolment, "Robin", f"Family{number}", email=f"more{enrolment.pk}@families.example")
        starts_on = school.monday - timedelta(days=7 * weeks)
        life = Life(school, enrolment, supervisor, starts_on, starts_on + timedelta(days=60), school.coordinators[0])
        life.agree().start().work(starts_on + timedelta(days=4))
        if weeks == 3:
            life.log(starts_on + timedelta(days=7))
        else:
            life.end()
    now = moment(cast.today)
    ImportRun.objects.create(
        school=organisation,
        kind=ImportRun.Kind.EMPLOYERS,
        created_at=now,
        called_at=now,
        file_name=f"firms{number}.csv",
    )
    SafeguardingNote.objects.create(school=organisation, student=enrolment.student, written_at=now)
    Incident.objects.create(
        placement=life.placement, kind="accident", happened_at=now, what="Fell", side="host",
        person=foreman.person, at=now,
    )  # fmt: skip
    Concern.objects.create(placement=life.placement, kind="end", category="origin", person=foreman.person, at=now)
    Adjustment.objects.create(
        student=cast.insider(Role.STUDENT).user.person.students.get(), text="Larger print", written_at=now
    )
    Outbox.objects.create(
        person=foreman.person,
        school=organisation,
        day=cast.today - timedelta(days=number),
        letter=Kind.CONFIRM,
        message_id=f"<{number}@test>",
        next_attempt_at=now,
    )
    user = User.objects.create_user(f"more{number}@harbour.example")
    Person.objects.create(user=user, family_name=f"More{number}", sort_key=sort_key(f"More{number}"))
    organisation.memberships.create(user=user, role=Role.TEACHER)
    people.programme(school, "Retail", f"Programme {number}")


@pytest.mark.parametrize("role", Role)
def test_a_list_costs_the_same_with_one_row_more_and_with_four(cast, role):
    client = cast.client(cast.insider(role))
    grow(cast, 1)
    before = {path: cost(client, path) for path in lists_of(role)}
    for number in (2, 3, 4):
        grow(cast, number)
    after = {path: cost(client, path) for path in lists_of(role)}
    dearer = {
        path: [sql for sql in after[path][1] if sql not in before[path][1]]
        for path in before
        if after[path][0] != before[path][0]
    }
    assert dearer == {}
