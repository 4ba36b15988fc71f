"""The closing feedback: five answers, few taps, a receipt, open to change for a day."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.workflow import Refused
from placements.models import Feedback, Placement
from placements.models.hours import Independence
from placements.workflow import feedback
from schools.skills.phrases import PHRASES
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, work

pytestmark = pytest.mark.django_db
FRIDAY = at(MONDAY + timedelta(days=4))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def garage():
    return build()


def give(garage, when=FRIDAY, **changed):
    values = {
        "tasks": [garage.tasks[0], "Sold tyres"],
        "independence": Independence.CHECKED,
        "observed": "Checked twice.",
        "host_again": Feedback.Again.YES,
        "remark": "Nothing",
        "by": HOST,
        **changed,
    }
    return feedback.give_feedback(placement=garage.lina, person=garage.marek.person, at=when, **values)


def given(garage):
    return Feedback.objects.filter(placement__in=[garage.lina, garage.jonas, garage.stranger])


def token_of(garage, placement, person=None):
    _link, token = links.mint(
        person=person or garage.marek.person,
        school=garage.school,
        purpose=Link.Purpose.FEEDBACK,
        subject_id=placement.pk,
        at=FRIDAY,
    )
    return token


def closing(token, placement):
    return reverse("placements:link_closing", args=[token, placement.public_id])


def test_feedback_is_given_once_and_the_same_again_changes_nothing(garage):
    first = give(garage)
    again = give(garage, when=FRIDAY + timedelta(days=3))
    assert first == again
    assert [task.name for task in first.tasks.all()] == ["Brake pads", "Sold tyres"]
    assert list(moves().values_list("noun", "verb", "timeline")) == [
        ("feedback", "give", f"placement:{garage.lina.pk}")
    ]


def test_feedback_can_be_changed_for_24_hours(garage):
    give(garage)
    give(garage, when=FRIDAY + timedelta(hours=24), observed="Asked well.", tasks=["Sold tyres"])
    with pytest.raises(Refused, match="24 hours"):
        give(garage, when=FRIDAY + timedelta(hours=24, seconds=1), observed="Late.")
    kept = given(garage).get()
    assert (kept.observed, kept.given_at, [task.name for task in kept.tasks.all()]) == (
        "Asked well.",
        FRIDAY,
        ["Sold tyres"],
    )
    assert sorted(moves().values_list("verb", flat=True)) == ["change", "give"]


def test_only_a_host_gives_feedback_and_only_on_a_placement_that_has_begun(garage):
    with pytest.raises(Refused, match="may not"):
        give(garage, by=STUDENT)
    garage.lina.state = Placement.State.PLANNED
    with pytest.raises(Refused, match="not started"):
        give(garage)
    assert not given(garage).exists()


def test_the_form_is_filled_from_the_log_and_sent_with_at_most_8_taps(garage, client):
    work(garage.lina, MONDAY, tasks=[(garage.tasks[0], Independence.ALONE), ("Own words", Independence.ALONE)])
    work(garage.jonas, MONDAY, tasks=[(garage.tasks[1], Independence.ALONE)])
    token = token_of(garage, garage.lina)
    page = client.get(reverse("placements:link", args=[token]))
    form = page.context["form"]
    assert form.initial == {"tasks": [garage.tasks[0].pk]}
    assert form["remark"].value() == "Nothing"
    taps = {"independence": "2", "phrase": str(PHRASES[0]), "host_again": "yes"}
    assert len(taps) + len(["send"]) <= 8
    sent = {"tasks": form.initial["tasks"], "other": "", "observed": "", "remark": "Nothing", **taps}
    answer = client.post(closing(token, garage.lina), sent)
    assert answer.status_code == 302
    kept = given(garage).get()
    assert (kept.independence, kept.observed, kept.host_again, kept.remark, kept.person) == (
        2,
        str(PHRASES[0]),
        "yes",
        "Nothing",
        garage.marek.person,
    )
    receipt = client.get(answer.url).text
    for words in ("Thank you", "Brake pads", str(PHRASES[0]), "Change (until Sat 21 Nov, 18:00)"):
        assert words in receipt
    client.post(closing(token, garage.lina), sent)
    assert moves().filter(noun="feedback").count() == 1


def test_the_five_answers_are_required_and_what_was_typed_stays(garage, client):
    token = token_of(garage, garage.lina)
    page = client.post(closing(token, garage.lina), {"remark": "He was early"})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"tasks", "independence", "phrase", "host_again"}
    assert "He was early" in page.text
    assert not given(garage).exists()


def test_the_receipt_opens_the_answers_again_while_they_can_be_changed(garage, client, clock):
    give(garage, observed=str(PHRASES[1]))
    token = token_of(garage, garage.lina)
    form = client.get(closing(token, garage.lina) + "?change=1").context["form"]
    assert form.initial == {
        "tasks": [garage.tasks[0].pk],
        "other": "Sold tyres",
        "independence": 2,
        "phrase": str(PHRASES[1]),
        "observed": "",
        "host_again": "yes",
        "remark": "Nothing",
    }
    clock.move_to(FRIDAY + timedelta(hours=25))
    page = client.get(closing(token, garage.lina) + "?change=1")
    assert "can no longer be changed" in page.text
    late = {"tasks": [], "other": "x", "independence": "0", "observed": "y", "host_again": "no", "remark": ""}
    assert client.post(closing(token, garage.lina), late).status_code == 422
    assert given(garage).get().observed == str(PHRASES[1])


def test_a_link_reaches_only_its_placement(garage, client):
    sent = {"other": "x", "independence": "0", "observed": "y", "host_again": "no", "remark": ""}
    token = token_of(garage, garage.lina)
    client.post(closing(token, garage.jonas), sent)
    assert given(garage).get().placement == garage.lina
    for stolen in (token_of(garage, garage.stranger), token_of(garage, garage.lina, garage.dora.person)):
        assert client.get(closing(stolen, garage.stranger)).status_code == 404
        assert client.post(closing(stolen, garage.stranger), sent).status_code == 404
    _link, confirm = links.mint(
        person=garage.marek.person, school=garage.school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=FRIDAY
    )
    assert client.post(closing(confirm, garage.jonas), sent).status_code == 404
    assert given(garage).count() == 1


def test_a_supervisor_who_signs_in_gives_feedback_on_own_students(garage, client):
    member(garage.marek.person, garage.firm, Role.SUPERVISOR)
    client.force_login(garage.marek.person.user)
    own = reverse("placements:host_closing", args=[garage.jonas.public_id])
    assert client.get(own).status_code == 200
    assert not given(garage).exists()
    sent = {"other": "x", "independence": "0", "observed": "y", "host_again": "no", "remark": ""}
    assert client.post(own, sent).url == own
    assert given(garage).get().placement == garage.jonas
    other = reverse("placements:host_closing", args=[garage.stranger.public_id])
    assert (client.get(other).status_code, client.post(other, sent).status_code) == (404, 404)


def test_a_signed_in_supervisor_is_asked_at_the_end_until_it_is_given(garage, client):
    Placement.objects.filter(pk__in=[garage.lina.pk, garage.stranger.pk]).update(ends_on=FRIDAY.date())
    member(garage.marek.person, garage.firm, Role.SUPERVISOR)
    client.force_login(garage.marek.person.user)
    asked = client.get(reverse("placements:host"))
    assert [placement.pk for placement, _url in asked.context["closings"]] == [garage.lina.pk]
    assert reverse("placements:host_closing", args=[garage.lina.public_id]) in asked.text
    give(garage)
    assert client.get(reverse("placements:host")).context["closings"] == []
