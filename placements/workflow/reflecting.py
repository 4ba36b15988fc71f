"""Verbs of a reflection: a teacher asks one student one question and reads the answer. Without a reader nobody asks.

The log of moves has no timeline and holds no word of it: hosts and guardians are told nothing.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Placement, Reflection
from placements.queries.reflecting import readers_of
from placements.rules.ending import is_stilled
from placements.workflow.tables import today_at

KEPT = timedelta(days=365)
"""How long after the last day of the placement a question and its answer are kept."""

_TEACHER = frozenset({Role.TEACHER})
REFLECTION = Workflow(
    noun="reflection",
    moves=(
        Move("ask", gettext_lazy("Ask the student"), (), None, _TEACHER),
        Move("withdraw", gettext_lazy("Take the question back"), (), None, _TEACHER),
        Move("answer", gettext_lazy("Answer the question"), (), None, frozenset({Role.STUDENT})),
        Move("read", gettext_lazy("Mark the answer as read"), (), None, _TEACHER),
    ),
    school_id=lambda reflection: reflection.placement.school_id,
)


def ask_question(
    *,
    placement: Placement,
    reader: Person | None,
    question: str,
    why: str = "",
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Reflection:
    """One question that `reader` will read the answer to. The same `public_id` again gives the known row.

    A question of somebody who no longer teaches this student is taken back by the new one. Raises `Refused` where
    nobody is named who teaches the student, before the first day, where nobody is asked any more, and while another
    question is open.
    """
    REFLECTION.must_allow("ask", by)
    key = public_id or uuid4()
    with transaction.atomic():
        _lock(placement)
        if known := Reflection.objects.filter(placement=placement, public_id=key).first():
            return known
        readers = readers_of(placement, today=today_at(placement, at))
        if reader is None or reader.pk not in readers:
            raise Refused(_("Nobody who teaches this student would read the answer. So no question is asked."))
        _must_be_asked(placement)
        _make_room(placement, readers, by=by, at=at)
        kept = placement.ends_on + KEPT
        asked = Reflection.objects.create(
            placement=placement,
            reader=reader,
            question=question,
            why=why,
            asked_at=at,
            public_id=key,
            retain_until=kept,
        )
        REFLECTION.log(asked, "ask", by=by, at=at)
    return asked


def _must_be_asked(placement: Placement) -> None:
    if placement.state in Placement.NOT_BEGUN:
        raise Refused(_("This placement has not started."))
    if is_stilled(placement):
        raise Refused(_("Nobody is asked for anything in this placement now."))


def _make_room(placement: Placement, readers: Collection[int], *, by: Actor, at: datetime) -> None:
    for waiting in placement.reflections.filter(answered_at=None, withdrawn_at=None).select_related("placement"):
        if waiting.reader_id in readers:
            raise Refused(_("A question to this student is open. Wait for the answer, or take it back."))
        _withdraw(waiting, by=by, at=at)


def withdraw_question(*, reflection: Reflection, person: Person, by: Actor, at: datetime) -> None:
    """The reader takes the question back; twice is like once. Raises `Refused` when it was answered already."""
    REFLECTION.must_allow("withdraw", by)
    with _locked(reflection) as row:
        _must_be_reader(row, person)
        if row.answered_at:
            raise Refused(_("The student has answered in the meantime."))
        if row.withdrawn_at is None:
            _withdraw(row, by=by, at=at)


def answer_question(*, reflection: Reflection, answer: str, person: Person, by: Actor, at: datetime) -> Reflection:
    """The learner answers; until it is read, another answer takes its place. The same answer again changes nothing.

    Raises `Refused` for anybody else, for no words, when the question was taken back or nobody reads it any more, and
    once the answer was read.
    """
    REFLECTION.must_allow("answer", by)
    if not answer.strip():
        raise Refused(_("Write a few words."))
    with _locked(reflection) as row:
        if person.pk != row.placement.learner_id:
            raise Refused(_("You may not do this."))
        if row.answer == answer:
            return row
        if row.withdrawn_at or row.reader_id not in readers_of(row.placement, today=today_at(row.placement, at)):
            raise Refused(_("Nobody reads the answer any more. You need not answer."))
        if row.read_at:
            raise Refused(_("Your answer was read already, so it stays as it is."))
        row.answer, row.answered_at = answer, at
        row.save(update_fields=["answer", "answered_at"])
        REFLECTION.log(row, "answer", by=by, at=at)
    return row


def mark_read(*, reflection: Reflection, reply: str = "", person: Person, by: Actor, at: datetime) -> Reflection:
    """The reader has read the answer, and may reply; the last reply holds, and the same again changes nothing.

    Raises `Refused` for anybody but the reader, and before there is an answer.
    """
    REFLECTION.must_allow("read", by)
    with _locked(reflection) as row:
        _must_be_reader(row, person)
        if row.answered_at is None:
            raise Refused(_("There is no answer yet."))
        if row.read_at and row.reply == reply:
            return row
        row.read_at, row.reply = row.read_at or at, reply
        row.save(update_fields=["read_at", "reply"])
        REFLECTION.log(row, "read", by=by, at=at, details={"replied": bool(reply)})
    return row


def _must_be_reader(reflection: Reflection, person: Person) -> None:
    if person.pk != reflection.reader_id:
        raise Refused(_("You may not do this."))


def _withdraw(reflection: Reflection, *, by: Actor, at: datetime) -> None:
    reflection.withdrawn_at = at
    reflection.save(update_fields=["withdrawn_at"])
    REFLECTION.log(reflection, "withdraw", by=by, at=at)


def _lock(placement: Placement) -> None:
    Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)


@contextmanager
def _locked(reflection: Reflection) -> Iterator[Reflection]:
    with transaction.atomic():
        rows = Reflection.objects.select_for_update(of=("self",)).select_related("placement__enrolment")
        yield rows.get(pk=reflection.pk)
