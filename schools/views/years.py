"""The new school year: what begins again, seen before anything is made; and a programme as the start of another one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from schools.access import programmes_visible_to
from schools.queries import closed_days_to_repeat, cohorts_to_repeat
from schools.views.programmes import crumbs
from schools.workflow import copy_programme, roll_over
from schools.workflow.years import usual_name
from schools.year_forms import CopyForm, YearForm

WRITERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def new_year(request: MemberRequest) -> HttpResponse:
    """Cohorts and closed days of this year, a year later, each to be un-ticked or changed before it is made."""
    school, today = school_of(request.membership), timezone.localdate()
    form = YearForm(
        data_of(request),
        cohorts=cohorts_to_repeat(request.membership, today),
        days=closed_days_to_repeat(school, today),
    )
    if form.is_valid():
        opened, days = roll_over(school=school, cohorts=form.chosen, closed_days=form.days, **acting(request))
        words = ngettext("%(n)s cohort begins.", "%(n)s cohorts begin.", len(opened)) % {"n": len(opened)}
        more = ngettext("%(n)s day is closed.", "%(n)s days are closed.", days) % {"n": days}
        messages.success(request, f"{words} {more}")
        return redirect("schools:programmes")
    return render(request, "schools/new_year.html", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def programme_copy(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Another programme that begins as this one is."""
    programme = get_object_or_404(programmes_visible_to(request.membership), public_id=public_id)
    form = CopyForm(data_of(request), initial={"name": usual_name(programme)})
    if form.is_valid():
        try:
            twin = copy_programme(programme=programme, name=form.cleaned_data["name"], **acting(request))
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The copy is there. Change in it what is different."))
            return redirect("schools:programme", twin.public_id)
    back = reverse("schools:programme", args=[public_id])
    context = {"form": form, "programme": programme, "crumbs": crumbs(programme), "back": back}
    return render(request, "schools/programme_copy.html", context, status=status_of(form))
