"""When the people of a programme's placements are asked."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from core.pages import data_of, status_of
from schools.access import programmes_visible_to
from schools.deadline_form import DeadlinesForm
from schools.deadlines import USUAL, deadlines_of
from schools.views.programmes import READERS, WRITERS, crumbs
from schools.workflow import set_deadlines


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def deadlines(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The days of one programme; who does not write programmes reads them."""
    programme = get_object_or_404(programmes_visible_to(request.membership), public_id=public_id)
    writes = request.membership.role in WRITERS
    if request.method == "POST" and not writes:
        raise Http404
    days = deadlines_of(programme.versions.order_by("-number").first())
    resets = "usual" in request.POST
    form = DeadlinesForm(None if resets else data_of(request), deadlines=days)
    if resets or form.is_valid():
        set_deadlines(programme=programme, deadlines=USUAL if resets else form.deadlines, **acting(request))
        messages.success(
            request, _("Saved. People are asked by these days from now on, also for placements under way.")
        )
        return redirect("schools:deadlines", programme.public_id)
    context = {
        "programme": programme,
        "form": form,
        "writes": writes,
        "is_usual": days == USUAL,
        "crumbs": crumbs(programme),
    }
    return render(request, "schools/deadlines.html", context, status=status_of(form))
