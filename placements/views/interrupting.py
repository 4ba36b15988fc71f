"""Something hits many students at once: whom, what will happen, and what was done."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.pages import data_of, status_of
from placements.access import visible_to
from placements.forms.interrupting import ChoiceForm, InterruptForm, TickForm
from placements.models import Placement
from placements.queries import interrupting as queries
from placements.views.plans import crumbs
from placements.workflow.interrupting import Done, interrupt, resume_all


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.HEAD)
def interruption(request: MemberRequest) -> HttpResponse:
    """Choose by course, firm and region; see the exact list; pause all, or with `again` let all go on."""
    filters = _filters(request)
    rows = _rows(request, filters, again="again" in request.GET)
    way = (_("Interruption"), reverse("placements:interrupt"))
    return with_ticks(request, rows, way, {"filters": filters, "asked": rows is not None, "others": []})


def with_ticks(
    request: MemberRequest, rows: list[Placement] | None, way: tuple[str, str], frame: dict[str, Any]
) -> HttpResponse:
    """The list with a tick for each, and what was done; `way` leads back to where they were chosen."""
    again = "again" in request.GET
    form = _form(request, rows, again=again)
    if form.is_valid():
        return _answer(request, _carried_out(request, form), way)
    context = {
        "again": again,
        "rows": rows or [],
        "most": queries.MOST,
        "form": form,
        "ticked": form.ticked,
        "crumbs": crumbs(way),
    }
    return render(request, "placements/interrupt.html", context | frame, status=status_of(form))


def _filters(request: MemberRequest) -> ChoiceForm:
    viewer = request.membership
    return ChoiceForm(
        request.GET,
        cohorts=queries.cohorts(viewer),
        employers=queries.employers(viewer),
        regions=queries.regions(viewer),
    )


def _rows(request: MemberRequest, filters: ChoiceForm, *, again: bool) -> list[Placement] | None:
    """The list, once it is asked for; nothing before."""
    if "show" not in request.GET or not filters.is_valid():
        return None
    return list(queries.chosen(queries.hit(request.membership, again=again), filters.choice)[: queries.MOST])


def _form(request: MemberRequest, rows: list[Placement] | None, *, again: bool) -> TickForm:
    initial: dict[str, Any] = {
        "chosen": [row.public_id for row in rows or []],
        "since": timezone.localdate(),
    }
    kind = TickForm if again else InterruptForm
    return kind(data_of(request), initial=initial, placements=visible_to(request.membership))


def _carried_out(request: MemberRequest, form: TickForm) -> list[Done]:
    placements = form.cleaned_data["chosen"].select_related("learner", "employer")
    if isinstance(form, InterruptForm):
        return interrupt(placements=placements, interruption=form.interruption, **acting(request))
    return resume_all(placements=placements, **acting(request))


def _answer(request: MemberRequest, results: list[Done], way: tuple[str, str]) -> HttpResponse:
    """What was done, and what was refused and why, by name. Sent twice, it says the same."""
    results = sorted(results, key=lambda one: (one.placement.learner.sort_key, one.placement.pk))
    context = {
        "again": "again" in request.GET,
        "done": [one.placement for one in results if not one.refusal],
        "refused": [(one.placement, one.refusal) for one in results if one.refusal],
        "crumbs": crumbs(way),
    }
    return render(request, "placements/interrupt_done.html", context)
