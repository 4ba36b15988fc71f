"""What else happens in the lives of the demo world: visits, talks, an accident, an early end, a request to a host."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from accounts import links
from accounts.models import Link, Person
from accounts.roles import Role
from core.workflow import Actor, Refused
from demo import people
from demo.lives import Life, actor, moment, next_working_day
from employers.models import SchoolEmployer, Supervisor
from placements.models import (
    Absence,
    AdjustmentAnswer,
    Concern,
    Contact,
    FeedbackUse,
    Incident,
    Placement,
    Reflection,
    SkillReview,
)
from placements.queries.skills import skills_of
from placements.workflow import create_teacher_placement, propose
from placements.workflow.absences import tell_absence
from placements.workflow.adjustments import answer_adjustment, write_adjustment
from placements.workflow.breaking import Why, break_early, transfer
from placements.workflow.caseload import hand_on, take_over
from placements.workflow.concerns import ask_school
from placements.workflow.contacts import Words, answer_first_week, record_contact
from placements.workflow.demonstrating import record_part
from placements.workflow.feedback import record_use, reply_to_feedback
from placements.workflow.handing_over import not_me
from placements.workflow.incidents import report_incident
from placements.workflow.reflecting import answer_question, ask_question
from placements.workflow.requesting import ask
from placements.workflow.skills import review_skills
from schools.models import Outcome

Kind, Method = Contact.Kind, Contact.Method
LEARNED = (
    "The brake tester writes its result into the customer's file by itself. Our students still copy it by hand.",
    "Orders come by tablet from the shop floor; nobody prints lists any more.",
    "Two people check every medicine now and both sign. We should practise it like that.",
)


def visits(life: Life, number: int) -> None:
    """A first week that both sides found good, and a visit with what the teacher learned."""
    teacher, today = life.enrolment.teacher, life.school.today
    assert teacher, "every enrolment of this world has a teacher"
    asked = next_working_day(life.starts_on, 4)
    if asked < today:
        guide = life.supervisor.person
        answer_first_week(placement=life.placement, mood=4 + number % 2, call_me=False, person=guide,
                          by=actor(Role.SUPERVISOR, guide), at=moment(asked, 16))  # fmt: skip
    visited = next_working_day(life.starts_on, 8)
    if visited < today:
        words = Words(
            visited, Method.IN_PERSON, with_student=True, with_host=True, seen="Works with care and asks when unsure.",
            learned=LEARNED[number % len(LEARNED)], agreed="",
        )  # fmt: skip
        record_contact(placement=life.placement, kind=Kind.VISIT, words=words, person=teacher,
                       by=actor(Role.TEACHER, teacher), at=moment(visited, 17))  # fmt: skip


def accident(life: Life) -> None:
    """A cut finger, looked after on the spot."""
    day = next_working_day(life.school.today, -1)
    student = life.enrolment.student.person
    report_incident(
        placement=life.placement, kind=Incident.Kind.ACCIDENT, care=Incident.Care.FIRST_AID,
        happened_at=moment(day, 10), place="Workshop", what="Cut a finger on a metal edge; gloves were on the bench.",
        person=student, by=actor(Role.STUDENT, student), at=moment(day, 11),
    )  # fmt: skip


def calls_for_help(life: Life) -> None:
    guide = life.supervisor.person
    ask_school(
        placement=life.placement, kind=Concern.Kind.HELP, text="Comes late on Mondays. Can we talk?", person=guide,
        by=actor(Role.SUPERVISOR, guide), at=moment(next_working_day(life.school.today, -1), 15),
    )  # fmt: skip


def says_what_helps(life: Life) -> None:
    """The student shares one sentence with host and teacher, and the host agrees."""
    student, guide = life.enrolment.student, life.supervisor.person
    said = moment(life.starts_on - timedelta(days=5), 16)
    row = write_adjustment(
        student=student, text="Please show me a new task once, and let me write it down.", for_host=True,
        for_teacher=True, by=actor(Role.STUDENT, student.person), at=said,
    )  # fmt: skip
    answer_adjustment(
        adjustment=row, placement=life.placement, answer=AdjustmentAnswer.Answer.AGREED, text="", person=guide,
        by=actor(Role.SUPERVISOR, guide), at=said + timedelta(days=1),
    )  # fmt: skip


def is_ill(life: Life) -> None:
    """Tells today that tomorrow's work, or that of the next working day, is missed."""
    student = life.enrolment.student.person
    tell_absence(
        placement=life.placement, day=next_working_day(life.school.today, 1), minutes=None, cause=Absence.Cause.STUDENT,
        person=student, by=actor(Role.STUDENT, student), at=moment(life.school.today, 7),
    )  # fmt: skip


def did_not_come(school: people.School, placement: Placement) -> None:
    """The host says it with one tap, early on the last day of work that was planned."""
    guide = _guide(placement)
    by = actor(Role.SUPERVISOR, guide)
    for day in (school.today - timedelta(days=back) for back in range(7)):
        try:
            tell_absence(
                placement=placement, day=day, minutes=None, cause=Absence.Cause.STUDENT, person=guide, by=by,
                at=moment(day, 7, 40),
            )  # fmt: skip
        except Refused:  # no work was planned on this day
            continue
        return


def asks_to_move(school: people.School, placement: Placement) -> None:
    """The host has signed, and would like the student to come a week later."""
    guide, by_then = _guide(placement), placement.starts_on + timedelta(days=7)
    ask_school(
        placement=placement, kind=Concern.Kind.HELP, person=guide, by=actor(Role.SUPERVISOR, guide),
        text=f"We are full next week. Can we move the start to {by_then:%d.%m.}?", at=moment(school.today, 7, 15),
    )  # fmt: skip


def left_the_firm(school: people.School, placement: Placement) -> None:
    """A letter reached somebody who does not guide students any more, and knows nobody who does."""
    guide, at = _guide(placement), moment(school.today, 7, 30)
    link, _token = links.mint(
        person=guide, school=school.organisation, purpose=Link.Purpose.CONFIRM, subject_id=0, at=at
    )  # fmt: skip
    not_me(link=link, by=Actor("link", link.pk, Role.SUPERVISOR), at=at)
    # It is closed, and nobody has its letter: the demo world begins without links.
    link.delete()


def _guide(placement: Placement) -> Person:
    guide = placement.segments.select_related("supervisor__person").get().supervisor
    assert guide, "every placement of the morning has a supervisor"
    return guide.person


def shows_a_skill(life: Life) -> None:
    """The supervisor saw a part of what has to be shown; the teacher has not finished it yet."""
    outcome = Outcome.objects.filter(unit__version=life.enrolment.cohort.version_id).order_by("pk")[0]
    guide = life.supervisor.person
    day = next_working_day(life.school.today, -2)
    record_part(
        placement=life.placement, outcome=outcome, on=day, seen="Did it alone and explained each step.", person=guide,
        by=actor(Role.SUPERVISOR, guide), at=moment(day, 17),
    )  # fmt: skip


def marks_the_start(life: Life) -> None:
    """Both sides mark the skills in the first week; of one they think differently."""
    student, guide, at = life.enrolment.student.person, life.supervisor.person, moment(life.starts_on, 16)
    sides = (
        (student, Role.STUDENT, {"being-there": 3, "talking": 4, "with-others": 3, "thinking": 2}),
        (guide, Role.SUPERVISOR, {"being-there": 3, "talking": 2, "thinking": 2, "safety": None}),
    )
    for who, role, levels in sides:
        marks = {skill: levels[skill.key] for skill in skills_of(life.placement) if skill.key in levels}
        review_skills(
            placement=life.placement, moment=SkillReview.Moment.START, marks=marks, person=who, by=actor(role, who),
            at=at,
        )  # fmt: skip


def hears_back(life: Life) -> None:
    """After the host's feedback the student marks the same list and answers, and the teacher takes it to class."""
    student, teacher, said = life.enrolment.student.person, life.enrolment.teacher, life.placement.feedback
    assert teacher, "every enrolment of this world has a teacher"
    by, evening = actor(Role.STUDENT, student), said.given_at + timedelta(days=1)
    levels = {"being-there": 3, "talking": 4, "with-others": 3, "drive": 3}
    marks = {skill: levels[skill.key] for skill in skills_of(life.placement) if skill.key in levels}
    review_skills(placement=life.placement, moment=SkillReview.Moment.END, marks=marks, person=student, by=by,
                  at=evening)  # fmt: skip
    reply_to_feedback(feedback=said, agrees=True, text="I did not know that you saw me tidy up.", person=student,
                      by=by, at=evening)  # fmt: skip
    used = next_working_day(life.ends_on, 3)
    record_use(feedback=said, kind=FeedbackUse.Kind.LESSON, text="How to ask before starting something new.", on=used,
               person=teacher, by=actor(Role.TEACHER, teacher), at=moment(used, 15))  # fmt: skip


def is_asked(life: Life, *, at: datetime) -> Reflection:
    """The teacher asks one question and will read the answer."""
    teacher = life.enrolment.teacher
    assert teacher, "every enrolment of this world has a teacher"
    return ask_question(
        placement=life.placement, reader=teacher, question="What would you like to try next at work?",
        by=actor(Role.TEACHER, teacher), at=at,
    )  # fmt: skip


def answers(life: Life) -> None:
    """The student has answered the teacher's question; it waits to be read."""
    asked = is_asked(life, at=moment(next_working_day(life.school.today, -3), 16))
    student = life.enrolment.student.person
    answer_question(
        reflection=asked, answer="I want to do the whole job once, from the order to the handover.", person=student,
        by=actor(Role.STUDENT, student), at=moment(next_working_day(life.school.today, -2), 18),
    )  # fmt: skip


def goes_on_elsewhere(life: Life, host: Supervisor) -> Placement:
    """Ended early on the last working day; a new workplace is found, and its agreement is on the way."""
    today = life.school.today
    last = next_working_day(today, -1)
    why = Why("work", "student", "Only cleaning for three weeks.", Placement.Direction.COMPANY)
    break_early(placement=life.placement, why=why, last_day=last, by=life.office, at=moment(last, 18))
    begins = today + timedelta(days=7 - today.weekday() + 7)
    successor = transfer(
        placement=life.placement, site=host.site, supervisor=host, coordinator=life.coordinator, starts_on=begins,
        ends_on=begins + timedelta(days=32), by=life.office, at=moment(today, 8),
    )  # fmt: skip
    plan = successor.plan_versions.get()
    propose(agreement=plan.agreement, sign_by=begins, by=life.office, at=moment(today, 8, 10))
    return successor


def hands_over(school: people.School, lives: Sequence[Life]) -> None:
    """Two weeks ago the half-time coordinator gave these to the first one, who has read it; the first one has just
    given a firm to a teacher of the trade, who has not."""
    amina, jonah = school.coordinators[:2]
    given_at = moment(school.monday - timedelta(days=14), 10)
    given = hand_on(
        school=school.organisation, placements=[life.placement for life in lives], firms=[], to=amina, giver=jonah,
        note="I work two days a week from now on. All of them have started well; nothing was promised.",
        by=actor(Role.COORDINATOR, jonah), at=given_at,
    )  # fmt: skip
    assert given.hand_over, "none of them was with the first coordinator before"
    take_over(
        hand_over=given.hand_over, person=amina, by=actor(Role.COORDINATOR, amina), at=given_at + timedelta(hours=22)
    )
    life = next(life for life in lives if life.enrolment.teacher != school.teachers[0])
    assert life.enrolment.teacher, "every enrolment of this world has a teacher"
    firm = SchoolEmployer.objects.get(school=school.organisation, employer=life.placement.employer)
    hand_on(
        school=school.organisation, placements=[], firms=[firm], to=life.enrolment.teacher, giver=amina,
        note="Takes one student a year. Please call before ten, the shop is full later.",
        by=actor(Role.COORDINATOR, amina), at=moment(school.monday - timedelta(days=3), 14),
    )  # fmt: skip


def waits_for_a_host(life: Life) -> None:
    """Planned, and the host was asked whether it takes the student."""
    asked = moment(next_working_day(life.school.today, -1))
    ask(placement=life.placement, site=life.supervisor.site, person=life.supervisor.person, by=life.office, at=asked)


def teacher_learns(school: people.School, host: Supervisor, teacher: Person, coordinator: Person) -> Placement:
    """A teacher is to spend a week at a firm next month; the plan is still to be written."""
    starts_on = school.monday + timedelta(days=28)
    office = actor(Role.COORDINATOR, coordinator)
    at = moment(school.today - timedelta(days=3))
    return create_teacher_placement(
        school=school.organisation, learner=teacher, site=host.site, supervisor=host, coordinator=coordinator,
        starts_on=starts_on, ends_on=starts_on + timedelta(days=4), by=office, at=at,
    )  # fmt: skip


_ONCE: tuple[Callable[[Life], None], ...] = (accident, calls_for_help, says_what_helps, is_ill, shows_a_skill, answers)


def take_turns(running: Sequence[Life]) -> None:
    """Every third life is visited; six others each have a day that is not like the rest."""
    for number, life in enumerate(running[::3]):
        visits(life, number)
    for happens, life in zip(_ONCE, running[1::3], strict=False):
        happens(life)
