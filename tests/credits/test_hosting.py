"""What a host reads of what is missing: hours and tasks at this workplace, and nothing else of the student."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from credits.hosting import HostMissing, missing_for_host
from placements.models import Agreement, Demonstration, Placement, PlannedOutcome, TaskDone
from placements.workflow import weeks
from schools.models import Outcome, ProgrammeVersion, RuleException, Unit
from tests.placements.garage import HOST, MONDAY, Garage, at, build, place, work

TODAY = date(2026, 11, 24)
DAY = 450


@pytest.fixture
def garage(db) -> Garage:
    """Three days a week until 18 December: 11 days are planned from Tuesday, 24 November on."""
    found = build()
    unit = Unit.objects.get(version=found.version)
    for position, text in enumerate(("Change brake pads", "Change a tyre"), 1):
        outcome = Outcome.objects.create(unit=unit, position=position, text=text)
        found.tasks[position - 1].outcomes.add(outcome)
        PlannedOutcome.objects.create(plan=found.lina.plan_versions.get(), outcome=outcome)
    Agreement.objects.create(
        plan=found.lina.plan_versions.get(), state="in_force", in_force_at=datetime(2026, 10, 1, tzinfo=UTC)
    )
    return found


def missing(placement: Placement) -> HostMissing:
    rows = Placement.objects.select_related("learner", "enrolment__cohort__version", "enrolment__student__school")
    return missing_for_host(rows.get(pk=placement.pk), today=TODAY)


def asks(garage: Garage, hours: int) -> None:
    ProgrammeVersion.objects.filter(pk=garage.version.pk).update(required_minutes=hours * 60)


def test_the_host_reads_the_hours_that_are_needed_and_what_is_to_be_shown(garage):
    asks(garage, 40)
    found = missing(garage.lina)
    assert found.lines == ["Lina still needs 40 h at your workplace."]
    assert found.to_show == ["Change brake pads", "Change a tyre"]


def test_no_more_is_asked_of_a_host_than_is_planned_there(garage):
    second = place(garage.school, garage.version, "Marta Twin", garage.site, garage.dora)
    Placement.objects.filter(pk=second.pk).update(enrolment=garage.lina.enrolment, learner=garage.lina.learner)
    assert missing(garage.lina).needed == 11 * DAY


def test_what_waits_for_the_host_is_told_first_and_not_asked_for_again(garage):
    asks(garage, 10)
    work(garage.lina, MONDAY)
    assert missing(garage.lina).lines == ["7 h 30 wait for your answer.", "Lina still needs 2 h 30 at your workplace."]


def test_what_was_seen_at_work_or_in_a_demonstration_is_no_longer_to_be_shown(garage):
    entry = work(garage.lina, MONDAY)
    TaskDone.objects.create(entry=entry, template=garage.tasks[0], independence=2)
    assert missing(garage.lina).to_show == ["Change brake pads", "Change a tyre"]
    weeks.confirm_week(
        placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person, by=HOST, at=at(MONDAY, 20)
    )
    assert missing(garage.lina).to_show == ["Change a tyre"]
    tyre = Outcome.objects.get(unit__version=garage.version, text="Change a tyre")
    Demonstration.objects.create(student=garage.lina.enrolment.student, outcome=tyre, finished_at=at(MONDAY))
    assert missing(garage.lina).to_show == []


def test_after_the_end_nothing_is_asked_of_the_host(garage):
    Placement.objects.filter(pk=garage.lina.pk).update(state="ended")
    assert missing(garage.lina).is_all_there


def test_the_page_by_account_and_by_link_tells_no_reason_of_an_exception(cast):
    lina = Placement.objects.get(learner=cast.insider(Role.STUDENT).user.person)
    RuleException.objects.create(
        enrolment=lina.enrolment, rule="hours", minutes=14000, reason="Family medical", approver=lina.teacher,
        at=timezone.now(),
    )  # fmt: skip
    host = cast.client(cast.insider(Role.SUPERVISOR))
    page = reverse("credits:host_missing", args=[lina.public_id])
    assert page in host.get(reverse("placements:host_plan", args=[lina.public_id])).content.decode()
    _link, token = links.mint(
        person=cast.insider(Role.SUPERVISOR).user.person, school=lina.school, purpose=Link.Purpose.CONFIRM,
        subject_id=0, at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    by_link = reverse("credits:link_missing", args=[token, lina.public_id])
    for client, url in ((host, page), (cast.client(cast.outsider(Role.STUDENT)), by_link)):
        answer = client.get(url)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "at your workplace" in text
        assert "medical" not in text
        assert "redited" not in text
    _link, closing = links.mint(
        person=cast.insider(Role.SUPERVISOR).user.person, school=lina.school, purpose=Link.Purpose.FEEDBACK,
        subject_id=lina.pk, at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    assert host.get(reverse("credits:link_missing", args=[closing, lina.public_id])).status_code == 404
