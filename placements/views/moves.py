"""Steps in the life of a placement, each on a page of its own that says what will happen."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements import workflow
from placements.access import visible_to
from placements.forms.plans import BreakForm, ReasonForm
from placements.models import Placement
from placements.views.plans import crumbs, page_of

_VERBS: dict[str, tuple[Callable[..., None], Any]] = {
    "start": (workflow.start, gettext_lazy("From now on the student can log hours.")),
    "pause": (workflow.pause, gettext_lazy("No hours are planned until it goes on. Everybody sees the reason.")),
    "resume": (workflow.resume, gettext_lazy("The plan holds again from today.")),
    "end": (workflow.end, gettext_lazy("The hours stay. Then come the feedback of the host and the credit.")),
    "cancel": (
        workflow.cancel,
        gettext_lazy("The placement will not take place, and nobody can sign any more. This cannot be undone."),
    ),
    "break": (
        workflow.break_early,
        gettext_lazy("The hours until the last day stay and can be credited. This cannot be undone."),
    ),
}


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def move(request: MemberRequest, public_id: UUID, verb: str) -> HttpResponse:
    """One page for a step in the life of a placement: it says what will happen and asks once."""
    placement = get_object_or_404(visible_to(request.membership).select_related("learner"), public_id=public_id)
    step = workflow.PLACEMENT.move(verb)
    form = _move_form(request, verb)
    if form.is_valid() and _moved(request, form, placement, verb):
        return redirect(page_of(placement))
    context = {
        "placement": placement,
        "step": step,
        "consequence": _VERBS[verb][1],
        "leaves": verb in ("cancel", "break"),
        "form": form,
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
        "back": page_of(placement),
    }
    return render(request, "placements/placement_move.html", context, status=status_of(form))


def _move_form(request: MemberRequest, verb: str) -> Form:
    data = data_of(request)
    if verb == "break":
        return BreakForm(data, initial={"last_day": timezone.localdate()})
    return ReasonForm(data) if workflow.PLACEMENT.move(verb).needs_reason else Form(data)


def _moved(request: MemberRequest, form: Form, placement: Placement, verb: str) -> bool:
    try:
        _VERBS[verb][0](placement=placement, **form.cleaned_data, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
