"""What was told by phone or on paper, written down by the school week by week (E29)."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import visible_to
from placements.forms.reporting import ReportForm
from placements.models import Placement, WeekConfirmation, WeekSheet
from placements.queries.reporting import people_of_host, week_to_report
from placements.rules.hours import monday
from placements.views.plans import crumbs, page_of
from placements.workflow.reporting import Told, report_week

WEEK = timedelta(weeks=1)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.TEACHER)
def report_hours(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Who told it, and each day of one week."""
    found = visible_to(request.membership).select_related("learner", "school", "employer")
    placement = get_object_or_404(found.exclude(learner__user=request.membership.user_id), public_id=public_id)
    today = timezone.localdate()
    newest = monday(min(today, placement.ends_on))
    week = _week(request, placement, newest)
    sheet = WeekSheet.objects.select_related("document").filter(placement=placement, week_starts_on=week).first()
    form = ReportForm(
        data_of(request),
        placement=placement,
        days=week_to_report(placement, week, today),
        people=people_of_host(placement, today),
        now=timezone.now(),
        initial=_initial(sheet, today),
    )
    if form.is_valid() and _reported(request, placement, week, sheet, form):
        messages.success(request, _("The week is written down, with the mark that the school reported it."))
        return redirect("placements:hours", placement.public_id)
    context = {
        "placement": placement,
        "form": form,
        "sheet": sheet if sheet and sheet.document_id else None,
        "has_begun": placement.state not in Placement.NOT_BEGUN and bool(form.rows),
        "week": {"week_starts_on": week, "ends_on": week + timedelta(days=6)},
        "before": week - WEEK if week > monday(placement.starts_on) else None,
        "after": week + WEEK if week < newest else None,
        "crumbs": crumbs((placement.learner.full_name, page_of(placement)), (_("Hours"), _hours(placement))),
    }
    return render(request, "placements/report_hours.html", context, status=status_of(form))


def _hours(placement: Placement) -> str:
    return reverse("placements:hours", args=[placement.public_id])


def _week(request: MemberRequest, placement: Placement, newest: date) -> date:
    """The week that the address asks for, else the newest one; 404 for one outside."""
    try:
        week = monday(date.fromisoformat(request.GET["week"])) if "week" in request.GET else newest
    except ValueError:
        raise Http404 from None
    if not monday(placement.starts_on) <= week <= max(newest, monday(placement.starts_on)):
        raise Http404
    return max(week, monday(placement.starts_on))


def _initial(sheet: WeekSheet | None, today: date) -> dict:
    """A sheet that was sent has both signatures, or should have; a call has just been taken."""
    if sheet and sheet.document_id:
        return {"channel": WeekConfirmation.Channel.PAPER, "by_student": True, "on": None}
    return {"channel": WeekConfirmation.Channel.PHONE, "on": today}


def _reported(
    request: MemberRequest, placement: Placement, week: date, sheet: WeekSheet | None, form: ReportForm
) -> bool:
    on_paper = form.cleaned_data["channel"] == WeekConfirmation.Channel.PAPER
    told = Told(
        channel=form.cleaned_data["channel"],
        on=form.cleaned_data["on"],
        host=form.cleaned_data["host"],
        by_student=form.cleaned_data["by_student"],
        sheet=sheet if on_paper else None,
    )
    try:
        report_week(
            placement=placement,
            week_starts_on=week,
            told=told,
            days=form.days,
            answers=form.answers,
            seen=form.seen,
            key=form.cleaned_data["key"],
            recorded_by=person_of(request.membership),
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
