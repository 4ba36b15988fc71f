"""Earlier work (E18) and other paid work (E6) on the screens."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import Document, Link
from accounts.roles import Role
from placements.models import EarlierWork, OtherWork, Placement
from tests.placements.garage import MONDAY, at, build, member, person

pytestmark = pytest.mark.django_db
WRITTEN = {
    "starts_on": "2026-09-07",
    "ends_on": "2026-10-23",
    "days": "14",
    "hours": "70",
    "minutes": "0",
    "relevance": "Tyres and oil in a small garage.",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(MONDAY), tick=False):
        yield


@pytest.fixture
def garage():
    found = build()
    found.ada, found.tom = person("Ada Brandt"), person("Tom Hale")
    member(found.ada, found.school, Role.COORDINATOR)
    member(found.tom, found.school, Role.TEACHER)
    found.lina.purpose, found.lina.teacher = Placement.Purpose.JOB, found.tom
    found.lina.save()
    return found


def as_(who) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def url(name: str, garage, *args) -> str:
    return reverse(f"placements:{name}", args=[*args, garage.lina.public_id])


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def row(garage) -> EarlierWork:
    return EarlierWork.objects.get(placement=garage.lina)


def test_e18_written_by_the_teacher_confirmed_by_link_and_talked_through(garage):
    teacher = as_(garage.tom)
    assert teacher.post(url("earlier_work", garage), WRITTEN).status_code == 302
    _link, token = links.mint(
        person=garage.marek.person, school=garage.school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=at(MONDAY)
    )
    here = url("link_earlier_confirm", garage, token)
    asked = "Lina Kowal worked for you before"
    assert asked in text(Client().get(reverse("placements:link", args=[token])))
    page = text(Client().get(here))
    assert ("14" in page, "70 h" in page, 'value="Marek Novak"' in page) == (True, True, True)
    more = Client().post(here, {"name": "Marek Novak", "hours": "71", "minutes": "0"})
    assert (more.status_code, "more than was written down" in text(more)) == (422, True)
    assert Client().post(here, {"name": "Marek Novak", "hours": "65", "minutes": "30"}).status_code == 302
    assert "Thank you, it is confirmed" in text(Client().get(here))
    assert asked not in text(Client().get(reverse("placements:link", args=[token])))
    assert teacher.post(url("earlier_talk", garage), {"on": "2026-11-16"}).status_code == 302
    done = row(garage)
    assert (done.confirmed_minutes, done.confirmed_by, done.talked_on, done.talked_with) == (
        3930, "Marek Novak", date(2026, 11, 16), garage.tom,
    )  # fmt: skip
    seen = text(as_(garage.lina.learner).get(url("earlier_work", garage)))
    assert ("65 h 30, confirmed by Marek Novak" in seen, "<form" in seen.split("</main>")[0]) == (True, False)


def test_e18_on_paper_the_coordinator_keeps_the_word_with_its_scan_and_no_paper_without_a_word(garage):
    office = as_(garage.ada)
    office.post(url("earlier_work", garage), WRITTEN)
    here = url("earlier_paper", garage)
    without = office.post(here, {"name": "Marek Novak", "hours": "70", "minutes": "0"})
    assert (without.status_code, "Add the paper" in text(without)) == (422, True)
    too_much = {"name": "Marek Novak", "hours": "99", "minutes": "0", "file": SimpleUploadedFile("a.pdf", b"%PDF-1")}
    assert office.post(here, too_much).status_code == 422
    assert not Document.objects.filter(organisation=garage.school).exists()
    fitting = too_much | {"hours": "70", "file": SimpleUploadedFile("a.pdf", b"%PDF-1")}
    assert office.post(here, fitting).status_code == 302
    assert bytes(row(garage).document.content) == b"%PDF-1"
    assert office.get(url("earlier_file", garage))["Content-Type"] == "application/pdf"
    assert as_(garage.lina.learner).get(url("earlier_file", garage)).status_code == 404


def test_e18_what_cannot_be_comes_back_with_everything_typed(garage):
    answer = as_(garage.tom).post(url("earlier_work", garage), WRITTEN | {"starts_on": "2026-08-31"})
    assert (answer.status_code, "before the student enrolled" in text(answer)) == (422, True)
    assert "Tyres and oil in a small garage." in text(answer)
    assert not EarlierWork.objects.filter(placement=garage.lina).exists()


def test_e18_a_placement_of_another_kind_has_no_such_page(garage):
    Placement.objects.filter(pk=garage.lina.pk).update(purpose="student")
    assert as_(garage.tom).get(url("earlier_work", garage)).status_code == 404


def test_e6_the_student_says_once_whether_there_is_a_paid_job_and_may_say_otherwise_later(garage):
    student, here = as_(garage.lina.learner), url("other_work", garage)
    assert (student.post(here, {}).status_code, student.post(here, {"has_job": "yes"}).status_code) == (422, 422)
    assert student.post(here, {"has_job": "yes", "hours": "10"}).status_code == 302
    assert OtherWork.objects.get(placement=garage.lina).minutes_per_week == 600
    assert "10 h a week" in text(student.get(here))
    assert student.post(here, {"has_job": "no"}).status_code == 302
    assert OtherWork.objects.get(placement=garage.lina).minutes_per_week == 0
    assert as_(garage.tom).get(here).status_code == 404
