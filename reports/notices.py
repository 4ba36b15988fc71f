"""What a role has to know first of a placement: short notes above its page, from facts that are already read. Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import HOST, STAFF, Role
from core.templatetags.ui import day_year
from employers.rules import Stop
from placements.models import Placement
from placements.rules.ending import is_stilled, shown_state

State = Placement.State


@dataclass(frozen=True)
class Notice:
    tone: str
    title: str
    text: str


def notices(placement: Any, *, role: str, is_agreed: bool, stop: Stop | None) -> list[Notice]:
    """The staff reads what it has to act on; the others only that it has ended or is paused, never why."""
    if role in (*STAFF, Role.SAFEGUARDING):
        return [
            *_stops(stop),
            *_is_unagreed(placement, is_agreed),
            *_is_unlawful(placement),
            *_is_doubted(placement),
            *_is_still(placement, role),
            *_came_after(placement, role),
        ]
    return _told(placement, role)


def _stops(stop: Stop | None) -> list[Notice]:
    if stop is None:
        return []
    text = {
        Stop.CLOSED: _("Open hours and the closing feedback are asked for now. Find another host."),
        Stop.NOT_APPROVED: _("Open hours and the closing feedback are asked for now. Find another host."),
        Stop.SUSPENDED: _("No new placement at this host for now."),
    }[stop]
    return [Notice("warn", str(stop.label), text)]


def _is_unagreed(placement: Any, is_agreed: bool) -> list[Notice]:
    if placement.unagreed_since is None or is_agreed or placement.state not in Placement.BEGUN:
        return []
    words = {"day": day_year(placement.unagreed_since)}
    text = _("Work began on %(day)s without an agreement. An accident may not be insured, and hours may not count.")
    return [Notice("bad", _("Not everybody has signed"), text % words)]


def _is_unlawful(placement: Any) -> list[Notice]:
    if placement.state != State.BROKEN or not placement.step_unlawful:
        return []
    text = _("The host gave a reason for which nobody may be sent away. Talk with the host and with the student.")
    return [Notice("bad", _("Look at the reason of this end"), text)]


def _is_doubted(placement: Any) -> list[Notice]:
    if placement.doubt_at is None:
        return []
    words = {"day": day_year(placement.doubt_at)}
    text = _("An answer of %(day)s came within two seconds. It earns no credit until somebody says that it was meant.")
    return [Notice("warn", _("A program may have pressed"), text % words)]


def _is_still(placement: Any, role: str) -> list[Notice]:
    """That it is personal is told only to those who may read why."""
    if not is_stilled(placement) or role == Role.TEACHER:
        return []
    return [
        Notice("info", _("Personal reason"), _("All links and letters have stopped. Others see that it is paused."))
    ]


def _came_after(placement: Any, role: str) -> list[Notice]:
    """What the student said long after the end: for those who lead alone."""
    said = getattr(placement, "follow_up", None)
    if said is None or role not in (Role.COORDINATOR, Role.HEAD):
        return []
    text = said.get_outcome_display() if said.outcome else _("The student does not want to be asked.")
    return [Notice("info", _("What came after"), text)]


def _told(placement: Any, role: str) -> list[Notice]:
    if shown_state(placement, role) == State.PAUSED:
        return [Notice("info", _("Paused"), _("There is nothing to do now. All hours stay."))]
    if placement.state != State.BROKEN:
        return []
    words = {"day": day_year(placement.ends_on)}
    text = _("This placement ended on %(day)s. The hours stay.")
    if role == Role.STUDENT:
        text = _("This placement ended on %(day)s. Your hours stay.")
    if role in HOST:
        text = _("This placement ended on %(day)s. Thank you for what you have done.")
    return [Notice("info", _("Ended"), text % words)]
