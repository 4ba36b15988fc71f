"""Reads for the list of letters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Prefetch, Value, When

from accounts.models import Membership
from placements.models import Placement
from reminders.access import due_visible_to, letters_visible_to
from reminders.models import Due, Kind, Outbox
from reminders.workflow import LETTERS, has_cooled_down

A_PAGE = 50
_URGENCY = Case(
    When(state=Outbox.State.FAILED, then=Value(0)),
    When(state__in=(Outbox.State.WAITING, Outbox.State.SENDING), then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
_TONES = {
    Outbox.State.WAITING: "info",
    Outbox.State.SENDING: "info",
    Outbox.State.SENT: "good",
    Outbox.State.FAILED: "bad",
    Outbox.State.DROPPED: "quiet",
}


@dataclass(frozen=True)
class LetterRow:
    letter: Outbox
    kinds: list[Kind]
    placements: list[Placement]
    tone: str
    may_send_again: bool


@dataclass(frozen=True)
class SkippedRow:
    due: Due
    placement: Placement | None


def letters_page(viewer: Membership, number: str, state: str, *, now: datetime) -> tuple[Page, list[LetterRow]]:
    """Letters of the school, failed ones first, then those that wait, then the newest."""
    rows = (
        letters_visible_to(viewer)
        .select_related("person")
        .prefetch_related(Prefetch("due", queryset=Due.objects.order_by("pk")))
        .order_by(_URGENCY, "-day", "-pk")
    )
    page = Paginator(rows.filter(state=state) if state else rows, A_PAGE).get_page(number)
    letters = list(page.object_list)
    placements = _placements(due for letter in letters for due in letter.due.all())
    return page, [_letter_row(letter, placements, viewer, now) for letter in letters]


def skipped_page(viewer: Membership, number: str) -> tuple[Page, list[SkippedRow]]:
    """What was due and is in no letter, newest first, with the reason."""
    rows = due_visible_to(viewer).filter(state=Due.State.SKIPPED).select_related("person").order_by("-due_at", "-pk")
    page = Paginator(rows, A_PAGE).get_page(number)
    found = list(page.object_list)
    placements = _placements(found)
    return page, [SkippedRow(due, placements.get(due.about_placement_id or 0)) for due in found]


def _placements(rows: Iterable[Due]) -> dict[int, Placement]:
    wanted = {row.about_placement_id for row in rows if row.about_placement_id}
    return Placement.objects.select_related("learner").in_bulk(wanted)


def _letter_row(letter: Outbox, placements: dict[int, Placement], viewer: Membership, now: datetime) -> LetterRow:
    rows = list(letter.due.all())
    about = dict.fromkeys(row.about_placement_id for row in rows)
    return LetterRow(
        letter=letter,
        kinds=[kind for kind in Kind if any(row.kind == kind for row in rows)] or [Kind(letter.letter)],
        placements=[placements[pk] for pk in about if pk in placements],
        tone=_TONES[Outbox.State(letter.state)],
        may_send_again=bool(LETTERS.open_moves(letter.state, viewer.role)) and has_cooled_down(letter, now=now),
    )
