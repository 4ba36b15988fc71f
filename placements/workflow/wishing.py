"""What students say themselves of the place that they look for; the school may say it for them (matching.py)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Employer
from placements.models import Wish, WishedHost
from schools.models import Enrolment

FIRMS = 5
"""So many firms a student may name."""
_KEPT = timedelta(days=365)
_STUDENT = frozenset({Role.STUDENT})
WISHES = Workflow(
    noun="wish",
    moves=(
        Move("tell", gettext_lazy("Tell what I wish and need"), (), None, _STUDENT),
        Move("choose", gettext_lazy("Name a firm"), (), None, _STUDENT),
        Move("prefer", gettext_lazy("Put a firm first"), (), None, _STUDENT),
        Move("drop", gettext_lazy("Take a firm away"), (), None, _STUDENT),
    ),
    school_id=lambda wish: wish.enrolment.student.school_id,
)


@dataclass(frozen=True)
class Wishes:
    """What a student wishes; a position is in degrees, `hosts` are firms, the most wanted first."""

    position: tuple[float, float] | None = None
    most_km: int | None = None
    languages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    hosts: tuple[Employer, ...] = ()


@transaction.atomic
def tell_wishes(*, enrolment: Enrolment, wishes: Wishes, agrees: bool, by: Actor, at: datetime) -> Wish:
    """What the student wishes and needs, in place of what was known; the firms have verbs of their own.

    Raises `Refused` when there are needs and the student does not agree that the school reads them.
    """
    WISHES.must_allow("tell", by)
    if wishes.needs and not agrees:
        raise Refused(_("Your school may read what you need only if you agree. Tick the box, or take the needs away."))
    agreed_at = at if wishes.needs else None
    wish = _told(enrolment, at=at, agreed_at=agreed_at, **_values(wishes))
    WISHES.log(wish, "tell", by=by, at=at, details={"needs": len(wishes.needs), "agrees": bool(agreed_at)})
    return wish


@transaction.atomic
def choose_firm(*, enrolment: Enrolment, employer: Employer, by: Actor, at: datetime) -> None:
    """One more firm that the student would like, after those that are there; named again it stays where it is.

    Raises `Refused` when there are as many as there may be.
    """
    WISHES.must_allow("choose", by)
    wish = _told(enrolment, at=at)
    firms = _firms(wish)
    if employer.pk in firms:
        return
    if len(firms) >= FIRMS:
        raise Refused(_("You have named %(number)s firms. Take one away first.") % {"number": FIRMS})
    _keep_firms(wish, [*firms, employer.pk])
    WISHES.log(wish, "choose", by=by, at=at, details={"employer": employer.pk})


@transaction.atomic
def prefer_firm(*, enrolment: Enrolment, employer: Employer, by: Actor, at: datetime) -> None:
    """Of the firms that the student named, this one comes first now."""
    WISHES.must_allow("prefer", by)
    wish = _told(enrolment, at=at)
    firms = _firms(wish)
    if employer.pk in firms[1:]:
        _keep_firms(wish, [employer.pk, *(firm for firm in firms if firm != employer.pk)])
        WISHES.log(wish, "prefer", by=by, at=at, details={"employer": employer.pk})


@transaction.atomic
def drop_firm(*, enrolment: Enrolment, employer: Employer, by: Actor, at: datetime) -> None:
    """The student would not like this firm any more."""
    WISHES.must_allow("drop", by)
    wish = _told(enrolment, at=at)
    firms = _firms(wish)
    if employer.pk in firms:
        _keep_firms(wish, [firm for firm in firms if firm != employer.pk])
        WISHES.log(wish, "drop", by=by, at=at, details={"employer": employer.pk})


def keep_wishes(enrolment: Enrolment, wishes: Wishes, *, at: datetime, retain_until: date) -> Wish:
    """All wishes as the school writes them down, the firms too."""
    values = {**_values(wishes), "at": at, "retain_until": retain_until}
    wish, _new = Wish.objects.update_or_create(enrolment=enrolment, defaults=values)
    _keep_firms(wish, dict.fromkeys(host.pk for host in wishes.hosts))
    return wish


def _told(enrolment: Enrolment, *, at: datetime, **values: Any) -> Wish:
    """The locked row, said by the student now; two taps at one moment wait for each other."""
    Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
    said = {**values, "told_at": at, "at": at, "retain_until": timezone.localdate(at) + _KEPT}
    wish, _new = Wish.objects.update_or_create(enrolment=enrolment, defaults=said)
    return wish


def _values(wishes: Wishes) -> dict[str, Any]:
    """A position is kept to about a kilometre."""
    north, east = wishes.position or (None, None)
    return {
        "latitude": None if north is None else round(north, 2),
        "longitude": None if east is None else round(east, 2),
        "most_km": wishes.most_km,
        "languages": list(wishes.languages),
        "needs": list(wishes.needs),
    }


def _firms(wish: Wish) -> list[int]:
    return list(wish.hosts.order_by("position").values_list("employer", flat=True))


def _keep_firms(wish: Wish, firms: Collection[int]) -> None:
    wish.hosts.all().delete()
    WishedHost.objects.bulk_create(
        WishedHost(wish=wish, employer_id=firm, position=place) for place, firm in enumerate(firms, 1)
    )
