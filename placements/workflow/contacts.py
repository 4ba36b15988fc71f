"""Verbs of the contact log: written by the school, or in one tap by student and host. No word goes into the moves."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.roles import HOST, STAFF, Role
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Employer
from placements.models import Concern, Contact, HourClaim, Placement
from placements.rules.contacts import OWN_WORDS, SHAPES, recordable
from placements.workflow.absences import side_of
from placements.workflow.concerns import ask_school
from placements.workflow.tables import today_at

Kind = Contact.Kind
Side = HourClaim.Side

CORRECTABLE = timedelta(hours=24)
AT_WORK = (Kind.VISIT, Kind.OBSERVATION)
"""Kinds for which somebody of the school went to the workplace."""
BY_STUDENT = (Kind.INDUCTION, Kind.FIRST_WEEK)
"""What learners say themselves, from the first day on."""

_BY_SCHOOL = frozenset(STAFF)
_BY_HOST_TOO = frozenset({*STAFF, *HOST})
_BY_ALL = frozenset({*STAFF, *HOST, Role.STUDENT})


def _move(kind: Contact.Kind, roles: frozenset[Role]) -> Move:
    return Move(kind.value, kind.label, (), None, roles)


CONTACT = Workflow(
    noun="contact",
    moves=(
        _move(Kind.CONTACT, _BY_SCHOOL),
        _move(Kind.VISIT, _BY_SCHOOL),
        _move(Kind.FIRST_WEEK, _BY_ALL),
        _move(Kind.REVIEW, _BY_HOST_TOO),
        _move(Kind.INDUCTION, _BY_ALL),
        _move(Kind.BRIEFING, _BY_HOST_TOO),
        _move(Kind.PREPARATION, _BY_SCHOOL),
        _move(Kind.DEBRIEF, _BY_SCHOOL),
        _move(Kind.OBSERVATION, _BY_SCHOOL),
        _move(Kind.ORAL, _BY_SCHOOL),
        _move(Kind.STATEMENT, _BY_SCHOOL),
        Move("correct", gettext_lazy("Correct"), (), None, _BY_ALL),
    ),
    school_id=lambda contact: contact.school_id,
    timeline=lambda contact: f"placement:{contact.placement_id}" if contact.placement_id else "",
)


@dataclass(frozen=True)
class Words:
    """What is written down of a contact; moods are 1 (bad) to 5 (good)."""

    on: date
    method: str
    with_student: bool = False
    with_host: bool = False
    seen: str = ""
    learned: str = ""
    agreed: str = ""
    mood_student: int | None = None
    mood_host: int | None = None

    @classmethod
    def of(cls, contact: Contact) -> "Words":
        return cls(**{name: getattr(contact, name) for name in cls.__dataclass_fields__})

    @property
    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def kinds_for(placement: Placement, by: Actor) -> list[Contact.Kind]:
    """The kinds of contact that this role may write down here, in the order of the table."""
    kinds = [Kind(move.verb) for move in CONTACT.moves if move.verb in Kind.values and by.role in move.roles]
    return [kind for kind in kinds if kind in BY_STUDENT] if side_of(placement, by) == Side.STUDENT else kinds


def may_correct(author_id: int, written_at: datetime, person: Person, now: datetime) -> bool:
    return author_id == person.pk and now - written_at <= CORRECTABLE


def record_contact(
    *,
    placement: Placement,
    kind: Contact.Kind,
    words: Words,
    person: Person,
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Contact:
    """Write down a contact that was held. The same `public_id` again gives the row that is there, corrected by its
    author where the words are other ones.

    Raises `Refused` for a role that does not write this kind, a day out of reach, a visit by somebody who does not
    accompany the student, and for words that are missing.
    """
    CONTACT.must_allow(kind, by)
    with transaction.atomic():
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        known = Contact.objects.filter(public_id=public_id, placement=placement).first() if public_id else None
        if known:
            return correct_contact(contact=known, words=words, person=person, by=by, at=at)
        side = side_of(placement, by)
        contact = Contact(
            public_id=public_id or uuid4(),
            school_id=placement.school_id,
            employer_id=placement.employer_id,
            placement=placement,
            kind=kind,
            person=person,
            side=side,
            at=at,
            **_own(kind, words, side).values,
        )
        _must_fit(contact, placement, by, at)
        contact.save(force_insert=True)
        CONTACT.log(contact, kind, by=by, at=at, details={"on": contact.on.isoformat(), "method": contact.method})
    return contact


@transaction.atomic
def note_contact(
    *, school: Organisation, employer: Employer, on: date, method: str, seen: str, learned: str, person: Person,
    public_id: UUID, by: Actor, at: datetime,
) -> Contact:  # fmt: skip
    """Write down a talk with a firm that is about no placement. The same `public_id` again gives the row that is there.

    Raises `Refused` for a day to come, and without a word.
    """
    CONTACT.must_allow(Kind.CONTACT, by)
    _must_be_said(on, seen, learned, at)
    contact, new = Contact.objects.get_or_create(
        public_id=public_id, school=school, employer=employer, placement=None, person=person,
        defaults={
            "kind": Kind.CONTACT, "method": method, "on": on, "seen": seen, "learned": learned, "with_host": True,
            "at": at,
        },
    )  # fmt: skip
    if new:
        CONTACT.log(contact, Kind.CONTACT, by=by, at=at, details={"on": on.isoformat(), "method": method})
    return contact


def correct_note(
    *, contact: Contact, on: date, method: str, seen: str, learned: str, person: Person, by: Actor, at: datetime
) -> None:
    """Its author writes a contact of `note_contact` anew, whenever; the earlier words are kept with the contact.

    The same words change nothing. Raises `Refused` for anybody else, for a day to come, and without a word.
    """
    CONTACT.must_allow("correct", by)
    words = {"on": on, "method": method, "seen": seen, "learned": learned}
    with transaction.atomic():
        row = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        if row.person_id != person.pk:
            raise Refused(_("Only who wrote it can correct it."))
        before = {name: getattr(row, name) for name in words}
        if before == words:
            return
        _must_be_said(on, seen, learned, at)
        row.earlier = [*row.earlier, {**before, "on": row.on.isoformat(), "at": at.isoformat()}]
        for name, value in words.items():
            setattr(row, name, value)
        row.save(update_fields=[*words, "earlier"])
        changed = [name for name, value in words.items() if before[name] != value]
        CONTACT.log(row, "correct", by=by, at=at, details={"changed": changed})


def _must_be_said(on: date, seen: str, learned: str, at: datetime) -> None:
    if on > timezone.localdate(at):
        raise Refused(_("This day has not come yet."))
    if not seen and not learned:
        raise Refused(_("Write down what was said or learned: that is what this contact is for."))


def correct_contact(*, contact: Contact, words: Words, person: Person, by: Actor, at: datetime) -> Contact:
    """Its author writes a contact anew within 24 hours; the same words change nothing.

    Raises `Refused` for anybody else and later: then a new contact says what was wrong.
    """
    CONTACT.must_allow("correct", by)
    with transaction.atomic():
        row = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        placement = Placement.objects.select_related("enrolment").get(contacts=row)
        if row.person_id != person.pk:
            raise Refused(_("Only who wrote it can correct it."))
        before, after = Words.of(row), _own(Kind(row.kind), words, Side(row.side))
        changed = [name for name, value in after.values.items() if getattr(before, name) != value]
        if not changed:
            return row
        if not may_correct(row.person_id, row.at, person, at):
            raise Refused(_("This was written more than 24 hours ago. Write a new contact and say what was wrong."))
        for name in changed:
            setattr(row, name, getattr(after, name))
        _must_fit(row, placement, by, at)
        row.save(update_fields=changed)
        CONTACT.log(row, "correct", by=by, at=at, details={"changed": changed})
    return row


def tap(
    *, placement: Placement, kind: Contact.Kind, mood: int | None = None, person: Person, by: Actor, at: datetime
) -> Contact:
    """One tap of a student or a host: I was shown, I have read it, how it goes. Again it is the same.

    Another mood within 24 hours corrects the first, later it is a new answer. Raises `Refused` before the start.
    """
    CONTACT.must_allow(kind, by)
    side = side_of(placement, by)
    with transaction.atomic():
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        known = tapped(placement, kind, side, person)
        words = Words(today_at(placement, at), Contact.Method.MESSAGE)
        words = replace(words, mood_student=mood) if side == Side.STUDENT else replace(words, mood_host=mood)
        if known is None or (_mood(known) != mood and not may_correct(known.person_id, known.at, person, at)):
            return record_contact(placement=placement, kind=kind, words=words, person=person, by=by, at=at)
        if _mood(known) == mood:
            return known
        return correct_contact(contact=known, words=replace(words, on=known.on), person=person, by=by, at=at)


def answer_first_week(
    *, placement: Placement, mood: int, call_me: bool, person: Person, by: Actor, at: datetime
) -> Contact:
    """How it goes, said by student or host; a host may ask the school to call."""
    with transaction.atomic():
        answer = tap(placement=placement, kind=Kind.FIRST_WEEK, mood=mood, person=person, by=by, at=at)
        if call_me:
            ask_school(placement=placement, kind=Concern.Kind.HELP, person=person, by=by, at=at)
    return answer


def tapped(placement: Placement, kind: Contact.Kind, side: HourClaim.Side, person: Person) -> Contact | None:
    """What this side has tapped last. A colleague's induction counts for the host, a mood is everybody's own."""
    rows = Contact.objects.filter(placement=placement, kind=kind, side=side)
    return (rows if kind == Kind.INDUCTION else rows.filter(person=person)).order_by("-at", "-pk").first()


def _mood(contact: Contact) -> int | None:
    return contact.mood_student if contact.side == Side.STUDENT else contact.mood_host


def _own(kind: Contact.Kind, words: Words, side: HourClaim.Side) -> Words:
    """What this side can say of this kind; the rest is left out. Whoever speaks was there."""
    shape = SHAPES[kind]
    said = OWN_WORDS[side] & set(shape.words)
    empty: dict[str, Any] = {name: getattr(Words, name) for name in OWN_WORDS[Side.SCHOOL] - said}
    there = set(shape.people) | {side} | _asked(words)
    if side == Side.SCHOOL and not shape.people:
        there |= _ticked(words)
    return replace(words, **empty, with_student=Side.STUDENT in there, with_host=Side.HOST in there)


def _asked(words: Words) -> set[HourClaim.Side]:
    moods = ((Side.STUDENT, words.mood_student), (Side.HOST, words.mood_host))
    return {side for side, mood in moods if mood}


def _ticked(words: Words) -> set[HourClaim.Side]:
    return {side for side, there in ((Side.STUDENT, words.with_student), (Side.HOST, words.with_host)) if there}


def _must_fit(contact: Contact, placement: Placement, by: Actor, at: datetime) -> None:
    problems: Iterable[str | None] = (
        _of_side(contact),
        _of_state(contact, placement),
        _of_day(contact, placement, at),
        _of_visitor(contact, placement, by),
        _of_words(contact),
    )
    for problem in problems:
        if problem:
            raise Refused(problem)


def _of_side(contact: Contact) -> str | None:
    """A teacher at work is the learner there, and no more than that."""
    return _("You may not do this.") if contact.side == Side.STUDENT and contact.kind not in BY_STUDENT else None


def _of_state(contact: Contact, placement: Placement) -> str | None:
    if placement.state == Placement.State.CANCELLED:
        return _("This placement was cancelled.")
    if placement.state == Placement.State.PLANNED and contact.kind in BY_STUDENT:
        return _("This placement has not started.")
    return None


def _of_day(contact: Contact, placement: Placement, at: datetime) -> str | None:
    first, last = recordable(contact.kind, placement.starts_on, placement.ends_on)
    if contact.on > today_at(placement, at):
        return _("This day has not come yet.")
    if not first <= contact.on <= last:
        return _("This day is too far from the placement. Check the date.")
    return None


def _of_visitor(contact: Contact, placement: Placement, by: Actor) -> str | None:
    accompanies = {placement.teacher_id, placement.enrolment.teacher_id if placement.enrolment else None}
    if contact.kind not in AT_WORK or by.role == Role.COORDINATOR or contact.person_id in accompanies:
        return None
    return _("A visit is written down by the teacher of this placement or by a coordinator.")


def _of_words(contact: Contact) -> str | None:
    shape = SHAPES[contact.kind]
    said = [name for name in shape.words if getattr(contact, name)]
    if not set(shape.needed) <= set(said) or (shape.says_something and not said):
        return _("Write down what was seen, learned or agreed: that is what this contact is for.")
    if contact.kind == Kind.FIRST_WEEK and not (contact.mood_student or contact.mood_host):
        return _("Say how it goes for at least one of the two.")
    return None if contact.with_student or contact.with_host else _("Say who was there.")
