"""The one log of contacts: who writes what, what each side reads of it, and what never leaves the school."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from accounts.access import actor_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from placements.models import Contact, Placement, Segment
from placements.queries.contacts import contacts_of, learned_at, substitutes_of
from placements.queries.due_contacts import due_of, with_host_asks, with_learner_ask
from placements.workflow.contacts import Words, correct_contact, record_contact, tap
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, person, work

pytestmark = pytest.mark.django_db
FIRST = date(2026, 10, 26)
SEEN = "Works alone at the lift and forgets the wheel chock."
LEARNED = "They scan the fault memory before every brake job."
AGREED = "Lina does two brake jobs a week with Marek."
VISIT = Words(MONDAY, "in_person", with_student=True, with_host=True, seen=SEEN, learned=LEARNED, agreed=AGREED)


@pytest.fixture
def garage():
    found = build()
    found.teacher = member(person("Tom Hale"), found.school, Role.TEACHER)
    found.lina.teacher = found.teacher.user.person
    found.lina.save()
    return found


def write(garage, kind="visit", words=VISIT, member=None, when=None, **more) -> Contact:
    author = member or garage.teacher
    more = {"person": author.user.person, "by": actor_of(author), "at": when or at(MONDAY), **more}
    return record_contact(placement=garage.lina, kind=kind, words=words, **more)


def moves():
    return Transition.objects.filter(noun="contact")


def test_a_visit_is_written_once_with_a_move_that_holds_no_word_of_it(garage):
    key = uuid4()
    visit = write(garage, public_id=key)
    assert write(garage, public_id=key) == visit
    assert (visit.school, visit.employer, visit.side) == (garage.school, garage.employer, "school")
    move = moves().get()
    assert (move.verb, move.role, move.details) == ("visit", "teacher", {"on": "2026-11-16", "method": "in_person"})
    assert move.timeline == f"placement:{garage.lina.pk}"


def test_the_form_sent_again_with_other_words_corrects_what_is_there(garage):
    key = uuid4()
    write(garage, public_id=key)
    write(garage, public_id=key, words=replace(VISIT, agreed="Once a week."), when=at(MONDAY, 20))
    assert Contact.objects.get(placement=garage.lina).agreed == "Once a week."
    assert [(move.verb, move.details) for move in moves().order_by("pk")][1] == ("correct", {"changed": ["agreed"]})


def test_only_the_author_corrects_and_only_for_a_day(garage):
    visit = write(garage)
    author = {"person": garage.teacher.user.person, "by": actor_of(garage.teacher)}
    other = member(person("Cora Diaz"), garage.school, Role.COORDINATOR)
    new = replace(VISIT, seen="All good.")
    with pytest.raises(Refused, match="Only who wrote it"):
        correct_contact(contact=visit, words=new, person=other.user.person, by=actor_of(other), at=at(MONDAY))
    with pytest.raises(Refused, match="more than 24 hours ago"):
        correct_contact(contact=visit, words=new, at=at(MONDAY) + timedelta(hours=25), **author)
    correct_contact(contact=visit, words=new, at=at(MONDAY) + timedelta(hours=24), **author)
    visit.refresh_from_db()
    assert visit.seen == "All good."


def test_a_visit_is_written_by_who_accompanies_the_student_or_a_coordinator(garage):
    stranger = member(person("Otto Weit"), garage.school, Role.TEACHER)
    for who in (stranger, member(person("Hanna Lang"), garage.school, Role.HEAD)):
        with pytest.raises(Refused, match="teacher of this placement or by a coordinator"):
            write(garage, member=who)
        assert write(garage, kind="contact", member=who).kind == "contact"
    assert write(garage, member=member(person("Cora Diaz"), garage.school, Role.COORDINATOR)).kind == "visit"
    garage.lina.enrolment.teacher = stranger.user.person
    garage.lina.enrolment.save()
    assert write(garage, member=stranger, kind="observation").kind == "observation"


@pytest.mark.parametrize(
    ("kind", "words", "why"),
    [
        ("visit", replace(VISIT, on=MONDAY + timedelta(days=1)), "has not come yet"),
        ("visit", replace(VISIT, on=date(2026, 9, 25)), "too far from the placement"),
        ("visit", Words(MONDAY, "video", with_host=True), "what this contact is for"),
        ("review", replace(VISIT, agreed=""), "what this contact is for"),
        ("observation", replace(VISIT, seen=""), "what this contact is for"),
        ("first_week", VISIT, "at least one of the two"),
        ("contact", replace(VISIT, with_student=False, with_host=False), "Say who was there"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(garage, kind, words, why):
    with pytest.raises(Refused, match=why):
        write(garage, kind=kind, words=words)
    assert not Contact.objects.filter(placement=garage.lina).exists()


def test_thirty_days_before_and_after_belong_to_a_placement_and_a_cancelled_one_has_none(garage):
    assert write(garage, kind="preparation", words=replace(VISIT, on=date(2026, 9, 26))).on == date(2026, 9, 26)
    last = garage.lina.ends_on + timedelta(days=30)
    assert write(garage, words=replace(VISIT, on=last), when=at(last)).on == last
    garage.lina.state = Placement.State.CANCELLED
    with pytest.raises(Refused, match="cancelled"):
        write(garage)


def test_a_host_says_only_what_is_the_hosts_to_say(garage):
    mine = {"person": garage.marek.person, "by": HOST, "at": at(MONDAY)}
    words = replace(VISIT, mood_student=1)
    review = record_contact(placement=garage.lina, kind="review", words=words, **mine)
    assert (review.agreed, review.seen, review.learned, review.mood_student) == (AGREED, "", "", None)
    assert (review.with_student, review.with_host, review.side) == (True, True, "host")
    for kind in ("visit", "contact", "debrief", "preparation", "oral"):
        with pytest.raises(Refused, match="You may not"):
            record_contact(placement=garage.lina, kind=kind, words=words, **mine)


def test_a_student_says_that_it_was_shown_and_how_it_goes_and_nothing_else(garage):
    mine = {"person": garage.lina.learner, "by": STUDENT, "at": at(MONDAY)}
    shown = tap(placement=garage.lina, kind="induction", **mine)
    assert tap(placement=garage.lina, kind="induction", **mine) == shown
    assert (shown.side, shown.with_student, shown.with_host, shown.on) == ("student", True, False, MONDAY)
    with pytest.raises(Refused, match="You may not"):
        tap(placement=garage.lina, kind="briefing", **mine)
    garage.lina.state = Placement.State.PLANNED
    with pytest.raises(Refused, match="has not started"):
        tap(placement=garage.lina, kind="first_week", mood=4, **mine)


def test_another_mood_corrects_the_first_for_a_day_and_is_a_new_answer_later(garage):
    mine = {"placement": garage.lina, "kind": "first_week", "person": garage.lina.learner, "by": STUDENT}
    first = tap(mood=2, at=at(MONDAY), **mine)
    assert tap(mood=2, at=at(MONDAY, 19), **mine) == first
    assert tap(mood=4, at=at(MONDAY, 20), **mine) == first
    later = tap(mood=1, at=at(MONDAY) + timedelta(days=3), **mine)
    assert later != first
    moods = Contact.objects.filter(placement=garage.lina).order_by("pk").values_list("mood_student", "mood_host")
    assert list(moods) == [(4, None), (1, None)]
    assert [move.verb for move in moves().order_by("pk")] == ["first_week", "correct", "first_week"]


def test_a_teacher_at_work_is_the_learner_there(garage):
    garage.lina.purpose = Placement.Purpose.TEACHER
    with pytest.raises(Refused, match="You may not"):
        write(garage)
    assert write(garage, kind="induction").side == "student"


def test_each_side_reads_only_what_is_for_it(garage):
    write(garage)
    check = Words(MONDAY, "phone", seen="She is tired.", mood_student=2, mood_host=5)
    write(garage, kind="first_week", words=check)
    write(garage, kind="contact", words=replace(VISIT, with_host=False, agreed="Talk to me on Friday."))
    tap(placement=garage.lina, kind="first_week", mood=1, person=garage.lina.learner, by=STUDENT, at=at(MONDAY))
    tap(placement=garage.lina, kind="first_week", mood=3, person=garage.marek.person, by=HOST, at=at(MONDAY))

    host = contacts_of(garage.lina, "host")
    assert [(one.kind, one.agreed) for one in host] == [("first_week", ""), ("first_week", ""), ("visit", AGREED)]
    assert not any(one.seen or one.learned or one.moods or one.by or one.method for one in host)

    student = contacts_of(garage.lina, "student")
    assert [one.kind for one in student] == ["first_week", "contact", "first_week", "visit"]
    assert [one.moods for one in student] == [(("Student", 1),), (), (("Student", 2),), ()]
    assert not any(one.seen or one.learned or one.people for one in student)

    school = contacts_of(garage.lina, "school")
    assert len(school) == 5
    assert school[-1].seen == SEEN
    assert school[-2].moods == (("Student", 2), ("Host", 5))
    assert [one.kind for one in contacts_of(garage.lina, "school", "visit")] == ["visit"]


def test_what_stands_in_for_a_silent_host_can_be_asked_for(garage):
    write(garage)
    write(garage, kind="observation")
    write(garage, kind="oral", words=replace(VISIT, with_host=True))
    write(garage, kind="statement", words=replace(VISIT, seen="Dora says: careful and quick."))
    found = substitutes_of(garage.lina.enrolment)
    assert [(one.kind, one.with_student, one.with_host) for one in found] == [
        ("observation", True, False), ("oral", True, False), ("statement", False, True)
    ]  # fmt: skip
    assert not substitutes_of(garage.jonas.enrolment).exists()


def test_what_was_learned_is_found_by_word_and_by_firm_in_the_own_school_only(garage):
    visit = write(garage)
    write(garage, words=replace(VISIT, learned=""))
    assert list(learned_at(garage.school.pk, "")) == [visit]
    assert list(learned_at(garage.school.pk, "FAULT memory")) == [visit]
    assert list(learned_at(garage.school.pk, "marek")) == [visit]
    assert not learned_at(garage.school.pk, "gearbox").exists()
    assert not learned_at(garage.other_school.pk, "").exists()


def test_what_is_due_is_read_in_five_queries_and_goes_with_what_is_held(garage, django_assert_num_queries):
    for day in (date(2026, 10, 26), date(2026, 10, 27), date(2026, 10, 28), date(2026, 11, 2)):
        work(garage.lina, day)
    with django_assert_num_queries(5):
        found = due_of(garage.lina, date(2026, 11, 2))
    assert [(one.kind, one.side, one.by) for one in found] == [
        ("briefing", "host", date(2026, 10, 23)),
        ("induction", "host", date(2026, 10, 26)),
        ("induction", "student", date(2026, 10, 26)),
        ("first_week", "host", date(2026, 11, 3)),
        ("first_week", "student", date(2026, 11, 3)),
    ]
    assert found[0].people == {garage.marek.person_id}
    for kind, mood in (("briefing", None), ("induction", None), ("first_week", 4)):
        tap(placement=garage.lina, kind=kind, mood=mood, person=garage.marek.person, by=HOST, at=at(date(2026, 11, 2)))
    left = [(one.kind, one.side) for one in due_of(garage.lina, date(2026, 11, 2))]
    assert left == [("induction", "student"), ("first_week", "student")]


def test_who_has_read_the_briefing_of_this_school_is_not_asked_again_for_two_years(garage):
    def asked(placement: Placement) -> set:
        return {one.people for one in due_of(placement, MONDAY) if one.kind == "briefing"}

    assert asked(garage.jonas) == {frozenset({garage.marek.person_id})}
    read = tap(placement=garage.lina, kind="briefing", person=garage.marek.person, by=HOST, at=at(MONDAY))
    assert asked(garage.jonas) == set()
    assert asked(garage.stranger) == {frozenset({garage.dora.person_id})}
    Contact.objects.filter(pk=read.pk).update(on=date(2024, 10, 1))
    assert asked(garage.jonas) == {frozenset({garage.marek.person_id})}


def test_a_briefing_by_phone_or_by_a_colleague_settles_it(garage):
    write(garage, kind="briefing", words=Words(MONDAY, "phone"))
    assert "briefing" not in {one.kind for one in due_of(garage.lina, MONDAY)}


def test_a_list_of_placements_says_the_next_thing_to_ask_a_guide_for_as_the_rules_do(garage, django_assert_num_queries):
    marek, mine = garage.marek.person, Placement.objects.filter(pk=garage.lina.pk)

    def asked(today: date) -> tuple[str, str]:
        first = [one for one in due_of(garage.lina, today) if one.side == "host"]
        return with_host_asks(mine, marek, today).get().ask, first[0].kind if first else ""

    seen = []
    mine.update(state="planned")
    seen += [asked(date(2026, 10, 20)), asked(date(2026, 10, 21))]
    tap(placement=garage.lina, kind="briefing", person=marek, by=HOST, at=at(date(2026, 10, 26)))
    mine.update(state="running")
    seen.append(asked(date(2026, 10, 26)))
    tap(placement=garage.lina, kind="induction", person=marek, by=HOST, at=at(date(2026, 10, 26)))
    for day in (date(2026, 10, 26), date(2026, 10, 27), date(2026, 10, 28)):
        work(garage.lina, day)
    seen.append(asked(date(2026, 10, 28)))
    work(garage.lina, date(2026, 11, 2))
    seen.append(asked(date(2026, 11, 2)))
    tap(placement=garage.lina, kind="first_week", mood=4, person=marek, by=HOST, at=at(date(2026, 11, 2)))
    seen.append(asked(date(2026, 11, 2)))
    expected = ["", "briefing", "induction", "", "first_week", ""]
    assert seen == [(kind, kind) for kind in expected]
    assert with_host_asks(mine, garage.dora.person, date(2026, 11, 2)).get().ask == ""
    with django_assert_num_queries(1):
        list(with_host_asks(Placement.objects.all(), marek, MONDAY))


def test_a_student_is_asked_for_the_induction_first_and_then_how_it_goes(garage):
    mine = Segment.objects.filter(placement=garage.lina)
    said = {"placement": garage.lina, "person": garage.lina.learner, "by": STUDENT}
    asked = [with_learner_ask(mine).get().ask]
    tap(kind="induction", at=at(FIRST), **said)
    asked.append(with_learner_ask(mine).get().ask)
    for day in range(4):
        work(garage.lina, FIRST + timedelta(days=day))
    asked.append(with_learner_ask(mine).get().ask)
    tap(kind="first_week", mood=3, at=at(date(2026, 10, 29)), **said)
    asked.append(with_learner_ask(mine).get().ask)
    assert asked == ["induction", "", "first_week", ""]


def test_an_actor_without_a_role_writes_nothing(garage):
    nobody = Actor("link", 1, "")
    with pytest.raises(Refused, match="You may not"):
        tap(placement=garage.lina, kind="induction", person=garage.marek.person, by=nobody, at=at(MONDAY))
