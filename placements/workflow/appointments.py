"""The table of moves of a visit or talk that is planned, and its verbs. Letters follow from the rows of this noun."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import STAFF
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Appointment, Contact, HourClaim, Placement
from placements.queries.plans import zone_of
from placements.rules.appointments import KINDS, METHODS, is_to_come, there
from placements.rules.contacts import recordable
from placements.rules.ending import is_stilled

State = Appointment.State
Side = HourClaim.Side

_STAFF = frozenset(STAFF)


def _is_not_over(appointment: Appointment, by: Actor, at: datetime) -> str | None:
    return None if is_to_come(appointment, at) else _("Its time has come already.")


APPOINTMENT = Workflow(
    noun="appointment",
    moves=(
        Move("plan", gettext_lazy("Plan a visit or talk"), (), State.PLANNED, _STAFF),
        Move("change", gettext_lazy("Change it"), (State.PLANNED,), None, _STAFF, checks=(_is_not_over,)),
        Move("cancel", gettext_lazy("Cancel it"), (State.PLANNED,), State.CANCELLED, _STAFF, checks=(_is_not_over,)),
    ),
    school_id=lambda appointment: appointment.placement.school_id,
    timeline=lambda appointment: f"placement:{appointment.placement_id}",
)


@dataclass(frozen=True)
class Arrangement:
    """What is agreed on: `starts_at` in UTC, `person` comes or calls, the others are there or not."""

    kind: Contact.Kind
    method: str
    starts_at: datetime
    minutes: int
    person: Person
    with_student: bool = True
    with_host: bool = True
    place: str = ""
    agenda: str = ""

    @classmethod
    def of(cls, appointment: Appointment) -> "Arrangement":
        found = cls(**{name: getattr(appointment, name) for name in cls.__dataclass_fields__})
        return replace(found, kind=Contact.Kind(found.kind))

    @property
    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def plan_appointment(
    *, placement: Placement, words: Arrangement, public_id: UUID | None = None, by: Actor, at: datetime
) -> Appointment:
    """Plan a visit or talk. The same `public_id` again is the one that is there, changed where the words are others.

    Raises `Refused` for a role that plans none, a moment that is over or too far from the placement, a placement that
    is cancelled or still, and for words that do not fit the kind.
    """
    APPOINTMENT.must_allow("plan", by)
    with transaction.atomic():
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        known = Appointment.objects.filter(public_id=public_id, placement=placement).first() if public_id else None
        if known:
            change_appointment(appointment=known, words=words, by=by, at=at)
            return known
        words = _fitting(placement, words, at)
        found = Appointment.objects.create(
            public_id=public_id or uuid4(), placement=placement, made_at=at, changed_at=at, **words.values
        )
        APPOINTMENT.log(found, "plan", by=by, at=at, after=found.state, details=_details(found))
    return found


def change_appointment(*, appointment: Appointment, words: Arrangement, by: Actor, at: datetime) -> None:
    """Agree on something else; the same words change nothing. Raises `Refused` as planning does, and when its time
    has come."""
    words = _fitting(appointment.placement, words, at)
    if words == Arrangement.of(appointment):
        return
    _move(appointment, "change", by=by, at=at, **words.values)


def cancel_appointment(*, appointment: Appointment, by: Actor, at: datetime) -> None:
    """It is not held; cancelled twice is like once. Raises `Refused` when its time has come."""
    if appointment.state != State.CANCELLED:
        _move(appointment, "cancel", by=by, at=at)


def call_off(placement: Placement, *, by: Actor, at: datetime) -> None:
    """Nobody comes any more to a placement that is over; a debrief at school is still held when it broke."""
    kept = [Contact.Kind.DEBRIEF] if placement.state != Placement.State.CANCELLED else []
    coming = Appointment.objects.filter(placement=placement, state=State.PLANNED, starts_at__gt=at).exclude(
        kind__in=kept
    )
    for appointment in coming.select_related("placement").order_by("pk"):
        cancel_appointment(appointment=appointment, by=by, at=at)


def _move(appointment: Appointment, verb: str, *, by: Actor, at: datetime, **changes: Any) -> None:
    sequence = appointment.sequence + 1
    details = {**_details(appointment), "sequence": sequence}
    if "starts_at" in changes:
        details["on"] = _day_of(appointment.placement, changes["starts_at"])
    APPOINTMENT.apply(
        appointment, verb, by=by, at=at, details=details, sequence=sequence, changed_at=at, **changes
    )  # fmt: skip


def _details(appointment: Appointment) -> dict[str, Any]:
    """Of the words only the day: what is on the agenda is no matter of the log."""
    return {"on": _day_of(appointment.placement, appointment.starts_at), "sequence": appointment.sequence}


def _day_of(placement: Placement, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(zone_of(placement))).date().isoformat()


def _fitting(placement: Placement, words: Arrangement, at: datetime) -> Arrangement:
    """The words with everybody whom the kind needs, or `Refused`."""
    if words.kind not in KINDS or words.method not in METHODS:
        raise Refused(_("This is not planned, but written down when it was held."))
    if placement.state == Placement.State.CANCELLED or is_stilled(placement):
        raise Refused(_("This placement is over or paused: nothing is planned for it."))
    if words.starts_at <= at:
        raise Refused(_("This time is over. Choose one that is still to come."))
    first, last = recordable(words.kind, placement.starts_on, placement.ends_on)
    if not first <= words.starts_at.astimezone(ZoneInfo(zone_of(placement))).date() <= last:
        raise Refused(_("This day is too far from the placement. Check the date."))
    chosen = {side for side, comes in ((Side.STUDENT, words.with_student), (Side.HOST, words.with_host)) if comes}
    sides = there(words.kind, chosen)
    if not sides:
        raise Refused(_("Choose who is there."))
    return replace(words, with_student=Side.STUDENT in sides, with_host=Side.HOST in sides)
