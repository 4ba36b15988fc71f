"""The closing feedback: five answers, few taps, a receipt, open to change for a day, and what came of it."""

from datetime import timedelta
from html.parser import HTMLParser
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given as for_all
from hypothesis import strategies as st

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.host_clock import FIELD, IDLE_FIELD
from placements.models import Feedback, FeedbackReply, FeedbackUse, Placement
from placements.models.hours import Independence
from placements.queries.feedback import Figures, figures_of, logged_marks
from placements.rules.marks import usual_mark
from placements.workflow import feedback, weeks
from placements.workflow.links import forward
from schools.models import FeedbackPhrase
from schools.skills.phrases import PHRASES
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, person, work

pytestmark = pytest.mark.django_db
FRIDAY = at(MONDAY + timedelta(days=4))
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)
TEACHER = Actor("user", 7, Role.TEACHER)
ANSWERS = ("tasks", "independence", "phrase", "host_again", "remark")
"""The five answers by their fields: what they did, how alone, one thing seen, host again, anything we should know."""


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


def take_back(garage, when=FRIDAY, by=HOST):
    feedback.take_back(placement=garage.lina, by=by, at=when)


@pytest.fixture
def teacher():
    return person("Pär Ek")


def use(of, teacher, **changed):
    values = {"kind": FeedbackUse.Kind.LESSON, "on": FRIDAY.date(), "by": TEACHER, "at": FRIDAY, **changed}
    return feedback.record_use(feedback=of, person=teacher, **values)


def reply(garage, of, agrees=True, text="", who=None, by=STUDENT, when=FRIDAY):
    return feedback.reply_to_feedback(
        feedback=of, agrees=agrees, text=text, person=who or garage.lina.learner, by=by, at=when
    )


def token_of(garage, placement, person=None, purpose=Link.Purpose.FEEDBACK):
    _link, token = links.mint(
        person=person or garage.marek.person,
        school=garage.school,
        purpose=purpose,
        subject_id=placement.pk if purpose == Link.Purpose.FEEDBACK else 0,
        at=FRIDAY,
    )
    return token


def closing(token, placement):
    return reverse("placements:link_closing", args=[token, placement.public_id])


NOT_ANSWERS = ("csrfmiddlewaretoken", "language", "next", FIELD, IDLE_FIELD)


class Form(HTMLParser):
    """What the browser would send of the page's form if nobody touched it."""

    def __init__(self, page: str):
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = {name: value or "" for name, value in attrs}
        if tag == "select":
            self.select = said["name"]
        elif tag == "option" and "selected" in said:
            self.sent[self.select] = [said.get("value", "")]
        elif tag == "input" and said.get("type") in ("checkbox", "radio") and "checked" not in said:
            return
        elif tag == "input" and said.get("name", "language") not in NOT_ANSWERS:
            self.sent.setdefault(said["name"], []).append(said.get("value", ""))


# ── The verb ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_feedback_is_given_once_and_the_same_again_changes_nothing(garage):
    alone = {garage.tasks[0]: Independence.ALONE}
    first = give(garage, alone=alone)
    again = give(garage, when=FRIDAY + timedelta(days=3), alone=alone)
    assert first == again
    assert [(task.name, task.independence) for task in first.tasks.all()] == [("Brake pads", 3), ("Sold tyres", None)]
    assert list(moves().values_list("noun", "verb", "timeline")) == [
        ("feedback", "give", f"placement:{garage.lina.pk}")
    ]


def test_feedback_can_be_changed_for_24_hours(garage):
    give(garage)
    give(garage, when=FRIDAY + DAY, observed="Asked well.", tasks=["Sold tyres"])
    with pytest.raises(Refused, match="24 hours"):
        give(garage, when=FRIDAY + DAY + SECOND, observed="Late.")
    kept = given(garage).get()
    assert (kept.observed, kept.given_at, [task.name for task in kept.tasks.all()]) == (
        "Asked well.",
        FRIDAY,
        ["Sold tyres"],
    )
    assert sorted(moves().values_list("verb", flat=True)) == ["change", "give"]


def test_another_mark_of_a_task_is_a_change(garage):
    give(garage)
    changed = give(garage, alone={"Sold tyres": Independence.WATCHED})
    assert [task.independence for task in changed.tasks.all()] == [None, 0]


def test_feedback_is_taken_back_within_24_hours_to_the_second_and_the_log_stays(garage):
    give(garage)
    take_back(garage, FRIDAY + DAY)
    take_back(garage, FRIDAY + DAY)
    assert not given(garage).exists()
    assert list(moves().order_by("pk").values_list("verb", flat=True)) == ["give", "take_back"]
    again = give(garage, FRIDAY + 2 * DAY)
    with pytest.raises(Refused, match="24 hours"):
        take_back(garage, again.given_at + DAY + SECOND)
    assert given(garage).get() == again


def test_feedback_that_the_school_has_used_is_not_taken_back_and_nobody_but_a_host_takes_it_back(garage, teacher):
    sent = give(garage)
    with pytest.raises(Refused, match="may not"):
        take_back(garage, by=STUDENT)
    use(sent, teacher)
    with pytest.raises(Refused, match="used this feedback"):
        take_back(garage)
    assert given(garage).get() == sent


def test_only_a_host_gives_feedback_and_only_on_a_placement_that_has_begun(garage):
    with pytest.raises(Refused, match="may not"):
        give(garage, by=STUDENT)
    garage.lina.state = Placement.State.PLANNED
    with pytest.raises(Refused, match="not started"):
        give(garage)
    assert not given(garage).exists()


# ── What came of it ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_use_is_written_once_by_the_school_on_a_day_since_the_feedback(garage, teacher):
    sent, key = give(garage), uuid4()
    first = use(sent, teacher, public_id=key, text="Brakes")
    assert use(sent, teacher, public_id=key, text="Twice") == first
    assert list(sent.uses.values_list("kind", "text", "on")) == [("lesson", "Brakes", FRIDAY.date())]
    for day in (FRIDAY.date() - timedelta(days=1), FRIDAY.date() + timedelta(days=1)):
        with pytest.raises(Refused, match="since the feedback"):
            use(sent, teacher, on=day)
    for role in (STUDENT, HOST, Actor("user", 1, Role.HEAD)):
        with pytest.raises(Refused, match="may not"):
            use(sent, teacher, by=role)
    assert list(moves().order_by("pk").values_list("verb", flat=True)) == ["give", "use"]


def test_the_student_replies_and_the_last_word_holds(garage):
    sent = give(garage)
    reply(garage, sent)
    reply(garage, sent)
    with pytest.raises(Refused, match="how you see it"):
        reply(garage, sent, agrees=False, text=" ")
    reply(garage, sent, agrees=False, text="I did the brakes alone.")
    assert list(FeedbackReply.objects.filter(feedback=sent).values_list("agrees", "text")) == [
        (False, "I did the brakes alone.")
    ]
    assert list(moves().order_by("pk").values_list("verb", flat=True)) == ["give", "reply", "reply"]


def test_nobody_else_replies_to_the_feedback(garage):
    sent = give(garage)
    with pytest.raises(Refused, match="may not"):
        reply(garage, sent, who=garage.jonas.learner)
    with pytest.raises(Refused, match="may not"):
        reply(garage, sent, by=HOST)
    assert not FeedbackReply.objects.filter(feedback=sent).exists()


def test_the_figures_count_learners_once_and_only_this_school_and_firm(garage):
    work(garage.lina, MONDAY)
    weeks.confirm_week(
        placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person, guide=garage.marek.person, by=HOST,
        at=FRIDAY,
    )  # fmt: skip
    work(garage.jonas, MONDAY)
    work(garage.stranger, MONDAY)
    assert figures_of(garage.lina) == Figures(students=2, minutes=450)
    Placement.objects.filter(pk=garage.jonas.pk).update(state=Placement.State.CANCELLED)
    assert figures_of(garage.lina) == Figures(students=1, minutes=450)


# ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@for_all(st.dictionaries(st.integers(0, 4), st.integers(1, 9), max_size=5))
def test_the_usual_mark_is_the_most_frequent_and_of_equals_the_lower(counts):
    usual = usual_mark(counts)
    if not counts:
        assert usual is None
        return
    assert all(counts[usual] > counts[mark] or (counts[usual] == counts[mark] and usual <= mark) for mark in counts)


def test_a_task_begins_with_the_mark_that_was_logged_most_often(garage):
    pads, tyres = garage.tasks[:2]
    work(garage.lina, MONDAY, tasks=[(pads, Independence.WITH_HELP)])
    work(garage.lina, MONDAY + timedelta(days=1), tasks=[(pads, Independence.ALONE), (tyres, Independence.ALONE)])
    work(garage.lina, MONDAY + timedelta(days=2), tasks=[(pads, Independence.ALONE), ("Swept", Independence.CHECKED)])
    work(garage.jonas, MONDAY, tasks=[(garage.tasks[2], Independence.WATCHED)])
    logged = logged_marks(garage.lina)
    assert (logged.marks, logged.usual) == ({pads.pk: 3, tyres.pk: 3}, 3)
    assert logged_marks(garage.stranger).usual is None


def test_after_a_logging_student_only_phrase_host_again_and_send_are_left_to_tap(garage, client):
    work(garage.lina, MONDAY, tasks=[(garage.tasks[0], Independence.ALONE), ("Own words", Independence.ALONE)])
    work(garage.jonas, MONDAY, tasks=[(garage.tasks[1], Independence.ALONE)])
    token = token_of(garage, garage.lina)
    untouched = Form(client.get(reverse("placements:link", args=[token])).text).sent
    how = f"how_{garage.tasks[0].pk}"
    asked = {name: value for name, value in untouched.items() if value != [""]}
    assert asked == {
        "tasks": [str(garage.tasks[0].pk)],
        how: ["3"],
        "independence": ["3"],
        "remark": ["Nothing"],
    }
    taps = {"phrase": str(PHRASES[0]), "host_again": "yes"}
    assert len(taps) + len(["send"]) == 3
    answer = client.post(closing(token, garage.lina), untouched | taps)
    assert answer.status_code == 302
    kept = given(garage).get()
    assert (kept.independence, kept.observed, kept.host_again, kept.remark, kept.person) == (
        3,
        str(PHRASES[0]),
        "yes",
        "Nothing",
        garage.marek.person,
    )
    assert [(task.name, task.independence) for task in kept.tasks.all()] == [("Brake pads", 3)]
    assert not garage.lina.skill_reviews.exists()
    receipt = client.get(answer.url).text
    for words in ("Thank you", "Brake pads", str(PHRASES[0]), "Change (until Sat 21 Nov, 18:00)"):
        assert words in receipt
    client.post(closing(token, garage.lina), untouched | taps)
    assert moves().filter(noun="feedback").count() == 1


def test_without_a_log_it_takes_five_taps(garage, client):
    token = token_of(garage, garage.lina)
    untouched = Form(client.get(closing(token, garage.lina)).text).sent
    assert {name for name, value in untouched.items() if value != [""]} == {"remark"}
    taps = {"tasks": [garage.tasks[0].pk], "independence": "1", "phrase": str(PHRASES[0]), "host_again": "no"}
    assert len(taps) + len(["send"]) <= 8
    assert client.post(closing(token, garage.lina), untouched | taps).status_code == 302
    assert [(task.name, task.independence) for task in given(garage).get().tasks.all()] == [("Brake pads", None)]


def test_five_answers_are_required_of_which_one_is_prefilled_and_what_was_typed_stays(garage, client):
    token = token_of(garage, garage.lina)
    page = client.post(closing(token, garage.lina), {"remark": "He was early"})
    assert page.status_code == 422
    assert {*page.context["form"].errors, "remark"} == set(ANSWERS)
    assert len(ANSWERS) == 5
    assert page.context["skills"].errors == {}
    assert "He was early" in page.text
    assert not given(garage).exists()


def test_ticks_marks_and_words_stay_on_a_refused_form(garage, client):
    token, task = token_of(garage, garage.lina), garage.tasks[1]
    typed = {"tasks": [str(task.pk)], f"how_{task.pk}": "1", "other": "Sold tyres", "how_other": "4", "remark": "x"}
    page = client.post(closing(token, garage.lina), typed)
    sent = Form(page.text).sent
    assert (page.status_code, {name: sent[name] for name in typed}) == (
        422,
        {name: value if isinstance(value, list) else [value] for name, value in typed.items()},
    )


def test_a_programme_with_sentences_of_its_own_offers_those(garage, client):
    FeedbackPhrase.objects.create(programme=garage.version.programme, position=1, text="Checked the torque.")
    token = token_of(garage, garage.lina)
    form = client.get(closing(token, garage.lina)).context["form"]
    assert [value for value, _label in form.fields["phrase"].choices] == ["Checked the torque."]


def test_the_receipt_opens_the_answers_again_while_they_can_be_changed(garage, client, clock):
    give(garage, observed=str(PHRASES[1]), alone={garage.tasks[0]: Independence.ALONE})
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
        f"how_{garage.tasks[0].pk}": 3,
    }
    clock.move_to(FRIDAY + timedelta(hours=25))
    page = client.get(closing(token, garage.lina) + "?change=1")
    assert "can no longer be changed" in page.text
    late = {"tasks": [], "other": "x", "independence": "0", "observed": "y", "host_again": "no", "remark": ""}
    assert client.post(closing(token, garage.lina), late).status_code == 422
    assert given(garage).get().observed == str(PHRASES[1])


# ── Screens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_host_takes_it_back_after_one_question_and_is_asked_again(garage, client, clock):
    token = token_of(garage, garage.lina)
    question = reverse("placements:link_closing_take_back", args=[token, garage.lina.public_id])
    assert client.get(question).url == closing(token, garage.lina)
    give(garage)
    assert question in client.get(closing(token, garage.lina)).text
    assert "we ask you again" in client.get(question).text
    assert given(garage).exists()
    assert client.post(question).url == closing(token, garage.lina)
    assert client.get(closing(token, garage.lina)).context["form"]
    give(garage)
    clock.move_to(FRIDAY + DAY + SECOND)
    late = client.post(question)
    assert (late.status_code, "more than 24 hours ago" in late.text) == (422, True)
    assert question not in client.get(closing(token, garage.lina)).text


def test_the_receipt_says_what_came_of_it_and_what_the_student_answers(garage, client, teacher):
    sent = give(garage)
    token = token_of(garage, garage.lina)
    assert "Nothing is written down yet" in client.get(closing(token, garage.lina)).text
    use(sent, teacher, text="Brake lesson of class 2")
    reply(garage, sent, agrees=False, text="I did them alone.")
    text = client.get(closing(token, garage.lina)).text
    for words in (
        "Pär Ek used it in a lesson on Fri 20 Nov.",
        "Brake lesson of class 2",
        "Lina Kowal sees it differently",
        "I did them alone.",
        "2 students of Garage School",
    ):
        assert words in text


def test_the_home_of_a_host_tells_the_newest_three_uses_of_its_own_feedback(garage, client, teacher):
    sent = give(garage)
    other = feedback.give_feedback(
        placement=garage.stranger, person=garage.dora.person, tasks=["x"], independence=Independence.ALONE,
        observed="y", host_again=Feedback.Again.YES, by=HOST, at=FRIDAY,
    )  # fmt: skip
    for kind in FeedbackUse.Kind:
        use(sent, teacher, kind=kind)
    use(other, teacher, text="Foreign")
    token = token_of(garage, garage.lina, purpose=Link.Purpose.CONFIRM)
    page = client.get(reverse("placements:link", args=[token]))
    assert [words for _use, words, _url in page.context["news"]] == [
        "Pär Ek used it for the decision on credit on Fri 20 Nov.",
        "Pär Ek changed the student's plan with it on Fri 20 Nov.",
        "Pär Ek used it in a lesson on Fri 20 Nov.",
    ]
    receipt = page.context["news"][0][2]
    assert "Checked twice." in client.get(receipt).text
    assert "change=1" not in client.get(receipt).text


def test_old_news_leaves_the_home(garage, client, clock, teacher):
    use(give(garage), teacher)
    member(garage.marek.person, garage.firm, Role.SUPERVISOR)
    for days, shown in ((60, 1), (61, 0)):
        clock.move_to(FRIDAY + timedelta(days=days))
        client.force_login(garage.marek.person.user)
        assert len(client.get(reverse("placements:host")).context["news"]) == shown


def test_a_colleague_who_answers_weeks_does_not_read_what_somebody_else_said(garage, client, teacher):
    dora = garage.dora.person
    sent = feedback.give_feedback(
        placement=garage.lina, person=dora, tasks=["x"], independence=Independence.ALONE, observed="Dora saw this.",
        host_again=Feedback.Again.NO, by=HOST, at=FRIDAY,
    )  # fmt: skip
    use(sent, teacher)
    token = token_of(garage, garage.lina, purpose=Link.Purpose.CONFIRM)
    home = client.get(reverse("placements:link", args=[token]))
    assert home.context["news"] == []
    receipt = reverse("placements:link_receipt", args=[token, garage.lina.public_id])
    assert client.get(receipt).status_code == 404


def test_a_forwarded_link_works_the_whole_way_and_the_feedback_names_who_gave_it(garage, client):
    link = Link.objects.get(pk=links.find(token_of(garage, garage.lina)).pk)
    colleague = forward(link=link, name="Ola Berg", email="ola@garage.example", by=HOST, at=FRIDAY)
    _further, token = links.mint(
        person=colleague, school=garage.school, purpose=Link.Purpose.FEEDBACK, subject_id=garage.lina.pk, at=FRIDAY,
        forwarded_from=link,
    )  # fmt: skip
    page = client.get(reverse("placements:link", args=[token]))
    assert page.status_code == 200
    sent = {"other": "x", "independence": "0", "observed": "y", "host_again": "no", "remark": "", "tasks": []}
    answer = client.post(closing(token, garage.lina), sent)
    assert given(garage).get().person == colleague
    assert "This is what Ola Berg sent about Lina Kowal" in client.get(answer.url).text
    home = token_of(garage, garage.lina)
    assert "Ola Berg sent" in client.get(closing(home, garage.lina)).text


def test_a_link_reaches_only_its_placement(garage, client):
    sent = {"other": "x", "independence": "0", "observed": "y", "host_again": "no", "remark": ""}
    token = token_of(garage, garage.lina)
    client.post(closing(token, garage.jonas), sent)
    assert given(garage).get().placement == garage.lina
    for stolen in (token_of(garage, garage.stranger), token_of(garage, garage.lina, garage.dora.person)):
        for name in ("link_closing", "link_closing_take_back"):
            url = reverse(f"placements:{name}", args=[stolen, garage.stranger.public_id])
            assert client.get(url).status_code == 404
            assert client.post(url, sent).status_code == 404
    confirm = token_of(garage, garage.lina, purpose=Link.Purpose.CONFIRM)
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


def test_a_signed_in_supervisor_is_asked_at_the_end_until_it_is_given_and_again_when_taken_back(garage, client):
    Placement.objects.filter(pk__in=[garage.lina.pk, garage.stranger.pk]).update(ends_on=FRIDAY.date())
    member(garage.marek.person, garage.firm, Role.SUPERVISOR)
    client.force_login(garage.marek.person.user)
    asked = client.get(reverse("placements:host"))
    assert [placement.pk for placement, _url in asked.context["closings"]] == [garage.lina.pk]
    assert reverse("placements:host_closing", args=[garage.lina.public_id]) in asked.text
    give(garage)
    assert client.get(reverse("placements:host")).context["closings"] == []
    take_back(garage)
    assert [one.pk for one, _url in client.get(reverse("placements:host")).context["closings"]] == [garage.lina.pk]
