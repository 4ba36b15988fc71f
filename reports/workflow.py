"""Verbs of a handling: take an item, give it to a colleague, let it rest until a day, write a note.

An item is computed and has no row; its handling is one row for each placement and kind. What was done before is in the
log. Of two people who act at once, the second is told what the first did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.models import Transition
from core.templatetags.ui import day
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Placement
from reports.item import PRIVATE
from reports.models import Handling

_OFFICE = frozenset({Role.COORDINATOR})

HANDLING = Workflow(
    noun="handling",
    moves=(
        Move("take", gettext_lazy("Take it"), (), None, _OFFICE),
        Move("assign", gettext_lazy("Give it to a colleague"), (), None, _OFFICE),
        Move("rest", gettext_lazy("Let it rest"), (), None, _OFFICE),
        Move("wake", gettext_lazy("Bring it back"), (), None, _OFFICE),
        Move("note", gettext_lazy("Write a note"), (), None, _OFFICE),
    ),
    school_id=lambda handling: handling.school_id,
    timeline=lambda handling: "" if handling.kind in PRIVATE else f"placement:{handling.placement_id}",
)

_WORDS: dict[str, Any] = {
    "take": gettext_lazy("%(name)s took this on %(day)s at %(time)s."),
    "assign": gettext_lazy("%(name)s gave this to %(owner)s on %(day)s at %(time)s."),
    "rest": gettext_lazy("%(name)s let this rest on %(day)s at %(time)s."),
    "wake": gettext_lazy("%(name)s brought this back on %(day)s at %(time)s."),
    "note": gettext_lazy("%(name)s wrote a note on %(day)s at %(time)s."),
}


class Overtaken(Refused):
    """Somebody else changed the same item after this person had opened it; the text says who did what, and when."""


@dataclass(frozen=True)
class Wish:
    """How an item should be handled from now on."""

    owner: Person
    rests_until: date | None = None
    note: str = ""


@transaction.atomic
def handle(
    *, placement: Placement, kind: str, seen: int, wish: Wish, person: Person, by: Actor, at: datetime
) -> Handling:
    """Store the wish and log each change. `seen` is the version the person had on the screen, `person` who acts.

    Raises `Overtaken` when it has changed since, and `Refused` for a day that is not in the future.
    """
    if wish.rests_until and wish.rests_until <= timezone.localdate(at):
        raise Refused(_("Choose a day that comes after today."))
    handling = _locked(placement, kind, at)
    if handling.version != seen:
        raise Overtaken(what_happened(handling))
    verbs = _verbs(handling, wish, person)
    for verb in verbs:
        HANDLING.must_allow(verb, by)
    if verbs:
        _store(handling, wish, person, at)
    for verb in verbs:
        _log(handling, verb, wish, by, at)
    return handling


@transaction.atomic
def handle_all(
    *, wishes: Mapping[Placement, tuple[int, Wish]], kind: str, person: Person, by: Actor, at: datetime
) -> None:
    """One item about several students of one host: for each the version that was seen and the wish; all or none."""
    for placement in sorted(wishes, key=lambda one: one.pk):
        seen, wish = wishes[placement]
        handle(placement=placement, kind=kind, seen=seen, wish=wish, person=person, by=by, at=at)


def what_happened(handling: Handling) -> str:
    """The last change in one sentence with the name of who made it, for the screen of a colleague."""
    last = Transition.objects.filter(noun=HANDLING.noun, object_id=handling.pk).order_by("-at", "pk").first()
    name = handling.person.full_name if handling.person else None
    owner = handling.owner.full_name if handling.owner else None
    return sentence(last.verb if last else "note", handling.at, name, owner)


def sentence(verb: str, at: datetime, name: str | None, owner: str | None) -> str:
    """One change in words; None stands for somebody who is not known any more."""
    who, to = name or _("Somebody"), owner or _("somebody")
    words = {"name": who, "owner": to, "day": day(at), "time": f"{timezone.localtime(at):%H:%M}"}
    return str(_WORDS[verb] % words)


def _locked(placement: Placement, kind: str, at: datetime) -> Handling:
    """The row of this item, made when it is the first time; two at once meet at the constraint and then at the lock."""
    Handling.objects.get_or_create(
        placement=placement, kind=kind, defaults={"school_id": placement.school_id, "owner": None, "at": at}
    )
    return (
        Handling.objects.select_for_update(of=("self",)).select_related("placement").get(placement=placement, kind=kind)
    )


def _verbs(handling: Handling, wish: Wish, person: Person) -> list[str]:
    found = []
    if wish.owner.pk != (handling.owner_id or handling.placement.coordinator_id):
        found.append("take" if wish.owner == person else "assign")
    if wish.rests_until != handling.rests_until:
        found.append("rest" if wish.rests_until else "wake")
    if wish.note != handling.note:
        found.append("note")
    return found


def _store(handling: Handling, wish: Wish, person: Person, at: datetime) -> None:
    handling.owner, handling.rests_until, handling.note = wish.owner, wish.rests_until, wish.note
    handling.person, handling.at, handling.version = person, at, handling.version + 1
    handling.save(update_fields=["owner", "rests_until", "note", "person", "at", "version"])


def _log(handling: Handling, verb: str, wish: Wish, by: Actor, at: datetime) -> None:
    details: dict[str, Any] = {"kind": handling.kind}
    if verb in ("take", "assign"):
        details["to"] = wish.owner.pk
    if verb == "rest" and wish.rests_until:
        details["until"] = wish.rests_until.isoformat()
    HANDLING.log(handling, verb, by=by, at=at, reason=wish.note if verb == "note" else "", details=details)
