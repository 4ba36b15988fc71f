"""Steps in the life of a placement, each on a page of its own that says what will happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Move, Refused
from placements import workflow
from placements.access import visible_to
from placements.forms.breaking import BreakForm, PauseForm
from placements.forms.plans import ReasonForm
from placements.models import Concern, Placement
from placements.rules import ending
from placements.views.plans import crumbs, page_of

Direction = Placement.Direction


@dataclass(frozen=True)
class Step:
    """A step as its page shows it: what it does, what will happen, its form, and whether it is a way out."""

    do: Callable[..., None]
    consequence: Any
    form: type[Form] = Form
    leaves: bool = False


_STEPS: dict[str, Step] = {
    "start": Step(workflow.start, gettext_lazy("From now on the student can log hours.")),
    "start_unagreed": Step(
        workflow.start_unagreed,
        gettext_lazy("The student begins to work although not everybody has signed."),
        ReasonForm,
        leaves=True,
    ),
    "pause": Step(
        workflow.pause,
        gettext_lazy("Until it goes on nobody is asked for hours. You can undo this for 24 hours."),
        PauseForm,
    ),
    "resume": Step(workflow.resume, gettext_lazy("The plan holds again from today.")),
    "end": Step(workflow.end, gettext_lazy("The hours stay. Then come the feedback of the host and the credit.")),
    "cancel": Step(
        workflow.cancel,
        gettext_lazy(
            "The placement will not take place, and nobody can sign any more. You can undo this for 24 hours."
        ),
        ReasonForm,
        leaves=True,
    ),
    "break": Step(
        workflow.break_early,
        gettext_lazy(
            "Hours until the last minute stay and can be credited. The student reads that it has ended, not why. "
            "You can undo this for 24 hours."
        ),
        BreakForm,
        leaves=True,
    ),
    "restore": Step(
        workflow.restore,
        gettext_lazy("All is as it was before the last step. An agreement that was being signed has to be sent again."),
    ),
}


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.HEAD)
def move(request: MemberRequest, public_id: UUID, verb: str) -> HttpResponse:
    """One page for a step in the life of a placement: it says what will happen and asks once."""
    placement = get_object_or_404(visible_to(request.membership).select_related("learner"), public_id=public_id)
    step, row = _STEPS[verb], _row(placement, verb)
    if request.membership.role not in row.roles:
        raise Http404
    form = step.form(data_of(request), initial={"last_day": timezone.localdate()})
    if form.is_valid() and _moved(request, form, placement, step):
        return redirect(_next(request, placement, verb))
    context = {
        "placement": placement,
        "step": row,
        "consequence": step.consequence,
        "leaves": step.leaves,
        "insurance": verb == "start_unagreed",
        "wishes": _wishes(placement) if verb == "break" else [],
        "form": form,
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
        "back": page_of(placement),
    }
    return render(request, "placements/placement_move.html", context, status=status_of(form))


def _row(placement: Placement, verb: str) -> Move:
    """The line of the table: what is undone depends on what was done last."""
    return workflow.PLACEMENT.move(workflow.restoring(placement) or verb if verb == "restore" else verb)


def _wishes(placement: Placement) -> list[tuple[Concern, bool]]:
    """Where the host has asked to end it: each with whether its reason is unlawful."""
    asked = Concern.objects.filter(placement=placement, kind=Concern.Kind.END).order_by("-at", "-pk")
    return [(concern, ending.is_unlawful(concern.category)) for concern in asked]


def _moved(request: MemberRequest, form: Form, placement: Placement, step: Step) -> bool:
    told = form.values if isinstance(form, BreakForm | PauseForm) else form.cleaned_data
    try:
        step.do(placement=placement, **told, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _next(request: MemberRequest, placement: Placement, verb: str) -> str:
    """After an early end with a new host in mind, the way goes on to the new workplace."""
    if verb == "break" and placement.end_direction in (Direction.COMPANY, Direction.OCCUPATION):
        messages.success(request, _("The placement has ended. Now choose the new workplace."))
        return reverse("placements:transfer", args=[placement.public_id])
    return page_of(placement)
