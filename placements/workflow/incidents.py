"""Verbs of an incident: reported from any side in under a minute, told to insurer and authority, closed.

The clock of the authority runs in the country of the workplace (product 6, E15). Hours of the day are logged as ever.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, STAFF, Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Incident, Placement
from placements.queries.incidents import place_of
from placements.queries.plans import zone_of
from placements.rules.incidents import tell_by
from placements.workflow.absences import side_of

State = Incident.State

_OPEN = (State.REPORTED, State.TOLD)
_OFFICE = frozenset({Role.COORDINATOR, Role.HEAD})


def _authority_knows(incident: Incident, by: Actor, at: datetime) -> str | None:
    """An accident with a clock stays open until the authority has been told."""
    if incident.tell_by and not incident.authority_told_on:
        return _("Write down first when the authority was told.")
    return None


INCIDENT = Workflow(
    noun="incident",
    moves=(
        Move("report", gettext_lazy("Report"), (), State.REPORTED, frozenset({Role.STUDENT, *STAFF, *HOST})),
        Move("complete", gettext_lazy("Complete what is known"), _OPEN, None, _OFFICE),
        Move("note", gettext_lazy("Write down who was told"), _OPEN, None, _OFFICE),
        Move("tell", gettext_lazy("Told"), (State.REPORTED,), State.TOLD, _OFFICE),
        Move("close", gettext_lazy("Close"), _OPEN, State.CLOSED, _OFFICE, checks=(_authority_knows,)),
        Move("reopen", gettext_lazy("Open again"), (State.CLOSED,), State.REPORTED, _OFFICE),
    ),
    school_id=lambda incident: incident.placement.school_id,
    timeline=lambda incident: f"placement:{incident.placement_id}",
)


@transaction.atomic
def report_incident(
    *, placement: Placement, kind: str, care: str, happened_at: datetime, place: str, what: str, person: Person,
    public_id: UUID | None = None, by: Actor, at: datetime,
) -> Incident:  # fmt: skip
    """Say that something went wrong at work; the same `public_id` again gives the report that is there.

    Raises `Refused` for a moment that has not come, or that was before the placement.
    """
    INCIDENT.must_allow("report", by)
    Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
    if public_id and (known := Incident.objects.filter(public_id=public_id, placement=placement).first()):
        return known
    incident = Incident(
        public_id=public_id or uuid4(), placement=placement, kind=kind, what=what, side=side_of(placement, by),
        person=person, at=at, state=State.REPORTED, **_facts(placement, kind, care, happened_at, place, at),
    )  # fmt: skip
    incident.save(force_insert=True)
    INCIDENT.log(incident, "report", by=by, at=at, after=State.REPORTED, details=_details(incident))
    return incident


def complete_incident(
    *, incident: Incident, care: str, happened_at: datetime, place: str, seen: int | None = None, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    """The school learns more, such as that a doctor was needed after all: the clock is set anew. `seen` is the last
    row of the log that was on the page; raises `Refused` where a colleague was first."""
    facts = _facts(incident.placement, incident.kind, care, happened_at, place, at)
    details = _details(incident) | {"care": care}
    INCIDENT.apply(incident, "complete", by=by, at=at, details=details, seen=seen, **facts)


def tell(
    *, incident: Incident, insurer_told_on: date | None, authority_told_on: date | None, seen: int | None = None,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Write down on which days insurer and authority were told; the state follows once everybody knows who has to.

    Raises `Refused` for a day that has not come or was before it happened, and where a colleague was first; `seen` is
    the last row of the log that was on the page.
    """
    happened_on, today = day_of(incident.placement, incident.happened_at), day_of(incident.placement, at)
    for told_on in filter(None, (insurer_told_on, authority_told_on)):
        if not happened_on <= told_on <= today:
            raise Refused(_("The day on which somebody was told lies between the accident and today."))
    everybody = insurer_told_on and (authority_told_on or not incident.tell_by)
    verb = "tell" if everybody and incident.state == State.REPORTED else "note"
    details = {"insurer": _iso(insurer_told_on), "authority": _iso(authority_told_on)}
    days: dict[str, Any] = {"insurer_told_on": insurer_told_on, "authority_told_on": authority_told_on}
    INCIDENT.apply(incident, verb, by=by, at=at, details=details, seen=seen, **days)


def move_incident(*, incident: Incident, verb: str, by: Actor, at: datetime) -> None:
    """Close an incident or open it again; see `INCIDENT` for what holds it open."""
    INCIDENT.apply(incident, verb, by=by, at=at)


def day_of(placement: Placement, moment: datetime) -> date:
    """The day of a moment at the workplace."""
    return moment.astimezone(ZoneInfo(zone_of(placement))).date()


def _facts(placement: Placement, kind: str, care: str, happened_at: datetime, place: str, at: datetime) -> dict:
    happened_on = day_of(placement, happened_at)
    if happened_at > at:
        raise Refused(_("This moment has not come yet. Check day and time."))
    if happened_on < placement.starts_on:
        raise Refused(_("This was before the first day of the placement. Check the day."))
    facts: dict[str, Any] = {"care": care, "happened_at": happened_at, "place": place}
    return facts | {"tell_by": tell_by(kind, care, happened_on, place_of(placement, happened_on))}


def _details(incident: Incident) -> dict:
    return {"kind": str(incident.kind), "care": str(incident.care), "tell_by": _iso(incident.tell_by)}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
