"""Letters on the page of a placement: what comes next, what went out, and what did not, and why."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from reminders.models import Due, Kind, Outbox, Reason
from tests.placements.college import LAST, NOW
from tests.reminders.conftest import post, sweep

PIECE = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def placement(world):
    places = world.proposed()
    sweep(NOW)
    post(NOW)
    return places["host"].agreement.plan.placement


@pytest.fixture
def office(world, client):
    client.force_login(world.college.coordinator.user)
    return client


def about(placement) -> str:
    return reverse("reminders:about", args=[placement.public_id])


def test_the_page_of_a_placement_fetches_its_letters(office, placement):
    page = office.get(reverse("reports:placement", args=[placement.public_id])).content.decode()
    assert f'hx-get="{about(placement)}"' in page
    assert f'<a href="{about(placement)}">' in page


def test_the_piece_on_the_placement_equals_the_page_of_its_letters(office, placement):
    page, piece = office.get(about(placement)), office.get(about(placement), **PIECE)
    assert piece.content.decode().strip() in page.content.decode()
    assert "<html" not in piece.content.decode()
    assert all("HX-Request" in answer["Vary"] for answer in (page, piece))


def test_what_comes_next_is_one_line_for_each_thing_and_person(office, placement):
    to_come = office.get(about(placement)).context["about"].to_come
    waiting = Due.objects.filter(state="waiting", about_placement_id=placement.pk, kind=Kind.SIGN)
    signing = [row.due for row in to_come if row.due.kind == Kind.SIGN]
    people = {row.person_id for row in waiting}
    assert (waiting.count(), len(people), len(signing)) == (12, 4, 4)
    assert {row.person_id for row in signing} == people
    assert [row.due_at for row in signing] == [
        waiting.filter(person=row.person_id).order_by("due_at")[0].due_at for row in signing
    ]


def test_what_went_out_and_what_did_not_stand_there_with_the_reason(office, placement):
    Due.objects.filter(state="waiting", reader="guardian").update(state="skipped", reason=Reason.OVER)
    found = office.get(about(placement)).context["about"]
    assert {row.letter.pk for row in found.letters} == set(Outbox.objects.values_list("pk", flat=True))
    assert {(row.due.reader, row.due.reason) for row in found.left_out} <= {("guardian", "over")}
    Due.objects.filter(state="waiting", reader="host").update(state="skipped", reason=Reason.NOT_WANTED)
    page = office.get(about(placement)).content.decode()
    assert "The reader does not want such letters: please call where it matters" in page


def test_letters_about_another_placement_are_not_there(office, world, placement):
    other = world.college.placement(starts_on=LAST + timedelta(days=7), ends_on=LAST + timedelta(days=7))
    found = office.get(about(other)).context["about"]
    assert (found.to_come, found.letters, found.left_out) == ([], [], [])
    assert "No letter is planned." in office.get(about(other)).content.decode()


def test_the_piece_costs_the_same_for_one_letter_and_for_four(office, placement, django_assert_max_num_queries):
    office.get(about(placement))
    with django_assert_max_num_queries(12) as four:
        office.get(about(placement), **PIECE)
    Outbox.objects.exclude(reader="host").delete()
    with django_assert_max_num_queries(12) as one:
        office.get(about(placement), **PIECE)
    assert len(one) == len(four)


@pytest.fixture
def talk(world, placement):
    """A letter to the safeguarding lead that a student wants to talk; somebody made a mistake and named a placement."""
    college = world.college
    person = college.teacher.user.person
    letter = Outbox.objects.create(
        person=person, school=college.school, day=NOW.date(), letter=Kind.TALK, reader="school", apart=True,
        message_id="<talk@test>", next_attempt_at=NOW, state="failed", problem="no_address",
    )  # fmt: skip
    rows = {"kind": Kind.TALK, "subject_id": 1, "person": person, "school": college.school, "reader": "school"}
    rows |= {"about_placement_id": placement.pk, "due_at": NOW}
    Due.objects.create(**rows, round="ask", state="in_letter", outbox=letter)
    Due.objects.create(**rows, round="R1", state="skipped", reason=Reason.DONE)
    Due.objects.create(**rows, round="R2", state="waiting", reason=Reason.QUIET)
    return letter


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.HEAD])
def test_that_a_student_asked_to_talk_shows_nowhere_but_to_the_safeguarding_lead(world, client, placement, talk, role):
    member = world.college.coordinator
    member.role = role
    member.save()
    client.force_login(member.user)
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        answers = [
            client.get(path)
            for path in (
                "/",
                "/letters/?show=failed",
                f"/letters/?placement={placement.public_id}",
                "/letters/left-out/",
                about(placement),
                reverse("reports:placement", args=[placement.public_id]),
            )
        ]
        assert client.get(f"/letters/{talk.public_id}/").status_code == 404
        assert client.post(f"/letters/{talk.public_id}/send-again/").status_code == 404
    assert [answer.status_code for answer in answers] == [200] * 6
    texts = [answer.content.decode() for answer in answers]
    assert not any(str(Kind.TALK.label) in text or "did not arrive" in text for text in texts)
    assert "No letter fits this search." in texts[1]


def test_the_safeguarding_lead_sees_letters_about_talks_and_no_other(world, client, talk):
    member = world.college.coordinator
    member.role = Role.SAFEGUARDING
    member.save()
    client.force_login(member.user)
    assert [row.letter.pk for row in client.get("/letters/").context["rows"]] == [talk.pk]
    assert {row.due.kind for row in client.get("/letters/left-out/").context["rows"]} == {Kind.TALK}
    assert client.get(f"/letters/{talk.public_id}/").status_code == 200
    other = Outbox.objects.filter(letter=Kind.SIGN)[0]
    assert client.get(f"/letters/{other.public_id}/").status_code == 404
