"""What a host sets itself, for all schools: limits, quiet months, a pause, a goodbye. Students who are there stay."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Capacity, Employer
from employers.queries import as_wishes
from employers.rules import Wishes

_HOST = frozenset(HOST)
CAPACITY = Workflow(
    noun="capacity",
    moves=(
        Move("set", gettext_lazy("Set our limits"), (), None, _HOST),
        Move("leave", gettext_lazy("Take no students any more"), (), None, _HOST),
        Move("come_back", gettext_lazy("Take students again"), (), None, _HOST),
    ),
    # As a supervisor: it holds for every school, so the row belongs to none.
    school_id=lambda capacity: None,
)


@transaction.atomic
def set_limits(
    *, employer: Employer, wishes: Wishes, seen: datetime | None, person: Person, by: Actor, at: datetime
) -> bool:
    """Store what the host wishes, but for whether it has left; whether that was new. `seen` is when the form's values
    were set.

    Raises `Refused` when somebody else has changed them since.
    """
    CAPACITY.must_allow("set", by)
    capacity, known = _held(employer, at)
    before = as_wishes(capacity) if known else Wishes()
    wishes = replace(wishes, left_on=before.left_on)
    if wishes == before:
        return False
    if (capacity.at if known else None) != seen:
        raise Refused(_("Somebody has changed this in the meantime. Look at it again."))
    _store(capacity, "set", wishes, _changes(before, wishes), person=person, by=by, at=at)
    return True


@transaction.atomic
def leave(*, employer: Employer, on: date, person: Person, by: Actor, at: datetime) -> None:
    """The host takes no new students since this day; said again, the first day stays."""
    CAPACITY.must_allow("leave", by)
    capacity, _known = _held(employer, at)
    if capacity.left_on is None:
        wishes = replace(as_wishes(capacity), left_on=on)
        _store(capacity, "leave", wishes, {"left_on": on.isoformat()}, person=person, by=by, at=at)


@transaction.atomic
def come_back(*, employer: Employer, person: Person, by: Actor, at: datetime) -> None:
    """The host takes students again, with the limits that it had."""
    CAPACITY.must_allow("come_back", by)
    capacity, _known = _held(employer, at)
    if capacity.left_on:
        wishes = replace(as_wishes(capacity), left_on=None)
        _store(capacity, "come_back", wishes, {}, person=person, by=by, at=at)


def _held(employer: Employer, at: datetime) -> tuple[Capacity, bool]:
    """The locked row of a firm and whether it was there; two first answers at one moment wait for each other."""
    Employer.objects.select_for_update(no_key=True, of=("self",)).get(pk=employer.pk)
    known = Capacity.objects.select_for_update(of=("self",)).filter(employer=employer).first()
    return known or Capacity(employer=employer, at=at), known is not None


def _store(
    capacity: Capacity, verb: str, wishes: Wishes, details: dict[str, Any], *, person: Person, by: Actor, at: datetime
) -> None:
    capacity.at_once, capacity.a_year = wishes.at_once, wishes.a_year
    capacity.quiet_months = sorted(wishes.quiet_months)
    capacity.paused_until, capacity.left_on = wishes.paused_until, wishes.left_on
    capacity.person, capacity.at = person, at
    capacity.save()
    CAPACITY.log(capacity, verb, by=by, at=at, details=details)


def _changes(before: Wishes, after: Wishes) -> dict[str, Any]:
    """What is another value than before, as the log keeps it."""
    values = {
        "at_once": after.at_once,
        "a_year": after.a_year,
        "quiet_months": sorted(after.quiet_months),
        "paused_until": after.paused_until.isoformat() if after.paused_until else None,
    }
    return {name: value for name, value in values.items() if getattr(before, name) != getattr(after, name)}
