"""Verbs for when a placement breaks: an early end, undone within a day, and the placement that follows it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from core.workflow import Actor, Refused
from employers.models import Offer, Site, Supervisor
from placements.models import Placement, WorkEntry
from placements.queries import plans
from placements.rules import ending
from placements.workflow.appointments import call_off
from placements.workflow.life import close_links, lapse_all
from placements.workflow.placing import Kind, create_placement, must_be_free
from placements.workflow.replanning import copy_plan
from placements.workflow.room import must_have_room
from placements.workflow.tables import PLACEMENT, State, last_step, today_at

EndReason = Placement.EndReason


@dataclass(frozen=True)
class Why:
    """Why a placement ends early, who wanted it, and where the student goes.

    `host_said` is what the host gave as its reason (placements.models.Concern.Category); only whether it is unlawful is
    kept, for the staff. `text` is for the staff, of a personal reason only for head, coordinator and safeguarding lead.
    """

    end_reason: str
    initiator: str
    text: str
    direction: str = Placement.Direction.OPEN
    host_said: str = ""

    @property
    def details(self) -> dict:
        return {
            "end_reason": self.end_reason,
            "initiator": self.initiator,
            "direction": self.direction,
            **({"private": True} if self.end_reason == EndReason.PERSONAL else {}),
            **({"unlawful": True} if ending.is_unlawful(self.host_said) else {}),
        }


@transaction.atomic
def break_early(
    *,
    placement: Placement,
    why: Why,
    last_day: date | None = None,
    last_time: time | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """End a placement before its time: work counts until `last_time` (local) of `last_day`, which becomes its end.

    Of a student who never came no minute counts, whatever the last day. Raises `Refused` for a last minute that is not
    between the first day and now, and for a no-show in a placement with confirmed hours.
    """
    zone = plans.zone_of(placement)
    if why.end_reason == EndReason.NO_SHOW or last_day is None:
        _must_have_no_work(placement, why)
        last_day, valid_until = placement.starts_on, ending.never_valid(placement.starts_on, zone)
    else:
        _must_be_past(placement, last_day, last_time, at)
        valid_until = ending.last_valid_minute(last_day, last_time, zone)
    details = {
        "last_day": last_day.isoformat(),
        "planned_end": placement.ends_on.isoformat(),
        "valid_until": valid_until.isoformat(timespec="minutes"),
        **({"paused_for": placement.end_reason} if placement.state == State.PAUSED else {}),
        **why.details,
    }
    PLACEMENT.apply(
        placement, "break", by=by, at=at, reason=why.text, details=details, ends_on=last_day, valid_until=valid_until,
        end_reason=why.end_reason, end_initiator=why.initiator, end_direction=why.direction,
    )  # fmt: skip
    lapse_all(placement, by=by, at=at)
    call_off(placement, by=by, at=at)
    if ending.is_stilled(placement):
        close_links(placement, at=at)


def _must_have_no_work(placement: Placement, why: Why) -> None:
    if why.end_reason != EndReason.NO_SHOW:
        raise Refused(_("Write the last day of work."))
    confirmed = WorkEntry.objects.filter(placement=placement, confirmed_minutes__gt=0)
    if confirmed.exists():
        raise Refused(_("The host has confirmed hours, so the student came. Choose another reason."))


def _must_be_past(placement: Placement, last_day: date, last_time: time | None, at: datetime) -> None:
    if not placement.starts_on <= last_day <= min(placement.ends_on, today_at(placement, at)):
        raise Refused(_("Choose a last day between the first day and today."))
    if last_time and ending.last_valid_minute(last_day, last_time, plans.zone_of(placement)) > at:
        raise Refused(_("The last minute is still to come. Choose a time that is over."))


# ── Undo ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def restoring(placement: Placement) -> str:
    """The verb that takes the last step of the placement back; empty where nothing can be taken back."""
    last = last_step(placement)
    return ending.RESTORING.get((last.verb, last.from_state, last.to_state), "") if last else ""


@transaction.atomic
def restore(*, placement: Placement, by: Actor, at: datetime) -> None:
    """Take an early end, a cancellation or a pause back within 24 hours: dates, state and reason are as before.

    What was being signed stays withdrawn and is sent again. Raises `Refused` when it is too late, when a new placement
    or a decision follows, and when the place is taken by now.
    """
    last, verb = last_step(placement), restoring(placement)
    if last is None or not verb:
        raise Refused(_("This is no longer possible: it has changed in the meantime."))
    as_before: dict[str, Any] = {"end_initiator": "", "end_direction": "", "valid_until": None}
    as_before["end_reason"] = last.details.get("paused_for", "")
    if last.verb == "break":
        as_before["ends_on"] = date.fromisoformat(last.details["planned_end"])
    if last.verb == "cancel":
        _must_have_its_place(placement)
    PLACEMENT.apply(placement, verb, by=by, at=at, **as_before)


def _must_have_its_place(placement: Placement) -> None:
    """What was cancelled may be somebody else's place by now."""
    if placement.offer:
        must_be_free(placement.offer, placement.offer.site)
    if placement.purpose == Placement.Purpose.STUDENT:
        for segment in placement.segments.select_related("site").order_by("starts_on", "pk"):
            must_have_room(segment.site, placement.learner_id, segment.starts_on, segment.ends_on, placement)


# ── The placement that follows ───────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def transfer(
    *,
    placement: Placement,
    site: Site,
    supervisor: Supervisor | None,
    coordinator: Person,
    starts_on: date,
    ends_on: date,
    offer: Offer | None = None,
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Placement:
    """The placement that follows a broken one: a new workplace, with plan and outcomes of the old one as a draft.

    Hours and evidence stay where they are; both placements count for the same enrolment. The same `public_id` again
    gives the same one. Raises `Refused` as `create_placement` and `copy_plan` do, for a placement that has a successor,
    and for a student who has left.
    """
    enrolment = placement.enrolment
    if enrolment is None:
        raise Refused(_("A teacher's placement is planned anew."))
    if public_id and (again := Placement.objects.filter(public_id=public_id, predecessor=placement).first()):
        return again
    PLACEMENT.apply(placement, "transfer", by=by, at=at, details={"starts_on": starts_on.isoformat()})
    if starts_on <= placement.ends_on:
        raise Refused(_("The new placement begins after the last day of the old one."))
    successor = create_placement(
        enrolment=enrolment,
        site=site,
        supervisor=supervisor,
        offer=offer,
        teacher=placement.teacher,
        coordinator=coordinator,
        starts_on=starts_on,
        ends_on=ends_on,
        kind=Kind(purpose=placement.purpose, source=placement.source, predecessor=placement),
        public_id=public_id,
        by=by,
        at=at,
    )
    copy_plan(source=placement, target=successor, by=by, at=at)
    return successor
