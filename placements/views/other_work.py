"""The learner says once whether there is a paid job beside the placement (E6)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import visible_to
from placements.forms.other_work import OtherWorkForm
from placements.models import OtherWork, Placement
from placements.workflow.other_work import state_other_work


@require_http_methods(["GET", "POST"])
@allow(Role.STUDENT)
def other_work(request: MemberRequest, public_id: UUID) -> HttpResponse:
    placement = get_object_or_404(visible_to(request.membership).select_related("learner"), public_id=public_id)
    known = OtherWork.objects.filter(placement=placement).first()
    form = OtherWorkForm(data_of(request), initial=_said(known))
    if form.is_valid() and _stated(request, placement, form):
        messages.success(request, _("Thank you. It is added to your working time, and nothing else."))
        return redirect("placements:alerts_of", placement.public_id)
    context = {"placement": placement, "form": form, "known": known}
    return render(request, "placements/other_work.html", context, status=status_of(form))


def _said(known: OtherWork | None) -> dict:
    if known is None:
        return {}
    if not known.minutes_per_week:
        return {"has_job": "no"}
    return {"has_job": "yes", "hours": known.minutes_per_week // 60}


def _stated(request: MemberRequest, placement: Placement, form: OtherWorkForm) -> bool:
    try:
        state_other_work(placement=placement, minutes_per_week=form.minutes_per_week, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
