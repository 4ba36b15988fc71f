"""The way in without an account: what a link opens, and what can be done with the link itself."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import links as tokens
from accounts.access import MemberRequest, acting, allow
from accounts.models import Link
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Actor, Refused
from placements.access import visible_to
from placements.doors import Door, is_closed
from placements.forms.signing import ForwardForm
from placements.queries.links import uses_of
from placements.queries.plans import open_links
from placements.views import closing, following_up, host, requests, signing
from placements.views.doors import closed, through_link
from placements.views.plans import crumbs, page_of
from placements.workflow import links
from placements.workflow.handing_over import may_say_not_me


@require_http_methods(["GET", "POST"])
@through_link
def link(request: HttpRequest, door: Door) -> HttpResponse:
    """What the link was sent for."""
    if door.purpose == Link.Purpose.SIGN:
        return signing.answer(request, signing.pen_behind(door))
    if door.purpose == Link.Purpose.FEEDBACK:
        return closing.closing(request, door)
    if door.purpose == Link.Purpose.REQUEST:
        return requests.answer(request, requests.behind(request, door))
    if door.purpose == Link.Purpose.FOLLOW_UP:
        return following_up.answer(request, following_up.behind(door))
    return host.week(request, door)


@require_http_methods(["GET", "POST"])
@through_link
def refuse(request: HttpRequest, door: Door) -> HttpResponse:
    if door.purpose != Link.Purpose.SIGN:
        raise Http404
    return signing.decline(request, signing.pen_behind(door))


@require_http_methods(["GET", "POST"])
@through_link
def forward(request: HttpRequest, door: Door) -> HttpResponse:
    """Hand a link on to the colleague who was there; they get their own."""
    if door.link is None or not links.may_forward(door.link):
        raise Http404
    form = ForwardForm(data_of(request))
    if form.is_valid() and _forwarded(form, door):
        messages.success(request, _("We are writing to your colleague. Your own link stays open."))
        return redirect(door.home)
    context = {
        "form": form,
        "home": door.home,
        "not_me_url": door.url("not_me") if may_say_not_me(door.link) else "",
        "school_name": door.school.name if door.school else "",
    }
    return render(request, "placements/link_forward.html", context, status=status_of(form))


def _forwarded(form: ForwardForm, door: Door) -> bool:
    try:
        links.forward(link=door.link, by=host_behind(door), at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def host_behind(door: Door) -> Actor:
    """The role in which somebody acts behind this link."""
    return signing.pen_behind(door).actor if door.purpose == Link.Purpose.SIGN else door.actor


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """A new link to the same address; whoever holds the old one learns nothing else. Coming back here asks anew."""
    if request.method == "GET":
        return redirect("placements:link", token)
    found = tokens.find(token)
    if found is None or is_closed(found):
        return closed(request, token)
    links.renew(link=found, at=timezone.now())
    return render(request, "placements/link_renewed.html", {"school_name": found.school.name})


@require_POST
@allow(Role.COORDINATOR)
def revoke(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Close a link that went to the wrong person."""
    placement = get_object_or_404(visible_to(request.membership), public_id=public_id)
    found = get_object_or_404(open_links(placement, timezone.now()), pk=pk)
    links.revoke(link=found, **acting(request))
    messages.success(request, _("The link is closed."))
    return redirect("placements:links", placement.public_id)


@require_GET
@allow(Role.COORDINATOR)
def links_of(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Who can come in without an account for this placement, and the button that closes a link."""
    placement = get_object_or_404(visible_to(request.membership).select_related("learner"), public_id=public_id)
    rows = list(open_links(placement, timezone.now()))
    uses = uses_of(rows)
    context = {
        "placement": placement,
        "rows": [(link, uses.get(link.pk, [])) for link in rows],
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
    }
    return render(request, "placements/links.html", context)
