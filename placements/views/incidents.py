"""Incidents: reported by learner, host or staff on one short page; followed up by coordinator and head on another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, actor_of, allow, person_of
from accounts.models import Person
from accounts.roles import STAFF, Role
from core.forms import look_again
from core.pages import data_of, paged, status_of
from core.workflow import Actor, Refused
from placements.access import hosted_behind, incidents_visible_to, visible_to
from placements.accident_clocks import emergency_number
from placements.doors import Door
from placements.forms.incidents import CompleteForm, IncidentForm, ToldForm, complete_form, told_form
from placements.models import Incident, Placement
from placements.queries.incidents import incidents, lines_for, report_of, site_on
from placements.queries.plans import zone_of
from placements.views.codes import has_proved, sensitive
from placements.views.doors import through_account, through_link
from placements.views.plans import crumbs, page_of
from placements.workflow.incidents import INCIDENT, complete_incident, move_incident, report_incident, tell

TONES = {Incident.State.REPORTED: "warn", Incident.State.TOLD: "info", Incident.State.CLOSED: "quiet"}
_MOVES = ("close", "reopen")


@dataclass(frozen=True)
class Reporter:
    """Who reports, and how the page looks to them. `words_url`: where the own words wait behind a code."""

    person: Person
    actor: Actor
    back: str
    base: str = "base_phone.html"
    crumbs: tuple[tuple[str, str], ...] = ()
    school_name: str = ""
    words_url: str = ""


# ── Reporting ────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.STUDENT, *STAFF)
def incident_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    rows = visible_to(request.membership).select_related("learner", "school")
    placement = get_object_or_404(rows, public_id=public_id)
    at_desk = request.membership.role in STAFF
    reporter = Reporter(
        person=person_of(request.membership),
        actor=actor_of(request.membership),
        back=page_of(placement) if at_desk else "/",
        base="base.html" if at_desk else "base_phone.html",
        crumbs=tuple(crumbs((placement.learner.full_name, page_of(placement)))) if at_desk else (),
    )
    return _report(request, placement, reporter)


def host_new(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """Reporting asks for no code, as it is urgent; the words that were sent are read again only with one."""
    placement = get_object_or_404(hosted_behind(door).select_related("learner", "school"), public_id=public_id)
    is_known = door.link is None or has_proved(request, door.link)
    reporter = Reporter(
        person=door.person,
        actor=door.actor,
        back=door.home,
        school_name=placement.school.name,
        words_url="" if is_known else door.url("incident_words", public_id),
    )
    return _report(request, placement, reporter)


def host_words(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """Behind the code: the page of reporting, now with the own words."""
    return redirect(door.url("incident", public_id))


def _report(request: HttpRequest, placement: Placement, reporter: Reporter) -> HttpResponse:
    today = timezone.localdate()
    site = site_on(placement, today)
    zone = site.time_zone if site else placement.school.time_zone
    form = IncidentForm(data_of(request), zone=zone, moment=timezone.now())
    if form.is_valid() and _done(form, report_incident, placement=placement, **form.values, **_who(reporter)):
        messages.success(request, _("The school has your report and will call you. You need not do anything else."))
        return redirect(request.path)
    context = {
        "form": form,
        "placement": placement,
        "reporter": reporter,
        "lines": lines_for(placement, reporter.person),
        "number": emergency_number(site.country if site else placement.school.country),
        "zone": ZoneInfo(zone),
    }
    return render(request, "placements/incident_new.html", context, status=status_of(form))


def _who(reporter: Reporter) -> dict[str, Any]:
    return {"person": reporter.person, "by": reporter.actor, "at": timezone.now()}


# ── Following up ─────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@allow(Role.COORDINATOR, Role.HEAD)
def incident_list(request: MemberRequest) -> HttpResponse:
    show_all = request.GET.get("show") == "all"
    page = paged(request, incidents(request.membership, show_all=show_all))
    rows = [(row, TONES[Incident.State(row.state)]) for row in page]
    return render(request, "placements/incidents.html", {"page": page, "rows": rows, "show_all": show_all})


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.HEAD)
def incident(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What an insurer or an authority asks for, who was told, and the end of it."""
    rows = incidents_visible_to(request.membership).select_related(
        "person", "placement__learner", "placement__school", "placement__employer", "placement__enrolment__student"
    )
    found = get_object_or_404(rows, public_id=public_id)
    zone = zone_of(found.placement)
    step = request.POST.get("step", "")
    seen = INCIDENT.seen(found)
    complete = complete_form(found, zone, seen, request.POST if step == "complete" else None)
    told = told_form(found, seen, request.POST if step == "told" else None)
    if request.method == "POST" and _followed(request, found, step, complete, told):
        return redirect("placements:incident", public_id)
    context = {
        "incident": found,
        "report": report_of(found, found.happened_at.astimezone(ZoneInfo(zone)).date()),
        "zone": ZoneInfo(zone),
        "tone": TONES[Incident.State(found.state)],
        "moves": [move for move in INCIDENT.open_moves(found.state, request.membership.role) if move.verb in _MOVES],
        "is_open": found.state != Incident.State.CLOSED,
        "complete": complete,
        "told": told,
        "crumbs": [(_("Incidents"), reverse("placements:incidents"))],
        "page_url": page_of(found.placement),
    }
    return render(request, "placements/incident.html", context, status=status_of(complete, told))


def _followed(request: MemberRequest, found: Incident, step: str, complete: CompleteForm, told: ToldForm) -> bool:
    """Whether the step was made; a refusal of a form stands in the form, another one above the page."""
    if step == "complete":
        return complete.is_valid() and _stored(request, complete, complete_incident, found, complete.values)
    if step == "told":
        return told.is_valid() and _stored(request, told, tell, found, told.cleaned_data)
    try:
        if step in _MOVES:
            move_incident(incident=found, verb=step, **acting(request))
        else:
            messages.error(request, _("Choose one of the buttons."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return True


def _stored(
    request: MemberRequest, form: CompleteForm | ToldForm, verb: Callable[..., Any], found: Incident, said: dict
) -> bool:
    """As `_done`; what the page shows by now counts as seen when the form is sent again."""
    stored = _done(form, verb, incident=found, **said, **acting(request))
    if not stored:
        look_again(form, form.initial["seen"])
    return stored


def _done(form: Any, verb: Callable[..., Any], **said: Any) -> bool:
    try:
        verb(**said)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


link_incident = require_http_methods(["GET", "POST"])(through_link(host_new))
host_incident = require_http_methods(["GET", "POST"])(through_account(host_new))
link_incident_words = require_http_methods(["GET", "POST"])(through_link(sensitive(host_words)))
