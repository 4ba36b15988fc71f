"""A student shows an outcome in real work: parts at one host or several, every assessor stays, the teacher finishes."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Demonstration, DemonstrationPart, Placement
from placements.workflow.demonstrating import finish, record_part, reopen, take_back_part
from schools.models import Outcome, Unit
from tests.placements.garage import HOST, MONDAY, Garage, at, build, moves, person, place

TEACHER = Actor("user", 2, Role.TEACHER)
TUESDAY = MONDAY + timedelta(days=1)
NOW = at(TUESDAY)


@pytest.fixture
def garage(db) -> Garage:
    return build()


@pytest.fixture
def tyre(garage) -> Outcome:
    return Outcome.objects.create(unit=Unit.objects.get(version=garage.version), position=1, text="Change a tyre")


def saw(placement: Placement, outcome: Outcome, who, *, by=HOST, **more) -> DemonstrationPart:
    said = {"on": MONDAY, "seen": "Did it alone.", "at": NOW, **more}
    return record_part(placement=placement, outcome=outcome, person=who, by=by, **said)


def test_a_demonstration_begun_at_one_host_is_finished_at_another_and_keeps_both_assessors_e2(garage, tyre):
    """E2: half done at the old host, finished at another workplace with another assessor, by the teacher."""
    marek, teacher = garage.marek.person, person("Tom Hale")
    saw(garage.lina, tyre, marek, seen="Took the wheel off.")
    Placement.objects.filter(pk=garage.lina.pk).update(
        state="broken", end_reason="people", end_initiator="host", end_direction="company"
    )
    other = place(garage.school, garage.version, "Marta Twin", garage.site, garage.dora)
    Placement.objects.filter(pk=other.pk).update(enrolment=garage.lina.enrolment, learner=garage.lina.learner)
    other.refresh_from_db()
    saw(other, tyre, garage.dora.person, on=TUESDAY, seen="Put the new one on.")
    shown = Demonstration.objects.get()
    assert shown.finished_at is None
    finish(demonstration=shown, by=TEACHER, at=NOW)
    shown.refresh_from_db()
    assert shown.finished_at == NOW
    assert list(shown.parts.values_list("placement", "assessor", "side")) == [
        (garage.lina.pk, marek.pk, "host"),
        (other.pk, garage.dora.person_id, "host"),
    ]
    told = [(move.noun, move.verb, move.timeline, move.details) for move in moves().order_by("pk")]
    assert told == [
        ("demonstration_part", "record", f"placement:{garage.lina.pk}", {"on": MONDAY.isoformat(), "side": "host"}),
        ("demonstration_part", "record", f"placement:{other.pk}", {"on": TUESDAY.isoformat(), "side": "host"}),
        ("demonstration", "finish", f"placement:{other.pk}", {"parts": 2, "assessors": 2}),
    ]
    with pytest.raises(Refused, match="finished"):
        saw(other, tyre, teacher, by=TEACHER, seen="Once more.")


def test_the_same_words_twice_are_one_part_and_finishing_twice_is_once(garage, tyre):
    assert saw(garage.lina, tyre, garage.marek.person) == saw(garage.lina, tyre, garage.marek.person)
    shown = Demonstration.objects.get()
    for later in range(2):
        finish(demonstration=shown, by=TEACHER, at=NOW + timedelta(hours=later))
    shown.refresh_from_db()
    assert shown.finished_at == NOW
    assert moves().filter(verb="finish").count() == 1


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"on": date(2026, 11, 18)}, "still to come"),
        ({"on": date(2026, 10, 1)}, "not at this workplace"),
        ({"seen": "  "}, "what you saw"),
        ({"by": Actor("user", 1, Role.STUDENT)}, "may not"),
    ],
)
def test_a_part_is_refused_for_another_day_for_nothing_seen_and_for_other_roles(garage, tyre, more, why):
    with pytest.raises(Refused, match=why):
        saw(garage.lina, tyre, garage.marek.person, **more)
    assert not Demonstration.objects.exists()


def test_an_outcome_of_another_programme_is_refused(garage):
    foreign = Outcome.objects.create(unit=Unit.objects.exclude(version=garage.version)[0], position=9, text="Bake")
    with pytest.raises(Refused, match="programme"):
        saw(garage.lina, foreign, garage.marek.person)


def test_only_the_assessor_takes_a_part_back_and_only_before_it_is_finished(garage, tyre):
    part = saw(garage.lina, tyre, garage.marek.person)
    with pytest.raises(Refused, match="may not"):
        take_back_part(part=part, person=garage.dora.person, by=HOST, at=NOW)
    finish(demonstration=part.demonstration, by=TEACHER, at=NOW)
    with pytest.raises(Refused, match="finished"):
        take_back_part(part=part, person=garage.marek.person, by=HOST, at=NOW)
    reopen(demonstration=part.demonstration, by=TEACHER, at=NOW)
    take_back_part(part=part, person=garage.marek.person, by=HOST, at=NOW)
    assert not Demonstration.objects.exists()


def test_only_a_teacher_finishes(garage, tyre):
    part = saw(garage.lina, tyre, garage.marek.person)
    with pytest.raises(Refused, match="may not"):
        finish(demonstration=part.demonstration, by=HOST, at=NOW)


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def lina(cast) -> Placement:
    return Placement.objects.get(learner=cast.insider(Role.STUDENT).user.person)


def said(placement: Placement, **more) -> dict[str, str]:
    outcome = Outcome.objects.filter(unit__version=placement.enrolment.cohort.version_id).order_by("pk")[0]
    return {"outcome": outcome.pk, "on": placement.starts_on.isoformat(), "seen": "Did it alone.", **more}


def test_host_and_teacher_write_and_the_teacher_finishes_what_the_student_reads(cast, lina):
    _link, token = links.mint(
        person=cast.insider(Role.SUPERVISOR).user.person, school=lina.school, purpose=Link.Purpose.CONFIRM,
        subject_id=0, at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    by_link = reverse("placements:link_demonstration", args=[token, lina.public_id])
    assert Client().post(by_link, said(lina, seen=" ")).status_code == 422
    assert Client().post(by_link, said(lina)).status_code == 302
    teacher = cast.client(cast.insider(Role.TEACHER))
    new, listed = (
        reverse(f"placements:{name}", args=[lina.public_id]) for name in ("demonstration_new", "demonstrations")
    )
    assert teacher.post(new, said(lina, seen="Explained every step.")).headers["Location"] == listed
    shown = Demonstration.objects.get(student=lina.enrolment.student)
    assert list(shown.parts.order_by("pk").values_list("side", "seen")) == [
        ("host", "Did it alone."),
        ("school", "Explained every step."),
    ]
    teacher.post(reverse("placements:demonstration_finish", args=[shown.public_id]))
    page = cast.client(cast.insider(Role.STUDENT)).get(listed).content.decode()
    assert "Finished on" in page
    assert "Explained every step." in page


def test_a_host_reads_only_what_it_saw_itself_e1(cast, lina):
    outcome = Outcome.objects.filter(unit__version=lina.enrolment.cohort.version_id).order_by("pk")[0]
    shown = Demonstration.objects.create(student=lina.enrolment.student, outcome=outcome)
    shown.parts.create(
        placement=lina, assessor=lina.teacher, side="school", on=lina.starts_on, seen="Zenobia said so.", at=NOW
    )
    host = cast.client(cast.insider(Role.SUPERVISOR))
    page = host.get(reverse("placements:host_demonstration", args=[lina.public_id])).content.decode()
    assert "Zenobia" not in page
    part = shown.parts.get()
    host.post(reverse("placements:host_demonstration", args=[lina.public_id]), {"take_back": part.pk})
    assert shown.parts.filter(pk=part.pk).exists()
