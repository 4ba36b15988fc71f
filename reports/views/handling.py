"""One item of the coordinator's day: take it, give it away, let it rest, write a note."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.models import Person
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import visible_to
from placements.models import Placement
from reports.access import coordinators_visible_to
from reports.clusters import Cluster, seen_of
from reports.forms import HandlingForm
from reports.handled import may_rest
from reports.item import Kind
from reports.queries.handling import cluster_of, history, last_event
from reports.workflow import Overtaken, Wish, handle_all


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.COORDINATOR)
def handling(request: MemberRequest, public_id: UUID, kind: str) -> HttpResponse:
    """What was typed stays on the page where a colleague was faster, or where nothing waits any more."""
    placement = _placement(request, public_id, kind)
    found = cluster_of(request.membership, placement, kind, today=timezone.localdate())
    if found is None:
        return _gone(request, placement, kind)
    form = HandlingForm(data_of(request), **_shown(request, found))
    if form.is_valid():
        try:
            _handle(request, kind, form.cleaned_data["seen"], form.wish)
        except Overtaken as told:
            form = _once_more(request, found, str(told))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your day has it as you said."))
            return redirect("reports:home")
    context = {
        "found": found,
        "task": found.first,
        "form": form,
        "history": history(request.membership, placement, kind),
    }
    return render(request, "reports/handling.html", context, status=status_of(form))


@require_POST
@allow(Role.COORDINATOR)
def take(request: MemberRequest, public_id: UUID, kind: str) -> HttpResponse:
    """One press: it is mine from now on. Who was faster is named."""
    placement = _placement(request, public_id, kind)
    found = cluster_of(request.membership, placement, kind, today=timezone.localdate())
    if found is None:
        messages.info(request, _nothing_waits(request, placement))
    else:
        wish = Wish(_me(request), found.first.rests_until, found.first.note)
        try:
            _handle(request, kind, request.POST.get("seen", ""), wish)
            messages.success(request, _("It is on your day now."))
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("reports:home")


def _me(request: MemberRequest) -> Person:
    return person_of(request.membership)


def _placement(request: MemberRequest, public_id: UUID, kind: str) -> Placement:
    if kind not in Kind.values:
        raise Http404
    rows = visible_to(request.membership).select_related("learner", "employer", "coordinator")
    return get_object_or_404(rows, public_id=public_id)


def _shown(request: MemberRequest, found: Cluster) -> dict:
    task = found.first
    coordinators = coordinators_visible_to(request.membership)
    owner = next((one.public_id for one in coordinators if one.pk == task.owner_id), _me(request).public_id)
    initial = {"owner": owner, "rests_until": task.rests_until, "note": task.note, "seen": found.seen}
    return {"coordinators": coordinators, "may_rest": may_rest(task.item), "initial": initial}


def _handle(request: MemberRequest, kind: str, seen: str, wish: Wish) -> None:
    """What was on the page is handled, and nothing that came to it since."""
    versions = seen_of(seen)
    placements = visible_to(request.membership).filter(public_id__in=versions)
    wishes = {one: (versions[one.public_id], wish) for one in placements}
    if not wishes:
        raise Refused(_("Choose one of the buttons."))
    handle_all(wishes=wishes, kind=kind, person=_me(request), **acting(request))


def _once_more(request: MemberRequest, found: Cluster, told: str) -> HandlingForm:
    """The same words beside what the colleague did: pressed again, they are stored knowingly."""
    data = request.POST.copy()
    data["seen"] = found.seen
    form = HandlingForm(data, **_shown(request, found))
    form.add_error(None, told)
    return form


def _gone(request: MemberRequest, placement: Placement, kind: str) -> HttpResponse:
    context = {
        "placement": placement,
        "what": Kind(kind).label,
        "last": last_event(request.membership, placement),
        "note": request.POST.get("note", ""),
    }
    return render(request, "reports/handling_gone.html", context, status=422 if request.method == "POST" else 200)


def _nothing_waits(request: MemberRequest, placement: Placement) -> str:
    last = last_event(request.membership, placement)
    told = _("Nobody has to do this any more.")
    return f"{told} {last.when}: {last.text} ({last.by})" if last else told
