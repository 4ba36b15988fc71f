"""A school's own words in its agreements: written, changed, ordered and taken out by those who write programmes."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from schools.models import AgreementBlock, Programme
from schools.workflow import move_block, write_block
from tests.placements.college import NOW, build, member
from tests.placements.test_sign_screens import client_of

OFFICE = Actor(kind="user", id=1, role=Role.COORDINATOR)


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def desk(college):
    return client_of(college.coordinator)


def written(college, heading, **changes):
    values = {"key": uuid4(), "programme": None, "heading": heading, "text": "Words.", "by": OFFICE, "at": NOW}
    return write_block(school=college.school, **(values | changes))


def headings(college):
    rows = AgreementBlock.objects.filter(school=college.school).order_by("position")
    return list(rows.values_list("heading", flat=True))


def form_of(**changes):
    return {"key": str(uuid4()), "heading": "Insurance", "text": "The school insures.", "programme": "", **changes}


def test_a_block_is_written_once_however_often_the_form_is_sent(college, desk):
    data = form_of()
    for _tap in range(2):
        assert desk.post(reverse("schools:block_new"), data)["Location"] == reverse("schools:blocks")
    block = AgreementBlock.objects.get(school=college.school)
    assert (block.heading, block.text, block.programme, block.position) == ("Insurance", "The school insures.", None, 1)
    assert "The school insures." in desk.get(reverse("schools:blocks")).content.decode()


def test_a_block_is_changed_and_given_to_one_programme(college, desk):
    block, programme = written(college, "Dress"), college.enrolment.cohort.version.programme
    url = reverse("schools:block", args=[block.public_id])
    assert 'value="Dress"' in desk.get(url).content.decode()
    desk.post(url, form_of(heading="Shoes", programme=str(programme.public_id)))
    block.refresh_from_db()
    assert (block.heading, block.programme, block.position) == ("Shoes", programme, 1)
    assert AgreementBlock.objects.filter(school=college.school).count() == 1


@pytest.mark.parametrize("changes", [{"heading": " "}, {"text": ""}, {"text": "x" * 5001}, {"programme": str(uuid4())}])
def test_a_wrong_block_comes_back_with_what_was_typed(college, desk, changes):
    answer = desk.post(reverse("schools:block_new"), form_of(**changes))
    assert answer.status_code == 422
    typed = "Insurance" if "heading" not in changes else "The school insures."
    assert typed in answer.content.decode()
    assert headings(college) == []


def test_blocks_change_places_and_the_same_place_twice_is_once(college, desk):
    _one, _two, three = (written(college, heading) for heading in ("One", "Two", "Three"))
    url = reverse("schools:block_move", args=[three.public_id])
    for _tap in range(2):
        desk.post(url, {"place": "1"})
    assert headings(college) == ["Three", "One", "Two"]
    for nonsense in ("", "x", "-1", "²"):
        desk.post(url, {"place": nonsense})
    assert headings(college) == ["Three", "One", "Two"]
    move_block(block=three, place=99, by=OFFICE, at=NOW)
    assert headings(college) == ["One", "Two", "Three"]


def test_a_block_is_taken_out_after_a_question(college, desk):
    block = written(college, "Dress")
    url = reverse("schools:block_remove", args=[block.public_id])
    assert "Those that were written before keep it." in desk.get(url).content.decode()
    assert headings(college) == ["Dress"]
    desk.post(url)
    assert headings(college) == []
    verbs = Transition.objects.filter(noun="agreement_block", school_id=college.school.pk).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["write", "remove"]


def test_another_school_s_programme_and_another_school_s_key_are_refused(college):
    other = Organisation.objects.create(kind="school", name="Hillside")
    with pytest.raises(Refused, match="another school"):
        written(college, "Dress", programme=Programme.objects.create(school=other, name="Cooking"))
    with pytest.raises(Refused, match="You may not do this"):
        written(college, "Dress", by=Actor(kind="user", id=1, role=Role.TEACHER))


def test_nobody_else_sees_or_changes_them(college):
    block = written(college, "Dress")
    other = Organisation.objects.create(kind="school", name="Hillside")
    for who in (college.teacher, college.student, college.supervisor, member("Sten Gray", Role.COORDINATOR, other)):
        client = client_of(who)
        for name in ("block", "block_remove"):
            url = reverse(f"schools:{name}", args=[block.public_id])
            assert (client.get(url).status_code, client.post(url, form_of()).status_code) == (404, 404)
    assert headings(college) == ["Dress"]


def test_the_list_costs_the_same_with_one_and_with_four_blocks(college, desk, django_assert_num_queries):

    written(college, "One")
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse("schools:blocks"))
    for heading in ("Two", "Three", "Four"):
        written(college, heading, programme=college.enrolment.cohort.version.programme)
    with django_assert_num_queries(len(few)):
        desk.get(reverse("schools:blocks"))


def test_the_days_for_signing_are_asked_with_the_programme(college, desk):
    programme = college.enrolment.cohort.version.programme
    url = reverse("schools:programme_edit", args=[programme.public_id])
    assert 'name="sign_days_before" value="10"' in desk.get(url).content.decode()
    data = {"name": "Vehicles", "required_minutes": "315", "sign_days_before": "21"}
    assert desk.post(url, {**data, "sign_days_before": "-1"}).status_code == 422
    desk.post(url, data)
    assert list(programme.versions.values_list("number", "sign_days_before")) == [(1, 21)]
