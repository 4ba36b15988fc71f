"""The learner's days: log one, change one, take one back; and the hours of a placement for who may see them."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import HOST, STAFF, Role
from core.forms import look_again
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import is_learner, learned_by, visible_to
from placements.forms.hours import DayForm, change_form, form_of_plan
from placements.models import Placement, WorkEntry
from placements.queries.absences import make_up_of, missed, told, told_days
from placements.queries.hours import fingerprint, log_plan, sheet
from placements.views.alerts import tell_limits
from placements.views.day_lines import absence_lines, day_lines, to_decide
from placements.views.plans import crumbs, page_of
from placements.workflow import hours

LEARNERS = (Role.STUDENT, Role.TEACHER)


@require_http_methods(["GET", "POST"])
@allow(*LEARNERS)
def log(request: MemberRequest, public_id: UUID) -> HttpResponse:
    own = learned_by(request.membership).select_related("school", "employer")
    placement = get_object_or_404(own, public_id=public_id)
    if placement.state in Placement.NOT_BEGUN:
        return render(request, "placements/log_early.html", {"placement": placement})
    plan = log_plan(placement, today=timezone.localdate(), day=day_asked(request.GET.get("day", "")))
    form = form_of_plan(placement, plan, data_of(request))
    form.may_make_up = bool(make_up_of(placement).left)
    if form.is_valid() and (entry := _logged(request, placement, form)):
        messages.success(request, _("Your day is saved. Your supervisor sees it next."))
        tell_limits(request, placement, form.cleaned_data["day"])
        home = f"/?saved={entry.public_id}"
        return redirect(home) if request.membership.role == Role.STUDENT else _to_hours(placement)
    place = placement.employer.name if placement.employer else ""
    context = {"form": form, "placement": placement, "place": place, "plan": plan, "missing": plan.missing[:5]}
    return render(request, "placements/log.html", context, status=status_of(form))


def day_asked(text: str) -> date | None:
    """The day that an address names, when it is one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _to_hours(placement: Placement) -> HttpResponse:
    return redirect("placements:hours", placement.public_id)


def _logged(request: MemberRequest, placement: Placement, form: DayForm) -> WorkEntry | None:
    try:
        return hours.log_day(placement=placement, public_id=form.cleaned_data["key"], **acting(request), **form.values)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@require_http_methods(["GET", "POST"])
@allow(*LEARNERS)
def change_day(request: MemberRequest, public_id: UUID) -> HttpResponse:
    entry = _own_day(request, public_id)
    form = change_form(entry, data_of(request))
    form.may_make_up = entry.make_up or bool(make_up_of(entry.placement).left)
    if form.is_valid() and _changed(request, entry, form):
        messages.success(request, _("Your day is changed."))
        tell_limits(request, entry.placement, form.cleaned_data["day"])
        return _to_hours(entry.placement)
    stands = fingerprint(entry)
    differs = form.is_bound and form.data.get("seen", stands) != stands
    if differs:
        look_again(form, stands)
    locked = entry.state != WorkEntry.State.LOGGED
    context = {"form": form, "entry": entry, "locked": locked, "differs": differs and not locked}
    return render(request, "placements/log_change.html", context, status=status_of(form))


def _own_day(request: MemberRequest, public_id: UUID) -> WorkEntry:
    days = WorkEntry.objects.filter(placement__in=learned_by(request.membership))
    return get_object_or_404(
        days.select_related("placement__school").prefetch_related("tasks__template"), public_id=public_id
    )


def _changed(request: MemberRequest, entry: WorkEntry, form: DayForm) -> bool:
    try:
        hours.change_day(entry=entry, seen=form.cleaned_data["seen"] or None, **acting(request), **form.values)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_http_methods(["GET", "POST"])
@allow(*LEARNERS)
def take_back(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Asks once; the day counts nothing after that, and can be logged anew."""
    entry = _own_day(request, public_id)
    problem = ""
    if request.method == "POST":
        try:
            hours.take_back(entry=entry, **acting(request))
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("The day is taken back. If you worked after all, log it again."))
            return _to_hours(entry.placement)
    locked = entry.state not in (WorkEntry.State.LOGGED, WorkEntry.State.WITHDRAWN)
    context = {"entry": entry, "problem": problem, "locked": locked}
    return render(request, "placements/log_take_back.html", context, status=422 if problem else 200)


@require_GET
@allow(*STAFF, Role.STUDENT, Role.GUARDIAN, *HOST)
def placement_hours(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Every day with what each side says of it, week by week, and what was missed."""
    viewer = request.membership
    placements = visible_to(viewer).select_related("learner", "employer", "school")
    placement = get_object_or_404(placements, public_id=public_id)
    found, absences = sheet(placement), list(told(placement))
    entries, learns = found.entries, is_learner(viewer, placement)
    weeks = [(week, day_lines(week.entries, viewer, is_learner=learns)) for week in found.weeks]
    staff, page = viewer.role in STAFF, (placement.learner.full_name, page_of(placement))
    begun = placement.state not in Placement.NOT_BEGUN
    context = {
        "placement": placement,
        "sheet": found,
        "is_locked": any(entry.locked_at for entry in entries),
        "weeks": weeks,
        "waiting": to_decide([line for _week, lines in weeks for line in lines]),
        "absences": absence_lines(told_days(absences, entries), viewer, is_learner=learns),
        "make_up": missed(absences, entries),
        "base": "base.html" if staff else "base_phone.html",
        "crumbs": crumbs(page) if staff else [] if viewer.role == Role.STUDENT else [(_("Today"), "/"), page],
        "is_learner": learns and begun,
        "may_tell": begun and (learns or viewer.role == Role.COORDINATOR),
    }
    return render(request, "placements/hours.html", context)
