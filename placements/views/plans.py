"""The plan on a coordinator's screen: written, changed from a day on, moved to other dates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.forms import look_again
from core.pages import data_of, status_of
from core.workflow import Refused
from placements import workflow
from placements.forms.plans import ChangeForm, DatesForm, PlanForm, SeenForm, rows_of, week_and_rows
from placements.models import Agreement, Placement, PlanVersion, Segment
from placements.plan_text import timetable
from placements.queries import plans
from placements.queries.limits import warnings_of
from placements.rules import plan as rules
from placements.rules.timetable import Timetable, lost_lines, place_lines, shift_lines, sum_lines
from schools.models import Outcome, Unit


def page_of(placement: Placement) -> str:
    """The placement's own page, which is composed on a higher floor."""
    return reverse("reports:placement", args=[placement.public_id])


def crumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Placements"), reverse("reports:placements")), *further]


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def plan(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A normal week, further times, and what is learned; saved, it goes on to the exact text."""
    placement = _placement(request, public_id)
    newest, known, segments = plans.written_plan(placement), plans.outcomes_of(placement), plans.segments_of(placement)
    table = timetable(placement, newest, segments) if newest else None
    week, others = week_and_rows(table.shifts if table else [], segments)
    form = PlanForm(data_of(request), known=known, initial=_written(newest) | week | {"seen": placement.seen})
    rows = rows_of(data_of(request), segments, others)
    if form.is_valid() and rows.is_valid() and (saved := _planned(request, form, rows, placement)):
        _tell_warnings(request, placement, saved)
        return redirect("placements:plan" if "more" in request.POST else "placements:propose", placement.public_id)
    context = {
        **_page(placement, segments),
        "form": form,
        "rows": rows,
        "open_rows": bool(others) or len(segments) > 1 or rows.has_problems,
        "units": _by_unit(known, {str(pk) for pk in form["outcomes"].value() or []}),
        "newest": newest,
        "signing": newest is not None and newest.agreement.state in Agreement.SIGNING,
        "in_force": newest is not None and newest.agreement.state == Agreement.State.IN_FORCE,
        "sums": sums(placement, newest, table) if newest and table else None,
    }
    return render(request, "placements/plan.html", context, status=status_of(form, *rows.forms))


def _placement(request: MemberRequest, public_id: UUID) -> Any:
    """The placement with `seen`, the last row of its log."""
    found = workflow.PLACEMENT.with_seen(plans.plannable(request.membership))
    return get_object_or_404(found, public_id=public_id)


def _page(placement: Placement, segments: list[Segment]) -> dict[str, Any]:
    return {
        "placement": placement,
        "simple": len(segments) == 1,
        "back": page_of(placement),
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
    }


def _by_unit(known: list[Outcome], chosen: set[str]) -> list[tuple[Unit, list[tuple[Outcome, bool]]]]:
    groups = groupby(known, key=lambda one: one.unit)
    return [(unit, [(one, str(one.pk) in chosen) for one in group]) for unit, group in groups]


def _written(newest: Any) -> dict[str, Any]:
    """What the newest version says beside its times, as a form shows it."""
    if newest is None:
        return {}
    return {
        "purpose_text": newest.purpose_text,
        "rhythm": newest.rhythm,
        "outcomes": newest.outcome_ids,
    }


def _refused(form: SeenForm, refusal: Refused) -> None:
    """Said above the form; what the page shows by now counts as seen when it is sent again."""
    form.add_error(None, str(refusal))
    look_again(form, form.initial["seen"])


def _planned(request: MemberRequest, form: PlanForm, rows: Any, placement: Placement) -> PlanVersion | None:
    try:
        return workflow.set_plan(
            placement=placement,
            shifts=[*form.patterns, *rows.patterns],
            outcomes=form.chosen,
            purpose_text=form.cleaned_data["purpose_text"],
            rhythm=form.cleaned_data["rhythm"],
            seen=form.cleaned_data["seen"],
            **acting(request),
        )
    except Refused as refusal:
        _refused(form, refusal)
        return None


def _tell_warnings(request: MemberRequest, placement: Placement, saved: PlanVersion | None) -> None:
    """Limits that only should hold: said once, when the plan is saved."""
    if saved:
        for text in warnings_of(placement, saved, timezone.localdate()):
            messages.warning(request, text)


def sums(placement: Placement, newest: PlanVersion, table: Timetable) -> dict[str, Any]:
    """The calculation of a plan as it would be today, and what the programme asks for beside it."""
    required = placement.enrolment.cohort.version.required_minutes if placement.enrolment else 0
    return {
        "places": place_lines(table) if len(table.places) > 1 else [],
        "shifts": shift_lines(table),
        "lost": lost_lines(table),
        "lines": sum_lines(table),
        "weeks": rules.weeks(table.days),
        "planned": newest.planned_minutes,
        "now": table.minutes,
        "required": required,
        "missing": max(required - newest.planned_minutes, 0),
    }


# ── Changes on the way ───────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def change(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """From a day on, work is on other days: a block becomes one day a week in one form."""
    placement = _placement(request, public_id)
    newest, segments = plans.latest_plan(placement), plans.segments_of(placement)
    if newest is None:
        return redirect("placements:plan", placement.public_id)
    today = max(timezone.localdate(), placement.starts_on)
    table = timetable(placement, newest, segments)
    week, others = week_and_rows(_holding(table.shifts, segments, today), segments)
    initial = {"from_day": today, "rhythm": newest.rhythm, **week, "seen": placement.seen}
    form = ChangeForm(data_of(request), initial=initial)
    rows = rows_of(data_of(request), segments, others)
    if form.is_valid() and rows.is_valid() and (saved := _moved(request, form, rows, placement)):
        _tell_warnings(request, placement, saved)
        messages.success(request, _("The change is written. Now it has to be signed."))
        return redirect("placements:propose", placement.public_id)
    context = {
        **_page(placement, segments),
        "form": form,
        "rows": rows,
        "open_rows": bool(others) or len(segments) > 1 or rows.has_problems,
        "sums": sums(placement, newest, table),
    }
    return render(request, "placements/plan_change.html", context, status=status_of(form, *rows.forms))


def _holding(shifts: Sequence[rules.Shift], segments: list[Segment], day: date) -> list[rules.Shift]:
    """What would go on from a day: a pattern that goes on to the end of its workplace is shown as a normal week."""
    known = {segment.pk: segment for segment in segments}
    return [
        replace(shift, starts_on=known[shift.segment].starts_on)
        if shift.ends_on == known[shift.segment].ends_on and not shift.is_dated
        else shift
        for shift in shifts
        if shift.ends_on >= day
    ]


def _moved(request: MemberRequest, form: ChangeForm, rows: Any, placement: Placement) -> PlanVersion | None:
    try:
        return workflow.move_work(
            placement=placement,
            from_day=form.cleaned_data["from_day"],
            shifts=[*form.patterns, *rows.patterns],
            rhythm=form.cleaned_data["rhythm"],
            change_reason=form.cleaned_data["change_reason"],
            seen=form.cleaned_data["seen"],
            **acting(request),
        )
    except Refused as refusal:
        _refused(form, refusal)
        return None


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def dates(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Another first or last day of the whole placement."""
    placement = _placement(request, public_id)
    initial = {"starts_on": placement.starts_on, "ends_on": placement.ends_on, "seen": placement.seen}
    form = DatesForm(data_of(request), initial=initial)
    if form.is_valid():
        try:
            saved = workflow.move_dates(placement=placement, **form.cleaned_data, **acting(request))
        except Refused as refusal:
            _refused(form, refusal)
        else:
            _tell_warnings(request, placement, saved)
            messages.success(request, _("The dates are saved."))
            return redirect("placements:propose" if saved else "placements:plan", placement.public_id)
    context = {**_page(placement, []), "form": form}
    return render(request, "placements/plan_dates.html", context, status=status_of(form))
