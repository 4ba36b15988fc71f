"""How the people of the demo world answer letters: most the first, some a later one, a few none; always the same."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from zlib import crc32

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Refused
from credits import workflow as credit
from credits.models import Correction, Decision
from demo.lives import ROLE_OF_PARTY
from placements import workflow
from placements.models import (
    Contact,
    Feedback,
    FollowUp,
    HostRequest,
    Placement,
    Reflection,
    Signature,
    WorkEntry,
)
from placements.models.hours import Independence
from placements.rules.contacts import SHAPES, Mood, Side
from placements.workflow import contacts, feedback, requesting, weeks
from placements.workflow.contacts import Words
from placements.workflow.following_up import answer_follow_up
from placements.workflow.reflecting import answer_question
from reminders.models import Due, Kind, Reader

ROLE_OF_READER = {
    Reader.STUDENT: Role.STUDENT,
    Reader.HOST: Role.SUPERVISOR,
    Reader.TEACHER: Role.TEACHER,
    Reader.SCHOOL: Role.COORDINATOR,
}
PATIENCE = (0, 0, 0, 0, 0, 1, 1, 2, 3, None)
"""The letter of a series that is answered, counted from 0; one in ten never answers."""


def patience(person: Person) -> int | None:
    return PATIENCE[crc32(f"{person.full_name} answers".encode()) % len(PATIENCE)]


def logs_days(person: Person) -> bool:
    return crc32(f"{person.full_name} logs".encode()) % 10 > 0


class Readers:
    """Everybody who gets letters; remembers how often each was asked for each thing."""

    def __init__(self) -> None:
        self.asked: Counter[tuple] = Counter()
        self.refused: list[tuple] = []

    def read(self, row: Due, *, at: datetime) -> None:
        """One line of a letter that has arrived: done at the letter at which this person does things."""
        series = row.kind, row.subject_id, row.person_id, row.series
        wanted = patience(row.person)
        if wanted is not None and self.asked[series] >= wanted and (answer := ANSWERS.get(Kind(row.kind))):
            self._do(answer, row, at)
        self.asked[series] += 1

    def _do(self, answer: Callable[[Due, datetime], None], row: Due, at: datetime) -> None:
        try:
            answer(row, at)
        except Refused as refusal:
            self.refused.append((row.kind, row.series, row.reader, str(refusal)))


def _sign(row: Due, at: datetime) -> None:
    place = Signature.objects.select_related("agreement").get(pk=row.subject_id)
    by = Actor("user", row.person.user_id, ROLE_OF_PARTY[Signature.Party(place.party)])
    workflow.sign(signature=place, name_typed=row.person.full_name, ip="127.0.0.1", by=by, at=at)


def _take(row: Due, at: datetime) -> None:
    requesting.accept(request=HostRequest.objects.get(pk=row.subject_id), by=_host(row), at=at)


def _confirm(row: Due, at: datetime) -> None:
    weeks.confirm_week(
        placement=Placement.objects.get(pk=row.subject_id),
        week_starts_on=date.fromisoformat(row.series),
        person=row.person,
        by=_host(row),
        at=at,
    )


def _give_feedback(row: Due, at: datetime) -> None:
    placement = Placement.objects.select_related("enrolment__cohort").get(pk=row.subject_id)
    feedback.give_feedback(
        placement=placement,
        person=row.person,
        tasks=["What was on that day"],
        independence=Independence.CHECKED,
        observed="Asked before starting something new.",
        host_again=Feedback.Again.YES,
        by=_host(row),
        at=at,
    )


def _decide(row: Due, at: datetime) -> None:
    enrolment = Placement.objects.select_related("enrolment__cohort__version").get(pk=row.subject_id).enrolment
    by = Actor("user", row.person.user_id, Role.TEACHER)
    entries = WorkEntry.objects.filter(placement=row.subject_id)
    confirmed = sum(entry.confirmed_minutes or 0 for entry in entries)
    minutes = min(confirmed, enrolment.cohort.version.required_minutes)
    credit.decide(
        enrolment=enrolment,
        outcome=Decision.State.PARTLY if minutes else Decision.State.NOT_YET,
        minutes=minutes,
        reason="What was shown at work so far.",
        person=row.person,
        by=by,
        at=at,
    )


def _answer(row: Due, at: datetime) -> None:
    correction = Correction.objects.get(pk=row.subject_id)
    by = Actor("user", row.person.user_id, Role.TEACHER)
    credit.decline(correction=correction, answer="The rest counts at the end.", person=row.person, by=by, at=at)


def _contact(row: Due, at: datetime) -> None:
    """Host and student tap; the school writes down that it was held."""
    placement, kind = Placement.objects.get(pk=row.subject_id), Contact.Kind(row.series.split()[0])
    what = {"placement": placement, "person": row.person, "at": at}
    by = Actor("user", row.person_id, ROLE_OF_READER[Reader(row.reader)])
    if row.reader in (Reader.TEACHER, Reader.SCHOOL):
        shape = SHAPES[kind]
        words = {name: "All goes as planned." for name in shape.words if name in ("seen", "agreed")}
        mood = Mood.GOOD if kind == Contact.Kind.FIRST_WEEK else None
        sides = {
            "with_student": not shape.people or Side.STUDENT in shape.people,
            "with_host": Side.HOST in shape.people,
        }
        said = Words(at.date(), Contact.Method.PHONE, mood_student=mood, **sides, **words)
        contacts.record_contact(kind=kind, words=said, by=by, **what)
    elif kind == Contact.Kind.FIRST_WEEK:
        contacts.answer_first_week(mood=Mood.GOOD, call_me=False, by=by, **what)
    else:
        contacts.tap(kind=kind, by=by, **what)


def _think(row: Due, at: datetime) -> None:
    answer_question(
        reflection=Reflection.objects.get(pk=row.subject_id),
        answer="I would ask earlier.",
        person=row.person,
        by=Actor("user", row.person.user_id, Role.STUDENT),
        at=at,
    )


def _say_what_came(row: Due, at: datetime) -> None:
    answer_follow_up(
        placement=Placement.objects.get(pk=row.subject_id),
        outcome=FollowUp.Outcome.JOB,
        person=row.person,
        by=Actor("link", row.person_id, Role.STUDENT),
        at=at,
    )


def _host(row: Due) -> Actor:
    return Actor("link", row.person_id, Role.SUPERVISOR)


ANSWERS: dict[Kind, Callable[[Due, datetime], None]] = {
    Kind.SIGN: _sign,
    Kind.REQUEST: _take,
    Kind.CONFIRM: _confirm,
    Kind.FEEDBACK: _give_feedback,
    Kind.ASSESS: _decide,
    Kind.LOOK_AGAIN: _answer,
    Kind.CONTACT: _contact,
    Kind.REFLECT: _think,
    Kind.FOLLOW_UP: _say_what_came,
}
