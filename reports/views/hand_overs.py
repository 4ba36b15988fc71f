"""What was handed over between colleagues: all of it, and one with its note until the receiver has it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import STAFF, Role
from core.pages import paged
from core.templatetags.ui import day_time
from placements.rules.host_time import FEWEST
from placements.workflow.caseload import FIRM_OWNERS, take_over
from reports.access import LEADING, hand_overs_visible_to
from reports.indicators import Share
from reports.queries import hand_overs as known
from reports.queries.caseload import given_lines


@require_GET
@allow(Role.COORDINATOR, Role.HEAD)
def hand_overs(request: MemberRequest) -> HttpResponse:
    """`read` chooses the hand-overs behind one of the two numbers above the list."""
    viewer, today = request.membership, timezone.localdate()
    asked = {"1": True, "0": False}.get(request.GET.get("read", ""))
    page = paged(request, known.hand_overs(viewer, today=today, was_read=asked))
    context = {
        "title": _("Handed over between colleagues"),
        "page": page,
        "rows": [(one, known.amount(one.placement_count, one.firm_count)) for one in page],
        "own": "mine=1" if viewer.role == Role.COORDINATOR else "",
        "asked": asked,
        "share": (share := known.note_share(viewer, today=today)),
        "facts": _facts(share),
    }
    return render(request, "reports/hand_overs.html", context)


def _facts(share: Share) -> list[tuple[Any, ...]]:
    """The two numbers, each with its list, their share, and what is not known."""
    few = ngettext("Too few to say: %(n)s of %(fewest)s", "Too few to say: %(n)s of %(fewest)s", share.n)
    known_share = _("%(percent)s %%") % {"percent": share.percent}
    return [
        (_("With a note that was read"), share.done, "?read=1"),
        (_("Without"), share.n - share.done, "?read=0"),
        (_("Share"), few % {"n": share.n, "fewest": FEWEST} if share.percent is None else known_share),
        *([(_("Not known any more"), share.missing)] if share.missing else []),
    ]


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def hand_over(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The note and what was given, as it stands today; its receiver says that it was read."""
    visible = hand_overs_visible_to(request.membership).select_related("giver", "receiver")
    found = get_object_or_404(visible, public_id=public_id)
    is_mine = request.membership.role in FIRM_OWNERS and found.receiver.user_id == request.membership.user_id
    if request.method == "POST":
        if not is_mine:
            raise Http404
        if take_over(hand_over=found, person=person_of(request.membership), **acting(request)):
            messages.success(request, _("It is yours now. Whoever gave it can see that you have read it."))
        else:
            messages.info(request, _("You took it over on %(at)s.") % {"at": day_time(found.taken_at)})
        return redirect("reports:home")
    reads_all = request.membership.role in LEADING
    rows, firms = given_lines(request.membership, found, now=timezone.now())
    context = {
        "found": found,
        "rows": rows,
        "firms": firms,
        "takes": is_mine and found.taken_at is None,
        "crumbs": [(_("Handed over between colleagues"), reverse("reports:hand_overs"))] if reads_all else [],
    }
    return render(request, "reports/hand_over.html", context)
