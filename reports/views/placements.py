"""The list of placements, and the page on which everything about one stands together."""

from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.models import Membership
from accounts.roles import HOST, STAFF, Role
from core.pages import paged
from employers.access import employers_visible_to
from placements.access import is_learner
from placements.burden import BUDGETS, Tier
from placements.models import Agreement, Placement
from placements.queries.appointments import next_of
from placements.queries.hosts import stop_at
from placements.queries.requests import latest_of
from placements.rules.ending import RESTORING, may_undo
from placements.workflow import PLACEMENT
from reminders.access import OFFICE
from reports import timeline
from reports.filters import wanted
from reports.item import Step
from reports.notices import notices
from reports.phases import SHOWN, Phase, badge
from reports.queries.lists import cohorts_of, coordinators_of, programmes_of, states_of, to_call
from reports.queries.placements import (
    File,
    chosen,
    file_of,
    log_of,
    placements_to_open,
    rows_of,
    signatures_of,
    tabs_for,
)
from reports.views.lists import ways_of_a_list
from reports.ways import ways


class Tab(TextChoices):
    HAPPENED = "happened", gettext_lazy("What happened")
    PLAN = "plan", gettext_lazy("Plan")
    PEOPLE = "people", gettext_lazy("People")


@require_GET
@allow(*STAFF)
def placements(request: MemberRequest) -> HttpResponse:
    viewer, filters = request.membership, wanted(request.GET)
    page = paged(request, chosen(viewer, filters))
    rows = rows_of(page)
    called = to_call(viewer, rows)
    cohorts = list(cohorts_of(viewer))
    context = {
        "title": _("Placements"),
        "page": page,
        "rows": [(placement, states_of(placement, viewer, called)) for placement in rows],
        "wanted": filters,
        "phases": [phase for phase in Phase if phase in SHOWN or phase == Phase.CANCELLED],
        "programmes": programmes_of(cohorts),
        "cohorts": cohorts,
        "coordinators": coordinators_of(viewer),
        "host": employers_visible_to(viewer).filter(public_id=filters.host).first() if filters.host else None,
        "clear": reverse("reports:placements") if filters else "",
        "plans": viewer.role == Role.COORDINATOR,
        "interrupts": viewer.role in (Role.COORDINATOR, Role.HEAD),
    }
    return render(request, "reports/placements.html", context | ways_of_a_list(request, "placements"))


@require_GET
@allow(*STAFF, Role.SAFEGUARDING, Role.STUDENT, Role.GUARDIAN, *HOST)
def placement(request: MemberRequest, public_id: UUID) -> HttpResponse:
    viewer = request.membership
    found: Any = get_object_or_404(placements_to_open(viewer), public_id=public_id)
    file = file_of(found, viewer, today=timezone.localdate())
    tab = _tab(request, viewer)
    tone, state = badge(found, viewer.role)
    budget = BUDGETS[Tier(found.tier)]
    asks_host = viewer.role == Role.COORDINATOR and found.state == Placement.State.PLANNED
    context = {
        "base": "base.html" if viewer.role in (*STAFF, Role.SAFEGUARDING) else "base_phone.html",
        "file": file,
        "placement": found,
        "tone": tone,
        "state": state,
        "crumbs": _crumbs(found, viewer),
        "tab": tab,
        "tabs": _tabs(found, viewer, tab),
        "steps": _steps(file, viewer),
        "leave": _ways_out(found, viewer),
        "ways": ways(found, viewer.role),
        "asks_host": asks_host,
        "host_request": latest_of(found) if asks_host else None,
        "notices": notices(found, role=viewer.role, is_agreed=file.is_agreed, stop=stop_at(found)),
        "is_staff": viewer.role in STAFF,
        "budget": budget,
        "over_budget": budget.is_over(found.host_seconds),
        "planned": next_of(found) if viewer.role in (*STAFF, Role.STUDENT, *HOST) else None,
        "may_see_credit": viewer.role in STAFF and found.enrolment is not None,
        "reads_letters": viewer.role in OFFICE,
        "events": [],
        "signatures": [],
    }
    return render(request, "reports/placement.html", context | _of_tab(tab, file, viewer))


def _tab(request: MemberRequest, viewer: Membership) -> Tab:
    open_tabs = tabs_for(viewer.role)
    asked = request.GET.get("tab", "")
    return Tab(asked if asked in open_tabs else open_tabs[0])


def _of_tab(tab: Tab, file: File, viewer: Membership) -> dict:
    if tab == Tab.HAPPENED:
        rows = log_of(file.placement, viewer.role)
        return {"events": timeline.events(rows, today=timezone.localdate(), role=viewer.role)}
    if tab == Tab.PEOPLE:
        return {"signatures": signatures_of(file.agreement, with_addresses=viewer.role in STAFF)}
    return {}


def _crumbs(found: Placement, viewer: Membership) -> list[tuple[str, str]]:
    if viewer.role in (Role.GUARDIAN, *HOST):
        return [(_("Today"), "/")]
    if viewer.role not in STAFF:
        return []
    course = found.enrolment.cohort.name if found.enrolment else ""
    return [(_("Placements"), reverse("reports:placements")), *([(course, "")] if course else [])]


def _tabs(found: Placement, viewer: Membership, current: Tab) -> list[dict]:
    here = reverse("reports:placement", args=[found.public_id])
    tabs = [
        {"label": Tab(name).label, "url": f"{here}?tab={name}", "current": name == current, "count": None}
        for name in tabs_for(viewer.role)
    ]
    if viewer.role != Role.SAFEGUARDING:
        url = reverse("placements:hours", args=[found.public_id])
        tabs.insert(-1, {"label": _("Hours"), "url": url, "current": False, "count": None})
    if viewer.role in (*STAFF, Role.STUDENT, *HOST):
        url = reverse("placements:contacts", args=[found.public_id])
        tabs.insert(-1, {"label": _("Contacts"), "url": url, "current": False, "count": None})
    return tabs


_WAYS_OUT = ("cancel", "break", "start_unagreed")
_ELSEWHERE = ("host_stops", "hand_on", "hand_over")


def _steps(file: File, viewer: Membership) -> list[Step]:
    """What this role may do next, from the tables of moves; the main one first."""
    found, key = file.placement, file.placement.public_id
    steps = []
    if viewer.role == Role.COORDINATOR and found.state in Placement.LIVE:
        steps += _agreement_steps(file)
    for move in PLACEMENT.open_moves(found.state, viewer.role):
        if move.verb in (*_WAYS_OUT, *_ELSEWHERE) or (move.verb == "start" and not file.is_agreed):
            continue
        url = _move_url(found, move.verb)
        if _is_due(move.verb, found):
            steps.append(Step(str(move.label), url, main=move.verb in ("start", "end", "resume", "transfer")))
    if viewer.role in STAFF and found.enrolment and file.opinion.result and file.opinion.result.proposed_minutes:
        label = _("Decide on credit") if viewer.role == Role.TEACHER else _("See the credit")
        url = reverse("credits:decision", args=[found.enrolment.public_id])
        steps.append(Step(label, url, main=viewer.role == Role.TEACHER))
    if viewer.role == Role.COORDINATOR and _is_doubted(found):
        steps.append(Step(_("Ask whether a person meant it"), reverse("placements:doubts", args=[key])))
    if is_learner(viewer, found) and found.state in Placement.BEGUN:
        steps.append(Step(_("Log a day"), reverse("placements:log", args=[key]), main=True))
    return sorted(steps, key=lambda step: not step.main)


def _is_doubted(found: Any) -> bool:
    return found.doubt_at is not None


def _is_due(verb: str, found: Any) -> bool:
    today = timezone.localdate()
    if verb in RESTORING.values():
        return _restores(found) == verb
    due = {
        "start": today >= found.starts_on,
        "start_unagreed": today >= found.starts_on and found.phase != Phase.READY,
        "end": today > found.ends_on,
        "transfer": found.enrolment_id is not None and found.end_direction != Placement.Direction.OUT,
    }
    return due.get(verb, True)


def _restores(found: Any) -> str:
    """The verb that takes the last step back, while it may be taken back."""
    if found.step_at is None or not may_undo(found.step_at, timezone.now()):
        return ""
    return RESTORING.get((found.step_verb, found.step_from, found.state), "")


def _agreement_steps(file: File) -> list[Step]:
    key = file.placement.public_id
    if file.agreement and file.agreement.state == Agreement.State.DRAFT:
        return [Step(_("Send for signing"), reverse("placements:propose", args=[key]), main=True)]
    if file.agreement and file.agreement.state in Agreement.SIGNING:
        return [Step(_("See who has signed"), f"{reverse('reports:placement', args=[key])}?tab=people")]
    return []


def _ways_out(found: Placement, viewer: Membership) -> list[Step]:
    moves = PLACEMENT.open_moves(found.state, viewer.role)
    ways = [move for move in moves if move.verb in _WAYS_OUT and _is_due(move.verb, found)]
    return [Step(f"{move.label}…", _move_url(found, move.verb)) for move in ways]


def _move_url(found: Placement, verb: str) -> str:
    if verb in ("plan", "transfer"):
        return reverse(f"placements:{verb}", args=[found.public_id])
    return reverse("placements:move", args=[found.public_id, "restore" if verb in RESTORING.values() else verb])
