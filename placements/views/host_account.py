"""The account of a host: offered behind a link to those with many students, opened after a code, closed signed in."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.models import Link
from accounts.roles import Role
from core.workflow import Refused
from placements.access import expected_behind
from placements.doors import Door
from placements.models import Placement
from placements.queries.host_account import has_many, with_other_schools
from placements.views.codes import sensitive
from placements.views.doors import through_link
from placements.workflow.host_account import close_account, open_account


def account(request: HttpRequest, door: Door) -> HttpResponse:
    """What an account is, and one button; only opening it asks for the code. Once open, the way to sign in."""
    if not _may_open(door):
        raise Http404
    if request.method == "POST":
        return _opening(request, door)
    context = {
        "is_open": door.person.user_id is not None,
        "home": door.home,
        "school_name": door.school.name if door.school else "",
    }
    return render(request, "placements/host_account.html", context)


def offers_account(door: Door, here: Iterable[Placement]) -> bool:
    """On the first page behind a link, to whoever has many students and no account; `here` as `has_many` wants them."""
    return _is_own(door) and door.person.user_id is None and has_many(here)


def _may_open(door: Door) -> bool:
    return _is_own(door) and has_many(with_other_schools(expected_behind(door), door.guide))


def _is_own(door: Door) -> bool:
    """A link that was sent on offers nothing: whoever holds it is not the one to whom the school wrote."""
    return door.link is not None and door.purpose == Link.Purpose.CONFIRM and door.link.forwarded_from_id is None


@sensitive
def _opening(request: HttpRequest, door: Door) -> HttpResponse:
    try:
        open_account(link=door.link, by=door.actor, at=timezone.now())  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(door.home)
    messages.success(request, _("Your account is open."))
    return redirect(door.url("account"))


@require_http_methods(["GET", "POST"])
@allow(Role.SUPERVISOR)
def host_account_close(request: MemberRequest) -> HttpResponse:
    """Asks once; who has closed it is signed out and goes on with the links in the mails."""
    if request.method == "POST":
        close_account(membership=request.membership, **acting(request))
        logout(request)
        messages.success(request, _("Your account is closed. The links in our mails go on working."))
        return redirect("account_login")
    context = {"crumbs": [(_("Ways to sign in"), reverse("accounts:ways"))]}
    return render(request, "placements/host_account_close.html", context)


link_account = require_http_methods(["GET", "POST"])(through_link(account))
