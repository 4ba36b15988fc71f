"""Days and absences of a placement as lines of a page: what each side says, and what this viewer may do with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import HOST, Role
from placements.access import PHOTO_ROLES
from placements.models import HourClaim, WorkEntry
from placements.queries.absences import Told
from placements.queries.hours import host_word, last_word, school_word, student_word
from placements.workflow.absences import ABSENCE
from placements.workflow.hours import HOURS, why_closed
from placements.workflow.settling import why_no_reply, why_not_settled

State = WorkEntry.State
Side = HourClaim.Side


@dataclass(frozen=True)
class Button:
    """What can be done with a day; `main` where it waits for this viewer."""

    label: Any
    url: str
    main: bool = False


@dataclass(frozen=True)
class DayLine:
    entry: WorkEntry
    host: HourClaim | None
    student: HourClaim | None
    school: HourClaim | None
    buttons: list[Button] = field(default_factory=list)

    @property
    def is_main(self) -> bool:
        return any(button.main for button in self.buttons)


@dataclass(frozen=True)
class AbsenceLine:
    told: Told
    buttons: list[Button]


def day_lines(entries: Iterable[WorkEntry], viewer: Membership, *, is_learner: bool) -> list[DayLine]:
    """Lines of entries that come with their claims, the number of their photos and the site."""
    return [
        DayLine(
            entry, host_word(entry), student_word(entry), school_word(entry), list(_buttons(entry, viewer, is_learner))
        )
        for entry in entries
    ]


def to_decide(lines: Iterable[DayLine]) -> list[DayLine]:
    """Days that wait for this viewer, the oldest first."""
    return sorted((line for line in lines if line.is_main), key=lambda line: (line.entry.day, line.entry.starts_at))


def _buttons(entry: WorkEntry, viewer: Membership, is_learner: bool) -> Iterable[Button]:
    role = viewer.role
    for move in HOURS.open_moves(entry.state, role):
        if (move.verb == "settle") or is_learner:
            yield from _MAKE[move.verb](entry)
    if role in HOST and entry.state == State.DISPUTED and not why_closed(entry):
        yield Button(_("Answer"), _url("host_reply", entry), main=last_word(entry).side == Side.STUDENT)
    if (role in PHOTO_ROLES and _photos(entry)) or (is_learner and role == Role.STUDENT and _may_add(entry)):
        yield Button(_("Photos") if _photos(entry) else _("Add a photo"), _url("photo", entry))


def _change(entry: WorkEntry) -> Iterable[Button]:
    yield Button(_("Change"), _url("change_day", entry))


def _take_back(entry: WorkEntry) -> Iterable[Button]:
    yield Button(_("Take back"), _url("take_back", entry))


def _reply(entry: WorkEntry) -> Iterable[Button]:
    if not why_no_reply(entry):
        differs = entry.state == State.DISPUTED
        main = differs and last_word(entry).side == Side.HOST
        yield Button(_("Answer") if differs else _("Not right?"), _url("reply", entry), main)


def _settle(entry: WorkEntry) -> Iterable[Button]:
    if not why_not_settled(entry):
        differs = entry.state == State.DISPUTED
        yield Button(_("Settle") if differs else _("Settle anew"), _url("settle", entry), main=differs)


_MAKE = {"change": _change, "take_back": _take_back, "reply": _reply, "settle": _settle}


def _photos(entry: WorkEntry) -> int:
    return entry.photo_count  # type: ignore[attr-defined]


def _may_add(entry: WorkEntry) -> bool:
    return entry.segment.site.photos_allowed


def _url(name: str, entry: WorkEntry) -> str:
    return reverse(f"placements:{name}", args=[entry.public_id])


def absence_lines(days: Iterable[Told], viewer: Membership, *, is_learner: bool) -> list[AbsenceLine]:
    return [AbsenceLine(told, list(_absence_buttons(told, viewer, is_learner))) for told in days]


def _absence_buttons(told: Told, viewer: Membership, is_learner: bool) -> Iterable[Button]:
    key = told.absence.public_id
    judges = viewer.role in ABSENCE.move("judge").roles
    if judges:
        label = _("Accept or not") if told.absence.authorised is None else _("Change")
        yield Button(label, reverse("placements:absence_judge", args=[key]))
    if judges or (is_learner and told.absence.side == Side.STUDENT):
        yield Button(_("Take back"), reverse("placements:absence_withdraw", args=[key]))
    if viewer.role in HOST and told.absence.side == Side.HOST:
        yield Button(_("Take back"), reverse("placements:host_absence_withdraw", args=[key]))
