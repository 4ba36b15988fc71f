"""Students of a cohort go on in another one: which ones and where to, seen before anything is made."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.queries.moving_up import Line, enrolled, lines, targets
from schools.access import cohorts_visible_to
from schools.models import Cohort
from schools.queries import teachers
from schools.views.programmes import crumbs
from schools.workflow import move_up
from schools.year_forms import MoveUpForm


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def moving_up(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """`to` names the cohort in which they go on (by GET); then the ticks, the first day and the teacher (by POST)."""
    viewer, today = request.membership, timezone.localdate()
    cohort = get_object_or_404(cohorts_visible_to(viewer).select_related("version__programme"), public_id=public_id)
    choices = list(targets(viewer, cohort, today))
    to = next((one for one in choices if str(one.public_id) == request.GET.get("to")), None)
    rows = lines(viewer, cohort, to, today) if to else []
    form = MoveUpForm(
        data_of(request),
        initial=_initial(rows, to),
        enrolments=enrolled(viewer, cohort),
        teachers=teachers(school_of(viewer)),
    )
    if to and form.is_valid() and _moved(request, form, to):
        return redirect("schools:cohort", to.public_id)
    way = (cohort.name, reverse("schools:cohort", args=[cohort.public_id]))
    context = {
        "cohort": cohort,
        "choices": choices,
        "to": to,
        "rows": rows,
        "any": any(not row.why_not for row in rows),
        "other_version": to is not None and to.version_id != cohort.version_id,
        "form": form,
        "ticked": form.ticked,
        "crumbs": [*crumbs(cohort.version.programme), way],
    }
    return render(request, "placements/moving_up.html", context, status=status_of(form))


def _initial(rows: list[Line], to: Cohort | None) -> dict:
    ticks = [row.enrolment.public_id for row in rows if not row.why_not]
    return {"enrolments": ticks, "starts_on": to.starts_on if to else None}


def _moved(request: MemberRequest, form: MoveUpForm, to: Cohort) -> bool:
    said = form.cleaned_data
    chosen = list(said["enrolments"].select_related("student", "teacher", "cohort__version"))
    try:
        new = move_up(enrolments=chosen, to=to, starts_on=said["starts_on"], teacher=said["teacher"], **acting(request))
    except Refused as refusal:
        form.add_error("starts_on", str(refusal))
        return False
    words = ngettext("%(n)s student goes on here.", "%(n)s students go on here.", len(new)) % {"n": len(new)}
    there = len(chosen) - len(new)
    more = ngettext("%(n)s was here already.", "%(n)s were here already.", there) % {"n": there} if there else ""
    messages.success(request, f"{words} {more}".strip())
    return True
