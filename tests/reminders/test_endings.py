"""What a host is told of an end: that it comes, what became of its feedback, and thank you."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

from accounts.models import ContactPoint, Link, Person
from accounts.roles import Role
from core.workflow import Actor
from employers.models import Employer, SchoolEmployer, Supervisor
from placements.models import Concern, Feedback, FeedbackUse, Incident, Placement, WorkEntry
from placements.models.hours import Independence
from placements.workflow import PLACEMENT, end
from placements.workflow.feedback import give_feedback, record_use
from placements.workflow.stopping import stop_host
from reminders.due.calendar import Calendar
from reminders.due.endings import ToEnd, ToThank
from reminders.models import Due, Kind, Outbox
from schools.deadlines import Deadlines
from tests.reminders.conftest import post, sweep, utc

LONDON = Calendar(ZoneInfo("Europe/London"), frozenset({date(2027, 3, 26), date(2027, 3, 29)}))
WHO = {"person": 1, "school": 2, "placement": 3}
HOST = Actor("link", 1, Role.SUPERVISOR)
LAST = date(2027, 3, 5)
TOLD = (Kind.ENDING, Kind.THANKS, Kind.USED)


def march(day: int, hour: int = 8, minute: int = 0) -> datetime:
    return utc(3, day, hour, minute, year=2027)


def rounds(fact: ToEnd | ToThank) -> list[tuple[str, str, datetime]]:
    return [(line.series, line.round, line.due_at) for line in fact.lines(LONDON)]


# ── When, to the minute ──────────────────────────────────────────────────────────────────────────────────────────────


def to_end(last: date, first: date = date(2027, 1, 4), **days) -> ToEnd:
    return ToEnd(**WHO, starts_on=first, ends_on=last, deadlines=Deadlines(**days))


def test_a_host_is_told_in_the_morning_two_days_before_the_last_day():
    (line,) = to_end(LAST).lines(LONDON)
    assert (line.kind, line.subject, line.person, line.reader) == (Kind.ENDING, 3, 1, "host")
    assert (line.series, line.round, line.due_at) == ("2027-03-05", "once", march(3))


def test_a_day_without_school_falls_back_to_the_working_day_before():
    assert rounds(to_end(date(2027, 3, 30))) == [("2027-03-30", "once", march(25))]


def test_in_summer_eight_in_the_morning_is_seven_in_utc():
    assert rounds(to_end(date(2027, 6, 4))) == [("2027-06-04", "once", datetime(2027, 6, 2, 7, tzinfo=UTC))]


def test_of_five_days_nobody_is_told_that_they_end_and_of_six_days_once():
    assert rounds(to_end(date(2027, 3, 5), date(2027, 3, 1))) == []
    assert rounds(to_end(date(2027, 3, 6), date(2027, 3, 1))) == [("2027-03-06", "once", march(4))]


def test_a_programme_may_tell_earlier_or_never_and_never_before_the_start():
    assert rounds(to_end(LAST, ending_before=7)) == [("2027-03-05", "once", utc(2, 26, year=2027))]
    assert rounds(to_end(LAST, ending_before=0)) == []
    assert rounds(to_end(LAST, ending_before=60)) == []


def test_a_host_is_thanked_five_working_days_after_the_last_day():
    assert rounds(ToThank(**WHO, ends_on=LAST)) == [("", "once", march(12))]
    assert rounds(ToThank(**WHO, ends_on=date(2027, 3, 24))) == [("", "once", datetime(2027, 4, 2, 7, tzinfo=UTC))]
    assert rounds(ToThank(**WHO, ends_on=LAST, deadlines=Deadlines(thanks_after=1))) == [("", "once", march(8))]


# ── A life ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def told(now: datetime) -> list[tuple[str, str, str]]:
    """What a sweep decides about the letters of this file."""
    return [what for what in sweep(now) if what[0] in TOLD]


def letter_about(words: str):
    """The one letter whose subject has these words."""
    (found,) = [one for one in mail.outbox if words in one.subject]
    return found


def path_of(body: str) -> str:
    (url,) = {word for word in body.split() if word.startswith("http://127.0.0.1:8000/link/")}
    return url.removeprefix("http://127.0.0.1:8000")


def move(placement: Placement, verb: str, at: datetime, **changes) -> None:
    Placement.objects.filter(pk=placement.pk).update(**changes)
    PLACEMENT.log(placement, verb, by=Actor.system(), at=at)


@pytest.fixture
def running(world) -> Placement:
    """At work from 4 January to 5 March, with 14 hours of which 7 are confirmed."""
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    world.confirm(placement, date(2027, 1, 4), utc(1, 8, 18, year=2027))
    world.log(placement, date(2027, 3, 1))
    sweep(march(1, 19))
    post(march(1, 19))
    mail.outbox.clear()
    return placement


def answer(placement: Placement, person: Person, at: datetime, again: str = "yes") -> Feedback:
    return give_feedback(
        placement=placement, person=person, tasks=["Brake pads"], independence=Independence.CHECKED,
        observed="Zw1 asks before she starts", host_again=again, remark="Zw2 came late twice", by=HOST, at=at,
    )  # fmt: skip


def use(world, feedback: Feedback, at: datetime) -> FeedbackUse:
    return record_use(
        feedback=feedback, kind=FeedbackUse.Kind.LESSON, text="Zw3 spoke about the divorce", on=at.date(),
        person=world.college.teacher.user.person, by=Actor("user", 1, Role.TEACHER), at=at,
    )  # fmt: skip


@pytest.fixture
def ended(world, running) -> Placement:
    """Over since Friday 5 March; on the last day the host gave its feedback, and 6 hours for the 7 that were left."""
    entry = WorkEntry.objects.get(placement=running, state=WorkEntry.State.LOGGED)
    world.confirm(running, date(2027, 3, 1), march(5, 17), {entry.pk: (360, "Left early")})
    answer(running, world.college.host.person, march(5, 18))
    end(placement=running, by=Actor.system(), at=march(6, 0, 5))
    return running


def test_the_host_is_told_that_the_end_comes_with_a_way_to_its_students(running):
    assert told(march(3, 7, 59)) == []
    assert told(march(3)) == [("ending", "once", "send")]
    post(march(3))
    letter = letter_about("Please plan the last days")
    assert letter.subject == "Please plan the last days: a placement ends on Fri 5 Mar"
    assert letter.to == ["milan.novak@college.test"]
    assert "The placement of Nia Berg with you ends on Fri 5 Mar." in letter.body
    Link.objects.update(expires_at=utc(12, 31, year=2099))
    assert "Nia Berg" in Client().get(path_of(letter.body)).content.decode()
    assert told(march(4)) == []


def test_who_has_given_the_feedback_already_is_not_told_of_the_end(world, running):
    answer(running, world.college.host.person, march(2, 12))
    assert told(march(3)) == [("ending", "once", "done")]


def test_another_last_day_is_told_anew(running):
    told(march(3))
    move(running, "plan", march(4), ends_on=date(2027, 3, 19))
    assert told(march(4)) == []
    assert told(march(17)) == [("ending", "once", "send")]


def test_a_host_that_stops_is_not_told_of_the_end_it_knows(world, running):
    relation = SchoolEmployer.objects.get(school=world.college.school)
    stop_host(relation=relation, why="closed", since=date(2027, 3, 2), by=world.college.office, at=march(2, 9))
    assert told(march(3)) == [("ending", "once", "done")]


@pytest.mark.parametrize("state", [Placement.State.PAUSED, Placement.State.BROKEN])
def test_of_a_placement_that_is_not_running_no_end_is_told(running, state):
    why = {"end_reason": "other", "end_initiator": "school", "end_direction": "open"}
    move(running, "pause", march(2), state=state, **why)
    assert "send" not in [what[2] for what in told(march(3))]


def test_thanks_come_with_what_was_done_what_came_of_it_and_the_next_question(world, ended):
    use(world, Feedback.objects.get(placement=ended), march(9, 10))
    told(march(9, 10))
    assert told(march(12, 7, 59)) == []
    assert told(march(12)) == [("thanks", "once", "send")]
    post(march(12))
    letter = letter_about("Thank you")
    assert letter.subject == "Thank you! Please say whether you take students again"
    assert letter.to == ["milan.novak@college.test"]
    assert "Thank you for the time of Nia Berg at Novak Garage." in letter.body
    assert "Your feedback has helped: Tom Hale used it in a lesson on Tue 9 Mar." in letter.body
    assert "So far Novak Garage has had 1 student of our school; 13 h at work are confirmed." in letter.body
    Link.objects.update(expires_at=utc(12, 31, year=2099))
    path = path_of(letter.body)
    assert path.endswith("/offers/")
    assert Client().get(path).status_code == 200
    assert told(march(15)) == []


def test_what_was_written_stays_out_of_the_letters(world, ended):
    use(world, Feedback.objects.get(placement=ended), march(9, 10))
    told(march(9, 10))
    post(march(9, 10))
    told(march(12))
    post(march(12))
    assert {letter_about(words).to[0] for words in ("Thank you", "See what came")} == {"milan.novak@college.test"}
    for letter in mail.outbox:
        text = f"{letter.subject}{letter.body}{letter.alternatives[0].content}"
        assert [said for said in ("Zw1 asks", "Zw2 came", "Zw3 spoke") if said in text] == []


def test_without_feedback_whoever_guided_last_is_thanked(world, running):
    end(placement=running, by=Actor.system(), at=march(6, 0, 5))
    assert ("thanks", "once", "send") in told(march(12))
    assert Due.objects.get(kind=Kind.THANKS).person == world.college.host.person


def test_who_gave_the_feedback_is_thanked_and_not_who_guided(world, running):
    rosa = colleague(world)
    answer(running, rosa, march(5, 18))
    end(placement=running, by=Actor.system(), at=march(6, 0, 5))
    told(march(12))
    assert Due.objects.get(kind=Kind.THANKS).person == rosa


def colleague(world) -> Person:
    person = Person.objects.create(given_name="Rosa", family_name="Weil", sort_key="weil rosa", language="en")
    ContactPoint.objects.create(person=person, channel="email", address="rosa@garage.test")
    Supervisor.objects.create(person=person, site=world.college.site)
    return person


@pytest.mark.parametrize(
    ("reason", "thanked"),
    [
        ("personal", False), ("safety", False), ("no_show", False), ("people", False), ("conduct", False),
        ("other", False), ("not_approved", False), ("travel", True), ("no_work", True), ("interruption", True),
    ],
)  # fmt: skip
def test_after_an_early_end_a_host_is_thanked_only_where_nothing_speaks_against_it(world, running, reason, thanked):
    answer(running, world.college.host.person, march(2, 18))
    why = {"end_reason": reason, "end_initiator": "school", "end_direction": "open", "ends_on": date(2027, 3, 3)}
    move(running, "break", march(3, 9), state=Placement.State.BROKEN, **why)
    told(march(3, 9))
    assert told(march(10)) == ([("thanks", "once", "send")] if thanked else [])


def has_left(world, placement):
    Supervisor.objects.filter(pk=world.college.host.pk).update(ends_on=date(2027, 3, 8))


def has_a_talk_open(world, placement):
    Concern.objects.create(placement=placement, kind="help", person=world.college.host.person, at=march(4))


def has_an_accident_open(world, placement):
    Incident.objects.create(
        placement=placement, kind="accident", happened_at=march(4), what="Fell", side="student",
        person=placement.learner, at=march(4),
    )  # fmt: skip


def is_suspended(world, placement):
    SchoolEmployer.objects.filter(school=world.college.school).update(suspended_at=march(8))


def is_not_approved(world, placement):
    SchoolEmployer.objects.filter(school=world.college.school).update(not_approved_since=date(2027, 3, 8))


def has_closed(world, placement):
    Employer.objects.filter(pk=placement.employer_id).update(closed_on=date(2027, 3, 8))


def is_private(world, placement):
    Placement.objects.filter(pk=placement.pk).update(end_reason="personal")


DOUBTS = [has_left, has_a_talk_open, has_an_accident_open, is_suspended, is_not_approved, has_closed, is_private]


@pytest.mark.parametrize("doubt", DOUBTS, ids=lambda doubt: doubt.__name__)
def test_in_doubt_nobody_is_thanked(world, ended, doubt):
    told(march(8))
    assert Due.objects.filter(kind=Kind.THANKS, state=Due.State.WAITING).count() == 1
    doubt(world, ended)
    (decided,) = [what for what in told(march(12)) if what[0] == "thanks"]
    assert decided[2] in ("done", "over")
    post(march(12))
    assert "Thank you" not in [one.subject[:9] for one in mail.outbox]


def says_no(world, placement):
    Feedback.objects.filter(placement=placement).update(host_again="no")


def test_who_takes_no_student_again_is_thanked_and_asked_for_nothing(world, ended):
    says_no(world, ended)
    told(march(12))
    post(march(12))
    letter = letter_about("Thank you")
    assert letter.subject == "Thank you, and what came of it"
    assert "/link/" not in letter.body


def test_the_figures_are_those_of_this_school_alone(world, ended):
    other = Placement.objects.exclude(school=world.college.school).order_by("pk")[0]
    Placement.objects.filter(pk=other.pk).update(employer=ended.employer, state=Placement.State.ENDED)
    told(march(12))
    post(march(12))
    assert "has had 1 student of our school; 13 h at work" in letter_about("Thank you").body


# ── What became of the feedback ──────────────────────────────────────────────────────────────────────────────────────


def test_a_use_of_the_feedback_is_told_at_once_with_a_way_to_all_that_came_of_it(world, ended):
    told(march(8))
    use(world, Feedback.objects.get(placement=ended), march(9, 10))
    assert told(march(9, 10)) == [("used", "told", "send")]
    assert told(march(9, 11)) == []
    post(march(9, 10))
    letter = letter_about("See what came of your feedback")
    assert letter.to == ["milan.novak@college.test"]
    assert "Your feedback on Nia Berg was not for nothing. Tom Hale used it in a lesson on Tue 9 Mar." in letter.body
    Link.objects.update(expires_at=utc(12, 31, year=2099))
    page = Client().get(path_of(letter.body)).content.decode()
    assert "What came of it" in page
    assert "Tom Hale used it in a lesson on Tue 9 Mar." in page


def test_two_uses_of_a_day_are_one_letter(world, ended):
    told(march(8))
    feedback = Feedback.objects.get(placement=ended)
    use(world, feedback, march(9, 10))
    use(world, feedback, march(9, 10, 1))
    assert told(march(9, 10, 2)) == [("used", "told", "send")] * 2
    assert Outbox.objects.filter(letter=Kind.USED).count() == 1


def test_a_colleague_who_answered_is_told_and_comes_by_the_same_way_again(world, running):
    rosa = colleague(world)
    feedback = answer(running, rosa, march(5, 18))
    end(placement=running, by=Actor.system(), at=march(6, 0, 5))
    told(march(8))
    use(world, feedback, march(9, 10))
    assert told(march(9, 10)) == [("used", "told", "send")]
    post(march(9, 10))
    letter = letter_about("See what came of your feedback")
    assert letter.to == ["rosa@garage.test"]
    Link.objects.update(expires_at=utc(12, 31, year=2099))
    assert "What came of it" in Client().get(path_of(letter.body)).content.decode()


@pytest.mark.parametrize("gone", [has_left, is_private], ids=lambda one: one.__name__)
def test_who_has_left_and_what_is_private_hears_of_no_use(world, ended, gone):
    told(march(8))
    gone(world, ended)
    use(world, Feedback.objects.get(placement=ended), march(9, 10))
    (decided,) = told(march(9, 10))
    assert decided[:2] == ("used", "told")
    assert decided[2] in ("done", "over")
    assert not Outbox.objects.filter(due__kind=Kind.USED).exists()
