"""Marks of skills: both sides on the same list, blind until both have sent, "not seen" is nothing."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given as for_all
from hypothesis import strategies as st

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Feedback, Placement, SkillMark, SkillReview
from placements.models.hours import Independence
from placements.queries.skills import lines_for_host, lines_for_school, lines_for_student, reviews_of, skills_of
from placements.rules.marks import end_is_open, is_worth_a_talk, may_change, start_is_open
from placements.workflow.feedback import give_feedback, take_back
from placements.workflow.skills import review_skills
from schools.models import Skill, SkillScale
from schools.skills import shipped
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, person

pytestmark = pytest.mark.django_db
Moment = SkillReview.Moment
START, END = Moment.START, Moment.END
NOW = at(MONDAY)
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)
CHECKED = '" checked'
ANCHORS = {
    "safety": ["Needs to be reminded of the rules again and again.", "Notices dangers and warns others."],
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def garage():
    shipped.load()
    return build()


@pytest.fixture
def skills(garage) -> dict[str, Skill]:
    return {skill.key: skill for skill in skills_of(garage.lina)}


def mark(garage, skills, by, moment=END, when=NOW, **levels) -> SkillReview:
    who = garage.marek.person if by == HOST else garage.lina.learner
    marks = {skills[key.replace("_", "-")]: level for key, level in levels.items()}
    return review_skills(placement=garage.lina, moment=moment, marks=marks, person=who, by=by, at=when)


def levels(review: SkillReview) -> dict[str, int | None]:
    return dict(SkillMark.objects.filter(review=review).values_list("skill__key", "level"))


def give(garage, when=NOW, **changed):
    values = {
        "tasks": ["Tyres"], "independence": Independence.ALONE, "observed": "Asked.", "host_again": Feedback.Again.YES,
        "by": HOST, **changed,
    }  # fmt: skip
    return give_feedback(placement=garage.lina, person=garage.marek.person, at=when, **values)


def seen(line) -> tuple:
    return tuple(side.level if side else "nothing" for side in (line.host, line.student))


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("today", "is_open"),
    [
        (date(2026, 10, 25), False),
        (date(2026, 10, 26), True),
        (date(2026, 11, 8), True),
        (date(2026, 11, 9), False),
    ],
)
def test_the_start_is_open_for_two_weeks_of_a_placement_that_is_long_enough(today, is_open):
    first = date(2026, 10, 26)
    assert start_is_open(first, date(2026, 12, 18), today) is is_open
    assert start_is_open(first, first + timedelta(days=21), first)
    assert not start_is_open(first, first + timedelta(days=20), first)


def test_the_end_is_open_from_a_week_before_the_last_day_and_at_once_when_it_is_over():
    last = date(2026, 12, 18)
    days = (date(2026, 12, 11), date(2026, 12, 12), date(2027, 1, 30))
    assert [end_is_open(last, False, day) for day in days] == [False, True, True]
    assert end_is_open(last, True, date(2026, 11, 2))


def test_marks_are_open_for_24_hours_to_the_second_and_no_longer_once_both_have_sent():
    assert may_change(NOW, NOW + DAY, other_has_sent=False)
    assert not may_change(NOW, NOW + DAY + SECOND, other_has_sent=False)
    assert not may_change(NOW, NOW, other_has_sent=True)


level = st.none() | st.integers(1, 4)


@for_all(level, level)
def test_two_levels_apart_are_worth_a_talk_whoever_is_higher_and_not_seen_never_is(one, other):
    assert is_worth_a_talk(one, other) == is_worth_a_talk(other, one)
    assert is_worth_a_talk(one, other) == ({one, other} in ({1, 3}, {1, 4}, {2, 4}))


# ── The verb ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_not_seen_is_kept_as_nothing_and_what_is_not_chosen_leaves_no_mark(garage, skills):
    review = mark(garage, skills, HOST, safety=None, talking=1)
    assert levels(review) == {"safety": None, "talking": 1}
    assert (review.side, review.moment, review.person) == ("host", "end", garage.marek.person)
    assert SkillMark.objects.filter(review=review, level=0).count() == 0


def test_the_same_marks_again_change_nothing_and_others_replace_them_for_24_hours(garage, skills):
    first = mark(garage, skills, STUDENT, START, safety=3)
    assert mark(garage, skills, STUDENT, START, when=NOW + 5 * DAY, safety=3) == first
    assert levels(mark(garage, skills, STUDENT, START, when=NOW + DAY, safety=2, talking=None)) == {
        "safety": 2,
        "talking": None,
    }
    with pytest.raises(Refused, match="no longer be changed"):
        mark(garage, skills, STUDENT, START, when=NOW + DAY + SECOND, safety=4)
    assert list(moves().order_by("pk").values_list("noun", "verb")) == [("skills", "mark"), ("skills", "change")]


def test_once_both_have_sent_neither_changes_its_marks_after_seeing_the_others(garage, skills):
    host, student = mark(garage, skills, HOST, safety=1), mark(garage, skills, STUDENT, safety=4)
    for by in (HOST, STUDENT):
        with pytest.raises(Refused, match="no longer be changed"):
            mark(garage, skills, by, safety=3)
    assert (levels(host), levels(student)) == ({"safety": 1}, {"safety": 4})
    assert levels(mark(garage, skills, STUDENT, START, safety=2)) == {"safety": 2}


def test_marks_need_a_skill_that_is_asked_about_a_level_that_exists_and_a_side(garage, skills):
    scale = SkillScale.objects.create(key="other", levels=[{"en": "A"}], valid_to=date(2020, 1, 1))
    foreign = Skill.objects.create(scale=scale, key="old", position=1, name={"en": "Old"}, anchors={"en": ["A"]})
    for levels_given, said in (
        ({}, "at least one"),
        ({skills["safety"]: 0}, "does not exist"),
        ({skills["safety"]: 5}, "does not exist"),
        ({foreign: 1}, "not asked about"),
    ):
        with pytest.raises(Refused, match=said):
            review_skills(
                placement=garage.lina, moment=END, marks=levels_given, person=garage.marek.person, by=HOST, at=NOW
            )
    with pytest.raises(Refused, match="may not"):
        mark(garage, skills, Actor("user", 1, Role.TEACHER), safety=1)
    garage.lina.state = Placement.State.PLANNED
    with pytest.raises(Refused, match="not started"):
        mark(garage, skills, STUDENT, safety=1)
    assert not SkillReview.objects.filter(placement=garage.lina).exists()


def test_marks_come_with_the_feedback_and_go_with_it_when_it_is_taken_back(garage, skills):
    give(garage, skills={skills["safety"]: 2})
    assert levels(SkillReview.objects.get(placement=garage.lina)) == {"safety": 2}
    take_back(placement=garage.lina, by=HOST, at=NOW + DAY)
    assert not SkillReview.objects.filter(placement=garage.lina).exists()
    verbs = moves().order_by("pk").values_list("noun", "verb")
    assert list(verbs) == [
        ("feedback", "give"), ("skills", "mark"), ("feedback", "take_back"), ("skills", "take_back"),
    ]  # fmt: skip


def test_marks_that_the_other_side_was_compared_with_stay_when_the_feedback_is_taken_back(garage, skills):
    give(garage, skills={skills["safety"]: 2})
    mark(garage, skills, STUDENT, safety=4)
    take_back(placement=garage.lina, by=HOST, at=NOW)
    assert sorted(SkillReview.objects.filter(placement=garage.lina).values_list("side", flat=True)) == [
        "host",
        "student",
    ]


def test_feedback_whose_marks_are_refused_is_not_given_at_all(garage, skills):
    with pytest.raises(Refused, match="does not exist"):
        give(garage, skills={skills["safety"]: 9})
    assert not Feedback.objects.filter(placement=garage.lina).exists()


def test_a_teachers_own_placement_asks_about_no_skills(garage):
    garage.lina.enrolment = None
    assert skills_of(garage.lina) == []


def test_start_and_end_of_a_placement_use_the_scale_of_its_first_day(garage, skills):
    new = SkillScale.objects.create(key="next-year", levels=[{"en": "A"}, {"en": "B"}], valid_from=NOW.date())
    Skill.objects.create(scale=new, key="new", position=9, name={"en": "New"}, anchors={"en": ["A", "B"]})
    SkillScale.objects.filter(key="everyday-work").update(valid_to=NOW.date() - timedelta(days=1))
    assert [skill.key for skill in skills_of(garage.lina)] == list(skills)


# ── Who sees what ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_host_sees_of_the_students_marks_only_what_it_marked_itself_and_nothing_before(garage, skills):
    mark(garage, skills, STUDENT, safety=4, talking=1, drive=2)
    assert lines_for_host(reviews_of(garage.lina), END) == []
    mark(garage, skills, HOST, safety=1, thinking=None)
    lines = lines_for_host(reviews_of(garage.lina), END)
    assert {line.skill.key: seen(line) for line in lines} == {"safety": (1, 4), "thinking": (None, "nothing")}


def test_the_student_marks_first_or_chooses_to_look(garage, skills):
    mark(garage, skills, HOST, safety=1)
    reviews = reviews_of(garage.lina)
    assert lines_for_student(reviews, END, looks=False) == []
    assert [seen(line) for line in lines_for_student(reviews, END, looks=True)] == [(1, "nothing")]
    mark(garage, skills, STUDENT, safety=3)
    assert [seen(line) for line in lines_for_student(reviews_of(garage.lina), END, looks=False)] == [(1, 3)]


def test_the_school_sees_both_in_the_order_of_the_list_with_gaps_to_talk_about(garage, skills):
    mark(garage, skills, HOST, safety=1, talking=3, drive=None)
    mark(garage, skills, STUDENT, safety=4, talking=4, drive=4, thinking=2)
    lines = lines_for_school(reviews_of(garage.lina), END)
    assert [(line.skill.key, seen(line), line.is_worth_a_talk) for line in lines] == [
        ("talking", (3, 4), False),
        ("drive", (None, 4), False),
        ("thinking", ("nothing", 2), False),
        ("safety", (1, 4), True),
    ]
    assert lines_for_school(reviews_of(garage.lina), START) == []


# ── Screens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def token_of(garage, purpose=Link.Purpose.FEEDBACK) -> str:
    subject = garage.lina.pk if purpose == Link.Purpose.FEEDBACK else 0
    _link, token = links.mint(
        person=garage.marek.person, school=garage.school, purpose=purpose, subject_id=subject, at=NOW
    )
    return token


def own(garage) -> str:
    return reverse("placements:own_skills", args=[garage.lina.public_id])


def name_of(skill: Skill) -> str:
    return f"skill_{skill.pk}"


ANSWERS = {"other": "Tyres", "independence": "3", "observed": "Asked.", "host_again": "yes", "remark": "Nothing"}


def test_the_closing_page_is_blind_to_the_students_marks_until_the_hosts_are_sent(garage, skills, client):
    mark(garage, skills, STUDENT, safety=1, talking=4)
    token = token_of(garage)
    url = reverse("placements:link_closing", args=[token, garage.lina.public_id])
    page = client.get(url)
    assert page.text.count(CHECKED) == 0
    assert [field.label for field, _choices in page.context["skills"].rows] == [
        "Being there, on time", "Listening and talking", "Working with others", "Wanting to work and learn",
        "Thinking and solving problems", "Safety and the ways of the workplace",
    ]  # fmt: skip
    sent = ANSWERS | {name_of(skills["safety"]): "4", name_of(skills["drive"]): "not_seen"}
    assert client.post(url, sent).status_code == 302
    assert levels(SkillReview.objects.get(placement=garage.lina, side="host")) == {"safety": 4, "drive": None}
    receipt = client.get(url)
    assert [seen(line) for line in receipt.context["skills"]] == [(None, "nothing"), (4, 1)]
    assert ANCHORS["safety"][0] in receipt.text
    assert "Explains clearly" not in receipt.text
    assert "Worth a talk" not in receipt.text
    change = client.get(url + "?change=1")
    assert change.context["skills"].rows == []
    assert "stay as they are" in change.text


def test_feedback_without_marks_shows_nothing_of_the_students(garage, skills, client):
    mark(garage, skills, STUDENT, safety=1)
    token = token_of(garage)
    url = reverse("placements:link_closing", args=[token, garage.lina.public_id])
    assert client.post(url, ANSWERS).status_code == 302
    receipt = client.get(url)
    assert receipt.context["skills"] == []
    assert ANCHORS["safety"][0] not in receipt.text
    assert list(SkillReview.objects.filter(placement=garage.lina).values_list("side", flat=True)) == ["student"]


def test_the_marks_of_the_host_stand_in_the_form_again_while_they_can_be_changed(garage, skills, client):
    give(garage, skills={skills["safety"]: 2, skills["drive"]: None})
    url = reverse("placements:link_closing", args=[token_of(garage), garage.lina.public_id])
    form = client.get(url + "?change=1").context["skills"]
    chosen = {name: form[name].value() for name in form.fields if form[name].value()}
    assert chosen == {name_of(skills["safety"]): "2", name_of(skills["drive"]): "not_seen"}


def test_the_student_marks_the_end_and_then_sees_both(garage, skills, client, clock):
    clock.move_to(at(date(2026, 12, 14)))
    mark(garage, skills, HOST, safety=4, when=at(date(2026, 12, 14)))
    client.force_login(garage.lina.learner.user)
    page = client.get(own(garage))
    assert ANCHORS["safety"][1] in page.text  # as a choice of the form
    assert (page.context["moments"], page.context["may_look"]) == ([], True)
    assert [name for name, _lines in client.get(own(garage) + "?look=1").context["moments"]] == ["At the end"]
    assert client.post(own(garage), {}).status_code == 422
    assert client.post(own(garage), {name_of(skills["safety"]): "1"}).status_code == 302
    page = client.get(own(garage))
    assert [[seen(line) for line in lines] for _name, lines in page.context["moments"]] == [[(4, 1)]]
    assert page.context["skills"] is None
    assert "Worth a talk" not in page.text
    assert client.post(own(garage), {name_of(skills["safety"]): "4"}).status_code == 302
    assert levels(SkillReview.objects.get(placement=garage.lina, side="student")) == {"safety": 1}


def test_in_the_middle_of_a_placement_the_student_is_not_asked(garage, client):
    client.force_login(garage.lina.learner.user)
    page = client.get(own(garage))
    assert (page.context["skills"], "Nothing to mark now" in page.text) == (None, True)


def test_another_student_and_a_guardian_never_open_the_page(garage, client):
    client.force_login(garage.jonas.learner.user)
    assert client.get(own(garage)).status_code == 404
    assert client.post(own(garage), {}).status_code == 404
    for role in (Role.GUARDIAN, Role.SAFEGUARDING, Role.STUDENT):
        someone = person(f"Some {role.title()}")
        member(someone, garage.school, role)
        client.force_login(someone.user)
        assert client.get(reverse("placements:skills", args=[garage.lina.public_id])).status_code == 404


def test_the_school_reads_both_with_what_is_worth_a_talk(garage, skills, client):
    mark(garage, skills, HOST, safety=1, talking=2)
    mark(garage, skills, STUDENT, safety=4, talking=3)
    coordinator = person("Amina Desk")
    member(coordinator, garage.school, Role.COORDINATOR)
    client.force_login(coordinator.user)
    page = client.get(reverse("placements:skills", args=[garage.lina.public_id])).text
    assert page.count("Worth a talk") == 1
    assert all(anchor in page for anchor in ANCHORS["safety"])


def test_the_host_marks_the_start_from_its_home_if_it_likes(garage, skills, client, clock):
    clock.move_to(at(date(2026, 10, 28)))
    mark(garage, skills, STUDENT, START, safety=1, when=at(date(2026, 10, 28)))
    _link, token = links.mint(
        person=garage.marek.person, school=garage.school, purpose=Link.Purpose.CONFIRM, subject_id=0,
        at=at(date(2026, 10, 28)),
    )  # fmt: skip
    url = reverse("placements:link_skills", args=[token, garage.lina.public_id])
    page = client.get(url)
    assert (page.status_code, page.context["lines"], page.text.count(CHECKED)) == (200, [], 0)
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {name_of(skills["safety"]): "3"}).url == url
    page = client.get(url)
    assert (page.context["skills"], [seen(line) for line in page.context["lines"]]) == (None, [(3, 1)])
    stranger = reverse("placements:link_skills", args=[token, garage.stranger.public_id])
    assert (client.get(stranger).status_code, client.post(stranger, {}).status_code) == (404, 404)


def test_after_two_weeks_the_start_is_closed_to_a_host_that_did_not_use_it(garage, client):
    url = reverse("placements:link_skills", args=[token_of(garage, Link.Purpose.CONFIRM), garage.lina.public_id])
    assert (client.get(url).status_code, client.post(url, {}).status_code) == (404, 404)
    feedback = reverse("placements:link_skills", args=[token_of(garage), garage.lina.public_id])
    assert client.get(feedback).status_code == 404
