"""Real threads on committed rows: several sweepers and senders make and send one letter each."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection

from accounts.models import Link, Membership, Organisation, Person, User
from core.models import Transition
from employers.models import Employer, Offer
from placements.models import Placement
from reminders import claiming, posting
from reminders.claiming import claim
from reminders.due import few
from reminders.following import follow
from reminders.models import Due, Handled, Kind, Outbox
from schools.models import Cohort, Enrolment
from tests.placements import college as colleges
from tests.placements.college import NOW
from tests.reminders.conftest import World, settle

WORKERS = 4


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A college whose rows other connections see; everything is taken away again, the demo world stays."""
    with django_db_blocker.unblock():
        last_move = Transition.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        settle()
        college = colleges.build()
        college.host.person.user = None
        college.host.person.save()
        try:
            yield World(college)
        finally:
            _take_away(college, last_move)
            connection.close()


def _take_away(college: colleges.College, last_move: int) -> None:
    for model in (Due, Outbox, Handled):
        model.objects.all().delete()
    Transition.objects.filter(pk__gt=last_move).delete()
    Placement.objects.filter(school=college.school).delete()
    Offer.objects.filter(school=college.school).delete()
    Enrolment.objects.filter(student__school=college.school).delete()
    Cohort.objects.filter(version__programme__school=college.school).delete()
    Link.objects.filter(school=college.school).delete()
    people = Person.objects.filter(contact_points__address__endswith="@college.test")
    keys = list(people.values_list("pk", flat=True))
    firm = college.supervisor.organisation
    Membership.objects.filter(organisation__in=[college.school, firm]).delete()
    Employer.objects.filter(organisation=firm).delete()
    Person.objects.filter(pk__in=keys).delete()
    User.objects.filter(email__endswith="@college.test").delete()
    Organisation.objects.filter(pk__in=[college.school.pk, firm.pk]).delete()


def together(work) -> list:
    """Run the same work in several threads that begin at the same moment."""
    barrier = Barrier(WORKERS)

    def one(_number):
        barrier.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


def sweep_all() -> int:
    while follow(now=NOW):
        pass
    sent = 0
    while batch := claim(now=NOW):
        sent += sum(one.verdict.decision == "send" for one in batch)
    return sent


def send_all() -> None:
    while posting.send_next(now=NOW):
        pass


def test_sweepers_and_senders_at_the_same_time_make_one_letter_for_each_person(committed):
    committed.proposed()
    assert sum(together(sweep_all)) == 4
    assert Outbox.objects.count() == 4
    assert Due.objects.filter(state=Due.State.IN_LETTER).count() == 4
    mail.outbox.clear()
    together(send_all)
    assert sorted(message.to[0].split("@")[0] for message in mail.outbox) == [
        "cora.diaz",
        "milan.novak",
        "nia.berg",
        "una.berg",
    ]
    assert set(Outbox.objects.values_list("state", "attempts")) == {(Outbox.State.SENT, 1)}
    mail.outbox.clear()


def test_sweepers_at_the_same_time_keep_to_the_letters_that_a_host_should_get(committed, monkeypatch):
    """Four people of one firm, each with a row of its own, and room for two letters about the placement."""
    monkeypatch.setattr(few, "ABOUT_PLACEMENT", 2)
    monkeypatch.setattr(few, "BESIDE_WEEKS", -9)
    monkeypatch.setattr(claiming, "BATCH", 1)
    college = committed.college
    placement = college.placement()
    settle()
    readers = [
        college.host.person,
        college.teacher.user.person,
        college.student.user.person,
        college.guardian.user.person,
    ]
    Due.objects.bulk_create(
        Due(
            kind=Kind.ANSWERED, subject_id=number, round="told", person=reader, school=college.school, reader="host",
            about_placement_id=placement.pk, due_at=NOW,
        )
        for number, reader in enumerate(readers)
    )  # fmt: skip
    together(sweep_all)
    while claim(now=NOW):
        pass
    assert sorted(Due.objects.values_list("state", "reason")) == [
        ("in_letter", ""), ("in_letter", ""), ("skipped", "cap_placement"), ("skipped", "cap_placement"),
    ]  # fmt: skip
    assert Outbox.objects.count() == 2
