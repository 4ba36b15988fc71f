"""The clock of a host's forms, around every view behind a door: drawn into each form, read when one is sent.

A page that is only read counts nothing; its time counts with the form that is sent from it, accepted or refused.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Link
from accounts.roles import Role
from core.workflow import Actor
from placements.doors import Door
from placements.host_clock import FIELD, IDLE_FIELD, is_too_fast, read, wind
from placements.queries.host_time import meant
from placements.workflow.host_time import record_host_time

_CSRF = b'<input type="hidden" name="csrfmiddlewaretoken"'
_SCREEN_OF_LINK: dict[str | None, str] = {
    Link.Purpose.SIGN: "sign",
    Link.Purpose.CONFIRM: "home",
    Link.Purpose.FEEDBACK: "closing",
    Link.Purpose.REQUEST: "request",
}

log = structlog.get_logger(__name__)


def timed(request: HttpRequest, door: Door, answer: Callable[[], HttpResponse], named: dict[str, Any]) -> HttpResponse:
    """Answer, count the time of the form that was sent, and start the clock of the forms of the answer."""
    sent_at, screen = timezone.now(), _screen(request, door)
    request.clock = True  # type: ignore[attr-defined]  # the page loads what counts idle time
    response = answer()
    if request.method == "POST" and (response.status_code < 400 or response.status_code == 422):
        _count(request, door, screen, named, sent_at)
    return _started(response, wind(screen, door.person, at=timezone.now()))


def is_in_doubt(request: HttpRequest, door: Door) -> bool:
    """Whether a program that follows every link of a mail may have pressed; nobody who has signed in is doubted."""
    if door.link is None:
        return False
    return is_too_fast(read(request.POST.get(FIELD, ""), "", door.person, at=timezone.now()))


def _screen(request: HttpRequest, door: Door) -> str:
    """The screen by its name, the same by link and signed in."""
    match = request.resolver_match
    name = (match.url_name if match else None) or ""
    if name == "link":
        return _SCREEN_OF_LINK[door.purpose]
    return "home" if name == "host" else name.removeprefix("link_").removeprefix("host_")


def _count(request: HttpRequest, door: Door, screen: str, named: dict[str, Any], at: datetime) -> None:
    """Whatever is wrong with the clock, the answer of the host stands."""
    reading = read(request.POST.get(FIELD, ""), request.POST.get(IDLE_FIELD, ""), door.person, at=at)
    if reading is None:
        return
    public_id: UUID | None = named.get("public_id")
    week: date | None = named.get("week_starts_on")
    try:
        placements = meant(door, screen, public_id, week)
        record_host_time(placements=placements, person=door.person, reading=reading, by=_host(door), at=at)
    except DatabaseError as error:
        log.error("host_time_not_stored", error=type(error).__name__)


def _host(door: Door) -> Actor:
    """Behind a link to sign the role is open: `meant` has found placements only where the host signs."""
    if door.purpose == Link.Purpose.SIGN:
        return Actor(kind=door.actor.kind, id=door.actor.id, role=Role.SUPERVISOR)
    return door.actor


def _started(response: HttpResponse, clock: str) -> HttpResponse:
    """Write the clock into each form of the page itself, where its own hidden field stands: no template forgets it."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return response
    page, end, foot = response.content.partition(b"</main>")
    field = f'<input type="hidden" name="{FIELD}" value="{clock}">'.encode()
    response.content = page.replace(_CSRF, field + _CSRF) + end + foot
    return response
