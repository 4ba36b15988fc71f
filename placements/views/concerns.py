"""A host asks for a call or would like to end a placement; coordinator and head talk and write down what came of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from placements.access import concerns_visible_to, hosted_behind
from placements.doors import Door
from placements.forms.concerns import EndForm, TalkedForm
from placements.models import Concern, Placement
from placements.queries.concerns import asked_by, concerns, talks_of
from placements.views.codes import sensitive
from placements.views.doors import through_account, through_link
from placements.views.plans import page_of
from placements.workflow.concerns import CONCERN, ask_school, move_concern

TONES = {Concern.State.OPEN: "warn", Concern.State.TALKED: "info", Concern.State.CLOSED: "quiet"}
TITLES = {
    Concern.Kind.HELP: gettext_lazy("The host asks for a call"),
    Concern.Kind.END: gettext_lazy("The host would like to end it"),
}
_MOVES = ("close", "reopen")


# ── For the host ─────────────────────────────────────────────────────────────────────────────────────────────────────


def host_ask(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """One tap and the school calls; it can be taken back until then."""
    placement = _hosted(door, public_id)
    if request.method == "POST":
        return _asked(request, door, placement)
    asked = asked_by(placement, door.person)
    waiting = [row for row in asked if row.state == Concern.State.OPEN]
    context = {
        "placement": placement,
        "asked": asked,
        "caller": placement.coordinator,
        "is_open": placement.state in Placement.LIVE,
        "waits": bool(waiting),
        "ends": any(row.kind == Concern.Kind.END for row in waiting),
        "end_url": door.url("concern_end", public_id),
        "home": door.home,
        "school_name": placement.school.name,
    }
    return render(request, "placements/concern_new.html", context)


def host_end(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """Why the host would like to end it; nothing ends by this page."""
    placement = _hosted(door, public_id)
    form = EndForm(data_of(request))
    end = Concern.Kind.END
    if form.is_valid() and _done(form, ask_school, placement=placement, kind=end, **form.cleaned_data, **_who(door)):
        messages.success(request, _("The school knows and will call you. Until then nothing changes."))
        return redirect(door.url("concern", public_id))
    context = {
        "form": form,
        "placement": placement,
        "back": door.url("concern", public_id),
        "school_name": placement.school.name,
    }
    return render(request, "placements/concern_end.html", context, status=status_of(form))


def _hosted(door: Door, public_id: UUID) -> Placement:
    rows = hosted_behind(door).select_related("learner", "school", "coordinator")
    return get_object_or_404(rows, public_id=public_id)


def _asked(request: HttpRequest, door: Door, placement: Placement) -> HttpResponse:
    try:
        if "take_back" in request.POST:
            _take_back(door, placement)
        else:
            ask_school(placement=placement, kind=Concern.Kind.HELP, **_who(door))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(door.url("concern", placement.public_id))


def _take_back(door: Door, placement: Placement) -> None:
    """Whatever of this person still waits for the school."""
    for row in asked_by(placement, door.person):
        if row.state == Concern.State.OPEN:
            move_concern(concern=row, verb="take_back", by=door.actor, at=timezone.now())


def _who(door: Door) -> dict[str, Any]:
    return {"person": door.person, "by": door.actor, "at": timezone.now()}


# ── For coordinator and head ─────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@allow(Role.COORDINATOR, Role.HEAD)
def concern_list(request: MemberRequest) -> HttpResponse:
    show_all = request.GET.get("show") == "all"
    page = paged(request, concerns(request.membership, show_all=show_all))
    rows = [
        (row, TITLES[Concern.Kind(row.kind)], TONES[Concern.State(row.state)], row.category in Concern.UNLAWFUL)
        for row in page
    ]
    return render(request, "placements/concerns.html", {"page": page, "rows": rows, "show_all": show_all})


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.COORDINATOR, Role.HEAD)
def concern(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What the host asks for, and whether it gives a reason for which nobody may be sent away."""
    rows = concerns_visible_to(request.membership).select_related(
        "person", "placement__learner", "placement__school", "placement__employer"
    )
    found = get_object_or_404(rows, public_id=public_id)
    step = request.POST.get("step", "")
    form = TalkedForm(request.POST if step == "talk" else None)
    if request.method == "POST" and _followed(request, found, step, form):
        return redirect("placements:concern", public_id)
    context = {
        "concern": found,
        "what": TITLES[Concern.Kind(found.kind)],
        "tone": TONES[Concern.State(found.state)],
        "is_unlawful": found.category in Concern.UNLAWFUL,
        "form": form,
        "talks": talks_of(found),
        "moves": [move for move in CONCERN.open_moves(found.state, request.membership.role) if move.verb in _MOVES],
        "crumbs": [(_("What hosts ask for"), reverse("placements:concerns"))],
        "page_url": page_of(found.placement),
    }
    return render(request, "placements/concern.html", context, status=status_of(form))


def _followed(request: MemberRequest, found: Concern, step: str, form: TalkedForm) -> bool:
    """Whether the step was made; a refusal of the form stands in the form, another one above the page."""
    if step == "talk":
        said = {"verb": "talk", **form.cleaned_data} if form.is_valid() else {}
        return bool(said) and _done(form, move_concern, concern=found, **said, **acting(request))
    try:
        if step in _MOVES:
            move_concern(concern=found, verb=step, **acting(request))
        else:
            messages.error(request, _("Choose one of the buttons."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return True


def _done(form: Any, verb: Callable[..., Any], /, **said: Any) -> bool:
    try:
        verb(**said)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


link_concern = require_http_methods(["GET", "POST"])(through_link(host_ask))
host_concern = require_http_methods(["GET", "POST"])(through_account(host_ask))
link_concern_end = require_http_methods(["GET", "POST"])(through_link(sensitive(host_end)))
host_concern_end = require_http_methods(["GET", "POST"])(through_account(host_end))
