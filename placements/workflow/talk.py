"""A student asks to talk. Only the safeguarding lead reads it; the log of moves holds no word of it."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Move, Workflow
from placements.models import SafeguardingNote
from schools.models import Student

State = SafeguardingNote.State

TALKS = Workflow(
    noun="talk",
    moves=(
        Move("ask", gettext_lazy("Ask to talk"), (), State.OPEN, frozenset({Role.STUDENT})),
        Move("see", gettext_lazy("I have read it"), (State.OPEN,), State.SEEN, frozenset({Role.SAFEGUARDING})),
        Move("close", gettext_lazy("Close"), (State.SEEN,), State.CLOSED, frozenset({Role.SAFEGUARDING})),
        Move("reopen", gettext_lazy("Open again"), (State.CLOSED,), State.SEEN, frozenset({Role.SAFEGUARDING})),
    ),
    school_id=lambda note: note.school_id,
)


def ask_to_talk(
    *, student: Student, text: str, public_id: UUID | None = None, by: Actor, at: datetime
) -> SafeguardingNote:
    """Leave a note for the safeguarding lead of the student's school; an empty text is an ask, too.

    The same `public_id` again gives the note that is there already.
    """
    TALKS.must_allow("ask", by)
    with transaction.atomic():
        note, created = SafeguardingNote.objects.get_or_create(
            student=student,
            public_id=public_id or uuid4(),
            defaults={"school_id": student.school_id, "text": text, "written_at": at},
        )
        if created:
            TALKS.log(note, "ask", by=by, at=at, after=note.state)
    return note


def move_note(*, note: SafeguardingNote, verb: str, by: Actor, at: datetime) -> Transition:
    """The safeguarding lead reads, closes or reopens a note; see `TALKS` for which verb is open when."""
    return TALKS.apply(note, verb, by=by, at=at)
