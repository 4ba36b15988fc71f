"""A student asks to talk. Only the safeguarding lead reads it; the log of moves holds no word of it.

What the lead does is in the file of the note, with every opening of it. A letter tells the lead that there is a note,
and nothing of it; nobody else is written to, and no host ever (product 6, E13).
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Employer
from employers.workflow import restore_employer, suspend_employer
from placements.models import Placement, SafeguardingEntry, SafeguardingNote
from schools.models import Student

State = SafeguardingNote.State
Kind = SafeguardingEntry.Kind

READING = timedelta(hours=1)
"""For so long an opened note stays open to the one who opened it."""

_LEAD = frozenset({Role.SAFEGUARDING})


def _has_outcome(note: SafeguardingNote, by: Actor, at: datetime) -> str | None:
    return None if note.outcome else _("Write down first what it came to.")


TALKS = Workflow(
    noun="talk",
    moves=(
        Move("ask", gettext_lazy("Ask to talk"), (), State.OPEN, frozenset({Role.STUDENT})),
        Move("see", gettext_lazy("Open and record it"), (State.OPEN,), State.SEEN, _LEAD),
        Move("read", gettext_lazy("Open again and record it"), (State.SEEN, State.CLOSED), None, _LEAD),
        Move("note", gettext_lazy("Add to the file"), (State.SEEN,), None, _LEAD),
        Move("suspend", gettext_lazy("No new placements at this host"), (State.SEEN,), None, _LEAD),
        Move("restore", gettext_lazy("Allow new placements again"), (State.SEEN,), None, _LEAD),
        Move("conclude", gettext_lazy("Write down what it came to"), (State.SEEN,), None, _LEAD),
        Move("close", gettext_lazy("Close"), (State.SEEN,), State.CLOSED, _LEAD, checks=(_has_outcome,)),
        Move("reopen", gettext_lazy("Open again"), (State.CLOSED,), State.SEEN, _LEAD),
    ),
    school_id=lambda note: note.school_id,
)


def ask_to_talk(
    *, student: Student, text: str, placement: Placement | None = None, public_id: UUID | None = None,
    by: Actor, at: datetime,
) -> SafeguardingNote:  # fmt: skip
    """Leave a note for the safeguarding lead of the student's school; an empty text is an ask, too.

    The same `public_id` again gives the note that is there already.
    """
    TALKS.must_allow("ask", by)
    with transaction.atomic():
        note, created = SafeguardingNote.objects.get_or_create(
            student=student,
            public_id=public_id or uuid4(),
            defaults={"school_id": student.school_id, "placement": placement, "text": text, "written_at": at},
        )
        if created:
            TALKS.log(note, "ask", by=by, at=at, after=note.state)
    return note


@transaction.atomic
def open_note(*, note: SafeguardingNote, person: Person, by: Actor, at: datetime) -> None:
    """Read a note, which is recorded; the first time it becomes a seen one. Within an hour it is one reading."""
    note.state = SafeguardingNote.objects.select_for_update(of=("self",)).get(pk=note.pk).state
    if is_opened(note, person, at):
        return
    TALKS.apply(note, "see" if note.state == State.OPEN else "read", by=by, at=at)
    _write(note, Kind.READ, "", person, at)


def is_opened(note: SafeguardingNote, person: Person, at: datetime) -> bool:
    """Whether this person opened it a short while ago."""
    return note.entries.filter(kind=Kind.READ, person=person, at__gt=at - READING).exists()


@transaction.atomic
def add_entry(*, note: SafeguardingNote, text: str, person: Person, by: Actor, at: datetime) -> None:
    """Add to the file what was done."""
    TALKS.apply(note, "note", by=by, at=at)
    _write(note, Kind.NOTE, text, person, at)


@transaction.atomic
def suspend_host(*, note: SafeguardingNote, text: str, person: Person, by: Actor, at: datetime) -> None:
    """No new placements of the school at the host of this note, until it is cleared up; the host is told nothing."""
    employer = _employer(note)
    TALKS.apply(note, "suspend", by=by, at=at)
    suspend_employer(school=note.school, employer=employer, by=by, at=at)
    _write(note, Kind.SUSPENDED, text, person, at)


@transaction.atomic
def restore_host(*, note: SafeguardingNote, text: str, person: Person, by: Actor, at: datetime) -> None:
    """New placements again, with a word why (E14). Raises `Refused` while another open note asks for none."""
    employer = _employer(note)
    if suspending(note, employer).exists():
        raise Refused(_("Another open note asks for no new placements at this host."))
    TALKS.apply(note, "restore", by=by, at=at)
    restore_employer(school=note.school, employer=employer, by=by, at=at)
    _write(note, Kind.RESTORED, text, person, at)


@transaction.atomic
def conclude(*, note: SafeguardingNote, outcome: str, text: str, person: Person, by: Actor, at: datetime) -> None:
    """What it came to; another outcome later is another entry, and the last one holds."""
    TALKS.apply(note, "conclude", by=by, at=at, outcome=outcome)
    _write(note, Kind.OUTCOME, text, person, at)


def move_note(*, note: SafeguardingNote, verb: str, by: Actor, at: datetime) -> None:
    """Close a note once it has an outcome, or open it again."""
    TALKS.apply(note, verb, by=by, at=at)


def suspending(note: SafeguardingNote, employer: Employer):
    """Other open notes of the school whose last word on this host is that nobody new goes there."""
    words = SafeguardingEntry.objects.filter(note=OuterRef("pk"), kind__in=(Kind.SUSPENDED, Kind.RESTORED))
    others = SafeguardingNote.objects.filter(school=note.school, placement__employer=employer)
    others = others.exclude(pk=note.pk).exclude(state=State.CLOSED)
    last = Subquery(words.order_by("-at", "-pk").values("kind")[:1])
    return others.annotate(last_word=last).filter(last_word=Kind.SUSPENDED)


def _employer(note: SafeguardingNote) -> Employer:
    if note.placement is None or note.placement.employer is None:
        raise Refused(_("This note is about no host."))
    return note.placement.employer


def _write(note: SafeguardingNote, kind: str, text: str, person: Person, at: datetime) -> None:
    SafeguardingEntry.objects.create(note=note, kind=kind, text=text, person=person, at=at)
