"""The report on a teacher's own placement: the teacher writes, the head accepts, the office reads."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import STAFF, Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import visible_to
from placements.forms.teacher_reports import AcceptForm, ReportForm
from placements.models import Placement, TeacherReport
from placements.views.plans import crumbs, page_of
from placements.workflow import teacher_reports


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def teacher_report(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Written by the teacher whose placement it is, until the head accepts it."""
    placement = _placement(request, public_id)
    report = TeacherReport.objects.select_related("accepted_by").filter(placement=placement).first()
    writes = placement.learner_id == person_of(request.membership).pk
    if request.method == "POST" and not writes:
        raise Http404
    form = ReportForm(data_of(request), initial=_written(report) if report else {})
    if form.is_valid() and _saved(request, placement, form):
        messages.success(request, _("Your report is saved. The head can read it."))
        return redirect("placements:teacher_report", public_id)
    return _page(request, placement, report, form=form if writes and not (report and report.accepted_at) else None)


@require_POST
@allow(Role.HEAD)
def teacher_report_accept(request: MemberRequest, public_id: UUID) -> HttpResponse:
    placement = _placement(request, public_id)
    report = get_object_or_404(TeacherReport.objects.select_related("accepted_by"), placement=placement)
    form = AcceptForm(request.POST)
    if form.is_valid() and _accepted(request, report, form):
        messages.success(request, _("The report is accepted."))
        return redirect("placements:teacher_report", public_id)
    return _page(request, placement, report, accept=form)


@require_POST
@allow(Role.HEAD)
def teacher_report_reopen(request: MemberRequest, public_id: UUID) -> HttpResponse:
    report = get_object_or_404(TeacherReport, placement=_placement(request, public_id))
    teacher_reports.take_back_acceptance(report=report, **acting(request))
    messages.success(request, _("The report is open again: the teacher can change it."))
    return redirect("placements:teacher_report", public_id)


def _placement(request: MemberRequest, public_id: UUID) -> Placement:
    rows = visible_to(request.membership).filter(purpose=Placement.Purpose.TEACHER)
    found = get_object_or_404(rows.select_related("learner", "employer", "school"), public_id=public_id)
    if request.membership.role == Role.TEACHER and found.learner_id != person_of(request.membership).pk:
        raise Http404
    return found


def _page(
    request: MemberRequest,
    placement: Placement,
    report: TeacherReport | None,
    *,
    form: ReportForm | None = None,
    accept: AcceptForm | None = None,
) -> HttpResponse:
    """A form that came back with errors keeps what was typed."""
    logged = teacher_reports.logged_minutes(placement)
    accepts = request.membership.role == Role.HEAD and report is not None
    if accept is None and accepts and report and not report.accepted_at and placement.state in Placement.OVER:
        accept = AcceptForm(initial={"hours": logged // 60, "rest": logged % 60})
    context = {
        "placement": placement,
        "report": report,
        "form": form,
        "accept": accept,
        "logged": logged,
        "reopens": accepts and report is not None and report.accepted_at is not None,
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
        "is_over": placement.state in Placement.OVER,
    }
    shown = [one for one in (form, accept) if one is not None and one.is_bound]
    return render(request, "placements/teacher_report.html", context, status=status_of(*shown))


def _written(report: TeacherReport) -> dict:
    return {
        "learned": report.learned,
        "material": report.material,
        "hours": report.coaching_minutes // 60,
        "rest": report.coaching_minutes % 60,
    }


def _saved(request: MemberRequest, placement: Placement, form: ReportForm) -> bool:
    try:
        teacher_reports.write_report(
            placement=placement,
            learned=form.cleaned_data["learned"],
            material=form.cleaned_data["material"],
            coaching_minutes=form.coaching_minutes,
            person=person_of(request.membership),
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _accepted(request: MemberRequest, report: TeacherReport, form: AcceptForm) -> bool:
    person = person_of(request.membership)
    try:
        teacher_reports.accept_report(report=report, minutes=form.minutes, person=person, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
