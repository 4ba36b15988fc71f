"""Reads for the pages of letters: the list, the story of one, what was not sent, and all about one placement."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.models import Membership
from core.names import sort_key
from core.templatetags.ui import day_time
from placements.models import Placement
from reminders.access import due_visible_to, letters_visible_to
from reminders.facts import series_key
from reminders.fields import FIELD_WORDS
from reminders.models import Due, Kind, Outbox
from reminders.stages import TONES, Stage, with_stage
from reminders.workflow import LETTERS, has_cooled_down

A_PAGE = 50
MOST = 100
"""So many letters at once are sent again."""
ABOUT = 20
"""So many of each on the page about one placement; the lists have the rest."""
LEFT_OUT = Q(state=Due.State.SKIPPED) | Q(state=Due.State.WAITING) & ~Q(reason="")
_URGENCY = Case(
    When(state__in=Outbox.UNDELIVERED, then=Value(0)),
    When(state__in=(Outbox.State.WAITING, Outbox.State.SENDING), then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; what is empty narrows nothing. `q` finds students and readers by their names."""

    q: str = ""
    kind: str = ""
    stage: str = ""
    reason: str = ""
    placement: Placement | None = None

    def __bool__(self) -> bool:
        return any((self.q, self.kind, self.stage, self.reason, self.placement))


@dataclass(frozen=True)
class DueRow:
    """Something due, about which placement."""

    due: Due
    placement: Placement | None

    @property
    def title(self) -> str:
        if self.placement is None:
            return self.due.get_kind_display()
        host = self.placement.employer
        words = {"name": self.placement.learner.full_name, "host": host.name if host else ""}
        return _("%(name)s at %(host)s") % words if host else words["name"]

    @property
    def why(self) -> str:
        """Since when it is due, and why it is in no letter, or was taken out of it."""
        words = {"what": self.due.get_kind_display(), "when": day_time(self.due.due_at)}
        reason = f"{self.due.get_reason_display()}." if self.due.reason else ""
        return " ".join(filter(None, [_("%(what)s, due %(when)s.") % words, reason, self.facts]))

    @property
    def facts(self) -> str:
        """What it asks for, and how the placement stood when it was decided on."""
        field, states = FIELD_WORDS.get(self.due.field), dict(Placement.State.choices)
        asked = _("It asks for: %(field)s.") % {"field": field} if field else ""
        seen = states.get(self.due.seen)
        return " ".join(
            filter(None, [asked, _("The placement was then: %(state)s.") % {"state": seen} if seen else ""])
        )


@dataclass(frozen=True)
class LetterRow:
    letter: Outbox
    stage: Stage
    kinds: list[Kind]
    placements: list[Placement]
    may_send_again: bool
    may_correct: bool

    @property
    def tone(self) -> str:
        return TONES[self.stage]


@dataclass(frozen=True)
class About:
    """Letters about one placement: what comes next, what went out, and what did not; each at most `ABOUT`."""

    to_come: list[DueRow]
    letters: list[LetterRow]
    left_out: list[DueRow]


def letters_page(viewer: Membership, wanted: Wanted, number: str, *, now: datetime) -> tuple[Page, list[LetterRow]]:
    """Letters of the school, those that did not arrive first, then those that wait, then the newest."""
    page = Paginator(_letters(viewer, wanted).order_by(_URGENCY, "-day", "-pk"), A_PAGE).get_page(number)
    return page, _letter_rows(list(page.object_list), viewer, now)


def many_to_repeat(viewer: Membership, wanted: Wanted, *, now: datetime) -> list[LetterRow]:
    """The first `MOST` letters of the list that have left, those that did not arrive first."""
    found = _letters(viewer, wanted).filter(state__in=(*Outbox.UNDELIVERED, Outbox.State.SENT))
    return _letter_rows(list(found.order_by(_URGENCY, "-day", "-pk")[:MOST]), viewer, now)


def left_out_page(viewer: Membership, wanted: Wanted, number: str) -> tuple[Page, list[DueRow]]:
    """What was due and is in no letter, or not yet, newest first, with the reason."""
    rows = due_visible_to(viewer).filter(LEFT_OUT, _about(wanted)).select_related("person")
    rows = rows.filter(kind=wanted.kind) if wanted.kind else rows
    rows = rows.filter(reason=wanted.reason) if wanted.reason else rows
    page = Paginator(rows.order_by("-due_at", "-pk"), A_PAGE).get_page(number)
    return page, _due_rows(page.object_list)


def story(letter: Any, viewer: Membership, *, now: datetime) -> tuple[LetterRow, list[DueRow]]:
    """One letter that was read by `letters_to_open`, and all that it says."""
    (row,) = _letter_rows([letter], viewer, now)
    return row, _due_rows(letter.due.all())


def about(placement: Placement, viewer: Membership, *, now: datetime) -> About:
    """Of what repeats, only the next round is to come."""
    rows = due_visible_to(viewer).filter(about_placement_id=placement.pk).select_related("person")
    waiting: dict[tuple, Due] = {}
    for row in rows.filter(state=Due.State.WAITING).order_by("due_at", "pk"):
        waiting.setdefault(series_key(row), row)
    letters = _letters(viewer, Wanted(placement=placement)).order_by("-day", "-pk")[:ABOUT]
    left_out = rows.filter(state=Due.State.SKIPPED).order_by("-due_at", "-pk")[:ABOUT]
    return About(
        to_come=[DueRow(row, placement) for row in list(waiting.values())[:ABOUT]],
        letters=_letter_rows(list(letters), viewer, now),
        left_out=[DueRow(row, placement) for row in left_out],
    )


def letters_to_open(viewer: Membership) -> QuerySet[Any]:
    rows = Prefetch("due", Due.objects.order_by("pk"))
    return with_stage(letters_visible_to(viewer)).select_related("person").prefetch_related(rows)


def _letters(viewer: Membership, wanted: Wanted) -> QuerySet[Any]:
    found = letters_to_open(viewer)
    if wanted.q or wanted.placement:
        about = Q(pk__in=due_visible_to(viewer).filter(_about(wanted)).values("outbox"))
        found = found.filter(about | Q(person__sort_key__contains=sort_key(wanted.q)) if wanted.q else about)
    if wanted.kind:
        said = due_visible_to(viewer).filter(kind=wanted.kind).values("outbox")
        found = found.filter(Q(pk__in=said) | Q(letter=wanted.kind))
    return found.filter(stage=wanted.stage) if wanted.stage else found


def _about(wanted: Wanted) -> Q:
    found = Q()
    if wanted.q:
        words = sort_key(wanted.q)
        learners = Placement.objects.filter(learner__sort_key__contains=words).values("pk")
        found &= Q(about_placement_id__in=learners) | Q(person__sort_key__contains=words)
    if wanted.placement:
        found &= Q(about_placement_id=wanted.placement.pk)
    return found


def _letter_rows(letters: Collection[Any], viewer: Membership, now: datetime) -> list[LetterRow]:
    placements = _placements(due for letter in letters for due in letter.due.all())
    return [_letter_row(letter, placements, viewer, now) for letter in letters]


def _letter_row(letter: Any, placements: dict[int, Placement], viewer: Membership, now: datetime) -> LetterRow:
    rows = list(letter.due.all())
    about = dict.fromkeys(row.about_placement_id for row in rows)
    verbs = {move.verb for move in LETTERS.open_moves(letter.state, viewer.role)}
    return LetterRow(
        letter=letter,
        stage=Stage(letter.stage),
        kinds=[kind for kind in Kind if any(row.kind == kind for row in rows)] or [Kind(letter.letter)],
        placements=[placements[pk] for pk in about if pk in placements],
        may_send_again=bool({"retry", "repeat"} & verbs) and has_cooled_down(letter, now=now),
        may_correct="correct" in verbs,
    )


def _due_rows(rows: Iterable[Due]) -> list[DueRow]:
    rows = list(rows)
    placements = _placements(rows)
    return [DueRow(row, placements.get(row.about_placement_id or 0)) for row in rows]


def _placements(rows: Iterable[Due]) -> dict[int, Placement]:
    wanted = {row.about_placement_id for row in rows if row.about_placement_id}
    return Placement.objects.select_related("learner", "employer").in_bulk(wanted)
