"""A request to a host on the screen: the coordinator asks, the host answers by link in at most four taps."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import links
from accounts.models import Link
from placements.models import HostRequest
from placements.queries.requests import latest_of
from placements.workflow import requesting
from schools.models import Student
from tests.placements import college as colleges

State = HostRequest.State
SECRETS = ("Berg", "Una", "2009", "2nd year", "needs a quiet place")


@pytest.fixture
def college(db):
    return colleges.build()


@pytest.fixture
def placement(college):
    placement = college.placement()
    college.plan(placement)
    college.enrolment.student.adjustments.create(text="needs a quiet place", for_host=True, written_at=timezone.now())
    return placement


@pytest.fixture
def asked(college, placement):
    return requesting.ask(
        placement=placement, site=college.site, person=college.host.person, by=college.office, at=timezone.now()
    )


@pytest.fixture
def door(college, asked):
    """The address of a link that was sent to the host."""
    _link, token = links.mint(
        person=college.host.person, school=college.school, purpose=Link.Purpose.REQUEST, subject_id=asked.pk,
        at=timezone.now(),
    )  # fmt: skip
    return reverse("placements:link", args=[token])


def page_of(placement):
    return reverse("placements:request_new", args=[placement.public_id])


def signed_in(member):
    client = Client()
    client.force_login(member.user)
    return client


def test_the_coordinator_asks_the_only_supervisor_with_one_button(college, placement):
    client = signed_in(college.coordinator)
    page = client.get(page_of(placement)).content.decode()
    assert "Ask Novak Garage for a place" in page
    assert "checked" in page
    answer = client.post(page_of(placement), {"person": college.host.person_id})
    assert (answer.status_code, answer["Location"]) == (302, reverse("reports:placement", args=[placement.public_id]))
    assert HostRequest.objects.get(placement=placement).person == college.host.person


def test_a_form_without_a_person_comes_back_and_a_second_request_is_a_clear_conflict(college, placement, asked):
    client = signed_in(college.coordinator)
    answer = client.post(page_of(placement), {})
    assert (answer.status_code, "Choose who is asked." in answer.content.decode()) == (422, True)
    HostRequest.objects.filter(pk=asked.pk).update(person=college.teacher.user.person)
    answer = client.post(page_of(placement), {"person": college.host.person_id})
    assert (answer.status_code, "Another request is still open" in answer.content.decode()) == (422, True)


def test_where_nobody_can_be_written_to_the_page_says_what_to_do(college, placement):
    person = college.host.person
    person.user = None
    person.save()
    person.contact_points.update(state="bounced")
    page = signed_in(college.coordinator).get(page_of(placement)).content.decode()
    assert "Nobody can be written to there" in page
    found = signed_in(college.coordinator).get(f"{page_of(placement)}?other=1&q=novak").content.decode()
    assert "Novak Garage" in found
    assert "No host found" in signed_in(college.coordinator).get(f"{page_of(placement)}?other=1&q=xyz").content.decode()


def test_the_host_reads_who_when_how_much_and_what_and_nothing_else(door):
    page = Client().get(door).content.decode()
    for text in ("Can you take Nia?", "16 or 17", "Vehicles", "35 h a week", "Change brake pads", "Change a tyre"):
        assert text in page
    assert [secret for secret in SECRETS if secret in page] == []
    assert len(page) < 14_000


def test_yes_is_one_tap_and_the_link_shows_the_receipt_from_then_on(door, asked):
    client = Client()
    for _double_tap in range(2):
        assert client.post(door).status_code == 302
    page = client.get(door).content.decode()
    assert "Thank you: you said yes" in page
    assert "Take my answer back" in page
    asked.refresh_from_db()
    assert asked.state == State.ACCEPTED


def test_no_is_three_taps_and_keeps_what_was_typed_when_the_reason_is_missing(door, asked):
    client = Client()
    answer = client.post(f"{door}no/", {"text": "Ask again in May."})
    page = answer.content.decode()
    assert (answer.status_code, "Please choose a reason." in page, "Ask again in May." in page) == (422, True, True)
    assert client.post(f"{door}no/", {"reason": "full", "text": "Ask again in May."}).status_code == 302
    page = client.get(door).content.decode()
    assert "You said no" in page
    assert "No place free" in page
    assert "Nia" not in page
    asked.refresh_from_db()
    assert (asked.state, asked.decline, asked.text) == (State.DECLINED, "full", "Ask again in May.")


def test_another_answer_in_a_second_tab_is_refused_in_words(door, asked):
    client = Client()
    client.post(door)
    answer = client.post(f"{door}no/", {"reason": "full"})
    assert (answer.status_code, "You have said yes already" in answer.content.decode()) == (422, True)
    asked.refresh_from_db()
    assert asked.state == State.ACCEPTED


def test_an_answer_is_taken_back_from_the_receipt_for_a_day(door, asked):
    client = Client()
    client.post(door)
    assert client.post(f"{door}request/undo/").status_code == 302
    assert "Can you take Nia?" in client.get(door).content.decode()
    client.post(door)
    HostRequest.objects.filter(pk=asked.pk).update(answered_at=timezone.now() - timedelta(hours=25))
    assert "Take my answer back" not in client.get(door).content.decode()
    client.post(f"{door}request/undo/")
    asked.refresh_from_db()
    assert asked.state == State.ACCEPTED


def test_a_request_that_is_closed_says_so_and_nothing_about_the_student(college, door, asked):
    requesting.take_back(request=asked, by=college.office, at=timezone.now())
    page = Client().get(door).content.decode()
    assert "No answer is needed any more" in page
    assert "Nia" not in page


def test_a_host_with_an_account_answers_signed_in_and_only_whoever_was_asked(college, placement, asked):
    path = reverse("placements:request", args=[asked.public_id])
    assert "Can you take Nia?" in signed_in(college.supervisor).get(path).content.decode()
    other = colleges.member("Rita Solberg", "supervisor", college.supervisor.organisation, "quay.test")
    for member in (other, college.student, college.teacher):
        assert signed_in(member).get(path).status_code == 404
    assert signed_in(college.supervisor).post(path).status_code == 302
    assert "Thank you: you said yes" in signed_in(college.supervisor).get(path).content.decode()


def test_a_host_who_signs_in_finds_the_requests_that_wait(college, asked):
    client, here = signed_in(college.supervisor), reverse("placements:requests")
    assert here in client.get(reverse("placements:host")).content.decode()
    page = client.get(here).content.decode()
    assert "Nia, Test College" in page
    assert reverse("placements:request", args=[asked.public_id]) in page
    assert "Berg" not in page
    requesting.accept(request=asked, by=colleges.by_party("host"), at=timezone.now())
    assert "No school is waiting for an answer" in client.get(here).content.decode()


def test_a_link_for_something_else_answers_no_request(college, asked):
    _link, token = links.mint(
        person=college.host.person, school=college.school, purpose=Link.Purpose.CONFIRM, subject_id=0,
        at=timezone.now(),
    )  # fmt: skip
    assert Client().post(f"/link/{token}/no/", {"reason": "full"}).status_code == 404
    assert Client().post(f"/link/{token}/request/undo/").status_code == 404


def test_the_coordinator_sees_where_the_request_stands_and_what_to_do_next(college, placement, rf):
    def shown():
        placement.refresh_from_db()
        context = {"placement": placement, "host_request": latest_of(placement)}
        return " ".join(render_to_string("placements/request_state.html", context, rf.get("/")).split())

    assert "Ask the host for this place" in shown()
    first = requesting.ask(
        placement=placement, site=college.site, person=college.host.person, by=college.office, at=timezone.now()
    )
    assert "Milan Novak of Novak Garage was asked on" in shown()
    assert "Take the request back" in shown()
    by = colleges.by_party("host")
    requesting.decline(request=first, reason="time", text="Ask in May.", by=by, at=timezone.now())
    assert "Reason: No time to guide somebody. Ask in May." in shown()
    assert "Ask the next host" in shown()


def test_the_age_group_is_left_out_where_the_school_does_not_know_it(door):
    Student.objects.update(birth_date=None)
    page = Client().get(door).content.decode()
    assert "16 or 17" not in page
    assert "Can you take Nia?" in page
