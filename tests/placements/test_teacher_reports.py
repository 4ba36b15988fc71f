"""A teacher's own placement ends with a report that the head accepts; it counts as training, never as a student's."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Placement, Segment, TeacherReport
from placements.workflow.teacher_reports import accept_report, take_back_acceptance, write_report
from tests.placements.garage import MONDAY, Garage, at, build, member, moves, person, work

TEACHER, HEAD = Actor("user", 2, Role.TEACHER), Actor("user", 3, Role.HEAD)
NOW = at(MONDAY + timedelta(days=4))


@pytest.fixture
def garage(db) -> Garage:
    return build()


@pytest.fixture
def tom(garage) -> Placement:
    """A teacher at the garage who worked there for two days; it is over."""
    teacher = person("Tom Hale")
    member(teacher, garage.school, Role.TEACHER)
    dates = {"starts_on": MONDAY, "ends_on": MONDAY + timedelta(days=3)}
    placement = Placement.objects.create(
        school=garage.school, learner=teacher, employer=garage.employer, purpose="teacher", state="running", **dates
    )
    Segment.objects.create(placement=placement, site=garage.site, supervisor=garage.marek, **dates)
    for day in range(2):
        work(placement, MONDAY + timedelta(days=day), by=TEACHER)
    Placement.objects.filter(pk=placement.pk).update(state="ended")
    placement.refresh_from_db()
    return placement


def written(placement: Placement, **more) -> TeacherReport:
    said = {"learned": "Hybrid brakes.", "material": "A lesson on hybrid brakes.", "coaching_minutes": 90, **more}
    return write_report(placement=placement, **{"person": placement.learner, "by": TEACHER, "at": NOW, **said})


def head() -> Person:
    return person("Hana Boss")


def test_the_head_accepts_what_the_teacher_brings_back(tom):
    boss = head()
    report = accept_report(report=written(tom), minutes=840, person=boss, by=HEAD, at=NOW)
    kept = TeacherReport.objects.get(placement=tom)
    assert (kept.accepted_by, kept.accepted_at, kept.accepted_minutes, kept.coaching_minutes) == (boss, NOW, 840, 90)
    assert accept_report(report=report, minutes=840, person=boss, by=HEAD, at=NOW).accepted_at == NOW
    told = moves().filter(noun="teacher_report").order_by("pk").values_list("verb", "timeline", "details")
    assert list(told) == [
        ("write", f"placement:{tom.pk}", {"coaching": 90}),
        ("accept", f"placement:{tom.pk}", {"minutes": 840}),
    ]


def test_the_report_can_be_changed_until_it_is_accepted_and_after_it_was_taken_back(tom):
    written(tom)
    report = written(tom, learned="Hybrid brakes and high voltage.")
    accept_report(report=report, minutes=900, person=head(), by=HEAD, at=NOW)
    with pytest.raises(Refused, match="accepted"):
        written(tom, learned="More.")
    take_back_acceptance(report=report, by=HEAD, at=NOW)
    assert written(tom, learned="More.").learned == "More."
    assert TeacherReport.objects.get().accepted_minutes is None


@pytest.mark.parametrize("minutes", [-1, 901])
def test_no_more_is_accepted_than_was_logged(tom, minutes):
    with pytest.raises(Refused, match="more than was logged"):
        accept_report(report=written(tom), minutes=minutes, person=head(), by=HEAD, at=NOW)


def test_a_report_is_accepted_only_after_the_placement(tom):
    Placement.objects.filter(pk=tom.pk).update(state="running")
    with pytest.raises(Refused, match="not over"):
        accept_report(report=written(tom), minutes=60, person=head(), by=HEAD, at=NOW)


def test_a_report_needs_words_an_own_placement_and_a_teacher(tom, garage):
    for more in ({"learned": " "}, {"material": ""}):
        with pytest.raises(Refused, match="Write what you learned"):
            written(tom, **more)
    with pytest.raises(Refused, match="may not"):
        written(tom, person=garage.marek.person)
    with pytest.raises(Refused, match="may not"):
        written(garage.lina, person=garage.lina.learner)
    with pytest.raises(Refused, match="may not"):
        accept_report(report=written(tom), minutes=60, person=tom.learner, by=TEACHER, at=NOW)


def test_the_teacher_writes_and_the_head_accepts_on_one_page(cast):
    teacher, boss = cast.insider(Role.TEACHER), cast.insider(Role.HEAD)
    lina = Placement.objects.get(learner=cast.insider(Role.STUDENT).user.person)
    own = Placement.objects.create(
        school=lina.school, learner=teacher.user.person, employer=lina.employer, purpose="teacher", state="ended",
        starts_on=MONDAY, ends_on=MONDAY,
    )  # fmt: skip
    page = reverse("placements:teacher_report", args=[own.public_id])
    words = {"learned": "Hybrid brakes.", "material": "", "hours": "1", "rest": "30"}
    back = cast.client(teacher).post(page, words)
    assert (back.status_code, back.context["form"]["learned"].value()) == (422, "Hybrid brakes.")
    cast.client(teacher).post(page, {**words, "material": "A lesson."})
    report = TeacherReport.objects.get(placement=own)
    assert (report.coaching_minutes, report.accepted_at) == (90, None)
    accept = reverse("placements:teacher_report_accept", args=[own.public_id])
    refused = cast.client(boss).post(accept, {"hours": "9", "rest": ""})
    assert (refused.status_code, "more than was logged" in refused.content.decode()) == (422, True)
    assert cast.client(boss).post(accept, {"hours": "0", "rest": "0"}).status_code == 302
    assert "accepted on" in cast.client(teacher).get(page).content.decode()
    assert cast.client(cast.insider(Role.COORDINATOR)).post(page, words).status_code == 404
