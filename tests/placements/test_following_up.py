"""What came after: one tap of the student, behind a link or signed in; read by the school alone."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from placements.models import FollowUp, HostTime, Placement
from placements.workflow.following_up import allow_follow_up, answer_follow_up, decline_follow_up, take_back
from tests.placements import college as colleges
from tests.placements.college import by_party

pytestmark = pytest.mark.django_db
LATER = datetime.fromisoformat("2027-09-06T09:00:00+00:00")
STUDENT = by_party("student")
WORD = "A job at the same workplace"
OUTCOMES = [str(label) for label in FollowUp.Outcome.labels]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def college():
    return colleges.build()


@pytest.fixture
def ended(college):
    placement = college.placement()
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.ENDED)
    placement.refresh_from_db()
    return placement


def said(placement) -> tuple[str, bool, bool]:
    row = FollowUp.objects.get(placement=placement)
    return row.outcome, row.answered_at == LATER, row.declined_at == LATER


def who(placement) -> dict:
    return {"placement": placement, "person": placement.learner, "by": STUDENT, "at": LATER}


def verbs() -> list[str]:
    return list(Transition.objects.filter(noun="follow_up").order_by("pk").values_list("verb", flat=True))


def link_to(placement, person=None) -> str:
    _link, token = links.mint(
        person=person or placement.learner, school=placement.school, purpose=Link.Purpose.FOLLOW_UP,
        subject_id=placement.pk, at=LATER,
    )  # fmt: skip
    return reverse("placements:link", args=[token])


def as_(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


# ── The verbs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_last_word_holds_and_the_same_again_changes_nothing(ended):
    answer_follow_up(**who(ended), outcome="job")
    answer_follow_up(**who(ended), outcome="study")
    answer_follow_up(**who(ended), outcome="study")
    assert said(ended) == ("study", True, False)
    assert FollowUp.objects.get().retain_until == date(2028, 9, 5)
    assert verbs() == ["answer", "answer"]
    assert "study" not in str(list(Transition.objects.filter(noun="follow_up").values()))


def test_who_does_not_want_to_be_asked_may_have_answered_and_may_still_answer(ended):
    answer_follow_up(**who(ended), outcome="job")
    decline_follow_up(**who(ended))
    decline_follow_up(**who(ended))
    assert said(ended) == ("job", True, True)
    answer_follow_up(**who(ended), outcome="looking")
    assert said(ended) == ("looking", True, True)
    assert verbs() == ["answer", "decline", "answer"]


def test_an_answer_that_is_taken_back_is_forgotten_and_twice_is_like_once(ended):
    answer_follow_up(**who(ended), outcome="job")
    take_back(**who(ended))
    take_back(**who(ended))
    assert not FollowUp.objects.exists()
    assert verbs() == ["answer", "take_back"]


def test_who_takes_the_answer_back_is_still_not_asked_until_it_is_allowed(ended):
    answer_follow_up(**who(ended), outcome="job")
    decline_follow_up(**who(ended))
    take_back(**who(ended))
    take_back(**who(ended))
    assert said(ended) == ("", False, True)
    allow_follow_up(**who(ended))
    allow_follow_up(**who(ended))
    assert not FollowUp.objects.exists()
    assert verbs() == ["answer", "decline", "take_back", "allow"]


def test_nobody_answers_for_the_student(ended, college):
    with pytest.raises(Refused):
        answer_follow_up(**{**who(ended), "person": college.guardian.user.person}, outcome="job")
    with pytest.raises(Refused):
        answer_follow_up(**{**who(ended), "by": by_party("school")}, outcome="job")
    with pytest.raises(Refused):
        decline_follow_up(**{**who(ended), "by": Actor("link", 1, Role.SUPERVISOR)})
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("state", "reason"), [("running", ""), ("paused", ""), ("cancelled", ""), ("ended", "personal")]
)
def test_nothing_is_said_before_the_end_or_where_nobody_is_asked(ended, state, reason):
    Placement.objects.filter(pk=ended.pk).update(state=state, end_reason=reason)
    with pytest.raises(Refused):
        answer_follow_up(**who(ended), outcome="job")
    for verb in (decline_follow_up, take_back, allow_follow_up):
        with pytest.raises(Refused):
            verb(**who(ended))
    assert Client().get(link_to(ended)).status_code == 404
    assert not FollowUp.objects.exists()


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_tap_behind_the_link_says_it_and_shows_a_receipt(ended):
    client, url = Client(), link_to(ended)
    page = client.get(url).content.decode()
    assert "You were at Novak Garage until Fri 5 Mar 2027." in page
    assert [label for label in OUTCOMES if label in page] == OUTCOMES
    assert not FollowUp.objects.exists()
    assert client.post(url, {"outcome": "job_here"}).status_code == 302
    assert said(ended) == ("job_here", True, False)
    receipt = client.get(url).content.decode()
    assert "You answered on Mon 6 Sep 2027." in receipt
    assert [label for label in OUTCOMES if label in receipt] == [WORD]
    assert not HostTime.objects.filter(placement=ended).exists()


def test_the_answer_can_be_changed_and_taken_back(ended):
    client, url = Client(), link_to(ended)
    client.post(url, {"outcome": "job"})
    page = client.get(f"{url}?change=1").content.decode()
    assert [label for label in OUTCOMES if label in page] == OUTCOMES
    client.post(url, {"outcome": "study"})
    assert said(ended) == ("study", True, False)
    client.post(url, {"step": "take_back"})
    assert not FollowUp.objects.exists()


def test_who_does_not_want_to_be_asked_says_so_with_one_tap(ended):
    client, url = Client(), link_to(ended)
    client.post(url, {"step": "decline"})
    assert said(ended) == ("", False, True)
    assert "You said so on Mon 6 Sep 2027." in client.get(url).content.decode()
    client.post(url, {"step": "allow"})
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"outcome": ""}, {"outcome": "rich"}, {"step": "delete"}])
def test_what_is_no_answer_comes_back_with_the_question(ended, sent):
    answer = Client().post(link_to(ended), sent)
    assert answer.status_code == 422
    assert WORD in answer.content.decode()
    assert not FollowUp.objects.exists()


def test_machines_that_open_the_link_change_nothing(ended):
    url = link_to(ended)
    for address in (url, f"{url}?change=1", f"{url}?step=decline&outcome=job"):
        assert Client().get(address).status_code == 200
        assert Client().head(address).status_code in (200, 405)
    assert not FollowUp.objects.exists()


def test_a_link_opens_only_the_question_of_its_own_student(ended, college):
    assert Client().get(link_to(ended, college.guardian.user.person)).status_code == 404
    url = link_to(ended)
    for name in ("week/2027-01-04/confirm/", "forward/", "not-me/", "limits/", "offers/", "account/"):
        assert Client().get(f"{url}{name}").status_code in (404, 405)
    assert Client().get(f"{url}closing/{ended.public_id}/").status_code == 404
    assert Client().get(f"{url}incident/{ended.public_id}/").status_code == 404


def test_an_old_link_can_be_asked_for_again(ended):
    url = link_to(ended)
    Link.objects.update(expires_at=LATER - timedelta(days=1))
    assert Client().get(url).status_code == 410
    assert Client().post(f"{url}renew/").status_code == 200
    assert Transition.objects.get(noun="link").verb == "renew"


def test_a_student_who_signs_in_answers_on_the_same_page_and_nobody_else_does(ended, college):
    url = reverse("placements:follow_up", args=[ended.public_id])
    client = as_(college.student)
    assert client.get(url).status_code == 200
    client.post(url, {"outcome": "other"})
    assert said(ended) == ("other", True, False)
    for member in (college.coordinator, college.teacher, college.guardian, college.supervisor):
        assert as_(member).get(url).status_code == 404


# ── Who reads it ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_coordinator_and_head_read_it_on_the_placement_and_nobody_else(ended, college):
    answer_follow_up(**who(ended), outcome="job_here")
    head = colleges.member("Hanna Ruiz", Role.HEAD, college.school)
    url = reverse("reports:placement", args=[ended.public_id])
    for member in (college.coordinator, head):
        assert WORD in as_(member).get(url).content.decode()
    for member in (college.teacher, college.guardian, college.supervisor, college.student):
        answer = as_(member).get(url)
        assert answer.status_code == 200
        assert WORD not in answer.content.decode()
    host = as_(college.supervisor)
    for path in ("/", reverse("placements:host"), f"{url}?tab=happened"):
        assert WORD not in host.get(path, follow=True).content.decode()


def test_that_nobody_is_to_ask_again_is_read_there_too(ended, college):
    url = reverse("reports:placement", args=[ended.public_id])
    assert "What came after" not in as_(college.coordinator).get(url).content.decode()
    decline_follow_up(**who(ended))
    assert "The student does not want to be asked." in as_(college.coordinator).get(url).content.decode()
