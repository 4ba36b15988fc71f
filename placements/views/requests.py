"""A request for a place: the coordinator asks, the host answers by link or signed in with one button or two."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, actor_of, allow
from accounts.models import Link
from accounts.roles import HOST, Role
from core.pages import data_of, paged, status_of
from core.workflow import Actor, Refused
from employers.models import Site
from placements.access import requests_visible_to, visible_to
from placements.doors import Door
from placements.forms.requests import AskForm, DeclineForm
from placements.models import Doubt, HostRequest, Placement
from placements.queries import requests as queries
from placements.queries.places import approaches_to
from placements.rules.requesting import UNDO, may_undo
from placements.views.clock import is_in_doubt
from placements.views.doors import through_link, timed_for_hosts
from placements.views.plans import crumbs, page_of
from placements.workflow import requesting

State = HostRequest.State

# ── The coordinator asks ─────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask somebody at the host of the placement, or at the `site` in the address; with `other` the hosts are shown."""
    placement = _planned(request, public_id)
    if "other" in request.GET:
        return _choose_host(request, placement)
    site = _site(request, placement)
    people = queries.people_to_ask(site, timezone.localdate()) if site else []
    only = {"person": people[0].person_id} if len(people) == 1 else {}
    form = AskForm(data_of(request), people=people, initial=only)
    if site and form.is_valid() and _asked(request, form, placement, site):
        messages.success(request, _("The letter goes out within a few minutes."))
        return redirect(page_of(placement))
    here = reverse("placements:request_new", args=[placement.public_id])
    context = {
        "placement": placement,
        "site": site,
        "form": form,
        "approaches": approaches_to(site.employer, request.membership, timezone.now())
        if site and site.employer
        else None,
        "other": f"{here}?other=1",
        "back": page_of(placement),
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
    }
    return render(request, "placements/request_new.html", context, status=status_of(form))


def _planned(request: MemberRequest, public_id: UUID) -> Placement:
    found = visible_to(request.membership).filter(state=Placement.State.PLANNED).select_related("learner", "school")
    return get_object_or_404(found, public_id=public_id)


def _site(request: MemberRequest, placement: Placement) -> Site | None:
    """The host that was chosen, else the one at which the placement is planned; a workshop is not asked."""
    if not (key := request.GET.get("site")):
        site = queries.site_of(placement)
        return site if site and site.employer else None
    try:
        chosen = UUID(key)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(queries.askable_sites(request.membership).select_related("employer"), public_id=chosen)


def _choose_host(request: MemberRequest, placement: Placement) -> HttpResponse:
    q = request.GET.get("q", "")
    here = reverse("placements:request_new", args=[placement.public_id])
    context = {
        "placement": placement,
        "page": paged(request, queries.hosts_to_ask(request.membership, q)),
        "q": q,
        "here": here,
        "crumbs": crumbs((placement.learner.full_name, page_of(placement)), (_("Ask a host"), here)),
    }
    return render(request, "placements/request_place.html", context)


def _asked(request: MemberRequest, form: AskForm, placement: Placement, site: Site) -> bool:
    person = form.people[form.cleaned_data["person"]]
    try:
        requesting.ask(placement=placement, site=site, person=person, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_POST
@allow(Role.COORDINATOR)
def take_back(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = _request(requests_visible_to(request.membership), public_id=public_id)
    try:
        requesting.take_back(request=found, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The request is taken back. The host needs no answer any more."))
    return redirect(page_of(found.placement))


# ── The host answers ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Answering:
    """Who answers which request, and the addresses of the answers."""

    request: HostRequest
    actor: Actor
    url: str
    decline_url: str
    undo_url: str
    settle_url: str
    in_doubt: bool
    limits_url: str
    forward_url: str = ""


def behind(request: HttpRequest, door: Door) -> Answering:
    """The request that a link was sent for; a link that was handed on reaches the same one."""
    if door.purpose != Link.Purpose.REQUEST:
        raise Http404
    return Answering(
        request=_request(HostRequest.objects.all(), pk=door.subject_id),
        actor=door.actor,
        url=door.home,
        decline_url=door.url("request_decline"),
        undo_url=door.url("request_undo"),
        settle_url=door.url("request_settle"),
        in_doubt=is_in_doubt(request, door),
        limits_url=door.url("capacity"),
        forward_url=door.url("forward"),
    )


def _signed_in(request: MemberRequest, public_id: UUID) -> Answering:
    args = [public_id]
    return Answering(
        request=_request(requests_visible_to(request.membership), public_id=public_id),
        actor=actor_of(request.membership),
        url=reverse("placements:request", args=args),
        decline_url=reverse("placements:request_decline", args=args),
        undo_url=reverse("placements:request_undo", args=args),
        settle_url=reverse("placements:request_settle", args=args),
        in_doubt=False,
        limits_url=reverse("placements:host_capacity"),
    )


def _request(rows: Any, **key: Any) -> HostRequest:
    return get_object_or_404(queries.with_placement(rows), **key)


def answer(request: HttpRequest, asked: Answering) -> HttpResponse:
    """The question with its two buttons; once answered or closed, the same address says so."""
    if request.method == "POST":
        return _done(request, asked, partial(requesting.accept, in_doubt=asked.in_doubt))
    if not _is_open(asked):
        return render(request, "placements/request_receipt.html", _receipt(asked))
    context = {**_page(asked), "question": queries.question_of(asked.request)}
    return render(request, "placements/request.html", context)


def refuse(request: HttpRequest, asked: Answering) -> HttpResponse:
    """No, and why: one tap, and a few words for those who want to."""
    if request.method == "GET" and not _is_open(asked):
        return redirect(asked.url)
    form = DeclineForm(data_of(request))
    if form.is_valid() and _declined(asked, form):
        return redirect(asked.url)
    return render(request, "placements/request_decline.html", {**_page(asked), "form": form}, status=status_of(form))


def undo(request: HttpRequest, asked: Answering) -> HttpResponse:
    return _done(request, asked, requesting.undo)


def settle(request: HttpRequest, asked: Answering) -> HttpResponse:
    """Yes, it was me; said as fast as before it would prove nothing."""
    if asked.in_doubt:
        messages.warning(request, _("That was very fast. Please press once more."))
        return redirect(asked.url)
    return _done(request, asked, requesting.settle_doubt)


def _is_open(asked: Answering) -> bool:
    return asked.request.state == State.OPEN and asked.request.placement.state == Placement.State.PLANNED


def _done(request: HttpRequest, asked: Answering, verb: Any) -> HttpResponse:
    try:
        verb(request=asked.request, by=asked.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(asked.url)


def _declined(asked: Answering, form: DeclineForm) -> bool:
    try:
        requesting.decline(
            request=asked.request, in_doubt=asked.in_doubt, by=asked.actor, at=timezone.now(), **form.cleaned_data
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(asked: Answering) -> dict[str, Any]:
    return {"asked": asked, "school_name": asked.request.placement.school.name}


def _receipt(asked: Answering) -> dict[str, Any]:
    found = asked.request
    undoes = may_undo(found.answered_at, timezone.now()) and found.placement.state == Placement.State.PLANNED
    return {
        **_page(asked),
        "found": found,
        "is_doubted": found.doubt == Doubt.OPEN,
        "first_name": queries.first_name(found.placement.learner),
        "undo_until": found.answered_at + UNDO if found.answered_at and undoes else None,
    }


@require_GET
@allow(*HOST)
def host_requests(request: MemberRequest) -> HttpResponse:
    """What schools ask of whoever has signed in at a host."""
    context = {"requests": queries.open_for(request.membership)}
    return render(request, "placements/requests_to_answer.html", context)


@require_http_methods(["GET", "POST"])
@allow(*HOST)
@timed_for_hosts
def host_request(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return answer(request, _signed_in(request, public_id))


@require_http_methods(["GET", "POST"])
@allow(*HOST)
@timed_for_hosts
def host_decline(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return refuse(request, _signed_in(request, public_id))


@require_POST
@allow(*HOST)
@timed_for_hosts
def host_undo(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return undo(request, _signed_in(request, public_id))


@require_http_methods(["GET", "POST"])
@through_link
def link_decline(request: HttpRequest, door: Door) -> HttpResponse:
    return refuse(request, behind(request, door))


@require_POST
@through_link
def link_undo(request: HttpRequest, door: Door) -> HttpResponse:
    return undo(request, behind(request, door))


@require_POST
@allow(*HOST)
@timed_for_hosts
def host_settle(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return settle(request, _signed_in(request, public_id))


@require_POST
@through_link
def link_settle(request: HttpRequest, door: Door) -> HttpResponse:
    return settle(request, behind(request, door))
