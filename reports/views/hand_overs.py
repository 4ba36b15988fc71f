"""What was handed over between coordinators: all of it, and one with its note until the receiver has it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import Role
from core.pages import paged
from core.templatetags.ui import day_time
from placements.workflow.caseload import take_over
from reports.access import hand_overs_visible_to
from reports.queries import hand_overs as known
from reports.queries.caseload import given_lines


@require_GET
@allow(Role.COORDINATOR, Role.HEAD)
def hand_overs(request: MemberRequest) -> HttpResponse:
    own = "mine=1" if request.membership.role == Role.COORDINATOR else ""
    page = paged(request, known.hand_overs(request.membership))
    rows = [(one, known.amount(one.placement_count, one.firm_count)) for one in page]
    context = {"page": page, "rows": rows, "own": own}
    return render(request, "reports/hand_overs.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.HEAD)
def hand_over(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The note and what was given, as it stands today; its receiver says that it was read."""
    visible = hand_overs_visible_to(request.membership).select_related("giver", "receiver")
    found = get_object_or_404(visible, public_id=public_id)
    is_mine = request.membership.role == Role.COORDINATOR and found.receiver.user_id == request.membership.user_id
    if request.method == "POST":
        if not is_mine:
            raise Http404
        if take_over(hand_over=found, person=person_of(request.membership), **acting(request)):
            messages.success(request, _("It is yours now. Whoever gave it can see that you have read it."))
        else:
            messages.info(request, _("You took it over on %(at)s.") % {"at": day_time(found.taken_at)})
        return redirect("reports:home")
    rows, firms = given_lines(request.membership, found, now=timezone.now())
    context = {
        "found": found,
        "rows": rows,
        "firms": firms,
        "takes": is_mine and found.taken_at is None,
        "crumbs": [(_("Handed over between coordinators"), reverse("reports:hand_overs"))],
    }
    return render(request, "reports/hand_over.html", context)
