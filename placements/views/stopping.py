"""A host stops: one action for the office or the head, and the list of students who need another host."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from employers.access import relations_visible_to
from employers.models import SchoolEmployer
from employers.rules import Stop, stop_of
from employers.workflow import go_on
from placements.forms.stopping import StopForm
from placements.queries.hosts import to_rematch
from placements.workflow.stopping import stop_host


def _relation(request: MemberRequest, public_id: UUID) -> SchoolEmployer:
    relations = relations_visible_to(request.membership).select_related("employer", "school")
    return get_object_or_404(relations, employer__public_id=public_id)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.HEAD)
def host_stops(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What has happened, and who has to be found a new host, most urgent first."""
    relation = _relation(request, public_id)
    form = StopForm(data_of(request), initial={"since": timezone.localdate()})
    if form.is_valid() and _stopped(request, relation, form):
        return redirect("placements:host_stops", public_id)
    employer = relation.employer
    stop = stop_of(employer.closed_on, relation.not_approved_since, relation.suspended_at)
    context = {
        "employer": employer,
        "form": form,
        "stop": stop,
        "since": employer.closed_on or relation.not_approved_since,
        "may_go_on": bool(employer.closed_on or relation.not_approved_since),
        "rows": list(to_rematch(request.membership, relation)) if stop else [],
        "moves_on": request.membership.role == Role.COORDINATOR,
        "crumbs": [
            (_("Employers"), reverse("employers:employers")),
            (employer.name, reverse("employers:employer", args=[public_id])),
        ],
    }
    return render(request, "placements/host_stops.html", context, status=status_of(form))


def _stopped(request: MemberRequest, relation: SchoolEmployer, form: StopForm) -> bool:
    why, since = Stop(form.cleaned_data["why"]), form.cleaned_data["since"]
    try:
        marked = stop_host(relation=relation, why=why, since=since, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    text = ngettext("%(n)s placement is marked.", "%(n)s placements are marked.", len(marked))
    messages.success(request, text % {"n": len(marked)} if marked else _("Nobody of your school is there now."))
    return True


@require_POST
@allow(Role.COORDINATOR, Role.HEAD)
def host_goes_on(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """It was a mistake, or it is over."""
    go_on(relation=_relation(request, public_id), **acting(request))
    messages.success(request, _("The host goes on. Placements that have ended stay ended."))
    return redirect("placements:host_stops", public_id)
