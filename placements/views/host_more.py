"""What stands below a host's weeks under "More": help, a day that is missing, the plan, limits and offers, not me."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.roles import Role
from placements.access import firms_behind
from placements.doors import Door
from placements.models import Placement
from placements.queries.hours import Week
from placements.rules.marks import start_is_open
from placements.workflow.handing_over import may_say_not_me


@dataclass(frozen=True)
class Row:
    """One student with the addresses of what may be done; empty where the placement has not begun, or it is not so."""

    placement: Placement
    plan_url: str
    day_url: str = ""
    absence_url: str = ""
    missing_url: str = ""
    help_url: str = ""
    skills_url: str = ""


@dataclass(frozen=True)
class More:
    rows: list[Row]
    offers_url: str
    limits_url: str
    forward_url: str
    not_me_url: str
    helpers: list[str]

    @property
    def only(self) -> Row | None:
        """The one student of a host who has no other: nothing needs to be unfolded."""
        return self.rows[0] if len(self.rows) == 1 else None

    @property
    def begun(self) -> list[Row]:
        return [row for row in self.rows if row.help_url]


def more_of(door: Door, here: Sequence[Placement], weeks: Iterable[Week]) -> More:
    """`here` are the students of now and those who come soon; one query only where there are none."""
    has_firm = _has_firm(door, here)
    return More(
        rows=[_row(door, one) for one in here if one.state in Placement.LIVE],
        offers_url=door.near("offers") if has_firm else "",
        limits_url=door.near("capacity") if has_firm else "",
        forward_url=door.url("forward") if door.link else "",
        not_me_url=door.url("not_me") if door.link and may_say_not_me(door.link) else "",
        helpers=_helpers(weeks),
    )


def _has_firm(door: Door, here: Sequence[Placement]) -> bool:
    """A workshop of a school belongs to no firm, which then sets and offers nothing."""
    if door.actor.role == Role.OWNER:
        return True
    return any(one.employer_id for one in here) if here else firms_behind(door).exists()


def _row(door: Door, placement: Placement) -> Row:
    key = placement.public_id
    if placement.state not in Placement.BEGUN:
        return Row(placement, door.near("plan", key))
    return Row(
        placement,
        plan_url=door.near("plan", key),
        day_url=door.near("day", key),
        absence_url=door.near("absence", key),
        missing_url=door.near("missing", key, app="credits"),
        help_url=door.near("concern", key),
        skills_url=door.near("skills", key) if _is_new(placement) else "",
    )


def _is_new(placement: Placement) -> bool:
    """The host may mark the skills now, to see at the end what has changed; nobody asks for it."""
    is_students = placement.purpose == Placement.Purpose.STUDENT
    return is_students and start_is_open(placement.starts_on, placement.ends_on, timezone.localdate())


def _helpers(weeks: Iterable[Week]) -> list[str]:
    """The addresses of the coordinators of these students."""
    people = {week.placement.coordinator for week in weeks if week.placement.coordinator}
    return sorted({person.user.email for person in people if person.user})
